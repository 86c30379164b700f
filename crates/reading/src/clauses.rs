//! Clauses: the pieces of a sentence that may each tell of another event, and how far that event has come in each.

use domain::claim::Stage;

use crate::mentions::{ActHit, Marked, Run};
use crate::tokens::Token;

/// A piece of a sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause {
    pub run: Run,
    /// Whether it goes on about what stands right before it ("…, which killed 13").
    pub relative: bool,
}

/// Cuts a sentence where another event may begin.
pub(crate) fn clauses(marked: &Marked<'_>) -> Vec<Clause> {
    let tokens = marked.tokens();
    let mut found = Vec::new();
    let (mut first, mut relative) = (0, false);
    for at in 1..tokens.len() {
        let inside_name = marked.organisations.iter().any(|hit| hit.run.first < at && at <= hit.run.last);
        let Some(next_relative) = opens(tokens, at, marked).filter(|_| !inside_name) else { continue };
        if at > first {
            found.push(Clause { run: Run { first, last: at - 1 }, relative });
        }
        (first, relative) = (at, next_relative);
    }
    if !tokens.is_empty() {
        found.push(Clause { run: Run { first, last: tokens.len() - 1 }, relative });
    }
    found
}

const SUBORDINATE: &[&str] =
    &["before", "after", "while", "but", "although", "though", "despite", "amid", "following", "when", "since", "as"];

