//! What only the SQLite twin promises: its files, its faults, and several stores on one file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Place, assert_whole, at, effect, entry, options, write};
use jiff::SignedDuration;
use sqlx::{Connection as _, Row as _};
use store::{CommitStep, SqliteStore, Store, StoreError, StoreOptions, Write};

#[tokio::test]
async fn reopening_keeps_everything() {
    let place = Place::new();
    let store = place.open().await;
    let asked = Write { effects: vec![effect("e", 0)], ..write("a", 0) };
    let checkpoint = store.commit(at(1), vec![asked], None).await.unwrap().checkpoint;
    let row = store.load("threat/a").await.unwrap();
    // Dropped, as a killed process would: nothing is closed in order.
    drop(store);
    let store = place.open().await;
    assert_eq!(store.load("threat/a").await.unwrap(), row);
    assert_eq!(store.checkpoint().await.unwrap(), Some(checkpoint));
    assert!(store.claim_effect(at(2), SignedDuration::from_mins(1)).await.unwrap().is_some());
    store.commit(at(2), vec![write("a", 1)], None).await.unwrap();
    assert_whole(&store, 2).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let place = Place::new();
    let store = place.open().await;
    store.commit(at(1), vec![write("a", 0)], None).await.unwrap();
    let directory = place.file().parent().unwrap().to_owned();
    assert_eq!(mode(&directory), 0o700);
    let files: Vec<_> = std::fs::read_dir(&directory).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() >= 3, "database, log and index: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    store.close().await;
    std::fs::set_permissions(place.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    place.open().await;
    assert_eq!(mode(&place.file()), 0o600, "tightened");
}

#[tokio::test]
async fn erased_content_is_gone_from_the_files() {
    const CANARY: &str = "canary-77aa41";
    let place = Place::new();
    let store = place.open().await;
    let mut secret = write("a", 0);
    secret.entries = vec![entry(CANARY)];
    secret.row.title = CANARY.into();
    secret.row.state = format!("{{\"x\":\"{CANARY}\"}}");
    secret.row.features = vec![CANARY.into()];
    secret.effects = vec![store::NewEffect { payload: format!("\"{CANARY}\""), ..effect("e", 0) }];
    store.commit(at(1), vec![secret], None).await.unwrap();
    let in_files = || {
        let directory = place.file().parent().unwrap().to_owned();
        std::fs::read_dir(directory).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        })
    };
    assert!(in_files(), "rows are kept in the clear until then");
    let mine = store.claim_effect(at(1), SignedDuration::from_mins(1)).await.unwrap().unwrap();
    let erasing = Write { erase: true, finish: vec![mine.lease()], ..write("a", 1) };
    store.commit(at(2), vec![erasing], None).await.unwrap();
    assert!(!in_files(), "neither in the database nor in its log");
}

/// R6 and R2 in small: a disk that fails at any step of a commit is an error, stops the store, and leaves a log that
/// recovers to before the commit or after it.
#[tokio::test]
async fn a_failing_disk_stops_the_store_and_leaves_it_whole() {
    for step in CommitStep::ALL {
        let place = Place::new();
        let armed = Arc::new(AtomicUsize::new(0));
        let failpoint = {
            let armed = Arc::clone(&armed);
            move |now| {
                let strikes = now == step && armed.load(Ordering::SeqCst) == 1;
                if strikes { Err("an injected fault".into()) } else { Ok(()) }
            }
        };
        let faulty = StoreOptions { failpoint: Some(Arc::new(failpoint)), ..options() };
        let store = SqliteStore::open(place.file(), faulty).await.unwrap();
        store.commit(at(1), vec![write("a", 0)], None).await.unwrap();
        armed.store(1, Ordering::SeqCst);
        let failed = store.commit(at(2), vec![write("a", 1), write("b", 0)], None).await;
        assert!(matches!(failed, Err(StoreError::Disk(_))), "{step:?}: {failed:?}");
        armed.store(0, Ordering::SeqCst);
        let after = store.commit(at(3), vec![write("c", 0)], None).await;
        assert!(matches!(after, Err(StoreError::Halted)), "{step:?}: never tried again: {after:?}");
        assert!(matches!(store.set_credential_for_test().await, Err(StoreError::Halted)));
        drop(store);

        let store = place.open().await;
        let kept = if step == CommitStep::Committed { 3 } else { 1 };
        assert_whole(&store, kept).await;
        let version = store.load("threat/a").await.unwrap().unwrap().version;
        assert_eq!(store.load("threat/b").await.unwrap().is_some(), version == 2, "{step:?}: both or neither");
        store.commit(at(4), vec![write("a", version)], None).await.unwrap();
        assert_whole(&store, kept + 1).await;
    }
}

trait ForTest {
    async fn set_credential_for_test(&self) -> Result<(), StoreError>;
}
impl ForTest for SqliteStore {
    async fn set_credential_for_test(&self) -> Result<(), StoreError> {
        store::SignIns::set_credential(self, "acc", "hash", at(0)).await
    }
}

