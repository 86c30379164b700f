//! Registers in files: our own JSON Lines, CSV, FollowTheMoney entities, GeoJSON, vCard and iCalendar. Text in, entries
//! out.
//!
//! The cast: [`read`] gives an [`Imported`]: the entries with their lines, and the rows that cannot be used with the
//! reason; [`each`] gives them one by one. [`diff`] lays it over a register and says what would change; a dry run shows
//! the [`Difference`], an import also puts its entries in. Importing the same file again changes nothing.

use std::fmt;

use domain::register::{Change, Entry, Register};
use serde::Serialize;

mod content;
mod csv;
mod fields;
mod ftm;
mod geojson;
mod ical;
mod jsonl;
mod vcard;

/// A longer line is no party.
const LONGEST_LINE: usize = 16 * 1024 * 1024;
/// Bad rows that are listed one by one; more are counted.
pub const MOST_BAD: usize = 1_000;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One party or relation of ours per line.
    JsonLines,
    /// A table with a line of column names.
    Csv,
    /// FollowTheMoney entities, one per line.
    FollowTheMoney,
    /// A feature collection of places (RFC 7946).
    GeoJson,
    /// Cards of people and bodies (RFC 6350).
    #[serde(rename = "vcard")]
    VCard,
    /// Events of a calendar (RFC 5545).
    #[serde(rename = "icalendar")]
    ICalendar,
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::JsonLines => "JSON Lines",
            Self::Csv => "CSV",
            Self::FollowTheMoney => "FollowTheMoney entities",
            Self::GeoJson => "GeoJSON",
            Self::VCard => "vCard",
            Self::ICalendar => "iCalendar",
        })
    }
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its line, counted from 1; for GeoJSON the number of the feature.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.reason)
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What kind of file it was.
    pub format: Format,
    /// Parties and relations with the lines they stand in.
    pub entries: Vec<(usize, Entry)>,
    /// Rows that cannot be used, at most a thousand.
    pub bad: Vec<BadRow>,
    /// Bad rows beyond those listed.
    pub more_bad: usize,
}

/// Where the rows of a file go: each with its line and what it says, or why it cannot be used.
pub(crate) struct Rows<'g> {
    give: &'g mut dyn FnMut(usize, Result<Entry, String>),
}

impl Rows<'_> {
    fn take(&mut self, line: usize, row: Result<Vec<Entry>, String>) {
        match row {
            Ok(entries) => entries.into_iter().for_each(|entry| (self.give)(line, Ok(entry))),
            Err(reason) => self.refuse(line, reason),
        }
    }

    fn refuse(&mut self, line: usize, reason: String) {
        (self.give)(line, Err(reason));
    }
}

/// Reads a register row by row, so that a large one need not be held whole; the format is told from the content. `name` is
/// what the file is called, for the reason when it is none of ours: then there is one row, and it is bad.
pub fn each(name: &str, text: &str, give: &mut dyn FnMut(usize, Result<Entry, String>)) -> Option<Format> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Rows { give };
    match sniff(text) {
        Ok(format) => {
            match format {
                Format::JsonLines => jsonl::jsonl(text, &mut rows),
                Format::Csv => csv::csv(text, &mut rows),
                Format::FollowTheMoney => ftm::ftm(text, &mut rows),
                Format::GeoJson => geojson::geojson(text, &mut rows),
                Format::VCard => vcard::vcard(text, &mut rows),
                Format::ICalendar => ical::ical(text, &mut rows),
            }
            Some(format)
        }
        Err(BadRow { line, reason }) => {
            rows.refuse(line, format!("{name}: {reason}"));
            None
        }
    }
}

/// Reads a register whole.
pub fn read(name: &str, text: &str) -> Imported {
    let mut found = Imported { format: Format::JsonLines, entries: Vec::new(), bad: Vec::new(), more_bad: 0 };
    let format = each(name, text, &mut |line, row| match row {
        Ok(entry) => found.entries.push((line, entry)),
        Err(reason) if found.bad.len() < MOST_BAD => found.bad.push(BadRow { line, reason }),
        Err(_) => found.more_bad += 1,
    });
    found.format = format.unwrap_or(Format::JsonLines);
    found
}

