//! Rosters on clocks that are put forward and back, their exceptions, and the hours nobody could be woken for.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

use std::collections::BTreeSet;

use domain::account::{AccountEvent, Accounts};
use domain::roster::{Exception, GapKind, Roster, Shift, check, days, zone};
use domain::wake::WakeAddress;
use domain::{AccountId, ChannelKind, Id, Role};
use jiff::Timestamp;
use jiff::civil::Time;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn shift(person: &str, on: &str, from: &str, to: &str, zone: &str) -> Shift {
    Shift {
        id: Id::from_bits(1),
        role: Role::SeniorOfficer,
        person: person.to_owned(),
        days: on.split(' ').map(|day| days::parse(day).unwrap()).collect(),
        from: from.parse::<Time>().unwrap(),
        to: to.parse::<Time>().unwrap(),
        zone: zone.to_owned(),
        first_day: None,
        last_day: None,
    }
}

const DAILY: &str = "mon tue wed thu fri sat sun";

/// A day shift and a night shift that meet.
fn day_and_night(zone: &str) -> Roster {
    let shifts = vec![shift("okafor", DAILY, "07:00", "19:00", zone), shift("vera", DAILY, "19:00", "07:00", zone)];
    Roster { shifts, ..Roster::default() }
}

#[test]
fn a_shift_begins_when_the_clocks_of_its_zone_say_so() {
    let rows = [
        // London: clocks go forward on 31 March 2024 at 01:00 UTC, back on 27 October at 01:00 UTC.
        ("Europe/London", "2024-03-30T06:59:59Z", "vera"),
        ("Europe/London", "2024-03-30T07:00:00Z", "okafor"),
        ("Europe/London", "2024-03-31T05:59:59Z", "vera"),
        ("Europe/London", "2024-03-31T06:00:00Z", "okafor"),
        ("Europe/London", "2024-10-27T06:59:59Z", "vera"),
        ("Europe/London", "2024-10-27T07:00:00Z", "okafor"),
        ("America/New_York", "2024-03-10T10:59:59Z", "vera"),
        ("America/New_York", "2024-03-10T11:00:00Z", "okafor"),
        ("Asia/Tehran", "2024-01-03T03:29:59Z", "vera"),
        ("Asia/Tehran", "2024-01-03T03:30:00Z", "okafor"),
        ("UTC", "2024-03-31T07:00:00Z", "okafor"),
    ];
    for (zone, time, expected) in rows {
        let found = day_and_night(zone).on_duty(Role::SeniorOfficer, at(time));
        assert_eq!(found, BTreeSet::from([expected.to_owned()]), "{zone} {time}");
    }
    assert!(zone("Middle/Earth").is_none());
}

/// Two shifts that meet in the hour that is left out or comes twice leave no hole and do not overlap.
#[test]
fn shifts_that_meet_at_the_change_of_clocks_meet() {
    for (meet, from, to) in [
        ("01:30", "2024-03-30T12:00:00Z", "2024-04-01T12:00:00Z"),
        ("01:30", "2024-10-26T12:00:00Z", "2024-10-28T12:00:00Z"),
    ] {
        let shifts = vec![
            shift("one", DAILY, "13:00", meet, "Europe/London"),
            shift("two", DAILY, meet, "13:00", "Europe/London"),
        ];
        let roster = Roster { shifts, ..Roster::default() };
        let stretches = roster.duty(Role::SeniorOfficer, at(from), at(to));
        assert!(stretches.iter().all(|stretch| stretch.people.len() == 1), "{stretches:?}");
        assert_eq!((stretches[0].from, stretches.last().unwrap().to), (at(from), at(to)));
        assert!(stretches.windows(2).all(|pair| pair[0].to == pair[1].from));
    }
}

#[test]
fn exceptions_take_out_and_put_in() {
    let mut roster = day_and_night("UTC");
    roster.exceptions.push(Exception {
        id: Id::from_bits(2),
        role: Role::SeniorOfficer,
        from: at("2024-03-04T09:00:00Z"),
        to: at("2024-03-04T12:00:00Z"),
        off: Some("okafor".into()),
        on: Some("max".into()),
        reason: "at the dentist".into(),
    });
    let rows = [
        ("2024-03-04T08:59:59Z", "okafor"),
        ("2024-03-04T09:00:00Z", "max"),
        ("2024-03-04T11:59:59Z", "max"),
        ("2024-03-04T12:00:00Z", "okafor"),
    ];
    for (time, expected) in rows {
        assert_eq!(roster.on_duty(Role::SeniorOfficer, at(time)), BTreeSet::from([expected.to_owned()]), "{time}");
        assert!(roster.on_duty(Role::Assessor, at(time)).is_empty());
    }
}

