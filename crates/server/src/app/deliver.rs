//! What the workers do. They decide nothing: each attempt is started on the record, made, and finished on the
//! record; what follows from its result is decided by `domain`.

use std::sync::Arc;

use channels::{Address, Channel, Outgoing, SendError};
use domain::threat::{Act, AttemptResult, Delivery, PlannedDelivery, Threat, ThreatCommand};
use domain::{AttemptId, ChannelKind, DeliveryId, Refusal, ThreatId};
use drafting::{Addressee, Approval, Frozen, Releasable};
use jiff::SignedDuration;
use store::Effect;

use super::drafts::warning_file;
use super::leaving;
use super::threats::Held;
use crate::desk::{Ask, Desk, threat_of};
use crate::error::AppError;

/// How long a worker may hold an effect; longer than any channel's own time limit.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

impl Desk {
    /// Does everything that is due now, until nothing is. Answers how much that was.
    pub async fn run_due(&self) -> Result<usize, AppError> {
        let mut done = 0;
        while self.pass_deadlines().await? + self.let_go_of_parties().await? + self.run_effect().await? > 0 {
            done += 1;
        }
        Ok(done)
    }

    /// Puts every deadline that has passed to the next person.
    async fn pass_deadlines(&self) -> Result<usize, AppError> {
        let mut passed = 0;
        for row in self.store.due("threat", self.clock.now(), 100).await? {
            let Some(id) = threat_of(&row.stream) else { continue };
            passed += self.pass_next(id).await?;
        }
        Ok(passed)
    }

    async fn pass_next(&self, id: ThreatId) -> Result<usize, AppError> {
        let desk = Ask::desk();
        let passing = self.act(&desk, id, |threat, at| {
            let clock = threat.next_clock().filter(|clock| clock.due_at <= at);
            let clock =
                clock.ok_or_else(|| AppError::Refused(Refusal::NotThere { what: "a passed deadline".into() }))?;
            Ok(ThreatCommand::PassDeadline { of: clock.of })
        });
        match passing.await {
            Ok(_) => Ok(1),
            // Somebody met the deadline in this very moment.
            Err(AppError::Refused(_)) => Ok(0),
            Err(other) => Err(other),
        }
    }

    /// Takes one effect that is due and does it.
    async fn run_effect(&self) -> Result<usize, AppError> {
        let Some(effect) = self.store.claim_effect(self.clock.now(), LEASE).await? else { return Ok(0) };
        crate::failpoint::reached("effect claimed");
        let done = match effect.kind.as_str() {
            "read" => self.run_read(&effect).await,
            "deliver" => self.run_delivery(&effect).await,
            "wake" => self.open_wake(&effect).await,
            "call" => self.run_call(&effect).await,
            "round" => self.go_round(&effect).await,
            other => Err(AppError::fault(format!("no worker knows the effect `{other}`"))),
        };
        if let Err(cause) = done {
            tracing::error!(effect = %effect.key, tries = effect.tries, %cause, "an effect failed and will be tried again");
            let later = self.clock.now().saturating_add(SignedDuration::from_mins(1)).unwrap_or(effect.due_at);
            self.store.release_effect(effect.lease(), later).await?;
        }
        Ok(1)
    }

    async fn run_read(&self, effect: &Effect) -> Result<(), AppError> {
        let id = serde_json::from_str(&effect.payload).map_err(AppError::fault)?;
        let report = self.report(id).await?;
        if report.reading.is_none() {
            self.sort(id, Some(effect.lease())).await?;
            return Ok(());
        }
        Ok(self.store.drop_effect(self.clock.now(), effect.lease(), "the report was read when it came in").await?)
    }

