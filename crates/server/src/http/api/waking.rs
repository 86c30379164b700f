//! Who is on duty, how people are woken, and what became of waking them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use domain::account::AccountCommand;
use domain::roster::{Exception, Roster, RosterCommand, Shift, days};
use domain::wake::{Wake, WakeAddress};
use domain::{AccountId, ExceptionId, HandOverId, Role, ShiftId, WakeId};
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::{Reason, RosterBody};
use super::{Answer, Body, answer, id};
use crate::app::{RosterCheck, RosterView};
use crate::desk::Desk;
use crate::http::problem::Problem;
use crate::http::sessions::Signed;

/// From when on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct From {
    /// Begin of the week looked at; now, when not said.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
}

/// A weekly shift.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftBody {
    /// `senior_officer` and so on.
    #[schema(value_type = String)]
    pub role: Role,
    /// Sign-in name.
    pub person: String,
    /// Days on which it begins: `mon` to `sun`.
    #[schema(value_type = Vec<String>)]
    #[serde(with = "days")]
    pub days: Vec<Weekday>,
    /// When it begins, HH:MM on the clocks of its zone.
    #[schema(value_type = String)]
    pub from: Time,
    /// When it ends; at or before `from` it is the next day's.
    #[schema(value_type = String)]
    pub to: Time,
    /// IANA name, such as `Europe/London`.
    pub zone: String,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub first_day: Option<Date>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub last_day: Option<Date>,
}

impl ShiftBody {
    pub fn shift(self, id: ShiftId) -> Shift {
        let Self { role, person, days, from, to, zone, first_day, last_day } = self;
        Shift { id, role, person, days, from, to, zone, first_day, last_day }
    }
}

/// A stretch of time in which a roster is not as usual.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionBody {
    #[schema(value_type = String)]
    pub role: Role,
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Who is off duty.
    #[serde(default)]
    pub off: Option<String>,
    /// Who is on duty instead, or besides.
    #[serde(default)]
    pub on: Option<String>,
    pub reason: String,
}

/// A note to whoever comes on duty.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverBody {
    #[schema(value_type = String)]
    pub role: Role,
    /// Sign-in name of the incoming person.
    pub to: String,
    pub note: String,
}

/// How somebody is woken, first way first.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PathsBody {
    /// Each `{"channel": "email|webhook|telephone", "address": text}`.
    #[schema(value_type = Vec<Object>)]
    pub paths: Vec<WakeAddress>,
}

/// What somebody says who takes it up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenBody {
    /// Why the deadline passed, as far as you know.
    #[serde(default)]
    pub words: String,
}

/// What came of a call by telephone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToldBody {
    pub reached: bool,
    pub words: String,
}

/// Wakes that are not over, and the newest that are.
#[derive(Serialize)]
pub struct Wakes {
    open: Vec<Wake>,
    over: Vec<Wake>,
}

/// The rosters, and who is on duty in the coming week.
#[utoipa::path(get, path = "/roster", tag = "waking", params(From), responses((status = 200, body = serde_json::Value)))]
pub async fn roster(State(desk): State<Arc<Desk>>, _signed: Signed, Query(query): Query<From>) -> Answer<RosterView> {
    answer(desk.roster_view(query.from.unwrap_or_else(|| desk.clock.now())).await)
}

/// Imports shifts and exceptions in place of those there are: TOML, CSV or iCalendar; takes a senior officer.
#[utoipa::path(post, path = "/roster", tag = "waking", request_body = RosterBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn import_roster(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<RosterBody>,
) -> Answer<Roster> {
    answer(desk.import_roster(&signed.0, &body.name, &body.text, body.dry_run).await)
}

/// For which hours of the coming week nobody could be woken.
#[utoipa::path(get, path = "/roster/check", tag = "waking", params(From), responses((status = 200, body = serde_json::Value)))]
pub async fn check_roster(
    State(desk): State<Arc<Desk>>,
    _signed: Signed,
    Query(query): Query<From>,
) -> Answer<RosterCheck> {
    answer(desk.check_roster(query.from.unwrap_or_else(|| desk.clock.now())).await)
}

/// Adds a weekly shift; takes a senior officer.
#[utoipa::path(post, path = "/roster/shifts", tag = "waking", request_body = ShiftBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn add_shift(State(desk): State<Arc<Desk>>, signed: Signed, Body(body): Body<ShiftBody>) -> Answer<Roster> {
    let shift = body.shift(desk.ids.new_id(desk.clock.now()));
    answer(desk.change_roster(&signed.0, RosterCommand::AddShift { shift }).await)
}

/// Removes a shift; takes a senior officer and a reason.
#[utoipa::path(post, path = "/roster/shifts/{id}/removed", tag = "waking", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn remove_shift(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(shift): Path<String>,
    Body(body): Body<Reason>,
) -> Answer<Roster> {
    let shift: ShiftId = id(&shift)?;
    answer(desk.change_roster(&signed.0, RosterCommand::RemoveShift { id: shift, reason: body.reason }).await)
}

