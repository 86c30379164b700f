//! Facts under a pack: [`crate::settle`] decides, this module says why, what is still needed and by when.

use domain::assessment::{Assessment, Deadline, DeadlineKind, Need};
use domain::{Answer, Determination};

use crate::deadlines::Times;
use crate::duties::person;
use crate::facts::{Affirmation, Facts, FactsError, Of};
use crate::lapse::Lapse;
use crate::locate::Step;
use crate::pack::{Duty, Pack};
use crate::settle::{Inputs, Row, Truth, Waiver, rule, rule_faults, settle, threshold};
use crate::term::Term;

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
    let times = Times::new(pack, facts.at, facts.window).determined(weighed.waived(row), weighed.fastest_track());
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
            let known = pack.role_ids().collect();
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

/// The facts, weighed once.
pub(crate) struct Weighed<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) facts: &'a Facts,
    pub(crate) harm_in_scope: bool,
    pub(crate) victim_in_scope: bool,
    pub(crate) threshold: Truth,
    /// One per track of the pack.
    pub(crate) tracks: Vec<Truth>,
    pub(crate) faults: Vec<String>,
    pub(crate) waivers: Vec<Waiver>,
    /// One per affirmation: why it does not count, if so.
    pub(crate) objections: Vec<Option<String>>,
}

impl<'a> Weighed<'a> {
    fn new(pack: &'a Pack, facts: &'a Facts) -> Self {
        let scope = &pack.says.scope;
        let harm_in_scope = scope.harms.iter().any(|harm| harm == facts.harm.id());
        let victim_in_scope = scope.victims.contains(&facts.victim.kind);
        let answer = |id: &str| facts.answers.get(id).copied();
        let scoped = |reached| if harm_in_scope && victim_in_scope { reached } else { Truth::False };
        let threshold = scoped(threshold(pack, &answer));
        let tracks = pack.says.tracks.iter().map(|track| scoped(rule(pack, &track.rule, &answer))).collect();
        let faults = rule_faults(pack);
        let mut weighed = Self {
            pack,
            facts,
            harm_in_scope,
            victim_in_scope,
            threshold,
            tracks,
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

    /// How soon each waiver that is relied on has to be looked at again.
    fn waived(&self, row: Row) -> Vec<Term> {
        let Row::Waived(_) = row else { return Vec::new() };
        let grounds = self.pack.says.grounds.iter().zip(&self.waivers);
        grounds.filter(|(_, waiver)| **waiver == Waiver::Affirmed).map(|(ground, _)| ground.review_after).collect()
    }

    /// The pace of the fastest track that is reached.
    fn fastest_track(&self) -> Option<Lapse> {
        let tracks = self.pack.says.tracks.iter().zip(&self.tracks);
        tracks.filter(|(_, reached)| **reached == Truth::True).filter_map(|(track, _)| track.deliver_within).min()
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

    pub(crate) fn role_list(&self, roles: &[String]) -> String {
        let words: Vec<String> = roles.iter().map(|role| self.pack.role_words(role)).collect();
        if words.is_empty() { "nobody".into() } else { words.join(" or ") }
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
