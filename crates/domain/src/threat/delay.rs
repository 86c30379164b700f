//! More time for a reason, or a clock that stands still: where the policy allows it, and never past the start of the
//! harm.

use jiff::Timestamp;

use super::coordinate::Settled;
use super::coordination::{Coordinated, Delay, DelayKind};
use super::state::{ClockOf, Signed, Threat};
use super::terms::DelayTerms;
use crate::actor::Actor;
use crate::assessment::DeadlineKind;
use crate::refusal::Refusal;

/// Moves a running deadline that has not passed.
#[allow(clippy::too_many_arguments, reason = "the command's fields and who gives it under which terms")]
pub(super) fn delay(
    threat: &Threat,
    of: ClockOf,
    kind: DelayKind,
    until: Timestamp,
    reason: String,
    terms: &[DelayTerms],
    by: &Actor,
    at: Timestamp,
) -> Settled {
    let clock = threat.clocks().into_iter().find(|clock| clock.of == of);
    let clock = clock.ok_or_else(|| Refusal::NotThere { what: "a running clock of this kind".into() })?;
    let allowed =
        terms.iter().find(|term| term.kind == kind && kind_of(of).is_some_and(|what| term.of.contains(&what)));
    let Some(allowed) = allowed else {
        let why = format!("the policy knows no {} of this deadline", kind.id());
        let clause = terms.first().map_or_else(|| "no policy allows it".to_owned(), |term| term.clause.clone());
        return Err(Refusal::DelayNotAllowed { why, clause });
    };
    let refused = |why: String| Refusal::DelayNotAllowed { why, clause: allowed.clause.clone() };
    let Ok(who) = by.must_hold(&allowed.may, "move this deadline") else {
        let may: Vec<String> = allowed.may.iter().map(ToString::to_string).collect();
        return Err(refused(format!("it takes one of these roles: {}", may.join(", "))));
    };
    Refusal::unless_reason(&reason)?;
    if clock.passed > 0 || clock.due_at <= at {
        return Err(refused("it has passed already, and somebody else is being asked".into()));
    }
    if until <= clock.due_at {
        return Err(Refusal::BadField { field: "until".into(), problem: format!("not later than {}", clock.due_at) });
    }
    if until.duration_since(clock.due_at) > allowed.at_most {
        return Err(refused(format!("{} minutes is the most at one time", allowed.at_most.as_mins())));
    }
    let base = threat.undelayed(of).unwrap_or(clock.due_at);
    let granted = |known: &&Delay| known.of == of && known.base == base && known.kind == kind;
    if threat.coordination.delays.iter().filter(granted).count() >= allowed.times {
        return Err(refused(format!("it was moved {} time(s), which is as often as may be", allowed.times)));
    }
    // Unlike other times this one may not even be set when the harm may have begun already.
    match threat.window.and_then(|window| window.from) {
        Some(from) if until > from => return Err(Refusal::PastTheStart { from }),
        Some(_) | None => {}
    }
    let signed = Signed { by: who.to_owned(), at, reason };
    let clause = allowed.clause.clone();
    Ok(Coordinated::DeadlineDelayed { delay: Delay { of, kind, base, until, signed, clause } })
}

/// The kind of deadline a policy knows a clock by; none for the desk's own clocks.
const fn kind_of(of: ClockOf) -> Option<DeadlineKind> {
    match of {
        ClockOf::Determine(_) => Some(DeadlineKind::Determine),
        ClockOf::Affirm(_) => Some(DeadlineKind::Affirm),
        ClockOf::Deliver(_) => Some(DeadlineKind::Deliver),
        ClockOf::Acknowledge(_) => Some(DeadlineKind::Acknowledge),
        ClockOf::Review(_) => Some(DeadlineKind::Review),
        ClockOf::Identify
        | ClockOf::Found
        | ClockOf::Carry(_)
        | ClockOf::Outcome
        | ClockOf::Coordinate(_)
        | ClockOf::Consult(_)
        | ClockOf::Dispute(_)
        | ClockOf::Lapse(_) => None,
    }
}
