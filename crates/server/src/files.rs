//! Files of the data directory: made once, readable by their owner alone.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::error::AppError;

/// Makes a directory that only its owner can enter; an existing one is left as it is.
pub fn make_dir(path: &Path) -> Result<(), AppError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|cause| at(path, &cause))
}

/// Writes a new file durably; refuses to touch an existing one.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), AppError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = file.map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => {
            AppError::invalid(path.display().to_string(), "exists already; this is a data directory in use")
        }
        _ => at(path, &cause),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|cause| at(path, &cause))
}

/// Reads a text file of the data directory.
pub fn read(path: &Path) -> Result<String, AppError> {
    std::fs::read_to_string(path).map_err(|cause| at(path, &cause))
}

/// Reads any file of the data directory.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, AppError> {
    std::fs::read(path).map_err(|cause| at(path, &cause))
}

fn at(path: &Path, cause: &std::io::Error) -> AppError {
    AppError::invalid(path.display().to_string(), cause.to_string())
}

/// Writes a file that may be there already, all or nothing.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), AppError> {
    let beside = path.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(at(&beside, &cause)),
        Ok(()) | Err(_) => {}
    }
    write_new(&beside, bytes, mode)?;
    std::fs::rename(&beside, path).map_err(|cause| at(path, &cause))
}
