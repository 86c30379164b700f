//! Sums up what happened, from the desk's own answers: `forewarn demo --once --json`.

use domain::threat::Threat;
use serde::Serialize;
use store::{Content, Filter};

use crate::client::Refused;
use crate::{DemoError, World};

/// What happened.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Summary {
    pub reports: u64,
    pub duplicates: u64,
    pub threats: Vec<ThreatSummary>,
    pub refusals: Vec<RefusalSummary>,
    pub warnings: u64,
    pub deliveries: Vec<DeliverySummary>,
    pub acknowledgements: usize,
    pub escalations: u64,
    pub record: RecordSummary,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct ThreatSummary {
    pub id: String,
    pub sentence: String,
    pub reports: usize,
    pub determination: String,
    pub outcome: Option<String>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct RefusalSummary {
    pub rule: String,
    pub what: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct DeliverySummary {
    pub recipient: String,
    pub channel: String,
    pub state: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct RecordSummary {
    pub entries: u64,
    pub verified: bool,
}

/// Asks the desk.
pub(crate) async fn sum_up(world: &mut World) -> Result<Summary, DemoError> {
    let stats = world.desk.stats().await?;
    let page = world.desk.store.list("threat", &Filter::default(), None, 200).await.map_err(server::AppError::from)?;
    let mut threats = Vec::new();
    for row in page.items {
        let threat: Threat = serde_json::from_str(&row.state).map_err(|cause| DemoError::Story(cause.to_string()))?;
        threats.push(threat);
    }
    threats.sort_by_key(|threat| threat.id);
    let deliveries = threats.iter().flat_map(|threat| &threat.deliveries);
    let acknowledgements = deliveries.clone().map(|delivery| delivery.acknowledgements.len()).sum();
    Ok(Summary {
        reports: stats.reports,
        duplicates: stats.duplicates,
        warnings: stats.warnings,
        escalations: stats.escalations,
        acknowledgements,
        deliveries: deliveries
            .map(|delivery| DeliverySummary {
                recipient: delivery.planned.recipient.name.clone(),
                channel: delivery.planned.channel.id().to_owned(),
                state: word(&delivery.state),
            })
            .collect(),
        threats: threats.iter().map(threat_summary).collect(),
        refusals: std::mem::take(&mut world.refusals).into_iter().map(RefusalSummary::from).collect(),
        record: record(world).await?,
    })
}

async fn record(world: &World) -> Result<RecordSummary, DemoError> {
    let mut export = Vec::new();
    let entries = world.desk.store.export(Content::Full, &mut export).await.map_err(server::AppError::from)?;
    let key: Option<record::VerifyKey> = world.desk.verify_key.parse().ok();
    let verified = key
        .is_some_and(|key| record::verify(export.as_slice(), Some(&key), None).is_ok_and(|verdict| verdict.is_sound()));
    Ok(RecordSummary { entries, verified })
}

impl From<Refused> for RefusalSummary {
    fn from(refused: Refused) -> Self {
        Self { rule: refused.rule, what: refused.what }
    }
}

fn threat_summary(threat: &Threat) -> ThreatSummary {
    let determination = threat.victims.first().map(|victim| word(&victim.determination()));
    ThreatSummary {
        id: threat.id.to_string(),
        sentence: threat.sentence.clone(),
        reports: threat.reports.len(),
        determination: determination.unwrap_or_else(|| "unresolved".to_owned()),
        outcome: threat.outcome.as_ref().map(|outcome| word(&outcome.kind)),
    }
}

/// The word a value has in JSON.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
