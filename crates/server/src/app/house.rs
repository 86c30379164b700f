//! What a change in the house means for every open threat: a pack was adopted and asks about those who are named already;
//! a colleague is gone, and nothing may rest on them; the register grew, and somebody in it may be meant. The workers go
//! through the threats once the change is durable, a few at a time so that no warning waits for it, and from the first
//! again when they were stopped half-way: what has been done for a threat is not done twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::Refusal;
use domain::account::Account;
use domain::register::Entry;
use domain::threat::{Coordinate, Hit, IntendedVictim, Threat, ThreatCommand};
use jiff::Timestamp;
use policy::Pack;
use screening::Screening;
use serde::{Deserialize, Serialize};
use store::{Cursor, Effect, Filter, NewEffect, Order};

use super::packs::Library;
use crate::desk::{Ask, Desk};
use crate::error::AppError;
use crate::streams::state_of;

/// Threats looked at in one go.
const A_FEW: usize = 25;
/// Parties named one by one in a round; when more came in at once, everybody in the register is looked at.
const NAMED: usize = 2000;

/// What is to be done for every open threat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Round {
    /// Put the questions of the packs in force about everybody of whom they were not asked.
    Ask,
    /// Let go what rests on a colleague who is gone, by sign-in name.
    LetGo(String),
    /// See whether these parties of the register are meant; all of them when none is named.
    Find(BTreeSet<String>),
}

impl Round {
    /// The round about lines of the register that are new or changed.
    pub(crate) fn find<'e>(entries: impl Iterator<Item = &'e Entry>) -> Self {
        let parties = entries.map(|entry| match entry {
            Entry::Party(party) => &party.id,
            // Who is tied to something by now; what they are tied to was there.
            Entry::Relation(relation) => &relation.from,
        });
        let named: BTreeSet<String> = parties.map(ToString::to_string).collect();
        Self::Find(if named.len() > NAMED { BTreeSet::new() } else { named })
    }

    /// As an effect of the change that made it necessary; `change` is different for each.
    pub(crate) fn effect(&self, change: &str, at: Timestamp) -> Result<NewEffect, AppError> {
        let payload = serde_json::to_string(self).map_err(AppError::fault)?;
        Ok(NewEffect { key: format!("round/{change}"), kind: "round".to_owned(), payload, due_at: at })
    }
}

/// How far a round has come. Lost with the process; the round begins again then.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    after: Option<Cursor>,
    done: usize,
}

impl Desk {
    /// Every open threat.
    pub(crate) async fn open_threats(&self) -> Result<Vec<Threat>, AppError> {
        let rows = self.all("threat", &Filter { open: Some(true), ..Filter::default() }).await?;
        rows.into_iter().filter_map(|row| state_of(row).transpose()).collect()
    }

    /// Goes on with a round.
    pub(super) async fn go_round(&self, effect: &Effect) -> Result<(), AppError> {
        let round: Round = serde_json::from_str(&effect.payload).map_err(AppError::fault)?;
        let Progress { after, mut done } = self.rounds.lock().await.remove(&effect.key).unwrap_or_default();
        // The order of creation does not move while threats are changed.
        let open = Filter { open: Some(true), order: Order::NewestFirst, ..Filter::default() };
        let page = self.store.list("threat", &open, after.as_ref(), A_FEW).await?;
        for row in page.items {
            if let Some(threat) = state_of::<Threat>(row)? {
                done += self.see_to(&threat, &round).await?;
            }
        }
        let now = self.clock.now();
        let Some(after) = page.next else {
            let why = format!("every open threat was looked at; something was to do {done} times");
            return Ok(self.store.drop_effect(now, effect.lease(), &why).await?);
        };
        self.rounds.lock().await.insert(effect.key.clone(), Progress { after: Some(after), done });
        Ok(self.store.release_effect(effect.lease(), now).await?)
    }

    /// Does for one threat what a round is about; answers how much there was to do.
    async fn see_to(&self, threat: &Threat, round: &Round) -> Result<usize, AppError> {
        let mut done = 0;
        match round {
            Round::Ask => {
                let library = self.library().await?;
                for victim in &threat.victims {
                    done += self.put_questions(threat, victim, &library).await?;
                }
            }
            Round::LetGo(who) if !threat.rests_on(who) => {}
            Round::LetGo(who) => {
                if !self.accounts().await?.named(who).is_some_and(Account::works) {
                    let leave = |_: &Threat, _| Ok(ThreatCommand::Coordinate(Coordinate::Leave { who: who.clone() }));
                    done += settled(self.act(&Ask::desk(), threat.id, leave).await)?;
                }
            }
            // Until somebody has said who is meant, the threat's page shows everybody whom the register finds.
            Round::Find(_) if threat.victims.is_empty() || threat.outcome.is_some() => {}
            Round::Find(named) => {
                let hits = hits_of(&self.suggest(threat).await?, named);
                if !hits.is_empty() {
                    let find = |_: &Threat, _| Ok(ThreatCommand::FindParties { hits: hits.clone() });
                    done += settled(self.act(&Ask::desk(), threat.id, find).await)?;
                }
            }
        }
        Ok(done)
    }

    async fn put_questions(
        &self,
        threat: &Threat,
        victim: &IntendedVictim,
        library: &Library,
    ) -> Result<usize, AppError> {
        let asks = |pack: &Arc<Pack>| victim.under(&pack.says.id).is_some();
        if library.applying(&threat.harm, victim.kind).into_iter().all(asks) {
            return Ok(0);
        }
        let ask = |threat: &Threat, at| {
            let asks = library.asks(&threat.harm, victim.kind, threat.window, at)?;
            Ok(ThreatCommand::AskAbout { victim: victim.id, asks })
        };
        settled(self.act(&Ask::desk(), threat.id, ask).await)
    }
}

/// Whom screening found of these parties; `domain` says who of them is new to the threat.
fn hits_of(found: &Screening, named: &BTreeSet<String>) -> Vec<Hit> {
    let new = found.hits.iter().filter(|hit| named.is_empty() || named.contains(hit.party.as_str()));
    let hit = |hit: &screening::Hit| {
        let why: Vec<String> = hit.why.iter().map(|why| format!("{}: {}", why.feature, why.value)).collect();
        let why = format!("for the words \u{201c}{}\u{201d}; {}", hit.quote, why.join("; "));
        Hit { party: hit.party.to_string(), name: hit.name.clone(), why }
    };
    new.map(hit).collect()
}

/// One when something was done, none when there was nothing (any more) to do.
fn settled(acted: Result<Threat, AppError>) -> Result<usize, AppError> {
    match acted {
        Ok(_) => Ok(1),
        Err(AppError::Refused(Refusal::AlreadyDone { .. } | Refusal::NotThere { .. } | Refusal::Closed)) => Ok(0),
        Err(other) => Err(other),
    }
}
