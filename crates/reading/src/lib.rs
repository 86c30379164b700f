//! Text to claims with spans; near-duplicates; linking; comparison. Pure.
#![warn(missing_docs)]

mod dateline;
pub mod decode;
pub mod document;
mod email;
mod furniture;
pub mod gazetteer;
mod html;
mod json;
mod language;
mod lexicon;
mod quantities;
mod sentences;
mod times;
mod tokens;

pub use decode::Unreadable;
pub use document::{Dated, DatedBy, Document, Format, Furniture, Language, open};
