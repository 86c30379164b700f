//! What a check stands on: the draft, the protected and the cleared texts as words, in one lexicon.

use std::collections::HashSet;

use domain::Span;

use super::lexicon::{Lexicon, Word};
use super::report::{Finding, Kind, Part, Protected};
use super::tokens::{Concealed, Token, tokens};

/// A text without full stops is looked at in pieces of this many words.
const LONGEST_SENTENCE: usize = 60;

/// A stretch of text as words.
pub(super) struct Passage<'a> {
    /// Number of the part, protected text or cleared text it is from.
    pub of: usize,
    /// The whole text it is from; tokens count bytes in it.
    pub raw: &'a str,
    pub tokens: Vec<Token>,
    pub concealed: Vec<(usize, usize, Concealed)>,
}

impl Passage<'_> {
    /// The bytes from the first to the last of these tokens.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.tokens[from].start, self.tokens[to].end)
    }

    /// What stands between two neighbouring tokens.
    pub(super) fn gap(&self, before: usize) -> &str {
        match (self.tokens.get(before), self.tokens.get(before + 1)) {
            (Some(left), Some(right)) => self.raw.get(left.end..right.start).unwrap_or_default(),
            (Some(left), None) => self.raw.get(left.end..).unwrap_or_default(),
            (None, _) => "",
        }
    }

    /// Ranges of tokens, one for each sentence or [`LONGEST_SENTENCE`] words of it.
    pub(super) fn sentences(&self) -> Vec<(usize, usize)> {
        let mut ranges = Vec::new();
        let mut start = 0;
        for at in 1..=self.tokens.len() {
            let cut = at - start == LONGEST_SENTENCE;
            if at == self.tokens.len() || cut || self.tokens[at].sentence != self.tokens[start].sentence {
                ranges.push((start, at));
                start = at;
            }
        }
        ranges
    }

    /// Whether most words are written in capitals, so that capitals say nothing.
    pub(super) fn shouts(&self) -> bool {
        let upper = self.tokens.iter().filter(|token| token.shape == super::tokens::Shape::Upper).count();
        self.tokens.len() > 5 && upper * 2 > self.tokens.len()
    }
}

/// Everything a check compares.
pub(super) struct Ground<'a> {
    pub lexicon: Lexicon,
    pub labels: Vec<&'a str>,
    pub parts: &'a [Part],
    pub draft: Vec<Passage<'a>>,
    pub protected: Vec<Passage<'a>>,
    pub cleared: Vec<Passage<'a>>,
    /// Words and meanings that stand in cleared text.
    pub cleared_words: HashSet<u32>,
    pub cleared_meanings: HashSet<u32>,
    /// Words that follow each other in cleared text.
    pub cleared_pairs: HashSet<[u32; 2]>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(parts: &'a [Part], protected: &'a [Protected], cleared: &[&'a str]) -> Self {
        let mut lexicon = Lexicon::new();
        let mut passage = |of: usize, raw: &'a str, span: Span| {
            let text = tokens(span.of(raw).unwrap_or_default(), span.start, &mut lexicon);
            Passage { of, raw, tokens: text.tokens, concealed: text.concealed }
        };
        let mut behind = Vec::new();
        for (of, source) in protected.iter().enumerate() {
            let raw = source.text.open().as_str();
            let whole = [Span::new(0, raw.len())];
            let spans = if source.spans.is_empty() { &whole[..] } else { &source.spans };
            behind.extend(spans.iter().map(|span| passage(of, raw, *span)));
        }
        let all = |raw: &str| Span::new(0, raw.len());
        let cleared: Vec<_> = cleared.iter().enumerate().map(|(of, raw)| passage(of, raw, all(raw))).collect();
        let draft = parts.iter().enumerate().map(|(of, part)| passage(of, &part.text, all(&part.text))).collect();
        let words = || cleared.iter().flat_map(|text| &text.tokens).map(|token| token.word);
        let cleared_words = words().collect();
        let cleared_meanings = words().map(|word| lexicon.word(word).meaning).collect();
        let cleared_pairs =
            cleared.iter().flat_map(|text| text.tokens.windows(2)).map(|two| [two[0].word, two[1].word]).collect();
        let labels = protected.iter().map(|source| source.label.as_str()).collect();
        Self {
            lexicon,
            labels,
            parts,
            draft,
            protected: behind,
            cleared,
            cleared_words,
            cleared_meanings,
            cleared_pairs,
        }
    }

    /// What is known of a token's word.
    pub(super) fn word(&self, token: &Token) -> &Word {
        self.lexicon.word(token.word)
    }

    /// The token's folded text.
    pub(super) fn text(&self, passage: &Passage<'_>, at: usize) -> &str {
        passage.tokens.get(at).map_or("", |token| self.word(token).text.as_str())
    }

    /// A finding with its words filled in.
    pub(super) fn finding(&self, found: Found) -> Finding {
        let part = &self.parts[self.draft[found.passage].of];
        let source = found.source.map(|(passage, span)| (self.labels[self.protected[passage].of], span));
        Finding {
            kind: found.kind,
            part: part.name.clone(),
            draft_span: found.span,
            draft_words: found.span.of(&part.text).unwrap_or_default().chars().take(300).collect(),
            protected_source: source.map(|(label, _)| label.to_owned()),
            protected_span: source.map(|(_, span)| span),
            confidence: (found.confidence * 100.0).round() / 100.0,
            why: found.why,
            suggestion: found.kind.suggestion(),
        }
    }
}

/// A finding as the detectors give it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub kind: Kind,
    /// Number of the draft's passage.
    pub passage: usize,
    pub span: Span,
    /// Number of the protected passage, and the bytes in its text.
    pub source: Option<(usize, Span)>,
    pub confidence: f64,
    pub why: String,
}
