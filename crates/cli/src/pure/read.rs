//! `forewarn read`: claims with their spans, the threats the reports speak of, and where they agree.

use std::path::{Path, PathBuf};

use clap::Args;
use reading::decode::LIMIT;

use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output, progress};

/// Reads reports: what they claim, with the words it stands on, and how they agree.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn read report.txt
  forewarn read --json *.eml page.html > claims.json
  pbpaste | forewarn read -

Text, HTML, e-mail (.eml) and JSON reports are read; UTF-8, at most 5 MiB each. A file that cannot be read is named and \
the others are read; the exit code is then 1. Spans count bytes of the file (of the decoded text for e-mail and JSON).")]
pub struct Read {
    /// Reports; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON document instead of tables.
    #[arg(long)]
    json: bool,
}

impl Read {
    /// Reads them.
    pub fn run(self) -> Answer {
        let bar = progress::bar(self.files.len(), "reading");
        let files: Vec<(String, Result<reading::Read, Fault>)> =
            bar.wrap_iter(self.files.iter()).map(|path| (input::name(path), read(path))).collect();
        bar.finish_and_clear();
        let (mut shown, mut faults) = (Vec::with_capacity(files.len()), Vec::new());
        for (name, read) in files {
            shown.push((
                name,
                read.map_err(|fault| {
                    let sentence = fault.sentence();
                    faults.push(fault);
                    sentence
                }),
            ));
        }
        let mut output = reading::output::output(&shown);
        if self.json {
            output::json(&output)?;
        } else {
            // People get each error on standard error, once.
            output.errors.clear();
            output::say(&reading::output::plain(&output))?;
        }
        let failed = !faults.is_empty();
        for fault in faults {
            fault.show();
        }
        Ok(Outcome::partly(failed))
    }
}

/// One report, read.
pub fn read(path: &Path) -> Result<reading::Read, Fault> {
    let bytes = input::bytes(path, LIMIT as u64)?;
    let document = reading::open(&path.to_string_lossy(), &bytes, None);
    document.map(reading::read).map_err(|cause| Fault::about(input::name(path), cause))
}
