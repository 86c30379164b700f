//! Who acts and who is meant: the noun phrases around an act, with pronouns led back to whom they stand for.

use domain::claim::Normal;

use crate::attribution::subject;
use crate::claims::{Page, plain_words};
use crate::events::Told;
use crate::lexicon;
use crate::mentions::{ActHit, Marked, Run, Who, noun_phrase};
use crate::pronouns::{self, SELF, THIRD, with_owner};
use crate::tokens::{Kind, Token};

/// Somebody or something named in a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub run: Run,
    /// Words for a person, when the bytes alone do not say it ("her" → "the caller (her)").
    pub value: Option<String>,
    pub normal: Normal,
    /// The organisation among the words, if there is one.
    pub organisation: Option<(Run, Normal)>,
}

/// The organisation as it is compared.
pub(crate) fn organisation(who: Who) -> Normal {
    let lexicon = lexicon::shared();
    match who {
        Who::Known(at) => {
            let found = &lexicon.organisations[at];
            Normal::Organisation { id: found.id.clone(), name: found.name.clone(), parent: found.parent.clone() }
        }
        Who::AffiliateOf(at) => {
            let parent = &lexicon.organisations[at];
            Normal::Organisation {
                id: format!("{}/affiliate", parent.id),
                name: format!("an affiliate of {}", parent.name),
                parent: Some(parent.id.clone()),
            }
        }
    }
}

/// What the tokens `run` name.
pub(crate) fn named(page: &Page<'_, '_>, told: &Told, run: Run, not: Option<Run>) -> Option<Named> {
    let marked = page.of(told);
    let tokens = &marked.tokens()[run.first..=run.last];
    if run.first == run.last && tokens[0].any(SELF) && tokens[0].text != "US" {
        let value = pronouns::writer(page, told, run.first).unwrap_or_else(|| "the writer".to_owned());
        let normal = Normal::text(folded(&value));
        return Some(Named { run, value: Some(format!("{value} ({})", tokens[0].text)), normal, organisation: None });
    }
    if run.first == run.last && tokens[0].any(THIRD) {
        let found = pronouns::antecedent(page, told, run, not);
        let value = found.clone().map(|who| format!("{who} ({})", tokens[0].text));
        let normal = Normal::text(folded(found.as_deref().unwrap_or(tokens[0].text)));
        return Some(Named { run, value, normal, organisation: None });
    }
    let within =
        marked.organisations.iter().find(|hit| run.holds(hit.run.first) && hit.run.last <= run.last && !hit.capital);
    let body = within.map(|hit| (hit.run, organisation(hit.who)));
    let acting = marked.organisations.iter().any(|hit| hit.run == run);
    // "Iranian officials" are not Iran; "a group linked to ISIS-K" is taken for ISIS-K.
    let is_body = within.is_some_and(|hit| hit.run.last == run.last || acting || of_kind(hit.who, run, hit.run));
    let text: Vec<&str> = tokens.iter().map(|token| &*token.lower).collect();
    let normal = match &body {
        Some((_, normal)) if is_body => normal.clone(),
        _ => Normal::text(folded(&text.join(" "))),
    };
    let spoken = page.document.words(domain::Span::new(tokens.first()?.span.start, tokens.last()?.span.end));
    Some(Named { run, value: Some(plain_words(spoken)), normal, organisation: body })
}

/// "ISIS-K militants", "the ISKP cell": the words after an armed body's name change little.
fn of_kind(who: Who, run: Run, hit: Run) -> bool {
    let (Who::Known(at) | Who::AffiliateOf(at)) = who;
    let kind = lexicon::shared().organisations[at].kind;
    matches!(kind, lexicon::Body::Armed | lexicon::Body::Criminal) && run.last <= hit.last + 2
}

