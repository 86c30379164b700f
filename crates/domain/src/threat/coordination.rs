//! What stands around a determination: who owns the threat, whose information it rests on and what they said, the
//! urgent shortcut, disputes, and deadlines that were moved. State, its fold and its clocks; the rules that let
//! something in are in `ownership`, `originator`, `urgent`, `dispute`, `delay`, `lapse` and `interest`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clocks::Clock;
use super::state::{ClockOf, Signed, Threat};
use crate::assessment::Assessment;
use crate::ids::{ConsultationId, DisputeId, ReportId, VictimId};
use crate::words::{Determination, Role};

/// Everything about a threat that people settle among themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Coordination {
    /// The one person who sees to it that this threat is worked; none until somebody takes it.
    pub owner: Option<Owner>,
    /// What was stated about reports beside their text. Kept when a report is taken off: it counts while it is linked.
    pub details: BTreeMap<ReportId, Details>,
    pub consultations: Vec<Consultation>,
    pub shortcuts: Vec<Shortcut>,
    pub disputes: Vec<Dispute>,
    pub delays: Vec<Delay>,
}

impl Coordination {
    /// Whether nothing was settled yet; such a threat is kept without this part.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The owner, and who made them so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Owner {
    /// Sign-in name.
    pub name: String,
    pub signed: Signed,
}

/// What is stated about a report beside its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    /// The body whose information it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub originator: Option<String>,
    /// The originator wants to be asked before words of theirs are used.
    pub originator_controlled: bool,
    /// Who at this desk has a stake in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stakes: Vec<Stake>,
}

/// Somebody at this desk with a stake in a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stake {
    /// Sign-in name.
    pub officer: String,
    /// Id of the conflict as policy packs name it: [`Stake::NAMED`], [`Stake::SOURCE`], or a pack's own.
    pub conflict: String,
}

impl Stake {
    /// The officer is named in the report.
    pub const NAMED: &'static str = "named_in_report";
    /// The officer handles the source. Who that is, is a protected detail.
    pub const SOURCE: &'static str = "own_source";
}

impl Details {
    /// Whether nothing is stated.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With what is stated now. Statements only add: who must be asked or kept out is not taken back by one person.
    #[must_use]
    pub fn with(mut self, more: &Self) -> Self {
        self.originator = self.originator.or_else(|| more.originator.clone());
        self.originator_controlled |= more.originator_controlled;
        self.stakes.extend(more.stakes.iter().cloned());
        self.stakes.sort();
        self.stakes.dedup();
        self
    }

    /// Without what only an opened report shows: whose source it is.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.stakes.retain(|stake| stake.conflict != Stake::SOURCE);
        self
    }
}

/// A question to an originator, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Consultation {
    pub id: ConsultationId,
    pub originator: String,
    /// The reports it is about: those of this originator that were linked when they were asked.
    pub reports: Vec<ReportId>,
    /// Who asked, when, and what.
    pub asked: Signed,
    pub answer_by: Timestamp,
    pub answer: Option<OriginatorAnswer>,
}

impl Consultation {
    /// Whether a warning need not wait for this originator any longer.
    pub fn done(&self, at: Timestamp) -> bool {
        self.answer.is_some() || self.answer_by <= at
    }
}

/// An originator's answer, recorded by somebody here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct OriginatorAnswer {
    pub stance: Stance,
    /// Who said it for the originator; empty when nobody answered.
    pub person: String,
    /// Who recorded it, when, and the originator's words.
    pub signed: Signed,
}

/// Where an originator stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// The words may be used.
    Agrees,
    /// The originator has something against it. That is recorded and may be made a dispute; it stops nothing.
    Objects,
    /// Asked in vain.
    NoAnswer,
}

/// "Warn first, coordinate after", for one intended victim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Shortcut {
    pub victim: VictimId,
    pub signed: Signed,
    /// By when determination and consultation must have followed; until then drafts may be approved without them.
    pub coordinate_by: Timestamp,
    /// The policy clause that allows it.
    pub clause: String,
}

/// Somebody disputes a determination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Dispute {
    pub id: DisputeId,
    pub victim: VictimId,
    /// The determination as it stood.
    pub about: Determination,
    /// Whose determination it was.
    pub determined_by: String,
    pub signed: Signed,
    /// The originator whose stance this is; none when the person speaks for themselves.
    pub for_originator: Option<String>,
    /// Who settles it, first asked first; never empty.
    pub ladder: Vec<DisputeStep>,
    /// The policy clause the ladder comes from.
    pub clause: String,
    pub settled: Option<Settlement>,
}

/// One step of a dispute's ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct DisputeStep {
    pub role: String,
    pub by: Timestamp,
}

