//! What another policy would decide differently: rows of changes to a shipped pack, and what is said of them.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::Determination;
use policy::diff::Stands;
use policy::{Diff, Facts, Pack, decided_differently, diff, shipped, shipped_text};

fn pack(changes: &[(&str, &str)]) -> Pack {
    let text = shipped_text("icd-191").unwrap().to_owned();
    let changed = changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "the shipped pack no longer says {from:?}");
        text.replacen(from, to, 1)
    });
    Pack::parse(&changed).unwrap_or_else(|error| panic!("{error}"))
}

fn compared(from: &str, to: &str) -> Diff {
    diff(&pack(&[]), &pack(&[(from, to)]))
}

fn check(from: &str, to: &str, lost: bool, says: &[&str]) {
    let found = compared(from, to);
    let words: Vec<String> = found
        .classes
        .iter()
        .map(|class| class.words.clone())
        .chain(found.changes.iter().map(policy::Change::words))
        .collect();
    assert_eq!(found.warnings_lost(), lost, "{to}: {words:#?}");
    assert!(!found.same(), "{to}");
    for one in says {
        assert!(words.iter().any(|words| words.contains(one)), "{to} does not say {one:?}: {words:#?}");
    }
}

const RULE: &str =
    "rule = { all = [\"credible\", \"specific\", \"impending\", \"harm_in_scope\", \"intended_victim\"] }";

#[test]
fn a_pack_is_like_itself() {
    for pack in shipped().unwrap() {
        let found = diff(&pack, &pack);
        assert!(found.same() && !found.warnings_lost(), "{}: {found:#?}", pack.says.id);
    }
    let remark = compared("# Our own words.", "# Words of ours.");
    assert!(remark.same() && !remark.warnings_lost() && remark.old.hash != remark.new.hash);
    assert!(remark.tried > 0);
}

#[test]
fn what_would_be_decided_differently_is_said_in_words() {
    // Doubt decides for nobody any more: warnings are lost.
    check(
        "unclear_counts_as = \"met\"",
        "unclear_counts_as = \"not_met\"",
        true,
        &["was warn, becomes open until answered: credible is met or unclear; specific is unclear; impending is met;"],
    );
    // A wider threshold loses nothing.
    let wider = "rule = { all = [\"credible\", \"harm_in_scope\", \"intended_victim\", { any = [\"specific\", \"impending\"] }] }";
    check(
        RULE,
        wider,
        false,
        &[
            "was not owed, once affirmed, becomes warn: credible is met; specific is not met; impending is met;",
            "threshold.rule: was (credible and specific",
        ],
    );
    // A ground more: what was owed may be waived.
    let ground = "id = \"inconvenient\"\ntitle = \"t\"\nquestion = \"q\"\nevidence = \"e\"\naffirmed_by = [\"senior_officer\"]\nreview_after = \"1d\"\nclause = \"c\"\nprovenance = \"to-check\"\n\n[[grounds]]\nid = \"already_aware\"";
    check(
        "id = \"already_aware\"",
        ground,
        true,
        &[
            "was warn, becomes waived, once affirmed:",
            "the ground inconvenient is met",
            "grounds.inconvenient.affirmed_by: is new: senior_officer",
        ],
    );
    // A harm less: it is no longer covered.
    check(
        "harms = [\"killing\", \"serious_bodily_injury\", \"kidnapping\"]",
        "harms = [\"killing\", \"kidnapping\"]",
        true,
        &[
            "was warn, becomes not owed, once affirmed:",
            "for example serious_bodily_injury of a person",
            "scope.harms: was killing, serious_bodily_injury, kidnapping, is killing, kidnapping",
        ],
    );
    // A question more: what was settled is open until it is answered.
    let question = "id = \"novel\"\nquestion = \"q\"\nguidance = \"g\"\nclause = \"c\"\nprovenance = \"to-check\"\n\n[[criteria]]\nid = \"credible\"";
    let more = pack(&[("id = \"credible\"", question), ("all = [\"credible\"", "all = [\"novel\", \"credible\"")]);
    let found = diff(&pack(&[]), &more);
    assert!(found.warnings_lost());
    let open = |class: &&policy::diff::Class| class.was == Stands::Warn && class.becomes == Stands::Open;
    assert!(found.classes.iter().filter(open).any(|class| class.answers["novel"] == ["unanswered"]));
    // Fewer questions asked lose nothing, and are said.
    assert!(!diff(&more, &pack(&[])).warnings_lost());
}

