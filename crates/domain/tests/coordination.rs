//! Ownership, originators, the urgent shortcut, disputes, moved deadlines, stakes and lapses, each by the ordinary
//! commands. What is refused has its rows in `refusals.rs`.
#![allow(clippy::unwrap_used, reason = "a step that cannot be made is a failed test")]

mod common;

use common::{Says, World, all_roles, approve, details, holder, hours};
use domain::threat::{
    Clock, ClockOf, Coordinate, DelayKind, Holder, Purpose, ReviewDecision, Stake, Stance, ThreatCommand,
};
use domain::{Actor, DeliveryId, Determination, Id, Role, VictimId};
use jiff::Timestamp;

fn clock(world: &World, of: ClockOf) -> Clock {
    world.threat.clocks().into_iter().find(|clock| clock.of == of).unwrap_or_else(|| panic!("no {of:?}"))
}

fn runs(world: &World, of: ClockOf) -> bool {
    world.threat.clocks().iter().any(|clock| clock.of == of)
}

fn rule(refused: Result<(), domain::Refusal>) -> &'static str {
    refused.unwrap_err().rule()
}

fn take(world: &mut World, who: &Actor) {
    world.settle(Coordinate::TakeOwnership { note: String::new() }, who).unwrap();
}

fn warn_first(world: &mut World, victim: VictimId, who: &Actor) -> Result<(), domain::Refusal> {
    world.settle(Coordinate::WarnFirst { victim, reason: "it starts in an hour".into() }, who)
}

fn dispute(world: &mut World, victim: VictimId, who: &Actor) -> domain::DisputeId {
    let dispute = world.id();
    let reason = "the caller was credible".to_owned();
    world.settle(Coordinate::Dispute { dispute, victim, reason, for_originator: None }, who).unwrap();
    dispute
}

fn settle(dispute: domain::DisputeId, upheld: bool) -> Coordinate {
    Coordinate::SettleDispute { dispute, upheld, reason: "read it all again".into() }
}

fn ask(world: &mut World, answer_by: Timestamp) -> domain::ConsultationId {
    let (consultation, originator) = (world.id(), "the other service".to_owned());
    let question = "may we use paragraph 2?".to_owned();
    let command = Coordinate::AskOriginator { consultation, originator, question, answer_by };
    world.settle(command, &holder(Role::Assessor)).unwrap();
    consultation
}

fn answered(consultation: domain::ConsultationId, stance: Stance) -> Coordinate {
    Coordinate::RecordAnswer { consultation, stance, person: "C. Doe".into(), words: "as discussed".into() }
}

/// Whether a draft of `world` for this victim may be approved now: none, or the rule that refuses.
fn approval(world: &World, victim: VictimId, purpose: Option<Purpose>) -> Option<&'static str> {
    let mut world = world.clone();
    let (draft, mut written) = world.write(victim, &[], &[&[]]);
    if let (ThreatCommand::WriteDraft { purpose: kept, .. }, Some(purpose)) = (&mut written, purpose) {
        *kept = purpose;
    }
    // The leak check has seen every report: what is looked at here is what else an approval waits for.
    if let ThreatCommand::WriteDraft { release, .. } = &mut written {
        release.checked = world.threat.reports.iter().map(|link| link.report).collect();
    }
    world.must(written, &holder(Role::Assessor));
    world.give(approve(draft), &holder(Role::Approver)).err().map(|refusal| refusal.rule())
}

#[test]
fn the_owner_is_asked_first_and_the_ladder_after() {
    let mut world = World::new();
    let victim = world.victim();
    let of = ClockOf::Determine(victim);
    assert_eq!(clock(&world, of).with, "assessor");
    take(&mut world, &all_roles("mara"));
    assert_eq!(clock(&world, of).with, "mara");
    let to = Holder { name: "joon".into(), roles: vec![Role::Deliverer], off: false };
    world.settle(Coordinate::HandOver { to, note: "my shift ends".into() }, &all_roles("mara")).unwrap();
    assert_eq!(clock(&world, of).with, "joon");
    world.step(5 * 60).must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
    assert_eq!(clock(&world, of).with, "senior_officer");
    // What is for somebody else by its nature is never put to the owner.
    world.must(world.assess(victim, Says::AskSenior), &holder(Role::Assessor));
    assert_eq!(clock(&world, ClockOf::Affirm(victim)).with, "senior_officer");
    world.must(world.assess(victim, Says::Warn), &holder(Role::Assessor));
    assert_eq!(clock(&world, ClockOf::Deliver(victim)).with, "joon");
    let (_, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &holder(Role::Assessor));
    assert_eq!(clock(&world, ClockOf::Deliver(victim)).with, "approver", "the words wait for a second reader");
}

