//! Whom the register has found for a threat since people said who is meant: somebody who was entered later, or who is in
//! the place by now. A person says that they are meant, or why not; until then a clock runs.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clocks::{Clock, later};
use super::event::{Decision, ThreatEvent};
use super::state::{ClockOf, Signed, Threat};
use crate::actor::Actor;
use crate::refusal::Refusal;
use crate::words::Role;

/// Time to say whether somebody the register found is meant.
const SAY_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// A party of the register that screening found in a threat's reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Hit {
    pub party: String,
    pub name: String,
    /// What speaks for it, in words.
    pub why: String,
}

/// A hit that came after people had said who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Found {
    pub hit: Hit,
    pub at: Timestamp,
    /// Who said whether they are meant, and why.
    pub settled: Option<Signed>,
}

/// Puts hits before people: the desk's own, and each party once.
pub(super) fn find(threat: &Threat, mut hits: Vec<Hit>, by: &Actor) -> Result<Decision, Refusal> {
    by.must_be_desk("look a threat up in the register")?;
    let mut seen = BTreeSet::new();
    hits.retain(|hit| !threat.knows(&hit.party) && seen.insert(hit.party.clone()));
    if hits.is_empty() {
        return Err(Refusal::AlreadyDone { what: "whom the register finds was told before".into() });
    }
    Ok(Decision::of(ThreatEvent::PartiesFound { hits }))
}

/// Says that somebody whom the register found is not meant.
pub(super) fn dismiss(threat: &Threat, party: String, signed: Signed) -> Result<Decision, Refusal> {
    let known = threat.found.iter().find(|found| found.hit.party == party);
    match known.ok_or_else(|| Refusal::unknown("party that the register found"))?.settled {
        Some(_) => Err(Refusal::AlreadyDone { what: "somebody said whether they are meant".into() }),
        None => Ok(Decision::of(ThreatEvent::PartyDismissed { party, signed })),
    }
}

impl Threat {
    /// Whom the register found and nobody has spoken about yet.
    pub fn unsettled(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| found.settled.is_none())
    }

    /// Everybody of the register whom this threat names: who is meant, who was found, who is told.
    pub fn parties(&self) -> impl Iterator<Item = &str> {
        let meant = self.victims.iter().filter_map(|victim| victim.party.as_deref());
        let told = self.deliveries.iter().filter_map(|delivery| delivery.planned.recipient.party.as_deref());
        meant.chain(told).chain(self.unsettled().map(|found| found.hit.party.as_str()))
    }

    /// Whether a party is meant by somebody's word, or was put before people as a hit.
    pub fn knows(&self, party: &str) -> bool {
        let meant = self.victims.iter().any(|victim| victim.party.as_deref() == Some(party));
        meant || self.found.iter().any(|found| found.hit.party == party)
    }

    pub(super) fn found_clock(&self) -> Option<Clock> {
        let first = self.unsettled().map(|found| found.at).min().filter(|_| self.outcome.is_none())?;
        let due_at = self.before_start(later(first, SAY_WITHIN), first);
        Some(self.clock(ClockOf::Found, due_at, Role::Assessor, &[]))
    }

    pub(super) fn settle_found(&mut self, party: &str, signed: &Signed) {
        for found in self.found.iter_mut().filter(|found| found.hit.party == party) {
            found.settled.get_or_insert_with(|| signed.clone());
        }
        if self.unsettled().next().is_none() {
            self.met(|of| of == ClockOf::Found);
        }
    }
}
