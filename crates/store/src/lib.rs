//! The store: entries of the record, the rows folded from them and the effects they ask for, kept together.
//!
//! The cast: [`Store`] is what a use case sees. A use case loads a [`Row`], decides, and hands its [`Write`]s to
//! [`Store::commit`]: the one commit point, where entries, the signed checkpoint over them, the rows, the linking
//! features and the [`Effect`]s become durable together or not at all. Workers take effects with
//! [`Store::claim_effect`] and prove with their [`Lease`] that the work is still theirs. [`SignIns`] keeps the small
//! tables that do not bear on the duty. [`SqliteStore`] is the twin for one machine.
//!
//! What is absent: the store has no clock and no randomness (times are parameters, entropy is an option), and it
//! decides nothing: it knows no event, no step and no rule of the desk.
#![warn(missing_docs)]

mod api;
mod error;
mod sql;
mod sqlite;
mod types;

pub use api::{SignIns, Store};
pub use error::{Fault, StoreError};
pub use sqlite::{CommitStep, Entropy, Failpoint, SqliteStore, StoreOptions};
pub use types::*;
