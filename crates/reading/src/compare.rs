//! Several reports of one threat side by side: what they agree on, where they conflict, what only one of them says, and
//! what none of them knows.
//!
//! Works on claims alone, so that stored claims compare as fresh ones do. Each field is judged by what its values are:
//! [`numbers`] for intervals, [`kinds`] for days, places, organisations and words.

mod independence;
mod kinds;
mod numbers;

use std::collections::BTreeMap;

use domain::Span;
use domain::claim::{Claim, Field, Normal};
use serde::{Deserialize, Serialize};

pub use independence::{Evidence, Independence, independence};

use crate::reader::Read;

/// How reports stand to each other on one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that speak of it say the same.
    Agree,
    /// They say different things that can all be true.
    Compatible,
    /// They cannot all be right.
    Conflict,
    /// The same, told more or less exactly.
    Granularity,
    /// One report alone speaks of it.
    SingleReporter,
    /// Nobody says, or those who speak of it say that it was not told.
    Unknown,
}

impl Verdict {
    /// The word in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Compatible => "compatible",
            Self::Conflict => "conflict",
            Self::Granularity => "granularity",
            Self::SingleReporter => "single-reporter",
            Self::Unknown => "unknown",
        }
    }
}

/// One value, and who gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueSummary {
    /// In words for a person.
    pub value: String,
    /// The reports that give it.
    pub reports: Vec<String>,
    /// Where they say so: the first place in each report.
    pub quotes: Vec<Quoted>,
}

/// The words a value stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// The report.
    pub report: String,
    /// Bytes in its text.
    pub span: Span,
    /// The text there.
    pub quote: String,
    /// Whose word it is, if not the report's own.
    pub attributed_to: Option<String>,
}

/// All reports on one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldSummary {
    /// The field.
    pub field: Field,
    /// How they stand to each other.
    pub verdict: Verdict,
    /// What they say, the value with most reports first.
    pub values: Vec<ValueSummary>,
    /// The verdict in words for a person, naming the outlier if there is one.
    pub note: String,
}

/// Reports of one threat side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Field by field: those every threat is asked about, then others that a report speaks of.
    pub fields: Vec<FieldSummary>,
    /// Groups of reports that rest on one origin: as many independent reporters as there are groups, at most.
    pub independence: Vec<Independence>,
}

/// Fields that are shown even when no report speaks of them: not to know is worth knowing.
const ALWAYS: &[Field] = &[
    Field::Act,
    Field::Stage,
    Field::Date,
    Field::Place,
    Field::Organisation,
    Field::Perpetrator,
    Field::Target,
    Field::Killed,
    Field::Injured,
    Field::Arrests,
    Field::Means,
    Field::ClaimOfResponsibility,
    Field::WarnedBy,
    Field::WarnedTo,
    Field::WarningTime,
    Field::WarningPlace,
    Field::Channel,
    Field::Acknowledgement,
    Field::Outcome,
];

/// Compares fresh reads.
pub fn compare(reports: &[(String, &Read)]) -> Comparison {
    let claims: Vec<(String, &[Claim])> =
        reports.iter().map(|(id, read)| (id.clone(), read.claims.as_slice())).collect();
    compare_claims(&claims)
}

/// Compares stored claims; the order of the reports makes no difference.
pub fn compare_claims(reports: &[(String, &[Claim])]) -> Comparison {
    let mut sorted: Vec<(&str, &[Claim])> = reports.iter().map(|(id, claims)| (id.as_str(), *claims)).collect();
    sorted.sort_by(|one, two| one.0.cmp(two.0));
    let mut fields = Vec::new();
    for field in Field::ALL.iter().copied().filter(|field| !matches!(field, Field::RestsOn | Field::Quotation)) {
        let said: Vec<Said<'_>> = sorted.iter().map(|(report, claims)| Said::new(report, field, claims)).collect();
        if ALWAYS.contains(&field) || said.iter().any(|said| !said.claims.is_empty()) {
            fields.push(summarise(field, &said));
        }
    }
    let order = |field: Field| ALWAYS.iter().position(|one| *one == field).unwrap_or(ALWAYS.len());
    fields.sort_by_key(|summary| order(summary.field));
    Comparison { fields, independence: independence(&sorted) }
}

