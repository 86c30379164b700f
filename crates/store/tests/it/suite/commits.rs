//! Commits: whole or not at all, in order, answered once.

use std::sync::Arc;

use store::{Remember, Store, StoreError, Write};

use crate::support::{assert_whole, at, effect, entry, export, verify, write};

pub async fn a_commit_is_kept_whole(store: Arc<dyn Store>) {
    let mut first = write("a", 0);
    first.entries.push(entry("second"));
    first.row.due_at = Some(at(60));
    first.row.features = vec!["place:kerman".into(), "act:bombing".into()];
    first.effects = vec![effect("one", 5)];
    let done = store.commit(at(1), vec![first, write("b", 0)], None).await.unwrap();
    assert_eq!((done.first_seq, done.last_seq, done.size), (0, 2, 3));
    assert_eq!(store.checkpoint().await.unwrap(), Some(done.checkpoint));

    let row = store.load("threat/a").await.unwrap().unwrap();
    assert_eq!((row.version, row.first_seq, row.last_seq), (2, 0, 1));
    assert_eq!((row.created_at, row.updated_at, row.due_at), (at(1), at(1), Some(at(60))));
    assert_eq!(row.features, ["act:bombing", "place:kerman"]);
    assert_eq!(row.state, r#"{"name":"a","version":1}"#);

    let mut second = write("a", 2);
    second.row.features = vec!["act:shooting".into()];
    let done = store.commit(at(9), vec![second], None).await.unwrap();
    assert_eq!((done.first_seq, done.last_seq), (3, 3));
    let row = store.load("threat/a").await.unwrap().unwrap();
    assert_eq!((row.version, row.first_seq, row.last_seq), (3, 0, 3));
    assert_eq!((row.created_at, row.updated_at, row.due_at), (at(1), at(9), None));
    assert_eq!(row.features, ["act:shooting"], "features are replaced");
    assert_eq!(store.load("threat/c").await.unwrap(), None);
    assert_whole(&*store, 4).await;
}

pub async fn a_stale_version_is_refused(store: Arc<dyn Store>) {
    store.commit(at(1), vec![write("a", 0)], None).await.unwrap();
    store.commit(at(2), vec![write("a", 1)], None).await.unwrap();
    for (expected, name, found) in [(0, "a", 2), (1, "a", 2), (3, "a", 2), (1, "new", 0)] {
        let refused = store.commit(at(3), vec![write(name, expected)], None).await.unwrap_err();
        match refused {
            StoreError::Conflict { stream, expected: was, found: is } => {
                assert_eq!((stream, was, is), (format!("threat/{name}"), expected, found));
            }
            other => panic!("{other}"),
        }
    }
    assert_whole(&*store, 2).await;
}

pub async fn a_failing_second_write_leaves_nothing(store: Arc<dyn Store>) {
    store.commit(at(1), vec![write("a", 0)], None).await.unwrap();
    let before = store.checkpoint().await.unwrap();
    let mut first = write("b", 0);
    first.effects = vec![effect("never", 0)];
    first.row.features = vec!["never".into()];
    first.row.due_at = Some(at(3));
    let remember =
        Remember { account: "acc".into(), key: "never".into(), request_hash: vec![1], status: 201, body: "{}".into() };
    let refused = store.commit(at(2), vec![first, write("a", 7)], Some(remember)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
    assert_eq!(store.load("threat/b").await.unwrap(), None);
    assert_eq!(store.checkpoint().await.unwrap(), before);
    assert_eq!(store.outstanding_effects().await.unwrap(), 0);
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(store.remembered("acc", "never").await.unwrap(), None);
    assert!(store.by_features("threat", &["never".into()], 10).await.unwrap().shared.is_empty());
    assert_whole(&*store, 1).await;
}

pub async fn two_writes_to_one_stream_follow_each_other(store: Arc<dyn Store>) {
    store.commit(at(1), vec![write("a", 0), write("a", 1)], None).await.unwrap();
    let row = store.load("threat/a").await.unwrap().unwrap();
    assert_eq!((row.version, row.first_seq, row.last_seq), (2, 0, 1));
    let refused = store.commit(at(1), vec![write("b", 0), write("b", 0)], None).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { expected: 0, found: 1, .. }), "{refused}");
    assert_whole(&*store, 2).await;
}

