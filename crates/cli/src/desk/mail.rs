//! `forewarn mail`: what others need so that they can tell this desk's mail and messages from made-up ones.

use clap::{Args, Subcommand};
use serde_json::json;
use server::Config;

use super::local::Data;
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Keys by which recipients tell this desk's mail and messages from made-up ones.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Mail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Dkim(Dkim),
}

/// Says what has to stand in the DNS so that the desk's DKIM signatures can be checked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn mail dkim --data desk
  forewarn mail dkim --data desk --json

The key was made by `forewarn init` and lies in dkim.key. Name a selector in desk.toml first: `dkim = \"forewarn\"` under \
[smtp]. The signature is Ed25519 (RFC 8463), which not every receiver checks: let the relay sign with RSA besides.")]
struct Dkim {
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

impl Mail {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Dkim(command) => command.run(),
        }
    }
}

impl Dkim {
    fn run(self) -> Answer {
        let config = Config::load(&self.data.dir)?;
        let Some(dkim) = server::dkim(&config, &self.data.dir)? else {
            let advice = "put `dkim = \"forewarn\"` under [smtp] in desk.toml";
            return Err(Fault::new("this desk signs no mail: no DKIM selector is named").advise(advice));
        };
        let (name, record) = dkim.dns();
        if self.json {
            output::json(&json!({"name": name, "type": "TXT", "value": record}))?;
        } else {
            output::say(&format!("{name}. IN TXT \"{record}\"\n"))?;
        }
        Ok(Outcome::Done)
    }
}
