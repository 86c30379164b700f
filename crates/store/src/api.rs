//! The traits that a use case and a worker see; every database twin implements both.

use std::io::Write as Sink;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Attempts, Committed, Content, Cursor, Effect, Filter, Integrity, Lease, Line, Linked, Page, Remember, Remembered,
    Row, Session, StoreError, StoredEntry, Write,
};

/// Entries, rows and effects. Every call is durable when it answers `Ok`; every `Err` but [`StoreError::Disk`] means
/// that nothing was kept. Times are kept to the microsecond.
#[async_trait]
pub trait Store: SignIns + Send + Sync {
    /// Appends the entries of all `writes` to the record, signs the checkpoint over them, and changes rows, features
    /// and effects with them: all in one transaction. `remember` keeps the answer to the request with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a stream moved on, [`StoreError::AlreadyRemembered`] when the idempotency key
    /// was used, [`StoreError::LeaseLost`], [`StoreError::Outstanding`], and the faults. Once begun, a commit runs
    /// to its end even when the caller stops waiting for it.
    async fn commit(
        &self,
        at: Timestamp,
        writes: Vec<Write>,
        remember: Option<Remember>,
    ) -> Result<Committed, StoreError>;

    /// The row of a stream, with its features.
    async fn load(&self, stream: &str) -> Result<Option<Row>, StoreError>;

    /// Every line of a stream after a key to `give`, in the order of their keys, and the stream's row as it stands in the
    /// same view.
    async fn scan_lines(
        &self,
        stream: &str,
        after: &str,
        give: &mut (dyn FnMut(Line) + Send),
    ) -> Result<Option<Row>, StoreError>;

    /// Those of a stream's lines that have one of these keys.
    async fn lines_at(&self, stream: &str, keys: &[String]) -> Result<Vec<Line>, StoreError>;

    /// Lines of a stream whose due time has come, the longest overdue first.
    async fn lines_due(&self, stream: &str, now: Timestamp, limit: usize) -> Result<Vec<Line>, StoreError>;

    /// One page of the rows of a kind; rows created between two pages shift nothing.
    async fn list(
        &self,
        kind: &str,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Row>, StoreError>;

    /// The rows of a kind whose due time has come, the longest overdue first.
    async fn due(&self, kind: &str, now: Timestamp, limit: usize) -> Result<Vec<Row>, StoreError>;

    /// The earliest time at which a row falls due or an effect can be claimed; may lie in the past.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// The rows of a kind that share any of `features`. A feature that more than `cap` rows have links nothing and
    /// is named in [`Linked::ignored`].
    async fn by_features(&self, kind: &str, features: &[String], cap: usize) -> Result<Linked, StoreError>;

    /// Takes the effect that has been due the longest, for as long as `lease`. An effect whose lease ran out
    /// unfinished is given again, with a higher token.
    async fn claim_effect(&self, now: Timestamp, lease: SignedDuration) -> Result<Option<Effect>, StoreError>;

    /// Gives an effect back, to be tried again at `due_at`.
    async fn release_effect(&self, lease: Lease, due_at: Timestamp) -> Result<(), StoreError>;

    /// Takes every effect out of the hands that hold it, so that it can be claimed at once; answers how many there
    /// were. For whoever knows that all those hands are dead: a process that is alone on its data directory and has
    /// just started. Hands that live after all are told that they lost it.
    async fn release_all_effects(&self) -> Result<u64, StoreError>;

    /// Closes an effect that has become pointless, with the reason; what bears on the duty is finished by a
    /// [`Write`] with an entry instead.
    async fn drop_effect(&self, at: Timestamp, lease: Lease, why: &str) -> Result<(), StoreError>;

    /// How many effects are not finished.
    async fn outstanding_effects(&self) -> Result<u64, StoreError>;

    /// Entries in the order of the record from place `from_seq` (0 is the first), of one stream or of all.
    async fn entries(&self, stream: Option<&str>, from_seq: u64, limit: usize) -> Result<Vec<StoredEntry>, StoreError>;

    /// One entry by its place in the record.
    async fn entry(&self, seq: u64) -> Result<Option<StoredEntry>, StoreError>;

    /// The latest signed checkpoint; `None` for an empty record.
    async fn checkpoint(&self) -> Result<Option<String>, StoreError>;

    /// Writes the whole record as one export file, from one consistent view, a page at a time. Answers how many
    /// entries it holds.
    async fn export(&self, content: Content, sink: &mut (dyn Sink + Send)) -> Result<u64, StoreError>;

    /// Computes every commitment, leaf and root anew from the stored rows and compares them with the signed
    /// checkpoints. `witness` is a checkpoint kept outside this database, if there is one: a record that no longer
    /// contains it was cut or rewritten.
    async fn check_integrity(&self, witness: Option<&str>) -> Result<Integrity, StoreError>;

    /// The answer remembered under an idempotency key.
    async fn remembered(&self, account: &str, key: &str) -> Result<Option<Remembered>, StoreError>;

    /// Puts the whole answer in the place of `provisional`, once: for a request whose answer is known only after the
    /// commit that makes it durable. Nothing happens when something else is remembered by then.
    async fn complete_remembered(
        &self,
        account: &str,
        key: &str,
        provisional: &str,
        body: &str,
    ) -> Result<(), StoreError>;

    /// Forgets answers remembered before a time; answers how many.
    async fn forget_remembered(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// Sessions, credentials and attempts to sign in: small tables that do not bear on the duty and have no entries.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Adds a session; false when its id is taken.
    async fn create_session(&self, session: &Session) -> Result<bool, StoreError>;
    /// Adds or replaces a session.
    async fn save_session(&self, session: &Session) -> Result<(), StoreError>;
    /// The session with this id, unless it ended before `now`.
    async fn load_session(&self, id: &str, now: Timestamp) -> Result<Option<Session>, StoreError>;
    /// Removes a session.
    async fn delete_session(&self, id: &str) -> Result<(), StoreError>;
    /// Removes all sessions that ended before `now`; answers how many.
    async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Sets the password hash (a PHC string) of an account.
    async fn set_credential(&self, account: &str, hash: &str, at: Timestamp) -> Result<(), StoreError>;
    /// The password hash of an account.
    async fn credential(&self, account: &str) -> Result<Option<String>, StoreError>;
    /// Removes the password of an account.
    async fn delete_credential(&self, account: &str) -> Result<(), StoreError>;

    /// Counts a failed attempt to sign in.
    async fn note_failed_sign_in(&self, name: &str, address: &str, at: Timestamp) -> Result<(), StoreError>;
    /// How many attempts failed since a time.
    async fn failed_sign_ins(&self, name: &str, address: &str, since: Timestamp) -> Result<Attempts, StoreError>;
    /// Forgets failed attempts before a time.
    async fn forget_failed_sign_ins(&self, before: Timestamp) -> Result<u64, StoreError>;
}
