//! What comes back from outside: acknowledgements by one-time link or recorded by a person, receipts, and the
//! question whether a warning is genuine.

use channels::ack_token::Token;
use domain::delivery::DeliveryState;
use domain::threat::{Capacity, ClockOf, OutcomeKind, PlannedDelivery, ReviewDecision, Threat, ThreatCommand};
use domain::{AckId, Actor, DeliveryId, Refusal, Role, ThreatId, VictimId, WarningId};
use jiff::Timestamp;

use super::plan::Way;
use crate::desk::{Ask, Desk, threat_of};
use crate::error::AppError;

/// What the page behind a one-time link may show: the recipient's own warning and nothing else.
#[derive(Debug, Clone)]
pub struct LinkAnswer {
    /// The threat, for the desk's own use; never shown.
    pub threat: ThreatId,
    /// The delivery the link was made for.
    pub delivery: DeliveryId,
    /// The warning's reference.
    pub reference: String,
    /// The recipient's name.
    pub recipient: String,
    /// BCP 47 tag of the warning's language.
    pub language: String,
    /// When it was acknowledged already, by whom.
    pub acknowledged: Option<(String, Timestamp)>,
}

/// The answer to "is this warning genuine?"; says nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Genuine {
    /// Reference and code belong together: this desk gave this warning on that day.
    Yes {
        /// Who gave it.
        desk: String,
        /// When it was approved.
        at: Timestamp,
    },
    /// This desk knows no such warning.
    No,
}

impl Desk {
    /// What a one-time link was made for; the same answer for a link that never was and one that is gone.
    pub async fn link(&self, token: &str) -> Result<LinkAnswer, AppError> {
        let nothing = || AppError::not_found("warning behind this link; check that the address is complete");
        let digest = Token::parse(token).map_err(|_| nothing())?.digest().to_string();
        let found = self.store.by_features("threat", &[format!("ack:{digest}")], 1).await?;
        let stream = found.shared.first().ok_or_else(nothing)?;
        let threat = self.threat(threat_of(&stream.stream).ok_or_else(nothing)?).await?;
        let delivery = threat.deliveries.iter().find(|delivery| delivery.planned.ack_digest.as_ref() == Some(&digest));
        let delivery = delivery.ok_or_else(nothing)?;
        let warning = threat.warning(delivery.warning).ok_or_else(nothing)?;
        let draft = threat.draft(warning.draft).ok_or_else(nothing)?;
        let acknowledged = delivery.acknowledgements.first().map(|ack| (ack.person.clone(), ack.at));
        Ok(LinkAnswer {
            threat: threat.id,
            delivery: delivery.id,
            reference: warning.reference.clone(),
            recipient: delivery.planned.recipient.name.clone(),
            language: draft.text.get("language").and_then(|tag| tag.as_str()).unwrap_or("en").to_owned(),
            acknowledged,
        })
    }

    /// Acknowledges by one-time link: a POST by a person who gives a name. Once; a second time changes nothing.
    pub async fn acknowledge_by_link(&self, token: &str, person: &str, words: &str) -> Result<LinkAnswer, AppError> {
        let link = self.link(token).await?;
        if link.acknowledged.is_none() {
            let ask = Ask::by(Actor::Recipient { name: format!("recipient of {}", link.reference) });
            let threat = self.threat(link.threat).await?;
            let capacity = threat.delivery(link.delivery).map(|delivery| delivery.planned.recipient.capacity);
            let capacity = capacity.ok_or_else(|| AppError::not_found("delivery"))?;
            self.acknowledge(&ask, link.threat, link.delivery, capacity, person, words).await?;
        }
        self.link(token).await
    }

    /// Records a person's acknowledgement.
    pub async fn acknowledge(
        &self,
        ask: &Ask,
        threat: ThreatId,
        delivery: DeliveryId,
        capacity: Capacity,
        person: &str,
        words: &str,
    ) -> Result<Threat, AppError> {
        let ack: AckId = self.ids.new_id(self.clock.now());
        let (person, words) = (short(person, "person", 200)?, short(words, "words", 4000)?);
        self.act(ask, threat, |_, _| {
            let (person, words) = (person.clone(), words.clone());
            Ok(ThreatCommand::Acknowledge { delivery, ack, person, capacity, words })
        })
        .await
    }

    /// Records what a carrier, or the person who carried it, says of a delivery.
    pub async fn record_receipt(
        &self,
        ask: &Ask,
        threat: ThreatId,
        delivery: DeliveryId,
        state: DeliveryState,
        evidence: &str,
    ) -> Result<Threat, AppError> {
        let evidence = short(evidence, "evidence", 4000)?;
        self.act(ask, threat, |_, _| Ok(ThreatCommand::RecordReceipt { delivery, state, evidence: evidence.clone() }))
            .await
    }

