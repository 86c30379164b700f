//! Rosters: who is on duty, for which hours nobody could be woken, changes, and handing over.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use domain::account::Accounts;
use domain::roster::{Exception, Gap, GapKind, HandOver, Roster, RosterCommand, Shift, Stretch, days};
use domain::{ExceptionId, HandOverId, Role, ShiftId};
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, given, layout, words};
use crate::app::{RosterCheck, RosterView};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::{ShiftBody, id};

const GAPS_SHOWN: usize = 40;
const HAND_OVERS_SHOWN: usize = 20;

/// The rosters.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let now = desk.clock.now();
    let (view, check, accounts) = (desk.roster_view(now).await?, desk.check_roster(now).await?, desk.accounts().await?);
    let senior = visitor.0.roles().contains(&Role::SeniorOfficer);
    let content = html! {
        h1 { "Rosters" }
        (gaps(&check))
        (on_duty(&view, now))
        (hand_overs(&view.roster, &accounts, &visitor))
        h2 { "Shifts" }
        (shifts(&view.roster, senior))
        (exceptions(&view.roster, senior))
        @if senior { (forms(&accounts)) } @else { p { "A senior officer changes rosters." } }
        p { a href="/wakes" { "Who is being called now" } }
    };
    Ok(layout::page(&layout::Frame::still("Rosters", "Rosters", now), &visitor.0, &content))
}

fn gaps(check: &RosterCheck) -> Markup {
    html! {
        section .now aria-label="What now" {
            p .first {
                @if check.gaps.is_empty() { strong .done { "In every hour of the coming week somebody on duty could be woken" } " for each role that may be asked." }
                @else { strong .finding { "In the coming week there are " (words::count(check.gaps.len(), "gap")) "." } }
            }
            ul { @for gap in check.gaps.iter().take(GAPS_SHOWN) { (one_gap(gap)) } }
            @if check.gaps.len() > GAPS_SHOWN { p .small { "The first " (GAPS_SHOWN) ". " code { "forewarn roster check" } " lists all." } }
            @if !check.untested.is_empty() { p { "Never tested: " @for (at, (person, way)) in check.untested.iter().enumerate() { @if at > 0 { "; " } (person) " by " (way) } "." } }
        }
    }
}

fn one_gap(gap: &Gap) -> Markup {
    html! {
        li {
            strong { (words::capital(&gap.role.to_string())) } ", " (words::stamp(gap.from)) " to " (words::stamp(gap.to)) ": "
            @if gap.kind == GapKind::Nobody { strong .finding { "nobody could be woken" } ": " }
            (words::sentence(&gap.why))
        }
    }
}

fn on_duty(view: &RosterView, now: Timestamp) -> Markup {
    html! {
        h2 { "On duty" }
        table {
            thead { tr { th scope="col" { "Role" } th scope="col" { "Now" } th scope="col" { "Then" } } }
            tbody { @for (role, stretches) in &view.duty { tr {
                th scope="row" { (words::capital(&role.to_string())) }
                @if view.roster.has(*role) {
                    td { (who(stretches.iter().find(|stretch| stretch.from <= now && now < stretch.to))) }
                    td { @for stretch in stretches.iter().filter(|stretch| stretch.from > now).take(3) { div { "from " (words::stamp(stretch.from)) ": " (who(Some(stretch))) } } }
                } @else { td colspan="2" { "No roster: everybody with the role is called." } }
            } } }
        }
    }
}

fn who(stretch: Option<&Stretch>) -> String {
    let people: Vec<&str> = stretch.into_iter().flat_map(|stretch| &stretch.people).map(String::as_str).collect();
    if people.is_empty() { "nobody".to_owned() } else { people.join(", ") }
}

