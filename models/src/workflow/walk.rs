//! Whether the key keeps everything that matters. Walks go about at random and carry their whole past with them; each
//! time one meets a key that was met before, what may come next must be what might have come next then.

use std::collections::HashMap;

use stateright::{Expectation, Model};

use super::{State, Workflow};

/// What may come of a state: the keys of those that follow it, and which properties hold in it.
type Outlook = (Vec<u64>, Vec<bool>);

/// Goes on `walks` walks; answers how many states were met and how many of them under a key that was known.
pub fn compare(world: &Workflow, walks: u64, steps: usize) -> (usize, usize) {
    let mut known: HashMap<u64, Outlook> = HashMap::new();
    let (mut met, mut again) = (0, 0);
    for walk in 0..walks {
        let mut chance = walk.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut state = world.first.clone();
        for _ in 0..steps {
            let next = followers(world, &state);
            let outlook = outlook(world, &state, &next);
            met += 1;
            match known.get(&state.key) {
                Some(other) => {
                    assert!(*other == outlook, "one key, two futures: {state:?}");
                    again += 1;
                }
                None => drop(known.insert(state.key, outlook)),
            }
            if next.is_empty() {
                break;
            }
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(chance >> 33).unwrap_or_default() % next.len();
            state = next.into_iter().nth(place).unwrap_or(state);
        }
    }
    (met, again)
}

fn followers(world: &Workflow, state: &State) -> Vec<State> {
    let mut steps = Vec::new();
    world.actions(state, &mut steps);
    steps.into_iter().filter_map(|step| world.next_state(state, step)).collect()
}

fn outlook(world: &Workflow, state: &State, next: &[State]) -> Outlook {
    let mut keys: Vec<u64> = next.iter().map(|state| state.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let always = world.properties().into_iter().filter(|known| known.expectation == Expectation::Always);
    (keys, always.map(|known| (known.condition)(world, state)).collect())
}
