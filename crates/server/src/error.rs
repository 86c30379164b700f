//! What a use case answers when it does not do what was asked.

use domain::Refusal;
use store::StoreError;

/// Refusals are answers, faults are faults; both say what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A rule says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing, or this person may not know of it.
    #[error("there is no {what}")]
    NotFound {
        /// What was looked for: `threat thr_…`.
        what: String,
    },
    /// What was sent cannot be used.
    #[error("{field}: {problem}")]
    Invalid {
        /// Where in the request.
        field: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// Somebody else changed the same thing again and again.
    #[error("somebody changed this at the same moment; look at it again and repeat")]
    Busy,
    /// The same idempotency key came with another request.
    #[error("this Idempotency-Key was used for another request; take a new key for a new request")]
    KeyReused,
    /// The same request is being carried out at this very moment, under the same idempotency key.
    #[error("this very request is being carried out, or was a moment ago; repeat it to get its answer")]
    Repeated,
    /// Too many failed attempts lately.
    #[error("too many failed attempts; wait 15 minutes and try again")]
    TooMany,
    /// The disk is full: new reports are not taken, deliveries go on.
    #[error("the disk is full; nothing was kept of this request. Make room in the data directory and repeat it")]
    Full,
    /// Something broke.
    #[error("the desk could not do this: {0}")]
    Fault(String),
}

impl AppError {
    /// Nothing with this name is there.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// A field of the request cannot be used.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), problem: problem.into() }
    }

    /// A fault with its cause, in words.
    pub fn fault(cause: impl std::fmt::Display) -> Self {
        Self::Fault(cause.to_string())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } | StoreError::Outstanding { .. } => Self::Busy,
            StoreError::AlreadyRemembered => Self::Repeated,
            StoreError::Full => Self::Full,
            other => Self::Fault(other.to_string()),
        }
    }
}