    async fn run_delivery(&self, effect: &Effect) -> Result<(), AppError> {
        let id = threat_of(&effect.stream).ok_or_else(|| AppError::fault("an effect without a threat"))?;
        let Act::Deliver(delivery) = serde_json::from_str(&effect.payload).map_err(AppError::fault)? else {
            return Err(AppError::fault("this effect is no delivery"));
        };
        let threat = self.threat(id).await?;
        let known = threat.delivery(delivery).ok_or_else(|| AppError::not_found(format!("delivery {delivery}")))?;
        if let Some(lost) = known.running() {
            // The desk stopped between start and result: nobody knows whether it was sent, and the record says so.
            let evidence = "the desk stopped before the carrier's answer was recorded".to_owned();
            return self.finish(effect, id, delivery, lost.id, AttemptResult::Unknown { evidence }).await;
        }
        let attempt: AttemptId = self.ids.new_id(self.clock.now());
        let hold = Held { hold: Some(effect.lease()), finish: None };
        let started = self
            .act_holding(&Ask::desk(), id, hold, |_, _| Ok(ThreatCommand::StartAttempt { delivery, attempt }))
            .await;
        let threat = match started {
            Ok(threat) => threat,
            Err(AppError::Refused(refusal)) => {
                let why = refusal.to_string();
                return Ok(self.store.drop_effect(self.clock.now(), effect.lease(), &why).await?);
            }
            Err(other) => return Err(other),
        };
        crate::failpoint::reached("attempt started");
        let result = self.attempt(&threat, delivery).await;
        crate::failpoint::reached("attempt made");
        self.finish(effect, id, delivery, attempt, result).await
    }

    async fn finish(
        &self,
        effect: &Effect,
        id: ThreatId,
        delivery: DeliveryId,
        attempt: AttemptId,
        result: AttemptResult,
    ) -> Result<(), AppError> {
        let held = Held { finish: Some(effect.lease()), hold: None };
        self.act_holding(&Ask::desk(), id, held, |_, _| {
            Ok(ThreatCommand::FinishAttempt { delivery, attempt, result: result.clone() })
        })
        .await?;
        crate::failpoint::reached("attempt finished");
        Ok(())
    }

    /// Makes one attempt; every failure is a result, so that it is on the record.
    async fn attempt(&self, threat: &Threat, id: DeliveryId) -> AttemptResult {
        let Some(delivery) = threat.delivery(id) else {
            return AttemptResult::Refused { evidence: "the delivery is gone".to_owned() };
        };
        let Some(channel) = self.channels.get(delivery.planned.channel) else {
            let evidence = format!("this desk has no {} channel; send it another way", delivery.planned.channel);
            return AttemptResult::Refused { evidence };
        };
        match releasable(threat, delivery) {
            Ok(message) => self.send(channel, threat, delivery, &message).await,
            Err(cause) => AttemptResult::Refused { evidence: cause.to_string() },
        }
    }

    async fn send(
        &self,
        channel: Arc<dyn Channel>,
        threat: &Threat,
        delivery: &Delivery,
        message: &Releasable,
    ) -> AttemptResult {
        let planned = &delivery.planned;
        let to = match self.address(planned.channel, &planned.address, &planned.recipient.name) {
            Ok(to) => to,
            Err(evidence) => return AttemptResult::Refused { evidence },
        };
        let outgoing = Outgoing { message, to: &to, message_id: delivery.id.to_string(), at: self.clock.now() };
        match channel.send(outgoing).await {
            Ok(receipt) => match receipt.artefact {
                Some(artefact) if !as_approved(threat, delivery, &artefact) => AttemptResult::Refused {
                    evidence: "the letter is not printed as it was approved (the templates or the program changed): \
                               write the draft anew and have it approved"
                        .to_owned(),
                },
                Some(artefact) => match self.keep_artefact(message, delivery.id, &artefact) {
                    Ok(place) => AttemptResult::Prepared { evidence: format!("{}; {place}", receipt.evidence) },
                    Err(cause) => AttemptResult::TryLater { evidence: cause.to_string() },
                },
                None => AttemptResult::HandedOver { evidence: receipt.evidence },
            },
            Err(error) => not_sent(error, planned.channel),
        }
    }

