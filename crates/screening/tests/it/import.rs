//! Registers in four formats, and what is said of rows that cannot be used.

use domain::register::{Change, Geometry, NameKind, PartyId, PartyKind, Register, RelationKind, Tlp};
use domain::words::ChannelKind;
use screening::import::{Format, diff, read, sniff};
use screening::output;

fn check(text: &str, format: Format, parties: usize, relations: usize, bad: &[(usize, &str)]) -> Register {
    let imported = read("list", text);
    assert_eq!(imported.format, format);
    let first = diff(&Register::default(), &imported);
    let said: Vec<String> = first.bad.iter().map(ToString::to_string).collect();
    assert_eq!(first.bad.len(), bad.len(), "{said:?}");
    for (row, (line, reason)) in first.bad.iter().zip(bad) {
        assert!(row.line == *line && row.reason.contains(reason), "{row} lacks {line}: {reason}");
    }
    assert_eq!((first.register.parties().len(), first.register.relations().len()), (parties, relations), "{said:?}");
    assert!(first.changes.iter().all(|change| *change == Change::Added));
    let again = diff(&first.register, &imported);
    assert_eq!((again.added, again.changed, again.entries.len()), (0, 0, 0), "a second import changes nothing");
    assert_eq!(again.register, first.register);
    first.register
}

#[test]
fn our_own_lines() {
    let text = r#"# an illustration
{"from":"a","kind":"member_of","to":"b"}

{"id":"a","kind":"person","names":["Leyla Karimi","Leyla K."]}
{"id":"b","kind":"organisation","names":[{"text":"Lamp","weak":true}]}
{"id":"c","kind":"person"}
{"id":"d","kind":"robot","names":["R"]}
{"id":"e","kind":"person","names":["E"],"colour":"red"}
not json
{"from":"a","kind":"family","to":"zz"}
{"from":"a","kind":"likes","to":"b"}"#;
    let bad = [
        (6, "name is missing"),
        (7, "unknown variant `robot`"),
        (8, "unknown field `colour`"),
        (9, "not JSON"),
        (10, "no party of this register"),
        (11, "unknown variant `likes`"),
    ];
    let register = check(text, Format::JsonLines, 2, 1, &bad);
    let leyla = register.party(&PartyId::new("a")).unwrap();
    assert_eq!(leyla.names.iter().map(|name| name.kind).collect::<Vec<_>>(), [NameKind::Legal, NameKind::Alias]);
}

#[test]
fn a_table() {
    let text = "id;kind;name;aliases;weak_aliases;lat;lon;email;telephone;carries;minutes;starts_at;relation;to;colour\n\
        kerman;place;Kerman;Kirman | کرمان;;30.28;57.08;;;;;;;;\n\
        desk;organisation;\"The \"\"Desk\"\"\";;D;;;a@example.org;+41 31 000;tlp:amber;5;;located_in;kerman;\n\
        desk;;;;;;;;;;;;part_of;kerman;\n\
        fair;event;Fair;;;;;;;;;2024-05-11;;;\n\
        bad1;place;X;;;north;1;;;;;;;;\n\
        bad2;place;X;;;30;;;;;;;;;\n\
        bad3;saint;X;;;;;;;;;;;;\n\
        ;place;X;;;;;;;;;;;;\n\
        bad4;place;;;;;;;;;;;;;\n\
        bad5;place;X;;;;;;;TLP:PINK;;;;;\n\
        bad6;event;X;;;;;;;;;yesterday;;;\n";
    let bad = [
        (1, "column `colour` is not known"),
        (6, "lat `north` is no number"),
        (7, "give both or none"),
        (8, "kind `saint` is none of person"),
        (9, "id is empty"),
        (10, "neither name"),
        (11, "carries `TLP:PINK` is none of TLP:CLEAR"),
        (12, "`yesterday` is no date"),
    ];
    let register = check(text, Format::Csv, 3, 2, &bad);
    let kerman = register.party(&PartyId::new("kerman")).unwrap();
    assert_eq!(kerman.geometry, Some(Geometry::point(30.28, 57.08)));
    assert_eq!(kerman.names.len(), 3);
    let desk = register.party(&PartyId::new("desk")).unwrap();
    assert_eq!(desk.label(), "The \"Desk\"");
    assert!(desk.names[1].weak);
    let paths: Vec<_> = desk.contacts.iter().map(|path| (path.channel, path.rank, path.carries)).collect();
    assert_eq!(paths, [(ChannelKind::Email, 1, Tlp::Amber), (ChannelKind::Telephone, 2, Tlp::Amber)]);
}

