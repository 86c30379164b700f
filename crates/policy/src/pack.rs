//! What a policy pack says. Everything here is data; [`crate::evaluate()`] and [`crate::check()`] read it.
//!
//! Clauses point into the policy a pack restates in its own words; [`Provenance`] says how far to trust that.

use std::collections::BTreeMap;

use domain::assessment::PolicyRef;
use domain::{ChannelKind, Role, VictimKind};
use serde::Deserialize;

use crate::lapse::Lapse;
use crate::term::Term;

mod marking;
mod practice;
mod times;

pub use marking::MarkingRule;
pub use practice::{
    ChannelOrder, Closeness, Conflict, Coordination, Decision, DisputeStep, Machine, Meaningful, Measure, Needs,
    Notice, RecipientKind, Recording, Separation, Stake, Tlp,
};
pub use times::{Band, Deadlines, Extension, Ladders, Pause, Reviews, Urgent};

/// The one format this program reads.
pub const FORMAT: &str = "forewarn-policy/1";

/// A policy pack: one written policy as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// What the text says.
    pub says: Says,
    /// SHA-256 of the text's bytes, hex: the pack is known by it.
    pub hash: String,
}

impl Pack {
    /// Id, version and hash, as every assessment carries them.
    pub fn reference(&self) -> PolicyRef {
        PolicyRef { id: self.says.id.clone(), version: self.says.version.clone(), hash: self.hash.clone() }
    }

    /// The criterion with this id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.says.criteria.iter().find(|criterion| criterion.id == id)
    }

    /// The waiver ground with this id.
    pub fn ground(&self, id: &str) -> Option<&Ground> {
        self.says.grounds.iter().find(|ground| ground.id == id)
    }

    /// Whether a role with this id exists: one of the six of every desk, or the pack's own.
    pub fn has_role(&self, id: &str) -> bool {
        Role::from_id(id).is_some() || self.says.roles.contains_key(id)
    }

    /// Every role there is under this pack: those of every desk, then its own.
    pub fn role_ids(&self) -> impl Iterator<Item = &str> {
        Role::ALL.iter().map(Role::id).chain(self.says.roles.keys().map(String::as_str))
    }

    /// A role's name in words; the id itself for a role nobody defined.
    pub fn role_words(&self, id: &str) -> String {
        Role::from_id(id)
            .map(|role| role.to_string())
            .or_else(|| self.says.roles.get(id).cloned())
            .unwrap_or_else(|| id.to_owned())
    }

    /// The roles that may carry out a duty.
    pub fn may(&self, duty: Duty) -> &[String] {
        let duties = &self.says.duties;
        match duty {
            Duty::Determine => &duties.determine,
            Duty::Affirm => &duties.affirm,
            Duty::Draft => &duties.draft,
            Duty::Approve => &duties.approve,
            Duty::Deliver => &duties.deliver,
        }
    }

    /// The form with this id.
    pub fn notice(&self, id: &str) -> Option<&Notice> {
        self.says.notices.iter().find(|notice| notice.id == id)
    }

    /// The step of the dispute ladder that follows after `taken` steps; the last one again and again, none where the
    /// pack has no ladder.
    pub fn dispute_step(&self, taken: usize) -> Option<&DisputeStep> {
        let steps = &self.says.coordination.dispute;
        steps.get(taken).or_else(|| steps.last())
    }

    /// The channels to try for one kind of recipient, first one first; empty when the pack does not say.
    pub fn channels(&self, recipient: RecipientKind) -> &[ChannelKind] {
        self.says.channels.iter().find(|row| row.recipient == recipient).map_or(&[], |row| &row.order)
    }
}

