//! What is said of the register as a whole: which lines somebody wants removed and who agrees, who is held back although
//! their time is over, and which parties are two although they look like one.
//!
//! A party that is removed is found by no report any more and warned by nobody. So removing takes two people, as silence
//! does, and nobody who is named in an open threat goes at all.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LineId, PartyId, RegisterEvent};
use crate::actor::Actor;
use crate::ids::ThreatId;
use crate::refusal::Refusal;
use crate::threat::Signed;
use crate::words::Role;

/// Who may change the register.
pub const MAY_CHANGE: [Role; 3] = [Role::Intake, Role::Assessor, Role::SeniorOfficer];

/// Somebody whose time is over and who stays for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Who.
    pub party: PartyId,
    /// The open threat they are named in.
    pub threat: ThreatId,
    /// Not before this time is it asked again.
    pub again_at: Timestamp,
}

/// Two parties that look like one and are two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The one whose id comes first.
    pub one: PartyId,
    /// The other.
    pub other: PartyId,
    /// Who says so, and why.
    pub signed: Signed,
}

/// What is said of the register as a whole. Its lines are kept beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterBook {
    /// Lines that somebody wants removed, and a second person has not agreed yet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<LineId, Signed>,
    /// Who stays although their time is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// Who is two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
}

/// What somebody wants of the register besides importing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterCommand {
    /// To remove a line: the first person asks for it, the second removes it.
    Remove {
        /// Which.
        line: LineId,
        /// Why.
        reason: String,
    },
    /// To keep a line that somebody wants removed.
    Keep {
        /// Which.
        line: LineId,
        /// Why.
        reason: String,
    },
    /// To say that two parties are two.
    TellApart {
        /// One.
        one: PartyId,
        /// The other.
        other: PartyId,
        /// Why.
        reason: String,
    },
}

impl RegisterCommand {
    /// Why.
    pub fn reason(&self) -> &str {
        let (Self::Remove { reason, .. } | Self::Keep { reason, .. } | Self::TellApart { reason, .. }) = self;
        reason
    }
}

/// What the register and the threats say about the lines of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Lines named in the command that are not there.
    pub missing: Vec<LineId>,
    /// The lines that go with the one that is to be removed, itself included, in their order.
    pub with: Vec<LineId>,
    /// An open threat that names the party.
    pub named_in: Option<ThreatId>,
}

impl RegisterBook {
    /// What follows from a command.
    pub fn decide(
        &self,
        command: RegisterCommand,
        at_hand: Circumstances,
        by: &Actor,
        at: Timestamp,
    ) -> Result<RegisterEvent, Refusal> {
        let who = by.must_hold(&MAY_CHANGE, "change the register")?;
        let signed = |reason: &str| {
            Refusal::unless_reason(reason)?;
            Ok::<_, Refusal>(Signed { by: who.to_owned(), at, reason: reason.to_owned() })
        };
        if let Some(missing) = at_hand.missing.first() {
            return Err(Refusal::NotThere { what: format!("the line `{missing}` of the register") });
        }
        match command {
            RegisterCommand::Remove { line, reason } => {
                let signed = signed(&reason)?;
                if let (LineId::Party(party), Some(threat)) = (&line, at_hand.named_in) {
                    return Err(Refusal::NamedInThreat { party: party.to_string(), threat: threat.to_string() });
                }
                match self.asked.get(&line) {
                    None => Ok(RegisterEvent::RemovalAsked { line, signed }),
                    Some(asked) if asked.by == who => Err(Refusal::OwnRemoval { who: who.to_owned() }),
                    Some(asked) => {
                        Ok(RegisterEvent::PartiesRemoved { lines: at_hand.with, asked: Some(asked.clone()), signed })
                    }
                }
            }
            RegisterCommand::Keep { line, reason } if self.asked.contains_key(&line) => {
                Ok(RegisterEvent::RemovalDeclined { line, signed: signed(&reason)? })
            }
            RegisterCommand::Keep { line, .. } => {
                Err(Refusal::NotThere { what: format!("a wish to remove the line `{line}`") })
            }
            RegisterCommand::TellApart { one, other, reason } => {
                let signed = signed(&reason)?;
                let (one, other) = if one <= other { (one, other) } else { (other, one) };
                match (one == other, self.are_two(&one, &other)) {
                    (true, _) => Err(Refusal::BadField { field: "other".into(), problem: "the same party".into() }),
                    (false, true) => Err(Refusal::AlreadyDone { what: format!("`{one}` and `{other}` are two") }),
                    (false, false) => Ok(RegisterEvent::ToldApart { one, other, signed }),
                }
            }
        }
    }

    /// Whether somebody said that these are two.
    pub fn are_two(&self, one: &PartyId, other: &PartyId) -> bool {
        self.apart.iter().any(|pair| (&pair.one, &pair.other) == (one.min(other), one.max(other)))
    }

    /// Whether somebody whose time is over stays for now.
    pub fn is_held(&self, party: &PartyId, at: Timestamp) -> bool {
        self.held.iter().any(|held| held.party == *party && at < held.again_at)
    }

    /// The book after `event`.
    #[must_use]
    pub fn apply(mut self, event: &RegisterEvent) -> Self {
        match event {
            RegisterEvent::PartiesRecorded { .. } | RegisterEvent::LinesKept { .. } => {}
            RegisterEvent::RemovalAsked { line, signed } => {
                self.asked.insert(line.clone(), signed.clone());
            }
            RegisterEvent::RemovalDeclined { line, .. } => {
                self.asked.remove(line);
            }
            RegisterEvent::PartiesRemoved { lines, .. } => {
                let gone = |id: &PartyId| lines.iter().any(|line| matches!(line, LineId::Party(party) if party == id));
                self.asked.retain(|line, _| !lines.contains(line));
                self.held.retain(|held| !gone(&held.party));
                self.apart.retain(|pair| !gone(&pair.one) && !gone(&pair.other));
            }
            RegisterEvent::PartiesHeldBack { held } => {
                self.held.retain(|known| held.iter().all(|new| new.party != known.party));
                self.held.extend(held.iter().cloned());
            }
            RegisterEvent::ToldApart { one, other, signed } => {
                self.apart.push(Apart { one: one.clone(), other: other.clone(), signed: signed.clone() });
            }
            RegisterEvent::RegisterErased { book, .. } => self = book.clone(),
        }
        self
    }
}
