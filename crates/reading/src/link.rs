//! Linking: which reports speak of one threat, and why.
//!
//! A report has features ([`features`]): where, when, who, whom, what, and the very words it quotes. Two reports are linked
//! when what they share is enough ([`ENOUGH`]), comes from at least two of those classes, and one shared feature is
//! telling by itself. What many threats have in common (a country, a bare day, "attack", "police") counts little and can
//! never reach that mark alone; a clear contradiction (other day, other town, other organisation) counts against.

mod features;

use serde::{Deserialize, Serialize};

pub use features::features;
pub(crate) use features::runs;
use features::{same_when, when_apart};

/// The score from which two reports are linked.
pub const ENOUGH: f32 = 5.0;

/// A shared feature of at least this weight tells a threat from others.
const TELLING: f32 = 2.5;

/// A value that more reports than this share links nothing any more: it is common.
const COMMON: usize = 200;

/// What a feature is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Where the harm is to happen.
    Where,
    /// When.
    When,
    /// Who does it.
    Who,
    /// Who is meant.
    Whom,
    /// What is done.
    What,
    /// Words both quote.
    Words,
}

/// One thing to link by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// A stable string, such as `org:islamic-state-khorasan`.
    pub key: String,
    /// The report's own words for it.
    pub label: String,
    /// What it is about.
    pub class: Class,
    /// How much sharing it says, from 0 (nothing) to 4.5 (an address).
    pub weight: f32,
}

/// Whether two reports are linked, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Whether they speak of one threat, as far as rules can tell.
    pub linked: bool,
    /// What they share, less what speaks against it; [`ENOUGH`] links.
    pub score: f32,
    /// In words for a person.
    pub why: String,
}

struct Shared {
    class: Class,
    weight: f32,
    words: String,
    alias: Option<String>,
}

/// Compares the features of two reports, or of a report and all reports of a threat taken together.
pub fn link(a: &[Feature], b: &[Feature]) -> Link {
    let mut shared: Vec<Shared> = Vec::new();
    for one in a {
        for two in b.iter().filter(|two| two.class == one.class && is_same(one, two)) {
            let weight = one.weight.min(two.weight);
            let alias = (one.class == Class::Who && !one.label.eq_ignore_ascii_case(&two.label))
                .then(|| format!("{} / {}", one.label, two.label));
            let words = one.label.clone();
            match shared.iter_mut().find(|known| known.class == one.class) {
                Some(known) if known.weight >= weight => {}
                Some(known) => *known = Shared { class: one.class, weight, words, alias },
                None => shared.push(Shared { class: one.class, weight, words, alias }),
            }
        }
    }
    let against = contradictions(a, b, &shared);
    let score = shared.iter().map(|shared| shared.weight).sum::<f32>()
        - 3.0 * f32::from(u8::try_from(against.len()).unwrap_or(9));
    let telling = shared.iter().any(|shared| shared.weight >= TELLING);
    let classes = shared.iter().filter(|shared| shared.weight > 0.0).count();
    let linked = score >= ENOUGH && telling && classes >= 2;
    Link { linked, score, why: explain(shared, &against, linked, telling) }
}

fn is_same(one: &Feature, two: &Feature) -> bool {
    if one.class == Class::When { same_when(&one.key, &two.key) } else { one.key == two.key }
}

