//! The one commit point: entries, checkpoint, rows, features and effects in one transaction.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{Connection as _, SqliteConnection, query, query_scalar};

use super::fault::{fault, signed, unsigned};
use super::ledger::{InStream, Ledger};
use super::{CommitStep, Inner, effects, lines, rows};
use crate::{Committed, Remember, Row, StoreError, Write, sql};

/// Where a write's entries went in the record.
struct Placed {
    stored: Option<rows::Stored>,
    version: u64,
    last_seq: u64,
}

impl Inner {
    /// Commits in a task of its own, so that a caller who stops waiting does not leave it half known.
    pub(super) async fn commit(
        self: &Arc<Self>,
        at: Timestamp,
        writes: Vec<Write>,
        remember: Option<Remember>,
    ) -> Result<Committed, StoreError> {
        check(&writes)?;
        let at = super::fault::time(at.as_microsecond())?;
        let inner = Arc::clone(self);
        let task = tokio::spawn(async move {
            let result = inner.commit_now(at, &writes, remember.as_ref()).await;
            inner.heed(result)
        });
        task.await.map_err(|stopped| StoreError::Database(Box::new(stopped)))?
    }

    async fn commit_now(
        &self,
        at: Timestamp,
        writes: &[Write],
        remember: Option<&Remember>,
    ) -> Result<Committed, StoreError> {
        let mut connection = self.writer().await?;
        let result = self.transact(&mut connection, at, writes, remember).await;
        match &result {
            Ok(_) => {
                self.carry_over(&mut connection).await;
                if writes.iter().any(|write| write.erase) {
                    self.scrub_log(&mut connection).await;
                }
            }
            // SQLite rolls back by itself on some faults (a full disk is one), and the pool's own account of the
            // transaction is wrong from then on: the connection is not used again.
            Err(error) if is_fault(error) => connection.close_on_drop(),
            Err(_) => {}
        }
        result
    }

    async fn transact(
        &self,
        connection: &mut SqliteConnection,
        at: Timestamp,
        writes: &[Write],
        remember: Option<&Remember>,
    ) -> Result<Committed, StoreError> {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        // The store may have been halted while this commit waited for its turn.
        self.running()?;
        self.step(CommitStep::Begun)?;
        let mut ledger = Ledger::begin(&mut tx, at, &self.options, self.seen()).await?;
        let at = ledger.at();
        let first_seq = ledger.size();
        let last_seq = first_seq + writes.iter().map(|write| write.entries.len() as u64).sum::<u64>() - 1;
        // First of all: of two equal requests at once, the later one is to hear this and not of a conflict.
        if let Some(remember) = remember {
            keep_answer(&mut tx, at, remember, first_seq, last_seq).await?;
        }
        for write in writes {
            let placed = append(&mut tx, &mut ledger, write).await?;
            self.step(CommitStep::EntriesWritten)?;
            fold(&mut tx, at, write, &placed).await?;
        }
        self.step(CommitStep::RowsWritten)?;
        let checkpoint = ledger.sign(&mut tx).await?;
        self.step(CommitStep::Signed)?;
        tx.commit().await.map_err(fault)?;
        self.note_seen(last_seq + 1, &checkpoint);
        self.step(CommitStep::Committed)?;
        Ok(Committed { at, first_seq, last_seq, size: last_seq + 1, checkpoint })
    }

    /// After an erasure: empties the write-ahead log, where the erased pages still stand. A reader that looks at an
    /// older view can prevent it; then the log is emptied when the store is closed.
    async fn scrub_log(&self, connection: &mut SqliteConnection) {
        let busy: Result<i64, _> =
            query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await.map_err(fault);
        match self.heed(busy) {
            Ok(0) | Err(StoreError::Disk(_) | StoreError::Corrupt(_)) => {}
            Ok(_) | Err(_) => {
                tracing::warn!(
                    "erased content stays in the write-ahead log until the store is closed: it is being read"
                );
            }
        }
    }
}

/// Whether an error is a fault of the database, and not an answer of the store.
fn is_fault(error: &StoreError) -> bool {
    match error {
        StoreError::Full
        | StoreError::Busy
        | StoreError::Disk(_)
        | StoreError::Corrupt(_)
        | StoreError::Database(_)
        | StoreError::Sink(_)
        | StoreError::WrongKey { .. } => true,
        StoreError::Conflict { .. }
        | StoreError::AlreadyRemembered
        | StoreError::LeaseLost { .. }
        | StoreError::Outstanding { .. }
        | StoreError::Invalid(_)
        | StoreError::Halted => false,
    }
}

