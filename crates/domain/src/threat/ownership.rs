//! One named owner: who sees to it that a threat is worked. Owning gives nobody a right they do not have, and nothing
//! rests on somebody who is gone.

use jiff::Timestamp;

use super::coordinate::{Holder, Settled};
use super::coordination::{Coordinated, Owner};
use super::state::{Escalation, Signed, Threat};
use crate::actor::Actor;
use crate::refusal::Refusal;
use crate::words::Role;

/// Takes a threat nobody owns.
pub(super) fn take(threat: &Threat, note: String, by: &Actor, at: Timestamp) -> Settled {
    let who = by.must_work("own a threat")?;
    match &threat.coordination.owner {
        Some(owner) if owner.name == who => Err(Refusal::AlreadyDone { what: format!("{who} owns this threat") }),
        Some(owner) => Err(Refusal::Owned { who: owner.name.clone() }),
        None => {
            let signed = Signed { by: who.to_owned(), at, reason: note };
            Ok(Coordinated::OwnershipTaken { owner: Owner { name: who.to_owned(), signed } })
        }
    }
}

/// Hands a threat to somebody by name: its owner may, and a senior officer.
pub(super) fn hand_over(threat: &Threat, to: Holder, note: String, by: &Actor, at: Timestamp) -> Settled {
    let who = by.must_work("hand a threat over")?;
    Refusal::unless_reason(&note)?;
    let owner = threat.coordination.owner.as_ref().map(|owner| owner.name.as_str());
    if owner != Some(who) && !by.holds(Role::SeniorOfficer) {
        return match owner {
            Some(owner) => Err(Refusal::Owned { who: owner.to_owned() }),
            None => Err(Refusal::NotThere { what: "an owner to hand this threat over; take it yourself".into() }),
        };
    }
    if to.off {
        return Err(Refusal::AccountOff);
    }
    if !to.roles.iter().any(Role::works) {
        return Err(Refusal::NoWorkingRole { who: to.name });
    }
    if owner == Some(to.name.as_str()) {
        return Err(Refusal::AlreadyDone { what: format!("{} owns this threat", to.name) });
    }
    let signed = Signed { by: who.to_owned(), at, reason: note };
    Ok(Coordinated::OwnershipHandedOver { owner: Owner { name: to.name, signed } })
}

/// Lets go what rests on somebody who can see to nothing any more.
pub(super) fn leave(threat: &Threat, who: String, by: &Actor) -> Settled {
    by.must_be_desk("let go what rests on a colleague")?;
    if !threat.rests_on(&who) {
        return Err(Refusal::NotThere { what: format!("anything on this threat that rests on {who}") });
    }
    Ok(Coordinated::PersonLeft { who })
}

impl Threat {
    /// Whether somebody owns this threat, or has taken up something of it that is not done yet.
    pub fn rests_on(&self, who: &str) -> bool {
        let owns = self.coordination.owner.as_ref().is_some_and(|owner| owner.name == who);
        owns || self.escalations.iter().any(|escalation| escalation.rests_on(who))
    }

    /// Nobody owns it then, and what they had taken up is asked again at once.
    pub(super) fn let_go(&mut self, who: &str, at: Timestamp) {
        self.coordination.owner.take_if(|owner| owner.name == who);
        for escalation in self.escalations.iter_mut().filter(|escalation| escalation.rests_on(who)) {
            escalation.taken_by = None;
            escalation.again_at = at;
        }
    }
}

impl Escalation {
    fn rests_on(&self, who: &str) -> bool {
        !self.met && self.taken_by.as_deref() == Some(who)
    }
}
