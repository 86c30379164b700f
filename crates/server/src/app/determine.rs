//! Who is meant, and what the written policy says about each of them.

use std::collections::BTreeMap;

use domain::assessment::Assessment;
use domain::claim::{Claim, Field};
use domain::threat::{
    Affirmation, Affirming as Affirmed, Affirms, Answered, Answering, Asked, IntendedVictim, Over, Threat,
    ThreatCommand,
};
use domain::{Answer, Harm, Refusal, Role, ThreatId, VictimId, VictimKind, Window};
use jiff::Timestamp;
use policy::facts::{Of, Victim};
use policy::{Facts, Pack};
use screening::{PlaceRef, Screening};
use serde::Deserialize;

use super::closed::Bar;
use super::packs::Library;
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
    /// The pack; may be left out when only one asks about this intended victim.
    pub pack: Option<String>,
    /// The determination that was seen when these answers were given; `none` when there was none. When another stands
    /// meanwhile, nothing is recorded.
    pub over: Option<String>,
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
    /// As for answers.
    #[serde(default)]
    pub pack: Option<String>,
    #[serde(default)]
    pub over: Option<String>,
}

impl Desk {
    /// Says who is meant. The register is asked for suggestions beforehand; a description is enough.
    pub async fn identify(&self, ask: &Ask, threat: ThreatId, new: NewVictim) -> Result<Threat, AppError> {
        let victim: VictimId = self.ids.new_id(self.clock.now());
        let library = self.library().await?;
        self.act(ask, threat, |threat, at| {
            Ok(ThreatCommand::IdentifyVictim {
                victim,
                kind: new.kind,
                name: new.name.clone(),
                party: new.party.clone(),
                reason: new.reason.clone(),
                asks: library.asks(&threat.harm, new.kind, threat.window, at)?,
            })
        })
        .await
    }

