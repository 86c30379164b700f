//! Times of day as people and forms write them.

use super::lexicon::number_word;
use super::times::{At, Words};

const DAY: i32 = 24 * 60;

/// A time of day in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Clock {
    minutes: i32,
    /// Morning or evening was not said.
    either_half: bool,
    zone: Zone,
}

/// What was said about the time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Zone {
    Unsaid,
    /// "local time".
    Local,
    /// Minutes ahead of UTC.
    Ahead(i32),
}

impl Clock {
    /// Whether it is a full hour.
    pub(super) const fn on_the_hour(self) -> bool {
        self.minutes % 60 == 0
    }

    /// How sure it is that the two are one time.
    pub(super) fn same(self, other: Self) -> Option<f64> {
        let day = if self.either_half || other.either_half { DAY / 2 } else { DAY };
        let apart = (self.minutes - other.minutes).rem_euclid(day);
        let apart = apart.min(day - apart);
        if let (Zone::Ahead(here), Zone::Ahead(there)) = (self.zone, other.zone)
            && here != there
        {
            return ((self.minutes - here - other.minutes + there).rem_euclid(day) == 0).then_some(0.85);
        }
        if apart == 0 {
            return Some(if self.on_the_hour() { 0.75 } else { 0.9 });
        }
        let said = |zone: Zone| zone != Zone::Unsaid;
        let quarter = self.minutes % 15 == 0;
        let possible = apart % 30 == 0 && apart <= 14 * 60;
        if self.zone != other.zone && (said(self.zone) || said(other.zone)) {
            let sure = if quarter { 0.55 } else { 0.7 };
            return (possible && (!quarter || said(self.zone) && said(other.zone))).then_some(sure);
        }
        (apart % 60 == 0 && !quarter && !said(self.zone)).then_some(0.6)
    }
}

/// Every time of day in a passage.
pub(super) fn clocks(words: &Words<'_>) -> Vec<At<Clock>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.count() {
        let read = words.figure(at).then(|| figures(words, at).or_else(|| spoken(words, at))).flatten();
        match read {
            Some((minutes, half_said, last)) => {
                let (zone, to) = zone(words, last, words.at(at));
                let either_half = !half_said && (60..13 * 60).contains(&minutes);
                found.push(At { what: Clock { minutes: minutes.rem_euclid(DAY), either_half, zone }, from: at, to });
                at = to + 1;
            }
            None => at += 1,
        }
    }
    found
}

/// "21:40", "9.40 pm", "2140 hours", "2140z", "21h40", "9 pm", "9pm", a date-time group.
fn figures(words: &Words<'_>, at: usize) -> Option<(i32, bool, usize)> {
    let word = words.at(at);
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(word.len());
    let (number, letters) = word.split_at(end);
    let (half, to) = half(words, at, letters);
    let parts: Vec<&str> = number.split([':', '.']).collect();
    let colon = number.contains(':');
    match parts[..] {
        [hour, minute] | [hour, minute, _] if minute.len() == 2 && (parts.len() == 2 || colon) => {
            let dotted_time = half.is_some() || military(words.at(to + 1)) || before_time(words, at);
            (colon || dotted_time)
                .then(|| time(hour, minute, half))
                .flatten()
                .map(|m| (m, half.is_some() || hour.starts_with('0'), to))
        }
        [whole] if letters.starts_with('h') && letters.len() == 3 => {
            time(whole, &letters[1..], None).map(|minutes| (minutes, true, at))
        }
        [whole] if whole.len() == 4 && (military(letters) || letters.is_empty() && military(words.at(at + 1))) => {
            let to = if letters.is_empty() && matches!(words.at(at + 1), "hours" | "hrs" | "h") { at + 1 } else { at };
            time(&whole[..2], &whole[2..], None).map(|minutes| (minutes, true, to))
        }
        [whole] if whole.len() == 6 && letters.starts_with('z') && letters.len() >= 4 => {
            time(&whole[2..4], &whole[4..], None).map(|minutes| (minutes, true, at))
        }
        [whole] if whole.len() <= 2 && half.is_some() => time(whole, "00", half).map(|minutes| (minutes, true, to)),
        [whole] if whole.len() <= 2 && words.at(at + 1) == "oclock" => {
            let (half, to) = part_of_day(words, at + 1);
            time(whole, "00", half).map(|minutes| (minutes, half.is_some(), to))
        }
        _ => None,
    }
}