pub async fn senseless_writes_are_refused(store: Arc<dyn Store>) {
    store.commit(at(1), vec![write("a", 0)], None).await.unwrap();
    let rows: [(&str, Vec<Write>); 8] = [
        ("no write", Vec::new()),
        ("no entry", vec![Write { entries: Vec::new(), ..write("b", 0) }]),
        ("no stream", vec![Write { stream: String::new(), ..write("b", 0) }]),
        ("no kind", vec![Write { kind: String::new(), ..write("b", 0) }]),
        ("another kind", vec![Write { kind: "report".into(), ..write("a", 1) }]),
        ("an erasure that keeps effects", vec![Write { erase: true, effects: vec![effect("x", 0)], ..write("a", 1) }]),
        (
            "a body that is not JSON",
            vec![{
                let mut wrong = write("b", 0);
                wrong.entries[0].body = b"{".to_vec();
                wrong
            }],
        ),
        (
            "a state that is not JSON",
            vec![{
                let mut wrong = write("b", 0);
                wrong.row.state = "{".into();
                wrong
            }],
        ),
    ];
    for (what, writes) in rows {
        let refused = store.commit(at(2), writes, None).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{what}: {refused:?}");
    }
    assert_whole(&*store, 1).await;
    store.commit(at(3), vec![write("a", 1)], None).await.unwrap();
}

pub async fn an_answer_is_remembered_once(store: Arc<dyn Store>) {
    let answer = |status| Remember {
        account: "acc_1".into(),
        key: "k".into(),
        request_hash: vec![1, 2],
        status,
        body: "{\"id\":1}".into(),
    };
    store.commit(at(1), vec![write("a", 0)], Some(answer(201))).await.unwrap();
    let again = store.commit(at(2), vec![write("a", 0)], Some(answer(409))).await.unwrap_err();
    assert!(matches!(again, StoreError::AlreadyRemembered), "not a conflict: {again}");
    let kept = store.remembered("acc_1", "k").await.unwrap().unwrap();
    assert_eq!((kept.status, kept.body.as_deref(), kept.at), (201, Some("{\"id\":1}"), at(1)));
    assert_eq!(kept.request_hash, [1, 2]);
    assert_eq!(store.remembered("acc_2", "k").await.unwrap(), None, "keys are an account's own");
    // Completed once, by whoever knows what stands there; by nobody afterwards.
    for (account, provisional, body, expected) in [
        ("acc_1", "{\"id\":2}", "other", "{\"id\":1}"),
        ("acc_2", "{\"id\":1}", "other", "{\"id\":1}"),
        ("acc_1", "{\"id\":1}", "whole", "whole"),
        ("acc_1", "{\"id\":1}", "late", "whole"),
    ] {
        store.complete_remembered(account, "k", provisional, body).await.unwrap();
        let kept = store.remembered("acc_1", "k").await.unwrap().unwrap();
        assert_eq!((kept.status, kept.body.as_deref(), kept.at), (201, Some(expected), at(1)));
    }
    assert_whole(&*store, 1).await;
}

pub async fn answers_are_forgotten(store: Arc<dyn Store>) {
    for (second, key) in [(1, "old"), (5, "new")] {
        let answer =
            Remember { account: "acc".into(), key: key.into(), request_hash: vec![], status: 200, body: "1".into() };
        store.commit(at(second), vec![write(key, 0)], Some(answer)).await.unwrap();
    }
    assert_eq!(store.forget_remembered(at(5)).await.unwrap(), 1);
    assert_eq!(store.remembered("acc", "old").await.unwrap(), None);
    assert!(store.remembered("acc", "new").await.unwrap().is_some());
}

pub async fn many_at_once_all_land(store: Arc<dyn Store>) {
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for version in 0..25 {
                    // One stream of its own, and one that all fight over.
                    store.commit(at(1), vec![write(&format!("own{task}"), version)], None).await.unwrap();
                    loop {
                        let found = store.load("threat/common").await.unwrap().map_or(0, |row| row.version);
                        match store.commit(at(1), vec![write("common", found)], None).await {
                            Ok(_) => break,
                            Err(StoreError::Conflict { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.load("threat/common").await.unwrap().unwrap().version, 100);
    assert_whole(&*store, 200).await;
}

pub async fn times_are_kept_to_the_microsecond(store: Arc<dyn Store>) {
    let fine: jiff::Timestamp = "2024-01-03T12:00:00.123456789Z".parse().unwrap();
    store.commit(fine, vec![write("a", 0)], None).await.unwrap();
    let kept = store.entry(0).await.unwrap().unwrap();
    assert_eq!(kept.at.to_string(), "2024-01-03T12:00:00.123456Z");
    // A clock that was set back loses nothing, and does not turn the record around.
    let done = store.commit(at(0), vec![write("a", 1)], None).await.unwrap();
    assert_eq!(done.at, kept.at);
    assert_eq!(store.load("threat/a").await.unwrap().unwrap().updated_at, kept.at);
    assert_whole(&*store, 2).await;
    assert_eq!(verify(&export(&*store, store::Content::Full).await), Ok(2));
}
