//! How many independent reporters stand behind several reports.
//!
//! Reports that name the same paper as the first to know, or quote the same run of words, rest on one origin however many
//! they are. An unnamed official of the same state is not enough by itself: there may be two of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::Span;
use domain::claim::{Claim, Field, Normal};
use serde::{Deserialize, Serialize};

use crate::compare::count;
use crate::lexicon;
use crate::link::listed;

/// Reports that rest on one origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Independence {
    /// The reports.
    pub reports: Vec<String>,
    /// What they rest on, in words for a person.
    pub rests_on: String,
    /// The words that show it.
    pub evidence: Vec<Evidence>,
}

/// Words that show where a report's news comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The report.
    pub report: String,
    /// Bytes in its text.
    pub span: Span,
    /// The text there.
    pub quote: String,
}

struct Origins<'c> {
    papers: BTreeMap<&'c str, &'c Claim>,
    officials: BTreeMap<&'c str, &'c Claim>,
    quotations: Vec<(&'c Claim, BTreeSet<u64>)>,
}

fn origins(claims: &[Claim]) -> Origins<'_> {
    let mut found = Origins { papers: BTreeMap::new(), officials: BTreeMap::new(), quotations: Vec::new() };
    for claim in claims.iter().filter(|claim| claim.is_main()) {
        match (claim.field, &claim.normalised) {
            (Field::RestsOn, Normal::Organisation { id, .. }) => {
                found.papers.entry(id).or_insert(claim);
            }
            (Field::RestsOn, Normal::Text { text, .. }) => {
                found.officials.entry(text).or_insert(claim);
            }
            (Field::Quotation, Normal::Text { text, .. }) if found.quotations.len() < 100 => {
                found.quotations.push((claim, crate::link::runs(text).collect()));
            }
            _ => {}
        }
    }
    found
}

/// Groups reports by what they rest on; `reports` in a fixed order.
pub fn independence(reports: &[(&str, &[Claim])]) -> Vec<Independence> {
    let all: Vec<Origins<'_>> = reports.iter().map(|(_, claims)| origins(claims)).collect();
    let mut group: Vec<usize> = (0..all.len()).collect();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (index, origins) in all.iter().enumerate() {
        let papers = origins.papers.keys().map(|paper| format!("paper {paper}"));
        let words = origins.quotations.iter().flat_map(|(_, runs)| runs).map(|run| format!("words {run}"));
        for key in papers.chain(words) {
            let other = *first.entry(key).or_insert(index);
            let (from, to) = (group[index].max(group[other]), group[index].min(group[other]));
            group.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, group) in group.into_iter().enumerate() {
        members.entry(group).or_default().push(index);
    }
    members.into_values().map(|members| describe(reports, &all, &members)).collect()
}

fn describe(reports: &[(&str, &[Claim])], all: &[Origins<'_>], members: &[usize]) -> Independence {
    let mut parts = Vec::new();
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut show = |index: usize, claim: &Claim| {
        evidence.push(Evidence { report: reports[index].0.to_owned(), span: claim.span, quote: claim.quote.clone() });
    };
    let official = most(members.iter().flat_map(|index| all[*index].officials.keys().copied()));
    if let Some((official, number)) = official {
        parts.push(format!("one {} ({})", state_named(official), of(number, members.len())));
        for index in members {
            all[*index].officials.get(official).into_iter().for_each(|claim| show(*index, claim));
        }
    }
    let papers: BTreeSet<&str> = members.iter().flat_map(|index| all[*index].papers.keys().copied()).collect();
    for paper in papers {
        let naming: Vec<usize> =
            members.iter().copied().filter(|index| all[*index].papers.contains_key(paper)).collect();
        let name = lexicon::shared().by_id(paper).map_or(paper, |at| &lexicon::shared().organisations[at].name);
        parts.push(format!("one newspaper or agency, {name} ({})", of(naming.len(), members.len())));
        for index in naming {
            all[index].papers.get(paper).into_iter().for_each(|claim| show(index, claim));
        }
    }
    let sharing = sharing_words(all, members);
    if sharing.len() > 1 {
        parts.push(format!("the same quoted words ({})", of(sharing.len(), members.len())));
        for (index, claim) in sharing {
            show(index, claim);
        }
    }
    let rests_on = match (parts.is_empty(), members.len()) {
        (true, _) => "itself: it names no origin that another report shares".to_owned(),
        (false, 1) => listed(&parts).replace(" (one of one report)", ""),
        (false, _) => listed(&parts),
    };
    Independence { reports: members.iter().map(|index| reports[*index].0.to_owned()).collect(), rests_on, evidence }
}

fn of(some: usize, all: usize) -> String {
    let plural = if all == 1 { "" } else { "s" };
    if some == all && all > 1 {
        format!("all {} reports", count(all))
    } else {
        format!("{} of {} report{plural}", count(some), count(all))
    }
}

/// "unnamed official of state:US" in words.
fn state_named(official: &str) -> String {
    match official.split_once(" of ").and_then(|(_, id)| lexicon::shared().by_id(id)) {
        Some(at) => {
            let name = &lexicon::shared().organisations[at].name;
            let the = if name.starts_with("United") { "the " } else { "" };
            format!("unnamed official of {the}{name}")
        }
        None => official.to_owned(),
    }
}

/// What stands most often, and how often; an official whose state is told before one whose state is not.
fn most<'c>(keys: impl Iterator<Item = &'c str>) -> Option<(&'c str, usize)> {
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys {
        *tally.entry(key).or_insert(0) += 1;
    }
    tally.into_iter().max_by_key(|(key, number)| (key.contains(" of "), *number))
}

/// For each report that quotes a run of words another one quotes too, the quotation.
fn sharing_words<'c>(all: &[Origins<'c>], members: &[usize]) -> Vec<(usize, &'c Claim)> {
    let mut holders: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
    for index in members {
        for run in all[*index].quotations.iter().flat_map(|(_, runs)| runs) {
            holders.entry(*run).or_default().insert(*index);
        }
    }
    let shared =
        |runs: &BTreeSet<u64>| runs.iter().any(|run| holders.get(run).is_some_and(|holders| holders.len() > 1));
    members
        .iter()
        .filter_map(|index| {
            all[*index].quotations.iter().find(|(_, runs)| shared(runs)).map(|(claim, _)| (*index, *claim))
        })
        .collect()
}
