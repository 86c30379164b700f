//! What can happen to the register.

use serde::{Deserialize, Serialize};

use super::{Entry, Register};

/// One import, whole: a register is its imports, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum RegisterEvent {
    PartiesRecorded {
        /// File the entries came from.
        from: String,
        entries: Vec<Entry>,
    },
}

impl RegisterEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PartiesRecorded { .. } => "PartiesRecorded",
        }
    }
}

impl Register {
    /// The register after `event`. What the register refuses was refused at import; a fold never fails.
    #[must_use]
    pub fn apply(mut self, event: &RegisterEvent) -> Self {
        let RegisterEvent::PartiesRecorded { entries, .. } = event;
        for entry in entries {
            let _refused_at_import = self.put(entry.clone());
        }
        self
    }
}
