//! The words of a text with their hashes, in one pass. Words of ASCII letters and digits are seen sixty-four bytes at a
//! time and hashed sixteen at a time; all others are read character by character, and each spelling of those is folded
//! once.

use domain::Span;

use super::hash;
use super::window::{self, WIDTH, Window};
use crate::names::fold::{fold, next_word, word_end};
use crate::names::lists;

/// One word: what it hashes to once folded, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub hash: u64,
    pub span: Span,
}

/// How many spellings of words that are not plain are kept.
const KEPT: usize = 1024;

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
    window: Window,
    /// Where the last word ended.
    at: usize,
    /// Spellings met and their hashes, by a hash of their bytes.
    kept: Vec<(Span, u64)>,
}

impl<'t> Tokens<'t> {
    pub fn new(text: &'t str, seed: u64) -> Self {
        let window = Window::at(text.as_bytes(), 0);
        let abbreviations = Abbreviations::new(seed);
        Self { text, seed, abbreviations, window, at: 0, kept: Vec::new() }
    }

    #[inline(never)]
    fn look(&mut self, base: usize) {
        self.window = Window::at(self.text.as_bytes(), base);
    }

    /// The next word where something odd stands in or before it; none when that is a plain one, which the window then
    /// starts with, or when there is no more: then it is empty.
    #[inline(never)]
    fn careful(&mut self) -> Option<Token> {
        let Some(start) = next_word(self.text, self.window.base.max(self.at)) else {
            self.look(self.text.len());
            return None;
        };
        if start > self.window.base && self.text.as_bytes()[start].is_ascii() {
            self.look(start);
            return None;
        }
        Some(self.slow(start))
    }

    /// A word that is not plain, from where it starts.
    #[inline(never)]
    fn slow(&mut self, start: usize) -> Token {
        let span = Span::new(start, word_end(self.text, start));
        self.at = span.end;
        self.look(span.end);
        let word = &self.text[span.start..span.end];
        if self.kept.is_empty() {
            self.kept = vec![(Span::new(0, 0), 0); KEPT];
        }
        #[allow(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
        let slot = hash::word(self.seed, word.as_bytes()) as usize % KEPT;
        let (known, hash) = self.kept[slot];
        if known.end > 0 && self.text[known.start..known.end] == *word {
            return Token { hash, span };
        }
        let hash = hash::word(self.seed, fold(word).as_bytes());
        self.kept[slot] = (span, hash);
        Token { hash, span }
    }
}

/// The hash of a word of ASCII letters and digits alone.
#[inline]
fn plain(seed: u64, text: &[u8], word: Span) -> u64 {
    let length = word.end - word.start;
    let state = hash::chunk(hash::start(seed), window::sixteen(text, word.start, length));
    if length > 16 { longer(state, text, word) } else { state }
}

#[inline(never)]
fn longer(state: u64, text: &[u8], word: Span) -> u64 {
    let rest = (word.start..word.end).step_by(16).skip(1);
    rest.fold(state, |state, at| hash::chunk(state, window::sixteen(text, at, word.end - at)))
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    #[allow(clippy::inline_always, reason = "a token that is given back in memory costs more than finding it")]
    #[inline(always)]
    fn next(&mut self) -> Option<Token> {
        loop {
            let Window { base, letters, odd } = self.window;
            if letters == 0 && odd == 0 {
                if self.text.len() - base <= WIDTH {
                    return None;
                }
                self.look(base + WIDTH);
                continue;
            }
            let start = letters.trailing_zeros();
            let length = (!letters.checked_shr(start).unwrap_or(0)).trailing_zeros();
            let end = start + length;
            if odd != 0 && odd.trailing_zeros() <= end {
                if let Some(token) = self.careful() {
                    return Some(token);
                }
            } else if end < 64 {
                self.window.letters &= u64::MAX << end;
                self.at = base + end as usize;
                let span = Span::new(base + start as usize, self.at);
                let hash = self.abbreviations.full(plain(self.seed, self.text.as_bytes(), span));
                return Some(Token { hash, span });
            } else if start > 0 {
                // It may go on beyond the window.
                self.look(base + start as usize);
            } else {
                return Some(self.slow(base));
            }
        }
    }
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
            let quick: Vec<_> = Tokens::new(text, 7).map(|token| (token.span, token.hash)).collect();
            let slow: Vec<_> = words(text)
                .into_iter()
                .map(|word| (word.span, hash::word(7, fold(word.span.of(text).unwrap_or("")).as_bytes())))
                .collect();
            assert_eq!(quick, slow, "{text:?}");
        }
    }
}
