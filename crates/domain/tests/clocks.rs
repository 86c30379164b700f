//! Who is asked, by when: deadlines run from when a duty arose, and nothing somebody does alone makes them later.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

mod common;

use common::{Says, World, all_roles, holder, hours, planned};
use domain::delivery::DeliveryState;
use domain::threat::{AttemptResult, Capacity, Clock, ClockOf, OutcomeKind, ReviewDecision, ThreatCommand};
use domain::{Actor, DeliveryId, Role, VictimId, Window};

fn clock(world: &World, of: ClockOf) -> Option<Clock> {
    world.threat.clocks().into_iter().find(|clock| clock.of == of)
}

/// The one check of this file: this clock is due this many minutes after the start; none when it must not run.
fn check(world: &World, of: ClockOf, expected: Option<i64>) {
    let minutes = |at: jiff::Timestamp| (at.as_second() - common::START) / 60;
    let found = clock(world, of).map(|clock| minutes(clock.due_at));
    assert_eq!(found, expected, "{of:?} after {} minutes", minutes(world.at));
}

fn reason() -> String {
    "because".to_owned()
}

fn pass(world: &mut World, of: ClockOf) {
    world.must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
}

/// One attempt with this result.
fn attempt(world: &mut World, delivery: DeliveryId, result: AttemptResult) -> Vec<domain::threat::Effect> {
    let attempt = world.id();
    world.must(ThreatCommand::StartAttempt { delivery, attempt }, &Actor::Desk);
    world.must(ThreatCommand::FinishAttempt { delivery, attempt, result }, &Actor::Desk)
}

fn unknown() -> AttemptResult {
    AttemptResult::Unknown { evidence: "no answer".into() }
}

fn refused() -> AttemptResult {
    AttemptResult::Refused { evidence: "550 no such user".into() }
}

fn handed_over() -> AttemptResult {
    AttemptResult::HandedOver { evidence: "250 taken".into() }
}

fn review(victim: VictimId, next_by: Option<jiff::Timestamp>) -> ThreatCommand {
    ThreatCommand::Review { victim, decision: ReviewDecision::Hold, reason: reason(), next_by }
}

/// Answering again, turning from one open state to another, gains no time: each clock keeps its first deadline.
#[test]
fn answering_again_pushes_nothing_back() {
    let assessor = holder(Role::Assessor);
    let mut world = World::new();
    let victim = world.victim();
    let answer = |world: &mut World, says| {
        let command = world.assess(victim, says);
        world.step(60).must(command, &assessor);
    };
    check(&world, ClockOf::Determine(victim), Some(240));
    answer(&mut world, Says::AskAssessor);
    answer(&mut world, Says::AskAssessor);
    check(&world, ClockOf::Determine(victim), Some(240));
    answer(&mut world, Says::AskSenior);
    let first = 120 + 6 * 60;
    check(&world, ClockOf::Affirm(victim), Some(first));
    answer(&mut world, Says::AskSenior);
    check(&world, ClockOf::Affirm(victim), Some(first));
    answer(&mut world, Says::Warn);
    let deliver = 240 + 8 * 60;
    check(&world, ClockOf::Deliver(victim), Some(deliver));
    answer(&mut world, Says::AskSenior);
    check(&world, ClockOf::Affirm(victim), Some(first));
    answer(&mut world, Says::Warn);
    check(&world, ClockOf::Deliver(victim), Some(deliver));
}

/// New answers after an affirmed silence start the duty, and its ladder, anew.
#[test]
fn a_duty_that_arises_again_has_its_own_time() {
    let mut world = World::new();
    let victim = world.victim();
    world.step(300);
    pass(&mut world, ClockOf::Determine(victim));
    world.must(world.assess(victim, Says::AskSenior), &holder(Role::Assessor));
    world.must(world.affirm(victim, Says::NotOwed), &holder(Role::SeniorOfficer));
    check(&world, ClockOf::Determine(victim), None);
    world.step(1440);
    world.must(world.assess(victim, Says::AskAssessor), &holder(Role::Assessor));
    check(&world, ClockOf::Determine(victim), Some(1740 + 240));
    assert_eq!(clock(&world, ClockOf::Determine(victim)).unwrap().passed, 0);
}

