//! The threat: the aggregate everything hangs on. `decide` answers a command with events and effects or a refusal,
//! `apply` folds events, `clocks` says what is due. Nothing here reads a clock, makes an id or knows a database.

mod apply;
mod clocks;
mod command;
mod decide;
mod deliver;
mod event;
mod state;

pub use apply::apply;
pub use clocks::Clock;
pub use command::ThreatCommand;
pub use decide::{OpenThreat, decide, open};
pub use event::{Act, Decision, Effect, ThreatEvent};
pub use state::*;
