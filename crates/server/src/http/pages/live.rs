//! What has changed since a page was made, for pages that stay open.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use domain::ThreatId;
use serde::{Deserialize, Serialize};

use super::{Told, Visitor, words};
use crate::app::EntryLine;
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;
use crate::http::problem::Problem;

/// A question is answered after this long even when nothing happened.
const LONGEST_WAIT: Duration = Duration::from_secs(25);
/// More entries than this at once are told as their number.
const TOLD: usize = 100;

/// How far a page has seen the record, and what it wants to know of.
#[derive(Deserialize)]
pub struct Seen {
    /// Number of entries when the page was made.
    size: u64,
    /// A threat's id, or `desk` for every threat.
    of: String,
}

/// What is new.
#[derive(Serialize)]
pub struct News {
    size: u64,
    /// A sentence for a person; empty when nothing that concerns the page has happened.
    said: String,
}

/// The number of entries in the record.
pub async fn size(desk: &Desk) -> Result<u64, AppError> {
    let known = *desk.watch().borrow();
    if known > 0 {
        return Ok(known);
    }
    // Nothing was written since the desk was opened: the signed checkpoint says how long the record is.
    let checkpoint = desk.store.checkpoint().await?.unwrap_or_default();
    Ok(checkpoint.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or_default())
}

/// Waits until something happens that concerns the page, and tells it in a sentence.
pub async fn changes(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Query(seen): Query<Seen>,
) -> Result<Json<News>, Told> {
    let mut watch = desk.watch();
    let threat: Option<ThreatId> = if seen.of == "desk" { None } else { Some(id(&seen.of)?) };
    let mut from = seen.size;
    let wait = tokio::time::timeout(LONGEST_WAIT, async {
        loop {
            let size = (*watch.borrow_and_update()).max(from);
            // Whoever was switched off while the page waited is told nothing more (A14).
            if size > from && desk.actor(visitor.0.name()).await?.is_none() {
                let words = "this account was switched off, or the session ended: sign in again";
                return Err(Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", words));
            }
            let said = if size > from { said(&desk, threat, from, &visitor).await? } else { String::new() };
            from = size;
            if !said.is_empty() || watch.changed().await.is_err() {
                return Ok::<_, Problem>(News { size, said });
            }
        }
    });
    match wait.await {
        Ok(news) => Ok(Json(news?)),
        Err(_nothing_happened) => Ok(Json(News { size: from, said: String::new() })),
    }
}

async fn said(desk: &Desk, threat: Option<ThreatId>, from: u64, visitor: &Visitor) -> Result<String, AppError> {
    let lines = desk.entry_lines(threat, from, TOLD).await?;
    let concerns = |line: &&EntryLine| line.stream.starts_with("threat/") && line.by != visitor.0.name();
    let new: Vec<&EntryLine> = lines.iter().filter(concerns).collect();
    let Some(last) = new.last() else { return Ok(String::new()) };
    let what = words::capital(&words::event(&last.kind));
    let others = match new.len() - 1 {
        0 => String::new(),
        more => format!(", after {}", words::count(more, "other change")),
    };
    Ok(format!("{what}, {} ({}){others}.", words::time(last.at), last.by))
}
