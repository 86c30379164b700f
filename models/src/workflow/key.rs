//! Which states are one. Two states are the same when nothing that can happen to them from now on, and nothing that is
//! looked at in them, can tell them apart. What is in the key is written out below; what is left out, and why it
//! cannot matter:
//!
//! - **names**: every person holds every role, so they may change places; the key numbers them in the order in which
//!   it meets them. Names that nothing asks for any more (who approved, who recorded an answer, who reported) are
//!   not met at all;
//! - **what was determined before** what stands: `decide` looks into it only for ids that are taken, and ids here are
//!   new; the books know what else there is to know;
//! - **texts** (reasons, evidence, references): looked at when they come, and never again;
//! - **escalations that were met**, and of the others all but how many and the last: `clock` counts them and reads the
//!   last;
//! - **reviews** and **receipts**: written down for people, and read by no rule of this world;
//! - **drafts** that are approved: a warning carries what matters of them;
//! - **ids**: counted, so that a number of things is also the number of their ids.
//!
//! Deadlines are in the key as they are, since what is due next is reckoned from them. Of a time that something was
//! done at, only what the rules ask about it is there: whether it lay before the start of the harm, and how it stands
//! to other times. What a closed threat was is gone from the key when no report can open it again.
//!
//! None of this is taken on trust: [`super::walk`] goes about at random, with everything that has ever happened to it
//! at hand, and finds that states with one key always had the same next keys.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::Determination;
use domain::assessment::{Assessment, DeadlineKind};
use domain::threat::{ClockOf, Dispute, DraftState, Purpose, Threat, UnderPack};
use jiff::Timestamp;

use super::steps::PEOPLE;
use super::{Bounds, State};

/// The key of a state, hashed, and which people it has met.
pub fn of(state: &State, bounds: &Bounds) -> (u64, [bool; PEOPLE.len()]) {
    let threat = &*state.threat;
    let disputes = threat.coordination.disputes.len() < bounds.disputes || state.books.disputed_by.is_some();
    let mut key = Key { hasher: DefaultHasher::new(), met: Vec::new(), disputes };
    if state.books.closed && threat.reports.len() > bounds.reports && state.books.broken().is_none() {
        // Nothing but a late acknowledgement follows.
        key.put(threat.warnings.iter().filter(|known| threat.acknowledged(known.id)).count());
        key.put((state.books.stands, threat.victims[0].determination() as u8, threat.warnings.len()));
        key.put((threat.closed.is_some(), threat.clocks().len()));
        return (key.hasher.finish(), [false; PEOPLE.len()]);
    }
    key.put((state.at.as_second(), state.turns));
    key.books(state);
    key.under(threat, &threat.victims[0].under[0]);
    key.drafts(threat);
    key.put(threat.warnings.len());
    for warning in &threat.warnings {
        key.done(threat, Some(warning.approved_at));
        key.put(threat.acknowledged(warning.id));
    }
    for delivery in &threat.deliveries {
        key.put((delivery.state, delivery.left(), delivery.attempts.len()));
        key.time(Some(delivery.acknowledge_by).filter(|_| !threat.acknowledged(delivery.warning)));
    }
    key.escalations(threat);
    key.coordination(threat, state.at);
    key.put((threat.outcome.as_ref().map(|outcome| outcome.signed.at.as_second()), threat.reports.len()));
    (key.hasher.finish(), PEOPLE.map(|name| key.met.contains(&name)))
}

struct Key<'a> {
    hasher: DefaultHasher,
    /// The names met so far, in the order in which they were.
    met: Vec<&'a str>,
    /// A dispute is open, or may still be raised: who has a part in what stands may not settle it.
    disputes: bool,
}

impl<'a> Key<'a> {
    fn put(&mut self, part: impl Hash) {
        part.hash(&mut self.hasher);
    }

    fn time(&mut self, time: Option<Timestamp>) {
        self.put(time.map(Timestamp::as_second));
    }

    /// A person, by their number.
    fn who(&mut self, name: Option<&'a str>) {
        let number = name.map(|name| {
            let known = self.met.iter().position(|met| *met == name);
            known.unwrap_or_else(|| {
                self.met.push(name);
                self.met.len() - 1
            })
        });
        self.put(number);
    }

    fn books(&mut self, state: &'a State) {
        let books = &state.books;
        self.put((books.stands, books.told, books.closed, books.broken()));
        self.put(books.reopened.map(|why| why as u8));
        self.who(books.answered_by.as_deref());
        // Whoever said how it ended may not close while nobody was told.
        self.put(books.outcome_by.is_some());
        self.who(books.outcome_by.as_deref().filter(|_| !books.told));
        self.who(books.affirmed_by.as_deref().filter(|_| self.disputes));
        self.who(books.disputed_by.as_deref());
        self.time(books.urgent_until);
        self.put(books.waits_until.is_some());
        self.time(books.waits_until.filter(|until| *until > state.at));
    }

