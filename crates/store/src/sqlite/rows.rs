//! Rows: loaded, listed, falling due, linked by what they share.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, SqliteConnection, query, query_scalar};

use super::Inner;
use super::fault::{fault, get, get_time, get_u64, signed, time};
use crate::{Cursor, Filter, Linked, Order, Page, Row, Shared, StoreError, sql};

/// Stands for "no clock" in the order by time left: after every time.
const NO_CLOCK: i64 = i64::MAX;
const LONGEST_PAGE: usize = 10_000;
const LONGEST_SEARCH: usize = 1_000;

impl Inner {
    pub(super) async fn load(&self, stream: &str) -> Result<Option<Row>, StoreError> {
        let mut reader = self.reader().await?;
        load(&mut reader, stream).await
    }

    pub(super) async fn list(
        &self,
        kind: &str,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Row>, StoreError> {
        if filter.search.as_ref().is_some_and(|search| search.len() > LONGEST_SEARCH) {
            return Err(StoreError::Invalid(format!("a search for more than {LONGEST_SEARCH} bytes")));
        }
        let limit = limit.clamp(1, LONGEST_PAGE);
        let more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        // One statement for both would keep SQLite from the index that holds open and closed rows apart.
        let statement = match (filter.order, filter.open) {
            (Order::DueFirst, None) => query(sql::FOLDS_DUE_FIRST),
            (Order::DueFirst, Some(_)) => query(sql::FOLDS_DUE_FIRST_OPEN),
            (Order::NewestFirst, _) => query(sql::FOLDS_NEWEST_FIRST),
        };
        let statement = statement
            .bind(kind)
            .bind(filter.open.map(i64::from))
            .bind(filter.step.as_deref())
            .bind(filter.search.as_deref().map(pattern));
        let statement = match (filter.order, after) {
            (Order::DueFirst, None) => statement.bind(i64::MIN).bind(""),
            (Order::DueFirst, Some(Cursor::Due { due_at, stream })) => {
                statement.bind(due_at.map_or(NO_CLOCK, Timestamp::as_microsecond)).bind(stream)
            }
            (Order::NewestFirst, None) => statement.bind(i64::MAX),
            (Order::NewestFirst, Some(Cursor::Newest { first_seq })) => statement.bind(signed(*first_seq)?),
            (Order::DueFirst, Some(Cursor::Newest { .. })) | (Order::NewestFirst, Some(Cursor::Due { .. })) => {
                return Err(StoreError::Invalid("a cursor of a list in another order".into()));
            }
        };
        let mut reader = self.reader().await?;
        let found = statement.bind(more).fetch_all(&mut *reader).await.map_err(fault)?;
        let mut items = found.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let next = (items.len() > limit).then(|| {
            items.truncate(limit);
            items.last().map(|last| match filter.order {
                Order::DueFirst => Cursor::Due { due_at: last.due_at, stream: last.stream.clone() },
                Order::NewestFirst => Cursor::Newest { first_seq: last.first_seq },
            })
        });
        Ok(Page { items, next: next.flatten() })
    }

    pub(super) async fn due(&self, kind: &str, now: Timestamp, limit: usize) -> Result<Vec<Row>, StoreError> {
        let mut reader = self.reader().await?;
        let found = query(sql::FOLDS_DUE)
            .bind(kind)
            .bind(now.as_microsecond())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&mut *reader)
            .await
            .map_err(fault)?;
        found.iter().map(row).collect()
    }

    pub(super) async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut reader = self.reader().await?;
        let earliest: Option<i64> = query_scalar(sql::NEXT_DUE).fetch_one(&mut *reader).await.map_err(fault)?;
        earliest.map(time).transpose()
    }

    pub(super) async fn by_features(&self, kind: &str, features: &[String], cap: usize) -> Result<Linked, StoreError> {
        let mut reader = self.reader().await?;
        let mut snapshot = reader.begin().await.map_err(fault)?;
        let more = i64::try_from(cap).unwrap_or(i64::MAX).saturating_add(1);
        let mut shared: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut ignored = Vec::new();
        for feature in features.iter().collect::<BTreeSet<_>>() {
            let found = query(sql::FEATURE_ROWS)
                .bind(kind)
                .bind(feature)
                .bind(more)
                .fetch_all(&mut *snapshot)
                .await
                .map_err(fault)?;
            if found.len() > cap {
                ignored.push(feature.clone());
                continue;
            }
            for row in &found {
                shared.entry(get(row, "stream")?).or_default().push(feature.clone());
            }
        }
        let mut shared: Vec<_> = shared.into_iter().map(|(stream, features)| Shared { stream, features }).collect();
        shared.sort_by(|one, other| {
            other.features.len().cmp(&one.features.len()).then_with(|| one.stream.cmp(&other.stream))
        });
        Ok(Linked { shared, ignored })
    }
}