/// Words that say nothing when names are compared.
const PLAIN: &[&str] = &[
    "the",
    "a",
    "an",
    "of",
    "for",
    "to",
    "and",
    "'s",
    "late",
    "slain",
    "iranian",
    "general",
    "gen.",
    "commander",
    "death",
    "his",
    "her",
    "their",
    "my",
    "our",
    "in",
    "at",
    "on",
    "mr.",
    "mrs.",
    "ms.",
    "dr.",
    "mr",
    "ms",
    "dr",
    "this",
    "that",
    "some",
    "large",
    "local",
    "said",
    "named",
];

/// Words with everything left out that does not tell one thing from another.
pub(crate) fn folded(text: &str) -> String {
    let lower = text.to_lowercase().replace(['’', '‘'], "'");
    let words =
        lower.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '"' | '(' | ')' | '“' | '”'));
    let kept: Vec<&str> = words.filter(|word| !word.is_empty() && !PLAIN.contains(word)).collect();
    if kept.is_empty() { lower.trim().to_owned() } else { kept.join(" ") }
}

/// Who does or means to do an act: "ISIS-K was preparing …", "attack by …", "the IS-KP bombing", "… was responsible for".
pub(crate) fn perpetrator(page: &Page<'_, '_>, told: &Told, act: &ActHit) -> Option<Named> {
    let marked = page.of(told);
    let tokens = marked.tokens();
    if let Some(by) =
        (act.run.last + 1..act.run.last + 8).find(|at| tokens.get(*at).is_some_and(|token| token.is("by")))
        && (act.run.last + 1..by).all(|at| !tokens[at].is_mark())
    {
        let direct = marked.organisation_at(by + 1).or_else(|| marked.organisation_at(by + 2)).map(|hit| hit.run);
        let run = direct.or_else(|| noun_phrase(tokens, by + 1, false).map(|last| Run { first: by + 1, last }));
        let agent = run.filter(|run| can_act(marked, *run, told));
        let passive = !act.noun && was_done_to(tokens, act);
        if agent.is_some() || passive {
            return agent.and_then(|run| named(page, told, run, None));
        }
    }
    if act.noun
        && let Some(hit) = act.run.first.checked_sub(1).and_then(|at| marked.organisation_at(at))
        && is_armed(hit.who)
    {
        return named(page, told, hit.run, None);
    }
    if !act.noun && was_done_to(tokens, act) {
        return None;
    }
    let verb = lead_verb(marked, told, act)?;
    // "They will go off at noon": bombs do, and no one by that.
    let by_itself = !act.noun && tokens[act.run.first].any(&["go", "goes", "went", "explode", "explodes", "exploded"]);
    let run = subject(marked, verb).or_else(|| shared_subject(marked, verb))?;
    let run = with_partner(marked, after_time(marked, run));
    let run = Some(run).filter(|run| can_act(marked, *run, told)).or_else(|| described(marked, run)).unwrap_or(run);
    let bombs = by_itself && !marked.people.iter().any(|one| run.holds(one.first));
    (can_act(marked, run, told) && !bombs && !run.holds(act.run.first)).then(|| named(page, told, run, None))?
}

/// "On 5 December militants of …": the day before the subject is none of it, nor is the verb it hangs on.
fn after_time(marked: &Marked<'_>, run: Run) -> Run {
    let inside = marked.times.iter().filter(|time| run.first <= time.last && time.last < run.last);
    let mut first = inside.map(|time| time.last + 1).max().unwrap_or(run.first);
    // "arrested two brothers, who had planned …"
    while first < run.last && marked.tokens()[first].any(&["arrested", "detained", "charged", "held"]) {
        first += 1;
    }
    Run { first, last: run.last }
}

/// "Two men on a motorcycle plan …": the subject stands before what describes it.
fn described(marked: &Marked<'_>, run: Run) -> Option<Run> {
    let preposition = run.first.checked_sub(1)?;
    let tokens = marked.tokens();
    tokens[preposition].any(&["on", "in", "from", "with", "near", "of", "at"]).then_some(())?;
    let role = marked.people.iter().any(|one| one.last + 1 == preposition);
    subject(marked, preposition).filter(|_| role)
}

