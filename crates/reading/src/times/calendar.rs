//! Placing what is written in a year, against the day the document was written.

use domain::claim::{Normal, Precision};
use jiff::Span;
use jiff::civil::Date;

use crate::times::{Edge, Part, TimeHit, Unit, When};

/// What is known about "now" in a document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calendar {
    /// The day the document says it was written.
    pub written: Option<Date>,
    /// A full date that opens the text: what follows without a year is near it.
    pub opening: Option<Date>,
    /// Full dates that stand in the text; one of them lends its year to the same day written without one.
    pub full: Vec<Date>,
}

impl Calendar {
    /// A time as it stands in the text: "by Friday" is from now to Friday, "about 3 January" a day more either way.
    pub fn place(&self, time: &TimeHit, ahead: bool) -> Normal {
        let placed = self.resolve(time.when, time.at.as_deref(), ahead);
        let Normal::Dates { from: Some(from), to: Some(to), precision, at, .. } = &placed else { return placed };
        let spread = |from, to, precision| Normal::Dates {
            from: Some(from),
            to: Some(to),
            precision,
            at: at.clone(),
            without_year: None,
        };
        let now = self.written.filter(|now| ahead && now < to && *precision != Precision::Year);
        match (time.edge, now) {
            (Edge::Latest, Some(now)) => spread(now.min(*from), *to, Precision::Range),
            (Edge::About, _) if *precision == Precision::Day => {
                let day = |shift| plus(*from, shift).unwrap_or(*from);
                spread(day(-1), day(1), Precision::About)
            }
            (Edge::Exact | Edge::About | Edge::Latest, _) => placed,
        }
    }

    /// `when` as dates. `ahead` tells whether the words speak of what is to come, which decides what "Friday" is.
    pub fn resolve(&self, when: When, at: Option<&str>, ahead: bool) -> Normal {
        let clock = |precision| if at.is_some() { Precision::Minute } else { precision };
        let dates = |found: Option<(Date, Date)>, precision| Normal::Dates {
            from: found.map(|(from, _)| from),
            to: found.map(|(_, to)| to),
            precision,
            at: at.map(str::to_owned),
            without_year: None,
        };
        match when {
            When::Day { year, month, day } => {
                dates(Date::new(year, month, day).ok().map(|day| (day, day)), clock(Precision::Day))
            }
            When::MonthDay { month, day } => match self.year_of(month, day, ahead) {
                Some(date) => dates(Some((date, date)), clock(Precision::Day)),
                None => yearless(format!("--{month:02}-{day:02}"), clock(Precision::Day), at),
            },
            When::Between { from, to, year } => self.between(from, to, year, ahead, at),
            When::Month { month, year, part } => self.month(month, year, part, ahead, at),
            When::Year(year) => dates(Date::new(year, 1, 1).ok().zip(Date::new(year, 12, 31).ok()), Precision::Year),
            When::Weekday { day, shift } => {
                dates(self.weekday(day, shift, ahead).map(|day| (day, day)), clock(Precision::Day))
            }
            When::Days { from, to } => {
                let found = self.written.and_then(|now| Some((plus(now, from)?, plus(now, to)?)));
                dates(found, if from == to { clock(Precision::Day) } else { Precision::Range })
            }
            When::Stretch { unit, shift, early, late } => {
                let precision = match unit {
                    Unit::Week | Unit::Weekend => Precision::Range,
                    Unit::Month => Precision::Month,
                    Unit::Year => Precision::Year,
                };
                dates(self.stretch(unit, shift, early, late), precision)
            }
            When::FromEvent { .. } => dates(None, Precision::About),
            When::Clock => dates(None, Precision::Minute),
        }
    }

    /// The year that puts a day nearest to when the document was written (or, for what is to come, after it).
    fn year_of(&self, month: i8, day: i8, ahead: bool) -> Option<Date> {
        if let Some(same) = self.full.iter().find(|date| date.month() == month && date.day() == day) {
            return Some(*same);
        }
        let now = self.written.or(self.opening)?;
        let candidates = (-1..=1).filter_map(|shift| Date::new(now.year() + shift, month, day).ok());
        let reach = |date: &Date| {
            let days = days_between(now, *date);
            let wrong_way = if ahead { days < -2 } else { days > 31 };
            (wrong_way, days.abs())
        };
        candidates.min_by_key(reach)
    }

