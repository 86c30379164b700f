//! `forewarn policy`: the packs in this program, whether a pack is sound, what it says of given facts, and what another
//! pack would decide differently. What changes the packs of a desk is in `desk::policy`.

mod check;
mod diff;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use policy::{Facts, FactsError, Pack, PackError};
use serde_json::json;

use crate::desk::policy as at_desk;
use crate::fault::{Answer, Fault, Outcome};
use crate::output::Existing;
use crate::{input, output};

/// Policy packs: written policy as data.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Check(check::Check),
    Diff(diff::Difference),
    Decide(Decide),
    New(New),
    Propose(at_desk::Propose),
    Preview(at_desk::PreviewIt),
    Adopt(at_desk::Adopt),
}

/// Lists the packs that come with the program; with --data those of a desk: in force, proposed and of earlier days.
#[derive(Debug, Args)]
struct List {
    /// The data directory of a desk.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Says what a pack determines from given facts, why, what is needed, and by when.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy decide icd-191 facts.json
  forewarn policy decide ./our-policy.toml - --json < facts.json

Facts are one JSON document:
  {\"at\": \"2024-01-02T09:00:00Z\", \"harm\": \"killing\",
   \"victim\": {\"kind\": \"group\", \"described\": \"those at the memorial\"},
   \"window\": {\"from\": \"2024-01-03T00:00:00Z\", \"to\": \"2024-01-04T00:00:00Z\"},
   \"answers\": {\"credible\": \"met\", \"specific\": \"unclear\", \"impending\": \"met\"}, \"by\": \"mara\"}
An answer is met, not_met or unclear; one left out is unanswered, and never counts as no.")]
struct Decide {
    /// The id of a shipped pack, or a TOML file.
    pack: String,
    /// The facts, a JSON file; `-` is standard input.
    facts: PathBuf,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Starts a pack of your own from one that exists.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy new --from uk-threat-to-life --out our-policy.toml
  forewarn policy check our-policy.toml")]
struct New {
    /// The id of a shipped pack, or a TOML file.
    #[arg(long, value_name = "PACK")]
    from: String,
    /// Where to write it, never over an existing file; standard output, if not given.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Policy {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::List(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Diff(command) => command.run(),
            Command::Decide(command) => command.run(),
            Command::New(command) => command.run(),
            Command::Propose(command) => command.run(),
            Command::Preview(command) => command.run(),
            Command::Adopt(command) => command.run(),
        }
    }
}

impl List {
    fn run(self) -> Answer {
        if let Some(data) = &self.data {
            return at_desk::list(data, self.json);
        }
        let packs = policy::shipped().map_err(Fault::new)?;
        let document = |pack: &Pack| {
            let says = &pack.says;
            let criteria: Vec<&str> = says.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
            json!({
                "id": says.id, "version": says.version, "hash": pack.hash, "title": says.title,
                "applies_to": says.applies_to, "criteria": criteria,
            })
        };
        let line = |pack: &Pack| format!("{:<22}{:<9}{}\n", pack.says.id, pack.says.version, pack.says.title);
        let document = json!({ "packs": packs.iter().map(document).collect::<Vec<_>>() });
        output::list(self.json, &document, &packs, line, "No pack comes with this program.")
    }
}

impl Decide {
    fn run(self) -> Answer {
        let (name, text) = find(&self.pack)?;
        let pack = Pack::parse(&text).map_err(|error| unparsed(&name, &text, &error))?;
        let facts_name = input::name(&self.facts);
        let facts_text = input::text(&self.facts, input::LONGEST_TEXT)?;
        let refused = |error: FactsError| {
            let fault =
                Fault::about(&facts_name, &error).advise("`forewarn policy decide --help` shows what facts look like");
            match error.place() {
                Some((line, column)) => fault.at(&facts_name, &facts_text, line, column),
                None => fault,
            }
        };
        let facts = Facts::parse(&facts_text).map_err(refused)?;
        let assessment = policy::evaluate(&pack, &facts).map_err(|error| refused(error.in_text(&facts_text)))?;
        output::either(self.json, &assessment, || policy::explain(&pack, &assessment))?;
        Ok(Outcome::Done)
    }
}

impl New {
    fn run(self) -> Answer {
        let (name, text) = find(&self.from)?;
        let pack = Pack::parse(&text).map_err(|error| unparsed(&name, &text, &error))?;
        let head = format!(
            "# Started from {} {} (SHA-256 {}).\n# Give it its own `id`, `version` and `title`; then `forewarn policy check` \
             this file.\n\n",
            pack.says.id, pack.says.version, pack.hash
        );
        let own = head + &text;
        match self.out {
            None => output::bytes(own.as_bytes())?,
            Some(path) => {
                let whole = |out: &mut (dyn std::io::Write + Send)| out.write_all(own.as_bytes()).map_err(Fault::new);
                output::file(&path, Existing::Keep, whole)?;
                output::say(&format!(
                    "{} starts from {}. Edit it, then: forewarn policy check {}\n",
                    path.display(),
                    pack.says.id,
                    path.display()
                ))?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// A pack's name and text: the shipped one with this id, or a file.
fn find(pack: &str) -> Result<(String, String), Fault> {
    if let Some(text) = policy::shipped_text(pack) {
        return Ok((pack.to_owned(), text.to_owned()));
    }
    let path = Path::new(pack);
    if pack != "-" && !path.exists() {
        let known: Vec<String> = policy::shipped().map_err(Fault::new)?.into_iter().map(|pack| pack.says.id).collect();
        let advice = format!("name a file, or one of the shipped packs: {}", known.join(", "));
        return Err(Fault::about(pack, "there is no such pack and no such file").advise(advice));
    }
    Ok((input::name(path), input::text(path, input::LONGEST_TEXT)?))
}

fn unparsed(name: &str, text: &str, error: &PackError) -> Fault {
    let what = format!("not a policy pack: line {}, column {}: {}", error.line, error.column, error.what);
    Fault::about(name, what).advise(&error.advice).at(name, text, error.line, error.column)
}
