//! Deadlines, computed from the state and never stored as timers that could be lost.
//!
//! P2 lives here: while a threat is open, at least one clock runs, and each says who is asked when it runs out.

use jiff::{SignedDuration, Timestamp};

use super::determination::UnderPack;
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

impl Threat {
    /// Every running clock, soonest first. Empty only when the threat is closed.
    pub fn clocks(&self) -> Vec<Clock> {
        if self.closed.is_some() {
            return Vec::new();
        }
        let mut clocks = Vec::new();
        if self.victims.is_empty() {
            let due_at = self.before_start(self.triage_by, self.opened_at);
            clocks.push(self.clock(ClockOf::Identify, due_at, Role::Assessor, &[]));
        }
        for victim in &self.victims {
            clocks.extend(self.determination_clocks(victim));
            clocks.extend(self.review_clock(victim));
        }
        if self.outcome.is_none() {
            clocks.extend(self.warnings.iter().filter_map(|warning| self.acknowledgement_clock(warning)));
            clocks.extend(self.deliveries.iter().filter_map(|delivery| self.carry_clock(delivery)));
        }
        clocks.extend(self.found_clock());
        clocks.extend(self.coordination_clocks());
        clocks.push(self.clock(ClockOf::Outcome, self.outcome_by(), Role::SeniorOfficer, &[]));
        clocks.sort_by_key(|clock| (clock.due_at, clock.of));
        clocks
    }

    /// The soonest clock.
    pub fn next_clock(&self) -> Option<Clock> {
        self.clocks().into_iter().next()
    }

    pub(super) fn clock(&self, of: ClockOf, due_at: Timestamp, with: Role, ladder: &[String]) -> Clock {
        let escalate_to = if ladder.is_empty() { vec![Role::SeniorOfficer.id().to_owned()] } else { ladder.to_vec() };
        let passed = self.escalations.iter().filter(|escalation| escalation.of == of && !escalation.met).count();
        let due_at = self.delayed(of, due_at);
        let Some(last) = self.escalation(of) else {
            // The owner is asked first, wherever it is the owner's to do.
            let owner = self.coordination.owner.as_ref().filter(|_| self.asks_owner(of));
            let with = owner.map_or_else(|| with.id().to_owned(), |owner| owner.name.clone());
            return Clock { of, due_at, with, escalate_to, passed };
        };
        // A deadline after the last asking is a new one (a new plan, a new date); otherwise it is asked again in time,
        // and not only once the harm may have begun.
        let again_at = self.before_start(last.again_at, last.at);
        let due_at = if due_at > last.at { due_at } else { again_at };
        let with = last.taken_by.clone().unwrap_or_else(|| last.to.clone());
        Clock { of, due_at, with, escalate_to, passed }
    }

    /// Nothing that serves a warning may be due after the harm may begin, as far as that lay ahead at `set_at`. The
    /// window may have moved since the deadline was set.
    pub(super) fn before_start(&self, due_at: Timestamp, set_at: Timestamp) -> Timestamp {
        match self.window.and_then(|window| window.from) {
            Some(from) if from > set_at => due_at.min(from),
            Some(_) | None => due_at,
        }
    }

    /// What is asked about one intended victim: an answer, an affirmation, a warning. Where several packs ask the
    /// same, the soonest asks for all.
    fn determination_clocks(&self, victim: &IntendedVictim) -> Vec<Clock> {
        let owed = victim.determination() == Determination::Warn;
        if owed && (self.warned(victim.id) || self.outcome.is_some()) {
            return Vec::new();
        }
        let mut clocks: Vec<Clock> = Vec::new();
        for clock in victim.under.iter().filter_map(|under| self.pack_clock(victim, under)) {
            match clocks.iter_mut().find(|known| known.of == clock.of) {
                Some(known) if known.due_at > clock.due_at => *known = clock,
                Some(_) => {}
                None => clocks.push(clock),
            }
        }
        if victim.under.is_empty() {
            clocks.push(self.clock(ClockOf::Determine(victim.id), victim.identified.at, Role::Assessor, &[]));
        }
        clocks
    }

