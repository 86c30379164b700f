//! The register: parties and places the desk may have to warn, who protects them and how they can be reached.
//!
//! The cast: a [`Party`] is somebody or something with [`Name`]s and [`ContactPath`]s; a [`Relation`] ties two of
//! them; the [`Register`] holds both in memory and refuses what could not be used ([`RegisterFault`] says where and why). An
//! [`Entry`] is one line of it, named by a [`LineId`]: what an import file holds and what a desk keeps, one by one. The
//! [`RegisterBook`] is what a desk keeps besides them.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::wording::words;
use crate::words::{ChannelKind, Window};

mod book;
mod check;
mod event;
mod geometry;
mod lines;

pub use book::{Apart, Circumstances, Held, MAY_CHANGE, RegisterBook, RegisterCommand};
pub use check::RegisterFault;
pub use event::RegisterEvent;
pub use geometry::{Area, Geometry, MOST_CORNERS, Position, Ring};
pub use lines::{LineId, NoLine};

pub use crate::marking::Tlp;

/// A party's id in the register it was imported from. It is stable: importing the same id again changes the party.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartyId(pub String);

impl PartyId {
    /// The id with these letters.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Its letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

words! {
    /// What kind of party.
    PartyKind {
        /// One human being.
        Person = "person", "person";
        /// Several people, named or described together.
        Group = "group", "group";
        /// A company, association or other body.
        Organisation = "organisation", "organisation";
        /// A school, hospital, house of worship or the like: a body people go to.
        Institution = "institution", "institution";
        /// A government, police force, embassy or other public body.
        Authority = "authority", "authority";
        /// A spot or an area.
        Place = "place", "place";
        /// A gathering with a time.
        Event = "event", "event";
    }
}

impl PartyKind {
    /// Whether it is a body of people rather than one of them, a place or an event.
    pub const fn is_body(self) -> bool {
        match self {
            Self::Organisation | Self::Institution | Self::Authority | Self::Group => true,
            Self::Person | Self::Place | Self::Event => false,
        }
    }
}

words! {
    /// What kind of name.
    NameKind {
        /// As in papers or statutes.
        Legal = "legal", "legal name";
        /// Also in use: a short form, a nickname, an acronym.
        Alias = "alias", "also known as";
        /// No longer in use.
        Former = "former", "former name";
        /// The same name in other letters.
        Transliteration = "transliteration", "in other letters";
    }
}

words! {
    /// How two parties are tied, read "`from` … `to`".
    RelationKind {
        /// `from` is responsible for keeping `to` safe.
        Protects = "protects", "protects";
        /// `from` belongs to `to`.
        MemberOf = "member_of", "is a member of";
        /// `from` is a part of `to`.
        PartOf = "part_of", "is a part of";
        /// `from` lies in or happens at `to`.
        LocatedIn = "located_in", "is located in";
        /// `from` is or will be at `to`.
        Attends = "attends", "attends";
        /// `from` is of the family of `to`.
        Family = "family", "is family of";
        /// `from` employs `to`.
        Employer = "employer", "employs";
        /// `from` has authority over the place `to`.
        JurisdictionOver = "jurisdiction_over", "has jurisdiction over";
        /// `from` keeps regular contact with `to`.
        LiaisonWith = "liaison_with", "is in liaison with";
        /// `from` passes messages on to `to`.
        IntermediaryFor = "intermediary_for", "is an intermediary for";
        /// `from` may not be addressed by `to`, or has nobody to address: no diplomatic relations, no contact.
        NoDirectChannelTo = "no_direct_channel_to", "has no direct channel to";
    }
}

/// One name of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// As written.
    pub text: String,
    /// What kind of name.
    pub kind: NameKind,
    /// ISO 15924 letters (`Arab`), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// BCP 47 tag (`fa`), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Shared by so many that it means little alone (a first name, a nickname).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weak: bool,
}

impl Name {
    /// A name of this kind.
    pub fn new(kind: NameKind, text: impl Into<String>) -> Self {
        Self { text: text.into(), kind, script: None, language: None, weak: false }
    }
}

/// One way to reach a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPath {
    /// By what.
    pub channel: ChannelKind,
    /// E-mail address, URL, telephone number or postal address, as the channel needs.
    pub address: String,
    /// BCP 47 tag of the language to write or speak in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When somebody answers, in words: `always`, `Mon-Fri 08:00-17:00 Europe/Zurich`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// When somebody last made sure that it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<Timestamp>,
    /// Who made sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<String>,
    /// The strictest marking that may go this way.
    pub carries: Tlp,
    /// The party's own order of preference; 1 comes first.
    #[serde(default = "first")]
    pub rank: u32,
    /// Minutes until the words are expected to be with the party, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

const fn first() -> u32 {
    1
}

/// Somebody or something the desk may have to warn, or reach others through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Stable id.
    pub id: PartyId,
    /// What kind.
    pub kind: PartyKind,
    /// Names; may be empty when there is a description.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Name>,
    /// Who or what it is, where there is no name ("the ceremony at the cemetery"), or besides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// ISO 3166-1 letters, two capitals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Where on the ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
    /// Postal addresses, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// When it takes place, for events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Window>,
    /// Ways to reach it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactPath>,
    /// Whether looking at it takes a reason: a witness, an informant, somebody in hiding.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    /// Until when it may be kept; then the desk removes it, unless an open threat names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_until: Option<Timestamp>,
}

