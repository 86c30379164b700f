//! Places, events, protectors and routes, as rows.

use super::common::{example, found, now, place_ref, reachable, screen, tie, well_formed};
use domain::register::{Entry, Geometry, Party, PartyId, PartyKind, Position, Register, RelationKind, Tlp};
use domain::{ChannelKind, Window};
use screening::{Ask, Index, Obstacle, PlaceRef, Screening, register_check};

const REPORT: &str = "A suicide bombing is planned at a gathering in Kerman around 3 January 2024.";

fn window(from: &str, to: &str) -> Option<Window> {
    Window::new(from.parse().ok(), to.parse().ok())
}

fn ask(register: &Register, text: &str, places: &[PlaceRef], window: Option<Window>) -> Screening {
    let screening = Index::build(register).screen(&Ask { places, window, ..Ask::new(text, now()) });
    well_formed(text, &screening);
    screening
}

#[test]
fn a_gathering_is_found_by_place_and_window_without_being_named() {
    let register = example();
    let places = [place_ref(REPORT, "Kerman", "IR", 30.2832, 57.0788)];
    let screening = ask(&register, REPORT, &places, window("2024-01-02T00:00:00Z", "2024-01-05T00:00:00Z"));
    let ids = found(&screening);
    assert!(ids.contains(&"kerman") && ids.contains(&"memorial-2024"), "{ids:?}");
    assert!(ids.contains(&"kerman-memorial-crowd"), "{ids:?}");
    assert!(!ids.contains(&"memorial-2023") && !ids.contains(&"kerman-california"), "{ids:?}");
    let gathering = screening.hits.iter().find(|hit| hit.party.as_str() == "memorial-2024").unwrap();
    let why: Vec<&str> = gathering.why.iter().map(|feature| feature.feature).collect();
    assert_eq!(why, ["place", "time"]);
    assert_eq!(gathering.quote, "Kerman");
    let inside: Vec<&str> = screening.places[0].inside.iter().map(PartyId::as_str).collect();
    assert_eq!(inside, ["kerman-province", "iran"]);
}

#[test]
fn the_gathering_is_protected_by_a_government_without_a_direct_channel() {
    let register = example();
    let at_desk = PartyId::new("desk-state");
    for desk in [None, Some(&at_desk)] {
        let reach = Index::build(&register).reach(&PartyId::new("memorial-2024"), &Ask { desk, ..Ask::new("", now()) });
        assert_eq!(reach.protectors.len(), 1);
        assert_eq!(reach.protectors[0].party.as_str(), "iran-government");
        assert_eq!(reach.protectors[0].by, "jurisdiction over Iran, in which it lies");
        let ways: Vec<(Vec<&str>, Option<ChannelKind>)> = reach
            .routes
            .iter()
            .map(|route| (route.hops.iter().map(|hop| hop.party.as_str()).collect(), route.hops[0].channel))
            .collect();
        assert_eq!(ways[0], (vec!["protecting-power", "iran-government"], Some(ChannelKind::Email)));
        assert_eq!(ways[1], (vec!["protecting-power", "iran-government"], Some(ChannelKind::Letter)));
        let two = vec!["protecting-power-capital", "protecting-power", "iran-government"];
        assert!(ways.contains(&(two, Some(ChannelKind::Email))));
        assert!(ways.contains(&(vec!["un-mission", "iran-government"], Some(ChannelKind::Email))));
        assert!(ways.iter().all(|(hops, _)| hops.len() > 1), "nothing is direct: {ways:?}");
        assert!(reach.routes[0].why[0].starts_with("No direct channel: through Embassy"), "{:?}", reach.routes[0].why);
        assert!(reach.routes[0].why[1].contains("never disclosed"));
        let mission = reach.routes.iter().find(|route| route.hops[0].party.as_str() == "un-mission").unwrap();
        assert!(mission.why.iter().any(|why| why.contains("may carry TLP:GREEN at most")), "{:?}", mission.why);
    }
}

