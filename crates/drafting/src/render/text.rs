//! The whole warning as plain text, for e-mail bodies, webhooks and the text form of a letter.

use minijinja::value::Serde;

use super::RenderError;
use crate::frame::Frame;
use crate::letter::LetterContent;

/// The plain body.
pub(crate) fn body(frame: &Frame, letter: &LetterContent) -> Result<String, RenderError> {
    Ok(frame.fill("text", Serde(letter).into())? + "\n")
}
