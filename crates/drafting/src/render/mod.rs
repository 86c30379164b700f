//! Renderings: the same warning in each form that may leave or be looked at before it does.
//!
//! Rendering alone releases nothing: [`render`] is for looking, for golden files and for `draft render`; channels
//! accept only what [`crate::release`] made.

use std::str::FromStr;

use domain::ChannelKind;
use minijinja::context;
use serde::{Deserialize, Serialize};

use crate::draft::{DraftFault, DraftText};
use crate::frame::{Frame, FrameError};
use crate::frozen::{Addressee, Frozen};

pub(crate) mod cap;
pub(crate) mod compose;
pub(crate) mod edxl;
pub(crate) mod email;
pub(crate) mod html;
pub(crate) mod sms;
pub(crate) mod stix;
pub(crate) mod webhook;

/// A warning in a file: what `forewarn draft render` reads. `tests/golden/warning.json` of this
/// crate is an example with every field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarningFile {
    /// What a person wrote.
    pub draft: DraftText,
    /// What was fixed at approval.
    pub frozen: Frozen,
}

/// The forms a warning can be rendered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenderAs {
    /// Plain text.
    Text,
    /// Text messages, one per line after its number.
    Sms,
    /// A letter's content as JSON; the crate `letters` makes the PDF.
    Letter,
    /// CAP 1.2 XML.
    Cap,
    /// A STIX 2.1 bundle.
    Stix,
    /// An e-mail message without envelope.
    Email,
    /// A script for a caller.
    Telephone,
    /// A script for a visit, face to face.
    InPerson,
    /// A notice to everybody: the same words, and nothing that is one recipient's own.
    Public,
    /// CAP 1.2 inside an EDXL distribution envelope.
    Edxl,
    /// The JSON body of a webhook.
    Webhook,
    /// The warning's facts as JSON, without envelope.
    Json,
}

impl RenderAs {
    /// Every form.
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Sms,
        Self::Letter,
        Self::Cap,
        Self::Stix,
        Self::Email,
        Self::Telephone,
        Self::InPerson,
        Self::Public,
        Self::Edxl,
        Self::Webhook,
        Self::Json,
    ];

    /// The word on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Sms => "sms",
            Self::Letter => "letter",
            Self::Cap => "cap",
            Self::Stix => "stix",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::InPerson => "in-person",
            Self::Public => "public",
            Self::Edxl => "edxl",
            Self::Webhook => "webhook",
            Self::Json => "json",
        }
    }

    /// The media type of what is made.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text | Self::Sms | Self::Telephone | Self::InPerson | Self::Public => "text/plain; charset=utf-8",
            Self::Letter | Self::Webhook | Self::Json => "application/json",
            Self::Edxl => "application/xml",
            Self::Cap => "application/cap+xml",
            Self::Stix => "application/stix+json;version=2.1",
            Self::Email => "message/rfc822",
        }
    }

    /// The channel whose recipients this form is for, where there is one.
    const fn channel(self) -> Option<ChannelKind> {
        match self {
            Self::Letter => Some(ChannelKind::Letter),
            Self::Email => Some(ChannelKind::Email),
            Self::Telephone => Some(ChannelKind::Telephone),
            Self::InPerson => Some(ChannelKind::InPerson),
            Self::Webhook => Some(ChannelKind::Webhook),
            Self::Text | Self::Sms | Self::Cap | Self::Stix | Self::Public | Self::Edxl | Self::Json => None,
        }
    }
}

impl FromStr for RenderAs {
    type Err = RenderError;

    fn from_str(word: &str) -> Result<Self, RenderError> {
        Self::ALL
            .into_iter()
            .find(|form| form.id() == word)
            .ok_or_else(|| RenderError::UnknownForm { word: word.chars().take(40).collect() })
    }
}

