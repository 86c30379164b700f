//! Accounts: who works at this desk and what they may do. Passwords are not here and never in the record.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::AccountId;
use crate::refusal::Refusal;
use crate::wake::{WakeAddress, WakePath, check_paths};
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
    /// How they are woken, first way first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<WakePath>,
}

impl Account {
    /// Whether this person can see to anything at this desk.
    pub fn works(&self) -> bool {
        !self.off && self.roles.iter().any(Role::works)
    }
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
    WakePathsSet { id: AccountId, paths: Vec<WakeAddress> },
    WakePathVerified { id: AccountId, path: WakeAddress },
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
            Self::WakePathsSet { .. } => "WakePathsSet",
            Self::WakePathVerified { .. } => "WakePathVerified",
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
    SetWakePaths { id: AccountId, paths: Vec<WakeAddress> },
    VerifyWakePath { id: AccountId, path: WakeAddress },
}

/// Names the record uses for the desk itself and for who answers by a one-time link.
const RESERVED: [&str; 2] = ["desk", "link"];

impl Accounts {
    /// The account with this sign-in name.
    pub fn named(&self, name: &str) -> Option<&Account> {
        self.0.values().find(|account| account.name == name)
    }

    /// Those who hold a role and are not switched off.
    pub fn holders(&self, role: Role) -> impl Iterator<Item = &Account> {
        self.0.values().filter(move |account| !account.off && account.roles.contains(&role))
    }

    /// The accounts after `event`.
    #[must_use]
    pub fn apply(mut self, at: Timestamp, event: &AccountEvent) -> Self {
        match event {
            AccountEvent::AccountOpened { id, name, full_name, roles } => {
                let (name, full_name, roles) = (name.clone(), full_name.clone(), roles.clone());
                self.0
                    .insert(*id, Account { id: *id, name, full_name, roles, off: false, since: at, paths: Vec::new() });
            }
            AccountEvent::RolesChanged { id, roles } => self.with(*id, |account| account.roles.clone_from(roles)),
            AccountEvent::AccountSwitchedOff { id, .. } => self.with(*id, |account| account.off = true),
            AccountEvent::AccountSwitchedOn { id, .. } => self.with(*id, |account| account.off = false),
            AccountEvent::PasswordChanged { .. } => {}
            AccountEvent::WakePathsSet { id, paths } => self.with(*id, |account| account.set_paths(paths)),
            AccountEvent::WakePathVerified { id, path } => self.with(*id, |account| {
                let same = account.paths.iter_mut().filter(|known| known.to == *path);
                same.for_each(|known| known.verified_at = Some(at));
            }),
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
        match command {
            AccountCommand::ChangePassword { id } => {
                self.must_be_on(id)?;
                if own(id) || *by == Actor::Desk {
                    Ok(vec![AccountEvent::PasswordChanged { id }])
                } else {
                    Err(Refusal::OnlyTheDesk { what: "set somebody else's password" })
                }
            }
            AccountCommand::VerifyWakePath { id, path } => self.verify(id, &path, own(id)),
            AccountCommand::SetWakePaths { id, paths } => {
                if !own(id) {
                    self.may_change(by)?;
                }
                self.must_be_on(id)?;
                check_paths(&paths)?;
                Ok(vec![AccountEvent::WakePathsSet { id, paths }])
            }
            AccountCommand::Open { id, name, full_name, roles } => {
                self.may_change(by)?;
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
                self.may_change(by)?;
                self.must_keep_a_senior(id, roles.contains(&Role::SeniorOfficer))?;
                if own(id) {
                    return Err(Refusal::OwnRoles { who: by.name().to_owned() });
                }
                Ok(vec![AccountEvent::RolesChanged { id, roles }])
            }
            AccountCommand::SwitchOff { id, reason } => {
                self.may_change(by)?;
                Refusal::unless_reason(&reason)?;
                self.must_keep_a_senior(id, false)?;
                self.must_turn(id, true)?;
                Ok(vec![AccountEvent::AccountSwitchedOff { id, reason }])
            }
            AccountCommand::SwitchOn { id, reason } => {
                self.may_change(by)?;
                Refusal::unless_reason(&reason)?;
                self.must_turn(id, false)?;
                Ok(vec![AccountEvent::AccountSwitchedOn { id, reason }])
            }
        }
    }

    /// Whether `by` may change accounts: the desk itself, or a senior officer who is not switched off meanwhile (roles
    /// come with the session; A14).
    fn may_change(&self, by: &Actor) -> Result<(), Refusal> {
        if *by == Actor::Desk {
            return Ok(());
        }
        let who = by.must_hold(&[Role::SeniorOfficer], "change accounts")?;
        if self.named(who).is_some_and(|account| account.off) { Err(Refusal::AccountOff) } else { Ok(()) }
    }

    /// Nobody but the person woken knows that it woke them.
    fn verify(&self, id: AccountId, path: &WakeAddress, own: bool) -> Result<Vec<AccountEvent>, Refusal> {
        let account = self.must_be_on(id)?;
        if !own {
            return Err(Refusal::OnlyTheirs { what: "say that a test woke them", whose: account.name.clone() });
        }
        if !account.paths.iter().any(|known| known.to == *path) {
            return Err(Refusal::NotThere { what: "this waking path".into() });
        }
        Ok(vec![AccountEvent::WakePathVerified { id, path: path.clone() }])
    }

    fn must_be_on(&self, id: AccountId) -> Result<&Account, Refusal> {
        let account = self.0.get(&id).ok_or_else(|| Refusal::unknown("account"))?;
        if account.off { Err(Refusal::AccountOff) } else { Ok(account) }
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

impl Account {
    /// Sets the waking paths; one that stays as it was stays verified.
    fn set_paths(&mut self, paths: &[WakeAddress]) {
        let verified = |to: &WakeAddress| self.paths.iter().find(|known| known.to == *to)?.verified_at;
        self.paths = paths.iter().map(|to| WakePath { to: to.clone(), verified_at: verified(to) }).collect();
    }
}

const fn word(off: bool) -> &'static str {
    if off { "off" } else { "on" }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    if (2..=40).contains(&name.len()) && name.bytes().all(plain) { Ok(()) } else { Err(Refusal::BadName) }
}
