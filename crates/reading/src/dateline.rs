//! The day a document says it was written: timestamps, date lines, and the small grammar of dates they need.
//!
//! Only what stands outside the report counts. A date inside it is a claim, and may be the day of the harm.

use domain::Span;
use jiff::civil::Date;

use crate::document::{Dated, DatedBy, Furniture};
use crate::furniture::{DATE_LINE, TIMESTAMP};

/// An ISO 8601 date found in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Iso {
    pub at: Date,
    pub span: Span,
    /// Whether a time of day follows it.
    pub timed: bool,
}

/// The date that the document states about itself: a timestamp before a written date, the first of each.
pub(crate) fn find(plain: &str, furniture: &[Furniture]) -> Option<Dated> {
    let lines = |why| furniture.iter().filter(move |piece| piece.why == why);
    let stamp = lines(TIMESTAMP).find_map(|piece| {
        let found = iso(piece.span.of(plain)?)?;
        let span = Span::new(piece.span.start + found.span.start, piece.span.start + found.span.end);
        Some(Dated { at: found.at, span: Some(span), how: DatedBy::IsoTimestamp })
    });
    let line = lines(DATE_LINE).find_map(|piece| {
        let at = written(&piece.span.of(plain)?.to_lowercase())?;
        Some(Dated { at, span: Some(piece.span), how: DatedBy::Dateline })
    });
    stamp.or(line).or_else(|| opening(plain))
}

/// The longest opening that is looked at for a date, in bytes.
const OPENING: usize = 80;

/// The date that a document opens with: "9 May 2024. A driver …", "MOSCOW, 29 December 2019", "Telegram, 5 December 1988".
fn opening(plain: &str) -> Option<Dated> {
    let start = plain.len() - plain.trim_start().len();
    let line = plain[start..].lines().next()?;
    // One line can be the whole of a long text: no more of it is looked at than may count.
    let enough = line.char_indices().map(|(at, _)| at).find(|at| *at > OPENING).unwrap_or(line.len());
    let line = &line[..enough];
    let end = line.match_indices(". ").map(|(at, _)| at).find(|at| only_a_date(tail(&line[..*at])));
    let head = &line[..end.unwrap_or(line.len())];
    let dated = tail(head);
    let before = head[..head.len() - dated.len()].trim_end_matches([' ', ',']);
    if head.len() > OPENING || !only_a_date(dated) || !(before.is_empty() || heads(before)) {
        return None;
    }
    let at = written(&dated.to_lowercase())?;
    let from = start + head.len() - dated.len();
    Some(Dated { at, span: Some(Span::new(from, from + dated.len())), how: DatedBy::Dateline })
}

/// What follows the first comma that only a date follows; the whole, when there is no such comma.
fn tail(head: &str) -> &str {
    let after = head.match_indices(", ").map(|(at, _)| &head[at + 2..]);
    std::iter::once(head).chain(after).find(|rest| only_a_date(rest)).unwrap_or(head)
}

/// Whether this stands before a date in a heading: a place by itself, or the kind of document. "Bomb in Oslo" does not.
fn heads(before: &str) -> bool {
    const KINDS: [&str; 12] = [
        "telegram",
        "cable",
        "report",
        "memo",
        "memorandum",
        "note",
        "letter",
        "message",
        "minute",
        "dispatch",
        "log",
        "call",
    ];
    let words: Vec<&str> = before.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let kind = words.last().is_some_and(|last| KINDS.contains(&last.to_lowercase().as_str()));
    words.len() <= 3 && (kind || words.iter().all(capital))
}

