//! A pack as a list of provisions, so that two packs can be compared line by line.

use std::collections::{BTreeMap, BTreeSet};

use domain::Window;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::diff::spaced;
use crate::lapse::Lapse;
use crate::pack::{Duty, Pack, Rule};
use crate::term::Term;

/// A provision that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which: `deadlines.deliver (harm within 24h)`, `grounds.already_aware.affirmed_by`.
    pub place: String,
    /// What the old pack says; none where it says nothing.
    pub was: Option<String>,
    /// What the new one says; none where it says nothing.
    pub is: Option<String>,
}

impl Change {
    /// In one sentence.
    pub fn words(&self) -> String {
        match (&self.was, &self.is) {
            (Some(was), Some(is)) => format!("{}: was {was}, is {is}", self.place),
            (Some(was), None) => format!("{}: was {was}, is gone", self.place),
            (None, Some(is)) => format!("{}: is new: {is}", self.place),
            (None, None) => self.place.clone(),
        }
    }
}

/// The provisions in which two packs differ.
pub(crate) fn changes(old: &Pack, new: &Pack) -> Vec<Change> {
    let withins: BTreeSet<Lapse> =
        [old, new].iter().flat_map(|pack| &pack.says.deadlines.bands).filter_map(|band| band.within).collect();
    let (was, is) = (provisions(old, &withins), provisions(new, &withins));
    let places: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let changed = places.into_iter().filter(|place| was.get(*place) != is.get(*place));
    changed
        .map(|place| Change { place: place.clone(), was: was.get(place).cloned(), is: is.get(place).cloned() })
        .collect()
}

/// Everything that acts, and every question, by place. Clauses, provenance and titles are left out.
fn provisions(pack: &Pack, withins: &BTreeSet<Lapse>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut add = |place: String, says: String| {
        all.insert(place, says);
    };
    let says = &pack.says;
    add("scope.harms".into(), listed(&says.scope.harms));
    add("scope.victims".into(), says.scope.victims.iter().map(plain).collect::<Vec<_>>().join(", "));
    add("threshold.rule".into(), rule(&says.threshold.rule));
    add(
        "doubt".into(),
        says.doubt
            .as_ref()
            .map_or("no rule".into(), |doubt| format!("unclear counts as {}", plain(&doubt.unclear_counts_as))),
    );
    add("not_owed.affirmed_by".into(), listed(&says.not_owed.affirmed_by));
    for one in &says.criteria {
        add(format!("criteria.{}", one.id), one.question.clone());
    }
    for one in &says.tracks {
        let pace = one.deliver_within.map_or(String::new(), |pace| format!(" within {pace}"));
        add(format!("tracks.{}", one.id), format!("{}: {}{pace}", rule(&one.rule), one.notice));
    }
    for one in &says.grounds {
        let place = |key: &str| format!("grounds.{}.{key}", one.id);
        add(place("question"), one.question.clone());
        add(place("affirmed_by"), listed(&one.affirmed_by));
        add(place("review_after"), one.review_after.to_string());
    }
    for duty in Duty::ALL {
        add(format!("duties.{}", duty.id()), listed(pack.may(duty)));
    }
    for one in &says.separation {
        let duties: Vec<&str> = one.duties.iter().map(|duty| duty.id()).collect();
        add(format!("separation.{}", duties.join("+")), "kept apart".into());
    }
    for one in &says.conflicts {
        let bars: Vec<&str> = one.bars.iter().map(|duty| duty.id()).collect();
        add(format!("conflicts.{}", one.id), format!("{} bars from {}", one.when.id(), bars.join(", ")));
    }
    for one in &says.notices {
        add(
            format!("notices.{}", one.id),
            format!("to the {}, {}, by {}", plain(&one.to), plain(&one.decision), one.template),
        );
    }
    if let Some(one) = &says.meaningful {
        let words = format!("{}, to {} days and the {}", plain(&one.needs), one.within_days, plain(&one.within));
        add("meaningful".into(), words);
    }
    for one in &says.markings {
        let words = if one.phrases.is_empty() { "all of it".to_owned() } else { one.phrases.join(", ") };
        let whose = one.originator.as_deref().unwrap_or("any originator");
        add(format!("markings.{}", one.id), format!("{} on reports of {whose}: {words}", one.marking));
    }
    for one in &says.measures {
        add(format!("measures.{}", one.id), format!("{} by the {} within {}", one.then, one.role, one.within));
    }
    all.extend(times(pack, withins));
    all
}

