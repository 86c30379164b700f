//! Facts under a pack: [`crate::settle`] decides, this module says why, what is still needed and by when.

use domain::assessment::{Assessment, Deadline, DeadlineKind, Need, Reason};
use domain::{Answer, Determination};

use crate::deadlines::Times;
use crate::facts::{Affirmation, Facts, FactsError, Of};
use crate::locate::Step;
use crate::pack::{CountsAs, Duty, Pack};
use crate::settle::{Inputs, Row, Truth, Waiver, rule_faults, settle, threshold};

/// The determination these facts lead to under this pack, by the table in [`crate::settle`]. Pure: the same facts
/// under the same bytes of a pack always give the same assessment.
///
/// Refused are ids the pack does not know and facts that contradict themselves; facts that are merely incomplete are
/// answered `unresolved`, with what is needed.
pub fn evaluate(pack: &Pack, facts: &Facts) -> Result<Assessment, FactsError> {
    facts.validate()?;
    known_ids(pack, facts)?;
    let weighed = Weighed::new(pack, facts);
    let row = weighed.row();
    let waiver = match row {
        Row::Waived(ground) => pack.says.grounds.get(ground).map(|ground| ground.review_after),
        Row::Warn | Row::WaiverProposed | Row::Open | Row::Incomplete | Row::NotOwedProposed | Row::NotOwed => None,
    };
    let times = Times::new(pack, facts.at, facts.window, waiver);
    Ok(Assessment {
        determination: row.determination(),
        reasons: weighed.reasons(row),
        needs: weighed.needs(row, &times),
        deadlines: deadlines(row, &times),
        policy: pack.reference(),
    })
}

fn known_ids(pack: &Pack, facts: &Facts) -> Result<(), FactsError> {
    if let Some(id) = facts.answers.keys().find(|id| pack.criterion(id).is_none()) {
        let known = pack.says.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
        return Err(unknown(&[Step::key("answers"), Step::key(id)], pack, "criterion", id, known));
    }
    let grounds = || pack.says.grounds.iter().map(|ground| ground.id.as_str()).collect();
    if let Some(id) = facts.grounds.keys().find(|id| pack.ground(id).is_none()) {
        return Err(unknown(&[Step::key("grounds"), Step::key(id)], pack, "ground", id, grounds()));
    }
    for (index, affirmation) in facts.affirmations.iter().enumerate() {
        let place = |key: &str| [Step::key("affirmations"), Step::Index(index), Step::key(key)];
        if let Some(id) = affirmation.ground.as_deref().filter(|id| pack.ground(id).is_none()) {
            return Err(unknown(&place("ground"), pack, "ground", id, grounds()));
        }
        if !pack.has_role(&affirmation.by_role) {
            let own = pack.says.roles.keys().map(String::as_str);
            let known = domain::Role::ALL.iter().map(|role| role.id()).chain(own).collect();
            return Err(unknown(&place("by_role"), pack, "role", &affirmation.by_role, known));
        }
    }
    Ok(())
}

fn unknown(path: &[Step], pack: &Pack, what: &str, id: &str, known: Vec<&str>) -> FactsError {
    let id: String = id.chars().take(60).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    FactsError::at(path, format!("the pack {} has no {what} `{id}`; it has: {known}", pack.says.id))
}

/// A person's name reduced to what tells two persons apart: spaces, signs, weighed and invisible characters do not.
fn person(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The facts, weighed once.
struct Weighed<'a> {
    pack: &'a Pack,
    facts: &'a Facts,
    harm_in_scope: bool,
    victim_in_scope: bool,
    threshold: Truth,
    faults: Vec<String>,
    waivers: Vec<Waiver>,
    /// One per affirmation: why it does not count, if so.
    objections: Vec<Option<String>>,
}

impl<'a> Weighed<'a> {
    fn new(pack: &'a Pack, facts: &'a Facts) -> Self {
        let scope = &pack.says.scope;
        let harm_in_scope = scope.harms.iter().any(|harm| harm == facts.harm.id());
        let victim_in_scope = scope.victims.contains(&facts.victim.kind);
        let reached = threshold(pack, &|id| facts.answers.get(id).copied());
        let threshold = if harm_in_scope && victim_in_scope { reached } else { Truth::False };
        let faults = rule_faults(pack);
        let mut weighed = Self {
            pack,
            facts,
            harm_in_scope,
            victim_in_scope,
            threshold,
            faults,
            waivers: vec![],
            objections: vec![],
        };
        weighed.objections = facts.affirmations.iter().map(|affirmation| weighed.objection(affirmation)).collect();
        weighed.waivers = pack.says.grounds.iter().map(|ground| weighed.waiver(&ground.id)).collect();
        weighed
    }

