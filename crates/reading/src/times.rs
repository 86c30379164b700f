//! Days and hours as people write them: "January 3", "tonight", "a week before the attack", `231530ZNOV26`.
//!
//! Reading has two steps. [`find`] says what is written ([`When`]), without knowing today; [`Calendar::resolve`] places
//! it in a year, against the document's own date. What cannot be placed stays without a year.

mod calendar;
mod grammar;

pub(crate) use calendar::{Calendar, days_between, plus, plus_yearless};
pub(crate) use grammar::{find, month, weekday};

/// Which part of a month or of a longer stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    FirstWeek,
    Early,
    Middle,
    Late,
}

/// A stretch counted from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Week,
    Weekend,
    Month,
    Year,
}

/// What is written, before it is placed in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// A full date.
    Day {
        year: i16,
        month: i8,
        day: i8,
    },
    /// Two full dates (also two days of one month).
    Between {
        from: (i8, i8),
        to: (i8, i8),
        year: Option<i16>,
    },
    /// A day without its year.
    MonthDay {
        month: i8,
        day: i8,
    },
    Month {
        month: i8,
        year: Option<i16>,
        part: Part,
    },
    Year(i16),
    /// A day of the week; `shift` -1 for "last", 1 for "next".
    Weekday {
        day: i8,
        shift: i8,
    },
    /// Days from today.
    Days {
        from: i32,
        to: i32,
    },
    /// "this week", "last month": `shift` units from now; `early` when "earlier this …", `late` when "later this …".
    Stretch {
        unit: Unit,
        shift: i8,
        early: bool,
        late: bool,
    },
    /// "a week before the attack": days from the event, to be added to its date.
    FromEvent {
        days: i32,
        about: bool,
    },
    /// A clock time alone.
    Clock,
}

/// What a time is the time of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Of whatever the clause tells.
    Event,
    /// Of somebody's saying so ("said on Thursday").
    Statement,
    /// A start or end of something longer ("since mid-October").
    Bound,
    /// Counted from the event.
    FromEvent,
}

/// How a time bounds what happens at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// On that day or in that stretch.
    Exact,
    /// "on or about 3 January".
    About,
    /// "by Friday", "before 10 December".
    Latest,
}

/// One time found in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeHit {
    /// First token.
    pub first: usize,
    /// Last token.
    pub last: usize,
    pub when: When,
    pub role: Role,
    pub edge: Edge,
    /// Clock time, `15:30` or `15:30Z`.
    pub at: Option<String>,
}
