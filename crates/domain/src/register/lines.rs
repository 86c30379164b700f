//! The register line by line: what names a line, what is wrong with one. A register of millions is kept so, and only
//! the lines that somebody asks about are looked at.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, PartyId, RegisterFault, Relation, RelationKind, check};

/// What names a line: `party kerman`, `relation embassy protects kerman`. Ids hold no white space, so there is one way to
/// read it; in this order parties come before relations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LineId {
    /// A party.
    Party(PartyId),
    /// What ties two parties in this way.
    Relation {
        /// The one that protects, belongs, lies, ….
        from: PartyId,
        /// How.
        kind: RelationKind,
        /// The other one.
        to: PartyId,
    },
}

impl LineId {
    /// Whether the line is of this party or ties it to another.
    pub fn concerns(&self, party: &PartyId) -> bool {
        match self {
            Self::Party(id) => id == party,
            Self::Relation { from, to, .. } => from == party || to == party,
        }
    }
}

impl fmt::Display for LineId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(id) => write!(out, "party {id}"),
            Self::Relation { from, kind, to } => write!(out, "relation {from} {} {to}", kind.id()),
        }
    }
}

/// Why a text names no line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("names no line of a register: write `party ID`, or `relation ID KIND ID` with a kind such as protects")]
pub struct NoLine;

impl FromStr for LineId {
    type Err = NoLine;

    fn from_str(text: &str) -> Result<Self, NoLine> {
        match text.split(' ').collect::<Vec<_>>()[..] {
            ["party", id] if !id.is_empty() => Ok(Self::Party(PartyId::new(id))),
            ["relation", from, kind, to] if !from.is_empty() && !to.is_empty() => {
                let kind = RelationKind::from_id(kind).ok_or(NoLine)?;
                Ok(Self::Relation { from: PartyId::new(from), kind, to: PartyId::new(to) })
            }
            _ => Err(NoLine),
        }
    }
}

impl TryFrom<String> for LineId {
    type Error = NoLine;

    fn try_from(text: String) -> Result<Self, NoLine> {
        text.parse()
    }
}

impl From<LineId> for String {
    fn from(line: LineId) -> Self {
        line.to_string()
    }
}

impl From<&Relation> for LineId {
    fn from(relation: &Relation) -> Self {
        Self::Relation { from: relation.from.clone(), kind: relation.kind, to: relation.to.clone() }
    }
}

impl Entry {
    /// What names this line.
    pub fn id(&self) -> LineId {
        match self {
            Self::Party(party) => LineId::Party(party.id.clone()),
            Self::Relation(relation) => relation.into(),
        }
    }

    /// Until when it may be kept; as long as it is of use, when not said.
    pub fn keep_until(&self) -> Option<Timestamp> {
        match self {
            Self::Party(party) => party.keep_until,
            Self::Relation(_) => None,
        }
    }

    /// What keeps it out of a register in which these parties are known, if anything does.
    pub fn check(&self, known: impl Fn(&PartyId) -> bool) -> Result<(), RegisterFault> {
        match self {
            Self::Party(party) => check::party(party),
            Self::Relation(relation) => check::relation(relation, known),
        }
    }
}
