//! Waking: a deadline passed, and somebody is called, path after path, until a person takes it up. Pure.
//!
//! A [`Wake`] is what became of one deadline that passed (or of one test): its [`Call`]s, each started and finished
//! on the record. [`tiers()`] says who can be called for a role at a time, [`Wake::next`] whom to call now or how long
//! to wait, [`Wake::over`] whether there is anything left to ask. Nothing of a threat's content is in here.

mod next;
mod path;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use next::{Next, Reachable, Tier, tiers};
pub use path::{WakeAddress, WakePath, check_paths};

use crate::ids::{AccountId, ThreatId, WakeId};
use crate::refusal::Refusal;
use crate::threat::{AttemptResult, ClockOf, Threat};
use crate::words::Role;

/// The waking of people for one deadline that passed, or for a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Wake {
    pub opening: Opening,
    pub opened_at: Timestamp,
    pub calls: Vec<Call>,
    /// Since when nobody could be woken, and why; none when somebody may have been since.
    pub nobody: Option<Nobody>,
    pub ended: Option<Ended>,
}

/// What a wake starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Opening {
    pub id: WakeId,
    /// What people are told instead of what it is about: `W-2024-0412`.
    pub reference: String,
    pub about: About,
    /// By when somebody should have taken it up; then the desk asks again.
    pub answer_by: Timestamp,
    /// The role asked, then those that are asked after it; the last are the senior officers.
    pub ladder: Vec<Role>,
    /// How often this was asked before: later wakes begin with more urgency.
    pub asked_before: usize,
    /// Not worth a second call before the desk asks again of its own accord.
    pub patient: bool,
}

/// What a wake is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum About {
    /// A deadline that passed.
    Deadline {
        /// The threat.
        threat: ThreatId,
        /// Which clock.
        of: ClockOf,
        /// When it was put to the next person.
        asked_at: Timestamp,
    },
    /// Whether a path wakes its person.
    Test {
        /// The person.
        account: AccountId,
        /// The path.
        path: WakeAddress,
    },
}

/// One call to one person by one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What it is.
    #[serde(flatten)]
    pub calling: Calling,
    /// Started.
    pub started_at: Timestamp,
    /// Finished; none while it runs.
    pub finished_at: Option<Timestamp>,
    /// The carrier's word.
    pub result: Option<AttemptResult>,
    /// What a colleague who made the call says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// A call before it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calling {
    /// Counted from 1 within its wake.
    pub number: u32,
    /// Sign-in name.
    pub person: String,
    /// Role they are called for.
    pub role: Role,
    /// Whether a roster put them on duty; otherwise they hold the role.
    pub on_duty: bool,
    /// By which path.
    pub to: WakeAddress,
    /// Which round through everybody.
    pub sweep: u32,
    /// Which of the person's paths.
    pub step: u32,
    /// SHA-256 of the one-time link's token, hex; none for paths without a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_digest: Option<String>,
}

/// What a colleague says who was to call somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Told {
    pub by: String,
    pub at: Timestamp,
    pub reached: bool,
    pub words: String,
}

/// Nobody could be woken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Nobody {
    pub since: Timestamp,
    pub why: String,
    /// Calls made by then; with a later one the matter is open again.
    pub after_calls: usize,
}

/// A wake is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Ended {
    pub at: Timestamp,
    /// Who took it up, when a person did by this wake.
    pub by: Option<String>,
    pub why: String,
}

/// Why nothing is left to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The threat was closed.
    Closed,
    /// The deadline passed once more, and another wake asks now.
    AskedAgain,
    /// Somebody took it up.
    TakenUp(String),
    /// What was asked for was done.
    Done,
    /// Nobody said that the test woke them.
    NotConfirmed,
}

impl fmt::Display for Over {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => out.write_str("the threat was closed"),
            Self::AskedAgain => out.write_str("the desk asked again"),
            Self::TakenUp(by) => write!(out, "taken up by {by}"),
            Self::Done => out.write_str("what was asked for has been done"),
            Self::NotConfirmed => out.write_str("nobody said that the test woke them"),
        }
    }
}

/// What can happen to a wake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum WakeEvent {
    WakeOpened { opening: Opening },
    CallStarted { calling: Calling },
    CallFinished { number: u32, result: AttemptResult },
    CallTold { number: u32, by: String, reached: bool, words: String },
    NobodyWoken { why: String },
    WakeAnswered { by: String, why: String },
    WakeEnded { why: String },
}

impl WakeEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::WakeOpened { .. } => "WakeOpened",
            Self::CallStarted { .. } => "CallStarted",
            Self::CallFinished { .. } => "CallFinished",
            Self::CallTold { .. } => "CallTold",
            Self::NobodyWoken { .. } => "NobodyWoken",
            Self::WakeAnswered { .. } => "WakeAnswered",
            Self::WakeEnded { .. } => "WakeEnded",
        }
    }
}

