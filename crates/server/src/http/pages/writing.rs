//! Writing a draft: what is cleared on the left, the words on the right, to whom and by which ways below.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use domain::threat::{Capacity, Draft, Purpose, Threat};
use domain::{ChannelKind, DraftId, ThreatId, VictimId, WarningId};
use drafting::DraftText;
use maud::{Markup, html};

use super::{Done, Fields, Page, Visitor, determination, exactness, layout, words};
use crate::app::{NewDraft, Way};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

/// The fields of a draft: name in the form, what is asked, how many lines it has, and whether it may stay empty.
const FIELDS: [(&str, &str, u8, bool); 8] = [
    ("headline", "Headline, one line", 1, true),
    ("what", "What may happen, by whom, to whom", 4, true),
    ("when", "When", 1, true),
    ("place", "Where", 1, true),
    ("how_sure", "How sure we are", 2, false),
    ("advice", "What they are advised to do, one instruction a line", 4, true),
    ("cannot_tell", "What we cannot tell them, said openly", 2, true),
    ("contact", "Whom to contact, and how", 1, true),
];

/// The channels a writer may name.
const CHANNELS: [ChannelKind; 5] =
    [ChannelKind::Email, ChannelKind::Letter, ChannelKind::InPerson, ChannelKind::Telephone, ChannelKind::Webhook];

/// Cleared paragraphs shown beside a draft, at most.
const CLEARED_SHOWN: usize = 40;

/// A cleared paragraph and the number of its report.
pub struct Cleared {
    report: usize,
    words: String,
}

/// What may be said: the paragraphs of the threat's reports that are not protected.
pub async fn cleared(desk: &Desk, threat: &Threat) -> Result<Vec<Cleared>, AppError> {
    let mut found = Vec::new();
    for (at, link) in threat.reports.iter().enumerate().filter(|(_, link)| !link.after_the_fact) {
        for stretch in desk.report_text(link.report).await?.stretches {
            let words = stretch.words.filter(|words| !stretch.protected && !words.trim().is_empty());
            found.extend(words.map(|words| Cleared { report: at + 1, words: words.trim().to_owned() }));
        }
    }
    found.truncate(CLEARED_SHOWN);
    Ok(found)
}

/// The cleared paragraphs, beside the words; `more` stands below them.
pub fn cleared_aside(cleared: &[Cleared], more: &Markup) -> Markup {
    html! {
        aside .cleared aria-label="What is cleared" {
            h2 { "What is cleared" }
            @if cleared.is_empty() { p { "No paragraph of these reports is cleared: say only what cannot lead back to a source." } }
            @for one in cleared { p .verbatim { span .mark aria-hidden="true" { (one.report) } (one.words) } }
            (more)
        }
    }
}

/// The page on which a draft is written.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Page {
    let threat: ThreatId = id(&threat)?;
    let threat = desk.threat(threat).await?;
    let from: Option<DraftId> = query.get("from").map(|from| id(from)).transpose()?;
    let last = from.and_then(|from| threat.draft(from)).or_else(|| threat.drafts.last());
    let victim = last.and_then(|draft| threat.victim(draft.victim)).or_else(|| threat.victims.first());
    let ways = match victim {
        Some(victim) => desk.ways(&threat, victim).await?,
        None => Vec::new(),
    };
    let cleared = cleared(&desk, &threat).await?;
    let (choices, kept) = exactness::choices(&desk, &threat, &ways, &query).await?;
    let asked = exactness::asked(&desk, &threat).await?;
    // What somebody chose stands in the fields; otherwise what the last draft said.
    let begun = |name: &str| exactness::words(&choices, name).filter(|_| exactness::chosen(&query));
    let path = format!("/threats/{}/drafts/new", threat.id);
    let content = html! {
        p .kind { a href={ "/threats/" (threat.id) "#draft" } { "Threat" } " \u{203a} Draft" }
        h1 { "Write a draft" }
        p { (threat.sentence) }
        @if kept > 0 { p .small { (words::count(kept, "claim")) " may not be said to everybody below, as its marking says: name other ways, or have the words released on the report's page." } }
        @if exactness::chosen(&query) { (exactness::cost(&choices, &asked)) }
        div .three {
            (cleared_aside(&cleared, &exactness::form(&path, &choices)))
            form .stack method="post" action={ "/threats/" (threat.id) "/drafts" } {
                (whom(&threat, last))
                @if let Some(from) = from { input type="hidden" name="follows" value=(from); p { "This becomes a new version: the one it is written from is not approved any more." } }
                (language(last))
                @for (name, asked, lines, needed) in FIELDS { (field(last, begun(name), name, asked, lines, needed)) }
                (ways_form(&ways))
                p { "It is compared with every protected paragraph first. Nothing leaves before a second person has approved it." }
                button type="submit" { "Check and keep this draft" }
            }
        }
    };
    Ok(layout::page(&layout::Frame::still("Write a draft", "", desk.clock.now()), &visitor.0, &content))
}

fn whom(threat: &Threat, last: Option<&Draft>) -> Markup {
    html! {
        label { "For" select name="victim" {
            @for victim in &threat.victims { option value=(victim.id) selected[last.is_some_and(|draft| draft.victim == victim.id)] { (victim.name) } }
        } }
        label { "Purpose" select name="purpose" {
            option value="warn" { "the first warning" }
            @if let Some(warning) = threat.warnings.last() {
                option value={ "warn_again:" (warning.id) } selected { "warn again, after " (warning.reference) }
                option value={ "update:" (warning.id) } { "update " (warning.reference) }
                option value={ "stand_down:" (warning.id) } { "stand down " (warning.reference) }
            }
        } }
    }
}

