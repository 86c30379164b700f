//! What is done or meant, by whom, to whom, where, when, with what, and how it ended.

use domain::claim::{Field, Normal, Stage};

use crate::actors::{self, Named, folded};
use crate::claims::{Draft, Maker, plain_words};
use crate::clauses;
use crate::events::{Told, acts_in, disjoint, event_times, scenes};
use crate::lexicon;
use crate::mentions::{ActHit, Marked, Run, noun_phrase};
use crate::tokens::Token;

/// Adds what one clause tells of an act.
pub(crate) fn read(maker: &mut Maker<'_, '_>, told: &Told) {
    let page = maker.page;
    let marked = page.of(told);
    let run = told.clause.run;
    let told_of = |act: &&ActHit| {
        let denied = !act.noun && clauses::is_denied(marked.tokens(), act);
        !denied && !clauses::is_general(marked, told.clause, act)
    };
    for act in acts_in(marked, run).filter(told_of) {
        let stage = clauses::stage(marked, told.clause, act).or(told.stage);
        act_claim(maker, told, act, stage);
        who_and_whom(maker, told, act, stage);
    }
    responsibility(maker, told);
    targeted(maker, told);
    gatherings(maker, told);
    if acts_in(marked, run).next().is_some() {
        means(maker, told);
        when_and_where(maker, told);
    } else if told.event == 0 && near_main(maker, told) {
        when_and_where(maker, told);
    }
    outcome(maker, told);
}

/// Clauses without an act of their own still give the day or place of the one before ("It occurred on …").
fn near_main(maker: &Maker<'_, '_>, told: &Told) -> bool {
    let marked = maker.page.of(told);
    let tokens = marked.tokens();
    let says_so = (told.clause.run.first..=told.clause.run.last)
        .any(|at| tokens[at].any(&["occurred", "happened", "place", "unfolded"]));
    // "he will stab him | when he is released on Friday"
    let goes_on = told.ahead && marked.acts.iter().any(|act| act.run.last < told.clause.run.first);
    says_so || goes_on
}

fn act_claim(maker: &mut Maker<'_, '_>, told: &Told, act: &ActHit, stage: Option<Stage>) {
    let acts = &lexicon::shared().acts;
    let term = &acts[act.term];
    let main = maker.page.anchor().act;
    // "killed 95" counts the dead of a bombing; it is no second act.
    let counts_only = !act.noun
        && term.id == "killing"
        && main.is_some_and(|main| !matches!(acts[main].id, "killing" | "assassination"));
    if counts_only && told.event == 0 {
        return;
    }
    let tokens = maker.page.of(told).tokens();
    let mut first = act.run.first;
    while first > told.clause.run.first
        && tokens[first - 1].any(&[
            "twin",
            "dual",
            "coordinated",
            "terrorist",
            "deadly",
            "mass",
            "two",
            "double",
            "drone",
            "missile",
        ])
    {
        first -= 1;
    }
    let normal = Normal::Text { text: term.id.to_owned(), parent: term.parent.map(str::to_owned) };
    maker.add(
        told.sentence,
        Run { first, last: act.run.last },
        Draft { event: told.event, field: Field::Act, value: None, normal, stage },
    );
}

fn who_and_whom(maker: &mut Maker<'_, '_>, told: &Told, act: &ActHit, stage: Option<Stage>) {
    let page = maker.page;
    let actor = actors::perpetrator(page, told, act);
    if let Some(actor) = &actor {
        perpetrator(maker, told, actor, stage);
    }
    let marked = page.of(told);
    let gathers = |run: Run| marked.gatherings.iter().any(|(one, _)| run.holds(one.first));
    if let Some(target) =
        actors::target(page, told, act, actor.map(|actor| actor.run)).filter(|found| !gathers(found.run))
    {
        add_named(maker, told, Field::Target, &target, stage);
    }
}

fn perpetrator(maker: &mut Maker<'_, '_>, told: &Told, actor: &Named, stage: Option<Stage>) {
    add_named(maker, told, Field::Perpetrator, actor, stage);
    // "Iranian officials" name no organisation; "a group linked to ISIS-K" does.
    let told_of = |normal: &Normal| !matches!(normal, Normal::Organisation { id, .. } if id.starts_with("state:"));
    if let Some((run, normal)) =
        actor.organisation.as_ref().filter(|(_, normal)| told_of(normal) || *normal == actor.normal)
    {
        let draft = Draft { event: told.event, field: Field::Organisation, value: None, normal: normal.clone(), stage };
        maker.add(told.sentence, *run, draft);
    }
}

