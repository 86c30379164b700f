//! What the reports say: field, value, who says so, and agreement or conflict in words.

use domain::Span;
use maud::{Markup, html};
use reading::compare::{FieldSummary, Quoted, ValueSummary, Verdict};

use super::words;
use crate::app::ThreatView;

/// With more reports than this a value names those that give it, instead of showing a place for each.
const PLACES: usize = 9;

/// The section of the threat's page.
pub fn section(view: &ThreatView) -> Markup {
    let told: Vec<&FieldSummary> = view.comparison.fields.iter().filter(|field| !field.values.is_empty()).collect();
    let untold: Vec<String> = view
        .comparison
        .fields
        .iter()
        .filter(|field| field.values.is_empty())
        .map(|field| field.field.to_string())
        .collect();
    html! {
        section #reports {
            h2 { "What the reports say" }
            (reports(view))
            (conflicts(&told))
            @if !told.is_empty() {
                table .says {
                    thead { tr { th scope="col" { "Field" } th scope="col" { "Value, and which reports give it" } @if several(view) { th scope="col" { "How they stand to each other" } } } }
                    tbody { @for field in &told { (row(view, field)) } }
                }
            }
            @if !untold.is_empty() { p { strong { "No report says: " } (untold.join(", ")) "." } }
        }
    }
}

/// The reports by number, and how many independent voices stand behind them.
fn reports(view: &ThreatView) -> Markup {
    let voices = &view.comparison.independence;
    html! {
        ol .reports {
            @for (at, (link, report)) in view.threat.reports.iter().zip(&view.reports).enumerate() {
                li {
                    span .mark .after[link.after_the_fact] aria-hidden="true" { (at + 1) }
                    span { a href={ "/reports/" (report.id) } { (report.name) } " from " (report.reporter) ", " (words::stamp(report.received_at))
                    @if link.after_the_fact { ", after the fact" } }
                }
            }
        }
        @if view.reports.len() > 1 {
            details {
                summary { "Why they are linked" }
                ol { @for link in &view.threat.reports { li { "By " (link.by) ", " (words::stamp(link.at)) ": " (words::sentence(&link.why)) } } }
            }
        }
        @if view.reports.len() > 1 {
            p { strong { (words::count(view.reports.len(), "report")) ", at most " (words::count(voices.len(), "independent voice")) "." } }
        }
        ul .voices {
            @for voice in voices.iter().filter(|voice| voice.reports.len() > 1) {
                li { "Reports " (numbers(view, &voice.reports)) " rest on " strong { (numbered(view, &voice.rests_on)) } "." }
            }
        }
    }
}

/// Where the reports cannot all be right, first of all.
fn conflicts(told: &[&FieldSummary]) -> Markup {
    let found: Vec<&&FieldSummary> = told.iter().filter(|field| field.verdict == Verdict::Conflict).collect();
    html! {
        @if !found.is_empty() {
            p .finding { strong { "They conflict on " } @for (at, field) in found.iter().enumerate() { @if at > 0 { ", " } a href={ "#field-" (field.field.id()) } { (field.field) } } "." }
        }
    }
}

fn row(view: &ThreatView, field: &FieldSummary) -> Markup {
    html! {
        tr class=(field.verdict.id()) id={ "field-" (field.field.id()) } {
            th scope="row" { (words::capital(&field.field.to_string())) }
            td { @for value in &field.values { (one_value(view, value)) } }
            @if several(view) { td .verdict { strong { (verdict(field.verdict)) } @if tells(field) { span .small { (words::sentence(&numbered(view, &field.note))) } } } }
        }
    }
}

/// Whether there is anything to compare.
const fn several(view: &ThreatView) -> bool {
    view.reports.len() > 1
}

/// Whether a field's note says more than the marks beside its values do.
const fn tells(field: &FieldSummary) -> bool {
    match field.verdict {
        Verdict::Conflict | Verdict::Compatible | Verdict::Granularity | Verdict::Unknown => !field.note.is_empty(),
        Verdict::Agree | Verdict::SingleReporter => false,
    }
}

fn one_value(view: &ThreatView, value: &ValueSummary) -> Markup {
    let gives = |id: &str| value.reports.iter().any(|report| report == id);
    let all = view.reports.len();
    html! {
        div .value {
            span { (value.value) }
            span .marks {
                @for (at, report) in view.reports.iter().enumerate() {
                    @let id = report.id.to_string();
                    @if gives(&id) {
                        a .mark .after[view.threat.reports.get(at).is_some_and(|link| link.after_the_fact)] href=(place(view, value, at)) aria-label={ "report " (at + 1) } { (at + 1) }
                    } @else if all <= PLACES { i {} }
                }
            }
        }
    }
}

/// The words in the report that a value stands on.
fn place(view: &ThreatView, value: &ValueSummary, at: usize) -> String {
    let Some(report) = view.reports.get(at) else { return String::new() };
    let id = report.id.to_string();
    let span: Option<Span> = value.quotes.iter().find(|quoted: &&Quoted| quoted.report == id).map(|quoted| quoted.span);
    let claims = report.reading.as_ref().map_or(&[][..], |reading| &reading.claims);
    match claims.iter().find(|claim| Some(claim.span) == span) {
        Some(claim) => format!("?r={}#words-{}", at + 1, claim.id),
        None => format!("?r={}", at + 1),
    }
}

/// A verdict in words.
const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agree => "Agree",
        Verdict::Compatible => "Can all be true",
        Verdict::Conflict => "Conflict",
        Verdict::Granularity => "Same, more or less exact",
        Verdict::SingleReporter => "One report alone",
        Verdict::Unknown => "Not told",
    }
}

/// Reports by their numbers: `1, 3 and 4`.
fn numbers(view: &ThreatView, ids: &[String]) -> String {
    let mut found: Vec<usize> = view
        .reports
        .iter()
        .enumerate()
        .filter(|(_, report)| ids.contains(&report.id.to_string()))
        .map(|(at, _)| at + 1)
        .collect();
    found.sort_unstable();
    let last = found.pop().map(|last| last.to_string()).unwrap_or_default();
    if found.is_empty() {
        return last;
    }
    format!("{} and {last}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// A note with the ids of reports replaced by their numbers.
fn numbered(view: &ThreatView, note: &str) -> String {
    view.reports
        .iter()
        .enumerate()
        .fold(note.to_owned(), |note, (at, report)| note.replace(&report.id.to_string(), &format!("report {}", at + 1)))
}
