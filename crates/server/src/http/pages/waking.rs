//! Being woken: the page behind a call's one-time link, who is being called, and how each person is woken.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::account::{Account, AccountCommand};
use domain::wake::{About, Call, Wake, WakeAddress};
use domain::{AccountId, ChannelKind, Role, WakeId};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, layout, words};
use crate::app::WakePage;
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;
use crate::http::problem::Problem;

const OVER_SHOWN: usize = 30;
const CALLS_SHOWN: usize = 12;

/// The page behind a call's link. Opening it answers nothing: mail scanners open links too (A20).
pub async fn link(State(desk): State<Arc<Desk>>, Path(token): Path<String>) -> Response {
    told(desk.wake_link(&token).await.map(|page| asked(&page, None)))
}

fn told(page: Result<Markup, AppError>) -> Response {
    match page {
        Ok(page) => page.into_response(),
        Err(error) => {
            let problem = Problem::from(error);
            let content = html! { h1 { "This did not work" } p role="alert" { (words::sentence(&problem.detail)) } p { a href="/sign-in" { "Sign in at the desk" } } };
            (problem.code(), layout::bare("This did not work", "en", &content)).into_response()
        }
    }
}

fn asked(page: &WakePage, refused: Option<&str>) -> Markup {
    let button = if page.test { "This woke me" } else { "I take this up" };
    layout::bare(
        "The desk asks for you",
        "en",
        &html! {
            h1 { @if page.test { "Test " } @else { "The desk asks for you: " } (page.reference) }
            @if let Some(refused) = refused { p .finding role="alert" { (words::sentence(refused)) } }
            @if let Some((at, why)) = &page.over {
                p .answer .done role="status" { (words::sentence(why)) " " (words::stamp(*at)) "." }
                p { "What it is about stands at the desk. " a href="/sign-in" { "Sign in at the desk" } }
            } @else {
                @if page.test { p { "The desk tests how " strong { (page.person) } " is woken. Please say whether it worked." } }
                @else { p { "A deadline has passed. " strong { (page.person) } ", please take it up by " strong { (words::stamp(page.by)) } ". What it is about stands at the desk and nowhere else." } }
                form .stack method="post" {
                    @if !page.test { label { "Why it is late, if you know " span .hint { "You may leave this empty." } textarea name="words" rows="2" maxlength="1000" {} } }
                    button type="submit" { (button) }
                }
            }
        },
    )
}

/// What somebody says.
#[derive(Deserialize)]
pub struct AnswerForm {
    #[serde(default)]
    words: String,
}

/// Takes up what the call was about, as the person whose link it is.
pub async fn answer_link(
    State(desk): State<Arc<Desk>>,
    Path(token): Path<String>,
    Fields(form): Fields<AnswerForm>,
) -> Response {
    match desk.answer_wake_link(&token, &form.words).await {
        // Somebody else was quicker, or their roles do not allow it: the page says so.
        Err(AppError::Refused(refusal)) => {
            told(desk.wake_link(&token).await.map(|page| asked(&page, Some(&refusal.to_string()))))
        }
        other => told(other.map(|page| asked(&page, None))),
    }
}

/// Who is being called, and what became of it.
pub async fn wakes(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let (open, over) = desk.wakes(OVER_SHOWN).await?;
    let now = desk.clock.now();
    let nobody = open.iter().filter(|wake| wake.nobody.is_some()).count();
    let content = html! {
        h1 { "Waking" }
        section .now aria-label="What now" {
            p .first {
                @if open.is_empty() { strong { "Nobody is being called." } }
                @else { strong { (words::count(open.len(), "call")) " for somebody" } " under way." }
                @if nobody > 0 { " " strong .finding { "Nobody could be woken for " (nobody) " of them." } }
            }
            p { a href="/rosters" { "Who is on duty, and for which hours nobody could be woken" } }
        }
        @for wake in &open { (one(wake, now)) }
        @if !over.is_empty() { h2 { "Over" } @for wake in &over { (one(wake, now)) } }
    };
    Ok(layout::page(&layout::Frame::still("Waking", "Rosters", now), &visitor.0, &content))
}

