//! What can only be settled once the whole text is read: how far the main event has come, and what other sentences say
//! of it when its own leave a gap.

use domain::claim::{Field, Normal, Stage};

use crate::actors::folded;
use crate::claims::{Draft, Maker};
use crate::clauses;
use crate::deeds::addresses;
use crate::events::{Told, acts_in, event_times, scenes};
use crate::lexicon::{self, act_is_under};
use crate::mentions::{Marked, Run, noun_phrase};

/// One claim found for a gap: where, what, and in which words.
type Filler = (Run, Normal, Option<String>);

/// "School is … in Dayton", "we live at 22 Hope Street", "hes drunk and has an axe": sentences without an act that fill
/// what the threat itself leaves out.
fn fill(maker: &mut Maker<'_, '_>, field: Field, find: impl Fn(&Maker<'_, '_>, &Told) -> Option<Filler>) {
    if maker.has(field) {
        return;
    }
    let page = maker.page;
    let found = page.story.told.iter().filter(|told| told.event == 0).find_map(|told| Some((told, find(maker, told)?)));
    if let Some((told, (run, normal, value))) = found {
        maker.add(told.sentence, run, Draft { event: 0, field, value, normal, stage: told.stage });
    }
}

fn place(maker: &Maker<'_, '_>, told: &Told) -> Option<Filler> {
    let marked = maker.page.of(told);
    let place =
        scenes(marked, told.clause.run).first().map(|place| (place.run, place.spot.normal(), Some(place.spot.label())));
    place.or_else(|| address(maker, told))
}

/// Whom a threat without an object is aimed at: the built place the bomb is in, the owner of the network.
fn target(maker: &Maker<'_, '_>, told: &Told) -> Option<Filler> {
    const SYSTEMS: &[&str] = &["network", "networks", "systems", "servers", "credentials", "computers"];
    let marked = maker.page.of(told);
    let act = lexicon::shared().acts[maker.page.anchor().act?].id;
    let tokens = marked.tokens();
    let run = match act {
        "bombing" => {
            acts_in(marked, told.clause.run).next()?;
            addresses(marked, told.clause.run)
                .into_iter()
                .find(|(_, value)| !value.starts_with(|first: char| first.is_ascii_digit()))?
                .0
        }
        "cyberattack" => {
            if let Some(run) = owner(marked, told.clause.run, SYSTEMS) {
                return Some((run, Normal::text(folded(&spoken(marked, run))), None));
            }
            let of = (told.clause.run.first + 1..told.clause.run.last)
                .find(|at| tokens[at - 1].any(SYSTEMS) && tokens[*at].any(&["of", "at", "for"]))?;
            Run { first: of + 1, last: noun_phrase(tokens, of + 1, false)? }
        }
        _ => return None,
    };
    Some((run, Normal::text(folded(&spoken(marked, run))), None))
}

/// "The hospital's network": whose it is.
fn owner(marked: &Marked<'_>, clause: Run, owned: &[&str]) -> Option<Run> {
    let tokens = marked.tokens();
    let mark = (clause.first + 1..clause.last).find(|at| tokens[*at].is("'s") && tokens[at + 1].any(owned))?;
    let floor = clause.first.max(mark.saturating_sub(5));
    let opens = |at: &usize| tokens[*at].any(&["the", "a", "an", "our"]);
    let first = (floor..mark).rev().find(opens).or_else(|| (floor..mark).find(|at| tokens[*at].is_capital()))?;
    Some(Run { first, last: mark - 1 })
}

fn spoken(marked: &Marked<'_>, run: Run) -> String {
    let text: Vec<&str> = marked.tokens()[run.first..=run.last].iter().map(|token| token.text).collect();
    text.join(" ")
}

fn address(maker: &Maker<'_, '_>, told: &Told) -> Option<Filler> {
    let all = addresses(maker.page.of(told), told.clause.run);
    let street = all.into_iter().find(|(_, value)| value.starts_with(|first: char| first.is_ascii_digit()));
    street.map(|(run, value)| (run, Normal::text(folded(&value)), Some(value)))
}

