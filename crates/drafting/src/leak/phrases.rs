//! Phrases that need no protected text beside them: how something was learned, whose information it is, and marks
//! that should not be in a draft at all.

use std::borrow::Cow;
use std::sync::LazyLock;

use domain::Span;
use domain::marking::{self, Marking};
use regex::Regex;

use super::ground::{Found, Ground, Passage};
use super::lexicon::lines;
use super::report::Kind;
use super::tokens::canonical;

/// One step of a phrase.
enum Step {
    /// One of these words; one that ends with `*` stands for all that begin so.
    Word(Vec<Cow<'static, str>>),
    /// One word that is none of these.
    Not(Vec<&'static str>),
    /// Up to two words of any kind.
    Gap,
}

struct Phrase(Vec<Step>);

static COLLECTION: LazyLock<Vec<Phrase>> = LazyLock::new(|| phrases(include_str!("vocabulary/collection.txt")));
static ORIGINATOR: LazyLock<Vec<Phrase>> = LazyLock::new(|| phrases(include_str!("vocabulary/originator.txt")));

/// Handling marks as they are found inside a sentence; those in brackets and on lines of their own are read as the marks
/// of reports are. `(U)`, TLP:CLEAR and TLP:GREEN say that a text may be shared, so they may stay.
static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \(\s*(?:TS|S|C|CUI|O-S|OS|R)\s*(?://[^()\n]{0,60})?\)
        | \((?:U)//[^()\n]{1,60}\)
        | TLP\s*:\s*(?:RED|AMBER(?:\+STRICT)?)
        | \b(?:NOFORN|ORCON|IMCON|RELIDO|NOCONTRACT|PROPIN|LIMDIS|EXDIS|NODIS|FOUO|WNINTEL|HUMINT\ CONTROL|EYES\ ONLY)\b
        | \bREL(?:EASABLE)?\ TO\ [A-Z]{3}\b
        | \b(?:TOP\ SECRET|SECRET|CONFIDENTIAL|RESTRICTED|OFFICIAL-SENSITIVE)\s*//
        | \bTOP\ SECRET\b | \bSECRET\b | \bOFFICIAL[-\ ]SENSITIVE\b | \bCOSMIC\b | \bSTRAP\ ?[123]\b
        | \b(?:S|TS|C)//(?:NF|SI|TK|HCS|REL|OC|FGI)\b
        | \bORIGINATOR\ CONTROLLED\b | \bSOURCE[- ]REVEALING\b",
    )
    .ok()
});

/// Every phrase in the draft that gives something away by itself.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        let mut add = |phrases: &[Phrase], kind, why: &str| {
            for phrase in phrases {
                let hits = matches(ground, text, phrase);
                if hits.is_empty() || ground.cleared.iter().any(|text| !matches(ground, text, phrase).is_empty()) {
                    continue;
                }
                found.extend(hits.into_iter().map(|(from, to)| Found {
                    kind,
                    passage: number,
                    span: text.span(from, to),
                    source: None,
                    confidence: 0.8,
                    why: why.to_owned(),
                }));
            }
        };
        add(&COLLECTION, Kind::Collection, "these words reveal how we know");
        add(&ORIGINATOR, Kind::Originator, "these words reveal that the information is another body's");
        found.extend(marks(text.raw).into_iter().map(|span| Found {
            kind: Kind::Marking,
            passage: number,
            span,
            source: None,
            confidence: 0.95,
            why: "a handling mark was left in the draft".to_owned(),
        }));
    }
    found
}

fn marks(raw: &str) -> Vec<Span> {
    let written = MARKS.as_ref().into_iter().flat_map(|marks| marks.find_iter(raw));
    let mut found: Vec<Span> = written.map(|hit| Span::new(hit.start(), hit.end())).collect();
    let bracketed = marking::left_in(raw).filter(|(_, mark)| mark.guarded()).map(|(span, _)| span);
    let mut at = 0;
    let lines = raw.split_inclusive('\n').filter_map(|line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        marking::banner(line).filter(Marking::guarded)?;
        Some(Span::new(start, start + line.trim().len()))
    });
    for span in bracketed.chain(lines) {
        if !found.iter().any(|known| known.overlaps(span)) {
            found.push(span);
        }
    }
    found
}

/// Where a phrase stands in a text, as token ranges with both ends in.
fn matches(ground: &Ground<'_>, text: &Passage<'_>, phrase: &Phrase) -> Vec<(usize, usize)> {
    (0..text.tokens.len()).filter_map(|at| ends(ground, text, &phrase.0, at).map(|end| (at, end - 1))).collect()
}

/// One past the last token of the phrase when it starts at `at`.
fn ends(ground: &Ground<'_>, text: &Passage<'_>, steps: &[Step], at: usize) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else { return Some(at) };
    match step {
        Step::Word(words) => {
            let token = text.tokens.get(at)?;
            let word = ground.word(token).text.as_str();
            let fits = words.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(start) => word.starts_with(start),
                None => word == wanted.as_ref(),
            });
            if fits { ends(ground, text, rest, at + 1) } else { None }
        }
        Step::Not(words) => {
            let word = ground.word(text.tokens.get(at)?).text.as_str();
            if words.contains(&word) { None } else { ends(ground, text, rest, at + 1) }
        }
        Step::Gap => (at..=at + 2).find_map(|next| ends(ground, text, rest, next)),
    }
}

fn phrases(list: &'static str) -> Vec<Phrase> {
    let step = |word: &'static str| match (word, word.strip_prefix('!')) {
        ("_", _) => Step::Gap,
        (_, Some(words)) => Step::Not(words.split('|').collect()),
        (words, None) => Step::Word(words.split('|').map(folded).collect()),
    };
    lines(list).map(|line| Phrase(line.split_whitespace().map(step).collect())).collect()
}

/// A word of the list as texts are compared: in lower-case ASCII.
fn folded(word: &'static str) -> Cow<'static, str> {
    if word.is_ascii() { Cow::Borrowed(word) } else { Cow::Owned(canonical(word)) }
}
