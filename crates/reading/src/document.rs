//! From bytes to a [`Document`]: what the reporter sent to the byte (`verbatim`), what there is to read (`plain`, of the
//! same length, so that a span in one is a span in the other), which stretches of it are the report itself (`body`) and
//! which were left out and why (`furniture`).
//!
//! The cast: [`crate::decode`] refuses what is not text and tells the formats apart; [`crate::html`], [`crate::email`] and
//! [`crate::json`] find the text; [`crate::furniture`] cuts; [`crate::language`] and [`crate::dateline`] describe.

use std::fmt;

use domain::Span;
use jiff::civil::Date;
use serde::Serialize;

use crate::decode::{self, Unreadable};
use crate::furniture::{self, Cut};
use crate::{dateline, email, html, json, language};

/// How the file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// UTF-8 text.
    Text,
    /// A web page, or a piece of one.
    Html,
    /// An e-mail message (RFC 5322).
    Email,
    /// A JSON report: an object with `text`, and `title`, `date`, `reporter`, `language` if known.
    Json,
}

/// A stretch of the text that is not the report, and why it was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Furniture {
    /// Where.
    pub span: Span,
    /// Why it was left out, in words for a person.
    pub why: &'static str,
}

/// The language a document is written in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Language {
    /// BCP 47 tag, such as `en`.
    pub tag: String,
    /// 0 to 1; 1 when the reporter said so.
    pub confidence: f64,
}

/// How a document's date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatedBy {
    /// A machine-written timestamp on a line of its own, or in a page's head.
    IsoTimestamp,
    /// A date line written for readers ("Published 25 January 2024").
    Dateline,
    /// The `Date` header of an e-mail.
    EmailHeader,
    /// A field of a JSON report.
    JsonField,
    /// The person who handed it in said so.
    Given,
}

/// The day a document was written or published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dated {
    /// The civil day, in the offset that the document itself states.
    pub at: Date,
    /// Where in the text it stands, if it stands there.
    pub span: Option<Span>,
    /// How it is known.
    pub how: DatedBy,
}

/// A report made readable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// How the file was written.
    pub format: Format,
    /// The text that spans point into: the file's bytes for text and HTML, the decoded body for e-mail and JSON.
    pub verbatim: String,
    /// What to read. As many bytes as `verbatim`; markup is spaces, the start of a block is a newline, and a line break
    /// inside a paragraph is a space, so a line of `plain` is a paragraph.
    pub plain: String,
    /// The report itself: non-empty lines of `plain` (headline and subheadings too), in order, not overlapping.
    pub body: Vec<Span>,
    /// What was left out, in order, overlapping neither itself nor `body`.
    pub furniture: Vec<Furniture>,
    /// `None` when there is too little text to tell.
    pub language: Option<Language>,
    /// `None` when the document does not say; never guessed from the text of the report.
    pub date: Option<Dated>,
    /// The headline, which is also the first stretch of `body`.
    pub title: Option<Span>,
    /// Who sent it, where the format has a field for that (e-mail `From`, JSON `reporter` or `author`).
    pub reporter: Option<String>,
}

impl Document {
    /// The words at a span of the text to read; empty when the span is not one of this document's.
    pub fn words(&self, span: Span) -> &str {
        span.of(&self.plain).unwrap_or_default()
    }

    /// The reporter's own bytes at a span; empty when the span is not one of this document's.
    pub fn quote(&self, span: Span) -> &str {
        span.of(&self.verbatim).unwrap_or_default()
    }
}

impl DatedBy {
    /// The word in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::IsoTimestamp => "iso-timestamp",
            Self::Dateline => "dateline",
            Self::EmailHeader => "email-header",
            Self::JsonField => "json-field",
            Self::Given => "given",
        }
    }
}

impl Dated {
    /// A date that the person handing the report in vouches for.
    pub const fn given(at: Date) -> Self {
        Self { at, span: None, how: DatedBy::Given }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Text => "text",
            Self::Html => "HTML",
            Self::Email => "e-mail",
            Self::Json => "JSON",
        })
    }
}

/// What a format module hands over before furniture is cut.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    pub verbatim: String,
    pub plain: String,
    /// Stretches that the markup itself names as navigation, captions and the like; in order.
    pub marked: Vec<Furniture>,
    pub date: Option<Dated>,
    pub language: Option<String>,
    pub title: Option<Span>,
    pub reporter: Option<String>,
}

/// Reads a file. `name` is only looked at for its extension; `hint` overrules extension and content.
pub fn open(name: &str, bytes: &[u8], hint: Option<Format>) -> Result<Document, Unreadable> {
    decode::check_size(bytes)?;
    let format = hint.unwrap_or_else(|| decode::sniff(name, bytes));
    let raw = match format {
        Format::Text => text(decode::utf8(bytes)?),
        Format::Html => html::read(decode::utf8(bytes)?),
        Format::Email => email::read(bytes)?,
        Format::Json => json::read(decode::utf8(bytes)?)?,
    };
    finish(format, raw)
}

/// Plain text: everything is to be read, but for a byte order mark.
fn text(verbatim: &str) -> Raw {
    Raw { plain: decode::without_mark(verbatim), verbatim: verbatim.to_owned(), ..Raw::default() }
}

fn finish(format: Format, raw: Raw) -> Result<Document, Unreadable> {
    let Raw { verbatim, plain, marked, date, language, title, reporter } = raw;
    let plain = decode::unwrap_paragraphs(plain);
    if plain.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let Cut { body, furniture, title } = furniture::cut(&plain, &marked, title);
    let date = date.or_else(|| dateline::find(&plain, &furniture));
    let language = language::of(&plain, &body, language);
    Ok(Document { format, verbatim, plain, body, furniture, language, date, title, reporter })
}
