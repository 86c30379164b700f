//! How many were killed, hurt, abducted or arrested.
//!
//! Four shapes: "killed at least 95 people", "35 people were arrested", "the deaths of 13 troops", "claimed 95 lives". A
//! number counts for the event of its clause. Those whom the pursuers killed are not counted among the victims.

use domain::claim::{Field, Stage};

use crate::claims::{Draft, Maker};
use crate::events::Told;
use crate::mentions::{Marked, Run};
use crate::pronouns::plural;
use crate::quantities::{Quantity, quantity};
use crate::tokens::{Kind, Token};

const KILLED: &[&str] = &["killed", "killing", "kills", "murdered", "massacred", "slaughtered", "slain"];
const INJURED: &[&str] =
    &["wounded", "injured", "hurt", "wounding", "injuring", "injures", "wounds", "hospitalised", "hospitalized"];
const ARRESTED: &[&str] = &["arrested", "detained", "arresting", "detaining", "apprehended", "charged"];
const ABDUCTED: &[&str] = &["kidnapped", "abducted", "kidnapping", "abducting", "seized"];

/// A count found in a clause.
struct Count {
    run: Run,
    field: Field,
    quantity: Quantity,
}

/// Adds the counts of one clause.
pub(crate) fn read(maker: &mut Maker<'_, '_>, told: &Told) {
    let marked = maker.page.of(told);
    let run = told.clause.run;
    let mut at = run.first;
    while at <= run.last {
        match count_at(marked, at, run) {
            Some(count) => {
                at = count.run.last.max(at) + 1;
                let stage = told.stage.filter(|stage| *stage < Stage::Attempted).unwrap_or(Stage::Accomplished);
                maker.add(
                    told.sentence,
                    count.run,
                    Draft {
                        event: told.event,
                        field: count.field,
                        value: number_words(marked, &count),
                        normal: count.quantity.normal(),
                        stage: Some(stage),
                    },
                );
            }
            None => at += 1,
        }
    }
}

/// The number as written ("nearly 100"), without the people it counts; `None` when it was added up from several.
fn number_words(marked: &Marked<'_>, count: &Count) -> Option<String> {
    let tokens = marked.tokens();
    let found =
        (count.run.first..=count.run.last).find_map(|at| quantity(tokens, at).map(|(found, next)| (at, found, next)));
    let (at, _, mut next) = found.filter(|(_, found, _)| *found == count.quantity)?;
    if tokens[next - 1].is("of") {
        next -= 1;
    }
    let words: Vec<&str> = tokens[at..next].iter().map(|token| token.text).collect();
    Some(words.join(" "))
}

fn field_of(token: &Token<'_>) -> Option<Field> {
    let one_of = |words: &[&str]| words.contains(&&*token.lower);
    match () {
        () if one_of(KILLED) => Some(Field::Killed),
        () if one_of(INJURED) => Some(Field::Injured),
        () if one_of(ARRESTED) => Some(Field::Arrests),
        () if one_of(ABDUCTED) => Some(Field::Abducted),
        () => None,
    }
}

fn count_at(marked: &Marked<'_>, at: usize, clause: Run) -> Option<Count> {
    let tokens = marked.tokens();
    active(marked, at, clause)
        .or_else(|| lives(tokens, at))
        .or_else(|| nominal(tokens, at))
        .or_else(|| passive(marked, at, clause))
}

/// "killed and injured dozens", "wounded scores".
fn active(marked: &Marked<'_>, at: usize, clause: Run) -> Option<Count> {
    let tokens = marked.tokens();
    let mut field = field_of(&tokens[at])?;
    let future = at
        .checked_sub(1)
        .is_some_and(|before| tokens[before].any(&["be", "to", "been", "being"]) && !tokens[at].lower.ends_with("ing"));
    if future && !tokens[at - 1].is("been") {
        return None;
    }
    let mut from = at + 1;
    let second =
        tokens.get(from).is_some_and(|token| token.any(&["and", "or"])).then(|| tokens.get(from + 1)).flatten();
    if let Some(other) = second.and_then(field_of).filter(|other| *other != field) {
        let both = matches!((field, other), (Field::Killed, Field::Injured) | (Field::Injured, Field::Killed));
        field = if both { Field::Casualties } else { return None };
        from += 2;
    }
    let (mut counted, mut last) = people(tokens, from)?;
    while let Some((more, end)) = and_more(tokens, last, clause) {
        (counted, last) = (counted.plus(more), end);
    }
    if field == Field::Killed && are_suspects(tokens, from, last, clause) {
        field = Field::SuspectsKilled;
    }
    (last <= clause.last + 4).then_some(Count { run: Run { first: at, last }, field, quantity: counted })
}

