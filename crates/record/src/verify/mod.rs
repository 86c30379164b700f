//! Checks an export with nothing but the file and the public key.
//!
//! The cast: `verdict` is what comes out; `lines` reads a line; [`Verifier`] here walks the file once, keeps the edge
//! of the Merkle tree and a little about erasures, and goes on after a finding, so that each wrong entry is named.

mod entries;
mod lines;
mod verdict;

use std::collections::HashMap;
use std::io::{self, BufRead};

use jiff::Timestamp;

use crate::export::{Carries, FORMAT, HeaderLine, MAX_LINE_BYTES, shown};
use crate::line::{self, Line};
use crate::note::Note;
use crate::{Checkpoint, Frontier, Hash, NoteError, VerifyKey};
use lines::Parsed;
pub use verdict::{Finding, FindingKind, MAX_FINDINGS, SignatureCheck, Verdict};

/// Checks an export. With `key`, that the desk signed it; without, only that it is whole in itself. With `known`, a
/// checkpoint seen earlier, that the record still begins with all it held then: only this shows that a record was cut
/// back to an older checkpoint that is itself genuine. Memory is bounded whatever the file's size.
///
/// # Errors
/// Only those of reading; whatever is wrong with the file is in the [`Verdict`].
pub fn verify(mut export: impl BufRead, key: Option<&VerifyKey>, known: Option<&Checkpoint>) -> io::Result<Verdict> {
    let mut verifier = Verifier::new(key, known);
    let mut buffer = Vec::new();
    loop {
        let line = line::next(&mut export, &mut buffer, MAX_LINE_BYTES)?;
        if !matches!(line, Line::End) {
            verifier.line += 1;
        }
        match line {
            Line::Whole => verifier.take(&buffer),
            Line::Unended => {
                verifier.take(&buffer);
                verifier.find(None, FindingKind::Unended, "the file ends within this line".to_owned());
            }
            Line::TooLong => verifier.take_bad(&format!("it is longer than {MAX_LINE_BYTES} bytes"), true),
            Line::End => return Ok(verifier.finish()),
        }
    }
}

/// What is known after the lines read so far.
struct Verifier<'k> {
    key: Option<&'k VerifyKey>,
    known: Option<&'k Checkpoint>,
    line: u64,
    /// Origin and content as the header states them; `None` until it was read.
    header: Option<(String, Carries)>,
    /// The number the next entry must have.
    next_seq: u64,
    last_at: Option<Timestamp>,
    /// The tree over the leaf hashes that the lines state.
    stated: Frontier,
    /// The tree over the leaf hashes computed from the lines; `None` while they are the same.
    computed: Option<Frontier>,
    /// Whether leaves are missing, so that the root cannot be known.
    incomplete: bool,
    /// Whether a line before could not be read and may have been the next entry.
    unreadable: bool,
    /// Streams with bodies left out as erased that no later entry has accounted for yet.
    unaccounted: HashMap<Hash, Unaccounted>,
    /// Whether the checkpoint line was read.
    ended: bool,
    verdict: Verdict,
}

/// Bodies of one stream left out as erased.
struct Unaccounted {
    line: u64,
    first_seq: u64,
    count: u64,
}

impl<'k> Verifier<'k> {
    fn new(key: Option<&'k VerifyKey>, known: Option<&'k Checkpoint>) -> Self {
        let verdict = Verdict {
            entries: 0,
            erased: 0,
            withheld: 0,
            root: Hash::of_empty_tree(),
            checkpoint: None,
            signature: if key.is_some() { SignatureCheck::Bad } else { SignatureCheck::NotChecked },
            findings: Vec::new(),
            findings_total: 0,
        };
        Self {
            key,
            known,
            line: 0,
            header: None,
            next_seq: 0,
            last_at: None,
            stated: Frontier::new(),
            computed: None,
            incomplete: false,
            unreadable: false,
            unaccounted: HashMap::new(),
            ended: false,
            verdict,
        }
    }

    fn find(&mut self, seq: Option<u64>, kind: FindingKind, what: String) {
        self.find_at(self.line, seq, kind, what);
    }

    fn find_at(&mut self, line: u64, seq: Option<u64>, kind: FindingKind, what: String) {
        self.verdict.findings_total += 1;
        if self.verdict.findings.len() < MAX_FINDINGS {
            self.verdict.findings.push(Finding { line, seq, kind, what });
        }
    }

    /// Takes the bytes of a line.
    fn take(&mut self, bytes: &[u8]) {
        if self.ended {
            let what = "lines follow the checkpoint, which is the end of a record".to_owned();
            return self.find(None, FindingKind::AfterCheckpoint, what);
        }
        match lines::parse(bytes) {
            Ok(Parsed::Header(header)) if self.line == 1 => self.header(&header),
            Ok(Parsed::Header(_)) => self.take_bad("it is a header, which is the first line only", false),
            Ok(Parsed::Entry(entry)) => {
                self.expect_header();
                self.entry(entry);
            }
            Ok(Parsed::Checkpoint(line)) => {
                self.expect_header();
                self.ended = true;
                self.checkpoint(&line.checkpoint);
            }
            Err(wrong) => self.take_bad(&wrong.what, wrong.may_be_entry),
        }
    }

    /// Takes a line that could not be read.
    fn take_bad(&mut self, what: &str, may_be_entry: bool) {
        let first = self.line == 1;
        let seq = (may_be_entry && !first).then_some(self.next_seq);
        let kind = if first { FindingKind::Header } else { FindingKind::BadLine };
        self.unreadable |= may_be_entry;
        self.find(seq, kind, format!("the line cannot be read: {what}"));
    }

