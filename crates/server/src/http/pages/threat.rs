//! A threat: what it is, what is to be done now, how we got here; then everything in the order it is worked.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::ThreatId;
use domain::threat::{Clock, ClockOf, OutcomeKind, ReviewDecision, Threat};
use jiff::Timestamp;
use maud::{Markup, html};
use reading::compare::{FieldSummary, Verdict};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, back, deliveries, determination, drafts, given, layout, words};
use crate::app::{EntryLine, ThreatView};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

const ENTRIES_SHOWN: usize = 500;

/// One threat.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor, Path(threat): Path<String>) -> Page {
    let threat: ThreatId = id(&threat)?;
    let view = desk.threat_view(threat).await?;
    let suggestions = match view.threat.victims.is_empty() {
        true => Some(desk.suggest(&view.threat).await?),
        false => None,
    };
    let entries = desk.entry_lines(Some(threat), 0, ENTRIES_SHOWN).await?;
    let content = html! {
        p .kind { "Threat" }
        h1 { (view.threat.sentence) }
        (now_what(&view))
        (rail(&view))
        (what_we_think(&view))
        (determination::section(&desk.pack, &view, suggestions.as_ref()))
        (drafts::section(&view))
        (deliveries::section(&view))
        (ending(&view))
        (record(&entries))
    };
    Ok(layout::page("Threat", &visitor.0, view.now, content))
}

/// One line and one button: what, by whom, by when.
fn now_what(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    html! {
        section .now aria-label="What now" {
            @if let Some(closed) = &threat.closed {
                p { "Closed " (words::stamp(closed.at)) " by " (closed.by) ": " (closed.reason) }
            }
            @for (at, clock) in view.clocks.iter().take(3).enumerate() {
                p .first[at == 0] {
                    (words::clock(clock, Some(threat), view.now)) " - " (words::who(&clock.with))
                    @if clock.passed > 0 { ", asked " (clock.passed) " times already" }
                    ". " a .button href={ "#" (words::section(clock.of)) } { "Go there" }
                }
                @if clock.passed > 0 { (take_up_form(threat, clock)) }
            }
        }
    }
}

fn take_up_form(threat: &Threat, clock: &Clock) -> Markup {
    let taken = threat.escalation(clock.of).is_some_and(|escalation| escalation.taken_by.is_some());
    html! {
        @if !taken {
            form method="post" action={ "/threats/" (threat.id) "/taken" } {
                input type="hidden" name="of" value=(serde_json::to_string(&clock.of).unwrap_or_default());
                button .quiet type="submit" { "I take this up" }
            }
        }
    }
}

/// How we got here: each step with its time and name; the open ones stand there as plainly.
fn rail(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    let victim = threat.victims.first();
    let warning = threat.warnings.first();
    let ack = threat.deliveries.iter().flat_map(|delivery| &delivery.acknowledgements).min_by_key(|ack| ack.at);
    let assessed = victim.and_then(|victim| Some((victim.assessed_at?, victim.assessed_by.as_deref()?)));
    let steps: [(&str, &str, Option<(Timestamp, &str)>); 8] = [
        ("reported", "reports", threat.reports.first().map(|link| (link.at, link.by.as_str()))),
        ("linked", "reports", threat.reports.get(1).map(|link| (link.at, link.by.as_str()))),
        ("screened", "determination", victim.map(|known| (known.identified.at, known.identified.by.as_str()))),
        ("determined", "determination", assessed),
        ("drafted", "draft", threat.drafts.first().map(|draft| (draft.at, draft.by.as_str()))),
        ("approved", "deliveries", warning.map(|warning| (warning.approved_at, warning.approved_by.as_str()))),
        ("acknowledged", "deliveries", ack.map(|ack| (ack.at, ack.person.as_str()))),
        ("outcome", "ending", threat.outcome.as_ref().map(|outcome| (outcome.signed.at, outcome.signed.by.as_str()))),
    ];
    html! {
        ol .rail aria-label="How we got here" {
            @for (step, section, done) in steps {
                li .done[done.is_some()] {
                    a href={ "#" (section) } { (step) }
                    @match done {
                        Some((at, by)) => { span .small { (words::time(at)) ", " (by) } }
                        None => { span .small { "not yet" } }
                    }
                }
            }
        }
    }
}

