//! Which event each clause tells of.
//!
//! A report is about one event (`e1`); others stand in it as background. The main event is the place and day that the
//! acts told early and often agree on. A clause belongs to it unless its own place, day or kind of act says otherwise;
//! a clause that goes on about the one before it ("…, which killed 13") belongs where that one does.

use std::collections::{BTreeMap, HashMap};

use domain::claim::{Normal, Precision, Stage};

use crate::clauses::{self, Clause};
use crate::lexicon::{self, act_is_under};
use crate::mentions::{ActHit, Marked, PlaceHit, Run};
use crate::places::{Level, Spot};
use crate::times::{Calendar, Role, TimeHit, When};

/// Background events beyond this many are not told apart any more.
const MOST_EVENTS: usize = 40;

/// A clause with the event it tells of.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub sentence: usize,
    pub clause: Clause,
    /// 0 is what the report is about.
    pub event: usize,
    /// The furthest stage its acts are told at.
    pub stage: Option<Stage>,
    /// Whether it speaks of what is to come.
    pub ahead: bool,
}

/// What a report is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Anchor {
    pub place: Option<Spot>,
    pub date: Option<Normal>,
    /// The most telling act (index into the lexicon).
    pub act: Option<usize>,
    /// Whether the harm is told as done, rather than to come.
    pub after_the_fact: bool,
}

/// Clauses in order, each with its event.
#[derive(Debug)]
pub(crate) struct Story {
    pub told: Vec<Told>,
    pub anchor: Anchor,
}

impl Story {
    /// The clauses of one sentence.
    pub fn of_sentence(&self, sentence: usize) -> &[Told] {
        let from = self.told.partition_point(|told| told.sentence < sentence);
        let length = self.told[from..].partition_point(|told| told.sentence == sentence);
        &self.told[from..from + length]
    }
}

struct Scene<'m, 'a> {
    marked: &'m [Marked<'a>],
    calendar: &'m Calendar,
}

