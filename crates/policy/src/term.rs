//! A length of time as a deadline may have it: by the clock, or in working hours or days.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::calendar::Working;
use crate::lapse::Lapse;

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// By the clock: `90m`, `4h`, `3d`.
    Clock(Lapse),
    /// Working hours: `6wh`.
    WorkingHours(u32),
    /// Working days, to the end of the last: `2wd`.
    WorkingDays(u32),
}

/// Longest in either unit: a working year.
const MOST_DAYS: u32 = 250;
const MOST_HOURS: u32 = 2000;

/// Why a text is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a length of time; write 90m, 4h or 3d by the clock, 6wh in working hours, 2wd in working days"
)]
pub struct TermError {
    text: String,
}

impl Term {
    /// Whether it is counted in working time.
    pub const fn is_working(self) -> bool {
        match self {
            Self::WorkingHours(_) | Self::WorkingDays(_) => true,
            Self::Clock(_) => false,
        }
    }

    /// `at` and this much later. Where there is no calendar, or one without so much working time, it is counted by
    /// the clock: sooner is the safe side.
    pub fn after(self, at: Timestamp, working: Option<&Working>) -> Timestamp {
        let counted = match self {
            Self::Clock(_) => None,
            Self::WorkingHours(hours) => working.and_then(|working| working.after_hours(at, hours)),
            Self::WorkingDays(days) => working.and_then(|working| working.after_days(at, days)),
        };
        counted.unwrap_or_else(|| self.by_the_clock().after(at))
    }

    /// The same number by the clock.
    pub fn by_the_clock(self) -> Lapse {
        match self {
            Self::Clock(lapse) => lapse,
            Self::WorkingHours(hours) => Lapse::minutes(60 * i64::from(hours)),
            Self::WorkingDays(days) => Lapse::minutes(24 * 60 * i64::from(days)),
        }
    }
}

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        let fault = || TermError { text: text.chars().take(40).collect() };
        let count = |number: &str, most: u32| {
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse().ok().filter(|count| digits && (1..=most).contains(count)).ok_or_else(fault)
        };
        if let Some(number) = text.strip_suffix("wd") {
            return count(number, MOST_DAYS).map(Self::WorkingDays);
        }
        if let Some(number) = text.strip_suffix("wh") {
            return count(number, MOST_HOURS).map(Self::WorkingHours);
        }
        text.parse().map(Self::Clock).map_err(|_| fault())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(lapse) => lapse.fmt(out),
            Self::WorkingHours(hours) => write!(out, "{hours}wh"),
            Self::WorkingDays(days) => write!(out, "{days}wd"),
        }
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_and_written() {
        for text in ["90m", "4h", "3d", "6wh", "2wd"] {
            assert_eq!(text.parse::<Term>().map(|term| term.to_string()).as_deref(), Ok(text));
        }
        for wrong in ["", "wd", "0wd", "-1wd", "+1wd", "251wd", "9999wh", "2w", "1.5wd", "99999999999wd"] {
            assert!(wrong.parse::<Term>().is_err(), "{wrong}");
        }
    }
}
