//! Words: the form that writes them, what the leak check found, and exactly what would leave.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::threat::{Draft, DraftState, LeakNote, Purpose, Threat};
use domain::{Determination, DraftId, ThreatId, WarningId};
use drafting::DraftText;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, back, layout, words};
use crate::app::{NewDraft, ThreatView};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

/// The section of the threat's page.
pub fn section(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    let owed = threat.victims.iter().any(|victim| victim.determination() == Determination::Warn);
    html! {
        section #draft {
            h2 { "Draft and approval" }
            @for draft in &threat.drafts {
                p {
                    a href={ "/threats/" (threat.id) "/drafts/" (draft.id) } { "Draft of " (words::time(draft.at)) } " by " (draft.by) ": "
                    strong { (state(draft)) } @if !draft.leaks.is_empty() { ", " (draft.leaks.len()) " places found by the leak check" }
                }
            }
            @if !owed { p { "A draft can be approved once the determination is warn." } }
            @if threat.closed.is_none() && !threat.victims.is_empty() { (form(threat)) }
        }
    }
}

const fn state(draft: &Draft) -> &'static str {
    match draft.state {
        DraftState::Written => "waits for a second reader",
        DraftState::Leaking => "refused by the leak check",
        DraftState::Approved => "approved",
        DraftState::Returned => "sent back",
    }
}

fn form(threat: &Threat) -> Markup {
    let last: Option<DraftText> =
        threat.drafts.last().and_then(|draft| serde_json::from_value(draft.text.clone()).ok());
    let value = |pick: fn(&DraftText) -> &String| last.as_ref().map(|text| pick(text).clone()).unwrap_or_default();
    let advice = last.as_ref().map(|text| text.advice.join("\n")).unwrap_or_default();
    let warning = threat.warnings.last();
    html! {
        details open[threat.drafts.is_empty()] {
            summary { "Write a draft" }
            form .stack method="post" action={ "/threats/" (threat.id) "/drafts" } {
                label { "For" select name="victim" { @for victim in &threat.victims { option value=(victim.id) { (victim.name) } } } }
                label { "Purpose" select name="purpose" {
                    option value="warn" { "the first warning" }
                    @if let Some(warning) = warning {
                        option value={ "warn_again:" (warning.id) } { "warn again, after " (warning.reference) }
                        option value={ "update:" (warning.id) } { "update " (warning.reference) }
                        option value={ "stand_down:" (warning.id) } { "stand down " (warning.reference) }
                    }
                } }
                label { "Headline" input name="headline" value=(value(|t| &t.headline)) required maxlength="160"; }
                label { "What may happen, by whom, to whom" textarea name="what" rows="4" required { (value(|t| &t.what)) } }
                label { "When" input name="when" value=(value(|t| &t.when)) required; }
                label { "Where" input name="place" value=(value(|t| &t.place)) required; }
                label { "How sure we are" input name="how_sure" value=(value(|t| &t.how_sure)); }
                label { "What they are advised to do, one instruction a line" textarea name="advice" rows="4" required { (advice) } }
                label { "What we cannot tell them" input name="cannot_tell" value=(value(|t| &t.cannot_tell)) required; }
                label { "Whom to contact, and how" input name="contact" value=(value(|t| &t.contact)) required; }
                button type="submit" { "Check and keep this draft" }
            }
        }
    }
}

/// One draft: its words with the findings marked, and every rendering exactly as it would leave.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft)): Path<(String, String)>,
) -> Page {
    let (threat, draft): (ThreatId, DraftId) = (id(&threat)?, id(&draft)?);
    let threat = desk.threat(threat).await?;
    let draft = threat.draft(draft).ok_or_else(|| AppError::not_found("draft"))?;
    let text: DraftText = serde_json::from_value(draft.text.clone()).map_err(AppError::fault)?;
    let shown = desk.shown(draft)?;
    let content = html! {
        p .kind { "Draft" }
        h1 { (text.headline) }
        p { "Written by " (draft.by) ", " (words::stamp(draft.at)) ". It " strong { (state(draft)) } "." }
        div .two {
            article .words {
                @for part in text.parts() { @if !part.text.is_empty() {
                    h3 { (words::plain(&part.name)) }
                    p { (marked(&part.text, draft.leaks.iter().filter(|leak| leak.part == part.name))) }
                } }
            }
            aside { (findings(draft)) (approval(&threat, draft)) }
        }
        h2 { "Exactly what would leave" }
        ul { @for planned in &draft.release.plan {
            li { (planned.channel) " to " (planned.recipient.name) @if let Some(onward) = &planned.onward_to { ", who passes it on to " (onward.name) } @if planned.order > 0 { span .small { " (if those before it fail)" } } }
        } }
        @if draft.release.plan.is_empty() { p .finding { "Nobody is in the plan: the register knows no way to them. Name a way before approval." } }
        @for one in &shown { details { summary { (words::plain(&one.label)) } pre tabindex="0" { (one.content) } } }
        p .small { "Fingerprint of all bytes that would leave: " code { (draft.release.fingerprint) } }
        p { a href={ "/threats/" (threat.id) "#draft" } { "Back to the threat" } }
    };
    Ok(layout::page("Draft", &visitor.0, desk.clock.now(), content))
}

