//! How a simulated duty ended: in one of the ways that R1 names, or not yet.

use domain::threat::{ClockOf, IntendedVictim};
use domain::{Determination, Role, VictimId};

use super::Desk;

/// The ways in which a duty ends (R1).
pub const ACKNOWLEDGED: &str = "end: warned and acknowledged";
pub const ESCALATED: &str = "end: exhausted, and put to a person by name";
pub const SILENCE: &str = "end: no warning, by two people with a reason";
/// A named senior officer closed it: the warning had gone out, and its outcome was known before an answer came.
pub const ENDED: &str = "end: warned, and closed by a named person after its outcome";
/// No end yet: a person acted so late that the next deadline lies after the thirty days.
pub const WITHIN: &str = "no end yet: within its deadlines after thirty days";
/// Whom a role means at this desk.
const ON_DUTY: [(Role, &str); 5] = [
    (Role::Intake, "joon"),
    (Role::Assessor, "mara"),
    (Role::SeniorOfficer, "okafor"),
    (Role::Approver, "joon"),
    (Role::Deliverer, "joon"),
];
/// All of them.
pub const ENDS: [&str; 5] = [ACKNOWLEDGED, ESCALATED, SILENCE, ENDED, WITHIN];

impl Desk<'_> {
    /// Which of the ways of R1 this duty took. There is no other: what is none of them is lost.
    pub fn end(&self) -> &'static str {
        let threat = &self.world.threat;
        let heard = |victim: VictimId| {
            threat.warnings.iter().any(|known| known.victim == victim && threat.acknowledged(known.id))
        };
        let unmet = if threat.closed.is_some() { Vec::new() } else { self.unmet() };
        if !unmet.is_empty() {
            return if unmet.iter().all(|needed| self.put_to_a_person(needed)) { ESCALATED } else { WITHIN };
        }
        let warned = || threat.victims.iter().filter(|victim| victim.determination() == Determination::Warn);
        if warned().next().is_some() && warned().all(|victim| heard(victim.id)) {
            return ACKNOWLEDGED;
        }
        if warned().next().is_none() {
            threat.victims.iter().for_each(by_two);
            return SILENCE;
        }
        // Not acknowledged, and nobody is asked to any more: that takes an outcome, and somebody who closes it.
        let outcome = threat.outcome.as_ref().expect("a warning nobody acknowledged and nobody asks about: lost");
        match &threat.closed {
            Some(closed) => {
                let told = warned().all(|victim| threat.told(victim.id) || heard(victim.id));
                assert!(told || closed.by != outcome.signed.by, "one person ended a duty that nobody met");
                if told { ENDED } else { SILENCE }
            }
            None if self.put_to_a_person(&[ClockOf::Outcome]) => ESCALATED,
            None => WITHIN,
        }
    }

    /// Whether one of these clocks ran out and was put to somebody who has a name here.
    fn put_to_a_person(&self, of: &[ClockOf]) -> bool {
        let mut asked = of.iter().filter_map(|of| self.world.threat.escalation(*of));
        asked.any(|known| known.taken_by.is_some() || ON_DUTY.iter().any(|(role, _)| role.id() == known.to))
    }
}

/// Two people, with a reason, under every pack.
fn by_two(victim: &IntendedVictim) {
    for under in &victim.under {
        let answered = under.newest.as_ref().map(|newest| newest.answered_by.as_str());
        let agreed =
            under.affirmations().iter().any(|known| Some(known.by.as_str()) != answered && !known.reason.is_empty());
        assert!(agreed && answered.is_some(), "silence without a second person: {victim:?}");
    }
}
