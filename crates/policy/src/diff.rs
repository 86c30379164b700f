//! What a change of policy changes: two packs under all answers, and provision by provision.
//!
//! Every combination of answers (met, not met, unclear, unanswered) to the questions of both packs is tried under both,
//! in scope and out of it, with no ground relied on and with each. A question that one pack does not ask is not looked
//! at by it. What is found is grouped into classes that can be read.

use std::collections::BTreeMap;

use domain::assessment::{Assessment, PolicyRef};
use domain::{Answer, Determination};
use serde::Serialize;

use crate::cubes::{Cube, cover};
use crate::evaluate;
use crate::facts::{Facts, FactsError};
use crate::pack::{Pack, Rule};
use crate::provisions::{Change, changes};
use crate::settle::{Inputs, Row, Truth, Waiver, rule_faults, settle, threshold};
use crate::symmetry::{Combination, answer_words, classes, combinations, count};

/// What is different between two packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The pack that applies.
    pub old: PolicyRef,
    /// The pack that would.
    pub new: PolicyRef,
    /// Situations that come out otherwise; those that lose a warning first.
    pub classes: Vec<Class>,
    /// Provisions that say something else: times, roles, grounds, words.
    pub changes: Vec<Change>,
    /// Situations tried, one for all that both packs treat alike; 0 when there are too many to try.
    pub tried: u64,
}

/// Situations that the two packs decide differently in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Where they stand under the old pack.
    pub was: Stands,
    /// Where they would stand under the new one.
    pub becomes: Stands,
    /// The answers (`met`, `not_met`, `unclear`, `unanswered`) by criterion; one that is not named does not matter.
    pub answers: BTreeMap<String, Vec<&'static str>>,
    /// The ground relied on, if one is.
    pub ground: Option<String>,
    /// A harm and a kind of victim for which it holds.
    pub example: String,
    /// The same in words.
    pub words: String,
}

/// Where a situation stands while nobody has signed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// A warning is owed.
    Warn,
    /// A warning is owed, and may be waived with a signature.
    WaivedOnceAffirmed,
    /// Not owed, with a signature.
    NotOwedOnceAffirmed,
    /// A question has to be answered first.
    Open,
}

impl Stands {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::WaivedOnceAffirmed => "waived, once affirmed",
            Self::NotOwedOnceAffirmed => "not owed, once affirmed",
            Self::Open => "open until answered",
        }
    }
}

impl Diff {
    /// Whether the packs decide every situation alike and say the same.
    pub fn same(&self) -> bool {
        self.classes.is_empty() && self.changes.is_empty()
    }

    /// The classes that were a warning and are no longer, or nobody could try: somebody has to look.
    pub fn warnings_lost(&self) -> bool {
        self.tried == 0 || self.classes.iter().any(|class| class.was == Stands::Warn)
    }
}

/// Up to this many questions every combination is tried by itself, so that each class names its own questions.
const EACH_BY_ITSELF: usize = 6;

/// Above this many situations the packs are too different, or too large, to be tried.
const MOST: u64 = 1 << 19;

/// Compares two packs.
pub fn diff(old: &Pack, new: &Pack) -> Diff {
    let (classes, tried) = if old.hash == new.hash { (Vec::new(), 1) } else { differences(old, new) };
    Diff { old: old.reference(), new: new.reference(), classes, changes: changes(old, new), tried }
}

/// Harm and kind of victim: whether each pack covers them, and one example.
struct Scope {
    covered: [bool; 2],
    example: String,
}

fn scopes(packs: [&Pack; 2]) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = Vec::new();
    let scope = |pack: &Pack| (pack.says.scope.harms.clone(), pack.says.scope.victims.clone());
    let [(harms, victims), (more_harms, more_victims)] = packs.map(scope);
    for harm in harms.iter().chain(&more_harms) {
        for victim in victims.iter().chain(&more_victims) {
            let covers = |pack: &Pack| pack.says.scope.harms.contains(harm) && pack.says.scope.victims.contains(victim);
            let covered = packs.map(covers);
            if scopes.iter().all(|known| known.covered != covered) {
                let kind = format!("{victim:?}");
                scopes.push(Scope { covered, example: format!("{harm} of a {}", spaced(&kind)) });
            }
        }
    }
    scopes
}

