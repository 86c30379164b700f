//! The tools that work on files: exit codes, answers and refusals as rows.

use crate::common::{self, Row, check, file, run, run_with};

const REGISTER: &str = "examples/kerman/register.jsonl";
const REPORT: &str = "examples/kerman/before/2-telephone.txt";
const WARNING: &str = "crates/drafting/tests/golden/warning.json";
const FACTS: &str = r#"{"at": "2024-01-02T09:00:00Z", "harm": "killing",
 "victim": {"kind": "group", "described": "those at the memorial"},
 "answers": {"credible": "met", "specific": "unclear", "impending": "met", "harm_in_scope": "met",
  "intended_victim": "met"}, "by": "mara"}"#;

#[test]
fn bad_reports_are_named_and_the_others_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let latin = file(&directory, "latin.txt", b"caf\xe9");
    let empty = file(&directory, "empty.txt", "");
    let huge = file(&directory, "huge.txt", "");
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(50 * 1024 * 1024).unwrap();
    let picture = file(&directory, "picture.png", b"\x89PNG\r\n\x1a\n\x00\x00");
    let missing = directory.path().join("missing.txt").to_str().unwrap().to_owned();
    let folder = directory.path().to_str().unwrap().to_owned();
    let rows = [
        (&latin, "not UTF-8 at byte 3"),
        (&empty, "holds no text"),
        (&huge, "52428800 bytes"),
        (&picture, "binary file"),
        (&missing, "cannot be read"),
        (&folder, "is a directory"),
    ];
    for (bad, says) in rows {
        check(&Row { args: &["read", bad, REPORT], stdin: "", code: 1, out: &["Kerman"], err: &[bad, says] });
    }
    let all: Vec<&str> =
        ["read", "--json", REPORT].into_iter().chain(rows.iter().map(|(bad, _)| bad.as_str())).collect();
    let ran = run(&all);
    assert_eq!(ran.code, 1);
    let document = ran.json();
    assert_eq!(document["reports"].as_array().unwrap().len(), 1);
    for ((bad, says), error) in rows.iter().zip(document["errors"].as_array().unwrap()) {
        assert_eq!(error["file"], ***bad);
        assert!(error["error"].as_str().unwrap().contains(says), "{error}");
    }
}

