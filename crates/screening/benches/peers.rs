//! The engines beside their peers, at equal results, in one run. Prints what each takes in CPU seconds of its thread,
//! because the machine may do other work at the same time.
//!
//! `cargo bench -p screening --bench peers` measures 100,000 names and 4 MB of text; `SCREENING_NAMES=1000000
//! SCREENING_MB=64` measures more, `SCREENING_ONLY=exact,fuzzy,points,report` less, and above a million names the peers
//! that build an automaton are left out.

#![allow(clippy::cast_precision_loss, clippy::needless_for_each, reason = "figures for people")]
#![allow(clippy::disallowed_methods, reason = "what is measured takes time")]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use aho_corasick::{AhoCorasick, MatchKind};
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder};
use domain::register::{Geometry, Party, PartyKind, Position, Register};
use geo::{Intersects, LineString, Point, Polygon};
use jiff::Timestamp;
use rapidfuzz::distance::osa;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use screening::exact::Exact;
use screening::fuzzy::Fuzzy;
use screening::{Ask, Index, Points, Shape};

mod world;

use world::{Dice, misspelt};

/// Automata over more names take minutes and gigabytes to build.
const MOST_FOR_AUTOMATA: usize = 1_000_000;

fn main() {
    // `cargo test --benches` asks for nothing to be measured.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let number =
        |name: &str, usual: usize| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual);
    let (names, megabytes) = (number("SCREENING_NAMES", 100_000), number("SCREENING_MB", 4));
    let only = std::env::var("SCREENING_ONLY").unwrap_or_else(|_| "exact,fuzzy,points,report".to_owned());
    let wanted = |what: &str| only.split(',').any(|one| one == what);
    println!("{names} names, {megabytes} MB of text; CPU seconds of one thread");
    let all = world::names(names);
    if wanted("exact") {
        exact(&all, megabytes * 1_000_000);
    }
    if wanted("fuzzy") {
        fuzzy(&all);
    }
    if wanted("points") {
        points(names * 10);
    }
    if wanted("report") {
        report(&all);
    }
}

/// Nanoseconds this thread was on a processor.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).expect("this kernel counts CPU time")
}

/// CPU seconds, the median of so many runs, and what the last one answered.
fn timed<T>(runs: usize, mut run: impl FnMut() -> T) -> (f64, T) {
    let mut took = Vec::new();
    let mut answer = None;
    for _ in 0..runs {
        let start = cpu();
        answer = Some(black_box(run()));
        took.push(cpu() - start);
    }
    took.sort_unstable();
    (took[took.len() / 2] as f64 / 1e9, answer.expect("at least one run"))
}

/// Median, the 99th of a hundred and the longest, in milliseconds by the clock on the wall: the kernel counts CPU time
/// in steps that are longer than this.
fn said(what: &str, mut took: Vec<u128>) {
    took.sort_unstable();
    let millis = |share: usize| took[(took.len() - 1) * share / 100] as f64 / 1e6;
    println!("{what}: median {:.4} ms, p99 {:.4} ms, longest {:.3} ms", millis(50), millis(99), millis(100));
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn exact(names: &[String], bytes: usize) {
    let text = world::text(names, bytes, 7);
    let megabytes = text.len() as f64 / 1e6;
    let (took, mut index) = timed(1, || {
        let mut index = Exact::with_room(names.len(), 7);
        for name in names {
            index.put(name);
        }
        index
    });
    println!("exact: built in {took:.2} s, {} MB", index.size() / 1_000_000);
    let (took, hits) = timed(11, || {
        let mut hits = 0_u64;
        index.scan(&text, |_, _| hits += 1);
        hits
    });
    println!("exact: {:.0} MB/s, normalisation included, {hits} hits", megabytes / took);
    let (took, bytes) = timed(1, || index.to_bytes());
    let size = bytes.len() / 1_000_000;
    let (read, again) = timed(1, || Exact::from_bytes(&bytes).expect("an index"));
    println!("exact: written in {took:.2} s ({size} MB), read in {read:.2} s, {} names", again.len());
    drop(again);
    // What the index has to do is the same each time; what else the machine does is not.
    let mut took = vec![u128::MAX; 5_000];
    for _ in 0..3 {
        index = Exact::from_bytes(&bytes).expect("an index");
        put_in(&mut index, &mut took);
    }
    drop(bytes);
    said("exact: one new name put in and found, the quickest of three", took);
    if names.len() <= MOST_FOR_AUTOMATA {
        automata(names, &text, hits);
    }
}

/// Puts new names in, one after the other, and notes for each the shortest time until it was found.
fn put_in(index: &mut Exact, took: &mut [u128]) {
    let mut dice = Dice(9);
    for (number, took) in took.iter_mut().enumerate() {
        let name = format!("{} Newcomer{number}", world::capital(&dice.word(3)));
        let start = Instant::now();
        let put = index.put(&name);
        let mut found = None;
        index.scan(&name, |number, _| found = Some(number));
        *took = start.elapsed().as_nanos().min(*took);
        assert_eq!(found, put, "visible at once");
    }
}

/// The words of a text or name as the peers get them: folded by our rules for ASCII, apart by one space, with a bar
/// where a name ends. Names and text are generated, so letters with marks and commas are all there is besides.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 2);
    plain.push(' ');
    let mut letters = 0;
    let mut characters = text.chars().peekable();
    while let Some(letter) = characters.next() {
        match letter {
            'é' => plain.push('e'),
            _ if letter.is_ascii_alphanumeric() => plain.push(letter.to_ascii_lowercase()),
            // A dot ends a sentence unless it stands behind a short word.
            '.' | '\n' => {
                let paragraph = characters.peek() == Some(&'\n');
                if (letter == '.' && letters > 4) || paragraph {
                    plain.push_str(" |");
                }
                space(&mut plain);
            }
            _ => space(&mut plain),
        }
        letters = if letter.is_alphanumeric() { letters + 1 } else { 0 };
    }
    space(&mut plain);
    plain
}

