//! Routes: how a recipient can be told, directly or through up to two parties that pass messages on.
//!
//! No diplomatic relations means no direct step, not no route. A route that may not carry the marking, or that nobody
//! has verified for long, is ranked last and says so; it is never left out, because a person may still choose it.

use std::collections::HashSet;

use domain::ChannelKind;
use domain::register::{ContactPath, Party, RelationKind, Tlp};
use jiff::{SignedDuration, Timestamp};

use crate::found::{Hop, Obstacle, Route};
use crate::graph::Graph;

/// A path nobody has tested for longer than this is not relied on.
pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(24 * 180);
/// Passing a message on, when the register does not say how long it takes.
const ONWARD_MINUTES: u32 = 240;
/// Routes kept for one recipient.
const MOST_ROUTES: usize = 12;
/// Intermediaries looked at on each level.
const MOST_BETWEEN: usize = 40;

/// What routes are looked for with.
pub(crate) struct Search<'g> {
    pub graph: &'g Graph,
    /// The desk and the bodies it belongs to.
    desk: HashSet<u32>,
    marking: Tlp,
    at: Timestamp,
}

/// A route with what it is ranked by.
struct Ranked {
    route: Route,
    carried: bool,
    fresh: bool,
    preference: u32,
}

impl<'g> Search<'g> {
    pub fn new(graph: &'g Graph, desk: Option<u32>, marking: Tlp, at: Timestamp) -> Self {
        let above = |desk| graph.above(desk, &[RelationKind::PartOf, RelationKind::MemberOf], at, 16);
        let desk = desk.into_iter().flat_map(|desk| std::iter::once(desk).chain(above(desk))).collect();
        Self { graph, desk, marking, at }
    }

    /// Whether a party is this desk, or a body it belongs to.
    pub fn is_desk(&self, party: u32) -> bool {
        self.desk.contains(&party)
    }

    /// All routes to a recipient, the best first.
    pub fn to(&self, recipient: u32) -> Vec<Route> {
        self.ranked(recipient).into_iter().map(|ranked| ranked.route).collect()
    }

    /// What stands in the way of telling a recipient; none when nothing does.
    pub fn obstacle(&self, recipient: u32) -> Option<Obstacle> {
        let routes = self.ranked(recipient);
        if routes.is_empty() {
            let barred = !self.graph.party(recipient).contacts.is_empty() || self.is_barred(recipient);
            return Some(if barred { Obstacle::NoDirectChannel } else { Obstacle::NoPath });
        }
        if !routes.iter().any(|route| route.carried) {
            return Some(Obstacle::Marking(self.marking));
        }
        (!routes.iter().any(|route| route.carried && route.fresh)).then_some(Obstacle::Unverified)
    }

    fn ranked(&self, recipient: u32) -> Vec<Ranked> {
        let mut all = Vec::new();
        if !self.is_barred(recipient) {
            self.along(&[recipient], &mut all);
        }
        let mut seen = HashSet::from([recipient]);
        for (first, _) in
            self.between(recipient).into_iter().filter(|(party, _)| seen.insert(*party)).collect::<Vec<_>>()
        {
            if !self.is_barred(first) {
                self.along(&[first, recipient], &mut all);
            }
            for (second, _) in self.between(first) {
                if second != recipient && !self.is_barred(second) {
                    self.along(&[second, first, recipient], &mut all);
                }
            }
        }
        all.sort_by(|a, b| {
            let key =
                |one: &Ranked| (!one.carried, !one.fresh, one.route.hops.len(), one.route.minutes, one.preference);
            key(a).cmp(&key(b)).then_with(|| names(&a.route).cmp(&names(&b.route)))
        });
        all.truncate(MOST_ROUTES);
        all
    }

    /// Whether this desk has no direct channel to a party.
    fn is_barred(&self, party: u32) -> bool {
        let mine = |other: u32| self.desk.is_empty() || self.desk.contains(&other);
        let kind = RelationKind::NoDirectChannelTo;
        let mut both = self.graph.out(party, kind, self.at).chain(self.graph.into(party, kind, self.at));
        both.any(|(other, _)| mine(other))
    }

    /// Those who pass messages on to a party, or are in regular contact with it.
    fn between(&self, party: u32) -> Vec<(u32, Option<&'g str>)> {
        let between = self.graph.into(party, RelationKind::IntermediaryFor, self.at);
        let liaison = self.graph.into(party, RelationKind::LiaisonWith, self.at);
        let back = self.graph.out(party, RelationKind::LiaisonWith, self.at);
        let all = between.chain(liaison).chain(back).filter(|(other, _)| !self.desk.contains(other));
        all.take(MOST_BETWEEN).map(|(other, relation)| (other, relation.note.as_deref())).collect()
    }

