//! Files in: looked at before they are loaded, so that a directory, a missing file or one of 50 MB gets a clear answer.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::fault::Fault;

/// Longest file read as a whole by the tools that take text: packs, facts, drafts, keys.
pub const LONGEST_TEXT: u64 = 8 * 1024 * 1024;
/// Longest register read.
pub const LONGEST_REGISTER: u64 = 1024 * 1024 * 1024;

/// How a file is called in messages and answers.
pub fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// The bytes of a file, or of standard input for `-`; `limit` is the most that is loaded.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    open(path, limit)?.take(limit + 1).read_to_end(&mut bytes).map_err(|cause| unreadable(path, &cause))?;
    let found = bytes.len() as u64;
    if found > limit { Err(too_large(path, format!("more than {limit} bytes"), limit)) } else { Ok(bytes) }
}

/// The text of a file, or of standard input for `-`.
pub fn text(path: &Path, limit: u64) -> Result<String, Fault> {
    let text = String::from_utf8(bytes(path, limit)?).map_err(|cause| {
        let at = cause.utf8_error().valid_up_to();
        Fault::about(name(path), format!("not UTF-8 at byte {at}")).advise("save it as UTF-8 and give it again")
    })?;
    if text.trim().is_empty() {
        return Err(Fault::about(name(path), "there is nothing in it").advise("is this the right file?"));
    }
    Ok(text)
}

/// A file opened for reading, after a look at what it is.
pub fn open(path: &Path, limit: u64) -> Result<Box<dyn Read>, Fault> {
    if is_stdin(path) {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let about = std::fs::metadata(path).map_err(|cause| unreadable(path, &cause))?;
    if about.is_dir() {
        let advice = format!("name the files in it, such as {}", path.join("*.txt").display());
        return Err(Fault::about(path.display(), "is a directory").advise(advice));
    }
    if about.len() > limit {
        return Err(too_large(path, format!("{} bytes", about.len()), limit));
    }
    Ok(Box::new(File::open(path).map_err(|cause| unreadable(path, &cause))?))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn too_large(path: &Path, size: String, limit: u64) -> Fault {
    let what = format!("{size}, and at most {limit} are read");
    Fault::about(name(path), what).advise("give the part that matters, or split it")
}

fn unreadable(path: &Path, cause: &std::io::Error) -> Fault {
    let advice = match cause.kind() {
        ErrorKind::NotFound => "check the name; `-` means standard input",
        ErrorKind::PermissionDenied => "you may not read it; ask its owner",
        _ => "try again, or copy it elsewhere",
    };
    Fault::about(name(path), format!("cannot be read: {cause}")).advise(advice)
}
