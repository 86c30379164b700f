//! Every refusal has a row: a state, a command, who gives it, and the rule that answers.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

mod common;
mod streams;

use std::cell::RefCell;
use std::collections::BTreeSet;

use common::{Says, World, all_roles, approve, check, holder, hours, identify, leak, planned};
use domain::account::{Account, AccountCommand, AccountEvent, Accounts};
use domain::delivery::DeliveryState;
use domain::threat::{
    AttemptResult, Capacity, ClockOf, Coordinate, Holder, LeakNote, OutcomeKind, Over, Stake, Stance, ThreatCommand,
};
use domain::{AccountId, Actor, DeliveryId, DraftId, Id, Refusal, Role};
use jiff::Timestamp;

/// The rules met so far.
#[derive(Default)]
struct Met(RefCell<BTreeSet<&'static str>>);

impl Met {
    /// The one check of this file: the command is refused by this rule, in words, and nothing changed.
    fn check(&self, rule: &str, mut world: World, command: ThreatCommand, by: &Actor) {
        let before = world.threat.clone();
        let shown = format!("{command:?} by {}", by.name());
        let answer = world.give(command, by);
        assert_eq!(world.threat, before, "{shown} changed something");
        self.met(rule, &shown, answer.map(|_| ()));
    }

    fn met<T: std::fmt::Debug>(&self, rule: &str, shown: &str, answer: Result<T, Refusal>) {
        let refusal = answer.expect_err(shown);
        assert_eq!(refusal.rule(), rule, "{shown}: {refusal}");
        assert!(refusal.to_string().len() > 15, "{refusal} says too little");
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["rule"], rule, "the rule in JSON is the rule's name");
        self.0.borrow_mut().insert(refusal.rule());
    }
}

fn reason() -> String {
    "because".to_owned()
}

fn close() -> ThreatCommand {
    ThreatCommand::Close { reason: reason() }
}

fn outcome() -> ThreatCommand {
    ThreatCommand::RecordOutcome { kind: OutcomeKind::DidNotOccur, occurred_at: None, reason: reason() }
}

fn start(world: &mut World, delivery: DeliveryId) -> ThreatCommand {
    ThreatCommand::StartAttempt { delivery, attempt: world.id() }
}

fn acknowledge(world: &mut World, delivery: DeliveryId, person: &str, capacity: Capacity) -> ThreatCommand {
    ThreatCommand::Acknowledge { delivery, ack: world.id(), person: person.into(), capacity, words: "received".into() }
}

#[test]
fn every_refusal_has_a_row() {
    let met = Met::default();
    determination(&met);
    drafts(&met);
    deliveries(&met);
    clocks_and_closing(&met);
    coordination(&met);
    originators_and_deadlines(&met);
    accounts(&met);
    streams::waking(&met);
    streams::rosters(&met);
    streams::packs(&met);
    streams::register(&met);
    streams::reports(&met);
    let all: BTreeSet<&str> = Refusal::RULES.iter().copied().collect();
    assert_eq!(all.len(), Refusal::RULES.len(), "two rules share a name");
    let missing: Vec<_> = all.difference(&met.0.borrow()).copied().collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    println!("refusals: {} rules, each met", all.len());
}

