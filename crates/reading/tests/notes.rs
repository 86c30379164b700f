//! Short notes before the fact, as they reach a desk: what must be read out of each. Our own texts; one row each.

use domain::claim::{Claim, Field, Normal, Stage};
use reading::{Dated, Read, open, read};

/// A report handed in on Monday 27 November 2023.
fn take(text: &str) -> Read {
    let mut document = open("note.txt", text.as_bytes(), None).unwrap();
    document.date = document.date.or(Some(Dated::given(jiff::civil::date(2023, 11, 27))));
    read(document)
}

fn says(claim: &Claim, expected: &str) -> bool {
    let normal = match &claim.normalised {
        Normal::Organisation { id, .. } => id.clone(),
        Normal::Text { text, .. } => text.clone(),
        Normal::Place { name, country, .. } => format!("{name}, {country}"),
        Normal::Dates { from, to, without_year, at, .. } => {
            let days = from.zip(*to).map(|(from, to)| if from == to { from.to_string() } else { format!("{from}..{to}") });
            let days = days.or_else(|| without_year.clone()).unwrap_or_default();
            format!("{days} {}", at.as_deref().unwrap_or_default()).trim().to_owned()
        }
        Normal::Quantity { at_least, at_most, .. } => format!("{at_least:?}-{at_most:?}"),
        Normal::Unknown => "?".to_owned(),
    };
    normal == expected || claim.value.to_lowercase().contains(&expected.to_lowercase())
}

