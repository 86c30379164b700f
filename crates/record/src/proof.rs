//! Proofs that a leaf is in a tree, and that a tree grew from an older one (RFC 6962, sections 2.1.1 and 2.1.2; the
//! checks follow RFC 9162, sections 2.1.3.2 and 2.1.4.2).

use crate::Hash;
use crate::tree::{MissingHash, StoredHashes, joined, place, read, subtrees};

/// A range of leaves whose hash is one step of a proof.
type Range = (u64, u64);

/// Proof that a leaf stands at a place in a tree: the hashes beside its way to the root, from the leaf up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion(pub Vec<Hash>);

/// Proof that a tree only grew since an older root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency(pub Vec<Hash>);

/// Where the tree over the leaves from `from` to before `to` (two at least) divides.
fn split(from: u64, to: u64) -> u64 {
    from + (1 << (to - from - 1).ilog2())
}

fn inclusion_ranges(seq: u64, size: u64) -> Vec<Range> {
    let (mut from, mut to) = (0, size);
    let mut beside = Vec::new();
    while seq < size && to - from > 1 {
        let middle = split(from, to);
        if seq < middle {
            beside.push((middle, to));
            to = middle;
        } else {
            beside.push((from, middle));
            from = middle;
        }
    }
    beside.reverse();
    beside
}

fn consistency_ranges(old: u64, size: u64) -> Vec<Range> {
    if old == 0 || old >= size {
        return Vec::new();
    }
    let (mut from, mut to) = (0, size);
    let mut beside = Vec::new();
    while to > old {
        let middle = split(from, to);
        if old <= middle {
            beside.push((middle, to));
            to = middle;
        } else {
            beside.push((from, middle));
            from = middle;
        }
    }
    // The old tree itself is known to whoever checks; only a part of it has to be given.
    if from > 0 {
        beside.push((from, to));
    }
    beside.reverse();
    beside
}

fn places(ranges: Vec<Range>) -> Vec<u64> {
    ranges.into_iter().flat_map(|(from, to)| subtrees(from, to)).map(place).collect()
}

fn hashes(ranges: Vec<Range>, stored: &(impl StoredHashes + ?Sized)) -> Result<Vec<Hash>, MissingHash> {
    let hash = |(from, to)| {
        let parts = subtrees(from, to).into_iter().map(|node| read(node, stored)).collect::<Result<Vec<_>, _>>()?;
        Ok(joined(&parts))
    };
    ranges.into_iter().map(hash).collect()
}

/// The places to read before [`prove_inclusion`].
pub fn needed_for_inclusion(seq: u64, size: u64) -> Vec<u64> {
    places(inclusion_ranges(seq, size))
}

/// Proves that leaf `seq` is in the tree of `size` leaves. With `seq` not below `size` the proof is empty and proves
/// nothing.
///
/// # Errors
/// [`MissingHash`] when a place that [`needed_for_inclusion`] names was not handed in.
pub fn prove_inclusion(seq: u64, size: u64, stored: &(impl StoredHashes + ?Sized)) -> Result<Inclusion, MissingHash> {
    hashes(inclusion_ranges(seq, size), stored).map(Inclusion)
}

/// The places to read before [`prove_consistency`].
pub fn needed_for_consistency(old: u64, size: u64) -> Vec<u64> {
    places(consistency_ranges(old, size))
}

/// Proves that the tree of `size` leaves grew from that of its first `old` leaves. With `old` above `size` the proof is
/// empty and proves nothing.
///
/// # Errors
/// [`MissingHash`] when a place that [`needed_for_consistency`] names was not handed in.
pub fn prove_consistency(
    old: u64,
    size: u64,
    stored: &(impl StoredHashes + ?Sized),
) -> Result<Consistency, MissingHash> {
    hashes(consistency_ranges(old, size), stored).map(Consistency)
}

/// The way of a leaf up a tree: its number at each level, and that of the level's last node.
struct Way {
    number: u64,
    last: u64,
}

impl Way {
    fn up(&mut self) {
        self.number >>= 1;
        self.last >>= 1;
    }

    /// Whether the next hash stands to the left. Skips the levels at which the node has no neighbour.
    fn left(&mut self) -> bool {
        let left = self.number & 1 == 1 || self.number == self.last;
        if left {
            while self.number & 1 == 0 && self.number != 0 {
                self.up();
            }
        }
        left
    }
}

impl Inclusion {
    /// Whether the leaf with this hash stands at `seq` in the tree with this size and root.
    pub fn holds(&self, seq: u64, leaf: Hash, size: u64, root: Hash) -> bool {
        if seq >= size {
            return false;
        }
        let mut way = Way { number: seq, last: size - 1 };
        let mut hash = leaf;
        for beside in &self.0 {
            if way.last == 0 {
                return false;
            }
            hash = if way.left() { Hash::of_node(beside, &hash) } else { Hash::of_node(&hash, beside) };
            way.up();
        }
        way.last == 0 && hash == root
    }
}

impl Consistency {
    /// Whether the tree with `size` and `root` begins with all the leaves of the tree with `old` and `old_root`.
    pub fn holds(&self, old: u64, old_root: Hash, size: u64, root: Hash) -> bool {
        if old > size {
            return false;
        }
        if old == size {
            return self.0.is_empty() && old_root == root;
        }
        if old == 0 {
            return self.0.is_empty() && old_root == Hash::of_empty_tree();
        }
        let mut steps = self.0.iter().copied();
        // A complete old tree is itself the first step, and so is not given.
        let Some(first) = (if old.is_power_of_two() { Some(old_root) } else { steps.next() }) else { return false };
        let mut way = Way { number: old - 1, last: size - 1 };
        while way.number & 1 == 1 {
            way.up();
        }
        let (mut before, mut now) = (first, first);
        for beside in steps {
            if way.last == 0 {
                return false;
            }
            if way.left() {
                before = Hash::of_node(&beside, &before);
                now = Hash::of_node(&beside, &now);
            } else {
                now = Hash::of_node(&now, &beside);
            }
            way.up();
        }
        way.last == 0 && before == old_root && now == root
    }
}
