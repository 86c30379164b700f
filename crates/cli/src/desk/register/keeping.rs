//! What is kept in the register: removing a line, keeping it, telling two parties apart, erasing what was removed.

use clap::Args;
use domain::register::{LineId, PartyId, RegisterBook, RegisterCommand};

use super::super::local::{Acting, Data, with_desk};
use crate::fault::{Answer, Outcome};
use crate::{output, progress};

/// Removes a party or relation. The first person asks for it, a second one gives the same command and removes it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn register remove 'party kerman-office' --reason 'closed in May' --as mara --data desk
  forewarn register remove 'relation embassy protects kerman-office' --reason 'another one does' --as ilse --data desk

What ties a party to others goes with it. Nobody goes who is named in an open threat.")]
pub struct Remove {
    #[command(flatten)]
    line: Line,
}

/// Keeps a party or relation that somebody wants removed.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  forewarn register keep 'party kerman-office' --reason 'it only moved' --as ilse --data desk")]
pub struct Keep {
    #[command(flatten)]
    line: Line,
}

/// What every change of the register is given: why, by whom, at which desk, and how it is answered.
#[derive(Debug, Args)]
struct Given {
    /// Why; it goes on the record.
    #[arg(long)]
    reason: String,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
}

/// Which line, and why.
#[derive(Debug, Args)]
struct Line {
    /// `party ID`, or `relation ID KIND ID`.
    #[arg(value_name = "LINE")]
    named: LineId,
    #[command(flatten)]
    given: Given,
}

/// Says that two parties which look like one are two: `register check` names them no more.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  forewarn register apart hasani-1 hasani-2 --reason 'father and son' --as mara --data desk")]
pub struct Apart {
    /// One's id.
    #[arg(value_parser = party)]
    one: PartyId,
    /// The other's.
    #[arg(value_parser = party)]
    other: PartyId,
    #[command(flatten)]
    given: Given,
}

/// Erases from the record what was removed from the register or changed in it. Takes a senior officer.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  forewarn register erase --reason 'retention, first quarter' --as okafor --data desk

The proof stays: that something was there, when, and who put it in. What is left of the register is recorded anew.")]
pub struct Erase {
    #[command(flatten)]
    given: Given,
}

/// Shows what somebody wants removed, who is held back although their time is over, and who was told apart.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  forewarn register book --data desk")]
pub struct Book {
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

#[allow(clippy::unnecessary_wraps, reason = "clap asks for a result")]
fn party(id: &str) -> Result<PartyId, std::convert::Infallible> {
    Ok(PartyId::new(id))
}

impl Remove {
    pub fn run(self) -> Answer {
        let Line { named: line, given } = self.line;
        given.change(|reason| RegisterCommand::Remove { line, reason })
    }
}

impl Keep {
    pub fn run(self) -> Answer {
        let Line { named: line, given } = self.line;
        given.change(|reason| RegisterCommand::Keep { line, reason })
    }
}

impl Apart {
    pub fn run(self) -> Answer {
        let Self { one, other, given } = self;
        given.change(|reason| RegisterCommand::TellApart { one, other, reason })
    }
}

impl Given {
    fn change(self, command: impl FnOnce(String) -> RegisterCommand) -> Answer {
        let command = command(self.reason);
        with_desk(&self.data.dir, async |desk| {
            let settled = desk.change_register(&self.acting.ask(&desk).await?, command.clone()).await?;
            output::either(self.json, &settled, || match (&command, &settled.removed[..]) {
                (RegisterCommand::Remove { line, .. }, []) => {
                    format!("Asked to remove `{line}`; it goes when a second person gives the same command.\n")
                }
                (_, removed @ [_, ..]) => format!("Removed:\n  {}\n", removed.join("\n  ")),
                (RegisterCommand::Keep { line, .. }, []) => format!("`{line}` stays.\n"),
                (RegisterCommand::TellApart { one, other, .. }, []) => format!("`{one}` and `{other}` are two.\n"),
            })?;
            Ok(Outcome::Done)
        })
    }
}

impl Erase {
    pub fn run(self) -> Answer {
        let Given { reason, json, acting, data } = self.given;
        with_desk(&data.dir, async |desk| {
            let ask = acting.ask(&desk).await?;
            let bar = progress::spinner("recording anew");
            let settled = desk.erase_removed(&ask, &reason).await;
            bar.finish_and_clear();
            output::either(json, &settled?, || "What was removed or changed is erased; the proof stays.\n".to_owned())?;
            Ok(Outcome::Done)
        })
    }
}

impl Book {
    pub fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let book = desk.register_book().await?;
            output::either(self.json, &book, || told(&book))?;
            Ok(Outcome::Done)
        })
    }
}

fn told(book: &RegisterBook) -> String {
    let asked = book
        .asked
        .iter()
        .map(|(line, asked)| format!("{} wants to remove `{line}` ({}): {}\n", asked.by, asked.at, asked.reason));
    let held = book.held.iter().map(|held| {
        format!("{} is held back although their time is over: threat {} names them\n", held.party, held.threat)
    });
    let apart = book.apart.iter().map(|pair| {
        format!("{} and {} are two, says {}: {}\n", pair.one, pair.other, pair.signed.by, pair.signed.reason)
    });
    let told: String = asked.chain(held).chain(apart).collect();
    if told.is_empty() { "Nobody is to be removed, held back or told apart.\n".to_owned() } else { told }
}
