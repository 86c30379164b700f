//! Names in a text: the words are walked through the tree of forms, and where names overlap the fuller one stays.

use std::cmp::Ordering;

use domain::Span;
use domain::register::{Party, PartyKind};

use crate::exact::{Exact, Node, Tokens};
use crate::graph::Graph;
use crate::names::alike::{Alike, How, Vocabulary};
use crate::names::fold::{Word, fold, joins, starts_large};
use crate::names::forms::{FormKind, description, forms};
use crate::names::lists;
use crate::names::runs::ByHash;

/// Less alike than this, all words together, is another name.
const FLOOR: f64 = 0.78;
/// Steps through the tree from one word of the text: what keeps hostile text cheap.
const MOST_STEPS: u32 = 256;
/// So many for each word of the text on the whole, and some for short ones. Text and registers that need more are not
/// what people write: then each further word has few, which are enough for a name of nine words that stands there letter
/// for letter.
const USUAL_STEPS: usize = 4;
const SPARE_STEPS: usize = 2_048;
const FEW_STEPS: u32 = 10;
/// Names that start at one word and are looked at, the fullest first.
const MOST_FROM_ONE: usize = 6;
/// So many where each word has few steps.
const FEW_FROM_ONE: usize = 2;
/// Two words are put together when they have so many letters.
const SHORTEST_CUT: usize = 5;
/// What an initial in the text costs that the name does not have.
const EXTRA_INITIAL: f64 = 0.97;

/// The hashes of words need no secret here: every look-up ends in a comparison of whole words or is bounded.
const SEED: u64 = 0x666f_7265_7761_726e;

/// A party that bears a form of a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bearer {
    pub party: u32,
    pub name: u16,
    pub form: FormKind,
    pub lead: u8,
    pub tail: u8,
}

/// All names of a register.
pub(crate) struct Names {
    pub vocabulary: Vocabulary,
    /// All forms of all names; the number of a form is its place in `bearers`.
    forms: Exact,
    bearers: Vec<Bearer>,
}

/// A stretch of the text that stands for a name.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub first: usize,
    /// One past the last word.
    pub end: usize,
    /// Which name.
    pub node: Node,
    /// How each word stands for one of the name's.
    pub path: Vec<Alike>,
    pub likeness: f64,
    /// Whether a sentence or a paragraph ends inside: then only the very name counts.
    pub broken: bool,
    /// Whether a word such as `and` is passed over: then it is nobody's personal name.
    pub linked: bool,
    /// Whether it stands inside a longer name of something else.
    pub nested: bool,
}

/// A text in words, each distinct word looked up once.
pub(crate) struct Text<'t> {
    pub whole: &'t str,
    pub words: Vec<Word>,
    seen: Vec<Seen>,
    /// For each word the number of what was seen.
    of: Vec<usize>,
    /// For each word what it is together with the next, where somebody cut a word in two.
    cut: Vec<Option<Alike>>,
    /// Whether nobody bothered with capitals.
    pub caseless: bool,
}

struct Seen {
    /// Whether it is a word of a name, letter for letter.
    known: bool,
    alike: Vec<Alike>,
    /// The words it is when several were run together.
    joined: Vec<Vec<Alike>>,
    particle: bool,
    link: bool,
    letter: bool,
    form: bool,
}

impl Names {
    pub fn build(graph: &Graph) -> Self {
        let forms = Exact::with_room(4 * graph.len(), SEED);
        let mut names = Self { vocabulary: Vocabulary::default(), forms, bearers: Vec::new() };
        for (number, party) in graph.parties() {
            names.put(number, party);
        }
        names.vocabulary.seal();
        names
    }

    /// Takes in the names of one party.
    pub fn put(&mut self, number: u32, party: &Party) {
        let mut own: Vec<u32> = Vec::new();
        let mut hashes: Vec<u64> = Vec::new();
        let named = (0_u16..)
            .zip(&party.names)
            .flat_map(|(at, name)| forms(party.kind, name).into_iter().map(move |form| (at, form)));
        let words = party.description.as_deref().filter(|_| party.names.is_empty());
        let described = words.and_then(description).map(|form| (0, form));
        for (name, form) in named.chain(described) {
            hashes.clear();
            hashes.extend(form.words.iter().map(|word| self.forms.hash(word)));
            for (word, hash) in form.words.iter().zip(&hashes) {
                own.push(self.vocabulary.intern(word, *hash));
            }
            let (lead, tail) = (form.lead, form.tail);
            self.bear(&hashes, Bearer { party: number, name, form: form.kind, lead, tail });
        }
        own.sort_unstable();
        own.dedup();
        for word in own {
            self.vocabulary.count(word);
        }
    }

