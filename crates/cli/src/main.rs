//! forewarn: the warning desk, and its pure tools alone on files.
//!
//! - `cli`: the commands and their help. `fault`: what goes wrong, in words. `input`, `output`, `progress`: files in,
//!   text or JSON out.
//! - `pure`: tools that work on files, with no server and no store: read, screen, policy, draft, record verify.
//! - `desk`: everything that needs a data directory: init, serve, demo, and operating a desk from the terminal.
//! - `shell`: completions and man pages.
//!
//! Exit codes: 0 done; 1 a fault; 2 wrong usage; 3 a finding (leak, broken record, unsound policy, somebody who cannot
//! be reached).

mod cli;
mod desk;
mod fault;
mod input;
mod output;
mod progress;
mod pure;
mod shell;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // Every TLS client asks for it; a second installation is refused, and there is none before this one.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    fault::show_nicely();
    match cli::Cli::parse().command.run() {
        Ok(outcome) => outcome.code(),
        Err(fault) => fault.show(),
    }
}
