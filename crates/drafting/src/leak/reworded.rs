//! Reworded passages: a sentence of the draft that shares its telling words with one protected sentence.
//!
//! Only words count that stand in no cleared text. A rare word weighs 1, one that a warning may well use 0.7, one that
//! any warning may use 0.4; two words that stand close together on both sides, one of them rare, add 1. How much makes a
//! finding depends on how much is protected: in fifty pages some sentence shares a word with any draft. Words are
//! compared by meaning (stem and synonym), so their order and form do not matter.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::Span;

use super::ground::{Found, Ground, Passage};
use super::manner::manner;
use super::report::Kind;
use super::tokens::Shape;

const COMMON_WEIGHT: f64 = 0.4;
const USUAL_WEIGHT: f64 = 0.7;
const RARE_WEIGHT: f64 = 1.0;
const PAIR_WEIGHT: f64 = 1.0;
/// Two neighbouring words of which neither is rare, such as "bus driver".
const COMMON_PAIR_WEIGHT: f64 = 0.7;
/// Up to so many protected sentences; what makes a finding with a word that is not common in it, and without one.
const THRESHOLDS: [(usize, f64, f64); 3] = [(15, 1.0, 1.8), (150, 1.4, 2.0), (usize::MAX, 2.0, 2.8)];
/// How many content words apart two words may stand to count as close.
const REACH: usize = 3;
/// A word in more protected sentences than this tells nothing about one of them.
const TOO_FREQUENT: usize = 200;

/// With "who" behind it, one of these begins the description of a single person.
const PERSONS: [&str; 9] = ["man", "woman", "lady", "person", "somebody", "someone", "boy", "girl", "one"];

/// A word that carries a fact.
#[derive(Clone, Copy)]
struct Content {
    token: usize,
    meaning: u32,
    /// What it weighs alone.
    weight: f64,
    rare: bool,
    novel: bool,
    /// Says what one person is or does: "a woman who delivers …".
    defines: bool,
}

/// A protected sentence.
struct Sentence {
    passage: usize,
    span: Span,
}

/// Protected sentences by the words and pairs in them.
#[derive(Default)]
struct Index {
    sentences: Vec<Sentence>,
    words: HashMap<u32, Vec<(usize, f64)>>,
    pairs: HashMap<(u32, u32), Vec<usize>>,
    common_pairs: HashMap<(u32, u32), Vec<usize>>,
    cleared_pairs: HashSet<(u32, u32)>,
}

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let index = index(ground);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        for range in text.sentences() {
            let words = contents(ground, text, range);
            let advice = manner(ground, text, range).advises();
            if let Some((sentence, score, tokens)) = best(&index, &words, advice) {
                let source = &index.sentences[sentence];
                let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
                found.push(Found {
                    kind: Kind::Reworded,
                    passage: number,
                    span: text.span(*first, *last),
                    source: Some((source.passage, source.span)),
                    confidence: (0.35 + 0.15 * score).min(0.95),
                    why: format!(
                        "{} telling words of this sentence stand together in one protected sentence and in no cleared \
                         text",
                        tokens.len()
                    ),
                });
            }
        }
    }
    found
}

fn index(ground: &Ground<'_>) -> Index {
    let mut index = Index::default();
    for text in &ground.cleared {
        for range in text.sentences() {
            index.cleared_pairs.extend(pairs(&contents(ground, text, range), |_, _| true));
        }
    }
    // What the draft does not say cannot be found in it.
    let said = ground.draft.iter().flat_map(|text| &text.tokens).map(|token| ground.word(token).meaning);
    let said: HashSet<u32> = said.collect();
    for (passage, text) in ground.protected.iter().enumerate() {
        for range in text.sentences() {
            let number = index.sentences.len();
            index.sentences.push(Sentence { passage, span: text.span(range.0, range.1 - 1) });
            let words = contents(ground, text, range);
            for word in words.iter().filter(|word| word.novel && said.contains(&word.meaning)) {
                let list = index.words.entry(word.meaning).or_default();
                if list.last().is_none_or(|(last, _)| *last != number) {
                    list.push((number, word.weight));
                }
            }
            for pair in pairs(&words, telling).filter(|(left, right)| said.contains(left) && said.contains(right)) {
                if !index.cleared_pairs.contains(&pair) {
                    index.pairs.entry(pair).or_default().push(number);
                }
            }
            for pair in neighbours(&words).filter(|pair| said.contains(&pair.0) && said.contains(&pair.1)) {
                index.common_pairs.entry(pair).or_default().push(number);
            }
        }
    }
    index
}

