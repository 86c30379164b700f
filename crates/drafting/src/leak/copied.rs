//! Copied words: five in a row that stand in a protected text and in no cleared one.

use std::collections::{HashMap, HashSet};

use super::ground::{Found, Ground, Passage};
use super::report::Kind;

/// How many words in a row make a copy.
const RUN: usize = 5;

type Gram = [u32; RUN];

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    // Only the draft's own runs are kept: it is short, and what is protected may be long.
    let said: HashSet<Gram> = ground.draft.iter().flat_map(|text| grams(ground, text)).map(|(_, gram)| gram).collect();
    let mut known: HashMap<Gram, (usize, usize)> = HashMap::new();
    for (passage, text) in ground.protected.iter().enumerate() {
        for (at, gram) in grams(ground, text).filter(|(_, gram)| said.contains(gram)) {
            known.entry(gram).or_insert((passage, at));
        }
    }
    let cleared: HashSet<Gram> = ground.cleared.iter().flat_map(|text| grams(ground, text)).map(|(_, g)| g).collect();
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        let hits = grams(ground, text)
            .filter(|(_, gram)| !cleared.contains(gram))
            .filter_map(|(at, gram)| known.get(&gram).map(|source| (at, *source)));
        found.extend(runs(hits).into_iter().map(|run| to_found(ground, number, run)));
    }
    found
}

/// Every five words in a row with at least one that carries a fact.
fn grams<'a>(ground: &'a Ground<'_>, text: &'a Passage<'_>) -> impl Iterator<Item = (usize, Gram)> + 'a {
    let windows = text.tokens.windows(RUN).enumerate();
    windows
        .filter(|(_, window)| !window.iter().all(|token| ground.word(token).function))
        .map(|(at, window)| (at, std::array::from_fn(|place| ground.word(&window[place]).stem)))
}

/// Draft tokens `from..=to` that stand in a protected passage from token `at`.
struct Run {
    from: usize,
    to: usize,
    passage: usize,
    at: usize,
}

/// Joins hits that overlap.
fn runs(hits: impl Iterator<Item = (usize, (usize, usize))>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (from, (passage, at)) in hits {
        match runs.last_mut() {
            Some(run) if from <= run.to => run.to = from + RUN - 1,
            _ => runs.push(Run { from, to: from + RUN - 1, passage, at }),
        }
    }
    runs
}

fn to_found(ground: &Ground<'_>, number: usize, run: Run) -> Found {
    let draft = &ground.draft[number];
    let source = &ground.protected[run.passage];
    let count = run.to - run.from + 1;
    let last = (run.at + count - 1).min(source.tokens.len() - 1);
    let facts = draft.tokens[run.from..=run.to].iter().filter(|token| !ground.word(token).function).count();
    Found {
        kind: Kind::CopiedWords,
        passage: number,
        span: draft.span(run.from, run.to),
        source: Some((run.passage, source.span(run.at, last))),
        confidence: if facts > 1 { 1.0 } else { 0.8 },
        why: format!("{count} words in a row stand in a protected passage and in no cleared one"),
    }
}
