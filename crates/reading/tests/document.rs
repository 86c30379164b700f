//! Bytes to documents: formats, furniture, dates, refusals; and what holds for any bytes at all.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use reading::{DatedBy, Document, Format, Unreadable, open};

fn seeds() -> Option<Vec<(String, Vec<u8>)>> {
    let folder: PathBuf = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds").into();
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("the shared seeds are absent: this test checks nothing here");
        return None;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    Some(paths.into_iter().map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect())
}

/// What holds for every document, whatever it was made from.
fn assert_sound(document: &Document) {
    assert_eq!(document.plain.len(), document.verbatim.len(), "plain and verbatim differ in length");
    let mut spans: Vec<_> = document.body.iter().copied().chain(document.furniture.iter().map(|f| f.span)).collect();
    spans.sort_unstable();
    for span in &spans {
        assert!(span.start < span.end, "an empty span {span:?}");
        assert!(span.of(&document.plain).is_some(), "{span:?} is off the characters of plain");
    }
    assert!(spans.windows(2).all(|two| two[0].end <= two[1].start), "spans overlap");
    assert!(document.body.windows(2).all(|two| two[0].end <= two[1].start), "body is out of order");
    assert!(document.furniture.windows(2).all(|two| two[0].span.end <= two[1].span.start), "furniture is out of order");
    assert!(!document.body.is_empty(), "nothing to read");
    assert!(document.title.is_none_or(|title| document.body.contains(&title)), "the title is not in the body");
}

fn lines(document: &Document) -> Vec<&str> {
    document.body.iter().map(|span| document.words(*span)).collect()
}

fn read(name: &str, text: &str) -> Document {
    let document = open(name, text.as_bytes(), None).unwrap();
    assert_sound(&document);
    document
}

#[test]
fn the_seeds_are_cut_to_the_report() {
    let Some(seeds) = seeds() else { return };
    for (name, bytes) in &seeds {
        let document = open(name, bytes, None).unwrap();
        assert_sound(&document);
        assert_eq!(document.verbatim.as_bytes(), bytes);
        println!("{name}: {:?} {:?} {:?}", document.language, document.date, document.title.map(|t| document.words(t)));
        for piece in &document.furniture {
            println!("  {}: {:?}", piece.why, document.words(piece.span));
        }
        for line in lines(&document) {
            println!("  | {line}");
        }
        assert_eq!(document.language.as_ref().unwrap().tag, "en");
        let body = lines(&document);
        for word in [
            "Advertisement",
            "Share",
            "A-",
            "A",
            "A+",
            "Halifax",
            "Saint Mary",
            "Skip to",
            "Top Stories",
            "Gambrell",
            "Asgaripour",
        ] {
            let whole = word.len() < 6;
            assert!(!body.iter().any(|line| if whole { *line == word } else { line.contains(word) }), "{name}: {word}");
        }
    }
    let all: Vec<Document> = seeds.iter().map(|(name, bytes)| open(name, bytes, None).unwrap()).collect();
    // Whole reports are kept: the first has no furniture at all; the others lose exactly so many lines.
    assert_eq!(all.iter().map(|d| d.furniture.len()).collect::<Vec<_>>(), [0, 6, 1, 5, 9]);
    assert_eq!(all.iter().map(|d| d.title.is_some()).collect::<Vec<_>>(), [false, true, true, false, true]);
    let dated = all[3].date.unwrap();
    assert_eq!((dated.at, dated.how), (jiff::civil::date(2024, 1, 25), DatedBy::IsoTimestamp));
    assert!(all.iter().enumerate().all(|(at, document)| at == 3 || document.date.is_none()));
}
