//! Named points at which a test may kill the program: `FOREWARN_KILL_AT="attempt made"`.
//!
//! Every durable step of the delivery worker has one before and after it; the list below is what the kill test
//! walks, so a point that is not listed fails the build.

/// Every point, in the order a delivery meets them.
pub const POINTS: [&str; 3] = ["attempt started", "attempt made", "attempt finished"];

/// Kills this process, as SIGKILL would, when the environment names this point.
pub(crate) fn reached(point: &'static str) {
    debug_assert!(POINTS.contains(&point), "{point} is not a listed failpoint");
    if std::env::var_os("FOREWARN_KILL_AT").is_some_and(|wanted| wanted == point) {
        std::process::abort();
    }
}
