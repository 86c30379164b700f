//! `forewarn threat`: the desk's list, the least time left first, and one threat with everything about it.

use clap::{Args, Subcommand};
use domain::ThreatId;
use serde::Serialize;
use serde_json::json;
use server::{ThreatLine, ThreatView};

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
}

/// Lists threats, the least time left first.
#[derive(Debug, Args)]
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

/// Shows one threat: clocks, what its reports agree on, intended victims, warnings, deliveries.
#[derive(Debug, Args)]
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
            if self.json {
                output::json(&json!({ "threats": lines }))?;
            } else if lines.is_empty() {
                output::say("There is no threat here.\n")?;
            } else {
                output::say(&lines.iter().map(line).collect::<String>())?;
            }
            Ok(Outcome::Done)
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

/// The word a value has in JSON, for people.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    let word = value.as_str().or_else(|| value.get("clock")?.as_str()).unwrap_or_default();
    word.replace('_', " ")
}

impl Show {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let view = desk.threat_view(self.id).await?;
            if self.json {
                output::json(&view)?;
            } else {
                output::say(&(head(&view) + &told(&view) + &done(&view)))?;
            }
            Ok(Outcome::Done)
        })
    }
}

/// What it is and what runs.
fn head(view: &ThreatView) -> String {
    let threat = &view.threat;
    let mut out = format!("{}  {}\n{}\nharm: {}\n", threat.id, view.step, threat.sentence, threat.harm.id());
    if let Some(window) = &threat.window {
        let end = |at: Option<jiff::Timestamp>| at.map_or_else(|| "not known".to_owned(), |at| at.to_string());
        out.push_str(&format!("window: {} to {}\n", end(window.from), end(window.to)));
    }
    for clock in &view.clocks {
        let passed = if clock.passed > 0 {
            format!(", passed {}", output::count(clock.passed as u64, "time", "times"))
        } else {
            String::new()
        };
        out.push_str(&format!("clock: {} by {}, with {}{passed}\n", word(&clock.of), clock.due_at, clock.with));
    }
    if let Some(outcome) = &threat.outcome {
        out.push_str(&format!(
            "outcome: {}, said by {} at {}\n",
            word(&outcome.kind),
            outcome.signed.by,
            outcome.signed.at
        ));
    }
    out
}

/// What its reports say.
fn told(view: &ThreatView) -> String {
    let mut out = "\nReports:\n".to_owned();
    for (at, link) in view.threat.reports.iter().enumerate() {
        let after = if link.after_the_fact { ", after the fact" } else { "" };
        out.push_str(&format!("  [{}] {} {}{after}\n", at + 1, link.report, link.why));
    }
    for field in &view.comparison.fields {
        let head = format!("  {:<24}{:<16}", field.field.id().replace('_', " "), field.verdict.id());
        let values: Vec<String> = field
            .values
            .iter()
            .map(|value| {
                let by = numbers(view, &value.reports);
                format!("{} {by}", value.value)
            })
            .collect();
        let said = if values.is_empty() { field.note.clone() } else { values.join("; ") };
        out.push_str(&format!("{head} {said}\n"));
    }
    for one in &view.comparison.independence {
        let by = numbers(view, &one.reports);
        out.push_str(&format!("  {by} rest on {}\n", one.rests_on));
    }
    out
}

/// "[1][3]": reports by their number in the list.
fn numbers(view: &ThreatView, reports: &[String]) -> String {
    let place = |id: &String| view.threat.reports.iter().position(|link| link.report.to_string() == *id);
    let number = |id| place(id).map_or_else(String::new, |at| format!("[{}]", at + 1));
    reports.iter().map(number).collect::<Vec<_>>().concat()
}

/// What was decided and done about it.
fn done(view: &ThreatView) -> String {
    let threat = &view.threat;
    let mut out = String::new();
    for victim in &threat.victims {
        out.push_str(&format!(
            "\nIntended victim: {} ({}): {}\n",
            victim.name,
            word(&victim.kind),
            victim.determination()
        ));
        for assessment in victim.under.iter().filter_map(domain::threat::UnderPack::assessment) {
            let policy = &assessment.policy;
            out.push_str(&format!("  under {} {}: {}\n", policy.id, policy.version, assessment.determination));
            for reason in &assessment.reasons {
                out.push_str(&format!("    {}: {} [{}]\n", reason.criterion, reason.effect, reason.clause));
            }
        }
    }
    for warning in &threat.warnings {
        let answered =
            if threat.acknowledged(warning.id) { "acknowledged" } else { "not acknowledged by those it is for" };
        out.push_str(&format!(
            "\nWarning {}, approved by {} at {}: {answered}\n",
            warning.reference, warning.approved_by, warning.approved_at
        ));
        for delivery in threat.deliveries_of(warning.id) {
            let planned = &delivery.planned;
            let onward = planned.onward_to.as_ref().map(|to| format!(", for {}", to.name)).unwrap_or_default();
            out.push_str(&format!("  {} to {}{onward}: {}\n", planned.channel, planned.recipient.name, delivery.state));
            for acknowledgement in &delivery.acknowledgements {
                out.push_str(&format!(
                    "    {} said at {}: {}\n",
                    acknowledgement.person, acknowledgement.at, acknowledgement.words
                ));
            }
        }
    }
    out
}
