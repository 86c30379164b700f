//! Deliveries, acknowledgements, effects and leases. In each state every step is tried on the code and on a model
//! written from the promises ([`spec`]), and both must agree.
//!
//! The *code* is `decide` and `apply` as they are shipped. The *shell* around them holds effects under leases that run
//! out while their worker may still be at it, as the store does: a write with a lease that is no longer held is
//! refused before the core sees it. A worker may crash at any moment, and carriers answer as they like.
//!
//! Time stands still; the acknowledgement's deadline passes once. Two states are one when nothing but the ids and
//! times of what is past differ, or when workers have changed places.

mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::delivery::DeliveryState;
use domain::threat::{
    Act, AttemptResult, Capacity, ClockOf, Delivery, Effect, PlannedDelivery, Threat, ThreatCommand, apply, decide,
};
use domain::{Actor, AttemptId, DeliveryId, Id, Role};
use jiff::Timestamp;
use stateright::{Model, Property};

use crate::common::{Says, World, approve, holder};
use spec::{ANSWERS, Answer, Spec, Stage, Way};

/// Workers at the most; a world may employ fewer.
const WORKERS: usize = 2;

/// Everything that can happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
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

/// The code's state, the model's, and the shell's.
#[derive(Debug, Clone)]
pub struct State {
    threat: Arc<Threat>,
    spec: Spec,
    effects: BTreeMap<(usize, usize), Held>,
    workers: [Worker; WORKERS],
    /// The first thing that went wrong on the way here.
    fault: Option<String>,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, to: &mut H) {
        self.key().hash(to);
    }
}

impl State {
    /// What tells it from others, whichever worker is called the first.
    fn key(&self) -> u64 {
        self.key_with([0, 1]).min(self.key_with([1, 0]))
    }

    fn key_with(&self, names: [usize; WORKERS]) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.spec, self.fault.is_some(), names.map(|name| self.workers[name])).hash(&mut hasher);
        for delivery in &self.threat.deliveries {
            (delivery.state, delivery.running().map(|attempt| attempt.id.bits())).hash(&mut hasher);
        }
        for (effect, held) in &self.effects {
            let held = if let Held::By(worker) = held { Held::By(names[*worker]) } else { *held };
            (effect, held).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Notes what does not hold.
    fn must(&mut self, holds: bool, what: impl FnOnce(&Self) -> String) {
        if !holds && self.fault.is_none() {
            self.fault = Some(what(self));
        }
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
        spec: Option<BTreeSet<(usize, usize)>>,
    ) -> bool {
        let decision = decide(&self.threat, command, by, at);
        self.must(decision.is_ok() == spec.is_some(), |_| format!("the code says {decision:?}, the model {spec:?}"));
        let (Ok(decision), Some(spec)) = (decision, spec) else { return false };
        for event in &decision.events {
            self.threat = Arc::new(apply(Some((*self.threat).clone()), at, event).unwrap());
        }
        let effects: BTreeSet<_> = decision.effects.iter().filter_map(|effect| self.place(effect)).collect();
        self.must(effects == spec, |_| format!("the code asks for {effects:?}, the model for {spec:?}"));
        for effect in effects {
            let held = *self.effects.entry(effect).or_insert(Held::Free);
            self.must(held != Held::Done, |_| {
                format!("{effect:?} is done already, is asked for again, and so is lost")
            });
        }
        true
    }

    /// Of a delivery's attempt; waking somebody is no part of this model.
    fn place(&self, effect: &Effect) -> Option<(usize, usize)> {
        let Act::Deliver(id) = &effect.act else { return None };
        let place = self.threat.deliveries.iter().position(|delivery| delivery.id == *id).unwrap();
        Some((place, effect.key.rsplit('/').next().unwrap().parse().unwrap()))
    }

    fn holds(&self, worker: usize, effect: (usize, usize)) -> bool {
        self.effects[&effect] == Held::By(worker)
    }
}

/// One small world: so many workers, and ways with their order and number of tries each.
pub struct Deliveries {
    first: State,
    at: Timestamp,
    workers: usize,
}

impl Model for Deliveries {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![self.first.clone()]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.fault.is_some() {
            return;
        }
        steps.push(Step::PassDeadline);
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
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = self.after(state, step)?;
        hold(&mut next, state);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("R17: code and model agree, and no effect is lost", |_, state: &State| {
                state.fault.is_none()
            }),
            Property::always("P6: somebody is asked until those it is for have answered", |_, state| asks(state)),
            Property::sometimes("those it is for acknowledge", |_, state: &State| state.spec.heard()),
            Property::sometimes("an attempt is left running by who lost its lease", |_, state| abandoned(state)),
            Property::sometimes("a worker is still at it when its lease is gone", |_, state| stale(state)),
            Property::sometimes("every way is given up, and nobody has answered", |_, state| exhausted(state)),
        ]
    }
}

