//! The traits, joined to what does the work.

use std::io::Write as Sink;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::SqliteStore;
use crate::{
    Attempts, Committed, Content, Cursor, Effect, Filter, Integrity, Lease, Line, Linked, Page, Remember, Remembered,
    Row, Session, SignIns, Store, StoreError, StoredEntry, Write,
};

#[async_trait]
impl Store for SqliteStore {
    async fn commit(
        &self,
        at: Timestamp,
        writes: Vec<Write>,
        remember: Option<Remember>,
    ) -> Result<Committed, StoreError> {
        self.inner.commit(at, writes, remember).await
    }

    async fn load(&self, stream: &str) -> Result<Option<Row>, StoreError> {
        self.inner.load(stream).await
    }

    async fn scan_lines(
        &self,
        stream: &str,
        after: &str,
        give: &mut (dyn FnMut(Line) + Send),
    ) -> Result<Option<Row>, StoreError> {
        self.inner.scan_lines(stream, after, give).await
    }

    async fn lines_at(&self, stream: &str, keys: &[String]) -> Result<Vec<Line>, StoreError> {
        self.inner.lines_at(stream, keys).await
    }

    async fn lines_due(&self, stream: &str, now: Timestamp, limit: usize) -> Result<Vec<Line>, StoreError> {
        self.inner.lines_due(stream, now, limit).await
    }

    async fn list(
        &self,
        kind: &str,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Row>, StoreError> {
        self.inner.list(kind, filter, after, limit).await
    }

    async fn due(&self, kind: &str, now: Timestamp, limit: usize) -> Result<Vec<Row>, StoreError> {
        self.inner.due(kind, now, limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due().await
    }

    async fn by_features(&self, kind: &str, features: &[String], cap: usize) -> Result<Linked, StoreError> {
        self.inner.by_features(kind, features, cap).await
    }

    async fn claim_effect(&self, now: Timestamp, lease: SignedDuration) -> Result<Option<Effect>, StoreError> {
        self.inner.claim_effect(now, lease).await
    }

    async fn release_effect(&self, lease: Lease, due_at: Timestamp) -> Result<(), StoreError> {
        self.inner.release_effect(lease, due_at).await
    }

    async fn drop_effect(&self, at: Timestamp, lease: Lease, why: &str) -> Result<(), StoreError> {
        self.inner.drop_effect(at, lease, why).await
    }

    async fn release_all_effects(&self) -> Result<u64, StoreError> {
        self.inner.release_all_effects().await
    }

    async fn outstanding_effects(&self) -> Result<u64, StoreError> {
        self.inner.outstanding_effects().await
    }

    async fn entries(&self, stream: Option<&str>, from_seq: u64, limit: usize) -> Result<Vec<StoredEntry>, StoreError> {
        self.inner.entries(stream, from_seq, limit).await
    }

    async fn entry(&self, seq: u64) -> Result<Option<StoredEntry>, StoreError> {
        self.inner.entry(seq).await
    }

    async fn checkpoint(&self) -> Result<Option<String>, StoreError> {
        self.inner.checkpoint().await
    }

    async fn export(&self, content: Content, sink: &mut (dyn Sink + Send)) -> Result<u64, StoreError> {
        self.inner.export(content, sink).await
    }

    async fn check_integrity(&self, witness: Option<&str>) -> Result<Integrity, StoreError> {
        self.inner.check_integrity(witness).await
    }

    async fn remembered(&self, account: &str, key: &str) -> Result<Option<Remembered>, StoreError> {
        self.inner.remembered(account, key).await
    }

    async fn complete_remembered(
        &self,
        account: &str,
        key: &str,
        provisional: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        self.inner.complete_remembered(account, key, provisional, body).await
    }

    async fn forget_remembered(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.inner.forget_remembered(before).await
    }
}

#[async_trait]
impl SignIns for SqliteStore {
    async fn create_session(&self, session: &Session) -> Result<bool, StoreError> {
        self.inner.create_session(session).await
    }

    async fn save_session(&self, session: &Session) -> Result<(), StoreError> {
        self.inner.save_session(session).await
    }

    async fn load_session(&self, id: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.inner.load_session(id, now).await
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        self.inner.delete_session(id).await
    }

    async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.inner.delete_expired_sessions(now).await
    }

    async fn set_credential(&self, account: &str, hash: &str, at: Timestamp) -> Result<(), StoreError> {
        self.inner.set_credential(account, hash, at).await
    }

    async fn credential(&self, account: &str) -> Result<Option<String>, StoreError> {
        self.inner.credential(account).await
    }

    async fn delete_credential(&self, account: &str) -> Result<(), StoreError> {
        self.inner.delete_credential(account).await
    }

    async fn note_failed_sign_in(&self, name: &str, address: &str, at: Timestamp) -> Result<(), StoreError> {
        self.inner.note_failed_sign_in(name, address, at).await
    }

    async fn failed_sign_ins(&self, name: &str, address: &str, since: Timestamp) -> Result<Attempts, StoreError> {
        self.inner.failed_sign_ins(name, address, since).await
    }

    async fn forget_failed_sign_ins(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.inner.forget_failed_sign_ins(before).await
    }
}
