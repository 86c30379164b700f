//! The tree against the published vectors of RFC 6962, against a second way to compute it, and against tlog_tiles.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use proptest::prelude::*;
use record::{
    Consistency, Frontier, Hash, Inclusion, MissingHash, StoredHashes, append, needed_for_consistency,
    needed_for_inclusion, needed_for_root, needed_to_append, prove_consistency, prove_inclusion, root, stored_count,
    stored_place,
};
use tlog_tiles::tlog;

/// The eight leaves that Certificate Transparency implementations are tested with.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// The roots of the trees over the first 0 to 8 of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn ours(hash: tlog::Hash) -> Hash {
    Hash::from_bytes(hash.0)
}

fn theirs(hash: Hash) -> tlog::Hash {
    tlog::Hash(*hash.as_bytes())
}

/// The hash of a leaf with this content, by the oracle.
fn leaf(content: &[u8]) -> Hash {
    ours(tlog::record_hash(content))
}

fn numbered(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf(&number.to_be_bytes())).collect()
}

/// The stored hashes of a tree, appended one by one with only the places that were asked for.
fn stored(leaves: &[Hash]) -> Vec<Hash> {
    let mut stored: Vec<Hash> = Vec::new();
    for (size, leaf) in (0u64..).zip(leaves) {
        let read: HashMap<u64, Hash> =
            needed_to_append(size).into_iter().map(|place| (place, stored[place as usize])).collect();
        for (place, hash) in append(size, *leaf, &read).unwrap() {
            assert_eq!(place, stored.len() as u64, "places are filled in order");
            stored.push(hash);
        }
        assert_eq!(stored.len() as u64, stored_count(size + 1));
    }
    stored
}

/// Stored hashes for the oracle.
struct Reader<'a>(&'a [Hash]);

impl tlog::HashReader for Reader<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| theirs(self.0[*index as usize])).collect())
    }
}

/// Only the places asked for are handed in.
fn only(places: Vec<u64>, stored: &[Hash]) -> HashMap<u64, Hash> {
    places.into_iter().map(|place| (place, stored[place as usize])).collect()
}

#[test]
fn roots_are_those_of_the_published_vectors() {
    for (size, expected) in ROOTS.iter().enumerate() {
        let leaves: Vec<Hash> = LEAVES[..size].iter().map(|content| leaf(content)).collect();
        let stored = stored(&leaves);
        assert_eq!(root(size as u64, &stored).unwrap().to_hex(), *expected, "{size} leaves");
    }
    assert_eq!(Hash::of_empty_tree().to_hex(), ROOTS[0]);
}

/// Rows from the published vectors: leaf, size, path.
#[test]
fn inclusion_paths_are_those_of_the_published_vectors() {
    let leaves: Vec<Hash> = LEAVES.iter().map(|content| leaf(content)).collect();
    let stored = stored(&leaves);
    let rows: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ];
    for (seq, size, path) in rows {
        let proof = prove_inclusion(seq, size, &stored).unwrap();
        let hex: Vec<String> = proof.0.iter().map(Hash::to_hex).collect();
        assert_eq!(hex, path, "leaf {seq} of {size}");
    }
}

#[test]
fn a_missing_hash_is_named_and_nothing_panics() {
    let none: HashMap<u64, Hash> = HashMap::new();
    let hash = Hash::of_empty_tree();
    for size in [1, 2, 3, 7, 1 << 40, (1 << 40) - 1, u64::MAX - 1, u64::MAX] {
        assert!(matches!(root(size, &none), Err(MissingHash { .. })), "{size}");
        assert_eq!(append(size, hash, &none).is_err(), size % 2 == 1, "{size}");
        if size > 1 {
            assert!(prove_inclusion(0, size, &none).is_err(), "{size}");
            assert!(prove_consistency(1, size, &none).is_err(), "{size}");
        }
        let _ = (needed_for_consistency(size / 2, size), needed_for_inclusion(size - 1, size));
    }
    assert_eq!(root(0, &none).unwrap(), Hash::of_empty_tree());
    assert_eq!(stored_place(63, u64::MAX), u64::MAX);
    assert!(stored_place(200, 1) > 1 << 60);
}

#[test]
fn places_are_those_of_the_oracle() {
    for level in 0..12u8 {
        for number in (0..300).chain([1 << 30, (1 << 40) - 1, (1 << 40) + 5]) {
            assert_eq!(stored_place(level.into(), number), tlog::stored_hash_index(level, number), "{level} {number}");
        }
    }
    for size in (0..300).chain([1 << 40, (1 << 41) - 1]) {
        assert_eq!(stored_count(size), tlog::stored_hash_count(size), "{size}");
    }
}