    fn row(&self) -> Row {
        let settled = |id: &str| matches!(self.facts.answers.get(id), Some(Answer::Met | Answer::NotMet));
        settle(Inputs {
            threshold: self.threshold,
            complete: self.faults.is_empty() && self.pack.says.criteria.iter().all(|one| settled(&one.id)),
            waivers: &self.waivers,
            not_owed_affirmed: self.counted().any(|affirmation| affirmation.of == Of::NotOwed),
        })
    }

    /// The affirmations that count.
    fn counted(&self) -> impl Iterator<Item = &Affirmation> {
        let pairs = self.facts.affirmations.iter().zip(&self.objections);
        pairs.filter(|(_, objection)| objection.is_none()).map(|(affirmation, _)| affirmation)
    }

    fn waiver(&self, ground: &str) -> Waiver {
        if self.facts.grounds.get(ground) != Some(&Answer::Met) {
            return Waiver::Absent;
        }
        let affirmed = self.counted().any(|one| one.of == Of::Waiver && one.ground.as_deref() == Some(ground));
        if affirmed { Waiver::Affirmed } else { Waiver::Proposed }
    }

    /// Why an affirmation does not count; none when it does.
    fn objection(&self, affirmation: &Affirmation) -> Option<String> {
        let by = person(&affirmation.by);
        if by.is_empty() {
            return Some("it names nobody".into());
        }
        if affirmation.reason.trim().is_empty() {
            return Some(format!("{} gave no reason", affirmation.by));
        }
        match self.facts.by.as_deref().map(person) {
            None => return Some("the facts do not say who made the determination (`by`)".into()),
            Some(name) if name.is_empty() => {
                return Some("the facts do not say who made the determination (`by`)".into());
            }
            Some(name) if name == by => {
                return Some(format!("{} made the determination; silence takes two people", affirmation.by));
            }
            Some(_) => {}
        }
        let entitled = match (affirmation.of, affirmation.ground.as_deref()) {
            (Of::Waiver, None) => return Some("it names no ground to waive on".into()),
            (Of::NotOwed, Some(_)) => return Some("a \"not owed\" rests on no ground; a waiver does".into()),
            (Of::Waiver, Some(ground)) => self.pack.ground(ground).map_or(&[][..], |ground| &ground.affirmed_by),
            (Of::NotOwed, None) => &self.pack.says.not_owed.affirmed_by,
        };
        if !entitled.contains(&affirmation.by_role) {
            let role = self.pack.role_words(&affirmation.by_role);
            return Some(format!("the role {role} may not affirm it; {} may", self.role_list(entitled)));
        }
        self.pointless(affirmation)
    }

    /// An affirmation that is properly given, of something that is not the question.
    fn pointless(&self, affirmation: &Affirmation) -> Option<String> {
        let ground = affirmation.ground.as_deref().and_then(|ground| self.facts.grounds.get(ground));
        match (affirmation.of, self.threshold, ground) {
            (Of::NotOwed, Truth::True, _) => Some("the threshold is reached, so a warning is owed".into()),
            (Of::NotOwed, Truth::Open, _) => Some("the threshold is not settled".into()),
            (Of::Waiver, Truth::False, _) => Some("the threshold is not reached, so there is nothing to waive".into()),
            (Of::Waiver, Truth::True | Truth::Open, Some(Answer::Unclear)) => {
                Some("the ground is unclear, and only a ground that is met waives".into())
            }
            (Of::Waiver, Truth::True | Truth::Open, Some(Answer::NotMet) | None) => {
                Some("the ground is not answered met".into())
            }
            (Of::NotOwed, Truth::False, _) | (Of::Waiver, Truth::True | Truth::Open, Some(Answer::Met)) => None,
        }
    }

