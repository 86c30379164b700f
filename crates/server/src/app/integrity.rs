//! Whether the record verifies, as pages say it. Every entry is hashed anew for that, which on a desk of many years takes
//! seconds: so it is done at most once a minute, and whenever somebody asks for it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use store::Integrity;

use crate::desk::Desk;
use crate::error::AppError;

/// For so long a check stands.
const STANDS: SignedDuration = SignedDuration::from_mins(1);

/// A check of the whole record, and when it was made.
pub struct Checked {
    /// When it began.
    pub at: Timestamp,
    /// What it found.
    pub integrity: Integrity,
}

impl Desk {
    /// The last check of the whole record; a new one when that is older than a minute, or `anew` is asked for.
    pub async fn checked_record(&self, anew: bool) -> Result<Arc<Checked>, AppError> {
        // Held while checking: who comes meanwhile waits for this check rather than making another.
        let mut last = self.checked.lock().await;
        let at = self.clock.now();
        if let Some(checked) = last.as_ref().filter(|checked| !anew && at.duration_since(checked.at).abs() < STANDS) {
            return Ok(checked.clone());
        }
        let checked = Arc::new(Checked { at, integrity: self.store.check_integrity(None).await? });
        *last = Some(checked.clone());
        Ok(checked)
    }
}
