//! Deadlines, computed from the state and never stored as timers that could be lost.
//!
//! P2 lives here: while a threat is open, at least one clock runs, and each says who is asked when it runs out.

use jiff::{SignedDuration, Timestamp};

use super::state::{Capacity, ClockOf, Delivery, IntendedVictim, Threat, Warning};
use crate::assessment::DeadlineKind;
use crate::delivery::DeliveryState;
use crate::words::{Determination, Role};

/// A running clock.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Clock {
    /// What has to be done.
    pub of: ClockOf,
    /// When it runs out; after that, when it is asked again.
    pub due_at: Timestamp,
    /// Who is asked now.
    pub with: String,
    /// Who is asked when it runs out, in order; the last one again and again.
    pub escalate_to: Vec<String>,
    /// How often it has run out already.
    pub passed: usize,
}

/// Time left to say how it ended, after the window (or, without a window, after the opening).
const OUTCOME_AFTER_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
const OUTCOME_WITHOUT_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Time to approve a warning when the assessment names none.
const DELIVER_DEFAULT: SignedDuration = SignedDuration::from_hours(4);

impl Threat {
    /// Every running clock, soonest first. Empty only when the threat is closed.
    pub fn clocks(&self) -> Vec<Clock> {
        if self.closed.is_some() {
            return Vec::new();
        }
        let mut clocks = Vec::new();
        if self.victims.is_empty() {
            clocks.push(self.clock(ClockOf::Identify, self.triage_by, Role::Assessor, &[]));
        }
        for victim in &self.victims {
            clocks.extend(self.determination_clock(victim));
            clocks.extend(self.review_clock(victim));
        }
        if self.outcome.is_none() {
            clocks.extend(self.warnings.iter().filter_map(|warning| self.acknowledgement_clock(warning)));
            clocks.extend(self.deliveries.iter().filter_map(|delivery| self.carry_clock(delivery)));
        }
        clocks.push(self.clock(ClockOf::Outcome, self.outcome_by(), Role::SeniorOfficer, &[]));
        clocks.sort_by_key(|clock| (clock.due_at, clock.of));
        clocks
    }

    /// The soonest clock.
    pub fn next_clock(&self) -> Option<Clock> {
        self.clocks().into_iter().next()
    }

    fn clock(&self, of: ClockOf, due_at: Timestamp, with: Role, ladder: &[String]) -> Clock {
        let escalate_to = if ladder.is_empty() { vec![Role::SeniorOfficer.id().to_owned()] } else { ladder.to_vec() };
        let passed = self.escalations.iter().filter(|escalation| escalation.of == of).count();
        match self.escalation(of) {
            None => Clock { of, due_at, with: with.id().to_owned(), escalate_to, passed },
            Some(last) => {
                let with = last.taken_by.clone().unwrap_or_else(|| last.to.clone());
                // A later deadline (a new plan, a new review date) counts when it is further away.
                Clock { of, due_at: last.again_at.max(due_at), with, escalate_to, passed }
            }
        }
    }

    fn determination_clock(&self, victim: &IntendedVictim) -> Option<Clock> {
        let Some(assessment) = &victim.assessment else {
            return Some(self.clock(ClockOf::Determine(victim.id), victim.determine_by, Role::Assessor, &[]));
        };
        let ladder = |kind| assessment.deadline(kind).map(|deadline| deadline.escalate_to.clone()).unwrap_or_default();
        match assessment.determination {
            Determination::Unresolved => {
                let need = assessment.needs.iter().min_by_key(|need| need.by);
                let due_at = need.map_or(victim.determine_by, |need| need.by);
                let affirm = need.is_some_and(|need| need.role == Role::SeniorOfficer.id());
                Some(if affirm {
                    self.clock(ClockOf::Affirm(victim.id), due_at, Role::SeniorOfficer, &ladder(DeadlineKind::Affirm))
                } else {
                    self.clock(ClockOf::Determine(victim.id), due_at, Role::Assessor, &ladder(DeadlineKind::Determine))
                })
            }
            Determination::Warn => {
                let warned = self.warnings.iter().any(|warning| warning.victim == victim.id);
                (!warned && self.outcome.is_none()).then(|| {
                    let assessed = victim.assessed_at.unwrap_or(self.opened_at);
                    let due_at = assessment
                        .deadline(DeadlineKind::Deliver)
                        .map_or_else(|| later(assessed, DELIVER_DEFAULT), |deadline| deadline.by);
                    self.clock(ClockOf::Deliver(victim.id), due_at, Role::Approver, &ladder(DeadlineKind::Deliver))
                })
            }
            Determination::NotOwed | Determination::Waived => None,
        }
    }

