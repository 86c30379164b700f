//! `forewarn record`: take the record out, fold it anew, check it where it lies. `verify` needs no desk.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use store::Content;

use super::local::{Data, with_desk};
use crate::fault::{Answer, Fault, Outcome};
use crate::output::Existing;
use crate::pure::verify::Verify;
use crate::{input, output, progress};

/// The record: append-only, hash-linked, signed.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Record {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(Verify),
    Export(Export),
    Check(Check),
    Rebuild(Rebuild),
}

/// Writes the whole record as one file that anybody can verify with the public key.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn record export --data desk --out record.jsonl
  forewarn record export --data desk --without-content | xz > proof.jsonl.xz

With content, the file holds everything the desk knows, protected text too: it is made readable for you alone.")]
struct Export {
    #[command(flatten)]
    data: Data,
    /// Where to write it; standard output, if not given.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The proof alone, without what was said: for an auditor who may not read it.
    #[arg(long)]
    without_content: bool,
}

/// Computes every hash of the stored record anew and compares with the signed checkpoints. Exits 3 on a finding.
#[derive(Debug, Args)]
struct Check {
    #[command(flatten)]
    data: Data,
    /// A checkpoint kept elsewhere: the record must still contain it.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Folds every row anew from the entries and compares. Exits 3 when a row differs.
#[derive(Debug, Args)]
struct Rebuild {
    /// Compare only; nothing is changed.
    #[arg(long, required = true)]
    check: bool,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Record {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Verify(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Rebuild(command) => command.run(),
        }
    }
}

impl Export {
    fn run(self) -> Answer {
        let content = if self.without_content { Content::Withheld } else { Content::Full };
        match &self.out {
            None => self.export(content, &mut std::io::stdout())?,
            Some(path) => {
                let mut entries = 0;
                output::file(path, Existing::Replace, |sink| {
                    entries = self.export(content, sink)?;
                    Ok(())
                })?;
                output::note(&format!("{}: {}", path.display(), output::count(entries, "entry", "entries")));
                entries
            }
        };
        Ok(Outcome::Done)
    }

    fn export(&self, content: Content, sink: &mut (dyn Write + Send)) -> Result<u64, Fault> {
        with_desk(&self.data.dir, async |desk| {
            let bar = progress::spinner("exporting");
            let entries = desk.store.export(content, sink).await;
            bar.finish_and_clear();
            entries.map_err(|cause| Fault::new(cause).advise("nothing of the record was changed"))
        })
    }
}

impl Check {
    fn run(self) -> Answer {
        let known = self.known.as_ref().map(|path| input::text(path, input::LONGEST_TEXT)).transpose()?;
        with_desk(&self.data.dir, async |desk| {
            let bar = progress::spinner("checking");
            let found = desk.store.check_integrity(known.as_deref()).await;
            bar.finish_and_clear();
            let found = found.map_err(Fault::new)?;
            if self.json {
                let findings: Vec<_> =
                    found.findings.iter().map(|one| json!({"entry": one.seq, "what": one.what})).collect();
                output::json(&json!({
                    "entries": found.entries, "sound": found.findings_total == 0, "findings": findings,
                    "findings_total": found.findings_total, "erased": found.erased.len(),
                }))?;
            } else {
                for one in &found.findings {
                    let entry = one.seq.map(|seq| format!("entry {seq}: ")).unwrap_or_default();
                    output::say(&format!("{entry}{}\n", one.what))?;
                }
                let verdict = if found.findings_total == 0 { "the record is whole" } else { "the record is broken" };
                let entries = output::count(found.entries, "entry", "entries");
                output::say(&format!("{entries} checked: {verdict}.\n"))?;
            }
            Ok(Outcome::finding(found.findings_total > 0))
        })
    }
}

impl Rebuild {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let bar = progress::spinner("folding");
            let rebuilt = desk.rebuild_check().await;
            bar.finish_and_clear();
            let rebuilt = rebuilt?;
            if self.json {
                output::json(&rebuilt)?;
            } else {
                for stream in &rebuilt.differing {
                    output::say(&format!("{stream}: the row is not the fold of its entries\n"))?;
                }
                let differing = rebuilt.differing.len();
                let rows = output::count(rebuilt.rows, "row", "rows");
                output::say(&format!("{rows} folded anew, {differing} differing.\n"))?;
            }
            Ok(Outcome::finding(!rebuilt.differing.is_empty()))
        })
    }
}
