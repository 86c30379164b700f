//! Short notes before the fact, as they reach a desk: what must be read out of each. Our own texts; one row each.
#![allow(clippy::unwrap_used)]

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
            let days =
                from.zip(*to).map(|(from, to)| if from == to { from.to_string() } else { format!("{from}..{to}") });
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
        let claims = read
            .claims
            .iter()
            .map(|claim| format!("{} {}={} {:?}", claim.event, claim.field.id(), claim.value, claim.normalised));
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
            &[
                "organisation=islamic-state-khorasan",
                "perpetrator=A group linked to ISIS-K",
                "place=Kerman, IR",
                "date=2024-01-01..2024-01-07",
                "target=large public gathering",
                "act=attack",
            ],
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
            &[
                "act=bombing",
                "means=suicide bombing",
                "target=church",
                "place=Colombo, LK",
                "date=2023-12-25",
                "organisation=islamic-state-khorasan",
            ],
        ),
        (
            "A source reports that the Kinahan cartel has hired two men to shoot John Regan outside his home in Dublin this weekend.",
            Stage::Planned,
            &[
                "act=shooting",
                "target=John Regan",
                "place=Dublin, IE",
                "date=2023-12-02..2023-12-03",
                "perpetrator=kinahan",
            ],
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
            &[
                "act=killing",
                "perpetrator=her ex-husband",
                "target=Caller",
                "means=knife",
                "place=14 Mill Lane, Leeds",
                "place=Leeds, GB",
                "date=2023-11-27",
            ],
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
        (
            "He says hes gonna run over the protesters at the march on Sunday",
            Stage::Threatened,
            &["act=ramming", "target=protesters", "date=2023-12-03"],
        ),
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
        (
            "im going to shoot up the library on Friday",
            Stage::Threatened,
            &["act=shooting", "target=the library", "date=2023-12-01", "perpetrator=the writer"],
        ),
        (
            "A student posted that he will shoot up the cafeteria at Lincoln High School on Friday at 9am.",
            Stage::Threatened,
            &["act=shooting", "target=the cafeteria", "date=2023-12-01 09:00", "perpetrator=student"],
        ),
        (
            "Caller said there is a bomb at the abortion clinic and it will explode at noon.",
            Stage::Threatened,
            &["means=explosives", "place=abortion clinic", "act=bombing"],
        ),
        (
            "An anonymous letter threatens an attack on the synagogue in Malmo on New Year's Eve.",
            Stage::Threatened,
            &["act=attack", "target=synagogue", "date=2023-12-31"],
        ),
        (
            "ransomware will be deployed against the hospital tonight",
            Stage::Threatened,
            &["act=cyberattack", "means=ransomware", "target=the hospital", "date=2023-11-27"],
        ),
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
        (
            "Police said a plot to bomb Heathrow airport was foiled on Sunday.",
            Stage::Foiled,
            &["act=bombing", "outcome=prevented"],
        ),
        (
            "A gunman tried to assassinate the governor in Lagos on 20 November.",
            Stage::Attempted,
            &["act=assassination", "target=the governor", "date=2023-11-20", "place=Lagos, NG"],
        ),
        (
            "Two gunmen shot dead the journalist Ana Ruiz in Culiacan on Saturday; at least three people were injured.",
            Stage::Accomplished,
            &["act=shooting", "target=journalist Ana Ruiz", "date=2023-11-25", "injured=at least three"],
        ),
    ]);
}

