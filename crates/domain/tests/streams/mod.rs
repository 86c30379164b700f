//! The refusals of the desk's own streams: ways to be woken, rosters, hand-overs, policy packs, reports.

mod reports;

use domain::account::{AccountCommand, AccountEvent, Accounts};
use domain::assessment::PolicyRef;
use domain::packs::{PackCommand, Packs};
use domain::register::{Circumstances, LineId, PartyId, RegisterBook, RegisterCommand, RegisterEvent};
use domain::roster::{Exception, Roster, RosterCommand, Shift};
use domain::threat::Signed;
use domain::wake::WakeAddress;
use domain::{AccountId, Actor, ChannelKind, Id, Role};
use jiff::Timestamp;
use jiff::civil::{Weekday, date, time};

pub use reports::reports;

use super::common::holder;
use super::{Met, reason};

/// Two people, the first a senior officer and the second an assessor.
fn two_people() -> Accounts {
    let account = |bits, name: &str, roles: &[Role]| AccountEvent::AccountOpened {
        id: AccountId::from_bits(bits),
        name: name.into(),
        full_name: name.into(),
        roles: roles.to_vec(),
    };
    let both = [account(1, "okafor", &[Role::SeniorOfficer]), account(2, "mara", &[Role::Assessor])];
    both.iter().fold(Accounts::default(), |accounts, event| accounts.apply(Timestamp::UNIX_EPOCH, event))
}

pub fn waking(met: &Met) {
    let desk = two_people();
    let (senior, mara) = (Actor::person("okafor", &[Role::SeniorOfficer]), Actor::person("mara", &[Role::Assessor]));
    let way = |kind, address: &str| WakeAddress { kind, address: address.into() };
    let mail = way(ChannelKind::Email, "okafor@desk.example");
    let set = |bits, paths: &[WakeAddress]| AccountCommand::SetWakePaths {
        id: AccountId::from_bits(bits),
        paths: paths.to_vec(),
    };
    let check = |rule: &str, accounts: &Accounts, command: AccountCommand, by: &Actor| {
        met.met(rule, &format!("{command:?} by {}", by.name()), accounts.decide(command, by));
    };
    check("role-may-not", &desk, set(1, &[]), &mara);
    check("unknown", &desk, set(9, &[]), &senior);
    let letter = way(ChannelKind::Letter, "at home");
    let many: Vec<_> = (0..6).map(|at| way(ChannelKind::Telephone, &at.to_string())).collect();
    let bad = [
        vec![letter],
        vec![way(ChannelKind::Email, "okafor")],
        vec![way(ChannelKind::Webhook, "pager.example")],
        vec![way(ChannelKind::Telephone, " ")],
        vec![way(ChannelKind::Telephone, "1\n2")],
        vec![mail.clone(), mail.clone()],
        many,
    ];
    for paths in bad {
        check("bad-field", &desk, set(2, &paths), &mara);
    }
    let verify = |bits| AccountCommand::VerifyWakePath { id: AccountId::from_bits(bits), path: mail.clone() };
    check("only-theirs", &desk, verify(2), &senior);
    check("only-theirs", &desk, verify(1), &Actor::Recipient { name: "okafor".into() });
    check("not-there", &desk, verify(1), &senior);
    let off = AccountEvent::AccountSwitchedOff { id: AccountId::from_bits(2), reason: reason() };
    check("account-off", &desk.apply(Timestamp::UNIX_EPOCH, &off), set(2, &[]), &senior);
}

