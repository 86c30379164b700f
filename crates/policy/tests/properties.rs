//! What holds for every pack and all facts: P2, doubt, monotony, totality, replay; and for every text: an answer.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use domain::{Answer, Determination, Harm, VictimKind, Window};
use jiff::Timestamp;
use policy::facts::{Affirmation, Of, Victim};
use policy::{Facts, Pack, evaluate, explain, shipped, shipped_text};
use proptest::prelude::*;
use proptest::sample::select;

const ANSWERS: [Option<Answer>; 4] = [Some(Answer::Met), Some(Answer::NotMet), Some(Answer::Unclear), None];
const SILENCE: [Determination; 2] = [Determination::NotOwed, Determination::Waived];

fn packs() -> Vec<Pack> {
    shipped().unwrap()
}

fn plain(pack: &Pack, digits: usize) -> Facts {
    let answered = pack.says.criteria.iter().enumerate();
    let answers = answered
        .filter_map(|(place, criterion)| Some((criterion.id.clone(), ANSWERS[(digits >> (2 * place)) & 3]?)))
        .collect();
    Facts {
        at: "2024-03-01T08:00:00Z".parse().unwrap(),
        harm: Harm::Killing,
        victim: Victim { kind: pack.says.scope.victims[0], described: "somebody".into() },
        window: None,
        answers,
        grounds: BTreeMap::new(),
        affirmations: Vec::new(),
        by: Some("first".into()),
    }
}

/// The ways to affirm, and whether the signature itself is good.
fn signatures(of: Of, ground: Option<&str>) -> [(Option<Affirmation>, bool); 5] {
    let by = |role: &str, by: &str, reason: &str| {
        Some(Affirmation {
            of,
            ground: ground.map(str::to_owned),
            by_role: role.into(),
            by: by.into(),
            reason: reason.into(),
        })
    };
    [
        (None, false),
        (by("senior_officer", "First", "r"), false),
        (by("approver", "second", "r"), false),
        (by("senior_officer", "second", "\n"), false),
        (by("senior_officer", "second", "r"), true),
    ]
}

/// P2, exhaustively: every answer to every criterion of every shipped pack, with every kind of signature.
#[test]
fn no_answers_end_in_silence_without_a_good_signature() {
    let mut tried = 0_u64;
    for pack in packs() {
        let ground = pack.says.grounds.first().map(|ground| ground.id.clone());
        let ways = [(Of::NotOwed, None), (Of::Waiver, ground)];
        for digits in 0..1_usize << (2 * pack.says.criteria.len()) {
            let mut facts = plain(&pack, digits);
            let settled = facts.answers.len() == pack.says.criteria.len()
                && !facts.answers.values().any(|answer| *answer == Answer::Unclear);
            for (of, ground) in &ways {
                facts.grounds = ground.iter().map(|ground| (ground.clone(), Answer::Met)).collect();
                for (affirmation, good) in signatures(*of, ground.as_deref()) {
                    facts.affirmations = affirmation.into_iter().collect();
                    let found = evaluate(&pack, &facts).unwrap().determination;
                    assert!(good || !SILENCE.contains(&found), "{}: {facts:?} gave {found}", pack.says.id);
                    assert!(settled || found != Determination::NotOwed, "{}: {facts:?}", pack.says.id);
                    tried += 1;
                }
            }
        }
    }
    println!("{tried} combinations over {} packs; none is silent without a second person", packs().len());
}