/// Tells the clauses of a document apart.
pub(crate) fn story(marked: &[Marked<'_>], calendar: &Calendar) -> Story {
    let scene = Scene { marked, calendar };
    let mut told = Vec::new();
    for (sentence, one) in marked.iter().enumerate() {
        for clause in clauses::clauses(one) {
            let stage = acts_in(one, clause.run).filter_map(|act| clauses::stage(one, clause, act)).max();
            told.push(Told { sentence, clause, event: 0, stage, ahead: false });
        }
    }
    look_ahead(&mut told);
    let anchor = scene.anchor(&told);
    scene.assign(&mut told, &anchor);
    Story { told, anchor }
}

/// Which clauses speak of what is to come: by their own stage, else their sentence's, else that of the opening.
fn look_ahead(told: &mut [Told]) {
    let mut by_sentence: BTreeMap<usize, Stage> = BTreeMap::new();
    for one in told.iter() {
        if let Some(stage) = one.stage {
            by_sentence.entry(one.sentence).and_modify(|known| *known = stage.max(*known)).or_insert(stage);
        }
    }
    let opening = by_sentence.values().take(3).max().copied();
    for one in told.iter_mut() {
        let stage = one.stage.or_else(|| by_sentence.get(&one.sentence).copied()).or(opening);
        one.ahead = matches!(stage, Some(Stage::Threatened | Stage::Planned));
    }
}

pub(crate) fn acts_in<'m>(marked: &'m Marked<'_>, run: Run) -> impl Iterator<Item = &'m ActHit> {
    let from = marked.acts.partition_point(|act| act.run.first < run.first);
    marked.acts[from..].iter().take_while(move |act| act.run.first <= run.last)
}

/// Times in a stretch that may be the time of an event.
pub(crate) fn event_times<'m>(marked: &'m Marked<'_>, run: Run) -> impl Iterator<Item = &'m TimeHit> {
    let times = marked.times.iter().filter(move |time| run.holds(time.first));
    times.filter(|time| time.role == Role::Event && time.when != When::Clock)
}

/// Places in a stretch where something is said to happen, rather than where somebody comes from.
pub(crate) fn scenes<'m>(marked: &'m Marked<'_>, run: Run) -> Vec<&'m PlaceHit> {
    let here: Vec<&PlaceHit> = marked.places.iter().filter(|place| run.holds(place.run.first)).collect();
    let mut listed = false;
    let mut last_end = 0;
    let found: Vec<&PlaceHit> = here
        .into_iter()
        .filter(|place| {
            let joined = listed
                && marked.tokens()[last_end..place.run.first]
                    .iter()
                    .all(|token| token.is(",") || token.is("and") || token.is("or"));
            last_end = place.run.last + 1;
            let named = marked
                .organisation_at(place.run.first)
                .is_some_and(|hit| hit.run != place.run && hit.run.last > place.run.last);
            let affiliate = marked.organisation_at(place.run.first).is_some_and(|hit| hit.run.first < place.run.first);
            listed = !named && !affiliate && (joined || happens_at(marked, place, run.first));
            listed
        })
        .collect();
    // "in Iran's Sistan province" happens in Sistan; Iran alone would be anywhere in it.
    let coarse = |place: &&PlaceHit| {
        let owner = marked.tokens().get(place.run.last + 1).is_some_and(|next| next.is("'s"));
        owner && found.iter().any(|other| other.spot.level > place.spot.level && other.spot.fits(&place.spot))
    };
    found.iter().copied().filter(|place| !coarse(place)).collect()
}

fn happens_at(marked: &Marked<'_>, place: &PlaceHit, floor: usize) -> bool {
    const AT: &[&str] = &[
        "in",
        "at",
        "near",
        "on",
        "inside",
        "outside",
        "within",
        "across",
        "into",
        "against",
        "around",
        "of",
        "attack",
        "attacked",
        "targeted",
        "struck",
        "hit",
        "bomb",
        "bombed",
        "attacking",
        "targeting",
    ];
    let tokens = marked.tokens();
    let before = |steps: usize| place.run.first.checked_sub(steps).map(|at| &tokens[at]);
    // "in the southeastern city of Kerman", "on nuclear-armed Pakistan", "around Kerman".
    // "at 14 Mill Lane, Leeds": the town after the comma is where the address is.
    let listed = before(1).is_some_and(|token| token.is(","))
        && before(2).is_some_and(|token| {
            token.is_capital() || marked.venues.iter().any(|venue| venue.last + 2 == place.run.first)
        });
    let led = (1..=3).find_map(|steps| {
        let token = before(steps)?;
        let skipped = token.any(&["the", "nuclear-armed", "central", "downtown", "greater", "city", "nearby"])
            || token.lower.ends_with("ern")
            || token.is("'s")
            || before(steps - 1).is_some_and(|next| steps > 1 && next.is("'s"));
        if skipped { None } else { Some(AT.contains(&&*token.lower)) }
    });
    let country_of = before(1).is_some_and(|token| token.is("of")) && place.spot.level == Level::Country;
    let after = tokens.get(place.run.last + 1);
    let names_act = marked.acts.iter().any(|act| {
        act.noun
            && (act.run.first == place.run.last + 1
                || act.run.first == place.run.last + 2
                    && after.is_some_and(|token| token.any(&["terrorist", "terror", "deadly", "twin"])))
    });
    let names_act = names_act && place.spot.level > Level::Country;
    let addressed = listed
        && place.run.first >= floor + 2
        && (3..=8).any(|steps| before(steps).is_some_and(|token| AT.contains(&&*token.lower)));
    (led == Some(true) && !country_of) || names_act || addressed
}

/// What is said first weighs most.
fn weight(told: &Told) -> f64 {
    if told.sentence < 3 { 3.0 } else { 1.0 }
}

impl Scene<'_, '_> {
    /// The place, day and act that the telling agrees on.
    fn anchor(&self, told: &[Told]) -> Anchor {
        let place = self.main_place(told);
        let date = self.main_date(told, place.as_ref());
        let act = self.main_act(told, place.as_ref());
        let mut anchor = Anchor { place, date, act, after_the_fact: false };
        let lead = told.iter().filter(|one| one.stage.is_some()).map(|one| one.sentence).take(1).next().unwrap_or(0);
        anchor.after_the_fact = told.iter().any(|one| {
            let close = one.sentence <= lead || self.names(one, &anchor);
            one.stage == Some(Stage::Accomplished) && close && !self.elsewhere(one, &anchor)
        });
        anchor
    }

    /// Clauses about long ago tell little about what a report is about.
    fn is_dated_back(&self, told: &Told) -> bool {
        let marked = &self.marked[told.sentence];
        event_times(marked, told.clause.run).any(|time| match time.when {
            When::Year(year) | When::Month { year: Some(year), .. } => {
                self.calendar.written.is_none_or(|now| now.year() > year)
            }
            When::Day { year, .. } => self.calendar.written.is_some_and(|now| now.year() - year > 1),
            _ => false,
        })
    }

    fn main_place(&self, told: &[Told]) -> Option<Spot> {
        let mut scores: HashMap<&str, (f64, usize, &Spot)> = HashMap::new();
        for (order, one) in told.iter().enumerate() {
            let marked = &self.marked[one.sentence];
            if acts_in(marked, one.clause.run).next().is_none() && one.sentence > 0 {
                continue;
            }
            let back = if self.is_dated_back(one) { 0.1 } else { 1.0 };
            let back = if acts_in(marked, one.clause.run).next().is_none() { back * 0.5 } else { back };
            for place in scenes(marked, one.clause.run) {
                let level = match place.spot.level {
                    Level::Settlement => 3.0,
                    Level::Region => 2.0,
                    Level::Country => 1.0,
                };
                let entry = scores.entry(place.spot.id).or_insert((0.0, order, &place.spot));
                entry.0 += level * back * weight(one);
            }
        }
        let best = |scores: &mut dyn Iterator<Item = &(f64, usize, &Spot)>| {
            scores.max_by(|one, two| one.0.total_cmp(&two.0).then(two.1.cmp(&one.1))).map(|(_, _, spot)| **spot)
        };
        let winner = best(&mut scores.values())?;
        if winner.level == Level::Settlement {
            return Some(winner);
        }
        let finer = best(
            &mut scores
                .values()
                .filter(|(score, _, spot)| spot.level > winner.level && spot.fits(&winner) && *score > 0.5),
        );
        Some(finer.unwrap_or(winner))
    }

    fn main_date(&self, told: &[Told], place: Option<&Spot>) -> Option<Normal> {
        let mut scores: BTreeMap<String, (f64, usize, Normal)> = BTreeMap::new();
        for (order, one) in told.iter().enumerate() {
            let marked = &self.marked[one.sentence];
            let acts = acts_in(marked, one.clause.run).next().is_some();
            let scenes = scenes(marked, one.clause.run);
            let away = place.is_some_and(|main| !scenes.is_empty() && !scenes.iter().any(|here| here.spot.fits(main)));
            for time in event_times(marked, one.clause.run) {
                let normal = self.calendar.place(time, one.ahead);
                let precise = match &normal {
                    Normal::Dates { precision: Precision::Day | Precision::Minute, .. } => 3.0,
                    Normal::Dates { precision: Precision::Range, .. } => 2.0,
                    Normal::Dates { precision: Precision::Month, .. } => 1.0,
                    _ => 0.2,
                };
                // The day of an arrest is not the day of the deed.
                let arrests = (one.clause.run.first..=one.clause.run.last)
                    .any(|at| marked.tokens()[at].any(&["arrested", "detained", "charged", "arrests"]));
                let near = if acts { 1.0 } else { 0.2 }
                    * if arrests && !acts { 0.1 } else { 1.0 }
                    * if away { 0.1 } else { 1.0 };
                let back = if self.is_dated_back(one) { 0.2 } else { 1.0 };
                let entry = scores.entry(date_key(&normal)).or_insert((0.0, order, normal));
                entry.0 += precise * near * back * weight(one);
            }
        }
        let best = scores.into_values().max_by(|one, two| one.0.total_cmp(&two.0).then(two.1.cmp(&one.1)))?;
        Some(best.2)
    }

    fn main_act(&self, told: &[Told], place: Option<&Spot>) -> Option<usize> {
        let acts = &lexicon::shared().acts;
        let mut scores: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
        for (order, one) in told.iter().enumerate() {
            let marked = &self.marked[one.sentence];
            let scenes = scenes(marked, one.clause.run);
            let away = place.is_some_and(|main| !scenes.is_empty() && !scenes.iter().any(|here| here.spot.fits(main)));
            if away || self.is_dated_back(one) {
                continue;
            }
            for act in acts_in(marked, one.clause.run) {
                // "attack" and "killed" go with any act; a bombing says more.
                let telling = if matches!(acts[act.term].id, "attack" | "killing" | "injury") { 0.3 } else { 1.0 };
                let entry = scores.entry(act.term).or_insert((0.0, order));
                entry.0 += telling * weight(one);
            }
        }
        scores
            .into_iter()
            .max_by(|one, two| one.1.0.total_cmp(&two.1.0).then(two.1.1.cmp(&one.1.1)))
            .map(|(term, _)| term)
    }

    /// Whether a clause names the main event's own place (finer than a country) or day.
    fn names(&self, told: &Told, anchor: &Anchor) -> bool {
        let marked = &self.marked[told.sentence];
        let placed = anchor.place.as_ref().is_some_and(|main| {
            main.level > Level::Country && scenes(marked, told.clause.run).iter().any(|here| here.spot.id == main.id)
        });
        let dated = anchor.date.as_ref().is_some_and(|main| {
            event_times(marked, told.clause.run).any(|time| {
                let found = self.calendar.place(time, told.ahead);
                is_precise(&found) && !disjoint(&found, main)
            })
        });
        placed || dated
    }

    /// Whether a clause with an act names another place or day than the main event's, or an act of another kind.
    fn elsewhere(&self, told: &Told, anchor: &Anchor) -> bool {
        let marked = &self.marked[told.sentence];
        let run = told.clause.run;
        // A clause without an act is elsewhere only when it names another year.
        let acts = acts_in(marked, run).next().is_some();
        if !acts && !self.is_dated_back(told) {
            return false;
        }
        let scenes = scenes(marked, run);
        let other_place = acts
            && anchor
                .place
                .as_ref()
                .is_some_and(|main| !scenes.is_empty() && !scenes.iter().any(|here| here.spot.fits(main)));
        let mut times = event_times(marked, run).peekable();
        let other_day = times.peek().is_some()
            && times.all(|time| {
                let found = self.calendar.place(time, told.ahead);
                match &anchor.date {
                    Some(main) => disjoint(&found, main) || (is_yearless(main) && has_bare_year(time.when)),
                    None => self.is_dated_back(told),
                }
            });
        let other_act = acts
            && anchor.act.is_some_and(|main| {
                acts_in(marked, run).all(|act| !acts_fit(act.term, main)) && !self.names(told, anchor)
            });
        other_place || other_day || (other_act && (anchor.after_the_fact || told.stage == Some(Stage::Accomplished)))
    }

    fn assign(&self, told: &mut [Told], anchor: &Anchor) {
        let mut keys: HashMap<String, usize> = HashMap::new();
        let mut current = 0;
        let mut sentence = usize::MAX;
        for one in told.iter_mut() {
            if one.sentence != sentence {
                (sentence, current) = (one.sentence, 0);
            }
            let done_before = !anchor.after_the_fact && one.stage == Some(Stage::Accomplished);
            if self.elsewhere(one, anchor) || (done_before && !self.names(one, anchor)) {
                let key = self.key(one);
                let next = keys.len() + 1;
                current = *keys.entry(key).or_insert(next);
            } else if self.names(one, anchor) || (!one.clause.relative && starts_main(one, self.marked, current)) {
                current = 0;
            }
            one.event = current.min(MOST_EVENTS);
        }
    }

    /// What tells one background event from another.
    fn key(&self, told: &Told) -> String {
        let marked = &self.marked[told.sentence];
        let run = told.clause.run;
        let date = event_times(marked, run).next().map(|time| date_key(&self.calendar.place(time, told.ahead)));
        let place = scenes(marked, run).first().map(|place| place.spot.id.to_owned());
        match (date, place) {
            (None, None) => format!("sentence {}", told.sentence),
            (date, place) => format!("{}@{}", date.unwrap_or_default(), place.unwrap_or_default()),
        }
    }
}

/// A clause that opens anew ("after the attack …") comes back to the main event when it has an act of its own.
fn starts_main(told: &Told, marked: &[Marked<'_>], current: usize) -> bool {
    let one = &marked[told.sentence];
    current == 0 || (one.tokens()[told.clause.run.first].any(&[";"]) && acts_in(one, told.clause.run).next().is_some())
}

/// Whether two acts may be one and the same deed, told more or less exactly.
fn acts_fit(one: usize, two: usize) -> bool {
    let acts = &lexicon::shared().acts;
    let (one, two) = (acts[one].id, acts[two].id);
    let general = |id: &str| matches!(id, "attack" | "killing" | "injury" | "assassination");
    general(one) || general(two) || act_is_under(one, two) || act_is_under(two, one)
}

fn is_precise(normal: &Normal) -> bool {
    matches!(normal, Normal::Dates { precision: Precision::Day | Precision::Minute | Precision::Range, .. })
        && (matches!(normal, Normal::Dates { from: Some(_), .. }) || is_yearless(normal))
}

fn is_yearless(normal: &Normal) -> bool {
    matches!(normal, Normal::Dates { without_year: Some(_), .. })
}

/// "in 2021", "in August 2021": writers name the year when it is not the one they write in.
const fn has_bare_year(when: When) -> bool {
    matches!(when, When::Year(_) | When::Month { year: Some(_), .. })
}

pub(crate) fn date_key(normal: &Normal) -> String {
    match normal {
        Normal::Dates { from: Some(from), to: Some(to), .. } => format!("{from}/{to}"),
        Normal::Dates { without_year: Some(day), .. } => day.clone(),
        _ => String::new(),
    }
}

/// Whether two times cannot be of the same event. What cannot be placed contradicts nothing.
pub(crate) fn disjoint(one: &Normal, two: &Normal) -> bool {
    let (
        Normal::Dates { from, to, without_year, .. },
        Normal::Dates { from: from2, to: to2, without_year: without2, .. },
    ) = (one, two)
    else {
        return false;
    };
    match ((from, to), (from2, to2)) {
        ((Some(from), Some(to)), (Some(from2), Some(to2))) => to < from2 || to2 < from,
        ((Some(from), Some(to)), (None, None)) => {
            without2.as_deref().is_some_and(|days| !holds_yearless(*from, *to, days))
        }
        ((None, None), (Some(from), Some(to))) => {
            without_year.as_deref().is_some_and(|days| !holds_yearless(*from, *to, days))
        }
        _ => match (without_year, without2) {
            (Some(one), Some(two)) => yearless_disjoint(one, two),
            _ => false,
        },
    }
}

/// First and last month-and-day of "--01-03", "--01" or "--01-01/--01-07".
pub(crate) fn yearless_ends(days: &str) -> Option<((i8, i8), (i8, i8))> {
    let one = |text: &str| -> Option<(i8, Option<i8>)> {
        let mut parts = text.strip_prefix("--")?.split('-');
        let month = parts.next()?.parse().ok()?;
        Some((month, parts.next().and_then(|day| day.parse().ok())))
    };
    let (from, to) = days.split_once('/').unwrap_or((days, days));
    let ((from_month, from_day), (to_month, to_day)) = (one(from)?, one(to)?);
    Some(((from_month, from_day.unwrap_or(1)), (to_month, to_day.unwrap_or(31))))
}

fn yearless_disjoint(one: &str, two: &str) -> bool {
    match (yearless_ends(one), yearless_ends(two)) {
        (Some((from, to)), Some((from2, to2))) => to < from2 || to2 < from,
        _ => false,
    }
}

/// Whether some year puts the days inside the stretch.
pub(crate) fn holds_yearless(from: jiff::civil::Date, to: jiff::civil::Date, days: &str) -> bool {
    let Some((first, last)) = yearless_ends(days) else { return true };
    (from.year()..=to.year().min(from.year() + 2)).any(|year| {
        let start = (year, first.0, first.1);
        let end = (year, last.0, last.1);
        start <= (to.year(), to.month(), to.day()) && end >= (from.year(), from.month(), from.day())
    })
}
