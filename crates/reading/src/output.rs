//! What `forewarn read FILE…` answers: one JSON document, or a text for people.

mod table;

use domain::Window;
use domain::claim::{Claim, Field, Stage};
use serde::Serialize;

use crate::compare::{FieldSummary, Independence, compare};
use crate::document::Format;
use crate::link::{Feature, Group, group};
use crate::reader::Read;

pub use table::plain;

/// The whole answer, in the shape of `--json`.
#[derive(Debug, Serialize)]
pub struct Output<'r> {
    /// One entry for each file that could be read.
    pub reports: Vec<ReportOutput<'r>>,
    /// The threats they speak of.
    pub threats: Vec<ThreatOutput>,
    /// Files that could not be read, and why.
    pub errors: Vec<ErrorOutput>,
}

/// One report.
#[derive(Debug, Serialize)]
pub struct ReportOutput<'r> {
    /// The file, as named on the command line.
    pub file: &'r str,
    /// BCP 47 tag; null when there is too little text to tell.
    pub language: Option<&'r str>,
    /// The day the document says it was written; null when it does not say.
    pub document_date: Option<String>,
    /// One plain sentence with its doubt.
    pub summary: &'r str,
    /// How far the main event has come.
    pub stage: Option<Stage>,
    /// When the harm is expected, for a report of what is to come.
    pub window: Option<Window>,
    /// The text that spans point into, where that is not the file itself (e-mail, JSON).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'r str>,
    /// What was read.
    pub claims: &'r [Claim],
}

/// One threat.
#[derive(Debug, Serialize)]
pub struct ThreatOutput {
    /// `t1`, `t2`, …: good for this answer only.
    pub id: String,
    /// Its reports' files.
    pub reports: Vec<String>,
    /// For each report but the first, why it is linked.
    pub why: Vec<String>,
    /// Field by field, what they say and how they stand to each other.
    pub fields: Vec<FieldSummary>,
    /// How many independent reporters there really are.
    pub independence: Vec<Independence>,
}

/// A file that could not be read.
#[derive(Debug, Serialize)]
pub struct ErrorOutput {
    /// The file.
    pub file: String,
    /// What was wrong and what to do.
    pub error: String,
}

/// Puts the answer together. Reports are given in the order of the command line, with the error of those not read.
pub fn output<'r, E: std::fmt::Display>(files: &'r [(String, Result<Read, E>)]) -> Output<'r> {
    let read: Vec<(&'r str, &'r Read)> =
        files.iter().filter_map(|(file, read)| read.as_ref().ok().map(|read| (file.as_str(), read))).collect();
    let errors = files.iter().filter_map(|(file, read)| {
        read.as_ref().err().map(|error| ErrorOutput { file: file.clone(), error: error.to_string() })
    });
    Output {
        reports: read.iter().map(|(file, read)| report(file, read)).collect(),
        threats: threats(&read),
        errors: errors.collect(),
    }
}

fn report<'r>(file: &'r str, read: &'r Read) -> ReportOutput<'r> {
    let document = &read.document;
    let own_text = matches!(document.format, Format::Email | Format::Json);
    ReportOutput {
        file,
        language: document.language.as_ref().map(|language| language.tag.as_str()),
        document_date: document.date.as_ref().map(|date| date.at.to_string()),
        summary: &read.summary.text,
        stage: read.stage,
        window: read.window,
        text: own_text.then_some(document.verbatim.as_str()),
        claims: &read.claims,
    }
}

/// The threats among reports; one that tells of no act is no threat.
fn threats(read: &[(&str, &Read)]) -> Vec<ThreatOutput> {
    let threatening: Vec<&(&str, &Read)> = read
        .iter()
        .filter(|(_, read)| read.claims.iter().any(|claim| claim.is_main() && claim.field == Field::Act))
        .collect();
    let features: Vec<&[Feature]> = threatening.iter().map(|(_, read)| read.features.as_slice()).collect();
    group(&features).into_iter().zip(1..).map(|(group, number)| threat(&threatening, group, number)).collect()
}

fn threat(read: &[&(&str, &Read)], group: Group, number: usize) -> ThreatOutput {
    let members: Vec<(String, &Read)> =
        group.members.iter().map(|index| (read[*index].0.to_owned(), read[*index].1)).collect();
    let comparison = compare(&members);
    ThreatOutput {
        id: format!("t{number}"),
        reports: members.into_iter().map(|(file, _)| file).collect(),
        why: group.why,
        fields: comparison.fields,
        independence: comparison.independence,
    }
}
