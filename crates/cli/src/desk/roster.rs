//! `forewarn roster`: who is on duty, and for which hours nobody could be woken.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::Role;
use domain::roster::{GapKind, Stretch};
use jiff::Timestamp;
use server::{Clock, RosterCheck, RosterView};

use super::local::{Acting, Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::{input, output};

/// Longest roster taken, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Rosters: who is on duty for which role, and who could be woken.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Roster {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
    Show(Show),
    Import(Import),
}

/// Says for which hours of the coming week nobody could be woken. Exits 3 when there is one.
///
/// Looked at is every role that somebody may be asked for under the policy in force. An hour counts when nobody on duty
/// has a waking path; it is worse when nobody with the role has one at all.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn roster check --data desk
  forewarn roster check --data desk --from 2026-12-24T00:00:00Z --json")]
struct Check {
    #[command(flatten)]
    data: Data,
    /// Where the week begins; now, if not given.
    #[arg(long, value_name = "RFC3339")]
    from: Option<Timestamp>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Shows who is on duty in the coming week.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn roster show --data desk")]
struct Show {
    #[command(flatten)]
    data: Data,
    /// Where the week begins; now, if not given.
    #[arg(long, value_name = "RFC3339")]
    from: Option<Timestamp>,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Imports shifts and exceptions, in place of those there are; hand-overs stay.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn roster import roster.toml --dry-run --as okafor --data desk
  forewarn roster import duty.ics --as okafor --data desk

TOML, CSV (role,person,days,from,to,zone,first_day,last_day) and iCalendar (SUMMARY is `role: sign-in name`) are read. \
docs/operating.md has an example. If one line cannot be used, nothing is taken.")]
struct Import {
    /// The roster; `-` is standard input.
    file: PathBuf,
    /// Only read it and say what it holds.
    #[arg(long)]
    dry_run: bool,
    /// One JSON document instead of a sentence.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
}

impl Roster {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Check(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Import(command) => command.run(),
        }
    }
}

impl Check {
    fn run(self) -> Answer {
        let from = self.from.unwrap_or_else(|| Clock::System.now());
        with_desk(&self.data.dir, async |desk| {
            let found = desk.check_roster(from).await?;
            output::either(self.json, &found, || sentences(&found))?;
            Ok(Outcome::finding(!found.gaps.is_empty()))
        })
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%a %-d %b %Y, %H:%M UTC").to_string()
}

fn sentences(found: &RosterCheck) -> String {
    let roles: Vec<String> = found.roles.iter().map(Role::to_string).collect();
    let mut text =
        format!("Who could be woken from {} to {}, for: {}\n", time(found.from), time(found.to), roles.join(", "));
    for gap in &found.gaps {
        let head = match gap.kind {
            GapKind::Nobody => "NOBODY COULD BE WOKEN: ",
            GapKind::OffDuty => "",
        };
        text += &format!("  {}: {} to {}: {head}{}\n", gap.role, time(gap.from), time(gap.to), gap.why);
    }
    if found.gaps.is_empty() {
        text += "  In every hour somebody could be woken for each of them.\n";
    }
    for (person, way) in &found.untested {
        text += &format!("  never tested: {person} by {way}\n");
    }
    text
}

impl Show {
    fn run(self) -> Answer {
        let from = self.from.unwrap_or_else(|| Clock::System.now());
        with_desk(&self.data.dir, async |desk| {
            let view = desk.roster_view(from).await?;
            output::either(self.json, &view, || table(&view))?;
            Ok(Outcome::Done)
        })
    }
}

fn table(view: &RosterView) -> String {
    let mut text = String::new();
    for (role, stretches) in &view.duty {
        text += &format!("{role}\n");
        if !view.roster.has(*role) {
            text += "  no roster: everybody with the role is called\n";
            continue;
        }
        for Stretch { from, to, people } in stretches {
            let names: Vec<&str> = people.iter().map(String::as_str).collect();
            let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
            text += &format!("  {} to {}  {names}\n", time(*from), time(*to));
        }
    }
    text
}

impl Import {
    fn run(self) -> Answer {
        let name = input::name(&self.file);
        let text = input::text(&self.file, LONGEST)?;
        with_desk(&self.data.dir, async |desk| {
            let ask = self.acting.ask(&desk).await?;
            let roster = desk.import_roster(&ask, &name, &text, self.dry_run).await?;
            if self.json {
                output::json(&roster)?;
            } else {
                let tense = if self.dry_run { "would be" } else { "are" };
                let (shifts, exceptions) = (roster.shifts.len() as u64, roster.exceptions.len() as u64);
                output::say(&format!(
                    "{name}: {} and {} {tense} on the roster. `forewarn roster check` says what is missing.\n",
                    output::count(shifts, "shift", "shifts"),
                    output::count(exceptions, "exception", "exceptions"),
                ))?;
            }
            Ok(Outcome::Done)
        })
    }
}
