//! Numbers by hash: a flat sorted list with a table of where each range of hashes starts, so that a look-up touches
//! two places in memory however long the list is.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::sketch::Sketch;

/// A map whose keys are hashes already.
pub(crate) type ByHash<T> = HashMap<u64, T, BuildHasherDefault<Through>>;

/// Gives back the hash it is given.
#[derive(Default)]
pub(crate) struct Through(u64);

impl Hasher for Through {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A number with the sketch of what it stands for.
pub(crate) type Entry = (u32, Sketch);

/// Numbers found by a hash. Two things with one hash share a run; whoever asks must compare.
#[derive(Default)]
pub(crate) struct Runs {
    list: Vec<(u64, Entry)>,
    /// Where the hashes with these first bits start.
    starts: Vec<u32>,
    bits: u32,
    /// What was pushed since sealing.
    fresh: ByHash<Vec<Entry>>,
}

/// So many look-ups are made at once, so that they wait for memory together.
const AT_ONCE: usize = 32;

impl Runs {
    pub fn push(&mut self, hash: u64, number: u32, sketch: Sketch) {
        if self.starts.is_empty() {
            self.list.push((hash, (number, sketch)));
        } else {
            self.fresh.entry(hash).or_default().push((number, sketch));
        }
    }

    /// Sorts all that was pushed.
    pub fn seal(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        self.list.extend(fresh.into_iter().flat_map(|(hash, all)| all.into_iter().map(move |entry| (hash, entry))));
        self.list.sort_unstable();
        self.list.dedup();
        self.list.shrink_to_fit();
        // About two entries for each start.
        self.bits = (self.list.len().max(2).ilog2()).saturating_sub(1).max(1);
        let mut starts = vec![0_u32; (1 << self.bits) + 1];
        for (hash, _) in &self.list {
            starts[slot(*hash, self.bits) + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        self.starts = starts;
    }

    /// What has this hash, in order.
    pub fn get(&self, hash: u64) -> impl Iterator<Item = Entry> + '_ {
        self.at(hash, self.range(hash))
    }

    /// Gives what has one of these hashes, for each hash so many at most.
    pub fn each(&self, hashes: &[u64], most: usize, mut give: impl FnMut(Entry)) {
        let mut ranges = [(0, 0); AT_ONCE];
        for some in hashes.chunks(AT_ONCE) {
            for (range, hash) in ranges.iter_mut().zip(some) {
                *range = self.range(*hash);
            }
            for (range, hash) in ranges.iter().zip(some) {
                self.at(*hash, *range).take(most).for_each(&mut give);
            }
        }
    }

    fn range(&self, hash: u64) -> (u32, u32) {
        let at = slot(hash, self.bits);
        match self.starts.get(at..at + 2) {
            Some([from, to]) => (*from, *to),
            Some(_) | None => (0, 0),
        }
    }

    fn at(&self, hash: u64, (from, to): (u32, u32)) -> impl Iterator<Item = Entry> + '_ {
        let here = self.list[from as usize..to as usize].iter().filter(move |(known, _)| *known == hash);
        let fresh = if self.fresh.is_empty() { None } else { self.fresh.get(&hash) };
        here.map(|(_, entry)| *entry).chain(fresh.into_iter().flatten().copied())
    }
}

/// The first bits of a hash.
fn slot(hash: u64, bits: u32) -> usize {
    usize::try_from(hash.checked_shr(64 - bits).unwrap_or(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_found() {
        for many in [0, 1, 2, 3, 1_000] {
            let mut runs = Runs::default();
            let hash = |number: u32| u64::from(number / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let sketch = |number: u32| Sketch::of(&number.to_le_bytes(), false);
            (0..many).for_each(|number| runs.push(hash(number), number, sketch(number)));
            runs.seal();
            for number in (0..many).step_by(2) {
                let found: Vec<Entry> = runs.get(hash(number)).collect();
                let expected: Vec<Entry> =
                    (number..(number + 2).min(many)).map(|number| (number, sketch(number))).collect();
                assert_eq!(found, expected);
            }
            assert_eq!(runs.get(u64::MAX - 7).count(), 0);
            runs.push(u64::MAX - 7, 5, sketch(5));
            assert_eq!(runs.get(u64::MAX - 7).collect::<Vec<_>>(), [(5, sketch(5))]);
            let hashes: Vec<u64> = (0..many).map(hash).chain([u64::MAX - 7]).collect();
            let (mut all, mut first) = (0, 0);
            runs.each(&hashes, 9, |_| all += 1);
            runs.each(&hashes, 1, |_| first += 1);
            let pairs = usize::try_from(many / 2).unwrap_or(0) * 4 + usize::try_from(many % 2).unwrap_or(0);
            assert_eq!((all, first), (pairs + 1, hashes.len()));
        }
        assert_eq!(Runs::default().get(3).count(), 0);
    }
}
