//! Sessions, credentials and attempts to sign in.

use jiff::Timestamp;
use sqlx::query;

use super::Inner;
use super::fault::{fault, get, get_time, get_u64};
use crate::{Attempts, Session, StoreError, sql};

impl Inner {
    pub(super) async fn create_session(&self, session: &Session) -> Result<bool, StoreError> {
        self.put_session(sql::SESSION_CREATE, session).await
    }

    pub(super) async fn save_session(&self, session: &Session) -> Result<(), StoreError> {
        self.put_session(sql::SESSION_SAVE, session).await.map(drop)
    }

    async fn put_session(&self, how: &'static str, session: &Session) -> Result<bool, StoreError> {
        let statement = query(how).bind(&session.id).bind(&session.data).bind(session.expires_at.as_microsecond());
        Ok(self.change(statement).await? == 1)
    }

    pub(super) async fn load_session(&self, id: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let mut reader = self.reader().await?;
        let row = query(sql::SESSION_LOAD)
            .bind(id)
            .bind(now.as_microsecond())
            .fetch_optional(&mut *reader)
            .await
            .map_err(fault)?;
        row.map(|row| {
            Ok(Session { id: get(&row, "id")?, data: get(&row, "data")?, expires_at: get_time(&row, "expires_at")? })
        })
        .transpose()
    }

    pub(super) async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        self.change(query(sql::SESSION_DELETE).bind(id)).await.map(drop)
    }

    pub(super) async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.change(query(sql::SESSION_FORGET).bind(now.as_microsecond())).await
    }

    pub(super) async fn set_credential(&self, account: &str, hash: &str, at: Timestamp) -> Result<(), StoreError> {
        let statement = query(sql::CREDENTIAL_SET).bind(account).bind(hash).bind(at.as_microsecond());
        self.change(statement).await.map(drop)
    }

    pub(super) async fn credential(&self, account: &str) -> Result<Option<String>, StoreError> {
        let mut reader = self.reader().await?;
        let row = query(sql::CREDENTIAL_GET).bind(account).fetch_optional(&mut *reader).await.map_err(fault)?;
        row.map(|row| get(&row, "hash")).transpose()
    }

    pub(super) async fn delete_credential(&self, account: &str) -> Result<(), StoreError> {
        self.change(query(sql::CREDENTIAL_DELETE).bind(account)).await.map(drop)
    }

    pub(super) async fn note_failed_sign_in(&self, name: &str, address: &str, at: Timestamp) -> Result<(), StoreError> {
        let statement = query(sql::FAILED_SIGN_IN_NOTE).bind(name).bind(address).bind(at.as_microsecond());
        self.change(statement).await.map(drop)
    }

    pub(super) async fn failed_sign_ins(
        &self,
        name: &str,
        address: &str,
        since: Timestamp,
    ) -> Result<Attempts, StoreError> {
        let mut reader = self.reader().await?;
        let row = query(sql::FAILED_SIGN_INS_COUNT)
            .bind(name)
            .bind(address)
            .bind(since.as_microsecond())
            .fetch_one(&mut *reader)
            .await
            .map_err(fault)?;
        Ok(Attempts { by_name: get_u64(&row, "by_name")?, by_address: get_u64(&row, "by_address")? })
    }

    pub(super) async fn forget_failed_sign_ins(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.change(query(sql::FAILED_SIGN_INS_FORGET).bind(before.as_microsecond())).await
    }
}
