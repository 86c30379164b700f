//! What a threat knows of itself: everything here is folded from its events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::comments::Comment;
use super::coordination::Coordination;
use super::determination::UnderPack;
use super::found::Found;
use crate::delivery::DeliveryState;
use crate::ids::{
    AckId, AttemptId, ConsultationId, DeliveryId, DisputeId, DraftId, ReportId, ThreatId, VictimId, WarningId,
};
use crate::marking::Marking;
use crate::refusal::Refusal;
use crate::words::{Answer, ChannelKind, Harm, VictimKind, Window};

/// The aggregate: one threat, from its first report to its outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Threat {
    pub id: ThreatId,
    pub opened_at: Timestamp,
    /// One plain sentence, with its doubt in it.
    pub sentence: String,
    pub harm: Harm,
    pub window: Option<Window>,
    /// By when somebody must have said who is meant.
    pub triage_by: Timestamp,
    pub reports: Vec<LinkedReport>,
    pub victims: Vec<IntendedVictim>,
    pub drafts: Vec<Draft>,
    pub warnings: Vec<Warning>,
    pub deliveries: Vec<Delivery>,
    /// Deadlines that passed, newest last for each clock.
    pub escalations: Vec<Escalation>,
    pub reviews: Vec<Review>,
    pub outcome: Option<Outcome>,
    pub closed: Option<Signed>,
    /// Owner, originators, the urgent shortcut, disputes and moved deadlines.
    #[serde(default, skip_serializing_if = "Coordination::is_empty")]
    pub coordination: Coordination,
    /// Whom the register found after people had said who is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
}

/// A person's word at a time, with the reason they gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Signed {
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
}

/// A report on this threat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct LinkedReport {
    pub report: ReportId,
    pub at: Timestamp,
    pub by: String,
    /// Why it was linked, in words: "same place, window and act".
    pub why: String,
    /// Written after the harm (or its window) had passed: it informs the outcome, not the duty.
    pub after_the_fact: bool,
}

/// Somebody (or some place) the harm is meant for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct IntendedVictim {
    pub id: VictimId,
    pub kind: VictimKind,
    /// A name or a description; a description is enough (ICD 191).
    pub name: String,
    /// The register's id for them, when screening found one.
    pub party: Option<String>,
    pub identified: Signed,
    /// What each pack that applies asks for them; determined separately.
    pub under: Vec<UnderPack>,
}

/// One answered question of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Answered {
    pub answer: Answer,
    /// The claims or words the answer rests on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// What a senior officer affirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Affirms {
    /// That a waiver ground applies and no warning is given.
    Waiver,
    /// That the threshold is not reached.
    NotOwed,
}

/// A senior officer's signed agreement, needed before silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Affirmation {
    pub of: Affirms,
    /// The waiver ground; none for "not owed".
    pub ground: Option<String>,
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
}

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Purpose {
    /// The first warning.
    Warn,
    /// The same warning once more, before the window ends.
    WarnAgain(WarningId),
    /// More is known.
    Update(WarningId),
    /// The threat has passed.
    StandDown(WarningId),
}

/// One finding of the leak check, in the draft's own words only (the protected words stay behind their bar).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct LeakNote {
    pub kind: String,
    pub part: String,
    pub words: String,
    pub why: String,
}

/// Words somebody wrote; not yet a warning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Draft {
    pub id: DraftId,
    pub victim: VictimId,
    pub purpose: Purpose,
    /// The version this one was written from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<DraftId>,
    pub by: String,
    pub at: Timestamp,
    /// `drafting::DraftText` as JSON; this crate does not look inside.
    pub text: serde_json::Value,
    pub leaks: Vec<LeakNote>,
    /// The senior officer who answers for these very findings; a further one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Signed>,
    pub release: Release,
    pub state: DraftState,
    /// What people said about it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Comment>,
}

/// Everything that would leave if this draft is approved: the second reader sees exactly this, and a delivery needs
/// nothing besides (invariant 4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Release {
    pub warning: WarningId,
    /// `drafting::Frozen` as JSON: reference, code, desk, recipients, times.
    pub frozen: serde_json::Value,
    /// `drafting::Clearance` as JSON: what the leak check looked at and found.
    pub clearance: serde_json::Value,
    /// The reports whose protected paragraphs the leak check compared the words with.
    #[serde(default)]
    pub checked: Vec<ReportId>,
    /// What the draft carries: the join over every stretch that its writer could use for these recipients.
    #[serde(default, skip_serializing_if = "Marking::is_empty")]
    pub marking: Box<Marking>,
    /// What the recipient quotes: `FW-2023-0001`.
    pub reference: String,
    /// Answers whether a warning is genuine; asked together with the reference.
    pub verify_code: String,
    /// SHA-256 over the bytes of every rendering that would leave, hex.
    pub fingerprint: String,
    pub plan: Vec<PlannedDelivery>,
    /// Every rendering that would leave, by the name of its bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaving: Vec<Leaving>,
    /// SHA-256 over the letter templates it is printed with, hex; none where nothing is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<String>,
}

