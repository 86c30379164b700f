//! Days, places, organisations and words: when two are the same, when one is the other told more exactly, and when they
//! cannot both be right.

use std::collections::BTreeSet;

use domain::claim::{Claim, Field, Normal, Precision};

use crate::compare::{Said, ValueSummary, Verdict, in_reports, says};
use crate::events::{date_key, disjoint, holds_yearless};
use crate::lexicon;
use crate::places::{Level, Spot, level};
use crate::summary;

/// Whether `one` is `two` told more exactly.
fn is_finer(one: &Normal, two: &Normal) -> bool {
    match (one, two) {
        (Normal::Place { id, country, .. }, Normal::Place { id: other, country: other_country, .. }) => {
            let (fine, coarse) = (level(id, country), level(other, other_country));
            // Only an area needs the gazetteer to tell which towns lie in it.
            let inside = || match (Spot::by_id(id), Spot::by_id(other)) {
                (Some(one), Some(two)) => one.fits(&two),
                _ => false,
            };
            fine > coarse && country == other_country && (coarse == Level::Country || inside())
        }
        (Normal::Organisation { id, parent, .. }, Normal::Organisation { id: other, .. }) => {
            id != other && (parent.as_ref() == Some(other) || lexicon::shared().is_under(id, other))
        }
        (Normal::Organisation { .. } | Normal::Place { .. }, Normal::Text { .. }) => true,
        (Normal::Text { text, parent }, Normal::Text { text: other, .. }) => {
            text != other && (parent.as_ref() == Some(other) || is_general(other))
        }
        (Normal::Dates { precision, .. }, Normal::Dates { precision: other, from, without_year, .. }) => {
            let unplaced = from.is_none() && without_year.is_none();
            (precision < other || unplaced) && !disjoint(one, two) && one != two
        }
        (
            Normal::Quantity { .. }
            | Normal::Dates { .. }
            | Normal::Place { .. }
            | Normal::Organisation { .. }
            | Normal::Text { .. }
            | Normal::Unknown,
            _,
        ) => false,
    }
}

/// "attack" and "killing" are said of any deed, and tell nothing against a closer word.
fn is_general(act: &str) -> bool {
    matches!(act, "attack" | "killing" | "crowd")
}

/// A report's claims without those that it tells more exactly elsewhere.
pub(super) fn finest(field: Field, claims: Vec<&Claim>) -> Vec<&Claim> {
    if field == Field::Stage {
        let furthest = claims.iter().filter_map(|claim| claim.stage).max();
        return claims.into_iter().filter(|claim| claim.stage == furthest).collect();
    }
    let mut distinct: Vec<&Normal> = Vec::new();
    for claim in &claims {
        if !distinct.contains(&&claim.normalised) && distinct.len() < 200 {
            distinct.push(&claim.normalised);
        }
    }
    let told_finer = |claim: &&Claim| distinct.iter().any(|other| is_finer(other, &claim.normalised));
    claims.iter().copied().filter(|claim| !told_finer(claim)).collect()
}

