//! A desk made and operated from the terminal, and served until it is told to stop.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use crate::common::{Ran, Row, check, command, file, run, run_with};

const PASSWORD: &[u8] = b"long enough for anybody\n";

/// A data directory with a senior officer and an assessor.
fn desk(directory: &tempfile::TempDir) -> String {
    let data = directory.path().join("desk").to_str().unwrap().to_owned();
    let made = run_with(&["init", "--data", &data, "--admin", "okafor", "--full-name", "Chidi Okafor"], PASSWORD);
    assert_eq!(made.code, 0, "{}", made.err);
    let args = ["account", "add", "mara", "--role", "assessor", "--role", "intake", "--as", "okafor", "--data", &data];
    let added = run_with(&args, PASSWORD);
    assert_eq!(added.code, 0, "{}", added.err);
    data
}

/// Reports taken in; the exit code says that one could not be read.
fn reports(data: &str, directory: &tempfile::TempDir) -> Ran {
    let bad = file(directory, "bad.txt", b"\xff\xfe");
    let before = "examples/kerman/before/";
    let files = [format!("{before}1-guest-house.txt"), bad, format!("{before}2-telephone.txt")];
    run(&["report", "add", &files[0], &files[1], &files[2], "--reporter", "Night desk", "--as", "mara", "--data", data])
}

#[test]
fn a_desk_is_operated_from_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let data = desk(&directory);
    let taken = reports(&data, &directory);
    assert_eq!(taken.code, 1, "{}{}", taken.out, taken.err);
    assert!(taken.err.contains("not UTF-8") && taken.out.contains("same place"), "{}{}", taken.out, taken.err);

    let listed = run(&["report", "list", "--json", "--data", &data]).json();
    let report = listed["reports"][1]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed["reports"].as_array().unwrap().len(), 2);
    let threats = run(&["threat", "list", "--json", "--data", &data]).json();
    assert_eq!(threats["threats"].as_array().unwrap().len(), 1);
    let threat = threats["threats"][0]["id"].as_str().unwrap().to_owned();
    let view = run(&["threat", "show", &threat, "--json", "--data", &data]).json();
    assert!(view["comparison"]["fields"].as_array().unwrap().len() > 5);

    let register = "examples/kerman/register.jsonl";
    let rows = [
        Row {
            args: &["report", "show", &report, "--data", &data],
            stdin: "",
            code: 0,
            out: &["[protected:", "Night desk"],
            err: &[],
        },
        Row {
            args: &["threat", "show", &threat, "--data", &data],
            stdin: "",
            code: 0,
            out: &["clock: identify", "Kerman"],
            err: &[],
        },
        Row {
            args: &["register", "import", register, "--dry-run", "--as", "mara", "--data", &data],
            stdin: "",
            code: 0,
            out: &["would be added"],
            err: &[],
        },
        Row { args: &["register", "check", "--data", &data], stdin: "", code: 0, out: &["empty"], err: &[] },
        Row {
            args: &["register", "import", register, "--as", "mara", "--data", &data],
            stdin: "",
            code: 0,
            out: &[" 0 bad"],
            err: &[],
        },
        Row {
            args: &["register", "import", register, "--as", "mara", "--data", &data],
            stdin: "",
            code: 0,
            out: &[" 0 added, 0 changed"],
            err: &[],
        },
        Row { args: &["register", "check", "--data", &data], stdin: "", code: 3, out: &["Not reachable"], err: &[] },
        Row { args: &["stats", "--data", &data], stdin: "", code: 0, out: &["reports", "unresolved"], err: &[] },
        Row {
            args: &["record", "check", "--data", &data],
            stdin: "",
            code: 0,
            out: &["the record is whole"],
            err: &[],
        },
        Row {
            args: &["record", "rebuild", "--check", "--data", &data],
            stdin: "",
            code: 0,
            out: &["0 differing"],
            err: &[],
        },
        Row { args: &["policy", "check", "icd-191", "--desk", &data], stdin: "", code: 3, out: &["approve"], err: &[] },
    ];
    rows.iter().for_each(check);
}

