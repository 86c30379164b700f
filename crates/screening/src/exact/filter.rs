//! Small Bloom filters: does any name start with this word, or with these two. Nearly every word of a text is settled by
//! the first, of which a copy stays in the nearest memory.

use super::bytes::{Damaged, Reader, Writer};

/// Fewest words of sixty-four bits.
const FEWEST: usize = 64;
/// A copy is too small when more than one bit in so many is set.
const SPARSE: usize = 8;

/// A set of hashes that answers "no" or "perhaps". Two bits of one word stand for a hash, and its first bits say which
/// word; there are as many words as a power of two.
pub(super) struct Filter {
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// A filter of at least so many bits.
    pub fn of_bits(bits: usize) -> Self {
        Self::over(vec![0; (bits / 64).next_power_of_two().max(FEWEST)])
    }

    fn over(words: Vec<u64>) -> Self {
        let shift = 64 - words.len().ilog2();
        Self { words, shift }
    }

    #[allow(clippy::cast_possible_truncation, reason = "shifted down to the number of words")]
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> self.shift) as usize, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }

    /// Puts a hash in and says how many bits were not set before.
    pub fn put(&mut self, hash: u64) -> u32 {
        let (at, bits) = self.place(hash);
        let new = bits & !self.words[at];
        self.words[at] |= bits;
        new.count_ones()
    }

    #[inline]
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
        if words.len() < FEWEST || !words.len().is_power_of_two() {
            return Err(Damaged);
        }
        Ok(Self::over(words))
    }

    fn set(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The same set in half as many words; strangers are held more often.
    fn folded(&self) -> Self {
        Self::over(self.words.as_chunks::<2>().0.iter().map(|[one, other]| one | other).collect())
    }

    fn is_crowded(&self, set: usize) -> bool {
        set * SPARSE > self.size() * 8
    }
}

/// A filter with a copy of itself in as few words as will do: few names start with a word that no other starts with, so
/// the copy is small, and nearly all look-ups end there.
pub(super) struct Folded {
    far: Filter,
    near: Filter,
    /// Bits set in the copy.
    set: usize,
}

impl Folded {
    pub fn over(far: Filter) -> Self {
        let mut near = Filter::over(far.words.clone());
        let mut set = near.set();
        while near.words.len() > FEWEST {
            let half = near.folded();
            let fewer = half.set();
            if half.is_crowded(fewer) {
                break;
            }
            (near, set) = (half, fewer);
        }
        Self { far, near, set }
    }

    pub fn put(&mut self, hash: u64) {
        self.far.put(hash);
        self.set += self.near.put(hash) as usize;
        if self.near.is_crowded(self.set) && self.near.words.len() < self.far.words.len() {
            let far = std::mem::replace(&mut self.far, Filter::of_bits(0));
            *self = Self::over(far);
        }
    }

    #[inline]
    pub fn may_hold(&self, hash: u64) -> bool {
        self.near.may_hold(hash) && self.far.may_hold(hash)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.far.size() + self.near.size()
    }

    pub fn write(&self, to: &mut Writer) {
        self.far.write(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_may_be_held_however_full_it_gets() {
        let mut filter = Folded::over(Filter::of_bits(1 << 15));
        let hash = |number: u64| {
            let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ mixed >> 31).wrapping_mul(0xd6e8_feb8_6659_fd93)
        };
        for many in 0..2_000 {
            filter.put(hash(many));
            assert!(filter.may_hold(hash(many)) && filter.may_hold(hash(many / 2)));
        }
        let chance = (10_000..20_000).filter(|number| filter.may_hold(hash(*number))).count();
        assert!(chance < 500, "{chance} of 10,000 strangers");
    }
}
