//! One process at a time works off the effects of a data directory.
//!
//! A lock on a file says which: the operating system holds it for as long as the process lives and not a moment
//! longer. Whoever gets it knows that nobody else works here, so what an earlier process had in its hands when it died
//! is free at once and need not wait until its lease runs out. A second process waits, and takes over when the first
//! ends.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::desk::Desk;
use crate::error::AppError;

/// The file whose lock says who works.
const FILE: &str = "workers.lock";

/// Held while this process works; given back when it is dropped, or when the process dies.
pub struct Post {
    _locked: File,
}

/// Takes the post and frees what dead hands hold; none while another process has it.
pub async fn take(desk: &Desk) -> Result<Option<Post>, AppError> {
    let Some(post) = lock(&desk.data.join(FILE))? else { return Ok(None) };
    let freed = desk.store.release_all_effects().await?;
    if freed > 0 {
        tracing::warn!(freed, "an earlier process stopped in the middle of its work; this one takes it up");
    }
    Ok(Some(post))
}

fn lock(path: &Path) -> Result<Option<Post>, AppError> {
    let fault = |cause: std::io::Error| AppError::invalid(path.display().to_string(), cause.to_string());
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map_err(fault)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Post { _locked: file })),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(cause) => Err(fault(cause.into())),
    }
}