/// What makes two claims the same value. A day without its year is that day of the year another report gives.
pub(super) fn key(claim: &Claim, speaking: &[&Said<'_>]) -> String {
    match &claim.normalised {
        Normal::Quantity { at_least, at_most, .. } => format!("{at_least:?}..{at_most:?}"),
        Normal::Dates { without_year: Some(days), precision, .. } => {
            let all = speaking.iter().flat_map(|said| &said.claims);
            let placed: BTreeSet<String> = all
                .filter_map(|other| match &other.normalised {
                    Normal::Dates { from: Some(from), to: Some(to), precision: same, .. }
                        if same == precision && holds_yearless(*from, *to, days) =>
                    {
                        Some(date_key(&other.normalised))
                    }
                    _ => None,
                })
                .collect();
            if placed.len() == 1 { placed.into_iter().next().unwrap_or_default() } else { days.clone() }
        }
        Normal::Dates { from: None, .. } => claim.value.to_lowercase(),
        Normal::Dates { .. } => date_key(&claim.normalised),
        Normal::Place { id, .. } | Normal::Organisation { id, .. } => id.clone(),
        Normal::Text { text, .. } => text.clone(),
        Normal::Unknown => "?".to_owned(),
    }
}

/// The value in words for a person.
pub(super) fn words(field: Field, claim: &Claim) -> String {
    match &claim.normalised {
        Normal::Dates { precision: Precision::About, .. } => {
            let placed = summary::dates(&claim.normalised);
            if placed.is_empty() { claim.value.clone() } else { format!("{} ({placed})", claim.value) }
        }
        Normal::Dates { from, without_year, .. } if from.is_some() || without_year.is_some() => {
            summary::dates(&claim.normalised)
        }
        Normal::Organisation { name, .. } => name.clone(),
        Normal::Text { text, .. } => match field {
            Field::Act | Field::Means | Field::Stage => text.clone(),
            _ => claim.value.clone(),
        },
        Normal::Dates { .. } | Normal::Quantity { .. } | Normal::Place { .. } | Normal::Unknown => claim.value.clone(),
    }
}

pub(super) fn is_dated(claim: &Claim) -> bool {
    matches!(claim.normalised, Normal::Dates { .. })
}

/// What several reports make of a field that is no number.
pub(super) fn judge(field: Field, speaking: &[&Said<'_>], values: &[ValueSummary]) -> (Verdict, String) {
    let everywhere = values.iter().find(|value| value.reports.len() == speaking.len());
    if let Some(common) = everywhere {
        let mut note = format!("{} {}", common.value, in_reports(speaking.len()));
        note.push_str(&aside(speaking));
        return (Verdict::Agree, note);
    }
    let told = || {
        values
            .iter()
            .map(|value| format!("{} {}", value.value, in_reports(value.reports.len())))
            .collect::<Vec<_>>()
            .join("; ")
    };
    if field == Field::Stage {
        return (Verdict::Compatible, format!("told at different times: {}", told()));
    }
    let pairs =
        || speaking.iter().enumerate().flat_map(move |(at, one)| speaking[at + 1..].iter().map(move |two| (one, two)));
    let clash = pairs()
        .any(|(one, two)| !one.claims.iter().any(|claim| two.claims.iter().any(|other| fits(field, claim, other))));
    if clash {
        let majority = values.first().filter(|first| first.reports.len() * 2 > speaking.len());
        let note = match majority {
            Some(first) => {
                let rest: Vec<String> =
                    values[1..].iter().map(|value| format!("{} ({})", value.value, value.reports.join(", "))).collect();
                format!("{} {}; against it {}", first.value, in_reports(first.reports.len()), rest.join("; "))
            }
            None => format!("{}; no majority", told()),
        };
        return (Verdict::Conflict, note);
    }
    let finer = pairs().any(|(one, two)| {
        one.claims.iter().any(|claim| {
            two.claims.iter().any(|other| {
                is_finer(&claim.normalised, &other.normalised) || is_finer(&other.normalised, &claim.normalised)
            })
        })
    });
    let words = matches!(speaking[0].claims[0].normalised, Normal::Text { .. });
    match (finer, words) {
        (true, _) => (Verdict::Granularity, format!("{}: the same told more or less exactly", told())),
        (false, true) => (Verdict::Compatible, format!("{}: worded differently, for a person to compare", told())),
        (false, false) => (Verdict::Compatible, format!("{}: all can be true", told())),
    }
}

/// Whether both claims can be true.
fn fits(field: Field, one: &Claim, two: &Claim) -> bool {
    let (left, right) = (&one.normalised, &two.normalised);
    if left == right || is_finer(left, right) || is_finer(right, left) {
        return true;
    }
    match (left, right) {
        (Normal::Dates { .. }, Normal::Dates { .. }) => !disjoint(left, right),
        (Normal::Place { .. }, Normal::Place { .. }) | (Normal::Organisation { .. }, Normal::Organisation { .. }) => {
            false
        }
        // Closed lists of words exclude each other; free words need a person.
        (Normal::Text { .. }, Normal::Text { .. }) => {
            !matches!(field, Field::Act | Field::Outcome | Field::Acknowledgement | Field::Channel)
        }
        _ => true,
    }
}

/// What an agreement leaves open: days without a year, other names of one organisation, and its parent.
fn aside(speaking: &[&Said<'_>]) -> String {
    let all = || speaking.iter().flat_map(|said| &said.claims);
    let without = speaking.iter().filter(|said| {
        said.claims.iter().all(|claim| matches!(claim.normalised, Normal::Dates { without_year: Some(_), .. }))
    });
    let without = without.count();
    if without > 0 {
        return format!(
            "; {} without the year",
            says(without, speaking.len()).replace(" say", " give it").replace("its", "")
        );
    }
    let aliases: BTreeSet<&str> = all()
        .filter(|claim| matches!(claim.normalised, Normal::Organisation { parent: Some(_), .. }))
        .map(|claim| claim.quote.as_str())
        .collect();
    let parent = all().find_map(|claim| match &claim.normalised {
        Normal::Organisation { parent: Some(parent), .. } => lexicon::shared().by_id(parent),
        _ => None,
    });
    match parent {
        Some(parent) if aliases.len() > 1 => format!(
            " under {} names ({}); part of {}",
            crate::compare::count(aliases.len()),
            aliases.into_iter().collect::<Vec<_>>().join(" / "),
            lexicon::shared().organisations[parent].name
        ),
        _ => String::new(),
    }
}
