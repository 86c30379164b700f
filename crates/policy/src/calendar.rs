//! Working time: the days and hours a pack counts, where a deadline of its is not by the clock. Everything needed
//! stands in the pack, the rule of the time zone included, so the same bytes give the same hour on every machine.

use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};

use crate::pack::Provenance;
use crate::term::Term;

/// The days and hours that count as working time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Working {
    pub time_zone: Zone,
    pub days: Vec<Day>,
    pub from: Time,
    pub to: Time,
    #[serde(default)]
    pub holidays: Vec<Date>,
    pub clause: String,
    pub provenance: Provenance,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the days of the week")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    const fn of(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A time zone by its rule (POSIX `TZ`): `UTC0`, `GMT0BST,M3.5.0/1,M10.5.0`.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    rule: String,
    zone: TimeZone,
}

/// Why a text is not the rule of a time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not the rule of a time zone; write one such as UTC0 or GMT0BST,M3.5.0/1,M10.5.0 (policies/README.md lists some)"
)]
pub struct ZoneError {
    text: String,
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(rule: &str) -> Result<Self, ZoneError> {
        let zone = TimeZone::posix(rule).map_err(|_| ZoneError { text: rule.chars().take(60).collect() })?;
        Ok(Self { rule: rule.to_owned(), zone })
    }
}

impl Zone {
    /// The rule as the pack writes it.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A calendar that gives no working time for so long gives none.
const FARTHEST_DAYS: usize = 4000;

impl Working {
    /// Whether this day counts.
    pub fn works(&self, date: Date) -> bool {
        self.days.contains(&Day::of(date.weekday())) && !self.holidays.contains(&date)
    }

    /// The end of the `count`th working day after the day of `at`, which itself does not count. `None` when the
    /// calendar has no such day.
    pub fn after_days(&self, at: Timestamp, count: u32) -> Option<Timestamp> {
        let wanted = usize::try_from(count).ok()?.checked_sub(1)?;
        let date = Self::following(self.date(at)).filter(|date| self.works(*date)).nth(wanted)?;
        self.instant(date, self.to)
    }

    /// `at` and so many working hours later. `None` when the calendar has not so many.
    pub fn after_hours(&self, at: Timestamp, hours: u32) -> Option<Timestamp> {
        let mut left = SignedDuration::from_hours(i64::from(hours));
        let first = self.date(at);
        for date in std::iter::once(first).chain(Self::following(first)).filter(|date| self.works(*date)) {
            let (opens, closes) = (self.instant(date, self.from)?.max(at), self.instant(date, self.to)?);
            let here = closes.duration_since(opens).max(SignedDuration::ZERO);
            if left <= here {
                return opens.checked_add(left).ok();
            }
            left -= here;
        }
        None
    }

    /// The longest that this may take by the clock, whenever it begins within two months of a holiday or in an
    /// ordinary week.
    pub(crate) fn longest(&self, term: Term) -> SignedDuration {
        let ordinary = Date::constant(2026, 3, 2);
        let holidays = self.holidays.iter().copied().chain([ordinary]);
        let near = holidays.flat_map(|date| {
            (-60_i64..=7).filter_map(move |days| date.checked_add(SignedDuration::from_hours(24 * days)).ok())
        });
        // Waiting is longest from the start of a day (whole days) or from its end (hours).
        let starts = near.flat_map(|date| [self.instant(date, Time::midnight()), self.instant(date, self.to)]);
        let took = starts.flatten().map(|at| term.after(at, Some(self)).duration_since(at));
        took.max().unwrap_or(SignedDuration::MAX)
    }

    fn date(&self, at: Timestamp) -> Date {
        self.time_zone.zone.to_datetime(at).date()
    }

    fn following(date: Date) -> impl Iterator<Item = Date> {
        date.series(jiff::Span::new().days(1)).skip(1).take(FARTHEST_DAYS)
    }

    /// Where the clocks skip this time, the instant after the gap; where they repeat it, the first.
    fn instant(&self, date: Date, time: Time) -> Option<Timestamp> {
        self.time_zone.zone.to_timestamp(date.to_datetime(time)).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn london() -> Working {
        let text = r#"
            time_zone = "GMT0BST,M3.5.0/1,M10.5.0"
            days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
            from = "09:00"
            to = "17:00"
            holidays = ["2026-12-25", "2026-12-28"]
            clause = "-"
            provenance = "to-check"
        "#;
        toml::from_str(text).unwrap()
    }

    fn check(at: &str, term: &str, expected: &str) {
        let term: Term = term.parse().unwrap();
        assert_eq!(term.after(at.parse().unwrap(), Some(&london())).to_string(), expected, "{at} {term}");
    }

    #[test]
    fn working_time_skips_nights_weekends_and_holidays() {
        // A Friday afternoon in summer, an hour before closing at five in London.
        check("2026-07-03T15:00:00Z", "1wh", "2026-07-03T16:00:00Z");
        check("2026-07-03T15:00:00Z", "2wh", "2026-07-06T09:00:00Z");
        check("2026-07-03T15:00:00Z", "1wd", "2026-07-06T16:00:00Z");
        // At night, at the weekend: it begins when the door opens.
        check("2026-07-04T23:00:00Z", "1wh", "2026-07-06T09:00:00Z");
        // Over Christmas: Friday the 25th and Monday the 28th do not count.
        check("2026-12-24T10:00:00Z", "1wd", "2026-12-29T17:00:00Z");
        check("2026-12-24T16:00:00Z", "2wh", "2026-12-29T10:00:00Z");
        // The clocks go back on Sunday 25 October 2026: nine is an hour later in UTC.
        check("2026-10-23T15:00:00Z", "2wh", "2026-10-26T10:00:00Z");
        check("2026-10-23T15:00:00Z", "1wd", "2026-10-26T17:00:00Z");
        // A leap day is a day like any other.
        check("2028-02-28T12:00:00Z", "1wd", "2028-02-29T17:00:00Z");
        // By the clock, nothing of this counts.
        check("2026-12-24T10:00:00Z", "24h", "2026-12-25T10:00:00Z");
    }

    #[test]
    fn without_a_calendar_working_time_is_counted_by_the_clock_which_is_sooner() {
        let after = |term: &str, working: Option<&Working>| {
            term.parse::<Term>().unwrap().after("2026-07-03T15:00:00Z".parse().unwrap(), working).to_string()
        };
        assert_eq!(after("2wd", None), "2026-07-05T15:00:00Z");
        assert_eq!(after("2wh", None), "2026-07-03T17:00:00Z");
        // So does a calendar in which nothing ever counts.
        let never = Working { days: Vec::new(), ..london() };
        assert_eq!(after("2wd", Some(&never)), "2026-07-05T15:00:00Z");
        // And the end of time is an end.
        let last = "2wd".parse::<Term>().unwrap().after(Timestamp::MAX, Some(&london()));
        assert_eq!(last, Timestamp::MAX);
    }

    #[test]
    fn the_longest_that_working_time_may_take() {
        // From midnight on Christmas Eve, a Thursday, to the close of Tuesday the 29th.
        assert_eq!(london().longest("1wd".parse().unwrap()), SignedDuration::from_hours(5 * 24 + 17));
        assert_eq!(london().longest("2d".parse().unwrap()), SignedDuration::from_hours(48));
    }

    #[test]
    fn a_zone_is_a_rule_and_not_a_name() {
        assert!("UTC0".parse::<Zone>().is_ok());
        let refused = "Europe/London".parse::<Zone>().unwrap_err().to_string();
        assert!(refused.contains("GMT0BST"), "{refused}");
    }
}
