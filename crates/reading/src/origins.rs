//! Where the report's news comes from: the paper that had it first, the official who would not be named, and the words it
//! quotes. Two reports that share one of these are not two witnesses.

use domain::Span;
use domain::claim::{Field, HowKnown, Normal};

use crate::actors::organisation;
use crate::attribution::speaker;
use crate::claims::{Draft, Maker};
use crate::lexicon::{self, Body};
use crate::mentions::{Marked, OrganisationHit, Run, Who};

/// Fewer words than this are a turn of speech, and prove nothing when two reports share them.
const SHORTEST_QUOTE: usize = 6;

/// Adds origins and quotations.
pub(crate) fn read(maker: &mut Maker<'_, '_>) {
    let page = maker.page;
    let mut state = None;
    for (sentence, marked) in page.marked.iter().enumerate() {
        for hit in marked.organisations.iter().filter(|hit| body(hit.who) == Body::Media) {
            if is_origin(marked, hit) {
                let normal = organisation(hit.who);
                maker.add(
                    sentence,
                    hit.run,
                    Draft { event: 0, field: Field::RestsOn, value: None, normal, stage: None },
                );
            }
        }
        let unnamed = page.words[sentence].as_ref().is_some_and(|word| word.how == Some(HowKnown::AnonymousOfficial));
        if let Some((run, _)) = speaker(marked).filter(|_| unnamed) {
            official(maker, sentence, run, &mut state);
        }
    }
    if !page.marked.is_empty() {
        quotations(maker);
    }
}

fn body(who: Who) -> Body {
    let (Who::Known(at) | Who::AffiliateOf(at)) = who;
    lexicon::shared().organisations[at].kind
}

/// "first reported by", "told the …", "according to the …", "the … was first to report".
fn is_origin(marked: &Marked<'_>, hit: &OrganisationHit) -> bool {
    let tokens = marked.tokens();
    let word = |at: usize| tokens.get(at).map_or("", |token| &*token.lower);
    let mut before = hit.run.first;
    while before > 0 && matches!(word(before - 1), "the" | "newspaper") {
        before -= 1;
    }
    let back = |steps: usize| before.checked_sub(steps).map_or("", word);
    let after = hit.run.last + 1;
    let told = back(1) == "told"
        && tokens[..before]
            .iter()
            .any(|token| token.any(&["official", "officials", "sources", "source", "police", "people", "officer"]));
    let according = back(1) == "to" && back(2) == "according";
    let reported_by = back(1) == "by" && matches!(back(2), "reported" | "published" | "obtained");
    let reports = matches!(word(after), "reported" | "reports" | "first" | "revealed")
        || (matches!(word(after), "was" | "were") && word(after + 1) == "first")
        || (word(after) == "said" && !marked.people.iter().any(|one| one.last + 1 == hit.run.first));
    told || according || reported_by || reports || matches!(back(1), "citing" | "cited")
}

/// An unnamed official, by the state or body they speak for.
fn official(maker: &mut Maker<'_, '_>, sentence: usize, run: Run, state: &mut Option<String>) {
    let marked = &maker.page.marked[sentence];
    let hit = marked.organisations.iter().find(|hit| run.holds(hit.run.first));
    if let Some(Normal::Organisation { id, .. }) = hit.map(|hit| organisation(hit.who)) {
        *state = Some(id);
    }
    let text = match state {
        Some(id) => format!("unnamed official of {id}"),
        None => "unnamed official".to_owned(),
    };
    let normal = Normal::Text { text, parent: Some("unnamed official".to_owned()) };
    maker.add(sentence, run, Draft { event: 0, field: Field::RestsOn, value: None, normal, stage: None });
}

/// Words in quotation marks, over any number of sentences of one paragraph.
fn quotations(maker: &mut Maker<'_, '_>) {
    let page = maker.page;
    for span in &page.document.body {
        for quoted in quoted(page.document.words(*span)) {
            let span = Span::new(span.start + quoted.start, span.start + quoted.end);
            let words: Vec<String> = page
                .document
                .words(span)
                .split(|letter: char| !letter.is_alphanumeric() && letter != '.')
                .map(|word| word.replace('.', "").to_lowercase())
                .filter(|word| !word.is_empty())
                .collect();
            if words.len() >= SHORTEST_QUOTE {
                let sentence = page
                    .marked
                    .partition_point(|one| one.tokens().last().is_some_and(|last| last.span.end <= span.start));
                let normal = Normal::text(words.join(" "));
                let draft = Draft { event: 0, field: Field::Quotation, value: None, normal, stage: None };
                maker.add_span(sentence.min(page.marked.len() - 1), span, draft);
            }
        }
    }
}

/// What stands between quotation marks; a mark that is never closed quotes to the end.
fn quoted(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(usize, u32)> = None;
    for (at, letter) in text.char_indices() {
        open = match (letter, open) {
            ('“' | '«' | '„', None) => Some((at + letter.len_utf8(), 1)),
            ('"', None) => Some((at + 1, 0)),
            ('“' | '«', Some((start, depth))) if depth > 0 => Some((start, depth + 1)),
            ('”' | '»', Some((start, depth))) if depth > 1 => Some((start, depth - 1)),
            ('”' | '»', Some((start, 1))) | ('"', Some((start, 0))) => {
                found.push(Span::new(start, at));
                None
            }
            (_, open) => open,
        };
    }
    if let Some((start, _)) = open {
        found.push(Span::new(start, text.len()));
    }
    found
}
