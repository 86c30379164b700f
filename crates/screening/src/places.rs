//! Places: which of the register's places a text names or lies in, what they lie in, what happens there in the window
//! of the threat and who stands there.

use std::collections::{HashMap, HashSet};

use domain::register::{Geometry, PartyKind, Position, RelationKind};
use domain::{Span, Window};
use jiff::{SignedDuration, Timestamp};

use crate::coordinates::coordinates;
use crate::found::{Ask, Feature, FoundPlace};
use crate::graph::Graph;
use crate::ground::{Ground, middle};
use crate::hits::{Candidate, HUB, Sieve};
use crate::names::fold::folded;

/// A place of reading is a city's middle at best: a point of the register this near may be the same place.
const NEAR_KM: f64 = 10.0;
/// A point of the register this near to coordinates is what they mean.
const SPOT_KM: f64 = 1.0;
/// A point of the register with the same name may lie this far from where reading has it.
const SAME_NAME_KM: f64 = 50.0;
/// Places within places within places: deeper than this nobody nests them.
const MOST_CONTAINERS: usize = 32;
/// What is said about time in a report is rarely exact to the hour.
const SLACK: SignedDuration = SignedDuration::from_hours(24);
/// Without a window, events within this time from now are looked at.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A place in the text, by number.
pub(crate) struct Spot {
    pub party: u32,
    pub span: Span,
    how: String,
    inside: Vec<u32>,
    /// Whether reading places the threat here, as far as it says anything.
    meant: bool,
}

/// The places a party lies in or will be at, the nearest first: by relation, then by the ground.
pub(crate) fn containers(graph: &Graph, ground: &Ground, party: u32, at: Timestamp) -> Vec<u32> {
    let kinds = [RelationKind::LocatedIn, RelationKind::PartOf, RelationKind::Attends];
    let mut chain = graph.above(party, &kinds, at, MOST_CONTAINERS);
    if let Some(middle) = graph.party(party).geometry.as_ref().and_then(middle) {
        let around = ground.containing(middle);
        chain.extend(around.into_iter().filter(|area| *area != party).collect::<Vec<_>>());
    }
    let mut seen = HashSet::new();
    chain.retain(|one| seen.insert(*one) && graph.party(*one).kind == PartyKind::Place);
    chain.truncate(MOST_CONTAINERS);
    chain
}

/// The places of the register in this text: those it names, and those that hold what reading found.
pub(crate) fn find(graph: &Graph, ground: &Ground, ask: &Ask, sieve: &Sieve) -> Vec<Spot> {
    let called: HashSet<Vec<String>> = ask.places.iter().map(|place| folded(&place.name)).collect();
    let mut spots: Vec<Spot> = Vec::new();
    let mut first: HashMap<u32, usize> = HashMap::new();
    for one in sieve.sure.iter().filter(|one| graph.party(one.party).kind == PartyKind::Place) {
        let spot = *first.entry(one.party).or_insert_with(|| {
            let meant = graph.party(one.party).names.iter().any(|name| called.contains(&folded(&name.text)));
            spots.push(Spot { party: one.party, span: one.span, how: "named".to_owned(), inside: Vec::new(), meant });
            spots.len() - 1
        });
        spots[spot].meant |= ask.places.iter().any(|place| place.span.overlaps(one.span));
    }
    for place in ask.places {
        let at = Position { lat: place.lat, lon: place.lon };
        if !at.is_on_earth() {
            continue;
        }
        let known = sieve.sure.iter().any(|one| one.span.overlaps(place.span) && first.contains_key(&one.party));
        if let Some((party, how)) = (!known).then(|| locate(graph, ground, &place.name, at)).flatten() {
            spots.push(Spot { party, span: place.span, how, inside: Vec::new(), meant: true });
        }
    }
    for (at, span) in coordinates(ask.text) {
        if let Some((party, how)) = locate(graph, ground, "", at) {
            spots.push(Spot { party, span, how, inside: Vec::new(), meant: true });
        }
    }
    spots.sort_by_key(|spot| !spot.meant);
    let mut seen = HashSet::new();
    spots.retain(|spot| seen.insert(spot.party));
    // Reading may know none of the register's places, or not have been asked: then every place counts.
    let none = ask.places.is_empty() || !spots.iter().any(|spot| spot.meant);
    for spot in &mut spots {
        spot.meant |= none;
        spot.inside = containers(graph, ground, spot.party, ask.at);
    }
    spots
}

