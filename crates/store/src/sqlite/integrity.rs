//! What is stored, checked against what was signed: for the monitor that looks for whoever edits the database (A15).
//!
//! The cast: an `Audit` walks the record once, page by page, in one consistent view. It takes each entry's leaf anew
//! from its row and compares it with the stored hash, the tree's nodes with the stored nodes, the tree's roots with
//! the checkpoints, and at the end the streams with their rows and lines. Where one entry is wrong it goes on from the stored
//! hash, so that one edit is one finding and not one for every entry after it.

use std::collections::{BTreeMap, HashMap};

use record::{Checkpoint, Frontier, Hash, VerifyKey};
use sqlx::{Connection as _, SqliteConnection, query, query_scalar};

use super::entries::{Sealed, page};
use super::fault::{bytes32, fault, get, get_u64, signed};
use super::{Inner, ledger, lines, rows};
use crate::{Erased, Finding, Integrity, StoreError, sql};

const PAGE: u64 = 500;
const MOST_FINDINGS: usize = 100;
/// How far the places of entries may run ahead of their number before those in between are given up.
const MOST_MISSING: u64 = 1_000;

impl Inner {
    pub(super) async fn check_integrity(&self, witness: Option<&str>) -> Result<Integrity, StoreError> {
        // Before the view is taken: the view must contain all that was seen.
        let seen = self.seen();
        let mut reader = self.reader().await?;
        let mut view = reader.begin().await.map_err(fault)?;
        let mut audit = Audit::new(self.options.signer.verify_key());
        if let Some(seen) = &seen {
            audit.expect("this process", &seen.note);
        }
        if let Some(witness) = witness {
            audit.expect("the witness", witness);
        }
        match audit.run(&mut view).await {
            // A file that cannot be read through is what this looks for, and not a failure to look.
            Err(StoreError::Corrupt(what)) => audit.find(None, what),
            done => done?,
        }
        Ok(audit.report)
    }
}

/// What was found of a stream on the way through the record.
#[derive(Default)]
struct Stream {
    version: u64,
    first_seq: u64,
    last_seq: u64,
    /// The last entry whose content cannot be read.
    closed: Option<u64>,
    /// Whether the content of any entry since the last erasure can be read.
    readable: bool,
    /// The last entry that says that those before it were erased.
    erased_by: Option<u64>,
}

/// A checkpoint that somebody holds, and that the record must contain.
struct Expected {
    whose: String,
    size: u64,
    root: Hash,
}

struct Audit {
    key: VerifyKey,
    report: Integrity,
    tree: Frontier,
    streams: HashMap<String, Stream>,
    expected: Vec<Expected>,
}

impl Audit {
    fn new(key: VerifyKey) -> Self {
        Self { key, report: Integrity::default(), tree: Frontier::new(), streams: HashMap::new(), expected: Vec::new() }
    }

    fn find(&mut self, seq: Option<u64>, what: String) {
        self.report.findings_total += 1;
        if self.report.findings.len() < MOST_FINDINGS {
            self.report.findings.push(Finding { seq, what });
        }
    }

    fn expect(&mut self, whose: &str, note: &str) {
        match Checkpoint::open(note, &self.key) {
            Ok(checkpoint) => {
                let whose = whose.to_owned();
                self.expected.push(Expected { whose, size: checkpoint.size, root: checkpoint.root });
            }
            Err(error) => self.find(None, format!("the checkpoint of {whose} is not one of this record: {error}")),
        }
    }

    async fn run(&mut self, view: &mut SqliteConnection) -> Result<(), StoreError> {
        self.file(view).await?;
        let size = self.size(view).await?;
        let mut from = 0;
        while from < size {
            let to = size.min(from + PAGE);
            self.page(view, from, to).await?;
            from = to;
        }
        self.beyond(view, size).await?;
        self.rows(view).await?;
        self.lines(view).await
    }

    /// The lines, each against the hash that stands with it.
    async fn lines(&mut self, view: &mut SqliteConnection) -> Result<(), StoreError> {
        let streams: Vec<String> = query_scalar(sql::LINES_STREAMS).fetch_all(&mut *view).await.map_err(fault)?;
        for stream in streams {
            lines::each(view, &stream, "", &mut |line| {
                if let Err(error) = line {
                    self.find(None, error.to_string());
                }
            })
            .await?;
        }
        Ok(())
    }