#[test]
fn follow_the_money() {
    let text = r#"{"id":"p","schema":"Person","caption":"Leyla Karimi","properties":{"name":["Leyla Karimi","لیلا کریمی"],"weakAlias":["Leyla"],"country":["se"],"email":["l@example.org"],"addressEntity":["adr"]}}
{"id":"c","schema":"Company","properties":{"name":["Orchard Freight"],"previousName":["Apple Carts"],"parent":["h"]}}
{"id":"h","schema":"PublicBody","properties":{"name":"Harbour Office"}}
{"id":"adr","schema":"Address","properties":{"full":["1 Example Road"],"latitude":["59.3"],"longitude":["18.0"]}}
{"id":"ev","schema":"Event","properties":{"name":["Harbour Day"],"startDate":["2024-05"],"involved":["p"]}}
{"id":"d1","schema":"Directorship","properties":{"director":["p"],"organization":["c"],"startDate":["2019"],"endDate":["2023-02-28"],"role":["chair"]}}
{"id":"f1","schema":"Family","properties":{"person":["p"],"relative":["nobody"]}}
{"id":"s","schema":"Sanction","properties":{}}
{"id":"m","schema":"Membership","properties":{"member":["p"]}}"#;
    let bad = [(7, "no party of this register"), (8, "schema `Sanction`"), (9, "must both be given")];
    let register = check(text, Format::FollowTheMoney, 5, 4, &bad);
    let person = register.party(&PartyId::new("p")).unwrap();
    assert_eq!((person.kind, person.country.as_deref()), (PartyKind::Person, Some("SE")));
    assert!(person.names.iter().any(|name| name.weak && name.text == "Leyla"));
    let chair = register.relations().find(|tie| tie.kind == RelationKind::MemberOf).unwrap();
    let valid = chair.valid.unwrap();
    assert_eq!(valid.from.unwrap().to_string(), "2019-01-01T00:00:00Z");
    assert_eq!(valid.to.unwrap().to_string(), "2023-02-28T23:59:59Z");
    assert_eq!(chair.note.as_deref(), Some("chair"));
}

#[test]
fn geojson() {
    let text = r#"{ "type": "FeatureCollection", "features": [
      {"type":"Feature","id":"town","properties":{"name":"Milltown","located_in":"land"},"geometry":{"type":"Point","coordinates":[57.1,30.3]}},
      {"type":"Feature","id":7,"properties":{"name":"Land"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}},
      {"type":"Feature","id":"land","properties":{"name":"Land"},"geometry":null},
      {"type":"Feature","properties":{"name":"Nowhere"},"geometry":null},
      {"type":"Feature","id":"line","properties":{"name":"Road"},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}},
      {"type":"Feature","id":"moon","properties":{"name":"Moon"},"geometry":{"type":"Point","coordinates":[570,30]}}
    ]}"#;
    let bad = [(4, "no `id`"), (5, "geometry is no Point"), (6, "not on the globe")];
    check(text, Format::GeoJson, 3, 1, &bad);
}

#[test]
fn what_is_none_of_these_is_said() {
    for text in ["", "\n\n# nothing\n", "hello world", "%PDF-1.4", "name,kind\nx,place"] {
        assert!(sniff(text).is_err(), "{text:?}");
        let imported = read("list.bin", text);
        assert!(imported.entries.is_empty() && imported.bad[0].reason.starts_with("list.bin: "), "{imported:?}");
    }
    assert_eq!(read("x", "\u{feff}id,kind,name\nx,place,X").entries.len(), 1);
}

