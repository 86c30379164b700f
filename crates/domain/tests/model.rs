//! R17: every reachable state of deliveries, acknowledgements, effects and leases within a bound, breadth first. In
//! each state every step is tried on the code and on a model written from the promises, and both must agree.
//!
//! The *model* knows ways, tries, ranks and words heard; the *code* is `decide` and `apply` as they are shipped. The
//! *shell* around them holds effects under leases that run out while their worker may still be at it, as the store
//! does: a write with a lease that is no longer held is refused before the core sees it.
//!
//! Bounds: two ways with their plans as named in the test, two workers, one passing of the acknowledgement's deadline,
//! time standing still.
#![allow(clippy::unwrap_used, reason = "a step that cannot be made is a failed test")]

mod common;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::rc::Rc;

use common::{Says, World, approve, holder};
use domain::delivery::{DeliveryState, DeliveryStep};
use domain::threat::{
    AttemptResult, Capacity, ClockOf, Delivery, Effect, PlannedDelivery, Threat, ThreatCommand, apply, decide,
};
use domain::{Actor, AttemptId, Id, Role};
use jiff::Timestamp;

/// Workers at the most; a test may employ fewer.
const WORKERS: usize = 2;

/// How a carrier may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Takes,
    MakesPaper,
    Later,
    Never,
    Nothing,
}

const ANSWERS: [Answer; 5] = [Answer::Takes, Answer::MakesPaper, Answer::Later, Answer::Never, Answer::Nothing];

/// Everything that can happen next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A worker claims an outstanding effect.
    Claim(usize, (usize, usize)),
    /// The lease runs out; its worker may not know.
    Expire((usize, usize)),
    /// The worker begins: it starts an attempt, or finds one that somebody else left running.
    Begin(usize),
    /// The worker has its carrier's answer.
    End(usize, Answer),
    /// The worker's process is gone.
    Crash(usize),
    Stop(usize),
    Report(usize, DeliveryState),
    Hear(usize, Capacity),
    PassDeadline,
}

// ---------------------------------------------------------------- the model

/// Where a way stands, in the model's own terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    /// Nothing has left: waits for its turn or for its next try.
    Idle,
    /// A try is under way and nothing else is known.
    Trying,
    /// A try ended without an answer.
    Lost,
    /// A paper waits to be carried.
    Paper,
    /// Left the desk: 1 handed over, 2 delivered, 3 opened.
    Out(u8),
    Heard,
    Failed,
    Withdrawn,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    stage: Stage,
    order: u32,
    tries: usize,
    most: usize,
    running: bool,
    /// Another try is promised.
    again: bool,
    heard_by: BTreeSet<Capacity>,
}

impl Way {
    fn over(&self) -> bool {
        matches!(self.stage, Stage::Heard | Stage::Failed | Stage::Withdrawn)
    }

    fn given_up(&self) -> bool {
        self.over() || (self.stage == Stage::Lost && !self.again)
    }

    fn start(&mut self) -> bool {
        let can = matches!(self.stage, Stage::Idle | Stage::Lost) && !self.running && self.tries < self.most;
        if can {
            (self.stage, self.tries, self.running, self.again) = (Stage::Trying, self.tries + 1, true, false);
        }
        can
    }

    /// A definite no ends the way unless it is known to have arrived; everything else counts only if nothing better
    /// was heard while the try was under way.
    fn finish(&mut self, answer: Answer) -> bool {
        if !self.running {
            return false;
        }
        self.running = false;
        let more = self.tries < self.most;
        let no = answer == Answer::Never || (answer == Answer::Later && !more);
        match self.stage {
            Stage::Trying => {
                self.stage = match answer {
                    Answer::Takes => Stage::Out(1),
                    Answer::MakesPaper => Stage::Paper,
                    Answer::Later if more => Stage::Idle,
                    Answer::Later | Answer::Never => Stage::Failed,
                    Answer::Nothing => Stage::Lost,
                };
                self.again = more && matches!(self.stage, Stage::Idle | Stage::Lost);
            }
            Stage::Out(1) if no => self.stage = Stage::Failed,
            Stage::Idle
            | Stage::Lost
            | Stage::Paper
            | Stage::Out(_)
            | Stage::Heard
            | Stage::Failed
            | Stage::Withdrawn => {}
        }
        true
    }

