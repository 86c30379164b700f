//! The part of soundness that is proved by trying: all answers to all criteria, and every role as an affirmer.

use std::collections::BTreeMap;

use domain::assessment::Assessment;
use domain::{Answer, Determination, Harm, Role};
use jiff::Timestamp;

use crate::check::Findings;
use crate::evaluate;
use crate::facts::{Affirmation, Facts, FactsError, Of, Victim};
use crate::pack::{Pack, Rule};
use crate::settle::{Inputs, Row, Truth, Waiver, rule, rule_faults, settle, threshold};
use crate::symmetry::{Combination, MET, NOT_MET, UNCLEAR, classes, combinations, count};

/// Above this many combinations that stand for others a proof takes too long; such a policy is two policies.
const MOST_COMBINATIONS: u64 = 1 << 17;
const MOST_CRITERIA: usize = 60;

/// How much was tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Proof {
    /// Combinations of answers tried, one for all that the rules treat alike.
    pub combinations: u64,
    /// Combinations of answers (met, not met, unclear, unanswered) that these stand for: 4 to the number of criteria.
    pub stands_for: u128,
    /// Whole situations evaluated, with grounds and signatures.
    pub situations: u64,
}

/// What is proved about: the program's own functions, or broken ones in a test of the proof.
#[derive(Clone, Copy)]
struct Engine {
    threshold: fn(&Pack, &Combination) -> Truth,
    settle: fn(Inputs<'_>) -> Row,
    evaluate: fn(&Pack, &Facts) -> Result<Assessment, FactsError>,
}

const OURS: Engine =
    Engine { threshold: |pack, answers| threshold(pack, &|id| answers.of(pack, id)), settle, evaluate };

pub(crate) fn prove(pack: &Pack, found: &mut Findings) -> Proof {
    prove_with(OURS, pack, found)
}

fn prove_with(engine: Engine, pack: &Pack, found: &mut Findings) -> Proof {
    let ids: Vec<&str> = pack.says.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
    let tracks = pack.says.tracks.iter().map(|track| &track.rule);
    let rules: Vec<&Rule> = std::iter::once(&pack.says.threshold.rule).chain(tracks).collect();
    let few = ids.len() <= MOST_CRITERIA;
    let classes = if few { classes(&ids, &rules) } else { Vec::new() };
    if !few || count(&classes).is_none_or(|count| count > MOST_COMBINATIONS) {
        let what = format!(
            "{} criteria have too many combinations to prove; split the pack, or let the threshold treat more of them alike",
            ids.len()
        );
        found.say("too-many-criteria", "criteria", what);
        return Proof::default();
    }
    let combinations = combinations(ids.len(), &classes);
    let mut prover =
        Prover { engine, pack, faulty: !rule_faults(pack).is_empty(), found, said: Vec::new(), situations: 0 };
    prover.every_answer(&combinations);
    prover.every_criterion_counts(&combinations, &classes);
    prover.every_affirmer();
    let stands_for = 4_u128.saturating_pow(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    let situations = prover.situations;
    Proof { combinations: u64::try_from(combinations.len()).unwrap_or(u64::MAX), stands_for, situations }
}

struct Prover<'a> {
    engine: Engine,
    pack: &'a Pack,
    faulty: bool,
    found: &'a mut Findings,
    said: Vec<&'static str>,
    situations: u64,
}

impl Prover<'_> {
    fn truth(&self, combination: &Combination) -> Truth {
        (self.engine.threshold)(self.pack, combination)
    }

    /// Says each rule once, with its first counter-example.
    fn say(&mut self, rule: &'static str, place: &str, example: &Combination, what: &str) {
        if !self.said.contains(&rule) {
            self.said.push(rule);
            self.found.say(rule, place, format!("{what}; for example: {}", example.words(self.pack)));
        }
    }

