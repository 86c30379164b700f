//! `forewarn policy propose`, `preview` and `adopt`: the packs of a desk, changed by two people.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::Refusal;
use domain::packs::Packs;
use server::{AppError, Preview};

use super::local::{Acting, Data, with_desk};
use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output};

/// Puts a pack, or another version of one, before a second person. An unsound one is refused.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy propose our-policy.toml --as mara --reason \"counsel has read it\" --data desk")]
pub struct Propose {
    /// The pack, a TOML file.
    file: PathBuf,
    /// Why the desk should work under it.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
}

/// Says what a pack would change: which open threats would be decided differently.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy preview our-policy.toml --data desk
  forewarn policy preview 3f5a91 --json --data desk      a proposed version, by the first digits of its hash

Exit code 3 when the pack is unsound.")]
pub struct PreviewIt {
    /// A TOML file, or the first digits of the hash of a version that was proposed or adopted.
    pack: String,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Adopts a proposed pack. Takes a senior officer who did not propose it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn policy preview 3f5a91 --data desk
  forewarn policy adopt 3f5a91 --as okafor --reason \"read with counsel\" --data desk")]
pub struct Adopt {
    /// The first digits of its hash.
    hash: String,
    /// Why.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
}

/// Lists the packs of a desk.
pub fn list(data: &Path, json: bool) -> Answer {
    with_desk(data, async |desk| {
        let library = desk.library().await?;
        output::either(json, &library.packs, || lines(&library.packs))?;
        Ok(Outcome::Done)
    })
}

fn lines(packs: &Packs) -> String {
    let mut out = String::new();
    for pack in &packs.adopted {
        let word = if pack.in_force { "in force" } else { "earlier" };
        let policy = &pack.policy;
        let at = pack.at.strftime("%Y-%m-%d %H:%M");
        out.push_str(&format!(
            "{word:<9} {:<22}{:<9}{}  adopted by {}, {at}\n",
            policy.id,
            policy.version,
            short(&policy.hash),
            pack.adopted_by
        ));
    }
    for pack in &packs.proposed {
        let (policy, at) = (&pack.policy, pack.at.strftime("%Y-%m-%d %H:%M"));
        out.push_str(&format!(
            "proposed  {:<22}{:<9}{}  by {}, {at}: {}\n",
            policy.id,
            policy.version,
            short(&policy.hash),
            pack.by,
            pack.reason
        ));
    }
    out
}

/// The first digits of a hash, enough to name it.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

impl Propose {
    /// Does it.
    pub fn run(self) -> Answer {
        let text = input::text(&self.file, input::LONGEST_TEXT)?;
        with_desk(&self.data.dir, async |desk| {
            let ask = self.acting.ask(&desk).await?;
            let packs = desk.propose_pack(&ask, &text, &self.reason).await.map_err(|cause| match cause {
                AppError::Refused(unsound @ Refusal::UnsoundPack { .. }) => Fault::new(unsound)
                    .advise(format!("`forewarn policy check {}` says everything that is unsound", self.file.display())),
                other => Fault::from(other),
            })?;
            for pack in packs.proposed.iter().filter(|pack| pack.text == text) {
                let (policy, hash) = (&pack.policy, short(&pack.policy.hash));
                output::say(&format!(
                    "{} {} is proposed. Another person, a senior officer, looks at it and adopts it:\n  forewarn policy preview {hash}\n  \
                     forewarn policy adopt {hash} --as NAME --reason WORDS\n",
                    policy.id, policy.version
                ))?;
            }
            Ok(Outcome::Done)
        })
    }
}

impl PreviewIt {
    /// Does it.
    pub fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let path = Path::new(&self.pack);
            let text = if path.exists() {
                input::text(path, input::LONGEST_TEXT)?
            } else {
                desk.pack_text(&self.pack).await?
            };
            let preview = desk.preview_pack(&text).await?;
            output::either(self.json, &preview, || sentences(&preview))?;
            Ok(Outcome::finding(!preview.unsound.is_empty()))
        })
    }
}

fn sentences(preview: &Preview) -> String {
    let policy = &preview.policy;
    let mut out = format!("{} {}, SHA-256 {}\n", policy.id, policy.version, policy.hash);
    match &preview.replaces {
        Some(old) => out.push_str(&format!(
            "It would take the place of version {}. {} of open threats looked at, {} would be decided differently.\n",
            old.version,
            output::count(preview.looked_at as u64, "determination", "determinations"),
            preview.differently.len()
        )),
        None => out.push_str(&format!(
            "The desk has no pack of this name. It would ask about {} of open threats.\n",
            output::count(preview.asks_anew.len() as u64, "intended victim", "intended victims")
        )),
    }
    for one in &preview.differently {
        out.push_str(&format!("  {}  {} -> {}  {}: {}\n", one.threat, one.now, one.then, one.name, one.sentence));
        for asked in &one.unanswered {
            out.push_str(&format!("      not answered yet: {asked}\n"));
        }
    }
    for one in &preview.asks_anew {
        out.push_str(&format!("  {}  {}: {}\n", one.threat, one.name, one.sentence));
    }
    for found in preview.unsound.iter().chain(&preview.staffing) {
        out.push_str(&format!("  {}: {}\n", found.place, found.what));
    }
    out
}

impl Adopt {
    /// Does it.
    pub fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let ask = self.acting.ask(&desk).await?;
            let packs = desk.adopt_pack(&ask, &self.hash, &self.reason).await?;
            if let Some(pack) = packs.adopted.last() {
                output::say(&format!("{} {} is in force.\n", pack.policy.id, pack.policy.version))?;
            }
            Ok(Outcome::Done)
        })
    }
}
