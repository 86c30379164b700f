//! A15: whoever can write to the database file edits, deletes, inserts or reorders what it holds. Each mutant has its
//! way around the triggers, and each is found.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::{self, Place, at, effect, write};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, query_scalar};
use store::{Line, Store, StoreError, Write};

/// A record of six entries in two streams, one of them erased once.
async fn desk() -> Place {
    let place = Place::new();
    let store = place.open().await;
    let line = Line { key: "one".into(), body: "{}".into(), due_at: Some(at(9)) };
    store.commit(at(1), vec![Write { lines: vec![line], ..write("a", 0) }, write("b", 0)], None).await.unwrap();
    store.commit(at(2), vec![Write { effects: vec![effect("e", 9)], ..write("a", 1) }], None).await.unwrap();
    store.commit(at(3), vec![write("a", 2)], None).await.unwrap();
    store.commit(at(4), vec![Write { erase: true, ..write("b", 1) }], None).await.unwrap();
    // The administrator has a copy of the rows as they are now.
    let mut admin = administrator(&place).await;
    sqlx::raw_sql("CREATE TABLE kept AS SELECT * FROM folds").execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    store.commit(at(5), vec![write("a", 3)], None).await.unwrap();
    store.close().await;
    place
}

async fn administrator(place: &Place) -> SqliteConnection {
    SqliteConnectOptions::new().filename(place.file()).foreign_keys(false).connect().await.unwrap()
}

async fn without_triggers(place: &Place) -> SqliteConnection {
    let mut admin = administrator(place).await;
    let triggers: Vec<String> =
        query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut admin).await.unwrap();
    assert!(triggers.len() >= 11);
    for trigger in triggers {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut admin).await.unwrap();
    }
    admin
}

