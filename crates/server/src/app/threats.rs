//! Acting on a threat: load, assess, decide, append events and effects in one transaction, answer.

use domain::report::Report;
use domain::threat::{Decision, Threat, ThreatCommand, decide_under};
use domain::{Refusal, ThreatId};
use jiff::Timestamp;
use store::{Lease, StoreError};

use super::closed::without_links;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;
use crate::streams::{Loaded, effects_of};

impl Desk {
    /// The threat with this id.
    pub async fn threat(&self, id: ThreatId) -> Result<Threat, AppError> {
        self.load::<Threat>(id).await?.state.ok_or_else(|| AppError::not_found(format!("threat {id}")))
    }

    /// Does what `command` makes of the threat as it stands, and answers the threat after it. When somebody else
    /// was quicker the command is made again from the newer state.
    pub async fn act<F>(&self, ask: &Ask, id: ThreatId, command: F) -> Result<Threat, AppError>
    where
        F: Fn(&Threat, Timestamp) -> Result<ThreatCommand, AppError> + Send + Sync,
    {
        self.act_holding(ask, id, Held::default(), command).await
    }

    /// As [`Desk::act`], for a worker that holds an effect.
    pub(crate) async fn act_holding<F>(
        &self,
        ask: &Ask,
        id: ThreatId,
        held: Held,
        command: F,
    ) -> Result<Threat, AppError>
    where
        F: Fn(&Threat, Timestamp) -> Result<ThreatCommand, AppError> + Send + Sync,
    {
        for _ in 0..RETRIES {
            let loaded = self.load::<Threat>(id).await?;
            let threat = loaded.state.as_ref().ok_or_else(|| AppError::not_found(format!("threat {id}")))?;
            let at = self.clock.now();
            // Every way in leads through here, so every way in meets the policy's terms (A12).
            let terms = self.terms(threat, at).await?;
            let decision = decide_under(threat, command(threat, at)?, &terms, &ask.actor, at)?;
            match self.append(ask, at, loaded, &decision, held).await {
                Err(StoreOr::Store(StoreError::Conflict { .. })) => {}
                other => return other.map_err(AppError::from),
            }
        }
        Err(AppError::Busy)
    }

    /// Links a report that exists to a threat, as a person judges.
    pub async fn link_by_hand(&self, ask: &Ask, id: ThreatId, report: &Report, why: &str) -> Result<Threat, AppError> {
        Refusal::unless_reason(why)?;
        self.carry_details(id, report).await?;
        let after_the_fact = report.reading.as_ref().is_some_and(|reading| reading.after_the_fact);
        let sentence = match &report.reading {
            Some(reading) => {
                let bar = self.bar_of(report).await?;
                self.told_together(&self.threat(id).await?, report.id, bar, reading).await?
            }
            None => None,
        };
        let (report, why) = (report.id, why.to_owned());
        self.act(ask, id, |_, _| {
            let (why, sentence) = (why.clone(), sentence.clone());
            Ok(ThreatCommand::LinkReport { report, why, after_the_fact, sentence, window: None })
        })
        .await
    }

    async fn append(
        &self,
        ask: &Ask,
        at: Timestamp,
        loaded: Loaded<Threat>,
        decision: &Decision,
        held: Held,
    ) -> Result<Threat, StoreOr> {
        let effects = effects_of(&decision.effects)?;
        let (mut write, after) = loaded.write(self.borne(at), ask.actor.name(), &decision.events)?;
        write.effects = effects;
        write.finish.extend(held.finish);
        write.hold.extend(held.hold);
        self.commit(ask, at, vec![write], &without_links(after.clone())).await?;
        Ok(after)
    }
}

/// Effects a worker holds while it acts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    /// Ends with this write.
    pub finish: Option<Lease>,
    /// Must still be held for this write to be true.
    pub hold: Option<Lease>,
}

/// Keeps a conflict apart from everything else, so that it can be tried again.
pub(crate) enum StoreOr {
    Store(StoreError),
    App(AppError),
}

impl From<StoreError> for StoreOr {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
impl From<AppError> for StoreOr {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}
impl From<StoreOr> for AppError {
    fn from(error: StoreOr) -> Self {
        match error {
            StoreOr::Store(error) => error.into(),
            StoreOr::App(error) => error,
        }
    }
}
impl From<Refusal> for StoreOr {
    fn from(refusal: Refusal) -> Self {
        Self::App(refusal.into())
    }
}