/// How a dispute ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Settlement {
    /// The determination stands; otherwise it was set aside and is unresolved again.
    pub upheld: bool,
    pub signed: Signed,
}

/// A deadline that was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Delay {
    pub of: ClockOf,
    pub kind: DelayKind,
    /// The deadline as it is without any delay: a new deadline of the same kind is not moved by an old delay.
    pub base: Timestamp,
    pub until: Timestamp,
    pub signed: Signed,
    /// The policy clause that allows it.
    pub clause: String,
}

/// How a deadline is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelayKind {
    /// More time, for a reason.
    Extension,
    /// The clock stands still meanwhile.
    Pause,
}

impl DelayKind {
    /// The word in JSON and on pages.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Pause => "pause",
        }
    }
}

/// Why a settled determination is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopening {
    /// The time for which silence was affirmed is over.
    Lapsed,
    /// A report came after it.
    NewReport,
}

/// Facts about coordination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum Coordinated {
    OwnershipTaken {
        owner: Owner,
    },
    OwnershipHandedOver {
        owner: Owner,
    },
    /// Somebody can see to nothing any more: their account was switched off, or it has no working role left.
    PersonLeft {
        /// Sign-in name.
        who: String,
    },
    DetailsStated {
        report: ReportId,
        details: Details,
        by: String,
    },
    OriginatorAsked {
        consultation: Consultation,
    },
    OriginatorAnswered {
        consultation: ConsultationId,
        answer: OriginatorAnswer,
    },
    ShortcutTaken {
        shortcut: Shortcut,
    },
    DeterminationDisputed {
        dispute: Dispute,
    },
    DisputeSettled {
        dispute: DisputeId,
        settlement: Settlement,
        /// What is owed again when it was set aside.
        reopened: Option<Assessment>,
    },
    DeadlineDelayed {
        delay: Delay,
    },
    SilenceReopened {
        victim: VictimId,
        why: Reopening,
        assessment: Assessment,
    },
}

impl Coordinated {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::OwnershipTaken { .. } => "OwnershipTaken",
            Self::OwnershipHandedOver { .. } => "OwnershipHandedOver",
            Self::PersonLeft { .. } => "PersonLeft",
            Self::DetailsStated { .. } => "DetailsStated",
            Self::OriginatorAsked { .. } => "OriginatorAsked",
            Self::OriginatorAnswered { .. } => "OriginatorAnswered",
            Self::ShortcutTaken { .. } => "ShortcutTaken",
            Self::DeterminationDisputed { .. } => "DeterminationDisputed",
            Self::DisputeSettled { .. } => "DisputeSettled",
            Self::DeadlineDelayed { .. } => "DeadlineDelayed",
            Self::SilenceReopened { .. } => "SilenceReopened",
        }
    }
}

impl Threat {
    pub(super) fn coordinate(&mut self, at: Timestamp, event: &Coordinated) {
        match event {
            Coordinated::OwnershipTaken { owner } | Coordinated::OwnershipHandedOver { owner } => {
                self.coordination.owner = Some(owner.clone());
            }
            Coordinated::PersonLeft { who } => self.let_go(who, at),
            Coordinated::DetailsStated { report, details, .. } => {
                let known = self.coordination.details.remove(report).unwrap_or_default();
                self.coordination.details.insert(*report, known.with(details));
            }
            Coordinated::OriginatorAsked { consultation } => {
                self.coordination.consultations.push(consultation.clone());
            }
            Coordinated::OriginatorAnswered { consultation, answer } => {
                let asked = self.coordination.consultations.iter_mut().find(|known| known.id == *consultation);
                if let Some(known) = asked {
                    known.answer = Some(answer.clone());
                }
                self.met(|of| of == ClockOf::Consult(*consultation));
            }
            Coordinated::ShortcutTaken { shortcut } => {
                let victim = shortcut.victim;
                self.coordination.shortcuts.retain(|known| known.victim != victim);
                self.coordination.shortcuts.push(shortcut.clone());
                self.met(|of| of == ClockOf::Coordinate(victim));
            }
            Coordinated::DeterminationDisputed { dispute } => self.coordination.disputes.push(dispute.clone()),
            Coordinated::DisputeSettled { dispute, settlement, reopened } => {
                self.met(|of| of == ClockOf::Dispute(*dispute));
                let known = self.coordination.disputes.iter_mut().find(|known| known.id == *dispute);
                let victim = known.map(|known| {
                    known.settled = Some(settlement.clone());
                    known.victim
                });
                if let (Some(victim), Some(assessment)) = (victim, reopened) {
                    self.set_aside(victim, assessment, at);
                }
            }
            Coordinated::DeadlineDelayed { delay } => self.coordination.delays.push(delay.clone()),
            Coordinated::SilenceReopened { victim, assessment, .. } => self.reopen(*victim, assessment, at),
        }
    }

