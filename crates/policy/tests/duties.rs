//! Who may not, and what may move a deadline: rows on a pack of their own, made from a shipped one.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::assessment::DeadlineKind;
use domain::{Determination, Window};
use jiff::{SignedDuration, Timestamp};
use policy::pack::{Duty, Stake};
use policy::{Asking, Declined, Done, Facts, Pack, Stakes, conflicts, evaluate, kept_apart, shipped_text};

const MORE: &str = r#"
[[deadlines.extensions]]
of = "determine"
bands = ["days"]
at_most = "2h"
times = 2
may = ["senior_officer"]
when = "A report is on its way that will answer what is open."
clause = "our rule"
provenance = "to-check"

[[deadlines.pauses]]
of = "acknowledge"
bands = ["days", "later"]
at_most = "12h"
may = ["assessor"]
when = "The recipient is on a journey of known length and cannot be reached."
clause = "our rule"
provenance = "to-check"

[deadlines.reviews]
points = ["12h", "7d"]
on_new_report = true
clause = "our rule"
provenance = "to-check"

"#;

fn pack() -> Pack {
    let text = shipped_text("icd-191").unwrap();
    let (before, rest) = text.split_once("[[deadlines.extensions]]").unwrap();
    let (_, after) = rest.split_once("[deadlines.escalate_to]").unwrap();
    let text = format!("{before}{MORE}[deadlines.escalate_to]{after}");
    let pack = Pack::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(policy::check(&pack), []);
    pack
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A threat that is two days off: the band `days`.
const AT: &str = "2024-03-01T08:00:00Z";
fn window() -> Window {
    Window { from: Some(time("2024-03-03T08:00:00Z")), to: None }
}

fn asking(of: DeadlineKind, due_at: &str, role: &'static str, reason: &'static str) -> Asking<'static> {
    Asking { of, due_at: time(due_at), at: time(AT), window: Some(window()), role, reason }
}

fn check_extension(asking: &Asking<'_>, by: &str, before: u32, expected: Result<&str, Declined>) {
    let found = pack().extend(asking, by.parse().unwrap(), before);
    assert_eq!(found, expected.map(time), "{asking:?} {by} {before}");
}

#[test]
fn a_deadline_is_put_off_only_as_the_pack_allows() {
    let of = DeadlineKind::Determine;
    let due = "2024-03-01T12:00:00Z";
    let good = asking(of, due, "senior_officer", "a second report is due at noon");
    check_extension(&good, "2h", 0, Ok("2024-03-01T14:00:00Z"));
    check_extension(&good, "2h", 1, Ok("2024-03-01T14:00:00Z"));
    check_extension(&good, "2h", 2, Err(Declined::Spent));
    check_extension(&good, "121m", 0, Err(Declined::TooLong { at_most: "2h".parse().unwrap() }));
    let may = "senior officer".to_owned();
    check_extension(&asking(of, due, "assessor", "busy"), "1h", 0, Err(Declined::NotThisRole { may }));
    check_extension(&asking(of, due, "senior_officer", " \n"), "1h", 0, Err(Declined::NoReason));
    check_extension(&asking(DeadlineKind::Deliver, due, "senior_officer", "r"), "1h", 0, Err(Declined::NotAllowed));
    check_extension(&asking(of, "2024-03-01T07:59:00Z", "senior_officer", "r"), "1h", 0, Err(Declined::Passed));
    // Never beyond the hour at which the harm may begin, and not at all once that is the deadline.
    let near = asking(of, "2024-03-03T07:00:00Z", "senior_officer", "r");
    check_extension(&near, "2h", 0, Ok("2024-03-03T08:00:00Z"));
    check_extension(&asking(of, "2024-03-03T08:00:00Z", "senior_officer", "r"), "2h", 0, Err(Declined::NoTimeLeft));
    // Hours away the pack does not allow it.
    let soon = Some(Window { from: Some(time("2024-03-01T20:00:00Z")), to: None });
    check_extension(&Asking { window: soon, ..good }, "1h", 0, Err(Declined::NotAllowed));
    assert!(
        pack().may_extend(of, time(AT), soon).is_none() && pack().may_extend(of, time(AT), Some(window())).is_some()
    );
}

