//! `forewarn worker`: what this program is when it starts itself with limits. Not for people.

use clap::{Args, Subcommand};

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
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Letter => letter(),
        }
    }
}

#[cfg(feature = "pdf")]
fn letter() -> Outcome {
    match letters::run_worker(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => Outcome::Done,
        Err(cause) => {
            // Plain words: the program that started this one reads them.
            eprintln!("{cause}");
            Outcome::Partly
        }
    }
}

#[cfg(not(feature = "pdf"))]
fn letter() -> Outcome {
    eprintln!("this program was built without PDF");
    Outcome::Partly
}
