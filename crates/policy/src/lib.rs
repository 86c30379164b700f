//! Policy packs: criteria to determination with reasons and deadlines. Pure.
//!
//! - [`pack`]: what a pack says (data, versioned, known by the hash of its bytes). [`parse`]: TOML text to a pack,
//!   with the line and column of everything it refuses.
//! - [`facts`]: what is known of one intended victim at one time, as JSON.
//! - [`settle`]: the truth table, bare. [`evaluate`]: the same with reasons, needs and deadlines in words.
//! - [`duties`]: who may not, for a stake or for what they did already. [`moving`]: what may put a deadline off.
//!   [`calendar`] and [`term`]: working time.
//! - [`explain`]: an assessment in plain sentences.
//! - [`mod@check`]: whether a pack is sound, by trying every combination of answers.
//! - [`mod@diff`]: what another pack would decide differently, by trying every combination of both.
//! - [`corpus`]: rows of facts with the determination expected of a pack. [`shipped`]: the packs in this program.
//!
//! Nothing here reads a clock or a file; the caller brings times and texts.
#![warn(missing_docs)]

pub mod calendar;
pub mod check;
pub mod corpus;
pub mod diff;
pub mod duties;
pub mod facts;
pub mod lapse;
pub mod moving;
pub mod pack;
pub mod parse;
pub mod settle;
pub mod term;

mod check_times;
mod cubes;
mod deadlines;
mod evaluate;
mod explain;
mod locate;
mod prove;
mod provisions;
mod reasons;
mod shipped;
mod staffing;
mod symmetry;

pub use check::{Unsound, check, examine};
pub use corpus::Corpus;
pub use diff::{Diff, Different, decided_differently, diff};
pub use duties::{Done, Stakes, conflicts, kept_apart};
pub use evaluate::evaluate;
pub use explain::explain;
pub use facts::{Facts, FactsError};
pub use lapse::Lapse;
pub use moving::{Asking, Declined, Paused};
pub use pack::Pack;
pub use parse::PackError;
pub use prove::Proof;
pub use provisions::Change;
pub use shipped::{shipped, shipped_corpus, shipped_pack, shipped_text};
pub use staffing::staffing;
pub use term::Term;
