//! Marking the words of a report by hand, and releasing them. A mark only adds; what words carry is lowered by a release
//! alone, which is a decision of its own with a name and a reason.

use jiff::Timestamp;

use super::{Report, ReportEvent};
use crate::actor::Actor;
use crate::marking::{MarkedBy, Marking, SpanMark, carried_at, composed, within};
use crate::refusal::Refusal;
use crate::threat::Signed;
use crate::words::{Role, Span};

/// What a person puts on words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Mark {
    /// Every place that is marked; one, or each where the same words stand.
    pub spans: Vec<Span>,
    pub marking: Marking,
    pub reason: String,
}

/// What a person lets words be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Release {
    pub span: Span,
    /// What they carry instead.
    pub to: Marking,
    /// Who agreed for the originator.
    pub agreed: Option<String>,
    pub reason: String,
}

/// Puts a marking on words, besides what they carry. Whoever works here may: it only holds back.
pub fn mark(report: &Report, text: &str, asked: Mark, by: &Actor, at: Timestamp) -> Result<Vec<ReportEvent>, Refusal> {
    let who = by.must_work("mark the words of a report")?;
    may_be_marked(report, text, &asked.marking, &asked.reason, &asked.spans)?;
    may_ask(report, &asked.marking)?;
    let stretches = report.stretches(text);
    if asked.spans.iter().all(|span| within(&stretches, *span).all(|known| asked.marking.le(&known.marking))) {
        return Err(Refusal::AlreadyDone { what: format!("these words carry {} and no less", asked.marking) });
    }
    let signed = Signed { by: who.to_owned(), at, reason: asked.reason };
    let put = |span| SpanMark { span, marking: asked.marking.clone(), how: MarkedBy::Hand, signed: signed.clone() };
    Ok(vec![ReportEvent::WordsMarked { marks: asked.spans.into_iter().map(put).collect() }])
}

/// Lets words carry less than they do. What their own text says is the originator's to take back: somebody there agreed,
/// or a senior officer answers for it.
pub fn release(
    report: &Report,
    text: &str,
    asked: Release,
    by: &Actor,
    at: Timestamp,
) -> Result<Vec<ReportEvent>, Refusal> {
    let who = by.must_hold(&[Role::Approver, Role::SeniorOfficer], "release the words of a report")?;
    may_be_marked(report, text, &asked.to, &asked.reason, &[asked.span])?;
    let stretches = report.stretches(text);
    if carried_at(&stretches, asked.span).le(&asked.to) {
        return Err(Refusal::AlreadyDone { what: format!("these words carry no more than {}", asked.to) });
    }
    let agreed = asked.agreed.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let written = composed(within(&stretches, asked.span).map(|stretch| &stretch.written));
    // Held back by this desk, and not by what the text says.
    let theirs = Marking { held: false, ..written };
    if !theirs.le(&asked.to) && agreed.is_none() && !by.holds(Role::SeniorOfficer) {
        return Err(Refusal::OriginatorsMark { marking: theirs.to_string() });
    }
    let signed = Signed { by: who.to_owned(), at, reason: asked.reason };
    let mark = SpanMark { span: asked.span, marking: asked.to, how: MarkedBy::Release { agreed }, signed };
    Ok(vec![ReportEvent::WordsReleased { mark }])
}

/// A report is one originator's: another name on a mark of it would ask somebody else.
fn may_ask(report: &Report, marking: &Marking) -> Result<(), Refusal> {
    let known = report.stated().originator;
    let other = |name: &&String| known.as_ref().is_some_and(|known| !known.eq_ignore_ascii_case(name));
    match marking.originators.iter().find(other) {
        None => Ok(()),
        Some(_) => Err(Refusal::BadField {
            field: "marking".into(),
            problem: format!("naming another originator than this report's: {}", known.unwrap_or_default()),
        }),
    }
}

fn may_be_marked(report: &Report, text: &str, marking: &Marking, reason: &str, spans: &[Span]) -> Result<(), Refusal> {
    Refusal::unless_reason(reason)?;
    let bad = |field: &str, problem: &str| Refusal::BadField { field: field.into(), problem: problem.into() };
    if let Some(of) = report.duplicate_of {
        return Err(Refusal::Duplicate { of: of.to_string() });
    }
    if marking.is_empty() || !marking.is_understood() {
        return Err(bad("marking", "none that this desk knows"));
    }
    let sound = |span: &Span| span.of(text).is_some_and(|words| !words.trim().is_empty());
    if spans.is_empty() || !spans.iter().all(sound) {
        return Err(bad("words", "not in this report; give them exactly as they stand there"));
    }
    Ok(())
}
