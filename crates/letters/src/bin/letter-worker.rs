//! The letter worker alone, as its tests run it: `letter-worker worker letter < job.json > letter.pdf`. The desk runs
//! the same function inside its own program.

use std::process::ExitCode;

fn main() -> ExitCode {
    match letters::run_worker(std::io::stdin(), std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}