/// The language the recipient reads: the fixed sentences around the words are in it, and the words should be.
fn language(last: Option<&Draft>) -> Markup {
    let before = last.map_or_else(|| "en".to_owned(), |draft| said(draft, "language"));
    html! {
        label { "Language of the words below" select name="language" {
            @for tag in drafting::languages() { option value=(tag) selected[Some(tag) == before.split('-').next()] { (drafting::language_name(tag).unwrap_or(tag)) } }
        } }
    }
}

/// One field, with what the leak check found in it last time under the line.
fn field(last: Option<&Draft>, begun: Option<String>, name: &str, asked: &str, lines: u8, needed: bool) -> Markup {
    let value = begun.or_else(|| last.map(|draft| said(draft, name))).unwrap_or_default();
    let leaks = || {
        last.into_iter().flat_map(|draft| &draft.leaks).filter(|leak| {
            leak.part == name
                || leak.part.starts_with(&format!("{name}."))
                || leak.part.starts_with(&format!("{name}["))
        })
    };
    html! {
        div {
            label { (asked)
                @if lines > 1 { textarea name=(name) dir="auto" rows=(lines) required[needed] { (value) } }
                @else { input name=(name) dir="auto" value=(value) required[needed]; }
            }
            @for leak in leaks() { p .finding .small { "Last time: \u{201c}" (leak.words) "\u{201d}: " (words::sentence(&leak.why)) } }
        }
    }
}

fn said(draft: &Draft, name: &str) -> String {
    match draft.text.get(name) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Array(lines)) => {
            lines.iter().filter_map(|line| line.as_str()).collect::<Vec<_>>().join("\n")
        }
        Some(_) | None => String::new(),
    }
}

/// The register's ways to choose from, and one way of the writer's own.
fn ways_form(ways: &[Way]) -> Markup {
    html! {
        fieldset {
            legend { "To whom, and by which ways" }
            @if ways.is_empty() { p { "The register knows no way: name one." } }
            @for (at, way) in ways.iter().enumerate() {
                label .inline { input type="checkbox" name={ "way." (at) } value=(serde_json::to_string(way).unwrap_or_default()) checked;
                    span { (determination::channel_line(way)) span .small { (way.address) @if way.order > 0 { ". Only when those before it fail or stay silent" } } } }
            }
            details open[ways.is_empty()] {
                summary { "Another way" }
                label { "Who gets it from us" input name="own.recipient" maxlength="200"; }
                label { "In what capacity" select name="own.capacity" { (capacities()) } }
                label { "For whom in the end, if they pass it on" input name="own.onward_to" maxlength="200"; }
                label { "Channel" select name="own.channel" { @for kind in CHANNELS { option value=(kind.id()) { (kind) } } } }
                label { "E-mail address, URL, number or postal line" input name="own.address" maxlength="500"; }
            }
        }
    }
}

/// In what capacity somebody receives or acknowledges.
pub fn capacities() -> Markup {
    html! {
        option value="protector" { "they protect those at risk" } option value="intended_victim" { "they are at risk themselves" }
        option value="intermediary" { "they pass it on" }
    }
}

/// The ways that a form names: those of the register that stay ticked, and the writer's own.
fn ways_of(form: &BTreeMap<String, String>) -> Result<Vec<Way>, AppError> {
    let unfit = |name: &str| AppError::invalid(name, "is not a way that this page offered");
    let mut ways = Vec::new();
    for (name, value) in form.iter().filter(|(name, _)| name.starts_with("way.")) {
        ways.push(serde_json::from_str::<Way>(value).map_err(|_| unfit(name))?);
    }
    let own = |name: &str| form.get(&format!("own.{name}")).map(|text| text.trim().to_owned()).unwrap_or_default();
    if !own("recipient").is_empty() {
        let capacity: Capacity = serde_json::from_value(own("capacity").into()).map_err(|_| unfit("own.capacity"))?;
        let channel: ChannelKind = serde_json::from_value(own("channel").into()).map_err(|_| unfit("own.channel"))?;
        let onward_to = Some(own("onward_to")).filter(|name| !name.is_empty());
        let (recipient, address) = (own("recipient"), own("address"));
        ways.push(Way { recipient, party: None, capacity, onward_to, channel, address, order: 0, why: String::new() });
    }
    Ok(ways)
}

/// Checks and keeps a draft, then shows it.
pub async fn write(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<BTreeMap<String, String>>,
) -> Done {
    // A browser sends line ends as CR LF; a carriage return may not leave in any text.
    let text = |name: &str| form.get(name).map(|text| text.replace("\r\n", "\n").trim().to_owned()).unwrap_or_default();
    let advice = text("advice");
    let words = DraftText {
        language: Some(text("language")).filter(|tag| !tag.is_empty()).unwrap_or_else(|| "en".to_owned()),
        headline: text("headline"),
        what: text("what"),
        when: text("when"),
        place: text("place"),
        how_sure: text("how_sure"),
        advice: advice.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        cannot_tell: text("cannot_tell"),
        contact: text("contact"),
        cap: drafting::CapTerms::default(),
    };
    let victim: VictimId = id(&text("victim"))?;
    let follows = super::given(text("follows")).map(|from| id(&from)).transpose()?;
    let ways = Some(ways_of(&form)?);
    let new = NewDraft { victim, purpose: purpose(&text("purpose"))?, follows, text: words, ways };
    let after = desk.write_draft(visitor.ask(), id(&threat)?, new).await?;
    let draft = after.drafts.last().map(|draft| draft.id.to_string()).unwrap_or_default();
    Ok(Redirect::to(&format!("/threats/{threat}/drafts/{draft}")))
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
