//! Who is meant, and what the written policy says about each of them.

use std::collections::BTreeMap;

use domain::assessment::{Assessment, DeadlineKind};
use domain::claim::{Claim, Field};
use domain::threat::{Affirmation, Affirms, Answered, IntendedVictim, Threat, ThreatCommand};
use domain::{Answer, Harm, Refusal, Role, ThreatId, VictimId, VictimKind, Window};
use jiff::Timestamp;
use policy::Facts;
use policy::facts::{Affirmation as Affirmed, Of, Victim};
use screening::{PlaceRef, Screening};
use serde::Deserialize;

use super::closed::Bar;
use crate::desk::{Ask, Desk};
use crate::error::AppError;

/// Somebody the harm is meant for, as a person names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct NewVictim {
    pub kind: VictimKind,
    pub name: String,
    #[serde(default)]
    pub party: Option<String>,
    #[serde(default)]
    pub reason: String,
}

/// Answers to a pack's questions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Answers {
    pub answers: BTreeMap<String, Answered>,
    pub grounds: BTreeMap<String, Answered>,
}

/// What a senior officer affirms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Affirming {
    pub of: Affirms,
    #[serde(default)]
    pub ground: Option<String>,
    pub reason: String,
}

impl Desk {
    /// Says who is meant. The register is asked for suggestions beforehand; a description is enough.
    pub async fn identify(&self, ask: &Ask, threat: ThreatId, new: NewVictim) -> Result<Threat, AppError> {
        let victim: VictimId = self.ids.new_id(self.clock.now());
        self.act(ask, threat, |threat, at| {
            Ok(ThreatCommand::IdentifyVictim {
                victim,
                kind: new.kind,
                name: new.name.clone(),
                party: new.party.clone(),
                reason: new.reason.clone(),
                determine_by: self.triage_by(&threat.harm, threat.window, at)?,
            })
        })
        .await
    }

