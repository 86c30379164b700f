//! What the verifier says of an export: one row for each thing that can be wrong, with the entry it names.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test that cannot go on fails")]

use crate::common::{Item, ORIGIN, Seeded, State, World, at, key};
use proptest::prelude::*;
use record::{
    Checkpoint, FindingKind, Leaf, MAX_BODY_BYTES, MAX_FINDINGS, MAX_LINE_BYTES, SignatureCheck, Verdict, verify,
};

/// Verifies with the key.
fn judge(export: &str, world: &World) -> Verdict {
    verify(export.as_bytes(), Some(&world.verify_key()), None).unwrap()
}

/// Kind and entry of each finding.
fn found(verdict: &Verdict) -> Vec<(&'static str, Option<u64>)> {
    assert_eq!(verdict.findings.len() as u64, verdict.findings_total);
    verdict.findings.iter().map(|finding| (finding.kind.name(), finding.seq)).collect()
}

/// Changes the lines of a good export of 12 entries and says what must be found.
fn check(name: &str, change: impl Fn(&mut Vec<String>), expected: &[(&str, Option<u64>)]) {
    let world = World::new(12);
    let mut lines = world.lines();
    change(&mut lines);
    let verdict = judge(&lines.concat(), &world);
    assert_eq!(found(&verdict), expected, "{name}: {:#?}", verdict.findings);
}

#[test]
fn a_good_export_is_sound() {
    for size in [0, 1, 2, 12, 33] {
        let world = World::new(size);
        let verdict = judge(&world.export(), &world);
        assert_eq!(found(&verdict), [], "{size}");
        assert!(verdict.is_sound());
        assert_eq!((verdict.entries, verdict.signature), (size, SignatureCheck::Good));
        assert_eq!(verdict.root, world.checkpoint().root);
        assert_eq!(verdict.checkpoint, Some(world.checkpoint()));
        let erased = world.items.iter().filter(|item| item.state == State::Erased).count() as u64;
        assert_eq!(verdict.erased, erased);
    }
    assert_eq!(World::new(12).items.iter().filter(|item| item.state == State::Erased).count(), 1);
}

#[test]
fn without_a_key_the_verdict_says_so() {
    let world = World::new(5);
    let verdict = verify(world.export().as_bytes(), None, None).unwrap();
    assert!(verdict.is_sound());
    assert_eq!(verdict.signature, SignatureCheck::NotChecked);
}

#[test]
fn a_proof_without_content_is_sound_and_counted() {
    let mut world = World::new(12);
    for item in &mut world.items {
        if item.state == State::Kept {
            item.state = State::Withheld;
        }
    }
    let verdict = judge(&world.export(), &world);
    assert_eq!(found(&verdict), []);
    assert_eq!((verdict.erased, verdict.withheld), (1, 11));
    let mut lines = world.lines();
    lines[5] = World::new(12).lines()[5].clone();
    assert_eq!(found(&judge(&lines.concat(), &world)), [("carries", Some(4))]);
}

#[test]
fn changed_content_is_named() {
    let edit =
        |from: &'static str, to: &'static str| move |lines: &mut Vec<String>| lines[5] = lines[5].replace(from, to);
    check("body", edit("words", "wordz"), &[("body", Some(4))]);
    check("time", edit(":15.123456Z", ":14.123456Z"), &[]);
    check("time", edit(".123456Z", ".123455Z"), &[("fields", Some(4))]);
    check("person", edit("acc_1", "acc_2"), &[("fields", Some(4))]);
    check("stream", edit("thr_4", "thr_3"), &[("fields", Some(4))]);
    check("flag", edit("\"erases\":false", "\"erases\":true"), &[("fields", Some(4))]);
    check("number", edit("\"seq\":4", "\"seq\":9"), &[("number", Some(4))]);
    check("swapped bodies", |lines| swap_bodies(lines, 5, 6), &[("body", Some(4)), ("body", Some(5))]);
    let swap = |lines: &mut Vec<String>| {
        let (a, b) = (World::new(12).items[4].clone(), World::new(12).items[5].clone());
        let commitment = a.leaf.commitment.to_string();
        lines[5] = lines[5].replace(&commitment, &b.leaf.commitment.to_string());
    };
    check("commitment", swap, &[("fields", Some(4))]);
    let leaf = |lines: &mut Vec<String>| {
        let leaf = World::new(12).items[4].leaf.hash().to_string();
        lines[5] = lines[5].replace(&leaf, &World::new(12).items[5].leaf.hash().to_string());
    };
    check("leaf hash", leaf, &[("fields", Some(4))]);
}

