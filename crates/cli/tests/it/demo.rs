//! The demonstration from the command line, and its record checked by somebody with nothing but the file and the key.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::path::Path;

use crate::common::{Row, check, file, run};

#[test]
fn the_demonstration_sums_up_and_its_record_verifies() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("demo").to_str().unwrap().to_owned();
    let played = run(&["demo", "--once", "--json", "--data", &data]);
    assert_eq!((played.code, played.err.as_str()), (0, ""), "{}", played.out);
    let sum = played.json();
    for key in ["reports", "threats", "refusals", "warnings", "deliveries", "acknowledgements", "escalations", "record"]
    {
        assert!(sum.get(key).is_some(), "{key} is missing: {sum}");
    }
    assert_eq!(sum["record"]["verified"], true);
    let entries = sum["record"]["entries"].as_u64().unwrap();

    let export = format!("{data}/record.jsonl");
    let verified = run(&["record", "verify", &export, "--json"]);
    assert_eq!((verified.code, verified.err.as_str()), (0, ""), "{}", verified.out);
    let verdict = verified.json();
    for (key, value) in
        [("sound", true.into()), ("signature", "good".into()), ("entries", verdict["checkpoint"]["size"].clone())]
    {
        assert_eq!(verdict[key], value, "{key}");
    }
    assert!(verdict["entries"].as_u64().unwrap() <= entries);
    one_changed_byte_is_named(&directory, &data, &export);
    other_ways_to_be_wrong(&directory, &data, &export);
    the_kept_desk_can_be_looked_at(&data);
}

/// One byte of the middle entry's body is changed; that very entry is named.
fn one_changed_byte_is_named(directory: &tempfile::TempDir, data: &str, export: &str) {
    let text = std::fs::read_to_string(export).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line = lines.len() / 2;
    let entry = line - 1;
    let at = lines[line].find("\"body\":\"").expect("the example's entries have bodies") + 12;
    let byte = lines[line].as_bytes()[at];
    let other = if byte == b'x' { "y" } else { "x" };
    lines[line].replace_range(at..=at, other);
    let broken = file(directory, "broken.jsonl", lines.join("\n") + "\n");
    let key = format!("{data}/record.vkey");
    let named = format!("entry {entry}");
    check(&Row {
        args: &["record", "verify", &broken, "--key", &key],
        stdin: "",
        code: 3,
        out: &[&named, "broken"],
        err: &[],
    });
    let found = run(&["record", "verify", &broken, "--key", &key, "--json"]);
    assert_eq!(found.code, 3);
    assert_eq!(found.json()["findings"][0]["entry"].as_u64(), Some(entry as u64), "{}", found.out);
    assert_eq!(found.json()["sound"], false);
}

fn other_ways_to_be_wrong(directory: &tempfile::TempDir, data: &str, export: &str) {
    let text = std::fs::read_to_string(export).unwrap();
    let cut = file(directory, "cut.jsonl", text.lines().take(5).fold(String::new(), |all, line| all + line + "\n"));
    let alone = file(directory, "alone.jsonl", &text);
    let not_a_key = file(directory, "not-a.vkey", "hello\n");
    let key = format!("{data}/record.vkey");
    let rows = [
        Row {
            args: &["record", "verify", &cut, "--key", &key],
            stdin: "",
            code: 3,
            out: &["without a checkpoint"],
            err: &[],
        },
        Row {
            args: &["record", "verify", &alone],
            stdin: "",
            code: 1,
            out: &[],
            err: &["no record.vkey beside it", "--key"],
        },
        Row {
            args: &["record", "verify", &alone, "--key", &not_a_key],
            stdin: "",
            code: 1,
            out: &[],
            err: &["not-a.vkey", "public key"],
        },
        Row { args: &["record", "verify", &alone, "--key", &key], stdin: "", code: 0, out: &["whole"], err: &[] },
        Row { args: &["record", "verify", "-", "--key", &key], stdin: &text, code: 0, out: &["whole"], err: &[] },
        Row {
            args: &["record", "verify", &alone, "--key", &key, "--known", &not_a_key],
            stdin: "",
            code: 1,
            out: &[],
            err: &["not a signed note"],
        },
        Row {
            args: &["record", "verify", "missing.jsonl", "--key", &key],
            stdin: "",
            code: 1,
            out: &[],
            err: &["missing.jsonl"],
        },
    ];
    rows.iter().for_each(check);
}

/// The same data directory, opened again by the commands of a real desk.
fn the_kept_desk_can_be_looked_at(data: &str) {
    let rows = [
        Row { args: &["threat", "list", "--data", data], stdin: "", code: 0, out: &["Kerman"], err: &[] },
        Row { args: &["record", "check", "--data", data], stdin: "", code: 0, out: &["whole"], err: &[] },
        Row {
            args: &["record", "rebuild", "--check", "--data", data],
            stdin: "",
            code: 0,
            out: &["0 differing"],
            err: &[],
        },
        Row { args: &["stats", "--data", data], stdin: "", code: 0, out: &["warnings"], err: &[] },
    ];
    rows.iter().for_each(check);
    let proof = Path::new(data).join("proof.jsonl").to_str().unwrap().to_owned();
    let exported = run(&["record", "export", "--without-content", "--data", data, "--out", &proof]);
    assert_eq!(exported.code, 0, "{}", exported.err);
    let verdict = run(&["record", "verify", &proof, "--json"]).json();
    assert_eq!((&verdict["sound"], &verdict["withheld"]), (&true.into(), &verdict["entries"]));
    let whole = std::fs::read_to_string(&proof).unwrap();
    assert!(!whole.contains("guest house"), "a proof holds nothing of what was said");
}