    /// The file itself, as SQLite sees it.
    async fn file(&mut self, view: &mut SqliteConnection) -> Result<(), StoreError> {
        let found: Vec<String> = query_scalar("PRAGMA integrity_check(20)").fetch_all(view).await.map_err(fault)?;
        for what in found.into_iter().filter(|what| what != "ok") {
            self.find(None, format!("the database file: {what}"));
        }
        Ok(())
    }

    /// How many entries to look for.
    async fn size(&mut self, view: &mut SqliteConnection) -> Result<u64, StoreError> {
        let count = query(sql::ENTRIES_COUNT).fetch_one(view).await.map_err(fault)?;
        let (held, ends) = (get_u64(&count, "held")?, get_u64(&count, "ends")?);
        self.report.entries = held;
        if ends > held + MOST_MISSING {
            self.find(None, format!("{held} entries are stored, but their places run to {ends}"));
            return Ok(held);
        }
        Ok(ends)
    }

    async fn page(&mut self, view: &mut SqliteConnection, from: u64, to: u64) -> Result<(), StoreError> {
        let limit = usize::try_from(to - from).unwrap_or(usize::MAX);
        let entries = page(view, None, from, limit).await?;
        let mut entries: BTreeMap<u64, Sealed> = entries.into_iter().map(|entry| (entry.seq, entry)).collect();
        let hashes = hashes(view, record::stored_count(from), record::stored_count(to)).await?;
        let mut checkpoints = checkpoints(view, from, to).await?;
        for seq in from..to {
            self.entry(seq, entries.remove(&seq), &hashes);
            let size = seq + 1;
            if let Some(note) = checkpoints.remove(&size) {
                self.checkpoint(size, &note);
            }
            self.contained(size);
        }
        Ok(())
    }

    /// One entry: its row against its hash, and the nodes it completes against theirs.
    fn entry(&mut self, seq: u64, entry: Option<Sealed>, hashes: &HashMap<u64, Hash>) {
        let stored = hashes.get(&record::stored_place(0, seq)).copied();
        let computed = entry.as_ref().map(|entry| entry.leaf().hash());
        match (&entry, stored) {
            (None, _) => self.find(Some(seq), format!("entry {seq} is missing")),
            (Some(_), None) => self.find(Some(seq), format!("the hash of entry {seq} is missing")),
            (Some(_), Some(stored)) if computed != Some(stored) => {
                self.find(Some(seq), format!("entry {seq} is not what was signed: its row was changed"));
            }
            (Some(_), Some(_)) => {}
        }
        let leaf = stored.or(computed).unwrap_or_else(Hash::of_empty_tree);
        for (place, hash) in self.tree.push(leaf) {
            if hashes.get(&place).is_none_or(|stored| *stored != hash) {
                self.find(Some(seq), format!("the stored hash at place {place} is not the tree's"));
            }
        }
        if let Some(entry) = entry {
            self.content(&entry);
            self.stream(entry);
        }
    }

    fn content(&mut self, entry: &Sealed) {
        if let Err(error) = ledger::unseal(entry) {
            self.find(Some(entry.seq), error.to_string());
        }
    }

    fn stream(&mut self, entry: Sealed) {
        let (seq, version) = (entry.seq, entry.version);
        let known = self.streams.entry(entry.stream.clone()).or_default();
        let due = known.version + 1;
        if known.version == 0 {
            known.first_seq = seq;
        }
        (known.version, known.last_seq) = (version, seq);
        let kept = entry.erases && known.readable;
        if entry.erases {
            known.readable = false;
            known.erased_by = Some(seq);
        }
        match entry.key {
            Some(_) => known.readable = true,
            None => known.closed = Some(seq),
        }
        if version != due {
            self.find(Some(seq), format!("entry {seq} is number {version} of `{}`, not {due}", entry.stream));
        }
        if kept {
            self.find(Some(seq), format!("`{}` was erased by entry {seq}, but can be read before it", entry.stream));
        }
        if entry.erases {
            self.report.erased.push(Erased { stream: entry.stream, by_seq: seq, kind: entry.kind });
        }
    }

