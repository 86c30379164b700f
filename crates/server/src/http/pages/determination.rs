//! Who is meant, and the pack's questions one under the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use domain::threat::{Affirms, Answered, IntendedVictim, Threat};
use domain::{Answer, Determination, VictimKind};
use maud::{Markup, html};
use policy::Pack;
use screening::Screening;
use serde::Deserialize;

use super::{Done, Fields, Visitor, back, given, words};
use crate::app::{Affirming, Answers, NewVictim, ThreatView};
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

/// The section of the threat's page.
pub fn section(pack: &Pack, view: &ThreatView, suggestions: Option<&Screening>) -> Markup {
    let threat = &view.threat;
    html! {
        section #determination {
            h2 { "Who is meant, and what is owed to them" }
            @for victim in &threat.victims { (one_victim(pack, threat, victim)) }
            @if threat.victims.is_empty() { p { "Nobody has said who is meant. A description is enough." } }
            @if let Some(found) = suggestions { (suggested(found)) }
            @if threat.closed.is_none() { (identify_form(threat, suggestions)) }
        }
    }
}

fn suggested(found: &Screening) -> Markup {
    html! {
        @if !found.hits.is_empty() {
            h3 { "The register suggests" }
            ul {
                @for hit in found.hits.iter().take(8) {
                    li {
                        strong { (hit.name) } " (" (hit.kind) ") for the words \u{201c}" (hit.quote) "\u{201d}"
                        span .small { @for why in &hit.why { " · " (why.feature) ": " (why.value) } }
                    }
                }
            }
        }
        @for protector in found.protectors.iter().take(8) {
            p { (protector.name) " protects " (protector.for_party) " (" (protector.by) ")." }
        }
        @for route in found.routes.iter().take(5) {
            p { "Route to " (route.to) ": " @for hop in &route.hops { (hop.name) " → " } (route.minutes) " min. " span .small { @for why in &route.why { (why) " " } } }
        }
        @for guarded in &found.guarded { p .small { (guarded) } }
    }
}

fn identify_form(threat: &Threat, suggestions: Option<&Screening>) -> Markup {
    html! {
        details open[threat.victims.is_empty()] {
            summary { "Say who is meant" }
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

fn one_victim(pack: &Pack, threat: &Threat, victim: &IntendedVictim) -> Markup {
    html! {
        article .victim {
            h3 { (victim.name) ": " span .determination { (victim.determination()) } }
            p .small { "Named by " (victim.identified.by) ", " (words::stamp(victim.identified.at)) @if let Some(party) = &victim.party { ", in the register as " (party) } }
            @if let Some(assessment) = &victim.assessment {
                p .result aria-live="polite" {
                    strong { (assessment.determination) } " under " (assessment.policy.id) " " (assessment.policy.version)
                    @if let Some(by) = &victim.assessed_by { ", answered by " (by) }
                }
                ul { @for reason in &assessment.reasons {
                    li { strong { (words::plain(&reason.criterion)) } @if let Some(answer) = reason.answer { ": " (words::said(&answer)) } " - " (reason.effect) " " span .small { "[" (reason.clause) "]" } }
                } }
                @for need in &assessment.needs { p .finding { "Needed: " (need.what) ", by " (words::who(&need.role)) ", until " (words::stamp(need.by)) } }
                @for affirmed in &victim.affirmations { p { (words::said(&affirmed.of)) " affirmed by " (affirmed.by) ", " (words::stamp(affirmed.at)) ": " (affirmed.reason) } }
            }
            @if threat.closed.is_none() && !threat.warnings.iter().any(|warning| warning.victim == victim.id) {
                (questions(pack, threat, victim))
                (affirm_form(pack, threat, victim))
            }
        }
    }
}

fn questions(pack: &Pack, threat: &Threat, victim: &IntendedVictim) -> Markup {
    html! {
        details open[victim.assessment.is_none()] {
            summary { "Answer the questions of " (pack.says.title) }
            form .stack method="post" action={ "/threats/" (threat.id) "/victims/" (victim.id) "/assessment" } {
                @for criterion in &pack.says.criteria {
                    (question("c", &criterion.id, &criterion.question, &criterion.clause, victim.answers.get(&criterion.id)))
                }
                h4 { "Grounds on which a warning may be waived" }
                @for ground in &pack.says.grounds {
                    (question("g", &ground.id, &ground.title, &ground.clause, victim.grounds.get(&ground.id)))
                }
                button type="submit" { "Record these answers" }
            }
        }
    }
}

fn question(kind: &str, id: &str, question: &str, clause: &str, given: Option<&Answered>) -> Markup {
    let choices =
        [("met", "met", Answer::Met), ("not_met", "not met", Answer::NotMet), ("unclear", "unclear", Answer::Unclear)];
    html! {
        fieldset {
            legend { (question) " " span .small { "[" (clause) "]" } }
            @for (value, text, answer) in choices {
                label .inline { input type="radio" name={ (kind) "." (id) } value=(value) checked[given.is_some_and(|given| given.answer == answer)]; (text) }
            }
            label { "Evidence" input name={ "e." (kind) "." (id) } value=(given.map_or("", |given| given.evidence.as_str())) maxlength="1000"; }
        }
    }
}

fn affirm_form(pack: &Pack, threat: &Threat, victim: &IntendedVictim) -> Markup {
    html! {
        @if victim.assessment.is_some() && victim.determination() != Determination::NotOwed && victim.determination() != Determination::Waived {
            details {
                summary { "Affirm silence" }
                form .stack method="post" action={ "/threats/" (threat.id) "/victims/" (victim.id) "/affirmation" } {
                    p { "Affirming means that " (victim.name) " is not warned. It takes a senior officer who did not answer the questions, and it is on the record." }
                    label { "What you affirm" select name="of" {
                        option value="not_owed" { "no warning is owed" }
                        @for ground in &pack.says.grounds { option value={ "waiver:" (ground.id) } { "waiver: " (ground.title) } }
                    } }
                    label { "Reason" input name="reason" required maxlength="2000"; }
                    button type="submit" { "Affirm" }
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
