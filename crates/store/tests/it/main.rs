//! The store from outside: one suite for every twin, SQLite's own manners, and what a forger leaves behind.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod suite;

mod conformance;
mod model;
mod sqlite;
mod support;
mod tamper;
