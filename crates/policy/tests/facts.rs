//! Facts that are refused, and where; facts and what they come to.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::assessment::{Assessment, DeadlineKind};
use policy::{Facts, FactsError, Pack, evaluate, shipped_text};

fn icd() -> Pack {
    Pack::parse(shipped_text("icd-191").unwrap()).unwrap()
}

const FACTS: &str = r#"{
  "at": "2024-03-01T08:00:00Z", "harm": "killing",
  "victim": {"kind": "person", "described": "a shopkeeper"},
  "window": {"from": "2024-03-02T00:00:00Z", "to": "2024-03-03T00:00:00Z"},
  "answers": {"credible": "met", "specific": "met",
    "impending": "met", "harm_in_scope": "met", "intended_victim": "met"},
  "grounds": {"already_aware": "met"},
  "affirmations": [{"of": "waiver", "ground": "already_aware", "by_role": "senior_officer", "by": "m.berg", "reason": "told"}],
  "by": "a.lind"
}"#;

fn changed(from: &str, to: &str) -> String {
    assert!(FACTS.contains(from), "{from}");
    FACTS.replacen(from, to, 1)
}

fn judged(text: &str) -> Result<Assessment, FactsError> {
    let facts = Facts::parse(text)?;
    evaluate(&icd(), &facts).map_err(|error| error.in_text(text))
}

fn check_refused(from: &str, to: &str, path: &str, line: usize, says: &str) {
    let error = judged(&changed(from, to)).expect_err(to);
    assert_eq!(error.path(), path, "{to}: {error}");
    assert_eq!(error.place().map(|(line, _)| line), Some(line), "{to}: {error}");
    assert!(error.to_string().contains(says), "{to}: {error}");
}

#[test]
fn facts_are_refused_with_their_place() {
    check_refused("2024-03-01T08:00:00Z", "2024-02-30T08:00:00Z", "at", 2, "day");
    check_refused("2024-03-01T08:00:00Z", "2024-03-01T25:00:00Z", "at", 2, "hour");
    check_refused("2024-03-01T08:00:00Z", "2024-03-01T08:00:00", "at", 2, "offset");
    for wrong in [
        "2023-02-29T08:00:00Z",
        "2024-03-01T24:00:00Z",
        "2024-03-01 08:00:00Z",
        "2024-03-01T08:00Z",
        "2024-03-01T08:00:00+24:00",
        "2024-03-01T08:00:00+01",
        "2024-03-01T08:00:00+00:60",
        "2024-03-01T08:00:00.Z",
        "2024-03-01T08:00:00+01:00[Europe/Paris]",
        "20240301T080000Z",
        "-002024-03-01T08:00:00Z",
        "12024-03-01T08:00:00Z",
        "2024-W09-5",
        "tomorrow",
        "",
        " 2024-03-01T08:00:00Z",
    ] {
        check_refused("2024-03-01T08:00:00Z", wrong, "at", 2, "is not a time");
    }
    check_refused("\"2024-03-01T08:00:00Z\"", "1709280000", "at", 2, "string");
    check_refused("\"2024-03-03T00:00:00Z\"", "\"tomorrow\"", "window.to", 4, "");
    check_refused("\"2024-03-03T00:00:00Z\"", "\"2024-03-01T23:00:00Z\"", "window.to", 4, "before it starts");
    check_refused("\"to\"", "\"until\"", "window.until", 4, "unknown field");
    check_refused("\"credible\": \"met\"", "\"credible\": \"yes\"", "answers.credible", 5, "unknown variant `yes`");
    check_refused("\"credible\": \"met\"", "\"credible\": null", "answers.credible", 5, "");
    check_refused(
        "\"impending\": \"met\"",
        "\"impeding\": \"met\"",
        "answers.impeding",
        6,
        "has no criterion `impeding`",
    );
    check_refused("\"impending\": \"met\"", "\"credible\": \"not_met\"", "answers", 6, "answered twice");
    check_refused(
        "\"grounds\": {\"already_aware\"",
        "\"grounds\": {\"rich\"",
        "grounds.rich",
        7,
        "has no ground `rich`",
    );
    check_refused(
        "\"ground\": \"already_aware\"",
        "\"ground\": \"rich\"",
        "affirmations[0].ground",
        8,
        "no ground `rich`",
    );
    check_refused(
        "\"by_role\": \"senior_officer\"",
        "\"by_role\": \"chief\"",
        "affirmations[0].by_role",
        8,
        "no role `chief`",
    );
    check_refused("\"of\": \"waiver\"", "\"of\": \"silence\"", "affirmations[0].of", 8, "unknown variant `silence`");
    check_refused("\"person\"", "\"ghost\"", "victim.kind", 3, "unknown variant `ghost`");
    check_refused("\"killing\"", "\" \"", "harm", 2, "harm is empty");
    check_refused("\"by\": \"a.lind\"", "\"by\": \"a.lind\", \"mood\": 1", "mood", 9, "unknown field");
    check_refused("\"by\": \"a.lind\"\n}", "\"by\": \"a.lind\"\n} {}", "", 10, "something follows");
    check_refused("\"by\": \"a.lind\"", "\"by\": \"a.lind\", \"by\": \"b\"", "", 9, "duplicate field");
    check_refused("\"at\": \"2024-03-01T08:00:00Z\", ", "", "", 10, "missing field `at`");
}

