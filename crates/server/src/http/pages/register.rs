//! The register: who could not be reached tonight, looking somebody up, and who did.

use std::sync::Arc;

use axum::extract::{Query, State};
use domain::Role;
use domain::lookup::{MAY_LOOK_UP, MAY_SEE_LOOK_UPS};
use domain::register::Party;
use maud::{Markup, html};
use screening::Screening;
use serde::Deserialize;

use super::{Fields, Page, Visitor, keeping, layout, words};
use crate::desk::Desk;
use crate::http::api::cursor;

const PARTIES_SHOWN: usize = 500;
const HITS_SHOWN: usize = 50;
const LOOK_UPS_SHOWN: usize = 100;
const REASON_AT_MOST: usize = 1000;

/// The register, and who could not be reached tonight.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let (register, book) = (desk.screen().await?, desk.register_book().await?);
    let unreached = register.unreachable(desk.clock.now());
    let content = html! {
        h1 { "Register" }
        (look_up_form("", "", &visitor))
        section .now aria-label="What now" { p .first { strong { (unreached.len()) " of " (register.len()) " parties" } " could not be reached if we had to, tonight." } (not_reached(&unreached)) }
        (keeping::kept(&book, &visitor))
        table {
            thead { tr { th scope="col" { "Party" } th scope="col" { "Kind" } th scope="col" { "Ways to them" } } }
            tbody { @for party in register.parties().take(PARTIES_SHOWN) { (party_row(party)) } }
        }
    };
    Ok(layout::page(&layout::Frame::still("Register", "Register", desk.clock.now()), &visitor.0, &content))
}

fn not_reached(unreached: &[screening::Unreachable]) -> Markup {
    html! {
        @if !unreached.is_empty() {
            details { summary { "Who, and why" } ul { @for one in unreached.iter().take(PARTIES_SHOWN) { li { strong { (one.name) } ": " (one.why) } } } }
        }
    }
}

fn party_row(party: &Party) -> Markup {
    html! {
        tr {
            td { strong { (party.label()) } span .small { (party.id) } }
            td { (party.kind) }
            td { @for path in &party.contacts { div { (path.channel) @if let Some(hours) = &path.hours { span .small { " " (hours) } } } } @if party.contacts.is_empty() { "none of its own" } }
        }
    }
}

fn look_up_form(text: &str, reason: &str, visitor: &Visitor) -> Markup {
    let holds = |needed: &[Role]| visitor.0.roles().iter().any(|role| needed.contains(role));
    let (may, sees) = (holds(&MAY_LOOK_UP), holds(&MAY_SEE_LOOK_UPS));
    html! {
        @if may {
            form .stack method="post" action="/register/lookups" {
                label { "Look somebody up" input name="text" value=(text) dir="auto" required maxlength="2000"; }
                label { "Why" input name="reason" value=(reason) required maxlength=(REASON_AT_MOST); }
                p .small { "Your name, the time, the reason and whom it finds go on the record. The words you type do not." }
                button type="submit" { "Look up" }
            }
        }
        @if sees { p { a href="/register/lookups" { "Who looked somebody up" } } }
    }
}

/// Whom to look up, and why.
#[derive(Deserialize)]
pub struct LookUpForm {
    text: String,
    reason: String,
}

/// Looks somebody up.
pub async fn look_up(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<LookUpForm>) -> Page {
    let found = desk.look_up(visitor.ask(), &form.text, &form.reason).await?;
    let content = html! {
        p .kind { a href="/register" { "Register" } " \u{203a} Look-up" }
        h1 { "Looked up" }
        (answered(&found))
        (look_up_form(&form.text, &form.reason, &visitor))
    };
    Ok(layout::page(&layout::Frame::still("Looked up", "Register", desk.clock.now()), &visitor.0, &content))
}

fn answered(found: &Screening) -> Markup {
    html! {
        section .now aria-label="What was found" {
            p .first { strong { (words::count(found.hits.len(), "hit")) } ". Whether it is the person you mean is for you to say." }
        }
        @if !found.hits.is_empty() {
            table {
                thead { tr { th scope="col" { "Who" } th scope="col" { "For the words" } th scope="col" { "What speaks for it" } } }
                tbody { @for hit in found.hits.iter().take(HITS_SHOWN) { tr {
                    th scope="row" { (hit.name) span .small { (hit.kind) ", " (hit.party) } }
                    td dir="auto" { "\u{201c}" (hit.quote) "\u{201d}" }
                    td { @for why in &hit.why { div { (why.feature) ": " (why.value) } } }
                } } }
            }
        }
        @for guarded in &found.guarded { p .small { (guarded) } }
        @for protector in found.protectors.iter().take(HITS_SHOWN) { p { strong { (protector.name) } " protects " (protector.for_party) " (" (protector.by) ")" } }
    }
}

/// Where a list goes on.
#[derive(Deserialize)]
pub struct From {
    after: Option<String>,
}

/// Who looked somebody up, newest first.
pub async fn look_ups(State(desk): State<Arc<Desk>>, visitor: Visitor, Query(from): Query<From>) -> Page {
    let after = cursor(from.after.as_deref())?;
    let page = desk.look_ups(visitor.ask(), after.as_ref(), LOOK_UPS_SHOWN).await?;
    let content = html! {
        p .kind { a href="/register" { "Register" } " \u{203a} Look-ups" }
        h1 { "Who looked somebody up" }
        @if page.items.is_empty() { p { "Nobody yet." } }
        @else {
            table {
                thead { tr { th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "Why" } th scope="col" { "Whom it named" } } }
                tbody { @for one in &page.items { tr {
                    td { (words::stamp(one.at)) } th scope="row" { (one.by) } td { (one.reason) }
                    td { @if one.found.is_empty() { "nobody" } @else { (one.found.join(", ")) } }
                } } }
            }
            @if let Some(next) = &page.next { p { a href={ "/register/lookups?after=" (next) } { "Earlier" } } }
        }
    };
    Ok(layout::page(&layout::Frame::still("Look-ups", "Register", desk.clock.now()), &visitor.0, &content))
}
