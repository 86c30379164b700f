//! The JSON API under `/api/v1`, described by the OpenAPI document that this code makes.

mod bodies;
mod coordination;
mod desk;
mod policies;
mod public;
mod register;
mod reports;
mod threats;
pub mod versions;
mod waking;
mod warnings;

use std::sync::Arc;

use axum::extract::{FromRequest, Request, rejection::JsonRejection};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use domain::threat::Threat;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use desk::{cursor, enter};
pub(crate) use waking::ShiftBody;

use super::problem::Problem;
use crate::app::without_links;
use crate::desk::Desk;
use crate::error::AppError;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "forewarn",
        description = "The warning desk. Sign in with POST /api/v1/session and send the cookie it sets. Every POST \
                       takes an Idempotency-Key; the same key with the same request gets the first answer again and \
                       does nothing more. One answer is never kept: opening protected paragraphs is another \
                       recorded look each time. Refusals and faults are problem details (RFC 9457). Times are RFC 3339 in UTC."
    ),
    components(schemas(Problem))
)]
struct Api;

/// The routes and the document that describes them.
pub fn router() -> (Router<Arc<Desk>>, Document) {
    let routes = house().merge(threats_and_reports());
    OpenApiRouter::with_openapi(Api::openapi()).nest("/api/v1", routes).split_for_parts()
}

/// The desk's own affairs: people, register, rosters, policies, record.
fn house() -> OpenApiRouter<Arc<Desk>> {
    OpenApiRouter::new()
        .routes(routes!(desk::sign_in, desk::sign_out))
        .routes(routes!(desk::me))
        .routes(routes!(desk::stats))
        .routes(routes!(desk::people, desk::open_account))
        .routes(routes!(desk::change_account))
        .routes(routes!(register::import_register))
        .routes(routes!(register::check_register))
        .routes(routes!(register::register_book))
        .routes(routes!(register::remove_line))
        .routes(routes!(register::keep_line))
        .routes(routes!(register::erase_removed))
        .routes(routes!(register::register_doubles, register::tell_apart))
        .routes(routes!(register::look_up, register::look_ups))
        .routes(routes!(desk::checkpoint))
        .routes(routes!(desk::entries))
        .routes(routes!(desk::export))
        .routes(routes!(waking::roster, waking::import_roster))
        .routes(routes!(waking::check_roster))
        .routes(routes!(waking::add_shift))
        .routes(routes!(waking::remove_shift))
        .routes(routes!(waking::add_exception))
        .routes(routes!(waking::remove_exception))
        .routes(routes!(waking::give_hand_over))
        .routes(routes!(waking::take_hand_over))
        .routes(routes!(waking::set_paths))
        .routes(routes!(waking::test_path))
        .routes(routes!(waking::wakes))
        .routes(routes!(waking::answer_wake))
        .routes(routes!(waking::tell_call))
        .routes(routes!(desk::inspection))
        .routes(routes!(policies::list))
        .routes(routes!(policies::preview))
        .routes(routes!(policies::propose))
        .routes(routes!(policies::adopt))
        .routes(routes!(policies::determinations))
        .routes(routes!(policies::determination))
        .routes(routes!(policies::replay))
}

/// What comes in and what is done about it.
fn threats_and_reports() -> OpenApiRouter<Arc<Desk>> {
    OpenApiRouter::new()
        .routes(routes!(reports::list, reports::add))
        .routes(routes!(reports::show))
        .routes(routes!(reports::open))
        .routes(routes!(reports::mark))
        .routes(routes!(reports::release))
        .routes(routes!(threats::list))
        .routes(routes!(threats::show))
        .routes(routes!(threats::suggestions))
        .routes(routes!(threats::ways))
        .routes(routes!(threats::identify))
        .routes(routes!(threats::dismiss))
        .routes(routes!(threats::assess))
        .routes(routes!(threats::affirm))
        .routes(routes!(threats::link, threats::unlink))
        .routes(routes!(threats::take_up))
        .routes(routes!(coordination::settle))
        .routes(routes!(threats::review))
        .routes(routes!(threats::outcome))
        .routes(routes!(threats::close))
        .routes(routes!(warnings::write))
        .routes(routes!(warnings::renderings))
        .routes(routes!(warnings::approve))
        .routes(routes!(warnings::override_leak))
        .routes(routes!(warnings::send_back))
        .routes(routes!(versions::changes))
        .routes(routes!(versions::comment))
        .routes(routes!(versions::answer_comment))
        .routes(routes!(versions::leaving))
        .routes(routes!(versions::leaf))
        .routes(routes!(versions::signature))
        .routes(routes!(warnings::another_way))
        .routes(routes!(warnings::receipt))
        .routes(routes!(warnings::acknowledge))
        .routes(routes!(warnings::stop))
        .routes(routes!(public::verify))
}

/// Serves the document itself.
pub fn document(document: Document) -> Router<Arc<Desk>> {
    let text = document.to_pretty_json().unwrap_or_default();
    Router::new()
        .route("/api/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], text) }))
}

/// A JSON body; what is wrong with one is answered as a problem that says where.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                "send the body as JSON, with Content-Type: application/json",
            )),
            Err(other) if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(super::too_large()),
            Err(other) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", other.body_text())),
        }
    }
}

/// An answer as JSON, or a problem.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

/// A use case's answer as JSON.
pub(crate) fn answer<T: Serialize>(result: Result<T, AppError>) -> Answer<T> {
    result.map(Json).map_err(Problem::from)
}

/// A threat as JSON, without the links that belong to its recipients.
pub(crate) fn told(result: Result<Threat, AppError>) -> Answer<Threat> {
    answer(result.map(without_links))
}

/// An id in a path; something else there is a thing that does not exist.
pub(crate) fn id<K: domain::ids::Kind>(text: &str) -> Result<domain::Id<K>, Problem> {
    text.parse()
        .map_err(|cause: domain::ids::IdError| Problem::new(StatusCode::NOT_FOUND, "not-found", cause.to_string()))
}

/// A list with the place where it goes on.
#[derive(Serialize)]
pub(crate) struct Listed<T> {
    /// This page.
    pub items: Vec<T>,
    /// Give this as `after` for the next page; none on the last.
    pub next: Option<String>,
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
