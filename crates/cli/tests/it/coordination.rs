//! What people settle about a threat from the terminal, and the determinations and packs around it. Who is meant and
//! what the answers are is said through the desk itself: the terminal has no command for that.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;
use std::path::Path;

use domain::threat::Answered;
use domain::{Answer, VictimKind};
use serde_json::Value;
use server::{Answers, Ask, Clock, Desk, Ids, NewVictim, Printer};

use crate::common::{Ran, file, run, run_with};

const PASSWORD: &[u8] = b"long enough for anybody\n";
const REPORT: &str = "Illustration; no real report reads like this.\n\nA man dismissed from a parcel depot in Leeds, \
    England, said that he will stab his old shift manager when the early shift arrives.\n";

/// A desk with its people and one threat.
struct Stage {
    directory: tempfile::TempDir,
    data: String,
    report: String,
    threat: String,
}

impl Stage {
    fn set() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("desk").to_str().unwrap().to_owned();
        assert_eq!(run_with(&["init", "--data", &data, "--admin", "okafor"], PASSWORD).code, 0);
        let people: [(&str, &[&str]); 4] = [
            ("mara", &["assessor", "intake"]),
            ("vera", &["senior_officer"]),
            ("ben", &["approver"]),
            ("joon", &["inspector"]),
        ];
        for (name, roles) in people {
            let mut args = vec!["account", "add", name, "--data", &data];
            args.extend(roles.iter().flat_map(|role| ["--role", role]));
            assert_eq!(run_with(&args, PASSWORD).code, 0, "{name}");
        }
        let path = file(&directory, "report.txt", REPORT);
        let taken = run(&["report", "add", &path, "--handling", "open", "--as", "mara", "--data", &data]);
        assert_eq!(taken.code, 0, "{}", taken.err);
        let listed = run(&["report", "list", "--json", "--data", &data]).json();
        let (report, threat) = (text(&listed, "/reports/0/id"), text(&listed, "/reports/0/threat"));
        Self { directory, data, report, threat }
    }

    /// Runs a command on the threat as somebody.
    fn threat(&self, who: &str, args: &[&str]) -> Ran {
        let (verb, rest) = args.split_first().unwrap();
        let mut all = vec!["threat", verb, &self.threat];
        all.extend(rest);
        all.extend(["--as", who, "--data", &self.data]);
        run(&all)
    }

    fn at_desk(&self, args: &[&str]) -> Ran {
        run(&args.iter().copied().chain(["--data", &self.data]).collect::<Vec<_>>())
    }

    fn shown(&self) -> String {
        self.at_desk(&["threat", "show", &self.threat]).out
    }

    /// Does something as mara with the desk itself.
    fn within(&self, work: impl AsyncFnOnce(&Desk, &Ask)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let data = Path::new(&self.data);
            let desk = server::open(data, Clock::System, Ids::system(), Printer::None).await.unwrap();
            let mara = Ask::by(desk.actor("mara").await.unwrap().unwrap());
            work(&desk, &mara).await;
        });
    }

    fn identify(&self, name: &str) {
        let threat = self.threat.parse().unwrap();
        let new = NewVictim {
            kind: VictimKind::Person,
            name: name.to_owned(),
            party: None,
            reason: "named by his work".to_owned(),
        };
        self.within(async |desk, mara| drop(desk.identify(mara, threat, new).await.unwrap()));
    }

    /// Every question of the pack answered alike, for the first who is meant.
    fn assess(&self, answer: Answer) {
        let threat = self.threat.parse().unwrap();
        self.within(async |desk, mara| {
            let victim = desk.threat(threat).await.unwrap().victims[0].id;
            let library = desk.library().await.unwrap();
            let said = Answered { answer, evidence: "the report says so".to_owned() };
            let criteria = &library.lead().unwrap().says.criteria;
            let answers: BTreeMap<_, _> = criteria.iter().map(|one| (one.id.clone(), said.clone())).collect();
            let given = Answers { answers, ..Answers::default() };
            desk.assess(mara, threat, victim, given).await.unwrap();
        });
    }
}

fn text(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {document}")).to_owned()
}

/// The one check of this file: how it ends, and what is said on which side.
fn ends(ran: &Ran, code: i32, words: &[&str]) {
    // A finding is an answer too.
    let said = if code == 0 || code == 3 { &ran.out } else { &ran.err };
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
}

