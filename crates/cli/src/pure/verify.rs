//! `forewarn record verify`: an export and the public key, nothing else.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use record::{Checkpoint, SignatureCheck, Verdict, VerifyKey};
use serde_json::json;

use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output, progress};

/// The public key's name beside an export.
const KEY: &str = "record.vkey";

/// Checks an exported record with nothing but the file and the public key. Exits 3 when anything is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn record verify record.jsonl --key desk.vkey
  forewarn record verify record.jsonl --known checkpoint-of-last-month
  xz -dc proof.jsonl.xz | forewarn record verify - --key desk.vkey --json

Take the key from somebody you trust: whoever can change the export can change a key that lies beside it. Only a \
checkpoint kept from earlier shows that a record was cut back to a state that was itself genuine.")]
pub struct Verify {
    /// The export; `-` is standard input.
    export: PathBuf,
    /// The public key; record.vkey beside the export, if not given.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A checkpoint seen earlier: the record must still begin with all it held then.
    #[arg(long, value_name = "CHECKPOINT")]
    known: Option<PathBuf>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Verify {
    /// Checks it.
    pub fn run(self) -> Answer {
        let key_file = self.key.clone().unwrap_or_else(|| self.export.with_file_name(KEY));
        let key = self.key(&key_file)?;
        let known = self.known.as_ref().map(|path| known(path, &key)).transpose()?;
        let length = std::fs::metadata(&self.export).map_or(0, |about| about.len());
        let bar = progress::byte_bar(length, "verifying");
        let export = BufReader::new(bar.wrap_read(input::open(&self.export, u64::MAX)?));
        let verdict = record::verify(export, Some(&key), known.as_ref());
        bar.finish_and_clear();
        let verdict = verdict.map_err(|cause| Fault::about(input::name(&self.export), cause))?;
        if self.json {
            output::json(&document(&verdict, &key))?;
        } else {
            output::say(&sentences(&verdict, &key, &key_file))?;
        }
        Ok(Outcome::finding(!verdict.is_sound()))
    }

    fn key(&self, path: &Path) -> Result<VerifyKey, Fault> {
        if self.key.is_none() && !path.exists() {
            let fault = Fault::about(input::name(&self.export), format!("there is no {KEY} beside it"));
            return Err(fault.advise("give the desk's public key with --key FILE"));
        }
        let text = input::text(path, input::LONGEST_TEXT)?;
        text.parse()
            .map_err(|cause| Fault::about(input::name(path), cause).advise("the desk's record.vkey is such a key"))
    }
}

fn known(path: &Path, key: &VerifyKey) -> Result<Checkpoint, Fault> {
    let note = input::text(path, input::LONGEST_TEXT)?;
    Checkpoint::open(&note, key).map_err(|cause| Fault::about(input::name(path), cause))
}

fn document(verdict: &Verdict, key: &VerifyKey) -> serde_json::Value {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|one| json!({"line": one.line, "entry": one.seq, "kind": one.kind.name(), "what": one.what}))
        .collect();
    let checkpoint = verdict.checkpoint.as_ref().map(
        |checkpoint| json!({"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.to_string()}),
    );
    let signature = match verdict.signature {
        SignatureCheck::Good => "good",
        SignatureCheck::Bad => "bad",
        SignatureCheck::NotChecked => "not_checked",
    };
    json!({
        "sound": verdict.is_sound(), "entries": verdict.entries, "erased": verdict.erased, "withheld": verdict.withheld,
        "key": key.to_string(), "signature": signature, "checkpoint": checkpoint, "findings": findings,
        "findings_total": verdict.findings_total,
    })
}

fn sentences(verdict: &Verdict, key: &VerifyKey, key_file: &Path) -> String {
    let mut text = String::new();
    for finding in &verdict.findings {
        text.push_str(&format!("{finding}\n"));
    }
    let unsaid = verdict.findings_total - verdict.findings.len() as u64;
    if unsaid > 0 {
        text.push_str(&format!("and {unsaid} more\n"));
    }
    let mut about = output::count(verdict.entries, "entry", "entries");
    for (count, what) in [(verdict.erased, "erased"), (verdict.withheld, "without their content")] {
        if count > 0 {
            about.push_str(&format!(", {count} {what}"));
        }
    }
    if verdict.is_sound() {
        text.push_str(&format!(
            "The record is whole: {about}, signed by {} (key from {}).\n",
            key.name(),
            key_file.display()
        ));
    } else {
        text.push_str(&format!("The record is broken: {about}, {} wrong.\n", verdict.findings_total));
    }
    text
}