    fn checkpoint(&mut self, size: u64, note: &str) {
        match Checkpoint::open(note, &self.key) {
            Ok(checkpoint) if checkpoint.size == size && checkpoint.root == self.tree.root() => {}
            Ok(_) => self.find(None, format!("the checkpoint over {size} entries was signed over other entries")),
            Err(error) => self.find(None, format!("the checkpoint over {size} entries: {error}")),
        }
    }

    /// The checkpoints held elsewhere that are over exactly this many entries.
    fn contained(&mut self, size: u64) {
        let tree = &self.tree;
        let (here, others) = self.expected.drain(..).partition(|expected| expected.size == size);
        self.expected = others;
        let here: Vec<Expected> = here;
        let broken: Vec<_> = here.into_iter().filter(|expected| expected.root != tree.root()).collect();
        for Expected { whose, .. } in broken {
            self.find(None, format!("the first {size} entries are not those that {whose} saw"));
        }
    }

    /// What lies beyond the last entry, or is missing before it.
    async fn beyond(&mut self, view: &mut SqliteConnection, size: u64) -> Result<(), StoreError> {
        let hashes: i64 = query_scalar(sql::HASHES_COUNT).fetch_one(&mut *view).await.map_err(fault)?;
        if signed(record::stored_count(size))? < hashes {
            self.find(None, format!("there are hashes of entries after entry {size}, which is not there"));
        }
        let latest = query(sql::CHECKPOINT_LATEST).fetch_optional(view).await.map_err(fault)?;
        let covered = latest.map_or(Ok(0), |latest| get_u64(&latest, "size"))?;
        if covered != size {
            self.find(None, format!("the latest checkpoint is over {covered} entries, and there are {size}"));
        }
        for Expected { whose, size: more, .. } in std::mem::take(&mut self.expected) {
            if more > size {
                self.find(None, format!("{whose} saw {more} entries; only {size} are left"));
            }
        }
        let closed = |known: &Stream| known.closed.is_some_and(|seq| known.erased_by.is_none_or(|by| by < seq));
        let unsaid: Vec<_> = self.streams.iter().filter(|(_, known)| closed(known)).collect();
        let unsaid: Vec<_> = unsaid.into_iter().map(|(stream, known)| (stream.clone(), known.closed)).collect();
        for (stream, seq) in unsaid {
            self.find(seq, format!("the content of `{stream}` cannot be read, and no entry says that it was erased"));
        }
        Ok(())
    }

    /// The rows against the streams they are folded from.
    async fn rows(&mut self, view: &mut SqliteConnection) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let page = rows::page_after(view, &after, 500).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            for (stream, row) in page {
                let known = self.streams.remove(&stream);
                match row {
                    Err(error) => self.find(None, error.to_string()),
                    Ok(row) => {
                        let fits = known.is_some_and(|known| {
                            (known.version, known.first_seq, known.last_seq)
                                == (row.version, row.first_seq, row.last_seq)
                        });
                        if !fits {
                            self.find(None, format!("the row of `{stream}` does not stand where its entries do"));
                        }
                    }
                }
            }
        }
        let rowless: Vec<_> = self.streams.drain().map(|(stream, _)| stream).collect();
        for stream in rowless {
            self.find(None, format!("`{stream}` has entries and no row"));
        }
        Ok(())
    }
}

async fn hashes(view: &mut SqliteConnection, from: u64, to: u64) -> Result<HashMap<u64, Hash>, StoreError> {
    let rows = query(sql::HASHES_FROM).bind(signed(from)?).bind(signed(to)?).fetch_all(view).await.map_err(fault)?;
    rows.iter()
        .map(|row| {
            let hash: Vec<u8> = get(row, "hash")?;
            Ok((get_u64(row, "place")?, Hash::from_bytes(bytes32(&hash, "a stored hash")?)))
        })
        .collect()
}

async fn checkpoints(view: &mut SqliteConnection, from: u64, to: u64) -> Result<HashMap<u64, String>, StoreError> {
    let rows =
        query(sql::CHECKPOINTS_FROM).bind(signed(from)?).bind(signed(to)?).fetch_all(view).await.map_err(fault)?;
    rows.iter().map(|row| Ok((get_u64(row, "size")?, get(row, "note")?))).collect()
}