fn findings(draft: &Draft) -> Markup {
    html! {
        h2 { "Leak check" }
        @if draft.leaks.is_empty() { p { "Compared with every protected paragraph of this threat: nothing found." } }
        @for leak in &draft.leaks {
            p .finding { strong { (words::plain(&leak.kind)) } " in " (words::plain(&leak.part)) ": \u{201c}" (leak.words) "\u{201d} " (leak.why) }
        }
    }
}

fn approval(threat: &Threat, draft: &Draft) -> Markup {
    let path = format!("/threats/{}/drafts/{}", threat.id, draft.id);
    html! {
        @if draft.state == DraftState::Written {
            h2 { "Approval" }
            p { "A second person reads what leaves and approves these very bytes. " (draft.by) " wrote it and may not." }
            form method="post" action={ (path) "/approval" } {
                input type="hidden" name="fingerprint" value=(draft.release.fingerprint);
                button type="submit" { "Approve this warning" }
            }
            form .stack method="post" action={ (path) "/return" } {
                label { "Or send it back, with a reason" input name="reason" required; }
                button .quiet type="submit" { "Send this draft back" }
            }
        }
    }
}

/// A text with the findings' words underlined, each once, in order.
fn marked<'a>(text: &str, leaks: impl Iterator<Item = &'a LeakNote>) -> Markup {
    let mut spots: Vec<(usize, usize, &str)> = leaks
        .filter_map(|leak| text.find(&leak.words).map(|at| (at, at + leak.words.len(), leak.why.as_str())))
        .collect();
    spots.sort_unstable();
    let mut at = 0;
    html! {
        @for (from, to, why) in spots {
            @if from >= at {
                (text.get(at..from).unwrap_or_default()) mark .leak title=(why) { (text.get(from..to).unwrap_or_default()) }
                ({ at = to; "" })
            }
        }
        (text.get(at..).unwrap_or_default())
    }
}

/// A draft as the form gives it.
#[derive(Deserialize)]
pub struct DraftForm {
    victim: String,
    purpose: String,
    headline: String,
    what: String,
    when: String,
    place: String,
    how_sure: String,
    advice: String,
    cannot_tell: String,
    contact: String,
}

/// Checks and keeps a draft, then shows it.
pub async fn write(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<DraftForm>,
) -> Done {
    let purpose = purpose(&form.purpose)?;
    // A browser sends line ends as CR LF; a carriage return may not leave in any text.
    let clean = |text: String| text.replace("\r\n", "\n").trim().to_owned();
    let text = DraftText {
        language: "en".to_owned(),
        headline: clean(form.headline),
        what: clean(form.what),
        when: clean(form.when),
        place: clean(form.place),
        how_sure: clean(form.how_sure),
        advice: clean(form.advice).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        cannot_tell: clean(form.cannot_tell),
        contact: clean(form.contact),
        cap: drafting::CapTerms::default(),
    };
    let new = NewDraft { victim: id(&form.victim)?, purpose, text, ways: None };
    let after = desk.write_draft(visitor.ask(), id(&threat)?, new).await?;
    let draft = after.drafts.last().map(|draft| draft.id.to_string()).unwrap_or_default();
    Ok(axum::response::Redirect::to(&format!("/threats/{threat}/drafts/{draft}")))
}

fn purpose(text: &str) -> Result<Purpose, AppError> {
    let unknown = || AppError::invalid("purpose", "is none of the purposes offered");
    let Some((word, of)) = text.split_once(':') else {
        return if text == "warn" { Ok(Purpose::Warn) } else { Err(unknown()) };
    };
    let of: WarningId = of.parse().map_err(|_| unknown())?;
    match word {
        "warn_again" => Ok(Purpose::WarnAgain(of)),
        "update" => Ok(Purpose::Update(of)),
        "stand_down" => Ok(Purpose::StandDown(of)),
        _ => Err(unknown()),
    }
}

/// What the approver was shown.
#[derive(Deserialize)]
pub struct ApproveForm {
    fingerprint: String,
}

/// Approves a draft.
pub async fn approve(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft)): Path<(String, String)>,
    Fields(form): Fields<ApproveForm>,
) -> Done {
    desk.approve(visitor.ask(), id(&threat)?, id(&draft)?, &form.fingerprint).await?;
    Ok(back(&threat, "deliveries"))
}

/// Why a draft goes back.
#[derive(Deserialize)]
pub struct ReturnForm {
    reason: String,
}

/// Sends a draft back.
pub async fn send_back(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft)): Path<(String, String)>,
    Fields(form): Fields<ReturnForm>,
) -> Done {
    desk.return_draft(visitor.ask(), id(&threat)?, id(&draft)?, &form.reason).await?;
    Ok(back(&threat, "draft"))
}
