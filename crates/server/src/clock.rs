//! The only place that reads time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Where the desk takes its time from.
#[derive(Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that is set by hand, and may be let run from where it stands.
    Simulated(Arc<Mutex<Simulated>>),
}

/// A clock set by hand.
pub struct Simulated {
    at: Timestamp,
    running_since: Option<Instant>,
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn simulated(at: Timestamp) -> Self {
        Self::Simulated(Arc::new(Mutex::new(Simulated { at, running_since: None })))
    }

    /// The time now, to the microsecond.
    pub fn now(&self) -> Timestamp {
        let now = match self {
            #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
            Self::System => Timestamp::now(),
            Self::Simulated(clock) => clock.lock().unwrap_or_else(PoisonError::into_inner).now(),
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Moves a simulated clock forward to `at`; it never goes back, and the machine's clock is left alone.
    pub fn advance_to(&self, at: Timestamp) {
        if let Self::Simulated(clock) = self {
            let mut clock = clock.lock().unwrap_or_else(PoisonError::into_inner);
            clock.at = clock.now().max(at);
            clock.running_since = clock.running_since.map(|_| monotonic());
        }
    }

    /// Steps a simulated clock, forward or back, as somebody who sets a clock does; the machine's clock is left alone.
    pub fn step(&self, span: SignedDuration) {
        if let Self::Simulated(clock) = self {
            let mut clock = clock.lock().unwrap_or_else(PoisonError::into_inner);
            clock.at = clock.now().saturating_add(span).unwrap_or(clock.at);
            clock.running_since = clock.running_since.map(|_| monotonic());
        }
    }

    /// Lets a simulated clock run from where it stands, at the pace of real time.
    pub fn let_run(&self) {
        if let Self::Simulated(clock) = self {
            let mut clock = clock.lock().unwrap_or_else(PoisonError::into_inner);
            clock.running_since.get_or_insert_with(monotonic);
        }
    }
}

impl Simulated {
    fn now(&self) -> Timestamp {
        let passed = self.running_since.map_or(SignedDuration::ZERO, |since| {
            SignedDuration::try_from(monotonic().saturating_duration_since(since)).unwrap_or(SignedDuration::MAX)
        });
        self.at.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn monotonic() -> Instant {
    Instant::now()
}
