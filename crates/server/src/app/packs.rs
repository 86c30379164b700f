//! The policy packs of the desk: in force, proposed, and of earlier days for those who draw an old determination again.
//!
//! A pack is put in force by two people. Before that they see which open threats it would decide differently.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::assessment::{Need, PolicyRef};
use domain::packs::{AdoptedPack, PackCommand, PackEvent, Packs};
use domain::threat::{Asked, IntendedVictim, Threat};
use domain::{Determination, DeterminationId, Harm, Refusal, Role, ThreatId, VictimId, VictimKind, Window};
use jiff::Timestamp;
use policy::{Facts, Pack, Unsound};
use serde::Serialize;
use store::StoreError;

use super::determine::first_asked;
use super::house::Round;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;

/// Every version the desk has adopted, read.
#[derive(Debug, Default)]
pub struct Library {
    /// What the record says of them.
    pub packs: Packs,
    read: BTreeMap<String, Arc<Pack>>,
}

impl Library {
    fn read(packs: Packs) -> Result<Self, AppError> {
        let mut read = BTreeMap::new();
        for adopted in &packs.adopted {
            // A pack is known by the hash of its bytes: the text decides, whatever stands beside it.
            let pack = Pack::parse(&adopted.text).map_err(|cause| {
                AppError::fault(format!("the adopted pack {} cannot be read: {cause}", adopted.policy.id))
            })?;
            read.insert(pack.hash.clone(), Arc::new(pack));
        }
        Ok(Self { packs, read })
    }

    /// The packs new determinations are made under, first adopted first.
    pub fn in_force(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.in_force().filter_map(|adopted| self.read.get(&adopted.policy.hash))
    }

    /// The pack the desk adopted first.
    pub fn lead(&self) -> Result<&Pack, AppError> {
        let first = self.in_force().next().map(AsRef::as_ref);
        first.ok_or_else(|| AppError::fault("this desk has adopted no policy pack"))
    }

    /// The pack in force with this id.
    pub fn named(&self, id: &str) -> Option<&Arc<Pack>> {
        self.in_force().find(|pack| pack.says.id == id)
    }

    /// The version with this hash, in force or not.
    pub fn version(&self, hash: &str) -> Option<&Arc<Pack>> {
        self.read.get(hash)
    }

    /// The roles that packs in force, or proposed, add to those of every desk.
    pub fn own_roles(&self) -> BTreeSet<Role> {
        let proposed = self.packs.proposed.iter().filter_map(|proposed| Pack::parse(&proposed.text).ok());
        let proposed = proposed.flat_map(|pack| pack.says.roles.into_keys());
        let in_force = self.in_force().flat_map(|pack| pack.says.roles.keys().cloned());
        in_force.chain(proposed).filter_map(|id| Role::named(&id)).collect()
    }

    /// The packs that ask about such a harm to such a victim. When none covers it the first is asked all the same:
    /// that nothing covers a threat is said by two people, and never by silence.
    pub fn applying(&self, harm: &Harm, kind: VictimKind) -> Vec<&Arc<Pack>> {
        let found: Vec<_> = self.in_force().filter(|pack| covers(pack, harm, kind)).collect();
        if found.is_empty() { self.in_force().take(1).collect() } else { found }
    }

    /// What the packs that apply ask about a new intended victim, and by when.
    pub(crate) fn asks(
        &self,
        harm: &Harm,
        kind: VictimKind,
        window: Option<Window>,
        at: Timestamp,
    ) -> Result<Vec<Asked>, AppError> {
        let applying = self.applying(harm, kind);
        applying.into_iter().map(|pack| first_asked(pack, harm, kind, window, at)).collect()
    }
}

/// Whether a pack's scope names this harm and this kind of victim.
fn covers(pack: &Pack, harm: &Harm, kind: VictimKind) -> bool {
    let scope = &pack.says.scope;
    scope.harms.iter().any(|named| named == harm.id()) && scope.victims.contains(&kind)
}

