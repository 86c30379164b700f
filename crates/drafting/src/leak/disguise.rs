//! Protected words in disguise: base64, hexadecimal, binary, Morse, back to front, letter for letter, figures for
//! letters, letters spread out or spelled as on the radio.

use std::collections::HashSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use domain::Span;
use regex::Regex;

use super::ground::{Found, Ground, Passage};
use super::lexicon::WordId;
use super::report::Kind;
use super::tokens::Shape;

/// Shorter runs decode to something by chance.
const SHORTEST_RUN: usize = 12;
const LONGEST_RUN: usize = 20_000;
/// Shorter words turn into others by chance when the alphabet is shifted by any number of letters.
const LONG_WORD: usize = 7;

/// Codes that stand in groups: hexadecimal pairs, octets of bits, per cent signs, Morse.
static GROUPS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?P<hex>(?:\b|(?:0|\\)x)[0-9A-Fa-f]{2}(?:(?:[\s:,-]|[\s,]*(?:0|\\)x)[0-9A-Fa-f]{2}){4,}\b)
        | (?P<bits>\b[01]{8}(?:\s?[01]{8}){3,}\b)
        | (?P<percent>(?:%[0-9A-Fa-f]{2}){4,})
        | (?P<morse>(?:[.·\-−–]{1,4}[\x20/|]{1,3}){3,}[.·\-−–]{1,4})",
    )
    .ok()
});

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let secret = secret_words(ground);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        found.extend(encoded(text.raw).map(|(span, why)| found_at(Kind::EncodedText, number, span, 0.8, why)));
        found.extend(grouped(text.raw).map(|(span, why)| found_at(Kind::EncodedText, number, span, 0.8, why)));
        found.extend(turned(ground, text, number, &secret));
        found.extend(spread(ground, text, number, &secret));
    }
    found
}

fn found_at(kind: Kind, passage: usize, span: Span, confidence: f64, why: &str) -> Found {
    Found { kind, passage, span, source: None, confidence, why: why.to_owned() }
}

/// Codes in groups that decode to readable text.
fn grouped(raw: &str) -> impl Iterator<Item = (Span, &'static str)> {
    let hits = GROUPS.as_ref().into_iter().flat_map(|groups| groups.captures_iter(raw));
    hits.filter_map(|hit| {
        let whole = hit.get(0)?;
        let span = Span::new(whole.start(), whole.end());
        let digits: String = whole.as_str().replace("0x", "").chars().filter(char::is_ascii_hexdigit).collect();
        let why = if hit.name("bits").is_some() {
            let bytes: Vec<u8> = digits.as_bytes().chunks(8).filter_map(|bits| byte(bits, 2)).collect();
            readable(&bytes).then_some("bits that decode to readable text")
        } else if hit.name("morse").is_some() {
            let signs = whole.as_str();
            let both = signs.contains(['.', '·']) && signs.contains(['-', '−', '–']);
            both.then_some("signs that read as Morse")
        } else {
            // Pairs of plain figures are telephone numbers and dates more often than not.
            let lettered = digits.bytes().any(|byte| byte.is_ascii_alphabetic());
            (lettered && readable(&unhex(&digits))).then_some("hexadecimal that decodes to readable text")
        };
        why.map(|why| (span, why))
    })
}

fn byte(digits: &[u8], radix: u32) -> Option<u8> {
    std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, radix).ok())
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
    run.as_bytes().chunks(2).filter_map(|pair| byte(pair, 16)).collect()
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

/// Words that are protected ones when read back to front, letter for letter, or with figures for letters.
fn turned(ground: &Ground<'_>, text: &Passage<'_>, number: usize, secret: &HashSet<WordId>) -> Vec<Found> {
    let mut found = Vec::new();
    for (from, to) in text.sentences() {
        let mut hits: Vec<usize> = Vec::new();
        let mut certain = false;
        for at in from..to {
            let word = ground.word(&text.tokens[at]);
            if word.common || word.text.len() < 4 || text.tokens[at].shape == Shape::Digits && !lettered(&word.text) {
                continue;
            }
            let is_secret = |turned: &String| {
                ground.lexicon.find(turned).filter(|id| secret.contains(id) && *id != text.tokens[at].word)
            };
            for (turned, id) in readings(&word.text).filter_map(|turned| is_secret(&turned).map(|id| (turned, id))) {
                certain |= !ground.lexicon.word(id).common && turned.len() > 4;
                hits.push(at);
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

fn lettered(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Other ways to read a word: backwards, with the alphabet turned half way or back to front, with figures as letters,
/// and for a long one with the alphabet shifted by any number.
fn readings(word: &str) -> impl Iterator<Item = String> {
    let back: String = word.chars().rev().collect();
    let mirrored =
        word.bytes().map(|byte| char::from(if byte.is_ascii_lowercase() { 219 - byte } else { byte })).collect();
    let figures = word.bytes().any(|byte| byte.is_ascii_digit()).then(|| word.chars().map(drawn_like).collect());
    let long = word.len() >= LONG_WORD;
    let shifts = (1..26).filter(move |shift| long || *shift == 13).map(|shift| shifted(word, shift));
    [back, mirrored].into_iter().chain(figures).chain(shifts)
}

fn shifted(word: &str, by: u8) -> String {
    let turn = |byte: u8| if byte.is_ascii_lowercase() { (byte - b'a' + by) % 26 + b'a' } else { byte };
    word.bytes().map(|byte| char::from(turn(byte))).collect()
}

/// The letter that a figure stands for in a word such as "m4rt1n".
const fn drawn_like(figure: char) -> char {
    match figure {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    }
}

/// Single letters in a row, or words of the radio alphabet, that together are a protected word.
fn spread(ground: &Ground<'_>, text: &Passage<'_>, number: usize, secret: &HashSet<WordId>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let letter = |at: usize| match ground.text(text, at) {
            one if one.len() == 1 => Some(one),
            word => radio_letter(word),
        };
        let run: String = (at..text.tokens.len()).map_while(letter).collect();
        let end = at + run.len();
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

/// The letter a word stands for on the radio (ICAO spelling alphabet).
fn radio_letter(word: &str) -> Option<&str> {
    const ALPHABET: [&str; 28] = [
        "alfa", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "juliet",
        "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor",
        "whiskey", "xray", "yankee", "zulu",
    ];
    ALPHABET.contains(&word).then(|| &word[..1])
}
