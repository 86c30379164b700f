//! The record's part in a commit: entries are sealed, committed to, hashed into the tree, and the tree is signed.

use jiff::Timestamp;
use record::{Checkpoint, Frontier, Hash, Leaf, NoteError, SigningKey};
use sqlx::{SqliteConnection, query, query_scalar};

use super::entries::Sealed;
use super::fault::{bytes32, fault, get, get_time, get_u64, signed, unsigned};
use super::{Seen, StoreOptions};
use crate::{NewEntry, StoreError, sql};

const NONCE_BYTES: usize = 24;
const SALT_BYTES: usize = 32;

/// The end of the stored record: its latest checkpoint and the right edge of its tree, found to fit each other.
pub(super) struct Tip {
    pub(super) size: u64,
    pub(super) note: String,
    last_at: Timestamp,
    edge: Frontier,
}

/// Reads the end of the record and makes sure that its checkpoint is ours, covers every entry, and has the root that
/// the stored hashes give. `None` when nothing was ever written.
pub(super) async fn tip(connection: &mut SqliteConnection, signer: &SigningKey) -> Result<Option<Tip>, StoreError> {
    let last = query(sql::ENTRIES_END).fetch_optional(&mut *connection).await.map_err(fault)?;
    let last = last.map(|row| Ok((get_u64(&row, "ends")?, get_time(&row, "at")?))).transpose()?;
    let (ends, last_at) = last.unwrap_or_default();
    let hashes: i64 = query_scalar(sql::HASHES_COUNT).fetch_one(&mut *connection).await.map_err(fault)?;
    let latest = query(sql::CHECKPOINT_LATEST).fetch_optional(&mut *connection).await.map_err(fault)?;
    let Some(latest) = latest else {
        return if ends == 0 && hashes == 0 {
            Ok(None)
        } else {
            Err(StoreError::Corrupt(format!("{ends} entries are under no checkpoint")))
        };
    };
    let note: String = get(&latest, "note")?;
    let checkpoint = opened(&note, signer)?;
    let size = checkpoint.size;
    if ends != size || unsigned(hashes)? != record::stored_count(size) || get_u64(&latest, "size")? != size {
        return Err(StoreError::Corrupt(format!(
            "the latest checkpoint is over {size} entries, but {ends} entries and {hashes} hashes are stored"
        )));
    }
    let edge = edge(connection, size).await?;
    if edge.root() == checkpoint.root {
        Ok(Some(Tip { size, note, last_at, edge }))
    } else {
        Err(StoreError::Corrupt("the stored hashes do not give the root that was signed".into()))
    }
}

fn opened(note: &str, signer: &SigningKey) -> Result<Checkpoint, StoreError> {
    Checkpoint::open(note, &signer.verify_key()).map_err(|error| match (&error, Checkpoint::read_unverified(note)) {
        (NoteError::OtherOrigin { .. } | NoteError::NotSigned(_), Ok(other)) => {
            StoreError::WrongKey { given: signer.verify_key().to_string(), found: other.origin }
        }
        _ => StoreError::Corrupt(format!("the latest checkpoint is not one: {error}")),
    })
}

async fn edge(connection: &mut SqliteConnection, size: u64) -> Result<Frontier, StoreError> {
    let mut stored = std::collections::BTreeMap::new();
    for place in record::needed_for_root(size) {
        let found: Option<Vec<u8>> =
            query_scalar(sql::HASH_GET).bind(signed(place)?).fetch_optional(&mut *connection).await.map_err(fault)?;
        if let Some(hash) = found {
            stored.insert(place, Hash::from_bytes(bytes32(&hash, "a stored hash")?));
        }
    }
    Frontier::load(size, &stored).map_err(|missing| StoreError::Corrupt(missing.to_string()))
}

/// The record while a commit appends to it.
pub(super) struct Ledger<'a> {
    at: Timestamp,
    edge: Frontier,
    options: &'a StoreOptions,
}

impl<'a> Ledger<'a> {
    /// Starts at the end of the stored record, inside the commit's transaction. A record that lost what this process
    /// has `seen` signed is not continued: that would sign a second history. A clock that was set back does not turn
    /// the record around: its entries bear the time of the last one until the clock has caught up.
    pub(super) async fn begin(
        tx: &mut SqliteConnection,
        at: Timestamp,
        options: &'a StoreOptions,
        seen: Option<Seen>,
    ) -> Result<Self, StoreError> {
        let tip = tip(tx, &options.signer).await?;
        let size = tip.as_ref().map_or(0, |tip| tip.size);
        let forked = |seen: &Seen| {
            size < seen.size || (size == seen.size && tip.as_ref().is_some_and(|tip| tip.note != seen.note))
        };
        if seen.as_ref().is_some_and(forked) {
            return Err(StoreError::Corrupt("the record lost entries that were signed".into()));
        }
        Ok(match tip {
            Some(tip) => Self { at: at.max(tip.last_at), edge: tip.edge, options },
            None => Self { at, edge: Frontier::new(), options },
        })
    }

    /// The time that the entries of this commit bear.
    pub(super) fn at(&self) -> Timestamp {
        self.at
    }

