//! A draft's versions side by side, what people say about it, and exactly what would leave by its bytes.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use domain::threat::{Comment, Draft, DraftState, Threat};
use domain::{DraftId, ThreatId};
use drafting::{Change, Fate, RenderAs};
use maud::{Markup, html};
use serde::Deserialize;

use super::drafts::{part_name, rendering};
use super::{Done, Fields, Page, Told, Visitor, layout, words};
use crate::app::{Compared, NewComment};
use crate::desk::Desk;
use crate::http::api::{id, versions as api};

/// The renderings that people read, and so compare.
const READ: [RenderAs; 5] = [RenderAs::Text, RenderAs::Sms, RenderAs::Telephone, RenderAs::InPerson, RenderAs::Public];

/// The versions of a draft, each with the way to what changed; nothing while there is one alone.
pub fn list(threat: &Threat, draft: &Draft) -> Markup {
    let versions = threat.versions(draft.id);
    let path = |of: DraftId| format!("/threats/{}/drafts/{of}", threat.id);
    html! {
        @if versions.len() > 1 {
            h2 #versions { "Versions" }
            ol .drafts {
                @for one in versions {
                    li {
                        @if one.id == draft.id { strong { "This one" } } @else { a href=(path(one.id)) { "Another" } }
                        ", by " (one.by) ", " (words::stamp(one.at))
                        @if threat.is_replaced(one.id) { ", replaced since" }
                        @if let Some(earlier) = one.follows { ". " a href={ (path(one.id)) "/changes?with=" (earlier) } { "What changed in it" } }
                        @else if one.id != draft.id { ". " a href={ (path(draft.id)) "/changes?with=" (one.id) } { "Compare this one with it" } }
                    }
                }
            }
        }
    }
}

/// What people said about a draft, and the forms to say more.
pub fn comments(threat: &Threat, draft: &Draft, may: bool) -> Markup {
    let path = format!("/threats/{}/drafts/{}/comments", threat.id, draft.id);
    let open = draft.comments.iter().filter(|comment| comment.answered.is_none()).count();
    html! {
        h2 #comments { "Comments" }
        @if draft.comments.is_empty() { p { "Nobody has said anything about it." } }
        @else { p { (words::count(draft.comments.len(), "comment")) ", " (open) " open. A comment stops nothing: read them before you approve." } }
        ol .drafts {
            @for (number, comment) in draft.comments.iter().enumerate() { li { (one(comment, number, &path, may)) } }
        }
        @if may && threat.closed.is_none() {
            details {
                summary { "Comment on this draft" }
                form .stack method="post" action=(path) {
                    label { "Passage it is about, copied from the draft; may stay empty" input name="quote" dir="auto" maxlength="2000"; }
                    label { "What you say" textarea name="words" dir="auto" rows="3" required maxlength="2000" {} }
                    button .quiet type="submit" { "Put this comment on the record" }
                }
            }
        }
    }
}

fn one(comment: &Comment, number: usize, path: &str, may: bool) -> Markup {
    html! {
        strong { (comment.by) } ", " (words::stamp(comment.at)) ", "
        @if comment.answered.is_some() { "answered" } @else { strong { "open" } }
        @if !comment.quote.is_empty() { ", on " q dir="auto" { (comment.quote) } }
        ": " span dir="auto" { (words::sentence(&comment.words)) }
        @match &comment.answered {
            Some(signed) => p { (signed.by) ", " (words::stamp(signed.at)) ": " span dir="auto" { (words::sentence(&signed.reason)) } },
            None => @if may {
                details {
                    summary { "Answer this comment" }
                    form .stack method="post" action={ (path) "/" (number) "/answer" } {
                        label { "Answer" input name="words" dir="auto" required maxlength="2000"; }
                        button .quiet type="submit" { "Answer this comment" }
                    }
                }
            },
        }
    }
}

/// Every rendering that would leave, with size, digest and the way to its bytes.
pub fn leaving(threat: &Threat, draft: &Draft) -> Markup {
    let path = format!("/threats/{}/drafts/{}/leaving", threat.id, draft.id);
    html! {
        @if !draft.release.leaving.is_empty() {
            table .leaving {
                caption .small { "What you approve, byte for byte. The SHA-256 is of what leaves; where you open it, a recipient's one-time link is blotted out, as whoever reads it could answer for them." }
                thead { tr { th scope="col" { "Rendering" } th scope="col" { "Bytes" } th scope="col" { "SHA-256" } } }
                tbody {
                    @for (number, one) in draft.release.leaving.iter().enumerate() {
                        tr {
                            th scope="row" {
                                a href={ (path) "/" (number) } { (named(&one.label)) }
                                @if draft.state == DraftState::Approved && one.delivery.is_none() { " (" a href={ (path) "/" (number) "/signature" } { "signature" } ")" }
                            }
                            td { (one.size) }
                            td { code { (one.sha256) } }
                        }
                    }
                }
            }
        }
    }
}

/// `sms to X` as people call it.
fn named(label: &str) -> String {
    match label.split_once(" to ") {
        Some((form, to)) => format!("{} to {to}", rendering(form)),
        None => rendering(label),
    }
}

