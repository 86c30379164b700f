//! Determinations as facts: each points to the one before it and says why it was made; several packs are determined
//! separately, one that says warn is enough, and silence takes all of them.
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

mod common;

use common::{PACK, Says, World, approve, holder, hours, identify};
use domain::assessment::PolicyRef;
use domain::packs::{PackCommand, Packs};
use domain::threat::{Anew, Asked, ClockOf, Determined, Hit, OutcomeKind, ThreatCommand};
use domain::{Actor, Determination, Role, VictimId};
use jiff::Timestamp;

const OTHER: &str = "other";

/// Somebody about whom two packs ask; the other one by an hour earlier.
fn under_two() -> (World, VictimId) {
    let mut world = World::new();
    let victim = world.id();
    let mut command = identify(victim, world.at);
    if let ThreatCommand::IdentifyVictim { asks, .. } = &mut command {
        asks.push(Asked { pack: OTHER.into(), determine_by: hours(world.at, 3), escalate_to: Vec::new() });
    }
    world.must(command, &holder(Role::Assessor));
    (world, victim)
}

/// Brings one pack to say this, through the ordinary commands.
fn says(world: &mut World, victim: VictimId, pack: &str, what: Says) {
    let silent = matches!(what, Says::NotOwed | Says::Waived);
    let first = if silent { Says::AskSenior } else { what };
    world.must(world.assess_under(victim, first, pack), &holder(Role::Assessor));
    if silent {
        world.must(world.affirm_under(victim, what, pack), &holder(Role::SeniorOfficer));
    }
}