/// The protected sentence that shares most with these words, if it is enough.
fn best(index: &Index, words: &[Content], advice: bool) -> Option<(usize, f64, Vec<usize>)> {
    let mut scores: HashMap<usize, (f64, bool, BTreeSet<usize>)> = HashMap::new();
    let mut seen = HashSet::new();
    for word in words.iter().filter(|word| word.novel) {
        let Some(list) = index.words.get(&word.meaning).filter(|list| list.len() <= TOO_FREQUENT) else { continue };
        if !seen.insert(word.meaning) {
            continue;
        }
        for (sentence, there) in list {
            let weight = if word.defines { RARE_WEIGHT } else { word.weight.min(*there) };
            let entry = scores.entry(*sentence).or_default();
            entry.0 += weight;
            entry.1 |= weight > COMMON_WEIGHT;
            entry.2.insert(word.token);
        }
    }
    let places: HashMap<u32, usize> = words.iter().map(|word| (word.meaning, word.token)).collect();
    let close: HashSet<(u32, u32)> = pairs(words, telling).collect();
    for pair in &close {
        for sentence in index.pairs.get(pair).into_iter().flatten().take(TOO_FREQUENT) {
            let entry = scores.entry(*sentence).or_default();
            entry.0 += PAIR_WEIGHT;
            entry.2.extend([pair.0, pair.1].iter().filter_map(|meaning| places.get(meaning)));
        }
    }
    let among = THRESHOLDS.iter().position(|(sentences, ..)| index.sentences.len() <= *sentences);
    // Advice is the desk's own, and may share a word with anything: it is judged as if more were protected.
    let among = among.and_then(|row| THRESHOLDS.get(row + usize::from(advice))).or(THRESHOLDS.last());
    let (telling_enough, common_enough) = among.map_or((2.0, 2.8), |(_, telling, common)| (*telling, *common));
    for pair in neighbours(words).collect::<HashSet<_>>() {
        for sentence in index.common_pairs.get(&pair).into_iter().flatten().take(TOO_FREQUENT) {
            scores.entry(*sentence).or_default().0 += COMMON_PAIR_WEIGHT;
        }
    }
    scores
        .into_iter()
        .filter(|(_, (score, rare, _))| *score + 1e-9 >= if *rare { telling_enough } else { common_enough })
        .max_by(|left, right| left.1.0.total_cmp(&right.1.0).then(right.0.cmp(&left.0)))
        .map(|(sentence, (score, _, tokens))| (sentence, score, tokens.into_iter().collect()))
}

fn contents(ground: &Ground<'_>, text: &Passage<'_>, range: (usize, usize)) -> Vec<Content> {
    (range.0..range.1)
        .filter_map(|at| {
            let token = &text.tokens[at];
            let word = ground.word(token);
            let tells = !word.function && !word.begins_figure && token.shape != Shape::Digits && word.text.len() > 2;
            tells.then(|| Content {
                token: at,
                meaning: word.meaning,
                weight: match (word.common, word.usual) {
                    (true, _) => COMMON_WEIGHT,
                    (false, true) => USUAL_WEIGHT,
                    (false, false) => RARE_WEIGHT,
                },
                rare: !word.common,
                novel: !ground.cleared_meanings.contains(&word.meaning),
                defines: at > 1 && ground.text(text, at - 1) == "who" && PERSONS.contains(&ground.text(text, at - 2)),
            })
        })
        .collect()
}

/// Unordered pairs of words that stand close together.
fn pairs(words: &[Content], fits: fn(&Content, &Content) -> bool) -> impl Iterator<Item = (u32, u32)> {
    words.iter().enumerate().flat_map(move |(at, left)| {
        words[at + 1..]
            .iter()
            .take(REACH)
            .filter(move |right| left.meaning != right.meaning && fits(left, right))
            .map(move |right| (left.meaning.min(right.meaning), left.meaning.max(right.meaning)))
    })
}

/// Neighbouring words, unordered, both new and neither rare.
fn neighbours(words: &[Content]) -> impl Iterator<Item = (u32, u32)> {
    let common = |word: &Content| word.novel && !word.rare;
    words
        .windows(2)
        .filter(move |two| two[0].meaning != two[1].meaning && two.iter().all(common))
        .map(|two| (two[0].meaning.min(two[1].meaning), two[0].meaning.max(two[1].meaning)))
}

fn telling(left: &Content, right: &Content) -> bool {
    (left.rare && left.novel) || (right.rare && right.novel)
}
