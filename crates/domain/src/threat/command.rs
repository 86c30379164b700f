//! What somebody wants done with a threat. Ids and assessments come with the command: `decide` makes none.

use jiff::Timestamp;

use super::coordinate::Coordinate;
use super::determination::{Affirming, Answering, Asked};
use super::found::Hit;
use super::state::{
    AttemptResult, Capacity, ClockOf, LeakNote, OutcomeKind, PlannedDelivery, Purpose, Release, ReviewDecision,
};
use crate::delivery::DeliveryState;
use crate::ids::{AckId, AttemptId, DeliveryId, DraftId, ReportId, VictimId, WarningId};
use crate::words::{VictimKind, Window};

/// One wish, imperative.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names are the glossary's words, imperative")]
pub enum ThreatCommand {
    LinkReport {
        report: ReportId,
        why: String,
        after_the_fact: bool,
        sentence: Option<String>,
        window: Option<Window>,
    },
    UnlinkReport {
        report: ReportId,
        reason: String,
    },
    IdentifyVictim {
        victim: VictimId,
        kind: VictimKind,
        name: String,
        party: Option<String>,
        reason: String,
        /// The packs that apply.
        asks: Vec<Asked>,
    },
    /// The desk's own: whom the register finds now.
    FindParties {
        hits: Vec<Hit>,
    },
    DismissParty {
        party: String,
        reason: String,
    },
    /// The desk's own: packs adopted since ask about somebody named before.
    AskAbout {
        victim: VictimId,
        asks: Vec<Asked>,
    },
    /// Answers with the assessment the policy draws from them, without any affirmation.
    AssessVictim {
        victim: VictimId,
        given: Box<Answering>,
    },
    /// An affirmation with the assessment the policy draws once it is given.
    AffirmSilence {
        victim: VictimId,
        given: Box<Affirming>,
    },
    WriteDraft {
        draft: DraftId,
        victim: VictimId,
        purpose: Purpose,
        /// The version it was written from.
        follows: Option<DraftId>,
        text: serde_json::Value,
        leaks: Vec<LeakNote>,
        release: Box<Release>,
    },
    /// The leak check made again, against the reports the threat has by now.
    CheckDraft {
        draft: DraftId,
        reports: Vec<ReportId>,
        leaks: Vec<LeakNote>,
        clearance: serde_json::Value,
    },
    /// A senior officer answers for what the leak check found.
    OverrideLeak {
        draft: DraftId,
        /// How many findings they were shown; must be all there are.
        findings: usize,
        reason: String,
        /// `drafting::Clearance` as JSON, with the override in it.
        clearance: serde_json::Value,
    },
    ReturnDraft {
        draft: DraftId,
        reason: String,
    },
    CommentDraft {
        draft: DraftId,
        /// The passage it is about, as it stands in the draft; empty when it is about the whole.
        quote: String,
        words: String,
    },
    AnswerComment {
        draft: DraftId,
        /// Its place among the draft's comments, from 0.
        comment: usize,
        words: String,
    },
    ApproveDraft {
        draft: DraftId,
        /// What the approver was shown; must be the draft's.
        fingerprint: String,
    },
    SendAnotherWay {
        warning: WarningId,
        planned: PlannedDelivery,
        reason: String,
    },
    StartAttempt {
        delivery: DeliveryId,
        attempt: AttemptId,
    },
    FinishAttempt {
        delivery: DeliveryId,
        attempt: AttemptId,
        result: AttemptResult,
    },
    RecordReceipt {
        delivery: DeliveryId,
        state: DeliveryState,
        evidence: String,
    },
    Acknowledge {
        delivery: DeliveryId,
        ack: AckId,
        person: String,
        capacity: Capacity,
        words: String,
    },
    StopDelivery {
        delivery: DeliveryId,
        reason: String,
    },
    PassDeadline {
        of: ClockOf,
    },
    TakeUp {
        of: ClockOf,
        /// Why the deadline passed; may be empty.
        reason: String,
    },
    Review {
        victim: VictimId,
        decision: ReviewDecision,
        reason: String,
        next_by: Option<Timestamp>,
    },
    RecordOutcome {
        kind: OutcomeKind,
        occurred_at: Option<Timestamp>,
        reason: String,
    },
    Close {
        reason: String,
    },
    /// Something people settle among themselves.
    Coordinate(Coordinate),
}
