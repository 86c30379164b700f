//! What stands in a sentence: organisations, acts, means, gatherings, venues, people, times and places, each on its
//! tokens. Finding is all that happens here; what it means together is for [`crate::events`] and the readers of claims.

use crate::lexicon::{self, ADVERBS, Sense};
use crate::places::{Located, Spot};
use crate::sentences::Sentence;
use crate::times::{self, TimeHit};
use crate::tokens::{Kind, Token};

/// A run of tokens, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub first: usize,
    pub last: usize,
}

impl Run {
    pub const fn holds(self, at: usize) -> bool {
        self.first <= at && at <= self.last
    }
}

/// Who is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Index into the lexicon.
    Known(usize),
    /// A branch of it that is not named.
    AffiliateOf(usize),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct OrganisationHit {
    pub run: Run,
    pub who: Who,
    /// A capital that stands for its state only when it acts ("Washington").
    pub capital: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct ActHit {
    pub run: Run,
    /// Index into the lexicon's acts.
    pub term: usize,
    pub noun: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct PlaceHit {
    pub run: Run,
    pub spot: Spot,
}

/// A sentence with everything found in it; each list is in order and does not overlap itself.
#[derive(Debug)]
pub(crate) struct Marked<'a> {
    pub sentence: Sentence<'a>,
    pub organisations: Vec<OrganisationHit>,
    pub acts: Vec<ActHit>,
    pub means: Vec<(Run, usize)>,
    pub gatherings: Vec<(Run, &'static str)>,
    pub venues: Vec<Run>,
    pub people: Vec<Run>,
    pub times: Vec<TimeHit>,
    pub places: Vec<PlaceHit>,
}

impl<'a> Marked<'a> {
    pub fn tokens(&self) -> &[Token<'a>] {
        &self.sentence.tokens
    }

    pub fn organisation_at(&self, at: usize) -> Option<&OrganisationHit> {
        self.organisations.iter().find(|hit| hit.run.holds(at))
    }
}

/// Marks every sentence; `places` are in the order of the text.
pub(crate) fn mark<'a>(sentences: Vec<Sentence<'a>>, places: &[Located]) -> Vec<Marked<'a>> {
    let mut places = places.iter().peekable();
    let mut marked: Vec<Marked<'a>> = Vec::new();
    for sentence in sentences {
        let end = sentence.tokens.last().map_or(0, |token| token.span.end);
        let mut here = Vec::new();
        while let Some(located) = places.next_if(|located| located.span.start < end) {
            here.extend(on_tokens(&sentence.tokens, located));
        }
        marked.push(mark_one(sentence, here));
    }
    settle_affiliates(&mut marked);
    marked
}