/// What a proposed pack would change.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The version looked at.
    pub policy: PolicyRef,
    /// The version it would take the place of; none for a pack the desk does not have yet.
    pub replaces: Option<PolicyRef>,
    /// Why it cannot be proposed; empty for a sound one.
    pub unsound: Vec<Unsound>,
    /// What the people at this desk could not do under it.
    pub staffing: Vec<Unsound>,
    /// Determinations of open threats that were looked at.
    pub looked_at: usize,
    /// Those that would be decided differently.
    pub differently: Vec<Differently>,
    /// Open threats that a pack new to the desk would ask about.
    pub asks_anew: Vec<AsksAnew>,
}

/// A determination that a pack would decide differently, on the very inputs that were recorded.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Differently {
    pub threat: ThreatId,
    pub sentence: String,
    pub victim: VictimId,
    pub name: String,
    pub determination: DeterminationId,
    /// The version it was made under.
    pub under: PolicyRef,
    pub now: Determination,
    pub then: Determination,
    /// What somebody would have to do then.
    pub needs: Vec<Need>,
    /// What the pack asks and nobody has answered.
    pub unanswered: Vec<String>,
}

/// An intended victim of an open threat whom a new pack would ask about.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct AsksAnew {
    pub threat: ThreatId,
    pub sentence: String,
    pub victim: VictimId,
    pub name: String,
}

impl Desk {
    /// The packs as they stand, read once for each version of the record.
    pub async fn library(&self) -> Result<Arc<Library>, AppError> {
        let version = self.store.load("policies").await?.map_or(0, |row| row.version);
        if let Some((known, library)) = &*self.library.read().await
            && *known == version
        {
            return Ok(library.clone());
        }
        let loaded = self.load::<Packs>("").await?;
        let library = Arc::new(Library::read(loaded.state.unwrap_or_default())?);
        *self.library.write().await = Some((loaded.version, library.clone()));
        Ok(library)
    }

