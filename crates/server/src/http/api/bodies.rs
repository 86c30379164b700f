//! What requests carry, as the OpenAPI document describes it. Ids and words of `domain` appear as text.

use std::collections::BTreeMap;

use domain::Role;
use domain::delivery::DeliveryState;
use domain::register::{LineId, PartyId};
use domain::report::Handling;
use domain::threat::{Capacity, ClockOf, Details, OutcomeKind, ReviewDecision};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::NewLines;

/// A role's word.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
pub struct RoleWord {
    /// `intake`, `assessor`, `senior_officer`, `approver`, `deliverer` or `inspector`.
    #[schema(value_type = String)]
    pub role: Role,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub name: String,
    pub password: String,
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `next` of the page before.
    pub after: Option<String>,
    /// At most so many, 1 to 200; 50 when not said.
    pub limit: Option<usize>,
    /// Only open ones (true) or only closed ones (false).
    pub open: Option<bool>,
}

impl Paging {
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, 200)
    }
}

/// A report to take in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    /// File name or subject; its ending says the format: .txt .html .eml .json.
    pub name: String,
    /// Who sent it.
    pub reporter: String,
    /// How paragraphs without a portion mark are treated: `open` or `protected` (the default).
    #[serde(default = "protected")]
    #[schema(value_type = String)]
    pub handling: Handling,
    /// `originator`, `originator_controlled`, and `stakes`: a list of `officer` (a sign-in name) and `conflict`
    /// (`named_in_report`, `own_source`, or the id of a conflict in the policy pack).
    #[serde(default)]
    #[schema(value_type = Object)]
    pub details: Details,
    /// The text; or `base64` for other bytes.
    #[serde(default)]
    pub text: Option<String>,
    /// The very bytes, in base 64.
    #[serde(default)]
    pub base64: Option<String>,
}

const fn protected() -> Handling {
    Handling::Protected
}

/// A reason in words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub reason: String,
}

/// A marking for words of a report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkBody {
    /// Which: `{"words": "as they stand"}`, `{"span": {"start": 0, "end": 9}}` in bytes, or `{"whole": true}`.
    #[schema(value_type = Object)]
    pub on: crate::app::Which,
    /// `TLP:AMBER`, `S//REL TO USA, GBR`, `OFFICIAL-SENSITIVE`, `SOURCE-REVEALING`, `ORIGINATOR CONTROLLED BY` a name.
    pub marking: String,
    pub reason: String,
}

/// What words of a report may be from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseBody {
    /// Which, as for a marking.
    #[schema(value_type = Object)]
    pub on: crate::app::Which,
    /// What they carry instead.
    pub marking: String,
    /// Who agreed for the originator; empty when a senior officer answers for it.
    #[serde(default)]
    pub agreed: String,
    pub reason: String,
}

/// Somebody whom the register found and who is not meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissBody {
    /// The party's id in the register.
    pub party: String,
    /// Why they are not meant.
    pub reason: String,
}

/// What an approver was shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveBody {
    /// SHA-256 over everything that would leave, hex, as the draft shows it.
    pub fingerprint: String,
}

/// A senior officer's override of the leak check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// How many findings the draft shows.
    pub findings: usize,
    /// Why it leaves all the same.
    pub reason: String,
}

/// A comment on a draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentBody {
    /// The passage it is about, as it stands in the draft; empty when it is about the whole.
    #[serde(default)]
    pub quote: String,
    /// What you say.
    pub words: String,
}

/// An answer to a comment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentAnswerBody {
    /// What you answer.
    pub words: String,
}

/// Another way for an approved warning.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnotherWay {
    #[schema(value_type = Object)]
    pub way: crate::app::Way,
    pub reason: String,
}

/// What a carrier, or the person who carried it, says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// `handed_over`, `delivered`, `opened` or `failed`.
    #[schema(value_type = String)]
    pub state: DeliveryState,
    /// In whose words, how known.
    pub evidence: String,
}

/// A person's acknowledgement, recorded by somebody who heard it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AckBody {
    /// The named person.
    pub person: String,
    /// `intended_victim`, `protector` or `intermediary`.
    #[schema(value_type = String)]
    pub capacity: Capacity,
    #[serde(default)]
    pub words: String,
}

/// Which overdue clock somebody takes up, as the threat lists it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeUpBody {
    #[schema(value_type = Object)]
    pub of: ClockOf,
    /// Why the deadline passed, as far as you know.
    #[serde(default)]
    pub reason: String,
}

/// A look before the window ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewBody {
    pub victim: String,
    /// `warn_again`, `update`, `stand_down` or `hold`.
    #[schema(value_type = String)]
    pub decision: ReviewDecision,
    pub reason: String,
    /// When to look again; none when this was the last look.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_by: Option<Timestamp>,
}

/// How it ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeBody {
    /// `occurred`, `averted`, `did_not_occur` or `not_known`.
    #[schema(value_type = String)]
    pub kind: OutcomeKind,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Timestamp>,
    pub reason: String,
}

/// A report to link by hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    pub report: String,
    pub reason: String,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountBody {
    pub name: String,
    pub full_name: String,
    #[schema(value_type = Vec<String>)]
    pub roles: Vec<Role>,
    pub password: String,
}

/// A change of an account: exactly one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum AccountChange {
    /// New roles.
    Roles(Vec<RoleWord>),
    /// Switch off, with a reason.
    Off(String),
    /// Switch on again, with a reason.
    On(String),
    /// One's own new password.
    Password(String),
}

/// A roster to import.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterBody {
    /// File name; the format is recognised from the content.
    pub name: String,
    pub text: String,
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// A register to import.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    /// File name; the format is recognised from the content.
    pub name: String,
    pub text: String,
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Until when the parties in it may be kept that do not say so themselves; RFC 3339.
    #[schema(value_type = Option<String>)]
    pub keep_until: Option<Timestamp>,
}

impl From<RegisterBody> for NewLines {
    fn from(body: RegisterBody) -> Self {
        Self { name: body.name, text: body.text, dry: body.dry_run, keep_until: body.keep_until }
    }
}

/// A line of the register, and why something is to become of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// `party ID`, or `relation ID KIND ID`.
    #[schema(value_type = String)]
    pub line: LineId,
    /// Why.
    pub reason: String,
}

/// Two parties that are not one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApartBody {
    /// One's id.
    #[schema(value_type = String)]
    pub one: PartyId,
    /// The other's.
    #[schema(value_type = String)]
    pub other: PartyId,
    /// Why.
    pub reason: String,
}

/// Somebody to look up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpBody {
    /// A name, or the words that name them.
    pub text: String,
    /// Why.
    pub reason: String,
}

/// A warning's reference and code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBody {
    pub reference: String,
    pub code: String,
}

/// A way of answering a pack's questions; `domain::threat::Answered` in the document's words.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct AnswersDoc {
    /// The pack that is answered; may be left out when only one asks about this intended victim.
    pub pack: Option<String>,
    /// The determination (`det_…`) that was seen when these answers were given, or `none`. Refused when another stands.
    pub over: Option<String>,
    /// Criterion id to `{"answer": "met|not_met|unclear", "evidence": text}`.
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Ground id to the same.
    pub grounds: BTreeMap<String, serde_json::Value>,
}