    fn role_list(&self, roles: &[String]) -> String {
        let words: Vec<String> = roles.iter().map(|role| self.pack.role_words(role)).collect();
        if words.is_empty() { "nobody".into() } else { words.join(" or ") }
    }

    fn reasons(&self, row: Row) -> Vec<Reason> {
        let mut reasons = self.scope_reasons();
        reasons.extend(self.pack.says.criteria.iter().map(|one| self.criterion_reason(one)));
        reasons.push(self.threshold_reason());
        reasons.extend(self.faults.iter().map(|fault| Reason {
            criterion: "threshold".into(),
            answer: None,
            clause: self.pack.says.threshold.clause.clone(),
            effect: format!("{fault}; a rule that cannot be read never means no"),
        }));
        reasons.extend(self.ground_reasons(row));
        reasons.extend(
            self.facts
                .affirmations
                .iter()
                .zip(&self.objections)
                .map(|(one, objection)| self.affirmation_reason(one, objection.as_deref())),
        );
        reasons
    }

    fn scope_reasons(&self) -> Vec<Reason> {
        let scope = &self.pack.says.scope;
        let outside = |what: &str, effect: String| Reason {
            criterion: what.into(),
            answer: Some(Answer::NotMet),
            clause: scope.clause.clone(),
            effect,
        };
        let mut reasons = Vec::new();
        if !self.harm_in_scope {
            let harm: String = self.facts.harm.id().chars().take(60).collect();
            let harms = scope.harms.join(", ");
            reasons.push(outside("harm", format!("the harm `{harm}` is outside this pack, which covers {harms}")));
        }
        if !self.victim_in_scope {
            let effect = "this kind of intended victim is outside this pack; ask whether another pack covers them";
            reasons.push(outside("victim", effect.into()));
        }
        reasons
    }

    fn criterion_reason(&self, criterion: &crate::pack::Criterion) -> Reason {
        let answer = self.facts.answers.get(&criterion.id).copied();
        let effect = match answer {
            Some(Answer::Met) => "counts for a warning".to_owned(),
            Some(Answer::NotMet) => "does not count for a warning".to_owned(),
            Some(Answer::Unclear) => self.doubt_effect(),
            None if self.threshold == Truth::True => "unanswered; the threshold is reached without it".to_owned(),
            None => "unanswered; a missing answer never means no".to_owned(),
        };
        Reason { criterion: criterion.id.clone(), answer, clause: criterion.clause.clone(), effect }
    }

    fn doubt_effect(&self) -> String {
        match &self.pack.says.doubt {
            Some(doubt) if doubt.unclear_counts_as == CountsAs::Met => {
                format!("doubt is resolved in favour of warning: counts as met ({})", doubt.clause)
            }
            Some(_) | None => {
                "unclear; the pack's doubt rule does not settle it for the victim, so it stays open".into()
            }
        }
    }

    fn threshold_reason(&self) -> Reason {
        let (answer, effect) = match (self.threshold, self.harm_in_scope && self.victim_in_scope) {
            (Truth::True, _) => (Some(Answer::Met), "the threshold is reached: a warning is owed"),
            (Truth::False, true) => (Some(Answer::NotMet), "the threshold is not reached"),
            (Truth::False, false) => (Some(Answer::NotMet), "the threshold is not reached: outside the scope"),
            (Truth::Open, _) => (None, "the threshold hangs on what is still open"),
        };
        let clause = self.pack.says.threshold.clause.clone();
        Reason { criterion: "threshold".into(), answer, clause, effect: effect.into() }
    }

    fn ground_reasons(&self, row: Row) -> Vec<Reason> {
        let said = self.pack.says.grounds.iter().enumerate();
        said.filter_map(|(index, ground)| {
            let answer = self.facts.grounds.get(&ground.id).copied()?;
            let effect = match (answer, self.waivers.get(index)) {
                (Answer::Met, Some(Waiver::Affirmed)) if row == Row::Waived(index) => "waived on this ground",
                (Answer::Met, Some(Waiver::Affirmed)) => "affirmed as well",
                (Answer::Met, _) => "permits a waiver, never by itself: it waits for its affirmation",
                (Answer::Unclear, _) => "unclear; only a ground that is met waives",
                (Answer::NotMet, _) => "not relied on",
            };
            let clause = ground.clause.clone();
            Some(Reason { criterion: ground.id.clone(), answer: Some(answer), clause, effect: effect.into() })
        })
        .collect()
    }

