//! What is fixed when a warning is approved: reference, times, codes, the desk and everybody it goes to.

use domain::{ChannelKind, WarningId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::draft::{DraftFault, line, reference};

/// Everything a rendering needs besides the draft. Fixed at approval and never changed; an update is a new warning
/// that refers to this one by reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// What people call it by telephone, such as `FW-2026-0042`.
    pub reference: String,
    /// The warning's id.
    pub warning: WarningId,
    /// The date it carries, in every rendering.
    pub sent_at: Timestamp,
    /// Short code by which a recipient checks that it is genuine.
    pub verify_code: String,
    /// Page on which it can be acknowledged, for recipients without a page of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack_url: Option<String>,
    /// Who sends it.
    pub desk: Desk,
    /// Name and post of the officer who answers for it.
    pub officer: String,
    /// Whether it is the first, or changes an earlier one.
    pub kind: WarningKind,
    /// Whether this is an exercise and says so.
    #[serde(default)]
    pub exercise: bool,
    /// The marking that every rendering carries; none when what it was made from travels freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marking: Option<String>,
    /// Whether e-mail carries an HTML twin of its text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub html: bool,
    /// Everybody it may go to, by which channel. A recipient who is not here needs a new approval.
    pub recipients: Vec<Addressee>,
}

/// What was not asked for is not written, so that warnings from before keep their fingerprint.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The desk that sends a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Its name on letters.
    pub name: String,
    /// Where a recipient calls or writes to check or answer.
    pub contact: String,
    /// Where it sits, for the date line.
    pub place: String,
}

/// One recipient by one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// Name, as it stands on the letter.
    pub name: String,
    /// The channel it leaves by.
    pub channel: ChannelKind,
    /// The intermediary who carries it, if the route has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// This recipient's own one-time acknowledgement page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack_url: Option<String>,
}

/// An earlier warning that this one changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Its frozen reference.
    pub reference: String,
    /// The date it carried.
    pub sent_at: Timestamp,
}

/// What a warning does to an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum WarningKind {
    /// The first about this threat.
    New,
    /// Replaces an earlier one.
    Update {
        /// The one replaced.
        of: Earlier,
    },
    /// Takes back an earlier one: it should not have been sent, or does not apply.
    Cancel {
        /// The one taken back.
        of: Earlier,
    },
    /// The danger that an earlier one named has passed.
    AllClear {
        /// The one that is over.
        of: Earlier,
    },
}

impl WarningKind {
    /// The earlier warning, where there is one.
    pub const fn earlier(&self) -> Option<&Earlier> {
        match self {
            Self::New => None,
            Self::Update { of } | Self::Cancel { of } | Self::AllClear { of } => Some(of),
        }
    }
}

const LINE_LIMIT: usize = 200;
const URL_LIMIT: usize = 1_000;

impl Frozen {
    /// Whether each field says something and could stand in a header.
    pub fn sound(&self) -> Result<(), DraftFault> {
        reference("reference", &self.reference)?;
        reference("verify_code", &self.verify_code)?;
        line("officer", &self.officer, LINE_LIMIT)?;
        line("desk.name", &self.desk.name, LINE_LIMIT)?;
        line("desk.contact", &self.desk.contact, LINE_LIMIT)?;
        line("desk.place", &self.desk.place, LINE_LIMIT)?;
        if let Some(url) = &self.ack_url {
            line("ack_url", url, URL_LIMIT)?;
        }
        if let Some(marking) = &self.marking {
            line("marking", marking, LINE_LIMIT)?;
        }
        if let Some(earlier) = self.kind.earlier() {
            reference("kind.of.reference", &earlier.reference)?;
        }
        for (at, recipient) in self.recipients.iter().enumerate() {
            line(&format!("recipients[{at}].name"), &recipient.name, LINE_LIMIT)?;
            if let Some(via) = &recipient.via {
                line(&format!("recipients[{at}].via"), via, LINE_LIMIT)?;
            }
            if let Some(url) = &recipient.ack_url {
                line(&format!("recipients[{at}].ack_url"), url, URL_LIMIT)?;
            }
        }
        Ok(())
    }

    /// The approved recipient with this name and channel.
    pub fn recipient(&self, channel: ChannelKind, name: &str) -> Option<&Addressee> {
        self.recipients.iter().find(|known| known.channel == channel && known.name == name)
    }

    /// Words with the marking before them, where there is one.
    pub(crate) fn marked(&self, words: &str) -> String {
        self.marking.as_ref().map_or_else(|| words.to_owned(), |marking| format!("[{marking}] {words}"))
    }

    /// The acknowledgement page this recipient is shown.
    pub fn ack_url_for<'a>(&'a self, recipient: &'a Addressee) -> Option<&'a str> {
        recipient.ack_url.as_deref().or(self.ack_url.as_deref())
    }
}