#[test]
fn notes_as_people_write_them() {
    check(&[
        (
            "hi, pls help. my dads friend keeps saying hes gonna kill us all when mum gets back from work today. hes drunk and has \
             an axe. we live at 22 Hope Street, Glasgow",
            Stage::Threatened,
            &[
                "act=killing",
                "perpetrator=friend",
                "date=2023-11-27",
                "means=knife",
                "place=22 Hope Street, Glasgow",
                "place=Glasgow, GB",
            ],
        ),
        (
            "Student reports classmate saying \"I'm gonna bring my dad's gun to school Thursday and kill everyone in third period\". \
             School is Roosevelt Middle School in Dayton, Ohio.",
            Stage::Threatened,
            &["perpetrator=classmate", "means=firearm", "target=everyone", "date=2023-11-30", "place=Dayton, US"],
        ),
        (
            "A woman telephoned and said her ex-boyfriend had broken into her house in Cardiff and had told her that he would return \
             to kill her.",
            Stage::Threatened,
            &["perpetrator=ex-boyfriend", "target=A woman", "place=Cardiff, GB"],
        ),
        (
            "The Bishnoi gang plans to murder Gurpreet Singh, a Sikh activist, outside the Guru Nanak temple in Surrey, British \
             Columbia, between 15 and 20 December. Two gunmen have been hired.",
            Stage::Planned,
            &[
                "organisation=bishnoi-gang",
                "target=Gurpreet Singh",
                "place=Surrey, CA",
                "place=Guru Nanak temple",
                "date=2023-12-15..2023-12-20",
            ],
        ),
        (
            "CISA notified the hospital by telephone that the Akira ransomware group had gained access to its network and was likely \
             to deploy ransomware within hours. The hospital confirmed receipt. No data was encrypted.",
            Stage::Threatened,
            &[
                "act=cyberattack",
                "warned_by=cisa",
                "warned_to=hospital",
                "channel=telephone",
                "acknowledgement=acknowledged",
            ],
        ),
        (
            "The embassy received information that terrorists may be planning to conduct an attack targeting large gatherings of \
             people in Johannesburg, South Africa, on 29 December. There is no further information regarding the timing or target.",
            Stage::Planned,
            &[
                "target=large gatherings",
                "place=Johannesburg, ZA",
                "date=2023-12-29",
                "specificity=no further information",
            ],
        ),
        (
            "Police have warned John Gill that his life is in danger. Associates of a rival gang have been paid to shoot him at a pub \
             in Dublin before Christmas. He declined an escort.",
            Stage::Planned,
            &[
                "warned_by=police",
                "warned_to=John Gill",
                "target=John Gill",
                "place=Dublin, IE",
                "perpetrator=rival gang",
            ],
        ),
    ]);
}

/// A report after the fact, of an attack that had been warned of, with older attacks told beside it.
#[test]
fn another_attack_after_the_fact() {
    let read = take(
        "The United States had warned Russia that Islamic State militants were planning to attack large gatherings in Moscow, two U.S. \
         officials told The New York Times on Saturday.\n\nGunmen opened fire at a concert hall near Moscow on Friday evening, killing at \
         least 133 people and wounding more than 140. ISIS-K claimed responsibility for the attack. Russian authorities said they had \
         detained 11 people.\n\nIn 2002, militants took about 800 people hostage at a Moscow theater and at least 129 hostages died. In \
         2017, the United States shared intelligence that helped Russia foil an attack in St. Petersburg.",
    );
    let main = |field| {
        let about = read.claims.iter().filter(move |claim| claim.is_main() && claim.field == field);
        about.map(|claim| claim.value.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(read.stage, Some(Stage::Accomplished));
    assert_eq!(main(Field::Killed), ["at least 133"]);
    assert_eq!(main(Field::Injured), ["more than 140"]);
    assert_eq!(main(Field::Arrests), ["11"]);
    assert_eq!(main(Field::Date), ["Friday evening"], "Saturday is when officials spoke");
    assert_eq!(main(Field::ClaimOfResponsibility), ["ISIS-K"]);
    assert_eq!(main(Field::WarningPlace), ["Moscow, Russia"]);
    assert!(read.window.is_none());
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
    for text in [
        "The council met on Tuesday to discuss parking.",
        "Bonjour à tous, la réunion de demain est annulée pour cause de grève.",
    ] {
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
