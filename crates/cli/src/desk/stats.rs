//! `forewarn stats`: counts, as an inspector or a parliament asks for them.

use std::collections::BTreeMap;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;
use server::{Asked, By, Inspection, Stats as Counts};

use super::local::{Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::output;

/// Counts reports, threats, determinations, warnings, deliveries and how they ended; how long each step took; waivers and
/// who affirmed them; deadlines that passed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn stats --data desk
  forewarn stats --data desk --from 2026-01-01 --to 2026-12-31 --by month
  forewarn stats --data desk --by pack --csv > inspection.csv

--from, --to and --by are for the second part, from \"How long it took\" on: threats that came to the desk's knowledge on \
those days (UTC). In JSON it stands under `inspection`; the CSV is this part alone.")]
pub struct Stats {
    #[command(flatten)]
    data: Data,
    /// The first day on which threats came to the desk's knowledge.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// The last such day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<Date>,
    /// How figures are grouped; all together, if not given.
    #[arg(long, value_name = "pack|month", value_parser = by)]
    by: Option<By>,
    /// One JSON document instead of tables.
    #[arg(long)]
    json: bool,
    /// Comma-separated values, for a spreadsheet.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

fn by(word: &str) -> Result<By, String> {
    match word {
        "pack" => Ok(By::Pack),
        "month" => Ok(By::Month),
        _ => Err("group by pack or by month".to_owned()),
    }
}

/// Every count in one document.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    counts: &'a Counts,
    inspection: &'a Inspection,
}

impl Stats {
    /// Counts.
    pub fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let asked = Asked { from: self.from, to: self.to, by: self.by.unwrap_or_default() };
            let inspection = desk.inspect(asked).await?;
            if self.csv {
                output::bytes(inspection.csv().as_bytes())?;
                return Ok(Outcome::Done);
            }
            let counts = desk.stats().await?;
            let document = Document { counts: &counts, inspection: &inspection };
            output::either(self.json, &document, || table(&counts) + &inspected(&inspection))?;
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

fn inspected(found: &Inspection) -> String {
    let mut text = format!("\nHow long it took (minutes; {} threats)\n", found.threats);
    text += &format!("  {:<16}{:<32}{:>8}{:>9}{:>9}{:>9}\n", "group", "step", "counted", "median", "90 %", "worst");
    for line in &found.times {
        let step = line.step.replace('_', " ");
        let [median, ninetieth, worst] = [line.median_minutes, line.ninetieth_minutes, line.worst_minutes];
        text += &format!("  {:<16}{step:<32}{:>8}{median:>9}{ninetieth:>9}{worst:>9}\n", line.group, line.counted);
    }
    text += "\nDeterminations\n";
    for line in &found.determinations {
        text += &format!("  {:<16}{:<32}{:>8}\n", line.group, line.what, line.count);
    }
    text += &format!("\nWaivers: {}\n", found.waivers.iter().map(|line| line.count).sum::<u64>());
    for line in &found.waivers {
        text +=
            &format!("  {:<16}{:<32}{:>8}  affirmed by {}\n", line.group, line.ground, line.count, line.affirmed_by);
    }
    for line in &found.coordination {
        text += &format!("  {:<16}{:<32}{:>8}\n", line.group, line.what, line.count);
    }
    text += &format!("\nDeadlines that passed: {}\n", found.breaches.len());
    for late in &found.breaches {
        let done = late.done_at.map_or_else(|| "still open".to_owned(), |at| format!("done {at}"));
        let reasons = if late.reasons.is_empty() { "no reason given".to_owned() } else { late.reasons.join("; ") };
        text += &format!(
            "  {} {} due {}, {done}; asked {}; called {}; {reasons}\n",
            late.threat,
            late.what,
            late.due_at,
            late.asked.join(", "),
            if late.called.is_empty() { "nobody".to_owned() } else { late.called.join(", ") },
        );
    }
    text
}