fn determination(met: &Met) {
    let (assessor, senior, insider) = (holder(Role::Assessor), holder(Role::SeniorOfficer), all_roles("insider"));
    let mut world = World::new();
    let victim = world.victim();
    met.check("already-done", world.clone(), identify(victim, world.at), &assessor);
    met.check("role-may-not", world.clone(), identify(Id::from_bits(99), world.at), &holder(Role::Inspector));
    met.check("not-there", world.clone(), world.affirm(victim, Says::NotOwed), &senior);
    met.check("unknown", world.clone(), world.assess(Id::from_bits(99), Says::Warn), &assessor);
    for says in [Says::NotOwed, Says::Waived] {
        met.check("affirmation-missing", world.clone(), world.assess(victim, says), &assessor);
    }
    let proposal = world.assess(victim, Says::AskSenior);
    world.must(proposal, &insider);
    for seen in [None, Some(Id::from_bits(9999))] {
        let over = Over::Seen(seen);
        met.check("determined-meanwhile", world.clone(), over_seen(world.assess(victim, Says::Warn), over), &assessor);
        met.check("determined-meanwhile", world.clone(), over_seen(world.affirm(victim, Says::NotOwed), over), &senior);
    }
    let mut unseen = World::new();
    let other = unseen.victim();
    let over = Over::Seen(Some(Id::from_bits(9999)));
    met.check("unknown", unseen.clone(), over_seen(unseen.assess(other, Says::Warn), over), &assessor);
    let mut packless = identify(Id::from_bits(99), world.at);
    if let ThreatCommand::IdentifyVictim { asks, .. } = &mut packless {
        asks.clear();
    }
    met.check("not-there", world.clone(), packless, &assessor);
    met.check("self-affirmation", world.clone(), world.affirm(victim, Says::NotOwed), &insider);
    met.check("role-may-not", world.clone(), world.affirm(victim, Says::NotOwed), &assessor);
    for says in [Says::AskSenior, Says::AskAssessor, Says::Warn, Says::Waived] {
        let mut command = world.affirm(victim, says);
        if let ThreatCommand::AffirmSilence { given, .. } = &mut command {
            given.of = domain::threat::Affirms::NotOwed;
        }
        met.check("affirmation-does-not-count", world.clone(), command, &senior);
    }
    let mut wordless = world.affirm(victim, Says::NotOwed);
    if let ThreatCommand::AffirmSilence { given, .. } = &mut wordless {
        given.reason = " \n".into();
    }
    met.check("reason-missing", world.clone(), wordless, &senior);
    world.must(world.affirm(victim, Says::NotOwed), &senior);
    met.check("already-done", world.clone(), world.affirm(victim, Says::NotOwed), &senior);

    let mut world = World::new();
    let (victim, ..) = world.warned(&[&[]]);
    met.check("already-warned", world.clone(), world.affirm(victim, Says::NotOwed), &senior);
    for says in [Says::AskSenior, Says::AskAssessor, Says::NotOwed, Says::Waived] {
        met.check("already-warned", world.clone(), world.assess(victim, says), &assessor);
    }
    let mut nameless = identify(Id::from_bits(99), world.at);
    if let ThreatCommand::IdentifyVictim { name, .. } = &mut nameless {
        *name = "  ".into();
    }
    met.check("bad-field", world, nameless, &assessor);
}

/// The same command by somebody who says which determination they had before them.
fn over_seen(mut command: ThreatCommand, seen: Over) -> ThreatCommand {
    match &mut command {
        ThreatCommand::AssessVictim { given, .. } => given.over = seen,
        ThreatCommand::AffirmSilence { given, .. } => given.over = seen,
        other => panic!("{other:?} determines nothing"),
    }
    command
}

/// What the leak check found leaves only when a senior officer who did not write it answers for it, and a third person
/// approves.
fn an_override_takes_three(met: &Met, world: &World, leaking: DraftId, clean: DraftId) {
    let (senior, approver, insider) = (holder(Role::SeniorOfficer), holder(Role::Approver), all_roles("insider"));
    let other = all_roles("other");
    let say = |draft, findings, reason: &str| {
        let clearance = serde_json::Value::Null;
        ThreatCommand::OverrideLeak { draft, findings, reason: reason.into(), clearance }
    };
    let mut world = world.clone();
    met.check("role-may-not", world.clone(), say(leaking, 1, "published"), &approver);
    met.check("reason-missing", world.clone(), say(leaking, 1, "  "), &senior);
    met.check("self-approval", world.clone(), say(leaking, 1, "published"), &insider);
    met.check("changed-since-shown", world.clone(), say(leaking, 2, "published"), &senior);
    met.check("unknown", world.clone(), say(clean, 0, "published"), &senior);
    met.check("unknown", world.clone(), say(Id::from_bits(99), 1, "published"), &senior);
    world.must(say(leaking, 1, "published"), &other);
    met.check("already-done", world.clone(), say(leaking, 1, "published"), &senior);
    met.check("self-approval", world.clone(), approve(leaking), &insider);
    met.check("own-override", world.clone(), approve(leaking), &other);
    // The same finding again changes nothing; a further one is not answered for.
    let mut further = world.clone();
    further.must(check(&world.threat, leaking, vec![leak()]), &Actor::Desk);
    assert!(further.threat.draft(leaking).unwrap().overridden.is_some());
    let more = LeakNote { words: "the guest house".into(), ..leak() };
    further.must(check(&world.threat, leaking, vec![leak(), more]), &Actor::Desk);
    met.check("leak-found", further, approve(leaking), &approver);
    world.must(approve(leaking), &approver);
    met.check("draft-settled", world, say(leaking, 1, "published"), &senior);
}

