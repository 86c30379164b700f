//! What may happen next: commands as people, the desk, carriers and originators give them.

use std::collections::BTreeMap;

use domain::threat::{
    Affirming, Affirms, Answering, AttemptResult, Capacity, Clock, ClockOf, Coordinate, DraftState, OutcomeKind, Over,
    Purpose, ReviewDecision, Stance, Threat, ThreatCommand,
};
use domain::{Actor, Id, Role};
use jiff::Timestamp;

use super::State;
use crate::common::{Says, all_roles, approve, assessment, check, hours, planned, release};

/// Who is at the desk. Each holds every role, so nothing but the rules about persons keeps them apart.
pub const PEOPLE: [&str; 3] = ["anna", "bela", "cora"];

/// Whose information the first report is, where somebody's.
pub const ORIGINATOR: &str = "the other service";

/// One step; the number is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Answers the criteria, so that the pack says warn (0), asks for more answers (1), or for silence to be affirmed (2).
    Answer(usize, u8),
    Affirm(usize),
    WarnFirst(usize),
    Write(usize),
    /// The desk makes the leak check again, against every report there is by now.
    Check,
    Approve(usize),
    /// The carrier takes it.
    Send,
    /// Those it is for acknowledge it.
    Hear,
    Ask(usize),
    /// The originator agrees.
    Told,
    Dispute(usize),
    /// Settles it: the determination stands, or is set aside.
    Settle(usize, bool),
    Report,
    Review,
    Outcome(usize),
    Close(usize),
    /// The desk passes the soonest deadline on.
    Pass,
    /// The clock moves on to the next deadline, or half the way to it.
    Turn {
        half: bool,
    },
}

fn reason() -> String {
    "because".to_owned()
}

/// The commands of a step; none when there is nothing to give them about.
pub fn commands(state: &State, step: Step) -> Option<Vec<(ThreatCommand, Actor)>> {
    let (threat, at, victim) = (&*state.threat, state.at, state.victim());
    let person = |who: usize| all_roles(PEOPLE[who]);
    let one = |command, by| Some(vec![(command, by)]);
    match step {
        Step::Answer(who, says) => one(answer(state, says), person(who)),
        Step::Affirm(who) => one(affirm(state), person(who)),
        Step::Write(who) => one(write(state), person(who)),
        Step::Check => one(check(threat, waiting(threat)?, Vec::new()), Actor::Desk),
        Step::Approve(who) => one(approve(waiting(threat)?), person(who)),
        Step::Send => send(threat),
        Step::Hear => hear(threat),
        Step::Report => {
            let (report, why) = (Id::from_bits(9000 + threat.reports.len() as u128), "alike".to_owned());
            let link = ThreatCommand::LinkReport { report, why, after_the_fact: false, sentence: None, window: None };
            one(link, Actor::Desk)
        }
        Step::Review => {
            // People look when they are asked to.
            let asked = |clock: &Clock| clock.of == ClockOf::Review(victim) && clock.due_at <= at;
            threat.clocks().iter().find(|clock| asked(clock))?;
            let (decision, reason) = (ReviewDecision::Hold, reason());
            one(ThreatCommand::Review { victim, decision, reason, next_by: None }, person(0))
        }
        Step::Outcome(who) => {
            let (kind, reason) = (OutcomeKind::NotKnown, reason());
            one(ThreatCommand::RecordOutcome { kind, occurred_at: None, reason }, person(who))
        }
        Step::Close(who) => one(ThreatCommand::Close { reason: reason() }, person(who)),
        Step::Pass => one(ThreatCommand::PassDeadline { of: threat.next_clock()?.of }, Actor::Desk),
        Step::WarnFirst(who) | Step::Ask(who) | Step::Dispute(who) | Step::Settle(who, _) => {
            one(ThreatCommand::Coordinate(coordinate(state, step, at)?), person(who))
        }
        Step::Told => one(ThreatCommand::Coordinate(coordinate(state, step, at)?), person(0)),
        Step::Turn { .. } => None,
    }
}

/// The draft that waits for its second reader.
fn waiting(threat: &Threat) -> Option<domain::DraftId> {
    threat.drafts.iter().find(|draft| draft.state == DraftState::Written).map(|draft| draft.id)
}

