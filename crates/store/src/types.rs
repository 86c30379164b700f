//! What goes into the store and what comes out of it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// One event on its way into the record.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The event's kind, in the past tense: `WarningApproved`. Stays readable after an erasure.
    pub kind: String,
    /// Who acted: an account id, or the name of a worker. Stays readable after an erasure.
    pub by: String,
    /// The event as JSON. It is sealed under its stream's key; only a salted commitment goes into the log.
    pub body: Vec<u8>,
}

/// What a stream looks like after its entries: the fold, as the lists and the workers need it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RowContent {
    /// The folded state as JSON.
    pub state: String,
    /// The step of the state machine it stands at, in one word.
    pub step: String,
    /// What a list shows, and what a search looks through.
    pub title: String,
    /// When somebody or something has to act next; `None` when no clock runs.
    pub due_at: Option<Timestamp>,
    /// Whether it is still open; lists filter by it. Whether a clock runs is said by `due_at` alone.
    pub open: bool,
    /// The values that link it to others of its kind; replaces those stored before.
    pub features: Vec<String>,
}

/// A stored stream: its fold and where it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The stream: `threat/thr_…`, `accounts`.
    pub stream: String,
    /// What kind of stream: `threat`, `report`; lists are by kind.
    pub kind: String,
    /// How many entries it has; give it back as [`Write::expected`].
    pub version: u64,
    /// The place in the record of its first entry.
    pub first_seq: u64,
    /// The place in the record of its last entry.
    pub last_seq: u64,
    /// When its first entry was written.
    pub created_at: Timestamp,
    /// When its last entry was written.
    pub updated_at: Timestamp,
    /// The folded state as JSON.
    pub state: String,
    /// The step of the state machine it stands at.
    pub step: String,
    /// What a list shows.
    pub title: String,
    /// When somebody or something has to act next.
    pub due_at: Option<Timestamp>,
    /// Whether it is still open.
    pub open: bool,
    /// The values that link it to others of its kind, sorted. Filled by `load`; lists leave it empty.
    pub features: Vec<String>,
}

/// All that changes in one stream in one commit.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Write {
    /// The stream: `threat/thr_…`, `report/rep_…`, `accounts`, `register`, `policy`.
    pub stream: String,
    /// What kind of stream; fixed by its first write.
    pub kind: String,
    /// The version the decision was made on: how many entries the stream had. 0: it must not exist yet.
    pub expected: u64,
    /// What happened; at least one, because no row changes without an entry.
    pub entries: Vec<NewEntry>,
    /// The fold after these entries.
    pub row: RowContent,
    /// What is to be done because of them.
    pub effects: Vec<NewEffect>,
    /// Effects that are finished with this write; refused when the lease is lost.
    pub finish: Vec<Lease>,
    /// Effects that go on but must still be held for this write to be true (an attempt that starts).
    pub hold: Vec<Lease>,
    /// Lines of the stream that are new or say something else; no two with the same key.
    pub lines: Vec<Line>,
    /// Keys of lines that go; each must be there.
    pub removed: Vec<String>,
    /// Destroy the content of all entries that the stream had before this write, and all its lines but those put by it: its keys are dropped and nothing
    /// but the proof stays. The write's own entries say so and stay readable; its row replaces the old state and
    /// must have no features. Refused while effects of the stream are outstanding.
    pub erase: bool,
}

/// One line of a stream that is too large for one row.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name among the stream's lines, which come in the order of their keys, byte by byte.
    pub key: String,
    /// What it says, as JSON.
    pub body: String,
    /// When something has to be done about it; `None` when never.
    pub due_at: Option<Timestamp>,
}

/// Work to be done after a commit.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEffect {
    /// Names the work for ever: a second effect with a key that was ever used is the same effect, and is not added.
    pub key: String,
    /// What is to be done; a worker looks here.
    pub kind: String,
    /// All it needs, as JSON. Wiped when the effect is finished.
    pub payload: String,
    /// Not before this time.
    pub due_at: Timestamp,
}

/// Names an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EffectId(pub u64);

impl fmt::Display for EffectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// Proof of holding an effect. Each claim raises the token, so that a worker that was slow is told so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The effect.
    pub id: EffectId,
    /// The token of the claim.
    pub token: u64,
}

/// An effect as a worker claimed it.
#[derive(Clone, PartialEq, Eq)]
pub struct Effect {
    /// Names it.
    pub id: EffectId,
    /// The stream whose write asked for it.
    pub stream: String,
    /// Its unique key.
    pub key: String,
    /// What is to be done.
    pub kind: String,
    /// All it needs, as JSON.
    pub payload: String,
    /// Not before this time.
    pub due_at: Timestamp,
    /// How often it was claimed, this time included.
    pub tries: u32,
    /// The token of this claim.
    pub token: u64,
    /// When the claim runs out and another worker may take it.
    pub lease_until: Timestamp,
}

impl Effect {
    /// The proof of holding it.
    pub fn lease(&self) -> Lease {
        Lease { id: self.id, token: self.token }
    }
}

/// An answer to remember in the same commit, so that a repeated request gets it again.
#[derive(Clone, PartialEq, Eq)]
pub struct Remember {
    /// Whose request it was.
    pub account: String,
    /// The idempotency key the client gave.
    pub key: String,
    /// A hash of the request: another request under the same key is a client's mistake.
    pub request_hash: Vec<u8>,
    /// The answer's status.
    pub status: u16,
    /// The answer's body.
    pub body: String,
}

