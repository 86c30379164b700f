//! Counts: what an inspector, a court or a parliament asks for.

use std::collections::BTreeMap;

use domain::Determination;
use domain::threat::{Capacity, Threat};
use serde::Serialize;
use store::Filter;

use crate::desk::Desk;
use crate::error::AppError;
use crate::streams::state_of;

/// Counts over the whole desk.
#[derive(Debug, Default, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Stats {
    pub reports: u64,
    pub duplicates: u64,
    pub threats: u64,
    pub open: u64,
    pub determinations: BTreeMap<String, u64>,
    pub warnings: u64,
    pub acknowledged_by_recipients: u64,
    pub acknowledged_by_intermediaries: u64,
    pub deliveries: BTreeMap<String, u64>,
    pub escalations: u64,
    pub outcomes: BTreeMap<String, u64>,
    /// Median minutes from the first report to the first approved warning.
    pub minutes_to_warning: Option<i64>,
}

impl Desk {
    /// Counts everything.
    pub async fn stats(&self) -> Result<Stats, AppError> {
        let mut stats = Stats::default();
        let mut minutes = Vec::new();
        for row in self.all("threat", &Filter::default()).await? {
            let threat = state_of::<Threat>(row)?;
            if let Some(threat) = threat {
                stats.count(&threat);
                let first = threat.warnings.first();
                minutes.extend(first.map(|warning| warning.approved_at.duration_since(threat.opened_at).as_mins()));
            }
        }
        for row in self.all("report", &Filter::default()).await? {
            stats.reports += 1;
            stats.duplicates += u64::from(row.step == "duplicate");
        }
        minutes.sort_unstable();
        // As the inspector's median: a time that something really took, and half took no longer.
        stats.minutes_to_warning = minutes.len().checked_sub(1).map(|last| minutes[last / 2]);
        Ok(stats)
    }

    pub(crate) async fn all(&self, kind: &str, filter: &Filter) -> Result<Vec<store::Row>, AppError> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.list(kind, filter, after.as_ref(), 500).await?;
            rows.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(rows),
            }
        }
    }
}

impl Stats {
    fn count(&mut self, threat: &Threat) {
        self.threats += 1;
        self.open += u64::from(threat.closed.is_none());
        self.warnings += threat.warnings.len() as u64;
        self.escalations += threat.escalations.len() as u64;
        for victim in &threat.victims {
            *self.determinations.entry(victim.determination().to_string()).or_default() += 1;
        }
        if threat.victims.is_empty() {
            *self.determinations.entry(Determination::Unresolved.to_string()).or_default() += 1;
        }
        for delivery in &threat.deliveries {
            *self.deliveries.entry(delivery.state.to_string()).or_default() += 1;
        }
        for warning in &threat.warnings {
            self.acknowledged_by_recipients += u64::from(threat.acknowledged(warning.id));
        }
        self.acknowledged_by_intermediaries += threat.acknowledged_by(Capacity::Intermediary) as u64;
        let outcome = threat.outcome.as_ref().and_then(|outcome| serde_json::to_value(outcome.kind).ok());
        if let Some(kind) = outcome.as_ref().and_then(|kind| kind.as_str()) {
            *self.outcomes.entry(kind.to_owned()).or_default() += 1;
        }
    }
}