/// What one report says about one field.
pub(crate) struct Said<'c> {
    pub report: &'c str,
    pub claims: Vec<&'c Claim>,
}

impl<'c> Said<'c> {
    fn new(report: &'c str, field: Field, claims: &'c [Claim]) -> Self {
        let all: Vec<&Claim> = claims.iter().filter(|claim| claim.is_main() && claim.field == field).collect();
        Self { report, claims: kinds::finest(field, all) }
    }
}

fn summarise(field: Field, said: &[Said<'_>]) -> FieldSummary {
    let speaking: Vec<&Said<'_>> = said.iter().filter(|said| !said.claims.is_empty()).collect();
    let values = values(field, &speaking);
    let (verdict, note) = verdict(field, &speaking, &values, said.len());
    FieldSummary { field, verdict, values, note }
}

fn verdict(field: Field, speaking: &[&Said<'_>], values: &[ValueSummary], all: usize) -> (Verdict, String) {
    let unknown = |claim: &&Claim| claim.normalised == Normal::Unknown;
    if speaking.is_empty() {
        return (Verdict::Unknown, format!("no report says ({all} read)"));
    }
    if speaking.iter().all(|said| said.claims.iter().all(unknown)) {
        return (Verdict::Unknown, format!("{} that it was not told", says(speaking.len(), all)));
    }
    if let [only] = speaking {
        let numbers = numbers::conflict_within(only);
        let note = if all == 1 { "one report".to_owned() } else { format!("only {} says so", only.report) };
        return numbers.map_or((Verdict::SingleReporter, note), |note| (Verdict::Conflict, note));
    }
    if speaking[0].claims.iter().any(|claim| matches!(claim.normalised, Normal::Quantity { .. })) {
        numbers::judge(speaking)
    } else {
        kinds::judge(field, speaking, values)
    }
}

/// The values given, each with its reports.
fn values(field: Field, speaking: &[&Said<'_>]) -> Vec<ValueSummary> {
    let mut found: BTreeMap<String, ValueSummary> = BTreeMap::new();
    for said in speaking {
        for claim in &said.claims {
            let key = kinds::key(claim, speaking);
            let entry = found.entry(key).or_insert_with(|| ValueSummary {
                value: kinds::words(field, claim),
                reports: Vec::new(),
                quotes: Vec::new(),
            });
            let words = kinds::words(field, claim);
            // Several ways to say one thing: the same one is shown whatever the order of the reports.
            if (words.len(), &words) < (entry.value.len(), &entry.value) && !kinds::is_dated(claim) {
                entry.value = words;
            } else if kinds::is_dated(claim) {
                entry.value = entry.value.clone().max_by_len(words);
            }
            if entry.reports.last().map(String::as_str) != Some(said.report) {
                entry.reports.push(said.report.to_owned());
                entry.quotes.push(Quoted {
                    report: said.report.to_owned(),
                    span: claim.span,
                    quote: claim.quote.clone(),
                    attributed_to: claim.attributed_to.clone(),
                });
            }
        }
    }
    let mut values: Vec<ValueSummary> = found.into_values().collect();
    values.sort_by(|one, two| two.reports.len().cmp(&one.reports.len()).then_with(|| one.value.cmp(&two.value)));
    values
}

trait MaxByLen {
    fn max_by_len(self, other: String) -> String;
}

impl MaxByLen for String {
    fn max_by_len(self, other: String) -> String {
        if (other.len(), &other) > (self.len(), &self) { other } else { self }
    }
}

/// "all five reports say", "three of five reports say".
pub(crate) fn says(some: usize, all: usize) -> String {
    let verb = if some == 1 { "says" } else { "say" };
    if some == all && all > 1 {
        format!("all {} reports {verb}", count(all))
    } else {
        format!("{} of {} reports {verb}", count(some), count(all))
    }
}

/// Small numbers in words.
pub(crate) fn count(number: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// "in three reports", "in one report".
pub(crate) fn in_reports(number: usize) -> String {
    format!("in {} report{}", count(number), if number == 1 { "" } else { "s" })
}