    /// Sends an approved warning another way, unless a report that came since shows that its words give something away.
    pub async fn send_another_way(
        &self,
        ask: &Ask,
        threat: ThreatId,
        warning: WarningId,
        way: Way,
        reason: &str,
    ) -> Result<Threat, AppError> {
        ask.actor.must_hold(&[Role::Deliverer, Role::SeniorOfficer], "send a warning another way")?;
        let known = self.threat(threat).await?;
        let sent = known.warning(warning).ok_or_else(|| AppError::from(Refusal::unknown("warning")))?;
        let checked = self.check_again(threat, sent.draft).await?;
        self.may_go_this_way(threat, sent.draft, &way).await?;
        let within = known.victim(sent.victim).map_or(24 * 60, Self::acknowledge_within);
        let (planned, _): (PlannedDelivery, _) = self.planned(&way, within)?;
        self.act(ask, threat, |threat, _| {
            if threat.reports.iter().any(|link| !checked.contains(&link.report)) {
                return Err(AppError::Busy);
            }
            Ok(ThreatCommand::SendAnotherWay { warning, planned: planned.clone(), reason: reason.to_owned() })
        })
        .await
    }

    /// Stops a delivery.
    pub async fn stop_delivery(
        &self,
        ask: &Ask,
        threat: ThreatId,
        delivery: DeliveryId,
        reason: &str,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| Ok(ThreatCommand::StopDelivery { delivery, reason: reason.to_owned() })).await
    }

    /// Takes up what is overdue.
    pub async fn take_up(&self, ask: &Ask, threat: ThreatId, of: ClockOf, reason: &str) -> Result<Threat, AppError> {
        let reason = short(reason, "reason", 1000)?;
        self.act(ask, threat, |_, _| Ok(ThreatCommand::TakeUp { of, reason: reason.clone() })).await
    }

    /// Records a look before the window ends.
    pub async fn review(
        &self,
        ask: &Ask,
        threat: ThreatId,
        victim: VictimId,
        decision: ReviewDecision,
        reason: &str,
        next_by: Option<Timestamp>,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| Ok(ThreatCommand::Review { victim, decision, reason: reason.to_owned(), next_by }))
            .await
    }

    /// Records how it ended.
    pub async fn record_outcome(
        &self,
        ask: &Ask,
        threat: ThreatId,
        kind: OutcomeKind,
        occurred_at: Option<Timestamp>,
        reason: &str,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| Ok(ThreatCommand::RecordOutcome { kind, occurred_at, reason: reason.to_owned() }))
            .await
    }

    /// Closes a threat for which nothing is owed any more.
    pub async fn close(&self, ask: &Ask, threat: ThreatId, reason: &str) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| Ok(ThreatCommand::Close { reason: reason.to_owned() })).await
    }

    /// Whether reference and code belong to a warning of this desk. Wrong guesses are throttled like sign-ins.
    pub async fn genuine(&self, reference: &str, code: &str, address: &str) -> Result<Genuine, AppError> {
        let asked = format!("(verify) {}", reference.trim().to_uppercase());
        self.throttle(&asked, address).await?;
        let found = self.belong_together(reference, code).await?;
        if found == Genuine::No {
            self.store.note_failed_sign_in(&asked, address, self.clock.now()).await?;
        }
        Ok(found)
    }

    async fn belong_together(&self, reference: &str, code: &str) -> Result<Genuine, AppError> {
        let reference = reference.trim().to_uppercase();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let found = self.store.by_features("threat", &[format!("ref:{reference}")], 1).await?;
        let Some(stream) = found.shared.first() else { return Ok(Genuine::No) };
        let Some(id) = threat_of(&stream.stream) else { return Ok(Genuine::No) };
        let threat = self.threat(id).await?;
        let warning = threat.warnings.iter().find(|warning| warning.reference == reference);
        Ok(match warning {
            Some(warning) if digits(&warning.verify_code) == digits(code) => {
                Genuine::Yes { desk: self.config.name.clone(), at: warning.approved_at }
            }
            Some(_) | None => Genuine::No,
        })
    }
}

/// A text within its limit, or an answer that names the field.
pub(super) fn short(text: &str, field: &str, limit: usize) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > limit {
        return Err(AppError::invalid(field, format!("has more than {limit} characters; shorten it")));
    }
    Ok(text.to_owned())
}