/// Each expectation is "field=value": the value stands in some claim about the main event, in its words or normalised.
fn check(rows: &[(&str, Stage, &[&str])]) {
    let wrong: Vec<String> = rows.iter().flat_map(|(text, stage, expected)| failures(text, *stage, expected)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn failures(text: &str, stage: Stage, expected: &[&str]) -> Vec<String> {
    let read = take(text);
    let show = || {
        let claims = read.claims.iter().map(|claim| format!("{} {}={} {:?}", claim.event, claim.field.id(), claim.value, claim.normalised));
        format!("{text}\n{}\n{}", read.summary.text, claims.collect::<Vec<_>>().join("\n"))
    };
    let mut wrong: Vec<String> = expected
        .iter()
        .filter(|expectation| {
            let (field, value) = expectation.split_once('=').unwrap();
            let about = read.claims.iter().filter(|claim| claim.is_main() && claim.field.id() == field);
            !about.clone().any(|claim| says(claim, value))
        })
        .map(|expectation| format!("wanted {expectation}"))
        .collect();
    if read.stage != Some(stage) {
        wrong.push(format!("wanted {stage}, found {:?}", read.stage));
    }
    if wrong.is_empty() { wrong } else { vec![format!("{} in: {}", wrong.join(", "), show())] }
}

#[test]
fn planned_attacks() {
    check(&[
    (
        "(U) A group linked to ISIS-K is preparing to attack a large public gathering in Kerman, Iran, in the first week of January.",
        Stage::Planned,
        &["organisation=islamic-state-khorasan", "perpetrator=A group linked to ISIS-K", "place=Kerman, IR", "date=2024-01-01..2024-01-07", "target=large public gathering", "act=attack"],
    ),
    (
        "The cell plans to bomb the Central Mosque in Leeds on 5 December 2023 during Friday prayers.",
        Stage::Planned,
        &["act=bombing", "target=Central Mosque", "place=Leeds, GB", "date=2023-12-05", "perpetrator=cell"],
    ),
    (
        "Intercepted messages show a plot to kidnap the editor Sara Haddad in Brooklyn next week.",
        Stage::Planned,
        &["act=kidnapping", "target=editor Sara Haddad", "place=Brooklyn, US", "date=2023-12-04..2023-12-10"],
    ),
    (
        "ISIS-K militants are planning a suicide bombing against a church in Colombo on Christmas Day.",
        Stage::Planned,
        &["act=bombing", "means=suicide bombing", "target=church", "place=Colombo, LK", "date=2023-12-25", "organisation=islamic-state-khorasan"],
    ),
    (
        "A source reports that the Kinahan cartel has hired two men to shoot John Regan outside his home in Dublin this weekend.",
        Stage::Planned,
        &["act=shooting", "target=John Regan", "place=Dublin, IE", "date=2023-12-02..2023-12-03", "perpetrator=kinahan"],
    ),
    (
        "The Sinaloa Cartel intends to assassinate the mayor of Culiacan before the election.",
        Stage::Planned,
        &["act=assassination", "target=mayor", "organisation=sinaloa-cartel"],
    ),
    (
        "Analysts assess that attackers are preparing to poison the water plant in Springfield with cyanide within 48 hours.",
        Stage::Planned,
        &["act=poisoning", "means=poison", "target=water plant", "date=2023-11-27..2023-11-29"],
    ),
    ]);
}

#[test]
fn threats_to_persons() {
    check(&[
    (
        "Caller says her ex-husband bought a knife and will kill her tonight at 14 Mill Lane, Leeds.",
        Stage::Threatened,
        &["act=killing", "perpetrator=her ex-husband", "target=Caller", "means=knife", "place=14 Mill Lane, Leeds", "place=Leeds, GB", "date=2023-11-27"],
    ),
    (
        "He threatened to shoot his former boss at the warehouse tomorrow morning.",
        Stage::Threatened,
        &["act=shooting", "target=former boss", "place=the warehouse", "date=2023-11-28"],
    ),
    (
        "Inmate told staff that he will stab PC Martin Cole when he is released on Friday.",
        Stage::Threatened,
        &["act=stabbing", "target=PC Martin Cole", "date=2023-12-01", "perpetrator=Inmate"],
    ),
    (
        "My neighbour said he is going to burn down my house on Saturday night.",
        Stage::Threatened,
        &["act=arson", "target=my house", "date=2023-12-02", "perpetrator=neighbour"],
    ),
    (
        "The patient told his therapist he would kill his girlfriend when she returns.",
        Stage::Threatened,
        &["act=killing", "target=his girlfriend", "perpetrator=patient"],
    ),
    (
        "Journalist Maria Lopez received a death threat from the Jalisco cartel: we will kill you on 3 December.",
        Stage::Threatened,
        &["act=killing", "date=2023-12-03"],
    ),
    ("He says hes gonna run over the protesters at the march on Sunday", Stage::Threatened, &["act=ramming", "target=protesters", "date=2023-12-03"]),
    (
        "There is a credible threat to the life of Armin Keller, the chief executive of a defence company in Berlin.",
        Stage::Threatened,
        &["target=Armin Keller"],
    ),
    ]);
}

#[test]
fn threats_to_places() {
    check(&[
    ("im going to shoot up the library on Friday", Stage::Threatened, &["act=shooting", "target=the library", "date=2023-12-01", "perpetrator=the writer"]),
    (
        "A student posted that he will shoot up the cafeteria at Lincoln High School on Friday at 9am.",
        Stage::Threatened,
        &["act=shooting", "target=the cafeteria", "date=2023-12-01 09:00", "perpetrator=student"],
    ),
    ("Caller said there is a bomb at the abortion clinic and it will explode at noon.", Stage::Threatened, &["means=explosives", "place=abortion clinic", "act=bombing"]),
    (
        "An anonymous letter threatens an attack on the synagogue in Malmo on New Year's Eve.",
        Stage::Threatened,
        &["act=attack", "target=synagogue", "date=2023-12-31"],
    ),
    ("ransomware will be deployed against the hospital tonight", Stage::Threatened, &["act=cyberattack", "means=ransomware", "target=the hospital", "date=2023-11-27"]),
    (
        "LockBit is preparing to encrypt the servers of Northgate hospital at 231530ZDEC23.",
        Stage::Planned,
        &["act=cyberattack", "organisation=lockbit", "date=2023-12-23 15:30Z"],
    ),
    (
        "They want to drive a truck into the Christmas market in Strasbourg. A witness heard them say so.",
        Stage::Threatened,
        &["act=ramming", "place=Strasbourg, FR"],
    ),
    ]);
}

#[test]
fn other_stages() {
    check(&[
    ("Police said a plot to bomb Heathrow airport was foiled on Sunday.", Stage::Foiled, &["act=bombing", "outcome=prevented"]),
    ("A gunman tried to assassinate the governor in Lagos on 20 November.", Stage::Attempted, &["act=assassination", "target=the governor", "date=2023-11-20", "place=Lagos, NG"]),
    (
        "Two gunmen shot dead the journalist Ana Ruiz in Culiacan on Saturday; at least three people were injured.",
        Stage::Accomplished,
        &["act=shooting", "target=journalist Ana Ruiz", "date=2023-11-25", "injured=at least three"],
    ),
    ]);
}

#[test]
fn background_stays_background() {
    let read = take(
        "(U) A group linked to ISIS-K is preparing to attack a gathering in Kerman, Iran, in the first week of January.\n\n\
         The same group carried out the attack on a shrine in Shiraz in 2022, killing 15 people. It has killed dozens before.",
    );
    assert_eq!(read.stage, Some(Stage::Planned));
    assert!(!read.claims.iter().any(|claim| claim.is_main() && claim.field == Field::Killed), "{:#?}", read.claims);
    assert!(read.claims.iter().any(|claim| !claim.is_main() && claim.field == Field::Killed));
    let window = read.window.unwrap();
    assert_eq!(window.from.unwrap().to_string(), "2024-01-01T00:00:00Z");
    assert_eq!(window.to.unwrap().to_string(), "2024-01-08T00:00:00Z");
}

#[test]
fn what_is_not_a_threat_says_so() {
    for text in ["The council met on Tuesday to discuss parking.", "Bonjour à tous, la réunion de demain est annulée pour cause de grève."] {
        let read = take(text);
        assert_eq!(read.stage, None, "{text}: {:?}", read.claims);
        assert!(read.summary.text.contains("A person must read it"), "{}", read.summary.text);
    }
}

#[test]
fn warnings_are_read() {
    let read = take(
        "On 20 November the FBI warned the company by telephone that the group was planning an attack in Denver. \
         The company acknowledged the warning.",
    );
    let has = |field, value: &str| read.claims.iter().any(|claim| claim.field == field && says(claim, value));
    assert!(has(Field::WarnedBy, "fbi"), "{:#?}", read.claims);
    assert!(has(Field::WarnedTo, "the company"));
    assert!(has(Field::Channel, "telephone"));
    assert!(has(Field::WarningPlace, "Denver, US"));
    assert!(has(Field::Acknowledgement, "acknowledged"));
}