/// Gives two entries each the other's body and salt.
fn swap_bodies(lines: &mut [String], a: usize, b: usize) {
    let tail = |line: &str| line[line.find("\"salt\"").unwrap()..].to_owned();
    let (of_a, of_b) = (tail(&lines[a]), tail(&lines[b]));
    lines[a] = lines[a].replace(&of_a, &of_b);
    lines[b] = lines[b].replace(&of_b, &of_a);
}

#[test]
fn changed_order_is_named() {
    check("gap", |lines| drop(lines.remove(5)), &[("missing", Some(5))]);
    check("wide gap", |lines| drop(lines.drain(5..8)), &[("missing", Some(7))]);
    check("twice", |lines| lines.insert(6, lines[5].clone()), &[("repeated", Some(4))]);
    check("swap", |lines| lines.swap(5, 6), &[("missing", Some(5)), ("out-of-order", Some(4))]);
    check("old one again", |lines| lines.insert(9, lines[3].clone()), &[("out-of-order", Some(2))]);
    check("last missing", |lines| drop(lines.remove(12)), &[("truncated", Some(11))]);
    check("end missing", |lines| drop(lines.drain(9..13)), &[("truncated", Some(8))]);
}

#[test]
fn broken_lines_are_named_and_the_rest_is_still_checked() {
    let both = |lines: &mut Vec<String>| {
        lines[5] = lines[5].replace("\"kind\"", "\"king\"");
        lines[8] = lines[8].replace("words", "wordz");
    };
    check("two", both, &[("bad-line", Some(4)), ("body", Some(7))]);
    check("junk between", |lines| lines.insert(5, "junk\n".to_owned()), &[("bad-line", Some(4))]);
    check("empty line", |lines| lines.insert(5, "\n".to_owned()), &[("bad-line", Some(4))]);
    check("white space", |lines| lines[5].insert(1, ' '), &[("bad-line", Some(4))]);
    check("trailing space", |lines| lines[5] = lines[5].replace('\n', " \n"), &[("bad-line", Some(4))]);
    check("CR", |lines| lines[5] = lines[5].replace('\n', "\r\n"), &[("bad-line", Some(4))]);
    check("escape", |lines| lines[5] = lines[5].replace("acc", "\\u0061cc"), &[("bad-line", Some(4))]);
    check(
        "member twice",
        |lines| lines[5] = lines[5].replace(",\"by\"", ",\"seq\":4,\"by\""),
        &[("bad-line", Some(4))],
    );
    check("time zone", |lines| lines[5] = lines[5].replace("56Z", "56+00:00"), &[("bad-line", Some(4))]);
    check("no salt", |lines| lines[5] = without_salt(&lines[5]), &[("bad-line", Some(4))]);
    check("deep", |lines| lines[5] = "[".repeat(100_000) + "\n", &[("bad-line", Some(4))]);
    check("BOM", |lines| lines[0].insert(0, '\u{feff}'), &[("header", None)]);
}

fn without_salt(line: &str) -> String {
    let (from, to) = (line.find("\"salt\":").unwrap() + 7, line.find(",\"body\"").unwrap());
    format!("{}null{}", &line[..from], &line[to..])
}

#[test]
fn ends_are_checked() {
    check("nothing", Vec::clear, &[("header", None), ("no-checkpoint", None)]);
    check("header only", |lines| lines.truncate(1), &[("no-checkpoint", None)]);
    check("no header", |lines| drop(lines.remove(0)), &[("header", None)]);
    check("no checkpoint", |lines| drop(lines.pop()), &[("no-checkpoint", None)]);
    check("line after", |lines| lines.push("{}\n".to_owned()), &[("after-checkpoint", None)]);
    check("newline missing", |lines| lines[13] = lines[13].trim_end().to_owned(), &[("unended", None)]);
    check("header twice", |lines| lines.insert(1, lines[0].clone()), &[("bad-line", None)]);
    check("version", |lines| lines[0] = lines[0].replace("/1", "/2"), &[("header", None)]);
    let origin = |lines: &mut Vec<String>| lines[0] = lines[0].replace("desk", "dusk");
    check("origin", origin, &[("header", None), ("checkpoint", None)]);
    let proof = |lines: &mut Vec<String>| lines[0] = lines[0].replace("full", "proof");
    let world = World::new(12);
    let mut lines = world.lines();
    proof(&mut lines);
    assert_eq!(judge(&lines.concat(), &world).findings_total, 11, "each body that is there");
}