    fn expect_header(&mut self) {
        if self.line == 1 {
            self.find(None, FindingKind::Header, "the header, which is the first line, is missing".to_owned());
        }
    }

    fn header(&mut self, header: &HeaderLine<'_>) {
        if header.format != FORMAT {
            let what = format!("its format is `{}`; this verifier reads `{FORMAT}`", shown(&header.format));
            self.find(None, FindingKind::Header, what);
        }
        let origin = &header.origin;
        if let Some(key) = self.key.filter(|key| key.name() != origin) {
            let what = format!("it is the record of `{}`, not of `{}`", shown(origin), shown(key.name()));
            self.find(None, FindingKind::Header, what);
        }
        if let Some(known) = self.known.filter(|known| known.origin != *origin) {
            let what = format!("the checkpoint known before is one of `{}`, another record", shown(&known.origin));
            self.find(None, FindingKind::Known, what);
        }
        self.header = Some((header.origin.clone().into_owned(), header.carries));
    }

    fn checkpoint(&mut self, note: &str) {
        let checkpoint = match self.open(note) {
            Ok(checkpoint) => checkpoint,
            Err(error) => return self.find(None, FindingKind::Checkpoint, error.to_string()),
        };
        let origin = self.header.as_ref().map(|(origin, _)| origin.clone());
        if let Some(origin) = origin.filter(|origin| *origin != checkpoint.origin) {
            let what = format!("a checkpoint of `{}`, not of `{}`", shown(&checkpoint.origin), shown(&origin));
            self.find(None, FindingKind::Checkpoint, what);
        }
        self.compare(&checkpoint);
        self.verdict.checkpoint = Some(checkpoint);
    }

    /// Reads the checkpoint and checks its signature, as far as there is a key.
    fn open(&mut self, note: &str) -> Result<Checkpoint, NoteError> {
        let note = Note::parse(note)?;
        let checkpoint = Checkpoint::read(note.text)?;
        if let Some(key) = self.key {
            match note.check(key) {
                Ok(()) => self.verdict.signature = SignatureCheck::Good,
                Err(error) => self.find(None, FindingKind::Signature, error.to_string()),
            }
        }
        // Any further signature would be bytes that nobody can check.
        if !note.is_signed_once_as(&checkpoint.origin) {
            let what = "it must bear one Ed25519 signature, in the name of its origin, and no other".to_owned();
            self.find(None, FindingKind::Checkpoint, what);
        }
        Ok(checkpoint)
    }

    /// Compares the entries with what was signed.
    fn compare(&mut self, checkpoint: &Checkpoint) {
        if self.incomplete || self.unreadable {
            // Something was found that explains any difference.
            return;
        }
        let (signed, found) = (checkpoint.size, self.next_seq);
        if signed > found {
            let what =
                format!("the checkpoint speaks of {signed} entries: entries {found} to {} are missing", signed - 1);
            self.find(Some(found), FindingKind::Truncated, what);
        } else if signed < found {
            let what = format!("the checkpoint speaks of {signed} entries: those from {signed} on are not signed");
            self.find(Some(signed), FindingKind::Unsigned, what);
        } else if !self.has_root(checkpoint.root) {
            let what = match self.known {
                Some(known) if known.size <= signed => {
                    format!("the entries are not those that were signed; look from entry {} on", known.size)
                }
                Some(_) | None => "the entries are not those that were signed".to_owned(),
            };
            self.find(None, FindingKind::Root, what);
        }
    }

    /// Whether the leaves read so far have this root.
    fn has_root(&self, root: Hash) -> bool {
        self.stated.root() == root || self.computed.as_ref().is_some_and(|computed| computed.root() == root)
    }

    /// Compares the leaves read so far with the checkpoint known before, when they are as many.
    fn compare_known(&mut self) {
        let Some(known) = self.known.filter(|known| known.size == self.stated.size() && !self.incomplete) else {
            return;
        };
        if !self.has_root(known.root) {
            let what = format!("the first {} entries are not those of the checkpoint known before", known.size);
            self.find(None, FindingKind::Known, what);
        }
    }

    fn finish(mut self) -> Verdict {
        if self.line == 0 {
            self.find(None, FindingKind::Header, "the file is empty".to_owned());
        }
        if !self.ended {
            let what = "the file ends without a checkpoint: it is cut off, or was never finished".to_owned();
            self.find(None, FindingKind::NoCheckpoint, what);
        }
        if self.stated.size() == 0 {
            self.compare_known();
        }
        if let Some(known) = self.known.filter(|known| known.size > self.next_seq) {
            let what = format!("the record had {} entries at the checkpoint known before: it was cut back", known.size);
            self.find(Some(self.next_seq), FindingKind::Known, what);
        }
        let mut unaccounted: Vec<Unaccounted> = std::mem::take(&mut self.unaccounted).into_values().collect();
        unaccounted.sort_by_key(|unaccounted| unaccounted.first_seq);
        for Unaccounted { line, first_seq, count } in unaccounted {
            let what = format!(
                "its body is left out as erased, but no later entry of its stream says so ({count} such entries there)"
            );
            self.find_at(line, Some(first_seq), FindingKind::Erasure, what);
        }
        self.verdict.root = self.stated.root();
        self.verdict
    }
}
