//! The grammar of times: what is written at a token.

use crate::lexicon::SAYING;
use crate::quantities::small;
use crate::times::{Edge, Part, Role, TimeHit, Unit, When};
use crate::tokens::{Kind, Token};

/// All times in a sentence, left to right, not overlapping.
pub(crate) fn find(tokens: &[Token<'_>]) -> Vec<TimeHit> {
    let mut found: Vec<TimeHit> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((when, clock, next)) = time_at(tokens, at) else {
            at += 1;
            continue;
        };
        let role = role(tokens, at, next, when);
        let joins = found.last().is_some_and(|last| at <= last.last + 3 && clock_joins(last, when));
        match found.last_mut() {
            Some(last) if joins && when == When::Clock => {
                last.at = clock;
                last.last = next - 1;
            }
            Some(last) if joins => {
                (last.when, last.last, last.role, last.edge) = (when, next - 1, role, edge(tokens, at));
            }
            _ => found.push(TimeHit { first: at, last: next - 1, when, role, edge: edge(tokens, at), at: clock }),
        }
        at = next;
    }
    found
}

/// "tonight at 9pm", "at 9pm on Friday": one time, written in two pieces.
fn clock_joins(last: &TimeHit, when: When) -> bool {
    (when == When::Clock && last.at.is_none() && last.role != Role::FromEvent)
        || (last.when == When::Clock && !matches!(when, When::Clock | When::FromEvent { .. }))
}

