//! Decisions about drafts: written by one person, checked by the desk, approved by another; what the leak check found
//! leaves only when a senior officer answers for it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::command::ThreatCommand;
use super::event::{Decision, ThreatEvent};
use super::state::{Draft, DraftState, LeakNote, Purpose, Release, Signed, Threat, Warning};
use super::terms::Terms;
use crate::actor::Actor;
use crate::ids::DraftId;
use crate::refusal::Refusal;
use crate::words::Role;

/// Answers the commands about drafts; every other command is refused as unknown here.
pub(super) fn decide(
    threat: &Threat,
    command: ThreatCommand,
    terms: &Terms,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    match command {
        ThreatCommand::WriteDraft { draft, victim, purpose, follows, text, leaks, release } => {
            let who = by.must_hold(&[Role::Assessor, Role::Approver, Role::SeniorOfficer], "write a draft")?;
            let written = Draft {
                id: draft,
                victim,
                purpose,
                follows,
                by: who.to_owned(),
                at,
                text,
                release: *release,
                state: draft_state(&leaks),
                leaks,
                overridden: None,
                comments: Vec::new(),
            };
            write(threat, written)
        }
        ThreatCommand::CheckDraft { draft, reports, leaks, clearance } => {
            may_check(threat, draft, by)?;
            Ok(Decision::of(ThreatEvent::DraftChecked { draft, reports, leaks, clearance }))
        }
        ThreatCommand::OverrideLeak { draft, findings, reason, clearance } => {
            let signed = may_override(threat, draft, findings, reason, by, at)?;
            Ok(Decision::of(ThreatEvent::LeakOverridden { draft, signed, clearance }))
        }
        ThreatCommand::ReturnDraft { draft, reason } => return_draft(threat, draft, &reason, by, at),
        ThreatCommand::CommentDraft { draft, quote, words } => {
            super::comments::comment(threat, draft, quote, words, by, at)
        }
        ThreatCommand::AnswerComment { draft, comment, words } => {
            super::comments::answer(threat, draft, comment, words, by, at)
        }
        ThreatCommand::ApproveDraft { draft, fingerprint } => approve(threat, draft, &fingerprint, terms, by, at),
        _ => Err(Refusal::unknown("command about a draft")),
    }
}

fn draft_state(leaks: &[LeakNote]) -> DraftState {
    if leaks.is_empty() { DraftState::Written } else { DraftState::Leaking }
}

