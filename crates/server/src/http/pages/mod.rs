//! The desk in the browser: server-drawn, without script where it can be, one question after the other.
//!
//! The cast: `layout` is the frame of every page and the page that tells of a refusal; `words` turns times, steps and
//! clocks into words; `live` tells open pages what changed; `desk`, `reports`, `threat` (with `rail`, `saying`,
//! `determination`, `coordination`, `drafts`, `deliveries`, `hands`), `marks` (on a report's words), `answering` (with `bearing`), `writing`, `house`
//! (record, people, register), `policies`, `rosters`, `waking`, `inspection` and `recipient` are the pages; `assets` the
//! style and the little script.

mod answering;
mod assets;
mod bearing;
mod coordination;
mod deliveries;
mod desk;
mod determination;
mod drafts;
mod exactness;
mod hands;
mod house;
mod inspection;
mod keeping;
mod layout;
mod live;
mod marks;
mod policies;
mod rail;
mod recipient;
mod register;
mod reports;
mod rosters;
mod saying;
mod threat;
mod versions;
mod waking;
mod words;
mod writing;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequest, rejection::FormRejection};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, http::StatusCode};
use maud::Markup;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::sessions::{Signed, who};
use crate::desk::{Ask, Desk};

/// The pages' routes.
pub fn router() -> Router<Arc<Desk>> {
    Router::new()
        .route("/", get(desk::page))
        .route("/sign-in", get(desk::sign_in_page).post(desk::sign_in))
        .route("/sign-out", post(desk::sign_out))
        .route("/changes", get(live::changes))
        .route("/reports", get(reports::list).post(reports::add))
        .route("/reports/{id}", get(reports::page))
        .route("/reports/{id}/protected", post(reports::open))
        .route("/reports/{id}/marks", post(marks::mark))
        .route("/reports/{id}/releases", post(marks::release))
        .route("/threats/{id}", get(threat::page))
        .route("/threats/{id}/victims", post(determination::identify))
        .route("/threats/{id}/found/dismissed", post(determination::dismiss))
        .route("/threats/{id}/victims/{victim}/assessment", get(answering::page).post(answering::post))
        .route("/threats/{id}/victims/{victim}/affirmation", post(determination::affirm))
        .route("/threats/{id}/drafts", post(writing::write))
        .route("/threats/{id}/drafts/new", get(writing::page))
        .route("/threats/{id}/drafts/{draft}", get(drafts::page))
        .route("/threats/{id}/drafts/{draft}/approval", post(drafts::approve))
        .route("/threats/{id}/drafts/{draft}/override", post(drafts::override_leak))
        .route("/threats/{id}/drafts/{draft}/return", post(drafts::send_back))
        .route("/threats/{id}/drafts/{draft}/changes", get(versions::changes))
        .route("/threats/{id}/drafts/{draft}/comments", post(versions::comment))
        .route("/threats/{id}/drafts/{draft}/comments/{number}/answer", post(versions::answer))
        .route("/threats/{id}/drafts/{draft}/leaving/{number}", get(versions::leaf))
        .route("/threats/{id}/drafts/{draft}/leaving/{number}/signature", get(versions::signature))
        .route("/threats/{id}/deliveries/{delivery}/receipts", post(hands::receipt))
        .route("/threats/{id}/deliveries/{delivery}/acknowledgements", post(hands::acknowledge))
        .route("/threats/{id}/deliveries/{delivery}/stopped", post(hands::stop))
        .route("/threats/{id}/deliveries/{delivery}/sheet", get(hands::sheet))
        .route("/threats/{id}/warnings/{warning}/told", post(hands::told))
        .route("/threats/{id}/warnings/{warning}/ways", post(hands::another_way))
        .route("/threats/{id}/coordination", post(coordination::settle))
        .route("/threats/{id}/coordination/{topic}", get(coordination::page))
        .route("/threats/{id}/taken", post(threat::take_up))
        .route("/threats/{id}/reviews", post(threat::review))
        .route("/threats/{id}/outcome", post(threat::outcome))
        .route("/threats/{id}/closed", post(threat::close))
        .route("/record", get(house::record))
        .route("/people", get(house::people))
        .route("/register", get(register::page))
        .route("/register/doubles", get(keeping::doubles).post(keeping::tell_apart))
        .route("/register/removals", post(keeping::remove))
        .route("/register/keeps", post(keeping::keep))
        .route("/register/lookups", get(register::look_ups).post(register::look_up))
        .route("/policies", get(policies::page))
        .route("/policies/proposals", post(policies::propose))
        .route("/policies/{hash}", get(policies::proposal))
        .route("/policies/{hash}/text", get(policies::text))
        .route("/policies/{hash}/adoption", post(policies::adopt))
        .route("/people/{id}/waking", get(waking::ways).post(waking::set_ways))
        .route("/people/{id}/waking/{way}/test", post(waking::test))
        .route("/rosters", get(rosters::page).post(rosters::import))
        .route("/rosters/shifts", post(rosters::add_shift))
        .route("/rosters/shifts/{id}/removed", post(rosters::remove_shift))
        .route("/rosters/exceptions", post(rosters::add_exception))
        .route("/rosters/exceptions/{id}/removed", post(rosters::remove_exception))
        .route("/rosters/hand-overs", post(rosters::give))
        .route("/rosters/hand-overs/{id}/taken", post(rosters::take))
        .route("/wakes", get(waking::wakes))
        .route("/wakes/{id}/answer", post(waking::answer))
        .route("/wakes/{id}/calls/{number}/told", post(waking::tell))
        .route("/inspection", get(inspection::page))
        .route("/inspection.csv", get(inspection::csv))
        .route("/verify", get(recipient::verify_page).post(recipient::verify))
        .merge(assets::router())
        .layer(from_fn(with_way_back))
}

