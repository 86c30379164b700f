//! Policy packs of the desk, and determinations drawn again under the version they were made under.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::packs::Packs;
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::Reason;
use super::{Answer, Body, answer, id};
use crate::app::{DeterminationLine, Preview, RecordedDetermination, Replayed};
use crate::desk::Desk;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// A policy pack to look at before anybody proposes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackBody {
    /// The whole text, TOML.
    pub text: String,
}

/// A policy pack for a second person to adopt.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalBody {
    /// The whole text, TOML.
    pub text: String,
    /// Why the desk should work under it.
    pub reason: String,
}

/// Every pack the desk has adopted, with its whole text, and what is proposed.
#[utoipa::path(get, path = "/policies", operation_id = "list_policies", tag = "policies",
    responses((status = 200, description = "Packs in force, of earlier days and proposed", body = serde_json::Value)))]
pub async fn list(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<Packs> {
    answer(desk.library().await.map(|library| library.packs.clone()))
}

/// What a pack would change if it were adopted now; changes nothing.
#[utoipa::path(post, path = "/policies/preview", operation_id = "preview_policy", tag = "policies", request_body = PackBody,
    responses((status = 200, description = "Open threats that would be decided differently", body = serde_json::Value), (status = 422, body = Problem)))]
pub async fn preview(State(desk): State<Arc<Desk>>, _signed: Signed, Body(body): Body<PackBody>) -> Answer<Preview> {
    answer(desk.preview_pack(&body.text).await)
}

/// Proposes a pack. An unsound one is refused, with the counter-example.
#[utoipa::path(post, path = "/policies/proposals", operation_id = "propose_policy", tag = "policies", request_body = ProposalBody,
    responses((status = 200, description = "The packs after it", body = serde_json::Value), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn propose(State(desk): State<Arc<Desk>>, signed: Signed, Body(body): Body<ProposalBody>) -> Answer<Packs> {
    answer(desk.propose_pack(&signed.0, &body.text, &body.reason).await)
}

/// Adopts a proposed pack; takes a senior officer who did not propose it.
#[utoipa::path(post, path = "/policies/proposals/{hash}/adoption", operation_id = "adopt_policy", tag = "policies",
    params(("hash" = String, Path)), request_body = Reason,
    responses((status = 200, description = "The packs after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn adopt(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(hash): Path<String>,
    Body(body): Body<Reason>,
) -> Answer<Packs> {
    answer(desk.adopt_pack(&signed.0, &hash, &body.reason).await)
}

/// Every determination of one threat, those whose place another has taken included.
#[utoipa::path(get, path = "/threats/{id}/determinations", operation_id = "list_determinations", tag = "determinations",
    params(("id" = String, Path)),
    responses((status = 200, description = "Oldest first for each intended victim and pack", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn determinations(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path(threat): Path<String>,
) -> Answer<Vec<DeterminationLine>> {
    answer(desk.determination_lines(Some(id(&threat)?)).await)
}

/// One determination with everything it was drawn from, as it stands in its entry.
#[utoipa::path(get, path = "/determinations/{id}", operation_id = "show_determination", tag = "determinations",
    params(("id" = String, Path)),
    responses((status = 200, description = "The determination", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn determination(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path(determination): Path<String>,
) -> Answer<RecordedDetermination> {
    answer(desk.determination(id(&determination)?).await)
}

/// Draws a determination again from its recorded inputs, under the recorded version of its pack.
#[utoipa::path(get, path = "/determinations/{id}/replay", operation_id = "replay_determination", tag = "determinations",
    params(("id" = String, Path)),
    responses((status = 200, description = "Whether it agrees, and what differs", body = serde_json::Value), (status = 404, body = Problem)))]
pub async fn replay(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Path(determination): Path<String>,
) -> Answer<Replayed> {
    answer(desk.replay(id(&determination)?).await)
}
