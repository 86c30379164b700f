//! Typed, prefixed identifiers.
//!
//! An id is 128 bits (a UUIDv7 layout, so ids sort by the time they were made) written as its prefix, an
//! underscore and 26 Crockford base-32 characters: `thr_01hqv3x…`. The bits come from outside: this crate makes
//! no randomness.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// What an id identifies; carries its prefix.
pub trait Kind {
    /// Lower-case letters before the underscore.
    const PREFIX: &'static str;
}

/// An id of one kind of thing. Two kinds cannot be mixed up: they are different types.
pub struct Id<K> {
    bits: u128,
    kind: PhantomData<fn() -> K>,
}

/// Why a text is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id of the form {prefix}_ followed by 26 characters 0-9 a-z (without i, l, o, u)")]
pub struct IdError {
    text: String,
    prefix: &'static str,
}

impl<K> Id<K> {
    /// The id with these 128 bits.
    pub const fn from_bits(bits: u128) -> Self {
        Self { bits, kind: PhantomData }
    }

    /// The 128 bits of this id.
    pub const fn bits(self) -> u128 {
        self.bits
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0_u8; LENGTH];
        for (place, slot) in text.iter_mut().enumerate() {
            let shift = 5 * (LENGTH - 1 - place);
            let digit = usize::try_from((self.bits >> shift) & 31).unwrap_or(0);
            *slot = ALPHABET[digit];
        }
        write!(out, "{}_{}", K::PREFIX, String::from_utf8_lossy(&text))
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fault = || IdError { text: text.chars().take(64).collect(), prefix: K::PREFIX };
        let digits = text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or_else(fault)?;
        if digits.len() != LENGTH {
            return Err(fault());
        }
        let mut bits: u128 = 0;
        for (place, byte) in digits.bytes().enumerate() {
            let digit = ALPHABET.iter().position(|known| *known == byte).ok_or_else(fault)?;
            if place == 0 && digit > 7 {
                return Err(fault());
            }
            bits = (bits << 5) | digit as u128;
        }
        Ok(Self::from_bits(bits))
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bits.cmp(&other.bits)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $alias:ident, $kind:ident, $prefix:literal;)*) => {$(
        #[doc = concat!("Marks ids that start `", $prefix, "_`.")]
        pub struct $kind;
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// A report: what a reporter sent, verbatim.
    ReportId, ReportKind, "rep";
    /// A threat: the aggregate everything else hangs on.
    ThreatId, ThreatKind, "thr";
    /// An intended victim of one threat.
    VictimId, VictimKindMark, "vic";
    /// A determination for one intended victim.
    DeterminationId, DeterminationKind, "det";
    /// A draft of a warning, not approved.
    DraftId, DraftKind, "drf";
    /// A warning: an approved draft.
    WarningId, WarningKind, "war";
    /// One warning on its way to one recipient by one channel.
    DeliveryId, DeliveryKind, "dlv";
    /// One attempt at a delivery.
    AttemptId, AttemptKind, "att";
    /// A person's acknowledgement.
    AckId, AckKind, "ack";
    /// A question put to an originator.
    ConsultationId, ConsultationKind, "con";
    /// A look-up in the register.
    LookUpId, LookUpKind, "lkp";
    /// A dispute about a determination.
    DisputeId, DisputeKind, "dsp";
    /// An account of somebody who works at this desk.
    AccountId, AccountKind, "acc";
    /// A weekly shift on a roster.
    ShiftId, ShiftKind, "shf";
    /// A stretch of time in which a roster is not as usual.
    ExceptionId, ExceptionKind, "exc";
    /// A duty handed over at a change of shift.
    HandOverId, HandOverKind, "hnd";
    /// The waking of people for one deadline that passed, or for a test.
    WakeId, WakeKind, "wak";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_of_one_kind_is_refused_as_another() {
        let threat = ThreatId::from_bits(42).to_string();
        assert_eq!(threat, "thr_0000000000000000000000001a");
        assert!(threat.parse::<ReportId>().is_err());
        assert!("thr_0000000000000000000000001I".parse::<ThreatId>().is_err());
        assert!("thr_8zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<ThreatId>().is_err());
    }

    proptest! {
        #[test]
        fn text_and_bits_are_one(bits: u128) {
            let id = ThreatId::from_bits(bits);
            prop_assert_eq!(id.to_string().parse::<ThreatId>().unwrap(), id);
        }

        #[test]
        fn any_text_is_answered(text in ".{0,80}") {
            let _ = text.parse::<ThreatId>();
        }
    }
}
