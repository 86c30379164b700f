//! The RFC 6962 Merkle tree over leaf hashes that somebody else stores.
//!
//! Every complete node is stored once, at the place that its level and number give it ([`stored_place`]): the dense
//! order that Go's sumdb, and the tiles made from it, use. A function first says which places it needs, the caller
//! reads those, and hands them in. A missing one is an answer, never a panic.

use std::collections::{BTreeMap, HashMap};

use crate::Hash;

/// Stored hashes by place.
pub trait StoredHashes {
    /// The hash at a place, if it was read.
    fn stored(&self, place: u64) -> Option<Hash>;
}

impl<S: std::hash::BuildHasher> StoredHashes for HashMap<u64, Hash, S> {
    fn stored(&self, place: u64) -> Option<Hash> {
        self.get(&place).copied()
    }
}

impl StoredHashes for BTreeMap<u64, Hash> {
    fn stored(&self, place: u64) -> Option<Hash> {
        self.get(&place).copied()
    }
}

impl StoredHashes for [Hash] {
    fn stored(&self, place: u64) -> Option<Hash> {
        self.get(usize::try_from(place).ok()?).copied()
    }
}

impl StoredHashes for Vec<Hash> {
    fn stored(&self, place: u64) -> Option<Hash> {
        self.as_slice().stored(place)
    }
}

/// A stored hash that was needed was not handed in: the storage has lost it, or it was not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored hash at place {place} is missing")]
pub struct MissingHash {
    /// Its place.
    pub place: u64,
}

/// A node of the tree: its level (leaves are 0) and its number within the level.
pub(crate) type Node = (u32, u64);

/// Where the node `number` of `level` is stored. Numbers beyond what a storage can hold saturate.
pub fn stored_place(level: u32, number: u64) -> u64 {
    // The last leaf under the node; the node is stored right after the lower nodes that this leaf completes.
    let past = u64::try_from((u128::from(number) + 1).checked_shl(level).unwrap_or(u128::MAX)).unwrap_or(u64::MAX);
    let leaf = past - 1;
    // Before leaf n stand n leaves, and n/2 + n/4 + … nodes they complete: 2n less the ones in n's binary form.
    let before = leaf.saturating_mul(2).saturating_sub(u64::from(leaf.count_ones()));
    before.saturating_add(u64::from(level))
}

/// How many hashes are stored for a tree of `size` leaves; they fill the places from 0 on.
pub fn stored_count(size: u64) -> u64 {
    size.saturating_mul(2).saturating_sub(u64::from(size.count_ones()))
}

/// The largest complete subtrees that make up the leaves from `from` to before `to`, left to right. `from` must be a
/// multiple of the largest power of two in the length, as it is for every range of RFC 6962.
pub(crate) fn subtrees(from: u64, to: u64) -> Vec<Node> {
    let mut start = from;
    let mut nodes = Vec::new();
    while start < to {
        let level = (to - start).ilog2();
        nodes.push((level, start >> level));
        start += 1 << level;
    }
    nodes
}

pub(crate) fn place((level, number): Node) -> u64 {
    stored_place(level, number)
}

pub(crate) fn read(node: Node, hashes: &(impl StoredHashes + ?Sized)) -> Result<Hash, MissingHash> {
    let place = place(node);
    hashes.stored(place).ok_or(MissingHash { place })
}

/// The hash over neighbouring subtrees, joined from the right (RFC 6962, section 2.1); of none, the empty tree's.
pub(crate) fn joined(subtrees: &[Hash]) -> Hash {
    let joined = subtrees.iter().rev().copied().reduce(|right, left| Hash::of_node(&left, &right));
    joined.unwrap_or_else(Hash::of_empty_tree)
}

/// The right edge of a tree: the hashes of its largest complete subtrees. It is all that appending and the root need:
/// at most 64 hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of a stored tree; needs the places that [`needed_for_root`] names.
    ///
    /// # Errors
    /// [`MissingHash`] when one of them was not handed in.
    pub fn load(size: u64, stored: &(impl StoredHashes + ?Sized)) -> Result<Self, MissingHash> {
        let peaks = subtrees(0, size).into_iter().map(|node| read(node, stored)).collect::<Result<_, _>>()?;
        Ok(Self { size, peaks })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    pub fn root(&self) -> Hash {
        joined(&self.peaks)
    }

    /// Appends a leaf's hash. Answers what is to be stored: the leaf's hash and those of the nodes it completes, at
    /// consecutive places from [`stored_count`] of the size before.
    pub fn push(&mut self, leaf: Hash) -> Vec<(u64, Hash)> {
        let first = stored_place(0, self.size);
        let mut node = leaf;
        let mut new = vec![(first, leaf)];
        // Each one at the end of the size's binary form is a complete subtree to the left, which this leaf extends.
        for place in (first.saturating_add(1)..).take(self.size.trailing_ones() as usize) {
            let Some(left) = self.peaks.pop() else { break };
            node = Hash::of_node(&left, &node);
            new.push((place, node));
        }
        self.peaks.push(node);
        self.size += 1;
        new
    }
}

/// The places to read before leaf number `size` can be appended with [`append`].
pub fn needed_to_append(size: u64) -> Vec<u64> {
    (0..size.trailing_ones()).map(|level| stored_place(level, (size >> level) - 1)).collect()
}

/// Appends the hash of leaf number `size`. Answers what is to be stored, by place.
///
/// # Errors
/// [`MissingHash`] when a place that [`needed_to_append`] names was not handed in.
pub fn append(size: u64, leaf: Hash, stored: &(impl StoredHashes + ?Sized)) -> Result<Vec<(u64, Hash)>, MissingHash> {
    let first = stored_place(0, size);
    let mut node = leaf;
    let mut new = vec![(first, leaf)];
    for (place, at) in needed_to_append(size).into_iter().zip(first.saturating_add(1)..) {
        let left = stored.stored(place).ok_or(MissingHash { place })?;
        node = Hash::of_node(&left, &node);
        new.push((at, node));
    }
    Ok(new)
}

/// The places to read before the root of the tree of `size` leaves can be computed with [`root`].
pub fn needed_for_root(size: u64) -> Vec<u64> {
    subtrees(0, size).into_iter().map(place).collect()
}

/// The root of the tree of `size` leaves.
///
/// # Errors
/// [`MissingHash`] when a place that [`needed_for_root`] names was not handed in.
pub fn root(size: u64, stored: &(impl StoredHashes + ?Sized)) -> Result<Hash, MissingHash> {
    Ok(Frontier::load(size, stored)?.root())
}