const MUTANTS: &[(&str, &str)] = &[
    ("an entry's time", "UPDATE entries SET at = at - 1 WHERE seq = 0"),
    ("who acted", "UPDATE entries SET acted_by = 'acc_other' WHERE seq = 2"),
    ("what happened", "UPDATE entries SET kind = 'ThreatClosed' WHERE seq = 2"),
    ("an erased entry's kind", "UPDATE entries SET kind = 'ThreatClosed' WHERE seq = 1"),
    ("the stream", "UPDATE entries SET stream = 'threat/c', version = 1 WHERE seq = 5"),
    ("a version", "UPDATE entries SET version = 9 WHERE seq = 5"),
    ("a commitment", "UPDATE entries SET commitment = zeroblob(32) WHERE seq = 0"),
    (
        "a body, one byte",
        "UPDATE entries SET sealed = CAST(substr(sealed, 1, 30) || X'00' || substr(sealed, 32) AS BLOB) WHERE seq = 0",
    ),
    ("a body, swapped", "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE seq = 0) WHERE seq = 2"),
    ("a body, emptied", "UPDATE entries SET sealed = X'' WHERE seq = 0"),
    ("the key", "UPDATE keys SET content = randomblob(32) WHERE stream = 'threat/a'"),
    ("the key, deleted", "DELETE FROM keys WHERE stream = 'threat/a'"),
    ("an erasure nobody recorded", "UPDATE keys SET content = NULL WHERE stream = 'threat/a'"),
    ("an erasure that never was", "UPDATE entries SET erases = 1 WHERE seq = 5"),
    ("an erasure unsaid", "UPDATE entries SET erases = 0 WHERE seq = 4"),
    ("an erasure undone", "UPDATE keys SET content = zeroblob(32), stream = 'threat/x' WHERE content IS NULL"),
    ("the last entry, deleted", "DELETE FROM entries WHERE seq = 5"),
    ("the first entry, deleted", "DELETE FROM entries WHERE seq = 0"),
    ("a middle entry, deleted", "DELETE FROM entries WHERE seq = 3"),
    ("all entries, deleted", "DELETE FROM entries"),
    (
        "everything, deleted",
        "DELETE FROM features; DELETE FROM lines; DELETE FROM folds; DELETE FROM entries; DELETE FROM hashes; DELETE FROM checkpoints; DELETE FROM keys",
    ),
    (
        "two entries, reordered",
        "UPDATE entries SET seq = 99 WHERE seq = 2; UPDATE entries SET seq = 2 WHERE seq = 3; UPDATE entries SET seq = 3 WHERE seq = 99",
    ),
    (
        "two entries, renumbered too",
        "UPDATE entries SET seq = 99, version = 99 WHERE seq = 2; UPDATE entries SET seq = 2, version = 2 WHERE seq = 3; UPDATE entries SET seq = 3, version = 3 WHERE seq = 99",
    ),
    (
        "an entry, inserted at the end",
        "INSERT INTO entries SELECT 6, at, stream, 5, kind, acted_by, erases, commitment, sealed, key_id FROM entries WHERE seq = 5",
    ),
    (
        "an entry, inserted in a new stream",
        "INSERT INTO entries SELECT 6, at, 'threat/x', 1, kind, acted_by, erases, commitment, sealed, key_id FROM entries WHERE seq = 5",
    ),
    ("a hash", "UPDATE hashes SET hash = zeroblob(32) WHERE place = 2"),
    ("a hash, deleted", "DELETE FROM hashes WHERE place = 1"),
    ("a hash, added", "INSERT INTO hashes SELECT MAX(place) + 1, zeroblob(32) FROM hashes"),
    ("the last checkpoint, deleted", "DELETE FROM checkpoints WHERE size = 6"),
    ("all checkpoints, deleted", "DELETE FROM checkpoints"),
    ("a checkpoint's text", "UPDATE checkpoints SET note = replace(note, 'test', 'best') WHERE size = 3"),
    (
        "a checkpoint of another size",
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 3) WHERE size = 4",
    ),
    ("a checkpoint, for later", "INSERT INTO checkpoints SELECT 60, at, note FROM checkpoints WHERE size = 6"),
    ("a row's version", "UPDATE folds SET version = 3 WHERE stream = 'threat/a'"),
    ("a row's state", "UPDATE folds SET state = '{}' WHERE stream = 'threat/a'"),
    ("a row's clock", "UPDATE folds SET due_at = 1 WHERE stream = 'threat/a'"),
    ("a line", "UPDATE lines SET body = '[]'"),
    ("a line's end", "UPDATE lines SET due_at = NULL"),
    ("a line's name", "UPDATE lines SET key = 'two'"),
    ("a row, deleted", "DELETE FROM folds WHERE stream = 'threat/b'"),
    (
        "a row, invented",
        "INSERT INTO folds SELECT 'threat/x', kind, 1, 77, 78, created_at, updated_at, state, step, title, searched, due_at, is_open, digest FROM folds WHERE stream = 'threat/a'",
    ),
    (
        "the tail cut off everywhere",
        "DELETE FROM entries WHERE seq = 5; DELETE FROM hashes WHERE place > 7; DELETE FROM checkpoints WHERE size = 6",
    ),
];

/// Cuts the last entry and all that came with it, rows included: only who saw the later checkpoint can tell.
const PERFECT_CUT: &str = "DELETE FROM entries WHERE seq = 5; DELETE FROM hashes WHERE place > 7; DELETE FROM checkpoints WHERE size = 6; UPDATE folds SET (state, version, last_seq, updated_at, digest) = (SELECT state, version, last_seq, updated_at, digest FROM kept WHERE stream = 'threat/a') WHERE stream = 'threat/a'";

#[tokio::test]
async fn every_mutant_is_found() {
    let mut found_by_open = 0;
    for (what, sql) in MUTANTS {
        let place = desk().await;
        // The monitor's store was open all the time, as a desk's is.
        let monitor = place.open().await;
        assert_eq!(monitor.check_integrity(None).await.unwrap().findings, [], "whole before");
        let mut admin = without_triggers(&place).await;
        sqlx::raw_sql(*sql).execute(&mut admin).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        admin.close().await.unwrap();
        let found = monitor.check_integrity(None).await.unwrap();
        assert!(found.findings_total > 0, "not found: {what}");
        monitor.close().await;
        // A restart must not take it for good either, though a tail cut off everywhere needs a witness then.
        found_by_open += usize::from(open_finds(&place).await);
    }
    println!("A15: {} of {} mutants found; {found_by_open} also stop a restart", MUTANTS.len(), MUTANTS.len());
}

/// Whether opening anew, or the check after it, finds something.
async fn open_finds(place: &Place) -> bool {
    match store::SqliteStore::open(place.file(), support::options()).await {
        Err(StoreError::Corrupt(_) | StoreError::WrongKey { .. }) => true,
        Err(other) => panic!("{other}"),
        Ok(store) => {
            store.close().await;
            false
        }
    }
}

