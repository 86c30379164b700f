//! A15: whoever can write to the database file of a running desk is found out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, query, query_scalar};
use testkit::{Hall, REPORT};

/// What an administrator does by SQL; every trigger is out of the way.
const MUTANTS: &[(&str, &str)] = &[
    ("an entry's time", "UPDATE entries SET at = at - 60000000 WHERE seq = 12"),
    ("who acted", "UPDATE entries SET acted_by = 'okafor' WHERE seq = 12"),
    ("what happened", "UPDATE entries SET kind = 'ThreatClosed' WHERE seq = 12"),
    (
        "a body",
        "UPDATE entries SET sealed = CAST(substr(sealed, 1, 30) || X'00' || substr(sealed, 32) AS BLOB) WHERE seq = 12",
    ),
    ("a body swapped", "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE seq = 11) WHERE seq = 12"),
    ("a commitment", "UPDATE entries SET commitment = zeroblob(32) WHERE seq = 12"),
    ("the last entry deleted", "DELETE FROM entries WHERE seq = (SELECT MAX(seq) FROM entries)"),
    ("a middle entry deleted", "DELETE FROM entries WHERE seq = 12"),
    ("all entries deleted", "DELETE FROM entries"),
    (
        "an entry inserted",
        "INSERT INTO entries SELECT (SELECT MAX(seq) + 1 FROM entries), at, stream, 999, kind, acted_by, erases, commitment, sealed, key_id FROM entries WHERE seq = 12",
    ),
    (
        "two entries reordered",
        "UPDATE entries SET seq = 999 WHERE seq = 12; UPDATE entries SET seq = 12 WHERE seq = 13; UPDATE entries SET seq = 13 WHERE seq = 999",
    ),
    ("a hash", "UPDATE hashes SET hash = zeroblob(32) WHERE place = 12"),
    ("a hash deleted", "DELETE FROM hashes WHERE place = (SELECT MAX(place) FROM hashes)"),
    ("a checkpoint", "UPDATE checkpoints SET note = replace(note, 'example', 'elpmaxe')"),
    ("the last checkpoint deleted", "DELETE FROM checkpoints WHERE size = (SELECT MAX(size) FROM checkpoints)"),
    ("a key", "UPDATE keys SET content = randomblob(32) WHERE stream LIKE 'threat/%'"),
    ("an erasure nobody recorded", "UPDATE keys SET content = NULL WHERE stream LIKE 'threat/%'"),
    ("the tail cut off", "DELETE FROM entries WHERE seq > 14; DELETE FROM checkpoints WHERE size > 15"),
    ("a threat's row deleted", "DELETE FROM features; DELETE FROM effects; DELETE FROM folds WHERE kind = 'threat'"),
    ("a report's row deleted", "DELETE FROM features; DELETE FROM effects; DELETE FROM folds WHERE kind = 'report'"),
    ("a row's clock", "UPDATE folds SET due_at = due_at + 86400000000 WHERE kind = 'threat'"),
    ("a row closed", "UPDATE folds SET is_open = 0 WHERE kind = 'threat'"),
    ("a row's state", "UPDATE folds SET state = replace(state, '\"warn\"', '\"waived\"') WHERE kind = 'threat'"),
    ("a line of the register", "UPDATE lines SET body = replace(body, 'Kerman', 'Tehran')"),
    ("a line of the register deleted", "DELETE FROM lines WHERE id = (SELECT MIN(id) FROM lines)"),
    ("a line of the register kept for ever", "UPDATE lines SET due_at = NULL"),
    ("a feature deleted", "DELETE FROM features WHERE feature LIKE 'ack:%'"),
];

/// The same with the row's own hash made right again: only the fold of the entries tells.
const FORGED: &[(&str, &str)] = &[
    (
        "a determination, forged",
        "UPDATE folds SET state = replace(state, '\"warn\"', '\"waived\"') WHERE kind = 'threat'",
    ),
    (
        "an approval, forged",
        "UPDATE folds SET state = replace(state, '\"approved_by\":\"ben\"', '\"approved_by\":\"mara\"') WHERE kind = 'threat'",
    ),
    ("a clock, forged", "UPDATE folds SET due_at = NULL WHERE kind = 'threat'"),
    ("a step, forged", "UPDATE folds SET step = 'closed', is_open = 0 WHERE kind = 'threat'"),
    (
        "a role, forged",
        "UPDATE folds SET state = replace(state, '\"intake\"', '\"senior_officer\"') WHERE kind = 'accounts'",
    ),
];

