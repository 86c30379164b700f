//! Whom "he", "her" and "I" stand for, as far as rules can tell; `None` leaves the pronoun as it stands.

use crate::attribution::{speaker, subject};
use crate::claims::Page;
use crate::events::Told;
use crate::lexicon::SAYING;
use crate::mentions::{Marked, Run};
use crate::tokens::{Kind, Token};

/// Words for the one who writes or speaks.
pub(crate) const SELF: &[&str] = &["i", "me", "my", "we", "us", "myself", "im", "i'm"];

/// Words for others.
pub(crate) const THIRD: &[&str] =
    &["he", "she", "they", "him", "her", "them", "himself", "herself", "hes", "shes", "it"];

const FEMALE: &[&str] = &[
    "woman",
    "girl",
    "wife",
    "ex-wife",
    "girlfriend",
    "ex-girlfriend",
    "mother",
    "stepmother",
    "daughter",
    "sister",
    "nun",
    "midwife",
    "congresswoman",
    "spokeswoman",
];

const MALE: &[&str] = &[
    "man",
    "boy",
    "husband",
    "ex-husband",
    "boyfriend",
    "ex-boyfriend",
    "father",
    "stepfather",
    "son",
    "brother",
    "uncle",
    "gunman",
    "hitman",
    "imam",
    "priest",
    "congressman",
];

/// Who says "I": the one whose saying stands right before it in the sentence, else the sentence's speaker.
pub(crate) fn writer(page: &Page<'_, '_>, told: &Told, pronoun: usize) -> Option<String> {
    let marked = page.of(told);
    let tokens = marked.tokens();
    let says = |at: &usize| {
        SAYING.contains(&&*tokens[*at].lower)
            || tokens[*at].any(&["saying", "writing", "posting", "texting", "shouting"])
    };
    let nearest = (0..pronoun).rev().find(says).and_then(|verb| subject(marked, verb));
    nearest.map(|run| words(tokens, run)).or_else(|| page.words[told.sentence].as_ref().map(|word| word.who.clone()))
}

/// Whom a pronoun stands for. One who acts is the first person spoken of; one who is acted on (then `actor` says by whom)
/// is the nearest before who is not the actor.
pub(crate) fn antecedent(page: &Page<'_, '_>, told: &Told, pronoun: Run, actor: Option<Run>) -> Option<String> {
    let marked = page.of(told);
    let tokens = marked.tokens();
    let speaker = speaker(marked).map(|(run, _)| run);
    let word = &tokens[pronoun.first];
    let is_actor = |run: &Run| actor.is_some_and(|actor| actor.first <= run.last && run.first <= actor.last);
    // "An inmate told staff that he …": he is not the staff, and a caller who speaks of "him" is not him.
    let addressed = |run: &Run| (1..=2).any(|back| run.first.checked_sub(back).is_some_and(|at| tokens[at].is("told")));
    let relays = |run: &Run| {
        let role = tokens[run.last].any(&["caller", "witness", "informant", "officer", "source", "woman"]);
        role && speaker.is_some_and(|speaker| speaker.holds(run.last))
    };
    let object = actor.is_some();
    // "A teacher overheard a pupil saying he …"
    let says =
        pronoun.first.checked_sub(1).filter(|at| tokens[*at].any(&["saying", "boasting", "claiming", "writing"]));
    if let Some(run) = says.and_then(|verb| people(marked).find(|run| run.last + 1 == verb)).filter(|_| !object) {
        return Some(words(tokens, with_owner(tokens, run)));
    }
    let here: Vec<Run> = people(marked)
        .filter(|run| run.last < pronoun.first && agrees(tokens, *run, word) && !is_actor(run))
        .filter(|run| object || !(addressed(run) || relays(run)))
        .collect();
    // "A driver heard two men say that they …": they are the men, where several are spoken of.
    let several: Vec<Run> =
        here.iter().copied().filter(|run| word.any(&["they", "them"]) && plural(&tokens[run.last])).collect();
    let here = if several.is_empty() { here } else { several };
    let found = if object { here.last() } else { here.first() };
    if let Some(run) = found {
        return Some(words(tokens, with_owner(tokens, *run)));
    }
    let mut earlier = (told.sentence.saturating_sub(2)..told.sentence).rev().filter_map(|index| {
        let marked = &page.marked[index];
        let tokens = marked.tokens();
        let last = people(marked).filter(|run| agrees(tokens, *run, word)).last()?;
        Some(words(tokens, with_owner(tokens, last)))
    });
    let spoken = page.words[told.sentence].as_ref().map(|word| word.who.clone());
    earlier.next().or_else(|| spoken.filter(|_| object))
}

/// People by their role, and else names of two words or more, in the order of the sentence.
fn people<'m>(marked: &'m Marked<'_>) -> impl Iterator<Item = Run> + 'm {
    let mut all: Vec<Run> = marked.people.clone();
    all.extend(
        names(marked)
            .into_iter()
            .filter(|name| !marked.people.iter().any(|role| role.last + 1 >= name.first && role.first <= name.last)),
    );
    all.sort_by_key(|run| run.first);
    all.into_iter()
}

/// Runs of capitalised words that are no place, organisation, day or role.
fn names(marked: &Marked<'_>) -> Vec<Run> {
    let tokens = marked.tokens();
    let part = |at: usize| {
        tokens[at].is_capital()
            && tokens[at].kind == Kind::Word
            && marked.organisation_at(at).is_none()
            && !marked.places.iter().any(|place| place.run.holds(at))
            && !marked.venues.iter().any(|venue| venue.holds(at))
            && crate::times::weekday(&tokens[at].lower).is_none()
            && crate::times::month(&tokens[at].lower).is_none()
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let first = at;
        while at < tokens.len() && part(at) {
            at += 1;
        }
        if at >= first + 2 {
            found.push(Run { first, last: at - 1 });
        }
        at += 1;
    }
    found
}

/// Whether a pronoun can stand for this person.
fn agrees(tokens: &[Token<'_>], person: Run, pronoun: &Token<'_>) -> bool {
    let role = &tokens[person.last];
    let female = role.any(FEMALE);
    let male = role.any(MALE);
    if pronoun.any(&["she", "her", "herself", "shes"]) {
        !male
    } else if pronoun.any(&["he", "him", "himself", "hes"]) {
        !female
    } else {
        true
    }
}

/// "two men", "the brothers".
pub(crate) fn plural(role: &Token<'_>) -> bool {
    role.any(&["men", "women", "people", "children", "police"])
        || role.lower.ends_with('s') && !role.lower.ends_with("ss")
}

/// "her ex-husband", "A student": the word before that belongs to it, and the name after.
pub(crate) fn with_owner(tokens: &[Token<'_>], run: Run) -> Run {
    const OWNERS: &[&str] = &["her", "his", "my", "their", "a", "an", "the", "former", "male", "female"];
    let mut first = run.first;
    while first > 0
        && first + 4 > run.first
        && (tokens[first - 1].any(OWNERS) || tokens[first - 1].lower.ends_with("-year-old"))
    {
        first -= 1;
    }
    let mut last = run.last;
    while tokens.get(last + 1).is_some_and(Token::is_capital) && last < run.last + 3 {
        last += 1;
    }
    Run { first, last }
}

fn words(tokens: &[Token<'_>], run: Run) -> String {
    let text: Vec<&str> = tokens[run.first..=run.last].iter().map(|token| token.text).collect();
    text.join(" ")
}