fn desk(people: &[(&str, bool)]) -> Accounts {
    let mut accounts = Accounts::default();
    for (number, (name, path)) in (1..).zip(people) {
        let id = AccountId::from_bits(number);
        let (name, roles) = ((*name).to_owned(), vec![Role::SeniorOfficer]);
        let opened = AccountEvent::AccountOpened { id, full_name: name.clone(), name, roles };
        accounts = accounts.apply(Timestamp::UNIX_EPOCH, &opened);
        if *path {
            let paths = vec![WakeAddress { kind: ChannelKind::Telephone, address: number.to_string() }];
            accounts = accounts.apply(Timestamp::UNIX_EPOCH, &AccountEvent::WakePathsSet { id, paths });
        }
    }
    accounts
}

#[test]
fn gaps_are_found_and_told() {
    let (from, to) = (at("2024-03-04T00:00:00Z"), at("2024-03-11T00:00:00Z"));
    let roles = BTreeSet::from([Role::SeniorOfficer]);
    let gaps = |roster: &Roster, accounts: &Accounts| check(roster, accounts, &roles, from, to);
    let whole = day_and_night("UTC");
    let (both, okafor, none) = (
        desk(&[("okafor", true), ("vera", true)]),
        desk(&[("okafor", true), ("vera", false)]),
        desk(&[("okafor", false)]),
    );
    assert_eq!(gaps(&whole, &both), vec![]);
    // Seven nights, of which the first began the day before and the last goes on.
    let nights = gaps(&whole, &okafor);
    assert_eq!(nights.len(), 8, "{nights:?}");
    assert!(nights.iter().all(|gap| gap.kind == GapKind::OffDuty && gap.why.contains("vera on duty")));
    let dead = gaps(&whole, &none);
    assert_eq!((dead.len(), dead[0].kind, dead[0].from, dead[0].to), (1, GapKind::Nobody, from, to));
    // Without a roster everybody with the role is always on duty.
    assert_eq!(gaps(&Roster::default(), &okafor), vec![]);
    assert_eq!(gaps(&Roster::default(), &Accounts::default())[0].why, "nobody holds this role");
    let hole = Roster { shifts: vec![shift("okafor", "mon tue wed thu fri sat", "00:00", "00:00", "UTC")], ..whole };
    let sunday = gaps(&hole, &both);
    assert_eq!((sunday.len(), sunday[0].from), (1, at("2024-03-10T00:00:00Z")));
}

proptest! {
    /// Who is on duty at a moment is who stands on the stretch around it, whatever the shifts and the zone.
    #[test]
    fn stretches_and_moments_agree(
        shifts in prop::collection::vec((0_i8..24, 0_i8..24, 0_i8..60, 0_usize..3, 0_usize..3), 1..5),
        moment in 0_i64..(9 * 24 * 60),
    ) {
        let zones = ["Europe/London", "America/New_York", "Australia/Lord_Howe"];
        let on = [DAILY, "mon wed fri", "sun"];
        let shifts: Vec<Shift> = shifts.iter().map(|(from, to, minute, zone, day)| {
            let (from, to) = (format!("{from:02}:{minute:02}"), format!("{to:02}:00"));
            shift(&format!("{from}{to}{day}"), on[*day], &from, &to, zones[*zone])
        }).collect();
        let roster = Roster { shifts, ..Roster::default() };
        let from = at("2024-03-27T00:00:00Z");
        let to = at("2024-04-08T00:00:00Z");
        let moment = from.checked_add(jiff::SignedDuration::from_mins(moment)).unwrap();
        let stretches = roster.duty(Role::SeniorOfficer, from, to);
        let around = stretches.iter().find(|stretch| stretch.from <= moment && moment < stretch.to).unwrap();
        prop_assert_eq!(&around.people, &roster.on_duty(Role::SeniorOfficer, moment));
    }
}
