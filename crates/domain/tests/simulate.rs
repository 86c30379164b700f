//! R1 without a disk or a network: a desk with its worker, its people and its carriers, on a simulated clock.
//!
//! - the *worker* follows effects and clocks, and crashes, stalls and is away as chance has it;
//! - the *carriers* take, postpone, refuse, lose and bounce;
//! - the *people* answer what they are asked after a while, wrongly, or never;
//! - the *clock* steps back and forth.
//!
//! After thirty days every duty must be met, ended by two people, or still put to a named role again and again.
#![allow(clippy::unwrap_used, reason = "a step that cannot be made is a failed test")]

mod common;
mod ending;
mod meddling;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use common::{Says, World, all_roles, approve, check, holder, hours, identify, leak};
use domain::delivery::DeliveryState;
use domain::threat::{
    Act, AttemptResult, Capacity, Clock, ClockOf, Effect, OutcomeKind, ReviewDecision, ThreatCommand, ThreatEvent,
};
use domain::{Actor, AttemptId, DeliveryId, Determination, Role, VictimId, WarningId, Window};
use ending::ENDS;
use jiff::{SignedDuration, Timestamp};

const HORIZON_DAYS: i64 = 30;
/// No duty is ever left alone for longer than this, from any moment of the thirty days.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// Waits between attempts for each way of a plan, first way first.
const PLANS: [&[&[u32]]; 3] = [&[&[60, 600], &[60]], &[&[]], &[&[], &[300], &[]]];

/// A small generator of our own (splitmix64), so that a seed means the same everywhere and for ever.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    fn minutes(&mut self, least: u64, most: u64) -> SignedDuration {
        SignedDuration::from_mins(i64::try_from(least + self.below(most - least + 1)).unwrap())
    }
}

/// Faults injected and ends reached, over all seeds.
#[derive(Debug, Default)]
struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    fn add(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// How this desk is, drawn once per seed, in percent.
struct Temper {
    /// A person answers what they are asked; 0 means that nobody ever does.
    answers: u64,
    crash: u64,
    carrier_fault: u64,
    away: u64,
    clock_step: u64,
}

/// The effects as the store keeps them: one per key, claimed under a lease.
struct Queued {
    due_at: Timestamp,
    delivery: DeliveryId,
    lease_until: Option<Timestamp>,
    done: bool,
}

struct Desk<'a> {
    world: World,
    chance: Chance,
    temper: Temper,
    queue: BTreeMap<String, Queued>,
    /// What people will do, and when.
    doing: Vec<(Timestamp, ClockOf)>,
    asked: BTreeSet<(ClockOf, usize)>,
    away_until: Timestamp,
    /// The clocks as they run, until something happens to the threat: they depend on nothing else.
    clocks: Option<Rc<[Clock]>>,
    tally: &'a mut Tally,
}

fn reason() -> String {
    "as agreed".to_owned()
}

