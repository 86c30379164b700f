//! The policy packs: in force, proposed with what they would change, and of earlier days.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::packs::{AdoptedPack, ProposedPack};
use maud::{Markup, html};
use policy::{Pack, Unsound};
use serde::Deserialize;

use super::{Done, Fields, Page, Told, Visitor, layout, words};
use crate::app::{Library, Preview};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::problem::Problem;

/// Every pack, and the form to propose one.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let library = desk.library().await?;
    Ok(shown(&desk, &visitor, &library, None))
}

fn shown(desk: &Desk, visitor: &Visitor, library: &Library, refused: Option<(&Problem, &ProposalForm)>) -> Markup {
    let earlier: Vec<&AdoptedPack> = library.packs.adopted.iter().filter(|pack| !pack.in_force).collect();
    let content = html! {
        h1 { "Policies" }
        p { "New determinations are made under " (words::count(library.in_force().count(), "pack")) ". Where several apply to somebody, each is determined by itself." }
        @for adopted in library.packs.in_force() { @if let Some(pack) = library.version(&adopted.policy.hash) { (in_force(pack, adopted)) } }
        section #proposed {
            h2 { "Proposed" }
            @if library.packs.proposed.is_empty() { p { "Nothing waits for a second person." } }
            ul { @for one in &library.packs.proposed { li {
                a href={ "/policies/" (one.policy.hash) } { (one.policy.id) " " (one.policy.version) } ", by " (one.by) ", " (words::stamp(one.at)) ": " (words::sentence(&one.reason))
            } } }
            (propose_form(refused))
        }
        @if !earlier.is_empty() {
            section #earlier {
                h2 { "Of earlier days" }
                ul { @for one in earlier { li { a href={ "/policies/" (one.policy.hash) "/text" } { (one.policy.id) " " (one.policy.version) } ", adopted by " (one.adopted_by) ", " (words::stamp(one.at)) ", SHA-256 " code { (one.policy.hash) } } } }
            }
        }
    };
    layout::page(&layout::Frame::still("Policies", "Policies", desk.clock.now()), &visitor.0, &content)
}

fn in_force(pack: &Pack, adopted: &AdoptedPack) -> Markup {
    html! {
        section {
            h2 { (pack.says.title) }
            p { (pack.says.summary) }
            p .small { (adopted.policy.id) " " (adopted.policy.version) ", proposed by " (adopted.proposed_by) " and adopted by " (adopted.adopted_by) ", " (words::stamp(adopted.at)) ": " (words::sentence(&adopted.reason)) }
            details {
                summary { "What it asks" }
                h3 { "Questions" }
                ul { @for criterion in &pack.says.criteria { li { (criterion.question) " " span .small { "[" (criterion.clause) "]" } } } }
                @if !pack.says.grounds.is_empty() { h3 { "Grounds for a waiver" } ul { @for ground in &pack.says.grounds { li { (ground.title) " " span .small { "[" (ground.clause) "]" } } } } }
                p .small { a href={ "/policies/" (adopted.policy.hash) "/text" } { "The whole text" } ", SHA-256 " code { (adopted.policy.hash) } }
            }
        }
    }
}