/// The window moves: a deadline set before then, and an asking that was to wait, come forward to its beginning.
#[test]
fn an_earlier_window_brings_deadlines_forward() {
    let mut world = World::with_window(None);
    let victim = world.determined(Says::Warn);
    world.step(600);
    pass(&mut world, ClockOf::Deliver(victim));
    world.must(ThreatCommand::TakeUp { of: ClockOf::Deliver(victim), reason: String::new() }, &holder(Role::Approver));
    check(&world, ClockOf::Deliver(victim), Some(600 + 1440));
    let mut link = world.link();
    if let ThreatCommand::LinkReport { window, .. } = &mut link {
        *window = Window::new(Some(hours(world.at, 2)), None);
    }
    world.must(link, &Actor::Desk);
    check(&world, ClockOf::Deliver(victim), Some(600 + 120));
    // Once it has begun the asking goes on in its own rhythm.
    world.step(120);
    pass(&mut world, ClockOf::Deliver(victim));
    check(&world, ClockOf::Deliver(victim), Some(720 + 60));
}

/// A window that lies in the past, or has begun, sets no deadline into the past.
#[test]
fn a_past_window_makes_nothing_due_before_it_was_set() {
    let start = World::new().at;
    let mut world = World::with_window(Window::new(Some(hours(start, -48)), Some(hours(start, -24))));
    check(&world, ClockOf::Identify, Some(120));
    check(&world, ClockOf::Outcome, Some(7 * 1440));
    let victim = world.determined(Says::Warn);
    check(&world, ClockOf::Deliver(victim), Some(480));
}

/// A review that was overdue and then done starts its ladder from the first rung.
#[test]
fn a_review_done_is_no_longer_escalated() {
    let mut world = World::new();
    let victim = world.determined(Says::NotOwed);
    let of = ClockOf::Review(victim);
    check(&world, of, Some(72 * 60));
    world.step(73 * 60);
    pass(&mut world, of);
    assert_eq!(clock(&world, of).unwrap().passed, 1);
    let next = hours(world.at, 24);
    world.must(review(victim, Some(next)), &holder(Role::Assessor));
    let again = clock(&world, of).unwrap();
    assert_eq!((again.due_at, again.passed, again.with.as_str()), (next, 0, "assessor"));
    world.must(review(victim, None), &holder(Role::Assessor));
    check(&world, of, None);
}

/// A report after an affirmed silence wakes somebody within the hour, even after a last look; a report after the
/// fact does not, and neither does one on a victim whose warning is still being delivered.
#[test]
fn a_report_after_silence_is_looked_at() {
    let mut world = World::new();
    let silent = world.determined(Says::Waived);
    let (warned, ..) = world.warned(&[&[]]);
    for victim in [silent, warned] {
        world.must(review(victim, None), &holder(Role::Assessor));
    }
    let mut late = world.link();
    if let ThreatCommand::LinkReport { after_the_fact, .. } = &mut late {
        *after_the_fact = true;
    }
    world.must(late, &Actor::Desk);
    check(&world, ClockOf::Review(silent), None);
    let link = world.link();
    world.step(30).must(link, &Actor::Desk);
    check(&world, ClockOf::Affirm(silent), Some(90));
    check(&world, ClockOf::Review(warned), None);
    // One person's look does not make it silent again.
    world.must(review(silent, None), &holder(Role::Assessor));
    check(&world, ClockOf::Affirm(silent), Some(90));
    let outcome = ThreatCommand::RecordOutcome { kind: OutcomeKind::NotKnown, occurred_at: None, reason: reason() };
    world.must(outcome, &holder(Role::Assessor));
    let link = world.link();
    world.must(link, &Actor::Desk);
    check(&world, ClockOf::Affirm(silent), Some(90));
    check(&world, ClockOf::Review(warned), Some(90));
}

/// An outcome while nobody was told asks a senior officer at once; with somebody told there is a week to close.
#[test]
fn an_outcome_does_not_quiet_a_duty_unmet() {
    let outcome = || ThreatCommand::RecordOutcome { kind: OutcomeKind::Occurred, occurred_at: None, reason: reason() };
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    world.step(10).must(outcome(), &holder(Role::Assessor));
    check(&world, ClockOf::Deliver(victim), None);
    check(&world, ClockOf::Outcome, Some(10));

    let mut world = World::new();
    let (_, _, ways) = world.warned(&[&[]]);
    world.step(10).must(outcome(), &holder(Role::Assessor));
    check(&world, ClockOf::Outcome, Some(10));
    attempt(&mut world, ways[0], handed_over());
    check(&world, ClockOf::Outcome, Some(10 + 7 * 1440));
}

