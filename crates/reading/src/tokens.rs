//! Words, numbers and marks of a stretch of text, with their bytes.

use std::borrow::Cow;

use domain::Span;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    /// Digits, with the commas, points and colons between them.
    Number,
    Mark,
}

/// One word, number or punctuation mark.
#[derive(Debug, Clone)]
pub(crate) struct Token<'a> {
    pub span: Span,
    /// As written.
    pub text: &'a str,
    /// Lower case, apostrophes and dashes straightened.
    pub lower: Cow<'a, str>,
    pub kind: Kind,
}

impl Token<'_> {
    pub fn is(&self, word: &str) -> bool {
        self.lower == word
    }

    pub fn any(&self, words: &[&str]) -> bool {
        words.contains(&&*self.lower)
    }

    pub fn is_capital(&self) -> bool {
        self.kind == Kind::Word && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    pub fn is_mark(&self) -> bool {
        self.kind == Kind::Mark
    }
}

/// Short forms that end in a full stop without ending a sentence; they keep it.
const ABBREVIATIONS: &[&str] = &[
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "gen", "lt", "col", "maj",
    "capt", "sgt", "cpl", "cmdr", "adm", "brig", "mr", "mrs", "ms", "dr", "prof", "rev", "hon", "pres", "gov", "sen",
    "rep", "st", "mt", "ave", "rd", "blvd", "jr", "sr", "vs", "no", "nos", "inc", "ltd", "co", "corp", "approx",
    "dept", "tel", "ext", "pvt", "supt", "insp", "det", "messrs", "ca", "ft", "fig", "vol", "etc", "al", "mon", "tue",
    "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "pc", "dc", "di", "ds",
];

/// Abbreviations that are also words: they keep the stop only before a name or number.
const AMBIGUOUS: &[&str] =
    &["no", "al", "co", "mar", "sat", "sun", "fig", "rep", "wed", "det", "ext", "etc", "jun", "rd", "ave"];

/// The tokens of `text` from `span.start` to `span.end`. Linear.
pub(crate) fn tokenise(text: &str, span: Span) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let stretch = span.of(text).unwrap_or_default();
    let mut at = 0;
    while let Some(first) = stretch[at..].chars().next() {
        let rest = &stretch[at..];
        if first.is_whitespace() || first == '\u{feff}' {
            at += first.len_utf8();
            continue;
        }
        let (len, kind) = if first.is_ascii_digit() {
            number(rest)
        } else if first.is_alphabetic() {
            (word(rest), Kind::Word)
        } else if is_apostrophe(first) && clitic(rest) > 0 {
            (clitic(rest), Kind::Word)
        } else {
            (first.len_utf8(), Kind::Mark)
        };
        let text = &rest[..len];
        let span = Span::new(span.start + at, span.start + at + len);
        tokens.push(Token { span, text, lower: fold(text), kind });
        at += len;
    }
    tokens
}

fn fold(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if plain {
        return Cow::Borrowed(text);
    }
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            '’' | '‘' | 'ʼ' => '\'',
            '–' | '—' | '‑' | '‐' | '−' => '-',
            '“' | '”' | '„' | '«' | '»' => '"',
            other => other,
        })
        .collect::<String>()
        .into()
}

pub(crate) const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ')
}

/// The length of "'s", "'ll" and the like at the start of `rest`; 0 when there is none.
fn clitic(rest: &str) -> usize {
    let mut letters = rest.chars();
    let mark = letters.next().map_or(0, char::len_utf8);
    let run: String = letters.take_while(|letter| letter.is_alphanumeric()).take(4).collect();
    let known = ["s", "ll", "d", "re", "ve", "m", "S"].contains(&run.as_str());
    if known { mark + run.len() } else { 0 }
}

