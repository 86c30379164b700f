//! The index against a reference that compares every name with every place of the text.

use domain::Span;
use proptest::prelude::*;

use super::{Exact, Tokens};
use crate::names::fold::{fold, folded, words};

/// Every name at every word, word by word.
fn reference(names: &[String], text: &str) -> Vec<(u32, Span)> {
    let words = words(text);
    let texts: Vec<String> = words.iter().map(|word| fold(word.span.of(text).unwrap_or_default())).collect();
    let mut found = Vec::new();
    for (number, name) in (0_u32..).zip(names) {
        let name = folded(name);
        for at in 0..words.len() {
            let here = texts.get(at..at + name.len()).is_some_and(|here| here == name);
            if here && words[at..at + name.len()].iter().skip(1).all(|word| word.joined) {
                found.push((number, Span::new(words[at].span.start, words[at + name.len() - 1].span.end)));
            }
        }
    }
    found.sort_unstable();
    found
}

fn scanned(index: &Exact, text: &str) -> Vec<(u32, Span)> {
    let mut found = Vec::new();
    index.scan(text, |name, span| found.push((name, span)));
    found.sort_unstable();
    found
}

const WORD: &str = "(Al|bin|St\\.|Saint|O'Neil|ONeil|李|小|明|สม|ศรี|Ka|ka|KA|é|e\u{301}|mary's|Mary|کرمان|كرمان|Kеr|Ker|x{0,3}|[a-c]{1,9})";
const GAP: &str = "( |  |\n|\n\n|-|, |\\. |; |'|\u{200b}| \u{200b}|_|–|’s )";

fn name() -> impl Strategy<Value = String> {
    let with_letters = |name: &String| !folded(name).is_empty();
    proptest::collection::vec(WORD, 1..4).prop_map(|words| words.join(" ")).prop_filter("a name", with_letters)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn index_and_reference_agree(
        names in proptest::collection::vec(name(), 1..12),
        text in proptest::collection::vec((WORD, GAP), 0..60),
    ) {
        let text: String = text.into_iter().flat_map(|(word, gap)| [word, gap]).collect();
        let mut index = Exact::with_room(1, 3);
        for (number, name) in (0_u32..).zip(&names) {
            prop_assert_eq!(index.put(name), Some(number));
        }
        let expected = reference(&names, &text);
        prop_assert_eq!(scanned(&index, &text), expected.clone());
        let again = Exact::from_bytes(&index.to_bytes()).expect("what was written is read");
        prop_assert_eq!(scanned(&again, &text), expected);
    }

    #[test]
    fn any_text_is_cut_into_words_alike(text in "(\\PC|[a-zA-Z']|[\u{300}\u{200b}\u{e31}' ]|[a-z]{7,9}|st|ste ){0,60}") {
        let quick: Vec<_> = Tokens::new(&text, 7).map(|token| (token.span, token.hash)).collect();
        let hash = |span: Span| super::hash::word(7, fold(span.of(&text).unwrap_or_default()).as_bytes());
        let slow: Vec<_> =
            words(&text).into_iter().map(|word| (word.span, hash(word.span))).collect();
        prop_assert_eq!(quick, slow);
    }

    #[test]
    fn what_normalisation_ignores_changes_no_hit(
        name in name(), before in "[a-z ]{0,9}", at in any::<prop::sample::Index>(),
        mark in "[\u{200b}\u{200d}\u{ad}\u{2060}\u{feff}\u{301}]",
    ) {
        let mut index = Exact::with_room(1, 3);
        index.put(&name);
        let text = format!("{before}; {name}");
        // Behind a letter: what stands before a word is no part of it.
        let letters: Vec<usize> =
            text.char_indices().filter(|(_, letter)| letter.is_alphanumeric()).map(|(at, letter)| at + letter.len_utf8()).collect();
        let mut marked = text.clone();
        marked.insert_str(letters[at.index(letters.len())], &mark);
        prop_assert_eq!(scanned(&index, &text).len(), scanned(&index, &marked).len(), "{:?}", marked);
        for (_, span) in scanned(&index, &marked) {
            prop_assert!(span.of(&marked).is_some());
        }
    }
}

#[test]
fn a_damaged_index_is_refused() {
    let mut index = Exact::with_room(10, 3);
    for number in 0..30 {
        index.put(&format!("Name {number}"));
    }
    let good = index.to_bytes();
    assert!(Exact::from_bytes(&good).is_ok_and(|index| index.len() == 30));
    for at in (0..good.len()).step_by(97).chain([0, good.len() - 1]) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(Exact::from_bytes(&bad).is_err(), "a changed byte {at}");
        assert!(Exact::from_bytes(&good[..at]).is_err(), "cut at {at}");
    }
    assert!(Exact::from_bytes(b"").is_err());
}

#[test]
fn a_full_table_takes_more() {
    let mut index = Exact::with_room(1, 3);
    let names: Vec<String> = (0..5_000).map(|number| format!("Name{number} Family{}", number % 77)).collect();
    for (number, name) in (0_u32..).zip(&names) {
        assert_eq!(index.put(name), Some(number));
        assert_eq!(scanned(&index, name), [(number, Span::new(0, name.len()))], "visible at once");
    }
    for (number, name) in (0_u32..).zip(&names) {
        assert_eq!(scanned(&index, name), [(number, Span::new(0, name.len()))]);
    }
}
