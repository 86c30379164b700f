//! Versions of a draft, what people say about it, and exactly the bytes that would leave.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::threat::{Draft, Threat};
use domain::{DraftId, ThreatId};
use drafting::RenderAs;
use serde::Deserialize;

use super::bodies::{CommentAnswerBody, CommentBody};
use super::{Answer, Body, answer, id, told};
use crate::app::{Compared, Listed, NewComment};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// What to compare a draft with, and as what.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct With {
    /// The other draft; the version it was written from, if not given.
    with: Option<String>,
    /// A rendering such as `text` or `sms`; the fields of the draft, if not given.
    #[serde(rename = "as")]
    form: Option<String>,
}

/// Two versions side by side: which words went, which came.
#[utoipa::path(get, path = "/threats/{id}/drafts/{draft}/changes", operation_id = "compare_drafts", tag = "warnings",
    params(("id" = String, Path), ("draft" = String, Path), With),
    responses((status = 200, description = "Part by part, the pieces of both", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn changes(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
    Query(with): Query<With>,
) -> Answer<Compared> {
    let (threat, draft): (ThreatId, DraftId) = (id(&threat)?, id(&draft)?);
    let threat = desk.threat(threat).await.map_err(Problem::from)?;
    let other = match &with.with {
        Some(other) => id(other)?,
        None => threat.draft(draft).and_then(|known| known.follows).unwrap_or(draft),
    };
    answer(Desk::compared(&threat, draft, other, form(with.form.as_deref())?))
}

/// The rendering that a query names.
pub fn form(word: Option<&str>) -> Result<Option<RenderAs>, Problem> {
    let parsed = word.filter(|word| !word.is_empty()).map(str::parse).transpose();
    parsed.map_err(|cause: drafting::RenderError| AppError::invalid("as", cause.to_string()).into())
}

/// Says something about a draft.
#[utoipa::path(post, path = "/threats/{id}/drafts/{draft}/comments", operation_id = "comment_on_draft", tag = "warnings", request_body = CommentBody,
    params(("id" = String, Path), ("draft" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn comment(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
    Body(body): Body<CommentBody>,
) -> Answer<Threat> {
    let new = NewComment { quote: body.quote, words: body.words };
    told(desk.comment(&signed.0, id(&threat)?, id(&draft)?, &new).await)
}

/// Answers a comment; its number counts from 0.
#[utoipa::path(post, path = "/threats/{id}/drafts/{draft}/comments/{number}/answer", operation_id = "answer_comment", tag = "warnings", request_body = CommentAnswerBody,
    params(("id" = String, Path), ("draft" = String, Path), ("number" = usize, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn answer_comment(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, draft, number)): Path<(String, String, usize)>,
    Body(body): Body<CommentAnswerBody>,
) -> Answer<Threat> {
    told(desk.answer_comment(&signed.0, id(&threat)?, id(&draft)?, number, &body.words).await)
}

/// Every rendering that would leave, by its size and SHA-256.
#[utoipa::path(get, path = "/threats/{id}/drafts/{draft}/leaving", operation_id = "list_leaving", tag = "warnings",
    params(("id" = String, Path), ("draft" = String, Path)),
    responses((status = 200, description = "In the order of the plan, then what people pass on", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn leaving(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
) -> Answer<Vec<Listed>> {
    let (_, known) = known(&desk, id(&threat)?, id(&draft)?).await?;
    answer(Ok(desk.listed(&known)))
}

/// The bytes of one rendering, the recipient's one-time link blotted out.
#[utoipa::path(get, path = "/threats/{id}/drafts/{draft}/leaving/{number}", operation_id = "show_leaving", tag = "warnings",
    params(("id" = String, Path), ("draft" = String, Path), ("number" = usize, Path)),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"), (status = 404, body = Problem)))]
pub async fn leaf(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path((threat, draft, number)): Path<(String, String, usize)>,
) -> Result<Response, Problem> {
    bytes(&desk, id(&threat)?, id(&draft)?, number).await
}

/// The desk's detached signature (RFC 7515) over an approved rendering that people pass on.
#[utoipa::path(get, path = "/threats/{id}/drafts/{draft}/leaving/{number}/signature", operation_id = "show_signature", tag = "warnings",
    params(("id" = String, Path), ("draft" = String, Path), ("number" = usize, Path)),
    responses((status = 200, description = "The signature, one line", content_type = "application/jose"), (status = 404, body = Problem)))]
pub async fn signature(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path((threat, draft, number)): Path<(String, String, usize)>,
) -> Result<Response, Problem> {
    signed_line(&desk, id(&threat)?, id(&draft)?, number).await
}

/// A draft with its threat.
async fn known(desk: &Desk, threat: ThreatId, draft: DraftId) -> Result<(Threat, Draft), Problem> {
    let threat = desk.threat(threat).await.map_err(Problem::from)?;
    let known = threat.draft(draft).cloned();
    Ok((threat, known.ok_or_else(|| AppError::not_found(format!("draft {draft}")))?))
}

/// A signature as an answer.
pub async fn signed_line(desk: &Desk, threat: ThreatId, draft: DraftId, number: usize) -> Result<Response, Problem> {
    let (threat, known) = known(desk, threat, draft).await?;
    let line = desk.signature(&threat, &known, number).await.map_err(Problem::from)?;
    Ok(([(header::CONTENT_TYPE, "application/jose")], line).into_response())
}

/// The bytes of one rendering as an answer, never to be interpreted by a browser as anything else.
pub async fn bytes(desk: &Desk, threat: ThreatId, draft: DraftId, number: usize) -> Result<Response, Problem> {
    let (threat, known) = known(desk, threat, draft).await?;
    let leaf = desk.looked_at(&threat, &known, number).await.map_err(Problem::from)?;
    // A browser shows text; XML and JSON are shown as text too, a letter is saved.
    let media_type = if leaf.media_type == "application/pdf" { leaf.media_type } else { "text/plain; charset=utf-8" };
    let end = if leaf.media_type == "application/pdf" { "pdf" } else { "txt" };
    let name = format!("inline; filename=\"{}-{number}.{end}\"", known.release.reference);
    Ok(([(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, name)], leaf.bytes)
        .into_response())
}
