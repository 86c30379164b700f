//! From names in a text to parties: what speaks for and against each, what needs support from the rest of the text,
//! and the hub guard, which keeps a common name from naming everybody who bears it.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::Span;
use domain::register::{Name, NameKind, PartyKind};

use crate::exact::Node;
use crate::found::{Ask, Feature, Hit, round};
use crate::graph::Graph;
use crate::mentions::{Bearer, Mention, Names, Text};
use crate::names::alike::How;
use crate::names::forms::FormKind;

/// A name borne by more parties than this names nobody by itself.
pub(crate) const HUB: usize = 20;
/// A party tied to more others than this supports none of them: it is everybody's neighbour.
const MOST_TIES: usize = 500;
/// So many mentions of one party are shown.
const MOST_MENTIONS: usize = 20;
/// So many sentences of the guard are kept.
const MOST_GUARDED: usize = 100;

/// A party that a mention may stand for.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub party: u32,
    pub span: Span,
    pub name: String,
    pub why: Vec<Feature>,
    /// How alike the words and the name are; 0 when it was not found by name.
    likeness: f64,
    /// Means too little without something else in the text that points to the same party.
    needs_support: bool,
}

/// What was found so far and what was kept back.
#[derive(Default)]
pub(crate) struct Sieve {
    pub sure: Vec<Candidate>,
    open: Vec<Candidate>,
    /// Names of hubs: the node and where.
    hubs: BTreeMap<Node, Vec<Mention>>,
    /// How many times each party is named beyond those that were weighed.
    beyond: HashMap<u32, usize>,
    guarded: Vec<String>,
}

impl Sieve {
    /// Sorts mentions into those that stand alone and those that do not.
    pub fn new(graph: &Graph, names: &Names, text: &Text, ask: &Ask) -> Self {
        let mut sieve = Self::default();
        let mut weighed: BTreeMap<Node, usize> = BTreeMap::new();
        for mention in names.mentions(graph, text) {
            if names.more_than(mention.node, HUB) {
                sieve.hubs.entry(mention.node).or_default().push(mention);
                continue;
            }
            let times = weighed.entry(mention.node).or_default();
            *times += 1;
            if *times > MOST_MENTIONS {
                continue;
            }
            for bearer in names.bearers(mention.node) {
                if let Some(candidate) = weigh(graph, names, text, &mention, bearer) {
                    sieve.take(graph, ask, candidate);
                }
            }
        }
        for (node, times) in weighed.into_iter().filter(|(_, times)| *times > MOST_MENTIONS) {
            for bearer in names.bearers(node) {
                *sieve.beyond.entry(bearer.party).or_default() += times - MOST_MENTIONS;
            }
        }
        sieve
    }

    fn take(&mut self, graph: &Graph, ask: &Ask, mut candidate: Candidate) {
        match elsewhere(graph, ask, &candidate) {
            Some(country) => {
                let quote = candidate.span.of(ask.text).unwrap_or_default();
                let own = graph.party(candidate.party);
                let words = format!("“{quote}” is in {country} here, so it is not `{}`", own.id);
                self.guard(words);
            }
            None if candidate.needs_support => self.open.push(candidate),
            None => {
                candidate.why.retain(|feature| feature.weight != 0.0);
                self.sure.push(candidate);
            }
        }
    }

    /// Takes in what was open once the rest of the text is known: `present` are the parties found without doubt.
    pub fn support(&mut self, graph: &Graph, names: &Names, text: &Text, ask: &Ask, present: &HashSet<u32>) {
        let ties = ties(graph, ask, present);
        for candidate in std::mem::take(&mut self.open) {
            if ties.contains_key(&candidate.party) || present.contains(&candidate.party) {
                self.sure.push(candidate);
                continue;
            }
            let quote = candidate.span.of(ask.text).unwrap_or_default();
            let party = graph.party(candidate.party);
            self.guard(format!(
                "“{quote}” may be {} (`{}`), but it means too little alone and nothing else in the text points there",
                party.label(),
                party.id
            ));
        }
        for (node, mentions) in std::mem::take(&mut self.hubs) {
            self.hub(graph, names, text, node, &mentions, &ties);
        }
        for candidate in &mut self.sure {
            let tied = ties.get(&candidate.party).into_iter().flatten();
            candidate.why.extend(tied.take(2).cloned());
        }
    }

    fn hub(&mut self, graph: &Graph, names: &Names, text: &Text, node: Node, at: &[Mention], ties: &Ties) {
        let bearers = names.bearers(node);
        let mut named: Vec<&Bearer> = bearers.iter().copied().filter(|one| ties.contains_key(&one.party)).collect();
        named.truncate(HUB);
        for mention in at {
            let found = named.iter().filter_map(|bearer| weigh(graph, names, text, mention, bearer));
            self.sure.extend(found);
        }
        let quote = at.first().map_or("", |mention| {
            Span::new(text.words[mention.first].span.start, text.words[mention.end - 1].span.end)
                .of(text.whole)
                .unwrap_or_default()
        });
        self.guard(format!(
            "“{quote}” is the name of {} parties: {} with something else in the text that points to them are shown, {} are \
             kept back; more of the name would help",
            bearers.len(),
            named.len(),
            bearers.len() - named.len()
        ));
    }

