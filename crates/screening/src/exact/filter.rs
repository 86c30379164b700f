//! Small Bloom filters: does any name start with this word, or with these two. Nearly every word of a text is settled by
//! the first, which stays in the nearest memory.

use super::bytes::{Damaged, Reader, Writer};

/// A set of hashes that answers "no" or "perhaps". Two bits of one word stand for a hash.
pub(super) struct Filter {
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// A filter of at least so many bits.
    pub fn of_bits(bits: usize) -> Self {
        let words = (bits / 64).next_power_of_two().max(64);
        Self { words: vec![0; words], shift: 64 - words.ilog2() }
    }

    #[allow(clippy::cast_possible_truncation, reason = "shifted down to the number of words")]
    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> self.shift) as usize, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }

    pub fn put(&mut self, hash: u64) {
        let (at, bits) = self.place(hash);
        self.words[at] |= bits;
    }

    pub fn may_hold(&self, hash: u64) -> bool {
        let (at, bits) = self.place(hash);
        self.words[at] & bits == bits
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.words.len() * 8
    }

    pub fn write(&self, to: &mut Writer) {
        to.longs(&self.words);
    }

    pub fn read(from: &mut Reader) -> Result<Self, Damaged> {
        let words = from.longs()?;
        if words.len() < 64 || !words.len().is_power_of_two() {
            return Err(Damaged);
        }
        let shift = 64 - words.len().ilog2();
        Ok(Self { words, shift })
    }
}