    fn report(&mut self, state: DeliveryState) -> bool {
        let rank = if let Stage::Out(rank) = self.stage { rank } else { 0 };
        let sent = rank > 0 || matches!(self.stage, Stage::Trying | Stage::Lost);
        let to = match state {
            DeliveryState::HandedOver if rank < 1 => Stage::Out(1),
            DeliveryState::Delivered if rank < 2 => Stage::Out(2),
            DeliveryState::Opened if rank < 3 && sent => Stage::Out(3),
            DeliveryState::Failed if rank < 2 && (sent || self.stage == Stage::Paper) => Stage::Failed,
            _ => return false,
        };
        if self.over() {
            return false;
        }
        (self.stage, self.again) = (to, false);
        true
    }

    fn stop(&mut self) -> bool {
        let can = !self.over() && self.stage != Stage::Trying;
        if can {
            (self.stage, self.again) = (Stage::Withdrawn, false);
        }
        can
    }

    fn hear(&mut self, capacity: Capacity) -> bool {
        let new = self.heard_by.insert(capacity);
        if new {
            (self.stage, self.again) = (Stage::Heard, false);
        }
        new
    }
}

/// The ways of one warning, and whether the deadline for its acknowledgement has passed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Model {
    ways: Vec<Way>,
    passed: bool,
}

impl Model {
    fn heard(&self) -> bool {
        self.ways.iter().any(|way| way.heard_by.iter().any(|capacity| *capacity != Capacity::Intermediary))
    }

    /// The ways to begin now: the first untried ones, once all before them are given up (or nobody waits any longer).
    fn next(&self, waits: bool) -> BTreeSet<(usize, usize)> {
        let untried = |way: &&Way| way.stage == Stage::Idle && way.tries == 0;
        let Some(order) = self.ways.iter().filter(untried).map(|way| way.order).min() else { return BTreeSet::new() };
        let before = self.ways.iter().filter(|way| way.order < order);
        if self.heard() || (waits && before.clone().any(|way| !way.given_up())) {
            return BTreeSet::new();
        }
        let first = |(_, way): &(usize, &Way)| untried(way) && way.order == order;
        self.ways.iter().enumerate().filter(first).map(|(place, _)| (place, 0)).collect()
    }

    /// The effects of a step on this way, or none when it is refused.
    fn step(&mut self, place: usize, step: impl FnOnce(&mut Way) -> bool) -> Option<BTreeSet<(usize, usize)>> {
        if !step(&mut self.ways[place]) {
            return None;
        }
        let way = &self.ways[place];
        Some(if way.again { BTreeSet::from([(place, way.tries)]) } else { BTreeSet::new() })
    }

    /// As [`Model::step`], for steps that may end a way and so open the next.
    fn step_on(&mut self, place: usize, step: impl FnOnce(&mut Way) -> bool) -> Option<BTreeSet<(usize, usize)>> {
        let effects = self.step(place, step)?;
        let way = &self.ways[place];
        let ended = way.given_up() && way.stage != Stage::Heard;
        Some(if ended && effects.is_empty() { self.next(true) } else { effects })
    }
}

