//! R17: every state that small worlds can come into, walked by stateright. What is walked is the code itself, `decide`
//! and `apply` as they are shipped; the properties are the promises.
//!
//! Absent: the database and the network around them, which `crates/testkit` drives for real.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a step that cannot be made is a failed check")]

#[path = "../../crates/domain/tests/common/mod.rs"]
mod common;
mod delivery;
mod workflow;

use std::collections::BTreeMap;
use std::hash::Hash;
use std::time::Instant;

use delivery::Deliveries;
use stateright::{Checker, Model};
use workflow::{Bounds, Workflow};

/// Walks a world to its end; answers how many states and steps it has.
fn walk<M>(world: M, what: &str) -> (usize, usize)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + std::fmt::Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static,
{
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let since = Instant::now();
    let checker = world.checker().threads(threads).spawn_bfs().join();
    let (states, steps) = (checker.unique_state_count(), checker.state_count());
    println!("R17: {states} states, {steps} steps, {:.1} s: {what}", since.elapsed().as_secs_f64());
    checker.assert_properties();
    (states, steps)
}

/// The worlds around a determination.
fn workflows() -> Vec<(&'static str, Bounds)> {
    let none = Bounds::default();
    vec![
        ("silence, its end and a further report", Bounds { turns: 2, reports: 1, ..none }),
        ("silence affirmed anew in time", Bounds { turns: 1, halves: true, ..none }),
        ("a dispute and its ladder", Bounds { turns: 1, disputes: 1, ..none }),
        (
            "the urgent shortcut and the originator",
            Bounds { turns: 1, drafts: 1, urgent: true, originator: true, ..none },
        ),
        ("haste, and that it is over", Bounds { drafts: 2, urgent: true, ..none }),
        ("a dispute and a report about a warning", Bounds { drafts: 1, reports: 1, disputes: 1, ..none }),
    ]
}

/// Workers, and the ways of a warning: order and number of tries each.
const DELIVERIES: [(usize, &[(u32, usize)]); 4] =
    [(2, &[(0, 3)]), (1, &[(0, 2), (1, 1)]), (1, &[(0, 1), (0, 1)]), (2, &[(0, 1), (1, 1)])];
const DELIVERIES_LONG: [(usize, &[(u32, usize)]); 2] = [(2, &[(0, 2), (1, 1)]), (1, &[(0, 1), (0, 1), (1, 1)])];

fn main() {
    let long = std::env::args().any(|argument| argument == "--long");
    let (mut states, mut steps) = (0, 0);
    let mut happened = BTreeMap::new();
    for (name, bounds) in workflows() {
        let (met, again) = workflow::walk::compare(&Workflow::remembering(bounds), 200, 40);
        println!("R17: {met} states at random, {again} of them under a known key, with the same future each: {name}");
        let world = Workflow::new(bounds);
        let counts = world.happened();
        let (more, further) = walk(world, &format!("{name}; {bounds:?}"));
        (states, steps) = (states + more, steps + further);
        for (kind, times) in counts.lock().unwrap().iter() {
            *happened.entry(*kind).or_insert(0) += times;
        }
    }
    println!("R17: what happened, over all steps: {happened:?}");
    let ways = DELIVERIES.iter().chain(DELIVERIES_LONG.iter().filter(|_| long));
    for (workers, ways) in ways {
        let what = format!("{workers} worker(s) under leases, ways {ways:?} (order, tries)");
        let (more, further) = walk(Deliveries::new(*workers, ways), &what);
        (states, steps) = (states + more, steps + further);
    }
    println!("R17: {states} states and {steps} steps in all, every property holds in each");
}
