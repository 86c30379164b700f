//! Reproducible randomness for tests (splitmix64): a failed seed is a failed seed again.

use serde_json::{Map, Value};

/// A stream of numbers that its seed determines.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() % limit.max(1) as u64).unwrap()
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Any JSON, at most `depth` deep; `words` are mixed in, so that some of it is nearly right.
    pub fn json(&mut self, depth: usize, words: &[&str]) -> Value {
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => (self.below(2) == 0).into(),
            2 => (self.number().cast_signed() >> self.below(64)).into(),
            3 => f64::from_bits(self.number()).into(),
            4 | 5 => self.text(words).into(),
            6 => (0..self.below(4)).map(|_| self.json(depth - 1, words)).collect(),
            _ => {
                let fields = (0..self.below(6)).map(|_| (self.text(words), self.json(depth - 1, words)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    /// A word of `words`, or letters of every sort.
    pub fn text(&mut self, words: &[&str]) -> String {
        const LETTERS: &[&str] =
            &["a", "Z", "0", " ", "\n", "\r", "\0", "<", "&", "\"", "'", "é", "\u{202e}", "漢", "🜂", "%", "/", "=?"];
        match self.below(3) {
            0 => (0..self.below(12)).map(|_| *self.pick(LETTERS)).collect(),
            _ => (*self.pick(words)).to_owned(),
        }
    }
}