// ---------------------------------------------------------------- the code and its shell

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Held {
    Free,
    By(usize),
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Worker {
    Idle,
    Claimed((usize, usize)),
    Sending((usize, usize), u128),
}

#[derive(Debug, Clone)]
struct State {
    threat: Rc<Threat>,
    model: Model,
    effects: BTreeMap<(usize, usize), Held>,
    workers: [Worker; WORKERS],
}

/// What tells two states apart: everything but the ids and times of what is past.
type Key = (Model, Vec<(DeliveryState, Option<u128>)>, Vec<((usize, usize), Held)>, [Worker; WORKERS]);

impl State {
    fn key(&self) -> Key {
        let running = |delivery: &Delivery| (delivery.state, delivery.running().map(|attempt| attempt.id.bits()));
        let code = self.threat.deliveries.iter().map(running).collect();
        (self.model.clone(), code, self.effects.iter().map(|(key, held)| (*key, *held)).collect(), self.workers)
    }

    /// The code's state in the model's terms.
    fn seen(&self) -> Vec<Way> {
        let stage = |state| match state {
            DeliveryState::Waiting => Stage::Idle,
            DeliveryState::Attempting => Stage::Trying,
            DeliveryState::Unknown => Stage::Lost,
            DeliveryState::Prepared => Stage::Paper,
            DeliveryState::HandedOver => Stage::Out(1),
            DeliveryState::Delivered => Stage::Out(2),
            DeliveryState::Opened => Stage::Out(3),
            DeliveryState::Acknowledged => Stage::Heard,
            DeliveryState::Failed => Stage::Failed,
            DeliveryState::Stopped => Stage::Withdrawn,
        };
        let way = |delivery: &Delivery| Way {
            stage: stage(delivery.state),
            order: delivery.planned.order,
            tries: delivery.attempts.len(),
            most: delivery.planned.retry_after_seconds.len() + 1,
            running: delivery.running().is_some(),
            again: delivery.next_at.is_some(),
            heard_by: delivery.acknowledgements.iter().map(|known| known.capacity).collect(),
        };
        self.threat.deliveries.iter().map(way).collect()
    }

    /// Gives a command to the code; what it answers must be what the model answered.
    fn both(
        &mut self,
        command: ThreatCommand,
        by: &Actor,
        at: Timestamp,
        model: Option<BTreeSet<(usize, usize)>>,
    ) -> bool {
        let shown = format!("{command:?} in {:?}", self.model);
        let decision = decide(&self.threat, command, by, at);
        assert_eq!(decision.is_ok(), model.is_some(), "{shown}: the code says {decision:?}");
        let (Ok(decision), Some(model)) = (decision, model) else { return false };
        for event in &decision.events {
            self.threat = Rc::new(apply(Some((*self.threat).clone()), at, event).unwrap());
        }
        let effects: BTreeSet<_> = decision.effects.iter().filter_map(|effect| self.place(effect)).collect();
        assert_eq!(effects, model, "{shown}: other effects");
        for effect in effects {
            let held = self.effects.entry(effect).or_insert(Held::Free);
            assert_ne!(*held, Held::Done, "{shown}: an effect that is done already is asked for again, and so is lost");
        }
        true
    }

    /// Of a delivery's attempt; waking somebody is no part of this model.
    fn place(&self, effect: &Effect) -> Option<(usize, usize)> {
        let domain::threat::Act::Deliver(id) = &effect.act else { return None };
        let place = self.threat.deliveries.iter().position(|delivery| delivery.id == *id).unwrap();
        Some((place, effect.key.rsplit('/').next().unwrap().parse().unwrap()))
    }

    fn holds(&self, worker: usize, effect: (usize, usize)) -> bool {
        self.effects[&effect] == Held::By(worker)
    }
}

struct Bench {
    at: Timestamp,
    workers: usize,
}

impl Bench {
    /// Everything that may happen in this state.
    fn steps(&self, state: &State) -> Vec<Step> {
        let mut steps = vec![Step::PassDeadline];
        for (effect, held) in &state.effects {
            match held {
                Held::Free => {
                    let idle = (0..self.workers).filter(|worker| state.workers[*worker] == Worker::Idle);
                    steps.extend(idle.map(|worker| Step::Claim(worker, *effect)));
                }
                Held::By(_) => steps.push(Step::Expire(*effect)),
                Held::Done => {}
            }
        }
        for (worker, doing) in state.workers.iter().enumerate() {
            match doing {
                Worker::Idle => continue,
                Worker::Claimed(_) => steps.push(Step::Begin(worker)),
                Worker::Sending(..) => steps.extend(ANSWERS.map(|answer| Step::End(worker, answer))),
            }
            steps.push(Step::Crash(worker));
        }
        for place in 0..state.threat.deliveries.len() {
            steps.push(Step::Stop(place));
            steps.extend(DeliveryState::ALL.map(|reported| Step::Report(place, reported)));
            steps.extend([Capacity::Protector, Capacity::Intermediary].map(|who| Step::Hear(place, who)));
        }
        steps
    }

    /// The state after a step; none when it was refused or changes nothing.
    fn after(&self, state: &State, step: Step) -> Option<State> {
        let mut state = state.clone();
        let deliverer = holder(Role::Deliverer);
        let id = |state: &State, place: usize| state.threat.deliveries[place].id;
        let moved = match step {
            Step::Claim(worker, effect) => {
                state.effects.insert(effect, Held::By(worker));
                state.workers[worker] = Worker::Claimed(effect);
                true
            }
            Step::Expire(effect) => state.effects.insert(effect, Held::Free).is_some(),
            Step::Crash(worker) => {
                state.workers[worker] = Worker::Idle;
                true
            }
            Step::Begin(worker) => self.begin(&mut state, worker),
            Step::End(worker, answer) => self.end(&mut state, worker, answer),
            Step::Stop(place) => {
                let command = ThreatCommand::StopDelivery { delivery: id(&state, place), reason: "withdrawn".into() };
                let model = state.model.step_on(place, Way::stop);
                state.both(command, &deliverer, self.at, model)
            }
            Step::Report(place, reported) => {
                let (delivery, evidence) = (id(&state, place), "said so".to_owned());
                let command = ThreatCommand::RecordReceipt { delivery, state: reported, evidence };
                let model = state.model.step(place, |way| way.report(reported));
                let failed = reported == DeliveryState::Failed;
                let model = model.map(|effects| if failed { state.model.next(true) } else { effects });
                state.both(command, &deliverer, self.at, model)
            }
            Step::Hear(place, capacity) => {
                let (delivery, ack) = (id(&state, place), Id::from_bits(1));
                let (person, words) = ("Dr. Amiri".into(), "received".into());
                let command = ThreatCommand::Acknowledge { delivery, ack, person, capacity, words };
                let model = state.model.step(place, |way| way.hear(capacity));
                state.both(command, &deliverer, self.at, model)
            }
            Step::PassDeadline => {
                let of = ClockOf::Acknowledge(state.threat.warnings[0].id);
                let may = !state.model.passed && !state.model.heard();
                let model = may.then(|| state.model.next(false));
                state.model.passed |= may;
                state.both(ThreatCommand::PassDeadline { of }, &Actor::Desk, self.at, model)
            }
        };
        moved.then_some(state)
    }

    /// As the server's worker: an attempt that somebody left running is recorded as unknown, otherwise one is started;
    /// a start that is refused makes the effect pointless. The store lets only the holder of the lease write.
    fn begin(&self, state: &mut State, worker: usize) -> bool {
        let Worker::Claimed(effect) = state.workers[worker] else { return false };
        state.workers[worker] = Worker::Idle;
        if !state.holds(worker, effect) {
            return true;
        }
        let (place, delivery) = (effect.0, state.threat.deliveries[effect.0].id);
        if let Some(left) = state.threat.deliveries[place].running().map(|attempt| attempt.id) {
            return self.finish(state, effect, left, Answer::Nothing);
        }
        let tries = state.threat.deliveries[place].attempts.len();
        let attempt: AttemptId = Id::from_bits(1000 * (place as u128 + 1) + tries as u128);
        let model = state.model.step(place, Way::start);
        if state.both(ThreatCommand::StartAttempt { delivery, attempt }, &Actor::Desk, self.at, model) {
            state.workers[worker] = Worker::Sending(effect, attempt.bits());
        } else {
            state.effects.insert(effect, Held::Done);
        }
        true
    }

    fn end(&self, state: &mut State, worker: usize, answer: Answer) -> bool {
        let Worker::Sending(effect, attempt) = state.workers[worker] else { return false };
        state.workers[worker] = Worker::Idle;
        if state.holds(worker, effect) {
            return self.finish(state, effect, Id::from_bits(attempt), answer);
        }
        // The lease is gone. If somebody has recorded the attempt since, the core refuses this result by itself.
        let running = state.threat.deliveries[effect.0].running().map(|known| known.id.bits());
        if running != Some(attempt) {
            let late = finish_command(state.threat.deliveries[effect.0].id, Id::from_bits(attempt), answer);
            assert!(decide(&state.threat, late, &Actor::Desk, self.at).is_err(), "a result was recorded twice");
        }
        true
    }

    fn finish(&self, state: &mut State, effect: (usize, usize), attempt: AttemptId, answer: Answer) -> bool {
        let place = effect.0;
        let command = finish_command(state.threat.deliveries[place].id, attempt, answer);
        let ended = state.model.ways[place].over();
        let model = state.model.step_on(place, |way| way.finish(answer));
        // What ended a way opened the next already; a result that comes after the end opens nothing more.
        let model = model.map(|effects| if ended { BTreeSet::new() } else { effects });
        state.effects.insert(effect, Held::Done);
        assert!(state.both(command, &Actor::Desk, self.at, model), "the result of a running attempt is refused");
        true
    }
}

fn finish_command(delivery: domain::DeliveryId, attempt: AttemptId, answer: Answer) -> ThreatCommand {
    let evidence = "the carrier's words".to_owned();
    let result = match answer {
        Answer::Takes => AttemptResult::HandedOver { evidence },
        Answer::MakesPaper => AttemptResult::Prepared { evidence },
        Answer::Later => AttemptResult::TryLater { evidence },
        Answer::Never => AttemptResult::Refused { evidence },
        Answer::Nothing => AttemptResult::Unknown { evidence },
    };
    ThreatCommand::FinishAttempt { delivery, attempt, result }
}

/// What must hold in every state, besides agreement with the model.
fn hold(state: &State, before: Option<&State>) {
    assert_eq!(state.seen(), state.model.ways, "code and model differ");
    for (place, delivery) in state.threat.deliveries.iter().enumerate() {
        assert!(delivery.attempts.iter().filter(|attempt| attempt.result.is_none()).count() <= 1);
        if delivery.next_at.is_some() {
            let promised = state.effects.get(&(place, delivery.attempts.len()));
            assert!(promised.is_some_and(|held| *held != Held::Done), "a promised try has no effect: {delivery:?}");
        }
        if delivery.running().is_some() {
            let own = state.effects.get(&(place, delivery.attempts.len() - 1));
            assert!(own.is_some_and(|held| *held != Held::Done), "nobody will finish {delivery:?}");
        }
        let was = before.map(|before| before.threat.deliveries[place].state);
        let undone = was == Some(DeliveryState::Acknowledged) && delivery.state != DeliveryState::Acknowledged;
        assert!(!undone, "an acknowledgement was undone");
    }
    let warning = state.threat.warnings[0].id;
    let asks = state.threat.clocks().iter().any(|clock| clock.of == ClockOf::Acknowledge(warning));
    assert_eq!(asks, !state.model.heard(), "somebody is asked until those it is for have answered");
}

/// An approved warning with these ways: order and number of tries each.
fn first_state(ways: &[(u32, usize)]) -> (State, Timestamp) {
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    let (draft, mut written) = world.write(victim, &[], &vec![&[][..]; ways.len()]);
    if let ThreatCommand::WriteDraft { release, .. } = &mut written {
        for (planned, (order, tries)) in release.plan.iter_mut().zip(ways) {
            let retry_after_seconds = vec![0; tries - 1];
            let changed = PlannedDelivery {
                order: *order,
                retry_after_seconds,
                acknowledge_within_minutes: 0,
                ..planned.clone()
            };
            *planned = changed;
        }
    }
    world.must(written, &holder(Role::Assessor));
    let effects = world.must(approve(draft), &holder(Role::Approver));
    let model = Model { ways: Vec::new(), passed: false };
    let workers = [Worker::Idle; WORKERS];
    let mut state = State { threat: Rc::new(world.threat), model, effects: BTreeMap::new(), workers };
    state.model.ways = state.seen();
    state.effects = effects.iter().filter_map(|effect| Some((state.place(effect)?, Held::Free))).collect();
    let expected: BTreeSet<_> = state.model.next(true);
    assert_eq!(state.effects.keys().copied().collect::<BTreeSet<_>>(), expected, "approval begins the first ways");
    (state, world.at)
}

/// The one check of this file: everything reachable from these ways agrees; answers how many states there are.
fn explore(workers: usize, ways: &[(u32, usize)]) -> usize {
    let (first, at) = first_state(ways);
    let bench = Bench { at, workers };
    let (mut known, mut queue) = (HashSet::from([first.key()]), VecDeque::from([first]));
    let mut transitions = 0;
    while let Some(state) = queue.pop_front() {
        for step in bench.steps(&state) {
            let Some(next) = bench.after(&state, step) else { continue };
            transitions += 1;
            if known.insert(next.key()) {
                hold(&next, Some(&state));
                queue.push_back(next);
            }
        }
    }
    let states = known.len();
    println!(
        "R17: {workers} worker(s), ways {ways:?} (order, tries): {states} states, {transitions} transitions agree"
    );
    states
}

#[test]
fn one_way_with_retries_and_two_workers() {
    assert!(explore(2, &[(0, 3)]) > 1000);
}

#[test]
fn a_way_with_a_retry_and_its_fallback() {
    assert!(explore(1, &[(0, 2), (1, 1)]) > 1000);
}

#[test]
fn two_ways_at_once() {
    assert!(explore(1, &[(0, 1), (0, 1)]) > 1000);
}

/// Larger bounds, for a release rather than a merge: two workers, and three ways.
#[test]
#[ignore = "minutes; run with --ignored"]
fn larger_bounds() {
    explore(2, &[(0, 1), (1, 1)]);
    explore(2, &[(0, 2), (1, 1)]);
    explore(1, &[(0, 1), (0, 1), (1, 1)]);
}

/// The table of `DeliveryState::after` against the model, pair by pair: each state in which the core could meet each
/// step, with no other state around it.
#[test]
fn receipts_never_go_backwards() {
    for state in DeliveryState::ALL {
        for step in [DeliveryStep::HandOver, DeliveryStep::Deliver, DeliveryStep::Open] {
            let Ok(next) = state.after(step) else { continue };
            let rank = |state| {
                let climb = [DeliveryState::HandedOver, DeliveryState::Delivered, DeliveryState::Opened];
                climb.iter().position(|known| *known == state)
            };
            assert!(rank(next) > rank(state), "{state} then {step:?} is {next}");
        }
    }
}