/// A determination's id counts those there are.
fn next_id<K>(state: &State) -> Id<K> {
    Id::from_bits(u128::from(1_000_000 + state.books.determined))
}

fn answer(state: &State, says: u8) -> ThreatCommand {
    let says = [Says::Warn, Says::AskAssessor, Says::AskSenior][usize::from(says)];
    let given = Answering {
        id: next_id(state),
        inputs: serde_json::Value::Null,
        answers: BTreeMap::new(),
        grounds: BTreeMap::new(),
        assessment: assessment(says, state.at),
        over: Over::Unsaid,
    };
    ThreatCommand::AssessVictim { victim: state.victim(), given: Box::new(given) }
}

fn affirm(state: &State) -> ThreatCommand {
    let given = Affirming {
        id: next_id(state),
        inputs: serde_json::Value::Null,
        of: Affirms::NotOwed,
        ground: None,
        reason: reason(),
        assessment: assessment(Says::NotOwed, state.at),
        over: Over::Unsaid,
    };
    ThreatCommand::AffirmSilence { victim: state.victim(), given: Box::new(given) }
}

/// A first warning; once there is one, that it is over.
fn write(state: &State) -> ThreatCommand {
    let threat = &state.threat;
    let number = threat.drafts.len() as u128;
    let plan = vec![planned(Id::from_bits(4000 + number), 0, &[])];
    let mut release = release(Id::from_bits(3000 + number), plan);
    release.checked = threat.reports.iter().map(|link| link.report).collect();
    ThreatCommand::WriteDraft {
        draft: Id::from_bits(2000 + number),
        victim: state.victim(),
        purpose: threat.warnings.last().map_or(Purpose::Warn, |warning| Purpose::StandDown(warning.id)),
        follows: None,
        text: serde_json::Value::Null,
        leaks: Vec::new(),
        release: Box::new(release),
    }
}

fn send(threat: &Threat) -> Option<Vec<(ThreatCommand, Actor)>> {
    let delivery = threat.deliveries.iter().find(|known| known.attempts.is_empty())?.id;
    let attempt = Id::from_bits(5000 + delivery.bits());
    let result = AttemptResult::HandedOver { evidence: "250 ok".into() };
    let start = ThreatCommand::StartAttempt { delivery, attempt };
    let finish = ThreatCommand::FinishAttempt { delivery, attempt, result };
    Some(vec![(start, Actor::Desk), (finish, Actor::Desk)])
}

fn hear(threat: &Threat) -> Option<Vec<(ThreatCommand, Actor)>> {
    let delivery = threat.deliveries.iter().find(|known| known.acknowledgements.is_empty())?.id;
    let (ack, capacity, person) = (Id::from_bits(8000), Capacity::Protector, "Dr. Amiri".to_owned());
    let words = "we have it".to_owned();
    let heard = ThreatCommand::Acknowledge { delivery, ack, person, capacity, words };
    Some(vec![(heard, Actor::person("dora", &[Role::Deliverer]))])
}

fn coordinate(state: &State, step: Step, at: Timestamp) -> Option<Coordinate> {
    let (threat, victim) = (&state.threat, state.victim());
    Some(match step {
        Step::WarnFirst(_) => Coordinate::WarnFirst { victim, reason: reason() },
        Step::Ask(_) => {
            let consultation = Id::from_bits(7000 + threat.coordination.consultations.len() as u128);
            // Asking once about each report is enough for this world.
            threat.unasked().first()?;
            let (originator, question, answer_by) = (ORIGINATOR.to_owned(), reason(), hours(at, 2));
            Coordinate::AskOriginator { consultation, originator, question, answer_by }
        }
        Step::Told => {
            let consultation = threat.coordination.consultations.iter().find(|known| known.answer.is_none())?.id;
            let (stance, person, words) = (Stance::Agrees, "C. Doe".to_owned(), reason());
            Coordinate::RecordAnswer { consultation, stance, person, words }
        }
        Step::Dispute(_) => {
            let dispute = Id::from_bits(8000 + threat.coordination.disputes.len() as u128);
            Coordinate::Dispute { dispute, victim, reason: reason(), for_originator: None }
        }
        Step::Settle(_, upheld) => {
            let dispute = threat.open_dispute(victim)?.id;
            Coordinate::SettleDispute { dispute, upheld, reason: reason() }
        }
        _ => return None,
    })
}