/// An answer that was remembered.
#[derive(Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The hash of the request it answered.
    pub request_hash: Vec<u8>,
    /// The answer's status.
    pub status: u16,
    /// The answer's body; `None` when a stream it spoke of was erased since.
    pub body: Option<String>,
    /// When it was given.
    pub at: Timestamp,
}

/// What a commit left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The time its entries bear: the one given, to the microsecond, but never before that of an earlier entry.
    pub at: Timestamp,
    /// The place in the record of its first entry.
    pub first_seq: u64,
    /// The place in the record of its last entry.
    pub last_seq: u64,
    /// How many entries the record holds now.
    pub size: u64,
    /// The signed checkpoint over all of them (a C2SP signed note).
    pub checkpoint: String,
}

/// An entry as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place in the record.
    pub seq: u64,
    /// When it was written, to the microsecond.
    pub at: Timestamp,
    /// Its stream.
    pub stream: String,
    /// Its place in the stream, from 1.
    pub version: u64,
    /// The event's kind.
    pub kind: String,
    /// Who acted.
    pub by: String,
    /// Whether it says that the content of all earlier entries of its stream was erased.
    pub erases: bool,
    /// The salted hash that the log holds of its body.
    pub commitment: [u8; 32],
    /// The salt of the commitment; `None` when the content was erased.
    pub salt: Option<[u8; 32]>,
    /// The event as JSON; `None` when the content was erased.
    pub body: Option<Vec<u8>>,
}

/// In which order a list comes. Both orders are total, so that paging skips and repeats nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The least time left first; those without a clock last.
    #[default]
    DueFirst,
    /// The last created first.
    NewestFirst,
}

/// Which rows a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only open ones, or only closed ones.
    pub open: Option<bool>,
    /// Only those at this step.
    pub step: Option<String>,
    /// Only those whose title or stream contains this, whatever the case of the letters.
    pub search: Option<String>,
    /// The order.
    pub order: Order,
}

/// Where a page ended. Written as text it goes into an address (`/`, `_`, letters, digits and `.` only).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// After this row, by time left.
    Due {
        /// Its due time; `None` for those without a clock, which come last.
        due_at: Option<Timestamp>,
        /// Its stream.
        stream: String,
    },
    /// After the row created by this entry, newest first.
    Newest {
        /// The place in the record of the row's first entry.
        first_seq: u64,
    },
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cursor::Due { due_at: Some(at), stream } => write!(out, "due.{}.{stream}", at.as_microsecond()),
            Cursor::Due { due_at: None, stream } => write!(out, "due.none.{stream}"),
            Cursor::Newest { first_seq } => write!(out, "newest.{first_seq}"),
        }
    }
}

/// Why a text is not a [`Cursor`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a place in a list: take the cursor from the page before as it was given")]
pub struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (order, rest) = text.split_once('.').ok_or(CursorError)?;
        match order {
            "due" => {
                let (at, stream) = rest.split_once('.').ok_or(CursorError)?;
                let due_at = match at {
                    "none" => None,
                    micros => {
                        let micros = micros.parse().map_err(|_| CursorError)?;
                        Some(Timestamp::from_microsecond(micros).map_err(|_| CursorError)?)
                    }
                };
                Ok(Cursor::Due { due_at, stream: stream.to_owned() })
            }
            "newest" => Ok(Cursor::Newest { first_seq: rest.parse().map_err(|_| CursorError)? }),
            _ => Err(CursorError),
        }
    }
}

/// One page of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What it shows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

/// A row that has linking features in common with what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Its stream.
    pub stream: String,
    /// The features in common, sorted.
    pub features: Vec<String>,
}

/// Rows that have features in common with what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linked {
    /// The rows, those with most in common first.
    pub shared: Vec<Shared>,
    /// Features that more rows have than the cap allows: they link nothing and were left out.
    pub ignored: Vec<String>,
}

/// How much of the content an export carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Every body that was not erased.
    Full,
    /// None: the proof alone, for an auditor who may not read the content.
    Withheld,
}

/// What [`crate::Store::check_integrity`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Integrity {
    /// How many entries were checked.
    pub entries: u64,
    /// What is wrong; empty when all is well. At most 100 are kept; `findings_total` counts all.
    pub findings: Vec<Finding>,
    /// How many findings there were.
    pub findings_total: u64,
    /// The streams whose content was erased, with the entry that says so.
    pub erased: Vec<Erased>,
}

/// One thing that is wrong with the stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The entry concerned, where it is one.
    pub seq: Option<u64>,
    /// What is wrong, for a person.
    pub what: String,
}

/// A stream whose content was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The stream.
    pub stream: String,
    /// The place in the record of the entry that says so: the first of the erasing write.
    pub by_seq: u64,
    /// That entry's kind.
    pub kind: String,
}

/// A session of somebody signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Its secret id, as the session layer writes it.
    pub id: String,
    /// Its data as JSON.
    pub data: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How often signing in failed lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Failed attempts with this name.
    pub by_name: u64,
    /// Failed attempts from this address.
    pub by_address: u64,
}

/// `Debug` without the content: a log may show that something was stored, never what.
macro_rules! terse {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        }
    )*};
}

terse! {
    NewEntry { kind, by }
    RowContent { step, due_at, open }
    Row { stream, version, step, due_at, open }
    Write { stream, expected, entries, row, effects, finish, hold, lines, removed, erase }
    Line { due_at }
    NewEffect { key, kind, due_at }
    Effect { id, stream, key, kind, due_at, tries, token, lease_until }
    Remember { account, status }
    Remembered { status, at }
    StoredEntry { seq, at, stream, version, kind, by }
    Session { expires_at }
}

impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Page").field("items", &self.items).field("next", &self.next).finish()
    }
}