/// The row of a stream, with its features.
pub(super) async fn load(connection: &mut SqliteConnection, stream: &str) -> Result<Option<Row>, StoreError> {
    let found = query(sql::FOLD_LOAD).bind(stream).fetch_optional(connection).await.map_err(fault)?;
    found
        .map(|found| {
            let mut row = row(&found)?;
            let features: String = get(&found, "features")?;
            row.features = serde_json::from_str(&features).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            row.features.sort();
            Ok(row)
        })
        .transpose()
}

/// What a commit needs to know of a stream that is stored already.
pub(super) struct Stored {
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) first_seq: u64,
    pub(super) created_at: Timestamp,
}

/// What is stored of a stream, inside a commit.
pub(super) async fn version(tx: &mut SqliteConnection, stream: &str) -> Result<Option<Stored>, StoreError> {
    let found = query(sql::FOLD_VERSION).bind(stream).fetch_optional(tx).await.map_err(fault)?;
    found
        .map(|row| {
            Ok(Stored {
                version: get_u64(&row, "version")?,
                kind: get(&row, "kind")?,
                first_seq: get_u64(&row, "first_seq")?,
                created_at: get_time(&row, "created_at")?,
            })
        })
        .transpose()
}

/// Stores a row and its features, inside a commit.
pub(super) async fn put(tx: &mut SqliteConnection, is_new: bool, row: &Row) -> Result<(), StoreError> {
    let statement = if is_new {
        query(sql::FOLD_INSERT)
            .bind(&row.stream)
            .bind(&row.kind)
            .bind(signed(row.version)?)
            .bind(signed(row.first_seq)?)
    } else {
        query(sql::FOLD_UPDATE).bind(&row.stream).bind(signed(row.version)?)
    };
    statement
        .bind(signed(row.last_seq)?)
        .bind(row.updated_at.as_microsecond())
        .bind(&row.state)
        .bind(&row.step)
        .bind(&row.title)
        .bind(searched(&row.stream, &row.title))
        .bind(row.due_at.map(Timestamp::as_microsecond))
        .bind(i64::from(row.open))
        .bind(digest(row).as_slice())
        .execute(&mut *tx)
        .await
        .map_err(fault)?;
    if !is_new {
        query(sql::FEATURES_CLEAR).bind(&row.stream).execute(&mut *tx).await.map_err(fault)?;
    }
    for feature in &row.features {
        query(sql::FEATURE_INSERT)
            .bind(&row.kind)
            .bind(feature)
            .bind(&row.stream)
            .execute(&mut *tx)
            .await
            .map_err(fault)?;
    }
    Ok(())
}

/// A hash over what a row says, stored with it: damage to the file must not become a wrong answer. It proves nothing
/// against somebody who means to forge a row; the fold of the entries does.
fn digest(row: &Row) -> [u8; 32] {
    let numbers = [
        i128::from(row.version),
        i128::from(row.first_seq),
        i128::from(row.last_seq),
        i128::from(row.created_at.as_microsecond()),
        i128::from(row.updated_at.as_microsecond()),
        i128::from(row.due_at.map_or(NO_CLOCK, Timestamp::as_microsecond)),
        i128::from(row.open),
    ];
    let mut hash = Sha256::new();
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    for text in [&row.stream, &row.kind, &row.state, &row.step, &row.title] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

/// One page of all rows, in the order of their streams; a damaged one is an error in its place.
pub(super) async fn page_after(
    connection: &mut SqliteConnection,
    stream: &str,
    limit: i64,
) -> Result<Vec<(String, Result<Row, StoreError>)>, StoreError> {
    let found = query(sql::FOLDS_AFTER).bind(stream).bind(limit).fetch_all(connection).await.map_err(fault)?;
    found.iter().map(|found| Ok((get(found, "stream")?, row(found)))).collect()
}

/// What a search looks through: a case-folded copy, because SQLite folds ASCII letters only.
fn searched(stream: &str, title: &str) -> String {
    format!("{} {}", title.to_lowercase(), stream.to_lowercase())
}

/// A `LIKE` pattern for "contains this text".
fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for letter in search.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn row(found: &SqliteRow) -> Result<Row, StoreError> {
    let due_at: Option<i64> = get(found, "due_at")?;
    let open: i64 = get(found, "is_open")?;
    let stored: Vec<u8> = get(found, "digest")?;
    let row = Row {
        stream: get(found, "stream")?,
        kind: get(found, "kind")?,
        version: get_u64(found, "version")?,
        first_seq: get_u64(found, "first_seq")?,
        last_seq: get_u64(found, "last_seq")?,
        created_at: get_time(found, "created_at")?,
        updated_at: get_time(found, "updated_at")?,
        state: get(found, "state")?,
        step: get(found, "step")?,
        title: get(found, "title")?,
        due_at: due_at.map(time).transpose()?,
        open: open != 0,
        features: Vec::new(),
    };
    if stored == digest(&row) {
        Ok(row)
    } else {
        Err(StoreError::Corrupt(format!("the row of `{}` is not as it was written", row.stream)))
    }
}
