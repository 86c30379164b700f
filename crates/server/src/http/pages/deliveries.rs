//! Deliveries: a line of hops per recipient, what happened, what is next; the totals on top.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::delivery::DeliveryState;
use domain::threat::{AttemptResult, Capacity, Delivery, Threat, Warning};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Visitor, back, words};
use crate::app::ThreatView;
use crate::desk::Desk;
use crate::http::api::id;

/// The section of the threat's page.
pub fn section(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    html! {
        section #deliveries {
            h2 { "Warnings and deliveries" }
            @if threat.warnings.is_empty() { p { "No warning has been approved." } } @else { (totals(threat)) }
            @for warning in threat.warnings.iter().rev() { (one_warning(view, warning)) }
            @for escalation in threat.escalations.iter().rev().take(10) {
                p .small {
                    (words::stamp(escalation.at)) ": time ran out to " (words::purpose(escalation.of, Some(threat))) "; put to " (words::who(&escalation.to))
                    @match &escalation.taken_by { Some(by) => { ", taken up by " (by) } None => { ", asked again " (words::time(escalation.again_at)) } }
                }
            }
        }
    }
}

fn totals(threat: &Threat) -> Markup {
    let count =
        |states: &[DeliveryState]| threat.deliveries.iter().filter(|known| states.contains(&known.state)).count();
    let recipients = threat.warnings.iter().filter(|warning| threat.acknowledged(warning.id)).count();
    html! {
        p .totals {
            "Acknowledged by those it is for: " strong { (recipients) } ". By intermediaries: " strong { (threat.acknowledged_by(Capacity::Intermediary)) }
            ". Reached: " strong { (count(&[DeliveryState::HandedOver, DeliveryState::Delivered, DeliveryState::Opened, DeliveryState::Acknowledged])) }
            ". Not reached: " strong { (count(&[DeliveryState::Waiting, DeliveryState::Attempting, DeliveryState::Unknown, DeliveryState::Prepared])) }
            ". Failed: " strong { (count(&[DeliveryState::Failed])) } "."
        }
    }
}

fn one_warning(view: &ThreatView, warning: &Warning) -> Markup {
    let threat = &view.threat;
    html! {
        article .warning {
            h3 { "Warning " (warning.reference) }
            p .small { "Approved by " (warning.approved_by) ", " (words::stamp(warning.approved_at)) ". Code to check it by: " (warning.verify_code) }
            @for delivery in threat.deliveries_of(warning.id) { (one_delivery(view, delivery)) }
        }
    }
}

fn one_delivery(view: &ThreatView, delivery: &Delivery) -> Markup {
    let planned = &delivery.planned;
    html! {
        div .delivery {
            p {
                strong { (planned.channel) } " · desk → " (planned.recipient.name)
                @if let Some(onward) = &planned.onward_to { " → " (onward.name) }
                " · " span .state { (delivery.state) }
                @if let Some(next) = delivery.next_at { ", next attempt " (words::stamp(next)) }
                @if delivery.state.open() { ", acknowledgement expected by " (words::stamp(delivery.acknowledge_by)) }
            }
            ul .small {
                @for attempt in &delivery.attempts {
                    li { (words::stamp(attempt.started_at)) ": attempt" @if let Some(result) = &attempt.result { " - " (outcome(result)) } @else { " under way" } }
                }
                @for receipt in &delivery.receipts { li { (words::stamp(receipt.at)) ": " (receipt.state) ", says " (receipt.by) " - " (receipt.evidence) } }
                @for ack in &delivery.acknowledgements {
                    li .done { (words::stamp(ack.at)) ": acknowledged by " strong { (ack.person) } " (" (words::said(&ack.capacity)) "), " @if ack.recorded_by == "link" { "by the one-time link" } @else { "recorded by " (ack.recorded_by) } @if !ack.words.is_empty() { ": " (ack.words) } }
                }
            }
            @if view.threat.closed.is_none() && delivery.state != DeliveryState::Stopped { (forms(&view.threat, delivery)) }
        }
    }
}

fn outcome(result: &AttemptResult) -> Markup {
    let (word, evidence) = match result {
        AttemptResult::HandedOver { evidence } => ("handed over to the carrier", evidence),
        AttemptResult::Prepared { evidence } => ("prepared", evidence),
        AttemptResult::TryLater { evidence } => ("not now", evidence),
        AttemptResult::Refused { evidence } => ("refused", evidence),
        AttemptResult::Unknown { evidence } => ("unknown: may or may not have been sent", evidence),
    };
    html! { strong { (word) } ": " (evidence) }
}

fn forms(threat: &Threat, delivery: &Delivery) -> Markup {
    let path = format!("/threats/{}/deliveries/{}", threat.id, delivery.id);
    html! {
        details {
            summary { "Record what happened" }
            form .stack method="post" action={ (path) "/receipts" } {
                label { "What the carrier, or you who carried it, can say" select name="state" {
                    option value="handed_over" { "handed over to the next hop" } option value="delivered" { "delivered to the recipient" }
                    option value="opened" { "opened" } option value="failed" { "failed: this way is closed" }
                } }
                label { "How you know" input name="evidence" required maxlength="2000"; }
                button type="submit" { "Record this receipt" }
            }
            form .stack method="post" action={ (path) "/acknowledgements" } {
                label { "Who acknowledged, by name" input name="person" required maxlength="200"; }
                label { "In what capacity" select name="capacity" {
                    option value="protector" { "they protect those at risk" } option value="intended_victim" { "they are at risk themselves" }
                    option value="intermediary" { "they pass it on" }
                } }
                label { "In their words" input name="words" maxlength="2000"; }
                button type="submit" { "Record this acknowledgement" }
            }
        }
    }
}

/// What happened on the way.
#[derive(Deserialize)]
pub struct ReceiptForm {
    state: DeliveryState,
    evidence: String,
}

/// Records a receipt.
pub async fn receipt(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, delivery)): Path<(String, String)>,
    Fields(form): Fields<ReceiptForm>,
) -> Done {
    desk.record_receipt(visitor.ask(), id(&threat)?, id(&delivery)?, form.state, &form.evidence).await?;
    Ok(back(&threat, "deliveries"))
}

/// Who acknowledged.
#[derive(Deserialize)]
pub struct AckForm {
    person: String,
    capacity: Capacity,
    words: String,
}

/// Records an acknowledgement.
pub async fn acknowledge(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, delivery)): Path<(String, String)>,
    Fields(form): Fields<AckForm>,
) -> Done {
    desk.acknowledge(visitor.ask(), id(&threat)?, id(&delivery)?, form.capacity, &form.person, &form.words).await?;
    Ok(back(&threat, "deliveries"))
}
