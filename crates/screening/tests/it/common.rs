//! Small registers for the tests.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use domain::Span;
use domain::register::{ContactPath, Name, NameKind, Party, PartyKind, Register, Relation, RelationKind, Tlp};
use domain::words::ChannelKind;
use jiff::Timestamp;
use screening::{Ask, Index, PlaceRef, Screening};

/// The night before the example's gathering.
pub fn now() -> Timestamp {
    "2024-01-02T22:00:00Z".parse().unwrap()
}

pub fn register(entries: impl IntoIterator<Item = domain::register::Entry>) -> Register {
    let mut register = Register::default();
    for entry in entries {
        register.put(entry).unwrap();
    }
    register
}

/// Persons with these names, `p0`, `p1`, ….
pub fn persons(names: &[&str]) -> Register {
    let mut register = Register::default();
    for (at, name) in names.iter().enumerate() {
        register.put_party(Party::named(&format!("p{at}"), PartyKind::Person, name)).unwrap();
    }
    register
}

pub fn alias(mut party: Party, kind: NameKind, text: &str, weak: bool) -> Party {
    party.names.push(Name { weak, ..Name::new(kind, text) });
    party
}

pub fn tie(register: &mut Register, from: &str, kind: RelationKind, to: &str) {
    register.put_relation(Relation::new(from, kind, to)).unwrap();
}

pub fn reachable(mut party: Party, channel: ChannelKind, carries: Tlp, minutes: u32) -> Party {
    let address = match channel {
        ChannelKind::Email => "desk@example.org",
        ChannelKind::Webhook => "https://example.org/hook",
        ChannelKind::Telephone => "+41 31 555 0100",
        ChannelKind::Letter | ChannelKind::InPerson => "1 Example Road",
    };
    party.contacts.push(ContactPath {
        channel,
        address: address.into(),
        language: Some("en".into()),
        hours: None,
        verified_at: Some("2023-12-01T00:00:00Z".parse().unwrap()),
        verified_by: Some("a test".into()),
        carries,
        rank: 1,
        minutes: Some(minutes),
    });
    party
}

pub fn screen(register: &Register, text: &str) -> Screening {
    let screening = Index::build(register).screen(&Ask::new(text, now()));
    well_formed(text, &screening);
    screening
}

/// What must hold of any screening of any text.
pub fn well_formed(text: &str, screening: &Screening) {
    for hit in &screening.hits {
        assert_eq!(hit.span.of(text), Some(hit.quote.as_str()), "{hit:?}");
        let sum: f64 = hit.why.iter().map(|feature| feature.weight).sum();
        assert!((hit.score - sum).abs() < 0.02, "{hit:?}");
    }
    for place in &screening.places {
        assert_eq!(place.span.of(text), Some(place.quote.as_str()), "{place:?}");
    }
}

/// The parties found, the strongest first, each once.
pub fn found(screening: &Screening) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for hit in &screening.hits {
        if !ids.contains(&hit.party.as_str()) {
            ids.push(hit.party.as_str());
        }
    }
    ids
}

/// A place of reading that stands at `name` in `text`.
pub fn place_ref(text: &str, name: &str, country: &str, lat: f64, lon: f64) -> PlaceRef {
    let start = text.find(name).unwrap();
    PlaceRef { name: name.into(), country: country.into(), lat, lon, span: Span::new(start, start + name.len()) }
}

pub fn example() -> Register {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/kerman/register.jsonl");
    let imported = screening::import::read("register.jsonl", &std::fs::read_to_string(path).unwrap());
    let found = screening::import::diff(&Register::default(), &imported);
    assert_eq!(found.bad, []);
    found.register
}