    /// A time that something was done at: whether the harm could have begun by then.
    fn done(&mut self, threat: &Threat, at: Option<Timestamp>) {
        let from = threat.window.and_then(|window| window.from);
        self.put(at.map(|at| from.is_some_and(|from| from > at)));
    }

    /// What is asked under the pack.
    fn under(&mut self, threat: &'a Threat, under: &'a UnderPack) {
        for time in [Some(under.determine_by), under.affirm_by, under.deliver_by, under.lapses_at] {
            self.time(time);
        }
        let newest = under.newest.as_ref();
        if let Some(assessment) = under.assessment() {
            self.assessment(assessment, newest.map(|newest| newest.answered_at));
            // What is unresolved has no review, and gets a new one with new answers.
            let settled = assessment.determination != Determination::Unresolved;
            self.time(under.review_by.filter(|_| settled && threat.outcome.is_none()));
            self.time(under.look_by.filter(|_| settled));
        }
        self.put(under.reopened.as_ref().map(|reopened| reopened.set_aside));
        let reopened_at = under.reopened.as_ref().map(|reopened| reopened.at);
        self.done(threat, reopened_at.or(newest.map(|newest| newest.answered_at)));
        self.who(under.standing().map(|standing| standing.answered_by.as_str()));
        for affirmation in under.affirmations() {
            self.who(Some(affirmation.by.as_str()).filter(|_| self.disputes));
            self.time(Some(affirmation.at));
        }
    }

    /// Its first need, and how long people have when it is opened again: as long as they had after the answers, and four
    /// hours at the most.
    fn assessment(&mut self, assessment: &Assessment, answered_at: Option<Timestamp>) {
        self.put(assessment.determination as u8);
        match assessment.asks_for_silence() {
            // By when is asked of the pack's `affirm_by`.
            Some(_) => self.put("affirm"),
            None => self.time(assessment.first_need().map(|need| need.by)),
        }
        let silent = matches!(assessment.determination, Determination::NotOwed | Determination::Waived);
        let kinds: &[DeadlineKind] = &[DeadlineKind::Determine, DeadlineKind::Affirm];
        for what in if silent || self.disputes { kinds } else { &[] } {
            let span = assessment.deadline(*what).zip(answered_at).map(|(due, since)| due.by.duration_since(since));
            self.put(span.map(|span| span.as_secs().clamp(0, 4 * 3600)));
        }
    }

    /// How many there are, and those that wait: their writer, what they are for, and whether the leak check has seen every report.
    fn drafts(&mut self, threat: &'a Threat) {
        self.put(threat.drafts.len());
        for draft in threat.drafts.iter().filter(|draft| draft.state == DraftState::Written) {
            self.who(Some(&draft.by));
            self.put(draft.purpose == Purpose::Warn);
            self.put(threat.reports.iter().all(|link| draft.release.checked.contains(&link.report)));
        }
    }

    /// For each clock: how often it has passed, and what was said the last time.
    fn escalations(&mut self, threat: &Threat) {
        let mut last: BTreeMap<ClockOf, usize> = BTreeMap::new();
        for known in threat.escalations.iter().filter(|known| !known.met) {
            *last.entry(known.of).or_default() += 1;
        }
        for (of, times) in last {
            let Some(known) = threat.escalation(of) else { continue };
            self.put((of, times, &known.to, known.at.as_second(), known.again_at.as_second()));
        }
    }

    fn coordination(&mut self, threat: &'a Threat, now: Timestamp) {
        for known in &threat.coordination.consultations {
            self.time(Some(known.answer_by).filter(|_| known.answer.is_none()));
            self.done(threat, Some(known.asked.at));
        }
        let answered_at = threat.victims[0].standing().map(|standing| standing.answered_at);
        for dispute in &threat.coordination.disputes {
            self.dispute(threat, dispute, answered_at, now);
        }
    }

    /// An open dispute runs; a settled one only keeps its person from disputing the same answers again.
    fn dispute(&mut self, threat: &Threat, dispute: &'a Dispute, answered_at: Option<Timestamp>, now: Timestamp) {
        self.put(dispute.settled.as_ref().map(|settled| settled.upheld));
        if dispute.settled.is_none() {
            self.who(Some(&dispute.determined_by));
            self.put(dispute.ladder.iter().map(|step| step.by.as_second()).collect::<Vec<_>>());
            self.done(threat, Some(dispute.signed.at));
        }
        if self.disputes {
            self.who(Some(&dispute.signed.by));
            self.put(dispute.signed.at == now);
            self.put(answered_at.map(|at| at <= dispute.signed.at));
        }
    }
}