/// "ISIS-K and its leader", "he and two friends": those who act together.
fn with_partner(marked: &Marked<'_>, run: Run) -> Run {
    let tokens = marked.tokens();
    let joined = run.first >= 2 && tokens[run.first - 1].is("and");
    if !joined {
        return run;
    }
    let before = run.first - 2;
    match marked.organisation_at(before) {
        // The organisation is what is compared; its leader goes with it.
        Some(hit) => hit.run,
        None if tokens[before].any(&["he", "she", "they", "i"]) => Run { first: before, last: run.last },
        None => run,
    }
}

/// The first of the verbs that lead to an act: in "was preparing to carry out an attack", "preparing".
fn lead_verb(marked: &Marked<'_>, told: &Told, act: &ActHit) -> Option<usize> {
    const LEAD: &[&str] = &[
        "preparing",
        "planning",
        "plotting",
        "plans",
        "planned",
        "plotted",
        "prepares",
        "intends",
        "intended",
        "threatened",
        "threatens",
        "threatening",
        "vowed",
        "will",
        "'ll",
        "going",
        "wants",
        "wanted",
        "tried",
        "attempted",
        "hired",
        "paid",
        "carried",
        "launched",
        "conspired",
        "gonna",
        "want",
        "plan",
        "intend",
        "responsible",
        "would",
        "perpetrator",
        "swore",
        "about",
        "trying",
        "executed",
        "staged",
        "plotters",
        "ordered",
        "is",
        "prepared",
        "might",
        "may",
        "could",
        "promised",
        "seeking",
        "discussed",
    ];
    let tokens = marked.tokens();
    let floor = marked.acts.iter().filter(|other| other.run.last < act.run.first).map(|other| other.run.last + 1).max();
    let first = told.clause.run.first.max(floor.unwrap_or(0));
    let cue = (first..act.run.first).find(|at| {
        LEAD.contains(&&*tokens[*at].lower)
            && !(act.noun && (crate::clauses::leads_elsewhere(tokens, *at) || describes(tokens, *at)))
            && *at > told.clause.run.first
            && (!tokens[*at].is("about") || tokens.get(at + 1).is_some_and(|next| next.is("to")))
    });
    cue.or((!act.noun).then_some(act.run.first))
}

/// "warned Russia of a planned attack": what is planned there is no deed of whoever stands before it.
fn describes(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].any(&["planned", "attempted", "intended", "threatened", "prepared"])
        && at > 0
        && tokens[at - 1].any(&["a", "an", "the", "another", "any", "this", "that"])
}

/// "her ex-husband bought a knife and will kill her": the subject stands before the first of two verbs.
fn shared_subject(marked: &Marked<'_>, verb: usize) -> Option<Run> {
    let tokens = marked.tokens();
    let speaker = crate::attribution::speaker(marked).map(|(run, _)| run);
    let coordinated = (verb.saturating_sub(4)..verb).any(|at| tokens[at].any(&["and", "then", "or"]));
    let before = |run: &Run| run.last < verb;
    let that = told_from(tokens, verb).unwrap_or(0);
    let last_word = speaker.map_or(0, |run| run.last + 1).max(that);
    let people = marked
        .people
        .iter()
        .copied()
        .filter(before)
        .filter(|run| run.first >= that && (run.first >= last_word || speaker.is_none()))
        .map(|run| with_owner(tokens, run));
    let bodies = marked.organisations.iter().map(|hit| hit.run).filter(before).filter(|run| run.first >= last_word);
    let pronouns = (last_word..verb)
        .filter(|at| tokens[*at].any(&["he", "she", "they", "i", "hes", "shes"]))
        .map(|at| Run { first: at, last: at });
    let found = people.chain(bodies).chain(pronouns).min_by_key(|run| run.first);
    found.filter(|_| {
        coordinated && !tokens[verb.saturating_sub(2)..verb].iter().any(|token| token.any(&["which", "that", "who"]))
    })
}

