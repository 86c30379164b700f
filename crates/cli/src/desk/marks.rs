//! `forewarn report mark` and `report release`: markings on words of a report, and taking them back on the record.

use clap::Args;
use domain::{ReportId, Span};
use serde_json::json;
use server::Which;

use super::local::{Acting, Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::output;

/// Puts a marking on words of a report. It is added to what they carry and never takes anything away.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn report mark rep_… TLP:RED --words \"a cook in the house\" --reason \"he is the only one\" --as ilse --data desk
  forewarn report mark rep_… \"ORIGINATOR CONTROLLED BY Border Service\" --whole --reason \"they rang\" --as ilse --data desk

Markings: TLP:CLEAR to TLP:RED; U, CUI, C, S, TS with NF, REL TO USA, GBR, OC, IMC and the like after `//`; OFFICIAL,
OFFICIAL-SENSITIVE, UK SECRET, UK TOP SECRET, UK EYES ONLY; SOURCE-REVEALING; ORIGINATOR CONTROLLED BY a name.")]
pub struct Mark {
    /// The report: rep_…
    id: ReportId,
    /// The marking.
    marking: String,
    #[command(flatten)]
    on: On,
    #[command(flatten)]
    given: Given,
}

/// Lets words of a report carry less than they do, on the record. What its own text marks takes the originator's word, or a
/// senior officer.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  forewarn report release rep_… TLP:GREEN --span 120-180 --agreed \"J. Doe, the service\" --reason \"to warn the school\" \\
    --as omar --data desk")]
pub struct Release {
    /// The report: rep_…
    id: ReportId,
    /// What the words carry from now on.
    marking: String,
    #[command(flatten)]
    on: On,
    /// Who agreed for the originator.
    #[arg(long, value_name = "NAME", default_value = "")]
    agreed: String,
    #[command(flatten)]
    given: Given,
}

/// What both are given: why, by whom, at which desk, and how it is answered.
#[derive(Debug, Args)]
struct Given {
    /// Why.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

/// Which words: one of the three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct On {
    /// Exactly as they stand in the report.
    #[arg(long, value_name = "WORDS")]
    words: Option<String>,
    /// Bytes of the report's text, such as 120-180, as `report show --json` gives them.
    #[arg(long, value_name = "FROM-TO")]
    span: Option<Span>,
    /// The whole report.
    #[arg(long)]
    whole: bool,
}

impl On {
    fn which(&self) -> Which {
        Which { words: self.words.clone().unwrap_or_default(), span: self.span, whole: self.whole }
    }
}

impl Mark {
    /// Does it.
    pub fn run(self) -> Answer {
        let Given { reason, acting, data, json } = self.given;
        with_desk(&data.dir, async |desk| {
            let ask = acting.ask(&desk).await?;
            desk.mark_words(&ask, self.id, &self.on.which(), &self.marking, &reason).await?;
            told(&desk, self.id, json).await
        })
    }
}

impl Release {
    /// Does it.
    pub fn run(self) -> Answer {
        let Given { reason, acting, data, json } = self.given;
        with_desk(&data.dir, async |desk| {
            let ask = acting.ask(&desk).await?;
            desk.release_words(&ask, self.id, &self.on.which(), &self.marking, &self.agreed, &reason).await?;
            told(&desk, self.id, json).await
        })
    }
}

/// What each stretch carries now; words stay where they are.
async fn told(desk: &server::Desk, id: ReportId, json: bool) -> Answer {
    let text = desk.report_text(id).await?;
    if json {
        let stretches = text.stretches.iter().map(|stretch| {
            json!({"span": stretch.span, "protected": stretch.protected, "marking": stretch.marking.to_string()})
        });
        output::json(&json!({"report": id, "text": stretches.collect::<Vec<_>>()}))?;
    } else {
        let line = |stretch: &server::Stretch| {
            let bar = if stretch.protected { "protected" } else { "open" };
            format!("  bytes {:>6} to {:<6}  {bar:<9}  {}\n", stretch.span.start, stretch.span.end, stretch.marking)
        };
        output::say(&format!("{id}\n{}", text.stretches.iter().map(line).collect::<String>()))?;
    }
    Ok(Outcome::Done)
}
