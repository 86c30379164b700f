//! What people settle among themselves: one address, and a body that says what.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::threat::Threat;
use utoipa::ToSchema;

use super::{Answer, Body, id, told};
use crate::app::Settling;
use crate::desk::Desk;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// `Settling` in the document's words.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct SettlingDoc {
    /// One of: `take_ownership` (`note`); `hand_over` (`to`, `note`); `state_details` (`report`, `originator`,
    /// `originator_controlled`: `yes` or `no`, `officer`, `conflict`); `ask_originator` (`originator`, `question`,
    /// `answer_by`); `record_answer` (`consultation`, `stance`: `agrees`, `objects` or `no_answer`, `person`, `words`);
    /// `warn_first` (`victim`, `reason`); `dispute` (`victim`, `reason`, `for_originator`); `settle_dispute` (`dispute`,
    /// `decision`: `upheld` or `set_aside`, `reason`); `delay` (`of`: the clock as JSON text, `kind`: `extension` or
    /// `pause`, `until`, `reason`).
    pub r#do: String,
}

/// Owner, originators, the urgent shortcut, disputes and moved deadlines.
#[utoipa::path(post, path = "/threats/{id}/coordination", operation_id = "coordinate", tag = "threats",
    params(("id" = String, Path)), request_body = SettlingDoc,
    responses((status = 200, description = "The threat after it", body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn settle(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(threat): Path<String>,
    Body(body): Body<Settling>,
) -> Answer<Threat> {
    told(desk.settle(&signed.0, id(&threat)?, body).await)
}
