//! What must hold: of every step, judged by books that are kept from the events alone, and of every state.

use domain::threat::{
    AttemptResult, Clock, ClockOf, Coordinated, Dispute, Purpose, Reopening, Settlement, Threat, ThreatEvent, Warning,
};
use domain::{Determination, Role};
use jiff::{SignedDuration, Timestamp};
use stateright::Property;

use super::steps::PEOPLE;
use super::{Bounds, State, Workflow};

/// No duty that is not met is left alone for longer than this.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// Which promise a step broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Promise {
    /// P2: no silence.
    NoSilence,
    /// A12: nobody does both halves of anything.
    TwoPeople,
}

/// Where the determination stands, by the events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Stands {
    /// Nobody answered yet, or what was answered is open again.
    #[default]
    Open,
    Warn,
    Silent,
}

/// What the events say, beside what the fold makes of them.
#[derive(Debug, Clone, Default)]
pub struct Books {
    pub stands: Stands,
    /// Who gave the answers that stand.
    pub answered_by: Option<String>,
    /// Who affirmed silence, while it stands.
    pub affirmed_by: Option<String>,
    /// Who disputes, while it is open.
    pub disputed_by: Option<String>,
    /// The writer of each draft, in their order.
    pub writers: Vec<String>,
    /// Until when the urgent shortcut stands in for a determination and for the originator.
    pub urgent_until: Option<Timestamp>,
    /// When an originator was last asked, or has answered, the desk need wait no longer than this.
    pub waits_until: Option<Timestamp>,
    pub told: bool,
    /// How many determinations were made.
    pub determined: u32,
    pub outcome_by: Option<String>,
    pub closed: bool,
    /// Why silence was last opened again, until somebody answers or affirms.
    pub reopened: Option<Reopening>,
    broken: Option<(Promise, &'static str)>,
}

impl Books {
    pub fn broken(&self) -> Option<(Promise, &'static str)> {
        self.broken
    }

    fn breaks(&mut self, promise: Promise, what: &'static str, broken: bool) {
        if broken && self.broken.is_none() {
            self.broken = Some((promise, what));
        }
    }

    /// Judges an event by what came before it, and writes it down.
    pub fn note(&mut self, before: &Threat, at: Timestamp, event: &ThreatEvent) {
        match event {
            ThreatEvent::VictimAssessed { determined } => {
                self.determined += 1;
                let alone = determined.silent();
                self.breaks(Promise::TwoPeople, "answers alone made silence", alone);
                let warn = determined.determination() == Determination::Warn;
                self.stands = if warn { Stands::Warn } else { Stands::Open };
                self.answered_by = Some(determined.by.clone());
                (self.affirmed_by, self.reopened) = (None, None);
            }
            ThreatEvent::SilenceAffirmed { determined } => {
                self.determined += 1;
                let alone = self.answered_by.as_ref().is_none_or(|by| *by == determined.by);
                self.breaks(Promise::TwoPeople, "silence affirmed by who answered, or of nothing", alone);
                self.breaks(Promise::NoSilence, "silence affirmed while it is disputed", self.disputed_by.is_some());
                let after = self.stands == Stands::Warn && !before.warnings.is_empty();
                self.breaks(Promise::NoSilence, "silence affirmed after a warning", after);
                (self.stands, self.reopened) = (Stands::Silent, None);
                self.affirmed_by = Some(determined.by.clone());
            }
            ThreatEvent::DraftWritten { draft } => self.writers.push(draft.by.clone()),
            ThreatEvent::WarningApproved { warning, .. } => self.judge_approval(before, at, warning),
            ThreatEvent::AttemptFinished { result: AttemptResult::HandedOver { .. }, .. }
            | ThreatEvent::WarningAcknowledged { .. } => self.told = true,
            ThreatEvent::DeadlinePassed { due_at, .. } => {
                self.breaks(Promise::NoSilence, "a deadline was passed on early", *due_at > at);
            }
            ThreatEvent::ReportLinked { .. } => self.closed = false,
            ThreatEvent::OutcomeRecorded { signed, .. } => self.outcome_by = Some(signed.by.clone()),
            ThreatEvent::ThreatClosed { signed } => self.judge_closing(before, &signed.by),
            ThreatEvent::Coordinated(event) => self.coordinate(before, event),
            ThreatEvent::ThreatOpened { .. }
            | ThreatEvent::ReportUnlinked { .. }
            | ThreatEvent::VictimIdentified { .. }
            | ThreatEvent::VictimAsked { .. }
            | ThreatEvent::PartiesFound { .. }
            | ThreatEvent::PartyDismissed { .. }
            | ThreatEvent::DraftChecked { .. }
            | ThreatEvent::LeakOverridden { .. }
            | ThreatEvent::DraftReturned { .. }
            | ThreatEvent::DraftCommented { .. }
            | ThreatEvent::CommentAnswered { .. }
            | ThreatEvent::DeliveryAdded { .. }
            | ThreatEvent::AttemptStarted { .. }
            | ThreatEvent::AttemptFinished { .. }
            | ThreatEvent::ReceiptRecorded { .. }
            | ThreatEvent::DeliveryStopped { .. }
            | ThreatEvent::EscalationTaken { .. }
            | ThreatEvent::ThreatReviewed { .. } => {}
        }
    }