#[tokio::test]
async fn a_perfect_cut_is_found_by_who_saw_more() {
    let place = desk().await;
    let monitor = place.open().await;
    let witness = monitor.checkpoint().await.unwrap().unwrap();
    let mut admin = without_triggers(&place).await;
    sqlx::raw_sql(PERFECT_CUT).execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    let found = monitor.check_integrity(None).await.unwrap();
    assert!(found.findings_total > 0, "the process that signed it remembers");
    let refused = monitor.commit(at(9), vec![write("a", 3)], None).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "it does not sign a second history: {refused:?}");
    monitor.close().await;

    let anew = place.open().await;
    assert_eq!(anew.check_integrity(None).await.unwrap().findings, [], "alone, nothing can be told");
    let found = anew.check_integrity(Some(&witness)).await.unwrap();
    assert!(found.findings_total > 0, "a checkpoint kept elsewhere tells");
}

#[tokio::test]
async fn the_schema_refuses_to_change_the_record() {
    let place = desk().await;
    let mut admin = administrator(&place).await;
    let rows = [
        "UPDATE entries SET kind = 'x'",
        "DELETE FROM entries WHERE seq = 5",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE seq = 2",
        "INSERT INTO entries SELECT 9, at, stream, 5, kind, acted_by, erases, commitment, sealed, key_id FROM entries WHERE seq = 5",
        "INSERT INTO entries SELECT 6, at, stream, 9, kind, acted_by, erases, commitment, sealed, key_id FROM entries WHERE seq = 5",
        "UPDATE hashes SET hash = zeroblob(32)",
        "DELETE FROM hashes",
        "INSERT OR REPLACE INTO hashes SELECT * FROM hashes WHERE place = 1",
        "UPDATE checkpoints SET at = 0",
        "DELETE FROM checkpoints",
        "INSERT OR REPLACE INTO checkpoints SELECT * FROM checkpoints WHERE size = 2",
        "DELETE FROM keys",
        "UPDATE keys SET content = zeroblob(32)",
        "UPDATE keys SET content = NULL, stream = 'x'",
        "UPDATE folds SET state = '{'",
        "UPDATE folds SET is_open = 2",
        "UPDATE effects SET done_at = 1",
    ];
    for sql in rows {
        let refused = sqlx::raw_sql(sql).execute(&mut admin).await;
        assert!(refused.is_err(), "not refused: {sql}");
    }
    admin.close().await.unwrap();
    support::assert_whole(&place.open().await, 6).await;
}

async fn answers(store: &store::SqliteStore) -> (Vec<store::StoredEntry>, Vec<store::Row>) {
    let rows = support::all(store, "threat", &store::Filter::default(), 100).await;
    (store.entries(None, 0, 100).await.unwrap(), rows)
}

/// R7 in small: bits flipped in the file are found or harmless, never a wrong answer.
#[tokio::test]
async fn flipped_bits_never_give_a_wrong_answer() {
    let place = desk().await;
    let whole = std::fs::read(place.file()).unwrap();
    let store = place.open().await;
    let truth = answers(&store).await;
    store.close().await;
    let (mut found, mut harmless, flips) = (0, 0, 60);
    for flip in 0..flips {
        let mut bytes = whole.clone();
        let place_of = (flip * 7919 * 31) % (bytes.len() * 8);
        bytes[place_of / 8] ^= 1 << (place_of % 8);
        let copy = Place::new();
        std::fs::create_dir_all(copy.file().parent().unwrap()).unwrap();
        std::fs::write(copy.file(), &bytes).unwrap();
        let answer = match store::SqliteStore::open(copy.file(), support::options()).await {
            Err(_) => None,
            Ok(store) => match store.check_integrity(None).await {
                Ok(report) if report.findings.is_empty() => Some(answers(&store).await),
                Ok(_) | Err(_) => None,
            },
        };
        match answer {
            None => found += 1,
            Some(answer) => {
                assert!(answer == truth, "bit {place_of} gave a wrong answer");
                harmless += 1;
            }
        }
    }
    println!("R7: {flips} single bits flipped: {found} found, {harmless} harmless, 0 wrong answers");
}
