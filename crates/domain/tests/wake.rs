//! Whom to call, in which order, how long to wait: rows over a small desk, and a property over any.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

use domain::account::{AccountEvent, Accounts};
use domain::roster::{Roster, Shift, days};
use domain::threat::{AttemptResult, ClockOf};
use domain::wake::{About, Next, Opening, Wake, WakeAddress, WakeEvent, apply, tiers};
use domain::{AccountId, ChannelKind, Id, Role};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const LADDER: [Role; 2] = [Role::Assessor, Role::SeniorOfficer];

fn start() -> Timestamp {
    "2024-03-04T02:00:00Z".parse().unwrap()
}

/// Sign-in name, role, and how many ways there are to wake them.
fn desk(people: &[(&str, Role, usize)]) -> Accounts {
    let mut accounts = Accounts::default();
    for (number, (name, role, ways)) in (1..).zip(people) {
        let id = AccountId::from_bits(number);
        let (name, roles) = ((*name).to_owned(), vec![*role]);
        let opened = AccountEvent::AccountOpened { id, full_name: name.clone(), name: name.clone(), roles };
        let way = |at| WakeAddress { kind: ChannelKind::Email, address: format!("{name}-{at}@desk.example") };
        let paths = (1..=*ways).map(way).collect();
        let set = AccountEvent::WakePathsSet { id, paths };
        accounts = accounts.apply(start(), &opened).apply(start(), &set);
    }
    accounts
}

fn wake(patient: bool) -> Wake {
    let about = About::Deadline { threat: Id::from_bits(1), of: ClockOf::Identify, asked_at: start() };
    let opening = Opening {
        id: Id::from_bits(2),
        reference: "W-2024-000001".to_owned(),
        about,
        answer_by: start(),
        ladder: LADDER.to_vec(),
        asked_before: 0,
        patient,
    };
    apply(None, start(), &WakeEvent::WakeOpened { opening }).unwrap()
}

fn handed() -> AttemptResult {
    AttemptResult::HandedOver { evidence: "250 ok".to_owned() }
}

/// What a wake does in its first minutes, as `minute name-way`, when every call ends as `result` says.
fn calls(
    accounts: &Accounts,
    roster: &Roster,
    minutes: i64,
    patient: bool,
    result: impl Fn(&str) -> AttemptResult,
) -> (Vec<String>, Wake) {
    let (mut wake, mut at, mut made) = (wake(patient), start(), Vec::new());
    let end = start().checked_add(SignedDuration::from_mins(minutes)).unwrap();
    for _ in 0..10_000 {
        if at >= end {
            return (made, wake);
        }
        let take = |wake: Wake, event: &WakeEvent| apply(Some(wake), at, event).unwrap();
        match wake.next(&tiers(&LADDER, accounts, roster, at), at) {
            Next::Call(calling) => {
                let minute = at.duration_since(start()).as_mins();
                let name = calling.to.address.replace("@desk.example", "");
                made.push(format!("{minute} {name}"));
                let (number, result) = (calling.number, result(&name));
                wake = take(wake, &WakeEvent::CallStarted { calling: *calling });
                wake = take(wake, &WakeEvent::CallFinished { number, result });
            }
            Next::Nobody(why) => wake = take(wake, &WakeEvent::NobodyWoken { why }),
            Next::Wait(until) => {
                assert!(until > at, "waiting goes forward");
                at = until;
            }
        }
    }
    panic!("a wake that never waits: {made:?}");
}

#[test]
fn one_is_called_after_the_other_with_growing_urgency() {
    let people = desk(&[("mara", Role::Assessor, 2), ("okafor", Role::SeniorOfficer, 1)]);
    let (made, _) = calls(&people, &Roster::default(), 60, false, |_| handed());
    let expected = [
        "0 mara-1",
        "10 mara-2",
        "20 mara-1",
        "20 okafor-1",
        "25 mara-2",
        "30 mara-1",
        "30 okafor-1",
        "33 mara-2",
        "36 mara-1",
        "36 okafor-1",
    ];
    assert_eq!(made, expected);
    // What is not pressing is said once, and the desk asks again by itself.
    let (made, _) = calls(&people, &Roster::default(), 20 * 60, true, |_| handed());
    assert_eq!(made, ["0 mara-1"]);
}

#[test]
fn a_way_that_fails_costs_no_time_and_the_next_role_is_asked() {
    let people = desk(&[("mara", Role::Assessor, 2), ("okafor", Role::SeniorOfficer, 1)]);
    let refused = |name: &str| match name {
        "okafor-1" => handed(),
        _ => AttemptResult::Refused { evidence: "550".to_owned() },
    };
    let (made, wake) = calls(&people, &Roster::default(), 5, false, refused);
    assert_eq!(made, ["0 mara-1", "0 mara-2", "0 mara-1", "0 okafor-1"]);
    assert!(wake.nobody.is_none());
}