/// What speaks against: both name a day, a town or an organisation, and no two agree.
fn contradictions(a: &[Feature], b: &[Feature], shared: &[Shared]) -> Vec<&'static str> {
    let mut against = Vec::new();
    let kept = |features: &[Feature], class: Class, least: f32| {
        features.iter().filter(|feature| feature.class == class && feature.weight >= least).cloned().collect::<Vec<_>>()
    };
    let agrees = |class: Class| shared.iter().any(|shared| shared.class == class);
    let (days, others) = (kept(a, Class::When, 1.0), kept(b, Class::When, 1.0));
    let apart = !days.is_empty() && !others.is_empty();
    if apart && !agrees(Class::When) && days.iter().all(|one| others.iter().all(|two| when_apart(&one.key, &two.key))) {
        against.push("another day");
    }
    let strong = |class: Class, least: f32| !kept(a, class, least).is_empty() && !kept(b, class, least).is_empty();
    let strong_shared = |class: Class, least: f32| shared.iter().any(|one| one.class == class && one.weight >= least);
    if strong(Class::Where, TELLING) && !strong_shared(Class::Where, TELLING) {
        against.push("another place");
    }
    if strong(Class::Who, 2.0) && !agrees(Class::Who) {
        against.push("another organisation");
    }
    against
}

fn explain(mut shared: Vec<Shared>, against: &[&str], linked: bool, telling: bool) -> String {
    shared.retain(|shared| shared.weight > 0.0);
    shared.sort_by_key(|shared| shared.class);
    if shared.is_empty() {
        return "nothing in common".to_owned();
    }
    let part = |shared: &Shared| match shared.class {
        Class::Where => format!("place ({})", shared.words),
        Class::When => format!("window ({})", shared.words),
        Class::Who => format!("organisation ({})", shared.words),
        Class::Whom => format!("intended victim ({})", shared.words),
        Class::What => format!("act ({})", shared.words),
        Class::Words => "quoted words".to_owned(),
    };
    let parts: Vec<String> = shared.iter().map(part).collect();
    let mut why = format!("same {}", listed(&parts));
    if let Some(alias) = shared.iter().find_map(|shared| shared.alias.as_deref()) {
        why.push_str(&format!("; organisation alias: {alias}"));
    }
    if !against.is_empty() {
        why.push_str(&format!("; but {}", listed(&against.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())));
    }
    if !linked {
        why.push_str(if telling { "; not enough to link" } else { "; common to many threats, so not enough to link" });
    }
    why
}

/// "a, b and c".
pub(crate) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// One group of linked reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Indices into what was given, in order.
    pub members: Vec<usize>,
    /// For each member but the first, why it is in the group.
    pub why: Vec<String>,
}

/// Sorts reports into threats, by their features. Each report is compared only with those it shares something telling with.
pub fn group(all: &[&[Feature]]) -> Vec<Group> {
    let mut parent: Vec<usize> = (0..all.len()).collect();
    let mut reasons: Vec<(usize, f32, String)> = Vec::new();
    for (one, two) in candidates(all) {
        let link = link(all[one], all[two]);
        if link.linked {
            let (a, b) = (root(&mut parent, one), root(&mut parent, two));
            parent[a.max(b)] = a.min(b);
            reasons.push((two, link.score, link.why));
        }
    }
    let mut groups: std::collections::BTreeMap<usize, Group> = std::collections::BTreeMap::new();
    for index in 0..all.len() {
        let group =
            groups.entry(root(&mut parent, index)).or_insert_with(|| Group { members: Vec::new(), why: Vec::new() });
        if !group.members.is_empty() {
            let best = reasons.iter().filter(|(member, ..)| *member == index).max_by(|a, b| a.1.total_cmp(&b.1));
            group.why.push(best.map_or_else(|| "linked through another report".to_owned(), |(.., why)| why.clone()));
        }
        group.members.push(index);
    }
    groups.into_values().collect()
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Pairs that share a telling feature, each once, the earlier report first.
fn candidates(all: &[&[Feature]]) -> Vec<(usize, usize)> {
    let mut holders: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
    for (index, features) in all.iter().enumerate() {
        for feature in features.iter().filter(|feature| feature.weight >= TELLING) {
            let list = holders.entry(&feature.key).or_default();
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }
    let mut pairs = std::collections::BTreeSet::new();
    for list in holders.values().filter(|list| list.len() <= COMMON) {
        for (at, one) in list.iter().enumerate() {
            pairs.extend(list[at + 1..].iter().map(|two| (*one, *two)));
        }
    }
    pairs.into_iter().collect()
}