fn comments(met: &Met, world: &World, draft: DraftId) {
    let (reader, inspector) = (holder(Role::Approver), holder(Role::Inspector));
    let say = |draft, quote: &str, words: &str| ThreatCommand::CommentDraft {
        draft,
        quote: quote.into(),
        words: words.into(),
    };
    let answer = |comment, words: &str| ThreatCommand::AnswerComment { draft, comment, words: words.into() };
    let mut world = world.clone();
    met.check("role-may-not", world.clone(), say(draft, "", "Of what?"), &inspector);
    met.check("reason-missing", world.clone(), say(draft, "", " "), &reader);
    met.check("bad-field", world.clone(), say(draft, "", &"long ".repeat(500)), &reader);
    met.check("unknown", world.clone(), say(Id::from_bits(99), "", "Of what?"), &reader);
    met.check("unknown", world.clone(), say(draft, "not in it", "Of what?"), &reader);
    met.check("unknown", world.clone(), answer(0, "Said below."), &reader);
    world.must(say(draft, "Take care.", "Of what?"), &reader);
    met.check("role-may-not", world.clone(), answer(0, "Said below."), &inspector);
    met.check("reason-missing", world.clone(), answer(0, ""), &reader);
    world.must(answer(0, "Said below."), &reader);
    met.check("already-done", world, answer(0, "Said below."), &reader);
}

fn drafts(met: &Met) {
    let (approver, insider) = (holder(Role::Approver), all_roles("insider"));
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written.clone(), &insider);
    met.check("already-done", world.clone(), written, &insider);
    met.check("self-approval", world.clone(), approve(draft), &insider);
    let changed = ThreatCommand::ApproveDraft { draft, fingerprint: "another".into() };
    met.check("changed-since-shown", world.clone(), changed, &approver);
    let (leaking, written) = world.write(victim, &[leak()], &[&[]]);
    world.must(written, &insider);
    met.check("leak-found", world.clone(), approve(leaking), &approver);
    an_override_takes_three(met, &world, leaking, draft);
    comments(met, &world, draft);
    // What came after the check was made is compared before anything is approved (P3).
    let mut later = world.clone();
    let link = later.link();
    later.must(link, &Actor::Desk);
    met.check("not-checked", later.clone(), approve(draft), &approver);
    met.check("only-the-desk", later.clone(), check(&later.threat, draft, Vec::new()), &approver);
    met.check("unknown", later.clone(), check(&later.threat, Id::from_bits(99), Vec::new()), &Actor::Desk);
    let mut found = later.clone();
    found.must(check(&later.threat, draft, vec![leak()]), &Actor::Desk);
    met.check("leak-found", found.clone(), approve(draft), &approver);
    // A later check does not take back what an earlier one found.
    found.must(check(&later.threat, draft, Vec::new()), &Actor::Desk);
    met.check("leak-found", found.clone(), approve(draft), &approver);
    found.must(ThreatCommand::ReturnDraft { draft, reason: reason() }, &approver);
    met.check("draft-settled", found, check(&later.threat, draft, Vec::new()), &Actor::Desk);
    later.must(check(&later.threat, draft, Vec::new()), &Actor::Desk);
    later.must(approve(draft), &approver);
    let (unplanned, written) = world.write(victim, &[], &[]);
    world.must(written, &insider);
    met.check("empty-plan", world.clone(), approve(unplanned), &approver);
    world.must(approve(draft), &approver);
    met.check("draft-settled", world.clone(), approve(draft), &approver);
    met.check("draft-settled", world.clone(), ThreatCommand::ReturnDraft { draft, reason: reason() }, &approver);

    // The same plan twice, whether within one draft or from an earlier one, would be one delivery with two lives.
    let (twice, mut written) = world.write(victim, &[], &[&[], &[]]);
    if let ThreatCommand::WriteDraft { release, .. } = &mut written {
        release.plan[1].id = release.plan[0].id;
    }
    world.must(written, &insider);
    met.check("already-done", world.clone(), approve(twice), &approver);
    let known = world.threat.warnings[0].id;
    let (again, mut written) = world.write(victim, &[], &[&[]]);
    if let ThreatCommand::WriteDraft { release, .. } = &mut written {
        release.warning = known;
    }
    world.must(written, &insider);
    met.check("already-done", world.clone(), approve(again), &approver);

    // A warning to one victim is not an earlier warning to another.
    let other = world.determined(Says::AskAssessor);
    let (draft, mut written) = world.write(other, &[], &[&[]]);
    met.check("unknown", world.clone(), approve(draft), &approver);
    world.must(written.clone(), &insider);
    met.check("not-determined", world.clone(), approve(draft), &approver);
    if let ThreatCommand::WriteDraft { draft, purpose, .. } = &mut written {
        *draft = Id::from_bits(98);
        *purpose = domain::threat::Purpose::StandDown(known);
    }
    met.check("unknown", world, written, &insider);
}

