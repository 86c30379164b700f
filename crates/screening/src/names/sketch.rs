//! Which letters a word or name has and how many, in four bytes: enough to see that most of those which share a key are
//! others, without reading them.

const LETTERS: u32 = 26;
/// Lengths beyond this are taken to be alike.
const LONGEST: usize = 31;
const ABJAD: u32 = 1 << 31;

/// The letters of a word or name in Latin letters, one bit each, its length, and whether it was written without vowels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sketch(u32);

impl Sketch {
    pub fn of(latin: &[u8], abjad: bool) -> Self {
        // The letters from a to z are one bit each; what else there may be shares theirs, so that less is told apart.
        let letters = latin.iter().filter(|byte| **byte != b' ');
        let set = letters.fold(0, |set, letter| set | 1 << (u32::from(*letter) % LETTERS));
        let length = u32::try_from(latin.len().min(LONGEST)).unwrap_or(0);
        Self(set | length << LETTERS | if abjad { ABJAD } else { 0 })
    }

    /// Whether so few errors can lie between the two: each changes two letters of the set and the length by one.
    pub fn may_be(self, other: Self, errors: usize) -> bool {
        self.lengths_apart(other) <= errors && self.letters_apart(other) <= 2 * errors
    }

    pub fn letters_apart(self, other: Self) -> usize {
        let letters = (self.0 ^ other.0) & ((1 << LETTERS) - 1);
        letters.count_ones() as usize
    }

    pub fn lengths_apart(self, other: Self) -> usize {
        self.length().abs_diff(other.length())
    }

    /// Its length, at most 31.
    pub fn length(self) -> usize {
        (self.0 >> LETTERS) as usize & LONGEST
    }

    pub fn is_abjad(self) -> bool {
        self.0 & ABJAD != 0
    }
}