/// The same instant, however RFC 3339 may write it: a leap day, a leap second, offsets, fractions, lower case.
#[test]
fn times_are_read_as_rfc_3339_writes_them() {
    let at = |text: &str| Facts::parse(&changed("2024-03-01T08:00:00Z", text)).unwrap().at.to_string();
    assert_eq!(at("2024-02-29T08:00:00Z"), "2024-02-29T08:00:00Z");
    assert_eq!(at("2024-03-01t09:00:00+01:00"), "2024-03-01T08:00:00Z");
    assert_eq!(at("2024-03-01T07:59:59.999z"), "2024-03-01T07:59:59.999Z");
    assert_eq!(at("2024-02-29T22:30:00-23:30"), "2024-03-01T22:00:00Z");
    assert!(
        at("2016-12-31T23:59:60Z").starts_with("2016-12-31T23:59:59")
            || at("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z"
    );
    assert_eq!(at("2024-03-01T08:00:00-00:00"), "2024-03-01T08:00:00Z");
}

#[test]
fn a_refusal_prints_nothing_that_moves_the_terminal() {
    let error = judged(&changed("\"impending\"", "\"\\u001b[2J\\u202eimp\"")).unwrap_err().to_string();
    assert!(error.contains("\\u{1b}[2J\\u{202e}imp") && !error.contains('\u{1b}'), "{error}");
}

/// The facts with one place changed: the determination, and words one of the reasons or needs must have.
fn check_facts(from: &str, to: &str, expected: &str, says: &str) {
    let assessment = judged(&changed(from, to)).unwrap();
    let json = serde_json::to_value(&assessment).unwrap();
    assert_eq!(json["determination"], expected, "{to}: {json:#}");
    assert!(json.to_string().contains(says), "{to} does not say {says:?}: {json:#}");
}

#[test]
fn only_a_proper_affirmation_waives() {
    check_facts("a.lind", "a.lind", "waived", "m.berg (senior officer) affirmed the waiver");
    check_facts("\"by\": \"m.berg\"", "\"by\": \" A.Lind\\u200b\"", "unresolved", "silence takes two people");
    check_facts("\"by\": \"m.berg\"", "\"by\": \" . \"", "unresolved", "it names nobody");
    check_facts("\"reason\": \"told\"", "\"reason\": \"\"", "unresolved", "gave no reason");
    check_facts(
        "\"by_role\": \"senior_officer\"",
        "\"by_role\": \"assessor\"",
        "unresolved",
        "may not affirm it; senior officer may",
    );
    check_facts("\"ground\": \"already_aware\", ", "", "unresolved", "it names no ground");
    check_facts(
        "\"of\": \"waiver\", \"ground\": \"already_aware\"",
        "\"of\": \"not_owed\"",
        "unresolved",
        "the threshold is reached",
    );
    check_facts("\"of\": \"waiver\"", "\"of\": \"not_owed\"", "unresolved", "rests on no ground");
    check_facts(",\n  \"by\": \"a.lind\"", "", "unresolved", "do not say who made the determination");
    check_facts(
        "\"already_aware\": \"met\"",
        "\"already_aware\": \"unclear\"",
        "warn",
        "only a ground that is met waives",
    );
    check_facts(
        "\"already_aware\": \"met\"",
        "\"already_aware\": \"not_met\"",
        "warn",
        "the ground is not answered met",
    );
    check_facts("\"already_aware\": \"met\"", "", "warn", "the ground is not answered met");
    check_facts("\"credible\": \"met\"", "\"credible\": \"not_met\"", "unresolved", "there is nothing to waive");
    check_facts("\"credible\": \"met\", ", "", "unresolved", "answer `credible`");
    check_facts("\"killing\"", "\"arrest\"", "unresolved", "the harm `arrest` is outside this pack");
}

#[test]
fn every_silence_that_waits_says_for_whom_and_until_when() {
    let assessment = judged(&changed("\"by\": \"m.berg\"", "\"by\": \"a.lind\"")).unwrap();
    let need = &assessment.needs[0];
    assert!(need.what.starts_with("affirm waiver on `already_aware`"), "{need:?}");
    assert_eq!((need.role.as_str(), need.by.to_string().as_str()), ("senior_officer", "2024-03-01T09:00:00Z"));
    assert_eq!(assessment.deadline(DeadlineKind::Affirm).unwrap().by, need.by);
}

fn check_times(at: &str, window: &str, expected: [&str; 3]) {
    let text = changed("\"already_aware\": \"met\"", "").replacen("2024-03-01T08:00:00Z", at, 1);
    let text = text.replacen("{\"from\": \"2024-03-02T00:00:00Z\", \"to\": \"2024-03-03T00:00:00Z\"}", window, 1);
    let assessment = judged(&text).unwrap();
    let kinds = [DeadlineKind::Deliver, DeadlineKind::Acknowledge, DeadlineKind::Review];
    let found = kinds.map(|kind| assessment.deadline(kind).unwrap().by.to_string());
    assert_eq!(found, expected, "{at} {window}");
}

#[test]
fn deadlines_follow_the_band_and_never_pass_the_start() {
    let at = "2024-03-01T08:00:00Z";
    // Hours away: one to deliver, two more to acknowledge, a look every six.
    check_times(
        at,
        r#"{"from":"2024-03-02T00:00:00Z","to":"2024-03-03T00:00:00Z"}"#,
        ["2024-03-01T09:00:00Z", "2024-03-01T11:00:00Z", "2024-03-01T14:00:00Z"],
    );
    // Half an hour away: nothing is due after it may begin.
    check_times(
        at,
        r#"{"from":"2024-03-01T08:30:00Z","to":"2024-03-01T10:00:00Z"}"#,
        ["2024-03-01T08:30:00Z", "2024-03-01T08:30:00Z", "2024-03-01T09:00:00Z"],
    );
    // It has begun: the most urgent band; it has ended: the rhythm goes on.
    check_times(
        at,
        r#"{"from":"2024-02-01T00:00:00Z","to":"2024-02-02T00:00:00Z"}"#,
        ["2024-03-01T09:00:00Z", "2024-03-01T11:00:00Z", "2024-03-01T14:00:00Z"],
    );
    // Nobody knows when: the pack's own band for that.
    check_times(at, "null", ["2024-03-01T16:00:00Z", "2024-03-02T16:00:00Z", "2024-03-03T08:00:00Z"]);
    check_times(
        at,
        r#"{"from":null,"to":"2024-03-02T12:00:00Z"}"#,
        ["2024-03-01T16:00:00Z", "2024-03-02T16:00:00Z", "2024-03-01T12:00:00Z"],
    );
    // The end of time is an end.
    check_times(
        "9999-12-30T22:00:00Z",
        "null",
        ["9999-12-30T22:00:00.999999999Z", "9999-12-30T22:00:00.999999999Z", "9999-12-30T22:00:00.999999999Z"],
    );
}
