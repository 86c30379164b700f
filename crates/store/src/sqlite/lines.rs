//! Lines: the parts of a stream that is too large for one row. Many go in one statement, as one JSON text: a statement
//! for each would cost more than all the rest of an import.

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, SqliteConnection, query};

use super::fault::{fault, get, time};
use super::{Inner, rows};
use crate::{Line, Row, StoreError, Write, sql};

/// Lines in one statement.
const AT_ONCE: usize = 1_000;
/// Lines read at a time.
const PAGE: i64 = 1_000;
/// Hashed in the place of a time by lines that have none.
const NEVER: i64 = i64::MAX;

impl Inner {
    pub(super) async fn scan_lines(
        &self,
        stream: &str,
        after: &str,
        give: &mut (dyn FnMut(Line) + Send),
    ) -> Result<Option<Row>, StoreError> {
        let mut reader = self.reader().await?;
        let mut view = reader.begin().await.map_err(fault)?;
        let row = rows::load(&mut view, stream).await?;
        let mut damaged = None;
        each(&mut view, stream, after, &mut |line| match line {
            Ok(line) => give(line),
            Err(error) => damaged = damaged.take().or(Some(error)),
        })
        .await?;
        damaged.map_or(Ok(row), Err)
    }

    pub(super) async fn lines_at(&self, stream: &str, keys: &[String]) -> Result<Vec<Line>, StoreError> {
        let mut reader = self.reader().await?;
        let keys = json!(keys).to_string();
        let found = query(sql::LINES_AT).bind(stream).bind(keys).fetch_all(&mut *reader).await.map_err(fault)?;
        found.iter().map(|row| line(stream, row)).collect()
    }

    pub(super) async fn lines_due(&self, stream: &str, now: Timestamp, limit: usize) -> Result<Vec<Line>, StoreError> {
        let mut reader = self.reader().await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let due = query(sql::LINES_DUE).bind(stream).bind(now.as_microsecond()).bind(limit);
        due.fetch_all(&mut *reader).await.map_err(fault)?.iter().map(|row| line(stream, row)).collect()
    }
}

/// Every line of a stream after a key, in the order of the keys; a damaged one is an error in its place.
pub(super) async fn each(
    view: &mut SqliteConnection,
    stream: &str,
    after: &str,
    give: &mut (dyn FnMut(Result<Line, StoreError>) + Send),
) -> Result<(), StoreError> {
    let mut after = after.to_owned();
    loop {
        let page = query(sql::LINES_OF_STREAM).bind(stream).bind(&after).bind(PAGE);
        let page = page.fetch_all(&mut *view).await.map_err(fault)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = get(last, "key")?;
        for row in &page {
            give(line(stream, row));
        }
    }
}

/// Changes the lines of one write, inside a commit.
pub(super) async fn change(tx: &mut SqliteConnection, write: &Write) -> Result<(), StoreError> {
    if write.erase {
        query(sql::LINES_CLEAR).bind(&write.stream).execute(&mut *tx).await.map_err(fault)?;
    }
    for some in write.removed.chunks(AT_ONCE) {
        let keys = json!(some).to_string();
        let done = query(sql::LINES_REMOVE).bind(&write.stream).bind(keys).execute(&mut *tx).await.map_err(fault)?;
        if done.rows_affected() != some.len() as u64 {
            return Err(StoreError::Invalid(format!("a line of `{}` was to go that is not there", write.stream)));
        }
    }
    for some in write.lines.chunks(AT_ONCE) {
        let texts: Vec<_> = some.iter().map(|line| as_text(&write.stream, line)).collect();
        let texts = json!(texts).to_string();
        query(sql::LINES_PUT).bind(&write.stream).bind(texts).execute(&mut *tx).await.map_err(fault)?;
    }
    Ok(())
}

fn as_text<'l>(stream: &str, line: &'l Line) -> (&'l str, &'l str, Option<i64>, String) {
    let halves = digest(stream, line).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digest: String = halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect();
    (line.key.as_str(), line.body.as_str(), line.due_at.map(Timestamp::as_microsecond), digest)
}

/// A hash over what a line says, stored with it: damage to the file must not become a wrong answer.
fn digest(stream: &str, line: &Line) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(line.due_at.map_or(NEVER, Timestamp::as_microsecond).to_be_bytes());
    for text in [stream, &line.key, &line.body] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

fn line(stream: &str, found: &SqliteRow) -> Result<Line, StoreError> {
    let due_at: Option<i64> = get(found, "due_at")?;
    let stored: Vec<u8> = get(found, "digest")?;
    let line = Line { key: get(found, "key")?, body: get(found, "body")?, due_at: due_at.map(time).transpose()? };
    if stored == digest(stream, &line) {
        Ok(line)
    } else {
        Err(StoreError::Corrupt(format!("a line of `{stream}` is not as it was written")))
    }
}
