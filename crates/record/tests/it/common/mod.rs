//! Builds records for the tests: entries with bodies, a tree, a key, an export.
#![allow(dead_code, reason = "each test file uses its part of this")]
#![allow(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "the numbers are small")]

use jiff::Timestamp;
use record::{
    Body, Carries, Checkpoint, Frontier, Hash, Leaf, SigningKey, VerifyKey, checkpoint_line, commitment, entry_line,
    header_line,
};

pub const ORIGIN: &str = "desk.example/record";

/// A small generator of numbers (SplitMix64): the same seed gives the same test.
#[derive(Clone)]
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes());
        }
        bytes
    }
}

/// What became of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Kept,
    Erased,
    Withheld,
}

/// An entry with all that an export needs.
#[derive(Clone)]
pub struct Item {
    pub leaf: Leaf,
    pub salt: [u8; 32],
    pub text: String,
    pub state: State,
}

impl Item {
    pub fn line(&self) -> String {
        let body = match self.state {
            State::Kept => Body::Kept { salt: &self.salt, text: &self.text },
            State::Erased => Body::Erased,
            State::Withheld => Body::Withheld,
        };
        entry_line(&self.leaf, body)
    }

    /// Makes the commitment that of salt and body.
    pub fn commit(&mut self) {
        self.leaf.commitment = commitment(&self.salt, self.text.as_bytes());
    }
}

#[derive(Clone)]
pub struct World {
    pub key: SigningKey,
    pub items: Vec<Item>,
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, [seed; 32]).unwrap()
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::new(1_703_600_000 + second, 123_456_000).unwrap()
}

impl World {
    /// A record of `count` entries in a few streams; the stream `threat/thr_2` is erased by its last entry.
    pub fn new(count: u64) -> Self {
        let mut seeded = Seeded(7);
        let kinds = ["ReportLinked", "DeterminationMade", "DraftApproved", "Å \"quoted\" \\ kind\n"];
        let mut items: Vec<Item> = (0..count)
            .map(|seq| {
                let text =
                    format!("{{\"n\":{seq},\"words\":\"tab\\t quote \\\" {} \u{1F4DC} \u{7f}\"}}", seeded.next());
                let mut item = Item {
                    leaf: Leaf {
                        seq,
                        at: at(seq as i64 / 2),
                        kind: kinds[seq as usize % 4].to_owned(),
                        by: format!("acc_{}", seq % 3),
                        stream: format!("threat/thr_{}", seq % 5),
                        erases: false,
                        commitment: Hash::of_empty_tree(),
                    },
                    salt: seeded.bytes(),
                    text,
                    state: State::Kept,
                };
                item.commit();
                item
            })
            .collect();
        if let Some(last) = (0..items.len()).rev().find(|at| at % 5 == 2 && *at > 4) {
            items[last].leaf.erases = true;
            for item in &mut items[..last] {
                if item.leaf.stream == "threat/thr_2" {
                    item.state = State::Erased;
                }
            }
        }
        Self { key: key(1), items }
    }

    pub fn verify_key(&self) -> VerifyKey {
        self.key.verify_key()
    }

    /// The checkpoint over the first `size` entries.
    pub fn checkpoint_at(&self, size: usize) -> Checkpoint {
        let mut tree = Frontier::new();
        for item in &self.items[..size] {
            tree.push(item.leaf.hash());
        }
        Checkpoint { origin: self.key.name().to_owned(), size: size as u64, root: tree.root() }
    }

    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint_at(self.items.len())
    }

    pub fn note(&self) -> String {
        self.checkpoint().sign(&self.key)
    }

    /// The export's lines: header, entries, checkpoint.
    pub fn lines(&self) -> Vec<String> {
        self.lines_with(&self.note())
    }

    /// The same under another note.
    pub fn lines_with(&self, note: &str) -> Vec<String> {
        let proof = self.items.iter().any(|item| item.state == State::Withheld);
        let mut lines = vec![header_line(self.key.name(), if proof { Carries::Proof } else { Carries::Full })];
        lines.extend(self.items.iter().map(Item::line));
        lines.push(checkpoint_line(note));
        lines
    }

    pub fn export(&self) -> String {
        self.lines().concat()
    }

    /// Gives the entries the numbers of their places.
    pub fn renumber(&mut self) {
        for (seq, item) in (0..).zip(&mut self.items) {
            item.leaf.seq = seq;
        }
    }
}
