//! The worker process: what it prints, and what ends it.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use letters::{InProcess, Job, LetterError, Printer, WorkerPrinter};

const PROGRAM: &str = env!("CARGO_BIN_EXE_letter-worker");

fn job() -> Job {
    Job::Letter(Box::new(common::letter()))
}

/// A program in place of the worker that does what `script` says.
fn impostor(dir: &tempfile::TempDir, script: &str) -> PathBuf {
    let path = dir.path().join("impostor");
    let mut file = std::fs::File::create(&path).unwrap();
    write!(file, "#!/bin/sh\n{script}\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn the_worker_prints_the_same_bytes_as_the_press() {
    assert!(WorkerPrinter::new(PROGRAM).print(&job()).unwrap() == InProcess::default().print(&job()).unwrap());
}

#[test]
fn what_the_press_refuses_the_worker_tells() {
    let mut letter = common::letter();
    letter.to = "漢字".to_owned();
    let fault = WorkerPrinter::new(PROGRAM).print(&Job::Letter(Box::new(letter))).unwrap_err();
    assert!(matches!(&fault, LetterError::Worker { said } if said.contains("lack a character")), "{fault}");
    assert!(!fault.to_string().contains("漢字"));
}

#[test]
fn input_that_is_no_job_is_refused_without_repeating_it() {
    let long = "x".repeat(2_000_000);
    for input in ["", "{}", "not json canary", "{\"print\":\"canary\"}", &long] {
        let mut child =
            Command::new(PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The worker stops reading what is too long, and the pipe breaks.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && done.stdout.is_empty() && !said.contains("canary"), "{said}");
    }
}

#[test]
fn a_worker_that_misbehaves_is_ended() {
    let rows = [
        ("exec sleep 60", "took too long"),
        ("exec yes", "printed too much"),
        ("exec >&- 2>&-; sleep 60", "did not end"),
        ("echo hello", "failed"),
        ("echo out of ink >&2; exit 3", "out of ink"),
        ("kill -9 $$", "signal"),
    ];
    for (script, expected) in rows {
        let dir = tempfile::tempdir().unwrap();
        let printer = WorkerPrinter { timeout: Duration::from_secs(2), ..WorkerPrinter::new(impostor(&dir, script)) };
        let fault = printer.print(&job()).unwrap_err().to_string();
        assert!(fault.contains(expected), "{script}: {fault}");
    }
    assert!(matches!(WorkerPrinter::new("/nonexistent/worker").print(&job()), Err(LetterError::Io(_))));
}
