//! What can happen to the register.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, Held, LineId, PartyId, Register, RegisterBook};
use crate::threat::Signed;

/// A register is its imports and removals, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum RegisterEvent {
    /// A part of an import; a large one has many.
    PartiesRecorded {
        /// File the entries came from.
        from: String,
        entries: Vec<Entry>,
    },
    /// From here on the register is kept line by line; it has so many.
    LinesKept {
        lines: u64,
    },
    /// The first person wants a line removed.
    RemovalAsked {
        line: LineId,
        signed: Signed,
    },
    /// It stays.
    RemovalDeclined {
        line: LineId,
        signed: Signed,
    },
    /// A line and all that hangs on it, or lines whose time is over.
    PartiesRemoved {
        lines: Vec<LineId>,
        /// Who wanted it; none when the time was over.
        asked: Option<Signed>,
        signed: Signed,
    },
    /// Their time is over and they stay: an open threat names them.
    PartiesHeldBack {
        held: Vec<Held>,
    },
    ToldApart {
        one: PartyId,
        other: PartyId,
        signed: Signed,
    },
    /// What the record held of the register was erased; what is left of it was recorded anew in the same commit.
    RegisterErased {
        book: RegisterBook,
        signed: Signed,
    },
}

impl RegisterEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PartiesRecorded { .. } => "PartiesRecorded",
            Self::LinesKept { .. } => "LinesKept",
            Self::RemovalAsked { .. } => "RemovalAsked",
            Self::RemovalDeclined { .. } => "RemovalDeclined",
            Self::PartiesRemoved { .. } => "PartiesRemoved",
            Self::PartiesHeldBack { .. } => "PartiesHeldBack",
            Self::ToldApart { .. } => "ToldApart",
            Self::RegisterErased { .. } => "RegisterErased",
        }
    }

    /// What the lines of a register are after this, one by one: `Ok` are new or changed, `Err` are gone.
    pub fn lines(&self) -> impl Iterator<Item = Result<&Entry, &LineId>> {
        let (entries, gone): (&[Entry], &[LineId]) = match self {
            Self::PartiesRecorded { entries, .. } => (entries, &[]),
            Self::PartiesRemoved { lines, .. } => (&[], lines),
            Self::LinesKept { .. }
            | Self::RemovalAsked { .. }
            | Self::RemovalDeclined { .. }
            | Self::PartiesHeldBack { .. }
            | Self::ToldApart { .. }
            | Self::RegisterErased { .. } => (&[], &[]),
        };
        entries.iter().map(Ok).chain(gone.iter().map(Err))
    }

    /// The desk's own word that somebody's time is over.
    pub fn time_over(lines: Vec<LineId>, at: Timestamp) -> Self {
        let reason = "the time for which they may be kept is over".to_owned();
        Self::PartiesRemoved { lines, asked: None, signed: Signed { by: "desk".to_owned(), at, reason } }
    }
}

impl Register {
    /// The register after `event`. What the register refuses was refused at import; a fold never fails.
    #[must_use]
    pub fn apply(mut self, event: &RegisterEvent) -> Self {
        for line in event.lines() {
            match line {
                Ok(entry) => drop(self.put(entry.clone())),
                Err(gone) => self.remove(gone),
            }
        }
        self
    }
}
