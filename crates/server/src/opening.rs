//! Makes a data directory, or opens one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use domain::account::Accounts;
use record::SigningKey;
use sha2::{Digest, Sha256};
use store::{SqliteStore, Store, StoreOptions};
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::error::AppError;
use crate::files;
use crate::ids::Ids;
use crate::keys;
use crate::ways_out::{Printer, WaysOut};

/// The record's private key in the data directory; readable by its owner alone.
pub const KEY: &str = "record.key";
/// Its public half, for anybody who verifies.
pub const VKEY: &str = "record.vkey";
/// The database.
pub const DATABASE: &str = "desk.sqlite";
/// Password hashes computed at the same time, at most; each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;

/// Makes a data directory with a new key; refuses one that is in use.
pub fn create(data: &Path, config: &Config, ids: &Ids) -> Result<(), AppError> {
    files::make_dir(data)?;
    config.write_new(data)?;
    let signer = SigningKey::from_seed(&config.origin, ids.bytes())
        .map_err(|cause| AppError::invalid("origin", cause.to_string()))?;
    files::write_new(&data.join(KEY), format!("{}\n", signer.to_secret_text().as_str()).as_bytes(), 0o600)?;
    files::write_new(&data.join(VKEY), format!("{}\n", signer.verify_key()).as_bytes(), 0o644)?;
    keys::make_missing(data)
}

/// Opens a data directory. The record is checked against its last signed checkpoint before anything else happens.
pub async fn open(data: &Path, clock: Clock, ids: Ids, printer: Printer) -> Result<Arc<Desk>, AppError> {
    let config = Config::load(data)?;
    let key = files::read(&data.join(KEY))?;
    keys::make_missing(data)?;
    let pepper = Sha256::new().chain_update("forewarn request hash\0").chain_update(key.trim()).finalize().into();
    let signer = key.trim().parse::<SigningKey>().map_err(|cause| AppError::invalid(KEY, cause.to_string()))?;
    let verify_key = signer.verify_key().to_string();
    let failpoint = crate::failpoint::at_commit();
    let options = StoreOptions { failpoint, ..StoreOptions::new(signer, ids.as_fill()) };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(data.join(DATABASE), options).await?);
    let (changed, _) = watch::channel(0);
    let desk = Desk {
        channels: Box::new(WaysOut::new(&config, data, printer)?),
        store,
        clock,
        ids,
        config,
        data: data.to_owned(),
        verify_key,
        pepper,
        screen: RwLock::new(None),
        library: RwLock::new(None),
        wake: Notify::new(),
        changed,
        hashing: Semaphore::new(HASHES_AT_ONCE),
        sorting: Mutex::new(()),
        rounds: Mutex::default(),
        checked: Mutex::default(),
        newest: AtomicI64::new(i64::MIN),
    };
    desk.find_newest().await?;
    desk.load::<Accounts>("").await?;
    desk.keep_register_in_lines().await?;
    desk.begin_with_pack().await?;
    Ok(Arc::new(desk))
}