impl Party {
    /// A party with one legal name and nothing else.
    pub fn named(id: &str, kind: PartyKind, name: &str) -> Self {
        Self { names: vec![Name::new(NameKind::Legal, name)], ..Self::bare(id, kind) }
    }

    /// A party without a name; it needs a description before a register takes it.
    pub fn bare(id: &str, kind: PartyKind) -> Self {
        Self {
            id: PartyId::new(id),
            kind,
            names: Vec::new(),
            description: None,
            country: None,
            geometry: None,
            addresses: Vec::new(),
            time: None,
            contacts: Vec::new(),
            protected: false,
            keep_until: None,
        }
    }

    /// What people are shown: the first name, or the description.
    pub fn label(&self) -> &str {
        let name = self.names.first().map(|name| name.text.as_str());
        name.or(self.description.as_deref()).unwrap_or(self.id.as_str())
    }
}

/// Two parties and what ties them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The one that protects, belongs, lies, ….
    pub from: PartyId,
    /// The other one.
    pub to: PartyId,
    /// How.
    pub kind: RelationKind,
    /// When it holds; always, when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Window>,
    /// What a person should know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Relation {
    /// A relation that always holds.
    pub fn new(from: &str, kind: RelationKind, to: &str) -> Self {
        Self { from: PartyId::new(from), to: PartyId::new(to), kind, valid: None, note: None }
    }

    /// Whether it holds at this time.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.valid
            .is_none_or(|window| window.from.is_none_or(|from| from <= at) && window.to.is_none_or(|until| at <= until))
    }
}

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "nearly every line is a party")]
pub enum Entry {
    /// A party, whole.
    Party(Party),
    /// A relation, whole.
    Relation(Relation),
}

/// What putting an entry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there.
    Added,
    /// It was there and said something else.
    Changed,
    /// It was there already, word for word.
    Unchanged,
}

/// All parties and relations. There is one relation of a kind between two parties, at most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Lists", into = "Lists")]
pub struct Register {
    parties: BTreeMap<PartyId, Party>,
    relations: BTreeMap<LineId, Relation>,
}

/// The register in JSON.
#[derive(Serialize, Deserialize)]
struct Lists {
    parties: Vec<Party>,
    relations: Vec<Relation>,
}

impl From<Register> for Lists {
    fn from(register: Register) -> Self {
        Self {
            parties: register.parties.into_values().collect(),
            relations: register.relations.into_values().collect(),
        }
    }
}

impl TryFrom<Lists> for Register {
    type Error = RegisterFault;

    fn try_from(lists: Lists) -> Result<Self, RegisterFault> {
        let mut register = Self::default();
        for party in lists.parties {
            register.put_party(party)?;
        }
        for relation in lists.relations {
            register.put_relation(relation)?;
        }
        Ok(register)
    }
}

impl Register {
    /// Puts one line in, replacing what had its place; the fault says what is wrong with it, and nothing has changed.
    pub fn put(&mut self, entry: Entry) -> Result<Change, RegisterFault> {
        let change = self.would(&entry)?;
        match entry {
            Entry::Party(party) => drop(self.parties.insert(party.id.clone(), party)),
            Entry::Relation(relation) => drop(self.relations.insert((&relation).into(), relation)),
        }
        Ok(change)
    }

    /// Puts a party in.
    pub fn put_party(&mut self, party: Party) -> Result<Change, RegisterFault> {
        self.put(Entry::Party(party))
    }

    /// Puts a relation in; both its parties must be there.
    pub fn put_relation(&mut self, relation: Relation) -> Result<Change, RegisterFault> {
        self.put(Entry::Relation(relation))
    }

    /// What `put` would do, without doing it.
    pub fn would(&self, entry: &Entry) -> Result<Change, RegisterFault> {
        entry.check(|id| self.parties.contains_key(id))?;
        Ok(match entry {
            Entry::Party(party) => change(self.parties.get(&party.id), party),
            Entry::Relation(relation) => change(self.relations.get(&relation.into()), relation),
        })
    }

    /// Takes one line out; what hangs on a party is named besides it.
    pub fn remove(&mut self, line: &LineId) {
        match line {
            LineId::Party(id) => drop(self.parties.remove(id)),
            LineId::Relation { .. } => drop(self.relations.remove(line)),
        }
    }

    /// The party with this id.
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.get(id)
    }

    /// All parties, by id.
    pub fn parties(&self) -> impl ExactSizeIterator<Item = &Party> {
        self.parties.values()
    }

    /// All relations, by `from`, kind and `to`.
    pub fn relations(&self) -> impl ExactSizeIterator<Item = &Relation> {
        self.relations.values()
    }

    /// Every line: parties first, so that putting them in this order finds both ends of each relation.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let parties = self.parties.values().cloned().map(Entry::Party);
        parties.chain(self.relations.values().cloned().map(Entry::Relation))
    }
}

fn change<T: PartialEq>(before: Option<&T>, now: &T) -> Change {
    match before {
        None => Change::Added,
        Some(old) if old == now => Change::Unchanged,
        Some(_) => Change::Changed,
    }
}