/// R5 in small: a full disk is its own error at whatever write it comes, nothing of the commit is kept, and the store
/// goes on when there is room.
#[tokio::test]
async fn a_full_disk_is_said_and_survived() {
    let place = Place::new();
    let store = SqliteStore::open(place.file(), StoreOptions { max_bytes: Some(600_000), ..options() }).await.unwrap();
    let mut kept = 0;
    let refused = loop {
        let mut large = write(&format!("t{kept}"), 0);
        large.row.title = "x".repeat(9_000);
        match store.commit(at(1), vec![large], None).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1000, "the bound is never reached");
    };
    assert!(matches!(refused, StoreError::Full), "{refused}");
    println!("full after {kept} commits");
    let found = store.check_integrity(None).await.unwrap();
    assert_eq!((found.findings, found.entries), (vec![], kept));
    assert_eq!(store.load(&format!("threat/t{kept}")).await.unwrap(), None);
    let again = store.commit(at(2), vec![write("t0", 0)], None).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. } | StoreError::Full)), "not halted: {again:?}");
    drop(store);
    let roomy = place.open().await;
    roomy.commit(at(3), vec![write("later", 0)], None).await.unwrap();
    assert_whole(&roomy, kept + 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_on_one_file_neither_lose_nor_fork() {
    let place = Place::new();
    let (one, other) = tokio::join!(place.open(), place.open());
    let tasks: Vec<_> = [one.clone(), other.clone(), one.clone(), other.clone()]
        .into_iter()
        .enumerate()
        .map(|(task, store)| {
            tokio::spawn(async move {
                for version in 0..30 {
                    let asked = Write {
                        effects: vec![effect(&format!("{task}-{version}"), 0)],
                        ..write(&format!("own{task}"), version)
                    };
                    store.commit(at(1), vec![asked], None).await.unwrap();
                    let claimed = store.claim_effect(at(2), SignedDuration::from_hours(1)).await.unwrap();
                    assert_eq!(claimed.unwrap().tries, 1);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for store in [&one, &other] {
        assert_whole(store, 120).await;
        assert_eq!(store.claim_effect(at(3), SignedDuration::from_hours(1)).await.unwrap(), None);
    }
    assert_eq!(one.checkpoint().await.unwrap(), other.checkpoint().await.unwrap());
}

#[tokio::test]
async fn another_key_does_not_continue_the_record() {
    let place = Place::new();
    place.open().await.commit(at(1), vec![write("a", 0)], None).await.unwrap();
    let stranger = record::SigningKey::from_seed("test.invalid/desk", [8; 32]).unwrap();
    let refused = SqliteStore::open(place.file(), StoreOptions { signer: stranger, ..options() }).await;
    assert!(matches!(refused, Err(StoreError::WrongKey { .. })), "{refused:?}");
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    for (what, bytes) in [
        ("text", &b"this is a letter, not a database, and it is long enough to be read as one: "[..]),
        ("zeros", &[0; 9000]),
    ] {
        let place = Place::new();
        std::fs::create_dir_all(place.file().parent().unwrap()).unwrap();
        std::fs::write(place.file(), bytes.repeat(20)).unwrap();
        let refused = SqliteStore::open(place.file(), options()).await;
        assert!(refused.is_err(), "{what}");
    }
}

#[tokio::test]
async fn a_commit_whose_caller_went_away_is_whole() {
    let place = Place::new();
    let store = place.open().await;
    for patience in 0..40 {
        let mut new = write(&format!("t{patience}"), 0);
        new.entries = (0..20).map(|number| entry(&number.to_string())).collect();
        let commit = store.commit(at(1), vec![new], None);
        let _ = tokio::time::timeout(std::time::Duration::from_micros(patience * 100), commit).await;
    }
    // The next commit waits for its turn, behind those that were left alone.
    store.commit(at(2), vec![write("last", 0)], None).await.unwrap();
    let found = store.check_integrity(None).await.unwrap();
    assert_eq!((found.findings, (found.entries - 1) % 20), (vec![], 0));
}

/// No statement that an entry's content passes through shows it when it fails.
#[tokio::test]
async fn errors_and_debug_show_no_content() {
    const CANARY: &str = "canary-c0ffee";
    let place = Place::new();
    let store = place.open().await;
    let mut secret = write("a", 0);
    secret.entries = vec![entry(CANARY)];
    secret.row.title = CANARY.into();
    secret.row.state = format!("{{{CANARY}");
    secret.row.features = vec![CANARY.into()];
    secret.effects = vec![store::NewEffect { payload: CANARY.into(), ..effect("e", 0) }];
    let shown = format!("{secret:?}");
    assert!(!shown.contains(CANARY), "{shown}");
    let refused = store.commit(at(1), vec![secret.clone()], None).await.unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains(CANARY), "{refused:?}");
    secret.row.state = "{}".into();
    store.commit(at(1), vec![secret], None).await.unwrap();
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        store.load("threat/a").await.unwrap(),
        store.entry(0).await.unwrap(),
        store.claim_effect(at(9), SignedDuration::from_mins(1)).await.unwrap(),
        store.list("threat", &store::Filter::default(), None, 9).await.unwrap(),
    );
    assert!(!shown.contains(CANARY), "{shown}");
}

/// With ten thousand open threats the desk's lists still read no more rows than they answer: each walks an index to its
/// place and stops. The plan is asked of a database that this store made.
#[tokio::test]
async fn the_desks_lists_walk_an_index() {
    let place = Place::new();
    place.open().await.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.file());
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    for (statement, index) in [
        (include_str!("../../sql/folds_due_first.sql"), "folds_by_due (kind=? AND <expr>>?)"),
        (include_str!("../../sql/folds_due_first_open.sql"), "folds_by_openness (kind=? AND is_open=? AND <expr>>?)"),
        (include_str!("../../sql/folds_newest_first.sql"), "folds_by_age (kind=? AND first_seq<?)"),
        (include_str!("../../sql/folds_due.sql"), "folds_by_due (kind=? AND <expr><?)"),
    ] {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let rows = sqlx::query(explain).fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(plan.iter().any(|step| step.contains(index)), "{statement}: {plan:?}");
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE") || step.contains("SCAN")),
            "{statement}: {plan:?}"
        );
    }
}
