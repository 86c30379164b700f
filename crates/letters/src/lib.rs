//! Letters and task sheets as PDF, made by typst in a limited worker process.
//!
//! The cast: a [`Job`] says what to print; [`print`] sets it with
//! [`Templates`] (those built in, or a desk's own in their place), from data that is
//! never markup, with no access to files, clock or network; [`worker`] does the same in a child process with limits,
//! because a typesetter cannot be interrupted and its memory is not bounded. The same job always gives the same bytes.
#![warn(missing_docs)]

mod job;
mod press;
mod templates;
pub mod worker;

pub use job::{Job, Order, TaskSheet};
pub use press::{LetterError, print, print_with};
pub use templates::Templates;
pub use worker::{InProcess, Printer, WorkerPrinter, run_worker};