    fn between(&self, from: (i8, i8), to: (i8, i8), year: Option<i16>, ahead: bool, at: Option<&str>) -> Normal {
        let year = year.or_else(|| self.year_of(from.0, from.1, ahead).map(Date::year));
        let over = i16::from(to < from);
        let found =
            year.and_then(|year| Date::new(year, from.0, from.1).ok().zip(Date::new(year + over, to.0, to.1).ok()));
        match found {
            Some((from, to)) => Normal::Dates {
                from: Some(from),
                to: Some(to),
                precision: Precision::Range,
                at: at.map(str::to_owned),
                without_year: None,
            },
            None => yearless(format!("--{:02}-{:02}/--{:02}-{:02}", from.0, from.1, to.0, to.1), Precision::Range, at),
        }
    }

    fn month(&self, month: i8, year: Option<i16>, part: Part, ahead: bool, at: Option<&str>) -> Normal {
        let (first, last) = match part {
            Part::Whole => (1, 31),
            Part::FirstWeek => (1, 7),
            Part::Early => (1, 10),
            Part::Middle => (11, 20),
            Part::Late => (21, 31),
        };
        let year = year.or_else(|| self.year_of(month, 15, ahead).map(Date::year));
        let precision = if part == Part::Whole { Precision::Month } else { Precision::Range };
        let Some(start) = year.and_then(|year| Date::new(year, month, first).ok()) else {
            let written = match part {
                Part::Whole => format!("--{month:02}"),
                _ => format!("--{month:02}-{first:02}/--{month:02}-{last:02}"),
            };
            return yearless(written, precision, at);
        };
        let end = Date::new(start.year(), month, last).unwrap_or_else(|_| start.last_of_month());
        Normal::Dates { from: Some(start), to: Some(end), precision, at: at.map(str::to_owned), without_year: None }
    }

    fn weekday(&self, day: i8, shift: i8, ahead: bool) -> Option<Date> {
        let now = self.written?;
        let today = now.weekday().to_monday_one_offset();
        let forward = i32::from((day - today).rem_euclid(7));
        let days = match shift {
            0 if ahead => forward,
            0 => forward - if forward == 0 { 0 } else { 7 },
            1 if forward == 0 => 7,
            1 => forward,
            _ if forward == 0 => -7,
            _ => forward - 7,
        };
        plus(now, days)
    }

    fn stretch(&self, unit: Unit, shift: i8, early: bool, late: bool) -> Option<(Date, Date)> {
        let now = self.written?;
        let step = i32::from(shift);
        let monday = plus(now, 1 - i32::from(now.weekday().to_monday_one_offset()) + 7 * step)?;
        let (from, to) = match unit {
            Unit::Week => (monday, plus(monday, 6)?),
            Unit::Weekend => (plus(monday, 5)?, plus(monday, 6)?),
            Unit::Month => {
                let first = now.first_of_month().checked_add(Span::new().try_months(shift).ok()?).ok()?;
                (first, first.last_of_month())
            }
            Unit::Year => {
                let year = now.year() + i16::from(shift);
                (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)
            }
        };
        let from = if late || (shift == 0 && !early && unit == Unit::Week) { from.max(now) } else { from };
        Some((from, if early { to.min(now) } else { to }))
    }
}

fn yearless(written: String, precision: Precision, at: Option<&str>) -> Normal {
    Normal::Dates { from: None, to: None, precision, at: at.map(str::to_owned), without_year: Some(written) }
}

/// A day `days` after `date`; `None` beyond the calendar.
pub(crate) fn plus(date: Date, days: i32) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The same for a day without a year, "--01-03"; `None` for a longer stretch.
pub(crate) fn plus_yearless(day: &str, days: i32) -> Option<String> {
    // Any year will do but for the 29th of February; a leap year keeps that day too.
    let date: Date = format!("2024{}", day.strip_prefix('-')?).parse().ok()?;
    let shifted = plus(date, days)?;
    Some(format!("--{:02}-{:02}", shifted.month(), shifted.day()))
}

