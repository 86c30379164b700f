//! What anybody may ask: whether a warning is genuine.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Body;
use super::bodies::VerifyBody;
use crate::app::Genuine;
use crate::desk::Desk;
use crate::http::problem::Problem;

/// Whether reference and code belong together; nothing else.
#[derive(Serialize, ToSchema)]
pub struct VerifyAnswer {
    /// Whether this desk gave a warning with this reference and code.
    pub genuine: bool,
    /// The desk that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<jiff::Timestamp>,
}

/// Whether a warning is genuine. Throttled; the answer gives nothing else away.
#[utoipa::path(post, path = "/verify", tag = "public", request_body = VerifyBody,
    responses((status = 200, body = VerifyAnswer), (status = 429, body = Problem)))]
pub async fn verify(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Body(body): Body<VerifyBody>,
) -> Result<Json<VerifyAnswer>, Problem> {
    Ok(Json(
        match desk.genuine(&body.reference, &body.code, &address.ip().to_string()).await.map_err(Problem::from)? {
            Genuine::Yes { desk, at } => VerifyAnswer { genuine: true, desk: Some(desk), at: Some(at) },
            Genuine::No => VerifyAnswer { genuine: false, desk: None, at: None },
        },
    ))
}
