//! What a printed letter says, as data; the crate `letters` lays it out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The content of one letter. Plain text throughout: nothing in it is markup, whatever it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterContent {
    /// BCP 47 language of the letter.
    pub language: String,
    /// The sending desk.
    pub desk: String,
    /// The frozen reference.
    pub reference: String,
    /// Place and date, ready to print.
    pub date_line: String,
    /// The recipient.
    pub to: String,
    /// The intermediary who carries it, if any.
    pub via: Option<String>,
    /// One line: what this letter is and its headline.
    pub subject: String,
    /// "Exercise, exercise, exercise" where it is one.
    pub exercise: Option<String>,
    /// The earlier warning this one changes, in a sentence.
    pub about_earlier: Option<String>,
    /// What, when, where and how sure: a label and a paragraph each.
    pub paragraphs: Vec<LetterParagraph>,
    /// What the recipient is advised to do, one instruction each.
    pub advice: Vec<String>,
    /// What we cannot tell.
    pub cannot_tell: String,
    /// Whom to contact.
    pub contact: String,
    /// How to tell us that it arrived.
    pub acknowledge: String,
    /// How to check that it is genuine.
    pub genuine: String,
    /// That nothing here asks for a password, a payment or a click.
    pub asks_nothing: String,
    /// The code to check it by.
    pub verify_code: String,
    /// The acknowledgement page, for the QR code.
    pub ack_url: Option<String>,
    /// The officer who answers for it, for the signature block.
    pub officer: String,
    /// What the person who hands it over reads aloud.
    pub read_aloud: String,
    /// The fixed words of the printed forms in the letter's language, by their keys in `languages/en.txt`.
    pub say: BTreeMap<String, String>,
}

/// One labelled paragraph of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterParagraph {
    /// Such as "When".
    pub label: String,
    /// What it says.
    pub text: String,
}
