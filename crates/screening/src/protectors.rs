//! Who protects a party: those the register says protect it, then the authorities over the places it lies in.

use std::collections::HashSet;

use domain::register::RelationKind;
use jiff::Timestamp;

use crate::found::Protector;
use crate::graph::Graph;
use crate::ground::Ground;
use crate::places::containers;

/// A protector by number.
pub(crate) struct Found {
    pub party: u32,
    pub protector: Protector,
}

/// Who protects `ward`, the nearest first. An authority over a place is found from each place around it.
pub(crate) fn of(graph: &Graph, ground: &Ground, ward: u32, at: Timestamp) -> Vec<Found> {
    let mut seen = HashSet::from([ward]);
    let mut found = Vec::new();
    let mut add = |party: u32, by: String, note: Option<String>| {
        if seen.insert(party) {
            let own = graph.party(party);
            let for_party = graph.party(ward).id.clone();
            let protector = Protector { party: own.id.clone(), name: own.label().to_owned(), for_party, by, note };
            found.push(Found { party, protector });
        }
    };
    for (party, relation) in graph.into(ward, RelationKind::Protects, at) {
        add(party, "explicit relation".to_owned(), relation.note.clone());
    }
    let around = containers(graph, ground, ward, at);
    for place in std::iter::once(ward).chain(around) {
        for (party, relation) in graph.into(place, RelationKind::JurisdictionOver, at) {
            let by = if place == ward {
                "jurisdiction over it".to_owned()
            } else {
                format!("jurisdiction over {}, in which it lies", graph.party(place).label())
            };
            add(party, by, relation.note.clone());
        }
    }
    found
}
