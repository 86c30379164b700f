//! Markings: how freely words may travel, and what something made from marked words has to carry.
//!
//! The cast: a [`Marking`] is what a document, a paragraph or a span carries. Markings form a lattice: [`Marking::join`]
//! is what a thing derived from two carries, [`Marking::le`] says that one restricts no more than another.
//! [`portion`] and [`banner`] read them where texts write them, [`paragraphs`] finds them in a text. [`stretches`]
//! says what each run of a report carries with all that people and rules put on it since, and a [`Reach`] is a recipient as
//! far as markings care. Nothing here knows a threat: who may lower a marking is in `report`.
//!
//! TLP 2.0 (FIRST, 2022); portion marks and banners after the CAPCO style of the United States; the United Kingdom's
//! Government Security Classifications (2023).

mod lattice;
mod nations;
mod notation;
mod paragraphs;
mod stretches;

pub use lattice::{Control, Marking, Reach, Tlp, UkLevel, UsLevel, composed};
pub use nations::Nation;
pub use notation::{banner, by_hand, left_in, portion};
pub use paragraphs::{Paragraph, document_mark, paragraphs};
pub use stretches::{MarkedBy, SpanMark, Stretch, carried_at, stretches, within};
