//! `forewarn stats`: counts, as an inspector or a parliament asks for them.

use std::collections::BTreeMap;

use clap::Args;
use server::Stats as Counts;

use super::local::{Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::output;

/// Counts reports, threats, determinations, warnings, deliveries and how they ended.
#[derive(Debug, Args)]
pub struct Stats {
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

impl Stats {
    /// Counts.
    pub fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let counts = desk.stats().await?;
            if self.json {
                output::json(&counts)?;
            } else {
                output::say(&table(&counts))?;
            }
            Ok(Outcome::Done)
        })
    }
}

fn table(counts: &Counts) -> String {
    let row = |name: &str, count: String| format!("{name:<40}{count:>8}\n");
    let by_kind = |head: &str, kinds: &BTreeMap<String, u64>| -> String {
        kinds
            .iter()
            .map(|(kind, count)| row(&format!("  {head}: {}", kind.replace('_', " ")), count.to_string()))
            .collect()
    };
    let minutes = counts.minutes_to_warning.map_or_else(|| "-".to_owned(), |minutes| minutes.to_string());
    [
        row("reports", counts.reports.to_string()),
        row("  duplicates", counts.duplicates.to_string()),
        row("threats", counts.threats.to_string()),
        row("  open", counts.open.to_string()),
        by_kind("determination", &counts.determinations),
        by_kind("outcome", &counts.outcomes),
        row("warnings", counts.warnings.to_string()),
        row("  acknowledged by those they are for", counts.acknowledged_by_recipients.to_string()),
        row("  acknowledged by intermediaries", counts.acknowledged_by_intermediaries.to_string()),
        by_kind("delivery", &counts.deliveries),
        row("escalations", counts.escalations.to_string()),
        row("median minutes from report to warning", minutes),
    ]
    .concat()
}
