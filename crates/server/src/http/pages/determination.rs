//! Who is meant, who protects them and how they can be reached; what was determined for each, under every pack.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::threat::{Affirms, Determined, Found, IntendedVictim, Threat, UnderPack};
use domain::{VictimId, VictimKind};
use maud::{Markup, html};
use policy::Pack;
use screening::Screening;
use serde::Deserialize;

use super::{Done, Fields, Visitor, answering, back, given, words};
use crate::app::{Affirming, Library, NewVictim, ThreatView, Way};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

const KINDS: [(&str, &str); 6] = [
    ("person", "a person"),
    ("group", "a group"),
    ("institution", "an institution"),
    ("place_of_business", "a place of business"),
    ("structure", "a structure"),
    ("location", "a place and whoever stands in it"),
];

/// What the register says about those who are meant.
pub struct Meant {
    /// Whom the register suggests; asked only while nobody has said who is meant.
    suggested: Option<Screening>,
    /// How those who are meant can be reached.
    ways: Vec<(VictimId, Vec<Way>)>,
}

/// Asks the register.
pub async fn gather(desk: &Desk, view: &ThreatView) -> Result<Meant, AppError> {
    let threat = &view.threat;
    let unasked = threat.victims.is_empty() && threat.closed.is_none();
    let suggested = if unasked { Some(desk.suggest(threat).await?) } else { None };
    let mut ways = Vec::new();
    for victim in &threat.victims {
        ways.push((victim.id, desk.ways(threat, victim).await?));
    }
    Ok(Meant { suggested, ways })
}

/// The section of the threat's page.
pub fn section(library: &Library, view: &ThreatView, meant: &Meant) -> Markup {
    let threat = &view.threat;
    html! {
        section #determination {
            h2 { "Who is meant, and what is owed to them" }
            @for victim in &threat.victims { (one_victim(library, view, victim, meant)) }
            @if threat.victims.is_empty() { p { "Nobody has said who is meant. A description is enough." } }
            @for found in threat.unsettled() { (found_since(threat, found)) }
            @if let Some(found) = &meant.suggested { (suggested(found)) }
            @if threat.closed.is_none() { (identify_form(threat, meant.suggested.as_ref())) }
        }
    }
}

fn suggested(found: &Screening) -> Markup {
    html! {
        h3 { "What the register says" }
        @if found.hits.is_empty() { p { "Nobody in the register is named, described or stands in the place." } }
        ul {
            @for hit in found.hits.iter().take(8) {
                li {
                    strong { (hit.name) } " (" (hit.kind) "), for the words \u{201c}" (hit.quote) "\u{201d}"
                    span .small { @for why in &hit.why { (why.feature) ": " (why.value) ". " } }
                }
            }
            @for protector in found.protectors.iter().take(8) {
                li { strong { (protector.name) } " protects " (protector.for_party) " (" (protector.by) ")" }
            }
            @for route in found.routes.iter().take(5) {
                li { "Route: desk" @for hop in &route.hops { " \u{2192} " (hop.name) } ", about " (route.minutes) " min" span .small { (route.why.join(" ")) } }
            }
        }
        @for guarded in &found.guarded { p .small { (guarded) } }
    }
}

/// Somebody who came into the register, or into the place, after people had said who is meant.
fn found_since(threat: &Threat, found: &Found) -> Markup {
    let hit = &found.hit;
    html! {
        article .finding {
            h3 { "The register has found somebody: " (hit.name) }
            p { (words::capital(&hit.why)) ". Since " (words::stamp(found.at)) ". Are they meant too?" }
            form .stack method="post" action={ "/threats/" (threat.id) "/victims" } {
                input type="hidden" name="party" value=(hit.party);
                input type="hidden" name="name" value=(hit.name);
                input type="hidden" name="reason" value={ "found in the register " (hit.why) };
                label { "They are " select name="kind" { @for (value, text) in KINDS { option value=(value) { (text) } } } }
                button type="submit" { "They are meant" }
            }
            form .stack method="post" action={ "/threats/" (threat.id) "/found/dismissed" } {
                input type="hidden" name="party" value=(hit.party);
                label { "Why not" input name="reason" required maxlength="1000"; }
                button type="submit" { "They are not meant" }
            }
        }
    }
}

