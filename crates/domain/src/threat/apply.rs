//! The fold: a threat is its events, one after the other. Total; refuses nothing.

use jiff::{SignedDuration, Timestamp};

use super::clocks::later;
use super::coordination::Coordination;
use super::event::ThreatEvent;
use super::found::Found;
use super::state::{
    Attempt, AttemptResult, ClockOf, Delivery, Draft, DraftState, Escalation, IntendedVictim, LeakNote, LinkedReport,
    Outcome, PlannedDelivery, Review, Threat,
};
use crate::delivery::{DeliveryState, DeliveryStep};
use crate::ids::{DeliveryId, DraftId, ReportId, VictimId, WarningId};

/// Time to look at a report that came after silence was settled.
const LOOK_AFTER_REPORT: SignedDuration = SignedDuration::from_hours(1);

/// The threat after `event`; `None` before any `ThreatOpened` (such an event changes nothing).
pub fn apply(threat: Option<Threat>, at: Timestamp, event: &ThreatEvent) -> Option<Threat> {
    match (threat, event) {
        (Some(threat), ThreatEvent::ThreatOpened { .. }) => Some(threat),
        (None, ThreatEvent::ThreatOpened { id, sentence, harm, window, triage_by }) => Some(Threat {
            id: *id,
            opened_at: at,
            sentence: sentence.clone(),
            harm: harm.clone(),
            window: *window,
            triage_by: *triage_by,
            reports: Vec::new(),
            victims: Vec::new(),
            drafts: Vec::new(),
            warnings: Vec::new(),
            deliveries: Vec::new(),
            escalations: Vec::new(),
            reviews: Vec::new(),
            outcome: None,
            closed: None,
            coordination: Coordination::default(),
            found: Vec::new(),
        }),
        (None, _) => None,
        (Some(mut threat), event) => {
            threat.take(at, event);
            Some(threat)
        }
    }
}

impl Threat {
    fn take(&mut self, at: Timestamp, event: &ThreatEvent) {
        match event {
            ThreatEvent::ThreatOpened { .. } => {}
            ThreatEvent::ReportLinked { link, sentence, window } => {
                self.take_report(at, link, sentence.as_ref());
                self.window = window.or(self.window);
            }
            ThreatEvent::ReportUnlinked { report, .. } => self.reports.retain(|link| link.report != *report),
            ThreatEvent::VictimIdentified { .. }
            | ThreatEvent::VictimAsked { .. }
            | ThreatEvent::VictimAssessed { .. }
            | ThreatEvent::SilenceAffirmed { .. } => self.take_determination(at, event),
            ThreatEvent::PartiesFound { hits } => {
                self.found.extend(hits.iter().map(|hit| Found { hit: hit.clone(), at, settled: None }));
            }
            ThreatEvent::PartyDismissed { party, signed } => self.settle_found(party, signed),
            ThreatEvent::DraftWritten { .. }
            | ThreatEvent::DraftChecked { .. }
            | ThreatEvent::LeakOverridden { .. }
            | ThreatEvent::DraftReturned { .. }
            | ThreatEvent::DraftCommented { .. }
            | ThreatEvent::CommentAnswered { .. } => self.take_draft(event),
            ThreatEvent::WarningApproved { warning, plan } => {
                self.with_draft(warning.draft, |draft| draft.state = DraftState::Approved);
                self.deliveries.extend(plan.iter().map(|planned| Delivery::planned(warning.id, planned, at)));
                self.warnings.push(warning.clone());
            }
            ThreatEvent::DeliveryAdded { warning, planned, .. } => {
                self.deliveries.push(Delivery::planned(*warning, planned, at));
            }
            ThreatEvent::AttemptStarted { .. }
            | ThreatEvent::AttemptFinished { .. }
            | ThreatEvent::ReceiptRecorded { .. }
            | ThreatEvent::WarningAcknowledged { .. }
            | ThreatEvent::DeliveryStopped { .. } => self.take_delivery(at, event),
            ThreatEvent::DeadlinePassed { .. } | ThreatEvent::EscalationTaken { .. } => self.take_escalation(at, event),
            ThreatEvent::ThreatReviewed { victim, decision, signed, next_by } => {
                let (victim, decision, signed, next_by) = (*victim, *decision, signed.clone(), *next_by);
                self.reviews.push(Review { victim, decision, signed, next_by });
                self.met(|of| of == ClockOf::Review(victim));
                if let Some(known) = self.victim_mut(victim) {
                    for under in &mut known.under {
                        under.review_by = next_by;
                        under.look_by = None;
                    }
                }
            }
            ThreatEvent::OutcomeRecorded { kind, occurred_at, signed } => {
                self.outcome = Some(Outcome { kind: *kind, occurred_at: *occurred_at, signed: signed.clone() });
                self.met(|of| of == ClockOf::Outcome);
                self.victims.iter_mut().flat_map(|victim| &mut victim.under).for_each(|under| under.look_by = None);
            }
            ThreatEvent::ThreatClosed { signed } => self.closed = Some(signed.clone()),
            ThreatEvent::Coordinated(event) => self.coordinate(at, event),
        }
    }

