//! What a report says, in one plain sentence that keeps its doubt.

use domain::Window;
use domain::claim::{Claim, Field, Normal, Precision, Stage};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::compare::count;
use crate::document::Document;

/// One plain sentence, and what it leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The sentence.
    pub text: String,
    /// What the report does not say, in the words used in the sentence.
    pub unknown: Vec<String>,
}

/// How far the main event has come.
pub fn stage(claims: &[Claim]) -> Option<Stage> {
    claims.iter().filter(|claim| claim.is_main() && claim.field == Field::Stage).filter_map(|claim| claim.stage).max()
}

/// When the harm is expected, for a report of what is to come; days are taken in UTC, from first midnight to last.
pub fn window(claims: &[Claim], stage: Option<Stage>) -> Option<Window> {
    if matches!(stage, Some(Stage::Accomplished | Stage::Foiled)) {
        return None;
    }
    let dates = claims.iter().filter(|claim| claim.is_main() && claim.field == Field::Date);
    let (mut first, mut last): (Option<Date>, Option<Date>) = (None, None);
    for claim in dates {
        if let Normal::Dates { from: Some(from), to: Some(to), precision, .. } = &claim.normalised
            && *precision != Precision::Year
        {
            first = Some(first.map_or(*from, |known| known.min(*from)));
            last = Some(last.map_or(*to, |known| known.max(*to)));
        }
    }
    let midnight = |day: Date| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok();
    let start = first.and_then(midnight);
    let end = last.and_then(|day| day.tomorrow().ok()).and_then(midnight);
    start.and(end)?;
    Window::new(start, end)
}

fn main_claims(claims: &[Claim], field: Field) -> impl Iterator<Item = &Claim> {
    claims.iter().filter(move |claim| claim.is_main() && claim.field == field)
}

/// The claim about `field` that says most: a named thing before words, a finer one before a coarser.
fn best(claims: &[Claim], field: Field) -> Option<&Claim> {
    let detail = |claim: &&Claim| match &claim.normalised {
        Normal::Organisation { parent, .. } => 3 + u8::from(parent.is_some()),
        Normal::Place { id, country, .. } => 3 + u8::from(id != country) * 2 - u8::from(id.contains('.')),
        Normal::Dates { precision, from, .. } => {
            let placed = u8::from(from.is_some()) * 4;
            placed + if matches!(precision, Precision::Day | Precision::Minute) { 3 } else { 1 }
        }
        Normal::Text { text, parent } => 1 + u8::from(parent.is_some() && text != "attack"),
        Normal::Quantity { at_least, at_most, .. } => 2 + u8::from(at_least == at_most),
        Normal::Unknown => 0,
    };
    // The first of the best: what a report says first it says with care.
    main_claims(claims, field).rev_max(detail)
}

trait RevMax: Iterator + Sized {
    fn rev_max<K: Ord>(self, key: impl Fn(&Self::Item) -> K) -> Option<Self::Item>;
}

impl<I: Iterator> RevMax for I {
    fn rev_max<K: Ord>(self, key: impl Fn(&I::Item) -> K) -> Option<I::Item> {
        self.fold(None, |best: Option<I::Item>, one| match best {
            Some(known) if key(&known) >= key(&one) => Some(known),
            _ => Some(one),
        })
    }
}

/// Says what the report says.
pub fn summarise(document: &Document, claims: &[Claim]) -> Summary {
    together(claims, 1).unwrap_or_else(|| nothing(document))
}

/// Says what so many reports of one threat say together, from all their claims: of each field what is told most
/// exactly. None when no act could be read.
pub fn together(claims: &[Claim], reports: usize) -> Option<Summary> {
    let stage = stage(claims);
    let mut unknown = Vec::new();
    best(claims, Field::Act)?;
    let who = best(claims, Field::Perpetrator).or_else(|| best(claims, Field::ClaimOfResponsibility));
    let many = who.is_some_and(is_plural);
    let who = who.map_or_else(|| "somebody not named".to_owned(), name);
    let act = best(claims, Field::Act).map_or("an attack".to_owned(), |claim| article(&act_word(claim)));
    let verb = match stage {
        Some(Stage::Accomplished) => "is said to have carried out",
        Some(Stage::Foiled) => "is said to have been stopped from carrying out",
        Some(Stage::Attempted) => "is said to have tried",
        Some(Stage::Planned) => "is said to prepare",
        Some(Stage::Threatened) => "is said to threaten",
        None => "is said to be behind",
    };
    let verb = if many { verb.replacen("is said", "are said", 1) } else { verb.to_owned() };
    let mut text = format!("{who} {verb} {act}");
    let aim = best(claims, Field::Occasion).or_else(|| best(claims, Field::Target));
    match aim {
        Some(claim) => text.push_str(&format!(" aimed at {}", in_words(claim))),
        None => unknown.push("who is meant".to_owned()),
    }
    match best(claims, Field::Place) {
        // "the school canteen" is both whom it is aimed at and where.
        Some(claim) if aim.is_some_and(|aim| aim.normalised == claim.normalised) => {}
        Some(claim) => text.push_str(&format!(" {}", in_place(claim, &mut unknown))),
        None => unknown.push("where".to_owned()),
    }
    match best(claims, Field::Date) {
        Some(claim) => text.push_str(&format!(", {}", when(claim, &mut unknown))),
        None => unknown.push("when".to_owned()),
    }
    for (field, word) in [(Field::Killed, "killed"), (Field::Injured, "injured")] {
        if let Some(claim) = best(claims, field).filter(|_| stage == Some(Stage::Accomplished)) {
            text.push_str(&format!(", {word}: {}", amount(&claim.normalised)));
        }
    }
    let behind = format!("{} {}", count(reports), if reports == 1 { "report" } else { "reports" });
    let doubt = if unknown.is_empty() { behind } else { format!("{behind}; not said: {}", unknown.join(", ")) };
    text.push_str(&format!(" ({doubt})"));
    Some(Summary { text: capital(&text), unknown })
}

