//! A threat: what it is, what is to be done now, how we got here; then everything in the order it is worked.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ThreatId;
use domain::threat::{Clock, ClockOf, OutcomeKind, ReviewDecision, Threat};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Done, Fields, Told, Visitor, back, coordination, deliveries, determination, drafts, given, layout, live, rail,
    saying, words,
};
use crate::app::{EntryLine, ThreatView, time};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

/// Entries of one threat that its page counts.
const ENTRIES_COUNTED: usize = 1000;
/// Entries it shows; the record's own page has them all.
const NEWEST_SHOWN: usize = 6;

/// A report of the threat by its number on the page, as the marks beside a value lead to it.
#[derive(Deserialize)]
pub struct Mark {
    r: Option<usize>,
}

/// One threat.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Query(mark): Query<Mark>,
) -> Result<Response, Told> {
    let id: ThreatId = id(&threat)?;
    if let Some(number) = mark.r {
        // The browser keeps the place in the report, the part behind the #, through the redirect.
        let known = desk.threat(id).await?;
        let link = number.checked_sub(1).and_then(|at| known.reports.get(at));
        let link = link.ok_or_else(|| AppError::not_found(format!("report {number} on this threat")))?;
        return Ok(Redirect::to(&format!("/reports/{}", link.report)).into_response());
    }
    let size = live::size(&desk).await?;
    let view = desk.threat_view(id).await?;
    let library = desk.library().await?;
    let meant = determination::gather(&desk, &view).await?;
    let entries = desk.entry_lines(Some(id), 0, ENTRIES_COUNTED).await?;
    let content = html! {
        (heading(&view))
        (now_what(&view, &visitor))
        (rail::rail(&view))
        (saying::section(&view))
        (determination::section(&library, &view, &meant))
        (coordination::section(&view))
        (drafts::section(&view))
        (deliveries::section(&view))
        (ending(&view))
        (record(id, &entries))
    };
    let frame = layout::Frame { watch: Some(threat), size, ..layout::Frame::still("Threat", "", view.now) };
    Ok(layout::page(&frame, &visitor.0, &content).into_response())
}

fn heading(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    html! {
        div #what {
            p .kind {
                "Threat of " (words::plain(&String::from(threat.harm.clone()))) ", opened " (words::stamp(threat.opened_at))
                @if let Some(window) = threat.window {
                    ". Expected"
                    @if let Some(from) = window.from { " from " (words::stamp(from)) }
                    @if let Some(to) = window.to { " until " (words::stamp(to)) }
                }
                "."
            }
            h1 { (threat.sentence) }
        }
    }
}

/// One line and one button: what, by whom, by when.
fn now_what(view: &ThreatView, visitor: &Visitor) -> Markup {
    let threat = &view.threat;
    html! {
        section #now .now aria-label="What now" {
            @if let Some(closed) = &threat.closed {
                p .first { strong { "Closed" } " " (words::stamp(closed.at)) " by " (closed.by) ": " (words::sentence(&closed.reason)) }
            }
            @if let Some(clock) = view.clocks.first() {
                p .first { (clock_line(view, clock, visitor)) }
                div .acts {
                    a .button href={ "#" (words::section(clock.of).0) } { (words::section(clock.of).1) }
                    @if clock.passed > 0 { (take_up_form(threat, clock)) }
                }
            }
            @if view.clocks.len() > 1 {
                ul .then { @for clock in view.clocks.iter().skip(1).take(4) { li { (clock_line(view, clock, visitor)) } } }
            }
        }
    }
}

/// What has to be done, who is asked, by when, and how long that is.
pub fn clock_line(view: &ThreatView, clock: &Clock, visitor: &Visitor) -> Markup {
    let yours = clock.with == visitor.0.name() || visitor.0.roles().iter().any(|role| role.id() == clock.with);
    html! {
        strong { (words::capital(&words::purpose(clock.of, Some(&view.threat)))) }
        ": " (words::who(&clock.with)) @if yours { " (that is you)" }
        ", by " (words::stamp(clock.due_at)) ", " (words::clock(clock.due_at, view.now))
        @if clock.passed > 0 { ". Asked " (words::count(clock.passed, "time")) " already" }
        "."
    }
}

fn take_up_form(threat: &Threat, clock: &Clock) -> Markup {
    let taken = threat.escalation(clock.of).is_some_and(|escalation| escalation.taken_by.is_some());
    html! {
        @if !taken {
            form method="post" action={ "/threats/" (threat.id) "/taken" } {
                input type="hidden" name="of" value=(serde_json::to_string(&clock.of).unwrap_or_default());
                label { "Why it is late, if you can say " input name="reason" maxlength="1000"; }
                button .quiet type="submit" { "I take this up" }
            }
        }
    }
}

