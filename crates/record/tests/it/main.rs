//! The log from outside: its format, its tree, its notes, its exports and what an auditor finds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod export;
mod format;
mod mutants;
mod note;
mod seal;
mod tree;
