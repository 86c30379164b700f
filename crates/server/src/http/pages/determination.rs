//! Who is meant, who protects them and how they can be reached; and the pack's questions one under the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use domain::threat::{Affirms, Answered, IntendedVictim, Threat};
use domain::{Answer, Determination, VictimId, VictimKind};
use maud::{Markup, html};
use policy::Pack;
use screening::Screening;
use serde::Deserialize;

use super::{Done, Fields, Visitor, back, given, words};
use crate::app::{Affirming, Answers, NewVictim, ThreatView, Way};
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
pub fn section(pack: &Pack, view: &ThreatView, meant: &Meant) -> Markup {
    let threat = &view.threat;
    html! {
        section #determination {
            h2 { "Who is meant, and what is owed to them" }
            @for victim in &threat.victims { (one_victim(pack, view, victim, meant)) }
            @if threat.victims.is_empty() { p { "Nobody has said who is meant. A description is enough." } }
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

fn one_victim(pack: &Pack, view: &ThreatView, victim: &IntendedVictim, meant: &Meant) -> Markup {
    let threat = &view.threat;
    let ways = meant.ways.iter().find(|(id, _)| *id == victim.id).map_or(&[][..], |(_, ways)| ways.as_slice());
    let warned = threat.warnings.iter().any(|warning| warning.victim == victim.id);
    html! {
        article .victim {
            h3 { (words::capital(&victim.name)) ": " span .determination { (victim.determination()) } }
            p .small { "Named by " (victim.identified.by) ", " (words::stamp(victim.identified.at)) @if let Some(party) = &victim.party { ". In the register as " code { (party) } } @if !victim.identified.reason.is_empty() { ". " (words::sentence(&victim.identified.reason)) } }
            (result(pack, victim))
            (reach(victim, ways))
            @if threat.closed.is_none() && !warned {
                (questions(pack, view, victim))
                (affirm_form(pack, threat, victim))
            }
        }
    }
}

/// The determination with everything that led to it.
fn result(pack: &Pack, victim: &IntendedVictim) -> Markup {
    let Some(assessment) = &victim.assessment else { return html! {} };
    let asked = |id: &str| pack.says.criteria.iter().find(|known| known.id == id).map(|known| known.question.clone());
    html! {
        p .result {
            strong { (words::capital(&assessment.determination.to_string())) } " under " (assessment.policy.id) " " (assessment.policy.version)
            @if let Some(by) = &victim.assessed_by { ", answered by " (by) }
            @if let Some(at) = victim.assessed_at { ", " (words::stamp(at)) }
            "."
        }
        table .reasons {
            thead { tr { th scope="col" { "Asked" } th scope="col" { "Answer" } th scope="col" { "What it did" } } }
            tbody {
                @for reason in &assessment.reasons {
                    tr {
                        th scope="row" { (words::capital(&words::plain(&reason.criterion))) @if let Some(question) = asked(&reason.criterion) { span .small { (question) } } }
                        td { @if let Some(answer) = reason.answer { strong { (words::said(&answer)) } } @else { "not answered" }
                            @if let Some(given) = victim.answers.get(&reason.criterion).filter(|given| !given.evidence.is_empty()) { span .small { (given.evidence) } } }
                        td { (words::capital(&reason.effect)) span .small { (reason.clause) } }
                    }
                }
            }
        }
        @for need in &assessment.needs { p .finding { "Needed: " (need.what) ", from " (words::who(&need.role)) ", by " (words::stamp(need.by)) "." } }
        @for affirmed in &victim.affirmations { p { (words::capital(&words::said(&affirmed.of))) " affirmed by " strong { (affirmed.by) } ", " (words::stamp(affirmed.at)) ": " (words::sentence(&affirmed.reason)) } }
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

fn questions(pack: &Pack, view: &ThreatView, victim: &IntendedVictim) -> Markup {
    html! {
        details open[victim.assessment.is_none()] {
            summary { @if victim.assessment.is_none() { "Answer the questions of " } @else { "Answer anew the questions of " } (pack.says.title) }
            div .two {
                form .stack method="post" action={ "/threats/" (view.threat.id) "/victims/" (victim.id) "/assessment" } {
                    p .hint { "Unclear is an honest answer: doubt is resolved in favour of a warning." }
                    @for criterion in &pack.says.criteria {
                        (question("c", &criterion.id, &criterion.question, &criterion.guidance, &criterion.clause, victim.answers.get(&criterion.id)))
                    }
                    @if !pack.says.grounds.is_empty() {
                        details {
                            summary { "Grounds on which a warning may be waived" }
                            p .hint { "Leave them unanswered unless one is being considered. A waiver needs a senior officer's affirmation." }
                            @for ground in &pack.says.grounds {
                                (question("g", &ground.id, &ground.title, &ground.question, &ground.clause, victim.grounds.get(&ground.id)))
                            }
                        }
                    }
                    button type="submit" { "Record these answers" }
                }
                (beside(view))
            }
        }
    }
}

/// The claims that answers rest on, in sight while they are given.
fn beside(view: &ThreatView) -> Markup {
    html! {
        aside .beside aria-label="What the reports say, in short" {
            h4 { "What the reports say" }
            dl .facts {
                @for field in view.comparison.fields.iter().filter(|field| !field.values.is_empty()) {
                    dt { (field.field) }
                    dd { (field.values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>().join("; ")) }
                }
            }
            p .small { a href="#reports" { "Who says so, and where they conflict" } }
        }
    }
}

fn question(kind: &str, id: &str, asked: &str, guidance: &str, clause: &str, given: Option<&Answered>) -> Markup {
    let choices =
        [("met", "met", Answer::Met), ("not_met", "not met", Answer::NotMet), ("unclear", "unclear", Answer::Unclear)];
    html! {
        fieldset {
            legend { (asked) }
            p .small { (guidance) " [" (clause) "]" }
            div .choices { @for (value, text, answer) in choices {
                label .inline { input type="radio" name={ (kind) "." (id) } value=(value) checked[given.is_some_and(|given| given.answer == answer)]; (text) }
            } }
            label { "Evidence" input name={ "e." (kind) "." (id) } value=(given.map_or("", |given| given.evidence.as_str())) maxlength="1000"; }
        }
    }
}

fn affirm_form(pack: &Pack, threat: &Threat, victim: &IntendedVictim) -> Markup {
    let settled = matches!(victim.determination(), Determination::NotOwed | Determination::Waived);
    html! {
        @if victim.assessment.is_some() && !settled {
            details {
                summary { "Affirm silence" }
                form .stack method="post" action={ "/threats/" (threat.id) "/victims/" (victim.id) "/affirmation" } {
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

/// Records answers. The fields are named after the pack's own ids: `c.credible`, `e.c.credible`, `g.already_aware`.
pub async fn assess(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, victim)): Path<(String, String)>,
    Fields(form): Fields<BTreeMap<String, String>>,
) -> Done {
    let mut answers = Answers::default();
    for (name, value) in &form {
        let Some((kind, asked)) = name.split_once('.').filter(|(kind, _)| *kind != "e") else { continue };
        let answer = match value.as_str() {
            "met" => Answer::Met,
            "not_met" => Answer::NotMet,
            "unclear" => Answer::Unclear,
            other => {
                return Err(
                    AppError::invalid(name.clone(), format!("`{other}` is none of met, not_met, unclear")).into()
                );
            }
        };
        let evidence = form.get(&format!("e.{name}")).cloned().unwrap_or_default();
        let list = if kind == "g" { &mut answers.grounds } else { &mut answers.answers };
        list.insert(asked.to_owned(), Answered { answer, evidence });
    }
    desk.assess(visitor.ask(), id(&threat)?, id(&victim)?, answers).await?;
    Ok(back(&threat, "determination"))
}

/// What a senior officer affirms: `not_owed`, or `waiver:GROUND`.
#[derive(Deserialize)]
pub struct AffirmForm {
    of: String,
    reason: String,
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
    desk.affirm(visitor.ask(), id(&threat)?, id(&victim)?, Affirming { of, ground, reason: form.reason }).await?;
    Ok(back(&threat, "determination"))
}
