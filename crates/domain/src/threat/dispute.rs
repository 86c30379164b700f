//! Disputes about a determination, and who settles them by when. A dispute holds up silence; it never holds up a
//! warning.

use jiff::Timestamp;

use super::clocks::later;
use super::coordinate::Settled;
use super::coordination::{Coordinated, Dispute, DisputeStep, Settlement};
use super::state::{ClockOf, IntendedVictim, Signed, Threat};
use super::terms::Terms;
use crate::actor::Actor;
use crate::ids::{ConsultationId, DisputeId, VictimId};
use crate::refusal::Refusal;
use crate::words::{Determination, Role};

/// Disputes the determination for one intended victim.
#[allow(clippy::too_many_arguments, reason = "the command's fields and who gives it under which terms")]
pub(super) fn dispute(
    threat: &Threat,
    id: DisputeId,
    victim: VictimId,
    reason: String,
    for_originator: Option<ConsultationId>,
    terms: &Terms,
    by: &Actor,
    at: Timestamp,
) -> Settled {
    let who = by.must_work("dispute a determination")?;
    Refusal::unless_reason(&reason)?;
    let known = threat.victim(victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    if threat.dispute(id).is_some() {
        return Err(Refusal::AlreadyDone { what: format!("dispute {id}") });
    }
    let determined_by = disputable(threat, known)?;
    let for_originator = for_originator.map(|asked| originator(threat, asked)).transpose()?;
    if threat.open_dispute(victim).is_some() {
        return Err(Refusal::AlreadyDone { what: "this determination is disputed already".into() });
    }
    // The same voice on the same determination was heard: another one may dispute it, or newer answers.
    let same = |old: &Dispute| {
        old.victim == victim
            && (&old.signed.by, &old.for_originator) == (&who.to_owned(), &for_originator)
            && known.standing().is_some_and(|standing| standing.answered_at <= old.signed.at)
    };
    if threat.coordination.disputes.iter().any(same) {
        return Err(Refusal::AlreadyDone { what: format!("{who} disputed this determination, and it was settled") });
    }
    let mut by_when = at;
    let step = |(role, within): &(String, jiff::SignedDuration)| {
        by_when = later(by_when, *within);
        DisputeStep { role: role.clone(), by: by_when }
    };
    let mut ladder: Vec<DisputeStep> = terms.ladder.iter().map(step).collect();
    if ladder.is_empty() {
        ladder = Terms::default()
            .ladder
            .iter()
            .map(|(role, within)| DisputeStep { role: role.clone(), by: later(at, *within) })
            .collect();
    }
    Ok(Coordinated::DeterminationDisputed {
        dispute: Dispute {
            id,
            victim,
            about: known.determination(),
            determined_by,
            signed: Signed { by: who.to_owned(), at, reason },
            for_originator,
            ladder,
            clause: terms.coordination_clause.clone(),
            settled: None,
        },
    })
}

/// Whose determination it is, when there is one to dispute: settled, or proposed and waiting for its affirmation.
fn disputable(threat: &Threat, victim: &IntendedVictim) -> Result<String, Refusal> {
    let none = || Refusal::NotThere { what: "a determination to dispute".into() };
    let proposed = victim.assessment().is_some_and(|assessment| assessment.asks_for_silence().is_some());
    match victim.determination() {
        Determination::Warn if threat.warned(victim.id) => Err(Refusal::AlreadyWarned),
        Determination::Unresolved if !proposed => Err(none()),
        Determination::Warn | Determination::NotOwed | Determination::Waived | Determination::Unresolved => {
            victim.standing().map(|standing| standing.answered_by.clone()).ok_or_else(none)
        }
    }
}

/// The originator who objected, and not somebody who wishes they had.
fn originator(threat: &Threat, asked: ConsultationId) -> Result<String, Refusal> {
    use super::coordination::Stance;
    let known = threat.consultation(asked).ok_or_else(|| Refusal::unknown("question to an originator"))?;
    match &known.answer {
        Some(answer) if answer.stance == Stance::Objects => Ok(known.originator.clone()),
        Some(_) | None => Err(Refusal::NotThere { what: format!("an objection of {}", known.originator) }),
    }
}

/// Settles a dispute: whoever the ladder names now, or further up, and has no part in it.
pub(super) fn settle(
    threat: &Threat,
    id: DisputeId,
    upheld: bool,
    reason: String,
    by: &Actor,
    at: Timestamp,
) -> Settled {
    let dispute = threat.dispute(id).ok_or_else(|| Refusal::unknown("dispute"))?;
    if dispute.settled.is_some() {
        return Err(Refusal::AlreadyDone { what: "this dispute is settled".into() });
    }
    let passed = threat.clocks().iter().find(|clock| clock.of == ClockOf::Dispute(id)).map_or(0, |clock| clock.passed);
    let rung = passed.min(dispute.ladder.len().saturating_sub(1));
    let may: Vec<Role> = dispute.ladder.iter().skip(rung).filter_map(|step| Role::named(&step.role)).collect();
    let who = by.must_hold(&may, "settle this dispute")?;
    Refusal::unless_reason(&reason)?;
    let victim = threat.victim(dispute.victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    let made = || victim.standing().is_some_and(|standing| standing.answered_by == who);
    let affirmed = || victim.leading().is_some_and(|under| under.affirmations().iter().any(|known| known.by == who));
    let part = match who {
        _ if who == dispute.signed.by => Some("disputed"),
        _ if who == dispute.determined_by || made() => Some("made"),
        _ if affirmed() => Some("affirmed"),
        _ => None,
    };
    if let Some(part) = part {
        return Err(Refusal::SelfSettling { who: who.to_owned(), part: part.to_owned() });
    }
    let reopened = if upheld { None } else { victim.leading().and_then(|under| under.set_aside(who, &reason, at)) };
    let signed = Signed { by: who.to_owned(), at, reason };
    Ok(Coordinated::DisputeSettled { dispute: id, settlement: Settlement { upheld, signed }, reopened })
}

impl Threat {
    /// Refuses silence while somebody disputes the determination.
    pub(super) fn must_not_be_disputed(&self, victim: VictimId) -> Result<(), Refusal> {
        match self.open_dispute(victim) {
            Some(dispute) => Err(Refusal::Disputed {
                who: dispute.for_originator.clone().unwrap_or_else(|| dispute.signed.by.clone()),
                clause: dispute.clause.clone(),
            }),
            None => Ok(()),
        }
    }

    /// When the next step of a dispute's ladder ends, after `passed` steps have.
    pub(super) fn step_ends(&self, id: DisputeId, passed: usize) -> Option<Timestamp> {
        self.dispute(id)?.ladder.get(passed).map(|step| step.by)
    }
}