fn add_named(maker: &mut Maker<'_, '_>, told: &Told, field: Field, named: &Named, stage: Option<Stage>) {
    let draft = Draft { event: told.event, field, value: named.value.clone(), normal: named.normal.clone(), stage };
    maker.add(told.sentence, named.run, draft);
}

/// "X claimed responsibility", "X was responsible for", "X was the perpetrator".
fn responsibility(maker: &mut Maker<'_, '_>, told: &Told) {
    let page = maker.page;
    let marked = page.of(told);
    let tokens = marked.tokens();
    for at in told.clause.run.first..=told.clause.run.last {
        let next = |words: &[&str]| tokens.get(at + 1).is_some_and(|token| token.any(words));
        let claimed = tokens[at].any(&["claimed", "claims", "claiming"]) && next(&["responsibility", "credit"]);
        let was = tokens[at].any(&["responsible", "perpetrator", "behind", "mastermind"]) && !next(&["bars"]);
        if !claimed && !was {
            continue;
        }
        let verb = if claimed { at } else { at - usize::from(at > 0 && tokens[at - 1].any(&["the", "also"])) };
        let Some(run) = crate::attribution::subject(marked, verb) else { continue };
        let Some(found) = actors::named(page, told, run, None) else { continue };
        if !matches!(found.normal, Normal::Organisation { .. }) {
            continue;
        }
        if claimed {
            add_named(maker, told, Field::ClaimOfResponsibility, &found, Some(Stage::Accomplished));
            if let Some((run, normal)) = &found.organisation {
                let normal = normal.clone();
                maker.add(
                    told.sentence,
                    *run,
                    Draft {
                        event: told.event,
                        field: Field::Organisation,
                        value: None,
                        normal,
                        stage: Some(Stage::Accomplished),
                    },
                );
            }
        } else {
            perpetrator(maker, told, &found, Some(Stage::Accomplished));
        }
    }
}

/// "targeting a mosque", "which targeted a crowd", "the target is …".
fn targeted(maker: &mut Maker<'_, '_>, told: &Told) {
    let page = maker.page;
    let marked = page.of(told);
    let tokens = marked.tokens();
    for at in told.clause.run.first..=told.clause.run.last {
        let verb =
            tokens[at].any(&["targeting", "targeted", "surveilling", "surveilled", "scouting", "scouted", "casing"]);
        let noun = tokens[at].any(&["target", "victim"])
            && tokens.get(at + 1).is_some_and(|next| next.any(&["is", "was", ":"]));
        let passive = at > 0
            && !tokens[at].lower.ends_with("ing")
            && tokens[at - 1].any(&["was", "were", "be", "been", "is", "are", "being"]);
        if !(verb || noun) {
            continue;
        }
        let run = if passive && verb {
            crate::attribution::subject(marked, at)
        } else {
            let first = at + 1 + usize::from(noun);
            noun_phrase(tokens, first, true).map(|last| Run { first, last })
        };
        let Some(run) = run else { continue };
        let gathering = marked.gatherings.iter().any(|(one, _)| run.holds(one.first));
        let nowhere = marked.places.iter().any(|place| place.run.last == run.last && place.run.first == run.first);
        if gathering || nowhere || tokens[run.first].any(&["victims"]) {
            continue;
        }
        if let Some(found) = actors::named(page, told, run, None) {
            add_named(maker, told, Field::Target, &found, told.stage);
        }
    }
}