    fn every_answer(&mut self, combinations: &[Combination]) {
        let (mut can_warn, mut can_be_silent) = (false, false);
        for combination in combinations {
            let threshold = self.truth(combination);
            let complete = combination.complete() && !self.faulty;
            let settle = self.engine.settle;
            let row = |waivers: &[Waiver], not_owed_affirmed| {
                settle(Inputs { threshold, complete, waivers, not_owed_affirmed })
            };
            can_warn |= row(&[], false) == Row::Warn;
            can_be_silent |= row(&[], true) == Row::NotOwed;
            let unsigned = [row(&[], false), row(&[Waiver::Proposed], false)];
            if unsigned.iter().any(|row| is_silent(row.determination())) {
                let what = "these answers end in silence with nobody's affirmation";
                self.say("silence-unaffirmed", "threshold", combination, what);
            }
            if !combination.complete() && row(&[], true) == Row::NotOwed {
                let what = "these answers end in \"not owed\" with a question open";
                self.say("silence-incomplete", "threshold", combination, what);
            }
            if threshold == Truth::Open && complete {
                let what = "these answers leave the question open and ask nobody";
                self.say("open-unasked", "threshold", combination, what);
            }
            self.monotone(combination, threshold);
            self.tracked(combination, threshold);
            self.somebody_is_asked(combination);
        }
        if !can_warn {
            self.found.say("never-warns", "threshold.rule", "no combination of answers leads to a warning");
        }
        if !can_be_silent {
            let what = "no combination of answers can end in \"not owed\", so the criteria decide nothing";
            self.found.say("always-warns", "threshold.rule", what);
        }
    }

    /// More evidence of danger (not met to unclear to met) never turns a warning away; doubt never does either.
    fn monotone(&mut self, combination: &Combination, threshold: Truth) {
        if threshold != Truth::True {
            return;
        }
        for (place, criterion) in self.pack.says.criteria.iter().enumerate() {
            if self.truth(&combination.with(place, MET)) != Truth::True {
                let what = format!("these answers warn, and {} met turns the warning away", criterion.id);
                self.say("not-monotone", "threshold", combination, &what);
            }
            let not_met = combination.answer(place) == Some(Answer::NotMet);
            if not_met && self.truth(&combination.with(place, UNCLEAR)) != Truth::True {
                let what = format!("these answers warn, and doubt about {} turns the warning away", criterion.id);
                self.say("doubt-turns-away", "threshold", combination, &what);
            }
        }
    }

    /// Where a pack has tracks, the threshold is reached exactly when one of them is.
    fn tracked(&mut self, combination: &Combination, threshold: Truth) {
        if self.pack.says.tracks.is_empty() {
            return;
        }
        let rules = self.pack.says.tracks.iter().map(|track| track.rule.clone()).collect();
        let tracks = rule(self.pack, &Rule::Any(rules), &|id| combination.of(self.pack, id));
        if tracks != threshold {
            let what = "the threshold and the tracks disagree, so a warning could go without its form, or a form without a warning";
            self.say("track-apart", "tracks", combination, what);
        }
    }

    /// With nothing signed: what is not settled names a person to ask and a time, and everything has a deadline whose
    /// ladder ends with somebody who can act.
    fn somebody_is_asked(&mut self, combination: &Combination) {
        let Some(facts) = self.facts(combination) else { return };
        let Some(assessment) = self.judge(&facts) else {
            let what = "these answers are refused, so nobody could give them";
            return self.say("answers-refused", "criteria", combination, what);
        };
        if is_silent(assessment.determination) {
            let what = "these answers end in silence with nobody's affirmation";
            self.say("silence-unaffirmed", "threshold", combination, what);
        }
        let asked = assessment.needs.iter().any(|need| self.acts(&need.role) && need.by >= facts.at);
        if assessment.determination == Determination::Unresolved && !asked {
            let what = "these answers leave the question open and ask nobody who can act";
            self.say("open-unasked", "threshold", combination, what);
        }
        let ends = |ladder: &[String]| ladder.last().is_some_and(|role| self.acts(role));
        if assessment.deadlines.is_empty() || !assessment.deadlines.iter().all(|one| ends(&one.escalate_to)) {
            let what = "these answers leave a state that has no deadline, or one that wakes nobody who can act";
            self.say("state-unwatched", "deadlines", combination, what);
        }
    }

