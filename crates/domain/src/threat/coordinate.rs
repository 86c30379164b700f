//! What somebody wants settled between people, and who decides it.

use jiff::Timestamp;

use super::coordination::{DelayKind, Details, Stance};
use super::event::{Decision, ThreatEvent};
use super::state::{ClockOf, Threat};
use super::terms::Terms;
use super::{Coordinated, delay, dispute, originator, ownership, urgent};
use crate::actor::Actor;
use crate::ids::{ConsultationId, DisputeId, ReportId, VictimId};
use crate::refusal::Refusal;
use crate::words::Role;

/// One wish, imperative.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the glossary's words, imperative")]
pub enum Coordinate {
    TakeOwnership {
        note: String,
    },
    HandOver {
        to: Holder,
        note: String,
    },
    /// The desk's own: somebody can see to nothing any more.
    Leave {
        who: String,
    },
    StateDetails {
        report: ReportId,
        details: Details,
    },
    AskOriginator {
        consultation: ConsultationId,
        originator: String,
        question: String,
        answer_by: Timestamp,
    },
    RecordAnswer {
        consultation: ConsultationId,
        stance: Stance,
        person: String,
        words: String,
    },
    WarnFirst {
        victim: VictimId,
        reason: String,
    },
    Dispute {
        dispute: DisputeId,
        victim: VictimId,
        reason: String,
        /// The originator's stance is what is disputed with, not the person's own.
        for_originator: Option<ConsultationId>,
    },
    SettleDispute {
        dispute: DisputeId,
        upheld: bool,
        reason: String,
    },
    Delay {
        of: ClockOf,
        kind: DelayKind,
        until: Timestamp,
        reason: String,
    },
}

/// Somebody a threat may be handed to, as their account stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Sign-in name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Their account is switched off.
    pub off: bool,
}

impl From<&crate::account::Account> for Holder {
    fn from(account: &crate::account::Account) -> Self {
        Self { name: account.name.clone(), roles: account.roles.clone(), off: account.off }
    }
}

/// Answers what somebody wants settled.
pub(super) fn decide(
    threat: &Threat,
    command: Coordinate,
    terms: &Terms,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let event = match command {
        Coordinate::TakeOwnership { note } => ownership::take(threat, note, by, at)?,
        Coordinate::HandOver { to, note } => ownership::hand_over(threat, to, note, by, at)?,
        Coordinate::Leave { who } => ownership::leave(threat, who, by)?,
        Coordinate::StateDetails { report, details } => originator::state(threat, report, details, by)?,
        Coordinate::AskOriginator { consultation, originator, question, answer_by } => {
            originator::ask(threat, consultation, originator, question, answer_by, by, at)?
        }
        Coordinate::RecordAnswer { consultation, stance, person, words } => {
            originator::answer(threat, consultation, stance, person, words, by, at)?
        }
        Coordinate::WarnFirst { victim, reason } => urgent::warn_first(threat, victim, reason, &terms.urgent, by, at)?,
        Coordinate::Dispute { dispute, victim, reason, for_originator } => {
            dispute::dispute(threat, dispute, victim, reason, for_originator, terms, by, at)?
        }
        Coordinate::SettleDispute { dispute, upheld, reason } => {
            dispute::settle(threat, dispute, upheld, reason, by, at)?
        }
        Coordinate::Delay { of, kind, until, reason } => {
            delay::delay(threat, of, kind, until, reason, &terms.delays, by, at)?
        }
    };
    Ok(Decision::of(ThreatEvent::Coordinated(event)))
}

/// The command's answer, before it becomes the threat's.
pub(super) type Settled = Result<Coordinated, Refusal>;
