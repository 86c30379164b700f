//! Drafts: what the leak check found, exactly what would leave, and the second reader's approval.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use domain::account::Account;
use domain::threat::{Draft, DraftState, LeakNote, PlannedDelivery, Purpose, Threat};
use domain::{Determination, DraftId, Role, ThreatId};
use drafting::DraftText;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, back, layout, versions, words, writing};
use crate::app::{Shown, ThreatView};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

/// The section of the threat's page.
pub fn section(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    let urgent = |id| threat.shortcut(id).is_some_and(|shortcut| shortcut.coordinate_by > view.now);
    let owed = threat.victims.iter().any(|victim| victim.determination() == Determination::Warn || urgent(victim.id));
    html! {
        section #draft {
            h2 { "Draft and approval" }
            @if threat.drafts.is_empty() { p { "Nothing is written yet." } }
            ol .drafts {
                @for draft in &threat.drafts {
                    li {
                        a href={ "/threats/" (threat.id) "/drafts/" (draft.id) } { (purpose(threat, draft.purpose)) ", written " (words::time(draft.at)) } " by " (draft.by) ": "
                        strong { (state(draft)) } @if !draft.leaks.is_empty() { ", " (words::count(draft.leaks.len(), "place")) " found" }
                    }
                }
            }
            @if !threat.victims.is_empty() && !owed { p { "A draft can be approved once the determination is warn. It may be written before." } }
            @if threat.closed.is_none() && !threat.victims.is_empty() { p { a .button href={ "/threats/" (threat.id) "/drafts/new" } { "Write a draft" } } }
        }
    }
}

/// What a draft is for, in words.
pub fn purpose(threat: &Threat, purpose: Purpose) -> String {
    let of = |id| threat.warning(id).map_or("an earlier warning", |warning| &warning.reference);
    match purpose {
        Purpose::Warn => "First warning".to_owned(),
        Purpose::WarnAgain(id) => format!("Warning again, after {}", of(id)),
        Purpose::Update(id) => format!("Update of {}", of(id)),
        Purpose::StandDown(id) => format!("Stand-down of {}", of(id)),
    }
}

const fn state(draft: &Draft) -> &'static str {
    match draft.state {
        DraftState::Written => "waits for a second reader",
        DraftState::Leaking if draft.overridden.is_some() => "waits for a second reader; the leak check is overridden",
        DraftState::Leaking => "refused by the leak check",
        DraftState::Approved => "approved",
        DraftState::Returned => "sent back",
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
    let cleared = writing::cleared(&desk, &threat).await?;
    let people = desk.people().await?;
    let works = visitor.0.roles().iter().any(Role::works);
    let victim = threat.victim(draft.victim).map_or("the intended victim", |victim| &victim.name);
    let content = html! {
        p .kind { a href={ "/threats/" (threat.id) "#draft" } { "Threat" } " \u{203a} " (purpose(&threat, draft.purpose)) " for " (victim) }
        h1 lang=(text.language) dir="auto" { (text.headline) }
        section .now aria-label="What now" {
            p .first { "Written by " (draft.by) ", " (words::stamp(draft.at)) ". It " @if !draft.waits() { "was " } strong { (state(draft)) } "." }
            (next_step(&threat, draft, &visitor, &people))
        }
        div .three {
            (writing::cleared_aside(&cleared, &html! {}))
            article .words lang=(text.language) aria-label="The words of the draft" {
                @for part in text.parts() { @if !part.text.is_empty() { (one_part(&part.name, &part.text, &draft.leaks)) } }
            }
        }
        (findings(&threat, draft))
        (leaves(&threat, draft, &shown))
        (versions::comments(&threat, draft, works))
        (versions::list(&threat, draft))
    };
    Ok(layout::page(&layout::Frame::still("Draft", "", desk.clock.now()), &visitor.0, &content))
}

/// One part of the words, with the reason for each finding under the line it is found in.
fn one_part(name: &str, text: &str, leaks: &[LeakNote]) -> Markup {
    let here: Vec<&LeakNote> = leaks.iter().filter(|leak| leak.part == name).collect();
    html! {
        section {
            h3 { (part_name(name)) }
            p dir="auto" { (marked(text, &here)) }
            @for leak in &here { p .finding .small { strong { (words::capital(&words::plain(&leak.kind))) } ", \u{201c}" (leak.words) "\u{201d}: " (words::sentence(&leak.why)) } }
        }
    }
}