fn means(maker: &Maker<'_, '_>, told: &Told) -> Option<Filler> {
    let marked: &Marked<'_> = maker.page.of(told);
    let (run, term) = marked.means.iter().find(|(run, _)| told.clause.run.holds(run.first))?;
    let term = &lexicon::shared().means[*term];
    Some((*run, Normal::Text { text: term.id.to_owned(), parent: term.parent.map(str::to_owned) }, None))
}

/// A day told in the past ("were charged in July") is not the day of what is to come.
fn date(maker: &Maker<'_, '_>, told: &Told) -> Option<Filler> {
    let marked = maker.page.of(told);
    let past = marked.tokens()[told.clause.run.first..=told.clause.run.last].iter().any(|token| {
        token.any(&["was", "were", "had", "has", "have", "did", "said", "told"])
            || (token.lower.len() > 4 && token.lower.ends_with("ed"))
    });
    let time = event_times(marked, told.clause.run).next().filter(|_| !past)?;
    let normal = maker.page.calendar.place(time, told.ahead);
    Some((Run { first: time.first, last: time.last }, normal, None))
}

/// A street address in any sentence is kept beside the town.
fn street(maker: &mut Maker<'_, '_>) {
    let page = maker.page;
    let found =
        page.story.told.iter().filter(|told| told.event == 0).find_map(|told| Some((told, address(maker, told)?)));
    if let Some((told, (run, normal, value))) = found {
        maker.add(told.sentence, run, Draft { event: 0, field: Field::Place, value, normal, stage: told.stage });
    }
}

/// The stages the main event is told at, and that it happened when nothing said so in words.
pub(crate) fn conclude(maker: &mut Maker<'_, '_>) {
    let page = maker.page;
    // Of what has not happened yet, every hint of where, when and with what may be needed tonight.
    if !page.anchor().after_the_fact && maker.has(Field::Act) {
        fill(maker, Field::Place, place);
        fill(maker, Field::Date, date);
        fill(maker, Field::Means, means);
        fill(maker, Field::Target, target);
        street(maker);
    }
    let after = page.anchor().after_the_fact;
    let mut best: Vec<(Stage, usize, Run)> = Vec::new();
    for told in page.story.told.iter().filter(|told| told.event == 0) {
        let marked = page.of(told);
        for act in acts_in(marked, told.clause.run) {
            let Some(stage) = clauses::stage(marked, told.clause, act) else { continue };
            let general = page.anchor().act.is_some_and(|main| {
                !act_is_under(lexicon::shared().acts[act.term].id, lexicon::shared().acts[main].id)
            });
            let known = best.iter().position(|(other, ..)| *other == stage);
            match known {
                None => best.push((stage, told.sentence, act.run)),
                Some(at) if !general && stage == Stage::Accomplished && best[at].1 > 2 => {
                    best[at] = (stage, told.sentence, act.run);
                }
                Some(_) => {}
            }
        }
    }
    best.retain(|(stage, ..)| after || *stage != Stage::Accomplished);
    let happened = best.iter().find(|(stage, ..)| *stage == Stage::Accomplished).copied();
    for (stage, sentence, run) in best {
        let draft = Draft {
            event: 0,
            field: Field::Stage,
            value: Some(stage.to_string()),
            normal: Normal::text(stage.id()),
            stage: Some(stage),
        };
        maker.add(sentence, run, draft);
    }
    if let Some((stage, sentence, run)) = happened.filter(|_| !maker.has(Field::Outcome)) {
        let draft = Draft {
            event: 0,
            field: Field::Outcome,
            value: Some("it happened".to_owned()),
            normal: Normal::text("happened"),
            stage: Some(stage),
        };
        maker.add(sentence, run, draft);
    }
}
