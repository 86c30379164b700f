//! R8: the clock jumps, and no deadline is missed, met early or forgotten.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use testkit::{Hall, REPORT, at, free_address};
use tokio::time::Instant;

/// Every time that a deadline was passed on, with when it was due.
async fn passed(hall: &Hall) -> Vec<(Timestamp, Timestamp)> {
    let mut found = Vec::new();
    for entry in hall.desk.store.entries(None, 0, 10_000).await.unwrap() {
        if entry.kind == "DeadlinePassed" {
            let body: Value = serde_json::from_slice(&entry.body.unwrap()).unwrap();
            let fields = body.as_object().unwrap().values().next().cloned().unwrap_or_default();
            let due = fields.get("due_at").or_else(|| body.get("due_at")).and_then(Value::as_str).unwrap_or_default();
            found.push((entry.at, at(due)));
        }
    }
    found
}

/// After any step no clock may stand in the past.
async fn check(hall: &Hall, what: &str) -> usize {
    let now = hall.desk.clock.now();
    assert_eq!(hall.desk.store.due("threat", now, 10).await.unwrap().len(), 0, "{what}: a deadline was missed");
    let passed = passed(hall).await;
    for (passed_at, due) in &passed {
        let early = due.duration_since(*passed_at);
        assert!(early <= SignedDuration::from_secs(1), "{what}: passed on {early} early");
    }
    passed.len()
}

#[tokio::test]
async fn r8_no_deadline_is_missed_when_the_clock_jumps() {
    let hall = Hall::open().await;
    hall.sent(REPORT).await;
    hall.determined("(U) A man said that he will bomb the town hall of Graz on 20 May 2024.").await;
    hall.reported("(U) A woman said that she will poison a well in Porto on 21 June 2024.").await;
    let mut counts = vec![check(&hall, "at the start").await];
    let steps = [
        ("a second", SignedDuration::from_secs(1)),
        ("an hour", SignedDuration::from_hours(1)),
        ("a night suspended", SignedDuration::from_hours(9)),
        ("a weekend suspended", SignedDuration::from_hours(63)),
        ("thirty days", SignedDuration::from_hours(30 * 24)),
        ("a year", SignedDuration::from_hours(365 * 24)),
    ];
    for (what, span) in steps {
        hall.jump(span).await;
        counts.push(check(&hall, what).await);
    }
    assert!(counts.windows(2).all(|pair| pair[0] <= pair[1]));
    let last = *counts.last().unwrap();
    assert!(last >= 6, "three threats were asked about again and again: {counts:?}");
    // A clock set back: nothing is asked early, and the record's times never go back.
    let before = hall.desk.clock.now();
    hall.desk.clock.advance_to(at("2020-01-01T00:00:00Z"));
    hall.desk.run_due().await.unwrap();
    assert_eq!((hall.desk.clock.now(), check(&hall, "set back").await), (before, last));
    println!("R8: {} steps of the clock up to a year: deadlines passed {last}, missed 0, early 0", steps.len());
    hall.close().await;
}

/// Step by step, every deadline is passed at its very second, and asked again with growing patience.
#[tokio::test]
async fn r8_deadlines_are_passed_on_time() {
    let hall = Hall::open().await;
    hall.reported(REPORT).await;
    hall.pass(SignedDuration::from_hours(10 * 24)).await;
    let passed = passed(&hall).await;
    for (passed_at, due) in &passed {
        assert_eq!(passed_at, due, "the workers were there when it fell due");
    }
    assert!(passed.len() > 5, "{passed:?}");
    println!("R8: {} deadlines in ten days of a report that nobody takes up, each at its second", passed.len());
    hall.close().await;
}

/// The workers run in real time beside a clock that is set back and forth: nothing is put to anybody early, nothing is
/// missed, and what fell due meanwhile is put to somebody within five seconds, by a call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r8_a_clock_that_is_set_makes_nothing_early_and_little_late() {
    let hall = Hall::open().await;
    hall.wakes_by("okafor", &[("email", "okafor@desk.example")]).await;
    hall.reported(REPORT).await;
    hall.desk.clock.let_run();
    let workers = server::serve(hall.desk.clone(), free_address(), true).await.unwrap();
    let until = |time: &str| at(time).duration_since(hall.desk.clock.now());
    let rows = [
        ("an hour back", SignedDuration::from_hours(-1)),
        ("right again", SignedDuration::from_hours(1)),
        ("a machine suspended for nine hours", SignedDuration::from_hours(9)),
        ("a leap second", SignedDuration::from_secs(-1)),
        ("over the night in which clocks go forward", until("2024-03-31T01:30:00Z") - SignedDuration::from_hours(9)),
        ("an hour back, once more", SignedDuration::from_hours(-1)),
        ("thirty days", SignedDuration::from_hours(30 * 24)),
    ];
    let mut worst = Duration::ZERO;
    for (what, span) in rows {
        let before = passed(&hall).await.len();
        hall.desk.clock.step(span);
        let since = Instant::now();
        while !hall.desk.store.due("threat", hall.desk.clock.now(), 10).await.unwrap().is_empty() {
            assert!(since.elapsed() < Duration::from_secs(5), "{what}: later than five seconds");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        worst = worst.max(since.elapsed());
        if span.is_negative() {
            tokio::time::sleep(Duration::from_millis(1200)).await;
            assert_eq!(passed(&hall).await.len(), before, "{what}: put to somebody early");
        }
        check(&hall, what).await;
    }
    let count = passed(&hall).await.len();
    assert!(count >= 3 && !hall.mail.mails().is_empty(), "{count} deadlines, {} calls", hall.mail.mails().len());
    println!(
        "R8: {} steps of a running clock: deadlines passed {count}, early 0, missed 0, latest {worst:?}",
        rows.len()
    );
    workers.stop().await.unwrap();
    hall.close().await;
}
