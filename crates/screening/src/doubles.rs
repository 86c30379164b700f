//! Parties of a register that are probably one and the same, put in twice: whoever warns one of them has not warned the
//! other, and what is known of one (a path, a protector) is missing at the other.
//!
//! Only names that have something in common are compared: two words with the same skeletons, or all their letters but
//! two. What more than a few names have in common is passed over and counted, so the work stays near the length of the
//! register.

use std::collections::{HashMap, HashSet};

use domain::Window;
use domain::register::{Geometry, Party, PartyId, PartyKind, Position, Register, Relation};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::compare::{SAME, compare, words};
use crate::found::Feature;
use crate::fuzzy::Fuzzy;

/// What more names have in common says nothing.
const MOST_SHARING: usize = 20;
/// Words of a name that are paired with each other.
const MOST_PAIRED: usize = 5;
/// Pairs that are told one by one.
const MOST_TOLD: usize = 500;
/// Places of one name that lie further apart, in degrees, are two.
const APART: f64 = 0.5;

/// Two parties that are probably one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Double {
    /// One of them.
    pub party: PartyId,
    /// Its name that was compared.
    pub name: String,
    /// The other.
    pub other: PartyId,
    /// Its name.
    pub other_name: String,
    /// How alike the names are, up to 1.
    pub score: f64,
    /// Word for word why.
    pub why: Vec<Feature>,
}

/// What was found and what was passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Doubles {
    /// The likeliest first.
    pub pairs: Vec<Double>,
    /// Further pairs that are not listed.
    pub more: usize,
    /// Names that have all they could be found by in common with too many others to be compared with them.
    pub too_common: usize,
}

struct Named<'r> {
    party: &'r Party,
    name: &'r str,
}

/// The pairs of parties in a register that are probably one: alike in name and kind, and nothing that keeps them apart.
pub fn doubles(register: &Register) -> Doubles {
    among(register.parties(), register.relations())
}

pub(crate) fn among<'r>(
    parties: impl Iterator<Item = &'r Party>,
    relations: impl Iterator<Item = &'r Relation>,
) -> Doubles {
    let names: Vec<Named> = parties
        .flat_map(|party| party.names.iter().filter(|name| !name.weak).map(move |name| (party, name)))
        .map(|(party, name)| Named { party, name: &name.text })
        .filter(Named::says_enough)
        .collect();
    let tied: HashSet<(&PartyId, &PartyId)> =
        relations.flat_map(|tie| [(&tie.from, &tie.to), (&tie.to, &tie.from)]).collect();
    let mut shared = Shared::of(&names);
    shared.add_near(&names);
    let mut best: HashMap<(&PartyId, &PartyId), Double> = HashMap::new();
    for (one, other) in &shared.pairs {
        let (one, other) = (&names[*one as usize], &names[*other as usize]);
        if tied.contains(&(&one.party.id, &other.party.id)) || !may_be_one(one.party, other.party) {
            continue;
        }
        let likeness = compare(one.party.kind, one.name, other.name);
        let known = best.get(&(&one.party.id, &other.party.id)).map_or(0.0, |known| known.score);
        if likeness.score >= SAME && likeness.score > known {
            best.insert((&one.party.id, &other.party.id), double(one, other, likeness.score, likeness.why));
        }
    }
    let mut pairs: Vec<Double> = best.into_values().collect();
    pairs.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (&a.party, &a.other).cmp(&(&b.party, &b.other))));
    let more = pairs.len().saturating_sub(MOST_TOLD);
    pairs.truncate(MOST_TOLD);
    Doubles { pairs, more, too_common: shared.too_common }
}

fn double(one: &Named, other: &Named, score: f64, why: Vec<Feature>) -> Double {
    Double {
        party: one.party.id.clone(),
        name: one.name.to_owned(),
        other: other.party.id.clone(),
        other_name: other.name.to_owned(),
        score: (score * 100.0).round() / 100.0,
        why,
    }
}

