//! Who warned whom, when, of which place, by which way, and what came back.

use domain::claim::{Field, Normal, Precision, Stage};

use crate::actors::{folded, organisation};
use crate::attribution::subject;
use crate::claims::{Draft, Maker};
use crate::events::Told;
use crate::lexicon::{self, Body};
use crate::mentions::{Run, Who, noun_phrase};
use crate::places::Level;
use crate::times::{Calendar, Role, When};
use crate::tokens::Token;

/// Adds what the document says about a warning already given.
pub(crate) fn read(maker: &mut Maker<'_, '_>) {
    let page = maker.page;
    for told in page.story.told.iter().filter(|told| told.event == 0) {
        given(maker, told);
    }
    for sentence in 0..page.marked.len() {
        policy(maker, sentence);
        specificity(maker, sentence);
        channel(maker, sentence);
        acknowledgement(maker, sentence);
        warning_time(maker, sentence);
    }
}

fn is_warning_word(token: &Token<'_>) -> bool {
    token.any(&["warned", "warning", "warnings", "alerted", "informed", "notified", "tipped", "warn"])
}

/// "X warned Y", "X provided Y with a warning", "X's warning to Y", "information shared with Y".
fn given(maker: &mut Maker<'_, '_>, told: &Told) {
    let page = maker.page;
    let marked = page.of(told);
    let tokens = marked.tokens();
    let run = told.clause.run;
    for at in run.first..=run.last {
        let informs = tokens[at].any(&["informed", "notified", "told", "advised"]);
        if tokens[at].any(&["warned", "alerted"]) || (informs && passes_on(maker, told, at)) {
            warned(maker, told, at);
        } else if tokens[at].any(&[
            "provided",
            "gave",
            "given",
            "passed",
            "sent",
            "delivered",
            "issued",
            "giving",
            "shared",
        ]) {
            handed_over(maker, told, at);
        } else if tokens[at].any(&["warning"]) && tokens.get(at + 1).is_some_and(|next| next.is("to")) {
            if at > 0 && tokens[at - 1].is("'s") {
                by(maker, told, marked.organisation_at(at - 2).map(|hit| hit.run).or_else(|| subject(marked, at - 1)));
            }
            to(maker, told, at + 2);
        }
    }
}

/// "The FBI informed … that agents were plotting": an office tells somebody of a plan.
fn passes_on(maker: &Maker<'_, '_>, told: &Told, at: usize) -> bool {
    let page = maker.page;
    let marked = page.of(told);
    let plan = page
        .story
        .of_sentence(told.sentence)
        .iter()
        .any(|other| other.clause.run.last > at && matches!(other.stage, Some(Stage::Planned | Stage::Threatened)));
    let office = subject(marked, at).is_some_and(|run| {
        let tokens = &marked.tokens()[run.first..=run.last];
        let body = marked.organisations.iter().any(|hit| run.holds(hit.run.first) && is_state(hit.who));
        let official = tokens.iter().any(|token| token.any(&["official", "officials"]));
        let word = tokens.iter().any(|token| {
            token.any(&["police", "intelligence", "embassy", "agency", "authorities", "officers", "detectives"])
        });
        (body || word) && !official
    });
    let paper = (at + 1..at + 3).any(|next| marked.organisation_at(next).is_some_and(|hit| is_media(hit.who)));
    plan && office && !paper
}

fn is_state(who: Who) -> bool {
    let (Who::Known(at) | Who::AffiliateOf(at)) = who;
    lexicon::shared().organisations[at].kind == Body::State
}

fn warned(maker: &mut Maker<'_, '_>, told: &Told, at: usize) {
    let marked = maker.page.of(told);
    let tokens = marked.tokens();
    let passive =
        at > 0 && tokens[at.saturating_sub(2)..at].iter().any(|token| token.any(&["was", "were", "been", "being"]));
    let modal = at > 0
        && tokens[at.saturating_sub(3)..at].iter().any(|token| token.any(&["to", "should", "must", "not", "never"]));
    if modal {
        return;
    }
    if passive {
        let whom = subject(marked, at);
        if let Some(run) = whom {
            party(maker, told, Field::WarnedTo, run);
        }
        if tokens.get(at + 1).is_some_and(|next| next.is("by")) {
            let last = noun_phrase(tokens, at + 2, false);
            by(maker, told, last.map(|last| Run { first: at + 2, last }));
        }
        return;
    }
    // Without somebody who is warned it is a way of saying: "police warned that …".
    if to(maker, told, at + 1) {
        by(maker, told, subject(marked, at));
    }
    content(maker, told, at);
}

