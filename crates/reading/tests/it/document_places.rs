//! Places: found in any script, told from people and everyday words, and which of several is meant.
#![allow(clippy::unwrap_used)]

use std::fs;

use domain::Span;
use proptest::prelude::*;
use reading::gazetteer::{Gazetteer, Kind, Placed, folded};
use reading::open;

fn placed(text: &str) -> Vec<Placed> {
    Gazetteer::shared().places(text, &[Span::new(0, text.len())])
}

/// The places that a text names, as "words=label" in order; a question mark when it is ambiguous.
fn check(text: &str, expected: &[&str]) {
    let gazetteer = Gazetteer::shared();
    let label = |one: &Placed| {
        let doubt = if one.ambiguous { "?" } else { "" };
        format!("{}={}{doubt}", one.span.of(text).unwrap(), gazetteer.label(one.place))
    };
    assert_eq!(placed(text).iter().map(label).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn the_place_that_is_meant() {
    let california = "Kerman=Kerman, California, United States";
    check("The bombs in Kerman, Iran", &["Kerman=Kerman, Iran", "Iran=Iran"]);
    check("Iranian officials said bombs went off in Kerman.", &["Kerman=Kerman, Iran"]);
    check("A school in Kerman, California", &[california, "California=California, United States"]);
    check("A school in Kerman, CA.", &[california]);
    check(
        "The US embassy in Moscow told American citizens to stay at home.",
        &["US=United States", "Moscow=Moscow, Russia"],
    );
    check("The Iranian consulate in Kerman, California", &[california, "California=California, United States"]);
    check("It will happen in Paris, Texas.", &["Paris=Paris, Texas, United States", "Texas=Texas, United States"]);
    check("It will happen in Paris.", &["Paris=Paris, Île-de-France, France"]);
    check("Tbilisi, Georgia", &["Tbilisi=Tbilisi, Georgia", "Georgia=Georgia"]);
    check("Atlanta, Georgia", &["Atlanta=Atlanta, Georgia, United States", "Georgia=Georgia, United States"]);
    check("A plot in St. Petersburg, a Russian official said", &["St. Petersburg=St.-Petersburg, Russia"]);
    check("in Sistan-Baluchistan province", &["Sistan-Baluchistan=Sistan and Baluchestan, Iran"]);
    check(
        "Kabul airport and the Gaza Strip",
        &["Kabul=Kabul, Afghanistan", "Gaza Strip=Gaza Strip, Palestinian Territory"],
    );
    check("Washington's answer", &["Washington=Washington, District of Columbia, United States"]);
    check("They met in Springfield.", &["Springfield=Springfield, Missouri, United States?"]);
}

#[test]
fn names_across_scripts_and_endings() {
    check("در کرمان، ایران", &["کرمان=Kerman, Iran", "ایران=Iran"]);
    check("انفجار في كرمان وإيران", &["كرمان=Kerman, Iran", "وإيران=Iran"]);
    check("Взрывы в Кермане, Иран. В Москве тихо.", &["Кермане=Kerman, Iran", "Иран=Iran", "Москве=Moscow, Russia"]);
    check("פיצוץ בכרמאן, איראן", &["בכרמאן=Kerman, Iran", "איראן=Iran"]);
    check("İran'da, Kirman şehrinde", &["İran=Iran", "Kirman=Kerman, Iran"]);
    check("from São Paulo to Zurich", &["São Paulo=São Paulo, Brazil", "Zurich=Zürich, Zurich, Switzerland"]);
    check("CAR BOMB IN BAGHDAD", &["BAGHDAD=Baghdad, Iraq"]);
    check("bomb in kerman tomorrow", &["kerman=Kerman, Iran"]);
    check("the U.S. and the US", &["U.S.=United States", "US=United States"]);
}

#[test]
fn what_is_no_place() {
    for text in [
        "I was reading in March. Nice of you. Most of the Police in May.",
        "Hossein Salami said so; Jon Alterman and Michael Jordan did not.",
        "Salami spoke. Alterman agreed. Fowler wrote.",
        "They spoke to Jordan Fowler.",
        "Saint Mary's University archeologist Jonathan Fowler",
        "The Washington Post first reported it.",
        "Iranians and Americans met; they told us about it.",
        "the conflict between the army and Hamas",
        "Same place as most.",
    ] {
        check(text, &[]);
    }
    check("The man was seen in Reading on 3 May.", &["Reading=Reading, England, United Kingdom"]);
    check("He lives in Mobile, Alabama", &["Mobile=Mobile, Alabama, United States", "Alabama=Alabama, United States"]);
    check("Jordan warned Israel.", &["Jordan=Jordan", "Israel=Israel"]);
}

#[test]
fn reasons_and_alternatives_are_told() {
    let kerman = &placed("Iran fears for Kerman and its people in Kerman")[1];
    assert_eq!(kerman.why, "Iran is named in the text");
    assert_eq!(kerman.alternatives.iter().map(|place| place.country).collect::<Vec<_>>(), ["US"]);
    let springfield = &placed("They met in Springfield.")[0];
    assert!(springfield.why.contains("ambiguous: Springfield, "), "{}", springfield.why);
}

#[test]
fn what_the_seeds_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds");
    let Ok(entries) = fs::read_dir(folder) else {
        println!("the shared seeds are absent: this test checks nothing here");
        return;
    };
    let gazetteer = Gazetteer::shared();
    let known = "Afghanistan Badakhshan Baghdad Erbil Gaza Iran Iraq Islamabad Israel Kabul Kerman Pakistan Syria Tehran Washington Yemen \
                 United_States Gaza_Strip St.-Petersburg Sistan_and_Baluchestan";
    for entry in entries {
        let path = entry.unwrap().path();
        let document = open(&path.display().to_string(), &fs::read(&path).unwrap(), None).unwrap();
        for one in gazetteer.places(&document.plain, &document.body) {
            let name = one.place.name.replace(' ', "_");
            assert!(known.split(' ').any(|word| word == name), "{name} ({}) in {}", one.why, path.display());
            assert!(name != "Kerman" || one.place.id == "128234", "Kerman is {:?}", one.place);
            assert!(!one.ambiguous, "{} is ambiguous", one.why);
        }
    }
}

#[test]
fn the_embedded_table_holds_together() {
    let gazetteer = Gazetteer::shared();
    let table = include_str!("../../../../data/gazetteer.tsv");
    assert!(table.len() <= 8 * 1024 * 1024);
    assert!(gazetteer.memory() <= 25 * 1024 * 1024, "{} bytes", gazetteer.memory());
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        assert_eq!(columns.len(), 9, "{line}");
        let others = columns[5].split(';').chain(columns[6].split(';'));
        for name in others.filter(|name| !name.chars().any(char::is_uppercase)) {
            assert_eq!(folded(name), name, "the table and the reader fold differently: {line}");
        }
    }
    let iran = gazetteer.place("IR").unwrap();
    assert_eq!((iran.name, iran.kind, iran.country), ("Iran", Kind::Country, "IR"));
    assert!(gazetteer.named("تهران").iter().any(|place| place.capital && place.name == "Tehran"));
    assert!(gazetteer.named("no such place").is_empty());
}

proptest! {
    #[test]
    fn mentions_lie_in_the_text_and_in_order(text in "[A-Za-zÀ-ž ,.'’\\-\nкКерманИ ایران]{0,200}|(Kerman|Iran|Paris, |Texas|U\\.S\\.|of | in ){0,40}") {
        let gazetteer = Gazetteer::shared();
        let mentions = gazetteer.find(&text, &[Span::new(0, text.len())]);
        prop_assert!(mentions.iter().all(|mention| mention.span.of(&text).is_some_and(|words| !words.is_empty())));
        prop_assert!(mentions.windows(2).all(|two| two[0].span.end <= two[1].span.start));
        let placed = gazetteer.resolve(&text, &mentions);
        prop_assert!(placed.iter().all(|one| mentions.iter().any(|mention| mention.span == one.span)));
        prop_assert!(placed.iter().all(|one| one.alternatives.iter().all(|other| other.id != one.place.id)));
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
        prop_assert_eq!(folded(&folded(&text)), folded(&text));
    }
}