fn is_called(graph: &Graph, party: u32, name: &str) -> bool {
    let words = folded(name);
    graph.party(party).names.iter().any(|own| folded(&own.text) == words)
}

/// Says of each place found whether reading has the threat there, and whether a narrower place is named too.
pub(crate) fn mark(graph: &Graph, ask: &Ask, spots: &[Spot], sieve: &mut Sieve) {
    let by_party: HashMap<u32, &Spot> = spots.iter().map(|spot| (spot.party, spot)).collect();
    let around = around(spots);
    for candidate in &mut sieve.sure {
        let Some(spot) = by_party.get(&candidate.party) else { continue };
        match (ask.places.is_empty(), spot.meant) {
            (true, _) => {}
            (false, true) => candidate.why.push(Feature::new("place", "the claims of the report place it here", 1.5)),
            (false, false) => {
                candidate.why.push(Feature::new("place", "the claims of the report place it elsewhere", -1.5));
            }
        }
        if let Some(narrower) = around.get(&spot.party) {
            let name = graph.party(*narrower).label();
            candidate.why.push(Feature::new("wider", format!("{name}, which lies in it, is named too"), -2.0));
        }
    }
}

/// The register's place for a point, which has a name or is written as coordinates: the nearest one with this name, the nearest one at all, the smallest area around.
fn locate(graph: &Graph, ground: &Ground, name: &str, at: Position) -> Option<(u32, String)> {
    let is_place = |party: u32| graph.party(party).kind == PartyKind::Place;
    let what =
        if name.is_empty() { "the text's coordinates lie".to_owned() } else { format!("the text's {name} lies") };
    let near = ground.near(at, SAME_NAME_KM);
    let mut places = near.iter().filter(|(party, _)| is_place(*party));
    let by_name = places.clone().find(|(party, _)| is_called(graph, *party, name));
    // A name leads to the middle of something large, coordinates to the very spot.
    let close = if name.is_empty() { SPOT_KM } else { NEAR_KM };
    let nearest = places.next();
    let told = |(party, far): &(u32, f64)| (*party, format!("{far:.0} km from where {what}"));
    if let Some(found) = by_name.or(nearest.filter(|(_, far)| *far <= close)) {
        return Some(told(found));
    }
    let area = ground.containing(at).into_iter().find(|party| is_place(*party));
    let area = area.map(|area| (area, format!("{what} inside")));
    area.or_else(|| nearest.filter(|(_, far)| *far <= NEAR_KM).map(told))
}

/// The places as people are shown them.
pub(crate) fn shown(graph: &Graph, text: &str, spots: &[Spot]) -> Vec<FoundPlace> {
    let show = |spot: &Spot| {
        let party = graph.party(spot.party);
        FoundPlace {
            party: party.id.clone(),
            name: party.label().to_owned(),
            span: spot.span,
            quote: spot.span.of(text).unwrap_or_default().to_owned(),
            how: spot.how.clone(),
            inside: spot.inside.iter().map(|number| graph.party(*number).id.clone()).collect(),
        }
    };
    spots.iter().map(show).collect()
}

/// Events by the places they happen at, each with how many steps up that place is.
pub(crate) struct Events {
    at: HashMap<u32, Vec<(u32, usize)>>,
}

impl Events {
    pub fn new(graph: &Graph, ground: &Ground) -> Self {
        let mut at: HashMap<u32, Vec<(u32, usize)>> = HashMap::new();
        let timed = graph.parties().filter(|(_, party)| party.kind == PartyKind::Event && party.time.is_some());
        for (event, party) in timed {
            let now = party.time.and_then(|time| time.from.or(time.to)).unwrap_or_default();
            for (up, place) in containers(graph, ground, event, now).into_iter().enumerate() {
                at.entry(place).or_default().push((event, up));
            }
        }
        Self { at }
    }

