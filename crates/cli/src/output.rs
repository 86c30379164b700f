//! What goes out: text for people on standard output, one JSON document for programs, files written whole or not at all.

use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use crate::fault::{Answer, Fault, Outcome};

/// The text without what could move a terminal: control characters, and characters that turn the direction of a line.
pub fn clean(text: &str) -> String {
    let harmless = |letter: char| match letter {
        '\n' | '\t' => letter,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other if other.is_control() => '\u{fffd}',
        other => other,
    };
    text.chars().map(harmless).collect()
}

/// Says something to people on standard output.
pub fn say(text: &str) -> Result<(), Fault> {
    bytes(clean(text).as_bytes())
}

/// Says something to people beside the answer, on standard error.
pub fn note(text: &str) {
    eprintln!("{}", clean(text));
}

/// One JSON document on standard output.
pub fn json(document: &impl Serialize) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(document).map_err(Fault::new)?;
    bytes(format!("{text}\n").as_bytes())
}

/// One JSON document for programs, or text for people.
pub fn either(json_asked: bool, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Fault> {
    if json_asked { json(document) } else { say(&text()) }
}

/// A list: one JSON document, or a line for each thing in it, and words of their own when there is none.
pub fn list<T>(
    json_asked: bool,
    document: &impl Serialize,
    lines: &[T],
    line: impl Fn(&T) -> String,
    none: &str,
) -> Answer {
    either(json_asked, document, || match lines {
        [] => format!("{none}\n"),
        lines => lines.iter().map(line).collect(),
    })?;
    Ok(Outcome::Done)
}

/// Bytes as they are on standard output. Whoever stops reading (`| head`) has enough: that is no fault.
pub fn bytes(bytes: &[u8]) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(Fault::about("standard output", cause)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A number with its noun: `1 entry`, `2 entries`.
pub fn count(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// What happens to a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced, in one step.
    Replace,
    /// It stays, and nothing is written.
    Keep,
}

/// Writes a file: made beside it, readable by its owner alone, and put in its place when it is whole.
pub fn file(
    path: &Path,
    existing: Existing,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let fault = |cause: &std::io::Error| Fault::about(path.display(), format!("cannot be written: {cause}"));
    if path.is_dir() {
        return Err(Fault::about(path.display(), "is a directory").advise("name a file in it"));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut made = tempfile::NamedTempFile::new_in(directory).map_err(|cause| fault(&cause))?;
    let mut buffered = std::io::BufWriter::new(made.as_file_mut());
    write(&mut buffered)?;
    buffered.flush().map_err(|cause| fault(&cause))?;
    drop(buffered);
    made.as_file().sync_all().map_err(|cause| fault(&cause))?;
    let kept = match existing {
        Existing::Replace => made.persist(path),
        Existing::Keep => made.persist_noclobber(path),
    };
    kept.map(|_| ()).map_err(|failed| match failed.error.kind() {
        ErrorKind::AlreadyExists => {
            Fault::about(path.display(), "exists already").advise("name another file; this one was left as it is")
        }
        _ => fault(&failed.error),
    })
}
