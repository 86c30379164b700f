//! How exact each cleared claim may be: chosen beside a draft, with what it costs and what is left of the warning.

use std::collections::BTreeMap;

use domain::claim::{Claim, Field, Normal};
use domain::threat::Threat;
use drafting::{Enough, Meaning, Needs, Open, Rung};
use maud::{Markup, html};
use policy::pack::{Closeness, Meaningful, Needs as Asked};
use reading::gazetteer::Gazetteer;

use crate::app::Way;
use crate::desk::Desk;
use crate::error::AppError;

/// What a warning is made of, in the order it is said.
const SAID: [Field; 8] = [
    Field::Act,
    Field::Target,
    Field::Organisation,
    Field::Perpetrator,
    Field::Means,
    Field::Occasion,
    Field::Date,
    Field::Place,
];
const CLAIMS_SHOWN: usize = 16;

/// A claim with the ways to say it.
pub struct Choice {
    field: Field,
    rungs: Vec<Rung>,
    chosen: usize,
}

impl Choice {
    fn said(&self) -> Option<&Rung> {
        self.rungs.get(self.chosen)
    }

    /// The report's words, which stand beside whatever is made of them.
    fn exactly(&self) -> String {
        self.rungs.first().map(|rung| format!("\u{201c}{}\u{201d}", rung.words)).unwrap_or_default()
    }
}

/// The cleared claims of a threat, each as exact as the query says; as exact as the report where it says nothing.
pub async fn choices(
    desk: &Desk,
    threat: &Threat,
    ways: &[Way],
    query: &BTreeMap<String, String>,
) -> Result<(Vec<Choice>, usize), AppError> {
    let (mut claims, kept) = desk.cleared_claims(threat, ways).await?;
    claims.retain(|claim| SAID.contains(&claim.field) && claim.normalised != Normal::Unknown);
    claims.sort_by_key(|claim| SAID.iter().position(|field| *field == claim.field));
    claims.truncate(CLAIMS_SHOWN);
    let choice = |(place, claim): (usize, &Claim)| {
        let rungs = drafting::rungs(claim, &wider(claim));
        let asked = query.get(&name(place)).and_then(|text| text.parse().ok()).unwrap_or_default();
        Choice { field: claim.field, chosen: std::cmp::min(asked, rungs.len().saturating_sub(1)), rungs }
    };
    Ok((claims.iter().enumerate().map(choice).collect(), kept))
}

/// Whether somebody chose, and the words are to be put into the draft.
pub fn chosen(query: &BTreeMap<String, String>) -> bool {
    query.keys().any(|key| key.starts_with("exact."))
}

fn name(place: usize) -> String {
    format!("exact.{place}")
}

/// The area and the country that a place of the gazetteer lies in.
fn wider(claim: &Claim) -> Vec<String> {
    let Normal::Place { id, .. } = &claim.normalised else { return Vec::new() };
    let gazetteer = Gazetteer::shared();
    let names = gazetteer.place(id).map(|place| gazetteer.wider(place)).unwrap_or_default();
    names.into_iter().map(str::to_owned).collect()
}

/// The words that these choices put into a field of the draft; a person goes on from them.
pub fn words(choices: &[Choice], field: &str) -> Option<String> {
    let of = |fields: &[Field]| {
        let said = choices.iter().filter(|choice| fields.contains(&choice.field)).filter_map(Choice::said);
        said.map(|rung| rung.words.as_str()).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; ")
    };
    match field {
        "when" => Some(of(&[Field::Date, Field::Occasion])),
        "place" => Some(of(&[Field::Place])),
        "what" => Some(of(&[Field::Act, Field::Target, Field::Organisation, Field::Perpetrator, Field::Means])),
        _ => None,
    }
}

/// The choices as a form that comes back to the page.
pub fn form(action: &str, choices: &[Choice]) -> Markup {
    html! {
        @if !choices.is_empty() {
            details open[choices.iter().any(|choice| choice.chosen > 0)] {
                summary { "How exact may it be?" }
                form .stack method="get" action=(action) {
                    @for (place, choice) in choices.iter().enumerate() {
                        label { (super::words::capital(&choice.field.to_string())) " " (choice.exactly()) select name=(name(place)) {
                            @for (at, rung) in choice.rungs.iter().enumerate() { option value=(at) selected[at == choice.chosen] { (offered(rung)) } }
                        } }
                    }
                    p .small { "Starts the draft with these words; what you have typed on this page is not kept." }
                    button type="submit" { "Put these words into the draft" }
                }
            }
        }
    }
}

fn offered(rung: &Rung) -> String {
    match rung.open {
        Open::All => "leave it out".to_owned(),
        Open::Nothing => rung.words.clone(),
        open => format!("{} ({})", rung.words, open.told()),
    }
}

/// What a warning under one policy must still say; whose rule that is.
pub struct Asks {
    enough: Enough,
    rule: String,
}

/// What the policies that ask about this threat want of a warning. A pack that does not say leaves it to us.
pub async fn asked(desk: &Desk, threat: &Threat) -> Result<Vec<Asks>, AppError> {
    let library = desk.library().await?;
    let ask = |pack: &policy::Pack| match &pack.says.meaningful {
        Some(rule) => Asks { enough: enough(rule), rule: format!("{}: {}", pack.says.title, rule.clause) },
        None => Asks { enough: Enough::default(), rule: "this program's own rule".to_owned() },
    };
    Ok(library.asking(threat)?.into_iter().map(ask).collect())
}

fn enough(rule: &Meaningful) -> Enough {
    let needs = match rule.needs {
        Asked::Either => Needs::Either,
        Asked::Both => Needs::Both,
        Asked::When => Needs::When,
        Asked::Where => Needs::Where,
    };
    let place = match rule.within {
        Closeness::Place => Open::Nothing,
        Closeness::Area => Open::InArea,
        Closeness::Country => Open::InCountry,
    };
    Enough { days: i32::from(rule.within_days), place, needs }
}

/// What the choices cost, and whether a warning is left under every policy that asks.
pub fn cost(choices: &[Choice], asked: &[Asks]) -> Markup {
    let said: Vec<(Field, &Rung)> = choices.iter().filter_map(|choice| Some((choice.field, choice.said()?))).collect();
    let under = |asks: &Asks| (drafting::meaning(&said, &asks.enough), asks.rule.clone());
    // The first that finds no warning left speaks for all: it has to satisfy every one of them.
    let strictest = asked.iter().map(under).min_by_key(|(meaning, _)| meaning.meaningful);
    let Some((Meaning { meaningful, says }, rule)) = strictest else { return Markup::default() };
    let lost = |choice: &&Choice| choice.said().is_some_and(|rung| rung.open != Open::Nothing);
    let costs: Vec<&Choice> = choices.iter().filter(lost).collect();
    html! {
        section .now aria-label="What this costs" {
            p .first { @if meaningful { strong { "Still a warning." } } @else { strong { "No longer a warning." } } " " (says) " " span .small { "(" (rule) ")" } }
            @if !costs.is_empty() { ul { @for cost in &costs { li { (super::words::capital(&cost.field.to_string())) " " (cost.exactly()) ": " @if let Some(rung) = cost.said() { (rung.open.told()) } } } } }
        }
    }
}
