//! How one warning's ways must behave, written from the promises and not from the code: ways, tries, ranks and words
//! heard. The code has to agree with it, step by step.

use std::collections::BTreeSet;

use domain::delivery::DeliveryState;
use domain::threat::Capacity;

/// How a carrier may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Takes,
    MakesPaper,
    Later,
    Never,
    Nothing,
}

pub const ANSWERS: [Answer; 5] = [Answer::Takes, Answer::MakesPaper, Answer::Later, Answer::Never, Answer::Nothing];

/// Where a way stands, in its own terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Nothing has left: waits for its turn or for its next try.
    Idle,
    /// A try is under way and nothing else is known.
    Trying,
    /// A try ended without an answer.
    Lost,
    /// A paper waits to be carried.
    Paper,
    /// Left the desk: 1 handed over, 2 delivered, 3 opened.
    Out(u8),
    Heard,
    Failed,
    Withdrawn,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Way {
    pub stage: Stage,
    pub order: u32,
    pub tries: usize,
    pub most: usize,
    pub running: bool,
    /// Another try is promised.
    pub again: bool,
    pub heard_by: BTreeSet<Capacity>,
}

impl Way {
    pub fn over(&self) -> bool {
        matches!(self.stage, Stage::Heard | Stage::Failed | Stage::Withdrawn)
    }

    pub fn given_up(&self) -> bool {
        self.over() || (self.stage == Stage::Lost && !self.again)
    }

    pub fn start(&mut self) -> bool {
        let can = matches!(self.stage, Stage::Idle | Stage::Lost) && !self.running && self.tries < self.most;
        if can {
            (self.stage, self.tries, self.running, self.again) = (Stage::Trying, self.tries + 1, true, false);
        }
        can
    }

    /// A definite no ends the way unless it is known to have arrived; everything else counts only if nothing better
    /// was heard while the try was under way.
    pub fn finish(&mut self, answer: Answer) -> bool {
        if !self.running {
            return false;
        }
        self.running = false;
        let more = self.tries < self.most;
        let no = answer == Answer::Never || (answer == Answer::Later && !more);
        match self.stage {
            Stage::Trying => {
                self.stage = match answer {
                    Answer::Takes => Stage::Out(1),
                    Answer::MakesPaper => Stage::Paper,
                    Answer::Later if more => Stage::Idle,
                    Answer::Later | Answer::Never => Stage::Failed,
                    Answer::Nothing => Stage::Lost,
                };
                self.again = more && matches!(self.stage, Stage::Idle | Stage::Lost);
            }
            Stage::Out(1) if no => self.stage = Stage::Failed,
            Stage::Idle
            | Stage::Lost
            | Stage::Paper
            | Stage::Out(_)
            | Stage::Heard
            | Stage::Failed
            | Stage::Withdrawn => {}
        }
        true
    }

    pub fn report(&mut self, state: DeliveryState) -> bool {
        let rank = if let Stage::Out(rank) = self.stage { rank } else { 0 };
        let sent = rank > 0 || matches!(self.stage, Stage::Trying | Stage::Lost);
        let to = match state {
            DeliveryState::HandedOver if rank < 1 => Stage::Out(1),
            DeliveryState::Delivered if rank < 2 => Stage::Out(2),
            DeliveryState::Opened if rank < 3 && sent => Stage::Out(3),
            DeliveryState::Failed if rank < 2 && (sent || self.stage == Stage::Paper) => Stage::Failed,
            _ => return false,
        };
        if self.over() {
            return false;
        }
        (self.stage, self.again) = (to, false);
        true
    }

    pub fn stop(&mut self) -> bool {
        let can = !self.over() && self.stage != Stage::Trying;
        if can {
            (self.stage, self.again) = (Stage::Withdrawn, false);
        }
        can
    }

    pub fn hear(&mut self, capacity: Capacity) -> bool {
        let new = self.heard_by.insert(capacity);
        if new {
            (self.stage, self.again) = (Stage::Heard, false);
        }
        new
    }
}

/// The ways of one warning, and whether the deadline for its acknowledgement has passed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spec {
    pub ways: Vec<Way>,
    pub passed: bool,
}

impl Spec {
    pub fn heard(&self) -> bool {
        self.ways.iter().any(|way| way.heard_by.iter().any(|capacity| *capacity != Capacity::Intermediary))
    }

    /// The ways to begin now: the first untried ones, once all before them are given up (or nobody waits any longer).
    pub fn next(&self, waits: bool) -> BTreeSet<(usize, usize)> {
        let untried = |way: &&Way| way.stage == Stage::Idle && way.tries == 0;
        let Some(order) = self.ways.iter().filter(untried).map(|way| way.order).min() else { return BTreeSet::new() };
        let before = self.ways.iter().filter(|way| way.order < order);
        if self.heard() || (waits && before.clone().any(|way| !way.given_up())) {
            return BTreeSet::new();
        }
        let first = |(_, way): &(usize, &Way)| untried(way) && way.order == order;
        self.ways.iter().enumerate().filter(first).map(|(place, _)| (place, 0)).collect()
    }

    /// The effects of a step on this way, or none when it is refused.
    pub fn step(&mut self, place: usize, step: impl FnOnce(&mut Way) -> bool) -> Option<BTreeSet<(usize, usize)>> {
        if !step(&mut self.ways[place]) {
            return None;
        }
        let way = &self.ways[place];
        Some(if way.again { BTreeSet::from([(place, way.tries)]) } else { BTreeSet::new() })
    }

    /// As [`Spec::step`], for steps that may end a way and so open the next.
    pub fn step_on(&mut self, place: usize, step: impl FnOnce(&mut Way) -> bool) -> Option<BTreeSet<(usize, usize)>> {
        let effects = self.step(place, step)?;
        let way = &self.ways[place];
        let ended = way.given_up() && way.stage != Stage::Heard;
        Some(if ended && effects.is_empty() { self.next(true) } else { effects })
    }
}
