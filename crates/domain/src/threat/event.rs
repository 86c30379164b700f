//! What has happened to a threat. Events are facts: `apply` never refuses one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::comments::Comment;
use super::coordination::Coordinated;
use super::determination::{Asked, Determined};
use super::found::Hit;
use super::state::{
    Acknowledgement, AttemptResult, ClockOf, Draft, LeakNote, LinkedReport, OutcomeKind, PlannedDelivery, Receipt,
    ReviewDecision, Signed, Warning,
};
use crate::ids::{AttemptId, DeliveryId, DraftId, ReportId, ThreatId, VictimId};
use crate::words::{Harm, VictimKind, Window};

/// Everything that can stand in the record of one threat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum ThreatEvent {
    ThreatOpened {
        id: ThreatId,
        sentence: String,
        harm: Harm,
        window: Option<Window>,
        triage_by: Timestamp,
    },
    ReportLinked {
        link: LinkedReport,
        /// The sentence and window as they stand with this report, when they changed.
        sentence: Option<String>,
        window: Option<Window>,
    },
    ReportUnlinked {
        report: ReportId,
        signed: Signed,
    },
    VictimIdentified {
        victim: VictimId,
        kind: VictimKind,
        name: String,
        party: Option<String>,
        signed: Signed,
        /// The packs that apply.
        asks: Vec<Asked>,
    },
    /// The register has found somebody since people said who is meant.
    PartiesFound {
        hits: Vec<Hit>,
    },
    /// Somebody whom the register found is not meant.
    PartyDismissed {
        party: String,
        signed: Signed,
    },
    /// A pack adopted since asks about somebody who was named before.
    VictimAsked {
        victim: VictimId,
        asked: Asked,
    },
    VictimAssessed {
        determined: Box<Determined>,
    },
    SilenceAffirmed {
        determined: Box<Determined>,
    },
    DraftWritten {
        draft: Box<Draft>,
    },
    /// The leak check was made again, against these reports.
    DraftChecked {
        draft: DraftId,
        reports: Vec<ReportId>,
        leaks: Vec<LeakNote>,
        clearance: serde_json::Value,
    },
    /// A senior officer answers for what the leak check found.
    LeakOverridden {
        draft: DraftId,
        signed: Signed,
        clearance: serde_json::Value,
    },
    DraftReturned {
        draft: DraftId,
        signed: Signed,
    },
    DraftCommented {
        draft: DraftId,
        comment: Comment,
    },
    CommentAnswered {
        draft: DraftId,
        /// Its place among the draft's comments, from 0.
        comment: usize,
        signed: Signed,
    },
    WarningApproved {
        warning: Warning,
        plan: Vec<PlannedDelivery>,
    },
    DeliveryAdded {
        warning: crate::ids::WarningId,
        planned: PlannedDelivery,
        signed: Signed,
    },
    AttemptStarted {
        delivery: DeliveryId,
        attempt: AttemptId,
    },
    AttemptFinished {
        delivery: DeliveryId,
        attempt: AttemptId,
        result: AttemptResult,
        /// When the next attempt is due; none when this was the last one.
        next_at: Option<Timestamp>,
    },
    ReceiptRecorded {
        delivery: DeliveryId,
        receipt: Receipt,
    },
    WarningAcknowledged {
        delivery: DeliveryId,
        acknowledgement: Acknowledgement,
    },
    DeliveryStopped {
        delivery: DeliveryId,
        signed: Signed,
    },
    DeadlinePassed {
        of: ClockOf,
        due_at: Timestamp,
        to: String,
        again_at: Timestamp,
    },
    EscalationTaken {
        of: ClockOf,
        by: String,
        again_at: Timestamp,
        /// Why the deadline passed, as far as they say.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    ThreatReviewed {
        victim: VictimId,
        decision: ReviewDecision,
        signed: Signed,
        next_by: Option<Timestamp>,
    },
    OutcomeRecorded {
        kind: OutcomeKind,
        occurred_at: Option<Timestamp>,
        signed: Signed,
    },
    ThreatClosed {
        signed: Signed,
    },
    Coordinated(Coordinated),
}

impl ThreatEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ThreatOpened { .. } => "ThreatOpened",
            Self::ReportLinked { .. } => "ReportLinked",
            Self::ReportUnlinked { .. } => "ReportUnlinked",
            Self::VictimIdentified { .. } => "VictimIdentified",
            Self::PartiesFound { .. } => "PartiesFound",
            Self::PartyDismissed { .. } => "PartyDismissed",
            Self::VictimAsked { .. } => "VictimAsked",
            Self::VictimAssessed { .. } => "VictimAssessed",
            Self::SilenceAffirmed { .. } => "SilenceAffirmed",
            Self::DraftWritten { .. } => "DraftWritten",
            Self::DraftChecked { .. } => "DraftChecked",
            Self::LeakOverridden { .. } => "LeakOverridden",
            Self::DraftReturned { .. } => "DraftReturned",
            Self::DraftCommented { .. } => "DraftCommented",
            Self::CommentAnswered { .. } => "CommentAnswered",
            Self::WarningApproved { .. } => "WarningApproved",
            Self::DeliveryAdded { .. } => "DeliveryAdded",
            Self::AttemptStarted { .. } => "AttemptStarted",
            Self::AttemptFinished { .. } => "AttemptFinished",
            Self::ReceiptRecorded { .. } => "ReceiptRecorded",
            Self::WarningAcknowledged { .. } => "WarningAcknowledged",
            Self::DeliveryStopped { .. } => "DeliveryStopped",
            Self::DeadlinePassed { .. } => "DeadlinePassed",
            Self::EscalationTaken { .. } => "EscalationTaken",
            Self::ThreatReviewed { .. } => "ThreatReviewed",
            Self::OutcomeRecorded { .. } => "OutcomeRecorded",
            Self::ThreatClosed { .. } => "ThreatClosed",
            Self::Coordinated(event) => event.kind(),
        }
    }
}

/// What a worker must do outside, after the events are durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Unique: the same key twice is one effect.
    pub key: String,
    /// Not before.
    pub due_at: Timestamp,
    /// What to do.
    pub act: Act,
}

/// The acts workers know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Make the next attempt at this delivery.
    Deliver(DeliveryId),
    /// Wake whoever is to be asked now that this deadline has passed.
    Wake(ClockOf),
}

/// What `decide` answers when it does not refuse.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decision {
    /// To be recorded, in order.
    pub events: Vec<ThreatEvent>,
    /// To be handed to the workers in the same transaction.
    pub effects: Vec<Effect>,
}

impl Decision {
    /// One event and nothing to do outside.
    pub fn of(event: ThreatEvent) -> Self {
        Self { events: vec![event], effects: Vec::new() }
    }
}