/// Refuses writes that no state of the store could accept.
fn check(writes: &[Write]) -> Result<(), StoreError> {
    let invalid = |what: String| Err(StoreError::Invalid(what));
    if writes.is_empty() {
        return invalid("a commit without writes".into());
    }
    for write in writes {
        if write.entries.is_empty() {
            return invalid(format!("`{}` was to change without an entry", write.stream));
        }
        if write.stream.is_empty() || write.kind.is_empty() {
            return invalid("a stream without a name or a kind".into());
        }
        if write.erase && !(write.row.features.is_empty() && write.effects.is_empty()) {
            return invalid(format!("`{}` was to be erased and to keep features or effects", write.stream));
        }
        let mut keys: Vec<&str> = write.lines.iter().map(|line| line.key.as_str()).collect();
        keys.extend(write.removed.iter().map(String::as_str));
        keys.sort_unstable();
        if keys.windows(2).any(|two| two[0] == two[1]) {
            return invalid(format!("a line of `{}` was to change twice in one write", write.stream));
        }
        if let Some(entry) = write.entries.iter().find(|entry| !is_json(&entry.body)) {
            return invalid(format!("the body of a {} for `{}` is not JSON", entry.kind, write.stream));
        }
    }
    Ok(())
}

fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

/// Appends the entries of one write to the record, if its stream is where the write expects it.
async fn append(tx: &mut SqliteConnection, ledger: &mut Ledger<'_>, write: &Write) -> Result<Placed, StoreError> {
    let stored = rows::version(tx, &write.stream).await?;
    let found = stored.as_ref().map_or(0, |stored| stored.version);
    if found != write.expected {
        return Err(StoreError::Conflict { stream: write.stream.clone(), expected: write.expected, found });
    }
    if let Some(stored) = stored.as_ref().filter(|stored| stored.kind != write.kind) {
        return Err(StoreError::Invalid(format!("`{}` is a {} and not a {}", write.stream, stored.kind, write.kind)));
    }
    for lease in &write.hold {
        effects::hold(tx, *lease).await?;
    }
    for lease in &write.finish {
        effects::finish(tx, ledger.at(), *lease).await?;
    }
    if write.erase {
        refuse_outstanding(tx, &write.stream).await?;
        query(sql::REMEMBER_ERASE).bind(&write.stream).execute(&mut *tx).await.map_err(fault)?;
        ledger.erase(tx, &write.stream).await?;
    }
    let mut version = found;
    for entry in &write.entries {
        version += 1;
        let erases = write.erase && version == found + 1;
        ledger.append(tx, &InStream { stream: &write.stream, version, erases }, entry).await?;
    }
    Ok(Placed { stored, version, last_seq: ledger.size() - 1 })
}

/// Stores the row, features, lines and effects of one write.
async fn fold(tx: &mut SqliteConnection, at: Timestamp, write: &Write, placed: &Placed) -> Result<(), StoreError> {
    let first_seq = placed.last_seq + 1 - write.entries.len() as u64;
    let row = Row {
        stream: write.stream.clone(),
        kind: write.kind.clone(),
        version: placed.version,
        first_seq: placed.stored.as_ref().map_or(first_seq, |stored| stored.first_seq),
        last_seq: placed.last_seq,
        created_at: placed.stored.as_ref().map_or(at, |stored| stored.created_at),
        updated_at: at,
        state: write.row.state.clone(),
        step: write.row.step.clone(),
        title: write.row.title.clone(),
        due_at: write.row.due_at,
        open: write.row.open,
        features: write.row.features.clone(),
    };
    rows::put(tx, placed.stored.is_none(), &row).await?;
    lines::change(tx, write).await?;
    for effect in &write.effects {
        query(sql::EFFECT_INSERT)
            .bind(&effect.key)
            .bind(&write.stream)
            .bind(&effect.kind)
            .bind(&effect.payload)
            .bind(effect.due_at.as_microsecond())
            .execute(&mut *tx)
            .await
            .map_err(fault)?;
    }
    Ok(())
}

async fn refuse_outstanding(tx: &mut SqliteConnection, stream: &str) -> Result<(), StoreError> {
    let effects: i64 = query_scalar(sql::EFFECTS_OUTSTANDING_OF).bind(stream).fetch_one(tx).await.map_err(fault)?;
    match unsigned(effects)? {
        0 => Ok(()),
        effects => Err(StoreError::Outstanding { stream: stream.to_owned(), effects }),
    }
}

async fn keep_answer(
    tx: &mut SqliteConnection,
    at: Timestamp,
    remember: &Remember,
    first_seq: u64,
    last_seq: u64,
) -> Result<(), StoreError> {
    let kept = query(sql::REMEMBER_INSERT)
        .bind(&remember.account)
        .bind(&remember.key)
        .bind(&remember.request_hash)
        .bind(i64::from(remember.status))
        .bind(&remember.body)
        .bind(at.as_microsecond())
        .bind(signed(first_seq)?)
        .bind(signed(last_seq)?)
        .execute(tx)
        .await
        .map_err(fault)?;
    if kept.rows_affected() == 1 { Ok(()) } else { Err(StoreError::AlreadyRemembered) }
}