#[test]
fn who_owns_a_threat_and_who_is_asked() {
    let stage = Stage::set();
    ends(&stage.threat("joon", &["own"]), 1, &["role-may-not", "nothing was changed"]);
    ends(&stage.threat("nobody", &["own"]), 1, &["no such account"]);
    ends(
        &stage.threat("mara", &["own", "--note", "I know the depot"]),
        0,
        &["mara owns this threat", "clock: identify"],
    );
    ends(&stage.threat("mara", &["own"]), 1, &["already-done"]);
    ends(&stage.threat("ben", &["own"]), 1, &["mara owns this threat", "rule `owned`"]);
    ends(&stage.threat("mara", &["hand-over", "--to", "joon", "--note", "x"]), 1, &["no-working-role"]);
    ends(&stage.threat("mara", &["hand-over", "--to", "ben"]), 2, &["--note"]);
    let handed = stage.threat("mara", &["hand-over", "--to", "ben", "--note", "my shift ends", "--json"]);
    assert_eq!(handed.json()["threat"]["coordination"]["owner"]["name"], "ben", "{}", handed.err);
    assert!(stage.shown().contains("ben owns this threat; handed over by mara"), "{}", stage.shown());

    let service = "the other service";
    let report = stage.report.clone();
    ends(&stage.threat("mara", &["state", "--report", &report]), 2, &["--originator"]);
    let state = ["state", "--report", &report, "--originator", service, "--controlled"];
    ends(&stage.threat("mara", &state), 0, &["the other service has not been asked yet"]);
    ends(
        &stage.threat("mara", &["record-answer", "--stance", "agrees", "--words", "x"]),
        1,
        &["no question to an originator"],
    );
    let ask = ["ask-originator", "--originator", service, "--question", "may it be used?"];
    let late = ask.iter().copied().chain(["--answer-by", "soon"]).collect::<Vec<_>>();
    ends(&stage.threat("mara", &late), 1, &["answer_by", "is not a time"]);
    ends(
        &stage.threat("mara", &ask),
        0,
        &["the other service was asked by mara", "an answer is expected by", "clock: consult"],
    );
    let answer = ["record-answer", "--stance", "objects", "--person", "C. Doe", "--words", "not paragraph 2"];
    ends(&stage.threat("mara", &answer), 0, &["objects, said by C. Doe; recorded by mara", "not paragraph 2"]);
}

#[test]
fn shortcut_dispute_and_delay_are_told_with_their_clauses() {
    let stage = Stage::set();
    let hurry = ["warn-first", "--reason", "it begins within the hour"];
    ends(&stage.threat("mara", &hurry), 1, &["no intended victim", "threat show"]);
    stage.identify("the shift manager");
    ends(&stage.threat("ben", &hurry), 1, &["urgent-not-allowed", "[ICD 191, procedures: exigent circumstances]"]);
    ends(
        &stage.threat("mara", &hurry),
        0,
        &["warn first, coordinate after, for the shift manager", "still owed by", "clock: coordinate"],
    );
    ends(&stage.threat("ben", &["dispute", "--reason", "x"]), 1, &["not-there"]);
    stage.assess(Answer::NotMet);
    ends(
        &stage.threat("ben", &["dispute", "--reason", "the second report is a retelling"]),
        0,
        &["is disputed by ben", "open; to be settled by the"],
    );
    ends(&stage.threat("mara", &["settle-dispute", "--decision", "upheld", "--reason", "x"]), 1, &["self-settling"]);
    let settle = ["settle-dispute", "--decision", "set-aside", "--reason", "two reporters, not one"];
    ends(&stage.threat("okafor", &settle), 0, &["set aside by okafor", "two reporters, not one"]);
    ends(&stage.threat("okafor", &settle), 1, &["no open dispute"]);
    let view = stage.at_desk(&["threat", "show", &stage.threat, "--json"]).json();
    let clocks = view["clocks"].as_array().unwrap();
    let due = clocks.iter().find(|clock| clock["of"]["clock"] == "determine").map(|clock| text(clock, "/due_at"));
    let due: jiff::Timestamp = due.unwrap().parse().unwrap();
    let later = (due + jiff::SignedDuration::from_hours(2)).to_string();
    let delay = |who: &str, kind: &str, until: &str| {
        let args = ["delay", "--deadline", "determine", "--kind", kind, "--until", until, "--reason", "an interpreter"];
        stage.threat(who, &args)
    };
    ends(&delay("okafor", "extension", "soon"), 1, &["until", "is not a time"]);
    ends(&delay("mara", "extension", &later), 1, &["delay-not-allowed", "senior officer [our rule;"]);
    ends(&delay("okafor", "pause", &later), 1, &["delay-not-allowed", "knows no pause"]);
    ends(&delay("okafor", "extension", &later), 0, &["extension of `determine` for the shift manager", &later]);
    ends(
        &stage.threat("okafor", &["delay", "--deadline", "acknowledge", "--until", &later, "--reason", "x"]),
        1,
        &["no warning"],
    );
    let shown = stage.shown();
    for words in
        ["nobody owns this threat", "opened again at", "set aside by a settled dispute", "det_", "under icd-191"]
    {
        assert!(shown.contains(words), "`{words}` is not in {shown}");
    }
    stage.identify("his deputy");
    ends(&stage.threat("mara", &hurry), 1, &["more than one intended victim", "--victim: vic_"]);
}