/// Whether a clause opens at token `at`: `Some(true)` for one that goes on about the word before it.
fn opens(tokens: &[Token<'_>], at: usize, marked: &Marked<'_>) -> Option<bool> {
    let token = &tokens[at];
    let before = &tokens[at - 1];
    if token.any(&["who", "which", "whose", "where"]) {
        return Some(true);
    }
    if token.is("that") {
        let next = tokens.get(at + 1)?;
        let verb = next
            .any(&["has", "have", "had", "was", "were", "is", "are", "will", "would", "led", "left", "took"])
            || (next.lower.ends_with("ed") && next.lower.len() > 3)
            || marked.acts.iter().any(|act| act.run.first == at + 1 && !act.noun);
        return Some(verb && !crate::lexicon::SAYING.contains(&&*before.lower));
    }
    if before.is(",") && token.any(&["killed", "ordered", "killing", "wounding", "leaving", "injuring", "allegedly"]) {
        return Some(true);
    }
    let opening =
        tokens[0].any(&["following", "after", "despite", "with", "since", "before", "when", "as", "while", "although"]);
    if opening
        && before.is(",")
        && !tokens[..at - 1].iter().any(|token| token.is(","))
        && !token.is("and")
        && marked.acts.iter().any(|act| act.run.last < at)
    {
        return Some(false);
    }
    if token.any(&[";"]) || (token.is("-") && before.span.end < token.span.start) {
        return Some(false);
    }
    let ahead = (token.is("ahead") && tokens.get(at + 1).is_some_and(|next| next.is("of")))
        || (token.is("prior") && tokens.get(at + 1).is_some_and(|next| next.is("to")));
    let as_preposition = token.is("as")
        && !before.any(&["as", "such", "known"])
        && tokens.get(at + 1).is_some_and(|next| next.any(&["the", "he", "she", "they", "it"]));
    let subordinate =
        SUBORDINATE.contains(&&*token.lower) && !token.is("as") && !(token.is("since") && before.is("the"));
    (ahead || subordinate || as_preposition).then_some(false)
}

const PLANNING: &[&str] = &[
    "preparing",
    "prepare",
    "prepares",
    "planning",
    "plan",
    "plans",
    "planned",
    "plotting",
    "plot",
    "plots",
    "plotted",
    "intends",
    "intend",
    "intending",
    "intent",
    "intention",
    "intended",
    "conspiring",
    "conspired",
    "hired",
    "seeking",
    "aiming",
    "scheming",
    "arranging",
    "preparations",
    "preparation",
    "recruited",
    "ordered",
    "paid",
    "offered",
    "contract",
    "looking",
    "plotters",
    "imminent",
    "impending",
    "prepared",
    "instructed",
    "tasked",
    "discussed",
    "scheduled",
];

const THREATENING: &[&str] = &[
    "will",
    "'ll",
    "going",
    "gonna",
    "threatens",
    "threatened",
    "threatening",
    "threat",
    "threats",
    "threaten",
    "vowed",
    "vows",
    "wants",
    "want",
    "wanted",
    "swore",
    "promised",
    "promises",
    "might",
    "could",
    "shall",
    "deserves",
    "bounty",
    "possible",
    "potential",
    "expected",
    "wish",
    "shld",
    "should",
    "would",
    "likely",
    "must",
    "about",
    "may",
    "warned",
    "ima",
    "imma",
    "wanna",
    "fantasised",
    "fatwa",
];

const ATTEMPTING: &[&str] = &["attempted", "attempt", "attempts", "attempting", "tried", "trying", "tries"];

const FOILING: &[&str] =
    &["thwarted", "foiled", "prevented", "averted", "disrupted", "thwart", "foil", "foiling", "stopped"];

/// How far the act had come, as the words around it tell; `None` when they do not.
pub(crate) fn stage(marked: &Marked<'_>, clause: Clause, act: &ActHit) -> Option<Stage> {
    let tokens = marked.tokens();
    let previous = marked.acts.iter().filter(|other| other.run.last < act.run.first).map(|other| other.run.last).max();
    let left = clause.run.first.max(act.run.first.saturating_sub(9)).max(previous.map_or(0, |last| last + 1));
    if is_general(marked, clause, act) {
        return None;
    }
    if !act.noun && is_denied(tokens, act) {
        return None;
    }
    if let Some(stage) = foiled(marked, clause, act) {
        return Some(stage);
    }
    for at in (left..act.run.first).rev() {
        let word = &*tokens[at].lower;
        if act.noun && leads_elsewhere(tokens, at) {
            continue;
        }
        if PLANNING.contains(&word) {
            return Some(Stage::Planned);
        }
        if ATTEMPTING.contains(&word) {
            return Some(Stage::Attempted);
        }
        if THREATENING.contains(&word) && (word != "about" || tokens.get(at + 1).is_some_and(|next| next.is("to"))) {
            return Some(Stage::Threatened);
        }
    }
    if act.noun
        && let Some(stage) = announced(marked, clause, act)
    {
        return Some(stage);
    }
    let phrase = &*tokens[act.run.last].lower;
    let after = tokens.get(act.run.last + 1).map_or("", |token| &*token.lower);
    if act.noun
        && phrase.starts_with("bomb")
        && !phrase.ends_with("ings")
        && phrase != "bombing"
        && is_planted(tokens, act.run)
    {
        return Some(Stage::Threatened);
    }
    if phrase == "plot" || matches!(after, "plot" | "plots" | "plan" | "plans") {
        return Some(Stage::Planned);
    }
    if matches!(phrase, "threat" | "life") || matches!(after, "threat" | "threats" | "warning") {
        return Some(Stage::Threatened);
    }
    if act.noun { noun_stage(tokens, clause, act) } else { verb_stage(tokens, act) }
}

/// "there is a bomb in the library", "a bomb has been planted": a threat by itself.
pub(crate) fn is_planted(tokens: &[Token<'_>], bomb: Run) -> bool {
    const LAID: &[&str] = &["planted", "hidden", "placed", "put", "there", "theres"];
    let from = bomb.first.saturating_sub(4);
    let to = (bomb.last + 5).min(tokens.len());
    tokens[from..to].iter().any(|token| token.any(LAID))
}

/// "no data was encrypted", "nobody was killed", "did not detonate".
pub(crate) fn is_denied(tokens: &[Token<'_>], act: &ActHit) -> bool {
    let from = act.run.first.saturating_sub(4);
    let near =
        |back: usize| act.run.first.checked_sub(back).is_some_and(|at| tokens[at].any(&["not", "never", "didn't"]));
    let nobody = tokens[from..act.run.first].iter().any(|token| token.any(&["no", "nobody", "none", "no-one"]));
    let passive = act.run.first.checked_sub(1).is_some_and(|at| tokens[at].any(&["was", "were", "been"]));
    (nobody && passive) || near(1) || (near(2) && passive)
}

/// "trying to blame the US for the attack": what is tried is not the attack.
pub(crate) fn leads_elsewhere(tokens: &[Token<'_>], at: usize) -> bool {
    const LIGHT: &[&str] = &[
        "carry",
        "launch",
        "conduct",
        "stage",
        "commit",
        "mount",
        "execute",
        "make",
        "plant",
        "place",
        "detonate",
        "take",
        "help",
        "perpetrate",
        "do",
        "use",
        "attack",
        "bring",
        "set",
        "begin",
        "start",
        "organise",
        "organize",
        "be",
        "deploy",
    ];
    let to = tokens.get(at + 1).is_some_and(|next| next.is("to"));
    to && tokens.get(at + 2).is_some_and(|verb| !LIGHT.contains(&&*verb.lower))
}

/// Attacks in general ("lives lost in terror attacks"), which are nobody's plan.
pub(crate) fn is_general(marked: &Marked<'_>, clause: Clause, act: &ActHit) -> bool {
    let tokens = marked.tokens();
    let many = act.noun && tokens[act.run.last].lower.ends_with('s');
    let before = act.run.first.checked_sub(1).map(|at| &tokens[at]);
    let bare = before
        .is_some_and(|token| token.any(&["in", "of", "against", "about", "from", "prevent", "past", "such", "more"]));
    let anchored = crate::events::event_times(marked, clause.run).next().is_some()
        || !crate::events::scenes(marked, clause.run).is_empty();
    many && bare && !anchored
}

/// "foiled a plot", "the attack was averted"; not "failed to prevent" nor "could help to thwart".
fn foiled(marked: &Marked<'_>, clause: Clause, act: &ActHit) -> Option<Stage> {
    let tokens = marked.tokens();
    let from = clause.run.first.max(act.run.first.saturating_sub(7));
    let to = (act.run.last + 5).max(next_act(marked, act).min(act.run.last + 12)).min(clause.run.last);
    let at = (from..=to).find(|at| FOILING.contains(&&*tokens[*at].lower))?;
    let before = tokens[at.saturating_sub(6)..at].iter();
    let undone = before.clone().any(|token| {
        token.any(&["failed", "fail", "failing", "not", "could", "why", "unable", "until", "unless", "may"])
    });
    let helped = before.clone().any(|token| token.any(&["helped", "helps", "allowed", "enabled"]));
    let bare = at > 0 && (tokens[at - 1].is("to") || !tokens[at].lower.ends_with("ed"));
    let active = at < act.run.first;
    let passive = !active && at > 0 && tokens[at - 1].any(&["was", "were", "been", "being", "reportedly"]);
    (!undone && (helped || (!bare && (active || passive)))).then_some(Stage::Foiled)
}

/// Where the next act of the sentence stands; the words before it are still about this one.
fn next_act(marked: &Marked<'_>, act: &ActHit) -> usize {
    let after = marked.acts.iter().map(|other| other.run.first).filter(|first| *first > act.run.last);
    after.min().unwrap_or(usize::MAX)
}

/// "ransomware will be deployed", "an attack is planned for Friday", "the attack is imminent".
fn announced(marked: &Marked<'_>, clause: Clause, act: &ActHit) -> Option<Stage> {
    let tokens = marked.tokens();
    let to = (act.run.last + 5).max(next_act(marked, act).min(act.run.last + 9)).min(clause.run.last);
    let verb = (act.run.last + 1..=to).find(|at| tokens[*at].any(&["will", "'ll", "is", "are", "being", "'s"]))?;
    if tokens[verb].any(&["will", "'ll"]) {
        return Some(Stage::Threatened);
    }

    (verb + 1..=(verb + 3).min(clause.run.last)).find_map(|at| match &*tokens[at].lower {
        "planned" | "prepared" | "scheduled" | "set" | "plotted" => Some(Stage::Planned),
        "imminent" | "expected" | "threatened" | "coming" | "likely" | "possible" => Some(Stage::Threatened),
        _ => None,
    })
}

fn noun_stage(tokens: &[Token<'_>], clause: Clause, act: &ActHit) -> Option<Stage> {
    const DONE: &[&str] = &[
        "killed",
        "wounded",
        "injured",
        "left",
        "occurred",
        "happened",
        "claimed",
        "struck",
        "targeted",
        "carried",
        "took",
        "resulted",
        "responsible",
        "went",
        "was",
        "were",
        "hit",
        "deadly",
        "deadliest",
        "victims",
        "aftermath",
        "perpetrator",
        "mastermind",
        "scene",
        "dead",
    ];
    let definite =
        act.run.first.checked_sub(1).is_some_and(|at| tokens[at].any(&["the", "these", "those", "'s", "deadly"]));
    let to_carry = (clause.run.first..act.run.first).any(|at| {
        tokens[at].is("carry")
            || (tokens[at].is("to")
                && tokens
                    .get(at + 1)
                    .is_some_and(|next| next.any(&["stage", "launch", "mount", "commit", "conduct", "execute"])))
    });
    if to_carry {
        return Some(Stage::Planned);
    }
    let opens = &tokens[clause.run.first];
    let placed = opens.any(&["ahead", "prior", "before", "after", "following", "since", "despite"]);
    let done = (clause.run.first..=clause.run.last).any(|at| DONE.contains(&&*tokens[at].lower) && !act.run.holds(at));
    let followed = tokens.get(clause.run.last + 1).is_some_and(|next| next.any(&["that", "which"]))
        && tokens.get(clause.run.last + 2).is_some_and(|next| DONE.contains(&&*next.lower));
    (done || followed || (placed && definite)).then_some(Stage::Accomplished)
}

fn verb_stage(tokens: &[Token<'_>], act: &ActHit) -> Option<Stage> {
    const PAST: &[&str] = &[
        "shot", "hit", "struck", "blew", "burnt", "slew", "slain", "beat", "beaten", "took", "taken", "threw", "ran",
        "drove", "set", "gunned", "lured", "opened", "went",
    ];
    let word = &*tokens[act.run.first].lower;
    let before = |steps: usize| act.run.first.checked_sub(steps).map_or("", |at| &*tokens[at].lower);
    let past = (word.len() > 3 && word.ends_with("ed")) || PAST.contains(&word);
    if past {
        let to_be =
            matches!(before(1), "be" | "get" | "getting" | "being") || (before(2) == "to" && before(1) == "have");
        return if to_be && before(1) != "being" { Some(Stage::Threatened) } else { Some(Stage::Accomplished) };
    }
    // Headlines tell what is done in the present: "kills 12".
    if word.ends_with('s') && crate::quantities::quantity(tokens, act.run.last + 1).is_some() {
        return Some(Stage::Accomplished);
    }
    if word == "goes" {
        return Some(Stage::Threatened);
    }
    // A bare form with no one ahead of it is an order or a wish: "kill them all".
    let opening = act.run.first == 0
        || matches!(before(1), "\"" | "to" | "and" | "let's" | "lets" | "." | "please" | "i" | "'m" | "'re");
    (opening && !word.ends_with("ing")).then_some(Stage::Threatened)
}
