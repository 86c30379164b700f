//! Sessions: a random id in a cookie, everything else in the store. Who somebody is and what they may do is looked up
//! on every request, so that switching an account off ends all it had open at once (A14).

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::{Actor, Role};
use jiff::Timestamp;
use store::{Session as Stored, Store};
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as StoreResult, SessionStore};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use super::idempotency::GivenKey;
use super::problem::Problem;
use crate::desk::{Ask, Desk};

/// The cookie's name.
const COOKIE: &str = "forewarn";
/// What the session holds: the sign-in name.
const NAME: &str = "name";
/// A session ends after this long without a request.
const IDLE_HOURS: i64 = 12;

/// Keeps sessions in the desk's store.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn Store>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Sessions")
    }
}

/// The layer that finds a request's session. `locked`: the cookie travels by TLS only.
pub fn layer(desk: &Desk, locked: bool) -> SessionManagerLayer<Sessions> {
    let sessions = Sessions { store: desk.store.clone() };
    SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_same_site(SameSite::Strict)
        .with_http_only(true)
        .with_secure(locked)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(IDLE_HOURS)))
}

impl Sessions {
    fn stored(record: &Record) -> StoreResult<Stored> {
        let data = serde_json::to_string(&record.data).map_err(|cause| Error::Encode(cause.to_string()))?;
        let expires_at = Timestamp::from_second(record.expiry_date.unix_timestamp());
        let expires_at = expires_at.map_err(|cause| Error::Encode(cause.to_string()))?;
        Ok(Stored { id: record.id.to_string(), data, expires_at })
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        while !self.store.create_session(&Self::stored(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        self.store.save_session(&Self::stored(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        // tower-sessions ends sessions by the machine's clock, whatever time the desk simulates.
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let now = Timestamp::from_second(now).unwrap_or(Timestamp::MIN);
        let Some(found) = self.store.load_session(&id.to_string(), now).await.map_err(backend)? else {
            return Ok(None);
        };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&found.data).map_err(|cause| Error::Decode(cause.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(found.expires_at.as_second());
        let expiry_date = expiry_date.map_err(|cause| Error::Decode(cause.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.store.delete_session(&id.to_string()).await.map_err(backend)
    }
}

fn backend(cause: store::StoreError) -> Error {
    Error::Backend(cause.to_string())
}

/// Starts a session for somebody who has just signed in, under a new id.
pub async fn begin(session: &Session, name: &str) -> Result<(), Problem> {
    session.cycle_id().await.map_err(fault)?;
    session.insert(NAME, name).await.map_err(fault)
}

/// Ends a session.
pub async fn end(session: &Session) -> Result<(), Problem> {
    session.flush().await.map_err(fault)
}

fn fault(cause: tower_sessions::session::Error) -> Problem {
    tracing::error!(%cause, "the session store failed");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "the session could not be kept; try again")
}

/// Somebody signed in, with the idempotency key of their request.
#[derive(Debug, Clone)]
pub struct Signed(pub Ask);

impl Signed {
    /// The sign-in name.
    pub fn name(&self) -> &str {
        self.0.actor.name()
    }

    /// What they may do.
    pub fn roles(&self) -> &[Role] {
        match &self.0.actor {
            Actor::Person { roles, .. } => roles,
            Actor::Desk | Actor::Recipient { .. } => &[],
        }
    }

    /// Refuses unless one of `needed` is theirs.
    pub fn must_hold(&self, needed: &[Role], what: &'static str) -> Result<(), Problem> {
        match self.0.actor.must_hold(needed, what) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(crate::error::AppError::from(refusal).into()),
        }
    }
}

/// Who the session of this request belongs to at this moment.
pub async fn who(parts: &mut Parts, desk: &Desk) -> Result<Option<Signed>, Problem> {
    let Ok(session) = <Session as FromRequestParts<()>>::from_request_parts(parts, &()).await else {
        return Ok(None);
    };
    let Some(name) = session.get::<String>(NAME).await.map_err(fault)? else { return Ok(None) };
    let actor = desk.actor(&name).await.map_err(Problem::from)?;
    let key = parts.extensions.get::<GivenKey>().map(|given| given.0.clone());
    Ok(actor.map(|actor| Signed(Ask { actor, key })))
}

impl FromRequestParts<Arc<Desk>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        let nobody = "sign in first: POST /api/v1/session with name and password, and send the cookie it sets";
        who(parts, desk).await?.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", nobody))
    }
}

impl OptionalFromRequestParts<Arc<Desk>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Option<Self>, Problem> {
        who(parts, desk).await
    }
}
