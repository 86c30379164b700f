//! A whole desk for tests: an empty store in a temporary directory, a simulated clock, people of every role, a mail
//! sink, and the real HTTP server in front.
//!
//! The cast: [`Hall`] is the desk with everybody in it; [`Person`] acts over HTTP and keeps every answer as it came;
//! [`Course`] is one threat brought to a step of its life; [`tale`] plays a story from a script and tells what
//! happened; `src/bin/desk.rs` is the same desk as a process of its own, to be killed.
//!
//! A panic here is a failed test: these helpers unwrap.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![warn(missing_docs)]

mod course;
mod hall;
mod person;
mod random;
pub mod tale;

pub use course::{Course, REPORT, email_way, words};
pub use demo::sink::{Behaviour, Mail, SmtpSink, Step};
pub use hall::{BEGINS, Hall, PASSWORD, PEOPLE, at, config, free_address, furnish, settle_in};
pub use person::{Person, Reply, encoded};
pub use random::Random;
