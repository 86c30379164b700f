//! Reports: bring one in, look at one, open its protected paragraphs on the record.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::report::Report;
use serde::Serialize;

use super::bodies::{MarkBody, Paging, Reason, ReleaseBody, ReportBody};
use super::{Answer, Body, Listed, answer, id};
use crate::app::{NewReport, ReportLine, ReportText};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// A report with its text; protected stretches have no words unless they were opened.
#[derive(Serialize)]
pub struct ReportAnswer {
    report: Report,
    stretches: Vec<StretchAnswer>,
}

#[derive(Serialize)]
struct StretchAnswer {
    span: domain::Span,
    words: Option<String>,
    protected: bool,
    /// What it carries, in one line.
    marking: String,
}

impl From<ReportText> for ReportAnswer {
    fn from(text: ReportText) -> Self {
        let stretch = |stretch: crate::app::Stretch| StretchAnswer {
            span: stretch.span,
            words: stretch.words,
            protected: stretch.protected,
            marking: stretch.marking.to_string(),
        };
        Self { report: text.report, stretches: text.stretches.into_iter().map(stretch).collect() }
    }
}

/// Reports, newest first.
#[utoipa::path(get, path = "/reports", operation_id = "list_reports", tag = "reports", params(Paging),
    responses((status = 200, description = "One page of reports", body = serde_json::Value)))]
pub async fn list(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Query(paging): Query<Paging>,
) -> Result<Listed<ReportLine>, Problem> {
    let page = desk
        .report_lines(super::desk::cursor(paging.after.as_deref())?.as_ref(), paging.limit())
        .await
        .map_err(Problem::from)?;
    Ok(Listed { items: page.items, next: page.next.map(|next| next.to_string()) })
}

/// Takes a report in: it is durable before this answers, then read and linked.
#[utoipa::path(post, path = "/reports", tag = "reports", request_body = ReportBody,
    responses((status = 201, description = "The report as it was read and linked", body = serde_json::Value),
        (status = 422, description = "Cannot be read: says why", body = Problem),
        (status = 507, description = "The disk is full", body = Problem)))]
pub async fn add(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<ReportBody>,
) -> Result<(StatusCode, Json<Report>), Problem> {
    let bytes = match (body.text, body.base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(coded)) => {
            BASE64.decode(coded).map_err(|cause| Problem::from(AppError::invalid("base64", cause.to_string())))?
        }
        (Some(_), Some(_)) | (None, None) => {
            return Err(AppError::invalid("text", "give either `text` or `base64`, and not both").into());
        }
    };
    let new =
        NewReport { name: body.name, reporter: body.reporter, handling: body.handling, details: body.details, bytes };
    let report = desk.take_in(&signed.0, new).await.map_err(Problem::from)?;
    let report = desk.closed_report(report.id).await.map_err(Problem::from)?;
    Ok((StatusCode::CREATED, Json(report)))
}

/// One report with its text; protected paragraphs stay closed.
#[utoipa::path(get, path = "/reports/{id}", operation_id = "show_report", tag = "reports", params(("id" = String, Path)),
    responses((status = 200, description = "The report", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn show(State(desk): State<Arc<Desk>>, _signed: Signed, Path(report): Path<String>) -> Answer<ReportAnswer> {
    answer(desk.report_text(id(&report)?).await.map(ReportAnswer::from))
}

/// Opens the protected paragraphs. This look is recorded, with the reason, before anything is shown.
#[utoipa::path(post, path = "/reports/{id}/protected", tag = "reports", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, description = "The report, opened", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn open(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(report): Path<String>,
    Body(body): Body<Reason>,
) -> Answer<ReportAnswer> {
    // Protected words are never kept as a remembered answer.
    let ask = crate::desk::Ask::by(signed.0.actor.clone());
    answer(desk.open_protected(&ask, id(&report)?, &body.reason).await.map(ReportAnswer::from))
}

/// Puts a marking on words of a report, besides what they carry.
#[utoipa::path(post, path = "/reports/{id}/marks", tag = "reports", params(("id" = String, Path)), request_body = MarkBody,
    responses((status = 200, description = "The report as it is marked now", body = serde_json::Value), (status = 409, body = Problem),
        (status = 422, description = "No marking that is known, or words that are not there", body = Problem)))]
pub async fn mark(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(report): Path<String>,
    Body(body): Body<MarkBody>,
) -> Answer<ReportAnswer> {
    let report = id(&report)?;
    desk.mark_words(&signed.0, report, &body.on, &body.marking, &body.reason).await.map_err(Problem::from)?;
    answer(desk.report_text(report).await.map(ReportAnswer::from))
}

/// Lets words of a report carry less than they do. What the originator put there takes their word, or a senior officer.
#[utoipa::path(post, path = "/reports/{id}/releases", tag = "reports", params(("id" = String, Path)), request_body = ReleaseBody,
    responses((status = 200, description = "The report as it is marked now", body = serde_json::Value), (status = 409, body = Problem),
        (status = 422, description = "No marking that is known, or words that are not there once", body = Problem)))]
pub async fn release(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(report): Path<String>,
    Body(body): Body<ReleaseBody>,
) -> Answer<ReportAnswer> {
    let report = id(&report)?;
    let ReleaseBody { on, marking, agreed, reason } = body;
    desk.release_words(&signed.0, report, &on, &marking, &agreed, &reason).await.map_err(Problem::from)?;
    answer(desk.report_text(report).await.map(ReportAnswer::from))
}
