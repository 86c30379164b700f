//! Decisions about deliveries: attempts, receipts, acknowledgements, other ways.

use jiff::{SignedDuration, Timestamp};

use super::apply::{step_of, step_to};
use super::clocks::later;
use super::command::ThreatCommand;
use super::event::{Act, Decision, Effect, ThreatEvent};
use super::state::{Acknowledgement, AttemptResult, Capacity, Delivery, PlannedDelivery, Receipt, Signed, Threat};
use crate::actor::Actor;
use crate::delivery::{DeliveryState, DeliveryStep};
use crate::ids::{AckId, AttemptId, DeliveryId, WarningId};
use crate::refusal::Refusal;
use crate::words::Role;

/// Answers the delivery commands; every other command is refused as unknown here.
pub(super) fn decide(threat: &Threat, command: ThreatCommand, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    match command {
        ThreatCommand::SendAnotherWay { warning, planned, reason } => {
            another_way(threat, warning, planned, reason, by, at)
        }
        ThreatCommand::StartAttempt { delivery, attempt } => start(threat, delivery, attempt, by),
        ThreatCommand::FinishAttempt { delivery, attempt, result } => finish(threat, delivery, attempt, result, by, at),
        ThreatCommand::RecordReceipt { delivery, state, evidence } => {
            receipt(threat, delivery, state, evidence, by, at)
        }
        ThreatCommand::Acknowledge { delivery, ack, person, capacity, words } => {
            acknowledge(threat, delivery, Answer { ack, person, capacity, words }, by, at)
        }
        ThreatCommand::StopDelivery { delivery, reason } => stop(threat, delivery, reason, by, at),
        _ => Err(Refusal::unknown("delivery command")),
    }
}

struct Answer {
    ack: AckId,
    person: String,
    capacity: Capacity,
    words: String,
}

/// The effect that makes attempt number `number` (counted from 0) of a delivery.
pub(super) fn attempt_effect(delivery: DeliveryId, number: usize, due_at: Timestamp) -> Effect {
    Effect { key: format!("deliver/{delivery}/{number}"), due_at, act: Act::Deliver(delivery) }
}

fn find(threat: &Threat, id: DeliveryId) -> Result<&Delivery, Refusal> {
    threat.delivery(id).ok_or_else(|| Refusal::unknown("delivery"))
}

fn another_way(
    threat: &Threat,
    warning: WarningId,
    planned: PlannedDelivery,
    reason: String,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let who = by.must_hold(&[Role::Deliverer, Role::SeniorOfficer], "send a warning another way")?;
    Refusal::unless_reason(&reason)?;
    threat.warning(warning).ok_or_else(|| Refusal::unknown("warning"))?;
    if threat.delivery(planned.id).is_some() {
        return Err(Refusal::AlreadyDone { what: format!("delivery {}", planned.id) });
    }
    let effects = vec![attempt_effect(planned.id, 0, at)];
    let signed = Signed { by: who.to_owned(), at, reason };
    Ok(Decision { events: vec![ThreatEvent::DeliveryAdded { warning, planned, signed }], effects })
}

fn start(threat: &Threat, id: DeliveryId, attempt: AttemptId, by: &Actor) -> Result<Decision, Refusal> {
    by.must_be_desk("start an attempt")?;
    let delivery = find(threat, id)?;
    if delivery.running().is_some() {
        return Err(Refusal::AttemptRunning);
    }
    delivery.state.after(DeliveryStep::Start)?;
    if delivery.attempts.iter().any(|known| known.id == attempt) {
        return Err(Refusal::AlreadyDone { what: format!("attempt {attempt}") });
    }
    if delivery.attempts.len() > delivery.planned.retry_after_seconds.len() {
        let step = "attempted again: the plan's attempts are used up".to_owned();
        return Err(Refusal::DeliveryCannot { state: delivery.state.to_string(), step });
    }
    Ok(Decision::of(ThreatEvent::AttemptStarted { delivery: id, attempt }))
}

fn finish(
    threat: &Threat,
    id: DeliveryId,
    attempt: AttemptId,
    result: AttemptResult,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    by.must_be_desk("finish an attempt")?;
    let delivery = find(threat, id)?;
    if delivery.running().is_none_or(|running| running.id != attempt) {
        return Err(Refusal::unknown("running attempt"));
    }
    let again = match result {
        AttemptResult::TryLater { .. } | AttemptResult::Unknown { .. } => wait_after(delivery),
        AttemptResult::HandedOver { .. } | AttemptResult::Prepared { .. } | AttemptResult::Refused { .. } => None,
    };
    let next_at = again.map(|wait| later(at, wait));
    let step = step_of(&result, next_at.is_some());
    // A person may have acknowledged while the attempt was under way; then its result is still recorded.
    let next = delivery.state.after(step).unwrap_or(delivery.state);
    let effects = match (next_at, next) {
        (Some(due_at), DeliveryState::Waiting | DeliveryState::Unknown) => {
            vec![attempt_effect(id, delivery.attempts.len(), due_at)]
        }
        // What ended this way opens the next; a result that comes after the end opens nothing more.
        (None, DeliveryState::Failed | DeliveryState::Unknown) if next != delivery.state => {
            next_way(threat, delivery.warning, Some(id), at)
        }
        _ => Vec::new(),
    };
    Ok(Decision { events: vec![ThreatEvent::AttemptFinished { delivery: id, attempt, result, next_at }], effects })
}