fn space(plain: &mut String) {
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
}

fn automata(names: &[String], text: &str, ours: u64) {
    let (normalising, haystack) = timed(1, || plain(text));
    let mut number: HashMap<String, u64> = HashMap::new();
    names.iter().for_each(|name| *number.entry(plain(name)).or_default() += 1);
    let (patterns, bearers): (Vec<String>, Vec<u64>) = number.into_iter().unzip();
    let megabytes = text.len() as f64 / 1e6;
    let (built, automaton) = timed(1, || -> DoubleArrayAhoCorasick<u32> {
        DoubleArrayAhoCorasickBuilder::new().build(&patterns).expect("an automaton")
    });
    let (took, hits) =
        timed(3, || automaton.find_overlapping_iter(&haystack).map(|hit| bearers[hit.value() as usize]).sum::<u64>());
    println!(
        "daachorse: built in {built:.2} s, {} MB; {:.0} MB/s on normalised text, {:.0} with normalisation, {hits} hits",
        automaton.heap_bytes() / 1_000_000,
        megabytes / took,
        megabytes / (took + normalising)
    );
    assert_eq!(hits, ours, "daachorse and we find the same");
    drop(automaton);
    let (built, automaton) =
        timed(1, || AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns).expect("an automaton"));
    let (took, hits) = timed(3, || {
        automaton.find_overlapping_iter(&haystack).map(|hit| bearers[hit.pattern().as_usize()]).sum::<u64>()
    });
    println!(
        "aho-corasick: built in {built:.2} s, {} MB; {:.0} MB/s on normalised text, {hits} hits",
        automaton.memory_usage() / 1_000_000,
        megabytes / took
    );
    assert_eq!(hits, ours, "aho-corasick and we find the same");
}

fn fuzzy(names: &[String]) {
    const QUERIES: usize = 5_000;
    let (built, index) = timed(1, || Fuzzy::build(names.iter().map(String::as_str)));
    println!("fuzzy: built in {built:.2} s, {} MB", index.size() / 1_000_000);
    let mut dice = Dice(11);
    let asked: Vec<(usize, String)> = (0..QUERIES)
        .map(|_| {
            let name = dice.roll(names.len());
            (name, misspelt(&names[name], &mut dice))
        })
        .collect();
    let (took, found) = timed(3, || asked.iter().map(|(_, name)| index.near(name)).collect::<Vec<_>>());
    let right = found.iter().zip(&asked).filter(|(near, (name, _))| near.iter().any(|one| one.name as usize == *name));
    let recall = right.count() as f64 / QUERIES as f64;
    let answers: usize = found.iter().map(Vec::len).sum();
    println!(
        "fuzzy: {:.0} look-ups/s, recall {recall:.4}, {:.1} names each",
        QUERIES as f64 / took,
        answers as f64 / QUERIES as f64
    );
    // The peer compares every name in each order; it is the reference too.
    let plain: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let few = 20;
    let (took, all) =
        timed(1, || asked[..few].iter().map(|(_, name)| scan(&plain, &name.to_lowercase())).collect::<Vec<_>>());
    for ((near, all), (_, name)) in found.iter().zip(&all).zip(&asked) {
        let mut near: Vec<usize> = near.iter().map(|one| one.name as usize).collect();
        near.sort_unstable();
        assert_eq!(near, *all, "both find the same for {name}");
    }
    println!("rapidfuzz: {:.0} look-ups/s, every name compared; the same names found", few as f64 / took);
}