impl Named<'_> {
    /// A person's single word is borne by many.
    fn says_enough(&self) -> bool {
        self.party.kind != PartyKind::Person || words(self.party.kind, self.name, false).len() > 1
    }

    /// The skeletons of each two of its words, or of its only one, in any order.
    fn keys(&self) -> Vec<u64> {
        let mut bones: Vec<String> =
            words(self.party.kind, self.name, false).into_iter().take(MOST_PAIRED).map(|word| word.bones).collect();
        bones.sort_unstable();
        if let [one] = &bones[..] {
            return vec![xxh3_64(one.as_bytes())];
        }
        let pairs =
            bones.iter().enumerate().flat_map(|(at, one)| bones[at + 1..].iter().map(move |other| (one, other)));
        let mut keys: Vec<u64> = pairs.map(|(one, other)| xxh3_64(format!("{one} {other}").as_bytes())).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Names that have something in common, by number, the lower first.
struct Shared {
    pairs: HashSet<(u32, u32)>,
    too_common: usize,
}

impl Shared {
    fn of(names: &[Named]) -> Self {
        let numbered = (0_u32..).zip(names);
        let mut list: Vec<(u64, u32)> =
            numbered.flat_map(|(number, name)| name.keys().into_iter().map(move |key| (key, number))).collect();
        list.sort_unstable();
        let mut shared = Self { pairs: HashSet::new(), too_common: 0 };
        let (mut compared, mut passed) = (HashSet::new(), HashSet::new());
        for run in list.chunk_by(|one, other| one.0 == other.0) {
            if run.len() > MOST_SHARING {
                passed.extend(run.iter().map(|(_, name)| *name));
                continue;
            }
            compared.extend(run.iter().map(|(_, name)| *name));
            for (at, (_, one)) in run.iter().enumerate() {
                run[at + 1..].iter().for_each(|(_, other)| shared.pair(names, *one, *other));
            }
        }
        shared.too_common = passed.difference(&compared).count();
        shared
    }

    /// Adds those that differ by a letter or two, whatever these do to the skeleton.
    fn add_near(&mut self, names: &[Named]) {
        let fuzzy = Fuzzy::build(names.iter().map(|named| named.name));
        for (number, named) in (0_u32..).zip(names) {
            let near = fuzzy.near(named.name);
            if near.len() <= MOST_SHARING {
                near.iter().filter(|near| near.name > number).for_each(|near| self.pair(names, number, near.name));
            }
        }
    }

    fn pair(&mut self, names: &[Named], one: u32, other: u32) {
        if names[one as usize].party.id != names[other as usize].party.id {
            self.pairs.insert((one.min(other), one.max(other)));
        }
    }
}

/// Whether nothing but the name keeps two parties apart.
fn may_be_one(one: &Party, other: &Party) -> bool {
    let alike = one.kind == other.kind || (one.kind.is_body() && other.kind.is_body());
    // Somebody may have two countries; a place or a body is in one.
    let abroad = one.kind != PartyKind::Person
        && matches!((&one.country, &other.country), (Some(one), Some(other)) if one != other);
    let far = match (&one.geometry, &other.geometry) {
        (Some(one), Some(other)) => far_apart(one, other),
        (Some(_), None) | (None, Some(_) | None) => false,
    };
    let at_other_times = match (&one.time, &other.time) {
        (Some(one), Some(other)) => !overlap(one, other),
        (Some(_), None) | (None, Some(_) | None) => false,
    };
    alike && !abroad && !far && !at_other_times
}

fn far_apart(one: &Geometry, other: &Geometry) -> bool {
    let spot = |shape: &Geometry| match shape {
        Geometry::Point(spot) => Some(*spot),
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => shape.areas().first()?.first()?.first().copied(),
    };
    let far = |one: Position, other: Position| {
        let turn = (one.lon - other.lon).abs();
        (one.lat - other.lat).abs() > APART || turn.min(360.0 - turn) > APART
    };
    matches!((spot(one), spot(other)), (Some(one), Some(other)) if far(one, other))
}

fn overlap(one: &Window, other: &Window) -> bool {
    let before = |one: &Window, other: &Window| matches!((one.to, other.from), (Some(end), Some(start)) if end < start);
    !before(one, other) && !before(other, one)
}