#[test]
fn nobody_is_said_in_words_and_looked_at_again() {
    let later = |_: &str| AttemptResult::TryLater { evidence: "421".to_owned() };
    let people = desk(&[("mara", Role::Assessor, 1), ("okafor", Role::SeniorOfficer, 1)]);
    let (made, wake) = calls(&people, &Roster::default(), 20, false, later);
    let nobody = wake.nobody.unwrap();
    assert!(nobody.why.contains("every way") && nobody.since == start(), "{nobody:?}");
    assert_eq!(made, ["0 mara-1", "0 mara-1", "0 okafor-1", "15 mara-1", "15 okafor-1"]);
    let (made, wake) = calls(&desk(&[("mara", Role::Assessor, 0)]), &Roster::default(), 3 * 60, false, later);
    assert!(made.is_empty());
    assert!(wake.nobody.unwrap().why.contains("has a waking path"));
}

#[test]
fn a_call_lost_in_a_crash_is_made_again() {
    let people = desk(&[("okafor", Role::SeniorOfficer, 1)]);
    let lost = |_: &str| AttemptResult::Unknown { evidence: "the desk stopped".to_owned() };
    let (made, _) = calls(&people, &Roster::default(), 9, false, lost);
    assert_eq!(made, ["0 okafor-1", "0 okafor-1"], "twice, and then it is waited for an answer");
}

#[test]
fn whoever_is_on_duty_is_called_else_everybody_with_the_role() {
    let people =
        desk(&[("okafor", Role::SeniorOfficer, 1), ("vera", Role::SeniorOfficer, 1), ("max", Role::SeniorOfficer, 0)]);
    let shift = |person: &str| Shift {
        id: Id::from_bits(1),
        role: Role::SeniorOfficer,
        person: person.to_owned(),
        days: vec![days::parse("mon").unwrap()],
        from: "00:00".parse().unwrap(),
        to: "06:00".parse().unwrap(),
        zone: "UTC".to_owned(),
        first_day: None,
        last_day: None,
    };
    for (on_duty, expected) in [("vera", vec!["vera"]), ("max", vec!["okafor", "vera"])] {
        let roster = Roster { shifts: vec![shift(on_duty)], ..Roster::default() };
        let found = tiers(&LADDER, &people, &roster, start());
        assert_eq!(found.len(), 1, "nobody is an assessor");
        assert_eq!(found[0].on_duty, expected.len() == 1);
        let names: Vec<_> = found[0].people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, expected, "{on_duty} on duty");
    }
}

proptest! {
    /// Whoever can be called is called within the first hour, whatever fails; and nobody more than twenty times.
    #[test]
    fn everybody_is_reached_in_the_first_hour(
        mara in 0_usize..4, okafor in 1_usize..4, dead in prop::collection::vec(any::<bool>(), 8),
    ) {
        let people = desk(&[("mara", Role::Assessor, mara), ("okafor", Role::SeniorOfficer, okafor)]);
        let result = |name: &str| {
            let at = name.bytes().map(usize::from).sum::<usize>() % dead.len();
            if dead[at] { AttemptResult::Refused { evidence: "550".to_owned() } } else { handed() }
        };
        let (made, wake) = calls(&people, &Roster::default(), 60, false, result);
        prop_assert!(made.iter().any(|call| call.contains("okafor")), "{made:?}");
        prop_assert!(mara == 0 || made.iter().any(|call| call.contains("mara")));
        let alive = wake.calls.iter().any(domain::wake::Call::may_have_reached);
        prop_assert!(alive || wake.nobody.is_some(), "nobody was reached and nobody says so");
        prop_assert!(made.len() <= 40, "{made:?}");
    }
}

/// A pack's own role is a word like any other, in JSON and in the roster of those who can be called.
#[test]
fn a_role_of_a_pack_is_held_and_called() {
    let own = Role::named("duty_manager").unwrap();
    assert_eq!((own.id(), own.to_string().as_str(), own.works()), ("duty_manager", "duty manager", true));
    let json = serde_json::to_string(&[own, Role::SeniorOfficer]).unwrap();
    assert_eq!(json, "[\"duty_manager\",\"senior_officer\"]");
    assert_eq!(serde_json::from_str::<Vec<Role>>(&json).unwrap(), [own, Role::SeniorOfficer]);
    let longest = "a".repeat(60);
    assert_eq!(Role::named(&longest).map(|role| role.id().to_owned()), Some(longest.clone()));
    for bad in ["", "A cook", "1st", "caf\u{e9}", &(longest + "a")] {
        assert_eq!(Role::named(bad), None, "{bad}");
    }
    let id = Id::from_bits(1);
    let opened = AccountEvent::AccountOpened { id, name: "ola".into(), full_name: "Ola".into(), roles: vec![own] };
    let path = WakeAddress { kind: ChannelKind::Email, address: "ola@desk.example".into() };
    let at: Timestamp = "2024-03-01T09:00:00Z".parse().unwrap();
    let accounts = Accounts::default().apply(at, &opened);
    let accounts = accounts.apply(at, &AccountEvent::WakePathsSet { id, paths: vec![path] });
    let found = tiers(&[own, Role::SeniorOfficer], &accounts, &Roster::default(), at);
    assert_eq!(found.iter().map(|tier| (tier.role, tier.people.len())).collect::<Vec<_>>(), [(own, 1)]);
}
