//! The SQLite twin: one file, one connection that writes, a few that read.
//!
//! The cast: `open` makes files and schema; `commit` is the one commit point and `ledger` its part in the record;
//! `rows`, `lines`, `effects`, `entries`, `export` and `sign_ins`
//! are the calls of the traits; `integrity` checks what is stored against
//! what was signed; `face` joins them to the traits. Several processes may open the same file: all that a commit
//! builds on is read inside its own `BEGIN IMMEDIATE`, nothing is cached.

mod commit;
mod effects;
mod entries;
mod export;
mod face;
mod fault;
mod integrity;
mod ledger;
mod lines;
mod open;
mod rows;
mod sign_ins;

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use record::SigningKey;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, SqliteConnection};

use crate::StoreError;
use crate::error::Fault;
use fault::fault;

/// After how many writes the write-ahead log is carried over into the database file.
const WRITES_PER_CHECKPOINT: u32 = 200;

/// A point in a commit at which a test can make it fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommitStep {
    /// The transaction was begun; nothing is written.
    Begun,
    /// Entries, hashes and keys of a write are written; its row is not.
    EntriesWritten,
    /// Rows, features and effects of all writes are written.
    RowsWritten,
    /// The checkpoint is signed and written; the transaction is about to be committed.
    Signed,
    /// The transaction is committed and durable; the caller does not know yet.
    Committed,
}

impl CommitStep {
    /// All steps, in their order.
    pub const ALL: [CommitStep; 5] = [
        CommitStep::Begun,
        CommitStep::EntriesWritten,
        CommitStep::RowsWritten,
        CommitStep::Signed,
        CommitStep::Committed,
    ];
}

/// Fills a buffer with random bytes.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
/// Called at each step of each commit; an error is taken for a failing disk.
pub type Failpoint = Arc<dyn Fn(CommitStep) -> Result<(), Fault> + Send + Sync>;

/// What a store is opened with.
#[derive(Clone)]
pub struct StoreOptions {
    /// Signs the checkpoints.
    pub signer: SigningKey,
    /// Makes salts, nonces and the streams' keys.
    pub entropy: Entropy,
    /// How large the database file may grow, in bytes; beyond it a commit answers [`StoreError::Full`].
    pub max_bytes: Option<u64>,
    /// For tests: makes commits fail.
    pub failpoint: Option<Failpoint>,
}

impl StoreOptions {
    /// Options with this key and source of entropy, no bound on the size and no failpoint.
    pub fn new(signer: SigningKey, entropy: Entropy) -> Self {
        Self { signer, entropy, max_bytes: None, failpoint: None }
    }
}

/// The store on one SQLite file. Clones share it.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    writer: SqlitePool,
    readers: SqlitePool,
    options: StoreOptions,
    halted: AtomicBool,
    writes: AtomicU32,
    /// The largest checkpoint this process has seen: the record must never lose it.
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone)]
struct Seen {
    size: u64,
    note: String,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database at `path`, or creates it (file 0600, its directory 0700).
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when its record was signed by another key, [`StoreError::Corrupt`] when its latest
    /// checkpoint does not fit its entries, and the faults of the disk.
    pub async fn open(path: impl AsRef<Path>, options: StoreOptions) -> Result<Self, StoreError> {
        let pools = open::open(path.as_ref(), options.max_bytes).await?;
        let inner = Inner {
            writer: pools.writer,
            readers: pools.readers,
            options,
            halted: AtomicBool::new(false),
            writes: AtomicU32::new(0),
            seen: Mutex::new(None),
        };
        let mut snapshot = inner.readers.begin().await.map_err(fault)?;
        if let Some(tip) = ledger::tip(&mut snapshot, &inner.options.signer).await? {
            inner.note_seen(tip.size, &tip.note);
        }
        drop(snapshot);
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends the connections and carries the write-ahead log over. Dropping the store loses nothing either.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }
}

impl Inner {
    /// A connection to read from.
    async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.readers.acquire().await.map_err(fault)
    }

    /// Refuses to write after a disk fault.
    fn running(&self) -> Result<(), StoreError> {
        if self.halted.load(Ordering::SeqCst) { Err(StoreError::Halted) } else { Ok(()) }
    }

    /// Stops all further writes when the disk failed or the file is damaged: what reached the disk is unknown, and
    /// trying a failed sync again would report success for data that is gone.
    fn heed<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error @ (StoreError::Disk(_) | StoreError::Corrupt(_))) = &result {
            self.halted.store(true, Ordering::SeqCst);
            tracing::error!(%error, "the store takes no more writes until it is opened anew");
        }
        result
    }

    /// The connection that writes, when it is this caller's turn.
    async fn writer(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.running()?;
        self.writer.acquire().await.map_err(fault)
    }

    /// Runs a single changing statement; answers how many rows it changed.
    async fn change(&self, query: Statement<'_>) -> Result<u64, StoreError> {
        let mut connection = self.writer().await?;
        let changed = query.execute(&mut *connection).await.map(|done| done.rows_affected()).map_err(fault);
        let changed = self.heed(changed)?;
        self.carry_over(&mut connection).await;
        Ok(changed)
    }

    /// Every so many writes, carries the write-ahead log over into the database file. What was written is durable
    /// without it, so a fault here fails nothing that was answered for: it stops what comes after.
    async fn carry_over(&self, connection: &mut SqliteConnection) {
        if self.writes.fetch_add(1, Ordering::Relaxed) + 1 < WRITES_PER_CHECKPOINT {
            return;
        }
        self.writes.store(0, Ordering::Relaxed);
        let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(connection).await.map_err(fault);
        match self.heed(done) {
            Ok(_) | Err(StoreError::Disk(_) | StoreError::Corrupt(_)) => {}
            Err(error) => tracing::warn!(%error, "the write-ahead log was not carried over; it is tried again later"),
        }
    }

    fn note_seen(&self, size: u64, note: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.as_ref().is_none_or(|seen| seen.size < size) {
            *seen = Some(Seen { size, note: note.to_owned() });
        }
    }

    fn seen(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn step(&self, step: CommitStep) -> Result<(), StoreError> {
        match &self.options.failpoint {
            Some(failpoint) => failpoint(step).map_err(StoreError::Disk),
            None => Ok(()),
        }
    }
}

/// A statement with its values bound.
type Statement<'q> = sqlx::query::Query<'q, Sqlite, sqlx::sqlite::SqliteArguments>;
