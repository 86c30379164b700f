//! What a recipient sees: no desk around it, big type, one question at a time, no script. It says nothing about
//! anything else. Opening a page never acknowledges: mail scanners open links too (A20).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Fields, layout, words};
use crate::app::{Genuine, LinkAnswer};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;

/// The page behind a one-time link.
pub async fn page(State(desk): State<Arc<Desk>>, Path(token): Path<String>) -> Response {
    told(desk.link(&token).await.map(|link| ask(&link, None)))
}

fn told(page: Result<Markup, AppError>) -> Response {
    match page {
        Ok(page) => page.into_response(),
        Err(error) => {
            let problem = Problem::from(error);
            let content = html! { h1 { "This did not work" } p { (words::sentence(&problem.detail)) } p { a href="/verify" { "Check whether a warning is genuine" } } };
            (problem.code(), layout::bare("This did not work", "en", &content)).into_response()
        }
    }
}

fn ask(link: &LinkAnswer, problem: Option<&str>) -> Markup {
    layout::bare(
        "Acknowledge a warning",
        &link.language,
        &html! {
            h1 { "Warning " (link.reference) }
            @if let Some((person, at)) = &link.acknowledged {
                p .answer .done role="status" { "Acknowledged by " (person) ", " (words::stamp(*at)) ". Thank you. Nothing more is needed here." }
            } @else {
                p { "It was sent to " strong { (link.recipient) } ". Please tell us that a person has it." }
                @if let Some(problem) = problem { p .finding role="alert" { (words::sentence(problem)) } }
                form .stack method="post" {
                    label { "Your name" input name="person" required maxlength="200" autocomplete="name"; }
                    label { "Anything you want to tell us " span .hint { "You may leave this empty." } textarea name="words" rows="3" maxlength="2000" {} }
                    button type="submit" { "I have this warning" }
                }
                p { "We will never ask you here for a password or a payment." }
            }
        },
    )
}

/// A recipient's answer.
#[derive(Deserialize)]
pub struct AnswerForm {
    person: String,
    #[serde(default)]
    words: String,
}

/// Acknowledges, once.
pub async fn acknowledge(
    State(desk): State<Arc<Desk>>,
    Path(token): Path<String>,
    Fields(form): Fields<AnswerForm>,
) -> Response {
    match desk.acknowledge_by_link(&token, &form.person, &form.words).await {
        Err(AppError::Refused(refusal)) => match desk.link(&token).await {
            Ok(link) => (StatusCode::UNPROCESSABLE_ENTITY, ask(&link, Some(&refusal.to_string()))).into_response(),
            Err(error) => told(Err(error)),
        },
        other => told(other.map(|link| ask(&link, None))),
    }
}

/// The page that answers whether a warning is genuine.
pub async fn verify_page() -> Markup {
    verify_form(None)
}

fn verify_form(answer: Option<&Markup>) -> Markup {
    layout::bare(
        "Check a warning",
        "en",
        &html! {
            h1 { "Is this warning genuine?" }
            @if let Some(answer) = answer { p .answer role="status" { (answer) } }
            form .stack method="post" action="/verify" {
                label { "Reference, such as FW-2024-0001" input name="reference" required maxlength="40" autocapitalize="characters"; }
                label { "Code" input name="code" required maxlength="40" inputmode="numeric"; }
                button type="submit" { "Check this warning" }
            }
            p .small { "Both stand in the warning. The answer says only whether this desk gave it." }
        },
    )
}

/// Reference and code.
#[derive(Deserialize)]
pub struct VerifyForm {
    reference: String,
    code: String,
}

/// Answers whether a warning is genuine, and nothing else.
pub async fn verify(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Fields(form): Fields<VerifyForm>,
) -> Response {
    told(desk.genuine(&form.reference, &form.code, &address.ip().to_string()).await.map(|found| {
        let answer = match found {
            Genuine::Yes { desk, at } => html! { strong { "Yes." } " " (desk) " gave this warning on " (words::stamp(at)) "." },
            Genuine::No => html! { strong { "No." } " This desk gave no warning with this reference and code. Check both; if they are right, treat the message as false." },
        };
        verify_form(Some(&answer))
    }))
}
