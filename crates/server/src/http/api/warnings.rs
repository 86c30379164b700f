//! Drafts, warnings, deliveries and what comes back.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::threat::Threat;
use domain::{DraftId, ThreatId};

use super::bodies::{AckBody, AnotherWay, ApproveBody, OverrideBody, Reason, ReceiptBody};
use super::{Answer, Body, answer, id, told};
use crate::app::{NewDraft, Shown};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// Writes a draft: checked for leaks, with everything that would leave fixed.
#[utoipa::path(post, path = "/threats/{id}/drafts", tag = "warnings", params(("id" = String, Path)), request_body = serde_json::Value,
    responses((status = 200, description = "The threat after it; the draft lists what the leak check found", body = serde_json::Value),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn write(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<NewDraft>,
) -> Answer<Threat> {
    told(desk.write_draft(&signed.0, id(&threat)?, body).await)
}

/// What would leave, word for word, in every rendering.
#[utoipa::path(get, path = "/threats/{id}/drafts/{draft}", tag = "warnings", params(("id" = String, Path), ("draft" = String, Path)),
    responses((status = 200, description = "Renderings", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn renderings(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
) -> Answer<Vec<Shown>> {
    let (threat, draft): (ThreatId, DraftId) = (id(&threat)?, id(&draft)?);
    let threat = desk.threat(threat).await.map_err(Problem::from)?;
    let known = threat.draft(draft).ok_or_else(|| Problem::from(AppError::not_found(format!("draft {draft}"))))?;
    answer(desk.shown(known))
}

/// Approves a draft as it was shown. Takes a second person.
#[utoipa::path(post, path = "/threats/{id}/drafts/{draft}/approval", tag = "warnings", request_body = ApproveBody,
    params(("id" = String, Path), ("draft" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn approve(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
    Body(body): Body<ApproveBody>,
) -> Answer<Threat> {
    told(desk.approve(&signed.0, id(&threat)?, id(&draft)?, &body.fingerprint).await)
}

/// Answers, as a senior officer, for what the leak check found. Takes a reason, and another person approves.
#[utoipa::path(post, path = "/threats/{id}/drafts/{draft}/override", tag = "warnings", request_body = OverrideBody,
    params(("id" = String, Path), ("draft" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn override_leak(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
    Body(body): Body<OverrideBody>,
) -> Answer<Threat> {
    told(desk.override_leak(&signed.0, id(&threat)?, id(&draft)?, body.findings, &body.reason).await)
}

/// Sends a draft back to its writer.
#[utoipa::path(post, path = "/threats/{id}/drafts/{draft}/return", tag = "warnings", request_body = Reason,
    params(("id" = String, Path), ("draft" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn send_back(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, draft)): Path<(String, String)>,
    Body(body): Body<Reason>,
) -> Answer<Threat> {
    told(desk.return_draft(&signed.0, id(&threat)?, id(&draft)?, &body.reason).await)
}

/// Sends an approved warning another way to a recipient that the approval named.
#[utoipa::path(post, path = "/threats/{id}/warnings/{warning}/deliveries", tag = "warnings", request_body = AnotherWay,
    params(("id" = String, Path), ("warning" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn another_way(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, warning)): Path<(String, String)>,
    Body(body): Body<AnotherWay>,
) -> Answer<Threat> {
    told(desk.send_another_way(&signed.0, id(&threat)?, id(&warning)?, body.way, &body.reason).await)
}

/// Records what a carrier, or the person who carried it, says.
#[utoipa::path(post, path = "/threats/{id}/deliveries/{delivery}/receipts", tag = "warnings", request_body = ReceiptBody,
    params(("id" = String, Path), ("delivery" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn receipt(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, delivery)): Path<(String, String)>,
    Body(body): Body<ReceiptBody>,
) -> Answer<Threat> {
    told(desk.record_receipt(&signed.0, id(&threat)?, id(&delivery)?, body.state, &body.evidence).await)
}

/// Records a named person's acknowledgement.
#[utoipa::path(post, path = "/threats/{id}/deliveries/{delivery}/acknowledgements", tag = "warnings", request_body = AckBody,
    params(("id" = String, Path), ("delivery" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn acknowledge(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, delivery)): Path<(String, String)>,
    Body(body): Body<AckBody>,
) -> Answer<Threat> {
    let (threat, delivery) = (id(&threat)?, id(&delivery)?);
    told(desk.acknowledge(&signed.0, threat, delivery, body.capacity, &body.person, &body.words).await)
}

/// Stops a delivery.
#[utoipa::path(post, path = "/threats/{id}/deliveries/{delivery}/stop", tag = "warnings", request_body = Reason,
    params(("id" = String, Path), ("delivery" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn stop(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, delivery)): Path<(String, String)>,
    Body(body): Body<Reason>,
) -> Answer<Threat> {
    told(desk.stop_delivery(&signed.0, id(&threat)?, id(&delivery)?, &body.reason).await)
}
