//! What the register takes and what it refuses, as rows.

use domain::register::{Change, Entry, Geometry, Name, NameKind, Party, PartyKind, Position, Register};
use domain::register::{ContactPath, LineId, Relation, RelationKind, Tlp};
use domain::words::{ChannelKind, Window};
use proptest::prelude::*;

fn place() -> Party {
    Party::named("kerman", PartyKind::Place, "Kerman")
}

fn check(change: impl FnOnce(&mut Party), expected: &str) {
    let mut party = place();
    change(&mut party);
    let found = Register::default().put_party(party).map_err(|fault| fault.to_string());
    match expected {
        "" => assert_eq!(found, Ok(Change::Added)),
        _ => assert!(found.as_ref().is_err_and(|fault| fault.contains(expected)), "{found:?} lacks {expected:?}"),
    }
}

fn path(channel: ChannelKind, address: &str) -> ContactPath {
    ContactPath {
        channel,
        address: address.to_owned(),
        language: None,
        hours: None,
        verified_at: None,
        verified_by: None,
        carries: Tlp::Green,
        rank: 1,
        minutes: None,
    }
}

#[test]
fn a_fault_says_where_and_what() {
    check(|_| (), "");
    check(|party| party.id.0.clear(), "party id is empty");
    check(|party| party.id.0.push(' '), "white space");
    check(|party| party.names.clear(), "party `kerman`, name is missing");
    check(|party| party.names.push(Name::new(NameKind::Alias, " ")), "party `kerman`, name 2 is empty");
    check(|party| party.names.push(Name::new(NameKind::Alias, "…")), "name 2 is without a letter");
    check(|party| party.names[0].text.push_str("\r\nBcc: x@example.org"), "control character");
    check(|party| party.country = Some("Iran".into()), "country is not two capital letters");
    check(|party| party.geometry = Some(Geometry::point(57.0, 300.0)), "geometry is not on the globe");
    check(|party| party.geometry = Some(Geometry::point(f64::NAN, 0.0)), "geometry is not on the globe");
    check(|party| party.geometry = Some(Geometry::Polygon(vec![])), "area 1 is empty");
    let open = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)].map(|(lat, lon)| Position { lat, lon }).to_vec();
    check(|party| party.geometry = Some(Geometry::Polygon(vec![open])), "area 1, ring 1 is not closed");
    check(|party| party.time = Some(Window { from: None, to: None }), "time is only for events");
    check(|party| party.contacts.push(path(ChannelKind::Email, "desk")), "contact 1 address is not an e-mail");
    check(|party| party.contacts.push(path(ChannelKind::Webhook, "ftp://x")), "not a URL");
    check(|party| party.contacts.push(path(ChannelKind::Telephone, "call me")), "not a telephone");
    check(|party| party.contacts.push(path(ChannelKind::Letter, "1 Road\nTown")), "");
}

#[test]
fn relations_need_both_ends() {
    let mut register = Register::default();
    let lies_in = Relation::new("kerman", RelationKind::LocatedIn, "iran");
    register.put_party(place()).unwrap();
    let fault = register.put_relation(lies_in.clone()).unwrap_err();
    assert_eq!(fault.field, "relation `kerman` located_in `iran`, to");
    register.put_party(Party::named("iran", PartyKind::Place, "Iran")).unwrap();
    assert_eq!(register.would(&Entry::Relation(lies_in.clone())), Ok(Change::Added));
    assert_eq!(register.put_relation(lies_in.clone()), Ok(Change::Added));
    assert_eq!(register.put_relation(lies_in.clone()), Ok(Change::Unchanged));
    assert_eq!(register.put_relation(Relation { note: Some("x".into()), ..lies_in }), Ok(Change::Changed));
    assert!(register.put_relation(Relation::new("iran", RelationKind::PartOf, "iran")).is_err());
}

#[test]
fn geometry_is_geojson() {
    let point: Geometry = serde_json::from_str(r#"{"type":"Point","coordinates":[57.08,30.28,1755]}"#).unwrap();
    assert_eq!(point, Geometry::point(30.28, 57.08));
    assert_eq!(serde_json::to_string(&point).unwrap(), r#"{"type":"Point","coordinates":[57.08,30.28]}"#);
}

proptest! {
    #[test]
    fn a_register_survives_json_and_its_own_lines(names in proptest::collection::vec("[a-z]{1,8}", 1..12)) {
        let mut register = Register::default();
        for (at, name) in names.iter().enumerate() {
            register.put_party(Party::named(&format!("p{at}"), PartyKind::Person, name)).unwrap();
            if at > 0 {
                register.put_relation(Relation::new("p0", RelationKind::Family, &format!("p{at}"))).unwrap();
            }
        }
        let json = serde_json::to_string(&register).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Register>(&json).unwrap(), &register);
        let mut again = Register::default();
        for entry in register.entries() {
            prop_assert_eq!(again.put(entry).unwrap(), Change::Added);
        }
        prop_assert_eq!(again, register);
    }

    #[test]
    fn a_line_is_named_in_one_way(from in "[a-z:/.-]{1,12}", to in "[a-z:/.-]{1,12}", kind in 0..RelationKind::ALL.len()) {
        let relation = LineId::from(&Relation::new(&from, RelationKind::ALL[kind], &to));
        for line in [relation, LineId::Party(domain::register::PartyId::new(from))] {
            prop_assert_eq!(line.to_string().parse::<LineId>(), Ok(line.clone()));
            prop_assert_eq!(serde_json::from_str::<LineId>(&serde_json::to_string(&line).unwrap()).unwrap(), line);
        }
    }
}

#[test]
fn what_names_no_line_is_refused() {
    for text in
        ["", "party", "party ", "party a b", "relation a b", "relation a knows b", "relation  protects b", "person a"]
    {
        assert!(text.parse::<LineId>().is_err(), "{text:?}");
    }
}