impl Deliveries {
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
                let model = state.spec.step_on(place, Way::stop);
                state.both(command, &deliverer, self.at, model)
            }
            Step::Report(place, reported) => {
                let (delivery, evidence) = (id(&state, place), "said so".to_owned());
                let command = ThreatCommand::RecordReceipt { delivery, state: reported, evidence };
                let model = state.spec.step(place, |way| way.report(reported));
                let failed = reported == DeliveryState::Failed;
                let model = model.map(|effects| if failed { state.spec.next(true) } else { effects });
                state.both(command, &deliverer, self.at, model)
            }
            Step::Hear(place, capacity) => {
                let (delivery, ack) = (id(&state, place), Id::from_bits(1));
                let (person, words) = ("Dr. Amiri".into(), "received".into());
                let command = ThreatCommand::Acknowledge { delivery, ack, person, capacity, words };
                let model = state.spec.step(place, |way| way.hear(capacity));
                state.both(command, &deliverer, self.at, model)
            }
            Step::PassDeadline => {
                let of = ClockOf::Acknowledge(state.threat.warnings[0].id);
                let may = !state.spec.passed && !state.spec.heard();
                let model = may.then(|| state.spec.next(false));
                state.spec.passed |= may;
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
        let model = state.spec.step(place, Way::start);
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
            let refused = decide(&state.threat, late, &Actor::Desk, self.at).is_err();
            state.must(refused, |_| "a result was recorded twice".to_owned());
        }
        true
    }

    fn finish(&self, state: &mut State, effect: (usize, usize), attempt: AttemptId, answer: Answer) -> bool {
        let place = effect.0;
        let command = finish_command(state.threat.deliveries[place].id, attempt, answer);
        let ended = state.spec.ways[place].over();
        let model = state.spec.step_on(place, |way| way.finish(answer));
        // What ended a way opened the next already; a result that comes after the end opens nothing more.
        let model = model.map(|effects| if ended { BTreeSet::new() } else { effects });
        state.effects.insert(effect, Held::Done);
        let recorded = state.both(command, &Actor::Desk, self.at, model);
        state.must(recorded, |_| "the result of a running attempt is refused".to_owned());
        true
    }
}

fn finish_command(delivery: DeliveryId, attempt: AttemptId, answer: Answer) -> ThreatCommand {
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

/// What must hold after every step, besides that its answers agree.
fn hold(state: &mut State, before: &State) {
    let seen = state.seen();
    state.must(seen == state.spec.ways, |state| format!("the code's ways are {seen:?}, not {:?}", state.spec.ways));
    let threat = state.threat.clone();
    for (place, (delivery, was)) in threat.deliveries.iter().zip(&before.threat.deliveries).enumerate() {
        let open = |state: &State, number| state.effects.get(&(place, number)).is_some_and(|held| *held != Held::Done);
        let running = delivery.attempts.iter().filter(|attempt| attempt.result.is_none()).count();
        state.must(running <= 1, |_| "two attempts run at once".to_owned());
        let promised = delivery.next_at.is_none() || open(state, delivery.attempts.len());
        state.must(promised, |_| format!("a promised try has no effect: {delivery:?}"));
        let finished = running == 0 || open(state, delivery.attempts.len() - 1);
        state.must(finished, |_| format!("nobody will finish {delivery:?}"));
        let undone = was.state == DeliveryState::Acknowledged && delivery.state != DeliveryState::Acknowledged;
        state.must(!undone, |_| "an acknowledgement was undone".to_owned());
    }
}

/// The clock runs exactly as long as nobody the warning is for has answered.
fn asks(state: &State) -> bool {
    let warning = state.threat.warnings[0].id;
    let asks = state.threat.clocks().iter().any(|clock| clock.of == ClockOf::Acknowledge(warning));
    asks != state.spec.heard()
}

fn abandoned(state: &State) -> bool {
    let at_it =
        |attempt: u128| state.workers.iter().any(|doing| matches!(doing, Worker::Sending(_, id) if *id == attempt));
    let running = state.threat.deliveries.iter().filter_map(Delivery::running);
    running.into_iter().any(|attempt| !at_it(attempt.id.bits()))
}

fn stale(state: &State) -> bool {
    let gone = |(worker, doing): (usize, &Worker)| match doing {
        Worker::Claimed(effect) | Worker::Sending(effect, _) => !state.holds(worker, *effect),
        Worker::Idle => false,
    };
    state.workers.iter().enumerate().any(gone)
}

fn exhausted(state: &State) -> bool {
    !state.spec.heard() && state.threat.deliveries.iter().all(Delivery::given_up)
}

impl Deliveries {
    /// An approved warning with these ways.
    pub fn new(workers: usize, ways: &[(u32, usize)]) -> Self {
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
        let spec = Spec { ways: Vec::new(), passed: false };
        let idle = [Worker::Idle; WORKERS];
        let mut state =
            State { threat: Arc::new(world.threat), spec, effects: BTreeMap::new(), workers: idle, fault: None };
        state.spec.ways = state.seen();
        state.effects = effects.iter().filter_map(|effect| Some((state.place(effect)?, Held::Free))).collect();
        let expected: BTreeSet<_> = state.spec.next(true);
        assert_eq!(state.effects.keys().copied().collect::<BTreeSet<_>>(), expected, "approval begins the first ways");
        Self { first: state, at: world.at, workers }
    }
}