/// A place (finer than a country) in what the warning is said to have told.
fn content(maker: &mut Maker<'_, '_>, told: &Told, verb: usize) {
    let page = maker.page;
    let same = page.story.of_sentence(told.sentence).iter().filter(|other| other.clause.run.last > verb);
    for other in same.filter(|other| matches!(other.stage, Some(Stage::Planned | Stage::Threatened))) {
        for place in crate::events::scenes(page.of(other), other.clause.run) {
            if place.run.first > verb && place.spot.level > Level::Country {
                let draft = Draft {
                    event: 0,
                    field: Field::WarningPlace,
                    value: Some(place.spot.label()),
                    normal: place.spot.normal(),
                    stage: None,
                };
                maker.add(other.sentence, place.run, draft);
            }
        }
    }
}

/// "provided Iran with a specific warning", "the information passed to Iran", "provided the warning to Iran".
fn handed_over(maker: &mut Maker<'_, '_>, told: &Told, at: usize) {
    let marked = maker.page.of(told);
    let tokens = marked.tokens();
    let window = &tokens[at.saturating_sub(4)..tokens.len().min(at + 8)];
    let about_warning = window.iter().any(|token| token.any(&["warning", "warnings", "information", "intelligence"]));
    let habit = window.iter().any(|token| token.any(&["these", "routinely", "such"]));
    if !about_warning || habit {
        return;
    }
    let next = |words: &[&str]| tokens.get(at + 1).is_some_and(|token| token.any(words));
    if next(&["to", "with"]) {
        to(maker, told, at + 2);
    } else if let Some(way) = (at + 1..tokens.len().min(at + 6)).find(|index| tokens[*index].is("to")) {
        if to(maker, told, way + 1) {
            by(maker, told, subject(marked, at));
        }
    } else if marked.organisation_at(at + 1).is_some() && to(maker, told, at + 1) {
        by(maker, told, subject(marked, at));
    }
}

fn by(maker: &mut Maker<'_, '_>, told: &Told, run: Option<Run>) {
    if let Some(run) = run {
        party(maker, told, Field::WarnedBy, run);
    }
}

fn to(maker: &mut Maker<'_, '_>, told: &Told, first: usize) -> bool {
    let marked = maker.page.of(told);
    let found = match marked.organisation_at(first) {
        Some(hit) => Some(hit.run),
        None => noun_phrase(marked.tokens(), first, false).map(|last| Run { first, last }),
    };
    found.is_some_and(|run| party(maker, told, Field::WarnedTo, run))
}

/// A side of a warning: a body, a person or an office; "governments" and "an adversary" name nobody.
fn party(maker: &mut Maker<'_, '_>, told: &Told, field: Field, run: Run) -> bool {
    let marked = maker.page.of(told);
    let tokens = &marked.tokens()[run.first..=run.last];
    let hit = marked.organisations.iter().find(|hit| run.holds(hit.run.first) && !is_media(hit.who));
    let person = marked.people.iter().any(|one| run.holds(one.first)) || tokens.iter().any(Token::is_capital);
    let office = tokens
        .iter()
        .any(|token| token.any(&["police", "authorities", "embassy", "company", "hospital", "school", "airline"]));
    let nobody = tokens
        .iter()
        .any(|token| token.any(&["governments", "adversary", "adversaries", "that", "which", "people", "public"]));
    let normal = match hit {
        Some(hit) => organisation(hit.who),
        None if (person || office) && !nobody => {
            let text: Vec<&str> = tokens.iter().map(|token| &*token.lower).collect();
            Normal::text(folded(&text.join(" ")))
        }
        None => return false,
    };
    maker.add(told.sentence, run, Draft { event: 0, field, value: None, normal, stage: None });
    true
}

