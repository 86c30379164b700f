//! Exact names in much text: each word is folded and hashed once, a small filter knows the first words of names and
//! drops nearly all others, and what is left is looked up as sequences of words in one flat table. No automaton: a new
//! name is a few writes, and the whole is three arrays that are copied to bytes and back.
//!
//! The cast: [`Exact`] holds names by number, in the order in which they were put in; [`Exact::scan`] gives every name
//! in a text with its span. Two names are the same when their words are, once case, diacritics, invisible characters
//! and a script's double letters are folded away. Scripts written without spaces give one word for each character, so
//! names in them are found in the same way, in the same shape.

mod bytes;
mod filter;
mod hash;
mod table;
mod tokens;
mod window;

use domain::Span;

pub use bytes::Damaged;
use bytes::{Reader, Writer};
use filter::{Filter, Folded};
use table::Table;
use tokens::Token;
pub(crate) use tokens::Tokens;

use crate::names::fold::{folded, joins};

/// Longer names are known by their first words.
const MOST_WORDS: usize = 16;
/// Set in a value when a longer name starts with these words.
const LONGER: u32 = 1 << 31;
/// The key of no words.
const ROOT: u64 = 0;

/// Names made ready for exact search.
pub struct Exact {
    seed: u64,
    /// By the key of its first words: whether longer names start so, and one more than the last name that is just so.
    table: Table,
    /// For each name one more than the one put in before it that has the same words; 0 at the end.
    same: Vec<u32>,
    /// The first word of each name.
    firsts: Folded,
    /// Names of one word.
    alone: Filter,
    /// The first two words of each other name.
    starts: Filter,
}

/// A sequence of words that some name starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    key: u64,
    value: u32,
    words: u32,
}

impl Node {
    /// Before the first word.
    pub const START: Self = Self { key: ROOT, value: LONGER, words: 0 };

    /// The last name that has just these words; which name it is stands for the node.
    pub fn last_name(self) -> Option<u32> {
        (self.value & !LONGER).checked_sub(1)
    }
}

impl Exact {
    /// Room for so many names; more can be put in. `seed` moves all hashes: who does not know it cannot write a text
    /// whose words collide.
    pub fn with_room(names: usize, seed: u64) -> Self {
        Self {
            seed,
            table: Table::with_room(names),
            same: Vec::with_capacity(names),
            firsts: Folded::over(Filter::of_bits((names * 4).clamp(1 << 16, 1 << 24))),
            alone: Filter::of_bits(names.clamp(1 << 16, 1 << 24)),
            starts: Filter::of_bits((names * 12).max(1 << 16)),
        }
    }

    /// How many names were put in.
    pub fn len(&self) -> usize {
        self.same.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.same.is_empty()
    }

    /// How many bytes it takes in memory, roughly.
    pub fn size(&self) -> usize {
        self.table.size() + self.same.capacity() * 4 + self.firsts.size() + self.alone.size() + self.starts.size()
    }

    /// Puts a name in and gives its number; none when it holds no letter or digit. The next scan finds it.
    pub fn put(&mut self, name: &str) -> Option<u32> {
        let words = folded(name);
        let hashes: Vec<u64> = words.iter().map(|word| self.hash(word)).collect();
        self.put_words(&hashes)
    }

    /// The hash of a folded word.
    pub(crate) fn hash(&self, folded: &str) -> u64 {
        hash::word(self.seed, folded.as_bytes())
    }

    /// Puts a sequence of words in; the number is the same as [`Exact::put`] would give.
    pub(crate) fn put_words(&mut self, hashes: &[u64]) -> Option<u32> {
        let hashes = &hashes[..hashes.len().min(MOST_WORDS)];
        let mut key = ROOT;
        for (at, word) in hashes.iter().enumerate() {
            key = hash::key(key, *word);
            match at {
                0 => self.firsts.put(*word),
                1 => _ = self.starts.put(key),
                _ => {}
            }
            if at + 1 < hashes.len() {
                *self.table.entry(key, 0) |= LONGER;
            }
        }
        if let [_] = hashes {
            self.alone.put(key);
        }
        let number = u32::try_from(self.same.len()).ok().filter(|number| number + 1 < LONGER && !hashes.is_empty())?;
        let value = self.table.entry(key, 0);
        self.same.push(*value & !LONGER);
        *value = *value & LONGER | (number + 1);
        Some(number)
    }