    fn affirmation_reason(&self, affirmation: &Affirmation, objection: Option<&str>) -> Reason {
        let ground = affirmation.ground.as_deref().and_then(|ground| self.pack.ground(ground));
        let (criterion, what, clause) = match (affirmation.of, ground) {
            (Of::Waiver, Some(ground)) => (ground.id.clone(), "the waiver", &ground.clause),
            (Of::Waiver, None) => ("waiver".to_owned(), "the waiver", &self.pack.says.not_owed.clause),
            (Of::NotOwed, _) => ("not_owed".to_owned(), "that no warning is owed", &self.pack.says.not_owed.clause),
        };
        let effect = match objection {
            None => {
                let role = self.pack.role_words(&affirmation.by_role);
                format!("{} ({role}) affirmed {what}", affirmation.by)
            }
            Some(objection) => format!("the affirmation of {what} is not accepted: {objection}"),
        };
        Reason { criterion, answer: None, clause: clause.clone(), effect }
    }

    fn needs(&self, row: Row, times: &Times<'_>) -> Vec<Need> {
        match row {
            Row::Warn | Row::Waived(_) | Row::NotOwed => Vec::new(),
            Row::WaiverProposed => self.waiver_needs(times),
            Row::Open | Row::Incomplete => self.answer_needs(times),
            Row::NotOwedProposed => {
                let what = "affirm that no warning is owed, or say what has to be looked at again".to_owned();
                vec![affirm_need(what, &self.pack.says.not_owed.affirmed_by, times)]
            }
        }
    }

    fn waiver_needs(&self, times: &Times<'_>) -> Vec<Need> {
        let grounds = self.pack.says.grounds.iter().zip(&self.waivers);
        let proposed = grounds.filter(|(_, waiver)| **waiver == Waiver::Proposed).map(|(ground, _)| ground);
        proposed
            .map(|ground| {
                let what = format!("affirm waiver on `{}`, or turn it down so that the warning goes", ground.id);
                affirm_need(what, &ground.affirmed_by, times)
            })
            .collect()
    }

    fn answer_needs(&self, times: &Times<'_>) -> Vec<Need> {
        let by = times.by(DeadlineKind::Determine);
        let role = self.pack.may(Duty::Determine).first().map_or(domain::Role::Assessor.id(), String::as_str);
        let mut needs: Vec<Need> = Vec::new();
        for criterion in &self.pack.says.criteria {
            let what = match self.facts.answers.get(&criterion.id) {
                None => format!("answer `{}`: {}", criterion.id, criterion.question),
                Some(Answer::Unclear) => format!("settle `{}` (unclear): {}", criterion.id, criterion.question),
                Some(Answer::Met | Answer::NotMet) => continue,
            };
            needs.push(Need { what, role: role.to_owned(), by });
        }
        needs.extend(self.faults.iter().map(|fault| Need {
            what: format!("decide in person, and have the policy pack mended: {fault}"),
            role: domain::Role::SeniorOfficer.id().to_owned(),
            by,
        }));
        needs
    }
}

/// Somebody is always named: where the pack names nobody, the senior officer has to see to it.
fn affirm_need(what: String, entitled: &[String], times: &Times<'_>) -> Need {
    let by = times.by(DeadlineKind::Affirm);
    if let Some(role) = entitled.first() {
        return Need { what, role: role.clone(), by };
    }
    let what = format!("{what} (the pack names no role that may: have it mended)");
    Need { what, role: domain::Role::SeniorOfficer.id().into(), by }
}

fn deadlines(row: Row, times: &Times<'_>) -> Vec<Deadline> {
    use DeadlineKind::{Acknowledge, Affirm, Deliver, Determine, Review};
    let kinds: &[DeadlineKind] = match (row, row.determination()) {
        (Row::Open | Row::Incomplete, _) => &[Determine, Review],
        (_, Determination::Unresolved) => &[Determine, Affirm, Review],
        (_, Determination::Warn) => &[Deliver, Acknowledge, Review],
        (_, Determination::Waived | Determination::NotOwed) => &[Review],
    };
    kinds.iter().map(|kind| times.deadline(*kind)).collect()
}