fn is_media(who: Who) -> bool {
    let (Who::Known(at) | Who::AffiliateOf(at)) = who;
    lexicon::shared().organisations[at].kind == Body::Media
}

fn run_where(tokens: &[Token<'_>], mut test: impl FnMut(&Token<'_>) -> bool) -> Option<Run> {
    let first = tokens.iter().position(&mut test)?;
    let last = tokens.iter().rposition(test)?;
    Some(Run { first, last })
}

/// "a longstanding 'duty to warn' policy", and when it does not ask for a warning.
fn policy(maker: &mut Maker<'_, '_>, sentence: usize) {
    let tokens = maker.page.marked[sentence].tokens();
    let duty = tokens.windows(3).position(|three| three[0].is("duty") && three[1].is("to") && three[2].is("warn"));
    if let Some(first) = duty {
        let draft = Draft {
            event: 0,
            field: Field::PolicyBasis,
            value: None,
            normal: Normal::text("duty to warn"),
            stage: None,
        };
        maker.add(sentence, Run { first, last: first + 2 }, draft);
    }
    let exceptions = tokens.iter().position(|token| token.any(&["exceptions", "exception", "exemptions"]));
    let named = tokens.iter().any(|token| token.any(&["including", "if", "when", "unless"]));
    if let Some(first) = exceptions.filter(|_| named && tokens.iter().any(is_warning_word)) {
        let last = tokens.len() - 1 - usize::from(tokens[tokens.len() - 1].is_mark());
        let draft = Draft {
            event: 0,
            field: Field::Exceptions,
            value: None,
            normal: Normal::text("exceptions named"),
            stage: None,
        };
        maker.add(sentence, Run { first, last: last.max(first) }, draft);
    }
}

/// "specific enough about the location", "sufficient detail about the location", "no details on timing".
fn specificity(maker: &mut Maker<'_, '_>, sentence: usize) {
    let tokens = maker.page.marked[sentence].tokens();
    let about = tokens.iter().any(|token| token.any(&["information", "warning", "intelligence", "tip", "threat"]));
    if !about {
        return;
    }
    let word = |at: usize| tokens.get(at).map_or("", |token| &*token.lower);
    let cue = (0..tokens.len()).find(|at| match word(*at) {
        "specific" | "detailed" => matches!(
            word(at + 1),
            "enough" | "warning" | "information" | "intelligence" | "threat" | "about" | "details"
        ),
        "sufficient" | "enough" => matches!(word(at + 1), "detail" | "details" | "information"),
        "unspecified" | "unspecific" | "non-specific" | "vague" => true,
        "no" => word(at + 1) == "further" && matches!(word(at + 2), "information" | "details" | "detail"),
        _ => false,
    });
    let Some(first) = cue else { return };
    let end = (first + 1..tokens.len()).find(|at| tokens[*at].is_mark() || tokens[*at].any(&["to", "but"]));
    let last = end.unwrap_or(tokens.len()).saturating_sub(1).clamp(first, first + 14);
    let has = |words: &[&str]| tokens[first..=last].iter().any(|token| token.any(words));
    let vague = has(&["no", "unspecified", "unspecific", "vague", "non-specific"]);
    let mut kinds = Vec::new();
    for (kind, words) in [
        ("location", &["location", "place", "where", "borders"][..]),
        ("timing", &["timely", "timing", "time", "date", "when"]),
        ("target", &["target", "targets", "who"]),
    ] {
        if has(words) {
            kinds.push(kind);
        }
    }
    let text = format!("{} {}", if vague { "unspecific" } else { "specific" }, kinds.join(" and "));
    let normal = Normal::Text {
        text: text.trim().to_owned(),
        parent: (!kinds.is_empty()).then(|| text.split(' ').next().unwrap_or("specific").to_owned()),
    };
    maker.add(
        sentence,
        Run { first, last },
        Draft { event: 0, field: Field::Specificity, value: None, normal, stage: None },
    );
}

/// Words for passing a warning on.
const CONVEYING: &[&str] =
    &["communicated", "conveyed", "conveying", "communicating", "transmitted", "relayed", "delivered"];

