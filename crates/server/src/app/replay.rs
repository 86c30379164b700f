//! Determinations drawn again: the recorded inputs under the recorded version of the pack must give what was recorded.
//!
//! Everything here is taken from the entries of the record, not from rows that were made of them.

use domain::assessment::Assessment;
use domain::threat::{Affirms, Anew, Answered, Determined, Threat, ThreatEvent};
use domain::{Determination, DeterminationId, ThreatId, VictimId};
use jiff::Timestamp;
use policy::Facts;
use policy::facts::Of;
use serde::Serialize;
use store::{Filter, StoredEntry};

use super::packs::Library;
use crate::desk::{Desk, stream_name, threat_of};
use crate::error::AppError;
use crate::streams::state_of;

/// Entries asked for at a time.
const PAGE: usize = 200;

/// One line of the list of determinations.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct DeterminationLine {
    pub id: DeterminationId,
    pub threat: ThreatId,
    pub victim: VictimId,
    pub name: String,
    pub pack: String,
    pub version: String,
    pub determination: Determination,
    pub by: String,
    pub at: Timestamp,
    pub why: Anew,
    pub replaces: Option<DeterminationId>,
    /// Whether it is the one that stands; otherwise a later one took its place.
    pub stands: bool,
}

/// A determination as it stands in the record.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct RecordedDetermination {
    pub threat: ThreatId,
    /// The number of its entry.
    pub seq: u64,
    /// The time of its entry.
    pub recorded_at: Timestamp,
    #[serde(flatten)]
    pub determined: Determined,
}

/// What drawing a determination again gave.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Replayed {
    pub id: DeterminationId,
    pub threat: ThreatId,
    pub pack: String,
    pub version: String,
    pub hash: String,
    pub determination: Determination,
    pub agrees: bool,
    /// What differs; empty when it agrees.
    pub differs: Vec<Differing>,
}

/// A field that a replay does not find as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// Which: `assessment.determination`, `inputs.answers`, `policy.hash`.
    pub field: &'static str,
    /// What is wrong, in words.
    pub what: String,
}

impl Desk {
    /// Every determination of one threat, or of all, oldest threat first.
    pub async fn determination_lines(&self, threat: Option<ThreatId>) -> Result<Vec<DeterminationLine>, AppError> {
        let threats = match threat {
            Some(id) => vec![self.threat(id).await?],
            None => self.every_threat().await?,
        };
        Ok(threats.iter().flat_map(lines_of).collect())
    }

    /// The determination with this id, from its entry.
    pub async fn determination(&self, id: DeterminationId) -> Result<RecordedDetermination, AppError> {
        let missing = || AppError::not_found(format!("determination {id}"));
        let found = self.store.by_features("threat", &[format!("det:{id}")], 1).await?;
        let stream = found.shared.first().map(|shared| shared.stream.as_str()).ok_or_else(missing)?;
        let threat = threat_of(stream).ok_or_else(missing)?;
        let all = self.recorded_determinations(threat).await?;
        all.into_iter().find(|known| known.determined.id == id).ok_or_else(missing)
    }

    /// Draws a determination again.
    pub async fn replay(&self, id: DeterminationId) -> Result<Replayed, AppError> {
        let recorded = self.determination(id).await?;
        let library = self.library().await?;
        self.replay_one(&library, &recorded).await
    }

    /// Draws every determination again, of one threat or of all.
    pub async fn replay_all(&self, threat: Option<ThreatId>) -> Result<Vec<Replayed>, AppError> {
        let threats = match threat {
            Some(id) => vec![id],
            None => self.every_threat().await?.into_iter().map(|threat| threat.id).collect(),
        };
        let library = self.library().await?;
        let mut replayed = Vec::new();
        for threat in threats {
            for recorded in self.recorded_determinations(threat).await? {
                replayed.push(self.replay_one(&library, &recorded).await?);
            }
        }
        Ok(replayed)
    }

    async fn replay_one(&self, library: &Library, recorded: &RecordedDetermination) -> Result<Replayed, AppError> {
        let known = &recorded.determined;
        let policy = &known.assessment.policy;
        let mut differs = Vec::new();
        if !self.dated_right(recorded).await? {
            let what = format!("says {}, but its entry was made at {}", known.at, recorded.recorded_at);
            differs.push(Differing { field: "at", what });
        }
        differs.extend(drawn_again(library, known));
        Ok(Replayed {
            id: known.id,
            threat: recorded.threat,
            pack: policy.id.clone(),
            version: policy.version.clone(),
            hash: policy.hash.clone(),
            determination: known.determination(),
            agrees: differs.is_empty(),
            differs,
        })
    }

    /// Whether a determination bears the time of its entry. When the machine's clock was set back, entries keep the
    /// time of the one before them, and a determination made meanwhile bears an earlier one (A18).
    async fn dated_right(&self, recorded: &RecordedDetermination) -> Result<bool, AppError> {
        let (said, entered) = (recorded.determined.at, recorded.recorded_at);
        if said == entered {
            return Ok(true);
        }
        let Some(before) = recorded.seq.checked_sub(1) else { return Ok(false) };
        let before = self.store.entries(None, before, 1).await?;
        Ok(said < entered && before.first().is_some_and(|before| before.at == entered))
    }