/// How long to wait after the attempt now running; `None` when the plan's attempts are used up.
fn wait_after(delivery: &Delivery) -> Option<SignedDuration> {
    let tried = delivery.attempts.len().checked_sub(1)?;
    let seconds = delivery.planned.retry_after_seconds.get(tried)?;
    Some(SignedDuration::from_secs(i64::from(*seconds)))
}

/// The next ways of a warning: those of the lowest order that nobody has tried, once every lower one is given up or
/// (`failing` is none) has not been acknowledged in time. None once those it is for have acknowledged it. A way whose
/// first attempt is already with the workers is answered again, under the same key.
pub(super) fn next_way(threat: &Threat, warning: WarningId, failing: Option<DeliveryId>, at: Timestamp) -> Vec<Effect> {
    if threat.acknowledged(warning) {
        return Vec::new();
    }
    let untried = |delivery: &&Delivery| {
        delivery.attempts.is_empty() && delivery.state == DeliveryState::Waiting && Some(delivery.id) != failing
    };
    let Some(order) = threat.deliveries_of(warning).filter(untried).map(|delivery| delivery.planned.order).min() else {
        return Vec::new();
    };
    let blocking = failing.is_some()
        && threat
            .deliveries_of(warning)
            .any(|delivery| delivery.planned.order < order && !delivery.given_up() && Some(delivery.id) != failing);
    if blocking {
        return Vec::new();
    }
    let ways = threat.deliveries_of(warning).filter(untried).filter(|delivery| delivery.planned.order == order);
    ways.map(|delivery| attempt_effect(delivery.id, 0, at)).collect()
}

fn receipt(
    threat: &Threat,
    id: DeliveryId,
    state: DeliveryState,
    evidence: String,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    if *by != Actor::Desk {
        by.must_hold(&[Role::Deliverer, Role::SeniorOfficer], "record a receipt")?;
    }
    Refusal::unless_reason(&evidence)?;
    let delivery = find(threat, id)?;
    let step = step_to(state).ok_or_else(|| Refusal::BadField {
        field: "state".into(),
        problem: format!("`{state}`; a receipt says handed_over, delivered, opened or failed"),
    })?;
    let next = delivery.state.after(step)?;
    let effects = match next {
        DeliveryState::Failed => next_way(threat, delivery.warning, Some(id), at),
        _ => Vec::new(),
    };
    let receipt = Receipt { at, by: by.name().to_owned(), state, evidence };
    Ok(Decision { events: vec![ThreatEvent::ReceiptRecorded { delivery: id, receipt }], effects })
}

fn acknowledge(
    threat: &Threat,
    id: DeliveryId,
    answer: Answer,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let Answer { ack, person, capacity, words } = answer;
    let delivery = find(threat, id)?;
    let recorded_by = match by {
        // Whoever holds the one-time link speaks for the recipient it was made for, and for nobody further on.
        Actor::Recipient { .. } if capacity != delivery.planned.recipient.capacity => {
            return Err(Refusal::BadField {
                field: "capacity".into(),
                problem: "not the one this link was made for".into(),
            });
        }
        Actor::Recipient { .. } if delivery.planned.ack_digest.is_none() => {
            return Err(Refusal::NotThere { what: "a one-time link for this delivery".into() });
        }
        Actor::Recipient { .. } => "link",
        Actor::Person { .. } | Actor::Desk => {
            by.must_hold(&[Role::Deliverer, Role::SeniorOfficer], "record an acknowledgement")?
        }
    };
    if person.trim().is_empty() {
        return Err(Refusal::NameMissing);
    }
    let same = |known: &&Acknowledgement| known.capacity == capacity;
    if delivery.acknowledgements.iter().find(same).is_some() {
        return Err(Refusal::AlreadyDone { what: "this delivery was acknowledged".into() });
    }
    let recorded_by = recorded_by.to_owned();
    let acknowledgement = Acknowledgement { id: ack, at, person, capacity, recorded_by, words };
    Ok(Decision::of(ThreatEvent::WarningAcknowledged { delivery: id, acknowledgement }))
}

fn stop(threat: &Threat, id: DeliveryId, reason: String, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    let who = by.must_hold(&[Role::Deliverer, Role::SeniorOfficer], "stop a delivery")?;
    Refusal::unless_reason(&reason)?;
    let delivery = find(threat, id)?;
    delivery.state.after(DeliveryStep::Stop)?;
    let signed = Signed { by: who.to_owned(), at, reason };
    // One way withdrawn is no reason for the others to wait; whoever wants none of them stops each.
    let effects = next_way(threat, delivery.warning, Some(id), at);
    Ok(Decision { events: vec![ThreatEvent::DeliveryStopped { delivery: id, signed }], effects })
}
