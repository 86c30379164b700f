//! The words of a text with their hashes, in one pass. Words of ASCII letters and digits, eight bytes at a time; all
//! others character by character, and each spelling of those is folded once.

use domain::Span;

use super::hash;
use crate::names::fold::{fold, joins, next_word, word_end};
use crate::names::lists;

/// One word: what it hashes to once folded, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub hash: u64,
    pub span: Span,
    /// Whether a name may run on from the word before into this one.
    pub joined: bool,
}

/// How many spellings of words that are not plain are kept.
const KEPT: usize = 1024;
/// Longer words are folded the slow way, which cuts them.
const LONGEST_PLAIN: usize = 64;

/// Plain words that are folded to another word: `st` to `saint`.
struct Abbreviations {
    list: Vec<(u64, u64)>,
    /// The low bits of their hashes, which nearly no other word shares.
    marks: [u64; 2],
}

impl Abbreviations {
    fn new(seed: u64) -> Self {
        let hash = |word: &str| hash::word(seed, word.as_bytes());
        let list: Vec<(u64, u64)> = lists::abbreviations().map(|(short, full)| (hash(short), hash(full))).collect();
        let marks = |shift: u32| list.iter().fold(0, |marks, (short, _)| marks | 1 << (short >> shift & 63));
        Self { marks: [marks(0), marks(6)], list }
    }

    #[inline]
    fn full(&self, hash: u64) -> u64 {
        if self.marks[0] >> (hash & 63) & self.marks[1] >> (hash >> 6 & 63) & 1 == 0 {
            return hash;
        }
        self.list.iter().find(|(short, _)| *short == hash).map_or(hash, |(_, full)| *full)
    }
}

/// The words of a text, one after the other.
pub(crate) struct Tokens<'t> {
    text: &'t str,
    seed: u64,
    abbreviations: Abbreviations,
    at: usize,
    before: Option<Span>,
    /// Spellings met and their hashes, by a hash of their bytes.
    kept: Vec<(Span, u64)>,
}

impl<'t> Tokens<'t> {
    pub fn new(text: &'t str, seed: u64) -> Self {
        Self { text, seed, abbreviations: Abbreviations::new(seed), at: 0, before: None, kept: Vec::new() }
    }

    #[inline]
    fn token(&mut self, span: Span, hash: u64) -> Token {
        let joined = self.before.is_some_and(|before| {
            let one_space = span.start - before.end == 1 && self.text.as_bytes()[before.end] == b' ';
            one_space || joins(self.text, before, span.start)
        });
        self.at = span.end;
        self.before = Some(span);
        Token { hash, span, joined }
    }

    /// A word that is not plain, from where it starts.
    fn slow(&mut self, start: usize) -> Token {
        let span = Span::new(start, word_end(self.text, start));
        let word = &self.text[span.start..span.end];
        if self.kept.is_empty() {
            self.kept = vec![(Span::new(0, 0), 0); KEPT];
        }
        #[allow(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
        let slot = hash::word(self.seed, word.as_bytes()) as usize % KEPT;
        let (known, hash) = self.kept[slot];
        if known.end > 0 && self.text[known.start..known.end] == *word {
            return self.token(span, hash);
        }
        let hash = hash::word(self.seed, fold(word).as_bytes());
        self.kept[slot] = (span, hash);
        self.token(span, hash)
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        let mut start = self.at;
        while let Some(byte) = bytes.get(start) {
            if byte.is_ascii_alphanumeric() {
                break;
            }
            if !byte.is_ascii() {
                start = next_word(self.text, start)?;
                if !bytes[start].is_ascii() {
                    return Some(self.slow(start));
                }
                break;
            }
            start += 1;
        }
        if start >= bytes.len() {
            return None;
        }
        let mut state = hash::start(self.seed);
        let mut end = start;
        loop {
            let (eight, plain) = lower_eight(bytes, end);
            if plain > 0 {
                state = hash::chunk(state, eight);
                end += plain;
            }
            if plain < 8 {
                break;
            }
        }
        let ends = bytes.get(end).is_none_or(|byte| byte.is_ascii() && !matches!(byte, b'\'' | b'`'));
        if !ends || end - start > LONGEST_PLAIN {
            return Some(self.slow(start));
        }
        Some(self.token(Span::new(start, end), self.abbreviations.full(state)))
    }
}

/// The ASCII letters and digits at the start of the next eight bytes, lower case and followed by zeros, and how many.
#[inline]
fn lower_eight(bytes: &[u8], at: usize) -> (u64, usize) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x80 * ONES;
    const SMALL: u64 = 0x20 * ONES;
    let eight = if let Some(eight) = bytes[at..].first_chunk::<8>() {
        u64::from_le_bytes(*eight)
    } else {
        let mut padded = [0; 8];
        let rest = &bytes[at..];
        padded[..rest.len()].copy_from_slice(rest);
        u64::from_le_bytes(padded)
    };
    // For each byte: its top bit is set in a sum when the byte is at least the first of a range, and not in the other
    // when it is at most the last.
    let low = (eight & !TOPS) | SMALL;
    let letters = (low + (0x80 - 0x61) * ONES) & !(low + (0x80 - 0x7b) * ONES);
    let plain = eight & !TOPS;
    let digits = (plain + (0x80 - 0x30) * ONES) & !(plain + (0x80 - 0x3a) * ONES);
    let stops = !(letters | digits) | eight;
    let count = ((stops & TOPS).trailing_zeros() / 8) as usize;
    let kept = if count == 8 { u64::MAX } else { (1 << (8 * count)) - 1 };
    ((eight | SMALL) & kept, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::fold::words;

    #[test]
    fn the_quick_way_and_the_slow_way_agree() {
        let long = "a".repeat(100);
        for text in [
            "",
            "a",
            "Leyla Karimi, of Kerman",
            "abcdefgh abcdefghi abcdefghijklmnopq 12345678 A1b2",
            "O'Brien's St. Mary's rock 'n' roll `x` it's'",
            "Jürgen Müller; Leylа\u{200b}x \u{200b}x a\u{301}b",
            "要杀李小明了 x李y สมชาย นิติ",
            "a_b c@d {e} [f] 0x7F ~~ \u{ad}",
            "محمد حسن، را می‌کشند",
            &long,
        ] {
            let quick: Vec<_> = Tokens::new(text, 7).map(|token| (token.span, token.joined, token.hash)).collect();
            let slow: Vec<_> = words(text)
                .into_iter()
                .map(|word| (word.span, word.joined, hash::word(7, fold(word.span.of(text).unwrap_or("")).as_bytes())))
                .collect();
            assert_eq!(quick, slow, "{text:?}");
        }
    }
}