    fn acts(&self, role: &str) -> bool {
        self.pack.has_role(role) && role != Role::Inspector.id()
    }

    fn judge(&mut self, facts: &Facts) -> Option<Assessment> {
        self.situations += 1;
        (self.engine.evaluate)(self.pack, facts).ok()
    }

    /// For each criterion some other answers make it the one that decides.
    fn every_criterion_counts(&mut self, combinations: &[Combination], classes: &[Vec<usize>]) {
        for class in classes {
            let decides = combinations.iter().filter(|one| one.complete()).any(|one| {
                let changes =
                    |place: &usize| self.truth(&one.with(*place, MET)) != self.truth(&one.with(*place, NOT_MET));
                class.iter().any(changes)
            });
            for criterion in class.iter().filter(|_| !decides).filter_map(|place| self.pack.says.criteria.get(*place)) {
                let what = "no answer to this question ever changes the outcome; use it in the threshold or drop it";
                self.found.say("criterion-dead", format!("criteria.{}", criterion.id), what);
            }
        }
    }

    /// Every role tries to affirm everything, once as another person and once as the one who determined.
    fn every_affirmer(&mut self) {
        let pack = self.pack;
        let roles: Vec<&str> = pack.role_ids().collect();
        let grounds = pack.says.grounds.iter().map(|ground| (Some(ground.id.as_str()), &ground.affirmed_by));
        for (ground, entitled) in grounds.chain([(None, &pack.says.not_owed.affirmed_by)]) {
            let place = ground.map_or_else(|| "not_owed".to_owned(), |ground| format!("grounds.{ground}"));
            for role in &roles {
                if self.silences(ground, role, "first") {
                    let what = format!("whoever determined can affirm it alone, as {}", pack.role_words(role));
                    self.found.say("affirmed-alone", &*place, what);
                }
                if self.silences(ground, role, "second") && !entitled.iter().any(|entitled| entitled == role) {
                    let what = format!("the role {} can affirm it without being named", pack.role_words(role));
                    self.found.say("affirmed-unentitled", &*place, what);
                }
            }
        }
    }

    fn silences(&mut self, ground: Option<&str>, role: &str, by: &str) -> bool {
        let answer = if ground.is_some() { Answer::Met } else { Answer::NotMet };
        let answers = self.pack.says.criteria.iter().map(|criterion| (criterion.id.clone(), answer)).collect();
        let Some(facts) = trial(self.pack, answers) else { return false };
        let affirmation = Affirmation {
            of: if ground.is_some() { Of::Waiver } else { Of::NotOwed },
            ground: ground.map(str::to_owned),
            by_role: role.to_owned(),
            by: by.to_owned(),
            reason: "trial".to_owned(),
        };
        let grounds = ground.map(|ground| BTreeMap::from([(ground.to_owned(), Answer::Met)])).unwrap_or_default();
        let facts = Facts { grounds, affirmations: vec![affirmation], ..facts };
        self.judge(&facts).is_some_and(|assessment| is_silent(assessment.determination))
    }

    fn facts(&self, combination: &Combination) -> Option<Facts> {
        let answered = self.pack.says.criteria.iter().enumerate();
        let answers = answered.filter_map(|(place, one)| Some((one.id.clone(), combination.answer(place)?)));
        trial(self.pack, answers.collect())
    }
}

/// Facts in scope with these answers; `None` for a pack without a scope, which is found elsewhere.
fn trial(pack: &Pack, answers: BTreeMap<String, Answer>) -> Option<Facts> {
    Some(Facts {
        at: Timestamp::UNIX_EPOCH,
        harm: Harm::from(pack.says.scope.harms.first()?.clone()),
        victim: Victim { kind: *pack.says.scope.victims.first()?, described: String::new() },
        window: None,
        answers,
        grounds: BTreeMap::new(),
        affirmations: Vec::new(),
        by: Some("first".to_owned()),
    })
}

const fn is_silent(determination: Determination) -> bool {
    match determination {
        Determination::NotOwed | Determination::Waived => true,
        Determination::Warn | Determination::Unresolved => false,
    }
}