    fn judge_approval(&mut self, before: &Threat, at: Timestamp, warning: &Warning) {
        let place = before.drafts.iter().position(|draft| draft.id == warning.draft);
        let writer = place.and_then(|place| self.writers.get(place));
        let alone = writer.is_none_or(|writer| *writer == warning.approved_by);
        self.breaks(Promise::TwoPeople, "approved by its own writer", alone);
        let urgent = self.urgent_until.is_some_and(|until| until > at);
        let first = warning.purpose == Purpose::Warn;
        let (open, silent) = (self.stands == Stands::Open, self.stands == Stands::Silent);
        self.breaks(Promise::TwoPeople, "a first warning past affirmed silence", silent && first);
        self.breaks(Promise::TwoPeople, "a warning without determination or shortcut", open && !urgent);
        let controlled = before.coordination.details.values().any(|known| known.originator_controlled);
        let waits = controlled && self.waits_until.is_none_or(|until| until > at);
        self.breaks(Promise::TwoPeople, "a warning past an originator", waits && !urgent);
    }

    fn judge_closing(&mut self, before: &Threat, by: &str) {
        let other_ended = self.outcome_by.as_deref().is_some_and(|outcome| outcome != by);
        let fine = match self.stands {
            Stands::Open => false,
            Stands::Silent => true,
            Stands::Warn => self.told || other_ended,
        };
        self.breaks(Promise::NoSilence, "closed over a duty that is not met", !fine);
        self.breaks(Promise::NoSilence, "closed over a dispute", self.disputed_by.is_some());
        let owed = self.urgent_until.is_some() && !before.unasked().is_empty();
        self.breaks(Promise::NoSilence, "closed before an originator was asked", owed);
        self.closed = true;
    }

    fn coordinate(&mut self, before: &Threat, event: &Coordinated) {
        match event {
            Coordinated::ShortcutTaken { shortcut } => {
                let silent = self.stands == Stands::Silent;
                self.breaks(Promise::TwoPeople, "a shortcut past affirmed silence", silent);
                self.urgent_until = Some(shortcut.coordinate_by);
            }
            Coordinated::OriginatorAsked { consultation } => self.waits_until = Some(consultation.answer_by),
            Coordinated::OriginatorAnswered { answer, .. } => self.waits_until = Some(answer.signed.at),
            Coordinated::DeterminationDisputed { dispute } => {
                self.breaks(Promise::NoSilence, "disputed twice at once", self.disputed_by.is_some());
                self.disputed_by = Some(dispute.signed.by.clone());
            }
            Coordinated::DisputeSettled { dispute, settlement, reopened } => {
                self.judge_settling(before.dispute(*dispute), settlement);
                if reopened.is_some() {
                    self.stands = Stands::Open;
                    (self.answered_by, self.affirmed_by) = (None, None);
                }
                self.breaks(Promise::NoSilence, "upheld and set aside", settlement.upheld == reopened.is_some());
            }
            Coordinated::SilenceReopened { why, .. } => {
                self.breaks(Promise::NoSilence, "what is open was opened", self.stands != Stands::Silent);
                (self.stands, self.affirmed_by, self.reopened) = (Stands::Open, None, Some(*why));
            }
            Coordinated::OwnershipTaken { .. }
            | Coordinated::OwnershipHandedOver { .. }
            | Coordinated::PersonLeft { .. }
            | Coordinated::DetailsStated { .. }
            | Coordinated::DeadlineDelayed { .. } => {}
        }
    }