/// The one-time pages of recipients, and of those whom the desk calls. The token in the address is all there is to them: no session, and nothing that
/// another site could do without it; so no layer that writes addresses into a log stands in front.
pub fn links() -> Router<Arc<Desk>> {
    Router::new()
        .route("/a/{token}", get(recipient::page).post(recipient::acknowledge))
        .route("/w/{token}", get(waking::link).post(waking::answer_link))
        .layer(from_fn(with_way_back))
}

/// Draws the page that says why something was not done, with the way back to where it was asked.
async fn with_way_back(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else { return response };
    let page = layout::problem(&problem, way_back(&path).as_ref().map(|(path, name)| (path.as_str(), *name)));
    (problem.code(), page).into_response()
}

/// `/threats/thr_…/drafts/…` leads back to the threat.
fn way_back(path: &str) -> Option<(String, &'static str)> {
    let mut parts = path.split('/').skip(1);
    let (kind, id, more) = (parts.next()?, parts.next()?, parts.next().is_some());
    match (kind, more) {
        ("threats", true) => Some((format!("/threats/{id}"), "the threat")),
        ("reports", true) => Some((format!("/reports/{id}"), "the report")),
        ("register", _) => Some(("/register".to_owned(), "the register")),
        ("rosters", _) => Some(("/rosters".to_owned(), "the rosters")),
        ("wakes", true) => Some((format!("/wakes#{id}"), "the page Waking")),
        ("people", true) => Some((format!("/people/{id}/waking"), "how they are woken")),
        ("policies", true) => Some((format!("/policies/{id}"), "the proposed pack")),
        (_, _) => None,
    }
}

/// Somebody signed in; anybody else is sent to the sign-in page.
pub(super) struct Visitor(pub Signed);

impl Visitor {
    /// As a use case takes them.
    fn ask(&self) -> &Ask {
        &self.0.0
    }
}

impl FromRequestParts<Arc<Desk>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Response> {
        match who(parts, desk).await {
            Ok(Some(signed)) => Ok(Self(signed)),
            Ok(None) => Err(Redirect::to("/sign-in").into_response()),
            Err(problem) => Err(layout::problem(&problem, None).into_response()),
        }
    }
}

/// What a page answers: itself, or the page that says why not.
pub(super) type Page = Result<Markup, Told>;

/// What a form answers: back to where it came from, or the page that says why not.
pub(super) type Done = Result<Redirect, Told>;

/// A problem told as a page.
pub(super) struct Told(Problem);

impl<T: Into<Problem>> From<T> for Told {
    fn from(problem: T) -> Self {
        Self(problem.into())
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let code = self.0.code();
        (code, Extension(Arc::new(self.0))).into_response()
    }
}

/// A form's fields; what is wrong with them is told as a page.
pub(super) struct Fields<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = Told;

    async fn from_request(request: Request, state: &S) -> Result<Self, Told> {
        let form: Result<Form<T>, FormRejection> = Form::from_request(request, state).await;
        match form {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(cause) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", cause.body_text()).into()),
        }
    }
}

/// Back to a threat, at one of its sections.
pub(super) fn back(threat: &str, section: &str) -> Redirect {
    Redirect::to(&format!("/threats/{threat}#{section}"))
}

/// Text that a form left empty is text that was not given.
pub(super) fn given(text: String) -> Option<String> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
