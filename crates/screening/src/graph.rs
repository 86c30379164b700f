//! The register as a graph: parties by number, relations in both directions.

use std::collections::{HashMap, HashSet};

use domain::register::{Party, PartyId, Register, Relation, RelationKind};
use jiff::Timestamp;

/// A party with more relations than this is not asked whether a new one is among them.
const MOST_LOOKED_AT: usize = 1_000;

/// Room for so many parties more and a quarter, so that a register that grows does not stop to move what it has.
const HEADROOM: usize = 20_000;

/// Parties by number, and what ties them.
#[derive(Default)]
pub(crate) struct Graph {
    parties: Vec<Party>,
    numbers: HashMap<PartyId, u32>,
    relations: Vec<Relation>,
    /// For each party its relations, as (the relation's number, the other party).
    out: Vec<Vec<(u32, u32)>>,
    into: Vec<Vec<(u32, u32)>>,
}

impl Graph {
    pub fn new(register: &Register) -> Self {
        let many = register.parties().len();
        let mut graph = Self { numbers: HashMap::with_capacity(many + many / 4 + HEADROOM), ..Self::default() };
        for party in register.parties() {
            graph.put(party.clone());
        }
        for relation in register.relations() {
            graph.tie(relation.clone());
        }
        graph
    }

    /// Takes in a party and gives its number; none when its id is known.
    pub fn put(&mut self, party: Party) -> Option<u32> {
        let number = u32::try_from(self.parties.len()).ok()?;
        if self.numbers.contains_key(&party.id) {
            return None;
        }
        self.numbers.insert(party.id.clone(), number);
        self.parties.push(party);
        self.out.push(Vec::new());
        self.into.push(Vec::new());
        Some(number)
    }

    /// Takes in a relation between two parties it knows; `None` when one is missing or they are tied so already.
    pub fn tie(&mut self, relation: Relation) -> Option<()> {
        let at = u32::try_from(self.relations.len()).ok()?;
        let (from, to) = (self.number(&relation.from)?, self.number(&relation.to)?);
        let same = |(known, other): &(u32, u32)| *other == to && self.relations[*known as usize].kind == relation.kind;
        // Imports keep one relation of a kind between two parties; few parties have so many that looking is slow.
        if self.out[from as usize].len() < MOST_LOOKED_AT && self.out[from as usize].iter().any(same) {
            return None;
        }
        self.out[from as usize].push((at, to));
        self.into[to as usize].push((at, from));
        self.relations.push(relation);
        Some(())
    }

    pub fn len(&self) -> usize {
        self.parties.len()
    }

    pub fn parties(&self) -> impl Iterator<Item = (u32, &Party)> {
        (0_u32..).zip(&self.parties)
    }

    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter()
    }

    pub fn party(&self, number: u32) -> &Party {
        &self.parties[number as usize]
    }

    pub fn number(&self, id: &PartyId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// Those that `from` has this relation to, at this time.
    pub fn out(&self, from: u32, kind: RelationKind, at: Timestamp) -> impl Iterator<Item = (u32, &Relation)> {
        Self::valid(&self.relations, &self.out[from as usize], kind, at)
    }

    /// Those that have this relation to `to`, at this time.
    pub fn into(&self, to: u32, kind: RelationKind, at: Timestamp) -> impl Iterator<Item = (u32, &Relation)> {
        Self::valid(&self.relations, &self.into[to as usize], kind, at)
    }

    fn valid<'g>(
        relations: &'g [Relation],
        edges: &'g [(u32, u32)],
        kind: RelationKind,
        at: Timestamp,
    ) -> impl Iterator<Item = (u32, &'g Relation)> {
        let all = edges.iter().map(|(relation, other)| (*other, &relations[*relation as usize]));
        all.filter(move |(_, relation)| relation.kind == kind && relation.holds(at))
    }

    /// How many relations of any kind a party has.
    pub fn degree(&self, number: u32) -> usize {
        self.out[number as usize].len() + self.into[number as usize].len()
    }

    /// Everybody tied to a party by any relation that holds, with the relation.
    pub fn neighbours(&self, number: u32, at: Timestamp) -> impl Iterator<Item = (u32, &Relation)> {
        let both = self.out[number as usize].iter().chain(&self.into[number as usize]);
        let all = both.map(|(relation, other)| (*other, &self.relations[*relation as usize]));
        all.filter(move |(_, relation)| relation.holds(at))
    }

    /// What `start` reaches over these kinds of relation, nearest first, `start` left out.
    pub fn above(&self, start: u32, kinds: &[RelationKind], at: Timestamp, most: usize) -> Vec<u32> {
        let mut seen = HashSet::from([start]);
        let mut found = Vec::new();
        let mut next = 0;
        let mut here = start;
        loop {
            for kind in kinds {
                found.extend(self.out(here, *kind, at).map(|(other, _)| other).filter(|other| seen.insert(*other)));
            }
            found.truncate(most);
            match found.get(next) {
                Some(number) => here = *number,
                None => return found,
            }
            next += 1;
        }
    }
}
