//! A length of time as a pack writes it: `90m`, `4h`, `3d`.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};

/// Minutes, hours or days, more than none and at most ten years. A day is 24 hours: a duty has no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lapse {
    minutes: i64,
}

const MINUTES_PER_HOUR: i64 = 60;
const MINUTES_PER_DAY: i64 = 24 * MINUTES_PER_HOUR;
const LONGEST: i64 = 3660 * MINUTES_PER_DAY;

/// Why a text is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a length of time; write a whole number and m, h or d, such as 90m, 4h or 3d")]
pub struct LapseError {
    text: String,
}

impl Lapse {
    /// This many minutes; at least one, at most ten years.
    pub fn minutes(minutes: i64) -> Self {
        Self { minutes: minutes.clamp(1, LONGEST) }
    }

    /// The length as a duration.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(self.minutes)
    }

    /// `at` and this much later; the end of time when that overflows.
    pub fn after(self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.duration()).unwrap_or(Timestamp::MAX)
    }

    /// `at` and this much earlier; the beginning of time when that overflows.
    pub fn before(self, at: Timestamp) -> Timestamp {
        at.saturating_sub(self.duration()).unwrap_or(Timestamp::MIN)
    }
}

impl FromStr for Lapse {
    type Err = LapseError;

    fn from_str(text: &str) -> Result<Self, LapseError> {
        let fault = || LapseError { text: text.chars().take(40).collect() };
        let (number, unit) = match text.as_bytes().last() {
            Some(b'm') => (&text[..text.len() - 1], 1),
            Some(b'h') => (&text[..text.len() - 1], MINUTES_PER_HOUR),
            Some(b'd') => (&text[..text.len() - 1], MINUTES_PER_DAY),
            _ => return Err(fault()),
        };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fault());
        }
        let minutes = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(fault)?;
        if (1..=LONGEST).contains(&minutes) { Ok(Self { minutes }) } else { Err(fault()) }
    }
}

impl fmt::Display for Lapse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            minutes if minutes % MINUTES_PER_DAY == 0 => write!(out, "{}d", minutes / MINUTES_PER_DAY),
            minutes if minutes % MINUTES_PER_HOUR == 0 => write!(out, "{}h", minutes / MINUTES_PER_HOUR),
            minutes => write!(out, "{minutes}m"),
        }
    }
}

impl<'de> Deserialize<'de> for Lapse {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(text.parse::<Lapse>().ok().map(|lapse| lapse.minutes), expected, "{text}");
    }

    #[test]
    fn lengths_of_time() {
        check("90m", Some(90));
        check("4h", Some(240));
        check("3d", Some(4320));
        for wrong in ["", "m", "4", "-4h", "+4h", "4 h", "0h", "4000d", "99999999999999999999d", "4w", "1.5h", "４h"] {
            check(wrong, None);
        }
        assert_eq!(Lapse::minutes(4320).to_string(), "3d");
    }
}
