//! The register: importing, what is kept, who could not be reached, looking somebody up.

use std::sync::Arc;

use axum::extract::{Query, State};
use domain::lookup::LookUp;
use domain::register::{RegisterBook, RegisterCommand};

use super::bodies::{ApartBody, LineBody, LookUpBody, Paging, Reason, RegisterBody};
use super::desk::cursor;
use super::{Answer, Body, Listed, answer};
use crate::app::{Imported, Settled};
use crate::desk::Desk;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// Imports parties and relations into the register.
#[utoipa::path(post, path = "/register", tag = "desk", request_body = RegisterBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn import_register(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<RegisterBody>,
) -> Answer<Imported> {
    answer(desk.import_register(&signed.0, body.into(), &|_| {}).await)
}

/// Who could not be reached if we had to, tonight.
#[utoipa::path(get, path = "/register/check", tag = "desk", responses((status = 200, body = serde_json::Value)))]
pub async fn check_register(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<Vec<screening::Unreachable>> {
    let at = desk.clock.now();
    answer(desk.screen().await.map(|index| index.unreachable(at)))
}

/// What is said of the register as a whole: what somebody wants removed, who is held back, who is two.
#[utoipa::path(get, path = "/register/book", tag = "desk", responses((status = 200, body = serde_json::Value)))]
pub async fn register_book(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<RegisterBook> {
    answer(desk.register_book().await)
}

/// Removes a line: the first person asks for it, the second removes it, with all that hangs on it.
#[utoipa::path(post, path = "/register/removals", tag = "desk", request_body = LineBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn remove_line(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(LineBody { line, reason }): Body<LineBody>,
) -> Answer<Settled> {
    answer(desk.change_register(&signed.0, RegisterCommand::Remove { line, reason }).await)
}

/// Keeps a line that somebody wants removed.
#[utoipa::path(post, path = "/register/keeps", tag = "desk", request_body = LineBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn keep_line(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(LineBody { line, reason }): Body<LineBody>,
) -> Answer<Settled> {
    answer(desk.change_register(&signed.0, RegisterCommand::Keep { line, reason }).await)
}

/// Erases from the record what was removed from the register or changed in it; takes a senior officer.
#[utoipa::path(post, path = "/register/erasures", tag = "desk", request_body = Reason,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn erase_removed(State(desk): State<Arc<Desk>>, signed: Signed, Body(body): Body<Reason>) -> Answer<Settled> {
    answer(desk.erase_removed(&signed.0, &body.reason).await)
}

/// Parties that are probably one and were put in twice.
#[utoipa::path(get, path = "/register/doubles", tag = "desk", responses((status = 200, body = serde_json::Value)))]
pub async fn register_doubles(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<screening::Doubles> {
    answer(desk.doubles().await)
}

/// Says that two parties which look like one are two.
#[utoipa::path(post, path = "/register/doubles", tag = "desk", request_body = ApartBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn tell_apart(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(ApartBody { one, other, reason }): Body<ApartBody>,
) -> Answer<Settled> {
    answer(desk.change_register(&signed.0, RegisterCommand::TellApart { one, other, reason }).await)
}

/// Whom the register knows by these words. Who asks and why goes on the record; the words do not.
#[utoipa::path(post, path = "/register/lookups", tag = "desk", request_body = LookUpBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn look_up(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<LookUpBody>,
) -> Answer<screening::Screening> {
    answer(desk.look_up(&signed.0, &body.text, &body.reason).await)
}

/// Who looked somebody up, newest first; takes an inspector or a senior officer.
#[utoipa::path(get, path = "/register/lookups", tag = "desk", params(Paging),
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn look_ups(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Query(paging): Query<Paging>,
) -> Result<Listed<LookUp>, Problem> {
    let page = desk
        .look_ups(&signed.0, cursor(paging.after.as_deref())?.as_ref(), paging.limit())
        .await
        .map_err(Problem::from)?;
    Ok(Listed { items: page.items, next: page.next.map(|next| next.to_string()) })
}