#[test]
fn determinations_are_listed_shown_and_drawn_again() {
    let stage = Stage::set();
    ends(&stage.at_desk(&["determination", "list"]), 0, &["Nothing was determined yet"]);
    stage.identify("the shift manager");
    stage.assess(Answer::Unclear);
    stage.assess(Answer::Met);
    let listed = stage.at_desk(&["determination", "list", "--threat", &stage.threat, "--json"]).json();
    let lines = listed["determinations"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[1]["determination"], &lines[0]["stands"]), (2, &"warn".into(), &false.into()));
    let newest = text(&lines[1], "/id");
    ends(&stage.at_desk(&["determination", "list"]), 0, &["replaced", "stands", "the shift manager by mara"]);
    ends(
        &stage.at_desk(&["determination", "show", &newest]),
        0,
        &["takes the place of det_", "it rests on: the report says so", "of the record"],
    );
    assert_eq!(stage.at_desk(&["determination", "show", &newest, "--json"]).json()["id"], newest.as_str());
    ends(
        &stage.at_desk(&["determination", "show", "det_00000000000000000000000000"]),
        1,
        &["there is no determination"],
    );
    ends(&stage.at_desk(&["determination", "replay", &newest]), 0, &["agrees"]);
    ends(&stage.at_desk(&["determination", "replay", "--all"]), 0, &["2 of 2 determinations agree"]);
    let all = stage.at_desk(&["determination", "replay", "--all", "--json"]).json();
    assert_eq!((&all["agrees"], all["replayed"].as_array().unwrap().len()), (&true.into(), 2));
    ends(&stage.at_desk(&["determination", "replay"]), 2, &["<ID>"]);
}

#[test]
fn a_pack_is_proposed_previewed_and_adopted_by_two() {
    let stage = Stage::set();
    stage.identify("the shift manager");
    stage.assess(Answer::Met);
    let shipped = policy::shipped_text("icd-191").unwrap();
    let pack = file(&stage.directory, "our.toml", shipped.replacen("version = \"2026.1\"", "version = \"2026.2\"", 1));
    let unsound = shipped.replacen("unclear_counts_as = \"met\"", "unclear_counts_as = \"not_met\"", 1);
    let unsound = file(&stage.directory, "unsound.toml", unsound);
    let propose = |path: &str, who: &str| {
        stage.at_desk(&["policy", "propose", path, "--reason", "counsel has read it", "--as", who])
    };
    ends(&propose(&unsound, "okafor"), 1, &["unsound in 1 way", "doubt", "policy check"]);
    ends(&propose(&pack, "joon"), 1, &["role-may-not"]);
    ends(&propose(&pack, "okafor"), 0, &["icd-191 2026.2 is proposed", "policy adopt"]);
    let packs = stage.at_desk(&["policy", "list", "--json"]).json();
    let hash = text(&packs, "/proposed/0/policy/hash");
    let adopt =
        |who: &str| stage.at_desk(&["policy", "adopt", &hash[..8], "--reason", "read with counsel", "--as", who]);
    ends(
        &stage.at_desk(&["policy", "preview", &hash[..8]]),
        0,
        &["take the place of version 2026.1", "1 determination of open threats looked at"],
    );
    ends(&stage.at_desk(&["policy", "preview", &unsound]), 3, &["doubt"]);
    ends(&adopt("okafor"), 1, &["self-adoption"]);
    ends(&adopt("mara"), 1, &["role-may-not"]);
    ends(&adopt("vera"), 0, &["icd-191 2026.2 is in force"]);
    ends(&adopt("vera"), 1, &["not-there"]);
    ends(&stage.at_desk(&["policy", "list"]), 0, &["earlier", "in force  icd-191               2026.2"]);

    // A second pack with a role of its own: an account can hold it, and the roster check looks at every pack in force.
    let care = policy::shipped_text("duty-of-care").unwrap();
    let own = "[roles]\nduty_manager = \"duty manager\"\n\n[duties]";
    let ladder = "deliver = [\"duty_manager\", \"senior_officer\"]";
    let care = care.replacen("[duties]", own, 1).replacen("deliver = [\"senior_officer\"]", ladder, 1);
    let care = file(&stage.directory, "care.toml", care);
    ends(&propose(&care, "okafor"), 0, &["duty-of-care 2026.1 is proposed"]);
    let hash = text(&stage.at_desk(&["policy", "list", "--json"]).json(), "/proposed/0/policy/hash");
    let adopt = ["policy", "adopt", &hash[..8], "--reason", "read with counsel", "--as", "vera"];
    ends(&stage.at_desk(&adopt), 0, &["is in force"]);
    ends(&stage.at_desk(&["roster", "check"]), 3, &["duty manager", "nobody holds this role"]);
    let add = ["account", "add", "ola", "--role", "duty_manager", "--data", &stage.data];
    ends(&run_with(&add, PASSWORD), 0, &["duty_manager"]);
    ends(&stage.at_desk(&["roster", "check"]), 3, &["duty manager", "nobody with this role has a waking path"]);
}
