//! From SQLite's result codes to what a caller can do about them, and numbers in and out of its columns.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row as _, Sqlite, Type};

use crate::StoreError;

const BUSY: i64 = 5;
const LOCKED: i64 = 6;
const IOERR: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const NOTADB: i64 = 26;

/// The store's word for a fault of the database. The primary result code is the low byte of the extended one.
pub(super) fn fault(error: sqlx::Error) -> StoreError {
    let code = match &error {
        // A value that the schema refuses: the message names the CHECK, never the value.
        sqlx::Error::Database(cause) if cause.is_check_violation() => {
            return StoreError::Invalid(cause.message().to_owned());
        }
        sqlx::Error::Database(cause) => cause.code().and_then(|code| code.parse::<i64>().ok()).map(|code| code & 0xff),
        sqlx::Error::PoolTimedOut => Some(BUSY),
        sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::StorageFull => Some(FULL),
        sqlx::Error::Io(_) => Some(IOERR),
        _ => None,
    };
    match code {
        Some(FULL) => StoreError::Full,
        Some(BUSY | LOCKED) => StoreError::Busy,
        Some(IOERR) => StoreError::Disk(Box::new(error)),
        Some(CORRUPT | NOTADB) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Database(Box::new(error)),
    }
}

/// A column of a row.
pub(super) fn get<'r, T, I>(row: &'r SqliteRow, column: I) -> Result<T, StoreError>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
    I: ColumnIndex<SqliteRow>,
{
    row.try_get(column).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A column that holds a count or a place.
pub(super) fn get_u64(row: &SqliteRow, column: &str) -> Result<u64, StoreError> {
    let value: i64 = get(row, column)?;
    unsigned(value)
}

/// A column that holds a time.
pub(super) fn get_time(row: &SqliteRow, column: &str) -> Result<Timestamp, StoreError> {
    time(get(row, column)?)
}

/// A stored number as the count or place it is.
pub(super) fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Corrupt(format!("{value} stands where a count belongs")))
}

/// A count or place as SQLite stores it.
pub(super) fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Invalid(format!("{value} is more than the database can count")))
}

/// Stored microseconds as a time.
pub(super) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros)
        .map_err(|_| StoreError::Corrupt(format!("{micros} stands where a time belongs")))
}

/// A hash or key of 32 bytes.
pub(super) fn bytes32(bytes: &[u8], what: &str) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt(format!("{what} has {} bytes and not 32", bytes.len())))
}