    fn judge_settling(&mut self, dispute: Option<&Dispute>, settlement: &Settlement) {
        let by = Some(&settlement.signed.by);
        let parts = [self.disputed_by.as_ref(), self.answered_by.as_ref(), self.affirmed_by.as_ref()];
        let first = dispute.map(|dispute| &dispute.determined_by);
        let alone = parts.contains(&by) || first == by;
        self.breaks(Promise::TwoPeople, "settled by who has a part in it", alone);
        self.disputed_by = None;
    }
}

/// The properties of a world with these bounds.
pub fn all(bounds: &Bounds) -> Vec<Property<Workflow>> {
    type Holds = fn(&Workflow, &State) -> bool;
    let mut properties = vec![
        Property::always("P2: somebody is asked, in time, about every duty that is not met", |_, state| asked(state)),
        Property::always("P2: silence is what two people said, and nothing else", |_, state| as_the_books(state)),
        Property::always("P2: no step leads into silence", |_, state| unbroken(state, Promise::NoSilence)),
        Property::always("A12: nobody does both halves of anything", |_, state| unbroken(state, Promise::TwoPeople)),
        Property::sometimes("a threat is closed", |_, state: &State| state.books.closed),
        Property::sometimes("silence stands", |_, state: &State| state.books.stands == Stands::Silent),
    ];
    let lapsed: Holds = |_, state| state.books.reopened == Some(Reopening::Lapsed);
    let reported: Holds = |_, state| state.books.reopened == Some(Reopening::NewReport);
    let ahead: Holds = |_, state| !state.threat.warnings.is_empty() && state.books.stands == Stands::Open;
    let acknowledged: Holds = |_, state| state.threat.warnings.iter().any(|known| state.threat.acknowledged(known.id));
    let stood_down: Holds = |_, state| state.books.stands == Stands::Silent && state.threat.warnings.len() > 1;
    let upheld: Holds = |_, state| settled(&state.threat, true);
    let set_aside: Holds = |_, state| settled(&state.threat, false);
    let answered: Holds = |_, state| state.threat.coordination.consultations.iter().any(|known| known.answer.is_some());
    for (reached, name, holds) in [
        (bounds.turns > 1, "silence lapsed", lapsed),
        (bounds.reports > 0, "a further report opened silence again", reported),
        (bounds.urgent && bounds.drafts > 0, "a warning is out ahead of its determination", ahead),
        (bounds.drafts > 0, "a warning is acknowledged", acknowledged),
        (bounds.urgent && bounds.drafts > 1, "who was warned in haste is told that it is over", stood_down),
        (bounds.disputes > 0, "a dispute was settled for the determination", upheld),
        (bounds.disputes > 0, "a dispute set a determination aside", set_aside),
        (bounds.originator, "an originator answered", answered),
    ] {
        if reached {
            properties.push(Property::sometimes(name, holds));
        }
    }
    properties
}

fn settled(threat: &Threat, upheld: bool) -> bool {
    let settlements = threat.coordination.disputes.iter().filter_map(|dispute| dispute.settled.as_ref());
    settlements.into_iter().any(|settlement| settlement.upheld == upheld)
}

fn unbroken(state: &State, promise: Promise) -> bool {
    state.books.broken().is_none_or(|(broken, _)| broken != promise)
}

fn as_the_books(state: &State) -> bool {
    let stands = match state.threat.victims[0].determination() {
        Determination::Unresolved => Stands::Open,
        Determination::Warn => Stands::Warn,
        Determination::NotOwed | Determination::Waived => Stands::Silent,
    };
    stands == state.books.stands && state.threat.closed.is_some() == state.books.closed
}

/// For each duty not met, one of its clocks runs and is due soon enough; and every clock asks somebody who is there.
fn asked(state: &State) -> bool {
    let clocks = state.threat.clocks();
    if state.books.closed {
        return clocks.is_empty();
    }
    let soon = |of: &[ClockOf]| {
        let mut running = clocks.iter().filter(|clock| of.contains(&clock.of));
        running.any(|clock| clock.due_at.duration_since(state.at) <= LONGEST_SILENCE)
    };
    !clocks.is_empty() && clocks.iter().all(asks_somebody) && unmet(state).iter().all(|of| soon(of))
}

fn asks_somebody(clock: &Clock) -> bool {
    let there = |name: &str| Role::from_id(name).is_some() || PEOPLE.contains(&name);
    there(&clock.with) && !clock.escalate_to.is_empty() && clock.escalate_to.iter().all(|name| there(name))
}

/// For each duty not met, the clocks of which one must run.
fn unmet(state: &State) -> Vec<Vec<ClockOf>> {
    let (threat, victim, books) = (&state.threat, state.victim(), &state.books);
    let ended = books.outcome_by.is_some();
    let mut unmet = match books.stands {
        Stands::Open => vec![vec![ClockOf::Determine(victim), ClockOf::Affirm(victim)]],
        Stands::Warn if ended && !books.told => vec![vec![ClockOf::Outcome]],
        Stands::Warn if !ended && threat.warnings.is_empty() => vec![vec![ClockOf::Deliver(victim)]],
        Stands::Silent if !ended => vec![vec![ClockOf::Lapse(victim)]],
        Stands::Warn | Stands::Silent => Vec::new(),
    };
    let open = threat.coordination.disputes.last().filter(|_| books.disputed_by.is_some());
    unmet.extend(open.map(|dispute| vec![ClockOf::Dispute(dispute.id)]));
    if books.urgent_until.is_some() && (books.stands == Stands::Open || !threat.unasked().is_empty()) {
        unmet.push(vec![ClockOf::Coordinate(victim)]);
    }
    let unheard = threat.warnings.iter().filter(|warning| !ended && !threat.acknowledged(warning.id));
    unmet.extend(unheard.map(|warning| vec![ClockOf::Acknowledge(warning.id)]));
    unmet
}
