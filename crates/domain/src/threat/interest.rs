//! Conflicts of interest: who is named in a report, or handles its source, may not do what the policy bars them from.
//! One place for every command, so that no path leads past it (A12).

use super::command::ThreatCommand;
use super::coordinate::Coordinate;
use super::coordination::Stake;
use super::state::Threat;
use super::terms::Terms;
use crate::actor::Actor;
use crate::ids::ReportId;
use crate::refusal::Refusal;

/// What people do under a policy, as conflicts of interest bar it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Answers the criteria, or undoes what was answered.
    Determine,
    /// Agrees to silence, or lets it stand.
    Affirm,
    /// Writes the words.
    Draft,
    /// Clears the words.
    Approve,
    /// Carries the words.
    Deliver,
}

/// A conflict of interest and what it keeps somebody from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRule {
    /// The rule's own id, by which somebody may say that it applies.
    pub id: String,
    /// What the desk can see for itself, as a [`Stake`] names it.
    pub conflict: String,
    /// The rule in the policy's words.
    pub rule: String,
    /// What somebody with such a stake may not do.
    pub bars: Vec<Duty>,
    /// The policy clause.
    pub clause: String,
}

impl Threat {
    /// Refuses a command that a person with a stake in a linked report may not give.
    pub(super) fn must_have_no_stake(&self, command: &ThreatCommand, terms: &Terms, by: &Actor) -> Result<(), Refusal> {
        let Actor::Person { name, .. } = by else { return Ok(()) };
        let Some(duty) = duty_of(command) else { return Ok(()) };
        let rule = self.stakes_of(name).find_map(|stake| {
            let about = |rule: &ConflictRule| [&rule.id, &rule.conflict].contains(&&stake.conflict);
            let barring = |rule: &&ConflictRule| about(rule) && rule.bars.contains(&duty);
            terms.conflicts.iter().find(barring)
        });
        match rule {
            Some(rule) => Err(Refusal::ConflictOfInterest {
                who: name.clone(),
                says: rule.rule.clone(),
                clause: rule.clause.clone(),
            }),
            None => Ok(()),
        }
    }

    /// The stakes somebody has in the reports on this threat.
    pub fn stakes_of<'a>(&'a self, officer: &'a str) -> impl Iterator<Item = &'a Stake> {
        let linked = self.coordination.details.iter().filter(|(report, _)| self.links(**report));
        linked.flat_map(|(_, details)| &details.stakes).filter(move |stake| stake.officer == officer)
    }

    /// Whether a report is on this threat.
    pub(super) fn links(&self, report: ReportId) -> bool {
        self.reports.iter().any(|link| link.report == report)
    }
}

/// The duty a command is part of; none for what anybody may do whose information it is.
const fn duty_of(command: &ThreatCommand) -> Option<Duty> {
    match command {
        // Taking the report off would take the stake off with it.
        ThreatCommand::AssessVictim { .. }
        | ThreatCommand::DismissParty { .. }
        | ThreatCommand::UnlinkReport { .. }
        | ThreatCommand::Review { .. } => Some(Duty::Determine),
        ThreatCommand::AffirmSilence { .. } | ThreatCommand::Close { .. } => Some(Duty::Affirm),
        ThreatCommand::WriteDraft { .. } => Some(Duty::Draft),
        ThreatCommand::ApproveDraft { .. } | ThreatCommand::OverrideLeak { .. } => Some(Duty::Approve),
        ThreatCommand::SendAnotherWay { .. } | ThreatCommand::StopDelivery { .. } => Some(Duty::Deliver),
        ThreatCommand::Coordinate(Coordinate::SettleDispute { upheld, .. }) => {
            Some(if *upheld { Duty::Affirm } else { Duty::Determine })
        }
        ThreatCommand::Coordinate(
            Coordinate::TakeOwnership { .. }
            | Coordinate::HandOver { .. }
            | Coordinate::Leave { .. }
            | Coordinate::StateDetails { .. }
            | Coordinate::AskOriginator { .. }
            | Coordinate::RecordAnswer { .. }
            | Coordinate::WarnFirst { .. }
            | Coordinate::Dispute { .. }
            | Coordinate::Delay { .. },
        )
        | ThreatCommand::LinkReport { .. }
        | ThreatCommand::IdentifyVictim { .. }
        | ThreatCommand::FindParties { .. }
        | ThreatCommand::AskAbout { .. }
        | ThreatCommand::CheckDraft { .. }
        | ThreatCommand::ReturnDraft { .. }
        | ThreatCommand::CommentDraft { .. }
        | ThreatCommand::AnswerComment { .. }
        | ThreatCommand::StartAttempt { .. }
        | ThreatCommand::FinishAttempt { .. }
        | ThreatCommand::RecordReceipt { .. }
        | ThreatCommand::Acknowledge { .. }
        | ThreatCommand::PassDeadline { .. }
        | ThreatCommand::TakeUp { .. }
        | ThreatCommand::RecordOutcome { .. } => None,
    }
}
