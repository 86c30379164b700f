//! Parties that a text describes instead of naming: "his lawyer", "the minister's family", "an ex-partner of hers".
//! A description is looked for among those tied to somebody who is named; what it finds is suggested, never asserted.

use domain::Span;
use domain::register::RelationKind;

use crate::found::{Ask, Feature};
use crate::graph::Graph;
use crate::hits::{Candidate, HUB, Sieve};
use crate::mentions::Text;
use crate::names::fold::folded;

/// How far before "his" the person may be named, in bytes.
const REACH: usize = 400;

/// Words for one tied to somebody, and the relations that such a one may have to them, in either direction.
const ROLES: &[(&[&str], &[RelationKind])] = &[
    (
        &[
            "family",
            "wife",
            "husband",
            "spouse",
            "son",
            "sons",
            "daughter",
            "daughters",
            "child",
            "children",
            "brother",
            "brothers",
            "sister",
            "sisters",
            "mother",
            "father",
            "parents",
            "relatives",
            "cousin",
            "uncle",
            "aunt",
            "nephew",
            "niece",
            "grandmother",
            "grandfather",
            "partner",
            "fiance",
            "fiancee",
            "widow",
            "inlaws",
            "household",
        ],
        &[RelationKind::Family],
    ),
    (
        &[
            "employer",
            "boss",
            "employee",
            "employees",
            "staff",
            "workers",
            "driver",
            "secretary",
            "assistant",
            "aide",
            "aides",
        ],
        &[RelationKind::Employer],
    ),
    (&["members", "member", "colleague", "colleagues", "followers", "supporters"], &[RelationKind::MemberOf]),
    (&["guards", "guard", "bodyguard", "bodyguards", "protection"], &[RelationKind::Protects]),
    (
        &["lawyer", "lawyers", "attorney", "solicitor", "counsel", "spokesman", "spokeswoman", "agent"],
        &[RelationKind::IntermediaryFor],
    ),
    (
        &[
            "expartner",
            "exwife",
            "exhusband",
            "exgirlfriend",
            "exboyfriend",
            "girlfriend",
            "boyfriend",
            "doctor",
            "teacher",
            "neighbour",
            "neighbours",
            "neighbor",
            "neighbors",
        ],
        &[],
    ),
];

const PRONOUNS: &[&str] = &["his", "her", "their", "hers"];

/// Adds who is described to what was found.
pub(crate) fn suggest(graph: &Graph, text: &Text, ask: &Ask, sieve: &mut Sieve) {
    let word = |at: usize| text.words.get(at).and_then(|word| word.span.of(ask.text)).map(flat).unwrap_or_default();
    let mut suggested: Vec<Candidate> = Vec::new();
    for at in 0..text.words.len() {
        let (first, role) = compound(&word, at);
        let Some((_, kinds)) = ROLES.iter().find(|(words, _)| words.contains(&role.as_str())) else { continue };
        let span = Span::new(text.words[first].span.start, text.words[at].span.end);
        let Some((anchor, phrase)) = anchor(text, ask, sieve, &word, first, at, span) else { continue };
        let all = described(graph, ask, anchor, &role, kinds);
        if all.len() > HUB {
            let words = phrase.of(ask.text).unwrap_or_default();
            sieve.guard(format!("“{words}” may be any of {} parties; none of them is suggested", all.len()));
            continue;
        }
        for (party, how) in all.into_iter().filter(|(party, _)| !sieve.sure.iter().any(|one| one.party == *party)) {
            let words = phrase.of(ask.text).unwrap_or_default();
            let value = format!("suggested, not asserted: “{words}” may be meant, as {how}");
            suggested.push(Candidate::unnamed(graph, party, phrase, vec![Feature::new("described", value, 1.5)]));
        }
    }
    sieve.sure.extend(suggested);
}

/// A word without case and apostrophes.
fn flat(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// The role that ends at a word, and where it starts: `ex-wife` and `former partner` are two words.
fn compound(word: &impl Fn(usize) -> String, at: usize) -> (usize, String) {
    let own = word(at);
    match at.checked_sub(1) {
        Some(before) if matches!(word(before).as_str(), "ex" | "former") && own != "of" => (before, format!("ex{own}")),
        _ => (at, own),
    }
}

/// Who the role is of, and the whole phrase.
fn anchor(
    text: &Text,
    ask: &Ask,
    sieve: &Sieve,
    word: &impl Fn(usize) -> String,
    first: usize,
    at: usize,
    role: Span,
) -> Option<(u32, Span)> {
    // "the minister's family"
    let owner = sieve.sure.iter().find(|one| {
        let tail: String = ask.text[..one.span.end].chars().rev().take(2).collect();
        let possessive = tail.contains(['\'', '’']);
        possessive && one.span.end < role.start && ask.text[one.span.end..role.start].trim().is_empty()
    });
    if let Some(owner) = owner {
        return Some((owner.party, Span::new(owner.span.start, role.end)));
    }
    // "the family of the minister"
    if word(at + 1) == "of" {
        let next = if word(at + 2) == "the" { at + 3 } else { at + 2 };
        let start = text.words.get(next)?.span.start;
        let owner = sieve.sure.iter().find(|one| one.span.start == start)?;
        return Some((owner.party, Span::new(role.start, owner.span.end)));
    }
    // "his family": of the one named last before it
    let pronoun = first.checked_sub(1).filter(|before| PRONOUNS.contains(&word(*before).as_str()))?;
    let start = text.words[pronoun].span.start;
    let named = sieve.sure.iter().filter(|one| one.span.end <= start && start - one.span.end <= REACH);
    let owner = named.max_by_key(|one| (one.span.end, std::cmp::Reverse(one.span.start)))?;
    Some((owner.party, Span::new(start, role.end)))
}

/// Those tied to a party who may be so described, with how they are tied.
fn described(graph: &Graph, ask: &Ask, owner: u32, role: &str, kinds: &[RelationKind]) -> Vec<(u32, String)> {
    let said = |words: &Option<String>| words.as_ref().is_some_and(|words| says(words, role));
    let mut found: Vec<(u32, String)> = Vec::new();
    for (party, relation) in graph.neighbours(owner, ask.at) {
        let noted = said(&relation.note) || said(&graph.party(party).description);
        if (kinds.contains(&relation.kind) || noted) && !found.iter().any(|(known, _)| *known == party) {
            let (from, to) = (graph.number(&relation.from), graph.number(&relation.to));
            let label = |number: Option<u32>| number.map_or("", |number| graph.party(number).label());
            found.push((party, format!("{} {} {}", label(from), relation.kind, label(to))));
        }
    }
    found
}

/// Whether words name a role: `ex-partner` as `expartner`.
fn says(words: &str, role: &str) -> bool {
    let words = folded(words);
    words.iter().any(|word| word == role) || words.windows(2).any(|pair| pair.concat() == role)
}