    /// Answers the criteria for one intended victim; the pack draws the determination from them.
    pub async fn assess(
        &self,
        ask: &Ask,
        threat: ThreatId,
        victim: VictimId,
        given: Answers,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |threat, at| {
            let known = victim_of(threat, victim)?;
            let assessment = self.ask_policy(threat, known, &given, &[], ask.actor.name(), at)?;
            let Answers { answers, grounds } = given.clone();
            Ok(ThreatCommand::AssessVictim { victim, answers, grounds, assessment })
        })
        .await
    }

    /// Affirms a waiver or a "not owed"; the pack is asked again with the affirmation given.
    pub async fn affirm(
        &self,
        ask: &Ask,
        threat: ThreatId,
        victim: VictimId,
        given: Affirming,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |threat, at| {
            let known = victim_of(threat, victim)?;
            let answered = Answers { answers: known.answers.clone(), grounds: known.grounds.clone() };
            let mut affirmations = known.affirmations.clone();
            affirmations.push(Affirmation {
                of: given.of,
                ground: given.ground.clone(),
                by: ask.actor.name().to_owned(),
                at,
                reason: given.reason.clone(),
            });
            let by = known.assessed_by.clone().unwrap_or_default();
            let assessment = self.ask_policy(threat, known, &answered, &affirmations, &by, at)?;
            let Affirming { of, ground, reason } = given.clone();
            Ok(ThreatCommand::AffirmSilence { victim, of, ground, reason, assessment })
        })
        .await
    }

    /// Whom the register suggests for a threat: screens the texts of its reports.
    pub async fn suggest(&self, threat: &Threat) -> Result<Screening, AppError> {
        let (_, index) = self.screen().await?;
        let mut text = String::new();
        let mut places = Vec::new();
        let mut bar = Bar::default();
        for link in threat.reports.iter().filter(|link| !link.after_the_fact).take(20) {
            let document = self.document(link.report).await?;
            let report = self.report(link.report).await?;
            let (reading, base) = (report.reading, text.len());
            bar.add(&Bar::of(&document.verbatim, report.handling), base);
            places.extend(super::registers::places_of(reading.as_ref().map_or(&[], |r| &r.claims), base));
            text.push_str(&document.plain);
            text.push('\n');
        }
        let found = index.screen(&self.screening_ask(&text, &places, threat));
        if bar.is_empty() {
            return Ok(found);
        }
        // What was kept from matching is told in words of the text: of its open part only.
        let open = index.screen(&self.screening_ask(&bar.blanked(&text), &[], threat));
        Ok(Screening { guarded: open.guarded, ..bar.screened(found) })
    }

    /// What screening is asked about a threat; `text` may be empty when only routes are wanted.
    pub(crate) fn screening_ask<'a>(
        &'a self,
        text: &'a str,
        places: &'a [PlaceRef],
        threat: &Threat,
    ) -> screening::Ask<'a> {
        let at = self.clock.now();
        screening::Ask {
            places,
            window: threat.window,
            desk: self.config.party.as_ref(),
            ..screening::Ask::new(text, at)
        }
    }

    /// By when somebody must have said who is meant and answered the criteria.
    pub(crate) fn triage_by(&self, harm: &Harm, window: Option<Window>, at: Timestamp) -> Result<Timestamp, AppError> {
        let facts = Facts {
            at,
            harm: harm.clone(),
            victim: Victim { kind: VictimKind::Group, described: "not yet said".to_owned() },
            window,
            answers: BTreeMap::new(),
            grounds: BTreeMap::new(),
            affirmations: Vec::new(),
            by: None,
        };
        let assessment = self.evaluate(&facts)?;
        Ok(assessment.deadline(DeadlineKind::Determine).map_or(at, |deadline| deadline.by))
    }

    fn ask_policy(
        &self,
        threat: &Threat,
        victim: &IntendedVictim,
        given: &Answers,
        affirmations: &[Affirmation],
        by: &str,
        at: Timestamp,
    ) -> Result<Assessment, AppError> {
        let plain = |answered: &BTreeMap<String, Answered>| -> BTreeMap<String, Answer> {
            answered.iter().map(|(id, answered)| (id.clone(), answered.answer)).collect()
        };
        let facts = Facts {
            at,
            harm: threat.harm.clone(),
            victim: Victim { kind: victim.kind, described: victim.name.clone() },
            window: threat.window,
            answers: plain(&given.answers),
            grounds: plain(&given.grounds),
            affirmations: affirmations.iter().map(affirmed).collect(),
            by: Some(by.to_owned()),
        };
        self.evaluate(&facts)
    }

    fn evaluate(&self, facts: &Facts) -> Result<Assessment, AppError> {
        policy::evaluate(&self.pack, facts).map_err(|cause| AppError::invalid("answers", cause.to_string()))
    }
}

fn victim_of(threat: &Threat, id: VictimId) -> Result<&IntendedVictim, AppError> {
    threat.victim(id).ok_or_else(|| AppError::Refused(Refusal::unknown("intended victim")))
}

/// The harm the claims speak of. When they do not say, it is killing: doubt goes to the victim.
pub(crate) fn harm_of(claims: &[Claim]) -> Harm {
    let act = claims.iter().find(|claim| claim.is_main() && claim.field == Field::Act);
    match act.map(|claim| claim.value.to_lowercase()) {
        Some(act) if ["kidnap", "abduct", "hostage"].iter().any(|word| act.contains(word)) => Harm::Kidnapping,
        Some(act) if ["assault", "beating", "injur"].iter().any(|word| act.contains(word)) => Harm::SeriousBodilyInjury,
        Some(_) | None => Harm::Killing,
    }
}

/// Only a senior officer's affirmation is ever recorded, so that is the role it was given in.
fn affirmed(affirmation: &Affirmation) -> Affirmed {
    Affirmed {
        of: match affirmation.of {
            Affirms::Waiver => Of::Waiver,
            Affirms::NotOwed => Of::NotOwed,
        },
        ground: affirmation.ground.clone(),
        by_role: Role::SeniorOfficer.id().to_owned(),
        by: affirmation.by.clone(),
        reason: affirmation.reason.clone(),
    }
}
