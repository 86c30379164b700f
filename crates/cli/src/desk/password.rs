//! A new password, from the terminal, a file or a pipe; never from the command line, which others can see.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use clap::Args;
use console::Term;

use crate::fault::Fault;
use crate::input;

/// Where the password comes from.
#[derive(Debug, Args)]
pub struct Password {
    /// The file whose first line is the password; `-` is standard input. Asked on the terminal, if not given.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl Password {
    /// Reads it, and refuses one that the desk would not take.
    pub fn read(&self) -> Result<String, Fault> {
        let password = match &self.password_file {
            Some(path) => first_line(&input::text(path, 64 * 1024)?),
            None if std::io::stdin().is_terminal() => ask()?,
            None => {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line).map_err(|cause| Fault::about("standard input", cause))?;
                first_line(&line)
            }
        };
        server::check_password(&password)?;
        Ok(password)
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn ask() -> Result<String, Fault> {
    let ask = |words: &str| {
        eprint!("{words}: ");
        Term::stderr().read_secure_line().map_err(|cause| Fault::about("the terminal", cause))
    };
    let password = ask(&format!("New password, at least {} characters", server::PASSWORD_AT_LEAST))?;
    if ask("The same again")? == password {
        Ok(password)
    } else {
        Err(Fault::new("the two passwords differ").advise("try again; nothing was changed"))
    }
}