fn hand_overs(roster: &Roster, accounts: &Accounts, visitor: &Visitor) -> Markup {
    let me = visitor.0.name();
    let waits = |known: &&HandOver| known.taken_at.is_none();
    let others = |role: Role| accounts.holders(role).any(|account| account.name != me);
    let mine: Vec<Role> = visitor.0.roles().iter().copied().filter(|role| others(*role)).collect();
    html! {
        h2 { "Handing over" }
        @for known in roster.hand_overs.iter().filter(waits) {
            section .now {
                p .first { strong { (known.from) " hands over to " (known.to) } ", " (known.role) ", " (words::stamp(known.given_at)) @if known.to == me { ". Please read and sign." } @else { ". " (known.to) " has not signed yet." } }
                blockquote { (known.note) }
                @if known.to == me { form method="post" action={ "/rosters/hand-overs/" (known.id) "/taken" } { button type="submit" { "I have read this and take over from " (known.from) } } }
            }
        }
        @if !mine.is_empty() {
            details {
                summary { "Hand your duty over" }
                form .stack method="post" action="/rosters/hand-overs" {
                    label { "Role" select name="role" { @for role in &mine { option value=(role.id()) { (role) } } } }
                    label { "To " span .hint { "sign-in name" } input name="to" required list="people" maxlength="40" autocapitalize="none"; }
                    label { "What the next has to know" textarea name="note" rows="4" required maxlength="4000" {} }
                    button type="submit" { "Sign and hand over" }
                }
            }
        }
        @let signed: Vec<&HandOver> = roster.hand_overs.iter().rev().filter(|known| known.taken_at.is_some()).take(HAND_OVERS_SHOWN).collect();
        @if !signed.is_empty() {
            details { summary { "Signed by both (" (signed.len()) ")" } ul { @for known in &signed { li { (known.from) " to " (known.to) ", " (known.role) ", " (words::stamp(known.given_at)) @if let Some(at) = known.taken_at { ", taken " (words::stamp(at)) } ": " (words::sentence(&known.note)) } } }
        }
        }
        datalist id="people" { @for account in accounts.0.values().filter(|account| !account.off) { option value=(account.name) {} } }
    }
}

fn shifts(roster: &Roster, senior: bool) -> Markup {
    html! {
        @if roster.shifts.is_empty() { p { "No shift is kept: everybody with a role is always on duty for it." } }
        @else { table {
            thead { tr { th scope="col" { "Role" } th scope="col" { "Person" } th scope="col" { "Days" } th scope="col" { "From, to" } th scope="col" { "Zone" } @if senior { th scope="col" { "Change" } } } }
            tbody { @for shift in &roster.shifts { tr {
                td { (shift.role) } td { (shift.person) }
                td { (shift.days.iter().map(|day| days::word(*day)).collect::<Vec<_>>().join(" ")) @if let Some(first) = shift.first_day { span .small { " from " (first) } } @if let Some(last) = shift.last_day { span .small { " until " (last) } } }
                td { (shift.from.strftime("%H:%M")) " to " (shift.to.strftime("%H:%M")) @if shift.to <= shift.from { span .small { " next day" } } }
                td { (shift.zone) }
                @if senior { td { (remove(&format!("shifts/{}", shift.id), &format!("{}'s shift", shift.person))) } }
            } } }
        } }
    }
}

fn exceptions(roster: &Roster, senior: bool) -> Markup {
    html! {
        @if !roster.exceptions.is_empty() {
            h3 { "Exceptions" }
            ul { @for known in &roster.exceptions { li {
                (known.role) ", " (words::stamp(known.from)) " to " (words::stamp(known.to)) ": "
                @if let Some(off) = &known.off { (off) " is off" @if known.on.is_some() { ", " } }
                @if let Some(on) = &known.on { (on) " is on" }
                ". " (words::sentence(&known.reason))
                @if senior { (remove(&format!("exceptions/{}", known.id), "this exception")) }
            } } }
        }
    }
}

fn remove(path: &str, what: &str) -> Markup {
    html! {
        details { summary { "Remove " (what) } form method="post" action={ "/rosters/" (path) "/removed" } {
            label { "Why " input name="reason" required maxlength="400"; } button .quiet type="submit" { "Remove " (what) }
        } }
    }
}

fn forms(accounts: &Accounts) -> Markup {
    let working = accounts.0.values().filter(|account| !account.off);
    let roles: BTreeSet<Role> =
        working.flat_map(|account| &account.roles).filter(|role| role.works()).copied().collect();
    html! {
        details {
            summary { "Add a shift" }
            form .stack method="post" action="/rosters/shifts" {
                label { "Role" select name="role" { @for role in &roles { option value=(role.id()) { (role) } } } }
                label { "Person " span .hint { "sign-in name" } input name="person" required list="people" maxlength="40" autocapitalize="none"; }
                label { "Days " span .hint { "mon-fri, sat sun, or daily" } input name="days" required value="daily" maxlength="60"; }
                label { "From" input type="time" name="from" required; }
                label { "To " span .hint { "at or before From: the next day" } input type="time" name="to" required; }
                label { "Zone " span .hint { "such as Europe/London" } input name="zone" required value="UTC" maxlength="60"; }
                button type="submit" { "Add this shift" }
            }
        }
        details {
            summary { "Add an exception" }
            form .stack method="post" action="/rosters/exceptions" {
                label { "For the role" select name="role" { @for role in &roles { option value=(role.id()) { (role) } } } }
                label { "Off duty " span .hint { "sign-in name, or empty" } input name="off" list="people" maxlength="40" autocapitalize="none"; }
                label { "On duty instead " span .hint { "sign-in name, or empty" } input name="on" list="people" maxlength="40" autocapitalize="none"; }
                label { "Begins (UTC)" input type="datetime-local" name="from" required; }
                label { "Ends (UTC)" input type="datetime-local" name="to" required; }
                label { "Reason" input name="reason" required maxlength="400"; }
                button type="submit" { "Add this exception" }
            }
        }
        details {
            summary { "Import a roster, in place of this one" }
            form .stack method="post" action="/rosters" {
                label { "TOML, CSV or iCalendar " span .hint { "docs/operating.md has an example" } textarea name="text" rows="10" required spellcheck="false" {} }
                button type="submit" { "Replace the roster" }
            }
        }
    }
}

