//! The same report again, word for word or nearly.
//!
//! [`key`] is equal for two documents whose bodies differ in nothing but case, spacing and punctuation. [`signature`] is a MinHash
//! (Broder 1997) over runs of five words: the share of equal values estimates how many such runs two texts have in common,
//! and [`bands`] of it are keys for an index, so that a report need not be compared with every other.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128};

use crate::document::Document;

/// Values in a signature. The estimate is right to about one part in eleven (one over the root of this).
const VALUES: usize = 128;
/// Values in a band: two texts with half their runs in common share a band in two of three cases, with three quarters in
/// common always, with a tenth in common in one case of three hundred.
const ROWS: usize = 4;
/// Words in a run.
const RUN: usize = 5;
/// Fixed for good: signatures are stored.
const SEED: u64 = 0x666f_7265_7761_726e;

/// Two documents with this much in common ([`resemblance`]) are the same report retold, not two reports.
pub const NEAR_DUPLICATE: f64 = 0.6;

/// The MinHash of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature(Vec<u32>);

/// A key that is equal for documents with the same body: case, spacing, punctuation and furniture aside. It is no secret and no proof.
pub fn key(document: &Document) -> u128 {
    xxh3_128(normal(document).as_bytes())
}

/// The signature of a document's body. A text of fewer than five words counts as one run.
pub fn signature(document: &Document) -> Signature {
    let text = normal(document);
    // Where each word begins, and one past the space after the last.
    let mut starts: Vec<usize> = if text.is_empty() { Vec::new() } else { vec![0] };
    starts.extend(text.match_indices(' ').map(|(at, _)| at + 1));
    starts.push(text.len() + 1);
    let mut least = vec![u32::MAX; VALUES];
    let mut add = |from: usize, to: usize| {
        let hash = xxh3_64_with_seed(&text.as_bytes()[from..to - 1], SEED);
        for (value, (factor, shift)) in least.iter_mut().zip(PERMUTATIONS) {
            let mixed = hash.wrapping_mul(factor).wrapping_add(shift);
            *value = (*value).min((mixed >> 32) as u32);
        }
    };
    match starts.as_slice() {
        [] | [_] => {}
        [first, .., last] if starts.len() <= RUN => add(*first, *last),
        all => all.windows(RUN + 1).for_each(|run| add(run[0], run[RUN])),
    }
    Signature(least)
}

/// Keys under which to index a signature. Near-duplicates share at least one; strangers hardly ever do.
pub fn bands(signature: &Signature) -> Vec<u64> {
    let band = |(number, rows): (u64, &[u32])| {
        let bytes: Vec<u8> = rows.iter().flat_map(|value| value.to_le_bytes()).collect();
        xxh3_64_with_seed(&bytes, SEED ^ number)
    };
    (0..).zip(signature.0.chunks(ROWS)).map(band).collect()
}

/// How much of two texts is the same, 0 to 1: the estimated share of their runs of five words that both have.
pub fn resemblance(one: &Signature, two: &Signature) -> f64 {
    let equal = one.0.iter().zip(&two.0).filter(|(one, two)| one == two).count();
    let values = u32::try_from(one.0.len().max(two.0.len()).max(1)).unwrap_or(u32::MAX);
    f64::from(u32::try_from(equal).unwrap_or(u32::MAX)) / f64::from(values)
}

/// The words of the body in lower case, one space between.
fn normal(document: &Document) -> String {
    let mut text = String::new();
    for span in &document.body {
        for word in
            document.words(*span).split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
        {
            if !text.is_empty() {
                text.push(' ');
            }
            text.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    text
}

/// Odd factors and shifts, drawn once from a fixed sequence (SplitMix64).
const PERMUTATIONS: [(u64, u64); VALUES] = {
    let mut drawn = [(0, 0); VALUES];
    let mut state = SEED;
    let mut at = 0;
    while at < VALUES {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let factor = mix(state) | 1;
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        drawn[at] = (factor, mix(state));
        at += 1;
    }
    drawn
};

const fn mix(state: u64) -> u64 {
    let one = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let two = (one ^ (one >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    two ^ (two >> 31)
}
