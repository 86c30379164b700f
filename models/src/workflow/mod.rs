//! The workflow around a determination, as `decide_under` and `apply` are shipped: one threat, one intended victim,
//! three people who each hold every role (the worst insiders there are), and a desk that passes deadlines on, late if
//! it likes.
//!
//! - [`Bounds`] is one small world: how much of each thing may happen in it;
//! - [`State`] is the threat itself, the time, and [`Books`] that are kept from the events alone, so that a fault in
//!   the fold cannot hide itself;
//! - [`steps`] are what people, carriers, originators and time do; [`promises`] is what must hold; [`key`] says which
//!   states are one, and why.
//!
//! Absent: several packs at once, delays, ownership and stakes (`crates/domain/tests/silence.rs` throws those in at
//! random), and everything that may go wrong with a delivery, which is the other world here.

mod key;
mod promises;
mod steps;
pub mod walk;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use domain::VictimId;
use domain::threat::{Terms, Threat, apply, decide_under};
use jiff::{SignedDuration, Timestamp};
use stateright::{Model, Property};

use crate::common::{World, details};
pub use promises::Books;
use steps::{PEOPLE, Step};

/// How much may happen in one world.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bounds {
    /// Times the clock moves on to the next deadline.
    pub turns: u8,
    /// The clock may move on by half of the way as well: silence is affirmed anew before it lapses, and not at once.
    pub halves: bool,
    /// Drafts that are written.
    pub drafts: usize,
    /// Disputes that are raised.
    pub disputes: usize,
    /// Reports that join after the first.
    pub reports: usize,
    /// The urgent shortcut may be taken.
    pub urgent: bool,
    /// The first report's originator wants to be asked.
    pub originator: bool,
}

/// One small world, and what was seen to happen in it.
pub struct Workflow {
    bounds: Bounds,
    terms: Terms,
    first: State,
    /// Whether what is in no key is dropped from the states too, so that walking them all takes less time.
    forgets: bool,
    /// Kinds of events over all steps, each step counted once for each state it is made in.
    happened: Arc<Mutex<BTreeMap<&'static str, usize>>>,
}

/// A threat at a time, with the books.
#[derive(Clone)]
pub struct State {
    threat: Arc<Threat>,
    at: Timestamp,
    turns: u8,
    books: Books,
    /// What tells it from others, hashed.
    key: u64,
    /// Who has a part in it. The others have none, so one of them stands for all.
    met: [bool; PEOPLE.len()],
}

impl std::fmt::Debug for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clocks: Vec<_> = self.threat.clocks().into_iter().map(|clock| (clock.of, clock.due_at)).collect();
        write!(out, "at {}, turn {}: {:?}; clocks {clocks:?}", self.at, self.turns, self.books)
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, to: &mut H) {
        self.key.hash(to);
    }
}

impl Workflow {
    pub fn new(bounds: Bounds) -> Self {
        let mut world = World::new();
        if bounds.originator {
            world.state(details(Some(steps::ORIGINATOR), &[]));
        }
        world.victim();
        let threat = Arc::new(world.threat);
        let mut first = State { threat, at: world.at, turns: 0, books: Books::default(), key: 0, met: [false; 3] };
        (first.key, first.met) = key::of(&first, &bounds);
        let mut terms = world.terms;
        terms.urgent.allowed = bounds.urgent;
        Self { bounds, terms, first, forgets: true, happened: Arc::default() }
    }

    /// The same world, with states that keep everything that ever happened to them.
    pub fn remembering(bounds: Bounds) -> Self {
        Self { forgets: false, ..Self::new(bounds) }
    }

    /// The counts of what happens, to be read when the world was walked.
    pub fn happened(&self) -> Arc<Mutex<BTreeMap<&'static str, usize>>> {
        self.happened.clone()
    }

    /// Time moves on to the next deadline, or half the way to it; none when that has come already.
    fn turn(&self, state: &State, half: bool) -> Option<State> {
        let due_at = state.threat.next_clock()?.due_at;
        let ahead = due_at.duration_since(state.at);
        let ahead = if half { ahead / 2 + SignedDuration::from_secs(1) } else { ahead };
        let at = state.at.checked_add(ahead).ok().filter(|at| *at > state.at && *at <= due_at)?;
        Some(State { at, turns: state.turns + 1, ..state.clone() })
    }

    /// Gives the commands of a step, one after the other; none when one of them is refused.
    fn give(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        for (command, by) in steps::commands(state, step)? {
            let decision = decide_under(&next.threat, command, &self.terms, &by, next.at).ok()?;
            let mut happened = self.happened.lock().ok()?;
            for event in &decision.events {
                *happened.entry(event.kind()).or_default() += 1;
                next.books.note(&next.threat, next.at, event);
                let mut threat = apply(Some((*next.threat).clone()), next.at, event)?;
                if self.forgets {
                    threat.victims[0].under[0].earlier.clear();
                    threat.escalations.retain(|known| !known.met);
                    threat.reviews.clear();
                }
                next.threat = Arc::new(threat);
            }
        }
        Some(next)
    }
}

impl Model for Workflow {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![self.first.clone()]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.books.broken().is_some() {
            return;
        }
        let (threat, bounds) = (&state.threat, &self.bounds);
        let stranger = state.met.iter().position(|met| !met);
        for who in (0..PEOPLE.len()).filter(|who| state.met[*who] || Some(*who) == stranger) {
            steps.extend([Step::Answer(who, 0), Step::Answer(who, 1), Step::Answer(who, 2)]);
            steps.extend([Step::Affirm(who), Step::WarnFirst(who), Step::Ask(who), Step::Approve(who)]);
            steps.extend([Step::Close(who), Step::Settle(who, true), Step::Settle(who, false)]);
            // How it ended is said once.
            if threat.outcome.is_none() {
                steps.push(Step::Outcome(who));
            }
            if threat.drafts.len() < bounds.drafts {
                steps.push(Step::Write(who));
            }
            if threat.coordination.disputes.len() < bounds.disputes {
                steps.push(Step::Dispute(who));
            }
        }
        steps.extend([Step::Check, Step::Send, Step::Hear, Step::Told, Step::Review, Step::Pass]);
        if threat.reports.len() <= bounds.reports {
            steps.push(Step::Report);
        }
        if state.turns < bounds.turns {
            steps.extend(
                [Step::Turn { half: false }].into_iter().chain(bounds.halves.then_some(Step::Turn { half: true })),
            );
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = match step {
            Step::Turn { half } => self.turn(state, half)?,
            _ => self.give(state, step)?,
        };
        (next.key, next.met) = key::of(&next, &self.bounds);
        (next.key != state.key).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises::all(&self.bounds)
    }
}

impl State {
    fn victim(&self) -> VictimId {
        self.threat.victims[0].id
    }
}