    /// An address as its channel takes it.
    pub(super) fn address(&self, kind: ChannelKind, address: &str, name: &str) -> Result<Address, String> {
        match kind {
            ChannelKind::Email => Ok(Address::Email { mailbox: address.to_owned(), name: name.to_owned() }),
            ChannelKind::Webhook => {
                let secret = self.channels.webhook_secret().ok_or("no secret to sign webhooks with")?;
                Ok(Address::Url { url: address.to_owned(), secret })
            }
            ChannelKind::Letter | ChannelKind::InPerson | ChannelKind::Telephone => {
                Ok(Address::Hand { whereabouts: address.to_owned() })
            }
        }
    }

    /// Keeps a letter or task sheet in `outbox/`, named by its reference and the end of its delivery's id: two
    /// intermediaries may each carry a letter of one warning.
    fn keep_artefact(
        &self,
        message: &Releasable,
        delivery: DeliveryId,
        artefact: &channels::Artefact,
    ) -> Result<String, AppError> {
        let outbox = self.data.join("outbox");
        crate::files::make_dir(&outbox)?;
        let extension = if artefact.media_type == "application/pdf" { "pdf" } else { "txt" };
        let (kind, id) = (message.kind().id().replace('_', "-"), delivery.to_string());
        let end = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
        let name = format!("{}-{kind}-{end}.{extension}", message.reference());
        crate::files::replace(&outbox.join(&name), &artefact.bytes, 0o600)?;
        Ok(format!("outbox/{name} ({} bytes)", artefact.bytes.len()))
    }
}

/// Whether what was printed are the bytes that somebody approved.
fn as_approved(threat: &Threat, delivery: &Delivery, artefact: &channels::Artefact) -> bool {
    let warning = threat.warning(delivery.warning);
    let draft = warning.and_then(|warning| threat.draft(warning.draft));
    draft.is_some_and(|draft| leaving::as_approved(draft, delivery.id, &artefact.bytes))
}

/// What an attempt that got no receipt came to.
pub(super) fn not_sent(error: SendError, kind: ChannelKind) -> AttemptResult {
    match error {
        SendError::Refused { evidence } => AttemptResult::Refused { evidence },
        SendError::TryLater { evidence } => AttemptResult::TryLater { evidence },
        SendError::Unknown { evidence } => AttemptResult::Unknown { evidence },
        SendError::NotConfigured => AttemptResult::Refused { evidence: format!("the {kind} channel is not set up") },
    }
}

/// The addressee that was approved for this delivery: same channel, same name in the words, carried by the same.
fn addressee<'f>(frozen: &'f Frozen, planned: &PlannedDelivery) -> Result<&'f Addressee, AppError> {
    let (name, via) = match &planned.onward_to {
        Some(onward) => (&onward.name, Some(&planned.recipient.name)),
        None => (&planned.recipient.name, None),
    };
    let same = |to: &&Addressee| to.channel == planned.channel && to.name == *name && to.via.as_ref() == via;
    frozen.recipients.iter().find(same).ok_or_else(|| {
        AppError::fault(format!("`{name}` by {} was not approved: it needs a new approval", planned.channel))
    })
}

/// The text that may leave, from what the approval fixed.
fn releasable(threat: &Threat, delivery: &Delivery) -> Result<Releasable, AppError> {
    let warning = threat.warning(delivery.warning).ok_or_else(|| AppError::not_found("warning"))?;
    let draft = threat.draft(warning.draft).ok_or_else(|| AppError::not_found("draft"))?;
    let file = warning_file(draft)?;
    let clearance = serde_json::from_value(draft.release.clearance.clone()).map_err(AppError::fault)?;
    let approval = Approval {
        by: warning.approved_by.clone(),
        at: warning.approved_at,
        fingerprint: warning.fingerprint.parse().map_err(AppError::fault)?,
    };
    let to = addressee(&file.frozen, &delivery.planned)?;
    drafting::release_to(&file.draft, &file.frozen, &approval, &clearance, to).map_err(AppError::fault)
}