#[test]
fn signatures_are_checked() {
    let world = World::new(12);
    let forged = |lines: &mut Vec<String>| {
        lines[13] = World { key: key(2), ..World::new(12) }.lines().pop().unwrap();
    };
    check("other key", forged, &[("signature", None)]);
    check(
        "changed size",
        |lines| lines[13] = lines[13].replace("\\n12\\n", "\\n13\\n"),
        &[("signature", None), ("truncated", Some(12))],
    );
    let witnessed = |lines: &mut Vec<String>| lines[13] = lines[13].replace("\\n\"}", "\\n\u{2014} w AAAAAAAA\\n\"}");
    check("second signature", witnessed, &[("checkpoint", None)]);
    let other = |lines: &mut Vec<String>| lines[13] = World::new(11).lines().pop().unwrap();
    check("older checkpoint", other, &[("unsigned", Some(11))]);
    let verdict = judge(&World { key: key(2), ..world.clone() }.export(), &world);
    assert_eq!(verdict.signature, SignatureCheck::Bad);
}

#[test]
fn an_attacker_who_mends_all_hashes_is_stopped_by_the_root() {
    let world = World::new(12);
    let mut changed = world.clone();
    changed.items[4].leaf.at = at(1);
    let export = changed.lines_with(&world.note()).concat();
    assert_eq!(found(&judge(&export, &world)), [("root", None)]);
    let known = world.checkpoint_at(4);
    let verdict = verify(export.as_bytes(), Some(&world.verify_key()), Some(&known)).unwrap();
    assert!(verdict.findings[0].what.contains("from entry 4 on"), "{:?}", verdict.findings);
}

#[test]
fn time_never_runs_backwards() {
    let mut world = World::new(12);
    world.items[4].leaf.at = at(0);
    assert_eq!(found(&judge(&world.export(), &world)), [("time-backwards", Some(4))]);
}

#[test]
fn a_removed_body_is_not_passed_off_as_erased() {
    let mut world = World::new(12);
    world.items[3].state = State::Erased;
    world.items[8].state = State::Erased;
    let verdict = judge(&world.export(), &world);
    assert_eq!(found(&verdict), [("erasure", Some(3))], "both are of one stream");
    assert!(verdict.findings[0].what.contains("2 such"), "{:?}", verdict.findings);

    let mut world = World::new(12);
    world.items[7].state = State::Erased;
    assert_eq!(found(&judge(&world.export(), &world)), [("erasure", Some(7))], "the entry that erases keeps its body");

    let mut world = World::new(12);
    world.items[4].state = State::Withheld;
    let mut lines = world.lines();
    lines[0] = World::new(12).lines()[0].clone();
    assert_eq!(found(&judge(&lines.concat(), &world)), [("carries", Some(4))]);
}

#[test]
fn an_earlier_checkpoint_shows_a_record_cut_back_or_rewritten() {
    let world = World::new(12);
    let short = World::new(8);
    let against = |export: &str, known: Checkpoint| {
        found(&verify(export.as_bytes(), Some(&world.verify_key()), Some(&known)).unwrap())
    };
    for size in 0..=12 {
        assert_eq!(against(&world.export(), world.checkpoint_at(size)), [], "{size}");
    }
    assert_eq!(against(&short.export(), world.checkpoint_at(8)), []);
    assert_eq!(against(&short.export(), world.checkpoint()), [("known", Some(8))]);
    let mut rewritten = world.clone();
    rewritten.items[4].leaf.by = "acc_x".to_owned();
    assert_eq!(against(&rewritten.export(), world.checkpoint_at(6)), [("known", None)]);
    assert_eq!(against(&rewritten.export(), world.checkpoint_at(4)), []);
    let other = Checkpoint { origin: "other".to_owned(), ..world.checkpoint() };
    assert_eq!(against(&world.export(), other), [("known", None)]);
}

#[test]
fn findings_are_bounded_and_counted() {
    let mut lines = World::new(1).lines();
    let entry = lines.remove(1);
    lines.splice(1..1, std::iter::repeat_n(entry.replace("words", "wordz"), 3000));
    let verdict = judge(&lines.concat(), &World::new(1));
    assert_eq!(verdict.findings.len(), MAX_FINDINGS);
    assert_eq!(verdict.findings_total, 3000 + 2999);
    assert_eq!(verdict.findings[0].kind, FindingKind::Body);
}

#[test]
fn a_finding_says_nothing_of_a_body() {
    let world = World::new(12);
    let mut lines = world.lines();
    lines[5] = lines[5].replace("words", "SECRET");
    lines[6] = lines[6].replace("\"body\":\"", "\"body\":{\"SECRET\":1},\"x\":\"");
    let verdict = judge(&lines.concat(), &world);
    assert_eq!(verdict.findings.len(), 2);
    assert!(!format!("{verdict:?}").contains("SECRET"));
}

#[test]
fn leaves_are_never_confused() {
    let base = World::new(12).items[4].leaf.clone();
    let moved = Leaf { kind: format!("{}a", base.kind), by: base.by[1..].to_owned(), ..base.clone() };
    let others = [
        moved,
        Leaf { seq: base.seq + (1 << 32), ..base.clone() },
        Leaf { at: at(-1), ..base.clone() },
        Leaf { erases: true, ..base.clone() },
        Leaf { kind: base.by.clone(), by: base.kind.clone(), ..base.clone() },
        Leaf { stream: String::new(), ..base.clone() },
    ];
    for other in others {
        assert_ne!(other.hash(), base.hash(), "{other:?}");
    }
}

