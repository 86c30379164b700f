//! Dates, weekdays and times of day, however they are written, compared with what is cleared.

use std::collections::{HashMap, HashSet};

use jiff::civil;

use super::calendar::{ANY_MONTH, Date, dates};
use super::clock::{Clock, clocks};
use super::ground::{Found, Ground, Passage};
use super::report::Kind;

/// A time or date in a text, as tokens with both ends in.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<T> {
    pub what: T,
    pub from: usize,
    pub to: usize,
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// More different times of day than any set of reports tells; keeps a flood of them from costing time.
const MOST_CLOCKS: usize = 10_000;
/// As many as a draft may tell before the rest is not looked at; one is enough to stop it.
const MOST_SAID: usize = 500;

/// Times and dates of one passage.
struct Times {
    clocks: Vec<At<Clock>>,
    dates: Vec<At<Date>>,
    weekdays: Vec<At<usize>>,
}

/// Passage, first and last token.
type Source = (usize, usize, usize);

/// Every different time and date of a set of passages, with the first place it stands.
#[derive(Default)]
struct Known {
    clocks: Vec<(Clock, Source)>,
    dates: HashMap<(u8, u8), Vec<(Date, Source)>>,
    weekdays: [Option<Source>; 7],
    /// Weekdays on which a date with its year falls.
    fallen: [Option<Source>; 7],
}

impl Known {
    fn of(ground: &Ground<'_>, passages: &[Passage<'_>]) -> Self {
        let mut known = Self::default();
        let mut met = HashSet::new();
        for (passage, text) in passages.iter().enumerate() {
            let times = read(ground, text);
            for at in times.clocks {
                if known.clocks.len() < MOST_CLOCKS && met.insert(at.what) {
                    known.clocks.push((at.what, (passage, at.from, at.to)));
                }
            }
            for at in times.dates {
                let source = (passage, at.from, at.to);
                let same_day = known.dates.entry((at.what.month, at.what.day)).or_default();
                if !same_day.iter().any(|(date, _)| *date == at.what) {
                    same_day.push((at.what, source));
                }
                if let Some(day) = at.what.weekday() {
                    known.fallen[day].get_or_insert(source);
                }
            }
            for at in times.weekdays {
                known.weekdays[at.what].get_or_insert((passage, at.from, at.to));
            }
        }
        known
    }

    fn clock(&self, said: Clock) -> Option<(Source, f64)> {
        let same = self.clocks.iter().filter_map(|(known, source)| known.same(said).map(|sure| (*source, sure)));
        same.max_by(|left, right| left.1.total_cmp(&right.1))
    }

    fn date(&self, said: Date) -> Option<(Source, f64)> {
        let alone = said.month == ANY_MONTH;
        let days = [(said.month, said.day), (said.day, said.month), (ANY_MONTH, said.day)];
        let any_month = (1..=12).filter(|_| alone).map(|month| (month, said.day));
        let near = days.into_iter().chain(any_month).filter_map(|day| self.dates.get(&day)).flatten();
        let sure = |known: &Date| if alone || known.month == ANY_MONTH { 0.55 } else { 0.85 };
        near.filter(|(known, _)| known.same(said)).map(|(known, source)| (*source, sure(known))).next()
    }

    fn weekday(&self, said: usize) -> Option<(Source, f64)> {
        self.weekdays[said].map(|source| (source, 0.6)).or_else(|| self.fallen[said].map(|source| (source, 0.55)))
    }
}

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let cleared = Known::of(ground, &ground.cleared);
    let protected = Known::of(ground, &ground.protected);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        let said = read(ground, text);
        let mut add = |from: usize, to: usize, hit: Option<(Source, f64)>, why: &str| {
            let Some(((passage, first, last), confidence)) = hit else { return };
            found.push(Found {
                kind: Kind::Time,
                passage: number,
                span: text.span(from, to),
                source: Some((passage, ground.protected[passage].span(first, last))),
                confidence,
                why: why.to_owned(),
            });
        };
        let contact = ground.parts[text.of].name == "contact";
        for at in said.clocks.iter().take(MOST_SAID).filter(|at| !(contact && at.what.on_the_hour())) {
            if cleared.clock(at.what).is_none() {
                let why = "this time of day stands in protected text, also when the time zone is shifted";
                add(at.from, at.to, protected.clock(at.what), why);
            }
        }
        for at in &said.dates {
            if cleared.date(at.what).is_none() {
                let why = "this date stands in protected text and is more exact than what is cleared";
                add(at.from, at.to, protected.date(at.what), why);
            }
        }
        for at in &said.weekdays {
            if cleared.weekday(at.what).is_none() {
                let why = "this day stands in protected text and is more exact than what is cleared";
                add(at.from, at.to, protected.weekday(at.what), why);
            }
        }
    }
    found
}

fn read(ground: &Ground<'_>, text: &Passage<'_>) -> Times {
    let words = Words { ground, text };
    let weekdays = (0..text.tokens.len())
        .filter_map(|at| {
            let word = Some(words.at(at)).filter(|word| word.ends_with("day") || word.ends_with("days"))?;
            let day = WEEKDAYS.iter().position(|day| *day == word.strip_suffix('s').unwrap_or(word))?;
            // "Monday to Friday" are opening hours.
            let between = |at: usize| matches!(words.at(at), "to" | "through");
            let hours = between(at + 1) || at > 0 && between(at - 1);
            (!hours).then_some(At { what: day, from: at, to: at })
        })
        .collect();
    Times { clocks: clocks(&words), dates: dates(&words), weekdays }
}

/// The folded words of a passage, and what stands between them.
pub(super) struct Words<'a> {
    ground: &'a Ground<'a>,
    text: &'a Passage<'a>,
}

impl Words<'_> {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.text.tokens.len()
    }

    /// The word at a place; empty past the end.
    pub(super) fn at(&self, at: usize) -> &str {
        self.ground.text(self.text, at)
    }

    /// Whether a time or date can begin with the word at a place.
    pub(super) fn figure(&self, at: usize) -> bool {
        self.text.tokens.get(at).is_some_and(|token| self.ground.word(token).begins_figure)
    }

    /// What stands after the word at a place.
    pub(super) fn gap(&self, at: usize) -> &str {
        self.text.gap(at)
    }
}

/// Monday is 0.
pub(super) fn weekday_of(year: i16, month: u8, day: u8) -> Option<usize> {
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    usize::try_from(date.weekday().to_monday_zero_offset()).ok()
}