/// Digits with what stands between digits ("26,000", "15:30", "2024-01-03"); letters stuck to them make it a word
/// ("820km", "4th", "231530ZNOV26", "20-minute").
fn number(rest: &str) -> (usize, Kind) {
    let (mut len, mut kind, mut end) = (0, Kind::Number, 0);
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        len += letter.len_utf8();
        if letter.is_ascii_digit() {
            end = len;
        } else if letter.is_alphabetic() {
            (end, kind) = (len, Kind::Word);
        } else {
            let next = letters.peek().copied().unwrap_or(' ');
            let joins = match letter {
                ',' => next.is_ascii_digit() && kind == Kind::Number,
                '.' | ':' | '/' | '+' => next.is_ascii_digit(),
                '-' => next.is_alphanumeric(),
                _ => false,
            };
            if !joins {
                break;
            }
            if matches!(letter, '-' | '/') {
                kind = Kind::Word;
            }
        }
    }
    (end, kind)
}

fn word(rest: &str) -> usize {
    let mut len = 0;
    let mut piece = 0;
    let mut dotted = false;
    let mut letters = rest.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map_or(' ', |&(_, next)| next);
        let inside = match letter {
            '-' | '‑' | '‐' | '&' | '_' | '/' => next.is_alphanumeric(),
            '.' if piece == 1 && (next.is_alphabetic() || dotted) => {
                dotted = true;
                len = at + 1;
                next.is_alphabetic()
            }
            '@' | '.' if next.is_alphanumeric() && !next.is_uppercase() && at > 2 => true,
            mark if is_apostrophe(mark) => next.is_alphabetic() && clitic(&rest[at..]) == 0,
            other => other.is_alphanumeric() || is_combining(other),
        };
        if !inside {
            break;
        }
        piece = if letter.is_alphanumeric() { piece + 1 } else { 0 };
        len = at + letter.len_utf8();
    }
    len + abbreviation_stop(rest, len)
}

/// Vowel signs and accents that belong to the letter before them.
fn is_combining(letter: char) -> bool {
    matches!(u32::from(letter), 0x300..=0x36f | 0x64b..=0x65f | 0x900..=0x903 | 0x93a..=0x94f | 0x200c..=0x200d)
}

/// 1 when the word is an abbreviation and its full stop follows.
fn abbreviation_stop(rest: &str, len: usize) -> usize {
    if len > 6 || !rest[len..].starts_with('.') {
        return 0;
    }
    let lower = rest[..len].to_ascii_lowercase();
    let next = rest[len + 1..].trim_start_matches(' ').chars().next().unwrap_or('\n');
    let goes_on = next.is_alphanumeric();
    let known = ABBREVIATIONS.contains(&lower.as_str());
    let initial = len == 1 && rest.starts_with(char::is_uppercase) && lower != "i" && next.is_uppercase();
    let ambiguous = AMBIGUOUS.contains(&lower.as_str()) && !next.is_ascii_digit();
    usize::from((known && goes_on && !ambiguous) || initial)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> =
            tokenise(text, Span::new(0, text.len())).iter().map(|token| token.lower.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_and_marks() {
        check("ISIL’s U.S. Jan. 3, 26,000 dead.", &["isil", "'s", "u.s.", "jan.", "3", ",", "26,000", "dead", "."]);
        check("he'll kill me", &["he", "'ll", "kill", "me"]);
        check("about 820km (510 miles)", &["about", "820km", "(", "510", "miles", ")"]);
        check("Islamic State – Khorasan", &["islamic", "state", "-", "khorasan"]);
        check("IS-KP, 231530ZNOV26.", &["is-kp", ",", "231530znov26", "."]);
        check("don't won’t Guards’ men", &["don't", "won't", "guards", "'", "men"]);
        check(
            "It is in the U.S. Nobody knows. Then-US President",
            &["it", "is", "in", "the", "u.s.", "nobody", "knows", ".", "then-us", "president"],
        );
        check("at 9.30pm on 2024-01-03 by J. Smith", &["at", "9.30pm", "on", "2024-01-03", "by", "j.", "smith"]);
        check("", &[]);
    }
}