    pub fn guard(&mut self, words: String) {
        if self.guarded.len() < MOST_GUARDED && !self.guarded.contains(&words) {
            self.guarded.push(words);
        }
    }

    /// The hits, the strongest first, and what the guard says.
    pub fn finish(mut self, graph: &Graph, text: &str) -> (Vec<Hit>, Vec<String>) {
        // A party may bear several names that these words stand for: the likeliest is shown.
        self.sure.sort_by(|a, b| {
            let place = |one: &Candidate| (one.span, one.party);
            place(a).cmp(&place(b)).then(b.likeness.total_cmp(&a.likeness))
        });
        self.sure.dedup_by_key(|one| (one.span, one.party));
        let mut count: BTreeMap<u32, usize> = BTreeMap::new();
        self.sure.iter().for_each(|candidate| *count.entry(candidate.party).or_default() += 1);
        for (party, count) in &mut count {
            *count += self.beyond.get(party).copied().unwrap_or_default();
        }
        let mut shown: HashMap<u32, usize> = HashMap::new();
        let mut hits = Vec::new();
        for mut candidate in std::mem::take(&mut self.sure) {
            let all = count.get(&candidate.party).copied().unwrap_or(1);
            let here = shown.entry(candidate.party).or_default();
            if *here == MOST_MENTIONS {
                continue;
            }
            *here += 1;
            if all > 1 {
                #[allow(clippy::cast_precision_loss, reason = "mentions are counted in thousands")]
                let weight = (all as f64).log2() / 2.0;
                candidate.why.push(Feature::new("mentions", format!("found {all} times"), weight));
            }
            hits.push(hit(graph, text, candidate));
        }
        for (number, all) in count {
            let more = all - shown.get(&number).copied().unwrap_or_default();
            if more > 0 {
                let party = graph.party(number);
                self.guard(format!("{} (`{}`) is found {more} times more than is shown", party.label(), party.id));
            }
        }
        hits.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| a.span.cmp(&b.span)).then_with(|| a.party.cmp(&b.party))
        });
        (hits, self.guarded)
    }
}

impl Candidate {
    /// A party that is found by something else than its name.
    pub fn unnamed(graph: &Graph, party: u32, span: Span, why: Vec<Feature>) -> Self {
        let name = graph.party(party).label().to_owned();
        Self { party, span, name, why, likeness: 0.0, needs_support: false }
    }
}

fn hit(graph: &Graph, text: &str, candidate: Candidate) -> Hit {
    let party = graph.party(candidate.party);
    Hit {
        party: party.id.clone(),
        kind: party.kind,
        name: candidate.name,
        span: candidate.span,
        quote: candidate.span.of(text).unwrap_or_default().to_owned(),
        score: round(candidate.why.iter().map(|feature| feature.weight).sum()),
        why: candidate.why,
    }
}

/// For each party tied to one that is present: how, in words, and what it adds.
type Ties = HashMap<u32, Vec<Feature>>;

fn ties(graph: &Graph, ask: &Ask, present: &HashSet<u32>) -> Ties {
    let mut ties = Ties::new();
    let mut here: Vec<u32> = present.iter().copied().collect();
    here.sort_unstable();
    for party in here.into_iter().filter(|party| graph.degree(*party) <= MOST_TIES) {
        let own = graph.party(party);
        for (other, relation) in graph.neighbours(party, ask.at) {
            let (feature, weight) = if own.kind == PartyKind::Place { ("place", 2.0) } else { ("related", 1.5) };
            let from = relation.from == own.id;
            let value = if from {
                format!("{} {} it, and is in the text too", own.label(), relation.kind)
            } else {
                format!("{} {}, which is in the text too", relation.kind, own.label())
            };
            ties.entry(other).or_default().push(Feature::new(feature, value, weight));
        }
    }
    ties
}