/// Deadlines and whatever moves them.
fn times(pack: &Pack, withins: &BTreeSet<Lapse>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (near, terms) in paces(pack, withins) {
        for (key, term) in terms {
            all.insert(format!("deadlines.{key} ({near})"), term);
        }
    }
    let deadlines = &pack.says.deadlines;
    for (kind, ladder) in deadlines.escalate_to.each() {
        all.insert(format!("deadlines.escalate_to.{}", crate::deadlines::key(kind)), ladder.join(", then "));
    }
    for one in &deadlines.extensions {
        let place = format!("deadlines.extensions.{}", crate::deadlines::key(one.of));
        let words = format!("{} times {} in {} by {}", one.times, one.at_most, listed(&one.bands), listed(&one.may));
        all.insert(place, words);
    }
    for one in &deadlines.pauses {
        let place = format!("deadlines.pauses.{}", crate::deadlines::key(one.of));
        all.insert(place, format!("{} in {} by {}", one.at_most, listed(&one.bands), listed(&one.may)));
    }
    if let Some(reviews) = &deadlines.reviews {
        let points: Vec<String> = reviews.points.iter().map(ToString::to_string).collect();
        let news = if reviews.on_new_report { "on every new report" } else { "not on a new report" };
        all.insert("deadlines.reviews".into(), format!("{} and {news}", points.join(", ")));
    }
    if let Some(working) = &deadlines.working {
        let days: Vec<String> = working.days.iter().map(plain).collect();
        let words = format!("{} {} to {} {}", days.join(", "), working.from, working.to, working.time_zone.rule());
        all.insert("deadlines.working".into(), format!("{words}, {} holidays", working.holidays.len()));
    }
    let says = &pack.says;
    let urgent = if says.urgent.allowed { listed(&says.urgent.may) } else { "nobody".into() };
    all.insert("urgent.may".into(), urgent);
    all.insert("urgent.coordinate_within".into(), says.urgent.coordinate_within.to_string());
    all.insert("coordination.owner".into(), says.coordination.owner.clone());
    let steps = says.coordination.dispute.iter().map(|step| format!("{} within {}", step.role, step.within));
    all.insert("coordination.dispute".into(), steps.collect::<Vec<_>>().join(", then "));
    all
}

/// For every distance of the harm that either pack tells apart: its times.
fn paces(pack: &Pack, withins: &BTreeSet<Lapse>) -> Vec<(String, Vec<(&'static str, String)>)> {
    let at = Timestamp::UNIX_EPOCH;
    let from = |from: Timestamp| Some(Window { from: Some(from), to: None });
    let mut near: Vec<(String, Option<Window>)> =
        withins.iter().map(|within| (format!("harm within {within}"), from(within.after(at)))).collect();
    let farthest = withins.last().map_or(at, |within| within.after(at));
    near.push(("harm later".into(), from(farthest.saturating_add(SignedDuration::from_hours(1)).unwrap_or(farthest))));
    near.push(("nobody knows when".into(), None));
    let pace = |window: Option<Window>| -> Vec<(&'static str, String)> {
        let Some(band) = pack.band(at, window) else { return Vec::new() };
        let terms = band.terms().into_iter().map(|(key, term)| (key, term.to_string()));
        terms.chain([("review_before_end", Term::Clock(band.review_before_end).to_string())]).collect()
    };
    near.into_iter().map(|(near, window)| (near, pace(window))).collect()
}

/// A name in the program as words: `CaseByCase` as "case by case".
fn plain(name: &impl std::fmt::Debug) -> String {
    spaced(&format!("{name:?}"))
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "nobody".into() } else { words.join(", ") }
}

/// A rule as a person would write it down.
fn rule(rule: &Rule) -> String {
    let join = |parts: &[Rule], word: &str| {
        let parts: Vec<String> = parts.iter().map(self::rule).collect();
        format!("({})", parts.join(word))
    };
    match rule {
        Rule::Criterion(id) => id.clone(),
        Rule::All(parts) => join(parts, " and "),
        Rule::Any(parts) => join(parts, " or "),
        Rule::AtLeast(count, parts) => format!("at least {count} of {}", join(parts, ", ")),
    }
}
