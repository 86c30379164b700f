//! The policy packs of a desk: written down whole, adopted by two people, kept for ever so that old determinations can
//! be drawn again. One stream for the whole desk.
//!
//! What a pack says is not looked at here: `policy` reads and checks it, and the command brings what it found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::assessment::PolicyRef;
use crate::refusal::Refusal;
use crate::words::Role;

/// All packs of a desk, in force, proposed and of earlier days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packs {
    /// Every version that was ever adopted, oldest first.
    pub adopted: Vec<AdoptedPack>,
    /// What waits for a second person; one at most for each pack id.
    pub proposed: Vec<ProposedPack>,
}

/// A version of a pack that the desk adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct AdoptedPack {
    pub policy: PolicyRef,
    /// The whole text; its SHA-256 is the hash in `policy`.
    pub text: String,
    /// Who proposed it; the desk itself at its beginning.
    pub proposed_by: String,
    pub adopted_by: String,
    pub at: Timestamp,
    pub reason: String,
    /// Whether new determinations are made under it; otherwise a later version took its place.
    pub in_force: bool,
}

/// A version of a pack that somebody proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct ProposedPack {
    pub policy: PolicyRef,
    pub text: String,
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
}

/// What can happen to packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum PackEvent {
    PackProposed { policy: PolicyRef, text: String, by: String, reason: String },
    PackAdopted { policy: PolicyRef, text: String, proposed_by: String, by: String, reason: String },
}

impl PackEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PackProposed { .. } => "PackProposed",
            Self::PackAdopted { .. } => "PackAdopted",
        }
    }
}

/// What somebody wants done with packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackCommand {
    /// The pack a new desk begins with.
    Begin {
        /// Which.
        policy: PolicyRef,
        /// Its whole text.
        text: String,
    },
    /// Puts a version before a second person.
    Propose {
        /// Which.
        policy: PolicyRef,
        /// Its whole text.
        text: String,
        /// What the soundness check found, each in words; one of them is enough to refuse.
        unsound: Vec<String>,
        /// Why the desk should work under it.
        reason: String,
    },
    /// Puts a proposed version in force.
    Adopt {
        /// The hash of the proposed version.
        hash: String,
        /// Why.
        reason: String,
    },
}

impl Packs {
    /// The versions under which new determinations are made, in the order their ids were first adopted.
    pub fn in_force(&self) -> impl Iterator<Item = &AdoptedPack> {
        let mut ids: Vec<&str> = Vec::new();
        for pack in &self.adopted {
            if !ids.contains(&pack.policy.id.as_str()) {
                ids.push(&pack.policy.id);
            }
        }
        let in_force = |id: &str| self.adopted.iter().rev().find(|pack| pack.in_force && pack.policy.id == id);
        ids.into_iter().filter_map(in_force)
    }

    /// The adopted version with this hash, in force or not.
    pub fn version(&self, hash: &str) -> Option<&AdoptedPack> {
        self.adopted.iter().find(|pack| pack.policy.hash == hash)
    }

    /// The proposed version whose hash begins so.
    pub fn proposal(&self, hash: &str) -> Option<&ProposedPack> {
        let mut found = self.proposed.iter().filter(|pack| !hash.is_empty() && pack.policy.hash.starts_with(hash));
        found.next().filter(|_| found.next().is_none())
    }

    /// The packs after `event`.
    #[must_use]
    pub fn apply(mut self, at: Timestamp, event: &PackEvent) -> Self {
        match event {
            PackEvent::PackProposed { policy, text, by, reason } => {
                self.proposed.retain(|known| known.policy.id != policy.id);
                let (policy, text, by, reason) = (policy.clone(), text.clone(), by.clone(), reason.clone());
                self.proposed.push(ProposedPack { policy, text, by, at, reason });
            }
            PackEvent::PackAdopted { policy, text, proposed_by, by, reason } => {
                self.proposed.retain(|known| known.policy.id != policy.id);
                self.adopted
                    .iter_mut()
                    .filter(|known| known.policy.id == policy.id)
                    .for_each(|old| old.in_force = false);
                self.adopted.push(AdoptedPack {
                    policy: policy.clone(),
                    text: text.clone(),
                    proposed_by: proposed_by.clone(),
                    adopted_by: by.clone(),
                    at,
                    reason: reason.clone(),
                    in_force: true,
                });
            }
        }
        self
    }

    /// Answers a command. A version is proposed by one person and adopted by another, who is a senior officer.
    pub fn decide(&self, command: PackCommand, by: &Actor) -> Result<Vec<PackEvent>, Refusal> {
        match command {
            PackCommand::Begin { policy, text } => {
                by.must_be_desk("begin with a policy pack")?;
                match self.adopted.first() {
                    Some(known) => {
                        Err(Refusal::AlreadyDone { what: format!("the desk began with {}", known.policy.id) })
                    }
                    None => Ok(vec![PackEvent::PackAdopted {
                        policy,
                        text,
                        proposed_by: by.name().to_owned(),
                        by: by.name().to_owned(),
                        reason: "the pack this desk began with".to_owned(),
                    }]),
                }
            }
            PackCommand::Propose { policy, text, unsound, reason } => {
                let who = by.must_hold(&[Role::Assessor, Role::SeniorOfficer], "propose a policy pack")?;
                Refusal::unless_reason(&reason)?;
                if let Some(first) = unsound.first() {
                    return Err(Refusal::UnsoundPack { findings: unsound.len(), first: first.clone() });
                }
                self.must_be_new(&policy.hash)?;
                Ok(vec![PackEvent::PackProposed { policy, text, by: who.to_owned(), reason }])
            }
            PackCommand::Adopt { hash, reason } => {
                let who = by.must_hold(&[Role::SeniorOfficer], "adopt a policy pack")?;
                Refusal::unless_reason(&reason)?;
                let proposed = self
                    .proposal(&hash)
                    .ok_or_else(|| Refusal::NotThere { what: "a proposed policy pack with this hash".to_owned() })?;
                if proposed.by == who {
                    return Err(Refusal::SelfAdoption { who: who.to_owned() });
                }
                Ok(vec![PackEvent::PackAdopted {
                    policy: proposed.policy.clone(),
                    text: proposed.text.clone(),
                    proposed_by: proposed.by.clone(),
                    by: who.to_owned(),
                    reason,
                }])
            }
        }
    }

    /// The version is neither in force nor waiting. One of earlier days may come back.
    fn must_be_new(&self, hash: &str) -> Result<(), Refusal> {
        if self.in_force().any(|known| known.policy.hash == hash) {
            return Err(Refusal::AlreadyDone { what: "this very pack is in force".to_owned() });
        }
        if self.proposed.iter().any(|known| known.policy.hash == hash) {
            return Err(Refusal::AlreadyDone {
                what: "this very pack was proposed and waits for a second person".to_owned(),
            });
        }
        Ok(())
    }
}
