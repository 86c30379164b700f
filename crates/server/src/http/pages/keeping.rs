//! What is kept in the register: lines that somebody wants removed, people held back, parties put in twice.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use domain::register::{LineId, MAY_CHANGE, PartyId, RegisterBook, RegisterCommand};
use maud::{Markup, html};
use screening::Double;
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, layout, words};
use crate::desk::Desk;

const REASON_AT_MOST: usize = 1000;
const LINE_AT_MOST: usize = 500;
const DOUBLES_SHOWN: usize = 50;

fn may_change(visitor: &Visitor) -> bool {
    visitor.0.roles().iter().any(|role| MAY_CHANGE.contains(role))
}

/// What the register's page says of it: what somebody wants removed, who is held back, and how to remove.
pub(super) fn kept(book: &RegisterBook, visitor: &Visitor) -> Markup {
    let may = may_change(visitor);
    html! {
        @for (line, asked) in &book.asked {
            section .now aria-label="Wanted removed" {
                p .first { strong { (asked.by) } " wants to remove " strong { (line) } ", " (words::stamp(asked.at)) ": " (asked.reason) }
                @if may {
                    (reason_form("/register/removals", &line.to_string(), "Remove it"))
                    (reason_form("/register/keeps", &line.to_string(), "Keep it"))
                }
            }
        }
        @for held in &book.held {
            p { strong { (held.party) } " is held back: the time for which they may be kept is over, but they are named in an open " a href={ "/threats/" (held.threat) } { "threat" } "." }
        }
        p { a href="/register/doubles" { "Who may be in it twice" } }
        @if may {
            details { summary { "Remove somebody" }
                form .stack method="post" action="/register/removals" {
                    label { "Which line" input name="line" placeholder="party ID, or relation ID KIND ID" required maxlength=(LINE_AT_MOST); }
                    label { "Why" input name="reason" required maxlength=(REASON_AT_MOST); }
                    p .small { "Whom the register forgets nobody warns, so a second person has to agree. Nobody goes who is named in an open threat." }
                    button type="submit" { "Ask to remove" }
                }
            }
        }
    }
}

fn reason_form(action: &str, line: &str, what: &str) -> Markup {
    html! {
        form .stack method="post" action=(action) {
            input type="hidden" name="line" value=(line);
            label { "Why" input name="reason" required maxlength=(REASON_AT_MOST); }
            button type="submit" { (what) }
        }
    }
}

/// Who may be in the register twice.
pub async fn doubles(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let found = desk.doubles().await?;
    let may = may_change(&visitor);
    let further = found.pairs.len().saturating_sub(DOUBLES_SHOWN) + found.more;
    let content = html! {
        p .kind { a href="/register" { "Register" } " \u{203a} Put in twice" }
        h1 { "Who may be in the register twice" }
        p { "Whoever warns one of them has not warned the other, and a way to one is missing at the other. Say that they are two, or remove one." }
        @if found.pairs.is_empty() { p { "Nobody." } }
        @for pair in found.pairs.iter().take(DOUBLES_SHOWN) { (double(pair, may)) }
        @if further > 0 { p .small { "And " (words::count(further, "further pair")) "." } }
        @if found.too_common > 0 { p .small { (words::count(found.too_common, "name")) " have all they could be found by in common with too many others, and were not compared with them." } }
    };
    Ok(layout::page(&layout::Frame::still("Put in twice", "Register", desk.clock.now()), &visitor.0, &content))
}

fn double(pair: &Double, may: bool) -> Markup {
    html! {
        section aria-label={ (pair.name) " and " (pair.other_name) } {
            h2 { (pair.name) " and " (pair.other_name) }
            p .small { (pair.party) " and " (pair.other) "; likeness " (format!("{:.2}", pair.score)) }
            ul .small { @for why in &pair.why { li { (why.feature) ": " (why.value) } } }
            @if may {
                details { summary { "What they are" }
                    form .stack method="post" action="/register/doubles" {
                        input type="hidden" name="one" value=(pair.party);
                        input type="hidden" name="other" value=(pair.other);
                        label { "Why" input name="reason" required maxlength=(REASON_AT_MOST); }
                        button type="submit" { "They are two" }
                    }
                    @for party in [&pair.party, &pair.other] {
                        (reason_form("/register/removals", &LineId::Party(party.clone()).to_string(), &format!("Ask to remove {party}")))
                    }
                }
            }
        }
    }
}

/// A line, and why something is to become of it.
#[derive(Deserialize)]
pub struct LineForm {
    line: LineId,
    reason: String,
}

/// Asks to remove a line, or removes it.
pub async fn remove(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<LineForm>) -> Done {
    let LineForm { line, reason } = form;
    desk.change_register(visitor.ask(), RegisterCommand::Remove { line, reason }).await?;
    Ok(Redirect::to("/register"))
}

/// Keeps a line.
pub async fn keep(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<LineForm>) -> Done {
    let LineForm { line, reason } = form;
    desk.change_register(visitor.ask(), RegisterCommand::Keep { line, reason }).await?;
    Ok(Redirect::to("/register"))
}

/// Two parties that are two.
#[derive(Deserialize)]
pub struct ApartForm {
    one: PartyId,
    other: PartyId,
    reason: String,
}

/// Says so.
pub async fn tell_apart(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<ApartForm>) -> Done {
    let ApartForm { one, other, reason } = form;
    desk.change_register(visitor.ask(), RegisterCommand::TellApart { one, other, reason }).await?;
    Ok(Redirect::to("/register/doubles"))
}
