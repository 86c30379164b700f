//! The answer as a text for people: a table for each threat.

use crate::compare::FieldSummary;
use crate::output::{Output, ThreatOutput};

/// Columns of a terminal that the table is made for.
const WIDTH: usize = 110;

/// Columns before the values.
const LEFT: usize = 43;

/// The answer in plain words.
pub fn plain(output: &Output<'_>) -> String {
    let mut text = String::new();
    for report in &output.reports {
        let date = report.document_date.as_deref().unwrap_or("date not told");
        let language = report.language.unwrap_or("language not clear");
        text.push_str(&format!("{} ({language}, {date})\n", report.file));
        wrapped(&mut text, report.summary, 2, 2);
        text.push('\n');
    }
    for threat in &output.threats {
        table(&mut text, threat);
    }
    for error in &output.errors {
        text.push_str(&format!("not read: {}: {}\n", error.file, error.error));
    }
    text
}

fn table(text: &mut String, threat: &ThreatOutput) {
    let many = if threat.reports.len() == 1 { "report" } else { "reports" };
    text.push_str(&format!("Threat {}: {} {many}\n", threat.id, threat.reports.len()));
    for (at, report) in threat.reports.iter().enumerate() {
        text.push_str(&format!("  [{}] {report}\n", at + 1));
        if let Some(why) = at.checked_sub(1).and_then(|at| threat.why.get(at)) {
            wrapped(text, &format!("linked: {why}"), 6, 14);
        }
    }
    text.push('\n');
    for field in &threat.fields {
        row(text, threat, field);
    }
    for independence in &threat.independence {
        let reports = numbers(threat, &independence.reports);
        wrapped(text, &format!("  {reports} rest on {}", independence.rests_on), 0, 4);
    }
    text.push('\n');
}

fn row(text: &mut String, threat: &ThreatOutput, field: &FieldSummary) {
    let head = format!("  {:<24}{:<17}", field.field.id().replace('_', " "), field.verdict.id());
    if field.values.is_empty() {
        text.push_str(&format!("{head:<LEFT$}- {}\n", field.note));
        return;
    }
    for (at, value) in field.values.iter().enumerate() {
        let left = if at == 0 { head.as_str() } else { "" };
        let line = format!("{left:<LEFT$}{} {}", value.value, numbers(threat, &value.reports));
        wrapped(text, &line, 0, LEFT + 2);
    }
    wrapped(text, &format!("({})", field.note), LEFT, LEFT + 1);
}

/// "[1][3]": the reports by their number in the list above.
fn numbers(threat: &ThreatOutput, reports: &[String]) -> String {
    let number = |report: &String| threat.reports.iter().position(|one| one == report).map_or(0, |at| at + 1);
    let mut numbers: Vec<usize> = reports.iter().map(number).collect();
    numbers.sort_unstable();
    let list: Vec<String> = numbers.iter().map(|number| format!("[{number}]")).collect();
    list.concat()
}

/// One paragraph, broken at spaces; `first` and `rest` are how far its lines are indented.
fn wrapped(text: &mut String, paragraph: &str, first: usize, rest: usize) {
    let lead = paragraph.len() - paragraph.trim_start().len();
    let mut line = " ".repeat(first + lead);
    let mut fresh = true;
    for word in paragraph.trim_start().split(' ') {
        if !fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(rest);
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
