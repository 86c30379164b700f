//! What is kept in the register and for how long: removing takes two people, whose time is over goes by itself unless an
//! open threat names them, and what was removed can be erased from the record.

use std::collections::{BTreeMap, BTreeSet};

use domain::Role;
use domain::ThreatId;
use domain::register::{
    Circumstances, Entry, Held, LineId, PartyId, Register, RegisterBook, RegisterCommand, RegisterEvent,
};
use domain::threat::Signed;
use jiff::SignedDuration;
use serde::Serialize;
use store::{Line, StoreError, Write};

use super::registers::IN_ONE_ENTRY;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;
use crate::streams::{IN_LINES, Loaded, REGISTER, entry_of, line_of, register_event};

/// Lines whose time is over that are looked at in one go.
const OVER_AT_ONCE: usize = 5_000;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 1_000;
/// When it is asked again whether somebody may go whom an open threat names.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// Comes before the keys of all relations and after those of all parties.
const RELATIONS: &str = "relation";

/// What came of a command about the register.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Settled {
    /// What happened, as the record names it.
    pub happened: String,
    /// The lines that went.
    pub removed: Vec<String>,
}

impl Desk {
    /// What is said of the register as a whole.
    pub async fn register_book(&self) -> Result<RegisterBook, AppError> {
        Ok(self.load::<RegisterBook>("").await?.state.unwrap_or_default())
    }