    /// The events at these places in the window of the threat, and those who attend them.
    pub fn meet(&self, graph: &Graph, ground: &Ground, ask: &Ask, spots: &[Spot], sieve: &mut Sieve) {
        let mut met: HashSet<u32> = HashSet::new();
        let mut kept_back = 0;
        for spot in innermost(spots) {
            let here = self.at.get(&spot.party).into_iter().flatten().copied();
            let near = nearby(graph, ground, spot).map(|event| (event, 0));
            for (event, up) in here.chain(near) {
                let Some(time) = overlap(graph, event, ask).filter(|_| !met.contains(&event)) else { continue };
                if met.len() >= HUB {
                    kept_back += 1;
                    continue;
                }
                met.insert(event);
                let place = graph.party(spot.party).label();
                let steps = f64::from(u8::try_from(up).unwrap_or(u8::MAX));
                let why =
                    vec![Feature::new("place", format!("takes place in {place}"), (3.0 - steps / 2.0).max(1.0)), time];
                sieve.sure.push(Candidate::unnamed(graph, event, spot.span, why));
                for (guest, _) in graph.into(event, RelationKind::Attends, ask.at).take(HUB) {
                    let why = vec![Feature::new("attends", format!("attends {}", graph.party(event).label()), 1.0)];
                    sieve.sure.push(Candidate::unnamed(graph, guest, spot.span, why));
                }
            }
        }
        if kept_back > 0 {
            sieve.guard(format!("{kept_back} more events take place there in that time than are shown"));
        }
    }
}

/// The places that lie around those that are meant, each with one that lies in it.
fn around(spots: &[Spot]) -> HashMap<u32, u32> {
    let meant = spots.iter().filter(|spot| spot.meant);
    meant.flat_map(|spot| spot.inside.iter().map(|place| (*place, spot.party))).collect()
}

/// Spots that no other spot lies in: a report that names a city and its country means the city.
fn innermost(spots: &[Spot]) -> impl Iterator<Item = &Spot> {
    let around = around(spots);
    spots.iter().filter(move |spot| spot.meant && !around.contains_key(&spot.party))
}

/// Events that are points near a place that is a point.
fn nearby<'g>(graph: &'g Graph, ground: &Ground, spot: &Spot) -> impl Iterator<Item = u32> + 'g {
    let point = match graph.party(spot.party).geometry {
        Some(Geometry::Point(at)) => Some(at),
        Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)) | None => None,
    };
    let near = point.map(|at| ground.near(at, NEAR_KM)).unwrap_or_default();
    near.into_iter().map(|(party, _)| party).filter(|party| graph.party(*party).kind == PartyKind::Event)
}

/// What speaks for an event by its time; `None` when it is at another time.
fn overlap(graph: &Graph, event: u32, ask: &Ask) -> Option<Feature> {
    let time = graph.party(event).time?;
    let (window, weight, words) = if let Some(window) = ask.window {
        (window, 3.0, "in the window of the threat")
    } else {
        let until = ask.at.checked_add(SOON).unwrap_or(Timestamp::MAX);
        (Window { from: Some(ask.at), to: Some(until) }, 1.0, "within thirty days; the text gives no window")
    };
    let before = |end: Option<Timestamp>, start: Option<Timestamp>| match (end, start) {
        (Some(end), Some(start)) => end.checked_add(SLACK).unwrap_or(Timestamp::MAX) < start,
        _ => false,
    };
    // An end that nobody told is not an end: it is taken to be a month away.
    let month = |end: Option<Timestamp>, way: SignedDuration| end.and_then(|end| end.checked_add(way).ok());
    let from = window.from.or_else(|| month(window.to, -SOON));
    let until = window.to.or_else(|| month(window.from, SOON));
    let apart = before(time.to.or(time.from), from) || before(until, time.from.or(time.to));
    (!apart).then(|| Feature::new("time", words, weight))
}

/// Those who stand in the innermost places: they are at risk whether or not the text names them.
pub(crate) fn standing(graph: &Graph, ground: &Ground, ask: &Ask, spots: &[Spot], sieve: &mut Sieve) {
    let mut found: Vec<Candidate> = Vec::new();
    let named: HashSet<u32> = sieve.sure.iter().map(|one| one.party).collect();
    for spot in innermost(spots) {
        let place = graph.party(spot.party);
        let lies = graph.into(spot.party, RelationKind::LocatedIn, ask.at).map(|(party, _)| party);
        let inside = ground.within(spot.party);
        let mut there: Vec<u32> = lies
            .chain(inside)
            .filter(|party| !matches!(graph.party(*party).kind, PartyKind::Place | PartyKind::Event))
            .take(10 * HUB)
            .collect();
        there.sort_unstable();
        there.dedup();
        if there.len() > HUB {
            sieve.guard(format!(
                "{} or more parties are located in {}: those the text does not name are not listed one by one",
                there.len(),
                place.label()
            ));
            continue;
        }
        found.extend(there.into_iter().filter(|party| !named.contains(party)).map(|party| {
            let why = vec![Feature::new("stands there", format!("is located in {}", place.label()), 0.5)];
            Candidate::unnamed(graph, party, spot.span, why)
        }));
    }
    sieve.sure.extend(found);
}
