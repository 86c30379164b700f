//! The small state machines as tables: what each command makes of each state. A delivery's own table stands beside
//! its states in `delivery.rs`.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

mod common;

use common::{PACK, Says, World, all_roles, approve, holder, leak};
use domain::account::{AccountCommand, AccountEvent, Accounts};
use domain::delivery::{DeliveryState, DeliveryStep};
use domain::marking::{MarkedBy, Marking, SpanMark};
use domain::report::{Handling, Original, Reading, Received, Report, ReportEvent, apply};
use domain::threat::{DraftState, ThreatCommand};
use domain::{AccountId, Actor, Id, Role, Span, VictimId};
use jiff::Timestamp;

/// The victims a determination can find, each with who answered last: `assessor`.
fn victims() -> [(&'static str, World, VictimId); 7] {
    let new = |says: Option<Says>| {
        let mut world = World::new();
        let victim = match says {
            Some(says) => world.determined(says),
            None => world.victim(),
        };
        (world, victim)
    };
    let [fresh, asking, proposed, warn, not_owed, waived] = [
        None,
        Some(Says::AskAssessor),
        Some(Says::AskSenior),
        Some(Says::Warn),
        Some(Says::NotOwed),
        Some(Says::Waived),
    ]
    .map(new);
    let mut warned = World::new();
    let (victim, ..) = warned.warned(&[&[]]);
    [
        ("not answered", fresh.0, fresh.1),
        ("unresolved", asking.0, asking.1),
        ("silence proposed", proposed.0, proposed.1),
        ("warn", warn.0, warn.1),
        ("not owed", not_owed.0, not_owed.1),
        ("waived", waived.0, waived.1),
        ("warned", warned, victim),
    ]
}

/// One row per state; one column per command, in this order: assessed as warn, as unresolved, as silence proposed, as
/// not owed, as waived; affirmed as not owed and as waived by a senior officer; affirmed by whoever answered.
const DETERMINATION: [(&str, [&str; 8]); 7] = {
    const NOBODY: &str = "not-there";
    const MISSING: &str = "affirmation-missing";
    const WARNED: &str = "already-warned";
    const DONE: &str = "already-done";
    const SELF: &str = "self-affirmation";
    [
        ("not answered", ["warn", "unresolved", "unresolved", MISSING, MISSING, NOBODY, NOBODY, NOBODY]),
        ("unresolved", ["warn", "unresolved", "unresolved", MISSING, MISSING, "not owed", "waived", SELF]),
        ("silence proposed", ["warn", "unresolved", "unresolved", MISSING, MISSING, "not owed", "waived", SELF]),
        ("warn", ["warn", "unresolved", "unresolved", MISSING, MISSING, "not owed", "waived", SELF]),
        ("not owed", ["warn", "unresolved", "unresolved", MISSING, MISSING, DONE, DONE, SELF]),
        ("waived", ["warn", "unresolved", "unresolved", MISSING, MISSING, DONE, DONE, SELF]),
        ("warned", ["warn", WARNED, WARNED, WARNED, WARNED, WARNED, WARNED, WARNED]),
    ]
};

#[test]
fn determination_of_each_victim() {
    let (assessor, senior) = (holder(Role::Assessor), holder(Role::SeniorOfficer));
    // The same person as `assessor`, with the roles to affirm.
    let assessor_too = all_roles("assessor");
    for ((state, world, victim), (row, expected)) in victims().into_iter().zip(DETERMINATION) {
        assert_eq!(state, row);
        let assess = [Says::Warn, Says::AskAssessor, Says::AskSenior, Says::NotOwed, Says::Waived];
        let mut commands: Vec<_> = assess.map(|says| (world.assess(victim, says), &assessor)).into();
        commands.extend([Says::NotOwed, Says::Waived].map(|says| (world.affirm(victim, says), &senior)));
        commands.push((world.affirm(victim, Says::NotOwed), &assessor_too));
        for ((command, by), expected) in commands.into_iter().zip(expected) {
            let shown = format!("{state}, then {command:?} by {}", by.name());
            let mut world = world.clone();
            let found = match world.give(command, by) {
                Ok(_) => world.threat.victim(victim).unwrap().determination().to_string(),
                Err(refusal) => refusal.rule().to_owned(),
            };
            assert_eq!(found, expected, "{shown}");
        }
    }
}

fn affirmations(world: &World, victim: VictimId) -> usize {
    world.threat.victim(victim).unwrap().under(PACK).unwrap().newest.as_ref().unwrap().affirmations.len()
}

#[test]
fn answering_again_clears_an_affirmation() {
    let mut world = World::new();
    let victim = world.determined(Says::NotOwed);
    assert_eq!(affirmations(&world, victim), 1);
    world.must(world.assess(victim, Says::AskSenior), &holder(Role::SeniorOfficer));
    let known = world.threat.victim(victim).unwrap();
    assert!(affirmations(&world, victim) == 0 && !known.silent());
    // The senior officer has answered now, so somebody else must affirm.
    let refused = world.give(world.affirm(victim, Says::NotOwed), &holder(Role::SeniorOfficer)).unwrap_err();
    assert_eq!(refused.rule(), "self-affirmation");
}

/// One row per state; one column per command: approved by a second person, by its writer, by a second person who was
/// shown something else, sent back.
const DRAFT: [(DraftState, [&str; 4]); 4] = [
    (DraftState::Written, ["approved", "self-approval", "changed-since-shown", "returned"]),
    (DraftState::Leaking, ["leak-found", "self-approval", "leak-found", "returned"]),
    (DraftState::Approved, ["draft-settled"; 4]),
    (DraftState::Returned, ["draft-settled"; 4]),
];

#[test]
fn drafts() {
    let (approver, writer) = (holder(Role::Approver), all_roles("writer"));
    for (state, expected) in DRAFT {
        let mut world = World::new();
        let victim = world.determined(Says::Warn);
        let leaks = if state == DraftState::Leaking { vec![leak()] } else { Vec::new() };
        let (draft, written) = world.write(victim, &leaks, &[&[]]);
        world.must(written, &writer);
        let back = ThreatCommand::ReturnDraft { draft, reason: "says too much".into() };
        match state {
            DraftState::Written | DraftState::Leaking => {}
            DraftState::Approved => drop(world.must(approve(draft), &approver)),
            DraftState::Returned => drop(world.must(back.clone(), &approver)),
        }
        assert_eq!(world.threat.draft(draft).unwrap().state, state);
        let other = ThreatCommand::ApproveDraft { draft, fingerprint: "f2".into() };
        let commands = [(approve(draft), &approver), (approve(draft), &writer), (other, &approver), (back, &approver)];
        for ((command, by), expected) in commands.into_iter().zip(expected) {
            let shown = format!("{state:?}, then {command:?}");
            let mut world = world.clone();
            let found = match world.give(command, by) {
                Ok(_) => format!("{:?}", world.threat.draft(draft).unwrap().state).to_lowercase(),
                Err(refusal) => refusal.rule().to_owned(),
            };
            assert_eq!(found, expected, "{shown}");
        }
    }
}

/// A draft that was sent back stays so; its words written again are a new draft with its own writer.
#[test]
fn a_returned_draft_is_never_approved_and_its_rewriting_needs_another_reader() {
    let (first, second) = (all_roles("first"), all_roles("second"));
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &first);
    world.must(ThreatCommand::ReturnDraft { draft, reason: "shorter".into() }, &second);
    let (again, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &second);
    let mut rule = |draft, by: &Actor| world.give(approve(draft), by).map_err(|refusal| refusal.rule());
    assert_eq!(rule(draft, &first).unwrap_err(), "draft-settled");
    assert_eq!(rule(again, &second).unwrap_err(), "self-approval");
    rule(again, &first).unwrap();
}

