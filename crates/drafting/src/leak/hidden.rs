//! What a reader does not see, and protected words in disguise: base64, hexadecimal, back to front, letters spread out.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use domain::Span;

use super::ground::{Found, Ground, Passage};
use super::lexicon::WordId;
use super::report::Kind;
use super::tokens::{Concealed, Shape};

/// Shorter runs decode to something by chance.
const SHORTEST_RUN: usize = 12;
/// More are not needed to stop a draft.
const MOST_REMARKS: usize = 20;
const LONGEST_RUN: usize = 20_000;

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let secret = secret_words(ground);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        found.extend(concealed(text).map(|(span, why)| found_at(Kind::HiddenText, number, span, 0.9, why)));
        found.extend(
            remarks(text.raw)
                .map(|span| found_at(Kind::HiddenText, number, span, 0.9, "a remark that most programs do not show")),
        );
        found.extend(blanks(text.raw).map(|span| {
            found_at(Kind::HiddenText, number, span, 0.6, "blanks at line ends in a pattern that can carry a mark")
        }));
        found.extend(encoded(text.raw).map(|(span, why)| found_at(Kind::EncodedText, number, span, 0.8, why)));
        found.extend(turned(ground, text, number, &secret));
        found.extend(spread(ground, text, number, &secret));
    }
    found
}

fn found_at(kind: Kind, passage: usize, span: Span, confidence: f64, why: &str) -> Found {
    Found { kind, passage, span, source: None, confidence, why: why.to_owned() }
}

fn concealed(text: &Passage<'_>) -> impl Iterator<Item = (Span, &'static str)> {
    text.concealed.iter().map(|(start, end, what)| {
        let why = match what {
            Concealed::Invisible(_) => "a character that no reader sees",
            Concealed::LookAlike => "a word with letters of another script that pass for Latin ones",
        };
        (Span::new(*start, *end), why)
    })
}

/// Remarks in the manner of HTML.
fn remarks(raw: &str) -> impl Iterator<Item = Span> {
    raw.match_indices("<!--").take(MOST_REMARKS).map(|(start, mark)| {
        let end = raw[start..].find("-->").map_or(start + mark.len(), |at| start + at + 3);
        Span::new(start, end)
    })
}

/// Three or more lines that end in blanks, spaces on some and tabs on others.
fn blanks(raw: &str) -> impl Iterator<Item = Span> {
    let ends = raw.lines().map(|line| &line[line.trim_end_matches([' ', '\t']).len()..]);
    let (mut spaces, mut tabs) = (0, 0);
    for end in ends {
        spaces += usize::from(end.contains(' '));
        tabs += usize::from(end.contains('\t'));
    }
    (spaces + tabs > 2 && tabs > 0).then(|| Span::new(0, raw.len())).into_iter()
}

/// Runs that decode from base64 or hexadecimal to readable text.
fn encoded(raw: &str) -> impl Iterator<Item = (Span, &'static str)> {
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let mut runs: Vec<Span> = Vec::new();
    let mut start = None;
    for (at, character) in raw.char_indices().chain([(raw.len(), ' ')]) {
        match (start, is_code(character)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                runs.push(Span::new(from, at));
                start = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    runs.into_iter().filter_map(move |span| {
        let run = span.of(raw).filter(|run| (SHORTEST_RUN..LONGEST_RUN).contains(&run.len()))?;
        let hexadecimal = run.len() % 2 == 0 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hexadecimal && readable(&unhex(run)) {
            return Some((span, "hexadecimal that decodes to readable text"));
        }
        let decoded = STANDARD_NO_PAD.decode(run).or_else(|_| URL_SAFE_NO_PAD.decode(run)).ok()?;
        readable(&decoded).then_some((span, "base64 that decodes to readable text"))
    })
}

fn unhex(run: &str) -> Vec<u8> {
    run.as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

fn readable(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let (mut fair, mut all) = (0, 0);
    for character in text.chars() {
        all += 1;
        fair +=
            usize::from(character.is_alphanumeric() || matches!(character, ' ' | '.' | ',' | '-' | '\'' | '@' | '\n'));
    }
    all > 4 && fair * 100 >= all * 95
}

/// Words that stand in protected text alone and that few texts use.
fn secret_words(ground: &Ground<'_>) -> HashSet<WordId> {
    let tokens = ground.protected.iter().flat_map(|text| &text.tokens);
    tokens
        .filter(|token| {
            let word = ground.word(token);
            word.text.len() > 3 && !word.function && !ground.cleared_words.contains(&token.word)
        })
        .map(|token| token.word)
        .collect()
}

/// Words that read back to front, or by the alphabet turned half way, are protected ones.
fn turned(ground: &Ground<'_>, text: &Passage<'_>, number: usize, secret: &HashSet<WordId>) -> Vec<Found> {
    let mut found = Vec::new();
    for (from, to) in text.sentences() {
        let mut hits: Vec<usize> = Vec::new();
        let mut certain = false;
        for at in from..to {
            let word = ground.word(&text.tokens[at]);
            if word.common || word.text.len() < 4 || text.tokens[at].shape == Shape::Digits {
                continue;
            }
            let back: String = word.text.chars().rev().collect();
            for turned in [back, half_turned(&word.text)] {
                if let Some(id) =
                    ground.lexicon.find(&turned).filter(|id| secret.contains(id) && *id != text.tokens[at].word)
                {
                    certain |= !ground.lexicon.word(id).common && turned.len() > 4;
                    hits.push(at);
                }
            }
        }
        if let (Some(first), Some(last)) = (hits.first(), hits.last())
            && (certain || hits.len() > 1)
        {
            let why = "words that are protected ones when read back to front or letter for letter";
            found.push(found_at(Kind::EncodedText, number, text.span(*first, *last), 0.85, why));
        }
    }
    found
}

/// ROT13.
fn half_turned(word: &str) -> String {
    let turn = |byte: u8| match byte {
        b'a'..=b'm' => byte + 13,
        b'n'..=b'z' => byte - 13,
        other => other,
    };
    word.bytes().map(|byte| char::from(turn(byte))).collect()
}

/// Single letters in a row that together are a protected word.
fn spread(ground: &Ground<'_>, text: &Passage<'_>, number: usize, secret: &HashSet<WordId>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let single = |at: &usize| ground.text(text, *at).len() == 1;
        let end = (at..text.tokens.len()).take_while(single).last().map_or(at, |last| last + 1);
        let run: String = (at..end).map(|at| ground.text(text, at)).collect();
        let hit = |start: usize| {
            (4..=24)
                .filter_map(|length| run.get(start..start + length))
                .any(|part| ground.lexicon.find(part).is_some_and(|id| secret.contains(&id)))
        };
        if run.len() >= 4 && (0..run.len()).any(hit) {
            let why = "letters that together are a protected word";
            found.push(found_at(Kind::HiddenText, number, text.span(at, end - 1), 0.85, why));
        }
        at = end.max(at + 1);
    }
    found
}
