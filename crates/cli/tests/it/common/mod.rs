//! Runs the program as a person would and looks at what it says.
#![allow(dead_code, reason = "each test file uses the part it needs")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_forewarn");

/// What a run ended with.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|cause| panic!("{cause}: {}\n{}", self.out, self.err))
    }
}

/// The program with a clean environment: no colour, no data directory of whoever runs the tests.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).env_remove("FOREWARN_DATA").env_remove("RUST_LOG").env("NO_COLOR", "1");
    command.current_dir(root());
    command
}

/// Runs it to its end.
pub fn run(args: &[&str]) -> Ran {
    run_with(args, b"")
}

/// Runs it with something on standard input.
pub fn run_with(args: &[&str], stdin: &[u8]) -> Ran {
    let mut command = command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments does not read its input.
    let _closed = child.stdin.take().unwrap().write_all(stdin);
    let ended = child.wait_with_output().unwrap();
    Ran {
        code: ended.status.code().unwrap_or(-1),
        out: String::from_utf8(ended.stdout).expect("output is UTF-8"),
        err: String::from_utf8(ended.stderr).expect("messages are UTF-8"),
    }
}

/// One row of a table: what is run, how it ends, and what must be said on each side.
pub struct Row<'a> {
    pub args: &'a [&'a str],
    pub stdin: &'a str,
    pub code: i32,
    pub out: &'a [&'a str],
    pub err: &'a [&'a str],
}

/// Checks a row. A fault never says anything on standard output that a program could take for an answer.
pub fn check(row: &Row) {
    let ran = run_with(row.args, row.stdin.as_bytes());
    let shown = format!("{:?}\n--- out ---\n{}\n--- err ---\n{}", row.args, ran.out, ran.err);
    assert_eq!(ran.code, row.code, "{shown}");
    for words in row.out {
        assert!(ran.out.contains(words), "`{words}` is not on standard output: {shown}");
    }
    for words in row.err {
        assert!(ran.err.contains(words), "`{words}` is not on standard error: {shown}");
    }
    assert!(!ran.err.contains("panicked"), "{shown}");
    if row.err.is_empty() {
        assert_eq!(ran.err, "", "{shown}");
    }
}

/// The workspace.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file that a test makes.
pub fn file(directory: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = directory.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}