/// Words for telling how.
const TELLING: &[&str] = &[
    "disclosed",
    "disclose",
    "elaborate",
    "elaborated",
    "specify",
    "specified",
    "detail",
    "detailed",
    "say",
    "reveal",
    "revealed",
    "told",
    "known",
    "clear",
    "undisclosed",
    "unknown",
    "unclear",
];

/// Words for not telling it.
const WITHHELD: &[&str] =
    &["not", "declined", "refused", "never", "undisclosed", "didn't", "wasn't", "unknown", "unclear"];

/// Whether and how the way of the warning is told.
fn channel(maker: &mut Maker<'_, '_>, sentence: usize) {
    let tokens = maker.page.marked[sentence].tokens();
    let any = |words: &[&str]| tokens.iter().any(|token| token.any(words));
    let conveyed = |token: &Token<'_>| is_warning_word(token) || token.any(CONVEYING);
    if !tokens.iter().any(conveyed) {
        return;
    }
    let way = |token: &Token<'_>| token.any(&["how", "channel", "channels", "method", "route", "manner"]);
    if any(WITHHELD) && any(TELLING) && tokens.iter().any(way) {
        let parts =
            [run_where(tokens, |token| token.any(WITHHELD)), run_where(tokens, way), run_where(tokens, conveyed)];
        let first = parts.iter().take(2).flatten().map(|run| run.first).min();
        let last = parts.iter().flatten().map(|run| run.last).max();
        if let (Some(first), Some(last)) = (first, last) {
            let value = Some("not told".to_owned());
            let draft = Draft { event: 0, field: Field::Channel, value, normal: Normal::Unknown, stage: None };
            maker.add(sentence, Run { first, last }, draft);
        }
        return;
    }
    let way = (0..tokens.len()).find_map(|at| known_way(tokens, at));
    let given = any(&["warned", "alerted", "informed", "notified", "advised"]) || any(CONVEYING);
    if let Some((run, kind)) = way.filter(|_| given) {
        let draft = Draft { event: 0, field: Field::Channel, value: None, normal: Normal::text(kind), stage: None };
        maker.add(sentence, run, draft);
    }
}

/// "by telephone", "via WhatsApp", "through the Swiss embassy", "in person".
fn known_way(tokens: &[Token<'_>], at: usize) -> Option<(Run, &'static str)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| &*token.lower);
    if word(at) == "in" && word(at + 1) == "person" {
        return Some((Run { first: at, last: at + 1 }, "in person"));
    }
    if !matches!(word(at), "by" | "via" | "through" | "over" | "using") {
        return None;
    }
    (at + 1..at + 5).find_map(|index| {
        let kind = match word(index) {
            "telephone" | "phone" => "telephone",
            "email" | "e-mail" => "e-mail",
            "letter" => "letter",
            "whatsapp" | "signal" | "telegram" | "sms" => "message",
            "text" if word(index + 1) == "message" => "message",
            "embassy" | "consulate" => "embassy",
            "intermediary" | "intermediaries" => "intermediary",
            "interpol" | "cable" => "cable",
            _ => return None,
        };
        Some((Run { first: at, last: index }, kind))
    })
}