#[test]
fn times_and_roles_that_changed_are_listed() {
    check("deliver = \"8h\"", "deliver = \"16h\"", false, &["deadlines.deliver (harm within 7d): was 8h, is 16h"]);
    check(
        "approve = [\"approver\"]",
        "approve = [\"approver\", \"assessor\"]",
        false,
        &["duties.approve: was approver, is approver, assessor"],
    );
    check(
        "review_after = \"7d\"",
        "review_after = \"30d\"",
        false,
        &["grounds.already_aware.review_after: was 7d, is 30d"],
    );
    check("allowed = true", "allowed = false", false, &["urgent.may: was assessor, senior_officer, is nobody"]);
    check(
        "determine = [\"senior_officer\"]",
        "determine = [\"assessor\", \"senior_officer\"]",
        false,
        &["deadlines.escalate_to.determine: was senior_officer, is assessor, then senior_officer"],
    );
}

/// A pack with other questions altogether: what was a warning is open until the new questions are answered.
#[test]
fn any_two_packs_can_be_compared() {
    let [old, new] = ["icd-191", "uk-threat-to-life"].map(|id| Pack::parse(shipped_text(id).unwrap()).unwrap());
    for (old, new) in [(&old, &new), (&new, &old)] {
        let found = diff(old, new);
        assert!(found.warnings_lost() && found.tried > 0);
        assert!(found.classes.iter().any(|class| class.was == Stands::Warn && class.becomes == Stands::Open));
    }
}

const FACTS: &str = r#"{
  "at": "2024-03-01T08:00:00Z", "harm": "killing", "victim": {"kind": "person", "described": "a shopkeeper"},
  "answers": {"credible": "unclear", "specific": "met", "impending": "met", "harm_in_scope": "met", "intended_victim": "met"},
  "grounds": {"already_aware": "met"},
  "affirmations": [{"of": "waiver", "ground": "already_aware", "by_role": "senior_officer", "by": "m.berg", "reason": "told"}],
  "by": "a.lind"
}"#;

fn decided(new: &Pack, facts: &str) -> Option<(Determination, Determination, bool)> {
    let found = decided_differently(&pack(&[]), new, &Facts::parse(facts).unwrap()).unwrap()?;
    Some((found.was.determination, found.becomes.determination, found.loses_a_warning()))
}

#[test]
fn an_open_threat_is_decided_under_both() {
    use Determination::{Unresolved, Waived, Warn};
    let open = FACTS.replace("\"already_aware\": \"met\"", "\"already_aware\": \"not_met\"");
    let doubting = pack(&[("unclear_counts_as = \"met\"", "unclear_counts_as = \"not_met\"")]);
    assert_eq!(decided(&pack(&[]), FACTS), None);
    assert_eq!(decided(&doubting, &open), Some((Warn, Unresolved, true)));
    assert_eq!(decided(&doubting, &open.replace("unclear", "met")), None);
    // The ground it was waived on is gone: a warning is owed.
    let without = pack(&[("id = \"already_aware\"", "id = \"told_already\"")]);
    assert_eq!(decided(&without, FACTS), Some((Waived, Warn, false)));
    // Another role has to sign now.
    let chief = pack(&[
        ("affirmed_by = [\"senior_officer\"]", "affirmed_by = [\"chief\"]"),
        ("affirm = [\"senior_officer\"]", "affirm = [\"senior_officer\", \"chief\"]"),
        ("[duties]", "[roles]\nchief = \"chief of station\"\n\n[duties]"),
    ]);
    assert_eq!(decided(&chief, FACTS), Some((Waived, Unresolved, false)));
    // The same determination, and somebody else to ask: that is different too.
    let waiting = FACTS.replace("\"by\": \"m.berg\"", "\"by\": \"a.lind\"");
    assert_eq!(decided(&chief, &waiting), Some((Unresolved, Unresolved, false)));
    // Under a pack with other questions nothing is answered yet.
    let other = Pack::parse(shipped_text("clery").unwrap()).unwrap();
    assert_eq!(decided(&other, &open), Some((Warn, Unresolved, true)));
}
