//! Rosters: who is on duty, changes of it, and the hours nobody could be woken for.

use std::collections::BTreeSet;

use domain::Role;
use domain::roster::{Gap, HandOver, Roster, RosterCommand, Stretch, check};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::StoreError;

use super::roster_file;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;

/// How far ahead a roster is checked, in hours: the coming week.
pub const HOURS_CHECKED: i64 = 7 * 24;

/// For which hours of a week nobody could be woken.
#[derive(Debug, Clone, Serialize)]
pub struct RosterCheck {
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub to: Timestamp,
    /// Every role that somebody may be asked for, under the packs in force.
    pub roles: BTreeSet<Role>,
    /// Where nobody, or nobody on duty, could be woken.
    pub gaps: Vec<Gap>,
    /// Ways that nobody ever said woke them: sign-in name and way.
    pub untested: Vec<(String, String)>,
}

/// Who is on duty for each role, and what was handed over.
#[derive(Debug, Clone, Serialize)]
pub struct RosterView {
    /// The rosters as they stand.
    pub roster: Roster,
    /// Role by role, who is on duty in the coming week.
    pub duty: Vec<(Role, Vec<Stretch>)>,
}

impl Desk {
    /// For which hours of the week from `from` nobody could be woken.
    pub async fn check_roster(&self, from: Timestamp) -> Result<RosterCheck, AppError> {
        let (roster, accounts) = (self.roster().await?, self.accounts().await?);
        let (roles, to) = (self.roles_asked().await?, week_after(from));
        let gaps = check(&roster, &accounts, &roles, from, to);
        let asked =
            accounts.0.values().filter(|account| !account.off && account.roles.iter().any(|r| roles.contains(r)));
        let untested = asked.flat_map(|account| {
            let never = account.paths.iter().filter(|path| path.verified_at.is_none());
            never.map(|path| (account.name.clone(), path.to.to_string()))
        });
        let untested = untested.collect();
        Ok(RosterCheck { from, to, roles, gaps, untested })
    }

    /// Who is on duty in the week from `from`.
    pub async fn roster_view(&self, from: Timestamp) -> Result<RosterView, AppError> {
        let roster = self.roster().await?;
        let to = week_after(from);
        let mut roles = self.roles_asked().await?;
        roles.extend(roster.shifts.iter().map(|shift| shift.role));
        roles.extend(roster.exceptions.iter().map(|exception| exception.role));
        let duty = roles.into_iter().map(|role| (role, roster.duty(role, from, to))).collect();
        Ok(RosterView { roster, duty })
    }

    /// Every role on a ladder of any pack in force, the packs' own among them; the senior officers are asked in the end.
    async fn roles_asked(&self) -> Result<BTreeSet<Role>, AppError> {
        let library = self.library().await?;
        let mut asked = BTreeSet::from([Role::SeniorOfficer]);
        for pack in library.in_force() {
            let ladders = pack.says.deadlines.escalate_to.each();
            let disputes = pack.says.coordination.dispute.iter().map(|step| step.role.as_str());
            let named = ladders.into_iter().flat_map(|(_, ladder)| ladder.iter().map(String::as_str)).chain(disputes);
            asked.extend(named.filter_map(Role::named));
        }
        Ok(asked)
    }

    /// Changes the rosters.
    pub async fn change_roster(&self, ask: &Ask, command: RosterCommand) -> Result<Roster, AppError> {
        let accounts = self.accounts().await?;
        for _ in 0..RETRIES {
            let loaded = self.load::<Roster>("").await?;
            let at = self.clock.now();
            let roster = loaded.state.clone().unwrap_or_default();
            let event = roster.decide(&accounts, command.clone(), &ask.actor, at)?;
            let (write, after) = loaded.write(self.borne(at), ask.actor.name(), &[event])?;
            match self.commit(ask, at, vec![write], &after).await {
                Err(StoreError::Conflict { .. }) => {}
                other => return other.map(|()| after).map_err(AppError::from),
            }
        }
        Err(AppError::Busy)
    }

    /// Imports shifts and exceptions from a file, in place of those there are; hand-overs stay. `dry` only reads.
    pub async fn import_roster(&self, ask: &Ask, name: &str, text: &str, dry: bool) -> Result<Roster, AppError> {
        let at = self.clock.now();
        let read = roster_file::read(name, text, || self.ids.new_id(at), || self.ids.new_id(at))?;
        let command = RosterCommand::Import { from: name.to_owned(), shifts: read.shifts, exceptions: read.exceptions };
        if dry {
            let roster = self.roster().await?;
            let event = roster.decide(&self.accounts().await?, command, &ask.actor, at)?;
            return Ok(roster.apply(at, &event));
        }
        self.change_roster(ask, command).await
    }

    /// Hand-overs that concern somebody and wait for the incoming person's signature.
    pub async fn hand_overs_for(&self, name: &str) -> Result<Vec<HandOver>, AppError> {
        let waits = |known: &HandOver| known.taken_at.is_none() && known.to == name;
        Ok(self.roster().await?.hand_overs.into_iter().filter(waits).collect())
    }
}

fn week_after(from: Timestamp) -> Timestamp {
    from.saturating_add(SignedDuration::from_hours(HOURS_CHECKED)).unwrap_or(Timestamp::MAX)
}
