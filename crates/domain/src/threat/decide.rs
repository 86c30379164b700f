//! The one place that says what may happen to a threat: `decide(state, command, actor, at)` answers events and
//! effects, or a refusal that names the rule. Pure and total; the clock and the ids come from outside.

use jiff::{SignedDuration, Timestamp};

use super::clocks::later;
use super::command::ThreatCommand;
use super::coordination::Reopening;
use super::event::{Act, Decision, Effect, ThreatEvent};
use super::state::{ClockOf, IntendedVictim, LinkedReport, Signed, Threat};
use super::terms::Terms;
use crate::actor::Actor;
use crate::ids::{ReportId, ThreatId, VictimId};
use crate::refusal::Refusal;
use crate::words::{Determination, Harm, Role, Window};

/// First wait before a passed deadline is asked again; doubles each time.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// Longest wait between two times of asking, and the time given to somebody who took it up.
const ASK_AGAIN_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// What a new threat starts from.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct OpenThreat {
    pub id: ThreatId,
    pub report: ReportId,
    pub why: String,
    pub sentence: String,
    pub harm: Harm,
    pub window: Option<Window>,
    pub triage_by: Timestamp,
    pub after_the_fact: bool,
}

/// Opens a threat from its first report. Intake, an assessor or the desk itself (every report that is not a
/// duplicate joins or opens a threat, so that none is lost).
pub fn open(command: OpenThreat, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    may_link(by)?;
    let OpenThreat { id, report, why, sentence, harm, window, triage_by, after_the_fact } = command;
    let link = LinkedReport { report, at, by: by.name().to_owned(), why, after_the_fact };
    Ok(Decision {
        events: vec![
            ThreatEvent::ThreatOpened { id, sentence, harm, window, triage_by },
            ThreatEvent::ReportLinked { link, sentence: None, window: None },
        ],
        effects: Vec::new(),
    })
}

/// Answers a command where no written policy adds anything: the strictest terms.
pub fn decide(threat: &Threat, command: ThreatCommand, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    decide_under(threat, command, &Terms::default(), by, at)
}