/// Gatherings at which or at whom the act is aimed: "during a commemoration for …", "attack a large public gathering".
fn gatherings(maker: &mut Maker<'_, '_>, told: &Told) {
    let marked = maker.page.of(told);
    let tokens = marked.tokens();
    let mut free = 0;
    for (run, kind) in &marked.gatherings {
        if !told.clause.run.holds(run.first) || run.first < free {
            continue;
        }
        let floor = told.clause.run.first.max(run.first.saturating_sub(5));
        let aimed = (floor..run.first)
            .any(|at| tokens[at].any(&["during", "targeted", "targeting", "attending", "against", "attended"]));
        let opening =
            told.sentence < 400 && tokens[told.clause.run.first].any(&["at"]) && run.first <= told.clause.run.first + 3;
        let act = acts_in(marked, told.clause.run).next().is_some() && !opening;
        let own_act = marked.acts.iter().any(|act| act.run.holds(run.first));
        let common = matches!(
            &*tokens[run.first].lower,
            "service"
                | "services"
                | "show"
                | "event"
                | "march"
                | "final"
                | "match"
                | "meeting"
                | "hearing"
                | "fair"
                | "game"
                | "party"
                | "market"
                | "prayers"
                | "wake"
                | "election"
                | "trial"
        );
        let led = run.first > 0
            && tokens[run.first - 1].any(&[
                "the",
                "a",
                "an",
                "'s",
                "at",
                "his",
                "her",
                "their",
                "this",
                "friday",
                "easter",
                "board",
                "christmas",
            ]);
        if !(aimed || act) || own_act || (common && !led) {
            continue;
        }
        let first = start_of(tokens, told.clause.run.first, run.first);
        let last = noun_phrase(tokens, first, true).unwrap_or(run.last).max(run.last);
        free = last + 1;
        gathering(maker, told, Run { first, last }, kind);
    }
}

