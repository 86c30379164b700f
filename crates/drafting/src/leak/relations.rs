//! How words can stand for each other: "shoe" for a cobbler, "stone" for a quarry.
//!
//! Made from WordNet by `vocabulary/relations.py`, beside the list. One line is a stem, how seldom it is met, and what it
//! is related to: words of the same meaning, what it is a kind or a part of, and the words of its definition.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The number of a stem in the list.
pub(super) type RelatedId = u32;

struct Relations {
    ids: HashMap<&'static str, RelatedId>,
    seldom: Vec<f64>,
    /// Where each stem's relations begin; one more at the end.
    starts: Vec<usize>,
    related: Vec<(RelatedId, f64)>,
}

static RELATIONS: LazyLock<Relations> = LazyLock::new(|| {
    let lines = || include_str!("vocabulary/relations.txt").lines();
    let stems = lines().filter_map(|line| line.split(' ').next());
    let ids: HashMap<&'static str, RelatedId> = stems.zip(0..).collect();
    let mut relations =
        Relations { seldom: Vec::with_capacity(ids.len()), starts: vec![0], related: Vec::new(), ids: HashMap::new() };
    for line in lines() {
        let mut fields = line.split(' ').skip(1);
        relations.seldom.push(fields.next().map_or(1.0, ninths));
        let targets = fields.filter_map(|field| field.split_at_checked(field.len().saturating_sub(1)));
        let known = targets.filter_map(|(stem, strength)| Some((*ids.get(stem)?, ninths(strength))));
        relations.related.extend(known);
        relations.starts.push(relations.related.len());
    }
    relations.ids = ids;
    relations
});

fn ninths(digit: &str) -> f64 {
    f64::from(digit.parse::<u8>().unwrap_or(9)) / 9.0
}

/// The number of a stem, if it is known.
pub(super) fn id(stem: &str) -> Option<RelatedId> {
    RELATIONS.ids.get(stem).copied()
}

/// How seldom the stem is met, from 0 to 1.
pub(super) fn seldom(id: RelatedId) -> f64 {
    RELATIONS.seldom[id as usize]
}

/// What the stem is related to, and how closely, from 0 to 1.
pub(super) fn related(id: RelatedId) -> &'static [(RelatedId, f64)] {
    let at = id as usize;
    &RELATIONS.related[RELATIONS.starts[at]..RELATIONS.starts[at + 1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_related_to_what_describes_it() {
        let pairs = [("cobbler", "shoe"), ("quarri", "stone"), ("scarecrow", "straw"), ("notari", "certifi")];
        for (thing, description) in pairs {
            let (thing, description) = (id(thing).expect(thing), id(description).expect(description));
            assert!(related(thing).iter().any(|(other, strength)| *other == description && *strength > 0.4));
        }
        assert!(seldom(id("cobbler").expect("known")) > seldom(id("hous").expect("known")));
        assert_eq!(id("zzyzx"), None);
    }
}