    /// Says, with a reason, that somebody whom the register found since is not meant.
    pub async fn dismiss(&self, ask: &Ask, threat: ThreatId, party: &str, reason: &str) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| {
            Ok(ThreatCommand::DismissParty { party: party.to_owned(), reason: reason.to_owned() })
        })
        .await
    }

    /// Answers one pack's criteria for one intended victim; the pack draws the determination from them.
    pub async fn assess(
        &self,
        ask: &Ask,
        threat: ThreatId,
        victim: VictimId,
        given: Answers,
    ) -> Result<Threat, AppError> {
        let library = self.library().await?;
        let (id, over) = (self.ids.new_id(self.clock.now()), seen(given.over.as_deref())?);
        self.act(ask, threat, |threat, at| {
            let known = victim_of(threat, victim)?;
            let pack = library.pack_for(known, given.pack.as_deref())?;
            let facts = facts_of(threat, known, &given, &[], ask.actor.name(), at);
            let assessment = evaluate(pack, &facts)?;
            let inputs = serde_json::to_value(&facts).map_err(AppError::fault)?;
            let Answers { answers, grounds, .. } = given.clone();
            let given = Box::new(Answering { id, inputs, answers, grounds, assessment, over });
            Ok(ThreatCommand::AssessVictim { victim, given })
        })
        .await
    }

    /// What answers would give, with nothing recorded.
    pub async fn try_answers(
        &self,
        ask: &Ask,
        threat: ThreatId,
        victim: VictimId,
        given: &Answers,
    ) -> Result<Assessment, AppError> {
        let (threat, library) = (self.threat(threat).await?, self.library().await?);
        let known = victim_of(&threat, victim)?;
        let pack = library.pack_for(known, given.pack.as_deref())?;
        evaluate(pack, &facts_of(&threat, known, given, &[], ask.actor.name(), self.clock.now()))
    }

    /// Affirms a waiver or a "not owed"; the pack is asked again with the affirmation given, in the version that the
    /// determination was made under.
    pub async fn affirm(
        &self,
        ask: &Ask,
        threat: ThreatId,
        victim: VictimId,
        given: Affirming,
    ) -> Result<Threat, AppError> {
        let library = self.library().await?;
        let (id, over) = (self.ids.new_id(self.clock.now()), seen(given.over.as_deref())?);
        self.act(ask, threat, |threat, at| {
            let known = victim_of(threat, victim)?;
            let pack = library.pack_for(known, given.pack.as_deref())?;
            let under = known.under(&pack.says.id).and_then(|under| Some((under, under.standing()?)));
            let nothing = || Refusal::NotThere { what: "an assessment to affirm".to_owned() };
            let (under, standing) = under.ok_or_else(nothing)?;
            let hash = &standing.assessment.policy.hash;
            let pack =
                library.version(hash).ok_or_else(|| AppError::fault(format!("no adopted pack has the hash {hash}")))?;
            let Affirming { of, ground, reason, .. } = given.clone();
            let (by, ground_too, why) = (ask.actor.name().to_owned(), ground.clone(), reason.clone());
            let mut affirmations = under.affirmations().to_vec();
            affirmations.push(Affirmation { of, ground: ground_too, by, at, reason: why });
            let answered =
                Answers { answers: standing.answers.clone(), grounds: standing.grounds.clone(), ..Answers::default() };
            let facts = facts_of(threat, known, &answered, &affirmations, &standing.answered_by, at);
            let assessment = evaluate(pack, &facts)?;
            let inputs = serde_json::to_value(&facts).map_err(AppError::fault)?;
            let given = Box::new(Affirmed { id, inputs, of, ground, reason, assessment, over });
            Ok(ThreatCommand::AffirmSilence { victim, given })
        })
        .await
    }

    /// Whom the register suggests for a threat: screens the texts of its reports.
    pub async fn suggest(&self, threat: &Threat) -> Result<Screening, AppError> {
        let index = self.screen().await?;
        let mut text = String::new();
        let mut places = Vec::new();
        let mut bar = Bar::default();
        for link in threat.reports.iter().filter(|link| !link.after_the_fact).take(20) {
            let document = self.document(link.report).await?;
            let report = self.report(link.report).await?;
            let base = text.len();
            bar.add(&Bar::of(&report.stretches(&document.verbatim)), base);
            let reading = report.reading;
            places.extend(super::places_of(reading.as_ref().map_or(&[], |r| &r.claims), base));
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

    /// By when somebody must have said who is meant: the soonest that any pack in force asks.
    pub(crate) async fn triage_by(
        &self,
        harm: &Harm,
        window: Option<Window>,
        at: Timestamp,
    ) -> Result<Timestamp, AppError> {
        let asks = self.library().await?.asks(harm, VictimKind::Group, window, at)?;
        Ok(asks.iter().map(|asked| asked.determine_by).min().unwrap_or(at))
    }
}

impl Library {
    /// The pack in force that somebody answers: the one they name, or the only one that asks.
    pub(crate) fn pack_for(&self, victim: &IntendedVictim, named: Option<&str>) -> Result<&Pack, AppError> {
        let asking: Vec<&str> = victim.under.iter().map(|under| under.pack.as_str()).collect();
        let id = match (named, asking.as_slice()) {
            (Some(id), _) => id,
            (None, [only]) => only,
            (None, several) => {
                let which = format!("is not said, and several ask about {}: {}", victim.name, several.join(", "));
                return Err(AppError::invalid("pack", which));
            }
        };
        let unknown = || {
            let known: Vec<&str> = self.in_force().map(|pack| pack.says.id.as_str()).collect();
            AppError::invalid("pack", format!("no pack `{id}` is in force; there is: {}", known.join(", ")))
        };
        self.named(id).map(AsRef::as_ref).ok_or_else(unknown)
    }
}

/// What a pack asks about somebody of whom nothing is known yet, and by when.
pub(super) fn first_asked(
    pack: &Pack,
    harm: &Harm,
    kind: VictimKind,
    window: Option<Window>,
    at: Timestamp,
) -> Result<Asked, AppError> {
    let facts = Facts {
        at,
        harm: harm.clone(),
        victim: Victim { kind, described: "not yet said".to_owned() },
        window,
        answers: BTreeMap::new(),
        grounds: BTreeMap::new(),
        affirmations: Vec::new(),
        by: None,
    };
    Ok(Asked::of(&evaluate(pack, &facts)?, at))
}

/// What a pack is asked about an intended victim.
fn facts_of(
    threat: &Threat,
    victim: &IntendedVictim,
    given: &Answers,
    affirmations: &[Affirmation],
    by: &str,
    at: Timestamp,
) -> Facts {
    let plain = |answered: &BTreeMap<String, Answered>| -> BTreeMap<String, Answer> {
        answered.iter().map(|(id, answered)| (id.clone(), answered.answer)).collect()
    };
    Facts {
        at,
        harm: threat.harm.clone(),
        victim: Victim { kind: victim.kind, described: victim.name.clone() },
        window: threat.window,
        answers: plain(&given.answers),
        grounds: plain(&given.grounds),
        affirmations: affirmations.iter().map(affirmed).collect(),
        by: Some(by.to_owned()),
    }
}

fn evaluate(pack: &Pack, facts: &Facts) -> Result<Assessment, AppError> {
    policy::evaluate(pack, facts).map_err(|cause| AppError::invalid("answers", cause.to_string()))
}

/// The determination that somebody had before them, as they say it.
fn seen(over: Option<&str>) -> Result<Over, AppError> {
    match over {
        None => Ok(Over::Unsaid),
        Some("none") => Ok(Over::Seen(None)),
        Some(id) => {
            let id = id.parse().map_err(|cause: domain::ids::IdError| AppError::invalid("over", cause.to_string()))?;
            Ok(Over::Seen(Some(id)))
        }
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
fn affirmed(affirmation: &Affirmation) -> policy::facts::Affirmation {
    policy::facts::Affirmation {
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
