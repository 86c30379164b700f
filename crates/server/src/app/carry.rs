//! What a deliverer does with their own hands: takes a letter or task sheet out, or tells somebody in person.

use domain::delivery::DeliveryState;
use domain::threat::{
    AttemptResult, Capacity, Delivery, PlannedDelivery, Recipient, Threat, ThreatCommand, ThreatEvent, apply, decide,
};
use domain::{AckId, ChannelKind, DeliveryId, Refusal, Role, ThreatId, WarningId};
use store::StoreError;

use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;
use crate::files;

/// Where letters and task sheets lie, under the data directory.
const OUTBOX: &str = "outbox";

/// A letter or task sheet to print.
pub struct Sheet {
    /// Its name, as in the outbox.
    pub name: String,
    /// `application/pdf`, or plain text.
    pub media_type: &'static str,
    /// What to print.
    pub bytes: Vec<u8>,
}

/// Somebody told a recipient themselves.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// Whom: a recipient of the warning, by name.
    pub recipient: String,
    /// In what capacity they were told.
    pub capacity: Capacity,
    /// In person or by telephone.
    pub channel: ChannelKind,
    /// When, where, how they were found: what the receipt rests on.
    pub evidence: String,
    /// Who said that they have it, by name; empty when nobody did.
    pub person: String,
    /// In their words.
    pub words: String,
}

impl Desk {
    /// The letter or task sheet of a delivery, for those who carry it or answer for it. Its name comes from the
    /// record of the attempt that made it, never from the request.
    pub async fn sheet(&self, ask: &Ask, threat: ThreatId, delivery: DeliveryId) -> Result<Sheet, AppError> {
        ask.actor.must_hold(&[Role::Deliverer, Role::SeniorOfficer, Role::Approver], "take a letter out")?;
        let known = self.threat(threat).await?;
        let known = known.delivery(delivery).ok_or_else(|| Refusal::unknown("delivery"))?;
        let name = sheet_name(known).ok_or_else(|| AppError::not_found("letter or task sheet of this delivery"))?;
        let bytes = files::read_bytes(&self.data.join(OUTBOX).join(name))?;
        let pdf = std::path::Path::new(name).extension().is_some_and(|ending| ending == "pdf");
        let media_type = if pdf { "application/pdf" } else { "text/plain; charset=utf-8" };
        Ok(Sheet { name: name.to_owned(), media_type, bytes })
    }

    /// Records that the person asking has told a recipient themselves: a delivery by hand with its receipt, and the
    /// recipient's acknowledgement when they gave one. All of it in one transaction, so that no worker tries to send
    /// what has been said already.
    pub async fn told_by_hand(
        &self,
        ask: &Ask,
        id: ThreatId,
        warning: WarningId,
        told: &ByHand,
    ) -> Result<Threat, AppError> {
        for _ in 0..RETRIES {
            let loaded = self.load::<Threat>(id).await?;
            let mut threat = loaded.state.clone().ok_or_else(|| AppError::not_found(format!("threat {id}")))?;
            let at = self.clock.now();
            let mut events: Vec<ThreatEvent> = Vec::new();
            for command in self.telling(&threat, warning, told) {
                let decided = decide(&threat, command, &ask.actor, at)?.events;
                for event in &decided {
                    threat =
                        apply(Some(threat), at, event).ok_or_else(|| AppError::fault("a threat came to nothing"))?;
                }
                events.extend(decided);
            }
            let (write, after) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
            match self.commit(ask, at, vec![write], &after).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => return Ok(after),
            }
        }
        Err(AppError::Busy)
    }

    /// The steps of telling somebody, each decided on what the one before it left.
    fn telling(&self, threat: &Threat, warning: WarningId, told: &ByHand) -> Vec<ThreatCommand> {
        let now = self.clock.now();
        let delivery: DeliveryId = self.ids.new_id(now);
        let within = threat.warning(warning).and_then(|warning| threat.victim(warning.victim));
        let planned = PlannedDelivery {
            id: delivery,
            recipient: Recipient { party: None, name: told.recipient.clone(), capacity: told.capacity },
            onward_to: None,
            channel: told.channel,
            address: String::new(),
            order: 0,
            acknowledge_within_minutes: within.map_or(24 * 60, Self::acknowledge_within),
            ack_digest: None,
            retry_after_seconds: Vec::new(),
        };
        let (evidence, reason) = (told.evidence.clone(), told.evidence.clone());
        let mut steps = vec![
            ThreatCommand::SendAnotherWay { warning, planned, reason },
            ThreatCommand::RecordReceipt { delivery, state: DeliveryState::Delivered, evidence },
        ];
        if !told.person.trim().is_empty() {
            let ack: AckId = self.ids.new_id(now);
            let (person, words, capacity) = (told.person.clone(), told.words.clone(), told.capacity);
            steps.push(ThreatCommand::Acknowledge { delivery, ack, person, capacity, words });
        }
        steps
    }
}

/// The name of the sheet that an attempt of this delivery made: what stands behind `outbox/` in its evidence.
pub(crate) fn sheet_name(delivery: &Delivery) -> Option<&str> {
    let attempt = delivery
        .attempts
        .iter()
        .rev()
        .find(|attempt| matches!(attempt.result, Some(AttemptResult::Prepared { .. })))?;
    let Some(AttemptResult::Prepared { evidence }) = &attempt.result else { return None };
    let (_, place) = evidence.rsplit_once("outbox/")?;
    place.split_whitespace().next().filter(|name| harmless(name))
}

/// A name that leads to a file in the outbox and nowhere else.
fn harmless(name: &str) -> bool {
    let fit = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.is_empty() && !name.starts_with('.') && !name.contains("..") && name.chars().all(fit)
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn names_lead_nowhere_but_to_the_outbox() {
        for good in ["FW-2023-0001-letter.pdf", "FW-2023-0001-in_person-7k2m9q.txt"] {
            assert!(harmless(good), "{good}");
        }
        for bad in ["", "..", "../record.key", "a/b.pdf", ".hidden", "a..b", "C:\\x", "a\0b", "/etc/passwd"] {
            assert!(!harmless(bad), "{bad:?}");
        }
    }
}
