//! Described passages: a sentence of the draft that says in quite other words what one protected sentence says, such as
//! "somebody who mends shoes" for a cobbler.
//!
//! The words of the draft are held against those of each protected sentence by [`super::relations`]; words that cleared
//! text says or explains count for nothing on either side. How much likeness makes a finding depends on how the sentence
//! speaks: statements about others come from reports, advice does not. The weights were fitted (logistic regression) on
//! the `develop` and `rephrase` sets of `tests/corpus`. Equal words are left to the other detectors.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::Span;

use super::ground::{Found, Ground, Passage};
use super::manner::{Manner, manner};
use super::relations::{RelatedId, related, seldom};
use super::report::Kind;

/// A likeness below this is chance.
const FAINT: f64 = 0.12;
/// All the likeness of two sentences, without words that any warning may use, below this is chance.
const FAINT_IN_ALL: f64 = 0.08;
/// What words that any warning may use add to the likeness of two sentences.
const COMMON_WORD: f64 = 0.7;
/// A word like words of more protected sentences than this tells nothing about one of them.
const TOO_FREQUENT: usize = 200;
/// From this score on it is a finding.
const ENOUGH: f64 = 2.0;
/// With every tenfold of protected sentences the most alike is more alike by chance.
const FEW_SENTENCES: f64 = 15.0;
const MORE_FOR_TENFOLD: f64 = 1.0;

/// What cleared text says, and what that explains.
struct Cleared {
    said: HashSet<RelatedId>,
    /// How closely cleared words lead to a word.
    explained: HashMap<RelatedId, f64>,
}

impl Cleared {
    fn new(ground: &Ground<'_>) -> Self {
        let words = ground.cleared_words.iter().filter_map(|word| ground.lexicon.word(*word).related);
        let said: HashSet<RelatedId> = words.collect();
        let mut explained = HashMap::new();
        for (word, strength) in said.iter().flat_map(|word| related(*word)) {
            let best = explained.entry(*word).or_insert(0.0_f64);
            *best = best.max(*strength);
        }
        Self { said, explained }
    }

    /// How new a word is beside cleared text, from 0 to 1.
    fn novelty(&self, word: RelatedId) -> f64 {
        if self.said.contains(&word) {
            return 0.0;
        }
        let own = related(word).iter().filter(|(other, _)| self.said.contains(other)).map(|(_, strength)| *strength);
        let nearest = own.fold(self.explained.get(&word).copied().unwrap_or(0.0), f64::max);
        if nearest >= 0.8 { 0.0 } else { (1.0 - (nearest - 0.3) / 0.5).min(1.0) }
    }
}

/// A word of the draft that cleared text does not say.
#[derive(Clone, Copy)]
struct Novel {
    token: usize,
    word: RelatedId,
    common: bool,
    novelty: f64,
}

/// A protected sentence.
struct Sentence {
    passage: usize,
    span: Span,
}

/// Protected sentences by the draft words that are like words in them.
#[derive(Default)]
struct Index {
    sentences: Vec<Sentence>,
    /// For a word of the draft: sentences and the likeness of the word most like it there.
    alike: HashMap<RelatedId, Vec<(usize, f64)>>,
}

/// How much a sentence of the draft is like a protected one.
#[derive(Default, Clone)]
struct Likeness {
    rare: f64,
    common: f64,
    most: f64,
    words: Vec<usize>,
}

impl Likeness {
    fn total(&self) -> f64 {
        self.rare + COMMON_WORD * self.common
    }

    /// The score; fitted, see the head of this module.
    fn score(&self, manner: Manner, novel: f64) -> f64 {
        let root = self.total().sqrt();
        let count = if self.words.len() > 3 { 1.0 } else { [0.0, 0.25, 0.5, 0.75][self.words.len()] };
        let likeness = 1.02 * self.rare + 0.08 * self.common + 0.64 * self.most + 0.63 * count + 1.1 * root;
        // Each: whether the sentence speaks so, what that says alone, and what with the likeness.
        let says: [(bool, f64, f64); 7] = [
            (manner.others, 0.73, 0.49),
            (manner.person_first, 1.02, 0.48),
            (manner.relative, 0.78, 0.44),
            (manner.past, 1.02, 0.85),
            (manner.reader, 0.59, 0.0),
            (manner.advice, -1.82, 0.0),
            (manner.duty, -1.34, 0.0),
        ];
        let spoken: f64 = says.iter().filter(|(is, ..)| *is).map(|(_, alone, with)| alone + with * root).sum();
        likeness + spoken - 0.32 * novel.min(3.0) - 0.54
    }
}

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let cleared = Cleared::new(ground);
    let index = index(ground, &cleared);
    let enough = enough(index.sentences.len());
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        for range in text.sentences() {
            let words = novel(ground, &cleared, text, range);
            let Some((sentence, likeness)) = most_alike(&index, &words) else { continue };
            let newness = words.iter().map(|word| word.novelty * seldom(word.word)).sum();
            let score = likeness.score(manner(ground, text, range), newness);
            if score < enough {
                continue;
            }
            let source = &index.sentences[sentence];
            let first = likeness.words.iter().min().copied().unwrap_or(range.0);
            let last = likeness.words.iter().max().copied().unwrap_or(range.0);
            found.push(Found {
                kind: Kind::Reworded,
                passage: number,
                span: text.span(first, last),
                source: Some((source.passage, source.span)),
                confidence: (1.0 / (1.0 + (-score / 2.0).exp())).min(0.95),
                why: "says in other words what one protected sentence says and no cleared text does".to_owned(),
            });
        }
    }
    found
}