#[test]
fn nothing_rests_on_somebody_who_is_gone() {
    let mut world = World::new();
    let of = ClockOf::Determine(world.victim());
    let (mara, leave) = (all_roles("mara"), Coordinate::Leave { who: "mara".into() });
    assert_eq!(rule(world.settle(leave.clone(), &Actor::Desk)), "not-there");
    take(&mut world, &mara);
    world.step(5 * 60).must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
    world.must(ThreatCommand::TakeUp { of, reason: "a long night".into() }, &mara);
    assert_eq!(rule(world.settle(leave.clone(), &mara)), "only-the-desk");
    world.step(60).settle(leave.clone(), &Actor::Desk).unwrap();
    assert!(world.threat.coordination.owner.is_none());
    let asked = clock(&world, of);
    assert_eq!((asked.with.as_str(), asked.due_at), ("senior_officer", world.at), "asked again at once");
    world.must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
    assert_eq!(rule(world.settle(leave, &Actor::Desk)), "not-there");
    // What somebody else had taken up stays theirs.
    world.must(ThreatCommand::TakeUp { of, reason: String::new() }, &all_roles("joon"));
    assert_eq!(rule(world.settle(Coordinate::Leave { who: "mara".into() }, &Actor::Desk)), "not-there");
    assert_eq!(clock(&world, of).with, "joon");
}

#[test]
fn a_threat_that_opens_again_is_nobodys() {
    let mut world = World::new();
    let victim = world.victim();
    take(&mut world, &all_roles("mara"));
    world.must(world.assess(victim, Says::AskSenior), &holder(Role::Assessor));
    world.must(world.affirm(victim, Says::NotOwed), &holder(Role::SeniorOfficer));
    world.must(ThreatCommand::Close { reason: "a quarrel, long over".into() }, &holder(Role::SeniorOfficer));
    let (report, why) = (world.id(), "same people".to_owned());
    let link = ThreatCommand::LinkReport { report, why, after_the_fact: false, sentence: None, window: None };
    world.must(link, &Actor::Desk);
    assert!(world.threat.closed.is_none() && world.threat.coordination.owner.is_none());
}

#[test]
fn a_warning_waits_for_the_originator_and_no_longer_than_their_time() {
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    assert_eq!(approval(&world, victim, None), None);
    world.state(details(Some("the other service"), &[]));
    assert_eq!(approval(&world, victim, None), Some("originator-not-asked"));
    let answer_by = hours(world.at, 4);
    let asked = ask(&mut world, answer_by);
    assert_eq!(approval(&world, victim, None), Some("originator-not-asked"));
    assert_eq!(clock(&world, ClockOf::Consult(asked)).due_at, answer_by);
    let mut silent = world.clone();
    silent.step(4 * 60).must(ThreatCommand::PassDeadline { of: ClockOf::Consult(asked) }, &Actor::Desk);
    assert_eq!(approval(&silent, victim, None), None, "their time is over");
    assert!(runs(&silent, ClockOf::Consult(asked)), "and they are still chased");
    silent.settle(answered(asked, Stance::NoAnswer), &holder(Role::Assessor)).unwrap();
    assert!(!runs(&silent, ClockOf::Consult(asked)));
    // An objection is on the record, and stops nothing.
    world.settle(answered(asked, Stance::Objects), &holder(Role::Intake)).unwrap();
    assert_eq!(approval(&world, victim, None), None);
    // A newer report of theirs is a newer question.
    let link = world.link();
    let ThreatCommand::LinkReport { report, .. } = link else { unreachable!() };
    world.must(link, &Actor::Desk);
    let details = details(Some("the other service"), &[]);
    world.settle(Coordinate::StateDetails { report, details }, &holder(Role::Intake)).unwrap();
    assert_eq!(approval(&world, victim, None), Some("originator-not-asked"));
}