    /// The first form of a party with these words stays, so the fuller one must come first.
    fn bear(&mut self, words: &[u64], bearer: Bearer) {
        let known = words.iter().try_fold(Node::START, |node, word| self.forms.step(node, *word));
        // Parties come one after another, so an earlier form of the same party is the last one there.
        let last = known.and_then(Node::last_name).map(|form| self.bearers[form as usize].party);
        if last != Some(bearer.party) && self.forms.put_words(words).is_some() {
            self.bearers.push(bearer);
        }
    }

    /// The parties that bear the name at a node, in the order of their numbers.
    pub fn bearers(&self, node: Node) -> Vec<&Bearer> {
        let mut all: Vec<&Bearer> = self.forms.names_of(node).map(|form| &self.bearers[form as usize]).collect();
        all.reverse();
        all
    }

    /// Whether more parties bear the name at a node than these.
    pub fn more_than(&self, node: Node, many: usize) -> bool {
        self.forms.names_of(node).nth(many).is_some()
    }

    pub fn look_up<'t>(&self, text: &'t str) -> Text<'t> {
        let mut words: Vec<Word> = Vec::new();
        let mut hashes: Vec<u64> = Vec::new();
        for token in Tokens::new(text, SEED) {
            let capital = starts_large(text, token.span.start);
            let joined = words.last().is_some_and(|before| joins(text, before.span, token.span.start));
            words.push(Word { span: token.span, joined, capital });
            hashes.push(token.hash);
        }
        let capitals = words.iter().filter(|word| word.capital).count();
        let caseless = capitals * 50 < words.len();
        let mut numbers: ByHash<usize> = ByHash::default();
        let mut seen: Vec<Seen> = Vec::new();
        let mut of = Vec::with_capacity(words.len());
        for (word, hash) in words.iter().zip(hashes) {
            // A word with a small letter, among others with capitals, is a name only when it is spelt like one.
            let loosely = word.capital || caseless;
            of.push(*numbers.entry(if loosely { hash } else { !hash }).or_insert_with(|| {
                let folded = fold(word.span.of(text).unwrap_or_default());
                let alike = self.vocabulary.alike(&folded, hash, loosely);
                let known = alike.first().is_some_and(|one| one.how == How::Same);
                let joined = |folded: &str| self.vocabulary.joined(folded, |part| self.forms.hash(part));
                seen.push(Seen {
                    known,
                    joined: if known { Vec::new() } else { joined(&folded) },
                    alike,
                    particle: lists::is_particle(&folded),
                    link: lists::is_link(&folded),
                    letter: folded.chars().count() == 1,
                    form: lists::is_organisation_form(&folded),
                });
                seen.len() - 1
            }));
        }
        let cut = self.cut_in_two(text, &words, |at| seen[of[at]].known);
        Text { whole: text, words, seen, of, cut, caseless }
    }

    /// The words of names that are two words here: `Ley la`. What is a name's word by itself is not put together.
    fn cut_in_two(&self, text: &str, words: &[Word], known: impl Fn(usize) -> bool) -> Vec<Option<Alike>> {
        let together = |at: usize| {
            let (one, other) = (words.get(at)?, words.get(at + 1)?);
            let apart = other.span.start - one.span.end == 1 && text.as_bytes()[one.span.end] == b' ';
            let long = other.span.end - one.span.start > SHORTEST_CUT;
            if !one.capital || !apart || !long || known(at) {
                return None;
            }
            let whole = [one, other].map(|word| fold(word.span.of(text).unwrap_or_default())).concat();
            self.vocabulary.cut_word(self.forms.hash(&whole))
        };
        (0..words.len()).map(together).collect()
    }

    /// Every name in the text; of names that overlap the fuller one, and places inside other names.
    pub fn mentions(&self, graph: &Graph, text: &Text) -> Vec<Mention> {
        let mut all = Vec::new();
        let mut spare = USUAL_STEPS * text.words.len() + SPARE_STEPS;
        for first in 0..text.words.len() {
            let before = all.len();
            let (steps, most) = if spare > 0 { (MOST_STEPS, MOST_FROM_ONE) } else { (FEW_STEPS, FEW_FROM_ONE) };
            let mut walk = Walk { names: self, text, first, steps, links: 0, path: Vec::new(), found: &mut all };
            walk.on(Node::START, first, 1.0, false);
            spare = spare.saturating_sub((steps - walk.steps) as usize);
            all[before..].sort_by(stronger);
            all.truncate(before + most);
        }
        self.settle(graph, all, text.words.len())
    }

    /// Longer and likelier names take their words first.
    fn settle(&self, graph: &Graph, mut all: Vec<Mention>, words: usize) -> Vec<Mention> {
        all.sort_by(stronger);
        let mut taken: Vec<Option<usize>> = vec![None; words];
        let mut kept: Vec<Mention> = Vec::new();
        for mut mention in all {
            let over = taken[mention.first..mention.end].iter().flatten().min().copied();
            match over.map(|at| &kept[at]) {
                None => taken[mention.first..mention.end].fill(Some(kept.len())),
                Some(other) if (other.first, other.end) == (mention.first, mention.end) => {}
                Some(other) => {
                    let inside = other.first <= mention.first && mention.end <= other.end;
                    let place =
                        |node| self.forms.names_of(node).any(|form| is_place(graph, self.bearers[form as usize].party));
                    if !inside || !place(mention.node) || place(other.node) {
                        continue;
                    }
                    mention.nested = true;
                }
            }
            kept.push(mention);
        }
        kept.sort_by_key(|mention| (mention.first, mention.end, mention.node));
        kept
    }
}

