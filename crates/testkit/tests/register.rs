//! The register kept line by line: whatever is imported and removed, in any order, the lines are the fold of the record.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use domain::register::{Entry, LineId, Party, PartyId, PartyKind, Register, RegisterCommand, RegisterEvent};
use domain::register::{Relation, RelationKind};
use jiff::SignedDuration;
use serde_json::json;
use server::{Ask, Clock, Desk, Ids, NewLines, Printer};
use store::{NewEntry, RowContent, Write};
use testkit::{BEGINS, Hall, REPORT, Random, at, config, free_address, furnish};

/// What is in the register, by the keys of its lines.
async fn lines(desk: &Desk) -> BTreeMap<String, Entry> {
    let mut found = BTreeMap::new();
    let give = &mut |line: store::Line| drop(found.insert(line.key, serde_json::from_str(&line.body).unwrap()));
    desk.store.scan_lines("register", "", give).await.unwrap();
    found
}

async fn ask(desk: &Desk, name: &str) -> Ask {
    Ask::by(desk.actor(name).await.unwrap().unwrap())
}

fn file(entries: &[Entry]) -> String {
    let line = |entry: &Entry| match entry {
        Entry::Party(party) => serde_json::to_string(party).unwrap(),
        Entry::Relation(relation) => serde_json::to_string(relation).unwrap(),
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn import(text: String) -> NewLines {
    NewLines { name: "r.jsonl".to_owned(), text, ..NewLines::default() }
}

/// Ten parties and what may tie them, put in, changed and removed in any order: the lines are what a register in memory
/// would hold, the fold of the record, and what the index knows.
#[tokio::test]
async fn whatever_is_imported_and_removed_the_lines_are_the_fold() {
    let hall = Hall::open().await;
    let (mara, ilse) = (ask(&hall.desk, "mara").await, ask(&hall.desk, "ilse").await);
    let mut dice = Random::new(11);
    let mut model = Register::default();
    for round in 0..60 {
        let id = |dice: &mut Random| format!("p{}", dice.below(10));
        let entries: Vec<Entry> = (0..=dice.below(4))
            .map(|_| match dice.below(3) {
                0 => Entry::Relation(Relation::new(&id(&mut dice), RelationKind::Family, &id(&mut dice))),
                _ => Entry::Party(Party::named(&id(&mut dice), PartyKind::Person, &format!("Name {}", dice.below(4)))),
            })
            .collect();
        if dice.below(3) > 0 {
            let before = lines(&hall.desk).await;
            let dry = NewLines { dry: true, ..import(file(&entries)) };
            let would = hall.desk.import_register(&mara, dry, &|_| {}).await.unwrap();
            assert_eq!(lines(&hall.desk).await, before, "a dry run changes nothing");
            let did = hall.desk.import_register(&mara, import(file(&entries)), &|_| {}).await.unwrap();
            assert_eq!(json!(would), json!(did), "a dry run says what happens, round {round}");
            let again = hall.desk.import_register(&mara, import(file(&entries)), &|_| {}).await.unwrap();
            let (parties, relations): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|entry| matches!(entry, Entry::Party(_)));
            let count = parties.len() + relations.len();
            parties.into_iter().chain(relations).for_each(|entry| drop(model.put(entry)));
            let repeated = count - again.bad.len() - again.unchanged;
            assert!(again.added == 0 && again.changed == repeated, "{again:?}");
        } else {
            let party = PartyId::new(id(&mut dice));
            let remove = |reason: &str| RegisterCommand::Remove {
                line: LineId::Party(party.clone()),
                reason: reason.to_owned(),
            };
            let asked = hall.desk.change_register(&mara, remove("moved away")).await;
            assert_eq!(asked.is_ok(), model.party(&party).is_some());
            if asked.is_ok() {
                let own = hall.desk.change_register(&mara, remove("sure")).await.unwrap_err();
                assert!(own.to_string().contains("two people"), "{own}");
                hall.desk.change_register(&ilse, remove("seen it")).await.unwrap();
            }
            let ties: Vec<LineId> = model.relations().map(LineId::from).filter(|tie| tie.concerns(&party)).collect();
            ties.iter().chain([&LineId::Party(party)]).for_each(|line| model.remove(line));
        }
        let wanted: BTreeMap<String, Entry> = model.entries().map(|entry| (entry.id().to_string(), entry)).collect();
        assert_eq!(lines(&hall.desk).await, wanted, "round {round}");
        let index = hall.desk.screen().await.unwrap();
        let known = index.parties().map(|party| (party.id.clone(), party.label().to_owned()));
        let known: BTreeMap<_, _> = known.collect();
        let parties = model.parties().map(|party| (party.id.clone(), party.label().to_owned()));
        assert_eq!(known, parties.collect(), "the index follows, round {round}");
        if round == 40 {
            let okafor = ask(&hall.desk, "okafor").await;
            hall.desk.run_due().await.unwrap();
            hall.desk.erase_removed(&okafor, "as the policy asks").await.unwrap();
            let entries = hall.desk.store.entries(Some("register"), 0, 1000).await.unwrap();
            let erased = entries.iter().filter(|entry| entry.body.is_none()).count();
            assert!(erased > 30 && entries.len() == erased + 2, "{erased} of {}", entries.len());
        }
    }
    hall.close().await;
}

/// A file with more rows than go in at once, one of them bad, its relations first.
#[tokio::test]
async fn a_large_file_goes_in_by_stretches() {
    let hall = Hall::open().await;
    let mut text = String::from("id,kind,name,relation,to\n");
    for at in 0..10_001 {
        text.push_str(&format!("p{at},person,Name {at},"));
        text.push_str(&if at % 100 == 0 { format!("family,p{}\n", 10_000 - at) } else { ",\n".to_owned() });
    }
    text.push_str("odd,martian,Nobody,,\n");
    let body = json!({"name": "r.csv", "text": text});
    let done = hall.person("mara").post_keyed("/api/v1/register", "large", &body).await.done();
    // The one in the middle is not of its own family.
    assert_eq!((&done["added"], &done["bad"].as_array().unwrap().len()), (&json!(10_101), &2), "{}", done["bad"]);
    let again = hall.person("mara").post_keyed("/api/v1/register", "large", &body).await.done();
    assert_eq!(again, done, "the answer is kept under the key");
    let anew = hall.person("mara").post("/api/v1/register", &body).await.done();
    assert_eq!((&anew["added"], &anew["unchanged"]), (&json!(0), &json!(10_101)));
    assert_eq!(hall.desk.screen().await.unwrap().len(), 10_001);
    hall.close().await;
}

/// A desk of before the register was kept in lines opens, once, and the record says so.
#[tokio::test]
async fn a_register_of_before_is_put_into_lines() {
    let place = tempfile::TempDir::new().unwrap();
    let data = place.path().join("desk");
    furnish(&data, &config(free_address(), free_address())).await;
    let open = async || server::open(&data, Clock::simulated(at(BEGINS)), Ids::system(), Printer::None).await.unwrap();
    let desk = open().await;
    let (mut register, mut expected) = (Register::default(), 0);
    let imports: [&[Entry]; 2] = [
        &[
            Entry::Party(Party::named("a", PartyKind::Person, "Old Name")),
            Entry::Party(Party::named("b", PartyKind::Place, "B")),
        ],
        &[
            Entry::Party(Party::named("a", PartyKind::Person, "New Name")),
            Entry::Relation(Relation::new("a", RelationKind::LocatedIn, "b")),
        ],
    ];
    for entries in imports {
        let event = RegisterEvent::PartiesRecorded { from: "old.csv".into(), entries: entries.to_vec() };
        register = register.apply(&event);
        let body = serde_json::to_vec(&event).unwrap();
        let row = RowContent {
            state: serde_json::to_string(&register).unwrap(),
            step: "kept".into(),
            title: "register".into(),
            open: true,
            ..RowContent::default()
        };
        let entries = vec![NewEntry { kind: "PartiesRecorded".into(), by: "mara".into(), body }];
        let (stream, kind) = ("register".to_owned(), "register".to_owned());
        let write = Write { stream, kind, expected, entries, row, ..Write::default() };
        desk.store.commit(at(BEGINS), vec![write], None).await.unwrap();
        expected += 1;
    }
    drop(desk);
    for _ in 0..2 {
        let desk = open().await;
        let wanted: BTreeMap<String, Entry> = register.entries().map(|entry| (entry.id().to_string(), entry)).collect();
        assert_eq!(lines(&desk).await, wanted);
        let entries = desk.store.entries(Some("register"), 0, 10).await.unwrap();
        assert_eq!(
            entries.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>().join(" "),
            "PartiesRecorded PartiesRecorded LinesKept"
        );
        assert_eq!(desk.rebuild_check().await.unwrap().differing, Vec::<String>::new());
        assert_eq!(desk.screen().await.unwrap().party(&PartyId::new("a")).unwrap().label(), "New Name");
    }
}

/// Whose time is over goes by itself, and the record says so; whom an open threat names stays, and the page says why.
#[tokio::test]
async fn whose_time_is_over_goes_unless_a_threat_names_them() {
    let hall = Hall::open().await;
    let course = hall.reported(REPORT).await;
    let mara = hall.person("mara");
    let text = file(&[
        Entry::Party(Party::named("gone", PartyKind::Person, "Gwen Gone")),
        Entry::Party(Party::named("meant", PartyKind::Person, "Mina Meant")),
        Entry::Party(Party {
            keep_until: Some(at("2024-09-01T00:00:00Z")),
            ..Party::named("later", PartyKind::Person, "Lea Later")
        }),
        Entry::Relation(Relation::new("gone", RelationKind::Family, "meant")),
    ]);
    let body = json!({"name": "r.jsonl", "text": text, "keep_until": "2024-03-10T00:00:00Z"});
    mara.post("/api/v1/register", &body).await.done();
    let victim = json!({"kind": "person", "name": "Mina Meant", "party": "meant", "reason": "named in the report"});
    mara.post(&course.path("victims"), &victim).await.done();
    let wish = json!({"line": "party meant", "reason": "moved away"});
    let refused = mara.post("/api/v1/register/removals", &wish).await;
    assert!(refused.status == 409 && refused.body.contains("named-in-threat"), "{}", refused.body);
    assert_eq!(lines(&hall.desk).await.len(), 4);
    hall.desk.clock.advance_to(at("2024-03-11T00:00:00Z"));
    hall.desk.run_due().await.unwrap();
    assert_eq!(lines(&hall.desk).await.into_keys().collect::<Vec<_>>(), ["party later", "party meant"]);
    let book = mara.get("/api/v1/register/book").await.done();
    assert_eq!((&book["held"][0]["party"], &book["held"][0]["threat"]), (&json!("meant"), &json!(course.threat)));
    let page = mara.get("/register").await.body;
    assert!(page.contains("held back") && page.contains("meant"), "{page}");
    let size = hall.desk.store.load("register").await.unwrap().unwrap().version;
    hall.desk.run_due().await.unwrap();
    hall.step(SignedDuration::from_hours(1)).await;
    assert_eq!(hall.desk.store.load("register").await.unwrap().unwrap().version, size, "nothing is said twice");
    hall.close().await;
}

/// Two that look like one are told, until somebody says that they are two; a wish to remove is seen and declined.
#[tokio::test]
async fn doubles_are_told_and_told_apart() {
    let hall = Hall::open().await;
    let (mara, ilse) = (hall.person("mara"), hall.person("ilse"));
    let text = "id,kind,name\na,person,Muhammad Hassani\nb,person,Mohammed Hasani\nc,person,Clara Other\n";
    mara.post("/api/v1/register", &json!({"name": "r.csv", "text": text})).await.done();
    let doubles = async || mara.get("/api/v1/register/doubles").await.done()["pairs"].as_array().unwrap().len();
    assert_eq!(doubles().await, 1);
    let page = mara.get("/register/doubles").await.body;
    assert!(page.contains("Muhammad Hassani") && page.contains("Mohammed Hasani"), "{page}");
    let form = [("line", "party b"), ("reason", "the same person")];
    assert_eq!(mara.form("/register/removals", &form).await.status, 303);
    let page = ilse.get("/register").await.body;
    assert!(page.contains("the same person") && page.contains("party b"), "{page}");
    assert_eq!(ilse.form("/register/keeps", &[("line", "party b"), ("reason", "his brother")]).await.status, 303);
    let apart = [("one", "b"), ("other", "a"), ("reason", "two brothers")];
    assert_eq!(ilse.form("/register/doubles", &apart).await.status, 303);
    assert_eq!(doubles().await, 0);
    let again = mara.post("/api/v1/register/doubles", &json!({"one": "a", "other": "b", "reason": "once more"})).await;
    assert_eq!(again.status, 409, "{}", again.body);
    hall.close().await;
}
