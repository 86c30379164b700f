//! What a report can be linked by, made from its claims, so that stored claims can be linked as well as fresh ones.

use std::collections::BTreeMap;

use domain::claim::{Claim, Field, Normal, Precision};
use jiff::civil::Date;

use crate::events::{holds_yearless, yearless_ends};
use crate::link::{Class, Feature};
use crate::places::{Level, level};

/// Runs of this many quoted words are compared.
const RUN: usize = 8;

/// No more than this many runs of quoted words are kept per report.
const MOST_RUNS: usize = 40;

/// The linking features of a report's claims about its main event.
pub fn features(claims: &[Claim]) -> Vec<Feature> {
    let mut found: BTreeMap<String, Feature> = BTreeMap::new();
    let mut add = |key: String, label: &str, class: Class, weight: f32| {
        let feature = Feature { key: key.clone(), label: label.to_owned(), class, weight };
        found.entry(key).and_modify(|known| known.weight = known.weight.max(weight)).or_insert(feature);
    };
    for claim in claims.iter().filter(|claim| claim.is_main()) {
        match claim.field {
            Field::Place => place(claim, &mut add),
            Field::Date => when(claim, &mut add),
            Field::Organisation | Field::Perpetrator | Field::ClaimOfResponsibility => who(claim, &mut add),
            Field::Target | Field::Occasion => whom(claim, &mut add),
            Field::Act => what(claim, &mut add),
            Field::Quotation => words(claim, &mut add),
            Field::Stage
            | Field::Killed
            | Field::Injured
            | Field::Casualties
            | Field::Abducted
            | Field::Arrests
            | Field::SuspectsKilled
            | Field::Means
            | Field::WarnedBy
            | Field::WarnedTo
            | Field::WarningTime
            | Field::WarningPlace
            | Field::Specificity
            | Field::Channel
            | Field::Acknowledgement
            | Field::Outcome
            | Field::PolicyBasis
            | Field::Exceptions
            | Field::RestsOn => {}
        }
    }
    found.into_values().collect()
}

type Add<'f> = dyn FnMut(String, &str, Class, f32) + 'f;

fn place(claim: &Claim, add: &mut Add<'_>) {
    match &claim.normalised {
        Normal::Place { id, country, .. } => {
            let level = level(id, country);
            let weight = match level {
                Level::Country => 0.5,
                Level::Region => 1.0,
                Level::Settlement => 3.0,
            };
            add(format!("place:{id}"), &claim.value, Class::Where, weight);
            if level > Level::Country {
                add(format!("place:{country}"), country, Class::Where, 0.5);
            }
        }
        Normal::Text { text, .. } => {
            let address = text.starts_with(|first: char| first.is_ascii_digit());
            add(format!("at:{text}"), &claim.value, Class::Where, if address { 4.5 } else { 1.0 });
        }
        Normal::Quantity { .. } | Normal::Dates { .. } | Normal::Organisation { .. } | Normal::Unknown => {}
    }
}

fn when(claim: &Claim, add: &mut Add<'_>) {
    let Normal::Dates { from, to, precision, without_year, .. } = &claim.normalised else { return };
    let weight = match precision {
        Precision::Minute | Precision::Day => 2.0,
        Precision::Range | Precision::About => 1.5,
        Precision::Month => 0.5,
        Precision::Year => 0.0,
    };
    let words = crate::summary::dates(&claim.normalised);
    match (from, to, without_year) {
        (Some(from), Some(to), _) if from == to => add(format!("day:{from}"), &words, Class::When, weight),
        (Some(from), Some(to), _) => add(format!("days:{from}/{to}"), &words, Class::When, weight),
        (_, _, Some(days)) => add(format!("day:{days}"), &words, Class::When, weight.min(1.5)),
        _ => {}
    }
}

/// First and last day of a key such as `day:2024-01-03`, `days:2024-01-01/2024-01-07` or `day:--01-03`.
enum Days<'k> {
    Dated(Date, Date),
    Yearless(&'k str),
}

