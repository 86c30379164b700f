//! Who could not be reached if we had to, tonight.

use domain::register::{PartyKind, Register, Tlp};
use jiff::Timestamp;

use crate::found::{Obstacle, Unreachable};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::protectors;
use crate::routes::Search;

/// Every party that could not be told, or that nobody protects. A warning is taken to be TLP:AMBER.
pub fn register_check(register: &Register, at: Timestamp) -> Vec<Unreachable> {
    let graph = Graph::new(register);
    unreachable(&graph, &Ground::new(&graph), at)
}

pub(crate) fn unreachable(graph: &Graph, ground: &Ground, at: Timestamp) -> Vec<Unreachable> {
    let search = Search::new(graph, None, Tlp::Amber, at);
    let mut found = Vec::new();
    for (number, party) in graph.parties() {
        let why = match party.kind {
            PartyKind::Person
            | PartyKind::Group
            | PartyKind::Organisation
            | PartyKind::Institution
            | PartyKind::Authority => search.obstacle(number),
            PartyKind::Place | PartyKind::Event => {
                protectors::of(graph, ground, number, at).is_empty().then_some(Obstacle::NoProtector)
            }
        };
        if let Some(why) = why {
            found.push(Unreachable { party: party.id.clone(), name: party.label().to_owned(), why });
        }
    }
    found
}
