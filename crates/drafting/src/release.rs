//! The gate: the only place where a [`Releasable`] is made.
//!
//! Four things must hold together: the draft and frozen facts are sound, the leak check looked at this very draft and
//! found nothing (or a senior officer overrode it, on the record), the approval names the bytes that would leave now,
//! and the recipient was among those approved.

use std::collections::BTreeMap;

use domain::{ChannelKind, WarningId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draft::{DraftFault, DraftText};
use crate::fingerprint::Fingerprint;
use crate::frame::Frame;
use crate::frozen::{Addressee, Frozen};
use crate::leak::Clearance;
use crate::letter::LetterContent;
use crate::render::{self, RenderAs, RenderError, WarningFile};

/// What the record says about an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The bytes approved: what [`fingerprint`] answered then.
    pub fingerprint: Fingerprint,
}

/// Text that may leave the desk, for one recipient by one channel.
///
/// Only [`release`] makes one for a warning, and [`crate::wake`] one that says nothing of any threat. It cannot be built by hand, and it is not read back from JSON:
///
/// ```compile_fail
/// use drafting::Releasable;
/// let forged = Releasable { reference: "FW-2026-0001".to_owned() };
/// ```
///
/// ```compile_fail
/// let forged: drafting::Releasable = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Releasable {
    kind: ChannelKind,
    warning: Option<WarningId>,
    reference: String,
    recipient: String,
    via: Option<String>,
    language: String,
    subject: String,
    text: String,
    html: Option<String>,
    letter: Option<LetterContent>,
    payload: Option<Value>,
    say: BTreeMap<String, String>,
    seed: Fingerprint,
}

impl Releasable {
    /// The one channel it may leave by.
    pub const fn kind(&self) -> ChannelKind {
        self.kind
    }

    /// The warning it belongs to; none when it only wakes somebody.
    pub const fn warning(&self) -> Option<WarningId> {
        self.warning
    }

    /// The frozen reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The recipient's name.
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// The intermediary who carries it, if any.
    pub fn via(&self) -> Option<&str> {
        self.via.as_deref()
    }

    /// BCP 47 language of the text.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// One line, free of control characters.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain body: the whole warning, or for a channel that a person speaks, the script.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The HTML twin of the text, for e-mail where the desk sends one.
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }

    /// What the letter says; for letters only.
    pub const fn letter(&self) -> Option<&LetterContent> {
        self.letter.as_ref()
    }

    /// The JSON body of a webhook; for webhooks only.
    pub const fn payload(&self) -> Option<&Value> {
        self.payload.as_ref()
    }

    /// The fixed words of printed forms in the text's language, by key; none when it only wakes somebody.
    pub const fn say(&self) -> &BTreeMap<String, String> {
        &self.say
    }

    /// The same for every attempt at this delivery, different for any other: 64 hexadecimal digits to build a
    /// Message-ID or webhook-id from. It tells nothing about the desk.
    pub fn message_id_seed(&self) -> String {
        self.seed.to_string()
    }
}

/// What wakes somebody, in words that [`crate::wake`] alone makes.
pub(crate) struct Waking {
    pub kind: ChannelKind,
    pub reference: String,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub payload: Option<Value>,
    pub seed: Fingerprint,
}

impl From<Waking> for Releasable {
    fn from(words: Waking) -> Self {
        Self {
            kind: words.kind,
            warning: None,
            reference: words.reference,
            recipient: words.recipient,
            via: None,
            language: "en".to_owned(),
            subject: words.subject,
            text: words.text,
            html: None,
            letter: None,
            payload: words.payload,
            say: BTreeMap::new(),
            seed: words.seed,
        }
    }
}

/// Why nothing leaves.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseRefused {
    /// Something differs from what the approver saw.
    #[error("the warning has changed since approval (approved {approved}, now {now}): it needs a new approval")]
    ChangedSinceApproval {
        /// What was approved.
        approved: Fingerprint,
        /// What would leave.
        now: Fingerprint,
    },
    /// The leak check looked at another text.
    #[error("the leak check was made on another text than this draft: check it again")]
    NotChecked,
    /// The leak check found something and nobody overrode it.
    #[error(
        "the leak check found {findings} passage(s) and no override is recorded: reword them, or have a senior \
         officer override with a reason"
    )]
    Leak {
        /// How many.
        findings: usize,
    },
    /// A field of the draft or of the frozen facts is not fit to leave.
    #[error(transparent)]
    Unfit(#[from] DraftFault),
    /// This recipient and channel were not approved.
    #[error("`{recipient}` by {channel} is not among the recipients that were approved: it needs a new approval")]
    RecipientNotApproved {
        /// Whom it would go to.
        recipient: String,
        /// By which channel.
        channel: ChannelKind,
    },
    /// A rendering could not be made.
    #[error(transparent)]
    Unrenderable(#[from] RenderError),
}

/// What would leave to one recipient, to be looked at and named by its bytes. No channel takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The plain body, or the script.
    pub text: String,
    /// Its HTML twin, where one is sent.
    pub html: Option<String>,
    /// What the letter says; for letters only.
    pub letter: Option<LetterContent>,
    /// The JSON body; for webhooks only.
    pub payload: Option<Value>,
}

/// What would leave to this recipient if the draft were approved as it stands.
pub fn preview(draft: &DraftText, frozen: &Frozen, to: &Addressee) -> Result<Preview, ReleaseRefused> {
    draft.sound()?;
    frozen.sound()?;
    let ready = assemble(Frame::of(&draft.language).map_err(RenderError::from)?, draft, frozen, to)?;
    Ok(Preview { text: ready.text, html: ready.html, letter: ready.letter, payload: ready.payload })
}