    /// The shortcut taken for an intended victim, the newest.
    pub fn shortcut(&self, victim: VictimId) -> Option<&Shortcut> {
        self.coordination.shortcuts.iter().find(|shortcut| shortcut.victim == victim)
    }

    /// The dispute with this id.
    pub fn dispute(&self, id: DisputeId) -> Option<&Dispute> {
        self.coordination.disputes.iter().find(|dispute| dispute.id == id)
    }

    /// The dispute about an intended victim's determination that nobody has settled.
    pub fn open_dispute(&self, victim: VictimId) -> Option<&Dispute> {
        self.coordination.disputes.iter().find(|dispute| dispute.victim == victim && dispute.settled.is_none())
    }

    /// The question with this id.
    pub fn consultation(&self, id: ConsultationId) -> Option<&Consultation> {
        self.coordination.consultations.iter().find(|known| known.id == id)
    }

    /// The clocks of what people settle among themselves.
    pub(super) fn coordination_clocks(&self) -> Vec<Clock> {
        let senior = [Role::SeniorOfficer.id().to_owned()];
        let mut clocks = Vec::new();
        for known in &self.coordination.consultations {
            if known.answer.is_none() && self.outcome.is_none() {
                let due_at = self.before_start(known.answer_by, known.asked.at);
                clocks.push(self.clock(ClockOf::Consult(known.id), due_at, Role::Assessor, &senior));
            }
        }
        for shortcut in &self.coordination.shortcuts {
            if self.coordination_owed(shortcut.victim).is_some() {
                let of = ClockOf::Coordinate(shortcut.victim);
                clocks.push(self.clock(of, shortcut.coordinate_by, Role::Assessor, &senior));
            }
        }
        for dispute in self.coordination.disputes.iter().filter(|dispute| dispute.settled.is_none()) {
            clocks.extend(self.dispute_clock(dispute));
        }
        for victim in self.victims.iter().filter(|_| self.outcome.is_none()) {
            let silent = victim.under.iter().filter(|under| under.silent());
            if let Some(lapses_at) = silent.filter_map(|under| under.lapses_at).min() {
                clocks.push(self.clock(ClockOf::Lapse(victim.id), lapses_at, Role::SeniorOfficer, &senior));
            }
        }
        clocks
    }

    fn dispute_clock(&self, dispute: &Dispute) -> Option<Clock> {
        let first = dispute.ladder.first()?;
        let up: Vec<String> = dispute.ladder.iter().skip(1).map(|step| step.role.clone()).collect();
        let last = dispute.ladder.last().map(|step| step.role.clone());
        let up = if up.is_empty() { last.into_iter().collect() } else { up };
        let due_at = self.before_start(first.by, dispute.signed.at);
        let mut clock = self.clock(ClockOf::Dispute(dispute.id), due_at, Role::SeniorOfficer, &up);
        if clock.passed == 0 {
            clock.with.clone_from(&first.role);
        }
        Some(clock)
    }

    /// Whether the owner is who a clock asks first. Affirming, settling a dispute and clearing another's words are for
    /// others by their nature.
    pub(super) fn asks_owner(&self, of: ClockOf) -> bool {
        match of {
            ClockOf::Identify
            | ClockOf::Found
            | ClockOf::Determine(_)
            | ClockOf::Carry(_)
            | ClockOf::Acknowledge(_)
            | ClockOf::Review(_)
            | ClockOf::Consult(_)
            | ClockOf::Coordinate(_) => true,
            ClockOf::Deliver(victim) => {
                !self.drafts.iter().any(|draft| draft.victim == victim && self.is_waiting(draft))
            }
            ClockOf::Outcome => self.outcome.is_none(),
            ClockOf::Affirm(_) | ClockOf::Dispute(_) | ClockOf::Lapse(_) => false,
        }
    }

    /// When a running clock would run out without any delay.
    pub(super) fn undelayed(&self, of: ClockOf) -> Option<Timestamp> {
        let mut bare = self.clone();
        bare.coordination.delays.clear();
        bare.clocks().into_iter().find(|clock| clock.of == of).map(|clock| clock.due_at)
    }

    /// A deadline with the delays that were granted for this very one, and never past the start of the harm.
    pub(super) fn delayed(&self, of: ClockOf, base: Timestamp) -> Timestamp {
        let granted = self.coordination.delays.iter().filter(|delay| delay.of == of && delay.base == base);
        let later = granted.map(|delay| self.before_start(delay.until, delay.signed.at)).max();
        later.map_or(base, |until| until.max(base))
    }
}