#[test]
fn a_changed_row_is_told_from_a_new_one() {
    let before = diff(&Register::default(), &read("x", "id,kind,name\na,place,A\nb,place,B")).register;
    let found = diff(&before, &read("x", "id,kind,name\na,place,A\nb,place,Bee\nc,place,C\nd,,"));
    assert_eq!((found.added, found.changed, found.unchanged, found.bad.len()), (1, 1, 1, 1));
    let said = output::import_sentences(&found);
    assert!(said.starts_with("CSV: 1 new, 1 changed, 1 unchanged, 1 bad.\n  changed: place `b`\n"), "{said}");
    assert_eq!(output::import_document(&found)["added"][0], "place `c`");
}

#[test]
fn cards() {
    let text = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:4f-1\r\nFN:Leyla Karimi\r\nNICKNAME:Leyli,Lily\r\nORG:Orchard\\, Freight;Sales\r\n\
        EMAIL;TYPE=work:l@example.org\r\nitem1.TEL;VALUE=uri;PREF=1:tel:+41-31-555-0100\r\nADR:;;1 Example Ro\r\n ad;Bern;;;CH\r\n\
        GEO:geo:46.9,7.4\r\nEND:VCARD\r\nBEGIN:VCARD\nKIND:group\nFN:The Choir\nMEMBER:urn:uuid:4f-1\nUID:choir\nEND:VCARD\n\
        BEGIN:VCARD\nN:Berg;Pieter;van den;;\nEND:VCARD\nBEGIN:VCARD\nKIND:robot\nFN:R\nEND:VCARD\n\
        BEGIN:VCARD\nEMAIL:x@example.org\nEND:VCARD\nBEGIN:VCARD\nFN:Lost\n";
    let bad = [(22, "KIND `robot`"), (26, "no FN"), (29, "no END")];
    let register = check(text, Format::VCard, 4, 2, &bad);
    let leyla = register.party(&PartyId::new("4f-1")).unwrap();
    let paths: Vec<_> = leyla.contacts.iter().map(|path| (path.channel, path.address.as_str())).collect();
    assert_eq!(paths, [(ChannelKind::Telephone, "+41-31-555-0100"), (ChannelKind::Email, "l@example.org")]);
    assert_eq!(leyla.addresses, ["1 Example Road, Bern, CH"]);
    assert_eq!(leyla.geometry, Some(Geometry::point(46.9, 7.4)));
    assert!(leyla.names[1].weak && leyla.names[2].text == "Lily");
    let labels: Vec<&str> = register.parties().map(domain::register::Party::label).collect();
    assert!(labels.contains(&"Orchard, Freight") && labels.contains(&"Pieter van den Berg"), "{labels:?}");
}

#[test]
fn calendars() {
    let text = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:Asia/Tehran\nEND:VTIMEZONE\n\
        BEGIN:VEVENT\nUID:m-2024\nSUMMARY:Memorial\\, the fourth\nDTSTART:20240103T100000Z\nDTEND:20240103T160000Z\nLOCATION:Golzar Cemetery\n\
        ATTENDEE;CN=\"Karimi, Leyla\":mailto:L@example.org\nORGANIZER:MAILTO:o@example.org\n\
        BEGIN:VALARM\nSUMMARY:wake up\nEND:VALARM\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:day\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20240511\nRRULE:FREQ=YEARLY\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:off\nSUMMARY:Called off\nSTATUS:CANCELLED\nDTSTART:20240103T100000Z\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:bad\nSUMMARY:When\nDTSTART:yesterday\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Who\nDTSTART:20240103T100000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    let bad = [(30, "DTSTART `yesterday` is no time"), (35, "no UID")];
    let register = check(text, Format::ICalendar, 5, 3, &bad);
    let time = |id: &str| {
        let time = register.party(&PartyId::new(id)).unwrap().time.unwrap();
        (time.from.unwrap().to_string(), time.to.map(|to| to.to_string()))
    };
    assert_eq!(time("m-2024"), ("2024-01-03T10:00:00Z".into(), Some("2024-01-03T16:00:00Z".into())));
    assert_eq!(time("day"), ("2024-05-10T10:00:00Z".into(), None), "as wide as it may be, and every year");
    assert_eq!(register.party(&PartyId::new("m-2024")).unwrap().label(), "Memorial, the fourth");
    assert_eq!(register.party(&PartyId::new("l@example.org")).unwrap().label(), "Karimi, Leyla");
}