/// Whether those warned are said to have answered.
fn acknowledgement(maker: &mut Maker<'_, '_>, sentence: usize) {
    let page = maker.page;
    let tokens = page.marked[sentence].tokens();
    let word = |at: usize| tokens.get(at).map_or("", |token| &*token.lower);
    let negated = |at: usize| {
        (at.saturating_sub(3)..at)
            .any(|index| matches!(word(index), "not" | "never" | "no" | "n't" | "didn't" | "without"))
    };
    let about = tokens
        .iter()
        .any(|token| is_warning_word(token) || token.any(&["information", "intelligence", "receipt", "it"]));
    for at in 0..tokens.len() {
        let (value, text) = match word(at) {
            "acknowledge" | "acknowledged" | "acknowledging" | "acknowledgement" | "acknowledgment" if negated(at) => {
                ("none", "none")
            }
            "acknowledge" | "acknowledged" if about => ("acknowledged", "acknowledged"),
            "receipt" if at > 0 && matches!(word(at - 1), "confirmed" | "acknowledged") => {
                ("acknowledged", "acknowledged")
            }
            "ignored" | "dismissed"
                if matches!(word(at + 1), "the" | "this" | "that") && word(at + 2).starts_with("warning") =>
            {
                if word(at) == "ignored" {
                    ("none: the warning was ignored", "none")
                } else {
                    ("dismissed", "dismissed")
                }
            }
            "respond" | "responded" | "reply" | "replied" | "answer" | "response" if negated(at) => {
                let press = tokens.iter().any(|token| token.any(&["comment", "immediate", "immediately"]));
                if press {
                    ("none: no answer to the press", "none")
                } else if about {
                    ("none", "none")
                } else {
                    continue;
                }
            }
            _ => continue,
        };
        let cue = |index: &usize| matches!(word(*index), "not" | "never" | "no" | "didn't" | "without");
        let first = (at.saturating_sub(3)..at).find(cue).unwrap_or(at);
        let auxiliary =
            first.checked_sub(1).filter(|before| matches!(word(*before), "did" | "has" | "have" | "had" | "been"));
        let last = (at + 1..tokens.len().min(at + 9))
            .find(|index| tokens[*index].is_mark() || word(*index) == "and")
            .unwrap_or(tokens.len().min(at + 9))
            - 1;
        let normal = Normal::text(text);
        let draft =
            Draft { event: 0, field: Field::Acknowledgement, value: Some(value.to_owned()), normal, stage: None };
        let mentions = page.story.of_sentence(sentence).iter().any(|told| told.event == 0);
        if mentions {
            maker.add(sentence, Run { first: auxiliary.unwrap_or(first), last: last.max(at) }, draft);
        }
        return;
    }
}

/// "Despite receiving the warning a week before the incident", "warned Iran on 27 December".
fn warning_time(maker: &mut Maker<'_, '_>, sentence: usize) {
    let page = maker.page;
    let marked = &page.marked[sentence];
    let tokens = marked.tokens();
    for time in &marked.times {
        let Some(warning) = (0..time.first).rev().take(6).find(|at| is_warning_word(&tokens[*at])) else { continue };
        let draft = |normal| Draft { event: 0, field: Field::WarningTime, value: None, normal, stage: None };
        match (time.role, time.when) {
            (Role::FromEvent, When::FromEvent { days, about }) => {
                let adjoins =
                    time.first <= warning + 3 && tokens[warning..time.first].iter().all(|token| !token.is_mark());
                if !adjoins {
                    continue;
                }
                let normal = counted_from(page.anchor().date.as_ref(), days, about);
                maker.add(sentence, Run { first: time.first, last: time.last }, draft(normal));
            }
            (Role::Event, when) if when != When::Clock => {
                let direct = (warning + 1..time.first).all(|at| {
                    !tokens[at].any(&["that", "of", "about", "ahead", "before", "to", "prior"]) && !tokens[at].is_mark()
                });
                let act_between = marked.acts.iter().any(|act| warning < act.run.first && act.run.first < time.first);
                if direct && !act_between && tokens[warning].any(&["warned", "alerted", "informed", "notified"]) {
                    let normal = resolve(page.calendar, when, time.at.as_deref());
                    maker.add(sentence, Run { first: time.first, last: time.last }, draft(normal));
                }
            }
            _ => {}
        }
    }
}

fn resolve(calendar: &Calendar, when: When, at: Option<&str>) -> Normal {
    calendar.resolve(when, at, false)
}

fn counted_from(main: Option<&Normal>, days: i32, about: bool) -> Normal {
    let precision = if about { Precision::About } else { Precision::Day };
    match main {
        Some(Normal::Dates { from: Some(from), to: Some(to), .. }) => {
            let ends = crate::times::plus(*from, days).zip(crate::times::plus(*to, days));
            Normal::Dates {
                from: ends.map(|(from, _)| from),
                to: ends.map(|(_, to)| to),
                precision,
                at: None,
                without_year: None,
            }
        }
        Some(Normal::Dates { without_year: Some(day), .. }) => Normal::Dates {
            from: None,
            to: None,
            precision,
            at: None,
            without_year: crate::times::plus_yearless(day, days),
        },
        _ => Normal::Dates { from: None, to: None, precision, at: None, without_year: None },
    }
}