fn deliveries(met: &Met) {
    let (desk, deliverer) = (Actor::Desk, holder(Role::Deliverer));
    let mut world = World::new();
    let (_, warning, ways) = world.warned(&[&[], &[60]]);
    let first = ways[0];
    let begin = start(&mut world, first);
    met.check("only-the-desk", world.clone(), begin.clone(), &deliverer);
    let nameless = acknowledge(&mut world, first, " ", Capacity::Protector);
    met.check("name-missing", world.clone(), nameless, &deliverer);
    let wrong = acknowledge(&mut world, first, "Dr. Amiri", Capacity::IntendedVictim);
    let outside = Actor::Recipient { name: "Dr. Amiri".into() };
    met.check("bad-field", world.clone(), wrong, &outside);
    let receipt = |state| ThreatCommand::RecordReceipt { delivery: first, state, evidence: "a note".into() };
    met.check("bad-field", world.clone(), receipt(DeliveryState::Acknowledged), &deliverer);
    met.check("delivery-cannot", world.clone(), receipt(DeliveryState::Failed), &deliverer);
    let known = ThreatCommand::SendAnotherWay { warning, planned: planned(first, 0, &[]), reason: reason() };
    met.check("already-done", world.clone(), known, &deliverer);

    let mut unlinked = planned(world.id(), 0, &[]);
    unlinked.ack_digest = None;
    let by_hand = unlinked.id;
    world.must(ThreatCommand::SendAnotherWay { warning, planned: unlinked, reason: reason() }, &deliverer);
    let forged = acknowledge(&mut world, by_hand, "Dr. Amiri", Capacity::Protector);
    met.check("not-there", world.clone(), forged, &outside);

    world.must(begin.clone(), &desk);
    met.check("attempt-running", world.clone(), start(&mut world.clone(), first), &desk);
    let ThreatCommand::StartAttempt { attempt, .. } = begin else { unreachable!() };
    let lost = |attempt| ThreatCommand::FinishAttempt {
        delivery: first,
        attempt,
        result: AttemptResult::Unknown { evidence: "no answer".into() },
    };
    met.check("unknown", world.clone(), lost(Id::from_bits(99)), &desk);
    met.check("only-the-desk", world.clone(), lost(attempt), &deliverer);
    world.must(lost(attempt), &desk);
    met.check("unknown", world.clone(), lost(attempt), &desk);
    // Its one attempt is used up: what happens to an unknown delivery is for a person to say.
    met.check("delivery-cannot", world.clone(), start(&mut world.clone(), first), &desk);
    let again = ThreatCommand::StartAttempt { delivery: ways[1], attempt: world.id() };
    world.must(again.clone(), &desk);
    let ThreatCommand::StartAttempt { attempt, .. } = again else { unreachable!() };
    let later = AttemptResult::TryLater { evidence: "busy".into() };
    world.must(ThreatCommand::FinishAttempt { delivery: ways[1], attempt, result: later }, &desk);
    met.check("already-done", world.clone(), again, &desk);
    let heard = acknowledge(&mut world, first, "Dr. Amiri", Capacity::Protector);
    world.must(heard.clone(), &outside);
    met.check("already-done", world, heard, &outside);
}

