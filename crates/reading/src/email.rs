//! E-mail messages.
use crate::decode::Unreadable;
use crate::document::Raw;

/// Reads a message.
pub(crate) fn read(_bytes: &[u8]) -> Result<Raw, Unreadable> {
    Err(Unreadable::BadEmail("no text part".to_owned()))
}