/// A roster as text.
#[derive(Deserialize)]
pub struct ImportForm {
    text: String,
}

/// Replaces the roster.
pub async fn import(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<ImportForm>) -> Done {
    let first = form.text.lines().next().unwrap_or_default();
    let name = if first.starts_with("role,") { "roster.csv" } else { "roster" };
    desk.import_roster(visitor.ask(), name, &form.text, false).await?;
    Ok(back())
}

fn back() -> Redirect {
    Redirect::to("/rosters")
}

/// A shift as a form has it.
#[derive(Deserialize)]
pub struct ShiftForm {
    role: Role,
    person: String,
    days: String,
    from: Time,
    to: Time,
    zone: String,
}

/// Adds a shift.
pub async fn add_shift(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<ShiftForm>) -> Done {
    let ShiftForm { role, person, days, from, to, zone } = form;
    let days = crate::app::parse_days(&days).map_err(|problem| AppError::invalid("days", problem))?;
    let body =
        ShiftBody { role, person, days, from, to, zone: zone.trim().to_owned(), first_day: None, last_day: None };
    let shift: Shift = body.shift(desk.ids.new_id(desk.clock.now()));
    desk.change_roster(visitor.ask(), RosterCommand::AddShift { shift }).await?;
    Ok(back())
}

/// An exception as a form has it.
#[derive(Deserialize)]
pub struct ExceptionForm {
    role: Role,
    off: String,
    on: String,
    from: String,
    to: String,
    reason: String,
}

/// Adds an exception.
pub async fn add_exception(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Fields(form): Fields<ExceptionForm>,
) -> Done {
    let ExceptionForm { role, off, on, from, to, reason } = form;
    let moment = |field: &str, text: &str| {
        let civil = text.parse::<DateTime>().ok();
        let moment = civil.and_then(|civil| jiff::tz::TimeZone::UTC.to_timestamp(civil).ok());
        moment.ok_or_else(|| AppError::invalid(field, format!("`{text}` is not a time, YYYY-MM-DDTHH:MM")))
    };
    let (from, to) = (moment("from", &from)?, moment("to", &to)?);
    let id = desk.ids.new_id(desk.clock.now());
    let exception = Exception { id, role, from, to, off: given(off), on: given(on), reason };
    desk.change_roster(visitor.ask(), RosterCommand::AddException { exception }).await?;
    Ok(back())
}

/// Why something is removed.
#[derive(Deserialize)]
pub struct WhyForm {
    reason: String,
}

/// Removes a shift.
pub async fn remove_shift(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(shift): Path<String>,
    Fields(form): Fields<WhyForm>,
) -> Done {
    let shift: ShiftId = id(&shift)?;
    desk.change_roster(visitor.ask(), RosterCommand::RemoveShift { id: shift, reason: form.reason }).await?;
    Ok(back())
}

/// Removes an exception.
pub async fn remove_exception(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(exception): Path<String>,
    Fields(form): Fields<WhyForm>,
) -> Done {
    let exception: ExceptionId = id(&exception)?;
    desk.change_roster(visitor.ask(), RosterCommand::RemoveException { id: exception, reason: form.reason }).await?;
    Ok(back())
}

/// A note to whoever comes on duty.
#[derive(Deserialize)]
pub struct HandOverForm {
    role: Role,
    to: String,
    note: String,
}

/// Hands over.
pub async fn give(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<HandOverForm>) -> Done {
    let id = desk.ids.new_id(desk.clock.now());
    let HandOverForm { role, to, note } = form;
    let to = to.trim().to_owned();
    desk.change_roster(visitor.ask(), RosterCommand::GiveHandOver { id, role, to, note }).await?;
    Ok(back())
}

/// Takes over.
pub async fn take(State(desk): State<Arc<Desk>>, visitor: Visitor, Path(hand_over): Path<String>) -> Done {
    let hand_over: HandOverId = id(&hand_over)?;
    desk.change_roster(visitor.ask(), RosterCommand::TakeHandOver { id: hand_over }).await?;
    Ok(back())
}
