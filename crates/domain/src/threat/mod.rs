//! The threat: the aggregate everything hangs on. `decide` answers a command with events and effects or a refusal,
//! `apply` folds events, `clocks` says what is due. Nothing here reads a clock, makes an id or knows a database.

mod apply;
mod clocks;
mod command;
mod comments;
mod coordinate;
mod coordination;
mod decide;
mod delay;
mod deliver;
mod determination;
mod dispute;
mod drafts;
mod event;
mod found;
mod interest;
mod lapse;
mod originator;
mod ownership;
mod state;
mod terms;
mod urgent;

pub use apply::apply;
pub use clocks::Clock;
pub use command::ThreatCommand;
pub use comments::Comment;
pub use coordinate::{Coordinate, Holder};
pub use coordination::*;
pub use decide::{OpenThreat, decide, decide_under, open};
pub use determination::{Affirming, Anew, Answering, Asked, Determined, Over, Reopened, UnderPack};
pub use event::{Act, Decision, Effect, ThreatEvent};
pub use found::{Found, Hit};
pub use interest::{ConflictRule, Duty};
pub use state::*;
pub use terms::{DelayTerms, Terms, UrgentTerms};