type Row = (Option<Says>, Option<Says>, Determination, &'static str, bool);

/// What one pack and the other say, and what follows: the determination, the clocks about it, and whether the threat
/// can be closed at once. `None` is a pack that nobody answered.
#[test]
fn several_packs_are_determined_separately() {
    use Determination::{NotOwed, Unresolved, Waived, Warn};
    let rows: [Row; 11] = [
        (None, None, Unresolved, "determine", false),
        (Some(Says::NotOwed), None, Unresolved, "determine", false),
        (Some(Says::NotOwed), Some(Says::AskAssessor), Unresolved, "determine", false),
        (Some(Says::NotOwed), Some(Says::AskSenior), Unresolved, "affirm", false),
        (Some(Says::AskSenior), None, Unresolved, "determine, affirm", false),
        (Some(Says::Warn), None, Warn, "determine, deliver", false),
        (None, Some(Says::Warn), Warn, "determine, deliver", false),
        (Some(Says::Warn), Some(Says::NotOwed), Warn, "deliver", false),
        (Some(Says::Waived), Some(Says::NotOwed), Waived, "", true),
        (Some(Says::NotOwed), Some(Says::Waived), Waived, "", true),
        (Some(Says::NotOwed), Some(Says::NotOwed), NotOwed, "", true),
    ];
    for (one, other, determination, clocks, closes) in rows {
        let (mut world, victim) = under_two();
        for (pack, what) in [(PACK, one), (OTHER, other)] {
            if let Some(what) = what {
                says(&mut world, victim, pack, what);
            }
        }
        let shown = format!("{one:?} and {other:?}");
        assert_eq!(world.threat.victim(victim).unwrap().determination(), determination, "{shown}");
        let mut found: Vec<(u8, &str)> = world.threat.clocks().iter().filter_map(|clock| word(clock.of)).collect();
        found.sort_unstable();
        let found: Vec<&str> = found.into_iter().map(|(_, word)| word).collect();
        assert_eq!(found.join(", "), clocks, "{shown}");
        let close = ThreatCommand::Close { reason: "nothing is owed".into() };
        assert_eq!(world.give(close, &holder(Role::SeniorOfficer)).is_ok(), closes, "{shown}");
    }
}

fn word(of: ClockOf) -> Option<(u8, &'static str)> {
    match of {
        ClockOf::Determine(_) => Some((0, "determine")),
        ClockOf::Affirm(_) => Some((1, "affirm")),
        ClockOf::Deliver(_) => Some((2, "deliver")),
        _ => None,
    }
}

#[test]
fn the_soonest_pack_asks_for_all_and_an_answer_leaves_the_other() {
    let (mut world, victim) = under_two();
    let due = |world: &World| {
        let clocks = world.threat.clocks();
        clocks.into_iter().find(|clock| clock.of == ClockOf::Determine(victim)).map(|clock| clock.due_at)
    };
    let begins = world.at;
    assert_eq!(due(&world), Some(hours(begins, 3)));
    says(&mut world, victim, OTHER, Says::NotOwed);
    assert_eq!(due(&world), Some(hours(begins, 4)), "the other pack still asks");
}

/// Who was warned stays warned; the other pack's answer is still put on the record.
#[test]
fn after_a_warning_the_other_pack_can_still_say_no() {
    let (mut world, victim) = under_two();
    says(&mut world, victim, PACK, Says::Warn);
    let (draft, written) = world.write(victim, &[], &[&[]]);
    world.must(written, &holder(Role::Assessor));
    world.must(approve(draft), &holder(Role::Approver));
    assert!(world.threat.clocks().iter().all(|clock| word(clock.of).is_none()), "a warning is on its way");
    says(&mut world, victim, OTHER, Says::NotOwed);
    assert_eq!(world.threat.victim(victim).unwrap().determination(), Determination::Warn);
    let undo = world.assess(victim, Says::AskSenior);
    assert_eq!(world.give(undo, &holder(Role::Assessor)).unwrap_err().rule(), "already-warned");
}

#[test]
fn each_determination_points_to_the_one_before_it_and_says_why() {
    use Anew::{Affirmation, First, NewAnswers, NewPack, NewReport};
    let mut world = World::new();
    let victim = world.victim();
    let (assessor, senior) = (holder(Role::Assessor), holder(Role::SeniorOfficer));
    world.must(world.assess(victim, Says::AskAssessor), &assessor);
    world.step(5);
    world.must(world.assess(victim, Says::AskSenior), &assessor);
    world.step(5);
    world.must(world.affirm(victim, Says::NotOwed), &senior);
    // After the fact a report says how it ended, and not what is owed.
    let (mut afterwards, mut came) = (world.link(), world.link());
    if let ThreatCommand::LinkReport { after_the_fact, .. } = &mut afterwards {
        *after_the_fact = true;
    }
    if let ThreatCommand::LinkReport { why, .. } = &mut came {
        why.push_str(", and more exact");
    }
    world.must(afterwards, &Actor::Desk);
    world.step(5);
    world.must(world.assess(victim, Says::AskSenior), &assessor);
    world.must(came, &Actor::Desk);
    world.step(5);
    world.must(world.assess(victim, Says::Warn), &assessor);
    let mut anew = world.step(5).assess(victim, Says::Warn);
    if let ThreatCommand::AssessVictim { given, .. } = &mut anew {
        given.assessment.policy.hash = "11".into();
    }
    world.must(anew, &assessor);
    let under = world.threat.victim(victim).unwrap().under(PACK).unwrap();
    let history: Vec<&Determined> = under.history().collect();
    let why: Vec<Anew> = history.iter().map(|one| one.why).collect();
    assert_eq!(why, [First, NewAnswers, Affirmation, NewAnswers, NewReport, NewPack]);
    assert_eq!(history[0].replaces, None);
    for (before, after) in history.iter().zip(&history[1..]) {
        assert_eq!(after.replaces, Some(before.id));
        assert!(before.at < after.at);
    }
    assert_eq!((history[2].by.as_str(), history[2].answered_by.as_str()), ("senior_officer", "assessor"));
    assert_eq!(history[4].reports.len(), 3, "what was known when it was determined");
    let twice = world.assess(victim, Says::Warn);
    let known = history[0].id;
    let ThreatCommand::AssessVictim { victim, mut given } = twice else { panic!("assess makes an assessment") };
    given.id = known;
    let refused = world.give(ThreatCommand::AssessVictim { victim, given }, &assessor).unwrap_err();
    assert_eq!(refused.rule(), "already-done", "an id names one determination for ever");
}

#[test]
fn an_adopted_version_takes_the_place_of_the_one_before_and_both_stay() {
    let policy = |id: &str, hash: &str| PolicyRef { id: id.into(), version: hash.into(), hash: hash.into() };
    let (mara, okafor) = (holder(Role::Assessor), holder(Role::SeniorOfficer));
    let begin = PackCommand::Begin { policy: policy("clery", "aa"), text: "one".into() };
    let mut packs = Packs::default();
    let mut give = |command: PackCommand, by: &Actor| {
        let events = packs.decide(command, by).unwrap();
        packs = events.iter().fold(packs.clone(), |packs, event| packs.apply(Timestamp::UNIX_EPOCH, event));
        packs.clone()
    };
    give(begin, &Actor::Desk);
    let propose = |id: &str, hash: &str| PackCommand::Propose {
        policy: policy(id, hash),
        text: format!("text of {hash}"),
        unsound: Vec::new(),
        reason: "counsel has read it".into(),
    };
    let adopt = |hash: &str| PackCommand::Adopt { hash: hash.into(), reason: "agreed".into() };
    give(propose("duty-of-care", "bb"), &mara);
    give(propose("clery", "cc"), &mara);
    let waiting = give(propose("clery", "dd"), &mara);
    assert_eq!(waiting.proposed.len(), 2, "a proposal takes the place of the one before it");
    give(adopt("d"), &okafor);
    let packs = give(adopt("bb"), &okafor);
    let in_force: Vec<&str> = packs.in_force().map(|pack| pack.policy.hash.as_str()).collect();
    assert_eq!(in_force, ["dd", "bb"], "in the order their ids were first adopted");
    assert_eq!(packs.version("aa").unwrap().text, "one", "the old one stays, for those who draw it again");
    assert!(packs.proposed.is_empty());
}

fn find(parties: &[&str]) -> ThreatCommand {
    let hit = |party: &&str| Hit { party: (*party).into(), name: format!("guest {party}"), why: "in the hotel".into() };
    ThreatCommand::FindParties { hits: parties.iter().map(hit).collect() }
}

/// Somebody entered in the register after people had said who is meant: a person says whether they are meant too, and
/// until then a clock runs and nothing is closed.
#[test]
fn whom_the_register_finds_later_is_spoken_about() {
    let (assessor, senior) = (holder(Role::Assessor), holder(Role::SeniorOfficer));
    let runs = |world: &World| world.threat.clocks().into_iter().find(|clock| clock.of == ClockOf::Found);
    let dismiss = |party: &str| ThreatCommand::DismissParty { party: party.into(), reason: "left on Sunday".into() };
    let refused = |world: &World, command, by: &Actor| world.clone().give(command, by).unwrap_err().rule();
    let mut world = World::new();
    let victim = world.victim();
    assert_eq!(refused(&world, find(&["a"]), &assessor), "only-the-desk");
    assert_eq!(refused(&world, dismiss("a"), &assessor), "unknown");
    assert!(runs(&world).is_none());
    world.must(find(&["a", "b", "a"]), &Actor::Desk);
    assert_eq!(world.threat.found.len(), 2, "each once");
    assert_eq!(runs(&world).map(|clock| (clock.due_at, clock.with)), Some((hours(world.at, 1), "assessor".into())));
    assert_eq!(refused(&world, find(&["a"]), &Actor::Desk), "already-done", "each is put to people once");
    assert_eq!(refused(&world, dismiss("a"), &holder(Role::Deliverer)), "role-may-not");

    says(&mut world, victim, PACK, Says::NotOwed);
    let close = || ThreatCommand::Close { reason: "over".into() };
    assert_eq!(refused(&world, close(), &senior), "still-owed");
    world.must(dismiss("a"), &assessor);
    assert_eq!(refused(&world, dismiss("a"), &assessor), "already-done");
    assert!(runs(&world).is_some(), "b is still spoken about");
    // The deadline passes, and whoever says that they are meant has spoken too.
    world.step(61).must(ThreatCommand::PassDeadline { of: ClockOf::Found }, &Actor::Desk);
    let mut command = identify(world.id(), world.at);
    if let ThreatCommand::IdentifyVictim { party, .. } = &mut command {
        *party = Some("b".into());
    }
    world.must(command, &assessor);
    assert!(runs(&world).is_none() && world.threat.escalations.iter().all(|one| one.met));
    assert_eq!(refused(&world, find(&["b"]), &Actor::Desk), "already-done", "who is meant is not found again");
    // A later one starts from the first rung, and no clock runs for them once it is over.
    world.must(find(&["c"]), &Actor::Desk);
    assert_eq!(runs(&world).map(|clock| (clock.passed, clock.due_at)), Some((0, hours(world.at, 1))));
    let ended = ThreatCommand::RecordOutcome { kind: OutcomeKind::NotKnown, occurred_at: None, reason: "over".into() };
    world.must(ended, &assessor);
    assert!(runs(&world).is_none());
}

/// A pack adopted later asks about those who were named before: each pack once, by the desk alone.
#[test]
fn a_pack_adopted_later_asks_too() {
    let mut world = World::new();
    let victim = world.victim();
    says(&mut world, victim, PACK, Says::NotOwed);
    assert_eq!(world.threat.victim(victim).unwrap().determination(), Determination::NotOwed);
    let asked = Asked { pack: OTHER.into(), determine_by: hours(world.at, 3), escalate_to: Vec::new() };
    let ask = || ThreatCommand::AskAbout { victim, asks: vec![asked.clone()] };
    let refused = |world: &World, by: &Actor| world.clone().give(ask(), by).unwrap_err().rule();
    assert_eq!(refused(&world, &holder(Role::SeniorOfficer)), "only-the-desk");
    world.must(ask(), &Actor::Desk);
    assert_eq!(world.threat.victim(victim).unwrap().determination(), Determination::Unresolved, "silence takes all");
    let clock = world.threat.clocks().into_iter().find(|clock| clock.of == ClockOf::Determine(victim)).unwrap();
    assert_eq!(clock.due_at, asked.determine_by);
    assert_eq!(refused(&world, &Actor::Desk), "already-done");
    let unknown = ThreatCommand::AskAbout { victim: world.id(), asks: vec![asked.clone()] };
    assert_eq!(world.give(unknown, &Actor::Desk).unwrap_err().rule(), "unknown");
}
