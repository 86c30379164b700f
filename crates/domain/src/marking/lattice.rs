//! The lattice: each part of a marking has an order of its own, and a marking is as strict as all its parts together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::nations::Nation;
use crate::wording::words;

words! {
    /// Traffic Light Protocol 2.0 (FIRST, 2022), from freest to strictest.
    Tlp {
        /// May be public.
        Clear = "TLP:CLEAR", "TLP:CLEAR";
        /// The community.
        Green = "TLP:GREEN", "TLP:GREEN";
        /// The organisation and its clients, as needed.
        Amber = "TLP:AMBER", "TLP:AMBER";
        /// The organisation only.
        AmberStrict = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT";
        /// Those addressed, nobody else.
        Red = "TLP:RED", "TLP:RED";
    }
}

words! {
    /// Classification in the style of the United States, from lowest to highest.
    UsLevel {
        /// Unclassified.
        Unclassified = "U", "UNCLASSIFIED";
        /// Unclassified, and controlled by law or policy.
        Controlled = "CUI", "CUI";
        /// Confidential.
        Confidential = "C", "CONFIDENTIAL";
        /// Secret.
        Secret = "S", "SECRET";
        /// Top secret.
        TopSecret = "TS", "TOP SECRET";
    }
}

words! {
    /// Classification in the style of the United Kingdom. Sensitive is a handling mark on OFFICIAL there, and stricter.
    UkLevel {
        /// Official.
        Official = "OFFICIAL", "OFFICIAL";
        /// Official, and to be handled with more care.
        OfficialSensitive = "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE";
        /// Secret.
        Secret = "UK SECRET", "UK SECRET";
        /// Top secret.
        TopSecret = "UK TOP SECRET", "UK TOP SECRET";
    }
}

words! {
    /// Controls and caveats beside a level. Releasability to nations is a part of its own.
    Control {
        /// Human intelligence control system.
        Hcs = "HCS", "HCS";
        /// Special intelligence.
        Si = "SI", "SI";
        /// Talent keyhole.
        Tk = "TK", "TK";
        /// STRAP, first level.
        Strap1 = "STRAP1", "STRAP 1";
        /// STRAP, second level.
        Strap2 = "STRAP2", "STRAP 2";
        /// STRAP, third level.
        Strap3 = "STRAP3", "STRAP 3";
        /// Controlled by an originator who is not named: nothing is used before they agree.
        Orcon = "ORCON", "ORCON";
        /// Controlled imagery.
        Imcon = "IMCON", "IMCON";
        /// Proprietary information involved.
        Propin = "PROPIN", "PROPIN";
        /// Releasable by an information disclosure official.
        Relido = "RELIDO", "RELIDO";
        /// Collected under the Foreign Intelligence Surveillance Act.
        Fisa = "FISA", "FISA";
        /// Risk sensitive.
        Rsen = "RSEN", "RSEN";
        /// For official use only.
        Fouo = "FOUO", "FOUO";
        /// Law enforcement sensitive.
        Les = "LES", "LES";
        /// Sensitive but unclassified.
        Sbu = "SBU", "SBU";
        /// Limited distribution.
        Limdis = "LIMDIS", "LIMDIS";
        /// Exclusive distribution.
        Exdis = "EXDIS", "EXDIS";
        /// No distribution beyond those addressed.
        Nodis = "NODIS", "NODIS";
        /// Commercially sensitive.
        Commercial = "COMMERCIAL", "COMMERCIAL";
        /// About a person.
        Personal = "PERSONAL", "PERSONAL";
        /// Kept from staff engaged in the country concerned.
        Locsen = "LOCSEN", "LOCSEN";
    }
}

