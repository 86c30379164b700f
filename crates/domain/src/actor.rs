//! Who acts: the person (or the desk itself) behind every command.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::words::Role;

/// Who gives a command. The name is what the record shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody with an account.
    Person {
        /// Sign-in name, unique on this desk.
        name: String,
        /// What they may do at this moment.
        roles: Vec<Role>,
    },
    /// The desk's own workers. They carry out and ask; they decide nothing.
    Desk,
    /// Somebody outside who answers a warning by its one-time link.
    Recipient {
        /// The name they gave.
        name: String,
    },
}

impl Actor {
    /// A person with these roles.
    pub fn person(name: &str, roles: &[Role]) -> Self {
        Self::Person { name: name.to_owned(), roles: roles.to_vec() }
    }

    /// The name in the record.
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Recipient { name } => name,
            Self::Desk => "desk",
        }
    }

    /// Whether this is a person holding `role`.
    pub fn holds(&self, role: Role) -> bool {
        matches!(self, Self::Person { roles, .. } if roles.contains(&role))
    }

    /// The person's name, when one of `needed` is theirs; otherwise the refusal that names what is needed.
    pub fn must_hold(&self, needed: &[Role], what: &'static str) -> Result<&str, Refusal> {
        match self {
            Self::Person { name, roles } if roles.iter().any(|role| needed.contains(role)) => Ok(name),
            _ => Err(Refusal::RoleMayNot { what, needed: needed.to_vec() }),
        }
    }

    /// The person's name, when they work on threats in any role, a pack's own included.
    pub fn must_work(&self, what: &'static str) -> Result<&str, Refusal> {
        match self {
            Self::Person { name, roles } if roles.iter().any(Role::works) => Ok(name),
            Self::Person { .. } | Self::Desk | Self::Recipient { .. } => {
                Err(Refusal::RoleMayNot { what, needed: Role::WORKING.to_vec() })
            }
        }
    }

    /// Only the desk's own workers may do this.
    pub fn must_be_desk(&self, what: &'static str) -> Result<(), Refusal> {
        match self {
            Self::Desk => Ok(()),
            Self::Person { .. } | Self::Recipient { .. } => Err(Refusal::OnlyTheDesk { what }),
        }
    }
}
