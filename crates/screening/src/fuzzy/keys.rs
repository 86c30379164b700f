//! The keys of a name, and the names of a key.

use xxhash_rust::xxh3::xxh3_64;

/// So many first letters of a word stand in the keys for one error in each of two words.
const HEAD_ONE: usize = 5;
/// So many in those for two errors in one word.
const HEAD_TWO: usize = 6;
/// So many when there is only one word.
const HEAD_ALONE: usize = 7;
/// Two letters are never left out of a word this short: what remains would be everybody.
const SHORT: usize = 3;

/// The first letters of a word, with some left out.
#[derive(Default)]
struct Head {
    whole: u64,
    /// With at most one of five left out.
    one: Vec<u64>,
    /// With at most two of six left out.
    two: Vec<u64>,
}

impl Head {
    fn set(&mut self, word: &str) {
        self.whole = letters(word.as_bytes().iter().take(HEAD_TWO));
        // The other word is at most as much shorter as there are errors. Where its head is full too, leaving out fewer
        // letters than allowed finds nothing that leaving out all of them does not.
        shortened(word, HEAD_ONE, 1, word.len() > HEAD_ONE, &mut self.one);
        shortened(word, HEAD_TWO, 2, word.len() > HEAD_TWO + 1, &mut self.two);
    }
}

fn letters<'l>(letters: impl Iterator<Item = &'l u8>) -> u64 {
    letters.fold(0, |all, letter| all << 8 | u64::from(*letter))
}

/// A head with up to `most` letters left out, or exactly so many.
fn shortened(word: &str, head: usize, most: usize, exactly: bool, into: &mut Vec<u64>) {
    let head = &word.as_bytes()[..word.len().min(head)];
    let without = |first: usize, second: usize| {
        letters(head.iter().enumerate().filter(|(at, _)| *at != first && *at != second).map(|(_, letter)| letter))
    };
    let most = if word.len() > SHORT { most } else { 1 };
    into.clear();
    if !exactly {
        into.push(letters(head.iter()));
    }
    for first in 0..head.len() {
        if !exactly || most == 1 {
            into.push(without(first, usize::MAX));
        }
        if most == 2 {
            into.extend((0..first).map(|second| without(second, first)));
        }
    }
}

/// Gives every key of a name in Latin letters; the same one may come twice.
fn keys(plain: &str, room: &mut [Head; 2], mut give: impl FnMut(u64)) {
    let mut bytes = [0; 16];
    // Letters fill six bytes, or seven where there is one word; the eighth says which kind of key it is.
    let mut key = |kind: u64, first: u64, last: u64| {
        bytes[..8].copy_from_slice(&(first | kind << 56).to_le_bytes());
        bytes[8..].copy_from_slice(&last.to_le_bytes());
        give(xxh3_64(&bytes));
    };
    let [first, last] = room;
    if let (Some((given, _)), Some((_, family))) = (plain.split_once(' '), plain.rsplit_once(' ')) {
        first.set(given);
        last.set(family);
        for one in &first.one {
            last.one.iter().for_each(|other| key(1, *one, *other));
        }
        first.two.iter().for_each(|one| key(2, *one, last.whole));
        last.two.iter().for_each(|other| key(3, first.whole, *other));
    } else {
        shortened(plain, HEAD_ALONE, 2, false, &mut first.two);
        first.two.iter().for_each(|one| key(4, *one, 0));
    }
}

/// Names by the buckets of their keys, one after the other in one list. The upper bits of an entry are bits of the key,
/// so that few names are looked at that only share a bucket.
#[derive(Default)]
pub(super) struct Buckets {
    starts: Vec<u32>,
    entries: Vec<u32>,
    names: usize,
    /// Bits of an entry that are the name's number.
    name_bits: u32,
}

impl Buckets {
    pub fn build<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Self {
        let count = names.clone().count();
        let mut room = <[Head; 2]>::default();
        let buckets = (count * 16).next_power_of_two().max(16);
        let mut starts = vec![0_u32; buckets + 1];
        for name in names.clone() {
            keys(name, &mut room, |key| starts[bucket(key, buckets) + 1] += 1);
        }
        let mut sum = 0_u32;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let name_bits = usize::BITS - count.leading_zeros();
        let mut entries = vec![0_u32; sum as usize];
        // Each bucket is filled from its start, which moves up and is moved back afterwards.
        for (number, name) in (0_u32..).zip(names) {
            keys(name, &mut room, |key| {
                let start = &mut starts[bucket(key, buckets)];
                entries[*start as usize] = mark(key, name_bits) | number;
                *start += 1;
            });
        }
        starts.rotate_right(1);
        starts[0] = 0;
        Self { starts, entries, names: count, name_bits }
    }

    /// How many names were built in.
    pub fn names(&self) -> usize {
        self.names
    }

    pub fn size(&self) -> usize {
        (self.starts.capacity() + self.entries.capacity()) * 4
    }

    /// The names that share a key with this one, and few others; a name may come more than once.
    pub fn candidates(&self, plain: &str, mut give: impl FnMut(u32)) {
        if self.names == 0 {
            return;
        }
        let low = (1_u32 << self.name_bits) - 1;
        keys(plain, &mut <[Head; 2]>::default(), |key| {
            let at = bucket(key, self.starts.len() - 1);
            let here = &self.entries[self.starts[at] as usize..self.starts[at + 1] as usize];
            let mark = mark(key, self.name_bits);
            here.iter().filter(|entry| *entry & !low == mark).for_each(|entry| give(entry & low));
        });
    }
}

/// The low bits of a key.
#[allow(clippy::cast_possible_truncation, reason = "the low bits are the bucket")]
const fn bucket(key: u64, buckets: usize) -> usize {
    key as usize & (buckets - 1)
}

/// High bits of a key above the bits of a name's number.
#[allow(clippy::cast_possible_truncation, reason = "shifted down to 32 bits")]
const fn mark(key: u64, name_bits: u32) -> u32 {
    ((key >> 32) as u32) & !((1_u32 << name_bits) - 1)
}