/// What words carry: nothing, or any of these parts. The default carries nothing and travels freely.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Marking {
    /// Traffic light.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// Level in the style of the United States.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub us: Option<UsLevel>,
    /// Level in the style of the United Kingdom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uk: Option<UkLevel>,
    /// Controls and caveats.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub controls: BTreeSet<Control>,
    /// Only these nations, when given: REL TO names them, NOFORN is the United States alone, UK EYES ONLY the United
    /// Kingdom alone. Of two lists only what stands in both is left, which may be nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nations: Option<BTreeSet<Nation>>,
    /// The words give a source away.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub source_revealing: bool,
    /// Bodies that are asked before words of theirs are used.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub originators: BTreeSet<String>,
    /// Held back because whoever brought the report in said so, and nothing in the text says otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// Marks that nobody here can read, as they were written. They hold the words back like the strictest.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown: BTreeSet<String>,
}

/// A recipient, as far as markings care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The strictest traffic light that may go their way.
    pub carries: Tlp,
    /// Their nation, when the register knows it.
    pub nation: Option<Nation>,
}

/// What something composed from words with these markings carries.
pub fn composed<'a>(parts: impl IntoIterator<Item = &'a Marking>) -> Marking {
    parts.into_iter().fold(Marking::default(), Marking::join)
}

impl Marking {
    /// Only a traffic light.
    pub fn of(tlp: Tlp) -> Self {
        Self { tlp: Some(tlp), ..Self::default() }
    }

    /// Held back on the word of who brought the report in.
    pub fn held() -> Self {
        Self { held: true, ..Self::default() }
    }

    /// What a thing derived from both carries: of levels the higher, of controls all, of nations those on both lists.
    #[must_use]
    pub fn join(mut self, other: &Self) -> Self {
        self.tlp = self.tlp.max(other.tlp);
        self.us = self.us.max(other.us);
        self.uk = self.uk.max(other.uk);
        self.controls.extend(&other.controls);
        self.nations = match (self.nations, &other.nations) {
            (Some(ours), Some(theirs)) => Some(ours.intersection(theirs).copied().collect()),
            (Some(only), None) => Some(only),
            (None, only) => only.clone(),
        };
        self.source_revealing |= other.source_revealing;
        self.originators.extend(other.originators.iter().cloned());
        self.held |= other.held;
        self.unknown.extend(other.unknown.iter().cloned());
        self
    }