/// What makes a finding among so many protected sentences.
#[allow(clippy::cast_precision_loss)]
fn enough(sentences: usize) -> f64 {
    ENOUGH + MORE_FOR_TENFOLD * (sentences as f64 / FEW_SENTENCES).log10().max(0.0)
}

/// The words of a sentence that carry a fact and that cleared text does not say, each once.
fn novel(ground: &Ground<'_>, cleared: &Cleared, text: &Passage<'_>, range: (usize, usize)) -> Vec<Novel> {
    let mut seen = HashSet::new();
    let told = (range.0..range.1).filter_map(|token| {
        let word = ground.word(&text.tokens[token]);
        let id = word.related.filter(|_| !word.function && !word.begins_figure && word.text.len() > 2)?;
        let is_new = seen.insert(id) && !is_measure(&word.text);
        let novelty = if is_new { cleared.novelty(id) } else { 0.0 };
        (novelty > 0.0).then_some(Novel { token, word: id, common: word.common, novelty })
    });
    told.collect()
}

fn index(ground: &Ground<'_>, cleared: &Cleared) -> Index {
    let mut index = Index::default();
    let said: HashSet<RelatedId> =
        ground.draft.iter().flat_map(|text| &text.tokens).filter_map(|token| ground.word(token).related).collect();
    // What leads from words of the draft to a protected word.
    let mut ways: HashMap<RelatedId, Vec<(RelatedId, f64)>> = HashMap::new();
    for (from, (to, strength)) in said.iter().flat_map(|from| related(*from).iter().map(move |way| (*from, *way))) {
        ways.entry(to).or_default().push((from, strength));
    }
    let mut known: HashMap<RelatedId, Vec<(RelatedId, f64)>> = HashMap::new();
    for (passage, text) in ground.protected.iter().enumerate() {
        for range in text.sentences() {
            let number = index.sentences.len();
            index.sentences.push(Sentence { passage, span: text.span(range.0, range.1 - 1) });
            let mut alike: BTreeMap<RelatedId, f64> = BTreeMap::new();
            for word in novel(ground, cleared, text, range) {
                let from = known.entry(word.word).or_insert_with(|| likenesses(&word, &said, &ways));
                for (draft, strength) in from {
                    let best = alike.entry(*draft).or_insert(0.0);
                    *best = best.max(*strength);
                }
            }
            for (draft, strength) in alike {
                index.alike.entry(draft).or_default().push((number, strength));
            }
        }
    }
    index
}

/// The words of the draft that are like this protected one, without itself.
fn likenesses(
    word: &Novel,
    said: &HashSet<RelatedId>,
    ways: &HashMap<RelatedId, Vec<(RelatedId, f64)>>,
) -> Vec<(RelatedId, f64)> {
    let own = related(word.word).iter().filter(|(other, _)| said.contains(other));
    let all = own.chain(ways.get(&word.word).into_iter().flatten());
    all.map(|(draft, strength)| (*draft, strength * word.novelty * seldom(word.word)))
        .filter(|(draft, strength)| *draft != word.word && *strength >= FAINT)
        .collect()
}

/// The protected sentence most like these words, if any is.
fn most_alike(index: &Index, words: &[Novel]) -> Option<(usize, Likeness)> {
    let mut all: BTreeMap<usize, Likeness> = BTreeMap::new();
    for word in words {
        let Some(list) = index.alike.get(&word.word).filter(|list| list.len() <= TOO_FREQUENT) else { continue };
        for (sentence, strength) in list {
            let likeness = all.entry(*sentence).or_default();
            let part = strength * word.novelty * seldom(word.word);
            if word.common {
                likeness.common += part;
            } else {
                likeness.rare += part;
            }
            likeness.most = likeness.most.max(part);
            likeness.words.push(word.token);
        }
    }
    all.into_iter()
        .filter(|(_, likeness)| likeness.rare >= FAINT_IN_ALL)
        .max_by(|left, right| left.1.total().total_cmp(&right.1.total()).then(right.0.cmp(&left.0)))
}

/// Units and names of times: figures and times have detectors of their own.
fn is_measure(word: &str) -> bool {
    const UNITS: [&str; 14] = [
        "kilomet",
        "metre",
        "meter",
        "mile",
        "hour",
        "minute",
        "day",
        "week",
        "month",
        "year",
        "night",
        "morning",
        "evening",
        "afternoon",
    ];
    const NAMED: [&str; 10] =
        ["noon", "today", "tomorrow", "hundred", "thousand", "million", "dozen", "half", "quarter", "hundreds"];
    NAMED.contains(&word) || UNITS.iter().any(|unit| word.starts_with(unit) && word.len() < unit.len() + 5)
}
