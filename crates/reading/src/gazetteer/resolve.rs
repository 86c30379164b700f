//! Which mentions are meant as places, and which place of that name.
//!
//! A place named right after it decides ("Paris, Texas"); then whether its country is named in the text; then how many
//! people live there. Whether it is meant as a place at all is asked of the words around it: a preposition before it
//! speaks for a place, a title or a given name before it and a surname or "University" after it against. In doubt a large
//! place is kept, a small one and an everyday word are not.

use std::collections::HashMap;

use domain::Span;

use super::words::{
    AREA_AFTER, BEFORE, BODY_AFTER, COMMON, FUNCTION, NEVER_ALONE, PLACE_AFTER, PRESS_AFTER, TITLES, holds,
};
use super::{Candidate, Gazetteer, Kind, NameKind, Place, PlaceMention, Placed, folded};

/// What a place named right after it is worth; more than anything else together.
const NAMED_AFTER: f64 = 20.0;
/// What it is worth that the country is named in the text. As much as a thousand times the people.
const COUNTRY_NAMED: f64 = 3.0;
/// What it is worth that its country is named close by, besides.
const COUNTRY_NEAR: f64 = 1.0;
/// How close, in bytes.
const NEAR: usize = 150;
/// What being the capital is worth: "Washington" is rarely the state.
const CAPITAL: f64 = 1.0;
/// Within this of the best another candidate makes a mention ambiguous: three times the people.
const CLOSE: f64 = 0.5;
/// A city of so many needs no preposition before it.
const LARGE: u32 = 100_000;
/// A city of so many is known by its name alone, whatever capital follows.
const GREAT: u32 = 300_000;

/// How often each country is named, or its people, or an area or city that no other country has.
struct Votes {
    weight: HashMap<&'static str, f64>,
    total: f64,
}

/// What stands around a mention.
struct Around {
    before: String,
    before_capital: bool,
    /// Only spaces stand between the word before and the mention.
    before_touches: bool,
    after: String,
    after_capital: bool,
    /// The mention begins with a small letter of a script that has capitals.
    small: bool,
    /// It continues a list of places.
    listed: bool,
    /// A place or a people is named right before it, so that the capital there is no sign of a person's name.
    follows: bool,
    /// A country or area, or its people, is named right after it.
    precedes: bool,
}

/// A candidate with what speaks for it.
struct Scored {
    place: Place,
    by: NameKind,
    score: f64,
    container: Option<Place>,
    country_named: bool,
}

impl Gazetteer {
    /// Decides each mention; what is likelier no place is left out, and so are demonyms, which only tell the country.
    pub fn resolve(&self, plain: &str, mentions: &[PlaceMention]) -> Vec<Placed> {
        let votes = self.votes(plain, mentions);
        let mut placed: Vec<Placed> = Vec::new();
        let mut outer: Option<(usize, Place)> = None;
        for (at, mention) in mentions.iter().enumerate() {
            let around = self.around(plain, mentions, at, placed.last());
            let mut scored = self.scored(plain, mentions, at, &votes, &around);
            // The "Georgia" after "Atlanta," is the one that Atlanta lies in.
            let named_as_outer = outer.filter(|(next, _)| *next == at).map(|(_, place)| place.id);
            scored
                .iter_mut()
                .filter(|one| Some(one.place.id) == named_as_outer)
                .for_each(|one| one.score += NAMED_AFTER);
            scored.sort_by(|one, two| two.score.total_cmp(&one.score).then(one.place.id.cmp(two.place.id)));
            scored.dedup_by_key(|candidate| candidate.place.id);
            let words = mention.span.of(plain).unwrap_or_default();
            if let Some(best) = scored.first().filter(|best| meant(words, best, &around)) {
                outer = best.container.map(|place| (at + 1, place));
                placed.push(self.decided(mention.span, &scored));
            }
        }
        placed
    }

    /// What stands around a mention; `last` is the place decided before it.
    fn around(&self, plain: &str, mentions: &[PlaceMention], at: usize, last: Option<&Placed>) -> Around {
        let here = mentions[at].span;
        let mut around = Around::of(plain, here);
        around.listed = last.is_some_and(|last| enumerates(plain, last.span, here));
        let country = |one: Candidate| one.place.kind == Kind::Country;
        around.follows = at > 0
            && mentions[at - 1].span.end + 1 == here.start
            && (last.is_some_and(|last| last.span == mentions[at - 1].span)
                || self.candidates(&mentions[at - 1]).any(country));
        let outer = |one: Candidate| one.place.kind != Kind::City;
        let touching = mentions.get(at + 1).filter(|next| here.end + 1 == next.span.start);
        around.precedes = touching.is_some_and(|next| self.candidates(next).any(outer));
        around
    }

