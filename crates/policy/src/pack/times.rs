//! The times a pack sets: by band of imminence, what may move them, who is asked when they pass, the urgent shortcut.

use domain::assessment::DeadlineKind;
use serde::Deserialize;

use super::Provenance;
use crate::calendar::Working;
use crate::lapse::Lapse;
use crate::term::Term;

/// Times, by how soon the harm is expected.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Deadlines {
    /// Id of the band used when nobody knows when it starts.
    pub when_unknown: String,
    pub clause: String,
    pub provenance: Provenance,
    /// Most urgent first; the last has no `within`.
    pub bands: Vec<Band>,
    pub escalate_to: Ladders,
    /// Needed by a pack that counts working hours or days.
    #[serde(default)]
    pub working: Option<Working>,
    #[serde(default)]
    pub extensions: Vec<Extension>,
    #[serde(default)]
    pub pauses: Vec<Pause>,
    #[serde(default)]
    pub reviews: Option<Reviews>,
}

/// A deadline of one kind may be put off, with a reason: never beyond the hour at which the harm may begin.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Extension {
    pub of: DeadlineKind,
    /// Ids of the bands in which it is allowed.
    pub bands: Vec<String>,
    /// Longest that one extension may be.
    pub at_most: Lapse,
    /// How often one deadline may be put off.
    pub times: u32,
    pub may: Vec<String>,
    pub when: String,
    pub clause: String,
    pub provenance: Provenance,
}

/// A deadline of one kind may stand still for a while: never beyond the hour at which the harm may begin.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Pause {
    pub of: DeadlineKind,
    pub bands: Vec<String>,
    /// Longest that it may stand still, all pauses of one deadline together.
    pub at_most: Lapse,
    pub may: Vec<String>,
    pub when: String,
    pub clause: String,
    pub provenance: Provenance,
}

/// When a determination is looked at again, whatever the band's rhythm.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Reviews {
    /// Counted from the determination, nearest first.
    #[serde(default)]
    pub points: Vec<Lapse>,
    pub on_new_report: bool,
    pub clause: String,
    pub provenance: Provenance,
}

/// One band of imminence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its name.
    pub id: String,
    /// The harm may begin within this time; none for the last band.
    pub within: Option<Lapse>,
    /// From awareness to a determination.
    pub determine: Term,
    /// From a proposed silence to its affirmation.
    pub affirm: Term,
    /// From determination to a warning on its way.
    pub deliver: Term,
    /// From delivery to a person's acknowledgement.
    pub acknowledge: Term,
    /// The last look happens this long before the window ends.
    pub review_before_end: Lapse,
    /// And never later than this after the last look.
    pub review_every: Term,
}

impl Band {
    /// The times that may be counted in working time, by key.
    pub fn terms(&self) -> [(&'static str, Term); 5] {
        [
            ("determine", self.determine),
            ("affirm", self.affirm),
            ("deliver", self.deliver),
            ("acknowledge", self.acknowledge),
            ("review_every", self.review_every),
        ]
    }
}

/// Role ids asked when a deadline passes: first asked first, the last one again and again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "one per kind of deadline")]
pub struct Ladders {
    pub determine: Vec<String>,
    pub affirm: Vec<String>,
    pub deliver: Vec<String>,
    pub acknowledge: Vec<String>,
    pub review: Vec<String>,
}

impl Ladders {
    /// Every kind with its ladder.
    pub fn each(&self) -> [(DeadlineKind, &[String]); 5] {
        [
            (DeadlineKind::Determine, &self.determine),
            (DeadlineKind::Affirm, &self.affirm),
            (DeadlineKind::Deliver, &self.deliver),
            (DeadlineKind::Acknowledge, &self.acknowledge),
            (DeadlineKind::Review, &self.review),
        ]
    }

    /// The ladder of one kind.
    pub fn of(&self, kind: DeadlineKind) -> &[String] {
        match kind {
            DeadlineKind::Determine => &self.determine,
            DeadlineKind::Affirm => &self.affirm,
            DeadlineKind::Deliver => &self.deliver,
            DeadlineKind::Acknowledge => &self.acknowledge,
            DeadlineKind::Review => &self.review,
        }
    }
}

/// Warn first, coordinate after.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct Urgent {
    pub allowed: bool,
    pub when: String,
    pub may: Vec<String>,
    pub coordinate_within: Lapse,
    pub clause: String,
    pub provenance: Provenance,
}