    /// What one pack still asks about one intended victim.
    fn pack_clock(&self, victim: &IntendedVictim, under: &UnderPack) -> Option<Clock> {
        let answered = || under.newest.as_ref().map(|newest| newest.answered_at);
        let reopened = under.reopened.as_ref().map(|reopened| reopened.at);
        let set_at = reopened.or_else(answered).unwrap_or(victim.identified.at);
        let determine_by = self.before_start(under.determine_by, set_at);
        let Some(assessment) = under.assessment() else {
            let of = ClockOf::Determine(victim.id);
            return Some(self.clock(of, determine_by, Role::Assessor, &under.escalate_to));
        };
        let ladder = |kind| assessment.deadline(kind).map(|deadline| deadline.escalate_to.clone()).unwrap_or_default();
        match assessment.determination {
            Determination::Unresolved => Some(if let Some(need) = assessment.asks_for_silence() {
                let due_at = self.before_start(under.affirm_by.unwrap_or(need.by), set_at);
                self.clock(ClockOf::Affirm(victim.id), due_at, Role::SeniorOfficer, &ladder(DeadlineKind::Affirm))
            } else {
                let due_at = assessment.first_need().map_or(determine_by, |need| need.by.min(determine_by));
                self.clock(ClockOf::Determine(victim.id), due_at, Role::Assessor, &ladder(DeadlineKind::Determine))
            }),
            Determination::Warn => {
                let due_at = self.before_start(under.deliver_by.unwrap_or(determine_by), set_at);
                Some(self.clock(ClockOf::Deliver(victim.id), due_at, Role::Approver, &ladder(DeadlineKind::Deliver)))
            }
            Determination::NotOwed | Determination::Waived => None,
        }
    }

    /// A look before the window ends, whatever was determined: silence is reviewed like a warning is, and looked at
    /// again when a report comes after it.
    fn review_clock(&self, victim: &IntendedVictim) -> Option<Clock> {
        let due = |under: &UnderPack| {
            let before_end = under.review_by.filter(|_| self.outcome.is_none());
            under.look_by.into_iter().chain(before_end).min()
        };
        let settled = victim.under.iter().filter(|under| under.determination() != Determination::Unresolved);
        let (due_at, under) =
            settled.filter_map(|under| Some((due(under)?, under))).min_by_key(|(due_at, _)| *due_at)?;
        let ladder = under.assessment().and_then(|assessment| assessment.deadline(DeadlineKind::Review));
        let ladder = ladder.map(|deadline| deadline.escalate_to.as_slice()).unwrap_or_default();
        Some(self.clock(ClockOf::Review(victim.id), due_at, Role::Assessor, ladder))
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
            .and_then(IntendedVictim::assessment)
            .and_then(|assessment| assessment.deadline(DeadlineKind::Acknowledge))
            .map(|deadline| deadline.escalate_to.clone())
            .unwrap_or_default();
        let due_at = self.before_start(due_at.unwrap_or(warning.approved_at), warning.approved_at);
        Some(self.clock(ClockOf::Acknowledge(warning.id), due_at, Role::Deliverer, &ladder))
    }

    /// A letter that lies ready, or a delivery nobody knows the fate of, wants a person's hands.
    fn carry_clock(&self, delivery: &Delivery) -> Option<Clock> {
        let since = delivery.attempts.last().and_then(|attempt| attempt.finished_at)?;
        let due_at = match delivery.state {
            DeliveryState::Prepared => delivery.acknowledge_by.max(since),
            // Nobody knows whether it left, and the desk will not try again: that cannot wait.
            DeliveryState::Unknown if delivery.given_up() => since,
            DeliveryState::Unknown
            | DeliveryState::Waiting
            | DeliveryState::Attempting
            | DeliveryState::HandedOver
            | DeliveryState::Delivered
            | DeliveryState::Opened
            | DeliveryState::Acknowledged
            | DeliveryState::Failed
            | DeliveryState::Stopped => return None,
        };
        Some(self.clock(ClockOf::Carry(delivery.id), due_at, Role::Deliverer, &[]))
    }

    fn outcome_by(&self) -> Timestamp {
        match (&self.outcome, self.window.and_then(|window| window.to.or(window.from))) {
            // It ended and nobody was told: somebody else must agree to that now.
            (Some(outcome), _) if self.victims.iter().any(|victim| self.untold(victim)) => outcome.signed.at,
            (Some(outcome), _) => later(outcome.signed.at, OUTCOME_AFTER_WINDOW),
            (None, Some(end)) => later(end.max(self.opened_at), OUTCOME_AFTER_WINDOW),
            (None, None) => later(self.opened_at, OUTCOME_WITHOUT_WINDOW),
        }
    }

    fn untold(&self, victim: &IntendedVictim) -> bool {
        victim.determination() == Determination::Warn && !self.told(victim.id)
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
