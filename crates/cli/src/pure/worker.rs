//! `forewarn worker`: what this program is when it starts itself with limits. Not for people.

use clap::{Args, Subcommand};

use crate::fault::Answer;
#[cfg(feature = "pdf")]
use crate::fault::Outcome;

/// Runs a limited worker; the program starts these itself.
#[derive(Debug, Args)]
pub struct Worker {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Command {
    /// Prints one letter: a job as JSON on standard input, a PDF on standard output.
    Letter,
}

impl Worker {
    /// Runs it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Letter => letter(),
        }
    }
}

#[cfg(feature = "pdf")]
fn letter() -> Answer {
    match letters::run_worker(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => Ok(Outcome::Done),
        Err(cause) => {
            // Plain words: the program that started this one reads them.
            eprintln!("{cause}");
            Ok(Outcome::Partly)
        }
    }
}

#[cfg(not(feature = "pdf"))]
fn letter() -> Answer {
    Err(crate::fault::Fault::new("this program was built without PDF"))
}