#[test]
fn the_shortcut_stands_in_for_determination_and_originator_and_for_nothing_else() {
    let mut world = World::new();
    let victim = world.victim();
    world.state(details(Some("the other service"), &[]));
    assert_eq!(approval(&world, victim, None), Some("not-determined"));
    warn_first(&mut world, victim, &all_roles("mara")).unwrap();
    assert_eq!(approval(&world, victim, None), None);
    // Leaks and the second reader are looked at as ever.
    let (leaking, written) = world.write(victim, &[common::leak()], &[&[]]);
    world.must(written, &all_roles("mara"));
    assert_eq!(world.give(approve(leaking), &holder(Role::Approver)).unwrap_err().rule(), "leak-found");
    let (own, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &all_roles("mara"));
    assert_eq!(world.give(approve(own), &all_roles("mara")).unwrap_err().rule(), "self-approval");
    world.must(approve(own), &holder(Role::Approver));

    // What was skipped is chased until both are done.
    let of = ClockOf::Coordinate(victim);
    assert_eq!(clock(&world, of).due_at, hours(world.at, 24));
    world.must(world.assess(victim, Says::Warn), &holder(Role::Assessor));
    assert!(runs(&world, of), "the originator is still to be asked");
    let answer_by = hours(world.at, 4);
    ask(&mut world, answer_by);
    assert!(!runs(&world, of));
}

#[test]
fn who_was_warned_in_haste_may_turn_out_not_to_have_been_owed_it_and_is_told_so() {
    let mut world = World::new();
    let victim = world.victim();
    warn_first(&mut world, victim, &holder(Role::Assessor)).unwrap();
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &holder(Role::Assessor));
    world.must(approve(draft), &holder(Role::Approver));
    world.must(world.assess(victim, Says::AskSenior), &holder(Role::Assessor));
    assert!(runs(&world, ClockOf::Coordinate(victim)));
    world.must(world.affirm(victim, Says::NotOwed), &holder(Role::SeniorOfficer));
    assert!(!runs(&world, ClockOf::Coordinate(victim)));
    let warning = world.threat.warnings[0].id;
    assert!(runs(&world, ClockOf::Acknowledge(warning)));
    assert_eq!(approval(&world, victim, Some(Purpose::Update(warning))), Some("not-determined"));
    assert_eq!(approval(&world, victim, Some(Purpose::StandDown(warning))), None);
}

#[test]
fn the_shortcut_is_over_with_its_time_and_never_leads_past_silence() {
    let mut world = World::with_window(None);
    let victim = world.victim();
    warn_first(&mut world, victim, &holder(Role::Assessor)).unwrap();
    world.step(24 * 60);
    assert_eq!(approval(&world, victim, None), Some("not-determined"));
    assert!(runs(&world, ClockOf::Coordinate(victim)), "and the determination is still asked for");
    warn_first(&mut world, victim, &holder(Role::SeniorOfficer)).unwrap();
    assert_eq!(approval(&world, victim, None), None);
    let waived = world.determined(Says::Waived);
    assert_eq!(rule(warn_first(&mut world, waived, &holder(Role::SeniorOfficer))), "silence-stands");
}

#[test]
fn a_dispute_holds_up_silence_and_never_a_warning() {
    let mut world = World::new();
    let warn = world.determined(Says::Warn);
    dispute(&mut world, warn, &holder(Role::Intake));
    assert_eq!(approval(&world, warn, None), None);
    let proposed = world.victim();
    world.must(world.assess(proposed, Says::AskSenior), &all_roles("mara"));
    let id = dispute(&mut world, proposed, &holder(Role::Intake));
    assert_eq!(
        world.give(world.affirm(proposed, Says::NotOwed), &holder(Role::SeniorOfficer)).unwrap_err().rule(),
        "disputed"
    );
    world.settle(settle(id, true), &holder(Role::Assessor)).unwrap();
    world.must(world.affirm(proposed, Says::NotOwed), &holder(Role::SeniorOfficer));
}

