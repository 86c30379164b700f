//! One named owner: who sees to it that a threat is worked. Owning gives nobody a right they do not have.

use jiff::Timestamp;

use super::coordinate::{Holder, Settled};
use super::coordination::{Coordinated, Owner};
use super::state::{Signed, Threat};
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
