//! What goes to a channel and what comes back.

use std::fmt;

use async_trait::async_trait;
use domain::{ChannelKind, Restricted};
use drafting::Releasable;
use jiff::Timestamp;

/// One attempt: a cleared message on its way to one recipient.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// The approved words for this recipient by this channel.
    pub message: &'a Releasable,
    /// Where they go.
    pub to: &'a Address,
    /// The same for every attempt of one delivery, so that a recipient can tell a repeat from a second warning:
    /// letters, digits, `.`, `_` and `-` only. Becomes the left half of Message-ID, and webhook-id.
    pub message_id: String,
    /// When this attempt starts.
    pub at: Timestamp,
}

/// Where a message goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A mailbox; one recipient, one envelope.
    Email {
        /// `local@domain`, in ASCII.
        mailbox: String,
        /// The name shown beside it; may be empty.
        name: String,
    },
    /// A machine that takes a signed POST.
    Url {
        /// `https` URL.
        url: String,
        /// `whsec_…` (HMAC-SHA256) or `whsk_…` (Ed25519), as Standard Webhooks writes them.
        secret: Restricted<String>,
    },
    /// A person who is reached by another person.
    Hand {
        /// Where to carry it, or which number to call.
        whereabouts: String,
    },
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses are personal data and must not reach a log.
        out.write_str(match self {
            Self::Email { .. } => "Address::Email",
            Self::Url { .. } => "Address::Url",
            Self::Hand { .. } => "Address::Hand",
        })
    }
}

/// The carrier's word. It never means that a person knows (P6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// When the attempt that earned it started.
    pub at: Timestamp,
    /// What the carrier says.
    pub kind: ReceiptKind,
    /// In the carrier's own words: SMTP reply with queue id, HTTP status.
    pub evidence: String,
    /// Something for a person to take along.
    pub artefact: Option<Artefact>,
}

/// What a carrier can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// The next hop took responsibility.
    HandedOver,
    /// The carrier says it arrived.
    DeliveredByCarrier,
    /// A letter or task sheet lies ready; a person must act and record the result.
    Prepared,
}

/// A file made for a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Artefact {
    /// File name made from the reference alone.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Artefact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Artefact({}, {}, {} bytes)", self.name, self.media_type, self.bytes.len())
    }
}

/// Why there is no receipt, and what that means for the next attempt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This way is closed for this message: another attempt would end the same.
    #[error("refused: {evidence}")]
    Refused {
        /// Who refused, at what point, in what words.
        evidence: String,
    },
    /// Certainly not sent; may work later.
    #[error("not sent, try later: {evidence}")]
    TryLater {
        /// What stood in the way.
        evidence: String,
    },
    /// The words left and no answer came: it may have been sent.
    #[error("may have been sent: {evidence}")]
    Unknown {
        /// How far it got.
        evidence: String,
    },
    /// This desk has not set the channel up.
    #[error("this channel is not configured at this desk: set it up, or use the next one in the plan")]
    NotConfigured,
}

impl SendError {
    pub(crate) fn refused(evidence: impl Into<String>) -> Self {
        Self::Refused { evidence: evidence.into() }
    }

    pub(crate) fn later(evidence: impl Into<String>) -> Self {
        Self::TryLater { evidence: evidence.into() }
    }

    pub(crate) fn unknown(evidence: impl Into<String>) -> Self {
        Self::Unknown { evidence: evidence.into() }
    }
}

/// A way out of the desk.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Which one; a message approved for another is refused.
    fn kind(&self) -> ChannelKind;

    /// One attempt. The caller has recorded that it starts, and records what it answers.
    async fn send(&self, out: Outgoing<'_>) -> Result<Receipt, SendError>;
}

/// Refuses a message that was approved for another channel, and an id that could break a header.
pub(crate) fn check(out: &Outgoing<'_>, kind: ChannelKind) -> Result<(), SendError> {
    if out.message.kind() != kind {
        return Err(SendError::refused(format!(
            "this text was approved for {}, not for {kind}: approve it for this channel",
            out.message.kind()
        )));
    }
    let id = &out.message_id;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if id.is_empty() || id.len() > 128 || !id.bytes().all(plain) {
        return Err(SendError::refused("the message id is not 1 to 128 letters, digits, `.`, `_` and `-`"));
    }
    Ok(())
}
