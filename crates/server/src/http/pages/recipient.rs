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
    told(desk.link(&token).await.and_then(|link| ask(&link, None)))
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

fn ask(link: &LinkAnswer, problem: Option<&str>) -> Result<Markup, AppError> {
    let language = if drafting::language_name(&link.language).is_some() { &link.language } else { "en" };
    let acknowledged = link.acknowledged.as_ref().map(|(person, at)| (person.as_str(), *at));
    let said =
        drafting::page_words(language, &link.reference, &link.recipient, acknowledged).map_err(AppError::fault)?;
    let say = |key: &str| said.get(key).map(String::as_str).unwrap_or_default();
    let content = html! {
        h1 { (say("page_heading")) }
        @if acknowledged.is_some() {
            p .answer .done role="status" { (say("page_done")) }
        } @else {
            p { (say("page_sent_to")) }
            @if let Some(problem) = problem { p .finding role="alert" lang="en" dir="ltr" { (words::sentence(problem)) } }
            form .stack method="post" {
                label { (say("page_name")) input name="person" dir="auto" required maxlength="200" autocomplete="name"; }
                label { (say("page_words")) " " span .hint { (say("page_words_hint")) } textarea name="words" dir="auto" rows="3" maxlength="2000" {} }
                button type="submit" { (say("page_button")) }
            }
            p { (say("page_never")) }
        }
    };
    Ok(layout::bare(say("page_title"), language, &content))
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
            Ok(link) => match ask(&link, Some(&refusal.to_string())) {
                Ok(page) => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
                Err(error) => told(Err(error)),
            },
            Err(error) => told(Err(error)),
        },
        other => told(other.and_then(|link| ask(&link, None))),
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