fn write(threat: &Threat, draft: Draft) -> Result<Decision, Refusal> {
    threat.victim(draft.victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    match draft.purpose {
        Purpose::Warn => {}
        Purpose::WarnAgain(earlier) | Purpose::Update(earlier) | Purpose::StandDown(earlier) => {
            let known = threat.warning(earlier).filter(|warning| warning.victim == draft.victim);
            known.ok_or_else(|| Refusal::unknown("warning for this intended victim"))?;
        }
    }
    if let Some(earlier) = draft.follows {
        let known = threat.draft(earlier).filter(|known| known.victim == draft.victim);
        known.ok_or_else(|| Refusal::unknown("draft for this intended victim to follow"))?;
    }
    if threat.draft(draft.id).is_some() {
        return Err(Refusal::AlreadyDone { what: format!("draft {}", draft.id) });
    }
    Ok(Decision::of(ThreatEvent::DraftWritten { draft: Box::new(draft) }))
}

/// Everything but what was sent back is compared again: an approved draft before it goes another way.
fn may_check(threat: &Threat, draft: DraftId, by: &Actor) -> Result<(), Refusal> {
    by.must_be_desk("check a draft for leaks")?;
    match threat.draft(draft).ok_or_else(|| Refusal::unknown("draft"))?.state {
        DraftState::Returned => Err(Refusal::DraftSettled { state: "sent back".into() }),
        DraftState::Written | DraftState::Leaking | DraftState::Approved => Ok(()),
    }
}

/// The draft, when nothing has settled it yet. Words that somebody has changed since are not approved any more.
fn unsettled(threat: &Threat, id: DraftId) -> Result<&Draft, Refusal> {
    let draft = threat.draft(id).ok_or_else(|| Refusal::unknown("draft"))?;
    match draft.state {
        DraftState::Approved => Err(Refusal::DraftSettled { state: "approved".into() }),
        DraftState::Returned => Err(Refusal::DraftSettled { state: "sent back".into() }),
        DraftState::Written | DraftState::Leaking if threat.is_replaced(id) => {
            Err(Refusal::DraftSettled { state: "replaced by a newer version".into() })
        }
        DraftState::Written | DraftState::Leaking => Ok(draft),
    }
}

fn return_draft(threat: &Threat, draft: DraftId, reason: &str, by: &Actor, at: Timestamp) -> Result<Decision, Refusal> {
    let who = by.must_hold(&[Role::Approver], "send a draft back")?;
    Refusal::unless_reason(reason)?;
    unsettled(threat, draft)?;
    let signed = Signed { by: who.to_owned(), at, reason: reason.to_owned() };
    Ok(Decision::of(ThreatEvent::DraftReturned { draft, signed }))
}

/// A senior officer who did not write the draft, who was shown everything that was found, and who says why.
fn may_override(
    threat: &Threat,
    draft: DraftId,
    findings: usize,
    reason: String,
    by: &Actor,
    at: Timestamp,
) -> Result<Signed, Refusal> {
    let who = by.must_hold(&[Role::SeniorOfficer], "override the leak check")?;
    Refusal::unless_reason(&reason)?;
    let draft = unsettled(threat, draft)?;
    if draft.by == who {
        return Err(Refusal::SelfApproval { who: who.to_owned() });
    }
    if draft.leaks.is_empty() {
        return Err(Refusal::unknown("finding of the leak check in this draft"));
    }
    if let Some(signed) = &draft.overridden {
        return Err(Refusal::AlreadyDone { what: format!("override by {}", signed.by) });
    }
    if draft.leaks.len() != findings {
        return Err(Refusal::ChangedSinceShown);
    }
    Ok(Signed { by: who.to_owned(), at, reason })
}

fn approve(
    threat: &Threat,
    draft: DraftId,
    fingerprint: &str,
    terms: &Terms,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let who = by.must_hold(&[Role::Approver], "approve a warning")?;
    let draft = unsettled(threat, draft)?;
    if draft.by == who {
        return Err(Refusal::SelfApproval { who: who.to_owned() });
    }
    match &draft.overridden {
        Some(signed) if signed.by == who => return Err(Refusal::OwnOverride { who: who.to_owned() }),
        None if !draft.leaks.is_empty() => return Err(Refusal::leak_found(&draft.leaks)),
        Some(_) | None => {}
    }
    let unseen = threat.reports.iter().filter(|link| !draft.release.checked.contains(&link.report)).count();
    if unseen > 0 {
        return Err(Refusal::NotChecked { unseen });
    }
    let release = &draft.release;
    if release.fingerprint != fingerprint {
        return Err(Refusal::ChangedSinceShown);
    }
    threat.may_be_told(draft, terms, at)?;
    check_plan(threat, release)?;
    let warning = Warning {
        id: release.warning,
        draft: draft.id,
        victim: draft.victim,
        purpose: draft.purpose,
        approved_by: who.to_owned(),
        approved_at: at,
        reference: release.reference.clone(),
        verify_code: release.verify_code.clone(),
        fingerprint: release.fingerprint.clone(),
        templates: release.templates.clone(),
    };
    let first = release.plan.iter().map(|planned| planned.order).min();
    let effects = release.plan.iter().filter(|planned| Some(planned.order) == first);
    let effects = effects.map(|planned| super::deliver::attempt_effect(planned.id, 0, at)).collect();
    Ok(Decision { events: vec![ThreatEvent::WarningApproved { warning, plan: release.plan.clone() }], effects })
}

/// A plan has a way, and nothing in it is there already: two deliveries with one id would be one delivery.
fn check_plan(threat: &Threat, release: &Release) -> Result<(), Refusal> {
    if release.plan.is_empty() {
        return Err(Refusal::EmptyPlan);
    }
    if threat.warning(release.warning).is_some() {
        return Err(Refusal::AlreadyDone { what: format!("warning {}", release.warning) });
    }
    let mut ids = BTreeSet::new();
    match release.plan.iter().find(|planned| !ids.insert(planned.id) || threat.delivery(planned.id).is_some()) {
        Some(twice) => Err(Refusal::AlreadyDone { what: format!("delivery {}", twice.id) }),
        None => Ok(()),
    }
}