/// Answers a command on an open threat, under the policy's terms.
pub fn decide_under(
    threat: &Threat,
    command: ThreatCommand,
    terms: &Terms,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    // After the end a new report reopens the threat, and a person's late answer is still put on the record.
    let always = matches!(command, ThreatCommand::LinkReport { .. } | ThreatCommand::Acknowledge { .. });
    if threat.closed.is_some() && !always {
        return Err(Refusal::Closed);
    }
    threat.must_have_no_stake(&command, terms, by)?;
    match command {
        ThreatCommand::LinkReport { report, why, after_the_fact, sentence, window } => {
            may_link(by)?;
            let link = LinkedReport { report, at, by: by.name().to_owned(), why, after_the_fact };
            link_report(threat, link, sentence, window, at)
        }
        ThreatCommand::UnlinkReport { report, reason } => unlink(threat, report, reason, by, at),
        ThreatCommand::IdentifyVictim { victim, kind, name, party, reason, asks } => {
            let signed = may_identify(threat, victim, &name, reason, by, at)?;
            must_be_asked(&asks)?;
            Ok(Decision::of(ThreatEvent::VictimIdentified { victim, kind, name, party, signed, asks }))
        }
        ThreatCommand::FindParties { hits } => super::found::find(threat, hits, by),
        ThreatCommand::DismissParty { party, reason } => {
            super::found::dismiss(threat, party, signed_by_assessor(by, "say who is not meant", reason, at)?)
        }
        ThreatCommand::AskAbout { victim, asks } => super::determination::ask_about(threat, victim, asks, by),
        ThreatCommand::AssessVictim { victim, given } => super::determination::assess(threat, victim, *given, by, at),
        ThreatCommand::AffirmSilence { victim, given } => super::determination::affirm(threat, victim, *given, by, at),
        ThreatCommand::WriteDraft { .. }
        | ThreatCommand::CheckDraft { .. }
        | ThreatCommand::OverrideLeak { .. }
        | ThreatCommand::ReturnDraft { .. }
        | ThreatCommand::CommentDraft { .. }
        | ThreatCommand::AnswerComment { .. }
        | ThreatCommand::ApproveDraft { .. } => super::drafts::decide(threat, command, terms, by, at),
        ThreatCommand::SendAnotherWay { .. }
        | ThreatCommand::StartAttempt { .. }
        | ThreatCommand::FinishAttempt { .. }
        | ThreatCommand::RecordReceipt { .. }
        | ThreatCommand::Acknowledge { .. }
        | ThreatCommand::StopDelivery { .. } => super::deliver::decide(threat, command, by, at),
        ThreatCommand::PassDeadline { of } => pass_deadline(threat, of, by, at),
        ThreatCommand::TakeUp { of, reason } => take_up(threat, of, reason, by, at),
        ThreatCommand::Review { victim, decision, reason, next_by } => {
            let signed = signed_by_assessor(by, "review a threat", reason, at)?;
            threat.victim(victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
            Ok(Decision::of(ThreatEvent::ThreatReviewed { victim, decision, signed, next_by }))
        }
        ThreatCommand::RecordOutcome { kind, occurred_at, reason } => {
            let signed = signed_by_assessor(by, "record the outcome", reason, at)?;
            Ok(Decision::of(ThreatEvent::OutcomeRecorded { kind, occurred_at, signed }))
        }
        ThreatCommand::Close { reason } => close(threat, &reason, by, at),
        ThreatCommand::Coordinate(command) => super::coordinate::decide(threat, command, terms, by, at),
    }
}

/// An assessor's or a senior officer's word that this is somebody new who is meant.
fn may_identify(
    threat: &Threat,
    victim: VictimId,
    name: &str,
    reason: String,
    by: &Actor,
    at: Timestamp,
) -> Result<Signed, Refusal> {
    let who = by.must_hold(&[Role::Assessor, Role::SeniorOfficer], "say who is meant")?;
    check_name(name)?;
    if threat.victim(victim).is_some() {
        return Err(Refusal::AlreadyDone { what: format!("intended victim {victim}") });
    }
    Ok(Signed { by: who.to_owned(), at, reason })
}

/// A report joins: it opens affirmed silences again, and the threat when that was closed.
fn link_report(
    threat: &Threat,
    link: LinkedReport,
    sentence: Option<String>,
    window: Option<Window>,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    if threat.links(link.report) {
        return Err(Refusal::AlreadyDone { what: format!("report {} is on this threat", link.report) });
    }
    let speaks = !link.after_the_fact;
    let reopened = threat.victims.iter().filter(|_| speaks);
    let reopened = reopened.flat_map(|victim| threat.silence_reopened(victim.id, Reopening::NewReport, at));
    let events = std::iter::once(ThreatEvent::ReportLinked { link, sentence, window }).chain(reopened).collect();
    Ok(Decision { events, effects: threat.taken_up_again(at) })
}

/// Somebody about whom no pack asks would be met with silence.
fn must_be_asked(asks: &[super::determination::Asked]) -> Result<(), Refusal> {
    let none = || Refusal::NotThere { what: "a policy pack to determine under".into() };
    if asks.is_empty() { Err(none()) } else { Ok(()) }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let empty = || Refusal::BadField { field: "name".into(), problem: "empty; a description is enough".into() };
    if name.trim().is_empty() { Err(empty()) } else { Ok(()) }
}

fn may_link(by: &Actor) -> Result<(), Refusal> {
    match by {
        Actor::Desk => Ok(()),
        Actor::Person { .. } | Actor::Recipient { .. } => {
            by.must_hold(&[Role::Intake, Role::Assessor, Role::SeniorOfficer], "link a report").map(|_| ())
        }
    }
}

/// An assessor's or a senior officer's word, with its reason.
fn signed_by_assessor(by: &Actor, what: &'static str, reason: String, at: Timestamp) -> Result<Signed, Refusal> {
    let who = by.must_hold(&[Role::Assessor, Role::SeniorOfficer], what)?;
    Refusal::unless_reason(&reason)?;
    Ok(Signed { by: who.to_owned(), at, reason })
}

fn unlink(threat: &Threat, report: ReportId, reason: String, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    let signed = signed_by_assessor(by, "take a report off a threat", reason, at)?;
    if !threat.reports.iter().any(|link| link.report == report) {
        return Err(Refusal::unknown("report"));
    }
    Ok(Decision::of(ThreatEvent::ReportUnlinked { report, signed }))
}

/// Whether a warning went out on a determination to warn, rather than ahead of any.
pub(super) fn settled_by_warning(threat: &Threat, victim: &IntendedVictim) -> bool {
    threat.warned(victim.id) && victim.determination() == Determination::Warn
}

fn pass_deadline(threat: &Threat, of: ClockOf, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    by.must_be_desk("pass a deadline on")?;
    let clock = threat.clocks().into_iter().find(|clock| clock.of == of);
    let clock = clock.ok_or_else(|| Refusal::NotThere { what: "a running clock of this kind".into() })?;
    if clock.due_at > at {
        return Err(Refusal::NotDue { due_at: clock.due_at });
    }
    let rung = clock.passed.min(clock.escalate_to.len().saturating_sub(1));
    let to = clock.escalate_to.get(rung).cloned().unwrap_or_else(|| Role::SeniorOfficer.id().to_owned());
    let doublings = u32::try_from(clock.passed).unwrap_or(u32::MAX).min(10);
    let wait = ASK_AGAIN.checked_mul(1 << doublings).unwrap_or(ASK_AGAIN_AT_MOST).min(ASK_AGAIN_AT_MOST);
    let mut again_at = later(at, wait);
    if let ClockOf::Dispute(dispute) = of {
        again_at = threat.step_ends(dispute, clock.passed + 1).filter(|by| *by > at).unwrap_or(again_at);
    }
    let passed = ThreatEvent::DeadlinePassed { of, due_at: clock.due_at, to, again_at };
    let mut events = vec![passed];
    if let ClockOf::Lapse(victim) = of {
        events.extend(threat.silence_reopened(victim, Reopening::Lapsed, at));
    }
    let mut effects = match of {
        ClockOf::Acknowledge(warning) => super::deliver::next_way(threat, warning, None, at),
        ClockOf::Identify
        | ClockOf::Found
        | ClockOf::Determine(_)
        | ClockOf::Affirm(_)
        | ClockOf::Deliver(_)
        | ClockOf::Carry(_)
        | ClockOf::Review(_)
        | ClockOf::Consult(_)
        | ClockOf::Coordinate(_)
        | ClockOf::Dispute(_)
        | ClockOf::Lapse(_)
        | ClockOf::Outcome => Vec::new(),
    };
    let key = format!("wake/{}/{}", threat.id, threat.escalations.len());
    effects.push(Effect { key, due_at: at, act: Act::Wake(of) });
    Ok(Decision { events, effects })
}

fn take_up(threat: &Threat, of: ClockOf, reason: String, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    let who = by.must_work("take up what is overdue")?;
    let runs = threat.clocks().iter().any(|clock| clock.of == of);
    let escalation = threat.escalation(of).filter(|_| runs);
    let escalation = escalation.ok_or_else(|| Refusal::NotThere { what: "an escalation of this kind".into() })?;
    if escalation.taken_by.is_some() {
        return Err(Refusal::AlreadyDone { what: "somebody took this up".into() });
    }
    let again_at = later(at, ASK_AGAIN_AT_MOST);
    Ok(Decision::of(ThreatEvent::EscalationTaken { of, by: who.to_owned(), again_at, reason }))
}

fn close(threat: &Threat, reason: &str, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    let who = by.must_hold(&[Role::SeniorOfficer], "close a threat")?;
    Refusal::unless_reason(reason)?;
    if threat.victims.is_empty() {
        return Err(Refusal::StillOwed { what: "nobody has said who is meant".into() });
    }
    if let Some(found) = threat.unsettled().next() {
        let what = format!("the register has found {} since; say whether they are meant", found.hit.name);
        return Err(Refusal::StillOwed { what });
    }
    for victim in &threat.victims {
        may_end(threat, victim, who)?;
    }
    if !threat.warnings.is_empty() && threat.outcome.is_none() {
        return Err(Refusal::StillOwed { what: "nobody has said how it ended".into() });
    }
    if threat.deliveries.iter().any(|delivery| delivery.running().is_some()) {
        return Err(Refusal::AttemptRunning);
    }
    let signed = Signed { by: who.to_owned(), at, reason: reason.to_owned() };
    Ok(Decision::of(ThreatEvent::ThreatClosed { signed }))
}

/// Whether a threat may be closed by `who` as far as this intended victim goes.
fn may_end(threat: &Threat, victim: &IntendedVictim, who: &str) -> Result<(), Refusal> {
    if victim.look_by().is_some() {
        let what = format!("a report came after the determination for {}; review it first", victim.name);
        return Err(Refusal::StillOwed { what });
    }
    threat.must_not_be_disputed(victim.id)?;
    if let Some(what) = threat.coordination_owed(victim.id) {
        return Err(Refusal::StillOwed { what });
    }
    match victim.determination() {
        Determination::Unresolved => {
            Err(Refusal::StillOwed { what: format!("the determination for {} is unresolved", victim.name) })
        }
        Determination::NotOwed | Determination::Waived => Ok(()),
        Determination::Warn if threat.told(victim.id) => Ok(()),
        // Nobody was told and the harm can no longer be warned of: that is a silence too, so it takes two people.
        Determination::Warn => match &threat.outcome {
            None => Err(Refusal::StillOwed { what: format!("no warning for {} has left the desk", victim.name) }),
            Some(outcome) if outcome.signed.by == who => Err(Refusal::SelfClosing { who: who.to_owned() }),
            Some(_) => Ok(()),
        },
    }
}
