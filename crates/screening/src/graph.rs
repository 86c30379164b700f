//! The register as a graph: parties by number, relations in both directions.

use std::collections::{HashMap, HashSet};

use domain::register::{Party, PartyId, Register, Relation, RelationKind};
use jiff::Timestamp;

/// Parties by number, and what ties them.
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
        let parties: Vec<Party> = register.parties().cloned().collect();
        let numbers: HashMap<PartyId, u32> =
            (0_u32..).zip(&parties).map(|(at, party)| (party.id.clone(), at)).collect();
        let mut graph = Self {
            out: vec![Vec::new(); parties.len()],
            into: vec![Vec::new(); parties.len()],
            relations: register.relations().cloned().collect(),
            parties,
            numbers,
        };
        for (at, relation) in (0_u32..).zip(&graph.relations) {
            let ends = (graph.numbers.get(&relation.from), graph.numbers.get(&relation.to));
            if let (Some(from), Some(to)) = ends {
                graph.out[*from as usize].push((at, *to));
                graph.into[*to as usize].push((at, *from));
            }
        }
        graph
    }

    pub fn len(&self) -> usize {
        self.parties.len()
    }

    pub fn parties(&self) -> impl Iterator<Item = (u32, &Party)> {
        (0_u32..).zip(&self.parties)
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
