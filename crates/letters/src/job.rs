//! What can be printed.

use std::collections::BTreeMap;

use drafting::{LetterContent, Releasable};
use serde::{Deserialize, Serialize};

use crate::templates::Templates;

/// One thing to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "print", content = "with", rename_all = "snake_case")]
pub enum Job {
    /// A letter, with the sheet for whoever delivers it and the certificate of service.
    Letter(Box<LetterContent>),
    /// What a person takes along who is to speak a warning.
    TaskSheet(Box<TaskSheet>),
}

/// A job with the templates to print it with: what a worker is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What to print.
    pub job: Job,
    /// What with.
    pub templates: Templates,
}

/// The content of a task sheet. Plain text throughout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSheet {
    /// BCP 47 language of the script.
    pub language: String,
    /// The sending desk.
    pub desk: String,
    /// The frozen reference.
    pub reference: String,
    /// The key of its title among the words: by telephone, or in person.
    pub title: String,
    /// The recipient.
    pub to: String,
    /// The intermediary, if any.
    pub via: Option<String>,
    /// Where to go, or which number to call.
    pub whereabouts: String,
    /// The words to say.
    pub script: String,
    /// The fixed words of the sheet in its language.
    pub say: BTreeMap<String, String>,
}

impl TaskSheet {
    /// The sheet for a cleared message.
    pub fn of(message: &Releasable, desk: &str, whereabouts: &str) -> Self {
        Self {
            language: message.language().to_owned(),
            desk: desk.to_owned(),
            reference: message.reference().to_owned(),
            title: match message.kind() {
                domain::ChannelKind::Telephone => "sheet_telephone".to_owned(),
                domain::ChannelKind::InPerson
                | domain::ChannelKind::Letter
                | domain::ChannelKind::Email
                | domain::ChannelKind::Webhook => "sheet_in_person".to_owned(),
            },
            to: message.recipient().to_owned(),
            via: message.via().map(ToOwned::to_owned),
            whereabouts: whereabouts.to_owned(),
            script: message.text().to_owned(),
            say: message.say().clone(),
        }
    }
}

impl Job {
    pub(crate) fn language(&self) -> &str {
        match self {
            Self::Letter(letter) => &letter.language,
            Self::TaskSheet(sheet) => &sheet.language,
        }
    }

    pub(crate) fn reference(&self) -> &str {
        match self {
            Self::Letter(letter) => &letter.reference,
            Self::TaskSheet(sheet) => &sheet.reference,
        }
    }

    /// The page to put into a QR code.
    pub(crate) fn link(&self) -> Option<&str> {
        match self {
            Self::Letter(letter) => letter.ack_url.as_deref(),
            Self::TaskSheet(_) => None,
        }
    }
}
