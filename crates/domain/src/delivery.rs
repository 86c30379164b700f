//! The delivery state machine: one warning, one recipient, one channel.
//!
//! "Handed over", "delivered by the carrier", "opened" and "acknowledged by a named person" are four different
//! things (P6), so they are four states, and only the last one ends the asking.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// A fallback that waits for its turn, or a retry that waits for its time.
    Waiting,
    /// An attempt was started and its result is not recorded yet.
    Attempting,
    /// The desk stopped between start and result: it may or may not have been sent.
    Unknown,
    /// A letter or task sheet lies ready; a person must carry it.
    Prepared,
    /// The next hop or the carrier took it.
    HandedOver,
    /// The carrier says it reached the recipient.
    Delivered,
    /// The carrier says it was opened.
    Opened,
    /// A named person said they have it.
    Acknowledged,
    /// This way is closed: refused by the carrier, or every attempt used up.
    Failed,
    /// Withdrawn by a person.
    Stopped,
}

/// What can happen to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStep {
    /// A worker starts an attempt.
    Start,
    /// The attempt ended without an answer (crash, timeout after sending).
    Lose,
    /// The attempt failed for now.
    Postpone,
    /// The attempt failed for good.
    Fail,
    /// A letter or task sheet was made.
    Prepare,
    /// The next hop took it.
    HandOver,
    /// The carrier reports arrival.
    Deliver,
    /// The carrier reports opening.
    Open,
    /// A named person acknowledges.
    Acknowledge,
    /// A person withdraws it.
    Stop,
}

impl DeliveryState {
    /// Every state, for tables.
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Attempting,
        Self::Unknown,
        Self::Prepared,
        Self::HandedOver,
        Self::Delivered,
        Self::Opened,
        Self::Acknowledged,
        Self::Failed,
        Self::Stopped,
    ];

    /// Whether somebody still has to be asked about this delivery.
    pub const fn open(self) -> bool {
        !matches!(self, Self::Acknowledged | Self::Failed | Self::Stopped)
    }

    /// Whether the words have left the desk, so far as is known.
    pub const fn reached(self) -> bool {
        matches!(self, Self::HandedOver | Self::Delivered | Self::Opened | Self::Acknowledged)
    }

    /// The words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Attempting => "being attempted",
            Self::Unknown => "unknown (may have been sent)",
            Self::Prepared => "prepared for a person to carry",
            Self::HandedOver => "handed over",
            Self::Delivered => "delivered by the carrier",
            Self::Opened => "opened",
            Self::Acknowledged => "acknowledged",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// The next state; the whole table. Receipts may come late and out of order, so they never move a delivery
    /// backwards; an acknowledgement is taken in any state, because a person's word outranks a carrier's silence.
    pub fn after(self, step: DeliveryStep) -> Result<Self, Refusal> {
        use DeliveryState as S;
        use DeliveryStep as T;
        let next = match (self, step) {
            (S::Acknowledged, T::Acknowledge) => None,
            (_, T::Acknowledge) => Some(S::Acknowledged),
            (S::Waiting | S::Unknown, T::Start) => Some(S::Attempting),
            (S::Attempting, T::Lose) => Some(S::Unknown),
            (S::Attempting, T::Postpone) => Some(S::Waiting),
            (S::Attempting, T::Prepare) => Some(S::Prepared),
            (S::Attempting | S::Unknown | S::Prepared | S::Waiting, T::HandOver) => Some(S::HandedOver),
            (S::Attempting | S::Unknown | S::Prepared | S::Waiting | S::HandedOver, T::Deliver) => Some(S::Delivered),
            (S::Attempting | S::Unknown | S::HandedOver | S::Delivered, T::Open) => Some(S::Opened),
            (S::Attempting | S::Unknown | S::Prepared | S::HandedOver, T::Fail) => Some(S::Failed),
            (S::Waiting | S::Unknown | S::Prepared | S::HandedOver | S::Delivered | S::Opened, T::Stop) => {
                Some(S::Stopped)
            }
            (
                S::Waiting
                | S::Attempting
                | S::Unknown
                | S::Prepared
                | S::HandedOver
                | S::Delivered
                | S::Opened
                | S::Acknowledged
                | S::Failed
                | S::Stopped,
                T::Start | T::Lose | T::Postpone | T::Fail | T::Prepare | T::HandOver | T::Deliver | T::Open | T::Stop,
            ) => None,
        };
        next.ok_or_else(|| Refusal::DeliveryCannot { state: self.words().to_owned(), step: step.words().to_owned() })
    }
}

impl DeliveryStep {
    /// Every step, for tables.
    pub const ALL: [Self; 10] = [
        Self::Start,
        Self::Lose,
        Self::Postpone,
        Self::Fail,
        Self::Prepare,
        Self::HandOver,
        Self::Deliver,
        Self::Open,
        Self::Acknowledge,
        Self::Stop,
    ];

    const fn words(self) -> &'static str {
        match self {
            Self::Start => "attempted",
            Self::Lose => "marked unknown",
            Self::Postpone => "postponed",
            Self::Fail => "marked failed",
            Self::Prepare => "prepared",
            Self::HandOver => "handed over",
            Self::Deliver => "marked delivered",
            Self::Open => "marked opened",
            Self::Acknowledge => "acknowledged again",
            Self::Stop => "stopped",
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row per state; one letter per step in the order of `DeliveryStep::ALL`: the first letter of the next
    /// state (`!` for a refusal). W waiting, A attempting, U unknown, P prepared, H handed over, D delivered,
    /// O opened, K acknowledged, F failed, S stopped.
    const TABLE: [(&str, DeliveryState); 10] = [
        ("A!!!!HD!KS", DeliveryState::Waiting),
        ("!UWFPHDOK!", DeliveryState::Attempting),
        ("A!!F!HDOKS", DeliveryState::Unknown),
        ("!!!F!HD!KS", DeliveryState::Prepared),
        ("!!!F!!DOKS", DeliveryState::HandedOver),
        ("!!!!!!!OKS", DeliveryState::Delivered),
        ("!!!!!!!!KS", DeliveryState::Opened),
        ("!!!!!!!!!!", DeliveryState::Acknowledged),
        ("!!!!!!!!K!", DeliveryState::Failed),
        ("!!!!!!!!K!", DeliveryState::Stopped),
    ];

    fn letter(state: DeliveryState) -> char {
        match state {
            DeliveryState::Acknowledged => 'K',
            other => other.words().to_uppercase().chars().next().unwrap(),
        }
    }

    #[test]
    fn every_pair_of_state_and_step_has_its_answer() {
        for (row, state) in TABLE {
            for (expected, step) in row.chars().zip(DeliveryStep::ALL) {
                let found = match state.after(step) {
                    Ok(DeliveryState::Attempting) => 'A',
                    Ok(next) => letter(next),
                    Err(_) => '!',
                };
                assert_eq!(found, expected, "{state} then {step:?}");
            }
        }
    }

    #[test]
    fn a_closed_way_is_never_open_again_without_a_person() {
        for state in DeliveryState::ALL.into_iter().filter(|state| !state.open()) {
            for step in DeliveryStep::ALL.into_iter().filter(|step| *step != DeliveryStep::Acknowledge) {
                assert!(state.after(step).is_err(), "{state} then {step:?}");
            }
        }
    }
}