fn nothing(document: &Document) -> Summary {
    let tag = document.language.as_ref().map(|language| language.tag.as_str());
    let text = match tag {
        Some(tag) if !tag.starts_with("en") => {
            format!(
                "No threat could be read: the text seems to be in another language ({tag}), and sentences are read in English only. A person must read it."
            )
        }
        _ => "No threat could be read out of this text. A person must read it.".to_owned(),
    };
    Summary { text, unknown: vec!["everything".to_owned()] }
}

/// "terrorists", "two men": several people, who are not one organisation.
fn is_plural(claim: &Claim) -> bool {
    let words = claim.quote.to_lowercase();
    let last = words.split_whitespace().last().unwrap_or_default();
    // "A team of four men" is one.
    let one_of = words.starts_with("a ") || words.starts_with("an ");
    let plain = matches!(claim.normalised, Normal::Text { .. });
    let one = one_of || matches!(last, "hes" | "shes" | "us") || last.ends_with("ss");
    let several = ["ists", "ants", "ents", "ers"].iter().any(|end| last.ends_with(end))
        || matches!(last, "men" | "women" | "people" | "gunmen" | "they" | "we");
    let name = claim.quote.split_whitespace().last().is_some_and(|word| word.starts_with(char::is_uppercase));
    plain && ((several && !one_of) || (!one && !name && last.ends_with('s')))
}

fn name(claim: &Claim) -> String {
    match &claim.normalised {
        Normal::Organisation { name, .. } => name.clone(),
        _ => in_words(claim),
    }
}

fn in_words(claim: &Claim) -> String {
    claim.value.clone()
}

fn act_word(claim: &Claim) -> String {
    match &claim.normalised {
        Normal::Text { text, .. } => text.replace('-', " "),
        _ => claim.value.clone(),
    }
}

fn article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

fn in_place(claim: &Claim, unknown: &mut Vec<String>) -> String {
    if let Normal::Place { id, country, .. } = &claim.normalised {
        if id == country {
            unknown.push("the place in it".to_owned());
        } else {
            unknown.push("the exact place".to_owned());
        }
        return format!("in {}", claim.value);
    }
    let led = ["at ", "in ", "the "].iter().any(|word| claim.value.starts_with(word));
    if led && !claim.value.starts_with("the ") { claim.value.clone() } else { format!("at {}", claim.value) }
}

/// A time as people say it.
fn when(claim: &Claim, unknown: &mut Vec<String>) -> String {
    let words = dates(&claim.normalised);
    match &claim.normalised {
        Normal::Dates { from: None, without_year: Some(_), .. } => {
            unknown.push("the year".to_owned());
            words
        }
        Normal::Dates { from: None, .. } => {
            unknown.push("the date".to_owned());
            format!("“{}”", claim.value)
        }
        _ => words,
    }
}

/// Dates in words: "on 3 January 2024", "from 1 to 7 January 2024".
pub(crate) fn dates(normal: &Normal) -> String {
    let Normal::Dates { from, to, at, without_year, precision } = normal else { return String::new() };
    let clock = at.as_ref().map(|at| format!(" at {at}")).unwrap_or_default();
    let about = if *precision == Precision::About { "about " } else { "" };
    match (from, to, without_year) {
        (Some(from), Some(to), _) if from == to => format!("{about}{}{clock}", day(*from)),
        (Some(from), Some(to), _) => format!("{about}{} to {}{clock}", day(*from), day(*to)),
        (_, _, Some(days)) => match crate::events::yearless_ends(days) {
            Some((from, to)) if from == to => format!("{about}{} {}{clock}", from.1, month(from.0)),
            Some((from, to)) => format!("{about}{} {} to {} {}{clock}", from.1, month(from.0), to.1, month(to.0)),
            None => days.clone(),
        },
        _ => at.clone().unwrap_or_default(),
    }
}

fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

fn month(number: i8) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(number - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or("?")
}

/// A number in words: "95", "at least 95", "90 to 100".
pub(crate) fn amount(normal: &Normal) -> String {
    match normal {
        Normal::Quantity { at_least: Some(low), at_most: Some(high), .. } if low == high => low.to_string(),
        Normal::Quantity { at_least: Some(low), at_most: Some(high), .. } => format!("{low} to {high}"),
        Normal::Quantity { at_least: Some(low), at_most: None, .. } => format!("at least {low}"),
        Normal::Quantity { at_least: None, at_most: Some(high), .. } => format!("at most {high}"),
        _ => "a number not told".to_owned(),
    }
}

/// The first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
