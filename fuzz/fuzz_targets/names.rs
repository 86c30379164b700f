//! A register and a text, both anybody's: names exact and near, and the index as bytes.
#![no_main]

use domain::Span;
use libfuzzer_sys::fuzz_target;
use screening::exact::Exact;
use screening::fuzzy::Fuzzy;

fuzz_target!(|input: &str| {
    let (names, text) = input.split_once("\n\n").unwrap_or((input, input));
    let mut index = Exact::with_room(1, 7);
    let known: Vec<&str> = names.lines().filter(|name| index.put(name).is_some()).collect();
    let scan = |index: &Exact| {
        let mut found: Vec<(u32, Span)> = Vec::new();
        index.scan(text, |name, span| found.push((name, span)));
        found
    };
    let found = scan(&index);
    for (name, span) in &found {
        assert!((*name as usize) < known.len() && span.of(text).is_some_and(|quote| !quote.is_empty()));
    }
    let again = Exact::from_bytes(&index.to_bytes()).expect("what was written is read");
    assert_eq!(scan(&again), found);
    assert!(Exact::from_bytes(input.as_bytes()).is_err(), "nobody makes the checksum by chance");
    let near = Fuzzy::build(known.iter().copied());
    for line in text.lines().take(20) {
        assert!(near.near(line).iter().all(|one| (one.name as usize) < known.len()));
    }
});
