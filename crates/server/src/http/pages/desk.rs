//! The desk: one table, ordered by time left. And the way in and out.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::Session;

use super::words;
use super::{Fields, Page, Told, Visitor, layout};
use crate::app::ThreatLine;
use crate::desk::Desk;
use crate::http::problem::Problem;
use crate::http::{api, sessions};

const SHOWN: usize = 200;

/// The desk.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let open = desk.threat_lines(Some(true), None, SHOWN).await?;
    let closed = desk.threat_lines(Some(false), None, 20).await?;
    let now = desk.clock.now();
    let mine = |line: &&ThreatLine| {
        let with = line.clock.as_ref().map(|clock| clock.with.clone()).unwrap_or_default();
        visitor.0.roles().iter().any(|role| role.id() == with) || with == visitor.0.name()
    };
    let (needs_me, others): (Vec<_>, Vec<_>) = open.items.iter().partition(mine);
    let content = html! {
        h1 { "Desk" }
        @if open.items.is_empty() {
            p { "No open threat. " a href="/reports" { "Bring a report in" } " and it will stand here." }
        }
        (table("Needs me", &needs_me, now))
        (table("Needs somebody else", &others, now))
        @if open.next.is_some() { p { "Only the " (SHOWN) " most urgent are shown." } }
        (table("Closed", &closed.items.iter().collect::<Vec<_>>(), now))
        p .hint { kbd { "j" } " and " kbd { "k" } " move, " kbd { "Enter" } " opens, " kbd { "?" } " tells the keys." }
    };
    Ok(layout::page("Desk", &visitor.0, now, content))
}

fn table(title: &str, lines: &[&ThreatLine], now: jiff::Timestamp) -> Markup {
    html! {
        @if !lines.is_empty() {
            section {
                h2 { (title) " (" (lines.len()) ")" }
                div .scroll tabindex="0" role="region" aria-label=(title) {
                    table .desk {
                        thead { tr { th scope="col" { "Time left" } th scope="col" { "Threat" } th scope="col" { "Step" } th scope="col" { "With" } th scope="col" { "Last change" } } }
                        tbody {
                            @for line in lines {
                                tr {
                                    td .when { @if let Some(clock) = &line.clock { (words::clock(clock, None, now)) } @else { "no clock" } }
                                    td { a .row href={ "/threats/" (line.id) } { (line.sentence) } span .small { " " (reports(line.reports)) } }
                                    td { (words::plain(&line.step)) }
                                    td { @if let Some(clock) = &line.clock { (words::who(&clock.with)) } }
                                    td { (words::stamp(line.updated_at)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reports(count: usize) -> String {
    if count == 1 { "1 report".to_owned() } else { format!("{count} reports") }
}

/// The sign-in page.
pub async fn sign_in_page() -> Markup {
    sign_in_form(None)
}

fn sign_in_form(refused: Option<&Problem>) -> Markup {
    layout::bare(
        "Sign in",
        html! {
            h1 { "Sign in to the warning desk" }
            @if let Some(problem) = refused { p .finding role="alert" { (problem.detail) } }
            form .stack method="post" action="/sign-in" {
                label { "Sign-in name" input name="name" autocomplete="username" autocapitalize="none" required autofocus; }
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

/// How far the page that asks has seen the record.
#[derive(Deserialize)]
pub struct Seen {
    /// Number of entries.
    size: Option<u64>,
}

/// Waits up to 25 seconds for the record to grow; answers its size. For pages that announce that something changed.
pub async fn changes(State(desk): State<Arc<Desk>>, visitor: Visitor, Query(seen): Query<Seen>) -> Response {
    let _signed_in = visitor;
    let mut watch = desk.watch();
    let size = *watch.borrow_and_update();
    if seen.size == Some(size) {
        let _grown = tokio::time::timeout(std::time::Duration::from_secs(25), watch.changed()).await;
    }
    let size = *watch.borrow();
    (StatusCode::OK, size.to_string()).into_response()
}
