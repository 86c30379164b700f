//! How a duty is carried out: who is kept apart, who has a stake, who else has a say, what is written down, by which
//! channels and forms, and what is done besides.

use domain::ChannelKind;
use serde::Deserialize;

use super::{Duty, Provenance};
use crate::lapse::Lapse;
use crate::term::Term;

/// Duties that no one person may carry out together for one warning.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Separation {
    pub duties: Vec<Duty>,
    pub why: String,
    pub clause: String,
    pub provenance: Provenance,
}

/// Who may not act because they have a stake.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Conflict {
    pub id: String,
    /// What has to hold of a person for the rule to bar them.
    #[serde(default)]
    pub when: Stake,
    pub rule: String,
    pub bars: Vec<Duty>,
    pub clause: String,
    pub provenance: Provenance,
}

/// What ties a person to a threat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stake {
    /// A report on this threat names them.
    NamedInReport,
    /// The protected source of a report is theirs.
    OwnSource,
    /// They brought a report on this threat in as its reporter.
    OwnReport,
    /// They are an intended victim of this threat, or protect one.
    IntendedVictim,
    /// Only people can tell: somebody said at this desk that the rule applies to them.
    #[default]
    Declared,
}

impl Stake {
    /// The word in a pack.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NamedInReport => "named_in_report",
            Self::OwnSource => "own_source",
            Self::OwnReport => "own_report",
            Self::IntendedVictim => "intended_victim",
            Self::Declared => "declared",
        }
    }
}

/// Who else has a say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Coordination {
    pub owner: String,
    /// What several holders owe each other, in words.
    #[serde(default)]
    pub holders: Option<String>,
    pub originator: String,
    /// How long the originator has to answer; none where the pack sets no time.
    #[serde(default)]
    pub originator_within: Option<Lapse>,
    #[serde(default)]
    pub dispute: Vec<DisputeStep>,
    pub clause: String,
    pub provenance: Provenance,
}

/// One step up when two holders disagree.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct DisputeStep {
    pub role: String,
    pub within: Term,
}

/// What a warning must still say, once it was made less exact for the sake of a source, to be a warning.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Meaningful {
    pub needs: Needs,
    pub within_days: u16,
    pub within: Closeness,
    pub clause: String,
    pub provenance: Provenance,
}

/// What a warning cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// When it will happen, or where.
    Either,
    /// When and where.
    Both,
    /// When.
    When,
    /// Where.
    Where,
}

/// How closely a warning says where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closeness {
    /// The place itself.
    Place,
    /// The province or the like that it lies in.
    Area,
    /// The country.
    Country,
}

/// Something that must be written down.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Recording {
    pub what: String,
    pub clause: String,
    pub provenance: Provenance,
}

/// Who receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// Those at risk.
    IntendedVictim,
    /// Those responsible for protecting them.
    Protector,
    /// Those who pass it on.
    Intermediary,
    /// Those from whom the danger comes (a disruption notice).
    Suspect,
    /// Everybody who may be near.
    Public,
}

/// Channels by kind of recipient.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct ChannelOrder {
    pub recipient: RecipientKind,
    pub order: Vec<ChannelKind>,
}

/// A form of words, and how its use is decided.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Notice {
    pub id: String,
    pub to: RecipientKind,
    pub template: String,
    pub decided: String,
    #[serde(default)]
    pub decision: Decision,
    /// What is asked when it is decided case by case.
    #[serde(default)]
    pub question: Option<String>,
    /// Roles that decide it case by case.
    #[serde(default)]
    pub decided_by: Vec<String>,
    /// The ways it may be served; empty where the channel order of its recipient is enough.
    #[serde(default)]
    pub served: Vec<ChannelKind>,
    #[serde(default)]
    pub read_aloud: bool,
    #[serde(default)]
    pub signed: bool,
    #[serde(default)]
    pub machine_readable: Option<Machine>,
    #[serde(default)]
    pub tlp: Option<Tlp>,
    pub clause: String,
    pub provenance: Provenance,
}

/// How the use of a form is decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It goes when the determination is to warn.
    #[default]
    WithDetermination,
    /// It is a decision of its own, each time.
    CaseByCase,
}

/// A form that machines read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    /// STIX 2.1.
    Stix,
    /// CAP 1.2.
    Cap,
}

/// A label of the Traffic Light Protocol 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tlp {
    /// For everybody.
    Clear,
    /// Within the recipient's community.
    Green,
    /// Within the recipient's organisation and its clients.
    Amber,
    /// Within the recipient's organisation.
    AmberStrict,
    /// For the eyes of the person told.
    Red,
}

/// Something done for those at risk besides the warning: the warning alone ends nothing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Measure {
    pub id: String,
    pub question: String,
    /// What is done when the answer is yes, or nobody knows.
    pub then: String,
    pub role: String,
    pub within: Lapse,
    pub clause: String,
    pub provenance: Provenance,
}
