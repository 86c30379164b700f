//! Reports: the list, one report with its claims at their words, and the form that brings one in.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use domain::Role;
use domain::claim::{Claim, Field, Stage};
use domain::report::{Handling, Report};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, coordination, layout, marks, words};
use crate::app::{NewReport, ReportLine, ReportText, Stretch, YesNo, details};
use crate::desk::Desk;
use crate::http::api::id;

/// All reports, newest first, with the form for a new one.
pub async fn list(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let page = desk.report_lines(None, 200).await?;
    let content = html! {
        h1 { "Reports" }
        @if visitor.0.roles().iter().any(|role| *role != Role::Inspector) { (form(page.items.is_empty())) }
        @if page.items.is_empty() { p { "No report has come in yet." } }
        @else {
            table .desk .reports {
                thead { tr { th scope="col" { "Received" } th scope="col" { "Report" } th scope="col" { "Reporter" } th scope="col" { "What became of it" } } }
                tbody { @for line in &page.items { (row(line)) } }
            }
        }
    };
    Ok(layout::page(&layout::Frame::still("Reports", "Reports", desk.clock.now()), &visitor.0, &content))
}

fn row(line: &ReportLine) -> Markup {
    html! {
        tr {
            td .when { (words::stamp(line.received_at)) }
            td .what { a .row href={ "/reports/" (line.id) } { (line.sentence) } " " span .small { (line.name) } }
            td { (line.reporter) }
            td {
                @match (&line.threat, &line.duplicate_of) {
                    (_, Some(of)) => { "the same text as " a href={ "/reports/" (of) } { "an earlier report" } }
                    (Some(threat), None) => { "a report on " a href={ "/threats/" (threat) } { "this threat" } }
                    (None, None) => { (words::plain(&line.step)) }
                }
            }
        }
    }
}

fn form(open: bool) -> Markup {
    html! {
        details #bring open[open] {
            summary { "Bring a report in" }
            form .stack method="post" action="/reports" {
                label { "Name or subject" input name="name" required maxlength="200"; }
                label { "Reporter: who sent it" input name="reporter" required maxlength="200"; }
                fieldset {
                    legend { "Paragraphs without a portion mark" }
                    div .choices {
                        label .inline { input type="radio" name="handling" value="protected" checked; "are protected" }
                        label .inline { input type="radio" name="handling" value="open"; "are open (public reporting)" }
                    }
                }
                label { "Originator: the body whose information it is " span .hint { "Empty when nobody knows." } input name="originator" maxlength="200"; }
                label { "Wants to be asked before words of theirs are used" select name="originator_controlled" { option value="no" { "not that we know" } option value="yes" { "yes" } } }
                label { "The report, word for word" textarea name="text" rows="12" required {} }
                button type="submit" { "Bring this report in" }
            }
        }
    }
}

/// A report as the form gives it.
#[derive(Deserialize)]
pub struct NewForm {
    name: String,
    reporter: String,
    handling: Handling,
    #[serde(default)]
    originator: String,
    #[serde(default)]
    originator_controlled: YesNo,
    text: String,
}

/// Takes a report in and shows it.
pub async fn add(State(desk): State<Arc<Desk>>, visitor: Visitor, Fields(form): Fields<NewForm>) -> Done {
    let name = if form.name.contains('.') { form.name } else { format!("{}.txt", form.name) };
    let details = details(&form.originator, form.originator_controlled == YesNo::Yes, "", "");
    let (reporter, bytes) = (form.reporter, form.text.into_bytes());
    let new = NewReport { name, reporter, handling: form.handling, details, bytes };
    let report = desk.take_in(visitor.ask(), new).await?;
    Ok(Redirect::to(&format!("/reports/{}", report.id)))
}

/// One report; its protected paragraphs stay closed.
pub async fn page(State(desk): State<Arc<Desk>>, visitor: Visitor, Path(report): Path<String>) -> Page {
    let text = desk.report_text(id(&report)?).await?;
    Ok(layout::page(
        &layout::Frame::still("Report", "Reports", desk.clock.now()),
        &visitor.0,
        &shown(&text, visitor.0.roles()),
    ))
}

