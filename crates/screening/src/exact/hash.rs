//! The hashes of words and of sequences of words: 64 bits, seeded, a multiplication for each sixteen bytes.
//!
//! What is found by a hash is not compared letter by letter: among ten million keys a look-up meets a stranger's hash
//! once in 10^12. Who could choose the text and knew the seed could do better, so a desk that fears it takes its own.

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const WORD: u64 = 0xe703_7ed1_a0b4_28db;
const HIGH: u64 = 0x8ebc_6af0_9c88_c6e3;

/// Multiplies to 128 bits and folds the halves.
#[allow(clippy::cast_possible_truncation, reason = "the halves of the product are what is wanted")]
#[inline]
const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The state before the first sixteen bytes.
#[inline]
pub(super) const fn start(seed: u64) -> u64 {
    seed ^ WORD
}

/// Takes in sixteen bytes of a word; fewer are followed by zeros.
#[inline]
pub(super) const fn chunk(state: u64, (low, high): (u64, u64)) -> u64 {
    fold(state ^ low, HIGH ^ high)
}

/// The hash of a folded word.
pub(super) fn word(seed: u64, folded: &[u8]) -> u64 {
    folded.chunks(16).fold(start(seed), |state, part| {
        let mut bytes = [0; 16];
        bytes[..part.len()].copy_from_slice(part);
        let both = u128::from_le_bytes(bytes);
        #[allow(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
        chunk(state, (both as u64, (both >> 64) as u64))
    })
}

/// The key of a sequence of words: that of all but the last, and the last. Zero means no key.
#[inline]
pub(super) const fn key(before: u64, word: u64) -> u64 {
    let key = fold(before.rotate_left(29) ^ word, STEP);
    if key == 0 { 1 } else { key }
}
