//! A durable report intake, whole: accept, keep, read, screen for duplicates, link, commit. Prints the median and the
//! 99th percentile, which divan does not give, over reports that each tell of another threat.
//!
//! `cargo bench -p server --bench intake`; `INTAKES=2000` for more.

use std::time::{Duration, Instant};

use domain::report::Handling;
use domain::{Actor, Role};
use jiff::Timestamp;
use server::{Ask, Clock, Config, Desk, Ids, NewReport, Printer, create, open};

const PLACES: [&str; 8] = ["Leeds", "Lyon", "Turin", "Porto", "Ghent", "Malmo", "Graz", "Bergen"];
const ACTS: [&str; 4] = ["shoot", "stab", "kidnap", "poison"];

fn report(number: usize) -> String {
    let (place, act) = (PLACES[number % PLACES.len()], ACTS[number / PLACES.len() % ACTS.len()]);
    format!(
        "(U) A caller said on Monday that a man named Karl Muster{number} will {act} the manager of workshop {number} in \
         {place} on Friday at noon.\n\n(S//NF) The caller is the man's neighbour in flat {number} and hears him through \
         the wall; nobody else was told."
    )
}

fn percentile(sorted: &[Duration], hundredths: usize) -> Duration {
    sorted[(sorted.len() * hundredths / 100).min(sorted.len() - 1)]
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
async fn take_in(desk: &Desk, ask: &Ask, number: usize) -> Duration {
    let new = NewReport {
        name: format!("{number}.txt"),
        reporter: "bench".to_owned(),
        details: domain::threat::Details::default(),
        handling: Handling::Protected,
        bytes: report(number).into_bytes(),
    };
    let begun = Instant::now();
    desk.take_in(ask, new).await.expect("the desk takes every report in");
    begun.elapsed()
}

#[tokio::main]
async fn main() {
    let count = std::env::var("INTAKES").ok().and_then(|count| count.parse().ok()).unwrap_or(500);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("desk");
    let ids = Ids::system();
    create(&data, &Config::example(), &ids).expect("an empty directory");
    let clock = Clock::simulated(Timestamp::from_second(1_700_000_000).expect("a time in range"));
    let desk = open(&data, clock, ids, Printer::None).await.expect("a new desk opens");
    let ask = Ask::by(Actor::person("bench", &[Role::Intake]));
    let warm_up = 20;
    let mut times = Vec::with_capacity(count);
    for number in 0..count + warm_up {
        let took = take_in(&desk, &ask, number).await;
        if number >= warm_up {
            times.push(took);
        }
    }
    times.sort_unstable();
    println!(
        "durable intake of {count} reports (about 300 bytes each): p50 {:?}, p99 {:?}, slowest {:?}",
        percentile(&times, 50),
        percentile(&times, 99),
        times[times.len() - 1]
    );
}
