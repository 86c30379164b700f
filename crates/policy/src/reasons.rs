//! Why: one reason for everything that was weighed, in the pack's order.

use domain::Answer;
use domain::assessment::Reason;

use crate::evaluate::Weighed;
use crate::facts::{Affirmation, Of};
use crate::pack::CountsAs;
use crate::settle::{Row, Truth, Waiver};

impl Weighed<'_> {
    pub(crate) fn reasons(&self, row: Row) -> Vec<Reason> {
        let mut reasons = self.scope_reasons();
        reasons.extend(self.pack.says.criteria.iter().map(|one| self.criterion_reason(one)));
        reasons.extend(self.track_reasons());
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

    /// Which of several ways leads to the threshold, and the form that one calls for.
    fn track_reasons(&self) -> impl Iterator<Item = Reason> {
        self.pack.says.tracks.iter().zip(&self.tracks).map(|(track, reached)| {
            let (answer, effect) = match reached {
                Truth::True => (Some(Answer::Met), format!("reached: its form is `{}`", track.notice)),
                Truth::False => (Some(Answer::NotMet), "not reached".to_owned()),
                Truth::Open => (None, "hangs on what is still open".to_owned()),
            };
            Reason { criterion: track.id.clone(), answer, clause: track.clause.clone(), effect }
        })
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
}