/// The first `YYYY-MM-DD` in a line, with the time that follows it, if any.
pub(crate) fn iso(line: &str) -> Option<Iso> {
    let bytes = line.as_bytes();
    let shape = |at: usize| {
        bytes.get(at..at + 10).is_some_and(|window| {
            window
                .iter()
                .enumerate()
                .all(|(i, byte)| if i == 4 || i == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
        })
    };
    let free = |at: usize| at == 0 || !bytes[at - 1].is_ascii_digit();
    let start = (0..bytes.len().saturating_sub(9)).find(|&at| shape(at) && free(at))?;
    let at = line.get(start..start + 10)?.parse().ok()?;
    let time = bytes[start + 10..].iter().take_while(|byte| byte.is_ascii_digit() || b"T:+-.Z".contains(byte)).count();
    let timed = time >= 6 && bytes[start + 10] == b'T';
    Some(Iso { at, span: Span::new(start, start + 10 + if timed { time } else { 0 }), timed })
}

/// A date with its year in a short line in lower case: "25 january 2024", "jan. 25, 2024", "25.01.2024".
///
/// "03/04/2024" is read as nothing: it is two different days.
pub(crate) fn written(lower: &str) -> Option<Date> {
    if let Some(found) = iso(lower) {
        return Some(found.at);
    }
    let tokens: Vec<&str> =
        lower.split(|letter: char| letter.is_whitespace() || letter == ',').filter(|word| !word.is_empty()).collect();
    let named = tokens.windows(3).find_map(|three| {
        let year = three[2].trim_matches('.').parse().ok().filter(|year| (1900..2200).contains(year))?;
        let (day, month) = day_month(three[0], three[1]).or_else(|| day_month(three[1], three[0]))?;
        Date::new(year, month, day).ok()
    });
    named.or_else(|| tokens.iter().find_map(|token| numeric(token)))
}

fn day_month(day: &str, month: &str) -> Option<(i8, i8)> {
    let digits = day.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let suffix = ["", ".", "st", "nd", "rd", "th", "er"].contains(&&day[digits.len()..]);
    Some((digits.parse().ok().filter(|_| suffix)?, month_named(month)?))
}

/// "25.01.2024" is a day first wherever dots are used; with slashes only when one of the two cannot be a month.
fn numeric(token: &str) -> Option<Date> {
    let dotted = token.contains('.');
    let mut parts = token.trim_matches('.').split(['.', '/']).map(str::parse::<i16>);
    let (Ok(one), Ok(two), Ok(year), None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let (day, month) = match () {
        () if dotted || one > 12 => (one, two),
        () if two > 12 => (two, one),
        () => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|date| date.year() >= 1900)
}

/// Whether a line is a date and nothing else but a weekday or a time of day.
pub(crate) fn only_a_date(line: &str) -> bool {
    let lower = line.to_lowercase();
    let part = |word: &str| {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        word.is_empty()
            || word.starts_with(|first: char| first.is_ascii_digit())
            || names_a_time(word)
            || ["at", "de", "le", "den"].contains(&word)
    };
    written(&lower).is_some() && lower.split_whitespace().all(part)
}

/// Whether a word is a month, a weekday, "tomorrow" or the like.
pub(crate) fn names_a_time(word: &str) -> bool {
    const WORDS: [&str; 34] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "today",
        "tonight",
        "tomorrow",
        "noon",
        "midnight",
        "dawn",
        "morning",
        "evening",
        "night",
        "week",
        "weekend",
        "am",
        "pm",
        "gmt",
        "utc",
        "est",
        "edt",
        "cet",
        "new",
        "christmas",
    ];
    let lower = word.to_lowercase();
    WORDS.contains(&lower.as_str()) || month_named(&lower).is_some()
}

/// The number of a month, by its name in lower case in one of seven languages.
fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "jan", "janvier", "enero", "januar", "ocak", "января", "янв", "يناير", "ژانویه"],
        &["february", "feb", "février", "febrero", "februar", "şubat", "февраля", "فبراير", "فوریه"],
        &["march", "mar", "mars", "marzo", "märz", "mart", "марта", "مارس"],
        &["april", "apr", "avril", "abril", "nisan", "апреля", "أبريل", "ابريل", "آوریل"],
        &["may", "mai", "mayo", "mayıs", "мая", "مايو", "مه"],
        &["june", "jun", "juin", "junio", "juni", "haziran", "июня", "يونيو", "ژوئن"],
        &["july", "jul", "juillet", "julio", "juli", "temmuz", "июля", "يوليو", "ژوئیه"],
        &["august", "aug", "août", "agosto", "ağustos", "августа", "أغسطس", "اوت"],
        &["september", "sept", "sep", "septembre", "septiembre", "eylül", "сентября", "سبتمبر", "سپتامبر"],
        &["october", "oct", "octobre", "octubre", "oktober", "ekim", "октября", "أكتوبر", "اکتبر"],
        &["november", "nov", "novembre", "noviembre", "kasım", "ноября", "نوفمبر", "نوامبر"],
        &["december", "dec", "décembre", "diciembre", "dezember", "aralık", "декабря", "ديسمبر", "دسامبر"],
    ];
    let word = word.trim_matches('.');
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word)).map(|(number, _)| number)
}