/// What to compare with, and as what.
#[derive(Deserialize)]
pub struct With {
    with: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

/// Two versions side by side.
pub async fn changes(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft)): Path<(String, String)>,
    Query(with): Query<With>,
) -> Page {
    let (threat, draft): (ThreatId, DraftId) = (id(&threat)?, id(&draft)?);
    let threat = desk.threat(threat).await?;
    let other = id(&with.with)?;
    let compared = Desk::compared(&threat, draft, other, api::form(with.form.as_deref())?)?;
    let path = format!("/threats/{}/drafts", threat.id);
    let title =
        |of: DraftId| threat.draft(of).map_or_else(String::new, |one| format!("{}, {}", one.by, words::time(one.at)));
    let content = html! {
        p .kind { a href={ "/threats/" (threat.id) "#draft" } { "Threat" } " \u{203a} " a href={ (path) "/" (compared.newer) } { "Draft" } }
        h1 { "What changed" }
        p { (told(&compared)) }
        p { "As: "
            @if compared.form.is_none() { strong { "the words" } } @else { a href={ (path) "/" (draft) "/changes?with=" (other) } { "the words" } }
            @for form in READ {
                ", "
                @if compared.form == Some(form.id()) { strong { (rendering(form.id())) } }
                @else { a href={ (path) "/" (draft) "/changes?with=" (other) "&as=" (form.id()) } { (rendering(form.id())) } }
            }
        }
        table .changes {
            thead { tr {
                th scope="col" { "Part" }
                th scope="col" { a href={ (path) "/" (compared.older) } { "Older: " (title(compared.older)) } }
                th scope="col" { a href={ (path) "/" (compared.newer) } { "Newer: " (title(compared.newer)) } }
            } }
            tbody { @for change in &compared.changes { (row(change, compared.form.is_some())) } }
        }
    };
    Ok(layout::page(&layout::Frame::still("What changed", "", desk.clock.now()), &visitor.0, &content))
}

/// Where they differ, in a sentence.
fn told(compared: &Compared) -> String {
    let name =
        |change: &Change| if compared.form.is_some() { rendering(&change.part) } else { part_name(&change.part) };
    let differing: Vec<String> = compared.changes.iter().filter(|change| change.differs()).map(name).collect();
    match differing.as_slice() {
        [] => "Nothing differs.".to_owned(),
        some => format!("They differ in: {}.", some.join(", ")),
    }
}

fn row(change: &Change, whole: bool) -> Markup {
    let name = if whole { rendering(&change.part) } else { part_name(&change.part) };
    html! {
        tr .same[!change.differs()] {
            th scope="row" { (name) }
            td dir="auto" { (side(change, Fate::TakenOut)) }
            td dir="auto" { (side(change, Fate::PutIn)) }
        }
    }
}

/// One version of a part: what both have, and what only this one has, marked for eyes and ears.
fn side(change: &Change, own: Fate) -> Markup {
    html! {
        @for piece in &change.pieces {
            @if piece.is == Fate::Kept { (piece.words) }
            @else if piece.is == own && own == Fate::TakenOut { del { span .heard { "[taken out: " } (piece.words) span .heard { "]" } } }
            @else if piece.is == own { ins { span .heard { "[put in: " } (piece.words) span .heard { "]" } } }
        }
    }
}

/// Puts a comment on the record.
pub async fn comment(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft)): Path<(String, String)>,
    Fields(form): Fields<NewComment>,
) -> Done {
    // A browser sends line ends as CR LF; the draft has line feeds.
    let new = NewComment { quote: form.quote.replace("\r\n", "\n"), words: form.words };
    desk.comment(visitor.ask(), id(&threat)?, id(&draft)?, &new).await?;
    Ok(Redirect::to(&format!("/threats/{threat}/drafts/{draft}#comments")))
}

/// An answer to a comment.
#[derive(Deserialize)]
pub struct AnswerForm {
    words: String,
}

/// Answers a comment.
pub async fn answer(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft, number)): Path<(String, String, usize)>,
    Fields(form): Fields<AnswerForm>,
) -> Done {
    desk.answer_comment(visitor.ask(), id(&threat)?, id(&draft)?, number, &form.words).await?;
    Ok(Redirect::to(&format!("/threats/{threat}/drafts/{draft}#comments")))
}

/// The bytes of one rendering.
pub async fn leaf(
    State(desk): State<Arc<Desk>>,
    _visitor: Visitor,
    Path((threat, draft, number)): Path<(String, String, usize)>,
) -> Result<Response, Told> {
    Ok(api::bytes(&desk, id(&threat)?, id(&draft)?, number).await?)
}

/// The desk's signature over one rendering.
pub async fn signature(
    State(desk): State<Arc<Desk>>,
    _visitor: Visitor,
    Path((threat, draft, number)): Path<(String, String, usize)>,
) -> Result<Response, Told> {
    Ok(api::signed_line(&desk, id(&threat)?, id(&draft)?, number).await?)
}