    fn votes(&self, plain: &str, mentions: &[PlaceMention]) -> Votes {
        let mut votes = Votes { weight: HashMap::new(), total: 0.0 };
        for mention in mentions.iter().filter(|mention| !is_abroad(plain, mention.span)) {
            for candidate in self.candidates(mention) {
                let weight = match (candidate.place.kind, candidate.by) {
                    (_, NameKind::Demonym) => 1.0,
                    (Kind::Country, _) => 2.0,
                    (Kind::Area | Kind::City, _) => continue,
                };
                *votes.weight.entry(candidate.place.country).or_default() += weight;
                votes.total += weight;
            }
        }
        votes
    }

    fn scored(&self, plain: &str, mentions: &[PlaceMention], at: usize, votes: &Votes, around: &Around) -> Vec<Scored> {
        let mention = &mentions[at];
        let next = mentions.get(at + 1).filter(|next| {
            matches!(plain.get(mention.span.end..next.span.start), Some(", " | " (" | ",\n" | "، " | ",  "))
        });
        let containers: Vec<Candidate> = next.map(|next| self.candidates(next).collect()).unwrap_or_default();
        let state = plain.get(mention.span.end..).and_then(state_code);
        let near = self.countries_near(plain, mentions, at);
        let largest = |one: &&Candidate, two: &&Candidate| one.place.population.cmp(&two.place.population);
        let score = |candidate: Candidate| {
            let place = candidate.place;
            let container = containers
                .iter()
                .filter(|outer| contains(&outer.place, &place))
                .max_by(largest)
                .map(|outer| outer.place);
            let coded = place.country == "US" && state.is_some_and(|code| code == place.admin1);
            let named = votes.weight.get(place.country).copied();
            let mut score = (f64::from(place.population) + 10.0).log10();
            score += if container.is_some() || coded { NAMED_AFTER } else { 0.0 };
            score += named.map_or(0.0, |weight| COUNTRY_NAMED + weight / votes.total);
            score += match candidate.by {
                NameKind::Usual | NameKind::Abbreviation => 0.0,
                NameKind::Other | NameKind::Demonym => -1.0,
            };
            score += if near.contains(&place.country) { COUNTRY_NEAR } else { 0.0 };
            score += if place.capital { CAPITAL } else { 0.0 };
            let area = holds(&AREA_AFTER, &around.after);
            score += match place.kind {
                Kind::Country => 6.0,
                Kind::Area => {
                    if area {
                        3.0
                    } else {
                        -0.7
                    }
                }
                Kind::City => 0.0,
            };
            Scored { place, by: candidate.by, score, container, country_named: named.is_some() }
        };
        self.candidates(mention).filter(|candidate| candidate.by != NameKind::Demonym).map(score).collect()
    }

    /// The countries named, by themselves or by their people, among the few mentions around this one.
    fn countries_near(&self, plain: &str, mentions: &[PlaceMention], at: usize) -> Vec<&'static str> {
        let here = mentions[at].span;
        let around = mentions[at.saturating_sub(4)..].iter().take(9);
        let close = |other: &&PlaceMention| {
            let close = other.span.start < here.end + NEAR && here.start < other.span.end + NEAR;
            other.span != here && close && !is_abroad(plain, other.span)
        };
        let country = |candidate: Candidate| {
            let named = candidate.place.kind == Kind::Country;
            named.then_some(candidate.place.country)
        };
        around.filter(close).flat_map(|other| self.candidates(other).filter_map(country)).collect()
    }

    fn decided(&self, span: Span, scored: &[Scored]) -> Placed {
        let best = &scored[0];
        // An area around a city of the same name is not another answer to "which Kerman?".
        let rivals = || {
            scored[1..]
                .iter()
                .filter(|other| !contains(&other.place, &best.place) && !contains(&best.place, &other.place))
        };
        let rival = rivals().find(|other| best.score - other.score < CLOSE);
        let mut why = match best {
            Scored { container: Some(outer), .. } => format!("{} is named right after it", outer.name),
            Scored { place, .. } if scored.len() == 1 => match place.kind {
                Kind::Country => "a country".to_owned(),
                Kind::Area | Kind::City => "the only place of that name known here".to_owned(),
            },
            Scored { score, .. } if *score >= NAMED_AFTER => "its state is named right after it".to_owned(),
            Scored { place, .. } if place.kind == Kind::Country => "a country".to_owned(),
            Scored { country_named: true, place, .. } => {
                let country = self.place(place.country).map_or(place.country, |country| country.name);
                format!("{country} is named in the text")
            }
            Scored { .. } => format!("the largest of {} places of that name", scored.len()),
        };
        if let Some(rival) = rival {
            why = format!("{why}; ambiguous: {} is nearly as likely", self.label(rival.place));
        }
        let alternatives = rivals().map(|other| other.place).take(5).collect();
        Placed { span, place: best.place, why, alternatives, ambiguous: rival.is_some() }
    }
}