/// The fuller and likelier first.
fn stronger(a: &Mention, b: &Mention) -> Ordering {
    #[allow(clippy::cast_precision_loss, reason = "names have few words")]
    let strength = |mention: &Mention| mention.path.len() as f64 * mention.likeness;
    strength(b).total_cmp(&strength(a)).then_with(|| (a.first, a.end, a.node).cmp(&(b.first, b.end, b.node)))
}

fn is_place(graph: &Graph, party: u32) -> bool {
    graph.party(party).kind == PartyKind::Place
}

impl Text<'_> {
    /// The stretch of a mention, with the particles and forms of organisations around it that belong to the name.
    pub fn span(&self, mention: &Mention, bearer: &Bearer) -> Span {
        let extra = |at: usize| self.seen_at(at).is_some_and(|seen| seen.particle || seen.link || seen.form);
        let (mut first, mut end) = (mention.first, mention.end);
        for _ in 0..bearer.lead {
            if first > 0 && self.words[first].joined && extra(first - 1) {
                first -= 1;
            }
        }
        for _ in 0..bearer.tail {
            if self.words.get(end).is_some_and(|word| word.joined) && extra(end) {
                end += 1;
            }
        }
        Span::new(self.words[first].span.start, self.words[end - 1].span.end)
    }

    fn seen_at(&self, at: usize) -> Option<&Seen> {
        self.of.get(at).and_then(|number| self.seen.get(*number))
    }
}

/// One walk from one word of the text.
struct Walk<'w, 't> {
    names: &'w Names,
    text: &'w Text<'t>,
    first: usize,
    /// How many more it may take.
    steps: u32,
    links: u32,
    path: Vec<Alike>,
    found: &'w mut Vec<Mention>,
}

impl Walk<'_, '_> {
    fn on(&mut self, node: Node, at: usize, likeness: f64, broken: bool) {
        let (Some(seen), Some(left)) = (self.text.seen_at(at), self.steps.checked_sub(1)) else { return };
        self.steps = left;
        let broken = broken || (at > self.first && !self.text.words[at].joined);
        let mut stepped = false;
        let here = seen.alike.iter().map(std::slice::from_ref).chain(seen.joined.iter().map(Vec::as_slice));
        let cut = self.text.cut[at].iter().map(std::slice::from_ref).map(|words| (words, at + 2));
        for (words, end) in here.map(|words| (words, at + 1)).chain(cut) {
            let likeness = words.iter().fold(likeness, |likeness, alike| likeness * alike.likeness);
            let step = |node, alike: &Alike| self.names.forms.step(node, self.names.vocabulary.hash(alike.word));
            let Some(next) = words.iter().try_fold(node, step).filter(|_| likeness >= FLOOR) else { continue };
            stepped = true;
            let before = self.path.len();
            self.path.extend_from_slice(words);
            self.note(next, end, likeness, broken);
            self.on(next, end, likeness, broken);
            self.path.truncate(before);
        }
        let inside = !stepped && !self.path.is_empty() && !broken && at - self.first < 2 * self.path.len() + 2;
        if inside && seen.particle {
            self.on(node, at + 1, likeness, broken);
        } else if inside && seen.link {
            self.links += 1;
            self.on(node, at + 1, likeness, broken);
            self.links -= 1;
        } else if inside && seen.letter {
            self.on(node, at + 1, likeness * EXTRA_INITIAL, broken);
        }
    }

    fn note(&mut self, node: Node, end: usize, likeness: f64, broken: bool) {
        // A word alone has too many neighbours: only itself, or itself in other letters.
        let alone = self.path.len() == 1 && !matches!(self.path[0].how, How::Same | How::Script);
        if !alone && node.last_name().is_some() {
            let (first, path) = (self.first, self.path.clone());
            self.found.push(Mention {
                first,
                end,
                node,
                path,
                likeness,
                broken,
                linked: self.links > 0,
                nested: false,
            });
        }
    }
}