impl Desk<'_> {
    /// Gives a command; a refusal is an answer and changes nothing.
    fn give(&mut self, command: ThreatCommand, by: &Actor) -> bool {
        let Ok((_, effects)) = self.world.give(command, by) else {
            self.tally.add("refused commands");
            return false;
        };
        self.clocks = None;
        self.enqueue(effects);
        true
    }

    fn clocks(&mut self) -> Rc<[Clock]> {
        self.clocks.get_or_insert_with(|| self.world.threat.clocks().into()).clone()
    }

    /// The same key twice is one effect.
    fn enqueue(&mut self, effects: Vec<Effect>) {
        for Effect { key, due_at, act } in effects {
            // Whoever is woken is one of those who come of themselves here.
            let Act::Deliver(delivery) = act else { continue };
            self.queue.entry(key).or_insert(Queued { due_at, delivery, lease_until: None, done: false });
        }
    }

    /// The next moment at which something may happen.
    fn next_moment(&mut self) -> Option<Timestamp> {
        let clock = self.clocks().first().map(|clock| clock.due_at);
        let effects = self.queue.values().filter(|queued| !queued.done);
        let effects = effects.map(|queued| queued.due_at.max(queued.lease_until.unwrap_or(queued.due_at)));
        let worker = effects.chain(clock).min().map(|at| at.max(self.away_until));
        worker.into_iter().chain(self.doing.iter().map(|(at, _)| *at)).min()
    }

    fn run(&mut self, end: Timestamp) {
        for turn in 0.. {
            assert!(turn < 20_000, "this desk never comes to rest");
            self.ask_people();
            let Some(next) = self.next_moment().filter(|next| *next <= end) else { break };
            self.world.at = next.max(self.world.at);
            if self.temper.clock_step > 0 && self.chance.percent(self.temper.clock_step) {
                self.step_clock(end);
            }
            self.people();
            if self.world.at >= self.away_until {
                self.worker();
            }
            self.hold();
            if self.world.threat.closed.is_some() && self.queue.values().all(|queued| queued.done) {
                break;
            }
        }
        self.world.at = self.world.at.max(end);
    }

    /// R8: the machine's clock jumps; nothing may be lost by it, only done late. Near the end it jumps by hours only, so
    /// that there is time to see whether somebody is asked again.
    fn step_clock(&mut self, end: Timestamp) {
        let far = end.duration_since(self.world.at) > LONGEST_SILENCE * 3;
        let (what, minutes) = [
            ("clock steps: an hour back", -60),
            ("clock steps: three hours on", 180),
            ("clock steps: suspended for a night", 9 * 60),
            ("clock steps: five days on", 5 * 24 * 60),
        ][self.roll(if far { 4 } else { 3 })];
        self.world.step(minutes);
        self.tally.add(what);
    }

    /// Everybody named by a running clock hears of it once per rung, and may take a while.
    fn ask_people(&mut self) {
        for Clock { of, passed, .. } in self.clocks().iter() {
            if !self.asked.insert((*of, *passed)) {
                continue;
            }
            if self.chance.percent(self.temper.answers) {
                let after = self.chance.minutes(1, 600);
                self.doing.push((self.world.at.saturating_add(after).unwrap(), *of));
            } else {
                self.tally.add("times nobody answered");
            }
        }
    }

    fn people(&mut self) {
        let now = self.world.at;
        let (due, rest): (Vec<_>, Vec<_>) = self.doing.drain(..).partition(|(at, _)| *at <= now);
        self.doing = rest;
        for (_, of) in due {
            self.answer(of);
            self.asked.retain(|(known, _)| *known != of);
        }
    }

    fn answer(&mut self, of: ClockOf) {
        self.interfere(of);
        match of {
            ClockOf::Identify => {
                let (victim, at) = (self.world.id(), self.world.at);
                self.give(identify(victim, at), &holder(Role::Assessor));
                if self.chance.percent(20) {
                    let second = self.world.id();
                    self.give(identify(second, at), &holder(Role::Assessor));
                }
            }
            ClockOf::Found => {
                let found = self.world.threat.unsettled().next().map(|found| found.hit.party.clone());
                let party = found.unwrap_or_default();
                self.give(ThreatCommand::DismissParty { party, reason: reason() }, &holder(Role::Assessor));
            }
            ClockOf::Determine(victim) => {
                let says = [Says::Warn, Says::Warn, Says::AskSenior, Says::AskAssessor][self.roll(4)];
                self.give(self.world.assess(victim, says), &all_roles("mara"));
            }
            ClockOf::Affirm(victim) => {
                // The one who answered tries it too, and is refused.
                let who = all_roles(["mara", "okafor"][self.roll(2)]);
                let says = [Says::NotOwed, Says::Waived, Says::AskSenior][self.roll(3)];
                let command = if self.chance.percent(30) {
                    self.world.assess(victim, Says::Warn)
                } else {
                    self.world.affirm(victim, says)
                };
                self.give(command, &who);
            }
            ClockOf::Deliver(victim) => self.write_and_approve(victim),
            ClockOf::Carry(delivery) => self.carry(delivery),
            ClockOf::Acknowledge(warning) => self.ring_up(warning, of),
            ClockOf::Review(victim) => {
                let next_by = self.chance.percent(70).then(|| hours(self.world.at, 48));
                let decision = ReviewDecision::Hold;
                self.give(
                    ThreatCommand::Review { victim, decision, reason: reason(), next_by },
                    &holder(Role::Assessor),
                );
            }
            ClockOf::Consult(_) | ClockOf::Coordinate(_) | ClockOf::Dispute(_) | ClockOf::Lapse(_) => {
                self.coordinate(of);
            }
            ClockOf::Outcome => {
                let who = all_roles(["mara", "okafor"][self.roll(2)]);
                if self.world.threat.outcome.is_none() {
                    let kind = OutcomeKind::NotKnown;
                    self.give(ThreatCommand::RecordOutcome { kind, occurred_at: None, reason: reason() }, &who);
                } else {
                    self.give(ThreatCommand::Close { reason: reason() }, &who);
                }
            }
        }
    }

    fn roll(&mut self, bound: u64) -> usize {
        usize::try_from(self.chance.below(bound)).unwrap()
    }

    fn write_and_approve(&mut self, victim: VictimId) {
        let leaks = if self.chance.percent(10) { vec![leak()] } else { Vec::new() };
        let ways = PLANS[self.roll(3)];
        let (draft, written) = self.world.write(victim, &leaks, ways);
        self.give(written, &all_roles("mara"));
        let leaks = if self.chance.percent(5) { vec![leak()] } else { Vec::new() };
        self.give(check(&self.world.threat, draft, leaks), &Actor::Desk);
        let who = all_roles(["mara", "joon", "joon"][self.roll(3)]);
        self.give(approve(draft), &who);
    }

    fn carry(&mut self, delivery: DeliveryId) {
        let (evidence, deliverer) = ("at the door".to_owned(), holder(Role::Deliverer));
        let command = match self.chance.below(4) {
            0 => ThreatCommand::StopDelivery { delivery, reason: reason() },
            1 => ThreatCommand::RecordReceipt { delivery, state: DeliveryState::Failed, evidence },
            2 | 3 => ThreatCommand::RecordReceipt { delivery, state: DeliveryState::HandedOver, evidence },
            4.. => unreachable!("below 4"),
        };
        self.give(command, &deliverer);
    }

    fn ring_up(&mut self, warning: WarningId, of: ClockOf) {
        let deliverer = holder(Role::Deliverer);
        let ways: Vec<_> = self.world.threat.deliveries_of(warning).map(|delivery| delivery.id).collect();
        let delivery = ways[self.roll(u64::try_from(ways.len()).unwrap())];
        let command = match self.chance.below(5) {
            0 => ThreatCommand::TakeUp { of, reason: String::new() },
            1 => {
                let planned = common::planned(self.world.id(), 0, &[60]);
                ThreatCommand::SendAnotherWay { warning, planned, reason: reason() }
            }
            2 => ThreatCommand::StopDelivery { delivery, reason: reason() },
            3.. => {
                let capacity = [Capacity::Protector, Capacity::Intermediary][self.roll(2)];
                let (ack, person, words) = (self.world.id(), "Dr. Amiri".to_owned(), "received".to_owned());
                ThreatCommand::Acknowledge { delivery, ack, person, capacity, words }
            }
        };
        self.give(command, &deliverer);
    }

    /// Does all that is due, one thing after the other, as the server's worker does.
    fn worker(&mut self) {
        if self.chance.percent(self.temper.away) {
            let away = self.chance.minutes(10, 2880);
            self.away_until = self.world.at.saturating_add(away).unwrap();
            self.tally.add("workers away");
            return;
        }
        while let Some(of) = self.clocks().first().filter(|clock| clock.due_at <= self.world.at).map(|clock| clock.of) {
            assert!(self.give(ThreatCommand::PassDeadline { of }, &Actor::Desk), "{of:?} cannot pass");
            self.tally.add("deadlines passed on");
        }
        while let Some((key, delivery)) = self.claim() {
            self.deliver(&key, delivery);
        }
    }

    fn claim(&mut self) -> Option<(String, DeliveryId)> {
        let now = self.world.at;
        let free = |queued: &Queued| {
            !queued.done && queued.due_at <= now && queued.lease_until.is_none_or(|until| until <= now)
        };
        let (key, queued) = self.queue.iter_mut().find(|(_, queued)| free(queued))?;
        queued.lease_until = Some(now.saturating_add(SignedDuration::from_mins(3)).unwrap());
        Some((key.clone(), queued.delivery))
    }

    fn deliver(&mut self, key: &str, delivery: DeliveryId) {
        if self.crash("crashes before the start") {
            return;
        }
        let running = self.world.threat.delivery(delivery).and_then(|known| known.running()).map(|known| known.id);
        if let Some(attempt) = running {
            let evidence = "the desk stopped in between".to_owned();
            return self.finish(key, delivery, attempt, AttemptResult::Unknown { evidence });
        }
        let attempt: AttemptId = self.world.id();
        if !self.give(ThreatCommand::StartAttempt { delivery, attempt }, &Actor::Desk) {
            self.tally.add("effects that had become pointless");
            self.done(key);
            return;
        }
        if self.crash("crashes between start and result") {
            return;
        }
        let result = self.carrier();
        if self.crash("crashes after sending") {
            return;
        }
        let handed = matches!(result, AttemptResult::HandedOver { .. });
        self.finish(key, delivery, attempt, result);
        if handed && self.chance.percent(self.temper.carrier_fault / 3) {
            let (state, evidence) = (DeliveryState::Failed, "550 bounced".to_owned());
            self.give(ThreatCommand::RecordReceipt { delivery, state, evidence }, &Actor::Desk);
            self.tally.add("bounces");
        }
    }

    fn finish(&mut self, key: &str, delivery: DeliveryId, attempt: AttemptId, result: AttemptResult) {
        let finished = self.give(ThreatCommand::FinishAttempt { delivery, attempt, result }, &Actor::Desk);
        assert!(finished, "the result of a running attempt could not be recorded");
        self.done(key);
    }

    fn done(&mut self, key: &str) {
        self.queue.get_mut(key).unwrap().done = true;
    }

    fn crash(&mut self, when: &'static str) -> bool {
        let crashed = self.chance.percent(self.temper.crash);
        if crashed {
            self.tally.add(when);
        }
        crashed
    }

    fn carrier(&mut self) -> AttemptResult {
        let evidence = "the carrier's words".to_owned();
        if !self.chance.percent(self.temper.carrier_fault) {
            let by_hand = self.chance.percent(20);
            return if by_hand { AttemptResult::Prepared { evidence } } else { AttemptResult::HandedOver { evidence } };
        }
        let (what, result) = match self.chance.below(3) {
            0 => ("sends postponed", AttemptResult::TryLater { evidence }),
            1 => ("sends refused", AttemptResult::Refused { evidence }),
            2.. => ("sends without an answer", AttemptResult::Unknown { evidence }),
        };
        self.tally.add(what);
        result
    }

    /// What must hold at every moment: somebody is asked, and soon enough, about every duty that is not met.
    fn hold(&mut self) {
        if self.world.threat.closed.is_some() {
            return;
        }
        let clocks = self.clocks();
        for needed in self.unmet() {
            let clock = clocks.iter().find(|clock| needed.contains(&clock.of));
            let clock = clock.unwrap_or_else(|| panic!("nobody is asked about {needed:?}"));
            assert!(!clock.with.is_empty() && !clock.escalate_to.is_empty(), "{clock:?} asks nobody");
            let silence = clock.due_at.duration_since(self.world.at);
            assert!(silence <= LONGEST_SILENCE, "{clock:?} leaves a duty alone for {silence}");
        }
    }

    /// For each duty not met, the clocks of which one must run.
    fn unmet(&self) -> Vec<Vec<ClockOf>> {
        let threat = &self.world.threat;
        if threat.victims.is_empty() {
            return vec![vec![ClockOf::Identify]];
        }
        let mut unmet = Vec::new();
        for victim in &threat.victims {
            match victim.determination() {
                Determination::Unresolved => {
                    unmet.push(vec![ClockOf::Determine(victim.id), ClockOf::Affirm(victim.id)]);
                }
                Determination::Warn if threat.outcome.is_some() && !threat.told(victim.id) => {
                    unmet.push(vec![ClockOf::Outcome]);
                }
                Determination::Warn if threat.outcome.is_none() && !threat.warned(victim.id) => {
                    unmet.push(vec![ClockOf::Deliver(victim.id)]);
                }
                Determination::Warn | Determination::NotOwed | Determination::Waived => {}
            }
        }
        let open = threat.coordination.disputes.iter().filter(|dispute| dispute.settled.is_none());
        unmet.extend(open.map(|dispute| vec![ClockOf::Dispute(dispute.id)]));
        let behind = threat.victims.iter().filter(|victim| threat.coordination_owed(victim.id).is_some());
        unmet.extend(behind.map(|victim| vec![ClockOf::Coordinate(victim.id)]));
        let unheard = threat.warnings.iter().filter(|warning| !threat.acknowledged(warning.id));
        let unheard = unheard.filter(|_| threat.outcome.is_none());
        unmet.extend(unheard.map(|warning| vec![ClockOf::Acknowledge(warning.id)]));
        unmet
    }

    /// After the horizon: nothing was lost on the way.
    fn settle(&mut self, end: Timestamp) {
        // The worker comes back, and what was under way comes to its end.
        self.temper = Temper { answers: 0, crash: 0, carrier_fault: 0, away: 0, clock_step: 0 };
        self.doing.clear();
        self.world.at = hours(self.world.at.max(self.away_until).max(end), 1);
        self.worker();
        self.hold();
        let threat = &self.world.threat;
        for delivery in &threat.deliveries {
            assert!(delivery.running().is_none(), "an attempt is still running: {delivery:?}");
            let promised = delivery.next_at.is_some_and(|next_at| next_at <= self.world.at);
            let waits = threat.closed.is_none() && delivery.state == DeliveryState::Waiting && promised;
            assert!(!waits, "a promised attempt was lost: {delivery:?}");
        }
        if let Some(signed) = &threat.closed {
            assert!(!signed.by.is_empty() && !signed.reason.is_empty());
        }
        let asked = |of: &ClockOf| threat.escalations.iter().filter(|known| known.of == *of && !known.met).count();
        for needed in self.unmet().iter().filter(|_| threat.closed.is_none()) {
            let times: usize = needed.iter().map(asked).sum();
            let quiet = self.world.at.duration_since(self.last_act());
            assert!(times >= 2 || quiet < LONGEST_SILENCE, "{needed:?} was asked {times} times in {quiet}");
        }
        let end = self.end();
        self.tally.add(end);
    }

    /// When a person last acted; a duty that was asked about seldom can only have arisen then.
    fn last_act(&self) -> Timestamp {
        let by_hand = |event: &ThreatEvent| {
            !matches!(
                event,
                ThreatEvent::DeadlinePassed { .. }
                    | ThreatEvent::AttemptStarted { .. }
                    | ThreatEvent::AttemptFinished { .. }
            )
        };
        self.world.events.iter().filter(|(_, event)| by_hand(event)).map(|(at, _)| *at).max().unwrap()
    }
}

