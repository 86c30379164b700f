//! Values that several formats share.

use domain::Window;
use domain::register::{ContactPath, Name, NameKind, Tlp};
use domain::words::ChannelKind;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::xxh3_64;

/// An instant as RFC 3339 or as a bare date (the start of that day, UTC).
pub(super) fn instant(words: &str) -> Result<Timestamp, String> {
    if let Ok(at) = words.parse::<Timestamp>() {
        return Ok(at);
    }
    let (start, _) = days(words)?;
    at_start(start).ok_or_else(|| no_date(words))
}

/// A window from the words for its start and end; whole days, months and years last until their end.
pub(super) fn window(from: Option<&str>, to: Option<&str>) -> Result<Option<Window>, String> {
    let start = from.map(instant).transpose()?;
    let end = to.map(|words| words.parse::<Timestamp>().or_else(|_| end_of(words))).transpose()?;
    if start.is_none() && end.is_none() {
        return Ok(None);
    }
    Window::new(start, end).map(Some).ok_or_else(|| "the time ends before it starts".to_owned())
}

fn end_of(words: &str) -> Result<Timestamp, String> {
    let (_, last) = days(words)?;
    let next = last.tomorrow().ok().and_then(at_start);
    next.and_then(|at| at.checked_sub(jiff::SignedDuration::from_secs(1)).ok()).ok_or_else(|| no_date(words))
}

/// The first and last day of `2024`, `2024-01` or `2024-01-03`.
fn days(words: &str) -> Result<(Date, Date), String> {
    let mut parts = words.trim().splitn(3, '-');
    let number = |part: Option<&str>| part.map(|digits| digits.parse::<i16>().map_err(|_| no_date(words))).transpose();
    let (year, month, day) = (number(parts.next())?, number(parts.next())?, number(parts.next())?);
    let small = |number: i16| i8::try_from(number).map_err(|_| no_date(words));
    let date =
        |year: i16, month: i16, day: i16| Date::new(year, small(month)?, small(day)?).map_err(|_| no_date(words));
    match (year, month, day) {
        (Some(year), None, _) => Ok((date(year, 1, 1)?, date(year, 12, 31)?)),
        (Some(year), Some(month), None) => {
            let first = date(year, month, 1)?;
            Ok((first, first.last_of_month()))
        }
        (Some(year), Some(month), Some(day)) => date(year, month, day).map(|date| (date, date)),
        (None, _, _) => Err(no_date(words)),
    }
}

fn at_start(date: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
}

fn no_date(words: &str) -> String {
    let shown: String = words.chars().take(40).collect();
    format!("`{shown}` is no date; write 2024-01-03 or 2024-01-03T14:00:00Z")
}

/// A name of this kind; weak ones are marked.
pub(super) fn name(kind: NameKind, text: &str, weak: bool) -> Name {
    Name { weak, ..Name::new(kind, text.trim()) }
}

/// A path that nobody has agreed on: public words only, unverified.
pub(super) fn path(channel: ChannelKind, address: &str) -> ContactPath {
    ContactPath {
        channel,
        address: address.trim().to_owned(),
        language: None,
        hours: None,
        verified_at: None,
        verified_by: None,
        carries: Tlp::Clear,
        rank: 1,
        minutes: None,
    }
}

/// The words a list may hold, for an error.
pub(super) fn choices<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// An id for what came without one: the same words give the same id.
pub(super) fn made_up(kind: &str, words: &[&str]) -> String {
    format!("{kind}-{:016x}", xxh3_64(words.join("\n").as_bytes()))
}