/// The proof is worth what it can find: engines broken on purpose, each found for its own reason.
#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::check::Unsound;

    fn check(engine: Engine, expected: &[&str], says: &str) {
        let pack = crate::shipped_pack("icd-191").unwrap().unwrap();
        let mut found = Findings::default();
        prove_with(engine, &pack, &mut found);
        let rules: Vec<&str> = found.list.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, expected, "{:#?}", found.list);
        assert!(found.list.iter().any(|Unsound { what, .. }| what.contains(says)), "{:#?}", found.list);
    }

    #[test]
    fn our_engine_is_sound() {
        let pack = crate::shipped_pack("icd-191").unwrap().unwrap();
        let mut found = Findings::default();
        let proof = prove_with(OURS, &pack, &mut found);
        assert_eq!(found.list, []);
        assert_eq!((proof.combinations, proof.stands_for), (56, 1024));
    }

    #[test]
    fn an_engine_that_counts_backwards_is_found_with_a_counter_example() {
        let backwards = |pack: &Pack, answers: &Combination| {
            let met = (0..pack.says.criteria.len()).filter(|place| answers.answer(*place) == Some(Answer::Met)).count();
            if met == 2 { Truth::True } else { Truth::False }
        };
        let expected = ["not-monotone"];
        let example = "for example: credible met, specific met, impending not met";
        check(Engine { threshold: backwards, ..OURS }, &expected, example);
        let doubting = |pack: &Pack, answers: &Combination| {
            let doubt = (0..pack.says.criteria.len()).any(|place| answers.answer(place) == Some(Answer::Unclear));
            if doubt { Truth::False } else { Truth::True }
        };
        let expected = [
            "doubt-turns-away",
            "always-warns",
            "criterion-dead",
            "criterion-dead",
            "criterion-dead",
            "criterion-dead",
            "criterion-dead",
        ];
        check(Engine { threshold: doubting, ..OURS }, &expected[..], "doubt about intended_victim");
    }

    #[test]
    fn an_engine_that_falls_silent_is_found_with_a_counter_example() {
        let closes: fn(Inputs<'_>) -> Row = |inputs| match settle(inputs) {
            Row::NotOwedProposed => Row::NotOwed,
            row => row,
        };
        check(Engine { settle: closes, ..OURS }, &["silence-unaffirmed"], "credible met, specific met");
        let hasty: fn(Inputs<'_>) -> Row = |inputs| match settle(inputs) {
            Row::Incomplete if inputs.not_owed_affirmed => Row::NotOwed,
            row => row,
        };
        check(Engine { settle: hasty, ..OURS }, &["silence-incomplete"], "with a question open");
    }

    #[test]
    fn an_engine_that_asks_nobody_is_found_with_a_counter_example() {
        let mute: fn(&Pack, &Facts) -> Result<Assessment, FactsError> =
            |pack, facts| Ok(Assessment { needs: Vec::new(), ..evaluate(pack, facts)? });
        check(Engine { evaluate: mute, ..OURS }, &["open-unasked"], "ask nobody who can act");
        let timeless: fn(&Pack, &Facts) -> Result<Assessment, FactsError> =
            |pack, facts| Ok(Assessment { deadlines: Vec::new(), ..evaluate(pack, facts)? });
        check(Engine { evaluate: timeless, ..OURS }, &["state-unwatched"], "no deadline");
    }

    #[test]
    fn an_engine_that_takes_any_signature_is_found() {
        let credulous: fn(&Pack, &Facts) -> Result<Assessment, FactsError> = |pack, facts| {
            let assessment = evaluate(pack, facts)?;
            Ok(if facts.affirmations.is_empty() {
                assessment
            } else {
                Assessment { determination: Determination::Waived, ..assessment }
            })
        };
        let mut found = Findings::default();
        let pack = crate::shipped_pack("icd-191").unwrap().unwrap();
        prove_with(Engine { evaluate: credulous, ..OURS }, &pack, &mut found);
        for rule in ["affirmed-alone", "affirmed-unentitled"] {
            assert!(found.list.iter().any(|finding| finding.rule == rule), "{rule}");
        }
    }
}
