//! Registers in files: our own JSON Lines, CSV, FollowTheMoney entities and GeoJSON. Text in, entries out.
//!
//! The cast: [`read`] (or the reader of one format) gives an [`Imported`]: the entries with their lines, and the rows
//! that cannot be used with the reason. [`plan`] lays it over a register and says what would change; a dry run shows
//! the [`Plan`], an import also puts its entries in. Importing the same file again changes nothing.

use std::fmt;

use domain::register::{Change, Entry, Register};
use serde::Serialize;

mod csv;
mod fields;
mod ftm;
mod geojson;
mod jsonl;

pub use self::csv::csv;
pub use self::ftm::ftm;
pub use self::geojson::geojson;
pub use self::jsonl::jsonl;

/// A longer line is no party.
const LONGEST_LINE: usize = 16 * 1024 * 1024;
/// Bad rows that are listed one by one; more are counted.
const MOST_BAD: usize = 1_000;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One party or relation of ours per line.
    JsonLines,
    /// A table; see [`csv`].
    Csv,
    /// FollowTheMoney entities, one per line.
    FollowTheMoney,
    /// A feature collection of places (RFC 7946).
    GeoJson,
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::JsonLines => "JSON Lines",
            Self::Csv => "CSV",
            Self::FollowTheMoney => "FollowTheMoney entities",
            Self::GeoJson => "GeoJSON",
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

impl Imported {
    fn new(format: Format) -> Self {
        Self { format, entries: Vec::new(), bad: Vec::new(), more_bad: 0 }
    }

    fn take(&mut self, line: usize, row: Result<Vec<Entry>, String>) {
        match row {
            Ok(entries) => self.entries.extend(entries.into_iter().map(|entry| (line, entry))),
            Err(reason) => self.refuse(line, reason),
        }
    }

    fn refuse(&mut self, line: usize, reason: String) {
        if self.bad.len() < MOST_BAD {
            self.bad.push(BadRow { line, reason });
        } else {
            self.more_bad += 1;
        }
    }
}

/// Reads a register; the format is told from the content.
pub fn read(text: &str) -> Result<Imported, BadRow> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(match sniff(text)? {
        Format::JsonLines => jsonl(text),
        Format::Csv => csv(text),
        Format::FollowTheMoney => ftm(text),
        Format::GeoJson => geojson(text),
    })
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
    if csv::is_header(first) {
        return Ok(Format::Csv);
    }
    let reason = "neither JSON Lines, FollowTheMoney, GeoJSON nor CSV: a CSV file starts with a line of column names, \
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
pub struct Plan {
    /// What kind of file it was.
    pub format: Format,
    /// What is new or different, in the order in which it can be put in.
    pub changes: Vec<(Change, Entry)>,
    /// How many rows are in the register already, word for word.
    pub unchanged: usize,
    /// Rows that cannot be used, in the order of their lines.
    pub bad: Vec<BadRow>,
    /// Bad rows beyond those listed.
    pub more_bad: usize,
    /// The register as it would be.
    pub register: Register,
}

impl Plan {
    /// How many rows would do this.
    pub fn count(&self, change: Change) -> usize {
        match change {
            Change::Unchanged => self.unchanged,
            Change::Added | Change::Changed => self.changes.iter().filter(|(one, _)| *one == change).count(),
        }
    }
}

/// Lays an import over a register: parties first, so that relations find both ends wherever they stand in the file.
pub fn plan(register: &Register, imported: Imported) -> Plan {
    let mut plan = Plan {
        format: imported.format,
        changes: Vec::new(),
        unchanged: 0,
        bad: imported.bad,
        more_bad: imported.more_bad,
        register: register.clone(),
    };
    let is_party = |entry: &Entry| matches!(entry, Entry::Party(_));
    let (parties, relations): (Vec<_>, Vec<_>) = imported.entries.into_iter().partition(|(_, entry)| is_party(entry));
    for (line, entry) in parties.into_iter().chain(relations) {
        match plan.register.put(entry.clone()) {
            Ok(Change::Unchanged) => plan.unchanged += 1,
            Ok(change) => plan.changes.push((change, entry)),
            Err(fault) if plan.bad.len() < MOST_BAD => {
                plan.bad.push(BadRow { line, reason: fault.to_string() });
            }
            Err(_) => plan.more_bad += 1,
        }
    }
    plan.bad.sort_by_key(|row| row.line);
    plan
}
