//! R16: ten thousand changed exports from a seed, from careless edits to an attacker who computes all hashes anew and
//! signs with a key of their own. Each must be found; which means were needed is counted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "the numbers are small")]
#![allow(clippy::unnecessary_wraps, reason = "all changes have one type")]

use std::collections::BTreeMap;

use crate::common::{Item, Seeded, State, World, at, key};
use record::{Checkpoint, SigningKey, VerifyKey, verify};

const MUTANTS: usize = 10_000;
const ENTRIES: u64 = 16;

/// What a changed export is made from.
struct Source {
    world: World,
    lines: Vec<String>,
    note: String,
    key: VerifyKey,
    /// A key with the same name, of somebody else.
    foreign: SigningKey,
    /// A checkpoint that an outsider kept.
    known: Checkpoint,
}

/// A way to change an export. `None` when the numbers drawn do not make a change.
type Change = fn(&Source, &mut Seeded) -> Option<String>;

const CHANGES: [(&str, Change); 22] = [
    ("edit a field", edit_field),
    ("edit a field, mend its leaf hash", edit_field_mended),
    ("edit, mend, sign with another key", edit_forked),
    ("delete an entry", delete),
    ("delete, renumber", delete_renumbered),
    ("delete, renumber, sign with another key", delete_forked),
    ("insert an entry", insert),
    ("insert, renumber", insert_renumbered),
    ("reorder", reorder),
    ("reorder, renumber", reorder_renumbered),
    ("cut the file off", cut_bytes),
    ("cut entries off, keep the checkpoint", cut_entries),
    ("roll back to an older genuine checkpoint", roll_back),
    ("sign with another key", fork),
    ("back-date", back_date),
    ("back-date an entry and all before it, mend", back_date_mended),
    ("flip a bit", flip_bit),
    ("duplicate a line", duplicate),
    ("pass a body off as erased", forge_erasure),
    ("swap bodies", swap_bodies),
    ("replace a body", replace_body),
    ("write a line in another form", rewrite),
];

/// An entry drawn at random.
fn any(source: &Source, seeded: &mut Seeded) -> usize {
    seeded.below(source.world.items.len())
}

fn edited(source: &Source, seeded: &mut Seeded) -> World {
    let mut world = source.world.clone();
    let at_entry = any(source, seeded);
    let item = &mut world.items[at_entry];
    match seeded.below(5) {
        0 => item.leaf.kind.push('x'),
        1 => item.leaf.by = format!("acc_{}", 3 + seeded.below(9)),
        2 => item.leaf.stream.push('x'),
        3 => item.leaf.erases = !item.leaf.erases,
        _ => item.leaf.at = at(1000 + seeded.below(1000) as i64),
    }
    world
}

/// The changed lines with the leaf hashes of the genuine ones.
fn careless(source: &Source, changed: &World) -> String {
    let mut lines = changed.lines_with(&source.note);
    for (line, (new, old)) in lines[1..].iter_mut().zip(changed.items.iter().zip(&source.world.items)) {
        *line = line.replace(&new.leaf.hash().to_string(), &old.leaf.hash().to_string());
    }
    lines.concat()
}

fn mended(source: &Source, changed: &World) -> Option<String> {
    Some(changed.lines_with(&source.note).concat())
}

fn forked(source: &Source, changed: World) -> Option<String> {
    Some(World { key: source.foreign.clone(), ..changed }.export())
}

fn edit_field(source: &Source, seeded: &mut Seeded) -> Option<String> {
    Some(careless(source, &edited(source, seeded)))
}

fn edit_field_mended(source: &Source, seeded: &mut Seeded) -> Option<String> {
    mended(source, &edited(source, seeded))
}

fn edit_forked(source: &Source, seeded: &mut Seeded) -> Option<String> {
    forked(source, edited(source, seeded))
}

fn delete(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut lines = source.lines.clone();
    lines.remove(seeded.below(lines.len()));
    Some(lines.concat())
}

