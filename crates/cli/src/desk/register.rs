//! `forewarn register`: whom we may have to warn, and who could not be reached tonight.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::register::RegisterBook;
use jiff::Timestamp;
use screening::Index;
use serde_json::json;
use server::{Imported, NewLines};

use super::local::{Acting, Data, with_desk};
use crate::fault::{Answer, Fault, Outcome};
use crate::pure::screen::load;
use crate::{input, output, progress};

mod keeping;

/// The register: parties and places we may have to warn.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Register {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(Import),
    Check(Check),
    Book(keeping::Book),
    Remove(keeping::Remove),
    Keep(keeping::Keep),
    Apart(keeping::Apart),
    Erase(keeping::Erase),
}

/// Imports parties and relations; the same file twice changes nothing the second time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn register import people.csv --dry-run --as mara --data desk
  forewarn register import places.geojson --as mara --data desk

JSON Lines, CSV, FollowTheMoney entities, GeoJSON, vCard and iCalendar are read; which, is told from the content. Rows that cannot be used \
are named with their line and the rest goes in; the exit code is then 1.")]
struct Import {
    /// The register; `-` is standard input.
    file: PathBuf,
    /// Only say what would change.
    #[arg(long)]
    dry_run: bool,
    /// Until when the parties in it may be kept that do not say so themselves; then the desk removes them.
    #[arg(long, value_name = "RFC3339")]
    keep_until: Option<Timestamp>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
}

/// Says who could not be reached if we had to, tonight, and which parties may be one put in twice. Exits 3 when somebody
/// could not be reached.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn register check --data desk
  forewarn register check --register people.csv --json")]
struct Check {
    /// The data directory of a desk.
    #[arg(
        long,
        env = "FOREWARN_DATA",
        hide_env_values = true,
        value_name = "DIR",
        required_unless_present = "register"
    )]
    data: Option<PathBuf>,
    /// A register in a file, instead of a desk's.
    #[arg(long, value_name = "FILE")]
    register: Option<PathBuf>,
    /// The time to judge relations and verifications at; now, if not given.
    #[arg(long, value_name = "RFC3339")]
    at: Option<Timestamp>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Register {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Import(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Book(command) => command.run(),
            Command::Remove(command) => command.run(),
            Command::Keep(command) => command.run(),
            Command::Apart(command) => command.run(),
            Command::Erase(command) => command.run(),
        }
    }
}

impl Import {
    fn run(self) -> Answer {
        let name = input::name(&self.file);
        let text = input::text(&self.file, input::LONGEST_REGISTER)?;
        with_desk(&self.data.dir, async |desk| {
            let ask = self.acting.ask(&desk).await?;
            let bar = progress::bar(text.lines().count(), "importing");
            let new = NewLines { name: name.clone(), text, dry: self.dry_run, keep_until: self.keep_until };
            let imported = desk.import_register(&ask, new, &|line| bar.set_position(line as u64)).await;
            bar.finish_and_clear();
            self.show(&name, &imported?)
        })
    }

    fn show(&self, name: &str, imported: &Imported) -> Answer {
        let bad: Vec<_> = imported.bad.iter().map(|(line, reason)| json!({"line": line, "reason": reason})).collect();
        let Imported { added, changed, unchanged, .. } = imported;
        if self.json {
            output::json(&json!({
                "dry_run": self.dry_run, "added": added, "changed": changed, "unchanged": unchanged, "bad": bad,
                "more_bad": imported.more_bad,
            }))?;
        } else {
            let tense = if self.dry_run { "would be " } else { "" };
            output::say(&format!(
                "{name}: {added} {tense}added, {changed} {tense}changed, {unchanged} unchanged, {} bad\n",
                bad.len() + imported.more_bad
            ))?;
        }
        for (line, reason) in &imported.bad {
            Fault::about(name, format!("line {line}: {reason}")).show();
        }
        if imported.more_bad > 0 {
            Fault::about(name, format!("{} further rows cannot be used", imported.more_bad)).show();
        }
        Ok(Outcome::partly(!imported.bad.is_empty()))
    }
}

impl Check {
    fn run(self) -> Answer {
        let (register, bad, book) = match (&self.register, &self.data) {
            (Some(file), _) => {
                load(file).map(|(register, bad)| (Arc::new(Index::build(&register)), bad, RegisterBook::default()))?
            }
            (None, Some(data)) => {
                let (index, book) =
                    with_desk(data, async |desk| Ok((desk.screen().await?, desk.register_book().await?)))?;
                (index, Vec::new(), book)
            }
            (None, None) => return Err(Fault::usage("say which register: --data DIR or --register FILE")),
        };
        let found = register.unreachable(self.at.unwrap_or_else(|| server::Clock::System.now()));
        let mut doubles = register.doubles();
        doubles.pairs.retain(|pair| !book.are_two(&pair.party, &pair.other));
        if self.json {
            output::json(&screening::output::check_document(&found, &doubles))?;
        } else if register.is_empty() {
            output::say("The register is empty: nobody is known whom we may have to warn.\n")?;
        } else {
            output::say(&screening::output::check_sentences(&found, &doubles))?;
        }
        let failed = !bad.is_empty();
        for (_, fault) in bad {
            fault.show();
        }
        Ok(if found.is_empty() { Outcome::partly(failed) } else { Outcome::Finding })
    }
}
