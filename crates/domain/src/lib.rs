//! The nouns, ids and state machines of the warning desk. Pure.
//!
//! - [`report`]: what a reporter sent, verbatim. [`claim`]: one assertion with its span.
//! - [`threat`]: the aggregate: `decide` answers a command, `apply` folds events, `clocks` says what is due.
//! - [`delivery`]: the state machine of one warning on its way to one recipient.
//! - [`account`]: who works here. [`actor`]: who acts. [`refusal`]: answers that say no, and which rule says so.
//! - [`assessment`]: what a policy pack says of one intended victim. [`packs`]: the packs the desk has adopted.
//! - [`register`]: whom we may have to warn. [`lookup`]: who asked it about whom.
//! - [`roster`]: who is on duty. [`wake`]: how somebody is woken when a deadline passes.
#![warn(missing_docs)]

pub mod account;
pub mod actor;
pub mod assessment;
pub mod claim;
pub mod delivery;
pub mod ids;
pub mod lookup;
pub mod marking;
pub mod packs;
pub mod refusal;
pub mod register;
pub mod report;
pub mod restricted;
pub mod roster;
pub mod threat;
pub mod wake;
mod wording;
pub mod words;

pub use actor::Actor;
pub use ids::*;
pub use refusal::Refusal;
pub use restricted::Restricted;
pub use words::*;