fn deleted(source: &Source, seeded: &mut Seeded) -> World {
    let mut world = source.world.clone();
    world.items.remove(any(source, seeded));
    world.renumber();
    world
}

fn delete_renumbered(source: &Source, seeded: &mut Seeded) -> Option<String> {
    mended(source, &deleted(source, seeded))
}

fn delete_forked(source: &Source, seeded: &mut Seeded) -> Option<String> {
    forked(source, deleted(source, seeded))
}

fn inserted(source: &Source, seeded: &mut Seeded) -> (World, usize) {
    let mut world = source.world.clone();
    let place = seeded.below(world.items.len() + 1);
    let mut new: Item = world.items[place.saturating_sub(1)].clone();
    new.text = format!("{{\"invented\":{}}}", seeded.next());
    new.salt = seeded.bytes();
    new.state = State::Kept;
    new.leaf.erases = false;
    new.commit();
    world.items.insert(place, new);
    (world, place)
}

fn insert(source: &Source, seeded: &mut Seeded) -> Option<String> {
    mended(source, &inserted(source, seeded).0)
}

fn insert_renumbered(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let (mut world, _) = inserted(source, seeded);
    world.renumber();
    mended(source, &world)
}

fn reorder(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut lines = source.lines.clone();
    let (a, b) = (seeded.below(lines.len()), seeded.below(lines.len()));
    lines.swap(a, b);
    Some(lines.concat())
}

fn reorder_renumbered(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let (a, b) = (any(source, seeded), any(source, seeded));
    let times = (world.items[a].leaf.at, world.items[b].leaf.at);
    world.items.swap(a, b);
    (world.items[a].leaf.at, world.items[b].leaf.at) = times;
    world.renumber();
    mended(source, &world)
}

fn cut_bytes(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut export = source.lines.concat();
    let mut end = seeded.below(export.len());
    while !export.is_char_boundary(end) {
        end -= 1;
    }
    export.truncate(end);
    Some(export)
}

fn cut(source: &Source, seeded: &mut Seeded) -> World {
    let mut world = source.world.clone();
    world.items.truncate(any(source, seeded));
    world
}

fn cut_entries(source: &Source, seeded: &mut Seeded) -> Option<String> {
    mended(source, &cut(source, seeded))
}

fn roll_back(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = cut(source, seeded);
    // An older export still had the bodies that were erased since.
    world.items.iter_mut().for_each(|item| item.state = State::Kept);
    (world.items.len() < source.known.size as usize).then(|| world.export())
}

fn fork(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let at_entry = any(source, seeded);
    world.items[at_entry].salt = seeded.bytes();
    world.items[at_entry].commit();
    forked(source, world)
}

fn back_date(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let at_entry = any(source, seeded);
    world.items[at_entry].leaf.at = at(-1 - seeded.below(100_000) as i64);
    Some(if seeded.below(2) == 0 { careless(source, &world) } else { world.lines_with(&source.note).concat() })
}

fn back_date_mended(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let (last, by) = (any(source, seeded), 1 + seeded.below(3600) as i64);
    for item in &mut world.items[..=last] {
        item.leaf.at -= jiff::SignedDuration::from_secs(by);
    }
    mended(source, &world)
}

fn flip_bit(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut bytes = source.lines.concat().into_bytes();
    let at_byte = seeded.below(bytes.len());
    bytes[at_byte] ^= 1 << seeded.below(8);
    // Bytes that are no text are tried in another test, byte by byte.
    String::from_utf8(bytes).ok()
}

fn duplicate(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut lines = source.lines.clone();
    let (from, to) = (seeded.below(lines.len()), seeded.below(lines.len() + 1));
    lines.insert(to, lines[from].clone());
    Some(lines.concat())
}

