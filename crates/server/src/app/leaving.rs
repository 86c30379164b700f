//! Exactly what would leave: every rendering to every recipient, by the SHA-256 of its bytes. The names are fixed when a
//! draft is written and stand in the record, so that the approver approves these bytes and no others.

use domain::threat::{Draft, DraftState, Leaving, PlannedDelivery, Threat};
use domain::{ChannelKind, DeliveryId};
use drafting::{Addressee, RenderAs, WarningFile};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::drafts::warning_file;
use crate::desk::Desk;
use crate::error::AppError;

/// One rendering with its bytes.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// What it is and to whom.
    pub label: String,
    /// The delivery that carries it; none for forms that people pass on.
    pub delivery: Option<DeliveryId>,
    /// As HTTP names it.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One rendering as the API lists it.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// Its place in the list, by which its bytes are asked for.
    pub number: usize,
    /// What it is, its size and its SHA-256.
    #[serde(flatten)]
    pub leaving: Leaving,
}

/// The forms that people pass on besides the deliveries, once each.
const FOR_ALL: [RenderAs; 3] = [RenderAs::Public, RenderAs::Stix, RenderAs::Json];
/// The forms that name their recipient.
const FOR_EACH: [RenderAs; 3] = [RenderAs::Sms, RenderAs::Cap, RenderAs::Edxl];

impl Leaf {
    fn named(&self) -> Leaving {
        Leaving {
            label: self.label.clone(),
            delivery: self.delivery,
            media_type: self.media_type.to_owned(),
            size: self.bytes.len(),
            sha256: sha256(&self.bytes),
        }
    }
}

/// SHA-256, hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

impl Desk {
    /// The names of everything that would leave, for the record.
    pub(super) async fn name_leaving(
        &self,
        file: &WarningFile,
        plan: &[PlannedDelivery],
    ) -> Result<Vec<Leaving>, AppError> {
        Ok(self.leaves(file, plan).await?.iter().map(Leaf::named).collect())
    }

    /// Everything that would leave, in the order of the plan, then what people pass on.
    async fn leaves(&self, file: &WarningFile, plan: &[PlannedDelivery]) -> Result<Vec<Leaf>, AppError> {
        let mut leaves = Vec::new();
        for (planned, to) in plan.iter().zip(&file.frozen.recipients) {
            leaves.extend(self.carried(file, planned.id, to).await?);
        }
        let passed_on = |form: RenderAs, to: Option<&str>| {
            // A form that this warning does not fit (too long for SMS) never leaves.
            let made = drafting::render(form, file, to).ok()?;
            let label = to.map_or_else(|| form.id().to_owned(), |to| format!("{} to {to}", form.id()));
            Some(Leaf { label, delivery: None, media_type: form.media_type(), bytes: made.content.into_bytes() })
        };
        let mut names: Vec<&str> = file.frozen.recipients.iter().map(|to| to.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            leaves.extend(FOR_EACH.into_iter().filter_map(|form| passed_on(form, Some(name))));
        }
        if !plan.is_empty() {
            leaves.extend(FOR_ALL.into_iter().filter_map(|form| passed_on(form, None)));
        }
        Ok(leaves)
    }