/// A number and the people it counts: "at least 95 people", "13 US service members", "scores".
fn people(tokens: &[Token<'_>], from: usize) -> Option<(Quantity, usize)> {
    let (found, next) = quantity(tokens, from)?;
    let mut last = next - 1;
    // A year and an age count nobody.
    let lone_year =
        tokens[last].kind == Kind::Number && tokens[last].text.len() == 4 && tokens[last].text.starts_with("20");
    let named = |token: &Token<'_>| {
        token.kind == Kind::Word && !crate::lexicon::PREPOSITIONS.contains(&&*token.lower) && !stops(token)
    };
    let mut at = next;
    while tokens.get(at).is_some_and(named) && at < next + 4 {
        last = at;
        at += 1;
    }
    (!lone_year || last >= next).then_some((found, last))
}

fn stops(token: &Token<'_>) -> bool {
    token.any(&[
        "and",
        "or",
        "but",
        "who",
        "which",
        "that",
        "were",
        "was",
        "have",
        "has",
        "had",
        "are",
        "is",
        "when",
        "while",
        "as",
        "including",
        "dead",
        "killed",
        "injured",
        "wounded",
        "tonight",
        "today",
        "tomorrow",
        "yesterday",
        "since",
        "during",
        "earlier",
        "ago",
        "if",
        "by",
        "where",
        "linked",
        "attending",
        "early",
        "late",
        "last",
        "next",
        "this",
        "on",
    ]) || crate::times::weekday(&token.lower).is_some()
}