/// One row per state; one column per command: opened, roles changed, switched off, switched on, own password.
const ACCOUNT: [(&str, [&str; 5]); 3] = [
    ("absent", ["on", "unknown", "unknown", "unknown", "unknown"]),
    ("on", ["name-taken", "on", "off", "already-done", "on"]),
    ("off", ["name-taken", "off", "already-done", "on", "account-off"]),
];

#[test]
fn accounts() {
    let (id, at) = (AccountId::from_bits(2), Timestamp::UNIX_EPOCH);
    let (senior, mara) = (Actor::person("okafor", &[Role::SeniorOfficer]), Actor::person("mara", &[Role::Assessor]));
    let opened = |bits, name: &str, roles: &[Role]| AccountEvent::AccountOpened {
        id: AccountId::from_bits(bits),
        name: name.into(),
        full_name: name.into(),
        roles: roles.to_vec(),
    };
    let off = AccountEvent::AccountSwitchedOff { id, reason: "left".into() };
    for (state, expected) in ACCOUNT {
        let mut accounts = Accounts::default().apply(at, &opened(1, "okafor", &[Role::SeniorOfficer]));
        if state != "absent" {
            accounts = accounts.apply(at, &opened(2, "mara", &[Role::Assessor]));
        }
        if state == "off" {
            accounts = accounts.apply(at, &off);
        }
        let (name, full_name, reason) = ("mara".to_owned(), "Mara".to_owned(), "as agreed".to_owned());
        let commands = [
            (AccountCommand::Open { id, name, full_name, roles: vec![Role::Assessor] }, &senior),
            (AccountCommand::ChangeRoles { id, roles: vec![Role::Intake] }, &senior),
            (AccountCommand::SwitchOff { id, reason: reason.clone() }, &senior),
            (AccountCommand::SwitchOn { id, reason }, &senior),
            (AccountCommand::ChangePassword { id }, &mara),
        ];
        for ((command, by), expected) in commands.into_iter().zip(expected) {
            let shown = format!("{state}, then {command:?}");
            let found = match accounts.decide(command, by) {
                Ok(events) => {
                    let after = events.iter().fold(accounts.clone(), |accounts, event| accounts.apply(at, event));
                    if after.0[&id].off { "off" } else { "on" }
                }
                Err(refusal) => refusal.rule(),
            };
            assert_eq!(found, expected, "{shown}");
        }
    }
}

