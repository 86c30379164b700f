//! Dates, weekdays and times of day, however they are written, compared with what is cleared.

use jiff::civil;

use super::calendar::{Date, dates};
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

/// Times and dates of one passage.
struct Times {
    clocks: Vec<At<Clock>>,
    dates: Vec<At<Date>>,
    weekdays: Vec<At<usize>>,
}

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let cleared: Vec<Times> = ground.cleared.iter().map(|text| read(ground, text)).collect();
    let protected: Vec<Times> = ground.protected.iter().map(|text| read(ground, text)).collect();
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        let said = read(ground, text);
        let mut add = |from: usize, to: usize, source: (usize, usize, usize), confidence, why: &str| {
            found.push(Found {
                kind: Kind::Time,
                passage: number,
                span: text.span(from, to),
                source: Some((source.0, ground.protected[source.0].span(source.1, source.2))),
                confidence,
                why: why.to_owned(),
            });
        };
        let contact = ground.parts[text.of].name == "contact";
        for said in said.clocks.iter().filter(|said| !(contact && said.what.on_the_hour())) {
            if cleared.iter().flat_map(|times| &times.clocks).any(|known| known.what.same(said.what).is_some()) {
                continue;
            }
            let hit = known(&protected, |times| &times.clocks, |known| known.same(said.what));
            if let Some((source, sure)) = hit {
                add(
                    said.from,
                    said.to,
                    source,
                    sure,
                    "this time of day stands in protected text, also when the time zone is shifted",
                );
            }
        }
        for said in &said.dates {
            if cleared.iter().flat_map(|times| &times.dates).any(|known| known.what.same(said.what)) {
                continue;
            }
            let hit = known(&protected, |times| &times.dates, |known| known.same(said.what).then_some(0.85));
            if let Some((source, sure)) = hit {
                add(
                    said.from,
                    said.to,
                    source,
                    sure,
                    "this date stands in protected text and is more exact than what is cleared",
                );
            }
        }
        for said in &said.weekdays {
            if cleared.iter().any(|times| names_day(times, said.what)) {
                continue;
            }
            let hit = known(&protected, |times| &times.weekdays, |known| (*known == said.what).then_some(0.6)).or_else(
                || {
                    known(
                        &protected,
                        |times| &times.dates,
                        |known| (known.weekday() == Some(said.what)).then_some(0.55),
                    )
                },
            );
            if let Some((source, sure)) = hit {
                add(
                    said.from,
                    said.to,
                    source,
                    sure,
                    "this day stands in protected text and is more exact than what is cleared",
                );
            }
        }
    }
    found
}

/// The surest match among protected times: passage, first and last token, how sure.
fn known<'a, T: 'a>(
    protected: &'a [Times],
    of: fn(&Times) -> &Vec<At<T>>,
    sure: impl Fn(&T) -> Option<f64>,
) -> Option<((usize, usize, usize), f64)> {
    protected
        .iter()
        .enumerate()
        .flat_map(|(passage, times)| of(times).iter().map(move |at| (passage, at)))
        .filter_map(|(passage, at)| sure(&at.what).map(|sure| ((passage, at.from, at.to), sure)))
        .max_by(|left, right| left.1.total_cmp(&right.1))
}

/// Whether a cleared text names this weekday, or a date that falls on it.
fn names_day(times: &Times, weekday: usize) -> bool {
    times.weekdays.iter().any(|at| at.what == weekday)
        || times.dates.iter().any(|at| at.what.weekday() == Some(weekday))
}

fn read(ground: &Ground<'_>, text: &Passage<'_>) -> Times {
    let words = Words { ground, text };
    let dates = dates(&words);
    let clocks = clocks(&words);
    let weekdays = (0..text.tokens.len())
        .filter_map(|at| {
            let word = words.at(at);
            let day = WEEKDAYS.iter().position(|day| *day == word.strip_suffix('s').unwrap_or(word))?;
            // "Monday to Friday" are opening hours.
            let hours =
                matches!(words.at(at + 1), "to" | "through") || at > 0 && matches!(words.at(at - 1), "to" | "through");
            (!hours).then_some(At { what: day, from: at, to: at })
        })
        .collect();
    Times { clocks, dates, weekdays }
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
