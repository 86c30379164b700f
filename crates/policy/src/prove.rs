//! The part of soundness that is proved by trying: all answers to all criteria, and every role as an affirmer.

use std::collections::BTreeMap;

use domain::{Answer, Determination, Harm, Role};
use jiff::Timestamp;

use crate::check::Findings;
use crate::evaluate;
use crate::facts::{Affirmation, Facts, Of, Victim};
use crate::pack::Pack;
use crate::settle::{Inputs, Row, Truth, Waiver, settle, threshold};

/// Above this many criteria there are more than a million combinations; a policy that asks more is two policies.
const MOST_CRITERIA: usize = 10;

const ANSWERS: [Option<Answer>; 4] = [Some(Answer::Met), Some(Answer::NotMet), Some(Answer::Unclear), None];

pub(crate) fn prove(pack: &Pack, found: &mut Findings) {
    let count = pack.says.criteria.len();
    if count > MOST_CRITERIA {
        let what = format!("{count} criteria are too many to prove; at most {MOST_CRITERIA}, or split the pack");
        return found.say("too-many-criteria", "criteria", what);
    }
    every_answer(pack, found);
    every_criterion_counts(pack, found);
    every_affirmer(pack, found);
}

/// One combination of answers, as digits in base four.
#[derive(Clone, Copy)]
struct Combination<'a> {
    pack: &'a Pack,
    digits: usize,
}

impl Combination<'_> {
    fn nth(self, place: usize) -> Option<Answer> {
        ANSWERS[(self.digits >> (2 * place)) & 3]
    }

    fn of(self, id: &str) -> Option<Answer> {
        let place = self.pack.says.criteria.iter().position(|criterion| criterion.id == id)?;
        self.nth(place)
    }

    fn truth(self) -> Truth {
        threshold(self.pack, &|id| self.of(id))
    }

    /// With one criterion answered otherwise.
    fn with(self, place: usize, digit: usize) -> Self {
        Self { digits: (self.digits & !(3 << (2 * place))) | (digit << (2 * place)), ..self }
    }

    fn complete(self) -> bool {
        (0..self.pack.says.criteria.len()).all(|place| matches!(self.nth(place), Some(Answer::Met | Answer::NotMet)))
    }

    fn words(self) -> String {
        let answers = self.pack.says.criteria.iter().enumerate().map(|(place, criterion)| {
            let answer = match self.nth(place) {
                Some(Answer::Met) => "met",
                Some(Answer::NotMet) => "not met",
                Some(Answer::Unclear) => "unclear",
                None => "unanswered",
            };
            format!("{} {answer}", criterion.id)
        });
        answers.collect::<Vec<_>>().join(", ")
    }
}

/// Says each rule once, with its first counter-example.
struct Once<'a> {
    found: &'a mut Findings,
    said: Vec<&'static str>,
}

impl Once<'_> {
    fn say(&mut self, rule: &'static str, example: Combination<'_>, what: &str) {
        if !self.said.contains(&rule) {
            self.said.push(rule);
            self.found.say(rule, "threshold", format!("{what}; for example: {}", example.words()));
        }
    }
}

fn every_answer(pack: &Pack, found: &mut Findings) {
    let count = pack.says.criteria.len();
    let faulty = !crate::settle::rule_faults(pack).is_empty();
    let mut once = Once { found, said: Vec::new() };
    let (mut can_warn, mut can_be_silent) = (false, false);
    for digits in 0..1_usize << (2 * count) {
        let combination = Combination { pack, digits };
        let threshold = combination.truth();
        let complete = combination.complete() && !faulty;
        let row =
            |waivers: &[Waiver], not_owed_affirmed| settle(Inputs { threshold, complete, waivers, not_owed_affirmed });
        can_warn |= row(&[], false) == Row::Warn;
        can_be_silent |= row(&[], true) == Row::NotOwed;
        for waivers in [&[][..], &[Waiver::Proposed]] {
            let determination = row(waivers, false).determination();
            if matches!(determination, Determination::NotOwed | Determination::Waived) {
                once.say("silence-unaffirmed", combination, "these answers end in silence with nobody's affirmation");
            }
        }
        if !combination.complete() && row(&[], true) == Row::NotOwed {
            once.say("silence-incomplete", combination, "these answers end in \"not owed\" with a question open");
        }
        if threshold == Truth::Open && complete {
            once.say("open-unasked", combination, "these answers leave the question open and ask nobody");
        }
        monotone(combination, threshold, &mut once);
    }
    if !can_warn {
        once.found.say("never-warns", "threshold.rule", "no combination of answers leads to a warning");
    }
    if !can_be_silent {
        let what = "no combination of answers can end in \"not owed\", so the criteria decide nothing";
        once.found.say("always-warns", "threshold.rule", what);
    }
}

