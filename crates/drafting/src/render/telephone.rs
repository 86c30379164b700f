//! What a caller, or a person at the door, says.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::RenderError;
use crate::draft::DraftText;
use crate::frame::Frame;
use crate::letter::LetterContent;

/// The script, with what to ask and what not to answer.
pub(crate) fn script(frame: &Frame, draft: &DraftText, letter: &LetterContent) -> Result<String, RenderError> {
    let headline = draft.headline.trim_end_matches('.');
    Ok(frame.fill("telephone", context! { headline, ..Value::from(Serde(letter)) })? + "\n")
}