/// The TOML document, key for key.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md, where a lawyer reads them")]
pub struct Says {
    pub format: String,
    pub id: String,
    pub version: String,
    pub title: String,
    pub applies_to: String,
    pub summary: String,
    pub sources: Vec<Consulted>,
    pub scope: Scope,
    pub criteria: Vec<Criterion>,
    pub threshold: Threshold,
    /// The ways to reach the threshold, where each has its own form or pace; their "any" is the threshold.
    #[serde(default)]
    pub tracks: Vec<Track>,
    /// A pack without one is unsound; its "unclear" answers stay open questions.
    pub doubt: Option<Doubt>,
    #[serde(default)]
    pub grounds: Vec<Ground>,
    pub not_owed: NotOwed,
    /// The pack's own roles beside the six of every desk: id to name.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    pub duties: Duties,
    #[serde(default)]
    pub separation: Vec<Separation>,
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    pub deadlines: Deadlines,
    pub urgent: Urgent,
    pub coordination: Coordination,
    /// None where the pack leaves it to the program's own rule.
    #[serde(default)]
    pub meaningful: Option<Meaningful>,
    #[serde(default)]
    pub recording: Vec<Recording>,
    #[serde(default)]
    pub channels: Vec<ChannelOrder>,
    #[serde(default)]
    pub notices: Vec<Notice>,
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// What is put on reports when they come.
    #[serde(default)]
    pub markings: Vec<MarkingRule>,
}

/// How far a restated provision is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// Read in the policy itself.
    Quoted,
    /// Taken from what others write about the policy.
    Secondary,
    /// Our reading or our own default: a lawyer has to look.
    ToCheck,
}

impl Provenance {
    /// The word in a pack.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::Secondary => "secondary",
            Self::ToCheck => "to-check",
        }
    }
}

/// A text the pack rests on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Consulted {
    pub title: String,
    pub provenance: Provenance,
}

/// Which harms and which intended victims the policy is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Scope {
    pub harms: Vec<String>,
    pub victims: Vec<VictimKind>,
    pub clause: String,
    pub provenance: Provenance,
}

/// One question somebody must answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Criterion {
    pub id: String,
    pub question: String,
    pub guidance: String,
    /// What to weigh in answering, one thing a line.
    #[serde(default)]
    pub consider: Vec<String>,
    pub clause: String,
    pub provenance: Provenance,
}

/// When a warning is owed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Threshold {
    pub rule: Rule,
    pub clause: String,
    pub provenance: Provenance,
}

/// One of several ways to reach the threshold, with a form and a pace of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Track {
    pub id: String,
    pub title: String,
    pub rule: Rule,
    /// Id of the form it calls for.
    pub notice: String,
    /// A pace faster than the band's.
    #[serde(default)]
    pub deliver_within: Option<Lapse>,
    pub clause: String,
    pub provenance: Provenance,
}

/// An expression over criteria. It has no "not": more evidence of danger can only bring a warning nearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// This criterion.
    Criterion(String),
    /// Every part.
    All(Vec<Rule>),
    /// One part or more.
    Any(Vec<Rule>),
    /// This many parts or more.
    AtLeast(usize, Vec<Rule>),
}

/// What an "unclear" counts as.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Doubt {
    pub unclear_counts_as: CountsAs,
    pub says: String,
    pub clause: String,
    pub provenance: Provenance,
}

/// Which way doubt goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    /// For the victim.
    Met,
    /// Against the victim: `check` refuses a pack that says so, and evaluation leaves the question open.
    NotMet,
}

/// A ground on which a warning that is owed may be waived.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Ground {
    pub id: String,
    pub title: String,
    pub question: String,
    pub evidence: String,
    pub affirmed_by: Vec<String>,
    /// A waiver is looked at again no later than this.
    pub review_after: Term,
    pub clause: String,
    pub provenance: Provenance,
}

/// Who must agree that no warning is owed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct NotOwed {
    pub affirmed_by: Vec<String>,
    pub clause: String,
    pub provenance: Provenance,
}

/// What people do under a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Answers the criteria.
    Determine,
    /// Agrees to silence.
    Affirm,
    /// Writes the words.
    Draft,
    /// Clears the words.
    Approve,
    /// Carries the words.
    Deliver,
}

impl Duty {
    /// Every duty.
    pub const ALL: [Self; 5] = [Self::Determine, Self::Affirm, Self::Draft, Self::Approve, Self::Deliver];

    /// The word in a pack.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Determine => "determine",
            Self::Affirm => "affirm",
            Self::Draft => "draft",
            Self::Approve => "approve",
            Self::Deliver => "deliver",
        }
    }
}

/// Role ids by duty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Duties {
    pub determine: Vec<String>,
    pub affirm: Vec<String>,
    pub draft: Vec<String>,
    pub approve: Vec<String>,
    pub deliver: Vec<String>,
}
