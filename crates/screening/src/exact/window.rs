//! Sixty-four bytes of a text at once, a bit for each: where words of ASCII letters and digits stand, and where something
//! stands that has to be read with care.

/// How many bytes a window shows.
pub(super) const WIDTH: usize = 64;

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x80 * ONES;
/// What makes a large letter small, and leaves digits as they are.
const SMALL: u64 = 0x20 * ONES;

/// A part of a text; what lies beyond its end is shown as spaces.
#[derive(Default, Clone, Copy)]
pub(super) struct Window {
    pub base: usize,
    /// ASCII letters and digits that were not passed yet.
    pub letters: u64,
    /// Bytes that are no ASCII, and apostrophes: they may stand inside a word.
    pub odd: u64,
}

impl Window {
    #[inline]
    pub fn at(text: &[u8], base: usize) -> Self {
        let rest = &text[base..];
        if let Some(whole) = rest.first_chunk::<WIDTH>() {
            return Self::of(base, whole);
        }
        let mut padded = [b' '; WIDTH];
        padded[..rest.len()].copy_from_slice(rest);
        Self::of(base, &padded)
    }

    #[inline]
    fn of(base: usize, bytes: &[u8; WIDTH]) -> Self {
        let (mut letters, mut odd) = (0, 0);
        for (at, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let eight = u64::from_le_bytes(*eight);
            letters |= gathered(plain(eight)) << (8 * at);
            odd |= gathered(eight | equal(eight, b'\'') | equal(eight, b'`')) << (8 * at);
        }
        Self { base, letters, odd }
    }
}

/// The top bit of each byte that is an ASCII letter or digit. A top bit is set in one sum when the byte is at least the
/// first of a range, and in the other when it is beyond the last.
#[inline]
const fn plain(eight: u64) -> u64 {
    let bare = eight & !TOPS;
    let low = bare | SMALL;
    let letters = (low + (0x80 - 0x61) * ONES) & !(low + (0x80 - 0x7b) * ONES);
    let digits = (bare + (0x80 - 0x30) * ONES) & !(bare + (0x80 - 0x3a) * ONES);
    (letters | digits) & !eight
}

/// The top bit of each ASCII byte that is this one.
#[inline]
const fn equal(eight: u64, byte: u8) -> u64 {
    let apart = eight ^ (byte as u64 * ONES);
    !(((apart & !TOPS) + !TOPS) | apart)
}

/// The top bits of eight bytes side by side.
#[inline]
const fn gathered(tops: u64) -> u64 {
    ((tops & TOPS) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The sixteen bytes from a place on as two numbers, large letters made small, all but the first `count` of them zero.
#[inline]
pub(super) fn sixteen(text: &[u8], at: usize, count: usize) -> (u64, u64) {
    let rest = &text[at..];
    let mut bytes = [0; 16];
    if let Some(whole) = rest.first_chunk::<16>() {
        bytes = *whole;
    } else {
        bytes[..rest.len()].copy_from_slice(rest);
    }
    let both = (u128::from_le_bytes(bytes) | u128::from(SMALL) << 64 | u128::from(SMALL)) & first(count);
    #[allow(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
    (both as u64, (both >> 64) as u64)
}

/// Ones in the first so many of sixteen bytes, at least one.
#[inline]
fn first(count: usize) -> u128 {
    u128::MAX >> (8 * (16 - count.clamp(1, 16)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_told() {
        for byte in 0..=u8::MAX {
            for at in [0, 7, 8, 63] {
                let mut bytes = [b' '; WIDTH];
                bytes[at] = byte;
                let window = Window::at(&bytes, 0);
                let bit = |is: bool| u64::from(is) << at;
                assert_eq!(window.letters, bit(byte.is_ascii_alphanumeric()), "{byte} at {at}");
                assert_eq!(window.odd, bit(!byte.is_ascii() || byte == b'\'' || byte == b'`'), "{byte} at {at}");
            }
        }
    }

    #[test]
    fn a_word_is_read_small_and_alone() {
        let text = b"Ab1 LONGER words, Everywhere";
        assert_eq!(sixteen(text, 0, 3), (u64::from_le_bytes(*b"ab1\0\0\0\0\0"), 0));
        assert_eq!(sixteen(text, 4, 6), (u64::from_le_bytes(*b"longer\0\0"), 0));
        assert_eq!(sixteen(text, 18, 10), (u64::from_le_bytes(*b"everywhe"), u64::from_le_bytes(*b"re\0\0\0\0\0\0")));
    }
}
