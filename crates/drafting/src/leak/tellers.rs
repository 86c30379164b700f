//! Who told: a person who stands only in protected text, and who in the draft knows, says or fears something.
//!
//! No single word of "his psychologist thinks that he means it" is protected, and yet there is one psychologist.

use std::collections::HashMap;

use super::ground::{Found, Ground, Passage};
use super::report::Kind;

/// So many words may stand between the person and what they know.
const REACH: usize = 8;
/// Whoever stands before the person's word: with one of these, the draft speaks to the reader about their own people.
const READERS_OWN: [&str; 6] = ["your", "any", "every", "each", "no", "our"];

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let mut known: HashMap<u32, (usize, usize)> = HashMap::new();
    for (passage, text) in ground.protected.iter().enumerate() {
        for (at, token) in text.tokens.iter().enumerate() {
            let word = ground.word(token);
            if word.role && !ground.cleared_meanings.contains(&word.meaning) {
                known.entry(word.meaning).or_insert((passage, at));
            }
        }
    }
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        for at in 0..text.tokens.len() {
            let person = ground.word(&text.tokens[at]);
            let Some((passage, there)) = known.get(&person.meaning).filter(|_| person.role) else { continue };
            let Some(end) = knows(ground, text, at) else { continue };
            found.push(Found {
                kind: Kind::Collection,
                passage: number,
                span: text.span(at, end),
                source: Some((*passage, ground.protected[*passage].span(*there, *there))),
                confidence: 0.65,
                why: "a person who stands only in protected text, said to know something: this points at who told"
                    .to_owned(),
            });
        }
    }
    found
}

/// The word that says what the person at `at` knows, in the same sentence and with nobody else in between.
fn knows(ground: &Ground<'_>, text: &Passage<'_>, at: usize) -> Option<usize> {
    let word = |at: usize| ground.text(text, at);
    let before = at.saturating_sub(2)..at;
    if before.clone().any(|near| READERS_OWN.contains(&word(near))) || before.into_iter().any(|near| word(near) == "to")
    {
        return None;
    }
    let sentence = text.tokens[at].sentence;
    let ahead = at + 1..(at + 1 + REACH).min(text.tokens.len());
    ahead
        .take_while(|next| text.tokens[*next].sentence == sentence)
        .take_while(|next| !matches!(word(*next), "you" | "we" | "should" | "may" | "can" | "must" | "if"))
        .find(|next| ground.word(&text.tokens[*next]).knowing)
}
