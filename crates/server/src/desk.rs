//! The desk: everything a use case needs, joined once at the start.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use channels::{Channel, LetterPrinter};
use domain::{Actor, ChannelKind, Restricted, ThreatId};
use jiff::Timestamp;
use serde::Serialize;
use store::{Remember, Store, StoreError, Write};
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, watch};

use crate::app::{Checked, Library, Progress};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::AppError;
use crate::ids::Ids;
use crate::screen::Screen;
use crate::streams::{Aggregate, Loaded};

/// Ways out of the desk.
pub trait Channels: Send + Sync {
    /// The channel of this kind, when the desk has one.
    fn get(&self, kind: ChannelKind) -> Option<Arc<dyn Channel>>;
    /// What prints letters, when the desk has it.
    fn printer(&self) -> Option<Arc<dyn LetterPrinter>>;
    /// The secret webhooks are signed with.
    fn webhook_secret(&self) -> Option<Restricted<String>>;
}

/// Everything a use case needs.
pub struct Desk {
    /// Entries, rows and effects.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Clock,
    /// Ids and secrets.
    pub ids: Ids,
    /// What differs from desk to desk.
    pub config: Config,
    /// Ways out.
    pub channels: Box<dyn Channels>,
    /// The data directory.
    pub data: PathBuf,
    /// The record's public key, for those who verify.
    pub verify_key: String,
    /// Goes into hashes of requests, so that what a request held cannot be found by trying.
    pub(crate) pepper: [u8; 32],
    pub(crate) screen: RwLock<Option<Screen>>,
    /// The adopted packs, with the version of their stream they were read at.
    pub(crate) library: RwLock<Option<(u64, Arc<Library>)>>,
    pub(crate) wake: Notify,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) hashing: Semaphore,
    pub(crate) sorting: Mutex<()>,
    /// How far the workers have come on each round through the threats.
    pub(crate) rounds: Mutex<BTreeMap<String, Progress>>,
    /// When the whole record was last checked for a page, and what was found.
    pub(crate) checked: Mutex<Option<Arc<Checked>>>,
    /// The time that the newest entry bears, in microseconds.
    pub(crate) newest: AtomicI64,
}

/// Who asks, and under which idempotency key.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The person (or the desk itself).
    pub actor: Actor,
    /// The request's key, when the client gave one.
    pub key: Option<RequestKey>,
}

/// An idempotency key with what it was used for.
#[derive(Debug, Clone)]
pub struct RequestKey {
    /// The client's word.
    pub key: String,
    /// SHA-256 over method, path and body.
    pub request_hash: Vec<u8>,
}

/// An answer as it is kept under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// HTTP status.
    pub status: u16,
    /// JSON; empty when the answer has no body. An id alone stands for the thing as it is when it is asked for again.
    pub body: String,
}

impl Kept {
    /// An answer with a body.
    pub fn json<T: Serialize>(status: u16, answer: &T) -> Result<Self, AppError> {
        Ok(Self { status, body: serde_json::to_string(answer).map_err(AppError::fault)? })
    }

    /// Done, with nothing to say.
    pub const fn nothing() -> Self {
        Self { status: 204, body: String::new() }
    }
}

impl Ask {
    /// The desk's own workers.
    pub const fn desk() -> Self {
        Self { actor: Actor::Desk, key: None }
    }

    /// A person, without an idempotency key.
    pub const fn by(actor: Actor) -> Self {
        Self { actor, key: None }
    }
}

/// How often a use case starts anew when somebody else was quicker.
pub(crate) const RETRIES: usize = 8;

impl Desk {
    /// Loads a stream's fold.
    pub async fn load<S: Aggregate>(&self, id: impl std::fmt::Display) -> Result<Loaded<S>, AppError> {
        let stream = stream_name::<S>(&id.to_string());
        let row = self.store.load(&stream).await?;
        Loaded::from_row(stream, row)
    }

    /// Commits writes together with the answer, so that a repeated request gets the same one.
    pub async fn commit<T: Serialize + Sync>(
        &self,
        ask: &Ask,
        at: Timestamp,
        writes: Vec<Write>,
        answer: &T,
    ) -> Result<(), StoreError> {
        let kept = Kept { status: 200, body: serde_json::to_string(answer).unwrap_or_default() };
        self.commit_keeping(ask, at, writes, kept).await
    }

    /// As [`Desk::commit`], for an answer that is not simply 200 with what was written.
    pub(crate) async fn commit_keeping(
        &self,
        ask: &Ask,
        at: Timestamp,
        writes: Vec<Write>,
        kept: Kept,
    ) -> Result<(), StoreError> {
        let remember = ask.key.as_ref().map(|key| Remember {
            account: ask.actor.name().to_owned(),
            key: key.key.clone(),
            request_hash: key.request_hash.clone(),
            status: kept.status,
            body: kept.body,
        });
        let committed = self.store.commit(at, writes, remember).await?;
        self.newest.fetch_max(committed.at.as_microsecond(), Ordering::Relaxed);
        self.changed.send_replace(committed.size);
        self.wake.notify_one();
        Ok(())
    }

    /// The time that an entry made at `at` will bear: when the machine's clock was set back, entries keep the time of the
    /// newest one, and rows are folded with the time of their entries.
    pub(crate) fn borne(&self, at: Timestamp) -> Timestamp {
        Timestamp::from_microsecond(self.newest.load(Ordering::Relaxed)).map_or(at, |newest| at.max(newest))
    }

    /// Looks up what time the newest entry bears.
    pub(crate) async fn find_newest(&self) -> Result<(), AppError> {
        let checkpoint = self.store.checkpoint().await?.unwrap_or_default();
        // The second line of a checkpoint is how many entries it is over.
        let last = checkpoint.lines().nth(1).and_then(|size| size.parse::<u64>().ok()?.checked_sub(1));
        if let Some(seq) = last
            && let Some(entry) = self.store.entry(seq).await?
        {
            self.newest.fetch_max(entry.at.as_microsecond(), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Becomes ready when something was committed since the last time.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Becomes ready whenever the record has grown; for live pages.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

/// `threat/thr_…`; streams of which there is one have no second part.
pub fn stream_name<S: Aggregate>(id: &str) -> String {
    if id.is_empty() { S::KIND.to_owned() } else { format!("{}/{id}", S::KIND) }
}

/// The id in a threat's stream name.
pub fn threat_of(stream: &str) -> Option<ThreatId> {
    stream.strip_prefix("threat/")?.parse().ok()
}