#[test]
fn the_ladder_goes_up_and_the_last_is_asked_again_and_again() {
    let mut world = World::with_window(None);
    let victim = world.determined(Says::Waived);
    let id = dispute(&mut world, victim, &holder(Role::Intake));
    let of = ClockOf::Dispute(id);
    let first = clock(&world, of);
    assert_eq!((first.with.as_str(), first.due_at), ("assessor", hours(world.at, 4)));
    world.at = first.due_at;
    world.must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
    let second = clock(&world, of);
    assert_eq!((second.with.as_str(), second.due_at), ("senior_officer", hours(first.due_at, 8)));
    assert_eq!(rule(world.settle(settle(id, true), &all_but_senior("ana"))), "role-may-not", "its turn is over");
    for _ in 0..3 {
        world.at = clock(&world, of).due_at;
        world.must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
        assert_eq!(clock(&world, of).with, "senior_officer");
    }
    assert_eq!(rule(world.settle(settle(id, false), &all_roles("intake"))), "self-settling", "disputed it");
    assert_eq!(rule(world.settle(settle(id, false), &all_roles("assessor"))), "self-settling", "determined it");
    assert_eq!(rule(world.settle(settle(id, false), &holder(Role::SeniorOfficer))), "self-settling", "affirmed it");
    world.settle(settle(id, false), &Actor::person("okafor", &[Role::SeniorOfficer])).unwrap();
    assert_eq!(world.threat.victim(victim).unwrap().determination(), Determination::Unresolved);
    assert!(runs(&world, ClockOf::Determine(victim)), "the questions are asked anew");
    // Nobody's answers stand, so there is nothing to agree to.
    let affirm = world.affirm(victim, Says::Waived);
    assert_eq!(world.give(affirm, &holder(Role::SeniorOfficer)).unwrap_err().rule(), "not-there");
    world.must(world.assess(victim, Says::Warn), &holder(Role::Assessor));
    assert_eq!(approval(&world, victim, None), None);
}

fn all_but_senior(name: &str) -> Actor {
    Actor::person(name, &[Role::Intake, Role::Assessor, Role::Approver, Role::Deliverer])
}

#[test]
fn an_originator_disputes_by_what_they_said() {
    let mut world = World::new();
    let victim = world.determined(Says::Waived);
    world.state(details(Some("the other service"), &[]));
    let answer_by = hours(world.at, 4);
    let asked = ask(&mut world, answer_by);
    let command = |world: &mut World| Coordinate::Dispute {
        dispute: world.id(),
        victim,
        reason: "they think that he must be told".into(),
        for_originator: Some(asked),
    };
    let early = command(&mut world);
    assert_eq!(rule(world.settle(early, &holder(Role::Intake))), "not-there", "they have not objected");
    world.settle(answered(asked, Stance::Objects), &holder(Role::Intake)).unwrap();
    let theirs = command(&mut world);
    world.settle(theirs, &holder(Role::Intake)).unwrap();
    let open = world.threat.open_dispute(victim).unwrap();
    assert_eq!(open.for_originator.as_deref(), Some("the other service"));
}

#[test]
fn deadlines_move_where_the_policy_says_and_not_past_the_start() {
    let mut world = World::new();
    let victim = world.victim();
    let of = ClockOf::Determine(victim);
    let due = clock(&world, of).due_at;
    let delay = |kind, until| Coordinate::Delay { of, kind, until, reason: "waiting for the translation".into() };
    let assessor = holder(Role::Assessor);
    world.settle(delay(DelayKind::Extension, hours(due, 3)), &assessor).unwrap();
    assert_eq!(clock(&world, of).due_at, hours(due, 3));
    world.settle(delay(DelayKind::Pause, hours(due, 4)), &assessor).unwrap();
    assert_eq!(clock(&world, of).due_at, hours(due, 4));
    world.settle(delay(DelayKind::Extension, hours(due, 10)), &assessor).unwrap();
    let due = hours(due, 10);
    assert_eq!(clock(&world, of).due_at, due);
    assert_eq!(rule(world.settle(delay(DelayKind::Extension, hours(due, 1)), &assessor)), "delay-not-allowed", "twice");

    // A window that turns out to begin earlier takes the delay back.
    let mut link = world.link();
    if let ThreatCommand::LinkReport { window, .. } = &mut link {
        *window = domain::Window::new(Some(hours(world.at, 6)), None);
    }
    world.must(link, &Actor::Desk);
    assert_eq!(clock(&world, of).due_at, hours(world.at, 6));
}

#[test]
fn nobody_decides_about_a_report_they_have_a_stake_in() {
    let mut world = World::new();
    let victim = world.victim();
    world.state(details(None, &[("assessor", Stake::NAMED), ("senior_officer", Stake::SOURCE)]));
    let refused =
        |world: &World, command: ThreatCommand, who: &Actor| world.clone().give(command, who).unwrap_err().rule();
    let named = holder(Role::Assessor);
    assert_eq!(refused(&world, world.assess(victim, Says::Warn), &named), "conflict-of-interest");
    // Nor is the report taken off first.
    let report = world.threat.reports[0].report;
    let unlink = ThreatCommand::UnlinkReport { report, reason: "not ours".into() };
    assert_eq!(refused(&world, unlink, &named), "conflict-of-interest");
    let review =
        ThreatCommand::Review { victim, decision: ReviewDecision::Hold, reason: "no change".into(), next_by: None };
    assert_eq!(refused(&world, review, &named), "conflict-of-interest");
    // The handler may say that a warning is owed, and may not sign that none is.
    let handler = holder(Role::SeniorOfficer);
    world.clone().must(world.assess(victim, Says::Warn), &handler);
    world.must(world.assess(victim, Says::AskSenior), &all_roles("mara"));
    assert_eq!(refused(&world, world.affirm(victim, Says::Waived), &handler), "conflict-of-interest");
    world.must(world.affirm(victim, Says::Waived), &all_roles("okafor"));
    assert_eq!(refused(&world, ThreatCommand::Close { reason: "over".into() }, &handler), "conflict-of-interest");
}

