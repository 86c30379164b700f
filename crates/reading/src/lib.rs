//! Text to claims with spans; near-duplicates; linking; comparison. Pure.
#![warn(missing_docs)]

mod dateline;
pub mod decode;
pub mod document;
mod email;
mod furniture;
mod html;
mod json;
mod language;

pub use decode::Unreadable;
pub use document::{Dated, DatedBy, Document, Format, Furniture, Language, open};
