//! The urgent shortcut: warn first, coordinate after. It stands in for a determination and for the originator's word,
//! and for nothing else: leak check and second person stay (P3).

use jiff::Timestamp;

use super::clocks::later;
use super::coordinate::Settled;
use super::coordination::{Coordinated, Shortcut};
use super::state::{Draft, Purpose, Signed, Threat};
use super::terms::{Terms, UrgentTerms};
use crate::actor::Actor;
use crate::ids::VictimId;
use crate::refusal::Refusal;
use crate::words::Determination;

/// Takes the shortcut for one intended victim.
pub(super) fn warn_first(
    threat: &Threat,
    victim: VictimId,
    reason: String,
    terms: &UrgentTerms,
    by: &Actor,
    at: Timestamp,
) -> Settled {
    let refused = |why: String| Refusal::UrgentNotAllowed { why, clause: terms.clause.clone() };
    if !terms.allowed {
        return Err(refused("the policy has no urgent shortcut".into()));
    }
    let Ok(who) = by.must_hold(&terms.may, "warn first and coordinate after") else {
        let may: Vec<String> = terms.may.iter().map(ToString::to_string).collect();
        return Err(refused(format!("it takes one of these roles: {}", may.join(", "))));
    };
    Refusal::unless_reason(&reason)?;
    let known = threat.victim(victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    if known.silent() {
        return Err(Refusal::SilenceStands { determination: known.determination().to_string() });
    }
    if known.determination() == Determination::Warn && threat.awaited(at).is_none() {
        return Err(refused("nothing stands in the way of an ordinary approval".into()));
    }
    if threat.shortcut(victim).is_some_and(|shortcut| shortcut.coordinate_by > at) {
        return Err(Refusal::AlreadyDone { what: format!("the shortcut is taken for {}", known.name) });
    }
    let coordinate_by = later(at, terms.within);
    let signed = Signed { by: who.to_owned(), at, reason };
    Ok(Coordinated::ShortcutTaken {
        shortcut: Shortcut { victim, signed, coordinate_by, clause: terms.clause.clone() },
    })
}

impl Threat {
    /// What is still owed after the shortcut was taken for an intended victim, in words.
    pub fn coordination_owed(&self, victim: VictimId) -> Option<String> {
        self.shortcut(victim)?;
        let known = self.victim(victim)?;
        if known.determination() == Determination::Unresolved {
            return Some(format!("the determination for {}", known.name));
        }
        self.unasked().first().map(|originator| format!("asking {originator}"))
    }

    /// Whether the words of a draft may go to an intended victim at all, leaving aside what they say and who read them.
    pub(super) fn may_be_told(&self, draft: &Draft, terms: &Terms, at: Timestamp) -> Result<(), Refusal> {
        let victim = self.victim(draft.victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
        let urgent = self.shortcut(victim.id).is_some_and(|shortcut| shortcut.coordinate_by > at);
        match victim.determination() {
            Determination::Warn => {}
            Determination::Unresolved if urgent => {}
            // Who was warned in haste and without need is told so.
            Determination::NotOwed | Determination::Waived
                if matches!(draft.purpose, Purpose::StandDown(_)) && self.warned(victim.id) => {}
            found @ (Determination::Unresolved | Determination::NotOwed | Determination::Waived) => {
                return Err(Refusal::NotDetermined { determination: found.to_string() });
            }
        }
        match self.awaited(at).filter(|_| !urgent) {
            Some(originator) => Err(Refusal::OriginatorNotAsked {
                originator: originator.to_owned(),
                says: terms.originator.clone(),
                clause: terms.coordination_clause.clone(),
            }),
            None => Ok(()),
        }
    }
}
