//! How a sentence speaks: what it says about others, or what it advises the reader to do.
//!
//! Advice is the desk's own; what is said about others comes from the reports. So the first needs more likeness to
//! protected text than the second to be a leak.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::ground::{Ground, Passage};
use super::lexicon::words;

/// With one of these a sentence of advice begins.
static ADVICE: LazyLock<HashSet<&str>> = LazyLock::new(|| words(include_str!("vocabulary/advice.txt")));

const OTHERS: [&str; 11] =
    ["he", "she", "they", "his", "her", "their", "them", "him", "himself", "themselves", "theirs"];
const PEOPLE: [&str; 23] = [
    "he", "she", "they", "his", "her", "their", "somebody", "someone", "man", "woman", "lady", "person", "people",
    "men", "group", "gang", "boy", "girl", "member", "leader", "whoever", "one", "those",
];
const DUTY: [&str; 4] = ["should", "must", "ought", "please"];
const READER: [&str; 3] = ["you", "your", "yours"];
const RELATIVE: [&str; 7] = ["who", "whom", "whose", "which", "what", "where", "such"];
const PAST: [&str; 5] = ["was", "were", "had", "did", "been"];
/// So many words at the beginning hold the subject.
const OPENING: usize = 4;

/// What there is in a sentence of each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Manner {
    /// "he", "their": it is about others.
    pub others: bool,
    /// It begins with a person other than the reader.
    pub person_first: bool,
    /// It begins as advice does.
    pub advice: bool,
    /// "should", "please".
    pub duty: bool,
    /// It speaks to the reader.
    pub reader: bool,
    /// It describes: "who", "which", "such as".
    pub relative: bool,
    /// It tells what happened.
    pub past: bool,
}

impl Manner {
    /// Whether it tells the reader what to do, and nothing of others.
    pub(super) const fn advises(self) -> bool {
        (self.advice || self.duty) && !self.others
    }
}

/// The manner of tokens `range.0..range.1`.
pub(super) fn manner(ground: &Ground<'_>, text: &Passage<'_>, range: (usize, usize)) -> Manner {
    let mut manner = Manner::default();
    for at in range.0..range.1 {
        let word = ground.text(text, at);
        manner.others |= OTHERS.contains(&word);
        manner.person_first |= at < range.0 + OPENING && PEOPLE.contains(&word);
        manner.advice |= at == range.0 && ADVICE.contains(word);
        manner.duty |= DUTY.contains(&word);
        manner.reader |= READER.contains(&word);
        manner.relative |= at > range.0 && RELATIVE.contains(&word);
        manner.past |= PAST.contains(&word) || (word.len() > 4 && word.ends_with("ed"));
    }
    manner
}