fn identify_form(threat: &Threat, suggestions: Option<&Screening>) -> Markup {
    html! {
        details open[threat.victims.is_empty()] {
            summary { @if threat.victims.is_empty() { "Say who is meant" } @else { "Say who else is meant" } }
            form .stack method="post" action={ "/threats/" (threat.id) "/victims" } {
                label { "Kind" select name="kind" { @for (value, text) in KINDS { option value=(value) { (text) } } } }
                label { "Name or description" input name="name" required maxlength="300"; }
                @if let Some(found) = suggestions {
                    label { "In the register" select name="party" {
                        option value="" { "not in the register" }
                        @for hit in found.hits.iter().take(20) { option value=(hit.party) { (hit.name) } }
                    } }
                } @else {
                    label { "Id in the register, if there is one" input name="party" maxlength="200"; }
                }
                label { "Why you say so" input name="reason" maxlength="1000"; }
                button type="submit" { "Record who is meant" }
            }
        }
    }
}

fn one_victim(library: &Library, view: &ThreatView, victim: &IntendedVictim, meant: &Meant) -> Markup {
    let threat = &view.threat;
    let ways = meant.ways.iter().find(|(id, _)| *id == victim.id).map_or(&[][..], |(_, ways)| ways.as_slice());
    let open = threat.closed.is_none() && !threat.warned(victim.id);
    html! {
        article .victim {
            h3 { (words::capital(&victim.name)) ": " span .determination { (victim.determination()) } }
            p .small { "Named by " (victim.identified.by) ", " (words::stamp(victim.identified.at)) @if let Some(party) = &victim.party { ". In the register as " code { (party) } } @if !victim.identified.reason.is_empty() { ". " (words::sentence(&victim.identified.reason)) } }
            @for under in &victim.under { (one_pack(library, view, victim, under, open)) }
            (reach(victim, ways))
        }
    }
}

/// What one pack says and asks. Its heading is left out when no other pack applies.
fn one_pack(library: &Library, view: &ThreatView, victim: &IntendedVictim, under: &UnderPack, open: bool) -> Markup {
    let Some(current) = library.named(&under.pack) else { return html! {} };
    html! {
        @if victim.under.len() > 1 { h4 { (current.says.title) ": " (under.determination()) } }
        @if let Some(newest) = &under.newest {
            (result(library.version(&newest.assessment.policy.hash).unwrap_or(current), newest))
            @if newest.assessment.policy.hash != current.hash {
                p .hint { "The desk has adopted version " (current.says.version) " since. This determination keeps the version it was made under until somebody answers the questions anew." }
            }
            (opened_again(under))
            (earlier(under))
        }
        @if open {
            (answering::link(view, victim, under, current))
            (affirm_form(current, &view.threat, victim, under))
        }
    }
}

/// The determination with everything that led to it.
fn result(pack: &Pack, newest: &Determined) -> Markup {
    let assessment = &newest.assessment;
    let asked = |id: &str| pack.criterion(id).map(|known| known.question.clone());
    html! {
        p .result {
            strong { (words::capital(&assessment.determination.to_string())) } " under " (assessment.policy.id) " " (assessment.policy.version)
            ", answered by " (newest.answered_by) ", " (words::stamp(newest.answered_at)) "."
        }
        table .reasons {
            thead { tr { th scope="col" { "Asked" } th scope="col" { "Answer" } th scope="col" { "What it did" } } }
            tbody {
                @for reason in &assessment.reasons {
                    tr {
                        th scope="row" { (words::capital(&words::plain(&reason.criterion))) @if let Some(question) = asked(&reason.criterion) { span .small { (question) } } }
                        td { @if let Some(answer) = reason.answer { strong { (words::said(&answer)) } } @else { "not answered" }
                            @if let Some(given) = newest.answers.get(&reason.criterion).filter(|given| !given.evidence.is_empty()) { span .small { (given.evidence) } } }
                        td { (words::capital(&reason.effect)) span .small { (reason.clause) } }
                    }
                }
            }
        }
        @for need in &assessment.needs { p .finding { "Needed: " (need.what) ", from " (words::who(&need.role)) ", by " (words::stamp(need.by)) "." } }
        @for affirmed in &newest.affirmations { p { (words::capital(&words::said(&affirmed.of))) " affirmed by " strong { (affirmed.by) } ", " (words::stamp(affirmed.at)) ": " (words::sentence(&affirmed.reason)) } }
    }
}