/// More evidence of danger (not met to unclear to met) never turns a warning away; doubt never does either.
fn monotone(combination: Combination<'_>, threshold: Truth, once: &mut Once<'_>) {
    if threshold != Truth::True {
        return;
    }
    for place in 0..combination.pack.says.criteria.len() {
        let raised = combination.with(place, 0).truth();
        if raised != Truth::True {
            once.say("not-monotone", combination, "more evidence of danger turns this warning away");
        }
        let doubted = combination.with(place, 2).truth();
        if combination.nth(place) == Some(Answer::NotMet) && doubted != Truth::True {
            once.say("not-monotone", combination, "doubt turns this warning away");
        }
    }
}

/// For each criterion some other answers make it the one that decides.
fn every_criterion_counts(pack: &Pack, found: &mut Findings) {
    let count = pack.says.criteria.len();
    for (place, criterion) in pack.says.criteria.iter().enumerate() {
        let decides = (0..1_usize << count).any(|bits| {
            let digits = (0..count).fold(0, |digits, at| digits | (((bits >> at) & 1) << (2 * at)));
            let combination = Combination { pack, digits };
            combination.with(place, 0).truth() != combination.with(place, 1).truth()
        });
        if !decides {
            let what = "no answer to this question ever changes the outcome; use it in the threshold or drop it";
            found.say("criterion-dead", format!("criteria.{}", criterion.id), what);
        }
    }
}

/// Every role tries to affirm everything, once as another person and once as the one who determined.
fn every_affirmer(pack: &Pack, found: &mut Findings) {
    let own = pack.says.roles.keys().map(String::as_str);
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.id()).chain(own).collect();
    let grounds = pack.says.grounds.iter().map(|ground| (Some(ground.id.as_str()), &ground.affirmed_by));
    for (ground, entitled) in grounds.chain([(None, &pack.says.not_owed.affirmed_by)]) {
        let place = ground.map_or_else(|| "not_owed".to_owned(), |ground| format!("grounds.{ground}"));
        for role in &roles {
            let silent = |by: &str| try_affirming(pack, ground, role, by);
            if silent("first") {
                let what = format!("whoever determined can affirm it alone, as {}", pack.role_words(role));
                found.say("affirmed-alone", &*place, what);
            }
            if silent("second") && !entitled.iter().any(|entitled| entitled == role) {
                let what = format!("the role {} can affirm it without being named", pack.role_words(role));
                found.say("affirmed-unentitled", &*place, what);
            }
        }
    }
}

fn try_affirming(pack: &Pack, ground: Option<&str>, role: &str, by: &str) -> bool {
    let answer = if ground.is_some() { Answer::Met } else { Answer::NotMet };
    let Some(kind) = pack.says.scope.victims.first() else { return false };
    let affirmation = Affirmation {
        of: if ground.is_some() { Of::Waiver } else { Of::NotOwed },
        ground: ground.map(str::to_owned),
        by_role: role.to_owned(),
        by: by.to_owned(),
        reason: "trial".to_owned(),
    };
    let facts = Facts {
        at: Timestamp::UNIX_EPOCH,
        harm: Harm::from(pack.says.scope.harms.first().cloned().unwrap_or_default()),
        victim: Victim { kind: *kind, described: String::new() },
        window: None,
        answers: pack.says.criteria.iter().map(|criterion| (criterion.id.clone(), answer)).collect(),
        grounds: ground.map(|ground| BTreeMap::from([(ground.to_owned(), Answer::Met)])).unwrap_or_default(),
        affirmations: vec![affirmation],
        by: Some("first".to_owned()),
    };
    let silence = [Determination::Waived, Determination::NotOwed];
    evaluate(pack, &facts).is_ok_and(|assessment| silence.contains(&assessment.determination))
}
