//! From a document to its claims: marks the sentences, tells the events apart, and lets each reader of claims add its own.
//!
//! The cast: [`Maker`] keeps the list and numbers it; [`crate::casualties`] counts people, [`crate::deeds`] reads act,
//! who, whom, where and when,
//! [`crate::closing`] what only the whole text settles, [`crate::warnings`] who was told what, [`crate::origins`] where the news comes from,
//! [`crate::attribution`] whose word each sentence is.

use std::collections::{HashMap, HashSet};

use domain::Span;
use domain::claim::{Claim, Field, Normal, Stage};

use crate::attribution::{self, Word};
use crate::document::Document;
use crate::events::{self, Anchor, Story, Told};
use crate::mentions::{Marked, Run, mark};
use crate::times::Calendar;
use crate::{casualties, closing, deeds, origins, places, sentences, warnings};

/// The same thing said again is kept this often; what is said more often adds nothing a person would read.
const MOST_REPEATS: usize = 6;

/// Claims of one document beyond this many are dropped: no report of a threat has as many things to say.
const MOST_CLAIMS: usize = 2_000;

/// Everything the readers of claims look at.
pub(crate) struct Page<'p, 'a> {
    pub document: &'p Document,
    pub marked: &'p [Marked<'a>],
    pub story: &'p Story,
    pub calendar: &'p Calendar,
    pub words: &'p [Option<Word>],
}

impl<'p, 'a> Page<'p, 'a> {
    pub fn of(&self, told: &Told) -> &'p Marked<'a> {
        &self.marked[told.sentence]
    }

    pub fn anchor(&self) -> &'p Anchor {
        &self.story.anchor
    }
}

/// One claim on its way into the list.
pub(crate) struct Draft {
    pub event: usize,
    pub field: Field,
    /// Human words; the quote itself when `None`.
    pub value: Option<String>,
    pub normal: Normal,
    pub stage: Option<Stage>,
}

/// The list of claims being made.
pub(crate) struct Maker<'p, 'a> {
    pub page: &'p Page<'p, 'a>,
    claims: Vec<Claim>,
    seen: HashMap<(usize, Field, String), usize>,
    /// One stretch of text says one thing about one field.
    places: HashSet<(usize, Field, Span)>,
}

impl Maker<'_, '_> {
    /// Adds a claim that stands on the tokens `run` of a sentence.
    pub fn add(&mut self, sentence: usize, run: Run, draft: Draft) {
        let tokens = self.page.marked[sentence].tokens();
        let (Some(first), Some(last)) = (tokens.get(run.first), tokens.get(run.last)) else { return };
        self.add_span(sentence, Span::new(first.span.start, last.span.end), draft);
    }

    /// Adds a claim that stands on any stretch of the text.
    pub fn add_span(&mut self, sentence: usize, span: Span, draft: Draft) {
        let Some(quote) = span.of(&self.page.document.verbatim) else { return };
        let key = (draft.event, draft.field, format!("{:?}", draft.normal));
        if !self.places.insert((draft.event, draft.field, span)) {
            return;
        }
        let times = self.seen.entry(key).or_insert(0);
        *times += 1;
        if *times > MOST_REPEATS || self.claims.len() >= MOST_CLAIMS {
            return;
        }
        let word = self.page.words[sentence].as_ref();
        self.claims.push(Claim {
            id: String::new(),
            event: format!("e{}", draft.event + 1),
            field: draft.field,
            value: draft.value.unwrap_or_else(|| plain_words(self.page.document.words(span))),
            normalised: draft.normal,
            span,
            quote: quote.to_owned(),
            stage: draft.stage,
            attributed_to: word.map(|word| word.who.clone()),
            how_known: word.and_then(|word| word.how),
        });
    }

    /// Whether the main event already has a claim about `field`.
    pub fn has(&self, field: Field) -> bool {
        self.claims.iter().any(|claim| claim.field == field && claim.is_main())
    }

    /// The furthest stage at which the main event is told.
    fn finish(mut self) -> Vec<Claim> {
        self.claims.sort_by_key(|claim| (claim.span.start, claim.field, claim.span.end));
        let mut events = HashMap::from([("e1".to_owned(), 1)]);
        for (at, claim) in self.claims.iter_mut().enumerate() {
            claim.id = format!("c{}", at + 1);
            // Background events are numbered as a reader meets them.
            let next = events.len() + 1;
            let number = *events.entry(claim.event.clone()).or_insert(next);
            claim.event = format!("e{number}");
        }
        self.claims
    }
}

/// One line without doubled spaces.
pub(crate) fn plain_words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The claims of a document.
pub(crate) fn read(document: &Document) -> Vec<Claim> {
    let located = places::locate(document);
    let marked = mark(sentences::sentences(&document.plain, &document.body), &located);
    let calendar = calendar(document, &marked);
    let story = events::story(&marked, &calendar);
    let words = attribution::words(&marked);
    let page = Page { document, marked: &marked, story: &story, calendar: &calendar, words: &words };
    let mut maker = Maker { page: &page, claims: Vec::new(), seen: HashMap::new(), places: HashSet::new() };
    for told in &story.told {
        casualties::read(&mut maker, told);
        deeds::read(&mut maker, told);
    }
    closing::conclude(&mut maker);
    warnings::read(&mut maker);
    origins::read(&mut maker);
    maker.finish()
}

/// The days that lend their year to others: full dates in the text, and those in picture captions left out of it.
fn calendar(document: &Document, marked: &[Marked<'_>]) -> Calendar {
    let full_day = |when| match when {
        crate::times::When::Day { year, month, day } => jiff::civil::Date::new(year, month, day).ok(),
        _ => None,
    };
    let mut full: Vec<_> = marked.iter().flat_map(|one| &one.times).filter_map(|time| full_day(time.when)).collect();
    let opening = marked.iter().take(2).flat_map(|one| &one.times).find_map(|time| full_day(time.when));
    for piece in document.furniture.iter().take(60) {
        let tokens = crate::tokens::tokenise(&document.plain, piece.span);
        full.extend(
            crate::times::find(tokens.get(..80).unwrap_or(&tokens)).iter().filter_map(|time| full_day(time.when)),
        );
    }
    full.truncate(200);
    Calendar { written: document.date.as_ref().map(|date| date.at), opening, full }
}