    /// What one delivery carries.
    async fn carried(&self, file: &WarningFile, delivery: DeliveryId, to: &Addressee) -> Result<Vec<Leaf>, AppError> {
        let unfit = |cause: drafting::ReleaseRefused| AppError::invalid("text", cause.to_string());
        let made = drafting::preview(&file.draft, &file.frozen, to).map_err(unfit)?;
        let plain = "text/plain; charset=utf-8";
        let (media_type, bytes) = match (to.channel, made.letter, made.payload) {
            (ChannelKind::Letter, Some(letter), _) => match self.channels.printer() {
                Some(printer) => {
                    let printed = tokio::task::spawn_blocking(move || printer.print(&letter)).await;
                    let printed = printed.map_err(AppError::fault)?;
                    ("application/pdf", printed.map_err(|cause| AppError::invalid("text", cause.to_string()))?)
                }
                None => (plain, made.text.into_bytes()),
            },
            (ChannelKind::Webhook, _, Some(payload)) => {
                ("application/json", serde_json::to_vec(&payload).map_err(AppError::fault)?)
            }
            (_, _, _) => (plain, made.text.into_bytes()),
        };
        let via = to.via.as_ref().map_or_else(String::new, |via| format!(", by hand of {via}"));
        let leaf = |form: &str, media_type, bytes| {
            let label = format!("{form} to {}{via}", to.name);
            Leaf { label, delivery: Some(delivery), media_type, bytes }
        };
        let mut leaves = vec![leaf(&to.channel.to_string(), media_type, bytes)];
        leaves.extend(made.html.map(|html| leaf("HTML twin", "text/html; charset=utf-8", html.into_bytes())));
        Ok(leaves)
    }

    /// What would leave by its names, as the record has them.
    pub fn listed(&self, draft: &Draft) -> Vec<Listed> {
        let numbered = draft.release.leaving.iter().cloned().enumerate();
        numbered.map(|(number, leaving)| Listed { number, leaving }).collect()
    }

    /// The desk's detached signature over a rendering for machines, once somebody has approved it: what nobody approved
    /// is not vouched for, and neither is what carries a one-time link.
    pub async fn signature(&self, threat: &Threat, draft: &Draft, number: usize) -> Result<String, AppError> {
        let none = || AppError::not_found("signature: only approved renderings that people pass on have one");
        let listed = draft.release.leaving.get(number);
        // Before anything is rendered: a letter takes the press a while.
        if listed.is_some_and(|one| draft.state != DraftState::Approved || one.delivery.is_some()) {
            return Err(none());
        }
        let leaf = self.looked_at(threat, draft, number).await?;
        listed.filter(|one| one.sha256 == sha256(&leaf.bytes)).ok_or_else(none)?;
        Ok(crate::keys::desk_key(&self.data)?.sign(leaf.media_type, &leaf.bytes))
    }

    /// One rendering to look at: byte for byte as it leaves, but for the recipient's one-time link, whose secret part is
    /// blotted out at the same length, since whoever reads it could answer for the recipient.
    pub async fn looked_at(&self, threat: &Threat, draft: &Draft, number: usize) -> Result<Leaf, AppError> {
        let mut file = warning_file(draft)?;
        for to in &mut file.frozen.recipients {
            to.ack_url = to.ack_url.as_deref().map(blotted);
        }
        let leaves = self.leaves(&file, &draft.release.plan).await?;
        let known = leaves.into_iter().nth(number).filter(|_| number < draft.release.leaving.len());
        known.ok_or_else(|| AppError::not_found(format!("rendering {number} of this draft of threat {}", threat.id)))
    }
}

/// Whether a letter's bytes are those that were approved. What was printed for a way added later is judged by its text
/// alone, which the fingerprint covers.
pub(super) fn as_approved(draft: &Draft, delivery: DeliveryId, bytes: &[u8]) -> bool {
    let named = draft.release.leaving.iter().find(|one| one.delivery == Some(delivery));
    named.filter(|one| one.media_type == "application/pdf").is_none_or(|one| one.sha256 == sha256(bytes))
}

/// A link with its last part made unreadable, as long as it was.
fn blotted(link: &str) -> String {
    let (path, secret) = link.rsplit_once('/').unwrap_or(("", link));
    format!("{path}/{}", "x".repeat(secret.len()))
}

#[cfg(test)]
mod tests {
    use super::blotted;

    #[test]
    fn a_link_keeps_its_length_and_loses_its_secret() {
        assert_eq!(blotted("https://desk.example/a/abc123"), "https://desk.example/a/xxxxxx");
    }
}