/// Why somebody opens protected paragraphs.
#[derive(Deserialize)]
pub struct Opening {
    reason: String,
}

/// Opens the protected paragraphs; recorded before they are shown.
pub async fn open(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(report): Path<String>,
    Fields(form): Fields<Opening>,
) -> Page {
    let text = desk.open_protected(visitor.ask(), id(&report)?, &form.reason).await?;
    Ok(layout::page(
        &layout::Frame::still("Report, opened", "Reports", desk.clock.now()),
        &visitor.0,
        &shown(&text, visitor.0.roles()),
    ))
}

fn shown(text: &ReportText, roles: &[Role]) -> Markup {
    let report = &text.report;
    let claims = report.reading.as_ref().map_or(&[][..], |reading| reading.claims.as_slice());
    let stage = claims.first().and_then(|claim| claim.stage);
    html! {
        p .kind { "Report" }
        h1 { @match &report.reading { Some(reading) => { (reading.sentence) } None => { (report.name) } } }
        (facts(report, &marks::whole(text)))
        @if !report.looks.is_empty() {
            details {
                summary { "Protected paragraphs were looked at " (words::count(report.looks.len(), "time")) }
                ul { @for look in &report.looks { li { (words::stamp(look.at)) ", " (look.by) ": " (words::sentence(&look.reason)) } } }
            }
        }
        @if text.stretches.iter().any(|stretch| stretch.words.is_none()) { (opening(report)) }
        (marks::section(text, roles))
        div .two {
            article .verbatim aria-label="The report, word for word" {
                @for stretch in &text.stretches { (paragraph(stretch, claims)) }
            }
            aside aria-label="Claims" {
                h2 { "Claims (" (claims.len()) ")" }
                p .legend { @for (kind, name) in KINDS { span class={ "claim " (kind) } { (name) } } }
                ol .claims { @for claim in claims { (note(claim, stage, &text.stretches)) } }
            }
        }
    }
}

fn facts(report: &Report, marking: &str) -> Markup {
    html! {
        dl .facts {
            dt { "Received" } dd { (words::stamp(report.received_at)) ", by " (report.received_by) }
            dt { "Reporter" } dd { (report.reporter) }
            dt { "Name" } dd { (report.name) }
            dt { "Became" } dd {
                @match (&report.threat, &report.duplicate_of) {
                    (_, Some(of)) => { "recognised as the same text as " a href={ "/reports/" (of) } { "an earlier report" } }
                    (Some(threat), None) => { "a report on " a href={ "/threats/" (threat) } { "this threat" } }
                    (None, None) => { "not read yet" }
                }
            }
            @if !report.details.is_empty() { dt { "Stated about it" } dd { (coordination::stated(&report.details)) } }
            dt { "Marking" } dd { (marking) }
            dt { "SHA-256" } dd .code { (report.sha256) }
        }
    }
}

fn opening(report: &Report) -> Markup {
    html! {
        details {
            summary .lock { "Open the protected paragraphs" }
            form .stack method="post" action={ "/reports/" (report.id) "/protected" } {
                p { "They protect a source. " strong { "This look is recorded" } " with your name, the time and your reason." }
                label { "Why you need to see them" input name="reason" required maxlength="500"; }
                button type="submit" { "Open the protected paragraphs" }
            }
        }
    }
}

/// How claims are underlined, by kind; the shape of the line tells them apart, not its colour.
const KINDS: [(&str, &str); 5] =
    [("actor", "who"), ("place", "where"), ("time", "when"), ("number", "how many"), ("means", "what, and the rest")];