/// "… and approximately 170 Afghan citizens", when no other verb of harm follows it.
fn and_more(tokens: &[Token<'_>], last: usize, clause: Run) -> Option<(Quantity, usize)> {
    if last >= clause.last || !tokens.get(last + 1)?.is("and") {
        return None;
    }
    let (found, end) = people(tokens, last + 2)?;
    let named = end > last + 2;
    let counted_apart = (end..=end + 3)
        .any(|at| tokens.get(at).is_some_and(|token| field_of(token).is_some() || token.any(&["dead", "others"])));
    (named && !counted_apart).then_some((found, end))
}

/// Suspects and attackers are named as such in the object: "killed two individuals linked to the attacks".
fn are_suspects(tokens: &[Token<'_>], from: usize, last: usize, clause: Run) -> bool {
    let to = (last + 3).min(clause.last.max(last)).min(tokens.len() - 1);
    (from..=to).any(|at| {
        tokens[at].any(&[
            "suspects",
            "attackers",
            "militants",
            "terrorists",
            "gunmen",
            "assailants",
            "bombers",
            "perpetrators",
            "suspect",
            "attacker",
            "gunman",
            "terrorist",
            "plotters",
        ]) || (tokens[at].any(&["linked", "connected", "involved"])
            && tokens.get(at + 1).is_some_and(|next| next.any(&["to", "with", "in"])))
    })
}

/// "claimed 95 lives", "claimed the lives of 95 people", "left 12 dead".
fn lives(tokens: &[Token<'_>], at: usize) -> Option<Count> {
    let word = |index: usize| tokens.get(index).map_or("", |token| &*token.lower);
    let count = |field, last, quantity| Some(Count { run: Run { first: at, last }, field, quantity });
    if matches!(word(at), "claimed" | "took" | "cost" | "claiming" | "taking") {
        if word(at + 1) == "the" && word(at + 2) == "lives" && word(at + 3) == "of" {
            let (quantity, last) = people(tokens, at + 4)?;
            return count(Field::Killed, last, quantity);
        }
        let (found, next) = quantity(tokens, at + 1)?;
        return if word(next) == "lives" { count(Field::Killed, next, found) } else { None };
    }
    if matches!(word(at), "left" | "leaving") {
        let (found, next) = quantity(tokens, at + 1)?;
        let field = (next..next + 3).find_map(|index| match word(index) {
            "dead" => Some((Field::Killed, index)),
            "injured" | "wounded" | "hurt" => Some((Field::Injured, index)),
            _ => None,
        });
        return field.and_then(|(field, last)| count(field, last, found));
    }
    None
}

/// "the deaths of 13 US troops and around 170 Afghans", "the arrest of 35 individuals", "the death toll rose to 84".
fn nominal(tokens: &[Token<'_>], at: usize) -> Option<Count> {
    let word = |index: usize| tokens.get(index).map_or("", |token| &*token.lower);
    let field = match word(at) {
        "deaths" | "death" | "killing" | "killings" => Field::Killed,
        "injuries" | "wounding" | "injury" => Field::Injured,
        "arrest" | "arrests" | "detention" => Field::Arrests,
        "kidnapping" | "abduction" | "kidnappings" => Field::Abducted,
        _ => return None,
    };
    if word(at + 1) == "of" {
        let clause = Run { first: at, last: tokens.len() - 1 };
        let (mut quantity, mut last) = people(tokens, at + 2)?;
        while let Some((more, end)) = and_more(tokens, last, clause) {
            (quantity, last) = (quantity.plus(more), end);
        }
        return Some(Count { run: Run { first: at, last }, field, quantity });
    }
    if word(at) == "death" && word(at + 1) == "toll" {
        let to = (at + 2..at + 8)
            .find(|index| matches!(word(*index), "to" | "at" | "of" | "is" | "was" | "reached" | "stands" | "hit"))?;
        let from = to + usize::from(matches!(word(to + 1), "at" | "to"));
        let (quantity, next) = quantity(tokens, from + 1)?;
        return Some(Count { run: Run { first: at, last: next - 1 }, field, quantity });
    }
    None
}

/// "259 aboard and at least 11 [on the ground]": two groups that one verb counts, and where the second number ends.
fn joined(tokens: &[Token<'_>], first: Quantity, end: usize, clause: Run) -> (Quantity, usize) {
    let group = (end..=(end + 4).min(clause.last)).take_while(|at| {
        let token = &tokens[*at];
        let inside = token.any(&["aboard", "on"]) || !crate::lexicon::PREPOSITIONS.contains(&&*token.lower);
        inside && token.kind == Kind::Word && (token.any(&["on"]) || !stops(token)) && field_of(token).is_none()
    });
    let and = end + group.count();
    // "one person died and three were hurt" are two counts.
    let people = tokens[end..and].last().is_some_and(|token| {
        token.any(&["aboard", "person"])
            || plural(token) && !token.any(&["deaths", "lives", "fatalities", "casualties", "injuries", "arrests"])
    });
    let more = tokens.get(and).filter(|token| people && and < clause.last && token.is("and"));
    match more.and_then(|_| quantity(tokens, and + 1)) {
        Some((second, next)) if !are_suspects(tokens, and + 1, next, clause) => (first.plus(second), next),
        Some(_) | None => (first, end),
    }
}

/// "at least 35 people were arrested", "12 dead", "one woman has been shot dead".
fn passive(marked: &Marked<'_>, at: usize, clause: Run) -> Option<Count> {
    let tokens = marked.tokens();
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    // A number in the middle of another, or a part of a whole ("including 12"), starts no count.
    if before.is_some_and(|token| {
        token.any(&[
            "including",
            "than",
            "least",
            "most",
            "nearly",
            "about",
            "around",
            "to",
            "age",
            "aged",
            "under",
            "over",
            "approximately",
            "some",
            "roughly",
            "almost",
        ]) || token.is_mark() && token.any(&["-", "$"])
    }) {
        return None;
    }
    let (first, end) = quantity(tokens, at)?;
    let lone_year = tokens[end - 1].kind == Kind::Number && tokens[end - 1].text.len() == 4 && end == at + 1;
    let (found, next) = joined(tokens, first, end, clause);
    let limit = (next + 7).min(clause.last + 1).min(tokens.len());
    for index in next..limit {
        let token = &tokens[index];
        let was = tokens[next.saturating_sub(1)..index]
            .iter()
            .any(|token| token.any(&["were", "was", "been", "are", "reported", "being"]));
        let field = match &*token.lower {
            "dead" | "died" | "deaths" | "fatalities" | "perished" | "lives" => Some(Field::Killed),
            "casualties" => Some(Field::Casualties),
            "injuries" => Some(Field::Injured),
            "arrests" => Some(Field::Arrests),
            _ => field_of(token).filter(|_| was || index == next || next + 1 == index),
        };
        if let Some(field) = field {
            let future = tokens[next..index].iter().any(|token| token.any(&["will", "would", "could", "to", "may"]));
            let object = tokens.get(index + 1).is_some_and(|after| {
                crate::quantities::quantity(tokens, index + 1).is_some() || after.any(&["the", "his", "her"])
            });
            let ok = !lone_year && !future && (was || !object);
            return ok.then_some(Count { run: Run { first: at, last: index }, field, quantity: found });
        }
        let another = token.is("and") && quantity(tokens, index + 1).is_some();
        if another || token.is_mark() || token.any(&["who", "which", "that", "by", "after", "before", "suicide"]) {
            return None;
        }
    }
    None
}
