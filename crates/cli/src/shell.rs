//! Completions for shells, man pages, and the description of the HTTP API.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Prints completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn completions bash > ~/.local/share/bash-completion/completions/forewarn
  forewarn completions fish > ~/.config/fish/completions/forewarn.fish")]
pub struct Completions {
    /// Which shell.
    shell: Shell,
}

/// Prints the man page, or writes one for every command.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn man | man -l -
  forewarn man --out /usr/local/share/man/man1")]
pub struct Man {
    /// Write a page for every command into this directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the description of the HTTP API.
pub fn openapi() -> Answer {
    output::bytes(format!("{}\n", server::openapi()).as_bytes())?;
    Ok(Outcome::Done)
}

impl Completions {
    /// Prints them.
    pub fn run(self) -> Answer {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "forewarn", &mut script);
        output::bytes(&script)?;
        Ok(Outcome::Done)
    }
}

impl Man {
    /// Prints or writes the pages.
    pub fn run(self) -> Answer {
        let Some(directory) = self.out else {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(Fault::new)?;
            output::bytes(&page)?;
            return Ok(Outcome::Done);
        };
        let fault = |cause| Fault::about(directory.display(), format!("cannot be written: {cause}"));
        std::fs::create_dir_all(&directory).map_err(fault)?;
        clap_mangen::generate_to(Cli::command(), &directory).map_err(fault)?;
        output::say(&format!("The man pages are in {}.\n", directory.display()))?;
        Ok(Outcome::Done)
    }
}