    /// The determinations of a threat from its entries. Those whose content was erased are not there any more.
    async fn recorded_determinations(&self, threat: ThreatId) -> Result<Vec<RecordedDetermination>, AppError> {
        let stream = stream_name::<Threat>(&threat.to_string());
        let (mut found, mut from) = (Vec::new(), 0);
        loop {
            let page = self.store.entries(Some(&stream), from, PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            from = last.seq + 1;
            for entry in &page {
                found.extend(recorded_in(threat, entry)?);
            }
        }
    }

    async fn every_threat(&self) -> Result<Vec<Threat>, AppError> {
        let mut threats = Vec::new();
        for row in self.all("threat", &Filter::default()).await? {
            threats.extend(state_of::<Threat>(row)?);
        }
        threats.sort_by_key(|threat| threat.id);
        Ok(threats)
    }
}

fn lines_of(threat: &Threat) -> Vec<DeterminationLine> {
    let mut lines = Vec::new();
    for victim in &threat.victims {
        for known in victim.determinations() {
            let policy = &known.assessment.policy;
            let newest = victim.under(&policy.id).and_then(|under| under.newest.as_ref());
            lines.push(DeterminationLine {
                id: known.id,
                threat: threat.id,
                victim: victim.id,
                name: victim.name.clone(),
                pack: policy.id.clone(),
                version: policy.version.clone(),
                determination: known.determination(),
                by: known.by.clone(),
                at: known.at,
                why: known.why,
                replaces: known.replaces,
                stands: newest.is_some_and(|newest| newest.id == known.id),
            });
        }
    }
    lines
}

fn recorded_in(threat: ThreatId, entry: &StoredEntry) -> Result<Option<RecordedDetermination>, AppError> {
    if !["VictimAssessed", "SilenceAffirmed"].contains(&entry.kind.as_str()) {
        return Ok(None);
    }
    let Some(body) = &entry.body else { return Ok(None) };
    let event = serde_json::from_slice(body)
        .map_err(|cause| AppError::fault(format!("entry {} cannot be read (column {})", entry.seq, cause.column())))?;
    let (ThreatEvent::VictimAssessed { determined } | ThreatEvent::SilenceAffirmed { determined }) = event else {
        return Err(AppError::fault(format!("entry {} is not what its kind says", entry.seq)));
    };
    Ok(Some(RecordedDetermination { threat, seq: entry.seq, recorded_at: entry.at, determined: *determined }))
}

/// What differs when a determination is drawn again from its inputs.
fn drawn_again(library: &Library, known: &Determined) -> Vec<Differing> {
    let policy = &known.assessment.policy;
    let Some(pack) = library.version(&policy.hash) else {
        let what = format!("no pack with the hash {} was ever adopted here, so it cannot be drawn again", policy.hash);
        return vec![Differing { field: "policy.hash", what }];
    };
    let facts: Facts = match serde_json::from_value(known.inputs.clone()) {
        Ok(facts) => facts,
        Err(cause) => return vec![Differing { field: "inputs", what: format!("cannot be read: {cause}") }],
    };
    let mut differs = inputs_differ(known, &facts);
    match policy::evaluate(pack, &facts) {
        Ok(again) => differs.extend(assessments_differ(&known.assessment, &again)),
        Err(cause) => differs.push(Differing { field: "inputs", what: cause.to_string() }),
    }
    differs
}

/// Where what was asked is not what was answered.
fn inputs_differ(known: &Determined, facts: &Facts) -> Vec<Differing> {
    let alike = |plain: &std::collections::BTreeMap<String, domain::Answer>,
                 given: &std::collections::BTreeMap<String, Answered>| {
        plain.len() == given.len() && given.iter().all(|(id, one)| plain.get(id) == Some(&one.answer))
    };
    let affirmed = known.affirmations.iter().map(|one| (one.of == Affirms::Waiver, &one.ground, &one.by, &one.reason));
    let asked = facts.affirmations.iter().map(|one| (one.of == Of::Waiver, &one.ground, &one.by, &one.reason));
    let checks = [
        ("inputs.answers", alike(&facts.answers, &known.answers), "are not the answers given"),
        ("inputs.grounds", alike(&facts.grounds, &known.grounds), "are not the answers given to the grounds"),
        ("inputs.affirmations", affirmed.eq(asked), "are not the affirmations given"),
        ("inputs.by", facts.by.as_deref() == Some(&known.answered_by), "is not who answered"),
        ("inputs.at", facts.at == known.at, "is not the time of the determination"),
    ];
    let wrong = checks.into_iter().filter(|(_, right, _)| !right);
    wrong.map(|(field, _, what)| Differing { field, what: what.to_owned() }).collect()
}

fn assessments_differ(recorded: &Assessment, again: &Assessment) -> Vec<Differing> {
    let parts = [
        ("assessment.reasons", recorded.reasons == again.reasons),
        ("assessment.needs", recorded.needs == again.needs),
        ("assessment.deadlines", recorded.deadlines == again.deadlines),
        ("policy", recorded.policy == again.policy),
    ];
    let other = |field| Differing { field, what: "is not what the pack says of these inputs".to_owned() };
    let mut differs: Vec<Differing> =
        parts.into_iter().filter(|(_, same)| !same).map(|(field, _)| other(field)).collect();
    if recorded.determination != again.determination {
        let what = format!("recorded as {}, drawn again as {}", recorded.determination, again.determination);
        differs.insert(0, Differing { field: "assessment.determination", what });
    }
    differs
}
