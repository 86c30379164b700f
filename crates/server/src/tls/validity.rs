//! How long a certificate is good for (RFC 5280 §4.1.2.5). Reads just so much DER as leads there, and checks nothing
//! else: whether a certificate can be trusted is for those who connect.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// From when and until when; none when it is not a certificate.
pub fn of(certificate: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (signed, _) = element(certificate, SEQUENCE)?;
    let (mut fields, _) = element(signed, SEQUENCE)?;
    if let Some((_, after)) = element(fields, VERSION) {
        fields = after;
    }
    // Serial number, signature algorithm, issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        fields = element(fields, tag)?.1;
    }
    let (validity, _) = element(fields, SEQUENCE)?;
    let (from, rest) = time(validity)?;
    let (until, _) = time(rest)?;
    Some((from, until))
}

/// The content of the first element, and what follows it; none when its tag is another or it is cut short.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        // The long form: the number of bytes that hold the length.
        let bytes = usize::from(first & 0x7f);
        let (length, rest) = rest.split_at_checked(bytes).filter(|_| (1..=4).contains(&bytes))?;
        (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
    };
    rest.split_at_checked(length)
}

/// `YYMMDDHHMMSSZ` up to 2049, `YYYYMMDDHHMMSSZ` from 2050.
fn time(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (text, rest, year_digits) = match element(der, UTC_TIME) {
        Some((text, rest)) => (text, rest, 2),
        None => element(der, GENERALIZED_TIME).map(|(text, rest)| (text, rest, 4))?,
    };
    let digits = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let year: i16 = digits.get(..year_digits)?.parse().ok()?;
    let year = match year_digits {
        2 if year < 50 => 2000 + year,
        2 => 1900 + year,
        _ => year,
    };
    let rest_of_it = digits.get(year_digits..).filter(|rest| rest.len() == 10)?;
    let two = |at: usize| rest_of_it.get(at..at + 2)?.parse::<i8>().ok();
    let date = Date::new(year, two(0)?, two(2)?).ok()?;
    let time = Time::new(two(4)?, two(6)?, two(8)?, 0).ok()?;
    let at = TimeZone::UTC.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    Some((at, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        [&[tag, length], content].concat()
    }

    fn certificate(version: bool, from: &[u8], until: &[u8]) -> Vec<u8> {
        let mut fields = if version { wrapped(VERSION, &[INTEGER, 1, 2]) } else { Vec::new() };
        fields.extend([INTEGER, 1, 7, SEQUENCE, 0, SEQUENCE, 0]);
        fields.extend(wrapped(SEQUENCE, &[from, until].concat()));
        wrapped(SEQUENCE, &wrapped(SEQUENCE, &fields))
    }

    fn utc(text: &str) -> Vec<u8> {
        wrapped(UTC_TIME, text.as_bytes())
    }

    fn general(text: &str) -> Vec<u8> {
        wrapped(GENERALIZED_TIME, text.as_bytes())
    }

    #[test]
    fn times_are_found() {
        let rows = [
            (utc("240103120000Z"), utc("491231235959Z"), Some(("2024-01-03T12:00:00Z", "2049-12-31T23:59:59Z"))),
            (utc("500101000000Z"), general("20500101000000Z"), Some(("1950-01-01T00:00:00Z", "2050-01-01T00:00:00Z"))),
            (utc("241303120000Z"), utc("491231235959Z"), None),
            (utc("24010312000Z"), utc("491231235959Z"), None),
            (utc("240103120000+0100"), utc("491231235959Z"), None),
            (utc("240103120000Z"), Vec::new(), None),
            (general("240103120000Z"), utc("491231235959Z"), None),
        ];
        for (from, until, expected) in rows {
            for version in [true, false] {
                let found = of(&certificate(version, &from, &until));
                let found = found.map(|(from, until)| (from.to_string(), until.to_string()));
                let expected = expected.map(|(from, until): (&str, &str)| (from.to_owned(), until.to_owned()));
                assert_eq!(found, expected, "{}", String::from_utf8_lossy(&from));
            }
        }
    }

    #[test]
    fn whatever_is_cut_or_changed_is_answered() {
        let whole = certificate(true, &utc("240103120000Z"), &utc("491231235959Z"));
        for end in 0..whole.len() {
            assert_eq!(of(&whole[..end]), None, "cut at {end}");
            for value in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut changed = whole.clone();
                changed[end] = value;
                let _never_panics = of(&changed);
            }
        }
    }
}