pub fn rosters(met: &Met) {
    let (desk, at) = (two_people(), Timestamp::UNIX_EPOCH);
    let (senior, mara) = (Actor::person("okafor", &[Role::SeniorOfficer]), Actor::person("mara", &[Role::Assessor]));
    let check = |rule: &str, roster: &Roster, command: RosterCommand, by: &Actor| {
        met.met(rule, &format!("{command:?} by {}", by.name()), roster.decide(&desk, command, by, at));
    };
    let none = Roster::default();
    let shift = Shift {
        id: Id::from_bits(1),
        role: Role::Assessor,
        person: "mara".into(),
        days: vec![Weekday::Monday],
        from: time(8, 0, 0, 0),
        to: time(20, 0, 0, 0),
        zone: "Europe/London".into(),
        first_day: None,
        last_day: None,
    };
    let add = |shift: &Shift| RosterCommand::AddShift { shift: shift.clone() };
    check("role-may-not", &none, add(&shift), &mara);
    let (first, last) = (Some(date(2024, 2, 1)), Some(date(2024, 1, 1)));
    for bad in [
        Shift { person: "nobody".into(), ..shift.clone() },
        Shift { person: "okafor".into(), ..shift.clone() },
        Shift { zone: "Middle/Earth".into(), ..shift.clone() },
        Shift { days: vec![], ..shift.clone() },
        Shift { first_day: first, last_day: last, ..shift.clone() },
    ] {
        check("bad-field", &none, add(&bad), &senior);
    }
    let with = none.clone().apply(at, &none.decide(&desk, add(&shift), &senior, at).unwrap());
    check("already-done", &with, add(&Shift { id: Id::from_bits(2), ..shift }), &senior);
    let remove = |bits, why: &str| RosterCommand::RemoveShift { id: Id::from_bits(bits), reason: why.into() };
    check("unknown", &with, remove(9, "gone"), &senior);
    check("reason-missing", &with, remove(1, " "), &senior);
    let missing = RosterCommand::RemoveException { id: Id::from_bits(9), reason: reason() };
    check("unknown", &with, missing, &senior);
    let usual = Exception {
        id: Id::from_bits(3),
        role: Role::Assessor,
        from: at,
        to: Timestamp::from_second(60).unwrap(),
        off: Some("mara".into()),
        on: None,
        reason: reason(),
    };
    let except = |exception: Exception| RosterCommand::AddException { exception };
    check("reason-missing", &none, except(Exception { reason: String::new(), ..usual.clone() }), &senior);
    check("bad-field", &none, except(Exception { to: at, ..usual.clone() }), &senior);
    check("bad-field", &none, except(Exception { off: None, ..usual.clone() }), &senior);
    check("bad-field", &none, except(Exception { on: Some("nobody".into()), ..usual }), &senior);
    hand_overs(met, &desk);
}

fn hand_overs(met: &Met, desk: &Accounts) {
    let at = Timestamp::UNIX_EPOCH;
    let joon = AccountEvent::AccountOpened {
        id: AccountId::from_bits(3),
        name: "joon".into(),
        full_name: "joon".into(),
        roles: vec![Role::Assessor],
    };
    let desk = desk.clone().apply(at, &joon);
    let (mara, joon) = (Actor::person("mara", &[Role::Assessor]), Actor::person("joon", &[Role::Assessor]));
    let give = |to: &str, note: &str| RosterCommand::GiveHandOver {
        id: Id::from_bits(1),
        role: Role::Assessor,
        to: to.into(),
        note: note.into(),
    };
    let none = Roster::default();
    let check = |rule: &str, roster: &Roster, command: RosterCommand, by: &Actor| {
        met.met(rule, &format!("{command:?} by {}", by.name()), roster.decide(&desk, command, by, at));
    };
    check("role-may-not", &none, give("joon", "quiet"), &Actor::person("ana", &[Role::Deliverer]));
    check("bad-field", &none, give("mara", "quiet"), &mara);
    check("bad-field", &none, give("nobody", "quiet"), &mara);
    check("bad-field", &none, give("joon", " "), &mara);
    let take = RosterCommand::TakeHandOver { id: Id::from_bits(1) };
    check("unknown", &none, take.clone(), &joon);
    let given = none.clone().apply(at, &none.decide(&desk, give("joon", "quiet"), &mara, at).unwrap());
    check("only-theirs", &given, take.clone(), &mara);
    check("only-theirs", &given, take.clone(), &Actor::Desk);
    let taken = given.clone().apply(at, &given.decide(&desk, take.clone(), &joon, at).unwrap());
    check("already-done", &taken, take, &joon);
}