    /// Whether `other` restricts at least as much in every part: words with this marking may flow into a thing with
    /// that one.
    pub fn le(&self, other: &Self) -> bool {
        let nations = match (&self.nations, &other.nations) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => theirs.is_subset(ours),
        };
        nations
            && self.tlp <= other.tlp
            && self.us <= other.us
            && self.uk <= other.uk
            && self.source_revealing <= other.source_revealing
            && self.held <= other.held
            && self.controls.is_subset(&other.controls)
            && self.originators.is_subset(&other.originators)
            && self.unknown.is_subset(&other.unknown)
    }

    /// Whether any scheme's level is among it.
    pub(super) fn is_levelled(&self) -> bool {
        self.tlp.is_some() || self.us.is_some() || self.uk.is_some()
    }

    /// Whether nothing is carried at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the words stay closed until somebody opens them on the record, and are protected from drafts: everything
    /// but UNCLASSIFIED, TLP:CLEAR and TLP:GREEN. An originator who is to be asked closes nothing: the desk has to read
    /// their words, and approval waits for them.
    pub fn guarded(&self) -> bool {
        self.needs_release() || self.nations.is_some() || self.tlp > Some(Tlp::Green)
    }

    /// Whether no recipient may have the words before people release them: whatever the way may carry, and whoever
    /// they are.
    fn needs_release(&self) -> bool {
        self.held
            || self.source_revealing
            || self.us > Some(UsLevel::Unclassified)
            || self.uk.is_some()
            || !self.controls.is_empty()
            || !self.unknown.is_empty()
    }

    /// Whether the words may be said to this recipient as they stand.
    pub fn may_reach(&self, to: Reach) -> bool {
        let listed = |nations: &BTreeSet<Nation>| to.nation.is_some_and(|nation| nations.contains(&nation));
        !self.needs_release() && self.tlp <= Some(to.carries) && self.nations.as_ref().is_none_or(listed)
    }

    /// What leaves with words that carry this: nothing where nothing is restricted, and never who is to be asked.
    pub fn outward(&self) -> Option<String> {
        let told = self.clone().unasked();
        (!told.le(&Self::free())).then(|| told.to_string())
    }

    /// The strictest marking that restricts nothing.
    pub fn free() -> Self {
        Self { us: Some(UsLevel::Unclassified), ..Self::of(Tlp::Clear) }
    }

    /// Without the originators who are to be asked: approval waits for them by itself.
    #[must_use]
    pub fn unasked(self) -> Self {
        Self { originators: BTreeSet::new(), ..self }
    }

    /// Whether every mark was understood.
    pub fn is_understood(&self) -> bool {
        self.unknown.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::marking::by_hand;

    fn mark(text: &str) -> Marking {
        by_hand(text).unwrap()
    }

    #[test]
    fn what_two_carry_together() {
        for (one, other, both) in [
            ("TLP:GREEN", "TLP:RED", "TLP:RED"),
            ("S//REL TO USA, GBR, FRA", "C//REL TO USA, GBR, CAN", "SECRET//REL TO GBR, USA"),
            ("S//REL TO USA, GBR", "C//NF", "SECRET//NOFORN"),
            ("S//NF", "OFFICIAL-SENSITIVE//UK EYES ONLY", "SECRET//OFFICIAL-SENSITIVE//REL TO NOBODY"),
            ("U//OC", "TS//SI", "TOP SECRET//SI/ORCON"),
            ("U", "TLP:CLEAR", "UNCLASSIFIED//TLP:CLEAR"),
            ("SOURCE-REVEALING", "U", "UNCLASSIFIED//SOURCE-REVEALING"),
        ] {
            let joined = mark(one).join(&mark(other));
            assert_eq!(joined.to_string(), both);
            assert!(mark(one).le(&joined) && mark(other).le(&joined));
        }
        assert!(!mark("S//NF").le(&mark("S//REL TO USA, GBR")));
        assert!(mark("S//REL TO USA, GBR").le(&mark("S//NF")));
        assert!(!mark("S").le(&mark("TLP:RED")), "one scheme says nothing of another");
    }

    #[test]
    fn who_may_have_words_as_they_stand() {
        let to = |carries, nation: &str| Reach { carries, nation: Nation::named(nation) };
        for (text, reach, may) in [
            ("U", to(Tlp::Clear, ""), true),
            ("TLP:GREEN", to(Tlp::Clear, ""), false),
            ("TLP:AMBER", to(Tlp::Amber, ""), true),
            ("TLP:RED", to(Tlp::AmberStrict, ""), false),
            ("U//REL TO USA, GBR", to(Tlp::Clear, "GB"), true),
            ("U//REL TO USA, GBR", to(Tlp::Red, "IR"), false),
            ("U//REL TO USA, GBR", to(Tlp::Red, ""), false),
            ("U//NF", to(Tlp::Red, "US"), true),
            ("S//REL TO USA, GBR", to(Tlp::Red, "GB"), false),
            ("OFFICIAL", to(Tlp::Red, "GB"), false),
            ("U//FOUO", to(Tlp::Red, "US"), false),
            ("TLP:CLEAR//SOURCE-REVEALING", to(Tlp::Red, "US"), false),
        ] {
            assert_eq!(mark(text).may_reach(reach), may, "{text} to {reach:?}");
        }
        assert!(!Marking::held().may_reach(to(Tlp::Red, "US")));
        for (text, leaves) in [
            ("U", None),
            ("U//TLP:CLEAR//ORIGINATOR CONTROLLED BY The Service", None),
            ("U//TLP:GREEN//ORIGINATOR CONTROLLED BY The Service", Some("UNCLASSIFIED//TLP:GREEN")),
            ("U//REL TO USA, GBR", Some("UNCLASSIFIED//REL TO GBR, USA")),
        ] {
            assert_eq!(mark(text).outward().as_deref(), leaves, "{text}");
        }
    }
}
