//! Dates as people and forms write them.

use super::lexicon::number_word;
use super::times::{At, Words, weekday_of};

/// A day of a month; the year where it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub year: Option<i16>,
    /// [`ANY_MONTH`] when only the day was said: "on the nineteenth".
    pub month: u8,
    pub day: u8,
    /// Written as two numbers, of which either could be the month.
    pub either: bool,
}

/// No month was said.
pub(super) const ANY_MONTH: u8 = 0;

impl Date {
    /// Whether the two can be one day.
    pub(super) fn same(self, other: Self) -> bool {
        if self.month == ANY_MONTH || other.month == ANY_MONTH {
            return self.day == other.day;
        }
        let years = self.year.is_none() || other.year.is_none() || self.year == other.year;
        let straight = (self.month, self.day) == (other.month, other.day);
        let crossed = (self.either || other.either) && (self.month, self.day) == (other.day, other.month);
        years && (straight || crossed)
    }

    /// Monday is 0; known only with the year.
    pub(super) fn weekday(self) -> Option<usize> {
        weekday_of(self.year?, self.month, self.day)
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Months in French and Spanish that English spells otherwise, and their numbers.
const MONTHS_ELSEWHERE: [(&str, u8); 22] = [
    ("janvier", 1),
    ("fevrier", 2),
    ("mars", 3),
    ("avril", 4),
    ("juin", 6),
    ("juillet", 7),
    ("aout", 8),
    ("septembre", 9),
    ("octobre", 10),
    ("novembre", 11),
    ("decembre", 12),
    ("enero", 1),
    ("febrero", 2),
    ("marzo", 3),
    ("abril", 4),
    ("junio", 6),
    ("julio", 7),
    ("agosto", 8),
    ("septiembre", 9),
    ("octubre", 10),
    ("noviembre", 11),
    ("diciembre", 12),
];
const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// Every date in a passage.
pub(super) fn dates(words: &Words<'_>) -> Vec<At<Date>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.count() {
        match words.figure(at).then(|| date(words, at)).flatten() {
            Some((what, to)) => {
                found.push(At { what, from: at, to });
                at = to + 1;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a date in words can begin with this one.
pub(super) fn begins_date(word: &str) -> bool {
    const NAMED: [&str; 10] = [
        "christmas",
        "boxing",
        "new",
        "valentine",
        "valentines",
        "halloween",
        "bastille",
        "independence",
        "labour",
        "thirtieth",
    ];
    month(word).is_some() || ORDINALS.contains(&word) || NAMED.contains(&word)
}

fn date(words: &Words<'_>, at: usize) -> Option<(Date, usize)> {
    numeric(words.at(at)).map(|date| (date, at)).or_else(|| named(words, at)).or_else(|| {
        // "3 January 2024", "the third of January", "3 de enero"; or "the nineteenth" alone
        if let Some((day, next)) = day(words, at) {
            let of = usize::from(matches!(words.at(next), "of" | "de"));
            let Some(month) = month(words.at(next + of)) else { return day_alone(words, at, day, next) };
            let (year, to) = year(words, next + of);
            return Some((Date { year, month, day, either: false }, to));
        }
        // "January 3, 2024", "January the third"
        let month = month(words.at(at))?;
        let the = usize::from(words.at(at + 1) == "the");
        let (day, next) = day(words, at + 1 + the)?;
        let (year, to) = year(words, next - 1);
        Some((Date { year, month, day, either: false }, to))
    })
}

/// "2024-01-03", "3/1/2024", "03.01.2024", "032140zjan24".
fn numeric(word: &str) -> Option<Date> {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    if let [first, second, third] = parts[..] {
        let numbers = [first, second, third].map(|part| part.parse::<u16>().ok());
        let [Some(a), Some(b), Some(c)] = numbers else { return None };
        if first.len() == 4 {
            return make(Some(a), b, c, false);
        }
        if third.len() == 4 || third.len() == 2 {
            let year = if third.len() == 2 { 2000 + c } else { c };
            return make(Some(year), b, a, true).or_else(|| make(Some(year), a, b, false));
        }
        return None;
    }
    let (day_and_time, rest) = word.split_at_checked(6)?;
    let rest = rest.strip_prefix('z').unwrap_or(rest);
    let month = month(rest.get(..3)?)?;
    let year = rest.get(3..).and_then(|year| year.parse::<u16>().ok()).map(|year| 2000 + year % 100);
    let day = day_and_time.get(..2)?.parse().ok()?;
    day_and_time.bytes().all(|byte| byte.is_ascii_digit()).then(|| make(year, u16::from(month), day, false))?
}

fn make(year: Option<u16>, month: u16, day: u16, either: bool) -> Option<Date> {
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
    let year = year.and_then(|year| i16::try_from(year).ok());
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    fits.then_some(Date { year, month, day, either: either && day <= 12 })
}

/// Days that have a name.
fn named(words: &Words<'_>, at: usize) -> Option<(Date, usize)> {
    let skip = usize::from(words.at(at + 1) == "s");
    let (month, day, length) = match (words.at(at), words.at(at + 1 + skip), words.at(at + 2 + skip)) {
        ("christmas", "eve", _) => (12, 24, 2),
        ("christmas", "day", _) => (12, 25, 2),
        ("boxing", "day", _) => (12, 26, 2),
        ("new", "years" | "year", "eve") => (12, 31, 3),
        ("new", "years" | "year", "day") => (1, 1, 3),
        ("valentines" | "valentine", "day", _) => (2, 14, 2),
        ("halloween", _, _) => (10, 31, 1),
        ("bastille", "day", _) => (7, 14, 2),
        ("independence", "day", _) => (7, 4, 2),
        ("labour" | "may", "day", _) => (5, 1, 2),
        _ => return None,
    };
    Some((Date { year: None, month, day, either: false }, at + length - 1 + skip))
}

/// "on the nineteenth", "from the 10th to the 11th": a day whose month is not said. What follows must not be the
/// thing that is counted ("the tenth floor").
fn day_alone(words: &Words<'_>, at: usize, day: u8, next: usize) -> Option<(Date, usize)> {
    const FOLLOWS: [&str; 16] = [
        "", "at", "in", "around", "between", "to", "and", "from", "until", "when", "he", "she", "they", "by", "for",
        "or",
    ];
    let spelled = words.at(at).ends_with("st")
        || words.at(at).ends_with("nd")
        || words.at(at).ends_with("th")
        || words.at(at).ends_with("rd") && words.at(at).starts_with(|c: char| c.is_ascii_digit())
        || next > at + 1;
    let early = matches!(words.at(at), "first" | "second" | "third" | "fourth" | "fifth");
    let the = at > 1 && words.at(at - 1) == "the";
    let led = the
        && matches!(
            words.at(at - 2),
            "on" | "of" | "from" | "to" | "by" | "until" | "till" | "since" | "before" | "after" | "and" | "night"
        );
    let ends = FOLLOWS.contains(&words.at(next)) || words.gap(next - 1).contains(['.', ',', ';', ':', '!', '?', '\n']);
    let alone = spelled && !early && led && ends;
    alone.then_some((Date { year: None, month: ANY_MONTH, day, either: false }, next - 1))
}

/// The day of a month that starts at a word, and the place after it.
fn day(words: &Words<'_>, at: usize) -> Option<(u8, usize)> {
    let word = words.at(at);
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let figure = match &word[digits.len()..] {
        "" | "st" | "nd" | "rd" | "th" => digits.parse::<u8>().ok(),
        _ => None,
    };
    if let Some(day) = figure.filter(|day| (1..=31).contains(day)) {
        return Some((day, at + 1));
    }
    let ordinal =
        |word: &str| ORDINALS.iter().position(|known| *known == word).and_then(|at| u8::try_from(at + 1).ok());
    if let Some(day) = ordinal(word) {
        return Some((day, at + 1));
    }
    let tens: u8 = match word {
        "twenty" => 20,
        "thirty" => 30,
        "thirtieth" => return Some((30, at + 1)),
        _ => return None,
    };
    let next = words.at(at + 1);
    let ones = ordinal(next).or_else(|| number_word(next).and_then(|ones| u8::try_from(ones).ok()));
    ones.filter(|ones| *ones < 10 && tens + ones <= 31).map(|ones| (tens + ones, at + 2))
}

fn month(word: &str) -> Option<u8> {
    let long = word.len() >= 3;
    let at = MONTHS.iter().position(|month| *month == word || long && (word.len() <= 4) && month.starts_with(word));
    let elsewhere = || MONTHS_ELSEWHERE.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
    at.and_then(|at| u8::try_from(at + 1).ok()).or_else(elsewhere)
}

/// The year after the word at `last`, and the last word of the date.
fn year(words: &Words<'_>, last: usize) -> (Option<i16>, usize) {
    match words.at(last + 1).parse::<i16>() {
        Ok(year) if (1900..=2100).contains(&year) => (Some(year), last + 1),
        _ => (None, last),
    }
}