#[test]
fn reading_knows_which_kerman_is_meant() {
    let register = example();
    let text = "He will shoot at the fair in Kerman, California";
    let places = [place_ref(text, "Kerman", "US", 36.72, -120.06)];
    let ids: Vec<String> = found(&ask(&register, text, &places, None)).into_iter().map(str::to_owned).collect();
    assert!(ids.contains(&"kerman-california".to_owned()) && !ids.contains(&"kerman".to_owned()), "{ids:?}");
    let text = "He will shoot at the fair in Kerman";
    let places = [place_ref(text, "Kerman", "US", 36.72, -120.06)];
    let screening = ask(&register, text, &places, None);
    assert!(!found(&screening).contains(&"kerman"));
    assert!(screening.guarded.iter().any(|words| words.contains("is in US here")), "{:?}", screening.guarded);
    assert_eq!(screening.places[0].party.as_str(), "kerman-california");
}

#[test]
fn a_coordinate_falls_into_an_area() {
    let mut register = Register::default();
    let corner = |lat, lon| Position { lat, lon };
    let ring = vec![corner(0.0, 0.0), corner(0.0, 2.0), corner(2.0, 2.0), corner(2.0, 0.0), corner(0.0, 0.0)];
    let area = Some(Geometry::Polygon(vec![ring]));
    register.put_party(Party { geometry: area, ..Party::named("field", PartyKind::Place, "Long Field") }).unwrap();
    register.put_party(Party::named("police", PartyKind::Authority, "Field Police")).unwrap();
    tie(&mut register, "police", RelationKind::JurisdictionOver, "field");
    let text = "near the old Mill";
    let screening = ask(&register, text, &[place_ref(text, "Mill", "", 1.0, 1.0)], None);
    assert_eq!(screening.places[0].party.as_str(), "field");
    assert_eq!(screening.protectors[0].party.as_str(), "police");
    assert_eq!(screening.unreached[0].why, Obstacle::NoPath);
    let outside = ask(&register, text, &[place_ref(text, "Mill", "", 3.0, 1.0)], None);
    assert_eq!(outside.places, []);
    let hostile = ask(&register, text, &[place_ref(text, "Mill", "", f64::NAN, f64::INFINITY)], None);
    assert_eq!(hostile.places, []);
}

#[test]
fn nearer_authorities_come_first_and_explicit_ones_before_all() {
    let mut register = Register::default();
    for (id, kind) in [("school", PartyKind::Institution), ("town", PartyKind::Place), ("land", PartyKind::Place)] {
        register.put_party(Party::named(id, kind, id)).unwrap();
    }
    for id in ["guards", "town-police", "land-police"] {
        register.put_party(Party::named(id, PartyKind::Authority, id)).unwrap();
    }
    tie(&mut register, "school", RelationKind::LocatedIn, "town");
    tie(&mut register, "town", RelationKind::PartOf, "land");
    tie(&mut register, "town", RelationKind::LocatedIn, "land");
    tie(&mut register, "land", RelationKind::LocatedIn, "town"); // a circle must not matter
    tie(&mut register, "land-police", RelationKind::JurisdictionOver, "land");
    tie(&mut register, "town-police", RelationKind::JurisdictionOver, "town");
    tie(&mut register, "guards", RelationKind::Protects, "school");
    let reach = Index::build(&register).reach(&PartyId::new("school"), &Ask::new("", now()));
    let ids: Vec<&str> = reach.protectors.iter().map(|one| one.party.as_str()).collect();
    assert_eq!(ids, ["guards", "town-police", "land-police"]);
    assert_eq!(reach.unreached.len(), 4);
}