    /// A look before the window ends, whatever was determined: silence is reviewed like a warning is.
    fn review_clock(&self, victim: &IntendedVictim) -> Option<Clock> {
        let assessment = victim.assessment.as_ref()?;
        if self.outcome.is_some() || assessment.determination == Determination::Unresolved {
            return None;
        }
        let review = assessment.deadline(DeadlineKind::Review)?;
        let due_at = match self.reviews.iter().rev().find(|review| review.victim == victim.id) {
            Some(last) => last.next_by?,
            None => review.by,
        };
        Some(self.clock(ClockOf::Review(victim.id), due_at, Role::Assessor, &review.escalate_to))
    }

    fn acknowledgement_clock(&self, warning: &Warning) -> Option<Clock> {
        if self.acknowledged(warning.id) {
            return None;
        }
        let live = || self.deliveries_of(warning.id).filter(|delivery| delivery.state != DeliveryState::Stopped);
        let dead_end = live().all(|delivery| delivery.state == DeliveryState::Failed);
        let due_at = if dead_end {
            live().flat_map(|delivery| &delivery.attempts).filter_map(|attempt| attempt.finished_at).max()
        } else {
            live().map(|delivery| delivery.acknowledge_by).min()
        };
        let ladder = self
            .victim(warning.victim)
            .and_then(|victim| victim.assessment.as_ref())
            .and_then(|assessment| assessment.deadline(DeadlineKind::Acknowledge))
            .map(|deadline| deadline.escalate_to.clone())
            .unwrap_or_default();
        let due_at = due_at.unwrap_or(warning.approved_at);
        Some(self.clock(ClockOf::Acknowledge(warning.id), due_at, Role::Deliverer, &ladder))
    }

    /// A letter that lies ready, or a delivery nobody knows the fate of, wants a person's hands.
    fn carry_clock(&self, delivery: &Delivery) -> Option<Clock> {
        let since = delivery.attempts.last().and_then(|attempt| attempt.finished_at)?;
        let by_hand = match delivery.state {
            DeliveryState::Prepared => true,
            DeliveryState::Unknown => delivery.next_at.is_none(),
            DeliveryState::Waiting
            | DeliveryState::Attempting
            | DeliveryState::HandedOver
            | DeliveryState::Delivered
            | DeliveryState::Opened
            | DeliveryState::Acknowledged
            | DeliveryState::Failed
            | DeliveryState::Stopped => false,
        };
        by_hand.then(|| {
            let due_at = delivery.acknowledge_by.max(since);
            self.clock(ClockOf::Carry(delivery.id), due_at, Role::Deliverer, &[])
        })
    }

    fn outcome_by(&self) -> Timestamp {
        match (&self.outcome, self.window.and_then(|window| window.to.or(window.from))) {
            (Some(outcome), _) => later(outcome.signed.at, OUTCOME_AFTER_WINDOW),
            (None, Some(end)) => later(end.max(self.opened_at), OUTCOME_AFTER_WINDOW),
            (None, None) => later(self.opened_at, OUTCOME_WITHOUT_WINDOW),
        }
    }

    /// Where the threat stands on the step rail, in one word (DESIGN §3).
    pub fn step(&self) -> &'static str {
        if self.closed.is_some() {
            return "closed";
        }
        if self.outcome.is_some() {
            return "outcome";
        }
        if let Some(warning) = self.warnings.last() {
            return if self.acknowledged(warning.id) { "acknowledged" } else { "delivering" };
        }
        if !self.drafts.is_empty() {
            return "drafted";
        }
        match self.victims.iter().map(IntendedVictim::determination).find(|found| *found != Determination::Unresolved) {
            Some(_) => "determined",
            None if self.victims.is_empty() => "linked",
            None => "screened",
        }
    }

    /// Whether any acknowledgement at all has come, and from whom: for totals on pages.
    pub fn acknowledged_by(&self, capacity: Capacity) -> usize {
        self.deliveries
            .iter()
            .filter(|delivery| delivery.acknowledgements.iter().any(|ack| ack.capacity == capacity))
            .count()
    }
}

/// `at + by`, or the end of time when that overflows.
pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
