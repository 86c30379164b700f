//! What a verification answers.

use std::fmt;

use crate::{Checkpoint, Hash};

/// How many findings a [`Verdict`] keeps; it counts all.
pub const MAX_FINDINGS: usize = 1000;

/// What is wrong, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The first line is missing, of another format, or names another record.
    Header,
    /// A line is not a line of this format, or not in its one canonical form.
    BadLine,
    /// The file ends within a line.
    Unended,
    /// The body, or its salt, is not the one that was recorded.
    Body,
    /// What the log holds of the entry (time, kind, person, stream, flag, commitment) or its leaf hash was changed.
    Fields,
    /// The entry's number was changed.
    Number,
    /// Entries are missing before this one.
    Missing,
    /// An entry is there twice.
    Repeated,
    /// An entry stands behind a later one.
    OutOfOrder,
    /// An entry is older than the one before it.
    TimeBackwards,
    /// A body was left out as erased, but no later entry of its stream says that it was.
    Erasure,
    /// A body is missing from a full export, or is in one that claims to carry none.
    Carries,
    /// Lines follow the checkpoint.
    AfterCheckpoint,
    /// There is no checkpoint.
    NoCheckpoint,
    /// The checkpoint cannot be read, or speaks of another record.
    Checkpoint,
    /// The checkpoint is not signed by the key.
    Signature,
    /// Entries at the end are missing: the checkpoint speaks of more.
    Truncated,
    /// Entries at the end were added: the checkpoint speaks of fewer.
    Unsigned,
    /// The entries are not those that were signed.
    Root,
    /// The record no longer begins with what it held at the checkpoint known before.
    Known,
}

impl FindingKind {
    /// Its stable name, for output that programs read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::BadLine => "bad-line",
            Self::Unended => "unended",
            Self::Body => "body",
            Self::Fields => "fields",
            Self::Number => "number",
            Self::Missing => "missing",
            Self::Repeated => "repeated",
            Self::OutOfOrder => "out-of-order",
            Self::TimeBackwards => "time-backwards",
            Self::Erasure => "erasure",
            Self::Carries => "carries",
            Self::AfterCheckpoint => "after-checkpoint",
            Self::NoCheckpoint => "no-checkpoint",
            Self::Checkpoint => "checkpoint",
            Self::Signature => "signature",
            Self::Truncated => "truncated",
            Self::Unsigned => "unsigned",
            Self::Root => "root",
            Self::Known => "known",
        }
    }
}

/// One thing that is wrong with an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line of the file, from 1; of something that is not there, the last line.
    pub line: u64,
    /// The entry concerned, where it is one.
    pub seq: Option<u64>,
    /// What is wrong, in one word.
    pub kind: FindingKind,
    /// What is wrong, for a person. Holds nothing of a body.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seq {
            Some(seq) => write!(out, "line {}, entry {seq}: {}", self.line, self.what),
            None => write!(out, "line {}: {}", self.line, self.what),
        }
    }
}

/// Whether the checkpoint's signature was checked, and how that went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureCheck {
    /// The key made it.
    Good,
    /// The key did not make it, or there is none to check.
    Bad,
    /// No key was given: anybody may have made this file.
    NotChecked,
}

/// What an export turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries were read.
    pub entries: u64,
    /// How many of them have their body erased.
    pub erased: u64,
    /// How many of them have their body left out of this export.
    pub withheld: u64,
    /// The root over the leaf hashes read; of no use to anybody when entries are missing.
    pub root: Hash,
    /// The checkpoint the export ends with, if it could be read.
    pub checkpoint: Option<Checkpoint>,
    /// Whether it is signed by the key.
    pub signature: SignatureCheck,
    /// The first [`MAX_FINDINGS`] things that are wrong.
    pub findings: Vec<Finding>,
    /// How many things are wrong.
    pub findings_total: u64,
}

impl Verdict {
    /// Whether nothing is wrong. Says nothing about who signed when [`SignatureCheck::NotChecked`].
    pub fn is_sound(&self) -> bool {
        self.findings_total == 0
    }
}