    fn take_escalation(&mut self, at: Timestamp, event: &ThreatEvent) {
        if let ThreatEvent::DeadlinePassed { of, due_at, to, again_at } = event {
            self.escalations.push(Escalation {
                of: *of,
                due_at: *due_at,
                at,
                to: to.clone(),
                again_at: *again_at,
                taken_by: None,
                reason: String::new(),
                met: false,
            });
        }
        if let ThreatEvent::EscalationTaken { of, by, again_at, reason } = event {
            let asked = |escalation: &&mut Escalation| escalation.of == *of && !escalation.met;
            if let Some(escalation) = self.escalations.iter_mut().rev().find(asked) {
                escalation.taken_by = Some(by.clone());
                escalation.reason.clone_from(reason);
                escalation.again_at = *again_at;
            }
        }
    }

    fn take_report(&mut self, at: Timestamp, link: &LinkedReport, sentence: Option<&String>) {
        if self.closed.take().is_some() {
            // Who owned it may be gone since: whoever takes it up now says so.
            self.coordination.owner = None;
        }
        self.reports.push(link.clone());
        if !link.after_the_fact {
            self.look_again(at);
        }
        if let Some(sentence) = sentence {
            self.sentence.clone_from(sentence);
        }
    }

    /// A report came after silence was settled, or after the outcome: somebody looks whether that still holds.
    fn look_again(&mut self, at: Timestamp) {
        let ended = self.outcome.is_some();
        let by = later(at, LOOK_AFTER_REPORT);
        for under in self.victims.iter_mut().flat_map(|victim| &mut victim.under) {
            if under.silent() || (ended && under.newest.is_some()) {
                under.look_by = Some(under.look_by.map_or(by, |known| known.min(by)));
            }
        }
    }

    pub(super) fn met(&mut self, which: impl Fn(ClockOf) -> bool) {
        self.escalations.iter_mut().filter(|escalation| which(escalation.of)).for_each(|known| known.met = true);
    }

    fn take_delivery(&mut self, at: Timestamp, event: &ThreatEvent) {
        if let ThreatEvent::AttemptStarted { delivery, attempt } = event {
            self.with_delivery(*delivery, |delivery| {
                delivery.attempts.push(Attempt { id: *attempt, started_at: at, finished_at: None, result: None });
                delivery.move_on(DeliveryStep::Start, None);
            });
        }
        if let ThreatEvent::AttemptFinished { delivery, attempt, result, next_at } = event {
            self.with_delivery(*delivery, |delivery| {
                if let Some(known) = delivery.attempts.iter_mut().find(|known| known.id == *attempt) {
                    known.finished_at = Some(at);
                    known.result = Some(result.clone());
                }
                delivery.move_on(step_of(result, next_at.is_some()), *next_at);
            });
        }
        if let ThreatEvent::ReceiptRecorded { delivery, receipt } = event {
            self.with_delivery(*delivery, |delivery| {
                delivery.receipts.push(receipt.clone());
                if let Some(step) = step_to(receipt.state) {
                    delivery.move_on(step, None);
                }
            });
        }
        if let ThreatEvent::WarningAcknowledged { delivery, acknowledgement } = event {
            self.with_delivery(*delivery, |delivery| {
                delivery.acknowledgements.push(acknowledgement.clone());
                delivery.move_on(DeliveryStep::Acknowledge, None);
            });
        }
        if let ThreatEvent::DeliveryStopped { delivery, .. } = event {
            self.with_delivery(*delivery, |delivery| delivery.move_on(DeliveryStep::Stop, None));
        }
    }

    pub(super) fn victim_mut(&mut self, id: VictimId) -> Option<&mut IntendedVictim> {
        self.victims.iter_mut().find(|victim| victim.id == id)
    }

    fn with_delivery(&mut self, id: DeliveryId, change: impl FnOnce(&mut Delivery)) {
        if let Some(delivery) = self.deliveries.iter_mut().find(|delivery| delivery.id == id) {
            change(delivery);
        }
    }