/// What speaks for and against this bearer of the name; `None` when the name cannot be meant.
fn weigh(graph: &Graph, names: &Names, text: &Text, mention: &Mention, bearer: &Bearer) -> Option<Candidate> {
    let party = graph.party(bearer.party);
    let described = Name::new(NameKind::Alias, party.label());
    let name = party.names.get(usize::from(bearer.name)).unwrap_or(&described);
    let span = text.span(mention, bearer);
    let quote = span.of(text.whole)?;
    if mention.broken && loose(quote) != loose(&name.text) {
        return None;
    }
    if mention.linked && party.kind == PartyKind::Person {
        return None;
    }
    let alone = mention.path.len() == 1;
    let other_letters = mention.path[0].how != How::Same;
    let small = !text.words[mention.first].capital && (other_letters || name.text.starts_with(char::is_uppercase));
    if alone && small && !text.caseless {
        return None;
    }
    if bearer.form == FormKind::Acronym && quote.chars().any(char::is_lowercase) {
        return None;
    }
    let mut why = vec![name_feature(mention, name.kind), rarity(graph, names, mention)];
    why.extend(spelling(mention, quote, &name.text));
    why.extend(form(bearer.form));
    if name.weak {
        why.push(Feature::new("weak name", "shared by many", -2.0));
    }
    if mention.nested {
        why.push(Feature::new("nested", "inside a longer name", -2.0));
    }
    let own_letters = matches!(mention.path[0].how, How::Same) || mention.likeness > 0.95;
    let single = match party.kind {
        PartyKind::Person => true,
        PartyKind::Place => !own_letters,
        PartyKind::Group
        | PartyKind::Organisation
        | PartyKind::Institution
        | PartyKind::Authority
        | PartyKind::Event => !own_letters || quote.chars().count() < 3,
    };
    if alone {
        why.push(Feature::new("one word", "a single word", -1.0));
    }
    let thin = matches!(bearer.form, FormKind::Initials | FormKind::Acronym);
    let needs_support = name.weak || thin || (alone && single);
    let (name, likeness) = (name.text.clone(), mention.likeness);
    Some(Candidate { party: bearer.party, span, name, why, likeness, needs_support })
}

fn name_feature(mention: &Mention, kind: NameKind) -> Feature {
    #[allow(clippy::cast_precision_loss, reason = "names have few words")]
    let words = mention.path.len().min(6) as f64;
    Feature::new("name", kind.to_string(), 2.0 * words)
}

/// Bits of information in the words, halved: a word that one party in a thousand bears says more than a common one.
fn rarity(graph: &Graph, names: &Names, mention: &Mention) -> Feature {
    let all = f64::from(u32::try_from(graph.len()).unwrap_or(u32::MAX)) + 1.0;
    let bearers = |alike: &crate::names::alike::Alike| names.vocabulary.bearers(alike.word).max(1);
    let bits: f64 = mention.path.iter().map(|alike| (all / f64::from(bearers(alike))).log2().max(0.0)).sum();
    let fewest = mention.path.iter().map(bearers).min().unwrap_or(1);
    Feature::new("rarity", format!("its rarest word is borne by {fewest} of {} parties", graph.len()), bits / 2.0)
}

fn spelling(mention: &Mention, quote: &str, name: &str) -> Option<Feature> {
    let errors: u32 =
        mention.path.iter().map(|alike| if let How::Typing(many) = alike.how { many.into() } else { 0 }).sum();
    let other = |how: How| mention.path.iter().any(|alike| alike.how == how);
    let what = match () {
        () if errors > 0 => format!("{errors} letter(s) differ"),
        () if other(How::Joined) => "words run together".to_owned(),
        () if other(How::Cut) => "a word cut in two".to_owned(),
        () if other(How::Script) => "in other letters".to_owned(),
        () if other(How::Spelling) => "another spelling".to_owned(),
        () if mention.likeness < 1.0 => "an initial more".to_owned(),
        () => return None,
    };
    Some(Feature::new("spelling", format!("{what}: “{quote}” for “{name}”"), -8.0 * (1.0 - mention.likeness)))
}

fn form(form: FormKind) -> Option<Feature> {
    match form {
        FormKind::Whole => None,
        FormKind::SurnameFirst => Some(Feature::new("order", "family name first", -0.3)),
        FormKind::FirstLast => Some(Feature::new("order", "names between first and last missing", -1.0)),
        FormKind::Romanised => Some(Feature::new("spelling", "Latin letters for Han characters", -1.0)),
        FormKind::Initials => Some(Feature::new("initials", "given names as initials", -2.5)),
        FormKind::Description => {
            Some(Feature::new("described", "suggested, not asserted: the words that describe it", -2.0))
        }
        FormKind::Acronym => Some(Feature::new("acronym", "first letters only", -1.0)),
    }
}

/// The country in which reading places these words, when it is not the country of this place.
fn elsewhere(graph: &Graph, ask: &Ask, candidate: &Candidate) -> Option<String> {
    let party = graph.party(candidate.party);
    let own = party.country.as_deref().filter(|_| party.kind == PartyKind::Place)?;
    let mut here = ask.places.iter().filter(|place| place.span == candidate.span && !place.country.is_empty());
    let first = here.next()?;
    let agrees = |country: &str| country.eq_ignore_ascii_case(own);
    (!agrees(&first.country) && !here.any(|place| agrees(&place.country))).then(|| first.country.clone())
}

/// Words with single spaces and no case, punctuation kept.
fn loose(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