fn scan(names: &[String], asked: &str) -> Vec<usize> {
    let words: Vec<&str> = asked.split(' ').collect();
    let letters: usize = words.iter().map(|word| word.len()).sum();
    let cutoff = match letters {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    };
    let mut found: Vec<usize> = Vec::new();
    let mut turns = vec![0, 1, words.len() - 1];
    turns.sort_unstable();
    turns.dedup();
    for turn in turns {
        let mut words = words.clone();
        words.rotate_left(turn);
        let near = osa::BatchComparator::new(words.join(" ").into_bytes());
        let within = osa::Args::default().score_cutoff(cutoff);
        let is_near = |name: &String| near.distance_with_args(name.bytes(), &within).is_some();
        found.extend(names.iter().enumerate().filter(|(_, name)| is_near(name)).map(|(at, _)| at));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A province of 2,000 corners and points around it; one in twelve lies inside.
fn points(many: usize) {
    let mut dice = Dice(13);
    let at = |lat: f64, lon: f64| Position { lat, lon };
    let points: Vec<(u32, Position)> = (0..u32::try_from(many).unwrap_or(u32::MAX))
        .map(|number| (number, at(20.0 + 20.0 * dice.fraction(), 45.0 + 20.0 * dice.fraction())))
        .collect();
    let mut ring: Vec<Position> = (0..2_000)
        .map(|corner| {
            let angle = f64::from(corner) / 2_000.0 * std::f64::consts::TAU;
            let far = 3.0 + 0.4 * (angle * 9.0).sin() + 0.1 * dice.fraction();
            at(30.0 + far * angle.sin(), 55.0 + far * angle.cos())
        })
        .collect();
    ring.push(ring[0]);
    let polygon: Polygon<f64> =
        Polygon::new(ring.iter().map(|at| (at.lon, at.lat)).collect::<LineString<f64>>(), Vec::new());
    let geometry = Geometry::Polygon(vec![ring]);
    let (built, grid) = timed(1, || Points::new(&points));
    println!("points: {many} in {built:.2} s");
    let (took, found) = timed(11, || {
        let shape = Shape::new(&geometry).expect("an area");
        grid.within(&shape)
    });
    println!("points: a province of 2,000 corners in {:.2} ms, {} inside", took * 1e3, found.len());
    let tree_points: Vec<GeomWithData<[f64; 2], u32>> =
        points.iter().map(|(number, at)| GeomWithData::new([at.lon, at.lat], *number)).collect();
    let (built, tree) = timed(1, || RTree::bulk_load(tree_points.clone()));
    let shape = Shape::new(&geometry).expect("an area");
    let inside = |one: &&GeomWithData<[f64; 2], u32>| shape.contains(at(one.geom()[1], one.geom()[0]));
    let boxed = AABB::from_corners([50.0, 25.0], [60.0, 35.0]);
    let (took, theirs) = timed(3, || tree.locate_in_envelope(&boxed).filter(inside).count());
    println!("rstar: built in {built:.2} s; the same in {:.2} ms, our test of each point in its box", took * 1e3);
    assert_eq!(theirs, found.len(), "rstar and we find the same");
    let few = &points[..points.len().min(20_000)];
    let (took, theirs) =
        timed(1, || few.iter().filter(|(_, at)| polygon.intersects(&Point::new(at.lon, at.lat))).count());
    assert_eq!(theirs, few.iter().filter(|(_, at)| shape.contains(*at)).count(), "geo and we find the same");
    println!("geo: each of {} points alone, {:.2} ms per 10,000", few.len(), took * 1e3 * 10_000.0 / few.len() as f64);
}

/// A report of 5,000 words, everything: names exact and near, places, protectors, routes.
fn report(names: &[String]) {
    let mut register = Register::default();
    for (at, name) in names.iter().enumerate() {
        register
            .put_party(Party::named(&format!("p{at}"), PartyKind::Person, name))
            .expect("generated names are names");
    }
    let before = resident();
    let (built, mut index) = timed(1, || Index::build(&register));
    println!("report: {} parties made ready in {built:.2} s, {} MB more resident", names.len(), resident() - before);
    let mut took: Vec<u64> = Vec::new();
    let mut hits = 0;
    for seed in 0..100 {
        let text = world::text(names, 32_000, 100 + seed);
        let mut quickest = u64::MAX;
        for _ in 0..3 {
            let start = cpu();
            let found = black_box(index.screen(&Ask::new(&text, Timestamp::UNIX_EPOCH)));
            quickest = quickest.min(cpu() - start);
            hits += found.hits.len();
        }
        took.push(quickest);
    }
    took.sort_unstable();
    let millis = |at: usize| took[at] as f64 / 1e6;
    println!(
        "report: 32 kB, about 5,000 words, the quickest of three: median {:.1} ms, p99 {:.1} ms, {} hits in 100",
        millis(50),
        millis(98),
        hits / 3
    );
    let mut took = Vec::new();
    for number in 0..1_000 {
        let party = Party::named(&format!("new{number}"), PartyKind::Person, &format!("Newcomer Number{number}"));
        let entry = domain::register::Entry::Party(party);
        let start = Instant::now();
        assert!(index.put([&entry]));
        took.push(start.elapsed().as_nanos());
        let found = index.screen(&Ask::new(&format!("Newcomer Number{number}"), Timestamp::UNIX_EPOCH));
        assert!(found.hits.iter().any(|hit| hit.party.as_str() == format!("new{number}")), "visible at once");
    }
    said("report: one new party put in", took);
}