/// The format of a register, from its first line.
pub fn sniff(text: &str) -> Result<Format, BadRow> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| is_row(line));
    let Some((line, first)) = lines.next() else {
        return Err(BadRow { line: 1, reason: "the file is empty; give at least one party".to_owned() });
    };
    let first = first.trim_start();
    let head: String = text.trim_start().chars().take(4_096).collect();
    if first.starts_with('{') {
        let whole: Option<serde_json::Value> = serde_json::from_str(first).ok();
        let has = |key: &str| whole.as_ref().is_some_and(|value| value.get(key).is_some());
        return Ok(match () {
            () if head.contains("\"FeatureCollection\"") => Format::GeoJson,
            () if has("schema") => Format::FollowTheMoney,
            () => Format::JsonLines,
        });
    }
    match first.trim().to_uppercase().as_str() {
        "BEGIN:VCARD" => return Ok(Format::VCard),
        "BEGIN:VCALENDAR" => return Ok(Format::ICalendar),
        _ => {}
    }
    if csv::is_header(first) {
        return Ok(Format::Csv);
    }
    let reason = "neither JSON Lines, FollowTheMoney, GeoJSON, vCard, iCalendar nor CSV: a CSV file starts with a line of column names, \
                  `id` and `kind` among them";
    Err(BadRow { line, reason: reason.to_owned() })
}

/// Whether a line holds anything: empty ones and those that start with `#` do not.
fn is_row(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// The rows of a file with one JSON object per line.
fn json_rows(text: &str, mut give: impl FnMut(usize, Result<serde_json::Value, String>)) {
    for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| is_row(row)) {
        if row.len() > LONGEST_LINE {
            give(line, Err(format!("{} bytes long; at most {LONGEST_LINE}", row.len())));
            continue;
        }
        let value = serde_json::from_str::<serde_json::Value>(row);
        give(line, value.map_err(|fault| format!("not JSON: {fault}; each line is one object")));
    }
}

/// What an import would do, or did.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What kind of file it was.
    pub format: Format,
    /// How many rows are new.
    pub added: usize,
    /// How many rows say something else than the register.
    pub changed: usize,
    /// How many rows are in the register already, word for word.
    pub unchanged: usize,
    /// What is new or different, in the order in which it can be put in.
    pub entries: Vec<Entry>,
    /// For each of `entries` whether it is new or different.
    pub changes: Vec<Change>,
    /// Rows that cannot be used, those of reading included, in the order of their lines.
    pub bad: Vec<BadRow>,
    /// Bad rows beyond those listed.
    pub more_bad: usize,
    /// The register as it would be.
    pub register: Register,
}

/// Lays an import over a register: parties first, so that relations find both ends wherever they stand in the file.
pub fn diff(register: &Register, imported: &Imported) -> Difference {
    let mut found = Difference {
        format: imported.format,
        added: 0,
        changed: 0,
        unchanged: 0,
        entries: Vec::new(),
        changes: Vec::new(),
        bad: imported.bad.clone(),
        more_bad: imported.more_bad,
        register: register.clone(),
    };
    let is_party = |entry: &Entry| matches!(entry, Entry::Party(_));
    let parties = imported.entries.iter().filter(|(_, entry)| is_party(entry));
    let relations = imported.entries.iter().filter(|(_, entry)| !is_party(entry));
    for (line, entry) in parties.chain(relations) {
        match found.register.put(entry.clone()) {
            Ok(Change::Unchanged) => found.unchanged += 1,
            Ok(change) => {
                *(if change == Change::Added { &mut found.added } else { &mut found.changed }) += 1;
                found.entries.push(entry.clone());
                found.changes.push(change);
            }
            Err(fault) if found.bad.len() < MOST_BAD => {
                found.bad.push(BadRow { line: *line, reason: fault.to_string() });
            }
            Err(_) => found.more_bad += 1,
        }
    }
    found.bad.sort_by_key(|row| row.line);
    found
}