#[test]
fn a_deadline_stands_still_only_as_the_pack_allows() {
    let pack = pack();
    let of = DeadlineKind::Acknowledge;
    let asked = asking(of, "2024-03-02T08:00:00Z", "assessor", "in the air until evening");
    let paused = pack.pause(&asked, SignedDuration::ZERO).unwrap();
    assert_eq!((paused.until, paused.due_at), (time("2024-03-01T20:00:00Z"), time("2024-03-02T20:00:00Z")));
    // Two hours later they have landed: what was not used is given back.
    assert_eq!(paused.resumed(time(AT), time("2024-03-01T10:00:00Z")), time("2024-03-02T10:00:00Z"));
    assert_eq!(paused.resumed(time(AT), time("2024-03-05T10:00:00Z")), paused.due_at);
    let again = pack.pause(&asked, SignedDuration::from_hours(10)).unwrap();
    assert_eq!(again.until, time("2024-03-01T10:00:00Z"));
    assert_eq!(pack.pause(&asked, SignedDuration::from_hours(12)), Err(Declined::Spent));
    let other = asking(DeadlineKind::Determine, "2024-03-02T08:00:00Z", "assessor", "r");
    assert_eq!(pack.pause(&other, SignedDuration::ZERO), Err(Declined::NotAllowed));
    let late = asking(of, "2024-03-03T08:00:00Z", "assessor", "r");
    assert_eq!(pack.pause(&late, SignedDuration::ZERO), Err(Declined::NoTimeLeft));
}

fn barred(duty: Duty, seen: &[Stake], declared: &[&str]) -> Vec<String> {
    let declared = declared.iter().map(ToString::to_string).collect();
    let stakes = Stakes { seen: seen.iter().copied().collect(), declared };
    conflicts(&pack(), duty, &stakes).into_iter().map(|rule| rule.id.clone()).collect()
}

#[test]
fn whoever_has_a_stake_may_not() {
    assert_eq!(barred(Duty::Affirm, &[], &[]), Vec::<String>::new());
    assert_eq!(barred(Duty::Affirm, &[Stake::NamedInReport], &[]), ["named_in_report"]);
    assert_eq!(barred(Duty::Deliver, &[Stake::NamedInReport], &[]), Vec::<String>::new());
    assert_eq!(barred(Duty::Determine, &[], &["named_in_report"]), ["named_in_report"]);
    assert_eq!(barred(Duty::Affirm, &[Stake::Declared], &[]), Vec::<String>::new());
    assert_eq!(barred(Duty::Affirm, &[Stake::IntendedVictim], &["no_such_rule"]), ["is_meant"]);
    assert_eq!(barred(Duty::Affirm, &[Stake::OwnReport], &["no_such_rule"]), Vec::<String>::new());
}

#[test]
fn duties_are_kept_apart_by_person() {
    let pack = pack();
    let done = [Done { duty: Duty::Determine, by: "a.lind" }, Done { duty: Duty::Draft, by: "m.berg" }];
    let kept = |duty, by| kept_apart(&pack, &done, duty, by).len();
    assert_eq!((kept(Duty::Affirm, "A. Lind "), kept(Duty::Affirm, "m.berg")), (1, 0));
    assert_eq!((kept(Duty::Approve, "m.berg"), kept(Duty::Approve, "a.lind")), (1, 0));
    assert_eq!((kept(Duty::Determine, "a.lind"), kept(Duty::Deliver, "m.berg")), (0, 0));
}

#[test]
fn set_points_bring_a_review_forward() {
    let pack = pack();
    let facts = format!(
        r#"{{"at": "{AT}", "harm": "killing", "victim": {{"kind": "person", "described": "somebody"}},
        "answers": {{"credible": "met", "specific": "met", "impending": "met", "harm_in_scope": "met", "intended_victim": "met"}}}}"#
    );
    let assessment = evaluate(&pack, &Facts::parse(&facts).unwrap()).unwrap();
    assert_eq!(assessment.determination, Determination::Warn);
    let review = assessment.deadline(DeadlineKind::Review).unwrap().by;
    assert_eq!(review, time("2024-03-01T20:00:00Z"), "twelve hours, not the two days of the band");
    let after = |at: &str| pack.next_review(time(AT), time(at), None).to_string();
    assert_eq!(after("2024-03-01T20:00:00Z"), "2024-03-03T20:00:00Z", "the rhythm");
    assert_eq!(after("2024-03-07T20:00:00Z"), "2024-03-08T08:00:00Z", "the second point");
    assert!(pack.reviewed_on_new_report());
}

#[test]
fn disputes_and_originators_have_their_hour() {
    let pack = pack();
    let roles: Vec<String> = (0..4).map(|taken| pack.dispute_step(taken).unwrap().role.clone()).collect();
    assert_eq!(roles, ["assessor", "senior_officer", "senior_officer", "senior_officer"]);
    let step = pack.dispute_step(0).unwrap();
    assert_eq!(pack.dispute_by(step, time(AT), Some(window())).to_string(), "2024-03-01T12:00:00Z");
    let soon = Some(Window { from: Some(time("2024-03-01T09:00:00Z")), to: None });
    assert_eq!(pack.dispute_by(step, time(AT), soon).to_string(), "2024-03-01T09:00:00Z");
    assert_eq!(pack.coordinate_by(time(AT)).to_string(), "2024-03-02T08:00:00Z");
    assert!(pack.originator_by(time(AT), soon) <= time("2024-03-01T09:00:00Z"));
}