    /// What happened to a draft before it was approved.
    fn take_draft(&mut self, event: &ThreatEvent) {
        if let ThreatEvent::DraftWritten { draft } = event {
            self.drafts.push((**draft).clone());
        }
        if let ThreatEvent::DraftChecked { draft, reports, leaks, clearance } = event {
            self.with_draft(*draft, |draft| draft.take_check(reports, leaks, clearance));
        }
        if let ThreatEvent::LeakOverridden { draft, signed, clearance } = event {
            self.with_draft(*draft, |draft| {
                draft.overridden = Some(signed.clone());
                draft.release.clearance = clearance.clone();
            });
        }
        if let ThreatEvent::DraftReturned { draft, .. } = event {
            self.with_draft(*draft, |draft| draft.state = DraftState::Returned);
        }
        if let ThreatEvent::DraftCommented { draft, comment } = event {
            self.with_draft(*draft, |draft| draft.comments.push(comment.clone()));
        }
        if let ThreatEvent::CommentAnswered { draft, comment, signed } = event {
            self.with_draft(*draft, |draft| {
                if let Some(known) = draft.comments.get_mut(*comment) {
                    known.answered = Some(signed.clone());
                }
            });
        }
    }

    fn with_draft(&mut self, id: DraftId, change: impl FnOnce(&mut Draft)) {
        if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == id) {
            change(draft);
        }
    }
}

impl Draft {
    /// Whether somebody answers for every one of these findings.
    pub fn answered_for(&self, leaks: &[LeakNote]) -> bool {
        self.overridden.is_some() && leaks.iter().all(|leak| self.leaks.contains(leak))
    }

    /// What was found once stays found. An approved warning keeps the clearance it was approved with: findings made
    /// since hold up other ways for it, and do not stop what is under way. Whoever overrode the check answered for what
    /// had been found by then, and for nothing more.
    fn take_check(&mut self, reports: &[ReportId], leaks: &[LeakNote], clearance: &serde_json::Value) {
        self.release.checked = reports.to_vec();
        if self.answered_for(leaks) {
            return;
        }
        self.overridden = None;
        if self.state != DraftState::Approved {
            self.release.clearance = clearance.clone();
        }
        if !leaks.is_empty() {
            self.leaks = leaks.to_vec();
            if self.state == DraftState::Written {
                self.state = DraftState::Leaking;
            }
        }
    }
}

impl Delivery {
    fn planned(warning: WarningId, planned: &PlannedDelivery, at: Timestamp) -> Self {
        let within = SignedDuration::from_mins(i64::from(planned.acknowledge_within_minutes));
        Self {
            id: planned.id,
            warning,
            planned: planned.clone(),
            state: DeliveryState::Waiting,
            acknowledge_by: later(at, within),
            attempts: Vec::new(),
            receipts: Vec::new(),
            acknowledgements: Vec::new(),
            next_at: None,
        }
    }

    /// `decide` has already refused what cannot be; a fact that comes late leaves the state as it is.
    fn move_on(&mut self, step: DeliveryStep, next_at: Option<Timestamp>) {
        self.state = self.state.after(step).unwrap_or(self.state);
        let waits = matches!(self.state, DeliveryState::Waiting | DeliveryState::Unknown);
        self.next_at = next_at.filter(|_| waits);
    }
}

/// The step an attempt's result is; a failure with no next attempt is the end of this way.
pub(super) const fn step_of(result: &AttemptResult, again: bool) -> DeliveryStep {
    match result {
        AttemptResult::HandedOver { .. } => DeliveryStep::HandOver,
        AttemptResult::Prepared { .. } => DeliveryStep::Prepare,
        AttemptResult::TryLater { .. } if again => DeliveryStep::Postpone,
        AttemptResult::TryLater { .. } | AttemptResult::Refused { .. } => DeliveryStep::Fail,
        AttemptResult::Unknown { .. } => DeliveryStep::Lose,
    }
}

/// The step a receipt is; `None` for states no receipt can report.
pub(super) const fn step_to(state: DeliveryState) -> Option<DeliveryStep> {
    match state {
        DeliveryState::HandedOver => Some(DeliveryStep::HandOver),
        DeliveryState::Delivered => Some(DeliveryStep::Deliver),
        DeliveryState::Opened => Some(DeliveryStep::Open),
        DeliveryState::Failed => Some(DeliveryStep::Fail),
        DeliveryState::Waiting
        | DeliveryState::Attempting
        | DeliveryState::Unknown
        | DeliveryState::Prepared
        | DeliveryState::Acknowledged
        | DeliveryState::Stopped => None,
    }
}