fn one(wake: &Wake, now: Timestamp) -> Markup {
    let opening = &wake.opening;
    html! {
        section id=(opening.id) {
            h3 { (opening.reference) ": " (about(wake)) }
            @if let Some(ended) = &wake.ended { p .done { (words::sentence(&ended.why)) " " (words::stamp(ended.at)) "." } }
            @else if let Some(nobody) = &wake.nobody { p .finding { strong { "Nobody could be woken" } " since " (words::stamp(nobody.since)) ": " (words::sentence(&nobody.why)) } }
            @else { p { "Somebody should have taken it up by " (words::stamp(opening.answer_by)) " (" (words::left(opening.answer_by, now)) ")." } }
            ol .history { @for call in wake.calls.iter().rev().take(CALLS_SHOWN) { (one_call(wake, call)) } }
            @if wake.calls.len() > CALLS_SHOWN { p .small { "The newest " (CALLS_SHOWN) " of " (wake.calls.len()) " calls." } }
            @if wake.ended.is_none() {
                form method="post" action={ "/wakes/" (opening.id) "/answer" } {
                    @if let About::Test { .. } = opening.about { button type="submit" { "This woke me (" (opening.reference) ")" } }
                    @else { label { "Why it is late, if you know " input name="words" maxlength="1000"; } button type="submit" { "I take up " (opening.reference) } }
                }
            }
        }
    }
}

fn about(wake: &Wake) -> Markup {
    match &wake.opening.about {
        About::Deadline { threat, of, .. } => {
            html! { "a deadline passed to " (words::purpose(*of, None)) " (" a href={ "/threats/" (threat) } { "the threat" } ")" }
        }
        About::Test { path, .. } => html! { "a test of " (path.kind) },
    }
}

fn one_call(wake: &Wake, call: &Call) -> Markup {
    let calling = &call.calling;
    let result = serde_json::to_value(&call.result).unwrap_or_default();
    let evidence = result.get("evidence").and_then(|said| said.as_str()).unwrap_or("under way");
    html! {
        li {
            (words::stamp(call.started_at)) ": " strong { (calling.person) } ", " (calling.role) @if calling.on_duty { " on duty" } ", by " (calling.to.kind) ". " span .small { (evidence) }
            @if let Some(told) = &call.told { " " (told.by) @if told.reached { " reached them: " } @else { " did not reach them: " } (words::sentence(&told.words)) }
            @else if calling.to.kind.by_hand() && wake.ended.is_none() {
                div {
                    p { "Ring " strong { (calling.to.address) } " and say: this is the warning desk; we ask for " (calling.person) "; the reference is " (wake.opening.reference) "; please sign in at the desk by " (words::stamp(wake.opening.answer_by)) ". Say nothing of what it is about." }
                    form method="post" action={ "/wakes/" (wake.opening.id) "/calls/" (calling.number) "/told" } {
                        label { "What came of the call to " (calling.person) " " input name="words" required maxlength="1000"; }
                        button name="reached" value="true" type="submit" { "I reached " (calling.person) }
                        button .quiet name="reached" value="false" type="submit" { "I did not reach " (calling.person) }
                    }
                }
            }
        }
    }
}

/// Takes up, signed in.
pub async fn answer(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(wake): Path<String>,
    Fields(form): Fields<AnswerForm>,
) -> Done {
    let wake: WakeId = id(&wake)?;
    desk.answer_wake(visitor.ask(), wake, &form.words).await?;
    Ok(Redirect::to(&format!("/wakes#{wake}")))
}

/// What came of a call.
#[derive(Deserialize)]
pub struct ToldForm {
    reached: bool,
    words: String,
}

/// Tells what came of a call by telephone.
pub async fn tell(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((wake, number)): Path<(String, u32)>,
    Fields(form): Fields<ToldForm>,
) -> Done {
    let wake: WakeId = id(&wake)?;
    desk.tell_call(visitor.ask(), wake, number, form.reached, &form.words).await?;
    Ok(Redirect::to(&format!("/wakes#{wake}")))
}