/// One rendering as it would leave: whoever approves the draft approves these bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Leaving {
    /// What it is: `e-mail to Ministry of Interior`, `CAP 1.2 to …`.
    pub label: String,
    /// The delivery whose bytes these are; none for what a person takes along or passes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
    pub media_type: String,
    /// How many bytes.
    pub size: usize,
    /// Of exactly these bytes, hex.
    pub sha256: String,
}

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Can be approved.
    Written,
    /// The leak check found something, when it was written or later; it cannot be approved unless a senior officer
    /// answers for it.
    Leaking,
    /// Became a warning.
    Approved,
    /// Sent back by the second reader.
    Returned,
}

/// A draft that a second person approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Warning {
    pub id: WarningId,
    pub draft: DraftId,
    pub victim: VictimId,
    pub purpose: Purpose,
    pub approved_by: String,
    pub approved_at: Timestamp,
    /// As in the draft's release: what a recipient quotes, and the code that answers whether it is genuine.
    pub reference: String,
    pub verify_code: String,
    pub fingerprint: String,
    /// SHA-256 over the letter templates it was approved with, hex; none where nothing is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<String>,
}

/// One warning to one recipient by one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Delivery {
    pub id: DeliveryId,
    pub warning: WarningId,
    pub planned: PlannedDelivery,
    pub state: DeliveryState,
    /// By when an acknowledgement is expected.
    pub acknowledge_by: Timestamp,
    pub attempts: Vec<Attempt>,
    pub receipts: Vec<Receipt>,
    pub acknowledgements: Vec<Acknowledgement>,
    /// When the next attempt is due, while waiting for one.
    pub next_at: Option<Timestamp>,
}

/// What a plan says about one delivery; fixed at approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct PlannedDelivery {
    pub id: DeliveryId,
    /// The next hop: who gets it from us.
    pub recipient: Recipient,
    /// For whom it is in the end, when the recipient passes it on.
    pub onward_to: Option<Recipient>,
    pub channel: ChannelKind,
    /// E-mail address, URL or postal line; empty when a person knows how.
    pub address: String,
    /// Lower goes first; equal go together; a higher one starts when all lower ones failed.
    pub order: u32,
    /// Minutes from approval within which an acknowledgement is expected.
    pub acknowledge_within_minutes: u32,
    /// SHA-256 of the one-time acknowledgement link's token, hex; none for channels without a link.
    pub ack_digest: Option<String>,
    /// Waits between attempts, in seconds; when they are used up the delivery has failed and a person is asked.
    pub retry_after_seconds: Vec<u32>,
}

/// Somebody a warning goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Recipient {
    pub party: Option<String>,
    pub name: String,
    pub capacity: Capacity,
}

/// In what capacity somebody receives or acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Those at risk themselves.
    IntendedVictim,
    /// Those responsible for protecting them.
    Protector,
    /// Somebody who passes it on.
    Intermediary,
}

/// One attempt at a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Attempt {
    pub id: AttemptId,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub result: Option<AttemptResult>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum AttemptResult {
    /// The carrier took it.
    HandedOver {
        /// The carrier's words: SMTP reply, HTTP status.
        evidence: String,
    },
    /// A letter or task sheet was made and waits for a person.
    Prepared {
        /// What was made.
        evidence: String,
    },
    /// Not now.
    TryLater {
        /// The carrier's words.
        evidence: String,
    },
    /// Not this way, ever.
    Refused {
        /// The carrier's words.
        evidence: String,
    },
    /// No answer: it may or may not have been sent.
    Unknown {
        /// What happened.
        evidence: String,
    },
}

/// The carrier's word, or a deliverer's who carried it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Receipt {
    pub at: Timestamp,
    pub by: String,
    pub state: DeliveryState,
    pub evidence: String,
}

/// A person's word that they have the warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Acknowledgement {
    pub id: AckId,
    pub at: Timestamp,
    /// The named person who acknowledged.
    pub person: String,
    pub capacity: Capacity,
    /// `link`, or the sign-in name of who recorded it.
    pub recorded_by: String,
    pub words: String,
}

/// What a running clock is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "clock", content = "of", rename_all = "snake_case")]
pub enum ClockOf {
    /// Say who is meant.
    Identify,
    /// Say whether those whom the register found since are meant.
    Found,
    /// Answer the criteria for a victim.
    Determine(VictimId),
    /// Affirm (or turn down) a waiver or a "not owed".
    Affirm(VictimId),
    /// Get a warning approved and out.
    Deliver(VictimId),
    /// Carry a letter or task sheet that lies ready, or find another way after a failure.
    Carry(DeliveryId),
    /// Get an acknowledgement from those the warning is for.
    Acknowledge(WarningId),
    /// Look again before the window ends.
    Review(VictimId),
    /// Get an originator's answer, or say that there is none.
    Consult(ConsultationId),
    /// Catch up, after the urgent shortcut, on determination and consultation.
    Coordinate(VictimId),
    /// Settle a dispute.
    Dispute(DisputeId),
    /// Affirm a silence anew before its time is over.
    Lapse(VictimId),
    /// Say how it ended.
    Outcome,
}

