//! Policy packs: criteria to determination with reasons and deadlines. Pure.
//!
//! - [`pack`]: what a pack says (data, versioned, known by the hash of its bytes). [`parse`]: TOML text to a pack,
//!   with the line and column of everything it refuses.
//! - [`facts`]: what is known of one intended victim at one time, as JSON.
//! - [`settle`]: the truth table, bare. [`evaluate`]: the same with reasons, needs and deadlines in words.
//! - [`explain`]: an assessment in plain sentences.
//! - [`mod@check`]: whether a pack is sound, by trying every combination of answers.
//! - [`corpus`]: rows of facts with the determination expected of a pack. [`shipped`]: the packs in this program.
//!
//! Nothing here reads a clock or a file; the caller brings times and texts.
#![warn(missing_docs)]

pub mod check;
pub mod corpus;
pub mod facts;
pub mod lapse;
pub mod pack;
pub mod parse;
pub mod settle;

mod deadlines;
mod evaluate;
mod explain;
mod locate;
mod prove;
mod shipped;
mod staffing;

pub use check::{Unsound, check};
pub use corpus::Corpus;
pub use evaluate::evaluate;
pub use explain::explain;
pub use facts::{Facts, FactsError};
pub use lapse::Lapse;
pub use pack::Pack;
pub use parse::PackError;
pub use shipped::{shipped, shipped_corpus, shipped_pack, shipped_text};
pub use staffing::staffing;