#[test]
fn read_answers_the_documented_keys_and_quotes_are_the_bytes_at_their_span() {
    let before = ["1-guest-house", "2-telephone", "3-depot", "4-guest-house-again"];
    let files: Vec<String> = before.iter().map(|name| format!("examples/kerman/before/{name}.txt")).collect();
    let args: Vec<&str> = ["read", "--json"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let ran = run(&args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let document = ran.json();
    for (report, file) in document["reports"].as_array().unwrap().iter().zip(&files) {
        assert_eq!(report["file"], **file);
        assert_eq!(report["language"], "en");
        assert!(report.get("document_date").is_some());
        let text = std::fs::read_to_string(common::root().join(file)).unwrap();
        let claims = report["claims"].as_array().unwrap();
        assert!(!claims.is_empty());
        for claim in claims {
            for key in ["id", "event", "field", "value", "normalised", "stage", "attributed_to", "how_known"] {
                assert!(claim.get(key).is_some(), "{key} is missing: {claim}");
            }
            let end = |at: usize| usize::try_from(claim["span"][at].as_u64().unwrap()).unwrap();
            assert_eq!(claim["quote"], text[end(0)..end(1)]);
        }
    }
    let threats = document["threats"].as_array().unwrap();
    assert_eq!(threats.len(), 2, "the two on Kerman and their duplicate are one, the depot is another");
    for key in ["id", "reports", "fields", "independence"] {
        assert!(threats[0].get(key).is_some(), "{key} is missing");
    }
}

#[test]
fn read_takes_standard_input_and_cannot_move_a_terminal() {
    let text = "Dated 2 January 2024. Gunmen plan to kill \u{1b}[31mAnna\u{202e} Berg in Leeds tomorrow.\n";
    let ran = run_with(&["read", "-"], text.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("standard input"));
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'), "{}", ran.out);
}

#[test]
fn screen_finds_places_protectors_and_routes() {
    let at = "2023-12-28T00:00:00Z";
    let ran = run(&["screen", "--register", REGISTER, "--json", "--at", at, REPORT]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let document = ran.json();
    let text = std::fs::read_to_string(common::root().join(REPORT)).unwrap();
    for hit in document["hits"].as_array().unwrap() {
        for key in ["party", "kind", "name", "span", "quote", "score", "why"] {
            assert!(hit.get(key).is_some(), "{key} is missing: {hit}");
        }
        let end = |at: usize| usize::try_from(hit["span"][at].as_u64().unwrap()).unwrap();
        assert_eq!(hit["quote"], text[end(0)..end(1)]);
    }
    assert!(document["protectors"].as_array().unwrap().iter().any(|one| one["party"] == "iran-government"));
    let routes = document["routes"].as_array().unwrap();
    assert!(!routes.is_empty());
    for key in ["to", "hops", "minutes", "carries", "why"] {
        assert!(routes[0].get(key).is_some(), "{key} is missing");
    }
    assert_eq!(document["errors"].as_array().unwrap().len(), 0);
}

#[test]
fn screen_and_register_check_name_bad_rows_and_use_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let register = file(&directory, "people.csv", "id,kind,name\np1,person,Anna Berg\np2,nonsense,Bo Dahl\n");
    let report = file(&directory, "tip.txt", "Somebody plans to kill Anna Berg tomorrow.\n");
    let other = file(&directory, "other.txt", "this is no register\n");
    let twice = file(&directory, "twice.csv", "id,kind,name\np1,person,Leyla Karimi\np2,person,Leila Karimi\n");
    let rows = [
        Row {
            args: &["screen", "--register", &register, &report],
            stdin: "",
            code: 1,
            out: &["Anna Berg"],
            err: &["line 3"],
        },
        Row {
            args: &["screen", "--register", &other, &report],
            stdin: "",
            code: 1,
            out: &[],
            err: &["neither JSON Lines"],
        },
        Row {
            args: &["screen", "--register", REGISTER, "--desk", "nobody", REPORT],
            stdin: "",
            code: 2,
            out: &[],
            err: &["no party `nobody`"],
        },
        Row { args: &["screen", REPORT], stdin: "", code: 2, out: &[], err: &["--register"] },
        Row {
            args: &["register", "check", "--register", &register],
            stdin: "",
            code: 3,
            out: &["Anna Berg", "no path"],
            err: &["line 3"],
        },
        Row {
            args: &["register", "check", "--register", &twice],
            stdin: "",
            code: 3,
            out: &["Perhaps one: Leyla Karimi (p1) and Leila Karimi (p2)"],
            err: &[],
        },
        Row { args: &["register", "check"], stdin: "", code: 2, out: &[], err: &["--data"] },
    ];
    rows.iter().for_each(check);
    let found = run(&["register", "check", "--register", REGISTER, "--at", "2024-01-01T00:00:00Z", "--json"]);
    assert_eq!(found.code, 3);
    assert!(!found.json()["unreachable"].as_array().unwrap().is_empty());
    assert_eq!(found.json()["doubles"]["pairs"].as_array().unwrap().len(), 0);
}

#[test]
fn policy_says_what_a_pack_says() {
    let directory = tempfile::tempdir().unwrap();
    let facts = file(&directory, "facts.json", FACTS);
    let rows = [
        Row { args: &["policy", "list"], stdin: "", code: 0, out: &["icd-191", "uk-threat-to-life"], err: &[] },
        Row { args: &["policy", "check", "icd-191"], stdin: "", code: 0, out: &["is sound"], err: &[] },
        Row {
            args: &["policy", "decide", "icd-191", &facts],
            stdin: "",
            code: 0,
            out: &["a warning is owed"],
            err: &[],
        },
        Row {
            args: &["policy", "decide", "icd-191", "-"],
            stdin: FACTS,
            code: 0,
            out: &["a warning is owed"],
            err: &[],
        },
        Row {
            args: &["policy", "check", "no-such"],
            stdin: "",
            code: 1,
            out: &[],
            err: &["no-such", "victim-notification"],
        },
        Row { args: &["policy", "decide", "icd-191", "-"], stdin: "", code: 1, out: &[], err: &["nothing in it"] },
        Row {
            args: &["policy", "decide", "icd-191", "-"],
            stdin: &FACTS.replace("unclear", "maybe"),
            code: 1,
            out: &[],
            err: &["answers.specific", "line 3", "maybe"],
        },
        Row {
            args: &["policy", "decide", "icd-191", "-"],
            stdin: &FACTS.replace("specific", "specifi"),
            code: 1,
            out: &[],
            err: &["answers.specifi", "line 3"],
        },
        Row {
            args: &["policy", "decide", "icd-191", "-"],
            stdin: &FACTS.replace("2024-01-02T09", "2024-13-02T09"),
            code: 1,
            out: &[],
            err: &["line 1"],
        },
        Row { args: &["policy", "decide"], stdin: "", code: 2, out: &[], err: &["Usage"] },
    ];
    rows.iter().for_each(check);
    let decided = run(&["policy", "decide", "icd-191", &facts, "--json"]).json();
    assert_eq!(decided["determination"], "warn");
    for key in ["reasons", "needs", "deadlines", "policy"] {
        assert!(decided.get(key).is_some(), "{key} is missing");
    }
    let listed = run(&["policy", "list", "--json"]).json();
    assert_eq!(listed["packs"].as_array().unwrap().len(), 6);
}

#[test]
fn every_shipped_pack_is_sound_and_a_broken_one_is_a_finding() {
    for pack in run(&["policy", "list", "--json"]).json()["packs"].as_array().unwrap() {
        let id = pack["id"].as_str().unwrap();
        let checked = run(&["policy", "check", id, "--json"]);
        assert_eq!(checked.code, 0, "{}", checked.out);
        assert_eq!(checked.json()["sound"], true);
        assert!(checked.json()["rows"].as_u64().unwrap() > 0, "{id} has a corpus");
    }
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("own.toml").to_str().unwrap().to_owned();
    let made = run(&["policy", "new", "--from", "icd-191", "--out", &own]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    assert_eq!(run(&["policy", "check", &own]).code, 0);
    let again = run(&["policy", "new", "--from", "icd-191", "--out", &own]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("exists already"), "{}", again.err);

    let text = std::fs::read_to_string(&own).unwrap();
    let unknown = file(&directory, "unknown.toml", text.replacen("[threshold]", "[thresold]", 1));
    check(&Row { args: &["policy", "check", &unknown], stdin: "", code: 3, out: &[], err: &["line", "thresold"] });
    let found = run(&["policy", "check", &unknown, "--json"]);
    assert_eq!((found.code, &found.json()["findings"][0]["rule"]), (3, &"not-a-pack".into()));

    let quoted = |role: &str| format!("affirmed_by = [\"{role}\"]");
    let unsound = file(&directory, "unsound.toml", text.replacen(&quoted("senior_officer"), &quoted("intake"), 1));
    let found = run(&["policy", "check", &unsound, "--json"]);
    assert_eq!(found.code, 3, "{}", found.out);
    assert_eq!(found.json()["findings"][0]["rule"], "affirmer-not-entitled");
}

#[test]
fn a_change_of_policy_says_what_it_changes() {
    let directory = tempfile::tempdir().unwrap();
    let text = run(&["policy", "new", "--from", "icd-191"]).out;
    let slower = file(&directory, "slower.toml", text.replacen("deliver = \"8h\"", "deliver = \"9h\"", 1));
    let harder = file(&directory, "harder.toml", text.replacen("\"met\"", "\"not_met\"", 1));
    let rows = [
        Row { args: &["policy", "diff", "icd-191", "icd-191"], stdin: "", code: 0, out: &["alike"], err: &[] },
        Row {
            args: &["policy", "diff", "icd-191", &slower],
            stdin: "",
            code: 0,
            out: &["decide every situation alike", "deadlines.deliver (harm within 7d): was 8h, is 9h"],
            err: &[],
        },
        Row {
            args: &["policy", "diff", "icd-191", &harder],
            stdin: "",
            code: 3,
            out: &["was warn, becomes open until answered: credible is unclear", "would no longer"],
            err: &[],
        },
        Row { args: &["policy", "diff", "icd-191", "no-such"], stdin: "", code: 1, out: &[], err: &["no-such"] },
    ];
    rows.iter().for_each(check);
    let found = run(&["policy", "diff", "icd-191", &harder, "--json"]);
    assert_eq!((found.code, &found.json()["warnings_lost"]), (3, &true.into()));
    let class = &found.json()["classes"][0];
    assert_eq!((&class["was"], &class["becomes"]), (&"warn".into(), &"open".into()));
    assert_eq!(class["answers"]["credible"][0], "unclear");
}

#[test]
fn a_pack_is_checked_against_the_accounts_at_hand() {
    let enough = r#"{"accounts": [
        {"name": "mara", "roles": ["assessor", "deliverer"], "id": "acc_1"}, {"name": "ilse", "roles": ["senior_officer"]},
        {"name": "noor", "roles": ["approver"]}]}"#;
    let off = enough.replace("{\"name\": \"noor\"", "{\"off\": true, \"name\": \"noor\"");
    let alone = enough.replace("ilse", "Mara ");
    let args = &["policy", "check", "icd-191", "--accounts", "-"];
    let rows = [
        Row { args, stdin: enough, code: 0, out: &["is sound", "stand for all 1024"], err: &[] },
        Row { args, stdin: &off, code: 3, out: &["duties.approve", "nobody here is approver"], err: &[] },
        Row {
            args,
            stdin: &alone,
            code: 3,
            out: &["not enough different persons to determine and to affirm"],
            err: &[],
        },
        Row { args, stdin: "[]", code: 1, out: &[], err: &["standard input", "--help"] },
    ];
    rows.iter().for_each(check);
}

#[test]
fn draft_check_finds_a_leak_and_lets_a_clean_draft_pass() {
    let directory = tempfile::tempdir().unwrap();
    let protected = file(
        &directory,
        "report.txt",
        "(U) An attack on the memorial in Kerman is being prepared.\n\n\
         (S) A cook in the guest house near Faizabad overheard the trainer count out the vests.\n",
    );
    let clean = file(
        &directory,
        "clean.txt",
        "We have information that an attack on the memorial in Kerman is being prepared.\n",
    );
    let leaking = file(&directory, "leaking.txt", "A cook in the guest house near Faizabad overheard the trainer.\n");
    let rows = [
        Row {
            args: &["draft", "check", "--protect", &protected, &clean],
            stdin: "",
            code: 0,
            out: &["Clear"],
            err: &[],
        },
        Row {
            args: &["draft", "check", &clean, "--protect", &protected],
            stdin: "",
            code: 0,
            out: &["Clear"],
            err: &[],
        },
        Row {
            args: &["draft", "check", "--protect", &protected, &leaking],
            stdin: "",
            code: 3,
            out: &["Leak", "Faizabad"],
            err: &[],
        },
        Row {
            args: &["draft", "check", "--protect", &protected, "--protect", &protected, &leaking],
            stdin: "",
            code: 3,
            out: &["Leak"],
            err: &[],
        },
        Row {
            args: &["draft", "check", "--protect", &protected, "-"],
            stdin: "We know from Faizabad.",
            code: 3,
            out: &["Leak"],
            err: &[],
        },
        Row { args: &["draft", "check", "--protect", &protected], stdin: "", code: 2, out: &[], err: &["no draft"] },
        Row { args: &["draft", "check", &clean], stdin: "", code: 2, out: &[], err: &["--protect"] },
        Row {
            args: &["draft", "check", "--protect", "missing.txt", &clean],
            stdin: "",
            code: 1,
            out: &[],
            err: &["missing.txt", "cannot be read"],
        },
    ];
    rows.iter().for_each(check);
    let found = run(&["draft", "check", "--protect", &protected, &leaking, "--json"]);
    let document = found.json();
    assert_eq!((found.code, &document["verdict"]), (3, &"leak".into()));
    for key in ["kind", "draft_span", "protected_span", "confidence", "why"] {
        assert!(document["findings"][0].get(key).is_some(), "{key} is missing: {document}");
    }
    assert_eq!(run(&["draft", "check", "--protect", &protected, &clean, "--json"]).json()["verdict"], "clear");
}

#[test]
fn draft_render_makes_every_form() {
    for (form, begins) in [
        ("text", "Warning FW-2023-0107"),
        ("sms", "[1/"),
        ("letter", "{"),
        ("cap", "<?xml"),
        ("stix", "{"),
        ("email", ""),
        ("telephone", ""),
        ("webhook", "{"),
    ] {
        let ran = run(&["draft", "render", "--as", form, WARNING]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{form}");
        assert!(ran.out.starts_with(begins) && ran.out.len() > 100, "{form}: {}", ran.out);
    }
    let directory = tempfile::tempdir().unwrap();
    let out = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let broken = file(&directory, "broken.json", "{\"draft\": {\"language\": \"en\"}");
    let rows = [
        Row {
            args: &["draft", "render", "--as", "cap", WARNING, "--out", &out("w.xml")],
            stdin: "",
            code: 0,
            out: &[],
            err: &["w.xml"],
        },
        Row {
            args: &["draft", "render", "--as", "song", WARNING],
            stdin: "",
            code: 2,
            out: &[],
            err: &["`song` is not a form"],
        },
        Row {
            args: &["draft", "render", "--as", "cap", WARNING, "--out", &out("w.pdf")],
            stdin: "",
            code: 2,
            out: &[],
            err: &["only a letter"],
        },
        Row {
            args: &["draft", "render", "--as", "text", WARNING, "--to", "Nobody"],
            stdin: "",
            code: 1,
            out: &[],
            err: &["Nobody"],
        },
        Row {
            args: &["draft", "render", "--as", "text", &broken],
            stdin: "",
            code: 1,
            out: &[],
            err: &["broken.json", "not a warning"],
        },
        Row {
            args: &["draft", "render", "--as", "text", WARNING, "--out", "/no-such-directory/x"],
            stdin: "",
            code: 1,
            out: &[],
            err: &["cannot be written"],
        },
    ];
    rows.iter().for_each(check);
    assert!(std::fs::read_to_string(out("w.xml")).unwrap().starts_with("<?xml"));
}

#[cfg(feature = "pdf")]
#[test]
fn a_letter_is_printed_by_a_worker() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("letter.pdf");
    let ran = run(&["draft", "render", "--as", "letter", WARNING, "--out", out.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF-"));
    // The worker says plainly why it prints nothing, and repeats no word of the job.
    let worker = run_with(&["worker", "letter"], b"{\"canary\": 1}");
    assert_eq!(worker.code, 1);
    assert!(worker.err.contains("not a letter") && !worker.err.contains("canary"), "{}", worker.err);
}
