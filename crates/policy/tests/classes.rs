//! The kinds of failure that a proof of soundness must find, each with packs broken on purpose and the finding that
//! covers it. What no text can break, because the language cannot say it, is broken in the engine: see `prove`.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use policy::{Pack, check, shipped_text, staffing};

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A combination of answers ends in silence, or can end nowhere.
    Silence,
    /// A waiver or a "not owed" that nobody existing may affirm.
    Affirmer,
    /// Doubt decides against the victim.
    Doubt,
    /// A state without a deadline, or whose escalation ends with nobody who can act.
    Deadline,
    /// Duties that must be apart are not, or not with the accounts at hand.
    Separation,
    /// More evidence of danger turns a warning away.
    Monotone,
    /// A question that never changes the outcome.
    Dead,
}

const KINDS: [Kind; 7] =
    [Kind::Silence, Kind::Affirmer, Kind::Doubt, Kind::Deadline, Kind::Separation, Kind::Monotone, Kind::Dead];

const ALL: &str = "all = [\"credible\", \"specific\", \"impending\", \"harm_in_scope\", \"intended_victim\"]";

/// What is broken, in which text, and what is found. A rule `reader` means that the text is refused with these words.
const BROKEN: &[(Kind, &str, &str, &str, &str)] = &[
    (Kind::Silence, ALL, "at_least = 6, of = [\"credible\", \"specific\"]", "never-warns", "no combination"),
    (Kind::Silence, "determine = [\"assessor\", \"senior_officer\"]", "determine = []", "duty-unfilled", "no role may"),
    (
        Kind::Affirmer,
        "affirmed_by = [\"senior_officer\"]",
        "affirmed_by = []",
        "affirmer-missing",
        "could never be settled",
    ),
    (Kind::Affirmer, "affirmed_by = [\"senior_officer\"]", "affirmed_by = [\"chief\"]", "reader", "no role `chief`"),
    (
        Kind::Affirmer,
        "affirmed_by = [\"senior_officer\"]",
        "affirmed_by = [\"inspector\"]",
        "role-cannot-act",
        "changes nothing",
    ),
    (
        Kind::Doubt,
        "unclear_counts_as = \"met\"",
        "unclear_counts_as = \"not_met\"",
        "doubt-against-victim",
        "against the victim",
    ),
    (Kind::Deadline, "deliver = [\"senior_officer\"]", "deliver = []", "state-unwatched", "for example: credible met"),
    (
        Kind::Deadline,
        "acknowledge = [\"assessor\", \"senior_officer\"]",
        "acknowledge = [\"inspector\"]",
        "state-unwatched",
        "wakes nobody who can act",
    ),
    (Kind::Deadline, "at_most = \"4h\"", "at_most = \"40h\"", "extension-too-long", "may take longer"),
    (
        Kind::Separation,
        "duties = [\"determine\", \"affirm\"]",
        "duties = [\"determine\", \"deliver\"]",
        "affirmer-is-determiner",
        "own silence",
    ),
    (Kind::Monotone, ALL, "not = \"credible\"", "reader", "turn a warning away"),
    (Kind::Monotone, ALL, "none = [\"credible\"]", "reader", "turn a warning away"),
    (
        Kind::Dead,
        ALL,
        "all = [\"credible\", \"specific\", \"impending\", \"harm_in_scope\"]",
        "criterion-dead",
        "use it in the threshold",
    ),
];

#[test]
fn every_kind_of_failure_is_found_for_its_own_reason() {
    let text = shipped_text("icd-191").unwrap();
    let mut covered = BTreeSet::new();
    for (kind, from, to, rule, says) in BROKEN {
        assert!(text.contains(from), "the shipped pack no longer says {from:?}");
        let found: Vec<(String, String)> = match Pack::parse(&text.replacen(from, to, 1)) {
            Err(refused) => vec![("reader".into(), refused.to_string())],
            Ok(pack) => check(&pack).into_iter().map(|one| (one.rule.into(), one.what)).collect(),
        };
        let own = |(found, what): &(String, String)| found == rule && what.contains(says);
        assert!(found.iter().any(own), "{kind:?}, {to}: {found:#?}");
        covered.insert(*kind);
    }
    assert_eq!(covered.into_iter().collect::<Vec<_>>(), KINDS);
    println!("{} broken packs over {} kinds of failure, each found", BROKEN.len(), KINDS.len());
}

/// Separation that two persons could meet, and the one who is here cannot.
#[test]
fn separation_is_met_with_the_accounts_at_hand_or_not_at_all() {
    let pack = Pack::parse(shipped_text("uk-threat-to-life").unwrap()).unwrap();
    let all = ["assessor", "senior_officer", "approver", "deliverer"].map(String::from).to_vec();
    let alone = [("ilse".to_owned(), all.clone())];
    let two = [("ilse".to_owned(), all.clone()), ("mara".to_owned(), all)];
    let rules: Vec<&str> = staffing(&pack, &alone).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["not-enough-persons", "not-enough-persons"]);
    assert_eq!(staffing(&pack, &two), []);
}