async fn administrator(hall: &Hall) -> SqliteConnection {
    let file = hall.data().join(server::DATABASE);
    let mut admin = SqliteConnectOptions::new().filename(file).foreign_keys(false).connect().await.unwrap();
    let triggers: Vec<String> =
        query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut admin).await.unwrap();
    for trigger in triggers {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut admin).await.unwrap();
    }
    admin
}

/// Makes the hash that stands in each row right for what the row now says, as the store makes it.
async fn rehash(admin: &mut SqliteConnection) {
    for row in query("SELECT * FROM folds").fetch_all(&mut *admin).await.unwrap() {
        let number = |name: &str| row.get::<Option<i64>, _>(name);
        let mut hash = Sha256::new();
        for name in ["version", "first_seq", "last_seq", "created_at", "updated_at", "due_at", "is_open"] {
            // A row without a clock is hashed with a number that is no time.
            hash.update(number(name).map_or(i128::from(i64::MIN) - 1, i128::from).to_be_bytes());
        }
        for name in ["stream", "kind", "state", "step", "title"] {
            let text: String = row.get(name);
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let digest: [u8; 32] = hash.finalize().into();
        let update = query("UPDATE folds SET digest = ? WHERE stream = ?").bind(&digest[..]);
        update.bind(row.get::<String, _>("stream")).execute(&mut *admin).await.unwrap();
    }
}

/// Whether anything that looks at the record says that something is wrong.
async fn found(hall: &Hall) -> Option<&'static str> {
    let page = hall.person("joon").get("/record?check=true").await;
    if page.body.contains("does not verify") || page.status == 500 {
        return Some("the record's page");
    }
    match hall.desk.rebuild_check().await {
        Ok(rebuilt) if rebuilt.differing.is_empty() => None,
        Ok(_) | Err(_) => Some("the rows folded anew"),
    }
}

#[tokio::test]
async fn a15_whoever_edits_the_database_is_found() {
    let hall = Hall::open().await;
    let course = hall.sent(REPORT).await;
    let party = "id,kind,name,keep_until\nk,place,Kerman,2031-01-01\n";
    hall.person("mara").post("/api/v1/register", &serde_json::json!({"name": "r.csv", "text": party})).await.done();
    let mut admin = administrator(&hall).await;
    assert_eq!(found(&hall).await, None, "before anything is changed");
    let mut caught = Vec::new();
    for (forged, (what, sql)) in MUTANTS.iter().map(|one| (false, one)).chain(FORGED.iter().map(|one| (true, one))) {
        for table in ["entries", "hashes", "checkpoints", "keys", "folds", "lines", "features", "effects"] {
            let copy = format!("DROP TABLE IF EXISTS kept_{table}; CREATE TABLE kept_{table} AS SELECT * FROM {table}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(copy)).execute(&mut admin).await.unwrap();
        }
        sqlx::raw_sql(*sql).execute(&mut admin).await.unwrap();
        if forged {
            rehash(&mut admin).await;
        }
        let by = found(&hall).await;
        if by.is_none() {
            println!("NOT FOUND: {what}");
        }
        caught.push(by.is_some());
        for table in ["effects", "features", "lines", "folds", "keys", "checkpoints", "hashes", "entries"] {
            let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(back)).execute(&mut admin).await.unwrap();
        }
    }
    admin.close().await.unwrap();
    let count = caught.iter().filter(|caught| **caught).count();
    println!("A15: {count} of {} edits of a running desk's database found", caught.len());
    assert_eq!(count, caught.len());
    assert_eq!(hall.person("joon").get(&course.path("")).await.status, 200);
    hall.close().await;
}
