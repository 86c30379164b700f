//! JSON reports: one object with the text and what is known about it.
//!
//! `text` (or `body`, `content`) is the report; `title`, `date` (or `published`), `reporter` (or `author`) and `language`
//! are optional strings; other fields are left alone. The text to read is the title, an empty line, and the text.

use domain::Span;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::dateline;
use crate::decode::{self, Unreadable};
use crate::document::{Dated, DatedBy, Raw};

/// Reads a JSON report. Nesting beyond 128 levels is refused by the parser.
pub(crate) fn read(text: &str) -> Result<Raw, Unreadable> {
    let value: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| bad(error.to_string()))?;
    let Value::Object(fields) = value else {
        return Err(bad(format!(
            "it is {}, and a report is an object with a field \"text\"; send one per file",
            kind(&value)
        )));
    };
    let Some(body) = string(&fields, &["text", "body", "content"])? else {
        return Err(bad(
            "it has no field \"text\" (nor \"body\", nor \"content\"); put the report's words there".to_owned()
        ));
    };
    if body.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let title = string(&fields, &["title"])?
        .map(str::trim)
        .filter(|title| !title.is_empty() && !body.trim_start().starts_with(title));
    let verbatim = title.map_or_else(|| body.to_owned(), |title| format!("{title}\n\n{body}"));
    Ok(Raw {
        plain: cleaned(&verbatim, title.map_or(0, str::len)),
        title: title.map(|title| Span::new(0, title.len())),
        date: string(&fields, &["date", "published"])?.map(dated).transpose()?,
        language: string(&fields, &["language"])?.map(str::to_owned),
        reporter: string(&fields, &["reporter", "author"])?.map(str::to_owned),
        verbatim,
        ..Raw::default()
    })
}

fn bad(what: String) -> Unreadable {
    Unreadable::BadJson(what)
}

/// The first of these fields that is there; `null` counts as absent, anything but a string is refused.
fn string<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Result<Option<&'a str>, Unreadable> {
    for name in names {
        match fields.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => return Ok(Some(text)),
            Some(other) => return Err(bad(format!("field \"{name}\" is {}; it must be a string", kind(other)))),
        }
    }
    Ok(None)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The day in the offset that the field states.
fn dated(text: &str) -> Result<Dated, Unreadable> {
    let whole = |found: &dateline::Iso| found.span.start == 0;
    let at: Option<Date> = dateline::iso(text.trim()).filter(whole).map(|found| found.at);
    let at = at.ok_or_else(|| bad("the date is not one; write it as 2024-01-25 or 2024-01-25T15:17:50Z".to_owned()))?;
    Ok(Dated { at, span: None, how: DatedBy::JsonField })
}

/// Control characters that no text holds become spaces, and so do line breaks in the title; all are ASCII, lengths stay.
fn cleaned(text: &str, title: usize) -> String {
    let (title, body) = text.split_at(title);
    let odd = |letter: char| letter.is_ascii_control() && !matches!(letter, '\n' | '\r' | '\t');
    decode::without_mark(&(title.replace(['\n', '\r'], " ") + body).replace(odd, " "))
}
