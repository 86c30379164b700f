//! `forewarn policy check`: whether a pack is sound, agrees with its corpus, and can be staffed.

use std::path::PathBuf;

use clap::Args;
use policy::{Corpus, Pack, Proof, Unsound};
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
  forewarn policy check our-policy.toml --desk /var/lib/forewarn   can the accounts there staff it?
  forewarn policy check our-policy.toml --accounts accounts.json   can these?

Accounts are one JSON document, as `forewarn account list --json` gives them:
  {\"accounts\": [{\"name\": \"mara\", \"roles\": [\"assessor\"]}, {\"name\": \"ilse\", \"roles\": [\"senior_officer\"]}]}")]
pub struct Check {
    /// The id of a shipped pack, or a TOML file.
    pack: String,
    /// Situations with the determination expected; for a shipped pack, its own are always tried.
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// A data directory: also check that the accounts there can keep duties apart.
    #[arg(long, value_name = "DIR")]
    desk: Option<PathBuf>,
    /// Accounts, a JSON file: also check that these can keep duties apart; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
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
        let (unsound, proof) = policy::examine(&pack);
        let mut found: Vec<Found> = unsound.into_iter().map(Found::from).collect();
        let mut rows = 0;
        for corpus in self.corpora()? {
            rows += corpus.rows.len();
            found.extend(corpus.disagreements(&pack).into_iter().map(|row| Found {
                rule: "corpus".to_owned(),
                place: row.row,
                what: row.what,
            }));
        }
        let staffs = [self.desk.as_deref().map(people), self.accounts.as_deref().map(listed)];
        for people in staffs.into_iter().flatten() {
            found.extend(policy::staffing(&pack, &people?).into_iter().map(Found::from));
        }
        self.show(&pack, rows, proof, &found)?;
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
            let tried = Proof::default();
            output::json(&json!({"pack": null, "sound": false, "tried": tried, "rows": 0, "findings": found}))?;
        }
        unparsed(name, text, error).show();
        Ok(Outcome::Finding)
    }

    fn show(&self, pack: &Pack, rows: usize, proof: Proof, found: &[Found]) -> Result<(), Fault> {
        let policy = pack.reference();
        if self.json {
            let sound = found.is_empty();
            let document = json!({"pack": policy, "sound": sound, "tried": proof, "rows": rows, "findings": found});
            return output::json(&document);
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
        text.push_str(&format!("{} {} ({hash}) is {verdict}.\n{}\n", policy.id, policy.version, tried(proof, rows)));
        output::say(&text)
    }
}

/// How much was tried, in sentences.
fn tried(proof: Proof, rows: usize) -> String {
    let Proof { combinations, stands_for, situations } = proof;
    let answers = "combinations of met, not met, unclear and unanswered";
    let proved = match u128::from(combinations) {
        0 => "Not every combination of answers was tried: there are too many.".to_owned(),
        all if all == stands_for => format!("Tried all {stands_for} {answers}, in {situations} situations."),
        some => format!(
            "Tried {some} {answers}, which stand for all {stands_for}: questions that the rules treat alike were tried \
             together. {situations} situations."
        ),
    };
    match rows {
        0 => proved,
        rows => format!("{proved} {rows} situations of its corpus were compared."),
    }
}

impl From<Unsound> for Found {
    fn from(unsound: Unsound) -> Self {
        Self { rule: unsound.rule.to_owned(), place: unsound.place, what: unsound.what }
    }
}

/// Everybody in a file, with their roles.
fn listed(path: &std::path::Path) -> Result<Vec<(String, Vec<String>)>, Fault> {
    #[derive(serde::Deserialize)]
    struct Accounts {
        accounts: Vec<Somebody>,
    }
    #[derive(serde::Deserialize)]
    struct Somebody {
        name: String,
        roles: Vec<String>,
        #[serde(default)]
        off: bool,
    }
    let text = input::text(path, input::LONGEST_TEXT)?;
    let Accounts { accounts } = serde_json::from_str(&text).map_err(|cause| {
        let fault = Fault::about(input::name(path), &cause);
        fault.advise("`forewarn policy check --help` shows what accounts look like").at(
            &input::name(path),
            &text,
            cause.line(),
            cause.column(),
        )
    })?;
    Ok(accounts.into_iter().filter(|one| !one.off).map(|one| (one.name, one.roles)).collect())
}

/// Everybody who can sign in at a desk, with their roles.
fn people(data: &std::path::Path) -> Result<Vec<(String, Vec<String>)>, Fault> {
    local::with_desk(data, async |desk| {
        let people = desk.people().await?.into_iter().filter(|account| !account.off);
        Ok(people.map(|one| (one.name, one.roles.iter().map(|role| role.id().to_owned()).collect())).collect())
    })
}
