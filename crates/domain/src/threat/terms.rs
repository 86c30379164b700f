//! What the written policy says about working together, as `decide_under` takes it: the server reads it out of the
//! packs. Without a policy's word nothing is allowed that cuts a corner.

use jiff::SignedDuration;

use super::coordination::{DelayKind, Stake};
use super::interest::{ConflictRule, Duty};
use crate::assessment::DeadlineKind;
use crate::words::Role;

/// Time to settle a dispute when the policy names no ladder.
const SETTLE_DEFAULT: SignedDuration = SignedDuration::from_hours(4);

/// The policy's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who may not act because they have a stake.
    pub conflicts: Vec<ConflictRule>,
    /// "Warn first, coordinate after".
    pub urgent: UrgentTerms,
    /// What is owed to the originator, in the policy's words.
    pub originator: String,
    /// Who settles a dispute, first asked first, and within what time.
    pub ladder: Vec<(String, SignedDuration)>,
    /// The clause on owners, originators and disputes.
    pub coordination_clause: String,
    /// Which deadlines may be moved, and how far.
    pub delays: Vec<DelayTerms>,
}

/// The urgent shortcut as the policy allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentTerms {
    /// Whether it exists.
    pub allowed: bool,
    /// When it may be taken, in the policy's words.
    pub when: String,
    /// Who may take it.
    pub may: Vec<Role>,
    /// Within what time determination and consultation must follow.
    pub within: SignedDuration,
    /// The policy clause.
    pub clause: String,
}

/// How one kind of deadline may be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelayTerms {
    /// More time, or a pause.
    pub kind: DelayKind,
    /// Which deadlines.
    pub of: Vec<DeadlineKind>,
    /// Who may.
    pub may: Vec<Role>,
    /// By how much at the most, each time.
    pub at_most: SignedDuration,
    /// How often.
    pub times: usize,
    /// The policy clause.
    pub clause: String,
}

impl Default for Terms {
    /// Nothing is allowed, and the two conflicts of interest that every desk knows hold.
    fn default() -> Self {
        let rule = |conflict: &str, rule: &str, bars: &[Duty]| ConflictRule {
            id: conflict.to_owned(),
            conflict: conflict.to_owned(),
            rule: rule.to_owned(),
            bars: bars.to_vec(),
            clause: "our rule".to_owned(),
        };
        Self {
            conflicts: vec![
                rule(
                    Stake::NAMED,
                    "Whoever is named in a report neither determines nor affirms.",
                    &[Duty::Determine, Duty::Affirm],
                ),
                rule(Stake::SOURCE, "Whoever handles the source does not affirm silence.", &[Duty::Affirm]),
            ],
            urgent: UrgentTerms {
                allowed: false,
                when: String::new(),
                may: Vec::new(),
                within: SignedDuration::ZERO,
                clause: "no policy allows it".to_owned(),
            },
            originator: "the originator of the information is asked before words of theirs are used".to_owned(),
            ladder: vec![(Role::SeniorOfficer.id().to_owned(), SETTLE_DEFAULT)],
            coordination_clause: "our rule".to_owned(),
            delays: Vec::new(),
        }
    }
}
