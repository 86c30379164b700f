//! `forewarn policy check`: whether a pack is sound, agrees with its corpus, and can be staffed.

use std::path::PathBuf;

use clap::Args;
use policy::{Corpus, Pack, Unsound};
use serde::Serialize;
use serde_json::json;

use super::{find, unparsed};
use crate::desk::local;
use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output};

/// Checks whether a pack is sound, by trying every combination of answers. Exits 3 when it is not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy check icd-191
  forewarn policy check our-policy.toml --corpus our-corpus.toml
  forewarn policy check our-policy.toml --desk /var/lib/forewarn   can the accounts there staff it?")]
pub struct Check {
    /// The id of a shipped pack, or a TOML file.
    pack: String,
    /// Situations with the determination expected; for a shipped pack, its own are always tried.
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// A data directory: also check that the accounts there can keep duties apart.
    #[arg(long, value_name = "DIR")]
    desk: Option<PathBuf>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
struct Found {
    rule: String,
    place: String,
    what: String,
}

impl Check {
    /// Checks it.
    pub fn run(self) -> Answer {
        let (name, text) = find(&self.pack)?;
        let pack = match Pack::parse(&text) {
            Ok(pack) => pack,
            Err(error) => return self.not_a_pack(&name, &text, &error),
        };
        let mut found: Vec<Found> = policy::check(&pack).into_iter().map(Found::from).collect();
        let mut rows = 0;
        for corpus in self.corpora()? {
            rows += corpus.rows.len();
            found.extend(corpus.disagreements(&pack).into_iter().map(|row| Found {
                rule: "corpus".to_owned(),
                place: row.row,
                what: row.what,
            }));
        }
        if let Some(data) = &self.desk {
            found.extend(policy::staffing(&pack, &people(data)?).into_iter().map(Found::from));
        }
        self.show(&pack, rows, &found)?;
        Ok(Outcome::finding(!found.is_empty()))
    }

    fn corpora(&self) -> Result<Vec<Corpus>, Fault> {
        let shipped = policy::shipped_corpus(&self.pack).transpose().map_err(Fault::new)?;
        let own = self.corpus.as_ref().map(|path| {
            let text = input::text(path, input::LONGEST_TEXT)?;
            let advice = "compare with policies/*/corpus.toml";
            Corpus::parse(&text).map_err(|cause| Fault::about(input::name(path), cause).advise(advice))
        });
        Ok(shipped.into_iter().chain(own.transpose()?).collect())
    }

    /// A text that is no pack at all is a finding too.
    fn not_a_pack(&self, name: &str, text: &str, error: &policy::PackError) -> Answer {
        if self.json {
            let place = format!("line {}, column {}", error.line, error.column);
            let what = format!("{}; {}", error.what, error.advice);
            let found = [Found { rule: "not-a-pack".to_owned(), place, what }];
            output::json(&json!({"pack": null, "sound": false, "rows": 0, "findings": found}))?;
        }
        unparsed(name, text, error).show();
        Ok(Outcome::Finding)
    }

    fn show(&self, pack: &Pack, rows: usize, found: &[Found]) -> Result<(), Fault> {
        let policy = pack.reference();
        if self.json {
            return output::json(&json!({"pack": policy, "sound": found.is_empty(), "rows": rows, "findings": found}));
        }
        let mut text = String::new();
        for one in found {
            text.push_str(&format!("{} ({}): {}\n", one.place, one.rule, one.what));
        }
        let hash: String = policy.hash.chars().take(12).collect();
        let verdict = match found.len() {
            0 => "sound: no combination of answers ends in silence without an affirmation".to_owned(),
            1 => "not fit for use: 1 finding".to_owned(),
            several => format!("not fit for use: {several} findings"),
        };
        let tried = if rows > 0 { format!(" {rows} situations of its corpus were tried.") } else { String::new() };
        text.push_str(&format!("{} {} ({hash}) is {verdict}.{tried}\n", policy.id, policy.version));
        output::say(&text)
    }
}

impl From<Unsound> for Found {
    fn from(unsound: Unsound) -> Self {
        Self { rule: unsound.rule.to_owned(), place: unsound.place, what: unsound.what }
    }
}

/// Everybody who can sign in at a desk, with their roles.
fn people(data: &std::path::Path) -> Result<Vec<(String, Vec<String>)>, Fault> {
    local::with_desk(data, async |desk| {
        let people = desk.people().await?.into_iter().filter(|account| !account.off);
        Ok(people.map(|one| (one.name, one.roles.iter().map(|role| role.id().to_owned()).collect())).collect())
    })
}