/// `PlaceOfBusiness` as words.
pub(crate) fn spaced(kind: &str) -> String {
    let mut words = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// No ground, one that both packs know, and each that only one of them does.
fn grounds(packs: [&Pack; 2]) -> Vec<Option<String>> {
    let ids = packs.iter().flat_map(|pack| pack.says.grounds.iter().map(|ground| ground.id.clone()));
    let (mut found, mut shared) = (vec![None], false);
    for id in ids {
        let both = packs.iter().all(|pack| pack.ground(&id).is_some());
        if found.contains(&Some(id.clone())) || (both && shared) {
            continue;
        }
        shared |= both;
        found.push(Some(id));
    }
    found
}

fn differences(old: &Pack, new: &Pack) -> (Vec<Class>, u64) {
    let packs = [old, new];
    let mut ids: Vec<&str> = old.says.criteria.iter().map(|one| one.id.as_str()).collect();
    ids.extend(new.says.criteria.iter().map(|one| one.id.as_str()).filter(|id| old.criterion(id).is_none()));
    // Which pack asks a question tells questions apart like a rule does.
    let asks = packs.map(|pack| {
        Rule::All(pack.says.criteria.iter().map(|criterion| Rule::Criterion(criterion.id.clone())).collect())
    });
    let rules = [&old.says.threshold.rule, &new.says.threshold.rule, &asks[0], &asks[1]];
    let few = ids.len() <= EACH_BY_ITSELF;
    let alike = if few { (0..ids.len()).map(|place| vec![place]).collect() } else { classes(&ids, &rules) };
    let (scopes, grounds) = (scopes(packs), grounds(packs));
    let times = u64::try_from(scopes.len() * grounds.len()).unwrap_or(u64::MAX);
    let Some(tried) = count(&alike).and_then(|count| count.checked_mul(times)).filter(|count| *count <= MOST) else {
        return (Vec::new(), 0);
    };
    let faulty = packs.map(|pack| !rule_faults(pack).is_empty());
    let knows = |pack: &Pack, ground: &Option<String>| ground.as_deref().is_some_and(|id| pack.ground(id).is_some());
    let relied: Vec<[bool; 2]> = grounds.iter().map(|ground| packs.map(|pack| knows(pack, ground))).collect();
    let mut groups: BTreeMap<([Stands; 2], usize, usize), Vec<Cube>> = BTreeMap::new();
    for answers in combinations(ids.len(), &alike) {
        let weighed = [0, 1].map(|at| Weighed::new(packs[at], faulty[at], &ids, &answers));
        for (at_scope, scope) in scopes.iter().enumerate() {
            for (at_ground, relied) in relied.iter().enumerate() {
                let both = [0, 1].map(|at| weighed[at].stands(scope.covered[at], relied[at]));
                if both[0] != both[1] {
                    groups.entry((both, at_scope, at_ground)).or_default().push(Cube::of(ids.len(), &answers));
                }
            }
        }
    }
    let mut found = Vec::new();
    for (([was, becomes], at_scope, at_ground), cubes) in groups {
        for cube in cover(cubes) {
            let mut class = class([was, becomes], &scopes[at_scope], grounds[at_ground].as_ref(), &ids, &cube);
            class.words.push_str(&exchanged(&ids, &alike));
            found.push(class);
        }
    }
    (found, tried)
}

/// Where questions that are treated alike were tried together, a class speaks for every exchange of them.
fn exchanged(ids: &[&str], alike: &[Vec<usize>]) -> String {
    let several = alike.iter().filter(|class| class.len() > 1);
    let names = several.map(|class| class.iter().map(|place| ids[*place]).collect::<Vec<_>>().join(", "));
    names.map(|names| format!("; likewise with {names} exchanged for each other")).collect::<Vec<_>>().concat()
}

fn class([was, becomes]: [Stands; 2], scope: &Scope, ground: Option<&String>, ids: &[&str], cube: &Cube) -> Class {
    let answers = cube.answers(ids);
    let mut when: Vec<String> = answers.iter().map(|(id, held)| format!("{id} is {}", or(held))).collect();
    if when.is_empty() {
        when.push("whatever the answers are".to_owned());
    }
    if let Some(ground) = ground {
        when.push(format!("the ground {ground} is met"));
    }
    let words = format!(
        "was {}, becomes {}: {} (for example {})",
        was.words(),
        becomes.words(),
        when.join("; "),
        scope.example
    );
    let word = |answer: &Option<Answer>| match answer {
        Some(Answer::Met) => "met",
        Some(Answer::NotMet) => "not_met",
        Some(Answer::Unclear) => "unclear",
        None => "unanswered",
    };
    let answers = answers.iter().map(|(id, held)| ((*id).to_owned(), held.iter().map(word).collect())).collect();
    Class { was, becomes, answers, ground: ground.cloned(), example: scope.example.clone(), words }
}

/// "met, unclear or unanswered".
fn or(answers: &[Option<Answer>]) -> String {
    let words: Vec<&str> = answers.iter().map(|answer| answer_words(*answer)).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// One combination of answers under one pack.
struct Weighed {
    reached: Truth,
    complete: bool,
}

impl Weighed {
    fn new(pack: &Pack, faulty: bool, ids: &[&str], answers: &Combination) -> Self {
        let answer = |id: &str| ids.iter().position(|known| *known == id).and_then(|place| answers.answer(place));
        let settled = |id: &str| matches!(answer(id), Some(Answer::Met | Answer::NotMet));
        let complete = !faulty && pack.says.criteria.iter().all(|criterion| settled(&criterion.id));
        Self { reached: threshold(pack, &answer), complete }
    }

    fn stands(&self, covered: bool, relied: bool) -> Stands {
        let threshold = if covered { self.reached } else { Truth::False };
        let waivers: &[Waiver] = if relied { &[Waiver::Proposed] } else { &[] };
        match settle(Inputs { threshold, complete: self.complete, waivers, not_owed_affirmed: false }) {
            Row::Warn => Stands::Warn,
            Row::WaiverProposed | Row::Waived(_) => Stands::WaivedOnceAffirmed,
            Row::NotOwedProposed | Row::NotOwed => Stands::NotOwedOnceAffirmed,
            Row::Open | Row::Incomplete => Stands::Open,
        }
    }
}

/// A threat that another policy would decide differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Different {
    /// Under the old pack.
    pub was: Assessment,
    /// Under the new one.
    pub becomes: Assessment,
}

impl Different {
    /// Whether a warning would no longer be owed at once.
    pub fn loses_a_warning(&self) -> bool {
        self.was.determination == Determination::Warn && self.becomes.determination != Determination::Warn
    }
}

/// Whether these facts come out otherwise under the new pack: another determination, or somebody else to be asked for
/// something else. `None` when they do not.
///
/// Answers, grounds and signatures that a pack does not know are left out when it is asked; what the new pack asks and
/// nobody answered yet is open.
pub fn decided_differently(old: &Pack, new: &Pack, facts: &Facts) -> Result<Option<Different>, FactsError> {
    let was = evaluate(old, &known(old, facts))?;
    let becomes = evaluate(new, &known(new, facts))?;
    let asked = |assessment: &Assessment| -> Vec<(String, String)> {
        assessment.needs.iter().map(|need| (need.what.clone(), need.role.clone())).collect()
    };
    let same = was.determination == becomes.determination && asked(&was) == asked(&becomes);
    Ok((!same).then_some(Different { was, becomes }))
}

/// The facts without what a pack does not know.
fn known(pack: &Pack, facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    facts.answers.retain(|id, _| pack.criterion(id).is_some());
    facts.grounds.retain(|id, _| pack.ground(id).is_some());
    facts.affirmations.retain(|one| {
        pack.has_role(&one.by_role) && one.ground.as_deref().is_none_or(|ground| pack.ground(ground).is_some())
    });
    facts
}