    /// Adopts the pack that the configuration names, when the desk has none yet: at its beginning.
    pub(crate) async fn begin_with_pack(&self) -> Result<(), AppError> {
        if self.load::<Packs>("").await?.version > 0 {
            return Ok(());
        }
        let id = &self.config.policy;
        let unknown =
            || AppError::invalid("policy", format!("there is no pack `{id}`; `forewarn policy list` names them"));
        let text = policy::shipped_text(id).ok_or_else(unknown)?;
        let pack = Pack::parse(text).map_err(|cause| AppError::invalid("policy", cause.to_string()))?;
        let begin = PackCommand::Begin { policy: pack.reference(), text: text.to_owned() };
        match self.change_packs(&Ask::desk(), begin).await {
            // Another process opened the same desk at the same moment.
            Err(AppError::Refused(Refusal::AlreadyDone { .. })) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Puts a version of a pack before a second person. An unsound one is refused, with the counter-example.
    pub async fn propose_pack(&self, ask: &Ask, text: &str, reason: &str) -> Result<Packs, AppError> {
        let pack = parsed(text)?;
        let unsound = policy::check(&pack).iter().map(|found| format!("{}: {}", found.place, found.what)).collect();
        let reason = reason.to_owned();
        let propose = PackCommand::Propose { policy: pack.reference(), text: text.to_owned(), unsound, reason };
        self.change_packs(ask, propose).await
    }

    /// Puts a proposed version in force; `hash` may be its first digits. Takes a senior officer who did not propose it.
    pub async fn adopt_pack(&self, ask: &Ask, hash: &str, reason: &str) -> Result<Packs, AppError> {
        self.change_packs(ask, PackCommand::Adopt { hash: hash.to_owned(), reason: reason.to_owned() }).await
    }

    async fn change_packs(&self, ask: &Ask, command: PackCommand) -> Result<Packs, AppError> {
        for _ in 0..RETRIES {
            let loaded = self.load::<Packs>("").await?;
            let (known, version) = (loaded.state.clone().unwrap_or_default(), loaded.version);
            let events = known.decide(command.clone(), &ask.actor)?;
            let at = self.clock.now();
            let (mut write, after) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
            // Whoever is named already is asked about too.
            if events.iter().any(|event| matches!(event, PackEvent::PackAdopted { .. })) {
                write.effects.push(Round::Ask.effect(&format!("packs/{version}"), at)?);
            }
            match self.commit(ask, at, vec![write], &after).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => return Ok(after),
            }
        }
        Err(AppError::Busy)
    }

    /// The text of a version by the first digits of its hash: proposed, in force or of earlier days.
    pub async fn pack_text(&self, hash: &str) -> Result<String, AppError> {
        let library = self.library().await?;
        let proposed = library.packs.proposal(hash).map(|proposed| &proposed.text);
        let begins = |adopted: &&AdoptedPack| !hash.is_empty() && adopted.policy.hash.starts_with(hash);
        let adopted = || library.packs.adopted.iter().rev().find(begins).map(|adopted| &adopted.text);
        let found = proposed.or_else(adopted).cloned();
        found.ok_or_else(|| AppError::not_found("policy pack with this hash, proposed or adopted"))
    }

    /// What a pack would change if it were adopted now; changes nothing.
    pub async fn preview_pack(&self, text: &str) -> Result<Preview, AppError> {
        let pack = parsed(text)?;
        let library = self.library().await?;
        let held = |roles: &[Role]| roles.iter().map(|role| role.id().to_owned()).collect();
        let people = self.people().await?;
        let at_hand: Vec<(String, Vec<String>)> =
            people.iter().filter(|one| !one.off).map(|one| (one.name.clone(), held(&one.roles))).collect();
        let mut preview = Preview {
            policy: pack.reference(),
            replaces: library.named(&pack.says.id).map(|known| known.reference()),
            unsound: policy::check(&pack),
            staffing: policy::staffing(&pack, &at_hand),
            looked_at: 0,
            differently: Vec::new(),
            asks_anew: Vec::new(),
        };
        for threat in self.open_threats().await? {
            threat.victims.iter().try_for_each(|victim| preview.look_at(&library, &pack, &threat, victim))?;
        }
        Ok(preview)
    }
}

impl Preview {
    fn look_at(
        &mut self,
        library: &Library,
        pack: &Pack,
        threat: &Threat,
        victim: &IntendedVictim,
    ) -> Result<(), AppError> {
        let (id, sentence) = (threat.id, threat.sentence.clone());
        let Some(under) = victim.under(&pack.says.id) else {
            if covers(pack, &threat.harm, victim.kind) {
                self.asks_anew.push(AsksAnew { threat: id, sentence, victim: victim.id, name: victim.name.clone() });
            }
            return Ok(());
        };
        let Some(newest) = &under.newest else { return Ok(()) };
        self.looked_at += 1;
        let old = library.version(&newest.assessment.policy.hash);
        let old =
            old.ok_or_else(|| AppError::fault(format!("{} was made under a pack that is not here", newest.id)))?;
        let facts: Facts = serde_json::from_value(newest.inputs.clone()).map_err(AppError::fault)?;
        if let Some(different) = policy::decided_differently(old, pack, &facts).map_err(AppError::fault)? {
            let asked = pack.says.criteria.iter().filter(|one| !facts.answers.contains_key(&one.id));
            self.differently.push(Differently {
                threat: id,
                sentence,
                victim: victim.id,
                name: victim.name.clone(),
                determination: newest.id,
                under: newest.assessment.policy.clone(),
                now: newest.determination(),
                then: different.becomes.determination,
                needs: different.becomes.needs,
                unanswered: asked.map(|one| one.question.clone()).collect(),
            });
        }
        Ok(())
    }
}

fn parsed(text: &str) -> Result<Pack, AppError> {
    Pack::parse(text).map_err(|cause| AppError::invalid("policy pack", cause.to_string()))
}