/// Why a rendering could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Not one of the forms.
    #[error("`{word}` is not a form; the forms are: {}", RenderAs::ALL.map(RenderAs::id).join(", "))]
    UnknownForm {
        /// What was asked for.
        word: String,
    },
    /// A field is not fit to leave.
    #[error(transparent)]
    Unfit(#[from] DraftFault),
    /// No frame, or a broken one.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// Nobody to address it to.
    #[error("no recipient {}is listed under `frozen.recipients`", .name.as_ref().map(|n| format!("named `{n}` ")).unwrap_or_default())]
    NoRecipient {
        /// The name asked for, if one was.
        name: Option<String>,
    },
    /// More text messages than anybody should get.
    #[error(
        "the text message would need {segments} segments; at most {limit} are sent: shorten headline, `when`, `place` \
         and advice, or use another channel"
    )]
    SmsTooLong {
        /// How many it would need.
        segments: usize,
        /// How many it may have.
        limit: usize,
    },
    /// One instruction does not fit into one segment, and it must not be split.
    #[error("the instruction in `{field}` has {units} characters and does not fit one segment of {limit}: shorten it")]
    SmsInstructionTooLong {
        /// Which field.
        field: String,
        /// Its length in the encoding's units.
        units: usize,
        /// What fits.
        limit: usize,
    },
    /// A notice to everybody of something that is marked.
    #[error(
        "what this warning was made from is marked, so it cannot be told to everybody: have the words released first"
    )]
    NotForEverybody,
    /// A character that XML 1.0 cannot carry.
    #[error("the element `{element}` would hold the character U+{code:04X}, which XML cannot carry: remove it")]
    NotXml {
        /// Which element.
        element: String,
        /// The character's code point.
        code: u32,
    },
    /// Writing failed, which cannot happen for a buffer in memory unless a value has no JSON form.
    #[error("writing the rendering failed: {reason}")]
    Writing {
        /// What the writer said.
        reason: String,
    },
}

/// A rendering, ready to be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// Which form.
    pub form: RenderAs,
    /// Its content, UTF-8.
    pub content: String,
}

/// Renders a warning in one form, for the recipient with this name (or the first of the form's channel, or the first).
pub fn render(form: RenderAs, file: &WarningFile, recipient: Option<&str>) -> Result<Rendering, RenderError> {
    let WarningFile { draft, frozen } = file;
    draft.sound()?;
    frozen.sound()?;
    let frame = Frame::of(&draft.language)?;
    let to = addressee(form, frozen, recipient)?;
    let words = compose::compose(frame, draft, frozen, to)?;
    let content = match form {
        RenderAs::Text => words.lay_out(frame, "text.layout", context! {})?,
        RenderAs::Sms => sms::lines(&sms::segments(frame, draft, frozen, to)?),
        RenderAs::Letter => json(&words.letter)?,
        RenderAs::Cap => cap::xml(draft, frozen, to)?,
        RenderAs::Stix => json(&stix::bundle(draft, frozen))?,
        RenderAs::Email => email::message(frozen, &words.letter, &words.lay_out(frame, "text.layout", context! {})?),
        RenderAs::Telephone => words.lay_out(frame, compose::SPOKEN, spoken(draft, false))?,
        RenderAs::InPerson => words.lay_out(frame, compose::SPOKEN, spoken(draft, true))?,
        RenderAs::Public if frozen.marking.is_some() => return Err(RenderError::NotForEverybody),
        RenderAs::Public => words.lay_out(frame, "public.layout", context! {})?,
        RenderAs::Edxl => edxl::envelope(draft, frozen, to)?,
        RenderAs::Webhook => json(&webhook::payload(draft, frozen, &words.letter))?,
        RenderAs::Json => json(&webhook::facts(draft, frozen))?,
    };
    Ok(Rendering { form, content })
}

/// What a script needs besides the letter: for the telephone, or for the door.
pub(crate) fn spoken(draft: &DraftText, at_the_door: bool) -> minijinja::Value {
    context! { headline => draft.headline.trim_end_matches('.'), at_the_door }
}

fn addressee<'a>(form: RenderAs, frozen: &'a Frozen, name: Option<&str>) -> Result<&'a Addressee, RenderError> {
    let named = |to: &&Addressee| name.is_none_or(|name| to.name == name);
    let fits = |to: &&Addressee| form.channel().is_none_or(|channel| to.channel == channel);
    let known = &frozen.recipients;
    known
        .iter()
        .find(|to| named(to) && fits(to))
        .or_else(|| known.iter().find(named))
        .ok_or_else(|| RenderError::NoRecipient { name: name.map(ToOwned::to_owned) })
}

/// Indented JSON with a line feed at its end.
pub(crate) fn json(value: &impl Serialize) -> Result<String, RenderError> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|fault| RenderError::Writing { reason: fault.to_string() })
}