fn clocks_and_closing(met: &Met) {
    let (desk, senior, insider) = (Actor::Desk, holder(Role::SeniorOfficer), all_roles("insider"));
    let mut world = World::new();
    met.check("still-owed", world.clone(), close(), &senior);
    met.check("not-due", world.clone(), ThreatCommand::PassDeadline { of: ClockOf::Identify }, &desk);
    met.check("only-the-desk", world.clone(), ThreatCommand::PassDeadline { of: ClockOf::Identify }, &senior);
    met.check(
        "not-there",
        world.clone(),
        ThreatCommand::TakeUp { of: ClockOf::Identify, reason: String::new() },
        &senior,
    );
    world.step(180).must(ThreatCommand::PassDeadline { of: ClockOf::Identify }, &desk);
    let victim = world.victim();
    // Somebody has said who is meant: there is nothing left to take up.
    met.check(
        "not-there",
        world.clone(),
        ThreatCommand::TakeUp { of: ClockOf::Identify, reason: String::new() },
        &senior,
    );
    met.check("not-there", world.clone(), ThreatCommand::PassDeadline { of: ClockOf::Identify }, &desk);
    met.check("still-owed", world.clone(), close(), &senior);
    world.must(world.assess(victim, Says::Warn), &insider);
    met.check("still-owed", world.clone(), close(), &senior);
    world.must(outcome(), &insider);
    met.check("self-closing", world.clone(), close(), &insider);

    // Approved and withdrawn before it left: nobody was told, so nobody may end it alone.
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &holder(Role::Assessor));
    world.must(approve(draft), &insider);
    let delivery = world.threat.deliveries[0].id;
    let mut running = world.clone();
    world.must(ThreatCommand::StopDelivery { delivery, reason: reason() }, &insider);
    met.check("self-closing", world.clone(), close(), &insider);
    let begin = start(&mut running, delivery);
    running.must(begin, &desk);
    met.check("attempt-running", running, close(), &senior);
    world.must(close(), &senior);
    met.check("closed", world.clone(), outcome(), &senior);

    let mut world = World::new();
    world.determined(Says::NotOwed);
    let report = world.link();
    let known = report.clone();
    world.must(report, &desk);
    met.check("still-owed", world.clone(), close(), &senior);
    met.check("already-done", world, known, &desk);
}

fn coordination(met: &Met) {
    let (assessor, senior, insider) = (holder(Role::Assessor), holder(Role::SeniorOfficer), all_roles("insider"));
    let coordinate = ThreatCommand::Coordinate;
    let mut world = World::new();
    let take = coordinate(Coordinate::TakeOwnership { note: String::new() });
    let hand = |name: &str, roles: &[Role], off| {
        let to = Holder { name: name.into(), roles: roles.to_vec(), off };
        coordinate(Coordinate::HandOver { to, note: reason() })
    };
    met.check("not-there", world.clone(), hand("joon", &[Role::Intake], false), &assessor);
    met.check("role-may-not", world.clone(), take.clone(), &holder(Role::Inspector));
    world.must(take.clone(), &assessor);
    met.check("owned", world.clone(), take.clone(), &insider);
    met.check("already-done", world.clone(), take, &assessor);
    met.check("owned", world.clone(), hand("joon", &[Role::Intake], false), &holder(Role::Deliverer));
    met.check("account-off", world.clone(), hand("joon", &[Role::Intake], true), &assessor);
    met.check("no-working-role", world.clone(), hand("joon", &[Role::Inspector], false), &assessor);
    met.check("already-done", world.clone(), hand("assessor", &[Role::Assessor], false), &senior);
    let wordless = Coordinate::HandOver {
        to: Holder { name: "joon".into(), roles: vec![Role::Intake], off: false },
        note: " ".into(),
    };
    met.check("reason-missing", world.clone(), coordinate(wordless), &assessor);

    let victim = world.victim();
    let urgent = |victim| coordinate(Coordinate::WarnFirst { victim, reason: reason() });
    met.check("urgent-not-allowed", world.clone(), urgent(victim), &holder(Role::Deliverer));
    let mut strict = world.clone();
    strict.terms = domain::threat::Terms::default();
    met.check("urgent-not-allowed", strict, urgent(victim), &assessor);
    let warn = world.determined(Says::Warn);
    met.check("urgent-not-allowed", world.clone(), urgent(warn), &assessor);
    let waived = world.determined(Says::Waived);
    met.check("silence-stands", world.clone(), urgent(waived), &senior);
    world.must(urgent(victim), &assessor);
    met.check("already-done", world.clone(), urgent(victim), &assessor);
    met.check("still-owed", world.clone(), close(), &senior);

    let dispute = |id: u128, victim| {
        let dispute = Id::from_bits(id);
        coordinate(Coordinate::Dispute { dispute, victim, reason: reason(), for_originator: None })
    };
    let settle = |id: u128, upheld| {
        coordinate(Coordinate::SettleDispute { dispute: Id::from_bits(id), upheld, reason: reason() })
    };
    met.check("not-there", world.clone(), dispute(900, victim), &assessor);
    met.check("role-may-not", world.clone(), dispute(900, waived), &holder(Role::Inspector));
    world.must(dispute(900, waived), &insider);
    met.check("already-done", world.clone(), dispute(901, waived), &assessor);
    met.check("disputed", world.clone(), world.affirm(waived, Says::Waived), &senior);
    for part_of_it in [&insider, &assessor, &senior] {
        met.check("self-settling", world.clone(), settle(900, true), part_of_it);
    }
    met.check("role-may-not", world.clone(), settle(900, true), &holder(Role::Approver));
    met.check("unknown", world.clone(), settle(999, true), &senior);
    world.must(settle(900, true), &all_roles("okafor"));
    met.check("already-done", world.clone(), settle(900, false), &all_roles("okafor"));
    met.check("already-done", world.clone(), dispute(902, waived), &insider);
    let mut world = World::new();
    let (victim, ..) = world.warned(&[&[]]);
    met.check("already-warned", world, dispute(900, victim), &assessor);
}

