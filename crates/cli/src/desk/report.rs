//! `forewarn report`: take reports in, list them, look at one. Protected paragraphs stay behind their bar here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use domain::ReportId;
use domain::report::{Handling, Report as Kept};
use domain::threat::Details;
use serde_json::json;
use server::{Ask, Desk, NewReport, ReportLine, ReportText};

use super::local::{Acting, Data, with_desk};
use super::marks::{Mark, Release};
use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output};

/// Reports: what reporters sent, kept to the byte.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Report {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    List(List),
    Show(Show),
    Mark(Mark),
    Release(Release),
}

/// Takes reports in: each is kept first, then read and linked to a threat.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn report add tip.txt --as ilse --reporter \"Night desk\" --data desk
  forewarn report add cable.txt --handling protected --as ilse --data desk

A file that cannot be read is named and the others are taken in; the exit code is then 1.")]
struct Add {
    /// Reports; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Who sent them.
    #[arg(long, value_name = "NAME", default_value = "not told")]
    reporter: String,
    /// How paragraphs without a portion mark are treated.
    #[arg(long, value_name = "HOW", default_value = "protected")]
    handling: HandlingArg,
    /// The body whose information it is.
    #[arg(long, value_name = "NAME")]
    originator: Option<String>,
    /// The originator wants to be asked before words of theirs are used.
    #[arg(long, requires = "originator")]
    originator_controlled: bool,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum HandlingArg {
    /// Public or cleared: may be used in a warning as it stands.
    Open,
    /// Protected unless a paragraph is marked cleared.
    Protected,
}

impl From<HandlingArg> for Handling {
    fn from(given: HandlingArg) -> Self {
        match given {
            HandlingArg::Open => Self::Open,
            HandlingArg::Protected => Self::Protected,
        }
    }
}

/// Lists reports, the newest first.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Shows one report; protected paragraphs are opened only in the pages, where the look is recorded with its reason.
#[derive(Debug, Args)]
struct Show {
    /// Its id: rep_…
    id: ReportId,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

impl Report {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Add(command) => command.run(),
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Mark(command) => command.run(),
            Command::Release(command) => command.run(),
        }
    }
}

impl Add {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let ask = self.acting.ask(&desk).await?;
            let mut failed = false;
            for path in &self.files {
                match self.add(&desk, &ask, path).await {
                    Ok(report) => output::say(&taken_in(&desk, &desk.closed_report(report.id).await?).await?)?,
                    Err(fault) => {
                        failed = true;
                        fault.show();
                    }
                }
            }
            Ok(Outcome::partly(failed))
        })
    }

    async fn add(&self, desk: &Arc<Desk>, ask: &Ask, path: &Path) -> Result<Kept, Fault> {
        let bytes = input::bytes(path, reading::decode::LIMIT as u64)?;
        let file_name = path.file_name().filter(|_| path.as_os_str() != "-");
        let name = file_name.map_or_else(|| input::name(path), |name| name.to_string_lossy().into_owned());
        let (reporter, handling) = (self.reporter.clone(), self.handling.into());
        let (originator, originator_controlled) = (self.originator.clone(), self.originator_controlled);
        let details = Details { originator, originator_controlled, stakes: Vec::new() };
        Ok(desk.take_in(ask, NewReport { name, reporter, handling, details, bytes }).await?)
    }
}

async fn taken_in(desk: &Desk, report: &Kept) -> Result<String, Fault> {
    let mut text = format!("{}  {}\n", report.id, report.name);
    if let Some(reading) = &report.reading {
        text.push_str(&format!("  {}\n", reading.sentence));
    }
    if let Some(of) = report.duplicate_of {
        text.push_str(&format!("  the same text as {of}\n"));
    }
    if let Some(id) = report.threat {
        let threat = desk.threat(id).await?;
        let why = threat.reports.iter().find(|link| link.report == report.id).map(|link| link.why.as_str());
        text.push_str(&format!("  threat {id}: {}\n", why.unwrap_or_default()));
    }
    Ok(text)
}

impl List {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let (mut lines, mut after) = (Vec::new(), None);
            loop {
                let page = desk.report_lines(after.as_ref(), 200).await?;
                lines.extend(page.items);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let none = "There is no report yet. `forewarn report add FILE` takes one in.";
            output::list(self.json, &json!({ "reports": lines }), &lines, line, none)
        })
    }
}

fn line(report: &ReportLine) -> String {
    let told = if report.sentence.is_empty() { &report.name } else { &report.sentence };
    let at = report.received_at.strftime("%Y-%m-%d %H:%M");
    format!("{}  {at}  {:<10} {}: {told}\n", report.id, report.step, report.reporter)
}

impl Show {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let text = desk.report_text(self.id).await?;
            if self.json {
                let stretches = text.stretches.iter().map(|stretch| {
                    let (words, protected) = (&stretch.words, stretch.protected);
                    json!({"span": stretch.span, "words": words, "protected": protected,
                            "marking": stretch.marking.to_string()})
                });
                output::json(&json!({"report": text.report, "text": stretches.collect::<Vec<_>>()}))?;
            } else {
                output::say(&shown(&text))?;
            }
            Ok(Outcome::Done)
        })
    }
}

fn shown(text: &ReportText) -> String {
    let report = &text.report;
    let mut out = format!(
        "{}  {}\nfrom {}, taken in by {} at {}\n",
        report.id, report.name, report.reporter, report.received_by, report.received_at
    );
    if let Some(id) = report.threat {
        out.push_str(&format!("threat {id}\n"));
    }
    if let Some(of) = report.duplicate_of {
        out.push_str(&format!("the same text as {of}\n"));
    }
    out.push('\n');
    for stretch in &text.stretches {
        if !stretch.marking.is_empty() {
            out.push_str(&format!("[{}]\n", stretch.marking));
        }
        match &stretch.words {
            Some(words) => out.push_str(words),
            None => out.push_str(&format!("[protected: {} bytes]\n\n", stretch.span.end - stretch.span.start)),
        }
    }
    for claim in report.reading.iter().flat_map(|reading| &reading.claims).filter(|claim| claim.is_main()) {
        out.push_str(&format!("\n{:<24} {}", claim.field.id().replace('_', " "), claim.value));
    }
    out.push('\n');
    out
}