const fn kind(field: Field) -> &'static str {
    match field {
        Field::Organisation
        | Field::Perpetrator
        | Field::Target
        | Field::WarnedBy
        | Field::WarnedTo
        | Field::ClaimOfResponsibility
        | Field::RestsOn => "actor",
        Field::Place | Field::WarningPlace => "place",
        Field::Date | Field::WarningTime | Field::Occasion => "time",
        Field::Killed
        | Field::Injured
        | Field::Casualties
        | Field::Abducted
        | Field::Arrests
        | Field::SuspectsKilled => "number",
        Field::Act
        | Field::Stage
        | Field::Means
        | Field::Specificity
        | Field::Channel
        | Field::Acknowledgement
        | Field::Outcome
        | Field::PolicyBasis
        | Field::Exceptions
        | Field::Quotation => "means",
    }
}

/// One stretch of the text with its claims marked; a closed one is a bar.
fn paragraph(stretch: &Stretch, claims: &[Claim]) -> Markup {
    marked(stretch, claims, |claim, sharing, words| {
        html! {
            @for other in sharing { span id={ "words-" (other.id) } {} }
            a class={ "claim " (kind(claim.field)) } href={ "#note-" (claim.id) } id={ "words-" (claim.id) } data-claim=(claim.id) title=(claim.field) { (words) }
        }
    })
}

/// As it stands beside other reports on another page, under its number there: places to jump to, and no notes.
pub fn excerpt(number: usize, stretch: &Stretch, claims: &[Claim]) -> Markup {
    marked(stretch, claims, |claim, sharing, words| {
        html! {
            @for other in sharing { span id={ "r" (number) "-" (other.id) } {} }
            span class={ "claim " (kind(claim.field)) } id={ "r" (number) "-" (claim.id) } title=(claim.field) { (words) }
        }
    })
}

/// The words with a mark for each claim. Claims on the same words, or inside another claim's words, share one mark:
/// each has its own place to jump to.
fn marked(stretch: &Stretch, claims: &[Claim], mark: impl Fn(&Claim, &[&Claim], &str) -> Markup) -> Markup {
    let Some(words) = &stretch.words else {
        return html! { p .closed { (marks::label(stretch)) span .lock { "Protected paragraph, closed (" (stretch.span.end - stretch.span.start) " bytes)" } } };
    };
    let inside = |claim: &&Claim| stretch.span.start <= claim.span.start && claim.span.end <= stretch.span.end;
    let mut found: Vec<&Claim> = claims.iter().filter(inside).collect();
    found.sort_by_key(|claim| (claim.span.start, std::cmp::Reverse(claim.span.end)));
    let part =
        |from: usize, to: usize| words.get(from - stretch.span.start..to - stretch.span.start).unwrap_or_default();
    let mut at = stretch.span.start;
    let mut pieces = Vec::new();
    let mut rest = found.as_slice();
    while let Some((claim, others)) = rest.split_first() {
        let shared = others.iter().take_while(|other| other.span.start < claim.span.end).count();
        let (sharing, next) = others.split_at(shared);
        let before = part(at, claim.span.start);
        pieces.push(html! { (before) (mark(claim, sharing, part(claim.span.start, claim.span.end))) });
        at = claim.span.end;
        rest = next;
    }
    html! { p .protected[stretch.protected] { (marks::label(stretch)) @for piece in &pieces { (piece) } (part(at, stretch.span.end)) } }
}

/// A claim in the margin. Its words are quoted only where the report itself shows them.
fn note(claim: &Claim, usual: Option<Stage>, stretches: &[Stretch]) -> Markup {
    let closed = stretches.iter().any(|stretch| stretch.words.is_none() && claim.span.overlaps(stretch.span));
    html! {
        li id={ "note-" (claim.id) } data-claim=(claim.id) {
            span .field { (claim.field) }
            @if closed { " from a protected paragraph" } @else { " " a href={ "#words-" (claim.id) } { (claim.value) } }
            @if !claim.is_main() { span .small { " (another event, told as background)" } }
            @if let Some(stage) = claim.stage.filter(|_| claim.field != Field::Stage && claim.stage != usual) { span .small { " (" (stage) ")" } }
            @if let Some(by) = claim.attributed_to.as_ref().filter(|_| !closed) { span .small { " on the word of " (by) } }
            @if let Some(how) = claim.how_known { span .small { " (" (how) ")" } }
        }
    }
}