/// Field, value, who says so, and agreement or conflict in words.
fn what_we_think(view: &ThreatView) -> Markup {
    let number =
        |report: &str| view.reports.iter().position(|known| known.id.to_string() == report).map_or(0, |at| at + 1);
    html! {
        section #reports {
            h2 { "What the reports say" }
            div .scroll tabindex="0" role="region" aria-label="What the reports say" {
                table {
                    thead { tr { th scope="col" { "Field" } th scope="col" { "Value, and which report says so" } th scope="col" { "Verdict" } } }
                    tbody { @for field in &view.comparison.fields { (field_row(field, &number)) } }
                }
            }
            @for voice in &view.comparison.independence {
                p { (voice.reports.len()) " reports rest on: " strong { (voice.rests_on) } }
            }
            ol .reports {
                @for (link, report) in view.threat.reports.iter().zip(&view.reports) {
                    li {
                        a href={ "/reports/" (report.id) } { (report.name) } ", " (report.reporter) ", received " (words::stamp(report.received_at))
                        @if link.after_the_fact { " (after the fact)" }
                        span .small { " linked by " (link.by) ": " (link.why) }
                    }
                }
            }
        }
    }
}

fn field_row(field: &FieldSummary, number: &impl Fn(&str) -> usize) -> Markup {
    html! {
        tr {
            th scope="row" { (field.field) }
            td {
                @for value in &field.values {
                    div { (value.value) " " span .small { @for report in &value.reports { "[" (number(report)) "]" } } }
                }
                @if field.values.is_empty() { "not told" }
            }
            td .conflict[field.verdict == Verdict::Conflict] { (words::plain(field.verdict.id())) @if !field.note.is_empty() { ": " (field.note) } }
        }
    }
}

/// Review and outcome.
fn ending(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    html! {
        section #ending {
            h2 { "Review and outcome" }
            @for review in &threat.reviews {
                p { (words::stamp(review.signed.at)) ", " (review.signed.by) ": " strong { (words::said(&review.decision)) } " - " (review.signed.reason) }
            }
            @if let Some(outcome) = &threat.outcome {
                p { (words::stamp(outcome.signed.at)) ", " (outcome.signed.by) ": outcome " strong { (words::said(&outcome.kind)) } " - " (outcome.signed.reason) }
            }
            @if threat.closed.is_none() { (ending_forms(threat)) }
        }
    }
}

fn ending_forms(threat: &Threat) -> Markup {
    html! {
        @if let Some(victim) = threat.victims.first() {
            details {
                summary { "Review before the window ends" }
                form .stack method="post" action={ "/threats/" (threat.id) "/reviews" } {
                    input type="hidden" name="victim" value=(victim.id);
                    label { "Decision" select name="decision" {
                        option value="hold" { "hold: nothing to add for now" } option value="warn_again" { "warn again" }
                        option value="update" { "update: more is known" } option value="stand_down" { "stand down" }
                    } }
                    label { "Reason" input name="reason" required; }
                    label { "Look again at (RFC 3339, empty: this was the last look)" input name="next_by" placeholder="2024-01-02T08:00:00Z"; }
                    button type="submit" { "Record this review" }
                }
            }
        }
        details {
            summary { "Record the outcome" }
            form .stack method="post" action={ "/threats/" (threat.id) "/outcome" } {
                label { "What happened" select name="kind" {
                    option value="did_not_occur" { "it did not occur" } option value="averted" { "it was averted" }
                    option value="occurred" { "it occurred" } option value="not_known" { "not known" }
                } }
                label { "In words" input name="reason" required; }
                button type="submit" { "Record the outcome" }
            }
        }
        details {
            summary { "Close this threat" }
            form .stack method="post" action={ "/threats/" (threat.id) "/closed" } {
                p { "Takes a senior officer; refused while anything is owed." }
                label { "Reason" input name="reason" required; }
                button type="submit" { "Close this threat" }
            }
        }
    }
}

fn record(entries: &[EntryLine]) -> Markup {
    html! {
        section #record {
            h2 { "Record" }
            details {
                summary { (entries.len()) " entries of this threat" }
                ol .entries {
                    @for entry in entries { li value=(entry.seq) { (words::stamp(entry.at)) " " strong { (entry.kind) } " by " (entry.by) } }
                }
            }
        }
    }
}

/// What somebody takes up.
#[derive(Deserialize)]
pub struct TakeUp {
    of: String,
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
    desk.take_up(visitor.ask(), id(&threat)?, of).await?;
    Ok(back(&threat, words::section(of)))
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
    let next_by: Option<Timestamp> = given(form.next_by)
        .map(|text| {
            text.parse().map_err(|_| AppError::invalid("next_by", "is not a time such as 2024-01-02T08:00:00Z"))
        })
        .transpose()?;
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