/// `advice[0]` reads "Advice 1".
pub fn part_name(name: &str) -> String {
    let number = |text: &str| text.strip_suffix(']')?.parse::<usize>().ok();
    match name.split_once('[').and_then(|(list, at)| Some((list, number(at)?))) {
        Some((list, at)) => format!("{} {}", words::capital(list), at + 1),
        None => words::capital(&words::plain(name)),
    }
}

fn findings(threat: &Threat, draft: &Draft) -> Markup {
    let unseen = threat.reports.iter().filter(|link| !draft.release.checked.contains(&link.report)).count();
    html! {
        h2 { "Leak check" }
        @if !draft.release.marking.is_empty() { p { "It carries " strong { (draft.release.marking) } ", the marking of everything it could be made from." } }
        @if draft.leaks.is_empty() {
            p {
                "Compared with every protected paragraph of " (words::count(draft.release.checked.len(), "report")) ": nothing found. "
                @if unseen > 0 { (words::count(unseen, "report")) " came to this threat since. " }
                "It is compared again with everything there is at the moment of approval."
            }
        } @else {
            p { (words::count(draft.leaks.len(), "place")) " could give a source away. The reason stands under each; what it was compared with stays behind its bar." }
            @if let Some(signed) = &draft.overridden {
                p { strong { (signed.by) " answers for it" } ", " (words::stamp(signed.at)) ": " (words::sentence(&signed.reason)) " A further finding takes this away." }
            }
        }
    }
}

/// What happens next with this draft, and who may do it.
fn next_step(threat: &Threat, draft: &Draft, visitor: &Visitor, people: &[Account]) -> Markup {
    let path = format!("/threats/{}/drafts/{}", threat.id, draft.id);
    if threat.is_replaced(draft.id) && draft.state != DraftState::Approved {
        return html! { p { "A newer version was written from it: nobody approves this one any more. " a href="#versions" { "See the versions" } } };
    }
    let again = html! { a .button href={ "/threats/" (threat.id) "/drafts/new?from=" (draft.id) } { "Write it anew" } };
    match draft.state {
        DraftState::Written => {
            html! { (approval(draft, &path, visitor, people)) p { "Something to change? " (again) } }
        }
        DraftState::Leaking if draft.overridden.is_some() => approval(draft, &path, visitor, people),
        DraftState::Leaking => html! {
            p { "It cannot be approved as it stands. Say it in other words, or a senior officer who did not write it answers for it." }
            p { (again) }
            (overriding(draft, &path, visitor))
        },
        DraftState::Returned => html! { p { (again) } },
        DraftState::Approved => {
            html! { p { a .button href={ "/threats/" (threat.id) "#deliveries" } { "See the deliveries" } } }
        }
    }
}

/// The override, for those who may give it.
fn overriding(draft: &Draft, path: &str, visitor: &Visitor) -> Markup {
    let may = visitor.0.roles().contains(&Role::SeniorOfficer) && visitor.0.name() != draft.by;
    html! {
        @if may {
            details {
                summary { "Override the leak check" }
                form .stack method="post" action={ (path) "/override" } {
                    p { "You answer for " (words::count(draft.leaks.len(), "finding")) ", by name and on the record. Somebody else still has to approve. A source may pay for a mistake here." }
                    input type="hidden" name="findings" value=(draft.leaks.len());
                    label { "Why these words may leave" textarea name="reason" rows="3" required maxlength="2000" {} }
                    button type="submit" { "Override the leak check" }
                }
            }
        }
    }
}

fn approval(draft: &Draft, path: &str, visitor: &Visitor, people: &[Account]) -> Markup {
    let overrider = draft.overridden.as_ref().map(|signed| signed.by.as_str());
    let may = |account: &&Account| {
        !account.off
            && account.roles.contains(&Role::Approver)
            && account.name != draft.by
            && overrider != Some(account.name.as_str())
    };
    let names: Vec<&str> = people.iter().filter(may).map(|account| account.full_name.as_str()).collect();
    let you = visitor.0.name();
    let you_may = visitor.0.roles().contains(&Role::Approver) && you != draft.by && overrider != Some(you);
    html! {
        p {
            "A second person reads what leaves and approves these very bytes. " (draft.by) " wrote it and may not. "
            @if names.is_empty() { strong { "Nobody else here may approve: give somebody the role." } } @else { "Who may: " strong { (names.join(", ")) } "." }
        }
        @if you_may {
            p { "On approval it leaves at once, to everybody in the plan below, and cannot be called back; it can be followed by a stand-down." }
            form method="post" action={ (path) "/approval" } {
                input type="hidden" name="fingerprint" value=(draft.release.fingerprint);
                button type="submit" { "Approve this warning" }
            }
            details {
                summary { "Send it back instead" }
                form .stack method="post" action={ (path) "/return" } {
                    label { "Reason" input name="reason" required maxlength="2000"; }
                    button .quiet type="submit" { "Send this draft back" }
                }
            }
        }
    }
}