#[test]
fn words_are_marked_and_released_from_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let data = desk(&directory);
    let tip =
        file(&directory, "tip.txt", b"(U) They will meet at the old mill on Friday.\n\n(S//NF) A cook said so.\n");
    assert_eq!(run(&["report", "add", &tip, "--as", "mara", "--data", &data]).code, 0);
    let listed = run(&["report", "list", "--json", "--data", &data]).json();
    let report = listed["reports"][0]["id"].as_str().unwrap().to_owned();
    let mark = |marking: &'static str, words: &'static str| {
        run(&[
            "report", "mark", &report, marking, "--words", words, "--reason", "so asked", "--as", "mara", "--data",
            &data,
        ])
    };
    let free = |who: &'static str, span: &'static str| {
        let to = ["report", "release", &report, "TLP:GREEN", "--span", span, "--reason", "to warn", "--as", who];
        run(&[&to[..], &["--data", &data]].concat())
    };
    for (ran, code, says) in [
        (mark("TLP:PURPLE", "old mill"), 1, "TLP:PURPLE"),
        (mark("TLP:RED", "new mill"), 1, "exactly as they stand"),
        (mark("TLP:RED", "old mill"), 0, "UNCLASSIFIED//TLP:RED"),
        (free("mara", "47-71"), 1, "release the words of a report takes"),
        (free("okafor", "47-7000"), 1, "exactly as they stand"),
        (free("okafor", "47-71"), 0, "open       TLP:GREEN"),
        (free("okafor", "x"), 2, "two numbers"),
        (run(&["report", "show", &report, "--data", &data]), 0, "A cook said so."),
        (run(&["record", "rebuild", "--check", "--data", &data]), 0, "0 differing"),
    ] {
        let all = format!("{}{}", ran.out, ran.err).split_whitespace().collect::<Vec<_>>().join(" ");
        let says = says.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(ran.code == code && all.contains(&says), "{says}: {} {all}", ran.code);
    }
}

#[test]
fn refusals_are_plain() {
    let directory = tempfile::tempdir().unwrap();
    let data = desk(&directory);
    let nowhere = directory.path().join("nowhere").to_str().unwrap().to_owned();
    let rows = [
        Row { args: &["init", "--data", &data], stdin: "", code: 1, out: &[], err: &["in use"] },
        Row {
            args: &["init", "--data", &nowhere, "--admin", "x1"],
            stdin: "short\n",
            code: 1,
            out: &[],
            err: &["15 characters"],
        },
        Row {
            args: &["init", "--data", &nowhere, "--policy", "none"],
            stdin: "",
            code: 2,
            out: &[],
            err: &["no pack `none`"],
        },
        Row { args: &["stats", "--data", &nowhere], stdin: "", code: 1, out: &[], err: &["is this a data directory?"] },
        Row { args: &["stats"], stdin: "", code: 2, out: &[], err: &["--data"] },
        Row {
            args: &["report", "add", "x", "--as", "nobody", "--data", &data],
            stdin: "",
            code: 1,
            out: &[],
            err: &["no such account", "account list"],
        },
        Row { args: &["report", "show", "rep_x", "--data", &data], stdin: "", code: 2, out: &[], err: &["not an id"] },
        Row {
            args: &["threat", "show", "thr_00000000000000000000000000", "--data", &data],
            stdin: "",
            code: 1,
            out: &[],
            err: &["there is no threat"],
        },
        Row {
            args: &["account", "off", "okafor", "--reason", "left", "--data", &data],
            stdin: "",
            code: 1,
            out: &[],
            err: &["last-of-role"],
        },
        Row {
            args: &["account", "off", "mara", "--reason", " ", "--data", &data],
            stdin: "",
            code: 1,
            out: &[],
            err: &["reason"],
        },
        Row {
            args: &["account", "add", "mara", "--role", "intake", "--data", &data],
            stdin: "long enough for anybody",
            code: 1,
            out: &[],
            err: &["name-taken"],
        },
        Row {
            args: &["account", "add", "b", "--role", "A Cook", "--data", &data],
            stdin: "",
            code: 2,
            out: &[],
            err: &["the roles are"],
        },
        Row {
            args: &["account", "add", "bo", "--role", "cook", "--data", &data],
            stdin: "long enough for anybody",
            code: 1,
            out: &[],
            err: &["no pack in force or proposed has the role `cook`"],
        },
        Row {
            args: &["account", "add", "ben", "--role", "intake", "--as", "mara", "--data", &data],
            stdin: "long enough for anybody",
            code: 1,
            out: &[],
            err: &["senior officer"],
        },
        Row {
            args: &["account", "off", "mara", "--reason", "left", "--data", &data],
            stdin: "",
            code: 0,
            out: &["switched off"],
            err: &[],
        },
        Row {
            args: &["report", "add", "x", "--as", "mara", "--data", &data],
            stdin: "",
            code: 1,
            out: &[],
            err: &["switched off"],
        },
        Row {
            args: &["account", "on", "mara", "--reason", "back", "--data", &data],
            stdin: "",
            code: 0,
            out: &["mara"],
            err: &[],
        },
        Row {
            args: &["account", "password", "mara", "--data", &data],
            stdin: "another that is long enough",
            code: 0,
            out: &["new password"],
            err: &[],
        },
        Row {
            args: &["serve", "--data", &data, "--listen", "0.0.0.0:0"],
            stdin: "",
            code: 2,
            out: &[],
            err: &["--tls-cert", "--behind-tls-proxy"],
        },
        Row {
            args: &["serve", "--data", &data, "--tls-cert", "README.md"],
            stdin: "",
            code: 2,
            out: &[],
            err: &["--tls-key"],
        },
        Row {
            args: &["serve", "--data", &data, "--tls-cert", "README.md", "--tls-key", "README.md"],
            stdin: "",
            code: 1,
            out: &[],
            err: &["README.md", "holds no certificate"],
        },
        Row {
            args: &["demo", "--once", "--listen", "0.0.0.0:0"],
            stdin: "",
            code: 2,
            out: &[],
            err: &["known passwords"],
        },
        Row { args: &["demo", "--once", "--data", &data], stdin: "", code: 1, out: &[], err: &["in use"] },
    ];
    rows.iter().for_each(check);
    assert!(!std::path::Path::new(&nowhere).exists(), "a refused `init` leaves nothing behind");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let data = desk(&directory);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = ["serve", "--data", &data, "--listen", &address];
    check(&Row { args: &serve, stdin: "", code: 1, out: &[], err: &[&address, "--listen"] });
    check(&Row { args: &["demo", "--listen", &address], stdin: "", code: 1, out: &[], err: &[&address, "--listen"] });
}