/// A deadline that passed and was put to the next person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Escalation {
    pub of: ClockOf,
    pub due_at: Timestamp,
    pub at: Timestamp,
    /// Role now asked.
    pub to: String,
    /// Asked again then, unless the duty is met.
    pub again_at: Timestamp,
    pub taken_by: Option<String>,
    /// Why it passed, as far as they say who took it up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What was asked for has been done since; a later deadline of the same kind starts from the first rung.
    pub met: bool,
}

/// A look before the window ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Review {
    pub victim: VictimId,
    pub decision: ReviewDecision,
    pub signed: Signed,
    /// The next look.
    pub next_by: Option<Timestamp>,
}

/// What a review decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// Warn again in the same words.
    WarnAgain,
    /// Say more.
    Update,
    /// Tell them it is over.
    StandDown,
    /// Nothing to add for now.
    Hold,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Outcome {
    pub kind: OutcomeKind,
    pub occurred_at: Option<Timestamp>,
    pub signed: Signed,
}

/// The kinds of ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// The harm was done.
    Occurred,
    /// It was prevented.
    Averted,
    /// The window passed and nothing happened.
    DidNotOccur,
    /// Nobody can say.
    NotKnown,
}

impl Threat {
    /// The victim with this id.
    pub fn victim(&self, id: VictimId) -> Option<&IntendedVictim> {
        self.victims.iter().find(|victim| victim.id == id)
    }

    /// The draft with this id.
    pub fn draft(&self, id: DraftId) -> Option<&Draft> {
        self.drafts.iter().find(|draft| draft.id == id)
    }

    /// The warning with this id.
    pub fn warning(&self, id: WarningId) -> Option<&Warning> {
        self.warnings.iter().find(|warning| warning.id == id)
    }

    /// The delivery with this id.
    pub fn delivery(&self, id: DeliveryId) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| delivery.id == id)
    }

    /// The deliveries of one warning.
    pub fn deliveries_of(&self, warning: WarningId) -> impl Iterator<Item = &Delivery> {
        self.deliveries.iter().filter(move |delivery| delivery.warning == warning)
    }

    /// Whether somebody the warning is for (not only an intermediary) acknowledged it.
    pub fn acknowledged(&self, warning: WarningId) -> bool {
        self.deliveries_of(warning)
            .flat_map(|delivery| &delivery.acknowledgements)
            .any(|acknowledgement| acknowledgement.capacity != Capacity::Intermediary)
    }

    /// The newest escalation of a clock that has not been met since.
    pub fn escalation(&self, of: ClockOf) -> Option<&Escalation> {
        self.escalations.iter().rev().find(|escalation| escalation.of == of && !escalation.met)
    }

    /// Whether a warning was approved for this intended victim.
    pub fn warned(&self, victim: VictimId) -> bool {
        self.warnings.iter().any(|warning| warning.victim == victim)
    }

    /// Whether a warning for this intended victim has left the desk, so far as is known: approval alone tells nobody.
    pub fn told(&self, victim: VictimId) -> bool {
        let warnings = self.warnings.iter().filter(|warning| warning.victim == victim);
        warnings.flat_map(|warning| self.deliveries_of(warning.id)).any(Delivery::left)
    }
}

impl Release {
    /// Refuses when what the draft was made from restricts more by now than it says.
    pub fn must_still_carry(&self, now: &Marking) -> Result<(), Refusal> {
        if now.clone().unasked().le(&Marking::clone(&self.marking).join(&Marking::free())) {
            return Ok(());
        }
        Err(Refusal::MarkingRose { from: self.marking.to_string(), to: now.to_string() })
    }
}

impl Draft {
    /// Whether it waits for its second reader.
    pub const fn waits(&self) -> bool {
        match self.state {
            DraftState::Written => true,
            DraftState::Leaking => self.overridden.is_some(),
            DraftState::Approved | DraftState::Returned => false,
        }
    }
}

impl Delivery {
    /// The attempt that was started and not finished, if there is one.
    pub fn running(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.result.is_none())
    }

    /// Whether the words have left the desk by this way, whatever became of it later.
    pub fn left(&self) -> bool {
        let handed = |attempt: &Attempt| matches!(attempt.result, Some(AttemptResult::HandedOver { .. }));
        !self.acknowledgements.is_empty()
            || self.receipts.iter().any(|receipt| receipt.state.reached())
            || self.attempts.iter().any(handed)
    }

    /// Whether the desk will do nothing more by this way of its own accord: it is closed, or its fate is unknown and
    /// the plan's attempts are used up.
    pub fn given_up(&self) -> bool {
        !self.state.open() || (self.state == DeliveryState::Unknown && self.next_at.is_none())
    }
}