fn on_tokens(tokens: &[Token<'_>], located: &Located) -> Option<PlaceHit> {
    let first = tokens.partition_point(|token| token.span.end <= located.span.start);
    let last = tokens.partition_point(|token| token.span.start < located.span.end).checked_sub(1)?;
    (first <= last).then_some(PlaceHit { run: Run { first, last }, spot: located.spot })
}

fn mark_one(sentence: Sentence<'_>, places: Vec<PlaceHit>) -> Marked<'_> {
    let times = times::find(&sentence.tokens);
    let mut marked = Marked {
        sentence,
        organisations: Vec::new(),
        acts: Vec::new(),
        means: Vec::new(),
        gatherings: Vec::new(),
        venues: Vec::new(),
        people: Vec::new(),
        times,
        places,
    };
    let count = marked.sentence.tokens.len();
    let mut free = [0_usize; 6];
    for at in 0..count {
        for (sense, length) in lexicon::shared().at(&marked.sentence.tokens, at).collect::<Vec<_>>() {
            let run = Run { first: at, last: at + length - 1 };
            let class = class(sense);
            if at >= free[class] {
                free[class] = at + length;
                note(&mut marked, sense, run);
            }
        }
    }
    marked.organisations = affiliates(marked.tokens(), &marked.organisations);
    // "the Akira ransomware group" is a name, and no act.
    let bodies = marked.organisations.clone();
    let in_name =
        |run: Run| bodies.iter().any(|hit| hit.run != run && hit.run.holds(run.first) && hit.run.holds(run.last));
    marked.acts.retain(|act| !in_name(act.run));
    marked.means.retain(|(run, _)| !in_name(*run));
    let tokens = &marked.sentence.tokens;
    marked.acts.retain(|act| !is_pursuit(tokens, act));
    marked.venues = joined(&marked.venues);
    marked.acts.extend(bomb_that_killed(&marked));
    marked
}

/// "killed one suspect", "shot dead the gunman": what the pursuers do is not the deed.
fn is_pursuit(tokens: &[Token<'_>], act: &ActHit) -> bool {
    const PURSUED: &[&str] = &["suspect", "suspects", "attacker", "attackers", "gunman", "plotters", "plotter"];
    let killing = matches!(lexicon::shared().acts[act.term].id, "killing" | "shooting");
    let object = (act.run.last + 1..act.run.last + 4).take_while(|at| {
        tokens.get(*at).is_some_and(|token| !token.is_mark() && !lexicon::PREPOSITIONS.contains(&&*token.lower))
    });
    killing && !act.noun && object.into_iter().any(|at| tokens[at].any(PURSUED))
}

/// "the school canteen": venues side by side are one.
fn joined(venues: &[Run]) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    for venue in venues {
        match found.last_mut() {
            Some(last) if last.last + 1 == venue.first => last.last = venue.last,
            _ => found.push(*venue),
        }
    }
    found
}

/// "Bomb in Quetta market: 12 dead", "a car bomb claimed 12 lives": without another act, the bomb is the act.
fn bomb_that_killed(marked: &Marked<'_>) -> Option<ActHit> {
    let harmed = marked.tokens().iter().any(|token| token.any(&["dead", "wounded", "injured", "lives", "casualties"]));
    let bombing = lexicon::shared().acts.iter().position(|term| term.id == "bombing")?;
    let bomb = marked.means.iter().find(|(_, term)| lexicon::shared().means[*term].id == "explosives")?;
    let act = ActHit { run: bomb.0, term: bombing, noun: true };
    let planted = crate::clauses::is_planted(marked.tokens(), bomb.0);
    ((harmed || planted) && marked.acts.is_empty()).then_some(act)
}

/// Senses of one class do not overlap; "suicide bombing" may still be an act and a means.
const fn class(sense: Sense) -> usize {
    match sense {
        Sense::Organisation(_) | Sense::Capital(_) => 0,
        Sense::ActNoun(_) | Sense::ActVerb(_) => 1,
        Sense::Means(_) => 2,
        Sense::Gathering(_) => 3,
        Sense::Venue => 4,
        Sense::Person => 5,
    }
}

fn note(marked: &mut Marked<'_>, sense: Sense, run: Run) {
    match sense {
        Sense::Organisation(at) => {
            marked.organisations.push(OrganisationHit { run, who: Who::Known(at), capital: false });
        }
        Sense::Capital(at) => marked.organisations.push(OrganisationHit { run, who: Who::Known(at), capital: true }),
        Sense::ActNoun(term) => {
            let both = lexicon::shared()
                .at(marked.tokens(), run.first)
                .any(|(sense, length)| matches!(sense, Sense::ActVerb(_)) && length == run.last - run.first + 1);
            let noun = !both || !is_verb_use(marked.tokens(), run);
            marked.acts.push(ActHit { run, term, noun });
        }
        Sense::ActVerb(term) => {
            let thing =
                lexicon::shared().at(marked.tokens(), run.first).any(|(sense, _)| matches!(sense, Sense::Means(_)));
            let verb = is_verb_use(marked.tokens(), run);
            if verb || (!thing && !may_be_noun(marked.tokens(), run)) {
                marked.acts.push(ActHit { run, term, noun: false });
            }
        }
        Sense::Means(term) => marked.means.push((run, term)),
        Sense::Gathering(kind) => marked.gatherings.push((run, kind)),
        Sense::Venue => marked.venues.push(run),
        Sense::Person => marked.people.push(run),
    }
}

/// Words that only a verb follows.
const BEFORE_VERB: &[&str] = &[
    "to", "will", "'ll", "would", "'d", "could", "can", "might", "may", "gonna", "shall", "should", "must", "who",
    "they", "he", "she", "i", "we", "you", "it", "that", "which", "has", "have", "had", "was", "were", "been", "be",
    "being", "is", "are", "and", "or", "not", "never", "then", "by", "of", "for",
];

/// Words that only a noun follows.
const BEFORE_NOUN: &[&str] = &[
    "the",
    "a",
    "an",
    "this",
    "that",
    "these",
    "those",
    "his",
    "her",
    "their",
    "its",
    "my",
    "your",
    "our",
    "'s",
    "any",
    "another",
    "such",
    "no",
    "two",
    "three",
    "several",
    "multiple",
    "many",
    "terrorist",
    "terror",
    "deadly",
    "recent",
    "earlier",
    "suspected",
    "planned",
    "possible",
    "potential",
    "imminent",
    "mass",
    "deadliest",
    "worst",
    "past",
    "suicide",
    "twin",
    "dual",
    "coordinated",
];

/// Whether a word that may be noun or verb is used as a verb here.
fn is_verb_use(tokens: &[Token<'_>], run: Run) -> bool {
    let word = &*tokens[run.first].lower;
    let before = run.first.checked_sub(1).map_or("", |at| &*tokens[at].lower);
    let after = tokens.get(run.last + 1).map_or("", |token| &*token.lower);
    let object = [
        "the", "a", "an", "his", "her", "him", "them", "their", "my", "me", "you", "us", "our", "everyone", "all",
        "people", "up",
    ];
    let opens_object = object.contains(&after);
    if BEFORE_NOUN.contains(&before) && before != "that" {
        return word.ends_with("ing") && opens_object && before != "the";
    }
    if word.ends_with("ing") || word.ends_with("ings") {
        return opens_object && before != "the";
    }
    if matches!(before, "of" | "for" | "by" | "and" | "or" | "it" | "that") {
        return opens_object || word.ends_with("ed");
    }
    BEFORE_VERB.contains(&before) || opens_object
}

/// "the shot", "his torch": a verb of the lexicon that is a noun here.
fn may_be_noun(tokens: &[Token<'_>], run: Run) -> bool {
    let before = run.first.checked_sub(1).map_or("", |at| &*tokens[at].lower);
    let past = tokens[run.first].lower.ends_with("ed");
    // "to warn targeted victims", "of killed soldiers": a participle before its noun.
    let plain_noun = tokens.get(run.last + 1).is_some_and(|next| {
        next.kind == Kind::Word
            && !next.is_capital()
            && !BEFORE_NOUN.contains(&&*next.lower)
            && !lexicon::PREPOSITIONS.contains(&&*next.lower)
            && crate::quantities::quantity(tokens, run.last + 1).is_none()
    });
    if past
        && plain_noun
        && matches!(before, "warn" | "of" | "for" | "the" | "a" | "these" | "those" | "their" | "her" | "his" | "my")
    {
        return true;
    }
    !past && run.first == run.last && BEFORE_NOUN.contains(&before) && before != "that"
}

const AFFILIATE: &[&str] =
    &["affiliate", "affiliates", "branch", "offshoot", "arm", "wing", "chapter", "franchise", "faction", "cell"];

/// Joins "ISIL's affiliate in Afghanistan" and "the Islamic State affiliate (IS-KP)" into one mention.
fn affiliates(tokens: &[Token<'_>], hits: &[OrganisationHit]) -> Vec<OrganisationHit> {
    let mut joined: Vec<OrganisationHit> = Vec::new();
    let mut at = 0;
    while at < hits.len() {
        let mut hit = hits[at];
        at += 1;
        if let Who::Known(parent) = hit.who
            && let Some((who, last)) = affiliate(tokens, hit.run.last + 1, parent)
        {
            (hit.who, hit.run.last) = (who, last);
            while hits.get(at).is_some_and(|next| next.run.last <= last) {
                at += 1;
            }
        }
        while let Some(next) = hits.get(at).filter(|next| same_body(tokens, &hit, next)) {
            let closes = tokens.get(next.run.last + 1).is_some_and(|token| token.any(&[")", "]"]));
            hit.run.last = next.run.last + usize::from(closes);
            hit.who = next.who;
            at += 1;
        }
        joined.push(hit);
    }
    joined
}

/// "'s group's Afghan affiliate in the region" after the parent's name.
fn affiliate(tokens: &[Token<'_>], from: usize, parent: usize) -> Option<(Who, usize)> {
    let window = tokens.get(from..tokens.len().min(from + 6))?;
    let offset = window.iter().position(|token| token.any(AFFILIATE))?;
    let plain = window[..offset].iter().all(|token| {
        token.is("'s")
            || token.is("group")
            || token.is("'")
            || token.is("local")
            || token.is("regional")
            || token.is_capital()
    });
    if !plain {
        return None;
    }
    let noun = from + offset;
    let mut last = noun;
    if tokens.get(noun + 1).is_some_and(|token| token.any(&["in", "for"])) {
        let named = |index: usize| tokens.get(index).is_some_and(Token::is_capital);
        if tokens.get(noun + 2).is_some_and(|token| token.is("the")) {
            last = (noun + 3).min(tokens.len() - 1);
        } else if named(noun + 2) {
            last = noun + 2 + usize::from(named(noun + 3));
        }
    }
    let known = lexicon::shared().affiliate(parent, &tokens[from..=last]);
    Some((known.map_or(Who::AffiliateOf(parent), Who::Known), last))
}

/// Whether `next` is another name of `hit`: "(IS-KP)", ", ISIS-K,".
fn same_body(tokens: &[Token<'_>], hit: &OrganisationHit, next: &OrganisationHit) -> bool {
    let lexicon = lexicon::shared();
    let gap = next.run.first.saturating_sub(hit.run.last + 1);
    let marks = tokens[hit.run.last + 1..next.run.first].iter().all(Token::is_mark);
    let (here, there) = match (hit.who, next.who) {
        (Who::Known(here) | Who::AffiliateOf(here), Who::Known(there)) => (here, there),
        (_, Who::AffiliateOf(_)) => return false,
    };
    let (one, two) = (&lexicon.organisations[here].id, &lexicon.organisations[there].id);
    (1..=2).contains(&gap) && marks && (one == two || lexicon.is_under(two, one))
}

/// An affiliate that a sentence leaves unnamed is the one the rest of the text names, when it names exactly one.
fn settle_affiliates(marked: &mut [Marked<'_>]) {
    let lexicon = lexicon::shared();
    let known = marked.iter().flat_map(|one| &one.organisations).filter_map(|hit| match hit.who {
        Who::Known(at) => Some(at),
        Who::AffiliateOf(_) => None,
    });
    let mut children: std::collections::BTreeMap<&str, std::collections::BTreeSet<usize>> =
        std::collections::BTreeMap::default();
    for at in known {
        if let Some(parent) = &lexicon.organisations[at].parent {
            children.entry(parent).or_default().insert(at);
        }
    }
    for hit in marked.iter_mut().flat_map(|one| &mut one.organisations) {
        if let Who::AffiliateOf(parent) = hit.who
            && let Some(named) = children.get(lexicon.organisations[parent].id.as_str())
            && named.len() == 1
            && let Some(child) = named.first()
        {
            hit.who = Who::Known(*child);
        }
    }
}

/// Words a noun phrase does not go past.
const STOPS: &[&str] = &[
    "who",
    "which",
    "that",
    "whose",
    "whom",
    "where",
    "when",
    "while",
    "and",
    "or",
    "but",
    "nor",
    "if",
    "because",
    "so",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
    "has",
    "have",
    "had",
    "will",
    "'ll",
    "would",
    "could",
    "can",
    "may",
    "might",
    "shall",
    "should",
    "must",
    "did",
    "does",
    "do",
    "tonight",
    "today",
    "tomorrow",
    "yesterday",
    "next",
    "last",
    "this",
    "later",
    "earlier",
    "soon",
    "again",
    "unless",
    "ahead",
    "prior",
    "then",
    "immediately",
    "using",
    "killing",
    "said",
    "says",
    "told",
    "killed",
    "wounded",
    "injured",
    "attended",
    "held",
    "attending",
    "including",
    "claimed",
    "reported",
    "through",
    "living",
    "residing",
    "staying",
    "frequented",
    "visited",
    "sheltering",
];

/// The last token of the noun phrase that starts at `at`; `of` and `for` are taken along when `with_complements`.
pub(crate) fn noun_phrase(tokens: &[Token<'_>], at: usize, with_complements: bool) -> Option<usize> {
    let mut last = None;
    let mut index = at;
    while let Some(token) = tokens.get(index).filter(|_| index < at + 14) {
        let word = &*token.lower;
        let quoted = token.any(&["\"", "'"]);
        let complement = with_complements && last.is_some() && matches!(word, "of" | "for" | "to");
        let mark_event = word == "to"
            && !tokens.get(index + 1).is_some_and(|next| next.any(&["mark", "honor", "honour", "commemorate"]));
        let determiner_this = index == at && word == "this";
        let stop = (token.is_mark() && !quoted)
            || (STOPS.contains(&word) && !determiner_this)
            || (lexicon::PREPOSITIONS.contains(&word) && (mark_event || !complement) && word != "of")
            || (word == "of" && last.is_none())
            || (word == "to" && (!complement || mark_event))
            || crate::times::weekday(word).is_some()
            || (index > at && crate::times::month(word).is_some_and(|_| token.is_capital()))
            || (index > at && ADVERBS.contains(&word));
        if stop {
            break;
        }
        if !quoted {
            last = Some(index);
        }
        index += 1;
    }
    let mut last = last?;
    // Nothing ends in "the", "of" or "for".
    while last > at
        && tokens[last].any(&["the", "a", "an", "of", "for", "to", "'s", "his", "her", "their", "down", "up", "off"])
    {
        last -= 1;
    }
    let only_article = last == at && tokens[at].any(&["the", "a", "an", "of", "'s", "to", "up", "out", "off", "down"]);
    (!only_article && tokens[last].kind != Kind::Mark).then_some(last)
}
