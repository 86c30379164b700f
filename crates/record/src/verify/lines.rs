//! Reads one line: which kind it is, and whether it is in its canonical form.

use serde::{Deserialize, Serialize};

use crate::export::{CheckpointLine, Entry, EntryLine, HeaderLine, canonical};

/// A line that could be read.
pub(super) enum Parsed<'a> {
    Header(HeaderLine<'a>),
    Entry(Entry<'a>),
    Checkpoint(CheckpointLine<'a>),
}

/// Why a line could not be read.
pub(super) struct Wrong {
    pub(super) what: String,
    /// Whether it may stand in an entry's place.
    pub(super) may_be_entry: bool,
}

/// Reads a line; its first bytes say which kind it is.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed<'_>, Wrong> {
    let entry = |what: String| Wrong { what, may_be_entry: true };
    let other = |what: String| Wrong { what, may_be_entry: false };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let what = format!("it is not UTF-8 (byte {})", error.valid_up_to() + 1);
        Wrong { what, may_be_entry: !bytes.starts_with(b"{\"checkpoint\"") }
    })?;
    if text.starts_with("{\"seq\":") {
        let line: EntryLine<'_> = read(text).map_err(entry)?;
        Entry::from_line(line).map(Parsed::Entry).map_err(entry)
    } else if text.starts_with("{\"checkpoint\":") {
        read(text).map(Parsed::Checkpoint).map_err(other)
    } else if text.starts_with("{\"format\":") {
        read(text).map(Parsed::Header).map_err(other)
    } else {
        Err(entry("it is neither an entry nor the checkpoint".to_owned()))
    }
}

/// Reads a line of one kind and compares it with its canonical form.
fn read<'a, T: Deserialize<'a> + Serialize>(text: &'a str) -> Result<T, String> {
    let line: T = serde_json::from_str(text).map_err(|error| {
        format!("it has not the members of such a line, or they are damaged (byte {})", error.column())
    })?;
    let canonical = canonical(&line);
    let canonical = canonical.trim_end_matches('\n');
    if canonical == text {
        return Ok(line);
    }
    let same = canonical.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
    Err(format!("it is not written in the one way it has to be (byte {})", same + 1))
}
