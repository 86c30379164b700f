//! Opening the database: who may read the files, how SQLite is set, and the schema.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::fault::fault;
use crate::StoreError;

/// How long a call waits for another process to let go of the database.
const PATIENCE: Duration = Duration::from_secs(10);
/// Two processes that create the same database at once get in each other's way before either could wait for the other:
/// one of them tries again.
const OPEN_TRIES: u32 = 5;
const PAGE_BYTES: u64 = 4096;
const READERS: u32 = 4;

/// The one connection that writes, and the few that read.
pub(super) struct Pools {
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
}

/// Opens or creates the database at `path` and brings its schema up to date.
pub(super) async fn open(path: &Path, max_bytes: Option<u64>) -> Result<Pools, StoreError> {
    prepare_files(path).map_err(|error| StoreError::Disk(Box::new(error)))?;
    let writer = writer(path, max_bytes).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(PATIENCE)
        .connect_with(options(path).pragma("query_only", "ON"))
        .await
        .map_err(fault)?;
    Ok(Pools { writer, readers })
}

async fn writer(path: &Path, max_bytes: Option<u64>) -> Result<SqlitePool, StoreError> {
    let mut settings = options(path);
    if let Some(bytes) = max_bytes {
        settings = settings.pragma("max_page_count", (bytes / PAGE_BYTES).max(1).to_string());
    }
    let pool =
        SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).acquire_timeout(PATIENCE);
    let mut tries = 0;
    loop {
        tries += 1;
        let opened = match pool.clone().connect_with(settings.clone()).await.map_err(fault) {
            Ok(opened) => migrate(&opened).await.map(|()| opened),
            Err(error) => Err(error),
        };
        match opened {
            Err(StoreError::Busy) if tries < OPEN_TRIES => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            done => return done,
        }
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .page_size(4096)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // Erased content is overwritten in the file, not only unlinked.
        .pragma("secure_delete", "ON")
        // The checkpointer that SQLite runs by itself ignores a failed sync; the store runs its own and heeds it.
        .pragma("wal_autocheckpoint", "0")
        // A trigger may not be bypassed by REPLACE, and the schema may not call unsafe functions.
        .pragma("recursive_triggers", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
}

async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let steps = vec![
        step(1, "store", include_str!("../../migrations/sqlite/0001_store.sql")),
        step(2, "open first", include_str!("../../migrations/sqlite/0002_open_first.sql")),
        step(3, "lines", include_str!("../../migrations/sqlite/0003_lines.sql")),
    ];
    // In one transaction of ours, so that another process that opens the same new file waits for its end.
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
    match Migrator::with_migrations(steps).run(&mut *tx).await {
        Ok(()) => tx.commit().await.map_err(fault),
        Err(sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _)) => {
            Err(fault(error))
        }
        Err(error) => Err(StoreError::Invalid(format!(
            "this database was made by another version of the program: {error}. Open it with the version that made it, or a later one"
        ))),
    }
}

/// Makes the directory (0700) and an empty file (0600) before SQLite does; SQLite gives its side files the same mode.
///
/// A database that exists is never opened here: closing a second descriptor would drop the locks that SQLite holds
/// on the file for this process.
fn prepare_files(path: &Path) -> io::Result<()> {
    if path.exists() {
        return tighten(path);
    }
    if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty() && !parent.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
    }
    let mut how = fs::OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    match how.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn tighten(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        tracing::warn!(mode = format!("{:o}", mode & 0o777), "others could open the database file; now they cannot");
    }
    Ok(())
}

#[cfg(not(unix))]
fn tighten(_path: &Path) -> io::Result<()> {
    Ok(())
}