/// Why a settled determination is open again, and what is needed of whom.
fn opened_again(under: &UnderPack) -> Markup {
    let Some(reopened) = &under.reopened else { return html! {} };
    html! {
        p .finding { strong { "Open again since " (words::stamp(reopened.at)) ": " (reopened.assessment.determination) "." } @if let Some(why) = reopened.assessment.reasons.last() { " " (words::sentence(&why.effect)) } }
        @for need in &reopened.assessment.needs { p .finding { "Needed: " (need.what) ", from " (words::who(&need.role)) ", by " (words::stamp(need.by)) "." } }
    }
}

/// The determinations whose place another has taken.
fn earlier(under: &UnderPack) -> Markup {
    html! {
        @if !under.earlier.is_empty() {
            details {
                summary { "Determined before: " (words::count(under.earlier.len(), "time")) }
                ol .history { @for one in &under.earlier { li { (words::stamp(one.at)) ", " (one.by) ": " (one.determination()) " (" (words::said(&one.why)) ", version " (one.assessment.policy.version) ")" } } }
            }
        }
    }
}

fn reach(victim: &IntendedVictim, ways: &[Way]) -> Markup {
    html! {
        @if ways.is_empty() {
            p { "The register knows no way to " (victim.name) " or those who protect them: name one when you write." }
        } @else {
            details {
                summary { "How they can be reached: " (words::count(ways.len(), "way")) }
                ol { @for way in ways { li { (channel_line(way)) @if !way.why.is_empty() { span .small { (way.why) } } } } }
            }
        }
    }
}

/// `e-mail: desk → embassy → government`
pub fn channel_line(way: &Way) -> Markup {
    html! { strong { (words::capital(&way.channel.to_string())) } ": desk \u{2192} " (way.recipient) @if let Some(onward) = &way.onward_to { " \u{2192} " (onward) } }
}

fn affirm_form(pack: &Pack, threat: &Threat, victim: &IntendedVictim, under: &UnderPack) -> Markup {
    html! {
        @if let Some(newest) = under.standing().filter(|_| !under.silent() || under.lapses_at.is_some()) {
            details {
                summary { "Affirm silence" }
                form .stack method="post" action={ "/threats/" (threat.id) "/victims/" (victim.id) "/affirmation" } {
                    input type="hidden" name="pack" value=(pack.says.id);
                    input type="hidden" name="over" value=(newest.id);
                    p { "Affirming means that nobody warns " (victim.name) ". It takes a senior officer who did not answer the questions, and it stays on the record." }
                    label { "What you affirm" select name="of" {
                        option value="not_owed" { "no warning is owed" }
                        @for ground in &pack.says.grounds { option value={ "waiver:" (ground.id) } { "waiver: " (ground.title) } }
                    } }
                    label { "Reason" input name="reason" required maxlength="2000"; }
                    button type="submit" { "Affirm silence" }
                }
            }
        }
    }
}

/// Who is meant.
#[derive(Deserialize)]
pub struct VictimForm {
    kind: VictimKind,
    name: String,
    party: String,
    reason: String,
}

/// Records who is meant.
pub async fn identify(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<VictimForm>,
) -> Done {
    let new = NewVictim { kind: form.kind, name: form.name, party: given(form.party), reason: form.reason };
    desk.identify(visitor.ask(), id(&threat)?, new).await?;
    Ok(back(&threat, "determination"))
}

/// Who is not meant.
#[derive(Deserialize)]
pub struct DismissForm {
    party: String,
    reason: String,
}

/// Records that somebody whom the register found is not meant.
pub async fn dismiss(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<DismissForm>,
) -> Done {
    desk.dismiss(visitor.ask(), id(&threat)?, &form.party, &form.reason).await?;
    Ok(back(&threat, "determination"))
}

/// What a senior officer affirms: `not_owed`, or `waiver:GROUND`.
#[derive(Deserialize)]
pub struct AffirmForm {
    of: String,
    reason: String,
    pack: Option<String>,
    over: Option<String>,
}

/// Records an affirmation.
pub async fn affirm(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, victim)): Path<(String, String)>,
    Fields(form): Fields<AffirmForm>,
) -> Done {
    let (of, ground) = match form.of.strip_prefix("waiver:") {
        Some(ground) => (Affirms::Waiver, Some(ground.to_owned())),
        None => (Affirms::NotOwed, None),
    };
    let AffirmForm { reason, pack, over, .. } = form;
    desk.affirm(visitor.ask(), id(&threat)?, id(&victim)?, Affirming { of, ground, reason, pack, over }).await?;
    Ok(back(&threat, "determination"))
}
