//! Why the store could not do what it was asked.

/// A fault of the store, or a write that would contradict what is stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else wrote to the stream first: load it again and decide again.
    #[error("`{stream}` is at version {found}, not {expected}: it was changed meanwhile")]
    Conflict {
        /// The stream.
        stream: String,
        /// The version the write was decided on.
        expected: u64,
        /// The version that is stored (0: there is no such stream).
        found: u64,
    },
    /// An answer is already remembered under this account and idempotency key: look it up and give it again.
    #[error("an answer is already remembered under this idempotency key")]
    AlreadyRemembered,
    /// The lease on the effect was lost: it was claimed again, or finished, by another worker.
    #[error("the lease on effect {effect} is no longer held: another worker has it, or it is finished")]
    LeaseLost {
        /// The effect.
        effect: u64,
    },
    /// A stream cannot be erased while work on it is outstanding.
    #[error("`{stream}` cannot be erased: {effects} of its effects are not finished")]
    Outstanding {
        /// The stream.
        stream: String,
        /// How many effects are not finished.
        effects: u64,
    },
    /// The call makes no sense as it stands; a fault of the program that made it.
    #[error("the store was asked for something that cannot be: {0}")]
    Invalid(String),
    /// The disk, or the room granted to the database, is full. Nothing of the commit was kept.
    #[error("the disk is full: nothing was stored. Make room and try again")]
    Full,
    /// Another process holds the database for longer than the store is willing to wait. Nothing was kept.
    #[error("the database is held by another process: nothing was stored. Try again")]
    Busy,
    /// Reading or writing the disk failed. It is unknown what reached it; the store takes no more commits until it
    /// is opened anew, because a failed sync must never be tried again.
    #[error("the disk failed: {0}")]
    Disk(#[source] Fault),
    /// A disk fault happened before; the store must be opened anew, which recovers from the log.
    #[error("the store stopped after a disk fault: restart the program, which recovers what was stored")]
    Halted,
    /// What is stored contradicts itself or its checkpoint.
    #[error("the stored record is damaged: {0}")]
    Corrupt(String),
    /// The record in this database is signed by another key than the one given.
    #[error("the record in this database was signed by another key ({found}) than the one given ({given})")]
    WrongKey {
        /// The name of the key given.
        given: String,
        /// What the stored checkpoint says.
        found: String,
    },
    /// Any other fault of the database.
    #[error("the database failed: {0}")]
    Database(#[source] Fault),
    /// The writer given for an export failed.
    #[error("the export could not be written: {0}")]
    Sink(#[source] std::io::Error),
}

/// The cause of a fault, kept for the log.
pub type Fault = Box<dyn std::error::Error + Send + Sync + 'static>;
