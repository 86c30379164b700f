//! Coordinates in a text: `30.2832, 57.0788`, `30.28N 57.08E`, `30°16'59"N 57°04'44"E`. Latitude first unless the
//! letters say otherwise; bare numbers count with three decimals and more, because prices have two.

use domain::Span;
use domain::register::Position;

/// Decimals from which two bare numbers are a place.
const DECIMALS: usize = 3;

/// A number of degrees.
struct Angle {
    degrees: f64,
    decimals: usize,
    /// N, S, E or W.
    letter: Option<char>,
    end: usize,
}

/// Every pair of coordinates, and where it stands.
pub(crate) fn coordinates(text: &str) -> Vec<(Position, Span)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts =
            bytes[at].is_ascii_digit() || (bytes[at] == b'-' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit));
        let inside = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'.' | b'-'));
        if !starts || inside {
            at += 1;
            continue;
        }
        let pair = angle(text, at).and_then(|first| {
            let gap = text[first.end..].bytes().take(3).take_while(|byte| b" ,;/".contains(byte)).count();
            let second = (gap > 0 || first.letter.is_some()).then(|| angle(text, first.end + gap)).flatten()?;
            Some((place(&first, &second)?, Span::new(at, second.end)))
        });
        at = pair.as_ref().map_or_else(|| skip_number(bytes, at), |(_, span)| span.end);
        found.extend(pair);
    }
    found
}

fn skip_number(bytes: &[u8], at: usize) -> usize {
    at + 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn place(first: &Angle, second: &Angle) -> Option<Position> {
    let (lat, lon) = match (first.letter, second.letter) {
        (Some('N' | 'S'), Some('E' | 'W')) => (first.degrees, second.degrees),
        (Some('E' | 'W'), Some('N' | 'S')) => (second.degrees, first.degrees),
        (None, None) if first.decimals >= DECIMALS && second.decimals >= DECIMALS => (first.degrees, second.degrees),
        _ => return None,
    };
    Some(Position { lat, lon }).filter(|at| at.is_on_earth())
}

fn angle(text: &str, at: usize) -> Option<Angle> {
    let negative = text[at..].starts_with('-');
    let (mut degrees, decimals, mut end) = number(text, at + usize::from(negative))?;
    let rest = |end: usize| &text[end..];
    if let Some(mark) = ['°', 'º', '˚'].into_iter().find(|mark| rest(end).starts_with(*mark)) {
        end += mark.len_utf8();
        for (share, marks) in [(60.0, ['\'', '′', '’']), (3600.0, ['"', '″', '”'])] {
            let start = end + usize::from(rest(end).starts_with(' '));
            let Some((part, _, after)) = number(text, start) else { break };
            let Some(mark) = marks.into_iter().find(|mark| rest(after).starts_with(*mark)) else { break };
            degrees += part / share;
            end = after + mark.len_utf8();
        }
    }
    let spaces = usize::from(rest(end).starts_with(' '));
    let mut letters = rest(end + spaces).chars();
    let letter = letters.next().filter(|letter| "NSEW".contains(*letter));
    let letter = letter.filter(|_| !letters.next().is_some_and(char::is_alphabetic));
    if letter.is_some() {
        end += spaces + 1;
    }
    if negative || matches!(letter, Some('S' | 'W')) {
        degrees = -degrees;
    }
    Some(Angle { degrees, decimals, letter, end })
}

/// Up to three digits and decimals: the number, how many decimals, where it ends.
fn number(text: &str, at: usize) -> Option<(f64, usize, usize)> {
    let rest = text.get(at..)?.as_bytes();
    let digits = |from: usize| rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    if !(1..=3).contains(&whole) {
        return None;
    }
    let decimals = if rest.get(whole) == Some(&b'.') { digits(whole + 1) } else { 0 };
    let length = whole + if decimals > 0 { decimals + 1 } else { 0 };
    text[at..at + length].parse().ok().map(|number| (number, decimals, at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(f64, f64, &str)]) {
        let found = coordinates(text);
        assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
        for ((at, span), (lat, lon, quote)) in found.iter().zip(expected) {
            assert!((at.lat - lat).abs() < 1e-3 && (at.lon - lon).abs() < 1e-3, "{text}: {at:?}");
            assert_eq!(span.of(text), Some(*quote));
        }
    }

    #[test]
    fn places_written_as_numbers_are_found() {
        check("at 30.2832, 57.0788 tonight", &[(30.2832, 57.0788, "30.2832, 57.0788")]);
        check("(-33.8568,151.2153)", &[(-33.8568, 151.2153, "-33.8568,151.2153")]);
        check("30.28N 57.08E", &[(30.28, 57.08, "30.28N 57.08E")]);
        check("57.08E, 30.28N.", &[(30.28, 57.08, "57.08E, 30.28N")]);
        check("30°17'N 57°05'E", &[(30.2833, 57.0833, "30°17'N 57°05'E")]);
        check("33°51′24″S 151°12′55″E!", &[(-33.8567, 151.2153, "33°51′24″S 151°12′55″E")]);
        check("51.5° N, 0.12° W", &[(51.5, -0.12, "51.5° N, 0.12° W")]);
        for none in [
            "12.50, 13.75",
            "30.283",
            "1.2.3.4, 5.678",
            "930.283, 57.078",
            "2024-01-03",
            "30.2832 and 57.0788",
            "30N 40N",
            "9999.999, 1.234",
            "-",
            "12°",
        ] {
            check(none, &[]);
        }
    }
}
