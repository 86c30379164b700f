//! The commands, with their help. Each group has its own module; this one only joins them.

use clap::{Parser, Subcommand};

use crate::fault::Answer;
use crate::{desk, pure, shell};

const ABOUT: &str = "\
The warning desk: takes threat reporting in, works out who is meant, walks a person through the determination that a \
written policy asks for, delivers a warning that does not give the source away, keeps asking until somebody has \
acknowledged it, and can prove all of it afterwards.";

const AFTER: &str = "\
Start here:
  forewarn demo                              a whole desk with an example, played in front of you
  forewarn init --data DIR --admin NAME      a desk of your own
  forewarn serve --data DIR                  open it at http://127.0.0.1:8460

These work on files alone, with no desk: read, screen, policy, draft, register check --register, record verify.

Exit codes:
  0 done   1 a fault   2 wrong usage   3 a finding: a leak, a broken record, an unsound policy, somebody out of reach

Environment:
  FOREWARN_DATA   the data directory, where --data is not given
  RUST_LOG        what is logged on standard error, such as `info` or `server=debug`
  NO_COLOR        no colour";

/// The program.
#[derive(Debug, Parser)]
#[command(name = "forewarn", version, about = "The warning desk.", long_about = ABOUT, after_help = AFTER)]
#[command(arg_required_else_help = true, propagate_version = true, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(desk::demo::Demo),
    Init(desk::init::Init),
    Serve(desk::serve::Serve),
    Account(desk::account::Account),
    Report(desk::report::Report),
    Threat(desk::threat::Threat),
    Determination(desk::determination::Determination),
    Register(desk::register::Register),
    Roster(desk::roster::Roster),
    Record(desk::record::Record),
    Mail(desk::mail::Mail),
    Stats(desk::stats::Stats),
    Read(pure::read::Read),
    Screen(pure::screen::Screen),
    Policy(pure::policy::Policy),
    Draft(pure::draft::Draft),
    /// Prints the OpenAPI 3.1 document of the desk's HTTP API.
    Openapi,
    Completions(shell::Completions),
    Man(shell::Man),
    #[command(hide = true)]
    Worker(pure::worker::Worker),
}

impl Command {
    /// Does it.
    pub fn run(self) -> Answer {
        match self {
            Self::Demo(command) => command.run(),
            Self::Init(command) => command.run(),
            Self::Serve(command) => command.run(),
            Self::Account(command) => command.run(),
            Self::Report(command) => command.run(),
            Self::Threat(command) => command.run(),
            Self::Determination(command) => command.run(),
            Self::Register(command) => command.run(),
            Self::Roster(command) => command.run(),
            Self::Record(command) => command.run(),
            Self::Mail(command) => command.run(),
            Self::Stats(command) => command.run(),
            Self::Read(command) => command.run(),
            Self::Screen(command) => command.run(),
            Self::Policy(command) => command.run(),
            Self::Draft(command) => command.run(),
            Self::Openapi => shell::openapi(),
            Self::Completions(command) => command.run(),
            Self::Man(command) => command.run(),
            Self::Worker(command) => Ok(command.run()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_made() {
        Cli::command().debug_assert();
    }
}