/// The wake after `event`; `None` before any `WakeOpened`.
pub fn apply(wake: Option<Wake>, at: Timestamp, event: &WakeEvent) -> Option<Wake> {
    match (wake, event) {
        (Some(wake), WakeEvent::WakeOpened { .. }) => Some(wake),
        (None, WakeEvent::WakeOpened { opening }) => {
            Some(Wake { opening: opening.clone(), opened_at: at, calls: Vec::new(), nobody: None, ended: None })
        }
        (None, _) => None,
        (Some(mut wake), event) => {
            wake.take(at, event);
            Some(wake)
        }
    }
}

impl Wake {
    fn take(&mut self, at: Timestamp, event: &WakeEvent) {
        match event {
            WakeEvent::WakeOpened { .. } => {}
            WakeEvent::CallStarted { calling } => self.calls.push(Call {
                calling: calling.clone(),
                started_at: at,
                finished_at: None,
                result: None,
                told: None,
            }),
            WakeEvent::CallFinished { number, result } => {
                self.with_call(*number, |call| {
                    call.finished_at = Some(at);
                    call.result = Some(result.clone());
                });
                if self.calls.iter().any(|call| call.calling.number == *number && call.may_have_reached()) {
                    self.nobody = None;
                }
            }
            WakeEvent::CallTold { number, by, reached, words } => self.with_call(*number, |call| {
                call.told = Some(Told { by: by.clone(), at, reached: *reached, words: words.clone() });
            }),
            WakeEvent::NobodyWoken { why } => {
                let since = self.nobody.as_ref().map_or(at, |known| known.since);
                self.nobody = Some(Nobody { since, why: why.clone(), after_calls: self.calls.len() });
            }
            WakeEvent::WakeAnswered { by, why } => {
                self.ended = Some(Ended { at, by: Some(by.clone()), why: why.clone() });
            }
            WakeEvent::WakeEnded { why } => self.ended = Some(Ended { at, by: None, why: why.clone() }),
        }
    }

    fn with_call(&mut self, number: u32, change: impl FnOnce(&mut Call)) {
        if let Some(call) = self.calls.iter_mut().find(|call| call.calling.number == number) {
            change(call);
        }
    }

    /// The wake as it may be shown: what the links' digests are is nobody's business.
    #[must_use]
    pub fn without_links(mut self) -> Self {
        self.calls.iter_mut().for_each(|call| call.calling.link_digest = None);
        self
    }

    /// The call that was started and not finished, if there is one.
    pub fn running(&self) -> Option<&Call> {
        self.calls.iter().find(|call| call.result.is_none())
    }

    /// The call that this link's digest belongs to.
    pub fn call_of(&self, digest: &str) -> Option<&Call> {
        self.calls.iter().find(|call| call.calling.link_digest.as_deref() == Some(digest))
    }

    /// Where it stands, in one word.
    pub fn step(&self) -> &'static str {
        match (&self.ended, &self.nobody) {
            (Some(Ended { by: Some(_), .. }), _) => "answered",
            (Some(Ended { by: None, .. }), _) => "over",
            (None, Some(_)) => "nobody",
            (None, None) => "calling",
        }
    }

    /// Why nothing is left to ask, when that is so: judged from the threat, which alone knows whether its deadline
    /// still wants somebody. A test ends by itself.
    pub fn over(&self, threat: Option<&Threat>, at: Timestamp) -> Option<Over> {
        let (About::Deadline { of, asked_at, .. }, Some(threat)) = (&self.opening.about, threat) else {
            return (at >= self.opening.answer_by).then_some(Over::NotConfirmed);
        };
        if threat.closed.is_some() {
            return Some(Over::Closed);
        }
        let asked = threat.escalations.iter().rev().find(|escalation| escalation.of == *of)?;
        if let Some(by) = &asked.taken_by {
            return Some(Over::TakenUp(by.clone()));
        }
        if asked.met || !threat.clocks().iter().any(|clock| clock.of == *of) {
            return Some(Over::Done);
        }
        (asked.at != *asked_at).then_some(Over::AskedAgain)
    }

    /// A colleague tells whether they reached somebody whom the desk asked them to call.
    pub fn tell(&self, number: u32, by: &str, reached: bool, words: &str) -> Result<WakeEvent, Refusal> {
        Refusal::unless_reason(words)?;
        let call = self.calls.iter().find(|call| call.calling.number == number && call.calling.to.kind.by_hand());
        let call = call.ok_or_else(|| Refusal::unknown("call by telephone"))?;
        if call.told.is_some() {
            return Err(Refusal::AlreadyDone { what: "what came of this call".into() });
        }
        Ok(WakeEvent::CallTold { number, by: by.to_owned(), reached, words: words.to_owned() })
    }
}

impl Call {
    /// Whether this call may have come to its person: the carrier took it, it waits for a colleague who has not said
    /// that it failed, or nobody knows.
    pub fn may_have_reached(&self) -> bool {
        match &self.result {
            Some(AttemptResult::HandedOver { .. } | AttemptResult::Unknown { .. }) => true,
            Some(AttemptResult::Prepared { .. }) => self.told.as_ref().is_none_or(|told| told.reached),
            Some(AttemptResult::TryLater { .. } | AttemptResult::Refused { .. }) | None => false,
        }
    }
}
