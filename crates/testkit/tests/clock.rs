//! R8: the clock jumps, and no deadline is missed, met early or forgotten.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use testkit::{Hall, REPORT, at};

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
