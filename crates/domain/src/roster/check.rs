//! For which hours nobody could be woken.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::Roster;
use crate::account::Accounts;
use crate::words::Role;

/// A stretch of time in which a role could not be asked as the roster means it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The role.
    pub role: Role,
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub to: Timestamp,
    /// How bad it is.
    pub kind: GapKind,
    /// In words.
    pub why: String,
}

/// How bad a gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// Nobody who holds the role could be woken at all.
    Nobody,
    /// Nobody on duty could be woken; everybody with the role would be, asleep or not.
    OffDuty,
}

/// Every gap of these roles between two times, role by role and in order of time.
pub fn check(roster: &Roster, accounts: &Accounts, roles: &BTreeSet<Role>, from: Timestamp, to: Timestamp) -> Vec<Gap> {
    roles.iter().flat_map(|role| of_role(roster, accounts, *role, from, to)).collect()
}

fn of_role(roster: &Roster, accounts: &Accounts, role: Role, from: Timestamp, to: Timestamp) -> Vec<Gap> {
    let holders: Vec<_> = accounts.holders(role).collect();
    let reachable: BTreeSet<&str> =
        holders.iter().filter(|account| !account.paths.is_empty()).map(|account| account.name.as_str()).collect();
    if reachable.is_empty() {
        let why = if holders.is_empty() { "nobody holds this role" } else { "nobody with this role has a waking path" };
        return vec![Gap { role, from, to, kind: GapKind::Nobody, why: why.to_owned() }];
    }
    // Without a roster everybody with the role is always on duty.
    if !roster.has(role) {
        return Vec::new();
    }
    let mut gaps: Vec<Gap> = Vec::new();
    for stretch in roster.duty(role, from, to) {
        if stretch.people.iter().any(|person| reachable.contains(person.as_str())) {
            continue;
        }
        let who = if stretch.people.is_empty() {
            "nobody is on duty".to_owned()
        } else {
            let names: Vec<&str> = stretch.people.iter().map(String::as_str).collect();
            format!(
                "{} on duty could not be woken (no waking path, not in this role, or switched off)",
                names.join(", ")
            )
        };
        let others: Vec<&str> = reachable.iter().copied().collect();
        let why = format!("{who}; everybody with the role would be woken instead: {}", others.join(", "));
        match gaps.last_mut() {
            Some(last) if last.to == stretch.from && last.why == why => last.to = stretch.to,
            Some(_) | None => {
                gaps.push(Gap { role, from: stretch.from, to: stretch.to, kind: GapKind::OffDuty, why });
            }
        }
    }
    gaps
}