fn start_of(tokens: &[Token<'_>], floor: usize, at: usize) -> usize {
    let mut first = at;
    while first > floor && first + 4 > at {
        let before = &tokens[first - 1];
        let joins = before.kind == crate::tokens::Kind::Word
            && !lexicon::PREPOSITIONS.contains(&&*before.lower)
            && !before.any(&[
                "attack",
                "attacked",
                "targeted",
                "that",
                "which",
                "bomb",
                "and",
                "is",
                "was",
                "targets",
                "attacking",
                "bombing",
                "others",
                "hit",
                "shoot",
                "to",
                "will",
            ]);
        if !joins {
            break;
        }
        first -= 1;
        if before.any(&["the", "a", "an", "his", "her"]) {
            break;
        }
    }
    first
}

fn gathering(maker: &mut Maker<'_, '_>, told: &Told, run: Run, kind: &str) {
    let marked = maker.page.of(told);
    let tokens = &marked.tokens()[run.first..=run.last];
    let names: Vec<String> = tokens
        .iter()
        .enumerate()
        .filter(|(offset, token)| {
            let at = run.first + offset;
            let title = token.any(&["general", "gen.", "late", "president", "commander", "mr.", "major", "maj."]);
            let place = marked.places.iter().any(|place| place.run.holds(at)) || marked.organisation_at(at).is_some();
            token.is_capital() && at > 0 && !title && !place
        })
        .map(|(_, token)| token.lower.to_string())
        .collect();
    let text = if names.is_empty() { kind.to_owned() } else { format!("gathering for {}", names.join(" ")) };
    for field in [Field::Target, Field::Occasion] {
        let normal = Normal::Text { text: text.clone(), parent: Some("gathering".to_owned()) };
        maker.add(told.sentence, run, Draft { event: told.event, field, value: None, normal, stage: told.stage });
    }
}

fn means(maker: &mut Maker<'_, '_>, told: &Told) {
    let marked = maker.page.of(told);
    for (run, term) in marked.means.iter().filter(|(run, _)| told.clause.run.holds(run.first)) {
        let term = &lexicon::shared().means[*term];
        // "to bomb the station" tells the act; the bomb is understood.
        let verb = marked.acts.iter().any(|act| act.run == *run && !act.noun);
        if verb && run.first == run.last {
            continue;
        }
        let normal = Normal::Text { text: term.id.to_owned(), parent: term.parent.map(str::to_owned) };
        maker.add(
            told.sentence,
            *run,
            Draft { event: told.event, field: Field::Means, value: None, normal, stage: told.stage },
        );
    }
}

fn when_and_where(maker: &mut Maker<'_, '_>, told: &Told) {
    let page = maker.page;
    let marked = page.of(told);
    let anchor = page.anchor();
    for time in event_times(marked, told.clause.run) {
        let normal = page.calendar.place(time, told.ahead);
        let foreign = told.event == 0 && anchor.date.as_ref().is_some_and(|main| disjoint(&normal, main));
        if !foreign {
            let draft = Draft { event: told.event, field: Field::Date, value: None, normal, stage: told.stage };
            maker.add(told.sentence, Run { first: time.first, last: time.last }, draft);
        }
    }
    for place in scenes(marked, told.clause.run) {
        if told.event == 0 && anchor.place.is_some_and(|main| !main.fits(&place.spot)) {
            continue;
        }
        let draft = Draft {
            event: told.event,
            field: Field::Place,
            value: Some(place.spot.label()),
            normal: place.spot.normal(),
            stage: told.stage,
        };
        maker.add(told.sentence, place.run, draft);
    }
    for (run, value) in addresses(marked, told.clause.run) {
        let draft = Draft {
            event: told.event,
            field: Field::Place,
            normal: Normal::text(folded(&value)),
            value: Some(value),
            stage: told.stage,
        };
        maker.add(told.sentence, run, draft);
    }
}

/// Street addresses, and built places after "at", "in", "outside": "14 Mill Lane, Leeds", "at the library".
pub(crate) fn addresses(marked: &Marked<'_>, clause: Run) -> Vec<(Run, String)> {
    const STREET: &[&str] = &[
        "street",
        "st",
        "st.",
        "road",
        "rd",
        "rd.",
        "lane",
        "avenue",
        "ave",
        "ave.",
        "drive",
        "close",
        "court",
        "way",
        "place",
        "boulevard",
        "blvd",
        "terrace",
        "crescent",
        "gardens",
        "square",
        "row",
        "hill",
        "park",
        "grove",
        "mews",
        "quay",
    ];
    let tokens = marked.tokens();
    let mut found = Vec::new();
    for at in clause.first..=clause.last {
        if tokens[at].text.starts_with(|first: char| first.is_ascii_digit()) && tokens[at].lower.len() <= 5 {
            let street = (at + 2..at + 5).find(|index| {
                tokens.get(*index).is_some_and(|token| STREET.contains(&&*token.lower) && token.is_capital())
            });
            if let Some(last) = street.filter(|last| tokens[at + 1..*last].iter().all(Token::is_capital)) {
                let town = marked.places.iter().find(|place| place.run.first == last + 2 && tokens[last + 1].is(","));
                let run = Run { first: at, last: town.map_or(last, |place| place.run.last) };
                found.push((run, words(tokens, run)));
            }
        }
    }
    for venue in marked.venues.iter().filter(|venue| clause.holds(venue.first)) {
        let led = (1..=4).find_map(|steps| {
            let token = &tokens[venue.first.checked_sub(steps)?];
            let preposition = token.any(&["at", "in", "inside", "outside", "near"]);
            let passes = token.any(&[
                "the", "a", "an", "his", "her", "my", "our", "their", "central", "main", "local", "public", "old",
                "new",
            ]) || token.is_capital();
            if preposition {
                Some(Some(venue.first - steps + 1))
            } else if passes {
                None
            } else {
                Some(None)
            }
        });
        if let Some(Some(first)) = led {
            let last = venue.last;
            found.push((Run { first, last }, words(tokens, Run { first, last })));
        }
    }
    found
}

fn words(tokens: &[Token<'_>], run: Run) -> String {
    let text: Vec<&str> = tokens[run.first..=run.last].iter().map(|token| token.text).collect();
    plain_words(&text.join(" ").replace(" ,", ","))
}

/// "failed to prevent", "was foiled".
fn outcome(maker: &mut Maker<'_, '_>, told: &Told) {
    if told.event != 0 {
        return;
    }
    let marked = maker.page.of(told);
    let tokens = marked.tokens();
    let run = told.clause.run;
    for at in run.first..=run.last {
        let failed = tokens[at].any(&["failed", "unable"]);
        let verb = (at + 1..(at + 5).min(run.last + 1))
            .find(|index| tokens[*index].any(&["prevent", "thwart", "stop", "avert", "foil"]));
        if let (true, Some(last)) = (failed, verb) {
            let last = noun_phrase(tokens, last + 1, false).unwrap_or(last).min(run.last);
            let value = Some("not prevented: it happened".to_owned());
            let draft = Draft {
                event: 0,
                field: Field::Outcome,
                value,
                normal: Normal::text("happened"),
                stage: Some(Stage::Accomplished),
            };
            maker.add(told.sentence, Run { first: at, last }, draft);
        }
    }
    if told.stage == Some(Stage::Foiled) {
        let cue = (run.first..=run.last).find(|at| {
            tokens[*at].any(&["thwarted", "foiled", "prevented", "averted", "disrupted", "thwart", "foil", "stopped"])
        });
        if let Some(at) = cue {
            let draft = Draft {
                event: 0,
                field: Field::Outcome,
                value: Some("prevented".to_owned()),
                normal: Normal::text("prevented"),
                stage: Some(Stage::Foiled),
            };
            maker.add(told.sentence, Run { first: at, last: at }, draft);
        }
    }
}
