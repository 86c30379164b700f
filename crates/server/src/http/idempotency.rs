//! Idempotency keys: a POST repeated with the same `Idempotency-Key` gets the first answer again and does nothing.
//!
//! The answer is kept in the same transaction as what it answers for, so there is no moment between the two.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::problem::Problem;
use super::sessions::who;
use crate::desk::{Desk, RequestKey};
use crate::error::AppError;

/// The header's name (IETF draft-ietf-httpapi-idempotency-key-header).
pub const HEADER: &str = "idempotency-key";
const LONGEST: usize = 200;

/// The key a request came with, for the use case to keep with its answer.
#[derive(Debug, Clone)]
pub struct GivenKey(pub RequestKey);

/// Answers a repeated POST from what was kept; lets everything else through.
pub async fn replay(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    match known(&desk, request).await {
        Ok(Seen::New(request)) => next.run(request).await,
        Ok(Seen::Before(answer)) => answer,
        Err(problem) => problem.into_response(),
    }
}

enum Seen {
    New(Request),
    Before(Response),
}

async fn known(desk: &Desk, request: Request) -> Result<Seen, Problem> {
    let key = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let Some(key) = key.filter(|_| request.method() == Method::POST) else { return Ok(Seen::New(request)) };
    if key.is_empty() || key.len() > LONGEST {
        let words = format!("an Idempotency-Key has 1 to {LONGEST} characters; a UUID is a good one");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid", words));
    }
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, super::LARGEST_BODY).await.map_err(|_| super::too_large())?;
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0]);
    hash.update(&bytes);
    let key = RequestKey { key, request_hash: hash.finalize().to_vec() };
    if let Some(signed) = who(&mut parts, desk).await? {
        let kept = desk.store.remembered(signed.name(), &key.key).await.map_err(AppError::from)?;
        if let Some(kept) = kept {
            if kept.request_hash != key.request_hash {
                return Err(AppError::KeyReused.into());
            }
            let gone = || Problem::new(StatusCode::GONE, "erased", "what this request answered has been erased since");
            let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
            let body = kept.body.ok_or_else(gone)?;
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::AGE, "0")];
            return Ok(Seen::Before((status, headers, body).into_response()));
        }
    }
    parts.extensions.insert(GivenKey(key));
    Ok(Seen::New(Request::from_parts(parts, Body::from(bytes))))
}