pub fn packs(met: &Met) {
    let (mara, okafor) = (
        Actor::person("mara", &[Role::Assessor, Role::SeniorOfficer]),
        Actor::person("okafor", &[Role::SeniorOfficer]),
    );
    let policy = |hash: &str| PolicyRef { id: "icd-191".into(), version: hash.into(), hash: hash.into() };
    let propose = |hash: &str, unsound: &[&str], reason: &str| PackCommand::Propose {
        policy: policy(hash),
        text: "a pack".into(),
        unsound: unsound.iter().map(ToString::to_string).collect(),
        reason: reason.into(),
    };
    let adopt = |hash: &str| PackCommand::Adopt { hash: hash.into(), reason: reason() };
    let begin = || PackCommand::Begin { policy: policy("aa"), text: "a pack".into() };
    let check = |rule: &str, packs: &Packs, command: PackCommand, by: &Actor| {
        met.met(rule, &format!("{command:?} by {}", by.name()), packs.decide(command, by));
    };
    check("only-the-desk", &Packs::default(), begin(), &okafor);
    let after = |packs: Packs, command: PackCommand, by: &Actor| {
        let events = packs.decide(command, by).unwrap();
        events.iter().fold(packs, |packs, event| packs.apply(Timestamp::UNIX_EPOCH, event))
    };
    let packs = after(Packs::default(), begin(), &Actor::Desk);
    check("already-done", &packs, begin(), &Actor::Desk);
    check("already-done", &packs, propose("aa", &[], "why"), &mara);
    check("role-may-not", &packs, propose("bb", &[], "why"), &holder(Role::Approver));
    check("reason-missing", &packs, propose("bb", &[], " "), &mara);
    check("unsound-pack", &packs, propose("bb", &["threshold: all not met is a no"], "why"), &mara);
    check("not-there", &packs, adopt("bb"), &okafor);
    let packs = after(packs, propose("bb", &[], "why"), &mara);
    check("already-done", &packs, propose("bb", &[], "why"), &okafor);
    check("self-adoption", &packs, adopt("bb"), &mara);
    check("role-may-not", &packs, adopt("bb"), &holder(Role::Assessor));
    check("not-there", &packs, adopt(""), &okafor);
    let packs = after(packs, adopt("bb"), &okafor);
    check("not-there", &packs, adopt("bb"), &okafor);
}

pub fn register(met: &Met) {
    let (mara, ana) = (Actor::person("mara", &[Role::Intake]), Actor::person("ana", &[Role::Deliverer]));
    let line = || LineId::Party(PartyId::new("x"));
    let signed = |by: &str| Signed { by: by.into(), at: Timestamp::UNIX_EPOCH, reason: reason() };
    let none = RegisterBook::default();
    let asked = none.clone().apply(&RegisterEvent::RemovalAsked { line: line(), signed: signed("mara") });
    let remove = || RegisterCommand::Remove { line: line(), reason: reason() };
    let keep = RegisterCommand::Keep { line: line(), reason: reason() };
    let apart = |one: &str, other: &str| RegisterCommand::TellApart {
        one: PartyId::new(one),
        other: PartyId::new(other),
        reason: reason(),
    };
    let told = RegisterEvent::ToldApart { one: PartyId::new("a"), other: PartyId::new("b"), signed: signed("mara") };
    let told = none.clone().apply(&told);
    let there = Circumstances { with: vec![line()], ..Circumstances::default() };
    let missing = Circumstances { missing: vec![line()], ..Circumstances::default() };
    let named = Circumstances { named_in: Some(Id::from_bits(7)), ..there.clone() };
    let no_reason = RegisterCommand::Remove { line: line(), reason: " ".into() };
    let rows = [
        ("role-may-not", &none, remove(), &there, &ana),
        ("not-there", &none, remove(), &missing, &mara),
        ("reason-missing", &none, no_reason, &there, &mara),
        ("named-in-threat", &none, remove(), &named, &mara),
        ("own-removal", &asked, remove(), &there, &mara),
        ("not-there", &none, keep, &there, &mara),
        ("bad-field", &none, apart("a", "a"), &there, &mara),
        ("already-done", &told, apart("b", "a"), &there, &mara),
    ];
    for (rule, book, command, at_hand, by) in rows {
        let shown = format!("{command:?} by {}", by.name());
        met.met(rule, &shown, book.decide(command, at_hand.clone(), by, Timestamp::UNIX_EPOCH));
    }
}
