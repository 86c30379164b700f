//! `forewarn policy diff`: what another pack would decide differently.

use clap::Args;
use policy::{Diff, Pack};
use serde_json::json;

use super::{find, unparsed};
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Says what another pack would decide differently. Exits 3 when a situation that warns would no longer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy diff icd-191 our-policy.toml
  forewarn policy diff our-policy.toml our-new-policy.toml --json

Every combination of answers to the questions of both is tried under both, in scope and outside it, with no ground for a
waiver and with each. What changed in times, roles and words is listed after it.")]
pub struct Difference {
    /// The pack that applies: the id of a shipped pack, or a TOML file.
    old: String,
    /// The pack that would: the id of a shipped pack, or a TOML file.
    new: String,
    /// Every class of situations, and not only the first of them.
    #[arg(long)]
    all: bool,
    /// One JSON document instead of sentences; always with every class.
    #[arg(long)]
    json: bool,
}

/// As many classes as a person reads at once.
const FIRST: usize = 20;

impl Difference {
    /// Compares them.
    pub fn run(self) -> Answer {
        let read = |pack: &str| -> Result<Pack, Fault> {
            let (name, text) = find(pack)?;
            Pack::parse(&text).map_err(|error| unparsed(&name, &text, &error))
        };
        let (old, new) = (read(&self.old)?, read(&self.new)?);
        let diff = policy::diff(&old, &new);
        if self.json {
            output::json(&json!({
                "old": diff.old, "new": diff.new, "same": diff.same(), "warnings_lost": diff.warnings_lost(),
                "tried": diff.tried, "classes": diff.classes, "changes": diff.changes,
            }))?;
        } else {
            output::say(&self.sentences(&diff))?;
        }
        Ok(Outcome::finding(diff.warnings_lost()))
    }

    fn sentences(&self, diff: &Diff) -> String {
        let name = |policy: &domain::assessment::PolicyRef| {
            let hash: String = policy.hash.chars().take(12).collect();
            format!("{} {} ({hash})", policy.id, policy.version)
        };
        let mut lines = vec![format!("From {} to {}.", name(&diff.old), name(&diff.new))];
        lines.push(match diff.tried {
            0 => {
                "They ask too many different questions for every combination to be tried: a person has to compare them."
                    .to_owned()
            }
            tried => format!("Tried {} under both.", output::count(tried, "situation", "situations")),
        });
        if diff.same() {
            lines.push("They decide everything alike, and say the same.".to_owned());
        } else if diff.classes.is_empty() && diff.tried > 0 {
            lines.push("They decide every situation alike.".to_owned());
        }
        let shown = if self.all { diff.classes.len() } else { FIRST };
        lines.extend(diff.classes.iter().take(shown).map(|class| format!("  {}.", class.words)));
        if diff.classes.len() > shown {
            lines.push(format!("  … and {} more classes; --all shows them.", diff.classes.len() - shown));
        }
        if !diff.changes.is_empty() {
            lines.push("What else changed:".to_owned());
            lines.extend(
                diff.changes.iter().map(|change| format!("  {}.", change.words().trim_end_matches(['.', '?']))),
            );
        }
        if diff.warnings_lost() && diff.tried > 0 {
            lines.push("Some situations that warn now would no longer.".to_owned());
        }
        lines.join("\n") + "\n"
    }
}
