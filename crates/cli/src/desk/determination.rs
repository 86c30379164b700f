//! `forewarn determination`: what was determined, from what, and whether it can be drawn again.

use clap::{Args, Subcommand};
use domain::{DeterminationId, ThreatId};
use serde_json::json;
use server::{DeterminationLine, RecordedDetermination, Replayed};

use super::local::{Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::output;

/// Determinations: immutable, and drawn again by anybody.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Determination {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Show(Show),
    Replay(Replay),
}

/// Lists determinations, those whose place another has taken included.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn determination list --data desk
  forewarn determination list --threat thr_01hqv3x… --json --data desk")]
struct List {
    /// Only those of one threat.
    #[arg(long, value_name = "ID")]
    threat: Option<ThreatId>,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Shows one determination with everything it was drawn from, as it stands in its entry.
#[derive(Debug, Args)]
struct Show {
    /// Its id: det_…
    id: DeterminationId,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

/// Draws determinations again: the recorded inputs under the recorded version of the pack.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn determination replay det_01hqv3x… --data desk
  forewarn determination replay --all --json --data desk

Exit code 3 when one does not agree, or when its pack was never adopted here; the answer says which field differs.")]
struct Replay {
    /// Its id: det_…
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<DeterminationId>,
    /// Every determination of the desk.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

impl Determination {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Replay(command) => command.run(),
        }
    }
}

impl List {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let lines = desk.determination_lines(self.threat).await?;
            output::list(self.json, &json!({ "determinations": lines }), &lines, line, "Nothing was determined yet.")
        })
    }
}

fn line(one: &DeterminationLine) -> String {
    let stands = if one.stands { "stands" } else { "replaced" };
    let at = one.at.strftime("%Y-%m-%d %H:%M");
    let pack = format!("{} {}", one.pack, one.version);
    let found = one.determination.to_string();
    format!("{}  {at}  {found:<11} {stands:<9} {pack:<24} {} by {}\n", one.id, one.name, one.by)
}

impl Show {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let recorded = desk.determination(self.id).await?;
            output::either(self.json, &recorded, || told(&recorded))?;
            Ok(Outcome::Done)
        })
    }
}

fn told(recorded: &RecordedDetermination) -> String {
    let known = &recorded.determined;
    let policy = &known.assessment.policy;
    let mut out = format!(
        "{}  {}\nof threat {}, for {}\nunder {} {}, SHA-256 {}\nanswered by {} at {}\nmade by {} at {}; entry {} of the record, {}\n",
        known.id,
        known.determination(),
        recorded.threat,
        known.victim,
        policy.id,
        policy.version,
        policy.hash,
        known.answered_by,
        known.answered_at,
        known.by,
        known.at,
        recorded.seq,
        recorded.recorded_at,
    );
    if let Some(before) = known.replaces {
        out.push_str(&format!("takes the place of {before}\n"));
    }
    for reason in &known.assessment.reasons {
        let given = known.answers.get(&reason.criterion).or_else(|| known.grounds.get(&reason.criterion));
        let rests =
            given.filter(|given| !given.evidence.is_empty()).map(|given| format!("; it rests on: {}", given.evidence));
        let clause = &reason.clause;
        out.push_str(&format!("  {}: {} [{clause}]{}\n", reason.criterion, reason.effect, rests.unwrap_or_default()));
    }
    for affirmation in &known.affirmations {
        out.push_str(&format!("  affirmed by {} at {}: {}\n", affirmation.by, affirmation.at, affirmation.reason));
    }
    out
}

impl Replay {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let replayed = match self.id {
                Some(id) => vec![desk.replay(id).await?],
                None => desk.replay_all(None).await?,
            };
            let agrees = replayed.iter().all(|one| one.agrees);
            match (self.json, self.id) {
                (true, Some(_)) => output::json(&replayed.first())?,
                (true, None) => output::json(&json!({ "agrees": agrees, "replayed": replayed }))?,
                (false, _) => output::say(&sentences(&replayed))?,
            }
            Ok(Outcome::finding(!agrees))
        })
    }
}

fn sentences(replayed: &[Replayed]) -> String {
    let mut out = String::new();
    for one in replayed.iter().filter(|one| !one.agrees || replayed.len() == 1) {
        let verdict = if one.agrees { "agrees" } else { "does not agree" };
        out.push_str(&format!("{}  {}, under {} {}: {verdict}\n", one.id, one.determination, one.pack, one.version));
        for found in &one.differs {
            out.push_str(&format!("  {}: {}\n", found.field, found.what));
        }
    }
    if replayed.len() != 1 {
        let agreeing = replayed.iter().filter(|one| one.agrees).count();
        out.push_str(&format!(
            "{agreeing} of {} agree.\n",
            output::count(replayed.len() as u64, "determination", "determinations")
        ));
    }
    out
}
