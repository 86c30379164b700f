//! More short notes and news items, as police, campuses, consulates, newsrooms and response teams get them. Our own
//! texts; one row each: the stage, then what must stand in a claim about the main event.
#![allow(clippy::unwrap_used)]

use domain::claim::{Claim, Normal, Stage};
use reading::{Dated, Read, open, read};

/// A report handed in on Monday 27 November 2023.
fn take(text: &str) -> Read {
    let name = match text {
        page if page.starts_with('<') => "report.html",
        letter if letter.starts_with("From:") => "report.eml",
        _ => "report.txt",
    };
    let mut document = open(name, text.as_bytes(), None).unwrap();
    document.date = document.date.or(Some(Dated::given(jiff::civil::date(2023, 11, 27))));
    read(document)
}

fn normal(claim: &Claim) -> String {
    match &claim.normalised {
        Normal::Organisation { id, .. } => id.clone(),
        Normal::Text { text, .. } => text.clone(),
        Normal::Place { name, country, .. } => format!("{name}, {country}"),
        Normal::Dates { from: Some(from), to: Some(to), .. } if from == to => from.to_string(),
        Normal::Dates { from: Some(from), to: Some(to), .. } => format!("{from}..{to}"),
        Normal::Dates { .. } | Normal::Unknown => "?".to_owned(),
        Normal::Quantity { at_least, at_most, .. } => {
            let end = |end: &Option<u64>| end.map_or_else(|| "?".to_owned(), |end| end.to_string());
            format!("{}..{}", end(at_least), end(at_most))
        }
    }
}

/// "field=value" must be claimed of the main event; "!field=value" must not.
fn check(text: &str, stage: Stage, expected: &[&str]) {
    let read = take(text);
    let main: Vec<(&str, String, String)> = read
        .claims
        .iter()
        .filter(|claim| claim.is_main())
        .map(|claim| (claim.field.id(), normal(claim), claim.value.to_lowercase()))
        .collect();
    let shown = format!("{text}\n{}\n{main:#?}", read.summary.text);
    assert_eq!(read.stage, Some(stage), "{shown}");
    for expectation in expected {
        let (wanted, pair) = expectation.strip_prefix('!').map_or((true, *expectation), |pair| (false, pair));
        let (field, value) = pair.split_once('=').unwrap();
        let said = main
            .iter()
            .any(|(id, normal, words)| *id == field && (normal == value || words.contains(&value.to_lowercase())));
        assert_eq!(said, wanted, "{expectation} in {shown}");
    }
}

#[test]
fn bombs_and_buildings() {
    let rows: &[(&str, &[&str])] = &[
        (
            "Anonymous note found in the staff room: \"The bomb in the school canteen goes off at noon tomorrow.\"",
            &["act=bombing", "target=the school canteen", "place=the school canteen", "date=2023-11-28"],
        ),
        (
            "A man says he has planted two pipe bombs at Ridgeway University and that they will go off at 3pm on Thursday.",
            &["act=bombing", "means=explosives", "date=2023-11-30", "!perpetrator=they"],
        ),
        ("There is a bomb in the central library in Dundee.", &["act=bombing", "target=library", "place=Dundee, GB"]),
        (
            "\"I will burn the clinic down on Sunday,\" a man told the receptionist of the clinic in Tulsa.",
            &["act=arson", "target=the clinic", "date=2023-12-03", "place=Tulsa, US", "!target=down"],
        ),
        (
            "The cell will attack the consulate in Basra on or about 3 January.",
            &["perpetrator=cell", "target=consulate", "date=2024-01-02..2024-01-04"],
        ),
        (
            "The cell will attack the consulate in Basra by the end of the month.",
            &["perpetrator=cell", "date=2023-11-27..2023-11-30"],
        ),
        (
            "On 5 December militants of Al-Shabaab will attack Mandera airport. The attackers are to use two car bombs.",
            &["organisation=al-shabaab", "target=Mandera airport", "date=2023-12-05"],
        ),
        (
            "Residence of the ambassador in Nairobi: a walk-in said gunmen will storm it tomorrow night.",
            &["act=attack", "perpetrator=gunmen", "date=2023-11-28", "place=Nairobi, KE"],
        ),
    ];
    for (text, expected) in rows {
        check(text, Stage::Threatened, expected);
    }
}