    /// How many entries the record has; the place of the next.
    pub(super) fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Appends one entry: seals its body under its stream's key and takes its leaf into the tree.
    pub(super) async fn append(
        &mut self,
        tx: &mut SqliteConnection,
        place: &InStream<'_>,
        entry: &NewEntry,
    ) -> Result<(), StoreError> {
        let (key_id, key) = self.key(tx, place.stream).await?;
        let seq = self.size();
        let salt: [u8; SALT_BYTES] = self.random();
        let leaf = Leaf {
            seq,
            at: self.at,
            kind: entry.kind.clone(),
            by: entry.by.clone(),
            stream: place.stream.to_owned(),
            erases: place.erases,
            commitment: record::commitment(&salt, &entry.body),
        };
        query(sql::ENTRY_INSERT)
            .bind(signed(seq)?)
            .bind(self.at.as_microsecond())
            .bind(place.stream)
            .bind(signed(place.version)?)
            .bind(&entry.kind)
            .bind(&entry.by)
            .bind(i64::from(place.erases))
            .bind(leaf.commitment.as_bytes().as_slice())
            .bind(self.seal(&key, place.stream, seq, &salt, &entry.body))
            .bind(key_id)
            .execute(&mut *tx)
            .await
            .map_err(fault)?;
        for (place, hash) in self.edge.push(leaf.hash()) {
            query(sql::HASH_INSERT)
                .bind(signed(place)?)
                .bind(hash.as_bytes().as_slice())
                .execute(&mut *tx)
                .await
                .map_err(fault)?;
        }
        Ok(())
    }

    /// Destroys the content of all entries that a stream has so far.
    pub(super) async fn erase(&self, tx: &mut SqliteConnection, stream: &str) -> Result<(), StoreError> {
        query(sql::KEY_ERASE).bind(stream).execute(tx).await.map(drop).map_err(fault)
    }

    /// Signs the checkpoint over all that was appended.
    pub(super) async fn sign(self, tx: &mut SqliteConnection) -> Result<String, StoreError> {
        let signer = &self.options.signer;
        let checkpoint =
            Checkpoint { origin: signer.name().to_owned(), size: self.edge.size(), root: self.edge.root() };
        let note = checkpoint.sign(signer);
        query(sql::CHECKPOINT_INSERT)
            .bind(signed(checkpoint.size)?)
            .bind(self.at.as_microsecond())
            .bind(&note)
            .execute(tx)
            .await
            .map_err(fault)?;
        Ok(note)
    }

    /// The stream's content key; a new one for a new stream, or after an erasure.
    async fn key(&self, tx: &mut SqliteConnection, stream: &str) -> Result<(i64, [u8; 32]), StoreError> {
        let live = query(sql::KEY_LIVE).bind(stream).fetch_optional(&mut *tx).await.map_err(fault)?;
        if let Some(row) = live {
            let key: Vec<u8> = get(&row, "content")?;
            return Ok((get(&row, "id")?, bytes32(&key, "a key")?));
        }
        let key: [u8; 32] = self.random();
        let id = query_scalar(sql::KEY_INSERT).bind(stream).bind(key.as_slice()).fetch_one(tx).await.map_err(fault)?;
        Ok((id, key))
    }

    /// Nonce, then the sealed salt and body. The salt is sealed too: with it, a short erased body could be guessed.
    fn seal(&self, key: &[u8; 32], stream: &str, seq: u64, salt: &[u8; SALT_BYTES], body: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = self.random();
        let content = [salt.as_slice(), body].concat();
        let sealed = record::seal(key, &nonce, &record::sealed_as(stream, seq), &content);
        [nonce.as_slice(), &sealed].concat()
    }

    fn random<const BYTES: usize>(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        (self.options.entropy)(&mut bytes);
        bytes
    }
}

/// Where an entry goes in its stream.
pub(super) struct InStream<'a> {
    pub(super) stream: &'a str,
    pub(super) version: u64,
    /// Whether it is the entry that says that those before it were erased.
    pub(super) erases: bool,
}

/// What is sealed of an entry.
pub(super) struct Unsealed {
    pub(super) salt: [u8; SALT_BYTES],
    pub(super) body: Vec<u8>,
}

/// Salt and body of a stored entry, found to be what its commitment says; `None` when they were erased.
pub(super) fn unseal(entry: &Sealed) -> Result<Option<Unsealed>, StoreError> {
    let Some(key) = &entry.key else { return Ok(None) };
    let damaged = |what: &str| StoreError::Corrupt(format!("entry {}: {what}", entry.seq));
    let (nonce, sealed) =
        entry.content.split_first_chunk::<NONCE_BYTES>().ok_or_else(|| damaged("its sealed body is too short"))?;
    let content = record::unseal(key, nonce, &record::sealed_as(&entry.stream, entry.seq), sealed)
        .map_err(|error| damaged(&error.to_string()))?;
    let (salt, body) = content.split_first_chunk::<SALT_BYTES>().ok_or_else(|| damaged("its body has no salt"))?;
    if record::commitment(salt, body) == entry.commitment {
        Ok(Some(Unsealed { salt: *salt, body: body.to_vec() }))
    } else {
        Err(damaged("its body is not the one that was committed to"))
    }
}