#[test]
fn silence_lapses_unless_it_is_affirmed_anew() {
    let mut world = World::with_window(None);
    let victim = world.determined(Says::Waived);
    let of = ClockOf::Lapse(victim);
    let lapses_at = clock(&world, of).due_at;
    assert_eq!(lapses_at, hours(world.at, 72));
    let mut renewed = world.clone();
    renewed.step(71 * 60);
    renewed.must(renewed.affirm(victim, Says::Waived), &holder(Role::SeniorOfficer));
    assert_eq!(clock(&renewed, of).due_at, hours(renewed.at, 72));
    // One person's look does not lengthen what two have settled.
    let next_by = Some(hours(world.at, 500));
    let decision = ReviewDecision::Hold;
    world.must(ThreatCommand::Review { victim, decision, reason: "no news".into(), next_by }, &holder(Role::Assessor));
    world.at = lapses_at;
    world.must(ThreatCommand::PassDeadline { of }, &Actor::Desk);
    let known = world.threat.victim(victim).unwrap();
    assert_eq!(known.determination(), Determination::Unresolved);
    let need = known.assessment().unwrap().first_need().unwrap();
    assert!(need.what.contains("affirm anew") && need.role == "senior_officer", "{need:?}");
    assert_eq!(clock(&world, ClockOf::Affirm(victim)).with, "senior_officer");
    world.must(world.affirm(victim, Says::Waived), &holder(Role::SeniorOfficer));
    assert!(world.threat.victim(victim).unwrap().silent() && runs(&world, of));
}

#[test]
fn a_new_report_opens_silence_again() {
    let mut world = World::new();
    let victim = world.determined(Says::NotOwed);
    let mut after = world.link();
    if let ThreatCommand::LinkReport { after_the_fact, .. } = &mut after {
        *after_the_fact = true;
    }
    world.must(after, &Actor::Desk);
    assert!(world.threat.victim(victim).unwrap().silent(), "what is told afterwards is for the outcome");
    let link = world.link();
    world.must(link, &Actor::Desk);
    assert_eq!(world.threat.victim(victim).unwrap().determination(), Determination::Unresolved);
    assert!(runs(&world, ClockOf::Affirm(victim)));
}

#[test]
fn attempts_let_go_while_closed_are_made_once_it_is_open_again() {
    let mut world = World::new();
    let (_, _, ways) = world.warned(&[&[60], &[60]]);
    let (delivery, attempt) = (ways[0], world.id());
    world.must(ThreatCommand::StartAttempt { delivery, attempt }, &Actor::Desk);
    let result = domain::threat::AttemptResult::TryLater { evidence: "busy".into() };
    world.must(ThreatCommand::FinishAttempt { delivery, attempt, result }, &Actor::Desk);
    let promised = world.threat.delivery(delivery).unwrap().next_at.unwrap();
    let kind = domain::threat::OutcomeKind::NotKnown;
    world.must(
        ThreatCommand::RecordOutcome { kind, occurred_at: None, reason: "gone quiet".into() },
        &holder(Role::Assessor),
    );
    world.must(ThreatCommand::Close { reason: "over".into() }, &holder(Role::SeniorOfficer));
    world.step(60);
    let again: DeliveryId = Id::from_bits(delivery.bits());
    assert!(
        world.give(ThreatCommand::StartAttempt { delivery: again, attempt: Id::from_bits(9) }, &Actor::Desk).is_err()
    );
    let link = world.link();
    let effects = world.must(link, &Actor::Desk);
    assert_eq!(effects.len(), 1, "the other way's turn has not come: {effects:?}");
    assert!(effects[0].due_at >= promised && effects[0].key.starts_with(&format!("deliver/{delivery}/1/")));
    let attempt = world.id();
    world.must(ThreatCommand::StartAttempt { delivery, attempt }, &Actor::Desk);
}