#[test]
fn persons_meant() {
    let rows: &[(&str, Stage, &[&str])] = &[
        (
            "Arms dealers hired a hitman to murder Armin Papperger, chief executive of Rheinmetall, in Düsseldorf in spring 2024.",
            Stage::Planned,
            &[
                "perpetrator=Arms dealers",
                "target=Armin Papperger",
                "place=Düsseldorf, DE",
                "date=2024-03-01..2024-05-31",
            ],
        ),
        (
            "A source told the consulate in Istanbul that a team of four men intends to abduct Reza Karimi before 10 December.",
            Stage::Planned,
            &["act=kidnapping", "target=Reza Karimi", "date=2023-11-27..2023-12-10"],
        ),
        (
            "A reader emailed the newsroom: \"Your editor Paula Stein will be dead by Friday. I know where she lives.\"",
            Stage::Threatened,
            &["act=killing", "target=Paula Stein", "date=2023-11-27..2023-12-01"],
        ),
        (
            "Two men on a motorcycle plan to throw acid at the activist Leila Nouri outside the courthouse in Tunis on Wednesday.",
            Stage::Planned,
            &["perpetrator=Two men", "act=acid-attack", "target=Leila Nouri", "date=2023-11-29"],
        ),
        (
            "A teacher overheard a pupil saying he would bring a gun to Hillcrest Academy next Tuesday and shoot the headmaster.",
            Stage::Threatened,
            &["perpetrator=pupil", "!perpetrator=teacher", "target=headmaster", "means=firearm"],
        ),
        (
            "The FBI warned the senator that a militia member from Ohio had bought a rifle and planned to kill her on 2 December.",
            Stage::Planned,
            &["warned_by=fbi", "warned_to=senator", "perpetrator=militia member", "!perpetrator=fbi"],
        ),
        (
            "A US citizen in Brooklyn, the journalist Masih Alavi, is to be kidnapped by Iranian agents within two weeks.",
            Stage::Threatened,
            &["act=kidnapping", "target=journalist Masih Alavi", "place=Brooklyn, US"],
        ),
        (
            "A user named wolf_88 wrote on Telegram that he'll drive his van into the pride parade in Porto on Saturday.",
            Stage::Threatened,
            &["act=ramming", "perpetrator=user", "target=pride parade", "date=2023-12-02"],
        ),
    ];
    for (text, stage, expected) in rows {
        check(text, *stage, expected);
    }
}

#[test]
fn plans_with_more_than_one_sentence() {
    let rows: &[(&str, &[&str])] = &[
        (
            "ISIS-K is preparing to attack a large public gathering in the city of Kerman, Iran, in the first days of January \
             2024. Two men are to detonate explosive vests in the crowd.\n\n26 December 2023",
            &[
                "organisation=islamic-state-khorasan",
                "place=Kerman, IR",
                "date=2024-01-01..2024-01-07",
                "!date=2023-12-26",
            ],
        ),
        (
            "Foreign fighters crossed from Herat yesterday.\n\n26 December 2023\n\nA cell of ISIS-K is preparing to bomb a \
             ceremony in Kerman, Iran, on 3 January.",
            &["act=bombing", "place=Kerman, IR", "date=2024-01-03", "!date=2023-12-26"],
        ),
        (
            "(S//NF) The two bombers were trained in a camp near Faizabad before they crossed to Iran. They plan to attack a \
             ceremony in Kerman on 3 January.",
            &["act=attack", "perpetrator=bombers", "place=Kerman, IR", "date=2024-01-03"],
        ),
        (
            "A drone attack on the fuel depot at Kaduna is planned for the night of 30 November to 1 December.",
            &["target=fuel depot", "place=Kaduna, NG", "date=2023-11-30..2023-12-01"],
        ),
        (
            "the LockBit affiliate has access to the network of St. Mary Hospital in Ghent and intends to deploy ransomware \
             tonight",
            &["act=cyberattack", "target=St. Mary Hospital", "place=Gent, BE", "date=2023-11-27"],
        ),
        (
            "The hospital's network has been entered by the Akira ransomware group, which plans to encrypt it next week.",
            &["perpetrator=akira", "target=The hospital", "date=2023-12-04..2023-12-10"],
        ),
        (
            "Hezbollah operatives are surveilling the Israeli embassy in Bangkok and intend to carry out a car bombing within \
             two weeks.",
            &["perpetrator=hezbollah", "target=Israeli embassy", "!target=operatives", "date=2023-11-27..2023-12-11"],
        ),
        (
            "From: duty@state.example\nTo: desk@city.example\nDate: Mon, 27 Nov 2023 09:10:00 +0000\nSubject: Warning\n\n\
             Two individuals inspired by Islamic State are planning a knife attack at the Christmas market in Vienna on Friday \
             evening.\n\nPlease confirm receipt.\n",
            &["organisation=islamic-state", "act=stabbing", "place=Vienna, AT", "date=2023-12-01"],
        ),
    ];
    for (text, expected) in rows {
        check(text, Stage::Planned, expected);
    }
}

