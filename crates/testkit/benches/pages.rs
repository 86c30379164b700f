//! What the desk's pages cost the server when many threats are open: the time from a request to the last byte of its
//! answer over loopback, and how much is sent. PAGES asks for 50 ms of server time and 60 kB with 10,000 threats open.
//!
//! `cargo bench -p testkit --bench pages`; `THREATS=1000` for fewer.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run should stop")]

use std::time::{Duration, Instant};

use domain::report::Handling;
use domain::{Actor, Role};
use server::{Ask, NewReport};
use testkit::{Hall, Person};

const PLACES: [&str; 8] = ["Leeds", "Lyon", "Turin", "Porto", "Ghent", "Malmo", "Graz", "Bergen"];
const ACTS: [&str; 4] = ["shoot", "stab", "kidnap", "poison"];

/// Reports that each tell of another threat.
async fn fill(hall: &Hall, count: usize) {
    let ask = Ask::by(Actor::person("bench", &[Role::Intake]));
    for number in 0..count {
        let (place, act) = (PLACES[number % PLACES.len()], ACTS[number / PLACES.len() % ACTS.len()]);
        let text = format!(
            "A caller said that Karl Muster{number} will {act} the manager of workshop {number} in {place} at noon."
        );
        let new = NewReport {
            name: format!("{number}.txt"),
            reporter: "bench".to_owned(),
            details: domain::threat::Details::default(),
            handling: Handling::Protected,
            bytes: text.into_bytes(),
        };
        hall.desk.take_in(&ask, new).await.unwrap();
    }
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
async fn measure(person: &Person, path: &str) {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..100 {
        let begun = Instant::now();
        let reply = person.get(path).await;
        times.push(begun.elapsed());
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        bytes = reply.body.len();
    }
    times.sort_unstable();
    let at = |hundredths: usize| -> Duration { times[times.len() * hundredths / 100] };
    println!("{path}: median {:?}, p99 {:?}, {bytes} bytes before style and script", at(50), at(99));
}

#[tokio::main]
async fn main() {
    let count = std::env::var("THREATS").ok().and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let hall = Hall::open().await;
    fill(&hall, count).await;
    let person = hall.people().first().unwrap();
    let listed = person.get("/api/v1/threats?limit=5").await.json();
    let threat = listed["items"][0]["id"].as_str().unwrap().to_owned();
    println!("{count} threats open");
    for path in ["/", "/reports", &format!("/threats/{threat}"), "/api/v1/threats?limit=50", "/inspection"] {
        measure(person, path).await;
    }
    hall.close().await;
}