/// Where what is told begins: after the "that" of "warned her that a man had bought a knife and planned to …".
fn told_from(tokens: &[Token<'_>], verb: usize) -> Option<usize> {
    (1..verb).rev().find(|at| tokens[*at].is("that")).map(|at| at + 1)
}

fn is_armed(who: Who) -> bool {
    let (Who::Known(at) | Who::AffiliateOf(at)) = who;
    matches!(lexicon::shared().organisations[at].kind, lexicon::Body::Armed | lexicon::Body::Criminal)
}

/// Events, days and things do not plan attacks; people, bodies and names do.
fn can_act(marked: &Marked<'_>, run: Run, told: &Told) -> bool {
    let tokens = marked.tokens();
    // A bombing does nothing by itself; a suicide bomber does.
    let person_at = |at: usize| marked.people.iter().any(|one| one.holds(at));
    let holds_act = marked.acts.iter().any(|act| run.holds(act.run.first) && act.noun && !person_at(act.run.last));
    let body = marked.organisations.iter().any(|hit| run.holds(hit.run.first));
    let person = marked.people.iter().any(|one| run.holds(one.first));
    let pronoun = run.first == run.last
        && (tokens[run.first].any(SELF)
            || tokens[run.first].any(&["he", "she", "they", "hes", "shes", "someone", "somebody"]));
    let name =
        tokens[run.first..=run.last].iter().any(|token| token.is_capital() && token.span.start != tokens[0].span.start);
    let opening_name =
        run.first == 0 && tokens[0].is_capital() && tokens.get(1).is_some_and(|next| run.holds(1) && next.is_capital());
    let bare_it = tokens[run.first].any(&["it", "this", "that", "which", "there", "what"]) && run.first == run.last;
    let date = marked.times.iter().any(|time| run.holds(time.first) && run.holds(time.last));
    let place_only = marked.places.iter().any(|place| place.run == run)
        || marked.places.iter().any(|place| place.run.first == run.first) && !(body || person);
    let thing = marked.means.iter().any(|(one, _)| one.last == run.last) && !person;
    let victims_said = told.stage.is_some() || person || body;
    !holds_act
        && !bare_it
        && !thing
        && !date
        && victims_said
        && (body || person || pronoun || ((name || opening_name) && !place_only))
}

/// Whom an act is aimed at: the object of its verb, or what stands after "on", "against", "of", "targeting".
pub(crate) fn target(page: &Page<'_, '_>, told: &Told, act: &ActHit, actor: Option<Run>) -> Option<Named> {
    let marked = page.of(told);
    let tokens = marked.tokens();
    let mut first = act.run.last + 1;
    if crate::quantities::quantity(tokens, first).is_some() && told.stage == Some(domain::claim::Stage::Accomplished) {
        return None;
    }
    if act.noun {
        let term = lexicon::shared().acts[act.term].id;
        let personal = matches!(
            term,
            "killing" | "assassination" | "kidnapping" | "poisoning" | "stabbing" | "shooting" | "beating"
        );
        first = (first..first + 7).find(|at| {
            let near = *at < first + 3;
            tokens.get(*at).is_some_and(|token| {
                token.any(&["against", "targeting"])
                    || (near && token.any(&["on", "at"]))
                    || (near && (personal || tokens[act.run.last].is("life")) && token.any(&["of"]))
                    || (token.is("to") && tokens[act.run.last].any(&["threat", "threats", "life"]))
            })
        })? + 1;
        if tokens[first - 1].is("at")
            && !marked.venues.iter().any(|venue| venue.first <= first + 3 && venue.first >= first)
        {
            return None;
        }
        if (act.run.last + 1..first - 1).any(|at| tokens[at].is_mark()) {
            return None;
        }
    } else if was_done_to(tokens, act) {
        let run = sufferer(marked, act)?;
        return person_or_thing(page, told, run, actor);
    }
    let skip = tokens
        .get(first)
        .is_some_and(|token| token.any(&["at", "all", "up", "down", "on", "in", "into"]) && !token.is("in"));
    let first = first + usize::from(skip && !tokens[first].is("all"));
    let last = noun_phrase(tokens, first, false)?;
    person_or_thing(page, told, Run { first, last }, actor)
}

/// "was shot", "will be killed", "to be kidnapped": the subject suffers it.
fn was_done_to(tokens: &[Token<'_>], act: &ActHit) -> bool {
    let before = |steps: usize| {
        act.run
            .first
            .checked_sub(steps)
            .is_some_and(|at| tokens[at].any(&["was", "were", "be", "been", "being", "is", "are", "get"]))
    };
    let word = &*tokens[act.run.first].lower;
    // "will be dead by Friday"
    word == "be" || before(1) && !word.ends_with("ing")
}

/// The subject of a passive: whom "is to be kidnapped", "will be shot" speak of.
fn sufferer(marked: &Marked<'_>, act: &ActHit) -> Option<Run> {
    const AUXILIARIES: &[&str] = &[
        "is", "are", "was", "were", "be", "been", "being", "get", "to", "will", "would", "could", "may", "might",
        "has", "have", "had", "must", "should", "shall", "'ll", "going", "gonna", "about",
    ];
    let tokens = marked.tokens();
    let mut verb = act.run.first;
    while verb > 0 && tokens[verb - 1].any(AUXILIARIES) {
        verb -= 1;
    }
    // "A US citizen in Brooklyn, the journalist Masih Alavi, is to be …": the aside names the person.
    let aside = verb.checked_sub(1).filter(|comma| tokens[*comma].is(",")).and_then(|comma| {
        let first = (comma.saturating_sub(8)..comma).rev().find(|at| tokens[*at].is(","))? + 1;
        let person = marked.people.iter().any(|one| one.first >= first && one.last < comma);
        (person && !tokens[first].any(&["who", "which"])).then_some(Run { first, last: comma - 1 })
    });
    aside.or_else(|| subject(marked, verb))
}

fn person_or_thing(page: &Page<'_, '_>, told: &Told, run: Run, actor: Option<Run>) -> Option<Named> {
    let marked = page.of(told);
    let tokens = marked.tokens();
    let place_only = marked.places.iter().any(|place| place.run.first <= run.last && place.run.last >= run.last)
        && !holds_somebody(marked, run);
    // "At least 7 people": the subject's phrase may leave out the "at".
    let counted = (run.first.saturating_sub(1)..=run.first)
        .any(|at| crate::quantities::quantity(tokens, at).is_some_and(|(_, next)| next > run.first))
        && (told.stage == Some(domain::claim::Stage::Accomplished) || !told.ahead);
    let first = &tokens[run.first];
    let nothing = first.any(&[
        "it",
        "himself",
        "herself",
        "itself",
        "themselves",
        "that",
        "this",
        "there",
        "number",
        "innocent",
        "more",
        "up",
        "anything",
    ]) || (run.first == run.last
        && first.any(&["targets", "sites", "people", "others", "victims", "civilians"]))
        || first.kind == Kind::Mark;
    let time = marked.times.iter().any(|time| run.holds(time.first) && run.first == time.first);
    let act_only = marked.acts.iter().any(|act| act.noun && act.run.last == run.last);
    let same = actor.is_some_and(|actor| actor == run);
    let means = marked.means.iter().any(|(one, _)| run.holds(one.first));
    if means || nothing || counted || place_only || time || act_only || same {
        return None;
    }
    named(page, told, run, Some(actor.unwrap_or(Run { first: usize::MAX, last: usize::MAX })))
}

fn holds_somebody(marked: &Marked<'_>, run: Run) -> bool {
    marked.people.iter().any(|one| run.holds(one.first))
        || marked.venues.iter().any(|one| run.holds(one.first))
        || marked.gatherings.iter().any(|(one, _)| run.holds(one.first))
}
