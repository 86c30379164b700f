//! Many combinations of answers in few words: for each question the set of answers for which something holds.

use std::collections::BTreeMap;

use domain::Answer;

use crate::symmetry::{ANSWERS, Combination};

/// For each question a set of answers, as bits in the order of [`ANSWERS`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cube {
    masks: Vec<u8>,
}

const ANY: u8 = 0b1111;

impl Cube {
    /// One combination.
    pub(crate) fn of(questions: usize, answers: &Combination) -> Self {
        let bit = |place| ANSWERS.iter().position(|known| *known == answers.answer(place)).map_or(0, |at| 1_u8 << at);
        Self { masks: (0..questions).map(bit).collect() }
    }

    /// The answers question by question, in a pack's order; a question that does not matter is left out.
    pub(crate) fn answers<'a>(&self, ids: &[&'a str]) -> Vec<(&'a str, Vec<Option<Answer>>)> {
        let matters = ids.iter().zip(&self.masks).filter(|(_, mask)| **mask != ANY);
        matters.map(|(id, mask)| (*id, held(*mask))).collect()
    }
}

fn held(mask: u8) -> Vec<Option<Answer>> {
    let held = ANSWERS.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
    held.map(|(_, answer)| *answer).collect()
}

/// As many cubes as are worth joining in every order.
const WORTH_EVERY_ORDER: usize = 5000;

/// Fewer cubes that hold the same combinations and no others. Which order joins best differs, so each is tried.
pub(crate) fn cover(cubes: Vec<Cube>) -> Vec<Cube> {
    let questions = cubes.first().map_or(0, |cube| cube.masks.len());
    let orders = if cubes.len() > WORTH_EVERY_ORDER { 1 } else { questions.max(1) };
    let orders = (0..orders).map(|first| joined(cubes.clone(), questions, first));
    orders.min_by_key(Vec::len).unwrap_or_default()
}

fn joined(mut cubes: Vec<Cube>, questions: usize, first: usize) -> Vec<Cube> {
    loop {
        let before = cubes.len();
        for step in 0..questions {
            cubes = join_at(cubes, (first + step) % questions);
        }
        if cubes.len() == before {
            return cubes;
        }
    }
}

/// Joins cubes that differ in this question alone.
fn join_at(cubes: Vec<Cube>, place: usize) -> Vec<Cube> {
    let mut joined: BTreeMap<Cube, u8> = BTreeMap::new();
    for mut cube in cubes {
        let Some(mask) = cube.masks.get_mut(place).map(std::mem::take) else { continue };
        *joined.entry(cube).or_default() |= mask;
    }
    let back = |(mut cube, mask): (Cube, u8)| {
        if let Some(own) = cube.masks.get_mut(place) {
            *own = mask;
        }
        cube
    };
    joined.into_iter().map(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joined cubes hold the very combinations they were made of.
    #[test]
    fn joining_keeps_every_combination_and_adds_none() {
        let every = |seed: u32| (0..64_u32).filter(move |all| (all.wrapping_mul(2_654_435_761) ^ seed) & 3 != 0);
        for seed in 0..20 {
            let cube = |all: u32| Cube { masks: (0..3).map(|at| 1_u8 << ((all >> (2 * at)) & 3)).collect() };
            let one: Vec<Cube> = every(seed).map(cube).collect();
            let joined = cover(one.clone());
            assert!(joined.len() < one.len());
            let holds = |all: &Cube| {
                let within = |joined: &&Cube| joined.masks.iter().zip(&all.masks).all(|(set, one)| set & one == *one);
                joined.iter().filter(within).count()
            };
            for all in (0..64).map(cube) {
                assert_eq!(holds(&all), usize::from(one.contains(&all)), "{all:?}");
            }
        }
    }
}