/// Adds an exception; takes a senior officer.
#[utoipa::path(post, path = "/roster/exceptions", tag = "waking", request_body = ExceptionBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn add_exception(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<ExceptionBody>,
) -> Answer<Roster> {
    let ExceptionBody { role, from, to, off, on, reason } = body;
    let exception = Exception { id: desk.ids.new_id(desk.clock.now()), role, from, to, off, on, reason };
    answer(desk.change_roster(&signed.0, RosterCommand::AddException { exception }).await)
}

/// Removes an exception; takes a senior officer and a reason.
#[utoipa::path(post, path = "/roster/exceptions/{id}/removed", tag = "waking", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn remove_exception(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(exception): Path<String>,
    Body(body): Body<Reason>,
) -> Answer<Roster> {
    let exception: ExceptionId = id(&exception)?;
    answer(desk.change_roster(&signed.0, RosterCommand::RemoveException { id: exception, reason: body.reason }).await)
}

/// Hands a duty over: the outgoing person's note, signed by writing it.
#[utoipa::path(post, path = "/roster/hand-overs", tag = "waking", request_body = HandOverBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn give_hand_over(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Body(body): Body<HandOverBody>,
) -> Answer<Roster> {
    let HandOverBody { role, to, note } = body;
    let id = desk.ids.new_id(desk.clock.now());
    answer(desk.change_roster(&signed.0, RosterCommand::GiveHandOver { id, role, to, note }).await)
}

/// The incoming person signs for a duty.
#[utoipa::path(post, path = "/roster/hand-overs/{id}/taken", tag = "waking", params(("id" = String, Path)),
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn take_hand_over(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(hand_over): Path<String>,
) -> Answer<Roster> {
    let hand_over: HandOverId = id(&hand_over)?;
    answer(desk.change_roster(&signed.0, RosterCommand::TakeHandOver { id: hand_over }).await)
}

/// Sets how somebody is woken: one's own ways, or anybody's by a senior officer.
#[utoipa::path(post, path = "/accounts/{id}/waking", tag = "waking", params(("id" = String, Path)), request_body = PathsBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn set_paths(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(account): Path<String>,
    Body(body): Body<PathsBody>,
) -> Answer<Option<domain::account::Account>> {
    let account: AccountId = id(&account)?;
    let command = AccountCommand::SetWakePaths { id: account, paths: body.paths };
    answer(desk.change_accounts(&signed.0, command).await.map(|accounts| accounts.0.get(&account).cloned()))
}

/// Tests one way, counted from 0: its person says whether it woke them.
#[utoipa::path(post, path = "/accounts/{id}/waking/{way}/test", tag = "waking",
    params(("id" = String, Path), ("way" = usize, Path)),
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn test_path(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((account, way)): Path<(String, usize)>,
) -> Answer<Wake> {
    let account: AccountId = id(&account)?;
    answer(desk.test_wake(&signed.0, account, way).await.map(Wake::without_links))
}

/// Who is being woken, and what became of it.
#[utoipa::path(get, path = "/wakes", tag = "waking", responses((status = 200, body = serde_json::Value)))]
pub async fn wakes(State(desk): State<Arc<Desk>>, _signed: Signed) -> Answer<Wakes> {
    let (open, over) = desk.wakes(50).await.map_err(Problem::from)?;
    let plain = |wakes: Vec<Wake>| wakes.into_iter().map(Wake::without_links).collect();
    answer(Ok(Wakes { open: plain(open), over: plain(over) }))
}

/// Takes up what a call is about, or says that a test woke one.
#[utoipa::path(post, path = "/wakes/{id}/answer", tag = "waking", params(("id" = String, Path)), request_body = TakenBody,
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn answer_wake(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path(wake): Path<String>,
    Body(body): Body<TakenBody>,
) -> Answer<Wake> {
    let wake: WakeId = id(&wake)?;
    answer(desk.answer_wake(&signed.0, wake, &body.words).await.map(Wake::without_links))
}

/// Tells what came of a call by telephone.
#[utoipa::path(post, path = "/wakes/{id}/calls/{number}/told", tag = "waking", request_body = ToldBody,
    params(("id" = String, Path), ("number" = u32, Path)),
    responses((status = 200, body = serde_json::Value), (status = 409, body = Problem)))]
pub async fn tell_call(
    State(desk): State<Arc<Desk>>,
    signed: Signed,
    Path((wake, number)): Path<(String, u32)>,
    Body(body): Body<ToldBody>,
) -> Answer<Wake> {
    let wake: WakeId = id(&wake)?;
    answer(desk.tell_call(&signed.0, wake, number, body.reached, &body.words).await.map(Wake::without_links))
}