fn originators_and_deadlines(met: &Met) {
    let (assessor, approver) = (holder(Role::Assessor), holder(Role::Approver));
    let coordinate = ThreatCommand::Coordinate;
    let mut world = World::new();
    let report = world.threat.reports[0].report;
    let state = |report, details| coordinate(Coordinate::StateDetails { report, details });
    let theirs = common::details(Some("the other service"), &[("approver", Stake::NAMED)]);
    met.check("role-may-not", world.clone(), state(report, theirs.clone()), &approver);
    met.check("unknown", world.clone(), state(Id::from_bits(99), theirs.clone()), &assessor);
    met.check("bad-field", world.clone(), state(report, common::details(Some(" "), &[])), &assessor);
    met.check("bad-field", world.clone(), state(report, common::details(None, &[("", Stake::NAMED)])), &assessor);
    world.must(state(report, theirs.clone()), &assessor);
    met.check("already-done", world.clone(), state(report, theirs), &assessor);

    let victim = world.determined(Says::Warn);
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &assessor);
    met.check("originator-not-asked", world.clone(), approve(draft), &approver);
    let proposed = world.victim();
    met.check("conflict-of-interest", world.clone(), world.assess(proposed, Says::Warn), &all_roles("approver"));
    let ask = |minutes: i64, originator: &str, at: Timestamp| {
        let answer_by = at.saturating_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
        let (consultation, originator) = (Id::from_bits(800), originator.to_owned());
        coordinate(Coordinate::AskOriginator { consultation, originator, question: reason(), answer_by })
    };
    let at = world.at;
    met.check("bad-field", world.clone(), ask(1, "the other service", at), &assessor);
    met.check("past-the-start", world.clone(), ask(60 * 72, "the other service", at), &assessor);
    met.check("unknown", world.clone(), ask(60, "somebody else", at), &assessor);
    world.must(ask(60, "the other service", at), &assessor);
    met.check("already-done", world.clone(), ask(60, "the other service", at), &assessor);
    let answer = |stance, person: &str| {
        let consultation = Id::from_bits(800);
        coordinate(Coordinate::RecordAnswer { consultation, stance, person: person.into(), words: reason() })
    };
    met.check("name-missing", world.clone(), answer(Stance::Agrees, " "), &assessor);
    met.check("not-due", world.clone(), answer(Stance::NoAnswer, ""), &assessor);
    world.must(answer(Stance::Objects, "C. Doe"), &assessor);
    met.check("already-done", world.clone(), answer(Stance::Agrees, "C. Doe"), &assessor);

    let due = hours(world.at, 4);
    let delay = |of, until| {
        let kind = domain::threat::DelayKind::Extension;
        coordinate(Coordinate::Delay { of, kind, until, reason: reason() })
    };
    let of = ClockOf::Determine(proposed);
    met.check("delay-not-allowed", world.clone(), delay(ClockOf::Outcome, hours(due, 900)), &assessor);
    met.check("not-there", world.clone(), delay(ClockOf::Identify, hours(due, 1)), &assessor);
    met.check("delay-not-allowed", world.clone(), delay(of, hours(due, 1)), &approver);
    met.check("delay-not-allowed", world.clone(), delay(of, hours(due, 7)), &assessor);
    met.check("bad-field", world.clone(), delay(of, due), &assessor);
    let mut late = world.clone();
    late.step(5 * 60);
    met.check("delay-not-allowed", late, delay(of, hours(due, 3)), &assessor);
    let mut near = World::with_window(domain::Window::new(Some(hours(world.at, 5)), None));
    let victim = near.victim();
    met.check("past-the-start", near, delay(ClockOf::Determine(victim), hours(due, 2)), &assessor);
}