/// Which way comes next: each row is what happens to the first way, and whether the second is then begun.
#[test]
fn fallbacks() {
    let check = |what: &str, expected: bool, act: &dyn Fn(&mut World, &[DeliveryId]) -> Vec<domain::threat::Effect>| {
        let mut world = World::new();
        let (_, _, ways) = world.warned(&[&[], &[]]);
        let effects = act(&mut world, &ways);
        let begun = effects.iter().any(|effect| effect.key == format!("deliver/{}/0", ways[1]));
        assert_eq!(begun, expected, "{what}: {effects:?}");
    };
    let deliverer = holder(Role::Deliverer);
    let stop = |delivery| ThreatCommand::StopDelivery { delivery, reason: reason() };
    let heard = |world: &mut World, delivery, capacity| {
        let (ack, person, words) = (world.id(), "Dr. Amiri".into(), "received".into());
        let command = ThreatCommand::Acknowledge { delivery, ack, person, capacity, words };
        world.must(command, &holder(Role::Deliverer))
    };
    check("handed over", false, &|world, ways| attempt(world, ways[0], handed_over()));
    check("refused", true, &|world, ways| attempt(world, ways[0], refused()));
    check("unknown, and no attempt left", true, &|world, ways| attempt(world, ways[0], unknown()));
    check("withdrawn", true, &|world, ways| world.must(stop(ways[0]), &deliverer));
    check("bounced", true, &|world, ways| {
        attempt(world, ways[0], handed_over());
        let (state, evidence) = (DeliveryState::Failed, "bounced".to_owned());
        world.must(ThreatCommand::RecordReceipt { delivery: ways[0], state, evidence }, &deliverer)
    });
    check("not acknowledged in time", true, &|world, ways| {
        attempt(world, ways[0], handed_over());
        let of = ClockOf::Acknowledge(world.threat.warnings[0].id);
        world.step(12 * 60).must(ThreatCommand::PassDeadline { of }, &Actor::Desk)
    });
    check("acknowledged by another way, then refused", false, &|world, ways| {
        let (warning, third) = (world.threat.warnings[0].id, planned(world.id(), 0, &[]));
        let id = third.id;
        world.must(ThreatCommand::SendAnotherWay { warning, planned: third, reason: reason() }, &deliverer);
        heard(world, id, Capacity::Protector);
        attempt(world, ways[0], refused())
    });
    check("passed on by an intermediary, then refused", true, &|world, ways| {
        let (warning, third) = (world.threat.warnings[0].id, planned(world.id(), 0, &[]));
        let id = third.id;
        world.must(ThreatCommand::SendAnotherWay { warning, planned: third, reason: reason() }, &deliverer);
        heard(world, id, Capacity::Intermediary);
        attempt(world, ways[0], refused())
    });
    check("refused after another of the same order was lost", true, &|world, ways| {
        let (warning, third) = (world.threat.warnings[0].id, planned(world.id(), 0, &[]));
        let id = third.id;
        world.must(ThreatCommand::SendAnotherWay { warning, planned: third, reason: reason() }, &deliverer);
        assert!(attempt(world, id, unknown()).iter().all(|effect| effect.key.contains(&ways[0].to_string())));
        attempt(world, ways[0], refused())
    });
    check("refused while another of the same order runs", false, &|world, ways| {
        let (warning, third) = (world.threat.warnings[0].id, planned(world.id(), 0, &[]));
        let begin = ThreatCommand::StartAttempt { delivery: third.id, attempt: world.id() };
        world.must(ThreatCommand::SendAnotherWay { warning, planned: third, reason: reason() }, &deliverer);
        world.must(begin, &Actor::Desk);
        attempt(world, ways[0], refused())
    });
}

/// An unknown delivery with no attempt left wants a person at once; one that will be tried again does not.
#[test]
fn an_unknown_fate_is_put_to_a_person() {
    let mut world = World::new();
    let (_, _, ways) = world.warned(&[&[60]]);
    world.step(5);
    attempt(&mut world, ways[0], unknown());
    check(&world, ClockOf::Carry(ways[0]), None);
    world.step(1);
    attempt(&mut world, ways[0], unknown());
    check(&world, ClockOf::Carry(ways[0]), Some(6));
}

/// A late answer is put on the record of a closed threat, and does not open it.
#[test]
fn a_late_acknowledgement_is_kept() {
    let mut world = World::new();
    let (_, _, ways) = world.warned(&[&[]]);
    attempt(&mut world, ways[0], handed_over());
    let insider = all_roles("okafor");
    let outcome = ThreatCommand::RecordOutcome { kind: OutcomeKind::Averted, occurred_at: None, reason: reason() };
    world.must(outcome, &insider);
    world.must(ThreatCommand::Close { reason: reason() }, &insider);
    let (ack, person, words) = (world.id(), "Dr. Amiri".into(), "we have it".into());
    let command = ThreatCommand::Acknowledge { delivery: ways[0], ack, person, capacity: Capacity::Protector, words };
    world.must(command, &Actor::Recipient { name: "Dr. Amiri".into() });
    assert!(world.threat.closed.is_some() && world.threat.acknowledged(world.threat.warnings[0].id));
    assert!(world.threat.clocks().is_empty());
}
