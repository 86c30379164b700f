//! `forewarn screen`: whom in a register reports concern, who protects them, and by which route they could be told.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::register::{PartyId, Register};
use jiff::Timestamp;
use screening::{Index, Screening, import};
use serde_json::json;

use super::read;
use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output, progress};

/// Screens reports against a register: who is named or stands in the place, who protects them, by which route.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn screen --register people.csv report.txt
  forewarn screen --register register.jsonl --json *.txt
  pbpaste | forewarn screen --register entities.ftm.json -

The register is JSON Lines, CSV, FollowTheMoney entities, GeoJSON, vCard or iCalendar; which, is told from its content. Rows that cannot be \
used are named and the rest is used; the exit code is then 1, as when a report cannot be read. Nothing is stored.")]
pub struct Screen {
    /// The register.
    #[arg(long, value_name = "FILE")]
    register: PathBuf,
    /// Reports; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Which party of the register you are: what it has no direct channel to is then reached by others.
    #[arg(long, value_name = "PARTY")]
    desk: Option<String>,
    /// The time to judge relations, verifications and events at; now, if not given.
    #[arg(long, value_name = "RFC3339")]
    at: Option<Timestamp>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Screen {
    /// Screens them.
    pub fn run(self) -> Answer {
        let (register, mut errors) = load(&self.register)?;
        let desk = self.desk.as_deref().map(PartyId::new);
        if let Some(desk) = desk.as_ref().filter(|desk| register.party(desk).is_none()) {
            return Err(
                Fault::usage(format!("the register has no party `{desk}`")).advise("give the id of a party in it")
            );
        }
        let index = Index::build(&register);
        let at = self.at.unwrap_or_else(|| server::Clock::System.now());
        let mut screened: Vec<(String, Screening)> = Vec::new();
        let bar = progress::bar(self.files.len(), "screening");
        for path in bar.wrap_iter(self.files.iter()) {
            match read::read(path) {
                Ok(read) => screened.push((input::name(path), screen(&index, &read, desk.as_ref(), at))),
                Err(fault) => errors.push((input::name(path), fault)),
            }
        }
        bar.finish_and_clear();
        self.show(&screened, &errors)?;
        let failed = !errors.is_empty();
        for (_, fault) in errors {
            fault.show();
        }
        Ok(Outcome::partly(failed))
    }

    fn show(&self, screened: &[(String, Screening)], errors: &[(String, Fault)]) -> Result<(), Fault> {
        if !self.json {
            for (name, screening) in screened {
                output::say(&format!("{name}\n{}\n", screening::output::sentences(screening)))?;
            }
            return Ok(());
        }
        let files: Vec<(&str, &Screening)> = screened.iter().map(|(name, one)| (name.as_str(), one)).collect();
        let mut document = screening::output::document(&files);
        let errors = errors.iter().map(|(file, fault)| json!({"file": file, "error": fault.sentence()}));
        document["errors"] = errors.collect();
        output::json(&document)
    }
}

fn screen(index: &Index, read: &reading::Read, desk: Option<&PartyId>, at: Timestamp) -> Screening {
    let places = server::places_of(&read.claims, 0);
    let text = &read.document.plain;
    index.screen(&screening::Ask { places: &places, window: read.window, desk, ..screening::Ask::new(text, at) })
}

/// A register from a file, with the rows that could not be used.
pub fn load(path: &Path) -> Result<(Register, Vec<(String, Fault)>), Fault> {
    let name = input::name(path);
    let text = input::text(path, input::LONGEST_REGISTER)?;
    let found = import::diff(&Register::default(), &import::read(&name, &text));
    let mut bad: Vec<(String, Fault)> =
        found.bad.iter().map(|row| (name.clone(), Fault::about(&name, row).advise("correct this row"))).collect();
    if found.register.parties().len() == 0 {
        return Err(bad
            .into_iter()
            .next()
            .map_or_else(|| Fault::about(&name, "there is no party in it"), |(_, fault)| fault));
    }
    if found.more_bad > 0 {
        bad.push((name.clone(), Fault::about(&name, format!("{} more bad rows", found.more_bad))));
    }
    Ok((found.register, bad))
}
