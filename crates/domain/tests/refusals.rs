//! Every refusal has a row: a state, a command, who gives it, and the rule that answers.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

mod common;

use std::cell::RefCell;
use std::collections::BTreeSet;

use common::{Says, World, all_roles, approve, check, holder, identify, leak, planned};
use domain::account::{Account, AccountCommand, AccountEvent, Accounts};
use domain::delivery::DeliveryState;
use domain::report::{Handling, Original, Received, ReportEvent, open_protected, receive};
use domain::threat::{AttemptResult, Capacity, ClockOf, OutcomeKind, ThreatCommand};
use domain::{AccountId, Actor, DeliveryId, Id, Refusal, Role};
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
    accounts(&met);
    reports(&met);
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
    met.check("self-affirmation", world.clone(), world.affirm(victim, Says::NotOwed), &insider);
    met.check("role-may-not", world.clone(), world.affirm(victim, Says::NotOwed), &assessor);
    for says in [Says::AskSenior, Says::AskAssessor, Says::Warn, Says::Waived] {
        let mut command = world.affirm(victim, says);
        if let ThreatCommand::AffirmSilence { of, .. } = &mut command {
            *of = domain::threat::Affirms::NotOwed;
        }
        met.check("affirmation-does-not-count", world.clone(), command, &senior);
    }
    let mut wordless = world.affirm(victim, Says::NotOwed);
    if let ThreatCommand::AffirmSilence { reason, .. } = &mut wordless {
        *reason = " \n".into();
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
    met.check("not-there", world.clone(), ThreatCommand::TakeUp { of: ClockOf::Identify }, &senior);
    world.step(180).must(ThreatCommand::PassDeadline { of: ClockOf::Identify }, &desk);
    let victim = world.victim();
    // Somebody has said who is meant: there is nothing left to take up.
    met.check("not-there", world.clone(), ThreatCommand::TakeUp { of: ClockOf::Identify }, &senior);
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

fn reports(met: &Met) {
    let at = Timestamp::UNIX_EPOCH;
    let received = Received {
        id: Id::from_bits(1),
        name: "tip.txt".into(),
        reporter: "a caller".into(),
        handling: Handling::Protected,
        original: Original::Text("They will do it on Friday.".into()),
        sha256: "00".into(),
    };
    met.met("role-may-not", "an inspector brings a report", receive(received.clone(), &holder(Role::Inspector)));
    met.met("role-may-not", "the desk brings a report", receive(received.clone(), &Actor::Desk));
    let events = receive(received, &holder(Role::Intake)).unwrap();
    let report = events.iter().fold(None, |report, event| domain::report::apply(report, at, event)).unwrap();
    let look = |report, why: &str, role| open_protected(report, why, &holder(role), at);
    met.met("role-may-not", "intake looks", look(&report, "why", Role::Intake));
    met.met("reason-missing", "a look without a reason", look(&report, " ", Role::Assessor));
    let of = Id::from_bits(2);
    let twin = domain::report::apply(Some(report.clone()), at, &ReportEvent::DuplicateFound { of }).unwrap();
    met.met("duplicate", "a look at a duplicate", look(&twin, "why", Role::Assessor));
}