/// How one person is woken.
pub async fn ways(State(desk): State<Arc<Desk>>, visitor: Visitor, Path(account): Path<String>) -> Page {
    let account: AccountId = id(&account)?;
    let accounts = desk.accounts().await?;
    let known = accounts.0.get(&account).ok_or_else(|| AppError::not_found("account"))?;
    let own = known.name == visitor.0.name();
    let may = own || visitor.0.roles().contains(&Role::SeniorOfficer);
    let content = html! {
        h1 { "How " (known.full_name) " is woken" }
        p { "When a deadline passes, the desk calls whoever is on duty, one way after the other, until somebody takes it up. A call says that the desk asks, under which reference, by when and where; never what about." }
        @if known.paths.is_empty() { p .finding { strong { "There is no way to wake " (known.name) "." } } }
        ol { @for (at, path) in known.paths.iter().enumerate() {
            li {
                (path.to) " "
                @match path.verified_at { Some(when) => { span .done { "woke them in a test, " (words::stamp(when)) } } None => { span .finding { "never tested" } } }
                @if may { form method="post" action={ "/people/" (account) "/waking/" (at) "/test" } { button .quiet type="submit" { "Test way " (at + 1) " now" } } }
            }
        } }
        @if may { (ways_form(known)) } @else { p { "Only " (known.name) " or a senior officer may change this." } }
    };
    Ok(layout::page(&layout::Frame::still("Waking", "People", desk.clock.now()), &visitor.0, &content))
}

fn ways_form(account: &Account) -> Markup {
    let lines: Vec<String> =
        account.paths.iter().map(|path| format!("{} {}", path.to.kind.id(), path.to.address)).collect();
    html! {
        form .stack method="post" action={ "/people/" (account.id) "/waking" } {
            label {
                "Ways, one a line, first way first "
                span .hint { "email name@desk.example · telephone +000 555 0100 · webhook https://pager.example/…" }
                textarea name="ways" rows="5" spellcheck="false" { (lines.join("\n")) }
            }
            button type="submit" { "Set how " (account.name) " is woken" }
        }
    }
}

/// Ways, one a line.
#[derive(Deserialize)]
pub struct WaysForm {
    ways: String,
}

/// Sets how one person is woken.
pub async fn set_ways(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(account): Path<String>,
    Fields(form): Fields<WaysForm>,
) -> Done {
    let account: AccountId = id(&account)?;
    let lines = form.ways.lines().map(str::trim).filter(|line| !line.is_empty());
    let paths = lines.map(way).collect::<Result<Vec<_>, _>>()?;
    desk.change_accounts(visitor.ask(), AccountCommand::SetWakePaths { id: account, paths }).await?;
    Ok(Redirect::to(&format!("/people/{account}/waking")))
}

fn way(line: &str) -> Result<WakeAddress, AppError> {
    let bad = || AppError::invalid("ways", format!("`{line}` is not `email`, `telephone` or `webhook` and an address"));
    let (word, address) = line.split_once(char::is_whitespace).ok_or_else(bad)?;
    let kinds = [ChannelKind::Email, ChannelKind::Telephone, ChannelKind::Webhook];
    let kind = kinds.into_iter().find(|kind| kind.id() == word).ok_or_else(bad)?;
    Ok(WakeAddress { kind, address: address.trim().to_owned() })
}

/// Sends a test.
pub async fn test(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((account, way)): Path<(String, usize)>,
) -> Done {
    let account: AccountId = id(&account)?;
    let wake = desk.test_wake(visitor.ask(), account, way).await?;
    Ok(Redirect::to(&format!("/wakes#{}", wake.opening.id)))
}

/// The desk's line when nobody could be woken for something that is overdue.
pub async fn nobody(desk: &Desk) -> Result<Markup, AppError> {
    let (open, _) = desk.wakes(0).await?;
    let mut silent: Vec<Wake> = Vec::new();
    for wake in open.into_iter().filter(|wake| wake.nobody.is_some()) {
        // Its worker may not have looked since somebody took it up.
        let About::Deadline { threat, .. } = wake.opening.about else { continue };
        if wake.over(Some(&desk.threat(threat).await?), desk.clock.now()).is_none() {
            silent.push(wake);
        }
    }
    Ok(html! {
        @if !silent.is_empty() {
            section .now role="alert" {
                p .first .finding { strong { "Nobody could be woken" } " for " (words::count(silent.len(), "overdue deadline")) ": see who was tried, and take it up." }
                ul { @for wake in silent.iter().take(5) { li { a href={ "/wakes#" (wake.opening.id) } { (wake.opening.reference) } ": " (about(wake)) @if let Some(nobody) = &wake.nobody { ". " (words::sentence(&nobody.why)) } } } }
            }
        }
    })
}
