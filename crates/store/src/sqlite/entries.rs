//! Entries read back, and the answers remembered with them.

use jiff::Timestamp;
use record::{Hash, Leaf};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, query};

use super::Inner;
use super::fault::{bytes32, fault, get, get_time, get_u64, signed};
use super::ledger;
use crate::{Remembered, StoreError, StoredEntry, sql};

/// An entry as its row says, still sealed.
pub(super) struct Sealed {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) stream: String,
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) by: String,
    pub(super) erases: bool,
    pub(super) commitment: Hash,
    /// Nonce, then the encrypted salt and body.
    pub(super) content: Vec<u8>,
    /// The key of its content; `None` when it was erased.
    pub(super) key: Option<[u8; 32]>,
}

impl Inner {
    pub(super) async fn entries(
        &self,
        stream: Option<&str>,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let mut reader = self.reader().await?;
        page(&mut reader, stream, from_seq, limit).await?.into_iter().map(Sealed::open).collect()
    }

    pub(super) async fn entry(&self, seq: u64) -> Result<Option<StoredEntry>, StoreError> {
        let found = self.entries(None, seq, 1).await?;
        Ok(found.into_iter().find(|entry| entry.seq == seq))
    }

    pub(super) async fn checkpoint(&self) -> Result<Option<String>, StoreError> {
        let mut reader = self.reader().await?;
        let row = query(sql::CHECKPOINT_LATEST).fetch_optional(&mut *reader).await.map_err(fault)?;
        row.map(|row| get(&row, "note")).transpose()
    }

    pub(super) async fn remembered(&self, account: &str, key: &str) -> Result<Option<Remembered>, StoreError> {
        let mut reader = self.reader().await?;
        let row = query(sql::REMEMBER_GET).bind(account).bind(key).fetch_optional(&mut *reader).await.map_err(fault)?;
        row.map(|row| {
            let status = get_u64(&row, "status")?;
            Ok(Remembered {
                request_hash: get(&row, "request_hash")?,
                status: u16::try_from(status)
                    .map_err(|_| StoreError::Corrupt(format!("{status} stands where a status belongs")))?,
                body: get(&row, "body")?,
                at: get_time(&row, "at")?,
            })
        })
        .transpose()
    }

    pub(super) async fn complete_remembered(
        &self,
        account: &str,
        key: &str,
        provisional: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        let statement = query(sql::REMEMBER_COMPLETE).bind(account).bind(key).bind(provisional).bind(body);
        self.change(statement).await.map(|_| ())
    }

    pub(super) async fn forget_remembered(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.change(query(sql::REMEMBER_FORGET).bind(before.as_microsecond())).await
    }
}

/// One page of entries, from any view of the database.
pub(super) async fn page(
    connection: &mut SqliteConnection,
    stream: Option<&str>,
    from_seq: u64,
    limit: usize,
) -> Result<Vec<Sealed>, StoreError> {
    let statement = match stream {
        Some(_) => query(sql::ENTRIES_OF_STREAM),
        None => query(sql::ENTRIES_FROM),
    };
    let mut statement = statement.bind(signed(from_seq)?).bind(i64::try_from(limit).unwrap_or(i64::MAX));
    if let Some(stream) = stream {
        statement = statement.bind(stream);
    }
    let rows = statement.fetch_all(connection).await.map_err(fault)?;
    rows.iter().map(sealed).collect()
}

fn sealed(row: &SqliteRow) -> Result<Sealed, StoreError> {
    let key: Option<Vec<u8>> = get(row, "content")?;
    let commitment: Vec<u8> = get(row, "commitment")?;
    let erases: i64 = get(row, "erases")?;
    Ok(Sealed {
        seq: get_u64(row, "seq")?,
        at: get_time(row, "at")?,
        stream: get(row, "stream")?,
        version: get_u64(row, "version")?,
        kind: get(row, "kind")?,
        by: get(row, "acted_by")?,
        erases: erases == 1,
        commitment: Hash::from_bytes(bytes32(&commitment, "a commitment")?),
        content: get(row, "sealed")?,
        key: key.map(|key| bytes32(&key, "a key")).transpose()?,
    })
}

impl Sealed {
    /// What the log holds of it, if the row is as it was written.
    pub(super) fn leaf(&self) -> Leaf {
        Leaf {
            seq: self.seq,
            at: self.at,
            kind: self.kind.clone(),
            by: self.by.clone(),
            stream: self.stream.clone(),
            erases: self.erases,
            commitment: self.commitment,
        }
    }

    /// Reads the content, if its key is still there.
    pub(super) fn open(self) -> Result<StoredEntry, StoreError> {
        let content = ledger::unseal(&self)?;
        let (salt, body) = content.map_or((None, None), |content| (Some(content.salt), Some(content.body)));
        Ok(StoredEntry {
            seq: self.seq,
            at: self.at,
            stream: self.stream,
            version: self.version,
            kind: self.kind,
            by: self.by,
            erases: self.erases,
            commitment: *self.commitment.as_bytes(),
            salt,
            body,
        })
    }
}