fn days(key: &str) -> Option<Days<'_>> {
    let value = key.split_once(':')?.1;
    if value.starts_with("--") {
        return Some(Days::Yearless(value));
    }
    let (from, to) = value.split_once('/').unwrap_or((value, value));
    Some(Days::Dated(from.parse().ok()?, to.parse().ok()?))
}

/// Whether two times share a day.
pub(super) fn same_when(one: &str, two: &str) -> bool {
    match (days(one), days(two)) {
        (Some(Days::Dated(from, to)), Some(Days::Dated(from2, to2))) => from <= to2 && from2 <= to,
        (Some(Days::Dated(from, to)), Some(Days::Yearless(days)))
        | (Some(Days::Yearless(days)), Some(Days::Dated(from, to))) => holds_yearless(from, to, days),
        (Some(Days::Yearless(one)), Some(Days::Yearless(two))) => match (yearless_ends(one), yearless_ends(two)) {
            (Some((from, to)), Some((from2, to2))) => from <= to2 && from2 <= to,
            _ => false,
        },
        _ => false,
    }
}

/// Whether more than three days lie between two times: then they are not one told loosely.
pub(super) fn when_apart(one: &str, two: &str) -> bool {
    match (days(one), days(two)) {
        (Some(Days::Dated(from, to)), Some(Days::Dated(from2, to2))) => {
            crate::times::days_between(to, from2) > 3 || crate::times::days_between(to2, from) > 3
        }
        _ => !same_when(one, two),
    }
}

fn who(claim: &Claim, add: &mut Add<'_>) {
    match &claim.normalised {
        Normal::Organisation { id, parent, .. } => {
            add(format!("org:{id}"), &claim.value, Class::Who, 2.0);
            if let Some(parent) = parent {
                add(format!("org:{parent}"), &claim.value, Class::Who, 1.0);
            }
        }
        Normal::Text { text, .. } => {
            let named = claim.quote.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase));
            add(format!("by:{text}"), &claim.value, Class::Who, if named { 2.5 } else { 0.5 });
        }
        Normal::Quantity { .. } | Normal::Dates { .. } | Normal::Place { .. } | Normal::Unknown => {}
    }
}

fn whom(claim: &Claim, add: &mut Add<'_>) {
    match &claim.normalised {
        Normal::Text { text, .. } => {
            let names = claim.quote.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
            let weight = match (text.starts_with("gathering for "), names) {
                (true, _) => 3.0,
                (false, 2..) => 4.0,
                (false, _) => 1.0,
            };
            let key = if claim.field == Field::Occasion { "occasion" } else { "target" };
            add(format!("{key}:{text}"), &claim.value, Class::Whom, weight);
        }
        Normal::Organisation { id, .. } => add(format!("target:{id}"), &claim.value, Class::Whom, 1.0),
        Normal::Quantity { .. } | Normal::Dates { .. } | Normal::Place { .. } | Normal::Unknown => {}
    }
}

fn what(claim: &Claim, add: &mut Add<'_>) {
    let Normal::Text { text, .. } = &claim.normalised else { return };
    let weight = match text.as_str() {
        "attack" => 0.0,
        "killing" | "injury" => 0.5,
        _ => 1.0,
    };
    add(format!("act:{text}"), &claim.value, Class::What, weight);
}

/// Every run of a few quoted words, as a number: the same words quoted in another cut still share most of them.
fn words(claim: &Claim, add: &mut Add<'_>) {
    let Normal::Text { text, .. } = &claim.normalised else { return };
    for run in runs(text).take(MOST_RUNS) {
        add(format!("words:{run:016x}"), "quoted words", Class::Words, 3.0);
    }
}

/// The runs of words of a folded quotation.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = u64> + '_ {
    let words: Vec<&str> = text.split(' ').collect();
    let count = (words.len() + 1).saturating_sub(RUN);
    (0..count).map(move |at| xxhash_rust::xxh3::xxh3_64(words[at..at + RUN].join(" ").as_bytes()))
}