    /// Removes a line, keeps one, or tells two parties apart.
    pub async fn change_register(&self, ask: &Ask, command: RegisterCommand) -> Result<Settled, AppError> {
        super::answers::short(command.reason(), "reason", LONGEST_REASON)?;
        for _ in 0..RETRIES {
            let loaded = self.load::<RegisterBook>("").await?;
            let book = loaded.state.clone().unwrap_or_default();
            let at = self.borne(self.clock.now());
            let at_hand = self.circumstances(&command).await?;
            let event = book.decide(command.clone(), at_hand, &ask.actor, at)?;
            let removed: Vec<String> = event.lines().filter_map(Result::err).map(ToString::to_string).collect();
            let settled = Settled { happened: event.kind().to_owned(), removed: removed.clone() };
            let (write, _) = loaded.write(at, ask.actor.name(), &[event])?;
            match self.commit(ask, at, vec![Write { removed, ..write }], &settled).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => return Ok(settled),
            }
        }
        Err(AppError::Busy)
    }

    async fn circumstances(&self, command: &RegisterCommand) -> Result<Circumstances, AppError> {
        let named: Vec<LineId> = match command {
            RegisterCommand::Remove { line, .. } => vec![line.clone()],
            RegisterCommand::TellApart { one, other, .. } => [one, other].map(|id| LineId::Party(id.clone())).to_vec(),
            RegisterCommand::Keep { .. } => Vec::new(),
        };
        let keys: Vec<String> = named.iter().map(ToString::to_string).collect();
        let there: BTreeSet<String> =
            self.store.lines_at(REGISTER, &keys).await?.into_iter().map(|line| line.key).collect();
        let missing = named.into_iter().filter(|line| !there.contains(&line.to_string())).collect();
        let mut at_hand = Circumstances { missing, ..Circumstances::default() };
        if let RegisterCommand::Remove { line, .. } = command
            && at_hand.missing.is_empty()
        {
            at_hand.with = vec![line.clone()];
            if let LineId::Party(party) = line {
                let party = BTreeSet::from([party.clone()]);
                at_hand.with.splice(0..0, self.ties_of(&party).await?);
                at_hand.named_in = self.named_in_threats(&party).await?.into_values().next();
            }
        }
        Ok(at_hand)
    }

    /// The relations that hang on any of these parties.
    async fn ties_of(&self, parties: &BTreeSet<PartyId>) -> Result<Vec<LineId>, AppError> {
        let mut ties = Vec::new();
        let give = &mut |line: Line| match line.key.parse() {
            Ok(LineId::Relation { from, kind, to }) if parties.contains(&from) || parties.contains(&to) => {
                ties.push(LineId::Relation { from, kind, to });
            }
            Ok(LineId::Relation { .. } | LineId::Party(_)) | Err(_) => {}
        };
        self.store.scan_lines(REGISTER, RELATIONS, give).await?;
        Ok(ties)
    }

    /// Which of these parties an open threat names: by somebody's word, or because screening finds them in a threat of
    /// which nobody has said yet who is meant.
    async fn named_in_threats(&self, parties: &BTreeSet<PartyId>) -> Result<BTreeMap<PartyId, ThreatId>, AppError> {
        let mut named = BTreeMap::new();
        for threat in self.open_threats().await? {
            let mut found: Vec<PartyId> = threat.parties().map(PartyId::new).collect();
            if threat.victims.is_empty() {
                found.extend(self.suggest(&threat).await?.hits.into_iter().map(|hit| hit.party));
            }
            named.extend(found.into_iter().filter(|id| parties.contains(id)).map(|id| (id, threat.id)));
        }
        Ok(named)
    }

    /// Removes whose time is over and holds back whom an open threat names; answers how much there was to do.
    pub(super) async fn let_go_of_parties(&self) -> Result<usize, AppError> {
        let now = self.borne(self.clock.now());
        let due = self.store.lines_due(REGISTER, now, OVER_AT_ONCE).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let loaded = self.load::<RegisterBook>("").await?;
        let book = loaded.state.clone().unwrap_or_default();
        let over: BTreeSet<PartyId> =
            due.iter().filter_map(party_of).filter(|party| !book.is_held(party, now)).take(IN_ONE_ENTRY).collect();
        if over.is_empty() {
            return Ok(0);
        }
        let named = self.named_in_threats(&over).await?;
        let again_at = now.saturating_add(ASK_AGAIN).unwrap_or(now);
        let gone: BTreeSet<PartyId> = over.into_iter().filter(|party| !named.contains_key(party)).collect();
        let held: Vec<Held> = named.into_iter().map(|(party, threat)| Held { party, threat, again_at }).collect();
        let mut lines = if gone.is_empty() { Vec::new() } else { self.ties_of(&gone).await? };
        lines.extend(gone.into_iter().map(LineId::Party));
        let mut events = Vec::new();
        let removed: Vec<String> = lines.iter().map(ToString::to_string).collect();
        if !lines.is_empty() {
            events.push(RegisterEvent::time_over(lines, now));
        }
        if !held.is_empty() {
            events.push(RegisterEvent::PartiesHeldBack { held });
        }
        let (write, _) = loaded.write(now, "desk", &events)?;
        match self.commit(&Ask::desk(), now, vec![Write { removed, ..write }], &()).await {
            // Somebody changed the register meanwhile: it is looked at again.
            Ok(()) | Err(StoreError::Conflict { .. }) => Ok(1),
            Err(other) => Err(other.into()),
        }
    }

    /// Erases from the record what it holds of the register and records anew what is left of it, in one transaction:
    /// there is no moment in which the record does not hold the register. What was removed or changed is gone then, and
    /// the proof that something was there stays.
    pub async fn erase_removed(&self, ask: &Ask, reason: &str) -> Result<Settled, AppError> {
        let by = ask.actor.must_hold(&[Role::SeniorOfficer], "erase what was removed from the register")?.to_owned();
        domain::Refusal::unless_reason(reason)?;
        super::answers::short(reason, "reason", LONGEST_REASON)?;
        let loaded = self.load::<RegisterBook>("").await?;
        let book = loaded.state.clone().ok_or_else(|| AppError::not_found("register: it is empty"))?;
        let at = self.borne(self.clock.now());
        let mut lines = Vec::new();
        self.store.scan_lines(REGISTER, "", &mut |line| lines.push(line)).await?;
        let signed = Signed { by: by.clone(), at, reason: reason.to_owned() };
        let mut events = vec![RegisterEvent::RegisterErased { book, signed }];
        for some in lines.chunks(IN_ONE_ENTRY) {
            let entries = some.iter().map(entry_of).collect::<Result<Vec<Entry>, _>>()?;
            events.push(RegisterEvent::PartiesRecorded { from: "recorded anew".to_owned(), entries });
        }
        let settled = Settled { happened: events[0].kind().to_owned(), removed: Vec::new() };
        let (write, _) = loaded.write(at, &by, &events)?;
        self.commit(ask, at, vec![Write { lines, erase: true, ..write }], &settled).await?;
        Ok(settled)
    }

    /// A register of before it was kept in lines: its entries are folded once, and the record says so.
    pub(crate) async fn keep_register_in_lines(&self) -> Result<(), AppError> {
        let Some(row) = self.store.load(REGISTER).await?.filter(|row| row.step != IN_LINES) else { return Ok(()) };
        tracing::warn!(
            "the register is from an earlier version and is put into lines; this is done once and may take a while"
        );
        let mut register = Register::default();
        self.each_entry(REGISTER, |entry| {
            if let Some(event) = register_event(entry)? {
                register = std::mem::take(&mut register).apply(&event);
            }
            Ok(())
        })
        .await?;
        let lines = register.entries().map(|entry| line_of(&entry)).collect::<Result<Vec<_>, _>>()?;
        drop(register);
        let count = lines.len();
        let loaded = Loaded::<RegisterBook> { stream: row.stream, version: row.version, state: None };
        let at = self.borne(self.clock.now());
        let (write, _) = loaded.write(at, "desk", &[RegisterEvent::LinesKept { lines: count as u64 }])?;
        match self.commit(&Ask::desk(), at, vec![Write { lines, ..write }], &count).await {
            Ok(()) => tracing::warn!(lines = count, "the register is in lines now"),
            // Another process that opened this desk at the same moment did it.
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(other.into()),
        }
        Ok(())
    }
}

fn party_of(line: &Line) -> Option<PartyId> {
    match line.key.parse() {
        Ok(LineId::Party(id)) => Some(id),
        Ok(LineId::Relation { .. }) | Err(_) => None,
    }
}
