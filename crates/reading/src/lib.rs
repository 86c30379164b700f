//! Text to claims with spans; near-duplicates; linking; comparison. Pure.
#![warn(missing_docs)]

mod actors;
mod attribution;
mod casualties;
mod claims;
mod clauses;
mod closing;
pub mod compare;
mod dateline;
pub mod decode;
mod deeds;
pub mod document;
mod email;
mod events;
mod furniture;
pub mod gazetteer;
mod html;
mod json;
mod language;
mod lexicon;
pub mod link;
mod mentions;
mod origins;
pub mod output;
mod places;
mod pronouns;
mod quantities;
pub mod reader;
mod sentences;
pub mod similar;
pub mod summary;
mod times;
mod tokens;
mod warnings;

pub use compare::{Comparison, FieldSummary, Independence, Verdict, compare, compare_claims};
pub use decode::Unreadable;
pub use document::{Dated, DatedBy, Document, Format, Furniture, Language, open};
pub use link::{Feature, Link, group, link};
pub use reader::{Read, read};