/// One seed: one threat, thirty days.
fn simulate(seed: u64, tally: &mut Tally) {
    let mut chance = Chance(seed);
    let start = Timestamp::from_second(common::START).unwrap();
    let window = match chance.below(4) {
        0 => None,
        1 => Window::new(Some(hours(start, -72)), Some(hours(start, -1))),
        2 => Window::new(Some(hours(start, 3)), Some(hours(start, 12))),
        3.. => Window::new(Some(hours(start, 96)), Some(hours(start, 240))),
    };
    let share = |chance: &mut Chance, shares: [u64; 4]| shares[usize::try_from(chance.below(4)).unwrap()];
    let temper = Temper {
        answers: share(&mut chance, [0, 20, 60, 95]),
        crash: share(&mut chance, [0, 0, 5, 25]),
        carrier_fault: share(&mut chance, [0, 20, 60, 100]),
        away: share(&mut chance, [0, 0, 3, 10]),
        clock_step: share(&mut chance, [0, 0, 0, 5]),
    };
    let mut world = World::with_window(window);
    if chance.percent(50) {
        // Half of the seeds begin with an approved warning, so that carriers and crashes have much to spoil.
        world.warned(PLANS[usize::try_from(chance.below(3)).unwrap()]);
    }
    if chance.percent(25) {
        world.state(common::details(Some("the other service"), &[]));
    }
    let effects = std::mem::take(&mut world.effects);
    let (queue, doing, asked) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    let mut desk = Desk { world, chance, temper, queue, doing, asked, away_until: start, clocks: None, tally };
    desk.enqueue(effects);
    let end = hours(start, HORIZON_DAYS * 24);
    desk.run(end);
    desk.settle(end);
}

