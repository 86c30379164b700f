//! The inspector's page: how long each step took, what was determined, who waived, which deadlines passed.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Page, Told, Visitor, layout, words};
use crate::app::{Asked, Breach, By, Counted, Inspection};
use crate::desk::Desk;
use crate::error::AppError;

const BREACHES_SHOWN: usize = 60;

/// As the form has it: an empty field is one that was not filled in.
#[derive(Deserialize, Default)]
pub struct AskedForm {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    by: By,
}

impl AskedForm {
    fn asked(&self) -> Result<Asked, AppError> {
        let day = |field: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<Date>().map(Some).map_err(|_| AppError::invalid(field, "is not a day, YYYY-MM-DD")),
        };
        Ok(Asked { from: day("from", &self.from)?, to: day("to", &self.to)?, by: self.by })
    }
}

/// The page.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor, Query(form): Query<AskedForm>) -> Page {
    let found = desk.inspect(form.asked()?).await?;
    let by = [(By::All, "all", "all together"), (By::Pack, "pack", "by policy pack"), (By::Month, "month", "by month")];
    let asked = [("from", form.from.trim()), ("to", form.to.trim())];
    let days = asked.iter().filter(|(_, day)| !day.is_empty()).map(|(name, day)| format!("{name}={day}&"));
    let id = by.iter().find(|(known, ..)| *known == form.by).map_or("all", |(_, id, _)| id);
    let query = days.chain([format!("by={id}")]).collect::<String>();
    let content = html! {
        h1 { "Inspection" }
        p .first { strong { (words::count(usize::try_from(found.threats).unwrap_or(usize::MAX), "threat")) } " counted anew from the record" @if found.erased > 0 { "; the content of " (found.erased) " was erased, and nothing can be counted of them" } "." }
        form .stack method="get" action="/inspection" {
            label { "Known to the desk from " input type="date" name="from" value=(form.from); }
            label { "to " input type="date" name="to" value=(form.to); }
            label { "Grouped " select name="by" { @for (known, id, name) in by { option value=(id) selected[known == form.by] { (name) } } } }
            button type="submit" { "Count" }
        }
        p { a href={ "/inspection.csv?" (query) } { "The same as CSV" } " · " a href={ "/api/v1/stats/inspection?" (query) } { "as JSON" } }
        (times(&found))
        (counted("Determinations", "Intended victims by how their determination stands", &found.determinations))
        (waivers(&found))
        @if !found.coordination.is_empty() { (counted("Working together", "Shortcuts, disputes, originators, moved deadlines", &found.coordination)) }
        (breaches(&found))
    };
    Ok(layout::page(&layout::Frame::still("Inspection", "Inspection", desk.clock.now()), &visitor.0, &content))
}

fn times(found: &Inspection) -> Markup {
    let took = |minutes: i64| {
        if minutes < 120 { format!("{minutes} min") } else { format!("{} h {} min", minutes / 60, minutes % 60) }
    };
    html! {
        h2 { "How long it took" }
        @if found.times.is_empty() { p { "Nothing was determined, delivered or acknowledged yet." } }
        @else { p .small { "What left the desk before it was determined is not counted from determination to delivery." } table {
            thead { tr { th scope="col" { "Group" } th scope="col" { "Step" } th scope="col" { "Counted" } th scope="col" { "Median" } th scope="col" { "90 % within" } th scope="col" { "Worst" } } }
            tbody { @for line in &found.times { tr {
                td { (line.group) } td { (words::plain(line.step)) } td { (line.counted) }
                td { (took(line.median_minutes)) } td { (took(line.ninetieth_minutes)) } td { (took(line.worst_minutes)) }
            } } }
        } }
    }
}

fn counted(title: &str, what: &str, lines: &[Counted]) -> Markup {
    html! {
        h2 { (title) }
        @if lines.is_empty() { p { "None." } }
        @else { table {
            thead { tr { th scope="col" { "Group" } th scope="col" { (what) } th scope="col" { "How many" } } }
            tbody { @for line in lines { tr { td { (line.group) } td { (words::plain(&words::event(&line.what))) } td { (line.count) } } } }
        } }
    }
}

fn waivers(found: &Inspection) -> Markup {
    html! {
        h2 { "Waivers" }
        @if found.waivers.is_empty() { p { "No warning was waived." } }
        @else { p .small { "Every waiver that was affirmed; one that is over, or was set aside since, is among them." } table {
            thead { tr { th scope="col" { "Group" } th scope="col" { "Ground" } th scope="col" { "Affirmed by" } th scope="col" { "How many" } } }
            tbody { @for line in &found.waivers { tr { td { (line.group) } td { (words::plain(&line.ground)) } td { (line.affirmed_by) } td { (line.count) } } } }
        } }
    }
}

fn breaches(found: &Inspection) -> Markup {
    html! {
        h2 { "Deadlines that passed" }
        @if found.breaches.is_empty() { p { "None passed before what it was for was done." } }
        @else { ol .history { @for late in found.breaches.iter().take(BREACHES_SHOWN) { (one_breach(late)) } } }
        @if found.breaches.len() > BREACHES_SHOWN { p .small { "The first " (BREACHES_SHOWN) " of " (found.breaches.len()) "; the CSV has all." } }
    }
}

fn one_breach(late: &Breach) -> Markup {
    let roles: Vec<String> = late.asked.iter().map(|role| words::who(role)).collect();
    html! {
        li {
            strong { (words::capital(&words::plain(&late.what))) } " was due " (words::stamp(late.due_at)) " (" a href={ "/threats/" (late.threat) } { "threat" } "). "
            @match late.done_at { Some(at) => { "Done, or no longer owed, " (words::stamp(at)) ". " } None => { strong .finding { "Still open. " } } }
            "Asked " (words::count(usize::try_from(late.times_asked).unwrap_or(usize::MAX), "time")) ": " (roles.join(", ")) ". "
            @if late.called.is_empty() { "Nobody was called. " } @else { "Called: " (late.called.join(", ")) ". " }
            @if !late.taken_by.is_empty() { "Taken up by " (late.taken_by.join(", ")) ". " }
            @if late.reasons.is_empty() { "No reason was given." } @else { "Reasons: " (late.reasons.join("; ")) }
        }
    }
}

/// The same as CSV.
pub async fn csv(
    State(desk): State<Arc<Desk>>,
    _visitor: Visitor,
    Query(form): Query<AskedForm>,
) -> Result<Response, Told> {
    let found = desk.inspect(form.asked()?).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"inspection.csv\""),
    ];
    Ok((headers, found.csv()).into_response())
}