fn forge_erasure(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let at_entry = any(source, seeded);
    world.items[at_entry].state = State::Erased;
    if seeded.below(2) == 0 {
        // The careful one also makes a later entry of the stream say so.
        let stream = world.items[at_entry].leaf.stream.clone();
        let later = world.items[at_entry + 1..].iter_mut().find(|item| item.leaf.stream == stream)?;
        later.leaf.erases = true;
    }
    mended(source, &world)
}

fn swap_bodies(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let (a, b) = (any(source, seeded), any(source, seeded));
    let (salt, text) = (world.items[a].salt, world.items[a].text.clone());
    world.items[a].text = std::mem::replace(&mut world.items[b].text, text);
    world.items[a].salt = std::mem::replace(&mut world.items[b].salt, salt);
    if seeded.below(2) == 0 {
        world.items[a].commit();
        world.items[b].commit();
    }
    mended(source, &world)
}

fn replace_body(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut world = source.world.clone();
    let at_entry = any(source, seeded);
    let item = &mut world.items[at_entry];
    // Also invents a body where there was one that is erased.
    item.state = State::Kept;
    match seeded.below(3) {
        0 => item.text.push(' '),
        1 => item.salt = seeded.bytes(),
        _ => item.text = format!("{{\"invented\":{}}}", seeded.next()),
    }
    if seeded.below(2) == 0 {
        item.commit();
    }
    mended(source, &world)
}

fn rewrite(source: &Source, seeded: &mut Seeded) -> Option<String> {
    let mut lines = source.lines.clone();
    let at_line = seeded.below(lines.len());
    let line = &mut lines[at_line];
    *line = match seeded.below(5) {
        0 => line.replacen(':', ": ", 1),
        1 => line.replace('\n', " \n"),
        2 => line.replacen('e', "\\u0065", 1),
        3 => line.replacen('}', ",\"more\":null}", 1),
        _ => line.replacen("Z\"", "+00:00\"", 1),
    };
    Some(lines.concat())
}

/// What it took to find a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Means {
    FileAlone,
    PublicKey,
    EarlierCheckpoint,
    None,
}

fn means(export: &str, source: &Source) -> Means {
    let sound = |key, known| verify(export.as_bytes(), key, known).unwrap().is_sound();
    if !sound(None, None) {
        Means::FileAlone
    } else if !sound(Some(&source.key), None) {
        Means::PublicKey
    } else if !sound(Some(&source.key), Some(&source.known)) {
        Means::EarlierCheckpoint
    } else {
        Means::None
    }
}

#[test]
fn r16_ten_thousand_mutants_are_caught() {
    let world = World::new(ENTRIES);
    let source = Source {
        lines: world.lines(),
        note: world.note(),
        key: world.verify_key(),
        foreign: key(2),
        known: world.checkpoint_at(ENTRIES as usize - 1),
        world,
    };
    let genuine = source.lines.concat();
    assert_eq!(means(&genuine, &source), Means::None, "the genuine export is sound");
    let mut seeded = Seeded(16);
    let mut counted: BTreeMap<Means, usize> = BTreeMap::new();
    let mut each = [0usize; CHANGES.len()];
    let mut tried = 0;
    while tried < MUTANTS {
        let which = seeded.below(CHANGES.len());
        let Some(mutant) = CHANGES[which].1(&source, &mut seeded).filter(|mutant| *mutant != genuine) else { continue };
        tried += 1;
        each[which] += 1;
        let means = means(&mutant, &source);
        assert_ne!(means, Means::None, "`{}` was not found:\n{mutant}", CHANGES[which].0);
        *counted.entry(means).or_default() += 1;
    }
    for (count, (name, _)) in each.iter().zip(CHANGES) {
        assert!(*count > 100, "`{name}` was tried {count} times only");
    }
    let caught: usize = counted.values().sum();
    println!("R16: {tried} mutants, {caught} caught (what it took: {counted:?})");
    assert_eq!(caught, tried);
}
