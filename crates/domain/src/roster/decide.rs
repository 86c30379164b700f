//! What may be done with rosters, and by whom.

use jiff::Timestamp;

use super::{Exception, HandOver, Roster, RosterEvent, Shift, zone};
use crate::account::Accounts;
use crate::actor::Actor;
use crate::ids::{ExceptionId, HandOverId, ShiftId};
use crate::refusal::Refusal;
use crate::words::Role;

/// Longest note of a hand-over, in characters.
const NOTE_AT_MOST: usize = 4000;

/// What somebody wants done with rosters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the glossary's words, imperative")]
pub enum RosterCommand {
    Import { from: String, shifts: Vec<Shift>, exceptions: Vec<Exception> },
    AddShift { shift: Shift },
    RemoveShift { id: ShiftId, reason: String },
    AddException { exception: Exception },
    RemoveException { id: ExceptionId, reason: String },
    GiveHandOver { id: HandOverId, role: Role, to: String, note: String },
    TakeHandOver { id: HandOverId },
}

impl Roster {
    /// Answers a command. Rosters are a senior officer's to change (and the desk's own, for whoever owns its data);
    /// a hand-over is signed by the two it is between.
    pub fn decide(
        &self,
        accounts: &Accounts,
        command: RosterCommand,
        by: &Actor,
        at: Timestamp,
    ) -> Result<RosterEvent, Refusal> {
        match command {
            RosterCommand::Import { from, shifts, exceptions } => {
                may_change(by)?;
                shifts.iter().try_for_each(|shift| check_shift(accounts, shift))?;
                exceptions.iter().try_for_each(|exception| check_exception(accounts, exception))?;
                Ok(RosterEvent::RosterImported { from, shifts, exceptions })
            }
            RosterCommand::AddShift { shift } => {
                may_change(by)?;
                check_shift(accounts, &shift)?;
                let same = |known: &Shift| known.id == shift.id || Shift { id: shift.id, ..known.clone() } == shift;
                if self.shifts.iter().any(same) {
                    return Err(Refusal::AlreadyDone { what: format!("this shift of {}", shift.person) });
                }
                Ok(RosterEvent::ShiftAdded { shift })
            }
            RosterCommand::RemoveShift { id, reason } => {
                may_change(by)?;
                Refusal::unless_reason(&reason)?;
                let known = self.shifts.iter().any(|shift| shift.id == id);
                known.then_some(RosterEvent::ShiftRemoved { id, reason }).ok_or_else(|| Refusal::unknown("shift"))
            }
            RosterCommand::AddException { exception } => {
                may_change(by)?;
                check_exception(accounts, &exception)?;
                Ok(RosterEvent::ExceptionAdded { exception })
            }
            RosterCommand::RemoveException { id, reason } => {
                may_change(by)?;
                Refusal::unless_reason(&reason)?;
                let known = self.exceptions.iter().any(|exception| exception.id == id);
                known
                    .then_some(RosterEvent::ExceptionRemoved { id, reason })
                    .ok_or_else(|| Refusal::unknown("exception"))
            }
            RosterCommand::GiveHandOver { id, role, to, note } => give(accounts, (id, role, to, note), by, at),
            RosterCommand::TakeHandOver { id } => self.take(id, by),
        }
    }

    fn take(&self, id: HandOverId, by: &Actor) -> Result<RosterEvent, Refusal> {
        let known = self.hand_overs.iter().find(|known| known.id == id);
        let known = known.ok_or_else(|| Refusal::unknown("hand-over"))?;
        match by {
            Actor::Person { name, .. } if *name == known.to => {}
            Actor::Person { .. } | Actor::Desk | Actor::Recipient { .. } => {
                return Err(Refusal::OnlyTheirs { what: "sign for this hand-over", whose: known.to.clone() });
            }
        }
        match known.taken_at {
            Some(_) => Err(Refusal::AlreadyDone { what: format!("{} signed for this hand-over", known.to) }),
            None => Ok(RosterEvent::HandOverTaken { id }),
        }
    }
}

fn give(
    accounts: &Accounts,
    (id, role, to, note): (HandOverId, Role, String, String),
    by: &Actor,
    at: Timestamp,
) -> Result<RosterEvent, Refusal> {
    let from = by.must_hold(&[role], "hand this duty over")?.to_owned();
    check_person(accounts, role, &to)?;
    if from == to {
        return Err(bad("to", "the person who hands over: name who comes on duty"));
    }
    if note.trim().is_empty() || note.chars().count() > NOTE_AT_MOST {
        return Err(bad("note", "empty, or longer than 4,000 characters: say what the next has to know"));
    }
    Ok(RosterEvent::HandOverGiven { hand_over: HandOver { id, role, from, to, note, given_at: at, taken_at: None } })
}

fn may_change(by: &Actor) -> Result<(), Refusal> {
    match by {
        Actor::Desk => Ok(()),
        Actor::Person { .. } | Actor::Recipient { .. } => {
            by.must_hold(&[Role::SeniorOfficer], "change rosters").map(|_| ())
        }
    }
}

fn bad(field: &str, problem: &str) -> Refusal {
    Refusal::BadField { field: field.to_owned(), problem: problem.to_owned() }
}

/// Somebody who works here and holds the role: a roster with a name that nobody bears would wake nobody.
fn check_person(accounts: &Accounts, role: Role, name: &str) -> Result<(), Refusal> {
    let holds = accounts.holders(role).any(|account| account.name == name);
    let problem = format!("`{name}`, who has no account here with the role {} (or is switched off)", role.id());
    holds.then_some(()).ok_or_else(|| bad("person", &problem))
}

fn check_shift(accounts: &Accounts, shift: &Shift) -> Result<(), Refusal> {
    check_person(accounts, shift.role, &shift.person)?;
    if zone(&shift.zone).is_none() {
        return Err(bad("zone", &format!("`{}`, which is no zone: write one like Europe/London or UTC", shift.zone)));
    }
    if shift.days.is_empty() {
        return Err(bad("days", "empty: name the days on which the shift begins, mon to sun"));
    }
    match (shift.first_day, shift.last_day) {
        (Some(first), Some(last)) if last < first => Err(bad("last_day", "before first_day")),
        (_, _) => Ok(()),
    }
}

fn check_exception(accounts: &Accounts, exception: &Exception) -> Result<(), Refusal> {
    Refusal::unless_reason(&exception.reason)?;
    if exception.to <= exception.from {
        return Err(bad("to", "not after `from`"));
    }
    if exception.on.is_none() && exception.off.is_none() {
        return Err(bad("on", "missing, and so is `off`: say who is on duty or who is not"));
    }
    exception.on.iter().try_for_each(|name| check_person(accounts, exception.role, name))
}