fn time() -> impl Strategy<Value = Timestamp> {
    // The years that RFC 3339 can write: 0000 to 9999.
    let seconds = -62_167_219_200_i64..253_402_207_200;
    prop_oneof![1_700_000_000_i64..1_800_000_000, seconds].prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn window() -> impl Strategy<Value = Option<Window>> {
    let ends = (proptest::option::of(time()), proptest::option::of(time()));
    proptest::option::of(ends.prop_map(|(from, to)| match (from, to) {
        (Some(from), Some(to)) => Window { from: Some(from.min(to)), to: Some(from.max(to)) },
        (from, to) => Window { from, to },
    }))
}

fn answers(ids: Vec<String>) -> BoxedStrategy<BTreeMap<String, Answer>> {
    let each: Vec<_> = ids
        .into_iter()
        .map(|id| select(ANSWERS.to_vec()).prop_map(move |answer| answer.map(|answer| (id.clone(), answer))))
        .collect();
    each.prop_map(|answers| answers.into_iter().flatten().collect()).boxed()
}

fn affirmation(grounds: Vec<String>) -> impl Strategy<Value = Affirmation> {
    let mut named: Vec<Option<String>> = grounds.into_iter().map(Some).collect();
    named.push(None);
    let roles = ["assessor", "senior_officer", "senior_officer", "approver", "inspector"];
    let names = ["a", "A ", "b", "", "\u{200b}"];
    (select(vec![Of::Waiver, Of::NotOwed]), select(named), select(roles.to_vec()), select(names.to_vec()), "[ r]{0,2}")
        .prop_map(|(of, ground, role, by, reason)| Affirmation {
            of,
            ground,
            by_role: role.into(),
            by: by.into(),
            reason,
        })
}

fn facts_for(pack: &Pack) -> BoxedStrategy<Facts> {
    let criteria = pack.says.criteria.iter().map(|one| one.id.clone()).collect();
    let grounds: Vec<String> = pack.says.grounds.iter().map(|one| one.id.clone()).collect();
    let harms = select(vec!["killing", "killing", "kidnapping", "arrest", "ransomware"]);
    let kinds = select(vec![VictimKind::Person, VictimKind::Group, VictimKind::Location]);
    let signed = proptest::collection::vec(affirmation(grounds.clone()), 0..4);
    let by = select(vec![None, Some("a".to_owned()), Some("b".to_owned())]);
    (time(), harms, kinds, window(), answers(criteria), answers(grounds), signed, by)
        .prop_map(|(at, harm, kind, window, answers, grounds, affirmations, by)| Facts {
            at,
            harm: Harm::from(harm.to_owned()),
            victim: Victim { kind, described: "somebody".into() },
            window,
            answers,
            grounds,
            affirmations,
            by,
        })
        .boxed()
}

fn pack_and_facts() -> impl Strategy<Value = (Pack, Facts)> {
    select(packs()).prop_flat_map(|pack| {
        let facts = facts_for(&pack);
        (Just(pack), facts)
    })
}

/// The table of `settle`, said once more in other words, as a check on both.
fn expected(pack: &Pack, facts: &Facts) -> Determination {
    let letters = |name: &str| name.trim().to_lowercase().replace('\u{200b}', "");
    let in_scope = pack.says.scope.harms.iter().any(|harm| harm == facts.harm.id())
        && pack.says.scope.victims.contains(&facts.victim.kind);
    let unknown: Vec<&str> =
        pack.says.criteria.iter().map(|one| one.id.as_str()).filter(|id| !facts.answers.contains_key(*id)).collect();
    let reached = |missing: bool| {
        policy::settle::value(&pack.says.threshold.rule, &|id| match facts.answers.get(id) {
            Some(Answer::Met | Answer::Unclear) => policy::settle::Truth::True,
            None if missing => policy::settle::Truth::True,
            Some(Answer::NotMet) | None => policy::settle::Truth::False,
        }) == policy::settle::Truth::True
    };
    let signed = |of: Of, ground: Option<&str>| {
        facts.affirmations.iter().any(|one| {
            one.of == of
                && one.ground.as_deref() == ground
                && one.by_role == "senior_officer"
                && !letters(&one.by).is_empty()
                && !one.reason.trim().is_empty()
                && facts.by.as_ref().is_some_and(|by| letters(by) != letters(&one.by))
        })
    };
    let met: Vec<&String> =
        facts.grounds.iter().filter(|(_, answer)| **answer == Answer::Met).map(|(id, _)| id).collect();
    if in_scope && reached(false) {
        return match met.iter().any(|ground| signed(Of::Waiver, Some(ground))) {
            true => Determination::Waived,
            false if met.is_empty() => Determination::Warn,
            false => Determination::Unresolved,
        };
    }
    let possible = in_scope && reached(true);
    let doubt = facts.answers.values().any(|answer| *answer == Answer::Unclear);
    if possible || doubt || !unknown.is_empty() || !signed(Of::NotOwed, None) {
        return Determination::Unresolved;
    }
    Determination::NotOwed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_is_total_agrees_with_its_table_and_always_asks_somebody((pack, facts) in pack_and_facts()) {
        let found = evaluate(&pack, &facts).unwrap();
        prop_assert_eq!(found.determination, expected(&pack, &facts));
        prop_assert_eq!(&found, &evaluate(&pack, &facts).unwrap(), "replay");
        prop_assert_eq!(found.needs.is_empty(), found.determination != Determination::Unresolved);
        prop_assert!(found.needs.iter().all(|need| pack.has_role(&need.role) && need.by >= facts.at));
        prop_assert!(!found.deadlines.is_empty());
        prop_assert!(found.deadlines.iter().all(|one| !one.escalate_to.is_empty() && one.by >= facts.at));
        prop_assert!(found.reasons.iter().all(|reason| !reason.clause.is_empty() && !reason.effect.is_empty()));
        prop_assert!(explain(&pack, &found).contains(&pack.says.id));
    }

    #[test]
    fn doubt_and_evidence_never_turn_a_warning_into_silence((pack, facts) in pack_and_facts()) {
        let before = evaluate(&pack, &facts).unwrap().determination;
        for id in facts.answers.keys() {
            let mut raised = facts.clone();
            raised.answers.insert(id.clone(), Answer::Unclear);
            let doubted = evaluate(&pack, &raised).unwrap().determination;
            prop_assert!(doubted != Determination::NotOwed, "{} unclear: {} then {}", id, before, doubted);
            prop_assert!(before != Determination::Warn || doubted == Determination::Warn);
            raised.answers.insert(id.clone(), Answer::Met);
            let met = evaluate(&pack, &raised).unwrap().determination;
            prop_assert!(before != Determination::Warn || met == Determination::Warn);
        }
    }

    /// The same facts under the same bytes give the same assessment, after any of them went to disk and back.
    #[test]
    fn a_determination_can_be_replayed((pack, facts) in pack_and_facts()) {
        let first = evaluate(&pack, &facts).unwrap();
        let again = Facts::parse(&serde_json::to_string(&facts).unwrap()).unwrap();
        let pack = Pack::parse(shipped_text(&pack.says.id).unwrap()).unwrap();
        let second = evaluate(&pack, &again).unwrap();
        prop_assert_eq!(&first, &second);
        let kept = serde_json::to_string(&first).unwrap();
        let read: domain::assessment::Assessment = serde_json::from_str(&kept).unwrap();
        prop_assert_eq!(&read, &second);
        prop_assert_eq!(kept, serde_json::to_string(&second).unwrap());
    }

    /// No double standard: who somebody is, in whatever words, changes nothing.
    #[test]
    fn the_same_danger_is_decided_alike_whoever_is_meant((pack, facts) in pack_and_facts(), described in "\\PC{0,40}") {
        let mut other = facts.clone();
        other.victim.described = described;
        prop_assert_eq!(evaluate(&pack, &facts).unwrap(), evaluate(&pack, &other).unwrap());
    }

    #[test]
    fn facts_read_what_they_write((_, facts) in pack_and_facts()) {
        let text = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(Facts::parse(&text).unwrap(), facts);
    }

    #[test]
    fn unknown_ids_are_refused_by_name((pack, mut facts) in pack_and_facts(), id in "\\PC{0,80}") {
        prop_assume!(pack.criterion(&id).is_none());
        facts.answers.insert(id.clone(), Answer::Met);
        let error = evaluate(&pack, &facts).unwrap_err();
        prop_assert_eq!(error.path(), format!("answers.{}", id));
        let located = error.in_text(&serde_json::to_string(&facts).unwrap());
        prop_assert!(located.place().is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}", at in 0_usize..8000, cut in 0_usize..40, junk in "[\\[\\]{}\"=,:.\\n\\\\a-z0-9]{0,12}") {
        let _ = Facts::parse(&text);
        let _ = Pack::parse(&text);
        for whole in [shipped_text("icd-191").unwrap(), r#"{"at":"2024-03-01T08:00:00Z","harm":"killing","victim":{"kind":"person","described":""}}"#] {
            let letters: Vec<char> = whole.chars().collect();
            let at = at % letters.len();
            let rest = letters.iter().skip(at + cut);
            let mutant: String = letters[..at].iter().copied().chain(junk.chars()).chain(rest.copied()).collect();
            if let Err(error) = Pack::parse(&mutant) {
                prop_assert!(error.line >= 1 && error.line <= mutant.lines().count().max(1) + 1, "{error}");
            }
            let _ = Facts::parse(&mutant);
        }
    }
}

/// Nesting is bounded by the readers, not by the stack.
#[test]
fn deep_texts_are_refused() {
    let deep = |open: &str, close: &str| open.repeat(20_000) + &close.repeat(20_000);
    let rule = format!("rule = {}", deep("{ all = [", "] }"));
    let pack = shipped_text("icd-191").unwrap().replacen("rule = {", &format!("{rule}\nold = {{"), 1);
    assert!(Pack::parse(&pack).is_err());
    let facts = format!("{{\"window\": {}}}", deep("[", "]"));
    assert!(Facts::parse(&facts).is_err());
    assert!(Facts::parse(&deep("{\"a\":", "}")).is_err());
    assert!(Pack::parse(&"a.".repeat(100_000)).is_err());
}
