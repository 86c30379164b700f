//! What a policy pack says of one intended victim: the determination with its reasons, needs and deadlines.
//!
//! `policy` makes assessments, the threat keeps them; nobody else changes one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::words::{Answer, Determination, Role};

/// The determination under one pack, with everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Where the determination stands.
    pub determination: Determination,
    /// What decided, in the pack's order.
    pub reasons: Vec<Reason>,
    /// What a person must still do, and by when.
    pub needs: Vec<Need>,
    /// Deadlines counted from the time of the facts.
    pub deadlines: Vec<Deadline>,
    /// The pack that was asked.
    pub policy: PolicyRef,
}

/// One criterion, ground or affirmation and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Id of the criterion, ground or rule.
    pub criterion: String,
    /// The answer given; none when nobody answered.
    pub answer: Option<Answer>,
    /// The policy clause relied on.
    pub clause: String,
    /// What followed, in words.
    pub effect: String,
}

/// Something a person must do before the determination is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What, in words.
    pub what: String,
    /// Role id of who must.
    pub role: String,
    /// By when.
    pub by: Timestamp,
}

/// A deadline and who is asked when it passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// What must be done.
    pub what: DeadlineKind,
    /// By when.
    pub by: Timestamp,
    /// Role ids, first asked first; the last one again and again.
    pub escalate_to: Vec<String>,
}

/// The things that have deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// From awareness to a determination.
    Determine,
    /// From a proposed silence to its affirmation.
    Affirm,
    /// From the determination to a warning on its way.
    Deliver,
    /// From delivery to a person's acknowledgement.
    Acknowledge,
    /// A look before the window ends.
    Review,
}

/// Which pack, which version, which very bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Pack id: `icd-191`.
    pub id: String,
    /// The pack's own version.
    pub version: String,
    /// SHA-256 of the pack's bytes, hex.
    pub hash: String,
}

impl Assessment {
    /// The deadline of this kind, when the pack sets one.
    pub fn deadline(&self, what: DeadlineKind) -> Option<&Deadline> {
        self.deadlines.iter().find(|deadline| deadline.what == what)
    }

    /// The need that comes first, while the determination is unresolved.
    pub fn first_need(&self) -> Option<&Need> {
        let open = self.determination == Determination::Unresolved;
        self.needs.iter().filter(|_| open).min_by_key(|need| need.by)
    }

    /// The first need, when it is a senior officer's: to affirm a proposed silence or to turn it down.
    pub fn asks_for_silence(&self) -> Option<&Need> {
        self.first_need().filter(|need| need.role == Role::SeniorOfficer.id())
    }
}
