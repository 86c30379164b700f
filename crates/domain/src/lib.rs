//! The nouns, ids and state machines of the warning desk. Pure.
#![warn(missing_docs)]

pub mod ids;
pub mod marking;
pub mod restricted;
pub mod words;

pub use ids::*;
pub use restricted::Restricted;
pub use words::*;
