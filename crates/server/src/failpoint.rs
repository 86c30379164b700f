//! Named points at which a test may kill the program: `FOREWARN_KILL_AT="attempt made"`, or `"attempt made/3"` for the
//! third time it is reached.
//!
//! Every durable step has one before and after it. The kill test walks the list below, and a commit step without a
//! name does not compile.

use std::sync::atomic::{AtomicU32, Ordering};

use store::CommitStep;

/// The points of a warning: the steps of a commit, then those of a delivery, in the order in which they are met.
pub const POINTS: [&str; 9] = [
    "commit begun",
    "commit entries written",
    "commit rows written",
    "commit signed",
    "commit done",
    "effect claimed",
    "attempt started",
    "attempt made",
    "attempt finished",
];

/// The points of waking somebody, in the order in which they are met.
pub const WAKING_POINTS: [&str; 4] = ["wake opened", "call started", "call made", "call finished"];

/// The variable that names the point to die at.
pub const KILL_AT: &str = "FOREWARN_KILL_AT";

/// How often the named point was reached by this process.
static REACHED: AtomicU32 = AtomicU32::new(0);

/// Kills this process, as SIGKILL would, when the environment names this point.
pub(crate) fn reached(point: &'static str) {
    debug_assert!(POINTS.contains(&point) || WAKING_POINTS.contains(&point), "{point} is not a listed failpoint");
    let Some(wanted) = std::env::var(KILL_AT).ok() else { return };
    let (name, time) = wanted.split_once('/').unwrap_or((&wanted, "1"));
    if name == point && time.parse() == Ok(REACHED.fetch_add(1, Ordering::Relaxed) + 1) {
        std::process::abort();
    }
}

/// What the store calls at each step of a commit; none when no point is named, as always outside the kill test.
pub(crate) fn at_commit() -> Option<store::Failpoint> {
    std::env::var_os(KILL_AT)?;
    Some(std::sync::Arc::new(|step| {
        reached(match step {
            CommitStep::Begun => "commit begun",
            CommitStep::EntriesWritten => "commit entries written",
            CommitStep::RowsWritten => "commit rows written",
            CommitStep::Signed => "commit signed",
            CommitStep::Committed => "commit done",
        });
        Ok(())
    }))
}
