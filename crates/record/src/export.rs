//! The lines of an export and their one canonical form: the header, an entry each, the checkpoint.
//!
//! Each line is a JSON object with its members in a fixed order, no white space, and only the escapes that JSON
//! demands. A line that says the same in other bytes is not a line of this format; so no byte of a file can be
//! changed without being noticed.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Hash, Leaf};

/// The name and version of the format, in the header line.
pub const FORMAT: &str = "forewarn-record/1";
/// Lines longer than this are not read (their end is looked for, in constant memory).
pub const MAX_LINE_BYTES: usize = 256 * 1024 * 1024;

/// Bodies up to this always fit into a line, however many of their characters need an escape, beside names of up to a
/// few megabytes. Whoever writes entries must refuse larger ones: an export with a longer line would not verify.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// How much an export carries, as its header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carries {
    /// Every body that was not erased.
    Full,
    /// No body: the proof alone.
    Proof,
}

/// The body of an entry, as an export carries it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Body<'a> {
    /// The body, to the byte, with the salt of its commitment.
    Kept {
        /// The salt.
        salt: &'a [u8; 32],
        /// The body.
        text: &'a str,
    },
    /// The body was erased; a later entry of the stream says so ([`Leaf::erases`]).
    Erased,
    /// The body exists and was left out; only in exports that carry the proof alone.
    Withheld,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderLine<'a> {
    #[serde(borrow)]
    pub(crate) format: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) origin: Cow<'a, str>,
    pub(crate) carries: Carries,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckpointLine<'a> {
    #[serde(borrow)]
    pub(crate) checkpoint: Cow<'a, str>,
}

/// Every line between.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryLine<'a> {
    pub(crate) seq: u64,
    #[serde(borrow)]
    pub(crate) at: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) by: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) stream: Cow<'a, str>,
    pub(crate) erases: bool,
    #[serde(borrow)]
    pub(crate) commitment: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) leaf: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) salt: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) body: Option<Cow<'a, str>>,
    pub(crate) erased: bool,
}

/// A time as this format writes it: UTC, six digits after the point, `Z`. Cut to the very microsecond that the leaf has.
pub(crate) fn time_text(at: Timestamp) -> String {
    let at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
    format!("{at:.6}")
}

/// Writes a line in its canonical form, with its newline.
pub(crate) fn canonical(line: &impl Serialize) -> String {
    let mut text = serde_json::to_string(line).expect("strings, numbers and flags always have a JSON form");
    text.push('\n');
    text
}

/// The header line of an export, newline included. `origin` is the name of the key that signs the record.
pub fn header_line(origin: &str, carries: Carries) -> String {
    canonical(&HeaderLine { format: FORMAT.into(), origin: origin.into(), carries })
}

/// The line of an entry, newline included. Entries follow each other in order from 0, without a gap. An entry from before
/// the year 1 can be written, but no verifier takes it.
pub fn entry_line(leaf: &Leaf, body: Body<'_>) -> String {
    let (salt, text) = match body {
        Body::Kept { salt, text } => (Some(STANDARD.encode(salt)), Some(text)),
        Body::Erased | Body::Withheld => (None, None),
    };
    canonical(&EntryLine {
        seq: leaf.seq,
        at: time_text(leaf.at).into(),
        kind: leaf.kind.as_str().into(),
        by: leaf.by.as_str().into(),
        stream: leaf.stream.as_str().into(),
        erases: leaf.erases,
        commitment: leaf.commitment.to_string().into(),
        leaf: leaf.hash().to_string().into(),
        salt: salt.map(Cow::from),
        body: text.map(Cow::from),
        erased: matches!(body, Body::Erased),
    })
}

/// The last line of an export, newline included: the checkpoint over exactly the entries before it, as a signed note.
pub fn checkpoint_line(note: &str) -> String {
    canonical(&CheckpointLine { checkpoint: note.into() })
}

/// An entry line, read and found to be in canonical form.
pub(crate) struct Entry<'a> {
    pub(crate) leaf: Leaf,
    /// The leaf hash that the line states.
    pub(crate) stated: Hash,
    pub(crate) body: ReadBody<'a>,
}

/// The body as a line has it.
pub(crate) enum ReadBody<'a> {
    Kept { salt: [u8; 32], text: Cow<'a, str> },
    Erased,
    Withheld,
}

impl<'a> Entry<'a> {
    /// Takes the values out of a line; answers what is wrong with it.
    pub(crate) fn from_line(line: EntryLine<'a>) -> Result<Self, String> {
        let at: Timestamp = line.at.parse().map_err(|_| format!("its time `{}` is not a time", shown(&line.at)))?;
        if time_text(at) != line.at || line.at.len() != TIME_BYTES || line.at.starts_with("0000") {
            return Err(format!("its time `{}` is not in UTC with six digits after the point", shown(&line.at)));
        }
        let hash = |name: &str, text: &str| text.parse::<Hash>().map_err(|_| format!("its {name} is not a hash"));
        let commitment = hash("commitment", &line.commitment)?;
        let stated = hash("leaf", &line.leaf)?;
        let body = match (line.salt, line.body, line.erased) {
            (Some(salt), Some(text), false) => ReadBody::Kept { salt: *hash("salt", &salt)?.as_bytes(), text },
            (None, None, true) => ReadBody::Erased,
            (None, None, false) => ReadBody::Withheld,
            (Some(_) | None, _, _) => return Err("it must have both salt and body, or neither".to_owned()),
        };
        let leaf = Leaf {
            seq: line.seq,
            at,
            kind: line.kind.into_owned(),
            by: line.by.into_owned(),
            stream: line.stream.into_owned(),
            erases: line.erases,
            commitment,
        };
        Ok(Self { leaf, stated, body })
    }
}

/// `2024-01-03T12:00:00.000000Z`; years before 1 and after 9999 have no form here.
const TIME_BYTES: usize = 27;

/// At most forty characters of a text from the file, for a message.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
