//! Look-ups: who asked the register about somebody, when and why, and whom it named. The words that were asked are not
//! kept: asking about a person must not become another file on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::LookUpId;
use crate::refusal::Refusal;
use crate::words::Role;

/// Who may look somebody up.
pub const MAY_LOOK_UP: [Role; 3] = [Role::Intake, Role::Assessor, Role::SeniorOfficer];
/// Who may see who did.
pub const MAY_SEE_LOOK_UPS: [Role; 2] = [Role::Inspector, Role::SeniorOfficer];

/// One look-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct LookUp {
    pub id: LookUpId,
    /// Sign-in name.
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
    /// Ids of the parties that were named in the answer, the strongest first.
    pub found: Vec<String>,
}

/// What can happen to a look-up: that it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum LookUpEvent {
    LookedUp { id: LookUpId, by: String, reason: String, found: Vec<String> },
}

impl LookUpEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::LookedUp { .. } => "LookedUp",
        }
    }
}

/// Who may ask, and that they say why: decided before anything is looked for, so that a refusal tells nothing of the
/// register (A7).
pub fn may_look_up<'a>(reason: &str, by: &'a Actor) -> Result<&'a str, Refusal> {
    let who = by.must_hold(&MAY_LOOK_UP, "look somebody up in the register")?;
    Refusal::unless_reason(reason)?;
    Ok(who)
}

/// The look-up after its one event.
pub fn apply(known: Option<LookUp>, at: Timestamp, event: &LookUpEvent) -> LookUp {
    let LookUpEvent::LookedUp { id, by, reason, found } = event;
    let (by, reason, found) = (by.clone(), reason.clone(), found.clone());
    known.unwrap_or(LookUp { id: *id, by, at, reason, found })
}
