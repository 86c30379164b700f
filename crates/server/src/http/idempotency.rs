//! Idempotency keys: a POST repeated with the same `Idempotency-Key` gets the first answer again and does nothing.
//!
//! The answer is kept in the same transaction as what it answers for, so there is no moment between the two.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::ReportId;
use sha2::{Digest, Sha256};

use super::problem::{Kind, Problem, REPEATED};
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
        Ok(Seen::New(request, None)) => next.run(request).await,
        Ok(Seen::New(request, Some(mine))) => {
            let response = next.run(request).await;
            let twin = response.extensions().get::<Kind>().is_some_and(|kind| kind.0.ends_with(REPEATED));
            if !twin {
                return response;
            }
            // Two at once: the other one was quicker, and its answer is there by now.
            kept(&desk, &mine).await.map_or_else(IntoResponse::into_response, |found| found.unwrap_or(response))
        }
        Ok(Seen::Before(answer)) => answer,
        Err(problem) => problem.into_response(),
    }
}

enum Seen {
    New(Request, Option<Mine>),
    Before(Response),
}

/// Whose request it is, under which key.
struct Mine {
    name: String,
    key: RequestKey,
}

async fn known(desk: &Desk, request: Request) -> Result<Seen, Problem> {
    let key = request.headers().get(HEADER).map(|value| value.to_str().unwrap_or_default().to_owned());
    let Some(key) = key.filter(|_| request.method() == Method::POST) else { return Ok(Seen::New(request, None)) };
    if key.is_empty() || key.len() > LONGEST {
        let words = format!("an Idempotency-Key has 1 to {LONGEST} printable ASCII characters; a UUID is a good one");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid", words));
    }
    let (mut parts, body) = request.into_parts();
    // Before the body is read: nobody else makes the desk hold one in memory for a key.
    let Some(signed) = who(&mut parts, desk).await? else {
        return Ok(Seen::New(Request::from_parts(parts, body), None));
    };
    let bytes = to_bytes(body, super::LARGEST_BODY).await.map_err(|_| super::too_large())?;
    let key = RequestKey { key, request_hash: hash(desk, &parts, &bytes) };
    let mine = Mine { name: signed.name().to_owned(), key: key.clone() };
    if let Some(answer) = kept(desk, &mine).await? {
        return Ok(Seen::Before(answer));
    }
    parts.extensions.insert(GivenKey(key));
    Ok(Seen::New(Request::from_parts(parts, Body::from(bytes)), Some(mine)))
}

/// A hash of the request that tells nothing about it: a request may hold a password, so the desk's key goes in too.
fn hash(desk: &Desk, parts: &Parts, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [&desk.pepper[..], parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// The answer that was kept for this request, if it was answered before.
async fn kept(desk: &Desk, mine: &Mine) -> Result<Option<Response>, Problem> {
    let kept = desk.store.remembered(&mine.name, &mine.key.key).await.map_err(AppError::from)?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.request_hash != mine.key.request_hash {
        return Err(AppError::KeyReused.into());
    }
    let gone = || Problem::new(StatusCode::GONE, "erased", "what this request answered has been erased since");
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let body = kept.body.ok_or_else(gone)?;
    if body.is_empty() {
        return Ok(Some(status.into_response()));
    }
    let body = match serde_json::from_str::<ReportId>(&body) {
        // The twin was stopped between keeping the report and reading it, or is at it now.
        Ok(report) => desk.answer_kept(&mine.name, &mine.key.key, report).await.map_err(Problem::from)?,
        Err(_) => body,
    };
    Ok(Some((status, [(header::CONTENT_TYPE, "application/json")], body).into_response()))
}