#[test]
fn all_proofs_of_small_trees_hold_and_equal_the_oracle() {
    let leaves = numbered(40);
    let stored = stored(&leaves);
    for size in 1..=40u64 {
        let top = root(size, &only(needed_for_root(size), &stored)).unwrap();
        assert_eq!(top, ours(tlog::tree_hash(size, &Reader(&stored)).unwrap()));
        for old in 0..=size {
            let proof = prove_consistency(old, size, &only(needed_for_consistency(old, size), &stored)).unwrap();
            let before = root(old, &stored).unwrap();
            assert!(proof.holds(old, before, size, top), "{old} in {size}");
            if old > 0 {
                let oracle = tlog::prove_tree(size, old, &Reader(&stored)).unwrap();
                assert_eq!(proof.0, oracle.into_iter().map(ours).collect::<Vec<_>>(), "{old} in {size}");
            }
        }
        for seq in 0..size {
            let proof = prove_inclusion(seq, size, &only(needed_for_inclusion(seq, size), &stored)).unwrap();
            assert!(proof.holds(seq, leaves[seq as usize], size, top), "{seq} of {size}");
            let oracle = tlog::prove_record(size, seq, &Reader(&stored)).unwrap();
            assert_eq!(proof.0, oracle.into_iter().map(ours).collect::<Vec<_>>(), "{seq} of {size}");
        }
    }
}

#[test]
fn the_edge_appends_and_loads_like_the_stored_tree() {
    let leaves = numbered(300);
    let mut edge = Frontier::new();
    let mut kept: Vec<Hash> = Vec::new();
    for (size, leaf) in (1u64..).zip(&leaves) {
        kept.extend(edge.push(*leaf).into_iter().map(|(_, hash)| hash));
        assert_eq!(kept.len() as u64, stored_count(size));
        assert_eq!(edge.root(), root(size, &kept).unwrap());
        assert_eq!(edge, Frontier::load(size, &only(needed_for_root(size), &kept)).unwrap());
        assert_eq!(edge.size(), size);
    }
    assert_eq!(kept, stored(&leaves));
    assert_eq!(kept.stored(kept.len() as u64), None);
}

/// Whether the oracle accepts an inclusion proof.
fn oracle_includes(proof: &Inclusion, seq: u64, leaf: Hash, size: u64, top: Hash) -> bool {
    let proof: Vec<_> = proof.0.iter().copied().map(theirs).collect();
    tlog::check_record(&proof, size, theirs(top), seq, theirs(leaf)).is_ok()
}

/// Whether the oracle accepts a consistency proof.
fn oracle_is_consistent(proof: &Consistency, old: u64, before: Hash, size: u64, top: Hash) -> bool {
    let proof: Vec<_> = proof.0.iter().copied().map(theirs).collect();
    tlog::check_tree(&proof, size, theirs(top), old, theirs(before)).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn proofs_of_random_trees(size in 1u64..3000, a in any::<u64>(), b in any::<u64>()) {
        let leaves = numbered(size);
        let stored = stored(&leaves);
        let (seq, old) = (a % size, 1 + b % size);
        let top = root(size, &stored).unwrap();
        let before = root(old, &stored).unwrap();
        let inclusion = prove_inclusion(seq, size, &stored).unwrap();
        prop_assert!(inclusion.holds(seq, leaves[seq as usize], size, top));
        prop_assert!(oracle_includes(&inclusion, seq, leaves[seq as usize], size, top));
        prop_assert!(size == 1 || !inclusion.holds((seq + 1) % size, leaves[seq as usize], size, top));
        let consistency = prove_consistency(old, size, &stored).unwrap();
        prop_assert!(consistency.holds(old, before, size, top));
        prop_assert!(oracle_is_consistent(&consistency, old, before, size, top));
    }

    /// Whatever is handed in as a proof, we say what the oracle says, and never yes to a changed one.
    #[test]
    fn wrong_proofs_are_refused(
        size in 2u64..200, a in any::<u64>(), b in any::<u64>(), at in any::<usize>(), change in 0u8..4, flip in 1u8..,
    ) {
        let leaves = numbered(size);
        let stored = stored(&leaves);
        let (seq, old) = (a % size, 1 + b % (size - 1));
        let (top, before) = (root(size, &stored).unwrap(), root(old, &stored).unwrap());
        let mutate = |proof: &mut Vec<Hash>| match change {
            0 if !proof.is_empty() => {
                let at = at % proof.len();
                let mut bytes = *proof[at].as_bytes();
                bytes[at % 32] ^= flip;
                proof[at] = Hash::from_bytes(bytes);
            }
            1 if !proof.is_empty() => { proof.remove(at % proof.len()); }
            2 if proof.len() > 1 => { let last = proof.len() - 1; proof.swap(0, last); }
            _ => proof.push(leaves[at % leaves.len()]),
        };
        let mut inclusion = prove_inclusion(seq, size, &stored).unwrap();
        mutate(&mut inclusion.0);
        prop_assert!(!inclusion.holds(seq, leaves[seq as usize], size, top));
        let mut consistency = prove_consistency(old, size, &stored).unwrap();
        mutate(&mut consistency.0);
        prop_assert!(!consistency.holds(old, before, size, top));
        prop_assert!(!oracle_is_consistent(&consistency, old, before, size, top));
    }

    /// Numbers that fit nothing are answered, not panicked on.
    #[test]
    fn any_numbers_are_answered(seq in any::<u64>(), size in any::<u64>(), steps in 0usize..70) {
        let proof = vec![Hash::of_empty_tree(); steps];
        let hash = Hash::of_empty_tree();
        prop_assert!(!Inclusion(proof.clone()).holds(seq, hash, size, hash));
        let holds = Consistency(proof).holds(seq, hash, size, hash);
        prop_assert_eq!(holds, (seq == size || seq == 0) && steps == 0);
    }
}
