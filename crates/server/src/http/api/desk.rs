//! Sign-in, people, record and counts.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::account::{Account, AccountCommand};
use domain::{AccountId, Role};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Content, Cursor};
use tower_sessions::Session;
use utoipa::IntoParams;

use super::bodies::{AccountBody, AccountChange, SignIn};
use super::{Answer, Body, answer, id};
use crate::app::{Asked, By, EntryLine, Inspection, SignInRefused, Stats};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;
use crate::http::sessions::{self, Signed};

/// Who is signed in.
#[derive(Serialize)]
pub struct Me {
    name: String,
    roles: Vec<Role>,
}

/// Where a list goes on, as its page before said.
pub(crate) fn cursor(after: Option<&str>) -> Result<Option<Cursor>, AppError> {
    let parsed = after.map(str::parse::<Cursor>).transpose();
    parsed.map_err(|cause| AppError::invalid("after", cause.to_string()))
}

/// Signs in; the answer sets a cookie.
#[utoipa::path(post, path = "/session", tag = "desk", request_body = SignIn,
    responses((status = 200, description = "Signed in", body = serde_json::Value), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn sign_in(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    session: Session,
    Body(body): Body<SignIn>,
) -> Answer<Me> {
    let account = enter(&desk, &session, address, &body.name, &body.password).await?;
    Ok(Json(Me { name: account.name, roles: account.roles }))
}

/// Checks name and password and begins a session; shared by the API and the sign-in page.
pub(crate) async fn enter(
    desk: &Desk,
    session: &Session,
    address: SocketAddr,
    name: &str,
    password: &str,
) -> Result<Account, Problem> {
    match desk.sign_in(name, password, &address.ip().to_string()).await {
        Ok(account) => {
            sessions::begin(session, &account.name).await?;
            Ok(account)
        }
        Err(SignInRefused::Wrong) => {
            Err(Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", SignInRefused::Wrong.to_string()))
        }
        Err(SignInRefused::TooMany) => {
            Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", SignInRefused::TooMany.to_string()))
        }
        Err(SignInRefused::Fault(fault)) => Err(fault.into()),
    }
}

/// Signs out: the session ends at once.
#[utoipa::path(delete, path = "/session", tag = "desk", responses((status = 204, description = "Signed out")))]
pub async fn sign_out(session: Session) -> Result<StatusCode, Problem> {
    sessions::end(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "desk", responses((status = 200, body = serde_json::Value), (status = 401, body = Problem)))]
pub async fn me(signed: Signed) -> Json<Me> {
    Json(Me { name: signed.name().to_owned(), roles: signed.roles().to_vec() })
}

/// Counts over the whole desk.
#[utoipa::path(get, path = "/stats", tag = "desk", responses((status = 200, body = serde_json::Value)))]
pub async fn stats(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<Stats> {
    answer(desk.stats().await)
}

/// Which threats, and how they are grouped.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Inspected {
    /// Only threats that came to the desk's knowledge on this day or later, YYYY-MM-DD.
    #[param(value_type = Option<String>)]
    pub from: Option<Date>,
    /// The last such day.
    #[param(value_type = Option<String>)]
    pub to: Option<Date>,
    /// `pack` or `month`; all together when not said.
    #[param(value_type = Option<String>)]
    pub by: Option<By>,
}

/// Times, determinations, waivers and breaches, as an inspector asks for them.
#[utoipa::path(get, path = "/stats/inspection", tag = "desk", params(Inspected), responses((status = 200, body = serde_json::Value)))]
pub async fn inspection(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Query(query): Query<Inspected>,
) -> Answer<Inspection> {
    answer(desk.inspect(Asked { from: query.from, to: query.to, by: query.by.unwrap_or_default() }).await)
}

/// Everybody who works here.
#[utoipa::path(get, path = "/accounts", tag = "desk", responses((status = 200, body = serde_json::Value)))]
pub async fn people(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<Vec<Account>> {
    answer(desk.people().await)
}

/// Opens an account; takes a senior officer.
#[utoipa::path(post, path = "/accounts", tag = "desk", request_body = AccountBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn open_account(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<AccountBody>,
) -> Answer<Account> {
    let AccountBody { name, full_name, roles, password } = body;
    answer(desk.open_account(&signed.0, &name, &full_name, &roles, &password).await)
}

/// Changes an account: roles, off, on, or one's own password.
#[utoipa::path(post, path = "/accounts/{id}", tag = "desk", params(("id" = String, Path)), request_body = AccountChange,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn change_account(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(account): Path<String>,
    Body(body): Body<AccountChange>,
) -> Result<StatusCode, Problem> {
    let account: AccountId = id(&account)?;
    let command = match body {
        AccountChange::Password(password) => {
            desk.change_password(&signed.0, account, &password).await.map_err(Problem::from)?;
            return Ok(StatusCode::NO_CONTENT);
        }
        AccountChange::Roles(words) => {
            AccountCommand::ChangeRoles { id: account, roles: words.into_iter().map(|word| word.role).collect() }
        }
        AccountChange::Off(reason) => AccountCommand::SwitchOff { id: account, reason },
        AccountChange::On(reason) => AccountCommand::SwitchOn { id: account, reason },
    };
    desk.change_accounts(&signed.0, command).await.map_err(Problem::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The latest signed checkpoint, a C2SP signed note.
#[utoipa::path(get, path = "/record/checkpoint", tag = "record", responses((status = 200, description = "The note", body = String)))]
pub async fn checkpoint(State(desk): State<Arc<Desk>>, _signed: Signed) -> Result<String, Problem> {
    let note = desk.store.checkpoint().await.map_err(AppError::from)?;
    note.ok_or_else(|| AppError::not_found("checkpoint: the record is empty").into())
}

/// From which entry on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Stretch {
    /// Place of the first entry; 0 is the first of all.
    from: Option<u64>,
    /// At most so many, 1 to 1000; 200 when not said.
    limit: Option<usize>,
    /// Only of this threat.
    threat: Option<String>,
}

/// Entries of the record, without their content.
#[utoipa::path(get, path = "/record/entries", tag = "record", params(Stretch), responses((status = 200, body = serde_json::Value)))]
pub async fn entries(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Query(query): Query<Stretch>,
) -> Answer<Vec<EntryLine>> {
    let threat = query.threat.as_deref().map(id).transpose()?;
    let limit = query.limit.unwrap_or(200).clamp(1, 1000);
    answer(desk.entry_lines(threat, query.from.unwrap_or(0), limit).await)
}

/// The whole record as one file, for `forewarn record verify`; takes an inspector or a senior officer, and the look is
/// theirs to answer for.
#[utoipa::path(get, path = "/record/export", tag = "record", responses((status = 200, description = "JSON Lines", body = String), (status = 409, body = Problem)))]
pub async fn export(State(desk): State<Arc<Desk>>, signed: Signed) -> Result<Response, Problem> {
    signed.must_hold(&[Role::Inspector, Role::SeniorOfficer], "export the record")?;
    let mut bytes = Vec::new();
    // Contents stay in the house: what leaves this way is the proof, not the words.
    desk.store.export(Content::Withheld, &mut bytes).await.map_err(AppError::from)?;
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"record.jsonl\""),
    ];
    Ok((headers, bytes).into_response())
}
