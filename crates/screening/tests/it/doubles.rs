//! Parties that were put in twice, as rows: who is told apart and who is not.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use domain::Window;
use domain::register::{Geometry, NameKind, Party, PartyId, PartyKind, Register, RelationKind};
use screening::{doubles, output};

use super::common::{alias, example, now, persons, tie};

fn pairs(register: &Register) -> Vec<(String, String)> {
    doubles(register).pairs.into_iter().map(|pair| (pair.party.0, pair.other.0)).collect()
}

fn check(one: Party, other: Party, expected: bool) {
    let words = format!("{one:?} and {other:?}");
    let mut register = Register::default();
    register.put_party(Party { id: PartyId::new("a"), ..one }).unwrap();
    register.put_party(Party { id: PartyId::new("b"), ..other }).unwrap();
    register.put_party(Party::named("c", PartyKind::Person, "Somebody Else")).unwrap();
    let expected: Vec<_> = expected.then(|| ("a".to_owned(), "b".to_owned())).into_iter().collect();
    assert_eq!(pairs(&register), expected, "{words}");
}

fn named(kind: PartyKind, name: &str) -> Party {
    Party::named("x", kind, name)
}

#[test]
fn names_that_may_be_one_partys() {
    use PartyKind::{Authority, Event, Institution, Organisation, Person, Place};
    let rows = [
        (Person, "Leyla Karimi", Person, "لیلا کریمی", true),
        (Person, "Leyla Karimi", Person, "Karimi, Leila", true),
        (Person, "Eleanor Featherstone", Person, "Eleanor Feathersdone", true),
        (Person, "Tunde Okafor", Person, "Tunde Okafo", true),
        (Person, "Иван Петрович Сидоров", Person, "Ivan Sidorov", true),
        (Person, "李小明", Person, "Li Xiaoming", true),
        (Person, "Leyla Karimi", Person, "Sara Karimi", false),
        (Person, "Leyla Karimi", Person, "Leyla Rahimi", false),
        (Person, "Ali", Person, "Ali", false),
        (Person, "Orchard Freight", Organisation, "Orchard Freight", false),
        (Institution, "Saint Mary's Hospital", Organisation, "St. Mary Hospital", true),
        (Organisation, "Orchard Freight Ltd", Organisation, "Orchard Freight GmbH", true),
        (Authority, "Ministry of Health", Authority, "Ministry of Wealth", false),
        (Event, "Harbour Day 2024", Event, "Harbour Day 2025", false),
        (Place, "Milltown", Place, "Milltown", true),
    ];
    for (kind, name, other_kind, other, expected) in rows {
        check(named(kind, name), named(other_kind, other), expected);
    }
}

#[test]
fn what_keeps_two_of_one_name_apart() {
    let place = |country: &str, lat: f64| Party {
        country: Some(country.into()),
        geometry: Some(Geometry::point(lat, 20.0)),
        ..named(PartyKind::Place, "Milltown")
    };
    check(place("IE", 52.0), place("IE", 52.1), true);
    check(place("IE", 52.0), place("GB", 52.1), false);
    check(place("IE", 52.0), place("IE", 54.0), false);
    let person = |country: &str| Party { country: Some(country.into()), ..named(PartyKind::Person, "Leyla Karimi") };
    check(person("IR"), person("DE"), true);
    let event = |from: &str, to: &str| Party {
        time: Window::new(from.parse().ok(), to.parse().ok()),
        ..named(PartyKind::Event, "Harbour Concert")
    };
    let first = event("2024-05-01T18:00:00Z", "2024-05-01T22:00:00Z");
    check(first.clone(), event("2024-05-01T20:00:00Z", "2024-05-01T23:00:00Z"), true);
    check(first, event("2024-06-01T18:00:00Z", "2024-06-01T22:00:00Z"), false);
    let weak = alias(named(PartyKind::Person, "Anna Berg"), NameKind::Alias, "Leyla Karimi", true);
    check(weak, named(PartyKind::Person, "Leyla Karimi"), false);
}

#[test]
fn who_is_tied_is_known_to_be_two() {
    let mut register = persons(&["Leyla Karimi", "Leila Karimi"]);
    assert_eq!(pairs(&register).len(), 1);
    tie(&mut register, "p1", RelationKind::Family, "p0");
    assert_eq!(pairs(&register), []);
}

#[test]
fn a_name_of_many_is_passed_over_and_said() {
    let many: Vec<String> = (0..200).map(|_| "Ali Reza".to_owned()).collect();
    let mut names: Vec<&str> = many.iter().map(String::as_str).collect();
    names.extend(["Leyla Karimi", "Leila Karimi"]);
    let register = persons(&names);
    let found = doubles(&register);
    assert_eq!((found.pairs.len(), found.too_common), (1, 200));
    let said = output::check_sentences(&[], &found);
    for words in [
        "1 pair may be one party put in twice",
        "Perhaps one: Leyla Karimi (p200) and Leila Karimi (p201), 0.9",
        "“leyla” for “leila”",
        "200 names are too common",
    ] {
        assert!(said.contains(words), "{said}\nlacks {words}");
    }
    let document = output::check_document(&screening::register_check(&register, now()), &found);
    assert_eq!(document["doubles"]["pairs"][0]["party"], "p200");
    assert_eq!(document["unreachable"].as_array().unwrap().len(), register.parties().len());
    assert_eq!(pairs(&example()), [], "nobody is in the example twice");
}
