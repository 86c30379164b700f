//! Deliveries: a line of hops per recipient, what happened, what is next; the totals on top.

use domain::ChannelKind;
use domain::delivery::DeliveryState;
use domain::threat::{AttemptResult, Capacity, Delivery, Escalation, Threat, Warning};
use maud::{Markup, html};

use super::{hands, words};
use crate::app::{ThreatView, sheet_name};

/// Passed deadlines shown; the record has all of them.
const PASSED_SHOWN: usize = 5;

/// The section of the threat's page.
pub fn section(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    html! {
        section #deliveries {
            h2 { "Warnings and deliveries" }
            @if threat.warnings.is_empty() { p { "No warning has been approved." } } @else { (totals(threat)) }
            @for warning in threat.warnings.iter().rev() { (one_warning(view, warning)) }
            (passed(threat))
        }
    }
}

/// Four different things, counted apart: acknowledged, reached, not reached, closed ways.
fn totals(threat: &Threat) -> Markup {
    let count =
        |states: &[DeliveryState]| threat.deliveries.iter().filter(|known| states.contains(&known.state)).count();
    let recipients = threat.warnings.iter().filter(|warning| threat.acknowledged(warning.id)).count();
    let reached =
        [DeliveryState::HandedOver, DeliveryState::Delivered, DeliveryState::Opened, DeliveryState::Acknowledged];
    let not_yet = [DeliveryState::Waiting, DeliveryState::Attempting, DeliveryState::Unknown, DeliveryState::Prepared];
    html! {
        dl .totals {
            div { dt { "Warnings acknowledged by those they are for" } dd { (recipients) " of " (threat.warnings.len()) } }
            div { dt { "Acknowledged by an intermediary" } dd { (threat.acknowledged_by(Capacity::Intermediary)) } }
            div { dt { "Deliveries that reached the next hop" } dd { (count(&reached)) " of " (threat.deliveries.len()) } }
            div { dt { "Not yet" } dd { (count(&not_yet)) } }
            div { dt { "Failed or stopped" } dd { (count(&[DeliveryState::Failed, DeliveryState::Stopped])) } }
        }
    }
}

fn one_warning(view: &ThreatView, warning: &Warning) -> Markup {
    let threat = &view.threat;
    html! {
        article .warning {
            h3 { "Warning " (warning.reference) ": " (super::drafts::purpose(threat, warning.purpose)) }
            p .small {
                "Approved by " (warning.approved_by) ", " (words::stamp(warning.approved_at)) ". Code to check it by: " strong { (warning.verify_code) } ". "
                a href={ "/threats/" (threat.id) "/drafts/" (warning.draft) } { "Its words" }
            }
            @for delivery in threat.deliveries_of(warning.id) { (one_delivery(view, delivery)) }
            @if threat.closed.is_none() { (hands::warning_forms(threat, warning)) }
        }
    }
}

fn one_delivery(view: &ThreatView, delivery: &Delivery) -> Markup {
    let planned = &delivery.planned;
    let threat = &view.threat;
    html! {
        div class={ "delivery " (delivery_class(delivery.state)) } {
            p .hops {
                strong { (words::capital(&planned.channel.to_string())) } ": desk \u{2192} " (planned.recipient.name)
                @if let Some(onward) = &planned.onward_to { " \u{2192} " (onward.name) }
            }
            p {
                strong .state { (words::capital(delivery.state.words())) }
                @if let Some(next) = delivery.next_at { ". Next attempt " (words::stamp(next)) }
                @if delivery.state.open() && threat.closed.is_none() { ". Acknowledgement expected by " (words::stamp(delivery.acknowledge_by)) ", " (words::clock(delivery.acknowledge_by, view.now)) }
                "."
            }
            (history(delivery))
            @if sheet_name(delivery).is_some() { p { a href={ "/threats/" (threat.id) "/deliveries/" (delivery.id) "/sheet" } { "Print what to carry" } } }
            @if threat.closed.is_none() && delivery.state != DeliveryState::Stopped { (hands::delivery_forms(threat, delivery)) }
        }
    }
}

const fn delivery_class(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Acknowledged => "is-done",
        DeliveryState::Failed | DeliveryState::Stopped | DeliveryState::Unknown => "is-stopped",
        DeliveryState::HandedOver | DeliveryState::Delivered | DeliveryState::Opened => "is-going",
        DeliveryState::Waiting | DeliveryState::Attempting | DeliveryState::Prepared => "is-open",
    }
}

/// Everything that happened, in order of time.
fn history(delivery: &Delivery) -> Markup {
    let mut lines = Vec::new();
    for attempt in &delivery.attempts {
        let words = attempt.result.as_ref().map_or_else(|| html! { "attempt under way" }, outcome);
        lines.push((attempt.started_at, words));
    }
    for receipt in &delivery.receipts {
        lines.push((
            receipt.at,
            html! { (reached(delivery, receipt.state)) ", says " (receipt.by) ": " (receipt.evidence) },
        ));
    }
    for ack in &delivery.acknowledgements {
        let how = if ack.recorded_by == "link" {
            "by the one-time link".to_owned()
        } else {
            format!("recorded by {}", ack.recorded_by)
        };
        lines.push((ack.at, html! {
            span .done { "acknowledged by " strong { (ack.person) } ", " (capacity(ack.capacity)) ", " (how) @if !ack.words.is_empty() { ": \u{201c}" (ack.words) "\u{201d}" } }
        }));
    }
    lines.sort_by_key(|(at, _)| *at);
    html! { ol .history { @for (at, words) in lines { li { (words::stamp(at)) ": " (words) } } } }
}

/// How far the words got: where nobody stands between, somebody was told, and no carrier delivered anything.
const fn reached(delivery: &Delivery, state: DeliveryState) -> &'static str {
    match (delivery.planned.channel, state) {
        (ChannelKind::InPerson | ChannelKind::Telephone, DeliveryState::Delivered) => "told",
        (_, _) => state.words(),
    }
}

const fn capacity(capacity: Capacity) -> &'static str {
    match capacity {
        Capacity::Intermediary => "who passes it on",
        Capacity::Protector => "who protects those at risk",
        Capacity::IntendedVictim => "who is at risk",
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
    html! { (word) ": " (evidence) }
}

/// Deadlines that passed, the newest first.
fn passed(threat: &Threat) -> Markup {
    html! {
        @if !threat.escalations.is_empty() {
            h3 { "Time ran out " (words::count(threat.escalations.len(), "time")) }
            ol .history { @for escalation in threat.escalations.iter().rev().take(PASSED_SHOWN) { (one_passed(threat, escalation)) } }
            @if threat.escalations.len() > PASSED_SHOWN { p .small { "The newest " (PASSED_SHOWN) "; the record below has all of them." } }
        }
    }
}

fn one_passed(threat: &Threat, escalation: &Escalation) -> Markup {
    html! {
        li {
            (words::stamp(escalation.at)) ": to " (words::purpose(escalation.of, Some(threat))) ". Put to " (words::who(&escalation.to))
            @match &escalation.taken_by { Some(by) => { ", taken up by " (by) } None => { ", asked again " (words::stamp(escalation.again_at)) } }
        }
    }
}
