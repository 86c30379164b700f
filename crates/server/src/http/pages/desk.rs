//! The desk: one table, ordered by time left. And the way in and out.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Role;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::Session;

use super::words;
use super::{Fields, Page, Told, Visitor, layout, live, waking};
use crate::app::ThreatLine;
use crate::desk::Desk;
use crate::http::problem::Problem;
use crate::http::{api, sessions};

/// So many fit into the weight of a page.
const SHOWN: usize = 60;
const CLOSED_SHOWN: usize = 20;

/// Which part of the desk to show.
#[derive(Deserialize)]
pub struct Part {
    /// Goes on where the part before it ended.
    after: Option<String>,
}

/// The desk.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor, Query(part): Query<Part>) -> Page {
    let size = live::size(&desk).await?;
    let after = api::cursor(part.after.as_deref())?;
    let open = desk.threat_lines(Some(true), after.as_ref(), SHOWN).await?;
    let closed = desk.threat_lines(Some(false), None, CLOSED_SHOWN).await?;
    let now = desk.clock.now();
    let (mut mine, mut others, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
    for line in &open.items {
        match &line.clock {
            Some(clock) if words::waits(clock) => waiting.push(line),
            Some(clock) if is_with(&clock.with, &visitor) => mine.push(line),
            Some(_) | None => others.push(line),
        }
    }
    let closed: Vec<&ThreatLine> = closed.items.iter().collect();
    let content = html! {
        h1 { "Desk" }
        div #lines {
            (waking::nobody(&desk).await?)
            @if after.is_none() { (what_now(&open.items, &mine, &visitor, now)) }
            (table("Needs you", &mine, now))
            (table("Needs somebody else", &others, now))
            (table("Running: the desk waits and asks again", &waiting, now))
            @if let Some(next) = &open.next { p { "These " (SHOWN) " have the least time left. " a href={ "/?after=" (next) } { "The next " (SHOWN) } } }
            @if after.is_some() { p { a href="/" { "Back to those with the least time left" } } }
            @if after.is_none() { (table("Closed", &closed, now)) }
        }
    };
    let frame = layout::Frame { watch: Some("desk".to_owned()), size, ..layout::Frame::still("Desk", "Desk", now) };
    Ok(layout::page(&frame, &visitor.0, &content))
}

fn is_with(with: &str, visitor: &Visitor) -> bool {
    visitor.0.roles().iter().any(|role| role.id() == with) || with == visitor.0.name()
}

/// The line on top: how much there is for this person, and when the next deadline of any kind is.
fn what_now(open: &[ThreatLine], mine: &[&ThreatLine], visitor: &Visitor, now: Timestamp) -> Markup {
    let next = open.iter().find_map(|line| line.clock.as_ref());
    html! {
        section .now aria-label="What now" {
            @match (mine.first().and_then(|line| line.clock.as_ref()), next) {
                (Some(clock), _) => p .first {
                    strong { (words::count(mine.len(), "threat")) @if mine.len() == 1 { " needs you" } @else { " need you" } } ". The first deadline is "
                    (words::stamp(clock.due_at)) ": " (words::clock(clock.due_at, now)) " to " (words::purpose(clock.of, None)) "."
                },
                (None, Some(clock)) => p .first {
                    strong { "Nothing needs you now." } " The next deadline of any kind is " (words::stamp(clock.due_at)) " ("
                    (words::clock(clock.due_at, now)) "), with " (words::who(&clock.with)) "."
                },
                (None, None) => p .first { strong { "No threat is open" } ", so no deadline runs." },
            }
            @if !visitor.0.roles().contains(&Role::Inspector) { p { a .button href="/reports#bring" { "Bring a report in" } } }
        }
    }
}

fn table(title: &str, lines: &[&ThreatLine], now: Timestamp) -> Markup {
    html! {
        @if !lines.is_empty() {
            section {
                h2 { (title) " (" (lines.len()) ")" }
                table .desk {
                    thead { tr { th scope="col" { "Time left, and for what" } th scope="col" { "Threat" } th scope="col" { "Step" } th scope="col" { "With" } th scope="col" { "Last change" } } }
                    tbody { @for line in lines { (row(line, now)) } }
                }
            }
        }
    }
}

fn row(line: &ThreatLine, now: Timestamp) -> Markup {
    html! {
        tr data-threat=(line.id) data-changed=(line.updated_at) {
            td .when {
                @if let Some(clock) = &line.clock {
                    (words::clock(clock.due_at, now)) " to " (words::purpose(clock.of, None))
                    span .small { "by " (words::stamp(clock.due_at)) @if clock.passed > 0 { ", asked " (words::count(clock.passed, "time")) } }
                } @else { "no clock" }
            }
            td .what { a .row href={ "/threats/" (line.id) } { (line.sentence) } " " span .small { (words::count(line.reports, "report")) } strong .new hidden { " new since you looked" } }
            td .step { (words::plain(&line.step)) }
            td .with { @if let Some(clock) = &line.clock { (words::who(&clock.with)) } @else { "nobody" } @if let Some(owner) = &line.owner { span .small { "owned by " (owner) } } }
            td .changed { (words::stamp(line.updated_at)) }
        }
    }
}

/// The sign-in page.
pub async fn sign_in_page() -> Markup {
    sign_in_form(None)
}

fn sign_in_form(refused: Option<&Problem>) -> Markup {
    layout::bare(
        "Sign in",
        "en",
        &html! {
            h1 { "Sign in to the warning desk" }
            @if let Some(problem) = refused { p .finding role="alert" { (words::sentence(&problem.detail)) } }
            form .stack method="post" action="/sign-in" {
                label { "Sign-in name" input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus; }
                label { "Password" input type="password" name="password" autocomplete="current-password" required; }
                button type="submit" { "Sign in" }
            }
            p { a href="/verify" { "Check whether a warning is genuine" } }
        },
    )
}

/// Name and password.
#[derive(Deserialize)]
pub struct SignIn {
    name: String,
    password: String,
}

/// Signs in, or shows the form again with the reason.
pub async fn sign_in(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    session: Session,
    Fields(fields): Fields<SignIn>,
) -> Response {
    match api::enter(&desk, &session, address, &fields.name, &fields.password).await {
        Ok(_) => Redirect::to("/").into_response(),
        Err(problem) => (problem.code(), sign_in_form(Some(&problem))).into_response(),
    }
}

/// Signs out.
pub async fn sign_out(session: Session) -> Result<Redirect, Told> {
    sessions::end(&session).await?;
    Ok(Redirect::to("/sign-in"))
}