#[test]
fn a_direct_path_is_preferred_and_a_lapsed_relation_is_none() {
    let mut register = Register::default();
    let school = Party::named("school", PartyKind::Institution, "Hill School");
    register
        .put_party(reachable(
            reachable(school, ChannelKind::Telephone, Tlp::Amber, 5),
            ChannelKind::Email,
            Tlp::Red,
            30,
        ))
        .unwrap();
    register
        .put_party(reachable(Party::named("friend", PartyKind::Authority, "Friend"), ChannelKind::Email, Tlp::Red, 1))
        .unwrap();
    tie(&mut register, "friend", RelationKind::LiaisonWith, "school");
    let reach = |register: &Register, marking| {
        let routes =
            Index::build(register).reach(&PartyId::new("school"), &Ask { marking, ..Ask::new("", now()) }).routes;
        routes.iter().map(|route| (route.hops.len(), route.hops[0].channel.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(
        reach(&register, Tlp::Amber),
        [(1, ChannelKind::Telephone), (1, ChannelKind::Email), (2, ChannelKind::Email)]
    );
    assert_eq!(
        reach(&register, Tlp::Red),
        [(1, ChannelKind::Email), (2, ChannelKind::Email), (1, ChannelKind::Telephone)]
    );
    let mut lapsed = domain::register::Relation::new("friend", RelationKind::LiaisonWith, "school");
    lapsed.valid = window("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z");
    register.put_relation(lapsed).unwrap();
    assert_eq!(reach(&register, Tlp::Amber), [(1, ChannelKind::Telephone), (1, ChannelKind::Email)]);
}

#[test]
fn the_check_says_who_could_not_be_reached() {
    let mut register = Register::default();
    let body = |id: &str| Party::named(id, PartyKind::Organisation, id);
    let with = |id: &str, carries, verified: Option<&str>| {
        let mut party = reachable(body(id), ChannelKind::Email, carries, 5);
        party.contacts[0].verified_at = verified.map(|at| at.parse().unwrap());
        party
    };
    register.put_party(with("fine", Tlp::Amber, Some("2023-12-01T00:00:00Z"))).unwrap();
    register.put_party(with("old", Tlp::Amber, Some("2023-01-01T00:00:00Z"))).unwrap();
    register.put_party(with("never", Tlp::Amber, None)).unwrap();
    register.put_party(with("open", Tlp::Clear, Some("2023-12-01T00:00:00Z"))).unwrap();
    register.put_party(body("alone")).unwrap();
    register.put_party(body("by-friend")).unwrap();
    register.put_party(Party::named("square", PartyKind::Place, "square")).unwrap();
    tie(&mut register, "fine", RelationKind::IntermediaryFor, "by-friend");
    let found: Vec<(String, Obstacle)> =
        register_check(&register, now()).into_iter().map(|one| (one.party.0, one.why)).collect();
    let expected = [
        ("alone", Obstacle::NoPath),
        ("never", Obstacle::Unverified),
        ("old", Obstacle::Unverified),
        ("open", Obstacle::Marking(Tlp::Amber)),
        ("square", Obstacle::NoProtector),
    ];
    assert_eq!(found, expected.map(|(id, why)| (id.to_owned(), why)));
}

#[test]
fn a_window_meets_an_event_or_does_not() {
    let register = example();
    let places = [place_ref(REPORT, "Kerman", "IR", 30.2832, 57.0788)];
    let meets = |window| found(&ask(&register, REPORT, &places, window)).contains(&"memorial-2024");
    assert!(meets(window("2024-01-01T00:00:00Z", "2024-01-07T00:00:00Z")));
    assert!(meets(window("2024-01-04T00:00:00Z", "2024-01-04T12:00:00Z")), "a day of slack");
    assert!(!meets(window("2024-01-06T00:00:00Z", "2024-01-07T00:00:00Z")));
    assert!(meets(Some(Window { from: None, to: "2024-01-07T00:00:00Z".parse().ok() })));
    assert!(!meets(Some(Window { from: "2024-03-07T00:00:00Z".parse().ok(), to: None })));
    assert!(meets(None), "without a window, what happens soon");
}

#[test]
fn the_examples_register_has_its_gaps() {
    let gaps = register_check(&example(), now());
    let ids: Vec<&str> = gaps.iter().map(|gap| gap.party.as_str()).collect();
    assert!(ids.contains(&"p-ex-partner") && ids.contains(&"lantern") && ids.contains(&"hillel-house"), "{ids:?}");
    assert!(!ids.contains(&"iran-government") && !ids.contains(&"memorial-2024"), "{ids:?}");
}

#[test]
fn coordinates_lie_in_areas_of_the_register() {
    let register = example();
    let inside = screen(&register, "Explosives were seen at 30.2832, 57.0788 last night.");
    assert_eq!(inside.places[0].party.as_str(), "kerman", "{:?}", inside.places);
    assert_eq!(inside.places[0].quote, "30.2832, 57.0788");
    let wide = screen(&register, "They meet at 28°30'N 57°00'E.");
    assert_eq!(wide.places[0].party.as_str(), "kerman-province", "{:?}", wide.places);
    assert!(wide.places[0].how.contains("coordinates lie inside"), "{}", wide.places[0].how);
}

#[test]
fn who_stands_in_an_area_is_found_by_the_ground() {
    let mut register = Register::default();
    let ring = [(0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0), (0.0, 0.0)];
    let ring = ring.map(|(lat, lon)| Position { lat, lon }).to_vec();
    let mut square = Party::named("square", PartyKind::Place, "Gallows Square");
    square.geometry = Some(Geometry::Polygon(vec![ring]));
    register.put_party(square).unwrap();
    for (id, lon) in [("inn", 1.0), ("far", 3.0)] {
        let mut inn = Party::named(id, PartyKind::Organisation, &format!("The {id} of Eden"));
        inn.geometry = Some(Geometry::point(1.0, lon));
        register.put_party(inn).unwrap();
    }
    assert_eq!(found(&screen(&register, "A bomb in Gallows Square")), ["square", "inn"]);
}

#[test]
fn who_is_described_is_suggested() {
    let mut register = super::common::persons(&["Leyla Karimi", "Omid Rahimi", "Sara Karimi"]);
    register.put_party(Party::named("minister", PartyKind::Person, "Reza Tavakoli")).unwrap();
    let mut nameless = Party::bare("ex", PartyKind::Person);
    nameless.description = Some("ex-partner, lives abroad".to_owned());
    register.put_party(nameless).unwrap();
    let mut rite = Party::bare("rite", PartyKind::Group);
    rite.description = Some("the ceremony at the cemetery".to_owned());
    register.put_party(rite).unwrap();
    let mut lawyer = domain::register::Relation::new("p1", RelationKind::LiaisonWith, "p0");
    lawyer.note = Some("her lawyer".to_owned());
    register.put_relation(lawyer).unwrap();
    tie(&mut register, "p2", RelationKind::Family, "minister");
    tie(&mut register, "ex", RelationKind::MemberOf, "p0");
    let check = |text: &str, party: &str, quote: &str| {
        let screening = screen(&register, text);
        let hit = screening.hits.iter().find(|hit| hit.party.as_str() == party);
        let hit = hit.unwrap_or_else(|| panic!("{text}: {:?}", found(&screening)));
        assert_eq!(hit.quote, quote);
        assert!(hit.why.iter().any(|why| why.feature == "described" && why.value.starts_with("suggested")), "{hit:?}");
    };
    check("They want Leyla Karimi dead, and her lawyer.", "p1", "her lawyer");
    check("Reza Tavakoli's family is next", "p2", "Reza Tavakoli's family");
    check("the family of Reza Tavakoli is next", "p2", "family of Reza Tavakoli");
    check("Leyla Karimi was seen; her ex-partner too.", "ex", "her ex-partner");
    check("Something at the ceremony at the cemetery", "rite", "ceremony at the cemetery");
    for nobody in ["His family is next. Reza Tavakoli knows", "the family of somebody", "Omid Rahimi's family"] {
        let screening = screen(&register, nobody);
        assert!(!screening.hits.iter().any(|hit| hit.why.iter().any(|why| why.feature == "described")), "{nobody}");
    }
}

#[test]
fn a_new_line_is_found_without_building_again() {
    let mut register = example();
    let mut index = Index::build(&register);
    let mut entries = vec![Entry::Party(Party::named("new", PartyKind::Person, "Farhad Zolghadr"))];
    let mut area = Party::named("quarter", PartyKind::Place, "Ninth Quarter");
    let ring = [(10.0, 10.0), (10.0, 11.0), (11.0, 11.0), (10.0, 10.0)];
    let ring = ring.map(|(lat, lon)| Position { lat, lon }).to_vec();
    area.geometry = Some(Geometry::Polygon(vec![ring]));
    entries.push(Entry::Party(area));
    let mut event = Party::named("feast", PartyKind::Event, "Feast");
    event.geometry = Some(Geometry::point(10.3, 10.6));
    event.time = window("2024-01-03T00:00:00Z", "2024-01-03T12:00:00Z");
    entries.push(Entry::Party(event));
    entries.push(Entry::Relation(domain::register::Relation::new("new", RelationKind::Attends, "feast")));
    let text = "Farhad Zolgadr will be met in the Ninth Quarter of Kerman, with Leyla Karimi and Joanna Mercer.";
    for entry in entries {
        assert!(index.put([&entry]), "{entry:?}");
        assert!(!index.put([&entry]), "what is there already is not taken again");
        register.put(entry).unwrap();
        let ask = Ask::new(text, now());
        assert_eq!(index.screen(&ask), Index::build(&register).screen(&ask));
    }
    assert!(found(&index.screen(&Ask::new(text, now()))).contains(&"feast"));
}
