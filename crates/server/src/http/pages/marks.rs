//! The markings of a report: what was put on its words and by whom, and the forms that mark words or release them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use domain::marking::{MarkedBy, SpanMark, composed};
use domain::report::Report;
use domain::{Role, Span};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Visitor, words};
use crate::app::{ReportText, Stretch, Which, YesNo};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

/// Offered in the form; any other marking may be written too.
const COMMON: [&str; 9] = [
    "TLP:GREEN",
    "TLP:AMBER",
    "TLP:AMBER+STRICT",
    "TLP:RED",
    "S//NF",
    "S//REL TO USA, GBR",
    "OFFICIAL-SENSITIVE",
    "SOURCE-REVEALING",
    "ORIGINATOR CONTROLLED BY ",
];

/// What the whole report carries, in one line.
pub fn whole(text: &ReportText) -> String {
    composed(text.stretches.iter().map(|stretch| &stretch.marking)).to_string()
}

/// What a stretch carries, above its words; nothing where it carries nothing.
pub fn label(stretch: &Stretch) -> Markup {
    html! { @if !stretch.marking.is_empty() { span .marking { (stretch.marking) } } }
}

/// What was put on the words since the report came, and the forms for more.
pub fn section(text: &ReportText, roles: &[Role]) -> Markup {
    let report = &text.report;
    let may_release = roles.iter().any(|role| matches!(role, Role::Approver | Role::SeniorOfficer));
    html! {
        @if !report.marks.is_empty() {
            details {
                summary { "Markings were put on its words " (words::count(report.marks.len(), "time")) }
                ul { @for mark in &report.marks { li { (put(mark)) } } }
            }
        }
        @if roles.iter().any(Role::works) && report.duplicate_of.is_none() { (marking(report)) }
        @if may_release && report.duplicate_of.is_none() { (releasing(report, &text.stretches)) }
    }
}

fn put(mark: &SpanMark) -> Markup {
    let Span { start, end } = mark.span;
    html! {
        (words::stamp(mark.signed.at)) ", " (mark.signed.by) ": "
        @match &mark.how {
            MarkedBy::Hand => { "marked " strong { (mark.marking) } }
            MarkedBy::Rule { pack, rule } => { "marked " strong { (mark.marking) } " by the rule " (rule) " of " (pack) }
            MarkedBy::Release { agreed: Some(who) } => { "released to " strong { (mark.marking) } "; " (who) " agreed for the originator" }
            MarkedBy::Release { agreed: None } => { "released to " strong { (mark.marking) } "; nobody was named for the originator" }
        }
        " (bytes " (start) " to " (end) "): " (words::sentence(&mark.signed.reason))
    }
}

fn marking(report: &Report) -> Markup {
    html! {
        details {
            summary { "Mark words of this report" }
            form .stack method="post" action={ "/reports/" (report.id) "/marks" } {
                p { "A marking is added to what the words carry, and never takes anything away." }
                label { "The words, exactly as they stand " span .hint { "Each place where they stand is marked." } input name="words" maxlength="2000"; }
                label .inline { input type="checkbox" name="whole" value="yes"; span { "the whole report instead" } }
                label { "Marking" input name="marking" required maxlength="200" list="markings"; }
                datalist #markings { @for one in COMMON { option value=(one) {} } }
                label { "Why" input name="reason" required maxlength="500"; }
                button type="submit" { "Mark these words" }
            }
        }
    }
}

fn releasing(report: &Report, stretches: &[Stretch]) -> Markup {
    let marked = stretches.iter().filter(|stretch| !stretch.marking.is_empty());
    let value = |span: Span| format!("{}-{}", span.start, span.end);
    html! {
        details {
            summary { "Release words of this report" }
            form .stack method="post" action={ "/reports/" (report.id) "/releases" } {
                p { "Released words may stand in warnings as their new marking says. " strong { "This is recorded" } " with your name, the time and your reason." }
                label { "A stretch" select name="span" {
                    option value="" { "the words below" }
                    @for stretch in marked { option value=(value(stretch.span)) { (stretch.marking) ", bytes " (stretch.span.start) " to " (stretch.span.end) } }
                } }
                label { "Or the words, exactly as they stand" input name="words" maxlength="2000"; }
                label { "What they carry from now on" input name="marking" required maxlength="200" placeholder="TLP:GREEN"; }
                label { "Who agreed for the originator " span .hint { "Empty when nobody could be asked: then only a senior officer may release what the text itself marks." } input name="agreed" maxlength="200"; }
                label { "Why" input name="reason" required maxlength="500"; }
                button type="submit" { "Release these words" }
            }
        }
    }
}

/// The form that marks or releases.
#[derive(Deserialize)]
pub struct MarkForm {
    #[serde(default)]
    words: String,
    #[serde(default)]
    whole: YesNo,
    #[serde(default)]
    span: String,
    marking: String,
    #[serde(default)]
    agreed: String,
    reason: String,
}

impl MarkForm {
    fn which(&self) -> Result<Which, AppError> {
        let span = match self.span.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| AppError::invalid("span", "is none that this page offered"))?),
        };
        // A browser sends line ends as CR LF.
        Ok(Which { words: self.words.replace("\r\n", "\n"), span, whole: self.whole == YesNo::Yes })
    }
}

/// Puts a marking on words, and shows the report.
pub async fn mark(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(report): Path<String>,
    Fields(form): Fields<MarkForm>,
) -> Done {
    let report = id(&report)?;
    desk.mark_words(visitor.ask(), report, &form.which()?, &form.marking, &form.reason).await?;
    Ok(Redirect::to(&format!("/reports/{report}")))
}

/// Releases words, and shows the report.
pub async fn release(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(report): Path<String>,
    Fields(form): Fields<MarkForm>,
) -> Done {
    let report = id(&report)?;
    let which = form.which()?;
    desk.release_words(visitor.ask(), report, &which, &form.marking, &form.agreed, &form.reason).await?;
    Ok(Redirect::to(&format!("/reports/{report}")))
}