/// To whom and how, and exactly what would leave in every rendering.
fn leaves(threat: &Threat, draft: &Draft, shown: &[Shown]) -> Markup {
    let first = shown.first().map(|one| one.label.clone());
    // A draft that the leak check refuses is read by people; what machines would read is the same words once more.
    let refused = draft.state == DraftState::Leaking && draft.overridden.is_none();
    let for_machines = |one: &&Shown| ["cap", "stix", "edxl", "json"].contains(&one.label.as_str());
    html! {
        h2 { "Exactly what would leave" }
        @if draft.release.plan.is_empty() {
            p .finding { "Nobody is in the plan: no way was chosen. Write it anew and name one." }
        } @else {
            ol { @for planned in &draft.release.plan { li { (planned_line(planned)) } } }
        }
        (versions::leaving(threat, draft))
        div .renderings {
            @for one in shown.iter().filter(|one| !(refused && for_machines(one))) {
                details open[Some(&one.label) == first.as_ref()] { summary { (rendering(&one.label)) } pre tabindex="0" dir="auto" aria-label=(rendering(&one.label)) { (one.content) } }
            }
        }
        @if refused { p .small { "What machines would read is shown once the leak check is answered." } }
        p .small { "Reference " strong { (draft.release.reference) } ". Fingerprint of all bytes that would leave: " code { (draft.release.fingerprint) } }
    }
}

fn planned_line(planned: &PlannedDelivery) -> Markup {
    html! {
        strong { (words::capital(&planned.channel.to_string())) } " to " (planned.recipient.name)
        @if let Some(onward) = &planned.onward_to { ", who passes it on to " (onward.name) }
        @if !planned.address.is_empty() { ", " span .code { (planned.address) } }
        @if planned.order > 0 { ". Only when those before it fail or stay silent" }
    }
}

/// The names of renderings, as people call them.
pub fn rendering(label: &str) -> String {
    match label {
        "sms" => "SMS".to_owned(),
        "cap" => "CAP 1.2, for machines".to_owned(),
        "stix" => "STIX 2.1, for machines".to_owned(),
        "email" | "e-mail" => "E-mail".to_owned(),
        "telephone" => "Read out by telephone".to_owned(),
        "in-person" => "Said at the door".to_owned(),
        "public" => "Public notice, the same words to everybody".to_owned(),
        "edxl" => "EDXL-DE envelope around CAP, for machines".to_owned(),
        "json" => "The facts as JSON, for machines".to_owned(),
        other => words::capital(&words::plain(other)),
    }
}

/// A text with the findings' words underlined, each once, in order.
fn marked(text: &str, leaks: &[&LeakNote]) -> Markup {
    let mut spots: Vec<(usize, usize)> =
        leaks.iter().filter_map(|leak| text.find(&leak.words).map(|at| (at, at + leak.words.len()))).collect();
    spots.sort_unstable();
    let mut at = 0;
    let mut pieces = Vec::new();
    for (from, to) in spots.into_iter().filter(|(from, to)| from < to) {
        // A finding inside another one lengthens its mark instead of starting a second.
        let from = from.max(at);
        if from < to {
            pieces.push((text.get(at..from).unwrap_or_default(), text.get(from..to).unwrap_or_default()));
            at = to;
        }
    }
    html! {
        @for (before, found) in pieces { (before) mark .leak { (found) } }
        (text.get(at..).unwrap_or_default())
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

/// An override and its reason.
#[derive(Deserialize)]
pub struct OverrideForm {
    findings: usize,
    reason: String,
}

/// A senior officer answers for what the leak check found.
pub async fn override_leak(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, draft)): Path<(String, String)>,
    Fields(form): Fields<OverrideForm>,
) -> Done {
    desk.override_leak(visitor.ask(), id(&threat)?, id(&draft)?, form.findings, &form.reason).await?;
    Ok(Redirect::to(&format!("/threats/{threat}/drafts/{draft}")))
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