    /// The routes over these parties: one for each contact path of the first.
    fn along(&self, parties: &[u32], all: &mut Vec<Ranked>) {
        let [first, onward @ ..] = parties else { return };
        let start = self.graph.party(*first);
        for path in &start.contacts {
            let mut hops = vec![by_path(start, path)];
            hops.extend(onward.iter().map(|next| passed_on(self.graph.party(*next))));
            all.push(self.rank(parties, path, hops));
        }
    }

    fn rank(&self, parties: &[u32], path: &ContactPath, hops: Vec<Hop>) -> Ranked {
        let carries = hops.iter().filter_map(|hop| hop.carries).min().unwrap_or(Tlp::Clear);
        let minutes = hops.iter().map(|hop| hop.minutes).fold(0, u32::saturating_add);
        let carried = carries >= self.marking;
        let fresh = is_fresh(path, self.at);
        let recipient = parties.last().map(|last| self.graph.party(*last));
        let barred = parties.last().is_some_and(|last| self.is_barred(*last));
        let mut why = Vec::new();
        why.push(match (hops.as_slice(), recipient) {
            ([_], _) | (_, None) => "Direct.".to_owned(),
            (hops, Some(recipient)) => {
                let through: Vec<&str> = hops[..hops.len() - 1].iter().map(|hop| hop.name.as_str()).collect();
                let start = if barred { "No direct channel: through" } else { "Through" };
                format!("{start} {} to {}.", through.join(", then "), recipient.label())
            }
        });
        for pair in parties.windows(2) {
            let note =
                self.between(pair[1]).into_iter().find(|(party, _)| *party == pair[0]).and_then(|(_, note)| note);
            why.extend(note.map(|note| format!("{} passes it on: {note}.", self.graph.party(pair[0]).label())));
        }
        why.push(verified(path, fresh));
        if !carried {
            why.push(format!("It may carry {carries} at most; the warning is {}.", self.marking));
        }
        if path.minutes.is_none() || hops.len() > 1 {
            why.push("The time is an estimate: the register does not say how long each step takes.".to_owned());
        }
        let to = recipient.map_or_else(|| hops[0].party.clone(), |recipient| recipient.id.clone());
        Ranked { route: Route { to, hops, minutes, carries, why }, carried, fresh, preference: path.rank }
    }
}

fn names(route: &Route) -> Vec<(&str, Option<ChannelKind>)> {
    route.hops.iter().map(|hop| (hop.party.as_str(), hop.channel)).collect()
}

pub(crate) fn is_fresh(path: &ContactPath, at: Timestamp) -> bool {
    path.verified_at.is_some_and(|verified| verified.checked_add(FRESH).unwrap_or(Timestamp::MAX) >= at)
}

fn verified(path: &ContactPath, fresh: bool) -> String {
    match (path.verified_at, fresh) {
        (None, _) => "Nobody has verified the first step.".to_owned(),
        (Some(at), true) => format!("First step verified {}.", at.strftime("%Y-%m-%d")),
        (Some(at), false) => format!("First step last verified {}, more than 180 days ago.", at.strftime("%Y-%m-%d")),
    }
}

fn by_path(party: &Party, path: &ContactPath) -> Hop {
    Hop {
        party: party.id.clone(),
        name: party.label().to_owned(),
        channel: Some(path.channel),
        address: Some(path.address.clone()),
        language: path.language.clone(),
        hours: path.hours.clone(),
        minutes: path.minutes.unwrap_or(usual(path.channel)),
        carries: Some(path.carries),
    }
}

/// A step that the party before makes by its own means.
fn passed_on(party: &Party) -> Hop {
    Hop {
        party: party.id.clone(),
        name: party.label().to_owned(),
        channel: None,
        address: None,
        language: None,
        hours: None,
        minutes: ONWARD_MINUTES,
        carries: None,
    }
}

/// Minutes until the words are expected to be read, where the register says nothing.
const fn usual(channel: ChannelKind) -> u32 {
    match channel {
        ChannelKind::Webhook => 5,
        ChannelKind::Telephone => 10,
        ChannelKind::Email => 60,
        ChannelKind::InPerson => 240,
        ChannelKind::Letter => 1_440,
    }
}
