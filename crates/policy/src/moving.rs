//! What may move a deadline: an extension with a reason, a pause. Both only where the pack allows them, only in words,
//! and never beyond the hour at which the harm may begin.

use domain::Window;
use domain::assessment::DeadlineKind;
use jiff::{SignedDuration, Timestamp};

use crate::lapse::Lapse;
use crate::pack::{Extension, Pack, Pause};

/// Somebody asks to move a deadline.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Of which kind.
    pub of: DeadlineKind,
    /// When it is due as it stands.
    pub due_at: Timestamp,
    /// When it is asked.
    pub at: Timestamp,
    /// When the harm is expected, as far as known.
    pub window: Option<Window>,
    /// Role id in which it is asked.
    pub role: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// A pause that was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paused {
    /// The clock runs again at the latest from here.
    pub until: Timestamp,
    /// When it is due if nobody lets it run earlier.
    pub due_at: Timestamp,
}

/// Why a deadline is not moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// The pack has no rule for it, or none at this imminence.
    #[error("the policy does not let this deadline be moved, this near to the harm")]
    NotAllowed,
    /// Another role may.
    #[error("this is for the {may}")]
    NotThisRole {
        /// Who may, in words.
        may: String,
    },
    /// No reason.
    #[error("say why; the policy allows it only with a reason")]
    NoReason,
    /// Longer than allowed.
    #[error("at most {at_most} at a time")]
    TooLong {
        /// Longest.
        at_most: Lapse,
    },
    /// As often as allowed already, or as long.
    #[error("it has been moved as far as the policy allows")]
    Spent,
    /// It has passed already.
    #[error("it has passed already; act now, and record why it passed")]
    Passed,
    /// The harm may begin when it is due.
    #[error("the harm may begin when it is due, and nothing may be due later")]
    NoTimeLeft,
}

impl Pack {
    /// The rule that lets a deadline of this kind be put off, for a threat known at `at` and expected in `window`.
    pub fn may_extend(&self, of: DeadlineKind, at: Timestamp, window: Option<Window>) -> Option<&Extension> {
        let band = self.band(at, window)?;
        self.says.deadlines.extensions.iter().find(|rule| rule.of == of && rule.bands.contains(&band.id))
    }

    /// The rule that lets a deadline of this kind stand still, for a threat known at `at` and expected in `window`.
    pub fn may_pause(&self, of: DeadlineKind, at: Timestamp, window: Option<Window>) -> Option<&Pause> {
        let band = self.band(at, window)?;
        self.says.deadlines.pauses.iter().find(|rule| rule.of == of && rule.bands.contains(&band.id))
    }

    /// When the deadline is due if it is put off `by` so much; `before` is how often it has been put off already.
    pub fn extend(&self, asking: &Asking<'_>, by: Lapse, before: u32) -> Result<Timestamp, Declined> {
        let rule = self.may_extend(asking.of, asking.at, asking.window).ok_or(Declined::NotAllowed)?;
        self.may_ask(asking, &rule.may)?;
        if by > rule.at_most {
            return Err(Declined::TooLong { at_most: rule.at_most });
        }
        if before >= rule.times {
            return Err(Declined::Spent);
        }
        later_than(asking, by.after(asking.due_at))
    }

    /// What a pause beginning now comes to; `before` is how long this deadline has stood still already.
    pub fn pause(&self, asking: &Asking<'_>, before: SignedDuration) -> Result<Paused, Declined> {
        let rule = self.may_pause(asking.of, asking.at, asking.window).ok_or(Declined::NotAllowed)?;
        self.may_ask(asking, &rule.may)?;
        let left = rule.at_most.duration() - before;
        if !left.is_positive() {
            return Err(Declined::Spent);
        }
        let later = |at: Timestamp| at.saturating_add(left).unwrap_or(Timestamp::MAX);
        Ok(Paused { until: later(asking.at), due_at: later_than(asking, later(asking.due_at))? })
    }

    fn may_ask(&self, asking: &Asking<'_>, may: &[String]) -> Result<(), Declined> {
        if asking.due_at < asking.at {
            return Err(Declined::Passed);
        }
        if !may.iter().any(|role| role == asking.role) {
            let words: Vec<String> = may.iter().map(|role| self.role_words(role)).collect();
            return Err(Declined::NotThisRole { may: words.join(" or the ") });
        }
        if asking.reason.trim().is_empty() { Err(Declined::NoReason) } else { Ok(()) }
    }
}

impl Paused {
    /// When it is due after all, when the clock of a pause that began at `paused_at` runs again at `resumed_at`.
    pub fn resumed(self, paused_at: Timestamp, resumed_at: Timestamp) -> Timestamp {
        let saved = self.until.duration_since(resumed_at.clamp(paused_at.min(self.until), self.until));
        self.due_at.saturating_sub(saved).unwrap_or(Timestamp::MIN)
    }
}

/// The later time, short of the hour at which the harm may begin; declined when that gains nothing.
fn later_than(asking: &Asking<'_>, later: Timestamp) -> Result<Timestamp, Declined> {
    let start = asking.window.and_then(|window| window.from).filter(|from| *from > asking.at);
    let due = start.map_or(later, |from| later.min(from));
    if due > asking.due_at { Ok(due) } else { Err(Declined::NoTimeLeft) }
}