fn accounts(met: &Met) {
    let at = Timestamp::UNIX_EPOCH;
    let id = |bits| AccountId::from_bits(bits);
    let account = |bits, name: &str, roles: &[Role]| AccountEvent::AccountOpened {
        id: id(bits),
        name: name.into(),
        full_name: name.into(),
        roles: roles.to_vec(),
    };
    let desk = [account(1, "okafor", &[Role::SeniorOfficer]), account(2, "mara", &[Role::Assessor])];
    let desk = desk.iter().fold(Accounts::default(), |accounts, event| accounts.apply(at, event));
    let senior = Actor::person("okafor", &[Role::SeniorOfficer]);
    let open = |bits, name: &str| AccountCommand::Open {
        id: id(bits),
        name: name.into(),
        full_name: "Somebody".into(),
        roles: vec![],
    };
    let check = |rule: &str, accounts: &Accounts, command: AccountCommand, by: &Actor| {
        met.met(rule, &format!("{command:?} by {}", by.name()), accounts.decide(command, by));
    };
    for name in ["mara", "desk", "link"] {
        check("name-taken", &desk, open(3, name), &senior);
    }
    for name in ["", "a", "Mara", "ma ra", "mára", &"m".repeat(41)] {
        check("bad-name", &desk, open(3, name), &senior);
    }
    check("already-done", &desk, open(2, "joon"), &senior);
    check("role-may-not", &desk, open(3, "joon"), &Actor::person("mara", &[Role::Assessor]));
    check("role-may-not", &desk, open(3, "joon"), &Actor::Recipient { name: "okafor".into() });
    let roles = |bits, roles: &[Role]| AccountCommand::ChangeRoles { id: id(bits), roles: roles.to_vec() };
    check("own-roles", &desk, roles(1, &Role::ALL), &senior);
    check("last-of-role", &desk, roles(1, &[]), &Actor::Desk);
    let off = |bits| AccountCommand::SwitchOff { id: id(bits), reason: reason() };
    check("last-of-role", &desk, off(1), &senior);
    check("unknown", &desk, off(9), &senior);
    check("reason-missing", &desk, AccountCommand::SwitchOff { id: id(2), reason: String::new() }, &senior);
    check("already-done", &desk, AccountCommand::SwitchOn { id: id(2), reason: reason() }, &senior);
    let password = |bits| AccountCommand::ChangePassword { id: id(bits) };
    check("only-the-desk", &desk, password(2), &senior);
    check("only-the-desk", &desk, password(1), &Actor::Recipient { name: "okafor".into() });
    let without = desk.apply(at, &AccountEvent::AccountSwitchedOff { id: id(2), reason: reason() });
    assert!(without.0.values().any(|account: &Account| account.off));
    check("account-off", &without, password(2), &Actor::person("mara", &[Role::Assessor]));
    // A session that still says "senior officer" after its account was switched off (A14).
    check("account-off", &without, open(3, "joon"), &Actor::person("mara", &[Role::SeniorOfficer]));
    check("already-done", &without, off(2), &senior);
}
