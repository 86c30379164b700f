//! Settled determinations that open again: silence whose time is over, silence a new report speaks against, and what a
//! settled dispute set aside. Open again means unresolved with a named need, and a clock.

use jiff::{SignedDuration, Timestamp};

use super::clocks::later;
use super::coordination::{Coordinated, Reopening};
use super::deliver::attempt_effect;
use super::determination::{Reopened, UnderPack};
use super::event::{Effect, ThreatEvent};
use super::state::{ClockOf, Delivery, Threat};
use crate::assessment::{Assessment, Deadline, DeadlineKind, Need, Reason};
use crate::delivery::DeliveryState;
use crate::ids::VictimId;
use crate::words::{Determination, Role};

/// Longest time to affirm or answer anew, when the policy gives no shorter one.
const ANEW_AT_MOST: SignedDuration = SignedDuration::from_hours(4);
/// The same after a report that speaks against silence.
const ANEW_AFTER_REPORT: SignedDuration = SignedDuration::from_hours(1);

impl UnderPack {
    /// The assessment after silence opened again: a senior officer affirms anew or an assessor answers anew.
    pub(super) fn reopened(&self, why: Reopening, at: Timestamp) -> Option<Assessment> {
        let (what, at_most) = match why {
            Reopening::Lapsed => ("the time for which silence was affirmed is over", ANEW_AT_MOST),
            Reopening::NewReport => ("a report came after silence was affirmed", ANEW_AFTER_REPORT),
        };
        let asked = format!("{what}: affirm anew, or have the questions answered anew");
        self.again(Role::SeniorOfficer, (what.to_owned(), asked), DeadlineKind::Affirm, at_most, at)
    }

    /// The assessment after a dispute was settled against it: the questions are answered anew.
    pub(super) fn set_aside(&self, who: &str, reason: &str, at: Timestamp) -> Option<Assessment> {
        let what = format!("{who} set the determination aside: {reason}");
        let asked = "answer the questions anew: the determination was set aside".to_owned();
        self.again(Role::Assessor, (what, asked), DeadlineKind::Determine, ANEW_AT_MOST, at)
    }

    /// Whether more than half of the time is over for which silence was affirmed.
    pub(super) fn lapses_soon(&self, at: Timestamp) -> bool {
        let since = self.affirmations().last().map(|affirmation| affirmation.at);
        let both = self.lapses_at.zip(since);
        both.is_some_and(|(lapses_at, since)| at.duration_since(since) > lapses_at.duration_since(at))
    }

    /// The assessment as it stood, unresolved: why, and what is needed of whom.
    fn again(
        &self,
        role: Role,
        (effect, what): (String, String),
        kind: DeadlineKind,
        at_most: SignedDuration,
        at: Timestamp,
    ) -> Option<Assessment> {
        let mut assessment = self.assessment()?.clone();
        let since = self.newest.as_ref()?.answered_at;
        let time = assessment.deadline(kind).map(|deadline| deadline.by.duration_since(since));
        let time = time.filter(SignedDuration::is_positive).map_or(at_most, |time| time.min(at_most));
        let by = later(at, time);
        assessment.determination = Determination::Unresolved;
        assessment.reasons.push(Reason { criterion: "reopened".into(), answer: None, clause: String::new(), effect });
        assessment.needs = vec![Need { what, role: role.id().to_owned(), by }];
        for deadline in &mut assessment.deadlines {
            if matches!(deadline.what, DeadlineKind::Determine | DeadlineKind::Affirm) {
                deadline.by = by;
            }
        }
        Some(assessment)
    }

    /// A need that came up now: what was due before is no measure for it.
    fn owed_anew(&mut self, assessment: &Assessment, at: Timestamp, set_aside: bool) {
        let by = assessment.deadlines.iter().find(|deadline| deadline.what == DeadlineKind::Determine);
        let by = by.map(|deadline| deadline.by).or_else(|| assessment.needs.first().map(|need| need.by));
        self.determine_by = by.unwrap_or(self.determine_by);
        self.affirm_by = assessment.asks_for_silence().map(|need| need.by);
        self.look_by = None;
        self.lapses_at = None;
        self.reopened = Some(Reopened { assessment: assessment.clone(), at, set_aside });
    }
}

impl Threat {
    /// What opens an affirmed silence again, under each pack it was affirmed under; a lapse opens what has lapsed.
    pub(super) fn silence_reopened(&self, victim: VictimId, why: Reopening, at: Timestamp) -> Vec<ThreatEvent> {
        let over = |under: &&UnderPack| match why {
            Reopening::Lapsed => under.lapses_at.is_some_and(|lapses_at| lapses_at <= at),
            Reopening::NewReport => true,
        };
        let silent = self.victim(victim).into_iter().flat_map(|known| &known.under).filter(|under| under.silent());
        let reopened = silent.filter(over).filter_map(|under| under.reopened(why, at));
        let event = |assessment| ThreatEvent::Coordinated(Coordinated::SilenceReopened { victim, why, assessment });
        reopened.map(event).collect()
    }

    pub(super) fn reopen(&mut self, victim: VictimId, assessment: &Assessment, at: Timestamp) {
        if let Some(under) = self.under_mut(victim, &assessment.policy.id) {
            under.owed_anew(assessment, at, false);
            under.deliver_by = None;
        }
        self.met(|of| of == ClockOf::Lapse(victim) || of == ClockOf::Review(victim));
    }

    /// After a determination was set aside nobody's answers stand, so there is nothing to affirm until somebody answers.
    pub(super) fn set_aside(&mut self, victim: VictimId, assessment: &Assessment, at: Timestamp) {
        if let Some(under) = self.under_mut(victim, &assessment.policy.id) {
            under.owed_anew(assessment, at, true);
        }
        self.met(|of| of.determines(victim) || of == ClockOf::Lapse(victim));
    }

    fn under_mut(&mut self, victim: VictimId, pack: &str) -> Option<&mut UnderPack> {
        self.victim_mut(victim)?.under.iter_mut().find(|under| under.pack == pack)
    }

    /// The attempts that the workers let go while the threat was closed: those that were promised, and first attempts
    /// whose turn it was.
    pub(super) fn taken_up_again(&self, at: Timestamp) -> Vec<Effect> {
        if self.closed.is_none() {
            return Vec::new();
        }
        let unheard = self.warnings.iter().filter(|warning| !self.acknowledged(warning.id));
        let waiting =
            unheard.flat_map(|warning| self.deliveries_of(warning.id)).filter(|delivery| self.its_turn(delivery));
        let effect = |delivery: &Delivery| {
            let due_at = delivery.next_at.map_or(at, |next_at| next_at.max(at));
            let mut effect = attempt_effect(delivery.id, delivery.attempts.len(), due_at);
            // The key of what was let go is used up.
            effect.key = format!("{}/again-{}", effect.key, self.reports.len());
            effect
        };
        waiting.map(effect).collect()
    }

    fn its_turn(&self, delivery: &Delivery) -> bool {
        if delivery.next_at.is_some() {
            return true;
        }
        let first = delivery.attempts.is_empty() && delivery.state == DeliveryState::Waiting;
        let mut before =
            self.deliveries_of(delivery.warning).filter(|other| other.planned.order < delivery.planned.order);
        first && before.all(Delivery::given_up)
    }
}

/// Where a deadline of an assessment stands, for those who keep one beside it.
pub(super) fn review_of(assessment: &Assessment) -> Option<Timestamp> {
    assessment.deadline(DeadlineKind::Review).map(|deadline: &Deadline| deadline.by)
}