/// "The US embassy in Moscow" speaks of a country's people abroad, and not for the Moscow that lies in that country.
fn is_abroad(plain: &str, span: Span) -> bool {
    const ABROAD: [&str; 9] = [
        "embassy",
        "embassies",
        "consulate",
        "consulates",
        "ambassador",
        "diplomats",
        "citizens",
        "nationals",
        "expatriates",
    ];
    ABROAD.contains(&Around::of(plain, span).after.as_str())
}

/// Whether the first is the country or area that the second lies in.
fn contains(outer: &Place, inner: &Place) -> bool {
    match outer.kind {
        Kind::Country => inner.kind != Kind::Country && outer.country == inner.country,
        Kind::Area => inner.kind == Kind::City && outer.country == inner.country && outer.admin1 == inner.admin1,
        Kind::City => false,
    }
}

/// The "TX" in ", TX".
fn state_code(after: &str) -> Option<&str> {
    let code = after.strip_prefix(", ")?.get(..2)?;
    let ends = !after.get(4..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    (ends && code.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(code)
}

/// Whether two mentions are items of one list ("Iraq, Syria and Erbil").
fn enumerates(plain: &str, one: Span, two: Span) -> bool {
    matches!(
        plain.get(one.end..two.start),
        Some(", " | " and " | ", and " | " or " | " et " | " y " | " und " | " и " | " و ")
    )
}

impl Around {
    fn of(plain: &str, span: Span) -> Self {
        let line_before = plain.get(..span.start).unwrap_or_default();
        let floor =
            (line_before.len().saturating_sub(60)..=line_before.len()).find(|at| line_before.is_char_boundary(*at));
        let near = line_before.get(floor.unwrap_or(0)..).unwrap_or_default();
        let near = near.rsplit('\n').next().unwrap_or_default();
        let trimmed = near.trim_end_matches([' ', '“', '"', '‘', '(', '.']);
        let word = trimmed.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        let gap = &near[trimmed.len()..];
        let line_after = plain.get(span.end..).unwrap_or_default();
        let rest = line_after.strip_prefix([' ', '-']).unwrap_or_default();
        let next: &str = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        let next = if next.len() > 60 { "" } else { next };
        let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        let first = span.of(plain).and_then(|words| words.chars().next());
        Self {
            before: folded(word),
            before_capital: capital(word),
            before_touches: gap == " " || gap == ". ",
            after: folded(next),
            after_capital: capital(next),
            small: first.is_some_and(char::is_lowercase),
            listed: false,
            follows: false,
            precedes: false,
        }
    }

    /// A title, a given name, or some other capitalised word that is no part of a place's name.
    fn person_before(&self, preposition: bool) -> bool {
        let name = self.before_capital && !holds(&FUNCTION, &self.before) && !preposition;
        self.before_touches && !self.follows && (name || holds(&TITLES, &self.before))
    }

    /// The name goes on: a surname, or the rest of what a body is called.
    fn longer_after(&self, sorted: bool) -> bool {
        let other = sorted || holds(&FUNCTION, &self.after) || holds(&TITLES, &self.after);
        self.after_capital && !self.precedes && !other
    }
}

/// Whether the words are meant as a place at all.
fn meant(words: &str, best: &Scored, around: &Around) -> bool {
    let place = &best.place;
    let name = folded(words);
    let named_after = best.container.is_some() || best.score >= NAMED_AFTER;
    let common = holds(&COMMON, &name) || name.chars().count() < 3 && best.by != NameKind::Abbreviation;
    let preposition = holds(&BEFORE, &around.before);
    let area_after = holds(&AREA_AFTER, &around.after);
    let known = place.kind == Kind::Country || place.population >= LARGE;
    if around.small {
        return preposition && known && !common && best.by == NameKind::Usual && name.chars().nth(3).is_some();
    }
    let hollow = holds(&NEVER_ALONE, &name) && !area_after || common && best.by == NameKind::Other;
    let body = holds(&BODY_AFTER, &around.after) && place.population < GREAT || holds(&PRESS_AFTER, &around.after);
    if hollow && !named_after || body {
        return false;
    }
    let sorted = area_after || holds(&PLACE_AFTER, &around.after);
    let anchored = preposition || around.listed || named_after;
    let person_before = around.person_before(preposition);
    let longer_after = around.longer_after(sorted);
    match place.kind {
        Kind::Country if common => !longer_after && (anchored || !person_before),
        Kind::Country => best.by == NameKind::Usual || !holds(&TITLES, &around.before),
        Kind::Area | Kind::City if person_before => named_after || sorted && !common,
        Kind::Area | Kind::City if common => anchored && !longer_after && (best.country_named || known),
        Kind::Area | Kind::City if longer_after && !anchored => place.population >= GREAT && best.by == NameKind::Usual,
        Kind::Area => anchored || sorted || best.country_named || place.population >= GREAT,
        Kind::City => anchored || sorted || place.population >= if best.by == NameKind::Usual { LARGE } else { GREAT },
    }
}
