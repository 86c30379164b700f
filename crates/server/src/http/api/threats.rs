//! Threats: what we think, who is meant, what the policy says, how it ended.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use domain::threat::{Threat, ThreatCommand};
use domain::{ThreatId, VictimId};
use screening::Screening;

use super::bodies::{AnswersDoc, DismissBody, LinkBody, OutcomeBody, Paging, Reason, ReviewBody, TakeUpBody};
use super::{Answer, Body, Listed, answer, id, told};
use crate::app::{Affirming, Answers, NewVictim, ThreatLine, ThreatView, Way};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// Threats, the least time left first.
#[utoipa::path(get, path = "/threats", operation_id = "list_threats", tag = "threats", params(Paging),
    responses((status = 200, description = "One page of threats", body = serde_json::Value)))]
pub async fn list(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Query(paging): Query<Paging>,
) -> Result<Listed<ThreatLine>, Problem> {
    let after = super::desk::cursor(paging.after.as_deref())?;
    let page = desk.threat_lines(paging.open, after.as_ref(), paging.limit()).await.map_err(Problem::from)?;
    Ok(Listed { items: page.items, next: page.next.map(|next| next.to_string()) })
}

/// One threat: its state, clocks, reports, and what they agree on.
#[utoipa::path(get, path = "/threats/{id}", operation_id = "show_threat", tag = "threats", params(("id" = String, Path)),
    responses((status = 200, description = "The threat", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn show(State(desk): State<Arc<Desk>>, _signed: Signed, Path(threat): Path<String>) -> Answer<ThreatView> {
    answer(desk.threat_view(id(&threat)?).await)
}

/// Whom the register suggests: screens the threat's reports.
#[utoipa::path(get, path = "/threats/{id}/suggestions", tag = "threats", params(("id" = String, Path)),
    responses((status = 200, description = "Hits, protectors and routes", body = serde_json::Value)))]
pub async fn suggestions(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path(threat): Path<String>,
) -> Answer<Screening> {
    let threat = desk.threat(id(&threat)?).await.map_err(Problem::from)?;
    answer(desk.suggest(&threat).await)
}

/// The ways the register knows to those who protect a victim, best first.
#[utoipa::path(get, path = "/threats/{id}/victims/{victim}/ways", tag = "threats",
    params(("id" = String, Path), ("victim" = String, Path)),
    responses((status = 200, description = "Ways", body = serde_json::Value)))]
pub async fn ways(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path((threat, victim)): Path<(String, String)>,
) -> Answer<Vec<Way>> {
    let threat = desk.threat(id(&threat)?).await.map_err(Problem::from)?;
    let victim: VictimId = id(&victim)?;
    let known =
        threat.victim(victim).ok_or_else(|| Problem::from(AppError::not_found(format!("intended victim {victim}"))))?;
    answer(desk.ways(&threat, known).await)
}

/// Says who is meant; a description is enough.
#[utoipa::path(post, path = "/threats/{id}/victims", tag = "threats", params(("id" = String, Path)), request_body = serde_json::Value,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn identify(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<NewVictim>,
) -> Answer<Threat> {
    told(desk.identify(&signed.0, id(&threat)?, body).await)
}

/// Says that somebody whom the register found since is not meant.
#[utoipa::path(post, path = "/threats/{id}/found/dismissed", tag = "threats", params(("id" = String, Path)), request_body = DismissBody,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn dismiss(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<DismissBody>,
) -> Answer<Threat> {
    told(desk.dismiss(&signed.0, id(&threat)?, &body.party, &body.reason).await)
}

/// Answers the criteria; the policy pack draws the determination.
#[utoipa::path(post, path = "/threats/{id}/victims/{victim}/assessment", tag = "threats", request_body = AnswersDoc,
    params(("id" = String, Path), ("victim" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn assess(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, victim)): Path<(String, String)>,
    Body(body): Body<Answers>,
) -> Answer<Threat> {
    told(desk.assess(&signed.0, id(&threat)?, id(&victim)?, body).await)
}

/// Affirms a waiver or a "not owed"; takes a senior officer who did not make the determination.
#[utoipa::path(post, path = "/threats/{id}/victims/{victim}/affirmation", tag = "threats", request_body = serde_json::Value,
    params(("id" = String, Path), ("victim" = String, Path)),
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn affirm(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((threat, victim)): Path<(String, String)>,
    Body(body): Body<Affirming>,
) -> Answer<Threat> {
    told(desk.affirm(&signed.0, id(&threat)?, id(&victim)?, body).await)
}

/// Links a report by hand.
#[utoipa::path(post, path = "/threats/{id}/reports", tag = "threats", params(("id" = String, Path)), request_body = LinkBody,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn link(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<LinkBody>,
) -> Answer<Threat> {
    let report = desk.report(id(&body.report)?).await.map_err(Problem::from)?;
    told(desk.link_by_hand(&signed.0, id(&threat)?, &report, &body.reason).await)
}

/// Takes a report off a threat.
#[utoipa::path(delete, path = "/threats/{id}/reports", tag = "threats", params(("id" = String, Path)), request_body = LinkBody,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn unlink(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<LinkBody>,
) -> Answer<Threat> {
    let report = id(&body.report)?;
    let command = |_: &Threat, _| Ok(ThreatCommand::UnlinkReport { report, reason: body.reason.clone() });
    told(desk.act(&signed.0, id(&threat)?, command).await)
}

/// Takes up what is overdue.
#[utoipa::path(post, path = "/threats/{id}/taken", tag = "threats", params(("id" = String, Path)), request_body = TakeUpBody,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn take_up(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<TakeUpBody>,
) -> Answer<Threat> {
    told(desk.take_up(&signed.0, id(&threat)?, body.of, &body.reason).await)
}

/// Records a look before the window ends.
#[utoipa::path(post, path = "/threats/{id}/reviews", tag = "threats", params(("id" = String, Path)), request_body = ReviewBody,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn review(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<ReviewBody>,
) -> Answer<Threat> {
    let threat: ThreatId = id(&threat)?;
    told(desk.review(&signed.0, threat, id(&body.victim)?, body.decision, &body.reason, body.next_by).await)
}

/// Records how it ended.
#[utoipa::path(post, path = "/threats/{id}/outcome", tag = "threats", params(("id" = String, Path)), request_body = OutcomeBody,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn outcome(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<OutcomeBody>,
) -> Answer<Threat> {
    told(desk.record_outcome(&signed.0, id(&threat)?, body.kind, body.occurred_at, &body.reason).await)
}

/// Closes a threat for which nothing is owed any more.
#[utoipa::path(post, path = "/threats/{id}/closed", tag = "threats", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn close(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<Reason>,
) -> Answer<Threat> {
    told(desk.close(&signed.0, id(&threat)?, &body.reason).await)
}