/// "nine forty in the evening", "twenty to ten", "half past nine", "nine o'clock", "noon".
fn spoken(words: &Words<'_>, at: usize) -> Option<(i32, bool, usize)> {
    let hour = |at: usize| {
        let word = words.at(at);
        let value = number_word(word).or_else(|| word.parse().ok()).filter(|hour| (1..=12).contains(hour))?;
        i32::try_from(value).ok()
    };
    match words.at(at) {
        "noon" | "midday" => return Some((12 * 60, true, at)),
        "midnight" => return Some((0, true, at)),
        _ => {}
    }
    let minutes = match words.at(at) {
        "half" => Some((30, at)),
        "quarter" => Some((15, at)),
        word => number_word(word).and_then(|minutes| i32::try_from(minutes).ok()).map(|minutes| (minutes, at)),
    };
    let tens =
        minutes.filter(|(value, _)| *value == 20).and_then(|_| number_word(words.at(at + 1)).filter(|n| *n < 10));
    let tens = tens.and_then(|n| i32::try_from(n).ok());
    let minutes = minutes.map(|(value, last)| (value + tens.unwrap_or(0), last + usize::from(tens.is_some())));
    if let Some((value, last)) = minutes.filter(|(value, _)| *value < 60) {
        let last = last + usize::from(matches!(words.at(last + 1), "minutes" | "minute"));
        let past = words.at(last + 1);
        let hour = hour(last + 2).or_else(|| match words.at(last + 2) {
            "noon" | "midday" => Some(12),
            "midnight" => Some(24),
            _ => None,
        });
        if let Some(hour) = hour.filter(|_| matches!(past, "past" | "to" | "before" | "after")) {
            let sign = if matches!(past, "past" | "after") { 1 } else { -1 };
            // "five to seven people" is no time.
            let whole = matches!(words.at(last + 2), "noon" | "midday" | "midnight");
            let spoken = value % 5 == 0 && before_time(words, at) || words.at(at) == "quarter";
            let time_like = past == "past" || spoken || whole;
            let (half, to) = part_of_day(words, last + 2);
            return (time_like || half.is_some())
                .then(|| (twelve(hour, half) * 60 + sign * value, half.is_some() || whole, to));
        }
    }
    let first = hour(at)?;
    if words.at(at + 1) == "oclock" {
        let (half, to) = part_of_day(words, at + 1);
        return Some((twelve(first, half) * 60, half.is_some(), to));
    }
    let second = number_word(words.at(at + 1)).filter(|minutes| *minutes >= 10 && *minutes < 60);
    let ones =
        second.filter(|m| m % 10 == 0).and_then(|_| number_word(words.at(at + 2)).filter(|n| (1..10).contains(n)));
    let last = at + usize::from(second.is_some()) + usize::from(ones.is_some());
    let minutes = i32::try_from(second.unwrap_or(0) + ones.unwrap_or(0)).ok()?;
    let (half, to) = part_of_day(words, last);
    let said = half.is_some() || second.is_some() && before_time(words, at);
    said.then(|| (twelve(first, half) * 60 + minutes, half.is_some(), to))
}

/// Morning or evening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Evening,
}

fn twelve(hour: i32, half: Option<Half>) -> i32 {
    match half {
        Some(Half::Evening) if hour < 12 => hour + 12,
        Some(Half::Morning) if hour == 12 => 0,
        _ => hour,
    }
}

fn time(hour: &str, minute: &str, half: Option<Half>) -> Option<i32> {
    let hour: i32 = hour.parse().ok().filter(|hour| (0..=24).contains(hour))?;
    let minute: i32 = minute.parse().ok().filter(|minute| (0..60).contains(minute))?;
    Some(twelve(hour, half) * 60 + minute)
}

/// "pm", "p.m.", stuck to the number or after it; and the last word of it.
fn half(words: &Words<'_>, at: usize, letters: &str) -> (Option<Half>, usize) {
    match letters {
        "am" => return (Some(Half::Morning), at),
        "pm" => return (Some(Half::Evening), at),
        _ => {}
    }
    match (words.at(at + 1), words.at(at + 2)) {
        ("am", _) => (Some(Half::Morning), at + 1),
        ("pm", _) => (Some(Half::Evening), at + 1),
        ("a", "m") if words.gap(at + 1).starts_with('.') => (Some(Half::Morning), at + 2),
        ("p", "m") if words.gap(at + 1).starts_with('.') => (Some(Half::Evening), at + 2),
        _ => part_of_day(words, at),
    }
}

/// "in the evening", "at night", "pm" after the word at `last`.
fn part_of_day(words: &Words<'_>, last: usize) -> (Option<Half>, usize) {
    match (words.at(last + 1), words.at(last + 2), words.at(last + 3)) {
        ("am", _, _) => (Some(Half::Morning), last + 1),
        ("pm" | "tonight", _, _) => (Some(Half::Evening), last + 1),
        ("in", "the", "morning") => (Some(Half::Morning), last + 3),
        ("in", "the", "evening" | "afternoon") => (Some(Half::Evening), last + 3),
        ("at", "night", _) => (Some(Half::Evening), last + 2),
        _ => (None, last),
    }
}

fn military(word: &str) -> bool {
    matches!(word, "hours" | "hrs" | "h" | "z" | "utc" | "gmt" | "local")
}

fn before_time(words: &Words<'_>, at: usize) -> bool {
    let before = if at == 0 { "" } else { words.at(at - 1) };
    matches!(
        before,
        "at" | "around" | "about" | "by" | "until" | "till" | "before" | "after" | "from" | "towards" | "since"
    )
}

/// The zone said after the word at `last` or stuck to the time, and the last word of it.
fn zone(words: &Words<'_>, last: usize, stuck: &str) -> (Zone, usize) {
    let stuck = stuck.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.'));
    if stuck.starts_with('z') {
        return (Zone::Ahead(0), last);
    }
    let hours = match words.at(last + 1) {
        "utc" | "gmt" | "z" | "zulu" => {
            let sign = if words.gap(last + 1) == "-" { -60 } else { 60 };
            let shift = words
                .at(last + 2)
                .parse::<i32>()
                .ok()
                .filter(|shift| *shift <= 14 && matches!(words.gap(last + 1), "+" | "-"));
            return match shift {
                Some(shift) => (Zone::Ahead(shift * sign), last + 2),
                None => (Zone::Ahead(0), last + 1),
            };
        }
        "local" => return (Zone::Local, last + 1 + usize::from(words.at(last + 2) == "time")),
        "cet" | "bst" | "wat" => 60,
        "cest" | "eet" | "sast" => 120,
        "eest" | "msk" => 180,
        "irst" => 210,
        "ist" => 330,
        "pkt" => 300,
        "est" | "cdt" => -300,
        "edt" => -240,
        "cst" | "mdt" => -360,
        "pst" => -480,
        "pdt" | "mst" => -420,
        _ => {
            return (
                if words.at(last + 2) == "time" && words.at(last + 1).len() > 3 { Zone::Local } else { Zone::Unsaid },
                last,
            );
        }
    };
    (Zone::Ahead(hours), last + 1)
}
