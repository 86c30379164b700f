//! The index: a register made ready, and the one question it answers.

use std::collections::HashSet;

use domain::register::{Entry, Party, PartyId, PartyKind, Register, RelationKind};
use jiff::Timestamp;

use crate::check;
use crate::described;
use crate::doubles::{self, Doubles};
use crate::found::{Ask, Reach, Route, Screening, Unreachable};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::hits::Sieve;
use crate::mentions::Names;
use crate::places::{self, Events};
use crate::protectors;
use crate::routes::Search;

/// Protectors and routes are looked for among so many of the strongest hits.
const MOST_WARDS: usize = 50;

/// A register made ready for screening, in memory.
pub struct Index {
    graph: Graph,
    ground: Ground,
    names: Names,
    events: Events,
}

/// An index while the lines of a register come in one by one, so that there is never a second copy of them.
#[derive(Default)]
pub struct Builder {
    graph: Graph,
}

impl Builder {
    /// Takes in one line; parties come before what ties them.
    pub fn put(&mut self, entry: Entry) {
        match entry {
            Entry::Party(party) => drop(self.graph.put(party)),
            Entry::Relation(relation) => drop(self.graph.tie(relation)),
        }
    }

    /// Makes all of it ready.
    pub fn finish(self) -> Index {
        Index::of(self.graph)
    }
}

impl Index {
    /// Makes a register ready. It is a snapshot; [`Index::put`] takes in what is new.
    pub fn build(register: &Register) -> Self {
        Self::of(Graph::new(register))
    }

    fn of(graph: Graph) -> Self {
        let ground = Ground::new(&graph);
        let names = Names::build(&graph);
        let events = Events::new(&graph, &ground);
        Self { graph, ground, names, events }
    }

    /// Takes in lines that were not in the register: the next screening finds them, and nothing is built again but the
    /// list of events where one lies in a new place. False when a line changes one that is there, or ties parties that
    /// are not: then the index has to be built anew.
    #[must_use]
    pub fn put<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) -> bool {
        let mut moves_events = false;
        let all_new = entries.into_iter().all(|entry| match entry {
            Entry::Party(party) => {
                let Some(number) = self.graph.put(party.clone()) else { return false };
                self.names.put(number, party);
                self.ground.put(number, party);
                let is_area = party.geometry.as_ref().is_some_and(|shape| !shape.areas().is_empty());
                moves_events |= party.kind == PartyKind::Event || is_area;
                true
            }
            Entry::Relation(relation) => {
                moves_events |=
                    matches!(relation.kind, RelationKind::LocatedIn | RelationKind::PartOf | RelationKind::Attends);
                self.graph.tie(relation.clone()).is_some()
            }
        });
        if all_new && moves_events {
            self.events = Events::new(&self.graph, &self.ground);
        }
        all_new
    }

    /// A party by its id.
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.graph.number(id).map(|number| self.graph.party(number))
    }

    /// All parties; those that came later stand behind.
    pub fn parties(&self) -> impl Iterator<Item = &Party> {
        self.graph.parties().map(|(_, party)| party)
    }

    /// Every party that could not be told, or that nobody protects; see [`crate::register_check`].
    pub fn unreachable(&self, at: Timestamp) -> Vec<Unreachable> {
        check::unreachable(&self.graph, &self.ground, at)
    }

    /// Who is probably in it twice; see [`crate::doubles()`].
    pub fn doubles(&self) -> Doubles {
        doubles::among(self.parties(), self.graph.relations())
    }

    /// How many parties it knows.
    pub fn len(&self) -> usize {
        self.graph.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.graph.len() == 0
    }

    /// Whom a report concerns, why, who protects them and how they can be told.
    pub fn screen(&self, ask: &Ask) -> Screening {
        let text = self.names.look_up(ask.text);
        let mut sieve = Sieve::new(&self.graph, &self.names, &text, ask);
        let spots = places::find(&self.graph, &self.ground, ask, &sieve);
        let present: HashSet<u32> =
            sieve.sure.iter().map(|one| one.party).chain(spots.iter().map(|spot| spot.party)).collect();
        sieve.support(&self.graph, &self.names, &text, ask, &present);
        places::mark(&self.graph, ask, &spots, &mut sieve);
        self.events.meet(&self.graph, &self.ground, ask, &spots, &mut sieve);
        places::standing(&self.graph, &self.ground, ask, &spots, &mut sieve);
        described::suggest(&self.graph, &text, ask, &mut sieve);
        let (hits, guarded) = sieve.finish(&self.graph, ask.text);
        let places = places::shown(&self.graph, ask.text, &spots);
        let named = hits.iter().filter_map(|hit| self.graph.number(&hit.party));
        let mut wards: Vec<u32> = Vec::new();
        for ward in named.chain(spots.iter().map(|spot| spot.party)) {
            if wards.len() < MOST_WARDS && !wards.contains(&ward) {
                wards.push(ward);
            }
        }
        let Reach { protectors, routes, unreached } = self.reach_all(&wards, ask);
        Screening { hits, places, protectors, routes, unreached, guarded }
    }

    /// Who protects one party, and how they and it can be told; nothing for an id the register does not know.
    pub fn reach(&self, party: &PartyId, ask: &Ask) -> Reach {
        self.graph.number(party).map_or_else(Reach::default, |ward| self.reach_all(&[ward], ask))
    }

    fn reach_all(&self, wards: &[u32], ask: &Ask) -> Reach {
        let desk = ask.desk.and_then(|desk| self.graph.number(desk));
        let search = Search::new(&self.graph, desk, ask.marking, ask.at);
        let mut reach = Reach::default();
        let mut recipients: Vec<u32> = Vec::new();
        for ward in wards {
            for found in protectors::of(&self.graph, &self.ground, *ward, ask.at) {
                recipients.push(found.party);
                reach.protectors.push(found.protector);
            }
        }
        let has_ears = |ward: &u32| !matches!(self.graph.party(*ward).kind, PartyKind::Place | PartyKind::Event);
        recipients.extend(wards.iter().copied().filter(has_ears));
        let mut seen = HashSet::new();
        recipients.retain(|one| seen.insert(*one) && !search.is_desk(*one));
        for recipient in recipients {
            let routes: Vec<Route> = search.to(recipient);
            if let (true, Some(why)) = (routes.is_empty(), search.obstacle(recipient)) {
                let party = self.graph.party(recipient);
                let (party, name) = (party.id.clone(), party.label().to_owned());
                reach.unreached.push(Unreachable { party, name, why });
            }
            reach.routes.extend(routes);
        }
        reach
    }
}