/// Review and outcome.
fn ending(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    html! {
        section #ending {
            h2 { "Review and outcome" }
            @if threat.reviews.is_empty() && threat.outcome.is_none() { p { "Nobody has looked at it again yet, and nobody has said how it ended." } }
            @for review in &threat.reviews {
                p { (words::stamp(review.signed.at)) ", " (review.signed.by) ": " strong { (words::said(&review.decision)) } ". " (words::sentence(&review.signed.reason)) @if let Some(next) = review.next_by { " Next look by " (words::stamp(next)) "." } }
            }
            @if let Some(outcome) = &threat.outcome {
                p { (words::stamp(outcome.signed.at)) ", " (outcome.signed.by) ": the outcome is " strong { (words::said(&outcome.kind)) } ". " (words::sentence(&outcome.signed.reason)) }
            }
            @if threat.closed.is_none() { div .forms { (review_form(threat)) (ending_forms(threat)) } }
        }
    }
}

fn review_form(threat: &Threat) -> Markup {
    html! {
        @if !threat.victims.is_empty() {
            details {
                summary { "Look again before the window ends" }
                form .stack method="post" action={ "/threats/" (threat.id) "/reviews" } {
                    label { "For" select name="victim" { @for victim in &threat.victims { option value=(victim.id) { (victim.name) } } } }
                    label { "Decision" select name="decision" {
                        option value="hold" { "hold: nothing to add for now" } option value="warn_again" { "warn again" }
                        option value="update" { "update: more is known" } option value="stand_down" { "stand down" }
                    } }
                    label { "Reason" input name="reason" required maxlength="2000"; }
                    label { "Next look, in UTC " span .hint { "Empty: this was the last look." } input type="datetime-local" name="next_by"; }
                    button type="submit" { "Record this look" }
                }
            }
        }
    }
}

fn ending_forms(threat: &Threat) -> Markup {
    html! {
        @if threat.outcome.is_none() {
            details {
                summary { "Record the outcome" }
                form .stack method="post" action={ "/threats/" (threat.id) "/outcome" } {
                    label { "What happened" select name="kind" {
                        option value="did_not_occur" { "it did not occur" } option value="averted" { "it was averted" }
                        option value="occurred" { "it occurred" } option value="not_known" { "not known" }
                    } }
                    label { "In words" input name="reason" required maxlength="2000"; }
                    button type="submit" { "Record the outcome" }
                }
            }
        }
        details {
            summary { "Close this threat" }
            form .stack method="post" action={ "/threats/" (threat.id) "/closed" } {
                p { "Closing ends every clock of this threat. It takes a senior officer and is refused while anybody is owed a warning. A new report opens it again." }
                label { "Reason" input name="reason" required maxlength="2000"; }
                button type="submit" { "Close this threat" }
            }
        }
    }
}

fn record(id: ThreatId, entries: &[EntryLine]) -> Markup {
    html! {
        section #record {
            h2 { "Record" }
            ul .history {
                @for entry in entries.iter().rev().take(NEWEST_SHOWN) { li { (words::stamp(entry.at)) ": " (words::event(&entry.kind)) ", by " (entry.by) } }
            }
            p { a href={ "/record?of=" (id) } { "All " (entries.len()) " entries of this threat, and how to check them yourself" } }
        }
    }
}

/// What somebody takes up.
#[derive(Deserialize)]
pub struct TakeUp {
    of: String,
    #[serde(default)]
    reason: String,
}

/// Takes up what is overdue.
pub async fn take_up(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<TakeUp>,
) -> Done {
    let of: ClockOf =
        serde_json::from_str(&form.of).map_err(|_| AppError::invalid("of", "is not a clock of this threat"))?;
    desk.take_up(visitor.ask(), id(&threat)?, of, &form.reason).await?;
    Ok(back(&threat, words::section(of).0))
}

/// A look before the window ends.
#[derive(Deserialize)]
pub struct ReviewForm {
    victim: String,
    decision: ReviewDecision,
    reason: String,
    next_by: String,
}

/// Records a review.
pub async fn review(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<ReviewForm>,
) -> Done {
    let next_by = given(form.next_by).map(|text| time("next_by", &text)).transpose()?;
    desk.review(visitor.ask(), id(&threat)?, id(&form.victim)?, form.decision, &form.reason, next_by).await?;
    Ok(back(&threat, "ending"))
}

/// How it ended.
#[derive(Deserialize)]
pub struct OutcomeForm {
    kind: OutcomeKind,
    reason: String,
}

/// Records the outcome.
pub async fn outcome(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<OutcomeForm>,
) -> Done {
    desk.record_outcome(visitor.ask(), id(&threat)?, form.kind, None, &form.reason).await?;
    Ok(back(&threat, "ending"))
}

/// Why a threat is closed.
#[derive(Deserialize)]
pub struct CloseForm {
    reason: String,
}

/// Closes a threat.
pub async fn close(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<CloseForm>,
) -> Done {
    desk.close(visitor.ask(), id(&threat)?, &form.reason).await?;
    Ok(back(&threat, "ending"))
}