/// Makes the text that may leave to one approved recipient; the only maker of a [`Releasable`].
pub fn release(
    draft: &DraftText,
    frozen: &Frozen,
    approval: &Approval,
    clearance: &Clearance,
    channel: ChannelKind,
    recipient_name: &str,
) -> Result<Releasable, ReleaseRefused> {
    gate(draft, frozen, approval, clearance)?;
    let to = frozen.recipient(channel, recipient_name).ok_or_else(|| not_approved(recipient_name, channel))?;
    Ok(assemble(Frame::of(&draft.language).map_err(RenderError::from)?, draft, frozen, to)?)
}

/// As [`release`], for the very addressee given: two intermediaries may carry one warning to the same recipient by the
/// same channel, each with a one-time page of their own.
pub fn release_to(
    draft: &DraftText,
    frozen: &Frozen,
    approval: &Approval,
    clearance: &Clearance,
    to: &Addressee,
) -> Result<Releasable, ReleaseRefused> {
    gate(draft, frozen, approval, clearance)?;
    if !frozen.recipients.contains(to) {
        return Err(not_approved(&to.name, to.channel));
    }
    Ok(assemble(Frame::of(&draft.language).map_err(RenderError::from)?, draft, frozen, to)?)
}

/// What must hold whoever it goes to.
fn gate(draft: &DraftText, frozen: &Frozen, approval: &Approval, clearance: &Clearance) -> Result<(), ReleaseRefused> {
    draft.sound()?;
    frozen.sound()?;
    if !clearance.is_of(&draft.parts()) {
        return Err(ReleaseRefused::NotChecked);
    }
    if !clearance.lets_pass() {
        return Err(ReleaseRefused::Leak { findings: clearance.findings() });
    }
    let now = fingerprint(draft, frozen)?;
    if now != approval.fingerprint {
        return Err(ReleaseRefused::ChangedSinceApproval { approved: approval.fingerprint, now });
    }
    Ok(())
}

fn not_approved(recipient: &str, channel: ChannelKind) -> ReleaseRefused {
    ReleaseRefused::RecipientNotApproved { recipient: recipient.chars().take(200).collect(), channel }
}

/// SHA-256 over the exact bytes of everything that would leave: each approved recipient's subject, text, letter and
/// payload, the renderings for machines, and the draft and frozen facts they are made from. Any change of a word, a
/// recipient or a template gives another fingerprint.
pub fn fingerprint(draft: &DraftText, frozen: &Frozen) -> Result<Fingerprint, ReleaseRefused> {
    draft.sound()?;
    frozen.sound()?;
    let frame = Frame::of(&draft.language).map_err(RenderError::from)?;
    let mut items = vec![("draft", render::json(draft)?), ("frozen", render::json(frozen)?)];
    for to in &frozen.recipients {
        let ready = assemble(frame, draft, frozen, to)?;
        items.push(("recipient", ready.recipient));
        items.push((ready.kind.id(), ready.subject));
        items.push(("text", ready.text));
        items.extend(ready.html.map(|html| ("html", html)));
        items.push(("letter", render::json(&ready.letter)?));
        items.push(("payload", render::json(&ready.payload)?));
    }
    let file = WarningFile { draft: draft.clone(), frozen: frozen.clone() };
    for to in &frozen.recipients {
        for form in [RenderAs::Sms, RenderAs::Cap, RenderAs::Stix, RenderAs::Public, RenderAs::Edxl] {
            // A form this warning does not fit (too long for SMS) never leaves, so it is left out.
            if let Ok(made) = render::render(form, &file, Some(&to.name)) {
                items.push((form.id(), made.content));
            }
        }
    }
    Ok(Fingerprint::of(items.iter().map(|(label, content)| (*label, content.as_str()))))
}

fn assemble(frame: &Frame, draft: &DraftText, frozen: &Frozen, to: &Addressee) -> Result<Releasable, RenderError> {
    let words = render::compose::compose(frame, draft, frozen, to)?;
    let text = match to.channel {
        ChannelKind::Email | ChannelKind::Webhook | ChannelKind::Letter => {
            words.lay_out(frame, "text.layout", minijinja::context! {})?
        }
        ChannelKind::InPerson => words.lay_out(frame, render::compose::SPOKEN, render::spoken(draft, true))?,
        ChannelKind::Telephone => words.lay_out(frame, render::compose::SPOKEN, render::spoken(draft, false))?,
    };
    let letter = words.letter;
    let payload = (to.channel == ChannelKind::Webhook).then(|| render::webhook::payload(draft, frozen, &letter));
    let warning = frozen.warning.to_string();
    let twin = frozen.html && to.channel == ChannelKind::Email;
    Ok(Releasable {
        kind: to.channel,
        warning: Some(frozen.warning),
        reference: frozen.reference.clone(),
        recipient: to.name.clone(),
        via: to.via.clone(),
        language: draft.language.clone(),
        subject: letter.subject.clone(),
        html: twin.then(|| render::html::twin(&letter.subject, &text, &draft.language)),
        text,
        payload,
        say: letter.say.clone(),
        letter: (to.channel == ChannelKind::Letter).then_some(letter),
        seed: Fingerprint::of([
            ("warning", warning.as_str()),
            (to.channel.id(), to.name.as_str()),
            ("via", to.via.as_deref().unwrap_or_default()),
        ]),
    })
}
