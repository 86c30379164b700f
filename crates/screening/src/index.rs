//! The index: a register made ready, and the one question it answers.

use std::collections::HashSet;

use domain::register::{PartyId, PartyKind, Register};

use crate::found::{Ask, Protector, Route, Screening, Unreachable};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::hits::Sieve;
use crate::mentions::Names;
use crate::places::{self, Events, Spot};
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

impl Index {
    /// Makes a register ready. It is a snapshot: a changed register needs a new index.
    pub fn build(register: &Register) -> Self {
        let graph = Graph::new(register);
        let ground = Ground::new(&graph);
        let names = Names::build(&graph);
        let events = Events::new(&graph, &ground);
        Self { graph, ground, names, events }
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
        self.events.meet(&self.graph, &self.ground, ask, &spots, &mut sieve);
        places::standing(&self.graph, ask, &spots, &mut sieve);
        let (hits, guarded) = sieve.finish(&self.graph, ask.text);
        let places = places::shown(&self.graph, ask.text, &spots);
        let mut screening = Screening { hits, places, guarded, ..Screening::default() };
        let wards = self.wards(&spots, &screening);
        self.protect(ask, &wards, &mut screening);
        screening
    }

    /// Who protects one party of the register, and how they can be told; no text is looked at. Empty when the
    /// register does not know the party.
    pub fn reach(&self, party: &PartyId, ask: &Ask) -> Screening {
        let mut screening = Screening::default();
        if let Some(ward) = self.graph.number(party) {
            self.protect(ask, &[ward], &mut screening);
        }
        screening
    }

    /// Those to be protected: the parties hit and the places found, without repeats.
    fn wards(&self, spots: &[Spot], screening: &Screening) -> Vec<u32> {
        let mut wards: Vec<u32> = Vec::new();
        let hits = screening.hits.iter().filter_map(|hit| self.graph.number(&hit.party));
        for ward in hits.chain(spots.iter().map(|spot| spot.party)) {
            if wards.len() < MOST_WARDS && !wards.contains(&ward) {
                wards.push(ward);
            }
        }
        wards
    }

    fn protect(&self, ask: &Ask, wards: &[u32], screening: &mut Screening) {
        let mut recipients: Vec<u32> = Vec::new();
        let mut protectors: Vec<Protector> = Vec::new();
        for ward in wards {
            for found in protectors::of(&self.graph, &self.ground, *ward, ask.at) {
                recipients.push(found.party);
                protectors.push(found.protector);
            }
        }
        let reachable = |ward: &u32| !matches!(self.graph.party(*ward).kind, PartyKind::Place | PartyKind::Event);
        recipients.extend(wards.iter().copied().filter(reachable));
        let mut seen = HashSet::new();
        recipients.retain(|one| seen.insert(*one));
        let desk = ask.desk.and_then(|desk| self.graph.number(desk));
        let search = Search::new(&self.graph, desk, ask.marking, ask.at);
        for recipient in recipients {
            let routes: Vec<Route> = search.to(recipient);
            if let (true, Some(why)) = (routes.is_empty(), search.obstacle(recipient)) {
                let party = self.graph.party(recipient);
                let (party, name) = (party.id.clone(), party.label().to_owned());
                screening.unreached.push(Unreachable { party, name, why });
            }
            screening.routes.extend(routes);
        }
        screening.protectors = protectors;
    }
}
