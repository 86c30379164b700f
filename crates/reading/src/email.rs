//! E-mail messages (RFC 5322, MIME) through `mail-parser`: the text part, else the HTML part, of each message in it.
//!
//! The text to read is the subject, an empty line, and the body. A message attached to another follows it, since a threat
//! is often forwarded that way. Only what a reporter can have written is read: other attachments are not text.

use domain::Span;
use jiff::civil::Date;
use mail_parser::{Message, MessageParser, PartType};

use crate::decode::{self, Unreadable};
use crate::document::{Dated, DatedBy, Furniture, Raw};
use crate::html;

/// How many parts a message may have, those of attached messages included.
const MOST_PARTS: usize = 500;
/// How deep messages may be attached to messages.
const DEEPEST: usize = 4;
/// How many multipart boundaries may be declared: the parser compares lines with each open one in turn.
const MOST_BOUNDARIES: usize = 100;

/// Reads a message.
pub(crate) fn read(bytes: &[u8]) -> Result<Raw, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    check_nesting(bytes)?;
    let message = MessageParser::default().parse(bytes).ok_or_else(|| bad("no headers; send it as .txt".to_owned()))?;
    let mut letter = Letter::default();
    letter.add(&message, 0)?;
    let mut raw = letter.raw;
    if raw.plain.trim().is_empty() {
        return Err(bad("neither its subject nor a text part holds a word; send the text itself".to_owned()));
    }
    raw.date = dated(&message);
    raw.reporter = reporter(&message);
    Ok(raw)
}

/// Refuses, before anything is parsed, a message that may nest deeper than the parser's stack: each level needs a
/// `Content-Type` header of its own, or a boundary.
fn check_nesting(bytes: &[u8]) -> Result<(), Unreadable> {
    let occurrences = |word: &'static [u8]| {
        bytes
            .windows(word.len())
            .enumerate()
            .filter(|(_, found)| found.eq_ignore_ascii_case(word))
            .map(|(at, _)| &bytes[at + word.len()..])
    };
    let declares = |after: &&[u8]| matches!(after.trim_ascii_start().first(), Some(b'=' | b'*'));
    if occurrences(b"boundary").filter(declares).take(MOST_BOUNDARIES + 1).count() > MOST_BOUNDARIES {
        return Err(bad(format!("more than {MOST_BOUNDARIES} multipart boundaries; send the text itself")));
    }
    if occurrences(b"content-type").take(MOST_PARTS + 1).count() > MOST_PARTS {
        return Err(bad(format!("more than {MOST_PARTS} parts; send the text itself")));
    }
    Ok(())
}

fn bad(what: String) -> Unreadable {
    Unreadable::BadEmail(what)
}

#[derive(Default)]
struct Letter {
    raw: Raw,
    parts: usize,
}

impl Letter {
    fn add(&mut self, message: &Message<'_>, depth: usize) -> Result<(), Unreadable> {
        self.parts += message.parts.len();
        if self.parts > MOST_PARTS {
            return Err(bad(format!("more than {MOST_PARTS} parts; send the text itself")));
        }
        if let Some(subject) = message.subject().map(str::trim).filter(|subject| !subject.is_empty()) {
            let span = self.push(Raw { verbatim: subject.to_owned(), plain: one_line(subject), ..Raw::default() });
            self.raw.title = self.raw.title.or(Some(span));
        }
        let texts = || message.parts.iter().map(|part| &part.body);
        let plain = texts().any(|part| matches!(part, PartType::Text(text) if !text.trim().is_empty()));
        for part in texts() {
            match part {
                PartType::Text(text) if plain => {
                    self.push(Raw { verbatim: text.to_string(), plain: cleaned(text), ..Raw::default() });
                }
                PartType::Html(page) if !plain => {
                    self.push(html::read(page));
                }
                PartType::Message(inner) if depth < DEEPEST => self.add(inner, depth + 1)?,
                PartType::Message(_) => {
                    return Err(bad(format!("messages attached more than {DEEPEST} deep; send the text itself")));
                }
                PartType::Text(_)
                | PartType::Html(_)
                | PartType::Binary(_)
                | PartType::InlineBinary(_)
                | PartType::Multipart(_) => {}
            }
        }
        let size = self.raw.verbatim.len();
        if size > decode::LIMIT {
            return Err(Unreadable::TooLarge { bytes: size, limit: decode::LIMIT });
        }
        Ok(())
    }

    /// Adds a piece below what is there, an empty line between; answers where it stands.
    fn push(&mut self, piece: Raw) -> Span {
        if !self.raw.verbatim.is_empty() {
            self.raw.verbatim.push_str("\n\n");
            self.raw.plain.push_str("\n\n");
        }
        let start = self.raw.verbatim.len();
        self.raw.verbatim.push_str(&piece.verbatim);
        self.raw.plain.push_str(&piece.plain);
        let moved =
            |mark: Furniture| Furniture { span: Span::new(mark.span.start + start, mark.span.end + start), ..mark };
        self.raw.marked.extend(piece.marked.into_iter().map(moved));
        Span::new(start, self.raw.verbatim.len())
    }
}

/// A subject on one line, whatever its encoding smuggled in.
fn one_line(subject: &str) -> String {
    cleaned(subject).replace(['\n', '\r'], " ")
}

/// Control characters that no text holds become spaces; they are ASCII, so lengths stay.
fn cleaned(text: &str) -> String {
    let odd = |letter: char| letter.is_ascii_control() && !matches!(letter, '\n' | '\r' | '\t');
    decode::without_mark(text).replace(odd, " ")
}

fn dated(message: &Message<'_>) -> Option<Dated> {
    let date = message.date().filter(|date| date.is_valid())?;
    let civil = |value: u8| i8::try_from(value).ok();
    let at = Date::new(i16::try_from(date.year).ok()?, civil(date.month)?, civil(date.day)?).ok()?;
    Some(Dated { at, span: None, how: DatedBy::EmailHeader })
}

/// The sender as "Name <address>".
fn reporter(message: &Message<'_>) -> Option<String> {
    let from = message.from()?.first()?;
    match (from.name(), from.address()) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}