    /// Every name in the text: its number and where it stands, by its last word.
    pub fn scan(&self, text: &str, mut found: impl FnMut(u32, Span)) {
        // The word before; when a name may start with it, its key; and names longer than two words, with their starts.
        let mut before = Span::new(0, 0);
        let mut first: Option<u64> = None;
        let mut open: Vec<(Node, usize)> = Vec::new();
        for token in Tokens::new(text, self.seed) {
            if first.is_some() || !open.is_empty() {
                if joins(text, before, token.span.start) {
                    self.go_on(&mut open, token, &mut found);
                    if let Some(key) =
                        first.map(|key| hash::key(key, token.hash)).filter(|key| self.starts.may_hold(*key))
                    {
                        self.start(key, before.start, token, &mut open, &mut found);
                    }
                } else {
                    open.clear();
                }
                first = None;
            }
            before = token.span;
            if self.firsts.may_hold(token.hash) {
                let key = hash::key(ROOT, token.hash);
                first = Some(key);
                if self.alone.may_hold(key)
                    && let Some(value) = self.table.get(key)
                {
                    self.names_of(Node { key, value, words: 1 }).for_each(|name| found(name, token.span));
                }
            }
        }
    }

    /// Two words that may be a name or the start of one.
    fn start(
        &self,
        key: u64,
        start: usize,
        last: Token,
        open: &mut Vec<(Node, usize)>,
        found: &mut impl FnMut(u32, Span),
    ) {
        let Some(value) = self.table.get(key) else { return };
        let node = Node { key, value, words: 2 };
        self.names_of(node).for_each(|name| found(name, Span::new(start, last.span.end)));
        if value & LONGER != 0 {
            open.push((node, start));
        }
    }

    /// One word more for each name that is open.
    fn go_on(&self, open: &mut Vec<(Node, usize)>, last: Token, found: &mut impl FnMut(u32, Span)) {
        open.retain_mut(|(node, start)| {
            let Some(next) = self.step(*node, last.hash) else { return false };
            self.names_of(next).for_each(|name| found(name, Span::new(*start, last.span.end)));
            *node = next;
            next.value & LONGER != 0
        });
    }

    /// One word on, if any name goes on so.
    pub(crate) fn step(&self, node: Node, word: u64) -> Option<Node> {
        if node.value & LONGER == 0 {
            return None;
        }
        let key = hash::key(node.key, word);
        let may_be = match node.words {
            0 => self.firsts.may_hold(word),
            1 => self.starts.may_hold(key),
            _ => true,
        };
        if !may_be {
            return None;
        }
        self.table.get(key).map(|value| Node { key, value, words: node.words + 1 })
    }

    /// The names that have just these words, the last one put in first.
    pub(crate) fn names_of(&self, node: Node) -> impl Iterator<Item = u32> {
        let before = |name: &u32| self.same.get(*name as usize).and_then(|before| before.checked_sub(1));
        std::iter::successors(node.last_name(), before)
    }

    /// The whole as bytes, to be kept beside the register and read at the next start.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(self.size());
        to.number(self.seed);
        self.table.write(&mut to);
        to.shorts(&self.same);
        self.firsts.write(&mut to);
        self.alone.write(&mut to);
        self.starts.write(&mut to);
        to.finish()
    }

    /// Reads what [`Exact::to_bytes`] wrote; anything else is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut from = Reader::new(bytes)?;
        let seed = from.number()?;
        let table = Table::read(&mut from)?;
        let same = from.shorts()?;
        let (firsts, alone) = (Folded::over(Filter::read(&mut from)?), Filter::read(&mut from)?);
        let starts = Filter::read(&mut from)?;
        // Each name points at an earlier one, so that a walk along them ends.
        let ordered = (0_u32..).zip(&same).all(|(name, before)| *before <= name);
        if ordered && from.is_at_end() { Ok(Self { seed, table, same, firsts, alone, starts }) } else { Err(Damaged) }
    }
}

#[cfg(test)]
mod tests;