#[test]
fn foiled_and_not_done() {
    let rows: &[(&str, &[&str])] = &[
        (
            "Police killed one suspect and arrested four people on Tuesday after a foiled plot to attack churches in Colombo at \
             Easter. The National Thowheeth Jama'ath had planned suicide attacks on churches and hotels on 21 April 2019.",
            &["outcome=prevented", "arrests=4..4", "suspects_killed=1..1", "!outcome=it happened", "date=2019-04-21"],
        ),
        (
            "A plot to poison the opposition leader with a nerve agent was thwarted last week, the Prosecutor of Chisinau said. \
             Three people were detained.",
            &["act=poisoning", "outcome=prevented", "target=opposition leader", "arrests=3..3"],
        ),
        (
            "Security services arrested two dozen suspects and foiled a plot by al-Shabaab to bomb a hotel in Nairobi on Friday.",
            &["arrests=24..24", "perpetrator=al-shabaab", "target=a hotel", "outcome=prevented"],
        ),
        (
            "Police said they foiled a plot to bomb a plane at Heathrow on Friday.",
            &["place=London, GB", "target=a plane", "outcome=prevented"],
        ),
    ];
    for (text, expected) in rows {
        check(text, Stage::Foiled, expected);
    }
}

#[test]
fn counts_in_words() {
    let rows: &[(&str, &[&str])] = &[
        ("Bomb in Quetta market: 12 dead, 30 wounded", &["act=bombing", "killed=12..12", "injured=30..30"]),
        ("A car bomb claimed 12 lives in Mogadishu on Sunday.", &["act=bombing", "killed=12..12", "date=2023-11-26"]),
        (
            "A suicide bombing at a mosque in Peshawar left 12 killed and 30 injured on Friday.",
            &["killed=12..12", "injured=30..30", "!perpetrator=Peshawar", "target=a mosque"],
        ),
        (
            "The death toll rose to 15 after a suicide bomber struck a wedding in Kabul on Saturday, officials said.",
            &["killed=15..15", "target=a wedding", "place=Kabul, AF"],
        ),
        (
            "One person died and three were hurt in a shooting at a bar in Marseille on Sunday night.",
            &["killed=1..1", "injured=3..3", "act=shooting", "date=2023-11-26"],
        ),
        (
            "Gunmen from Boko Haram attacked the village of Gamboru on Thursday night, killing no fewer than 12 villagers and \
             abducting two dozen women.",
            &["killed=12..?", "abducted=24..24", "!target=two dozen women", "organisation=boko-haram"],
        ),
        (
            "<html><head><title>Bomb kills 12 in Quetta</title></head><body><h1>Bomb kills 12 in Quetta market</h1><p>QUETTA, \
             Pakistan - A bomb exploded in a crowded vegetable market in Quetta on Saturday, killing 12 people and wounding up \
             to 40, police said.</p></body></html>",
            &["killed=12..12", "injured=?..40", "!perpetrator=A bomb", "date=2023-11-25"],
        ),
        (
            "A bomb tore the airliner apart. All 259 aboard and at least 11 people in the town were killed.",
            &["killed=270..?", "!killed=11..?"],
        ),
        (
            "One person survived and three were killed when a bomb went off in a market in Herat on Sunday.",
            &["killed=3..3", "!killed=4..4"],
        ),
        (
            "A bomb went off in a market in Herat on Sunday. 30 people and two police officers were injured.",
            &["injured=32..32"],
        ),
        (
            "At least 7 people were killed and dozens injured on Sunday when a man drove a car into a crowd in Magdeburg.",
            &["killed=7..?", "perpetrator=a man", "!target=7 people", "target=a crowd"],
        ),
    ];
    for (text, expected) in rows {
        check(text, Stage::Accomplished, expected);
    }
}

#[test]
fn those_overheard_are_meant() {
    let row = "A driver heard two men say that they will shoot the judge in Palermo on Friday.";
    check(row, Stage::Threatened, &["perpetrator=men (they)", "!perpetrator=driver", "target=the judge"]);
}

#[test]
fn several_do_and_one_does() {
    let several = take("Jihadists plan to blow up a bus near Luxor on 3 January.");
    assert!(several.summary.text.starts_with("Jihadists are said"), "{}", several.summary.text);
    let one = take("A team of four men intends to abduct Reza Karimi in Istanbul on 3 January.");
    assert!(one.summary.text.starts_with("A team of four men is said"), "{}", one.summary.text);
}
