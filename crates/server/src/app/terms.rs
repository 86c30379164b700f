//! What the written policy says of working together on a threat, as `domain` takes it.

use domain::Role;
use domain::assessment::DeadlineKind;
use domain::threat::{ConflictRule, DelayKind, DelayTerms, Duty, Stake, Terms, Threat, UrgentTerms};
use jiff::Timestamp;
use policy::Pack;
use policy::pack::{Conflict, Stake as Tie};

use super::packs::Library;
use crate::desk::Desk;
use crate::error::AppError;

impl Desk {
    /// The terms of working together on this threat now.
    pub(crate) async fn terms(&self, threat: &Threat, at: Timestamp) -> Result<Terms, AppError> {
        let library = self.library().await?;
        let asking = library.asking(threat)?;
        let terms = asking.into_iter().map(|pack| terms_of(pack, threat, at));
        Ok(terms.reduce(together).unwrap_or_default())
    }
}

impl Library {
    /// The packs that ask about anybody on this threat, first adopted first; never empty. Before anybody is named it is
    /// the one that the desk adopted first.
    pub(crate) fn asking(&self, threat: &Threat) -> Result<Vec<&Pack>, AppError> {
        let asks = |pack: &&Pack| threat.victims.iter().any(|victim| victim.under(&pack.says.id).is_some());
        let asking: Vec<&Pack> = self.in_force().map(AsRef::as_ref).filter(asks).collect();
        if asking.is_empty() { Ok(vec![self.lead()?]) } else { Ok(asking) }
    }
}

/// What two packs say together. Whoever may not act under one may not act; a deadline moves only where both let it; and
/// the shortcut is there where either has it, because it is for the victim.
fn together(first: Terms, second: Terms) -> Terms {
    let mut conflicts = first.conflicts;
    conflicts.extend(second.conflicts);
    let both = |one: DelayTerms| {
        let other = second.delays.iter().find(|other| (other.kind, &other.of) == (one.kind, &one.of))?;
        let may = one.may.iter().filter(|role| other.may.contains(role)).copied().collect();
        Some(DelayTerms { may, at_most: one.at_most.min(other.at_most), times: one.times.min(other.times), ..one })
    };
    Terms {
        conflicts,
        urgent: if first.urgent.allowed { first.urgent } else { second.urgent },
        delays: first.delays.into_iter().filter_map(both).collect(),
        ..first
    }
}

/// What one pack says.
fn terms_of(pack: &Pack, threat: &Threat, at: Timestamp) -> Terms {
    let urgent = &pack.says.urgent;
    let coordination = &pack.says.coordination;
    let mut from = at;
    let ladder = coordination.dispute.iter().map(|step| {
        let by = step.within.after(from, pack.says.deadlines.working.as_ref());
        let within = by.duration_since(from);
        from = by;
        (step.role.clone(), within)
    });
    Terms {
        conflicts: pack.says.conflicts.iter().map(conflict).collect(),
        urgent: UrgentTerms {
            allowed: urgent.allowed,
            when: urgent.when.clone(),
            may: roles(&urgent.may),
            within: urgent.coordinate_within.duration(),
            clause: urgent.clause.clone(),
        },
        originator: coordination.originator.clone(),
        ladder: ladder.collect(),
        coordination_clause: coordination.clause.clone(),
        delays: delays(pack, threat, at),
    }
}

fn roles(ids: &[String]) -> Vec<Role> {
    ids.iter().filter_map(|id| Role::named(id)).collect()
}

fn conflict(rule: &Conflict) -> ConflictRule {
    let seen = match rule.when {
        Tie::Declared => rule.id.as_str(),
        Tie::NamedInReport => Stake::NAMED,
        Tie::OwnSource => Stake::SOURCE,
        other @ (Tie::OwnReport | Tie::IntendedVictim) => other.id(),
    };
    ConflictRule {
        id: rule.id.clone(),
        conflict: seen.to_owned(),
        rule: rule.rule.clone(),
        bars: rule.bars.iter().map(|bar| duty(*bar)).collect(),
        clause: rule.clause.clone(),
    }
}

const fn duty(duty: policy::pack::Duty) -> Duty {
    match duty {
        policy::pack::Duty::Determine => Duty::Determine,
        policy::pack::Duty::Affirm => Duty::Affirm,
        policy::pack::Duty::Draft => Duty::Draft,
        policy::pack::Duty::Approve => Duty::Approve,
        policy::pack::Duty::Deliver => Duty::Deliver,
    }
}

fn delays(pack: &Pack, threat: &Threat, at: Timestamp) -> Vec<DelayTerms> {
    let kinds = [
        DeadlineKind::Determine,
        DeadlineKind::Affirm,
        DeadlineKind::Deliver,
        DeadlineKind::Acknowledge,
        DeadlineKind::Review,
    ];
    let extensions = kinds.into_iter().filter_map(|kind| {
        let rule = pack.may_extend(kind, at, threat.window)?;
        Some(DelayTerms {
            kind: DelayKind::Extension,
            of: vec![kind],
            may: roles(&rule.may),
            at_most: rule.at_most.duration(),
            times: usize::try_from(rule.times).unwrap_or(usize::MAX),
            clause: rule.clause.clone(),
        })
    });
    // All pauses of one deadline together have the rule's length; one pause may take it at once.
    let pauses = kinds.into_iter().filter_map(|kind| {
        let rule = pack.may_pause(kind, at, threat.window)?;
        Some(DelayTerms {
            kind: DelayKind::Pause,
            of: vec![kind],
            may: roles(&rule.may),
            at_most: rule.at_most.duration(),
            times: 1,
            clause: rule.clause.clone(),
        })
    });
    extensions.chain(pauses).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn delay(of: DeadlineKind, may: &[Role], hours: i64, times: usize) -> DelayTerms {
        let (of, may, at_most) = (vec![of], may.to_vec(), SignedDuration::from_hours(hours));
        DelayTerms { kind: DelayKind::Extension, of, may, at_most, times, clause: "ours".into() }
    }

    #[test]
    fn two_packs_are_as_strict_as_the_stricter() {
        let (assessor, senior) = (Role::Assessor, Role::SeniorOfficer);
        let first = Terms {
            delays: vec![
                delay(DeadlineKind::Determine, &[assessor, senior], 4, 2),
                delay(DeadlineKind::Deliver, &[senior], 4, 2),
            ],
            ..Terms::default()
        };
        let urgent = UrgentTerms { allowed: true, may: vec![assessor], ..Terms::default().urgent };
        let second = Terms {
            delays: vec![delay(DeadlineKind::Determine, &[senior], 8, 1)],
            urgent: urgent.clone(),
            ..Terms::default()
        };
        let terms = together(first, second);
        assert_eq!(terms.delays, [delay(DeadlineKind::Determine, &[senior], 4, 1)]);
        assert_eq!(terms.urgent, urgent, "the shortcut is for the victim");
        assert_eq!(terms.conflicts.len(), 2 * Terms::default().conflicts.len());
    }
}