/// Reads one byte at a time, to show that no line depends on how the bytes come in.
struct Slow<'a>(&'a [u8]);

impl std::io::Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let some = &self.0[..self.0.len().min(into.len()).min(1)];
        into[..some.len()].copy_from_slice(some);
        self.0 = &self.0[some.len()..];
        Ok(some.len())
    }
}

#[test]
fn it_reads_from_a_stream() {
    let world = World::new(12);
    let export = world.export();
    let slow = std::io::BufReader::with_capacity(3, Slow(export.as_bytes()));
    assert_eq!(verify(slow, Some(&world.verify_key()), None).unwrap(), judge(&export, &world));
}

/// A body of the largest size, all of whose characters need the longest escape, still makes a line that is read.
#[test]
fn the_largest_body_fits_a_line() {
    let mut item = World::new(1).items.remove(0);
    item.text = "\u{1}".repeat(1000);
    let escaped = item.line().len() - 1000 * 6;
    assert!(MAX_BODY_BYTES * 6 + escaped + 48 * 1024 * 1024 < MAX_LINE_BYTES);
}

/// Every single byte of a small export, changed in several ways and left out: all found. Before the checkpoint it takes
/// no key to find it.
#[test]
fn no_byte_can_be_changed() {
    let mut world = World::new(8);
    world.items.drain(3..5);
    world.items.remove(0);
    world.renumber();
    assert_eq!(world.items.iter().filter(|item| item.state == State::Erased).count(), 1);
    let export = world.export().into_bytes();
    let entries = export.len() - world.lines().last().map_or(0, String::len);
    let key = world.verify_key();
    let mut seeded = Seeded(3);
    let (mut tried, mut missed) = (0, Vec::new());
    for at in 0..export.len() {
        let flips = [1, 0x20, 0x80, 1 + seeded.below(255) as u8];
        let mut mutants: Vec<Vec<u8>> = vec![export.clone(); flips.len() + 1];
        for (mutant, flip) in mutants.iter_mut().zip(flips) {
            mutant[at] ^= flip;
        }
        mutants[flips.len()].remove(at);
        for mutant in mutants.into_iter().filter(|mutant| *mutant != export) {
            tried += 1;
            if verify(mutant.as_slice(), (at >= entries).then_some(&key), None).unwrap().is_sound() {
                missed.push(at);
            }
        }
    }
    println!("every byte of an export of {} bytes: {tried} changes, {} found", export.len(), tried - missed.len());
    assert_eq!(missed, Vec::<usize>::new());
}

/// In an entry's line, the entry itself is named whichever byte is changed.
#[test]
fn a_changed_byte_is_named_with_its_entry() {
    let world = World::new(6);
    let lines = world.lines();
    let start: usize = lines[..4].iter().map(String::len).sum();
    for offset in 0..lines[4].len() - 1 {
        let mut changed = world.export().into_bytes();
        changed[start + offset] ^= 1;
        let verdict = verify(changed.as_slice(), None, None).unwrap();
        let named = verdict.findings.iter().any(|finding| finding.line == 5 && finding.seq == Some(3));
        assert!(named, "byte {offset} of line 5: {:?}", verdict.findings);
    }
}

proptest! {
    /// Any file gets an answer, and none that we did not sign is sound.
    #[test]
    fn any_file_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!verify(bytes.as_slice(), None, None).unwrap().is_sound());
    }

    /// Whatever the names, bodies and times are, what is written verifies.
    #[test]
    fn any_record_comes_back(
        entries in prop::collection::vec((any::<String>(), any::<String>(), any::<String>(), any::<[u8; 32]>()), 0..8),
        start in -62_135_596_800i64..253_402_000_000, nanos in 0i32..1_000_000_000,
    ) {
        let at = jiff::Timestamp::new(start, if start < 0 { -nanos } else { nanos }).unwrap_or_default();
        let mut world = World::new(0);
        for (seq, (kind, by, text, salt)) in (0..).zip(entries) {
            let stream = format!("{kind}/{by}");
            let leaf = Leaf { seq, at, kind, by, stream, erases: false, commitment: record::commitment(&salt, b"") };
            let mut item = Item { leaf, salt, text, state: State::Kept };
            item.commit();
            world.items.push(item);
        }
        let verdict = judge(&world.export(), &world);
        prop_assert_eq!(found(&verdict), vec![]);
        prop_assert!(world.export().contains(ORIGIN));
    }
}
