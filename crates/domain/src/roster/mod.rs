//! Rosters: who is on duty for which role, when; and how one hands over to the next. Pure.
//!
//! A [`Shift`] repeats weekly in a zone of its own, so that 22:00 is 22:00 in summer and in winter; an [`Exception`]
//! takes somebody out of a stretch of time or puts somebody in. The zones come with the program: no machine has to
//! have them. [`check()`] says for which hours nobody could be woken.

mod check;
mod decide;
mod duty;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

pub use check::{Gap, GapKind, check};
pub use decide::RosterCommand;
pub use duty::{Stretch, zone};

use crate::ids::{ExceptionId, HandOverId, ShiftId};
use crate::words::Role;

/// Everybody's duties: one stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Roster {
    pub shifts: Vec<Shift>,
    pub exceptions: Vec<Exception>,
    pub hand_overs: Vec<HandOver>,
}

/// A weekly duty of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Names it.
    pub id: ShiftId,
    /// For what.
    pub role: Role,
    /// Sign-in name.
    pub person: String,
    /// Days on which it begins: `mon` … `sun`.
    #[serde(with = "days")]
    pub days: Vec<Weekday>,
    /// When it begins, on the clocks of its zone.
    pub from: Time,
    /// When it ends; at or before `from` it is the next day's.
    pub to: Time,
    /// IANA name: `Europe/London`.
    pub zone: String,
    /// First day on which it begins; none when it has always been so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<Date>,
    /// Last day on which it begins; none when it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
}

/// A stretch of time in which the shifts are not what they usually are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Names it.
    pub id: ExceptionId,
    /// For what.
    pub role: Role,
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub to: Timestamp,
    /// Who is off duty, although a shift says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<String>,
    /// Who is on duty, although no shift says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Why.
    pub reason: String,
}

/// The outgoing person's note to the incoming one; both sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Names it.
    pub id: HandOverId,
    /// For what.
    pub role: Role,
    /// Who goes off duty and signed by writing.
    pub from: String,
    /// Who comes on duty.
    pub to: String,
    /// What the next has to know.
    pub note: String,
    /// When the outgoing person signed.
    pub given_at: Timestamp,
    /// When the incoming person signed; none until then.
    pub taken_at: Option<Timestamp>,
}

/// What can happen to rosters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum RosterEvent {
    /// All shifts and exceptions, instead of those before; hand-overs stay.
    RosterImported {
        from: String,
        shifts: Vec<Shift>,
        exceptions: Vec<Exception>,
    },
    ShiftAdded {
        shift: Shift,
    },
    ShiftRemoved {
        id: ShiftId,
        reason: String,
    },
    ExceptionAdded {
        exception: Exception,
    },
    ExceptionRemoved {
        id: ExceptionId,
        reason: String,
    },
    HandOverGiven {
        hand_over: HandOver,
    },
    HandOverTaken {
        id: HandOverId,
    },
}

impl RosterEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RosterImported { .. } => "RosterImported",
            Self::ShiftAdded { .. } => "ShiftAdded",
            Self::ShiftRemoved { .. } => "ShiftRemoved",
            Self::ExceptionAdded { .. } => "ExceptionAdded",
            Self::ExceptionRemoved { .. } => "ExceptionRemoved",
            Self::HandOverGiven { .. } => "HandOverGiven",
            Self::HandOverTaken { .. } => "HandOverTaken",
        }
    }
}

impl Roster {
    /// The rosters after `event`.
    #[must_use]
    pub fn apply(mut self, at: Timestamp, event: &RosterEvent) -> Self {
        match event {
            RosterEvent::RosterImported { shifts, exceptions, .. } => {
                self.shifts.clone_from(shifts);
                self.exceptions.clone_from(exceptions);
            }
            RosterEvent::ShiftAdded { shift } => self.shifts.push(shift.clone()),
            RosterEvent::ShiftRemoved { id, .. } => self.shifts.retain(|known| known.id != *id),
            RosterEvent::ExceptionAdded { exception } => self.exceptions.push(exception.clone()),
            RosterEvent::ExceptionRemoved { id, .. } => self.exceptions.retain(|known| known.id != *id),
            RosterEvent::HandOverGiven { hand_over } => self.hand_overs.push(hand_over.clone()),
            RosterEvent::HandOverTaken { id } => {
                if let Some(known) = self.hand_overs.iter_mut().find(|known| known.id == *id) {
                    known.taken_at = Some(at);
                }
            }
        }
        self
    }
}

/// Days of the week as `mon` … `sun`, in files and in JSON.
pub mod days {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer};

    const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// The word of a day.
    pub fn word(day: Weekday) -> &'static str {
        usize::try_from(day.to_monday_zero_offset()).ok().and_then(|at| WORDS.get(at)).copied().unwrap_or_default()
    }

    /// The day of a word: its first three letters in any case.
    pub fn parse(text: &str) -> Option<Weekday> {
        let text = text.trim().to_ascii_lowercase();
        let at = WORDS.iter().position(|word| text.len() >= 3 && text.starts_with(word))?;
        Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
    }

    /// As a list of words.
    pub fn serialize<S: Serializer>(days: &[Weekday], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(days.iter().map(|day| word(*day)))
    }

    /// From a list of words.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Weekday>, D::Error> {
        let words: Vec<String> = Vec::deserialize(from)?;
        let day = |word: &String| {
            parse(word).ok_or_else(|| serde::de::Error::custom(format!("`{word}` is not a day: write mon … sun")))
        };
        words.iter().map(day).collect()
    }
}