/// Days from one date to another.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::times::find;
    use crate::tokens::tokenise;

    fn check(text: &str, ahead: bool, expected: &str) {
        let calendar = Calendar { written: Some(jiff::civil::date(2024, 1, 25)), ..Calendar::default() };
        let found = read(text, &calendar, ahead);
        assert_eq!(found, expected, "{text}");
    }

    fn read(text: &str, calendar: &Calendar, ahead: bool) -> String {
        let tokens = tokenise(text, domain::Span::new(0, text.len()));
        let hits = find(&tokens);
        let Some(hit) = hits.first() else { return "none".into() };
        match calendar.place(hit, ahead) {
            Normal::Dates { from: Some(from), to: Some(to), at, .. } => {
                let day = if from == to { from.to_string() } else { format!("{from}..{to}") };
                at.map_or(day.clone(), |at| format!("{day} {at}"))
            }
            Normal::Dates { without_year: Some(day), .. } => day,
            Normal::Dates { at: Some(at), .. } => at,
            _ => "unplaced".into(),
        }
    }

    #[test]
    fn days_are_placed_against_the_document() {
        check("on January 3 in Kerman", false, "2024-01-03");
        check("the Jan. 3 attack", false, "2024-01-03");
        check("on 3 January 2024", false, "2024-01-03");
        check("the 3rd of January", false, "2024-01-03");
        check("3-5 January", false, "2024-01-03..2024-01-05");
        check("between 3 and 5 January", false, "2024-01-03..2024-01-05");
        check("in December", false, "2023-12-01..2023-12-31");
        check("in December", true, "2024-12-01..2024-12-31");
        check("in mid-December", false, "2023-12-11..2023-12-20");
        check("in the first week of February", true, "2024-02-01..2024-02-07");
        check("earlier this month", false, "2024-01-01..2024-01-25");
        check("said on Thursday", false, "2024-01-25");
        check("on Friday", true, "2024-01-26");
        check("on Friday", false, "2024-01-19");
        check("next week", true, "2024-01-29..2024-02-04");
        check("tonight at 9pm", true, "2024-01-25 21:00");
        check("at 9.30 pm on Friday", true, "2024-01-26 21:30");
        check("tomorrow morning", true, "2024-01-26");
        check("within 48 hours", true, "2024-01-25..2024-01-27");
        check("in three days", true, "2024-01-28");
        check("by Friday", true, "2024-01-25..2024-01-26");
        check("before 10 February", true, "2024-01-25..2024-02-10");
        check("on or about 3 February", true, "2024-02-02..2024-02-04");
        check("by the end of the month", true, "2024-01-25..2024-01-31");
        check("over the weekend", true, "2024-01-27..2024-01-28");
        check("from 30 January to 2 February", true, "2024-01-30..2024-02-02");
        check("between 28 December and 3 January", false, "2023-12-28..2024-01-03");
        check("in spring 2024", true, "2024-03-01..2024-05-31");
        check("two weeks ago", false, "2024-01-11");
        check("at 231530ZNOV26 near", true, "2026-11-23 15:30Z");
        check("231530Z NOV 26", true, "2026-11-23 15:30Z");
        check("2024-01-03T06:00Z", true, "2024-01-03 06:00Z");
        check("in August 2021", false, "2021-08-01..2021-08-31");
        check("in 2022,", false, "2022-01-01..2022-12-31");
        check("on New Year's Eve", true, "2024-12-31");
        check("she may come", true, "none");
        check("killed 2020 people", true, "none");
        check("February 31", false, "--02-31");
    }

    #[test]
    fn without_a_date_nothing_is_guessed() {
        let text = "on January 3";
        assert_eq!(read(text, &Calendar::default(), false), "--01-03");
        assert_eq!(read("tonight", &Calendar::default(), true), "unplaced");
        let lent = Calendar { full: vec![jiff::civil::date(2024, 1, 3)], ..Calendar::default() };
        assert_eq!(read(text, &lent, false), "2024-01-03");
    }
}