fn propose_form(refused: Option<(&Problem, &ProposalForm)>) -> Markup {
    let (text, reason) = refused.map_or(("", ""), |(_, form)| (form.text.as_str(), form.reason.as_str()));
    html! {
        details open[refused.is_some()] {
            summary { "Propose a pack or another version of one" }
            form .stack method="post" action="/policies/proposals#problem" {
                @if let Some((problem, _)) = refused { p #problem .finding role="alert" { "Nothing was recorded, and what you typed is still here. " (words::sentence(&problem.detail)) } }
                p .hint { "It is checked by trying every combination of answers; one that could end in silence is refused. Adopting it takes a senior officer who is not you." }
                label { "The whole text, TOML" textarea name="text" rows="12" required spellcheck="false" { (text) } }
                label { "Why the desk should work under it" input name="reason" required maxlength="2000" value=(reason); }
                button type="submit" { "Propose this pack" }
            }
        }
    }
}

/// A proposed pack: what it would change, and the form to adopt it.
pub async fn proposal(State(desk): State<Arc<Desk>>, visitor: Visitor, Path(hash): Path<String>) -> Page {
    let library = desk.library().await?;
    let proposed =
        library.packs.proposal(&hash).ok_or_else(|| AppError::not_found("proposed policy pack with this hash"))?;
    let preview = desk.preview_pack(&proposed.text).await?;
    let content = html! {
        p .kind { a href="/policies" { "Policies" } " \u{203a} Proposed" }
        h1 { (proposed.policy.id) " " (proposed.policy.version) }
        section .now aria-label="What now" { (adopt_form(proposed, &visitor)) }
        (what_changes(&preview))
        p .small { a href={ "/policies/" (proposed.policy.hash) "/text" } { "The whole text" } ", SHA-256 " code { (proposed.policy.hash) } }
    };
    Ok(layout::page(&layout::Frame::still("Proposed policy", "Policies", desk.clock.now()), &visitor.0, &content))
}

fn adopt_form(proposed: &ProposedPack, visitor: &Visitor) -> Markup {
    html! {
        p .first { "Proposed by " strong { (proposed.by) } ", " (words::stamp(proposed.at)) ": " (words::sentence(&proposed.reason)) }
        @if proposed.by == visitor.0.name() {
            p { "Another senior officer must adopt it: what the desk lives by takes two people." }
        } @else {
            form .stack method="post" action={ "/policies/" (proposed.policy.hash) "/adoption" } {
                p { "Adopting puts it in force at once for new determinations. Those made already keep their version until somebody answers anew. It takes a senior officer and stays on the record." }
                label { "Reason" input name="reason" required maxlength="2000"; }
                button type="submit" { "Adopt this pack" }
            }
        }
    }
}

/// What a pack would change, in a table.
fn what_changes(preview: &Preview) -> Markup {
    html! {
        section #changes {
            h2 { "What it would change" }
            @match &preview.replaces {
                Some(old) => p { "It takes the place of version " (old.version) ". " (words::count(preview.looked_at, "determination")) " of open threats looked at; " strong { (preview.differently.len()) } " would be decided differently." },
                None => p { "The desk has no pack of this name yet. It would ask about " strong { (words::count(preview.asks_anew.len(), "intended victim")) } " of open threats." },
            }
            @if !preview.differently.is_empty() {
                table {
                    thead { tr { th scope="col" { "Threat and intended victim" } th scope="col" { "Now" } th scope="col" { "Then" } th scope="col" { "Not answered yet" } } }
                    tbody { @for one in &preview.differently { tr {
                        th scope="row" { a href={ "/threats/" (one.threat) "#determination" } { (one.sentence) } span .small { (one.name) } }
                        td { (one.now) " under " (one.under.version) } td { strong { (one.then) } }
                        td { (one.unanswered.join(" ")) }
                    } } }
                }
            }
            @if !preview.asks_anew.is_empty() { ul { @for one in &preview.asks_anew { li { a href={ "/threats/" (one.threat) "#determination" } { (one.sentence) } ": " (one.name) } } } }
            (found("It is unsound", &preview.unsound))
            (found("The people here could not do everything it asks", &preview.staffing))
        }
    }
}

fn found(what: &str, list: &[Unsound]) -> Markup {
    html! {
        @if !list.is_empty() { div .finding { p { strong { (what) ":" } } ul { @for one in list { li { (one.place) ": " (words::sentence(&one.what)) } } } } }
    }
}

/// A pack as its text.
pub async fn text(
    State(desk): State<Arc<Desk>>,
    _visitor: Visitor,
    Path(hash): Path<String>,
) -> Result<Response, Told> {
    let text = desk.pack_text(&hash).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// What somebody proposes.
#[derive(Deserialize)]
pub struct ProposalForm {
    text: String,
    reason: String,
}

/// Proposes a pack; what is refused comes back as it was typed.
pub async fn propose(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Fields(mut form): Fields<ProposalForm>,
) -> Result<Response, Told> {
    // A browser sends lines ended as in mail; the hash is over the lines as they were written.
    form.text = form.text.replace("\r\n", "\n");
    let problem = match desk.propose_pack(visitor.ask(), &form.text, &form.reason).await {
        Ok(_) => return Ok(Redirect::to("/policies#proposed").into_response()),
        Err(error) => Problem::from(error),
    };
    let code: StatusCode = problem.code();
    let library = desk.library().await?;
    Ok((code, shown(&desk, &visitor, &library, Some((&problem, &form)))).into_response())
}

/// Why a pack is adopted.
#[derive(Deserialize)]
pub struct AdoptForm {
    reason: String,
}

/// Adopts a proposed pack.
pub async fn adopt(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(hash): Path<String>,
    Fields(form): Fields<AdoptForm>,
) -> Done {
    desk.adopt_pack(visitor.ask(), &hash, &form.reason).await?;
    Ok(Redirect::to("/policies"))
}
