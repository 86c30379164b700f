//! The hashes of words and of sequences of words: 64 bits, seeded, a multiplication for each eight bytes.
//!
//! What is found by a hash is not compared letter by letter: among ten million keys a look-up meets a stranger's hash
//! once in 10^12. Who could choose the text and knew the seed could do better, so a desk that fears it takes its own.

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const WORD: u64 = 0xe703_7ed1_a0b4_28db;

/// Multiplies to 128 bits and folds the halves.
#[allow(clippy::cast_possible_truncation, reason = "the halves of the product are what is wanted")]
const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The state before the first eight bytes.
pub(super) const fn start(seed: u64) -> u64 {
    seed ^ WORD
}

/// Takes in eight bytes of a word; fewer are followed by zeros.
pub(super) const fn chunk(state: u64, bytes: u64) -> u64 {
    fold(state ^ bytes, WORD)
}

/// The hash of a folded word.
pub(super) fn word(seed: u64, folded: &[u8]) -> u64 {
    folded.chunks(8).fold(start(seed), |state, part| {
        let mut bytes = [0; 8];
        bytes[..part.len()].copy_from_slice(part);
        chunk(state, u64::from_le_bytes(bytes))
    })
}

/// The key of a sequence of words: that of all but the last, and the last. Zero means no key.
pub(super) const fn key(before: u64, word: u64) -> u64 {
    let key = fold(before.rotate_left(29) ^ word, STEP);
    if key == 0 { 1 } else { key }
}