#[test]
fn serve_answers_and_stops_when_told() {
    let directory = tempfile::tempdir().unwrap();
    let data = desk(&directory);
    let mut serve = command(&["serve", "--data", &data, "--listen", "127.0.0.1:0", "--log", "json"]);
    let mut child = serve.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let open = said.find(|line| line.contains("The desk is open at")).expect("it says where");
    let address = open.split("http://").nth(1).unwrap().split(". Ctrl-C").next().unwrap().to_owned();

    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET /api/v1/threats HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");

    // A report may come in from the terminal while the desk is served.
    assert_eq!(reports(&data, &directory).code, 1);

    let told = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    let rest: Vec<String> = said.collect();
    assert!(rest.iter().any(|line| line.contains("Stopping")), "{rest:?}");
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest:?}");
    assert_eq!(run(&["record", "check", "--data", &data]).code, 0);
}

#[test]
fn who_could_be_woken_is_asked_from_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let data = desk(&directory);
    let inspector = ["account", "add", "joon", "--role", "inspector", "--data", &data];
    assert_eq!(run_with(&inspector, PASSWORD).code, 0);
    let asks = |args: &[&'static str], code: i32, out: &'static str, err: &'static str| {
        let args: Vec<&str> = args.iter().copied().chain(["--data", &data]).collect();
        let (out, err) = ([out], [err]);
        let err: &[&str] = if err[0].is_empty() { &[] } else { &err };
        check(&Row { args: &args, stdin: "", code, out: &out, err });
    };
    asks(&["roster", "check"], 3, "NOBODY COULD BE WOKEN: nobody with this role has a waking path", "");
    asks(&["account", "waking", "okafor", "pigeon:coo"], 2, "", "email:ADDRESS");
    asks(&["account", "waking", "okafor", "email:okafor@desk.example"], 0, "woken by e-mail okafor@desk.example", "");
    asks(&["account", "waking", "mara", "telephone:+000-555-0100"], 0, "telephone", "");
    asks(&["account", "waking", "joon", "email:joon@desk.example"], 0, "e-mail", "");
    asks(&["roster", "check"], 0, "never tested: okafor by e-mail", "");
    let shift = "zone = \"Europe/London\"\n[[shift]]\nrole = \"senior_officer\"\nperson = \"okafor\"\n\
                 days = \"mon-sat\"\nfrom = \"00:00\"\nto = \"00:00\"\n";
    let roster = file(&directory, "roster.toml", shift);
    let bad = file(&directory, "bad.toml", shift.replace("mon-sat", "moonday"));
    let import = |path: &str| run(&["roster", "import", path, "--as", "okafor", "--data", &data]);
    assert_eq!(import(&roster).code, 0);
    let refused = import(&bad);
    assert!(refused.code == 1 && refused.err.contains("moonday"), "{}", refused.err);
    let gaps = run(&["roster", "check", "--from", "2024-03-04T00:00:00Z", "--json", "--data", &data]);
    let found = gaps.json();
    assert_eq!((gaps.code, &found["gaps"][0]["kind"]), (3, &"off_duty".into()));
    assert_eq!(found["gaps"][0]["from"], "2024-03-10T00:00:00Z", "the Sunday");
    asks(&["roster", "show", "--from", "2024-03-04T00:00:00Z"], 0, "nobody", "");
    asks(&["stats", "--csv", "--by", "month"], 0, "section,group,what", "");
    asks(&["stats", "--by", "moon"], 2, "", "pack or by month");
}