/// "by Friday", "before 10 December", "on or about 3 January".
fn edge(tokens: &[Token<'_>], at: usize) -> Edge {
    let before = |steps: usize| at.checked_sub(steps).map_or("", |index| word(tokens, index));
    let led = if before(1) == "the" { before(2) } else { before(1) };
    match led {
        "by" | "before" => Edge::Latest,
        "about" | "around" | "circa" => Edge::About,
        _ => Edge::Exact,
    }
}

fn role(tokens: &[Token<'_>], at: usize, next: usize, when: When) -> Role {
    if matches!(when, When::FromEvent { .. }) {
        return Role::FromEvent;
    }
    let before = |steps: usize| at.checked_sub(steps).map_or("", |index| &*tokens[index].lower);
    let is_on = matches!(before(1), "on" | "late" | "early");
    let speaking = SAYING.contains(&before(1)) || (is_on && SAYING.contains(&before(2)));
    // "told The New York Times on Saturday": only names stand between the saying and its day.
    let addressee = is_on
        && (2..9)
            .find_map(|steps| {
                let token = &tokens[at.checked_sub(steps)?];
                let name = token.is_capital()
                    || token.any(&["the", "a", "news", "agency", "newspaper", "reporters", "journalists"]);
                if SAYING.contains(&&*token.lower) && !token.is_capital() {
                    Some(true)
                } else {
                    (!name).then_some(false)
                }
            })
            .unwrap_or(false);
    let speaking = speaking || addressee;
    let telling = speaking || before(2) == "responsibility" || before(1) == "responsibility";
    let said_after = tokens.get(next).is_some_and(|token| SAYING.contains(&&*token.lower) && !token.is("reported"));
    let since = ["since", "until", "till"].contains(&before(1)) || (before(1) == "the" && before(2) == "since");
    match () {
        () if telling || said_after => Role::Statement,
        () if since => Role::Bound,
        () => Role::Event,
    }
}

type Found = Option<(When, Option<String>, usize)>;

fn time_at(tokens: &[Token<'_>], at: usize) -> Found {
    from_event(tokens, at)
        .or_else(|| written(tokens, at))
        .or_else(|| in_month(tokens, at))
        .or_else(|| relative(tokens, at))
        .or_else(|| counted(tokens, at))
        .or_else(|| clock(tokens, at))
}

fn word<'t>(tokens: &'t [Token<'_>], at: usize) -> &'t str {
    tokens.get(at).map_or("", |token| &*token.lower)
}

/// "a week before the attack", "two days after the bombings".
fn from_event(tokens: &[Token<'_>], at: usize) -> Found {
    let about = matches!(word(tokens, at), "about" | "around" | "roughly" | "nearly");
    let at = at + usize::from(about);
    let (days, mut next, unit_is_day) = span_of_days(tokens, at)?;
    let sign = match word(tokens, next) {
        "before" | "prior" | "ahead" => -1,
        "after" | "following" => 1,
        _ => return None,
    };
    next += 1;
    if matches!(word(tokens, next), "to" | "of") {
        next += 1;
    }
    let points =
        matches!(word(tokens, next), "the" | "this" | "that" | "these" | "those") || event_word(word(tokens, next));
    let event = (next..next + 4).any(|index| event_word(word(tokens, index)));
    let last = (next..next + 4).find(|index| event_word(word(tokens, *index)))?;
    (points && event).then_some((When::FromEvent { days: days * sign, about: about || !unit_is_day }, None, last + 1))
}

fn event_word(word: &str) -> bool {
    const EVENTS: &[&str] = &[
        "attack",
        "attacks",
        "incident",
        "bombing",
        "bombings",
        "blast",
        "blasts",
        "explosion",
        "explosions",
        "shooting",
        "killing",
        "killings",
        "murder",
        "assault",
        "event",
        "explosives",
        "strike",
        "fact",
        "stabbing",
        "massacre",
    ];
    EVENTS.contains(&word)
}

/// "a week", "two days", "48 hours": in days, and whether the unit was a day or shorter.
fn span_of_days(tokens: &[Token<'_>], at: usize) -> Option<(i32, usize, bool)> {
    let (count, unit) = match word(tokens, at) {
        "a" | "an" | "one" => (1, at + 1),
        "few" | "several" => (4, at + 1),
        number => (count(number)?, at + 1),
    };
    let (count, unit) = if count == 1 && matches!(word(tokens, unit), "few" | "couple") {
        let of = usize::from(word(tokens, unit + 1) == "of");
        (if word(tokens, unit) == "few" { 4 } else { 2 }, unit + 1 + of)
    } else {
        (count, unit)
    };
    let (days, is_day) = match word(tokens, unit) {
        "day" | "days" => (count, true),
        "week" | "weeks" => (count * 7, false),
        "fortnight" => (count * 14, false),
        "month" | "months" => (count * 30, false),
        "year" | "years" => (count * 365, false),
        "hour" | "hours" | "hrs" => ((count + 23) / 24, true),
        "minute" | "minutes" => (0, true),
        _ => return None,
    };
    Some((days, unit + 1, is_day))
}

fn count(number: &str) -> Option<i32> {
    let value = number.parse().ok().or_else(|| small(number).and_then(|value| i32::try_from(value).ok()))?;
    (0..=400).contains(&value).then_some(value)
}

/// Full dates, and days of a month: ISO, DTG, "3 January 2024", "Jan. 3", "the 3rd of January".
fn written(tokens: &[Token<'_>], at: usize) -> Found {
    let token = tokens.get(at)?;
    if token.kind != Kind::Mark && token.text.starts_with(|first: char| first.is_ascii_digit()) {
        return iso(&token.lower)
            .map(|(when, clock)| (when, clock, at + 1))
            .or_else(|| dtg(tokens, at))
            .or_else(|| day_first(tokens, at))
            .or_else(|| lone_year(tokens, at));
    }
    let (month, _) = month(&token.lower)?;
    let may = token.is("may") && !token.is_capital();
    let day = ordinal(word(tokens, at + 1)).filter(|_| !may)?;
    let mut next = at + 2;
    if matches!(word(tokens, next), "-" | "to" | "and")
        && let Some(last) = ordinal(word(tokens, next + 1)).filter(|last| *last > day)
    {
        let (year, next) = year_after(tokens, next + 2);
        return Some((When::Between { from: (month, day), to: (month, last), year }, None, next));
    }
    let (year, after) = year_after(tokens, next);
    next = after;
    let when = year.map_or(When::MonthDay { month, day }, |year| When::Day { year, month, day });
    Some((when, None, next))
}

fn year_after(tokens: &[Token<'_>], at: usize) -> (Option<i16>, usize) {
    let comma = usize::from(word(tokens, at) == ",");
    match year(word(tokens, at + comma)) {
        Some(found) => (Some(found), at + comma + 1),
        None => (None, at),
    }
}

fn year(word: &str) -> Option<i16> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|year| (1900..2200).contains(year))
}

fn ordinal(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|letter: char| letter.is_alphabetic());
    let suffix = &word[digits.len()..];
    let known = ["", "st", "nd", "rd", "th"].contains(&suffix);
    digits.parse().ok().filter(|day| known && (1..=31).contains(day))
}

/// "3 January 2024", "3rd of January", "3-5 January".
fn day_first(tokens: &[Token<'_>], at: usize) -> Found {
    // "between 15 and 20 June"
    if let (Some(one), Some(two)) = (ordinal(word(tokens, at)), ordinal(word(tokens, at + 2)))
        && matches!(word(tokens, at + 1), "and" | "to" | "-")
        && one < two
        && let Some((month, _)) = month(word(tokens, at + 3))
    {
        let (year, next) = year_after(tokens, at + 4);
        return Some((When::Between { from: (month, one), to: (month, two), year }, None, next));
    }
    let spread = word(tokens, at).split_once('-').and_then(|(one, two)| Some((ordinal(one)?, ordinal(two)?)));
    let of = usize::from(word(tokens, at + 1) == "of");
    let (month, _) = month(word(tokens, at + 1 + of))?;
    let (year, next) = year_after(tokens, at + 2 + of);
    if let Some((one, two)) = spread {
        return Some((When::Between { from: (month, one), to: (month, two), year }, None, next));
    }
    let day = ordinal(word(tokens, at))?;
    // "30 November to 1 December"
    if matches!(word(tokens, next), "to" | "and" | "-" | "until")
        && year.is_none()
        && let (Some(to), Some((to_month, _))) = (ordinal(word(tokens, next + 1)), self::month(word(tokens, next + 2)))
        && to_month != month
    {
        let (year, next) = year_after(tokens, next + 3);
        return Some((When::Between { from: (month, day), to: (to_month, to), year }, None, next));
    }
    Some((year.map_or(When::MonthDay { month, day }, |year| When::Day { year, month, day }), None, next))
}

/// A year by itself; a number after a verb or before people counts them instead.
fn lone_year(tokens: &[Token<'_>], at: usize) -> Found {
    let found = year(word(tokens, at))?;
    let before = at.checked_sub(1).map_or("", |before| &*tokens[before].lower);
    let leads = matches!(
        before,
        "in" | "since"
            | "the"
            | "a"
            | "of"
            | "by"
            | "until"
            | "during"
            | "late"
            | "early"
            | "include"
            | "and"
            | "from"
            | ","
            | "("
    );
    leads.then_some((When::Year(found), None, at + 1))
}

/// `2024-01-03`, `2024-01-03T15:17Z`.
fn iso(word: &str) -> Option<(When, Option<String>)> {
    let day = word.get(..10)?;
    let mut parts = day.split('-');
    let (year, month, day) = (year(parts.next()?)?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let valid = parts.next().is_none() && jiff::civil::Date::new(year, month, day).is_ok();
    let clock = word.get(10..16).and_then(|rest| rest.strip_prefix('t')).map(|clock| {
        let zulu = word.ends_with('z') || word.ends_with("+00:00");
        format!("{clock}{}", if zulu { "Z" } else { "" })
    });
    valid.then_some((When::Day { year, month, day }, clock))
}

/// A date-time group, `231530ZNOV26`, also written in pieces: day, hour, minute, zone letter, month, year.
fn dtg(tokens: &[Token<'_>], at: usize) -> Found {
    let mut text = tokens[at].lower.to_string();
    let mut next = at + 1;
    while text.len() < 12 && next < at + 4 && tokens.get(next).is_some_and(|token| token.lower.len() <= 4) {
        text.push_str(&tokens[next].lower);
        next += 1;
    }
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 12
        && bytes[..6].iter().all(u8::is_ascii_digit)
        && bytes[6..10].iter().all(u8::is_ascii_alphabetic)
        && bytes[10..].iter().all(u8::is_ascii_digit);
    if !shaped {
        return None;
    }
    let (month, _) = month(&text[7..10])?;
    let (day, hour, minute): (i8, u8, u8) =
        (text[..2].parse().ok()?, text[2..4].parse().ok()?, text[4..6].parse().ok()?);
    let year = 2000 + text[10..].parse::<i16>().ok()?;
    let valid = hour < 24 && minute < 60 && jiff::civil::Date::new(year, month, day).is_ok();
    let zone = if bytes[6] == b'z' { "Z" } else { "" };
    valid.then(|| (When::Day { year, month, day }, Some(format!("{hour:02}:{minute:02}{zone}")), next))
}

/// "January 2024", "mid-October", "the first week of January", "early January", "New Year's Eve".
fn in_month(tokens: &[Token<'_>], at: usize) -> Found {
    if word(tokens, at) == "new" && word(tokens, at + 1) == "year" && word(tokens, at + 2) == "'s" {
        return match word(tokens, at + 3) {
            "eve" => Some((When::MonthDay { month: 12, day: 31 }, None, at + 4)),
            "day" => Some((When::MonthDay { month: 1, day: 1 }, None, at + 4)),
            _ => None,
        };
    }
    if word(tokens, at) == "christmas" {
        let (day, length) = match word(tokens, at + 1) {
            "eve" => (24, 2),
            "day" => (25, 2),
            _ => return None,
        };
        return Some((When::MonthDay { month: 12, day }, None, at + length));
    }
    if let Some(found) = season(tokens, at) {
        return Some(found);
    }
    let (part, at_month) = match (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)) {
        ("first", "week", "of") => (Part::FirstWeek, at + 3),
        ("first", "days", "of") | ("beginning" | "start", "of", _) => {
            (Part::FirstWeek, at + if word(tokens, at + 1) == "of" { 2 } else { 3 })
        }
        ("last", "week", "of") => (Part::Late, at + 3),
        ("end", "of", _) => (Part::Late, at + 2),
        ("early", ..) => (Part::Early, at + 1),
        ("late", ..) => (Part::Late, at + 1),
        ("mid", ..) => (Part::Middle, at + 1 + usize::from(word(tokens, at + 1) == "-")),
        _ => (Part::Whole, at),
    };
    let hyphened = word(tokens, at_month).split_once('-').and_then(|(part, month)| {
        let part = match part {
            "mid" => Part::Middle,
            "early" => Part::Early,
            "late" => Part::Late,
            _ => return None,
        };
        Some((part, month))
    });
    let (part, name) = hyphened.unwrap_or((part, word(tokens, at_month)));
    let (month, short) = month(name)?;
    let token = &tokens[at_month];
    // "may" and "march" are verbs far more often than months; short forms need their capital too.
    let ambiguous = short || matches!(&*token.lower, "may" | "march" | "august");
    let led = at.checked_sub(1).is_some_and(|before| {
        tokens[before].any(&["in", "of", "by", "this", "last", "next", "the", "during", "until", "since"])
    });
    let (year, next) = year_after(tokens, at_month + 1);
    let sure = !ambiguous || (token.is_capital() && (led || year.is_some() || part != Part::Whole));
    sure.then_some((When::Month { month, year, part }, None, next))
}

/// "in spring 2024", "in the autumn": in the north; a winter belongs to two years and is not placed.
fn season(tokens: &[Token<'_>], at: usize) -> Found {
    let (from, to) = match word(tokens, at) {
        "spring" => ((3, 1), (5, 31)),
        "summer" => ((6, 1), (8, 31)),
        "autumn" | "fall" => ((9, 1), (11, 30)),
        _ => return None,
    };
    let of = usize::from(word(tokens, at + 1) == "of");
    let (year, next) = year_after(tokens, at + 1 + of);
    let led = at.checked_sub(1).is_some_and(|before| {
        let this = |at: usize| matches!(word(tokens, at), "in" | "this" | "next" | "by" | "until");
        this(before) || (word(tokens, before) == "the" && before.checked_sub(1).is_some_and(this))
    });
    let sure = year.is_some() || (led && word(tokens, at) != "fall");
    sure.then_some((When::Between { from, to, year }, None, if year.is_some() { next } else { at + 1 }))
}

/// The number of an English month and whether its name was cut short.
pub(crate) fn month(word: &str) -> Option<(i8, bool)> {
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
    let stem = word.trim_end_matches('.');
    let found = (1..).zip(MONTHS).find(|(_, name)| {
        *name == stem || (stem.len() == 3 && name.starts_with(stem)) || (stem == "sept" && *name == "september")
    })?;
    Some((found.0, found.1 != stem))
}

/// The number of an English weekday, Monday 1.
pub(crate) fn weekday(word: &str) -> Option<i8> {
    const DAYS: [(&str, &str); 7] = [
        ("monday", "mon."),
        ("tuesday", "tue."),
        ("wednesday", "wed."),
        ("thursday", "thu."),
        ("friday", "fri."),
        ("saturday", "sat."),
        ("sunday", "sun."),
    ];
    (1..).zip(DAYS).find(|(_, (name, short))| *name == word || *short == word).map(|(number, _)| number)
}

/// "tonight", "next Friday", "earlier this month", "the coming days".
fn relative(tokens: &[Token<'_>], at: usize) -> Found {
    let (first, second, third) = (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2));
    if let Some(day) = weekday(first) {
        let part = usize::from(matches!(second, "night" | "morning" | "afternoon" | "evening"));
        return Some((When::Weekday { day, shift: 0 }, None, at + 1 + part));
    }
    let shift = match first {
        "this" | "current" => Some(0),
        "next" | "coming" => Some(1),
        "last" | "past" => Some(-1),
        _ => None,
    };
    if let Some(shift) = shift {
        if let Some(day) = weekday(second) {
            return Some((When::Weekday { day, shift }, None, at + 2));
        }
        if shift <= 0 && matches!(second, "night" | "evening" | "morning" | "afternoon") {
            return Some((When::Days { from: shift.into(), to: shift.into() }, None, at + 2));
        }
        if let Some(unit) = unit(second) {
            return Some((When::Stretch { unit, shift, early: false, late: false }, None, at + 2));
        }
        if shift == 1 && matches!(second, "days" | "hours") {
            return Some((When::Days { from: 0, to: if second == "days" { 7 } else { 1 } }, None, at + 2));
        }
        if shift == 1 && second == "weeks" {
            return Some((When::Days { from: 0, to: 28 }, None, at + 2));
        }
    }
    match (first, second) {
        ("tonight" | "today", _) => Some((When::Days { from: 0, to: 0 }, None, at + 1)),
        ("tomorrow", _) => {
            let part = usize::from(matches!(second, "night" | "morning" | "afternoon" | "evening"));
            Some((When::Days { from: 1, to: 1 }, None, at + 1 + part))
        }
        ("yesterday", _) => Some((When::Days { from: -1, to: -1 }, None, at + 1)),
        ("tmrw" | "2moro" | "tmr", _) => Some((When::Days { from: 1, to: 1 }, None, at + 1)),
        ("the", "weekend") => {
            Some((When::Stretch { unit: Unit::Weekend, shift: 0, early: false, late: false }, None, at + 2))
        }
        ("end", "of") => {
            let shift = i8::from(third == "next");
            let unit = unit(word(tokens, at + 3)).filter(|_| matches!(third, "the" | "this" | "next"))?;
            Some((When::Stretch { unit, shift, early: false, late: true }, None, at + 4))
        }
        ("earlier" | "later", "this") => unit(third).map(|unit| {
            (When::Stretch { unit, shift: 0, early: first == "earlier", late: first == "later" }, None, at + 3)
        }),
        _ => None,
    }
}

fn unit(word: &str) -> Option<Unit> {
    match word {
        "week" => Some(Unit::Week),
        "weekend" => Some(Unit::Weekend),
        "month" => Some(Unit::Month),
        "year" => Some(Unit::Year),
        _ => None,
    }
}

/// "within 48 hours", "in the next two weeks", "in three days", "two days ago".
fn counted(tokens: &[Token<'_>], at: usize) -> Found {
    if let Some((days, next, _)) = span_of_days(tokens, at)
        && word(tokens, next) == "ago"
    {
        return Some((When::Days { from: -days, to: -days }, None, next + 1));
    }
    let within = match word(tokens, at) {
        "within" => true,
        "in" | "over" | "next" => word(tokens, at) != "in" || word(tokens, at + 1) == "the",
        _ => false,
    };
    if !within && word(tokens, at) != "in" {
        return None;
    }
    let mut start = at + 1;
    while matches!(word(tokens, start), "the" | "next" | "coming" | "following") {
        start += 1;
    }
    let (days, mut next, _) = span_of_days(tokens, start)?;
    if word(tokens, next) == "'" || word(tokens, next) == "'s" {
        next += 1;
    }
    if word(tokens, next) == "time" {
        next += 1;
    }
    Some((When::Days { from: if within { 0 } else { days }, to: days }, None, next))
}

/// "at 9pm", "15:30", "noon", "16.15 hrs".
fn clock(tokens: &[Token<'_>], at: usize) -> Found {
    let first = word(tokens, at);
    if matches!(first, "noon" | "midday") {
        return Some((When::Clock, Some("12:00".to_owned()), at + 1));
    }
    if first == "midnight" {
        return Some((When::Clock, Some("00:00".to_owned()), at + 1));
    }
    if !first.starts_with(|letter: char| letter.is_ascii_digit()) || first.len() > 8 {
        return None;
    }
    let digits = first.trim_end_matches(|letter: char| letter.is_alphabetic());
    let suffix = &first[digits.len()..];
    let (half, next) = match (suffix, word(tokens, at + 1)) {
        ("am" | "pm", _) => (suffix, at + 1),
        ("", "am" | "a.m." | "a.m") => ("am", at + 2),
        ("", "pm" | "p.m." | "p.m") => ("pm", at + 2),
        ("", "hrs" | "hours" | "o'clock") if digits.contains([':', '.']) || word(tokens, at + 1) == "o'clock" => {
            ("", at + 2)
        }
        ("" | "z", _) if digits.contains(':') => ("", at + 1),
        _ => return None,
    };
    let (hour, minute) = digits.split_once([':', '.']).unwrap_or((digits, "0"));
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.get(..2).unwrap_or(minute).parse().ok()?);
    let hour = match half {
        "pm" if hour < 12 => hour + 12,
        "am" if hour == 12 => 0,
        _ => hour,
    };
    let zone = if suffix == "z" { "Z" } else { "" };
    (hour < 24 && minute < 60).then(|| (When::Clock, Some(format!("{hour:02}:{minute:02}{zone}")), next))
}
