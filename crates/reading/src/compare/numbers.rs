//! Intervals: one number that satisfies every report, or the report that no such number satisfies.

use std::collections::BTreeMap;

use domain::claim::{Claim, Normal};

use crate::compare::{Said, Verdict, in_reports};

/// An interval as far as it can contradict: "dozens" has a lower end only.
fn interval(claim: &Claim) -> Option<(u64, u64)> {
    match claim.normalised {
        Normal::Quantity { at_least, at_most, vague } => {
            let most = if vague { None } else { at_most };
            Some((at_least.unwrap_or(0), most.unwrap_or(u64::MAX)))
        }
        Normal::Dates { .. }
        | Normal::Place { .. }
        | Normal::Organisation { .. }
        | Normal::Text { .. }
        | Normal::Unknown => None,
    }
}

fn holds(claim: &Claim, number: u64) -> bool {
    interval(claim).is_none_or(|(low, high)| low <= number && number <= high)
}

/// The number that most reports allow; among equals the one that most claims allow, then the largest: more harm is the
/// safer thing to assume.
fn best(speaking: &[&Said<'_>]) -> (u64, usize) {
    let ends = speaking.iter().flat_map(|said| &said.claims).filter_map(|claim| interval(claim));
    let candidates: std::collections::BTreeSet<u64> =
        ends.flat_map(|(low, high)| [low, high]).filter(|end| *end < u64::MAX).collect();
    let support = |number: u64| {
        let reports = speaking.iter().filter(|said| said.claims.iter().all(|claim| holds(claim, number))).count();
        let exact =
            speaking.iter().flat_map(|said| &said.claims).filter(|claim| interval(claim) == Some((number, number)));
        (reports, exact.count(), number)
    };
    candidates.into_iter().map(support).max().map_or((0, 0), |(reports, _, number)| (number, reports))
}

/// What several reports make of a number.
pub(super) fn judge(speaking: &[&Said<'_>]) -> (Verdict, String) {
    let (number, support) = best(speaking);
    let tally = tally(speaking);
    if support == speaking.len() {
        if tally.len() == 1 {
            let words = tally.keys().next().cloned().unwrap_or_default();
            return (Verdict::Agree, format!("{words} {}", in_reports(speaking.len())));
        }
        return (Verdict::Compatible, format!("{}: all can be true", list(&tally)));
    }
    let against = |claim: &&&Claim| !holds(claim, number);
    let outliers: Vec<&Said<'_>> =
        speaking.iter().copied().filter(|said| said.claims.iter().any(|claim| !holds(claim, number))).collect();
    let outlying: std::collections::BTreeSet<&str> =
        outliers.iter().flat_map(|said| said.claims.iter().filter(against).map(|claim| claim.value.as_str())).collect();
    let names: Vec<String> = outliers.iter().map(|said| said.report.to_owned()).collect();
    let mut kept = tally.clone();
    kept.retain(|words, _| !outlying.contains(words.as_str()));
    let odd: Vec<&str> = outlying.into_iter().collect();
    let verdict = if outliers.len() * 2 < speaking.len() {
        format!(
            "{}; {} {}, which is the outlier ({})",
            list(&kept),
            odd.join(", "),
            in_reports(outliers.len()),
            names.join(", ")
        )
    } else {
        format!("{}; against {} {}; no majority", list(&kept), odd.join(", "), in_reports(outliers.len()))
    };
    (Verdict::Conflict, verdict)
}

/// A single report that contradicts itself.
pub(super) fn conflict_within(said: &Said<'_>) -> Option<String> {
    let numbers: Vec<(u64, u64)> = said.claims.iter().filter_map(|claim| interval(claim)).collect();
    let low = numbers.iter().map(|(low, _)| *low).max()?;
    let high = numbers.iter().map(|(_, high)| *high).min()?;
    (low > high).then(|| format!("{} contradicts itself: {}", said.report, list(&tally(&[said]))))
}

/// In how many reports each number stands, as written.
fn tally(speaking: &[&Said<'_>]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for said in speaking {
        let words: std::collections::BTreeSet<&str> = said.claims.iter().map(|claim| claim.value.as_str()).collect();
        for word in words {
            *tally.entry(word.to_owned()).or_insert(0) += 1;
        }
    }
    tally
}

fn list(tally: &BTreeMap<String, usize>) -> String {
    let mut parts: Vec<(&String, &usize)> = tally.iter().collect();
    parts.sort_by(|one, two| two.1.cmp(one.1).then(one.0.cmp(two.0)));
    parts.iter().map(|(words, reports)| format!("{words} {}", in_reports(**reports))).collect::<Vec<_>>().join(", ")
}
