//! `forewarn threat`: the desk's list, the least time left first; one threat with everything about it; and, in `settle`,
//! what people settle among themselves about one.

mod settle;
mod told;

use clap::{Args, Subcommand};
use domain::ThreatId;
use serde_json::json;
use server::ThreatLine;

use told::word;

use super::local::{Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::output;

/// Threats: what reports add up to.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Threat {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Show(Show),
    #[command(flatten)]
    Settle(settle::Settle),
}

/// Lists threats, the least time left first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat list --open --data desk
  forewarn threat list --json --data desk")]
struct List {
    #[command(flatten)]
    data: Data,
    /// Only those that are open.
    #[arg(long)]
    open: bool,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Shows one threat: clocks, what its reports agree on, who is on it and what they settled, intended victims with their
/// determinations, warnings, deliveries.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat show thr_01hqv3x… --data desk
  forewarn threat show thr_01hqv3x… --json --data desk")]
struct Show {
    /// Its id: thr_…
    id: ThreatId,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

impl Threat {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Settle(command) => command.run(),
        }
    }
}

impl List {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let (mut lines, mut after) = (Vec::new(), None);
            loop {
                let page = desk.threat_lines(self.open.then_some(true), after.as_ref(), 200).await?;
                lines.extend(page.items);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            output::list(self.json, &json!({ "threats": lines }), &lines, line, "There is no threat here.")
        })
    }
}

fn line(threat: &ThreatLine) -> String {
    let by = threat.clock.as_ref().map_or_else(
        || "closed".to_owned(),
        |clock| format!("{} by {}", word(&clock.of), clock.due_at.strftime("%Y-%m-%d %H:%M")),
    );
    format!(
        "{}  {:<12} {by:<30} {} ({})\n",
        threat.id,
        threat.step,
        threat.sentence,
        output::count(threat.reports as u64, "report", "reports")
    )
}

impl Show {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let view = desk.threat_view(self.id).await?;
            output::either(self.json, &view, || told::whole(&view))?;
            Ok(Outcome::Done)
        })
    }
}