fn stands(report: Option<&Report>) -> String {
    let Some(report) = report else { return "absent".into() };
    let parts = [
        report.reading.as_ref().map(|_| "read"),
        report.duplicate_of.map(|_| "duplicate"),
        report.threat.map(|_| "on a threat"),
        (!report.looks.is_empty()).then_some("looked at"),
        (!report.marks.is_empty()).then_some("marked"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "received".into() } else { parts.join(", ") }
}

/// Each event after `received`, after nothing at all, and twice: a fold refuses none and loses none.
#[test]
fn reports() {
    let at = Timestamp::UNIX_EPOCH;
    let received = ReportEvent::ReportReceived {
        received: Received {
            id: Id::from_bits(1),
            name: "tip.txt".into(),
            reporter: "a caller".into(),
            handling: Handling::Protected,
            original: Original::Text("They will do it on Friday.".into()),
            sha256: "00".into(),
            details: domain::threat::Details::default(),
        },
        by: "ilse".into(),
    };
    let reading = Reading {
        sentence: "They will do it.".into(),
        claims: Vec::new(),
        furniture: Vec::new(),
        language: None,
        document_date: None,
        window: None,
        after_the_fact: false,
        keys: Vec::new(),
    };
    let signed = domain::threat::Signed { by: "mara".into(), at, reason: "to assess".into() };
    let (marking, how) = (Marking::held(), MarkedBy::Hand);
    let put = SpanMark { span: Span::new(0, 4), marking, how, signed: signed.clone() };
    let rows = [
        (ReportEvent::ReportRead { reading }, "read"),
        (ReportEvent::DuplicateFound { of: Id::from_bits(2) }, "duplicate"),
        (ReportEvent::ReportAssigned { threat: Id::from_bits(3) }, "on a threat"),
        (ReportEvent::ProtectedOpened { signed }, "looked at"),
        (ReportEvent::WordsMarked { marks: vec![put.clone()] }, "marked"),
        (ReportEvent::WordsReleased { mark: put }, "marked"),
        (ReportEvent::ToldAnew { sentence: "They will.".into() }, "received"),
        (received.clone(), "received"),
    ];
    let first = apply(None, at, &received);
    assert_eq!(stands(first.as_ref()), "received");
    for (event, expected) in &rows {
        let before = if *event == received { "received" } else { "absent" };
        assert_eq!(stands(apply(None, at, event).as_ref()), before, "nothing, then {}", event.kind());
        let once = apply(first.clone(), at, event);
        assert_eq!(stands(once.as_ref()), *expected, "received, then {}", event.kind());
        assert_eq!(stands(apply(once, at, event).as_ref()), *expected, "{} twice", event.kind());
    }
    let all = rows.iter().fold(first, |report, (event, _)| apply(report, at, event));
    assert_eq!(stands(all.as_ref()), "read, duplicate, on a threat, looked at, marked");
}

/// A carrier's word never takes a delivery back to less than was known of it.
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

/// Words changed after the second reader saw them are not approved: not the old ones, and the new ones only anew.
#[test]
fn a_newer_version_takes_the_place_of_the_older_one() {
    let (writer, approver) = (all_roles("writer"), holder(Role::Approver));
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    let (first, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &writer);
    let (second, mut written) = world.write(victim, &[], &[&[]]);
    let ThreatCommand::WriteDraft { follows, .. } = &mut written else { unreachable!() };
    *follows = Some(first);
    world.must(written, &writer);
    let order: Vec<_> = world.threat.versions(first).iter().map(|draft| draft.id).collect();
    assert_eq!((order, world.threat.versions(second).len()), (vec![first, second], 2));
    assert!(world.threat.is_replaced(first) && !world.threat.is_replaced(second));
    for command in [approve(first), ThreatCommand::ReturnDraft { draft: first, reason: "old".into() }] {
        assert_eq!(world.clone().give(command, &approver).unwrap_err().rule(), "draft-settled");
    }
    world.must(approve(second), &approver);
}

#[test]
fn a_comment_is_open_until_somebody_has_answered_it() {
    let (writer, reader) = (all_roles("writer"), holder(Role::Approver));
    let mut world = World::new();
    let victim = world.determined(Says::Warn);
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &writer);
    let say = |quote: &str| ThreatCommand::CommentDraft { draft, quote: quote.into(), words: "Of what?".into() };
    world.must(say(" Take care. "), &reader);
    world.must(say(""), &reader);
    let comments = &world.threat.draft(draft).unwrap().comments;
    assert!(comments.len() == 2 && comments[0].quote == "Take care." && comments[0].answered.is_none());
    world.must(ThreatCommand::AnswerComment { draft, comment: 0, words: "Said below.".into() }, &writer);
    let comments = &world.threat.draft(draft).unwrap().comments;
    assert_eq!(comments[0].answered.as_ref().map(|signed| signed.by.as_str()), Some("writer"));
    assert!(comments[1].answered.is_none());
    // A comment stops nothing: whoever approves has read it.
    world.must(approve(draft), &reader);
}
