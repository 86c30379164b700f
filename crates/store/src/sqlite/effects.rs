//! Effects: claimed under a lease, given back, closed.

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, query, query_scalar};

use super::Inner;
use super::fault::{fault, get, get_time, get_u64, signed};
use crate::{Effect, EffectId, Lease, StoreError, sql};

impl Inner {
    pub(super) async fn claim_effect(
        &self,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Effect>, StoreError> {
        // A worker that asks in vain must not take the write lock from those who have something to store.
        let mut reader = self.reader().await?;
        let any: Option<i64> = query_scalar(sql::EFFECT_CLAIMABLE)
            .bind(now.as_microsecond())
            .fetch_optional(&mut *reader)
            .await
            .map_err(fault)?;
        drop(reader);
        if any.is_none() {
            return Ok(None);
        }
        let until = now
            .checked_add(lease)
            .ok()
            .filter(|until| *until > now)
            .ok_or_else(|| StoreError::Invalid(format!("a lease of {lease}")))?;
        let mut writer = self.writer().await?;
        let claimed = query(sql::EFFECT_CLAIM)
            .bind(now.as_microsecond())
            .bind(until.as_microsecond())
            .fetch_optional(&mut *writer)
            .await
            .map_err(fault);
        let claimed = self.heed(claimed)?;
        self.carry_over(&mut writer).await;
        claimed.as_ref().map(effect).transpose()
    }

    pub(super) async fn release_effect(&self, lease: Lease, due_at: Timestamp) -> Result<(), StoreError> {
        let statement = query(sql::EFFECT_RELEASE)
            .bind(signed(lease.id.0)?)
            .bind(signed(lease.token)?)
            .bind(due_at.as_microsecond());
        held(self.change(statement).await?, lease)
    }

    pub(super) async fn release_all_effects(&self) -> Result<u64, StoreError> {
        self.change(query(sql::EFFECTS_RELEASE_ALL)).await
    }

    pub(super) async fn drop_effect(&self, at: Timestamp, lease: Lease, why: &str) -> Result<(), StoreError> {
        let statement = query(sql::EFFECT_DROP)
            .bind(signed(lease.id.0)?)
            .bind(signed(lease.token)?)
            .bind(at.as_microsecond())
            .bind(why);
        held(self.change(statement).await?, lease)
    }

    pub(super) async fn outstanding_effects(&self) -> Result<u64, StoreError> {
        let mut reader = self.reader().await?;
        let row = query(sql::EFFECTS_OUTSTANDING).fetch_one(&mut *reader).await.map_err(fault)?;
        super::fault::unsigned(row.try_get(0).map_err(fault)?)
    }
}

/// Closes an effect inside a commit.
pub(super) async fn finish(tx: &mut SqliteConnection, at: Timestamp, lease: Lease) -> Result<(), StoreError> {
    let done = query(sql::EFFECT_FINISH)
        .bind(signed(lease.id.0)?)
        .bind(signed(lease.token)?)
        .bind(at.as_microsecond())
        .execute(tx)
        .await
        .map_err(fault)?;
    held(done.rows_affected(), lease)
}

/// Makes sure inside a commit that an effect is still held.
pub(super) async fn hold(tx: &mut SqliteConnection, lease: Lease) -> Result<(), StoreError> {
    let found = query(sql::EFFECT_HELD)
        .bind(signed(lease.id.0)?)
        .bind(signed(lease.token)?)
        .fetch_optional(tx)
        .await
        .map_err(fault)?;
    held(u64::from(found.is_some()), lease)
}

fn held(changed: u64, lease: Lease) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::LeaseLost { effect: lease.id.0 }) }
}

fn effect(row: &SqliteRow) -> Result<Effect, StoreError> {
    let tries = get_u64(row, "tries")?;
    Ok(Effect {
        id: EffectId(get_u64(row, "id")?),
        stream: get(row, "stream")?,
        key: get(row, "key")?,
        kind: get(row, "kind")?,
        payload: get(row, "payload")?,
        due_at: get_time(row, "due_at")?,
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
        token: get_u64(row, "token")?,
        lease_until: get_time(row, "lease_until")?,
    })
}
