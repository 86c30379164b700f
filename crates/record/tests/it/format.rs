//! docs/record-format.md is pinned to the code: its worked example has the bytes the code makes, and an auditor written
//! from the document alone comes to the same verdicts.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::process::Command;

use crate::common::{self, Item, State, World};
use jiff::Timestamp;
use record::{FORMAT, Hash, Leaf, SigningKey, VerifyKey, seal, sealed_as, verify};

const DOCUMENT: &str = include_str!("../../../../docs/record-format.md");

fn item(seq: u64, at: &str, kind: &str, by: &str, stream: &str, salt: u8, text: &str) -> Item {
    let commitment = Hash::of_empty_tree();
    let at: Timestamp = at.parse().unwrap();
    let (kind, by, stream) = (kind.to_owned(), by.to_owned(), stream.to_owned());
    let leaf = Leaf { seq, at, kind, by, stream, erases: false, commitment };
    let mut item = Item { leaf, salt: [salt; 32], text: text.to_owned(), state: State::Kept };
    item.commit();
    item
}

/// The record of the worked example.
fn example() -> World {
    let mut items = vec![
        item(0, "2024-01-01T08:00:00Z", "ReportFiled", "acc_1", "report/rep_1", 0x11, r#"{"words":"it is planned"}"#),
        item(1, "2024-01-01T08:00:00.000001Z", "ReportFiled", "acc_1", "report/rep_2", 0x22, r#"{"words":"«Tür»"}"#),
        item(2, "2024-02-01T09:30:00Z", "ContentErased", "acc_2", "report/rep_1", 0x33, r#"{"because":"court order"}"#),
    ];
    items[0].state = State::Erased;
    items[2].leaf.erases = true;
    World { key: SigningKey::from_seed("desk.example", [0x42; 32]).unwrap(), items }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Hexadecimal digits in lines of 32 bytes.
fn wrapped(bytes: &[u8]) -> String {
    bytes.chunks(32).map(|line| hex(line) + "\n").collect()
}

/// The fenced block behind `<!-- pinned: name -->`.
fn pinned(name: &str) -> &'static str {
    let mark = format!("<!-- pinned: {name} -->\n");
    let at = DOCUMENT.find(&mark).unwrap_or_else(|| panic!("the document has no `{mark}`"));
    let block = &DOCUMENT[at + mark.len()..];
    let block = block.strip_prefix("```text\n").unwrap_or_else(|| panic!("no block after `{mark}`"));
    &block[..block.find("```").unwrap()]
}

#[test]
fn the_worked_example_has_the_bytes_that_the_code_makes() {
    let world = example();
    let check = |name: &str, made: String| {
        assert_eq!(pinned(name), made, "`{name}` in docs/record-format.md should read:\n{made}");
    };
    check("public key", format!("{}\n", world.key.verify_key()));
    check("commitments", world.items.iter().map(|item| item.leaf.commitment.to_hex() + "\n").collect());
    check("leaf bytes", wrapped(&world.items[1].leaf.bytes()));
    check("leaf hashes", world.items.iter().map(|item| item.leaf.hash().to_hex() + "\n").collect());
    check("root", world.checkpoint().root.to_hex() + "\n");
    check("checkpoint", world.note());
    check("export", world.export());
    let sealed = seal(&[0x44; 32], &[0x55; 24], &sealed_as("report/rep_2", 1), world.items[1].text.as_bytes());
    check("sealed", wrapped(&sealed));
    assert!(verify(world.export().as_bytes(), Some(&world.verify_key()), None).unwrap().is_sound());
    assert!(DOCUMENT.contains(&format!("`{FORMAT}`")));
}

/// Runs the auditor; answers its exit status and what it printed. `None` when there is no python3 here.
fn audit(export: &[u8], key: &VerifyKey, known: Option<&str>) -> Option<(i32, String)> {
    let stem = format!("auditor-{}-{}", std::process::id(), record_number());
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{stem}.jsonl"));
    std::fs::write(&path, export).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/auditor.py");
    let mut command = Command::new("python3");
    command.arg("-I").arg(script).arg(&path).arg(key.to_string()).args(known);
    let output = command.output();
    std::fs::remove_file(&path).unwrap();
    let output = output.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.code().unwrap_or(-1), text))
}

/// A number for each file, so that tests in one process do not share one.
fn record_number() -> usize {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

#[test]
fn an_auditor_written_from_the_document_agrees() {
    let world = World::new(16);
    let key = world.verify_key();
    let Some((status, text)) = audit(world.export().as_bytes(), &key, None) else {
        println!("no python3 here: the independent auditor was not run");
        return;
    };
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("16 entries, 2 erased"), "{text}");
    let example = example();
    assert_eq!(audit(pinned("export").as_bytes(), &example.verify_key(), None).unwrap().0, 0);

    let note = world.note();
    let mut seeded = common::Seeded(5);
    let mut mutants: Vec<Vec<u8>> = Vec::new();
    for _ in 0..10 {
        let mut bytes = world.export().into_bytes();
        let at = seeded.below(bytes.len());
        bytes[at] ^= 1 << seeded.below(8);
        mutants.push(bytes);
        let mut lines = world.lines();
        lines.remove(seeded.below(lines.len()));
        mutants.push(lines.concat().into_bytes());
    }
    for change in [
        |world: &mut World| world.items[4].leaf.by.push('x'),
        |world: &mut World| world.items[4].leaf.at = common::at(0),
        |world: &mut World| world.items[4].text.push(' '),
        |world: &mut World| world.items[4].state = State::Erased,
        |world: &mut World| world.items.swap(4, 5),
        |world: &mut World| world.items.truncate(9),
    ] {
        let mut changed = world.clone();
        change(&mut changed);
        mutants.push(changed.lines_with(&note).concat().into_bytes());
    }
    mutants.push(World { key: common::key(2), ..world.clone() }.export().into_bytes());
    mutants.push([world.export().as_bytes(), b"\n"].concat());
    mutants.push(world.export().trim_end().as_bytes().to_vec());
    let count = mutants.len();
    for mutant in mutants {
        assert!(!verify(mutant.as_slice(), Some(&key), None).unwrap().is_sound());
        let (status, text) = audit(&mutant, &key, None).unwrap();
        assert_eq!(status, 3, "{text}\n{}", String::from_utf8_lossy(&mutant));
    }
    // A record cut back to an older checkpoint that is itself genuine: found with the newer checkpoint only.
    let mut back = World::new(16);
    back.items.truncate(9);
    back.items.iter_mut().for_each(|item| item.state = State::Kept);
    assert_eq!(audit(back.export().as_bytes(), &key, None).unwrap().0, 0);
    assert_eq!(audit(back.export().as_bytes(), &key, Some(&note)).unwrap().0, 3);
    assert_eq!(audit(world.export().as_bytes(), &key, Some(&back.note())).unwrap().0, 0);
    println!("the independent auditor agrees on the good exports and on {} changed ones", count + 1);
}
