//! What a person wrote, field by field, before anybody approved it.

use serde::{Deserialize, Serialize};

use crate::characters::{unfit_for_line, unfit_for_text};
use crate::leak::Part;

/// The text of one warning as a person wrote it. Every field leaves the desk as it stands here; the fixed sentences
/// around it (how to acknowledge, how to check that it is genuine) come from the frame of its language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftText {
    /// BCP 47 language of every field, such as `en`.
    #[serde(default = "english")]
    pub language: String,
    /// One line; becomes the subject.
    pub headline: String,
    /// What may happen, by whom and to whom, as far as cleared.
    pub what: String,
    /// When it may happen.
    pub when: String,
    /// Where it may happen.
    pub place: String,
    /// How sure we are, in words a lay person understands; may stay empty.
    #[serde(default)]
    pub how_sure: String,
    /// What the recipient is advised to do, one instruction each.
    pub advice: Vec<String>,
    /// What we cannot tell, said openly.
    pub cannot_tell: String,
    /// Whom to contact, and how.
    pub contact: String,
    /// The three words of CAP 1.2 and its response type.
    #[serde(default)]
    pub cap: CapTerms,
}

fn english() -> String {
    "en".to_owned()
}

/// The terms of CAP 1.2 `info`; a person may change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CapTerms {
    /// How soon to act.
    pub urgency: Urgency,
    /// How bad it would be.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// What kind of action is advised.
    pub response: ResponseKind,
}

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident { $first:ident $(, $rest:ident)* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        pub enum $name {
            #[default]
            #[doc = concat!("`", stringify!($first), "` in CAP; the default.")]
            $first,
            $(#[doc = concat!("`", stringify!($rest), "` in CAP.")] $rest,)*
        }
        impl $name {
            /// The word CAP uses.
            pub const fn id(self) -> &'static str {
                match self {
                    Self::$first => stringify!($first),
                    $(Self::$rest => stringify!($rest),)*
                }
            }
        }
    )*};
}

terms! {
    /// CAP 1.2 `urgency`.
    Urgency { Expected, Immediate, Future, Past, Unknown }
    /// CAP 1.2 `severity`.
    Severity { Extreme, Severe, Moderate, Minor, Unknown }
    /// CAP 1.2 `certainty`.
    Certainty { Likely, Observed, Possible, Unlikely, Unknown }
    /// CAP 1.2 `responseType`.
    ResponseKind { Prepare, Shelter, Evacuate, Execute, Avoid, Monitor, Assess, AllClear, None }
}

/// Why a draft is not fit to leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftFault {
    /// A field that must say something says nothing.
    #[error("the field `{field}` is empty: write it, or say openly that it is not known")]
    Empty {
        /// Which field.
        field: String,
    },
    /// A field is longer than a reader can take in.
    #[error("the field `{field}` has {length} characters; at most {limit} fit: shorten it")]
    TooLong {
        /// Which field.
        field: String,
        /// How long it is, in characters.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// More advice than anybody can follow.
    #[error("there are {count} pieces of advice; at most {limit} fit: keep the most urgent")]
    TooMuchAdvice {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A character that could change a header or hide text.
    #[error(
        "the field `{field}` holds the control character U+{code:04X} at byte {at}: remove it (line breaks are \
         allowed only in texts of several lines)"
    )]
    ControlCharacter {
        /// Which field.
        field: String,
        /// Byte in the field.
        at: usize,
        /// The character's code point.
        code: u32,
    },
    /// A reference that could not be read out, typed or put into every form.
    #[error("`{field}` must be letters, digits, hyphens or full stops (such as FW-2026-0042)")]
    Reference {
        /// Which field.
        field: String,
    },
    /// Not a language tag.
    #[error("`{tag}` is not a language tag such as `en` or `fr-CA` (BCP 47)")]
    Language {
        /// What was given.
        tag: String,
    },
}

const HEADLINE_LIMIT: usize = 160;
const TEXT_LIMIT: usize = 4_000;
const SHORT_LIMIT: usize = 600;
const REFERENCE_LIMIT: usize = 40;
const ADVICE_COUNT: usize = 20;

impl DraftText {
    /// Every field with its name, in reading order; the leak check and the digest both walk this list.
    pub fn parts(&self) -> Vec<Part> {
        let part = |name: &str, text: &str| Part { name: name.to_owned(), text: text.to_owned() };
        let mut parts = vec![
            part("headline", &self.headline),
            part("what", &self.what),
            part("when", &self.when),
            part("place", &self.place),
            part("how_sure", &self.how_sure),
        ];
        parts.extend(self.advice.iter().enumerate().map(|(at, text)| part(&format!("advice[{at}]"), text)));
        parts.push(part("cannot_tell", &self.cannot_tell));
        parts.push(part("contact", &self.contact));
        parts
    }

    /// Whether each field says something, fits, and holds only characters that may leave.
    pub fn sound(&self) -> Result<(), DraftFault> {
        language_tag(&self.language)?;
        line("headline", &self.headline, HEADLINE_LIMIT)?;
        text("what", &self.what, TEXT_LIMIT)?;
        text("when", &self.when, SHORT_LIMIT)?;
        text("place", &self.place, SHORT_LIMIT)?;
        if !self.how_sure.is_empty() {
            text("how_sure", &self.how_sure, SHORT_LIMIT)?;
        }
        if self.advice.is_empty() {
            return Err(DraftFault::Empty { field: "advice".to_owned() });
        }
        if self.advice.len() > ADVICE_COUNT {
            return Err(DraftFault::TooMuchAdvice { count: self.advice.len(), limit: ADVICE_COUNT });
        }
        for (at, piece) in self.advice.iter().enumerate() {
            text(&format!("advice[{at}]"), piece, SHORT_LIMIT)?;
        }
        text("cannot_tell", &self.cannot_tell, TEXT_LIMIT)?;
        text("contact", &self.contact, SHORT_LIMIT)
    }
}

/// A single line that may become a header.
pub(crate) fn line(field: &str, value: &str, limit: usize) -> Result<(), DraftFault> {
    filled(field, value, limit)?;
    match unfit_for_line(value) {
        Some((at, bad)) => Err(DraftFault::ControlCharacter { field: field.to_owned(), at, code: u32::from(bad) }),
        None => Ok(()),
    }
}

/// A reference or code: read out by telephone, and put into headers and identifiers.
pub(crate) fn reference(field: &str, value: &str) -> Result<(), DraftFault> {
    line(field, value, REFERENCE_LIMIT)?;
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
        Ok(())
    } else {
        Err(DraftFault::Reference { field: field.to_owned() })
    }
}

/// A text of several lines.
fn text(field: &str, value: &str, limit: usize) -> Result<(), DraftFault> {
    filled(field, value, limit)?;
    match unfit_for_text(value) {
        Some((at, bad)) => Err(DraftFault::ControlCharacter { field: field.to_owned(), at, code: u32::from(bad) }),
        None => Ok(()),
    }
}

fn filled(field: &str, value: &str, limit: usize) -> Result<(), DraftFault> {
    if value.trim().is_empty() {
        return Err(DraftFault::Empty { field: field.to_owned() });
    }
    let length = value.chars().count();
    if length > limit {
        return Err(DraftFault::TooLong { field: field.to_owned(), length, limit });
    }
    Ok(())
}

fn language_tag(tag: &str) -> Result<(), DraftFault> {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    let primary_fits = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    let rest_fits = subtags.all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()));
    if primary_fits && rest_fits && tag.len() <= 35 {
        Ok(())
    } else {
        Err(DraftFault::Language { tag: tag.chars().take(40).collect() })
    }
}