#[test]
fn no_duty_is_lost() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (first, count) = (number("FOREWARN_SEED", 0), number("FOREWARN_SEEDS", 100_000));
    let workers = std::thread::available_parallelism().map_or(1, |cores| u64::try_from(cores.get()).unwrap());
    let run = |worker: u64| {
        let mut tally = Tally::default();
        for seed in (first + worker..first + count).step_by(usize::try_from(workers).unwrap()) {
            let lived = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| simulate(seed, &mut tally)));
            assert!(lived.is_ok(), "seed {seed} lost a duty; run it alone: FOREWARN_SEED={seed} FOREWARN_SEEDS=1");
        }
        tally
    };
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|worker| scope.spawn(move || run(worker))).collect();
        for done in running {
            for (what, times) in done.join().unwrap().0 {
                *tally.0.entry(what).or_default() += times;
            }
        }
    });
    let years = count * HORIZON_DAYS.unsigned_abs() / 365;
    println!("R1: seeds {first}..{}, {years} simulated years of duties, 0 lost", first + count);
    let ended: u64 = ENDS.iter().filter_map(|end| tally.0.get(end)).sum();
    assert_eq!(ended, count, "each seed ends in exactly one way");
    for (what, times) in &tally.0 {
        println!("R1: {times:>9} {what}");
    }
    if count >= 1000 {
        assert!(ENDS[..4].iter().all(|end| tally.0.contains_key(end)), "an end was never reached");
    }
}
