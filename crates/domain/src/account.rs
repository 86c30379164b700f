//! Accounts: who works at this desk and what they may do. Passwords are not here and never in the record.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::AccountId;
use crate::refusal::Refusal;
use crate::words::Role;

/// Somebody who works at this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Account {
    pub id: AccountId,
    /// Sign-in name; also the name in the record.
    pub name: String,
    /// As printed on letters.
    pub full_name: String,
    pub roles: Vec<Role>,
    /// Switched off: may not sign in, and every session ends at once.
    pub off: bool,
    pub since: Timestamp,
}

/// All accounts of a desk: one stream, so that names stay unique.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts(pub BTreeMap<AccountId, Account>);

/// What can happen to accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum AccountEvent {
    AccountOpened { id: AccountId, name: String, full_name: String, roles: Vec<Role> },
    RolesChanged { id: AccountId, roles: Vec<Role> },
    AccountSwitchedOff { id: AccountId, reason: String },
    AccountSwitchedOn { id: AccountId, reason: String },
    PasswordChanged { id: AccountId },
}

impl AccountEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AccountOpened { .. } => "AccountOpened",
            Self::RolesChanged { .. } => "RolesChanged",
            Self::AccountSwitchedOff { .. } => "AccountSwitchedOff",
            Self::AccountSwitchedOn { .. } => "AccountSwitchedOn",
            Self::PasswordChanged { .. } => "PasswordChanged",
        }
    }
}

/// What somebody wants done with accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the glossary's words, imperative")]
pub enum AccountCommand {
    Open { id: AccountId, name: String, full_name: String, roles: Vec<Role> },
    ChangeRoles { id: AccountId, roles: Vec<Role> },
    SwitchOff { id: AccountId, reason: String },
    SwitchOn { id: AccountId, reason: String },
    ChangePassword { id: AccountId },
}

/// Names the record uses for the desk itself and for who answers by a one-time link.
const RESERVED: [&str; 2] = ["desk", "link"];

impl Accounts {
    /// The account with this sign-in name.
    pub fn named(&self, name: &str) -> Option<&Account> {
        self.0.values().find(|account| account.name == name)
    }

    /// The accounts after `event`.
    #[must_use]
    pub fn apply(mut self, at: Timestamp, event: &AccountEvent) -> Self {
        match event {
            AccountEvent::AccountOpened { id, name, full_name, roles } => {
                let (name, full_name, roles) = (name.clone(), full_name.clone(), roles.clone());
                self.0.insert(*id, Account { id: *id, name, full_name, roles, off: false, since: at });
            }
            AccountEvent::RolesChanged { id, roles } => self.with(*id, |account| account.roles.clone_from(roles)),
            AccountEvent::AccountSwitchedOff { id, .. } => self.with(*id, |account| account.off = true),
            AccountEvent::AccountSwitchedOn { id, .. } => self.with(*id, |account| account.off = false),
            AccountEvent::PasswordChanged { .. } => {}
        }
        self
    }

    fn with(&mut self, id: AccountId, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.0.get_mut(&id) {
            change(account);
        }
    }

    /// Answers a command. The first accounts of a new desk are opened by the desk itself (`forewarn init`); later ones by a
    /// senior officer. Nobody changes their own roles (A12).
    pub fn decide(&self, command: AccountCommand, by: &Actor) -> Result<Vec<AccountEvent>, Refusal> {
        // Somebody outside, or the desk itself, may bear the name of an account without being its person.
        let own = |id: AccountId| {
            matches!(by, Actor::Person { .. }) && self.0.get(&id).is_some_and(|account| account.name == by.name())
        };
        if let AccountCommand::ChangePassword { id } = command {
            let account = self.0.get(&id).ok_or_else(|| Refusal::unknown("account"))?;
            return match account.off {
                true => Err(Refusal::AccountOff),
                false if own(id) || *by == Actor::Desk => Ok(vec![AccountEvent::PasswordChanged { id }]),
                false => Err(Refusal::OnlyTheDesk { what: "set somebody else's password" }),
            };
        }
        if *by != Actor::Desk {
            let who = by.must_hold(&[Role::SeniorOfficer], "change accounts")?;
            // Roles come with the session; an account switched off meanwhile has none (A14).
            if self.named(who).is_some_and(|account| account.off) {
                return Err(Refusal::AccountOff);
            }
        }
        match command {
            AccountCommand::Open { id, name, full_name, roles } => {
                check_name(&name)?;
                if RESERVED.contains(&name.as_str()) || self.named(&name).is_some() {
                    return Err(Refusal::NameTaken { name });
                }
                if self.0.contains_key(&id) {
                    return Err(Refusal::AlreadyDone { what: format!("account {id}") });
                }
                Ok(vec![AccountEvent::AccountOpened { id, name, full_name, roles }])
            }
            AccountCommand::ChangeRoles { id, roles } => {
                self.must_keep_a_senior(id, roles.contains(&Role::SeniorOfficer))?;
                if own(id) {
                    return Err(Refusal::OwnRoles { who: by.name().to_owned() });
                }
                Ok(vec![AccountEvent::RolesChanged { id, roles }])
            }
            AccountCommand::SwitchOff { id, reason } => {
                Refusal::unless_reason(&reason)?;
                self.must_keep_a_senior(id, false)?;
                self.must_turn(id, true)?;
                Ok(vec![AccountEvent::AccountSwitchedOff { id, reason }])
            }
            AccountCommand::SwitchOn { id, reason } => {
                Refusal::unless_reason(&reason)?;
                self.must_turn(id, false)?;
                Ok(vec![AccountEvent::AccountSwitchedOn { id, reason }])
            }
            AccountCommand::ChangePassword { id } => Ok(vec![AccountEvent::PasswordChanged { id }]),
        }
    }

    /// Without a senior officer nobody could be asked in the end (P2).
    fn must_keep_a_senior(&self, id: AccountId, stays: bool) -> Result<(), Refusal> {
        let account = self.0.get(&id).ok_or_else(|| Refusal::unknown("account"))?;
        let senior = |account: &&Account| !account.off && account.roles.contains(&Role::SeniorOfficer);
        let others = self.0.values().filter(senior).any(|account| account.id != id);
        if stays || others || !senior(&account) {
            Ok(())
        } else {
            Err(Refusal::LastOfRole { role: Role::SeniorOfficer })
        }
    }

    /// The account is there and not yet as it is to become.
    fn must_turn(&self, id: AccountId, off: bool) -> Result<(), Refusal> {
        let account = self.0.get(&id).ok_or_else(|| Refusal::unknown("account"))?;
        if account.off == off {
            return Err(Refusal::AlreadyDone { what: format!("{} is switched {}", account.name, word(off)) });
        }
        Ok(())
    }
}

const fn word(off: bool) -> &'static str {
    if off { "off" } else { "on" }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    if (2..=40).contains(&name.len()) && name.bytes().all(plain) { Ok(()) } else { Err(Refusal::BadName) }
}
