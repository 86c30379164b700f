//! Letter, in person, telephone: the desk prepares, a person carries and records the result.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ChannelKind;
use drafting::{LetterContent, Releasable};

use crate::outgoing::{Address, Artefact, Channel, Outgoing, Receipt, ReceiptKind, SendError, check};

/// Makes paper out of a letter. The crate `letters` does it in a limited worker process; the server joins the two.
/// Called on a thread where blocking is allowed.
pub trait LetterPrinter: Send + Sync {
    /// The letter as PDF.
    fn print(&self, letter: &LetterContent) -> Result<Vec<u8>, PrintError>;

    /// SHA-256 over the templates it prints with, hex.
    fn templates(&self) -> String;
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
#[error("the letter could not be printed: {why}")]
pub struct PrintError {
    /// What went wrong, without the letter's text.
    pub why: String,
}

/// One of the three channels that a person carries.
pub struct Hand {
    kind: HandKind,
}

enum HandKind {
    Letter(Arc<dyn LetterPrinter>),
    InPerson,
    Telephone,
}

impl Hand {
    /// A letter delivered by hand, printed by `printer`.
    pub fn letter(printer: Arc<dyn LetterPrinter>) -> Self {
        Self { kind: HandKind::Letter(printer) }
    }

    /// Face to face: a task sheet with the words to say.
    pub const fn in_person() -> Self {
        Self { kind: HandKind::InPerson }
    }

    /// By telephone: a task sheet with the words to say.
    pub const fn telephone() -> Self {
        Self { kind: HandKind::Telephone }
    }
}

#[async_trait]
impl Channel for Hand {
    fn kind(&self) -> ChannelKind {
        match self.kind {
            HandKind::Letter(_) => ChannelKind::Letter,
            HandKind::InPerson => ChannelKind::InPerson,
            HandKind::Telephone => ChannelKind::Telephone,
        }
    }

    async fn send(&self, out: Outgoing<'_>) -> Result<Receipt, SendError> {
        check(&out, self.kind())?;
        let Address::Hand { whereabouts } = out.to else {
            return Err(SendError::refused(
                "a person cannot carry this to a mailbox or a URL: give a place or a number",
            ));
        };
        let (artefact, evidence) = match &self.kind {
            HandKind::Letter(printer) => (letter(Arc::clone(printer), out.message).await?, "a letter lies ready"),
            HandKind::InPerson | HandKind::Telephone => (sheet(out.message, whereabouts), "a task sheet lies ready"),
        };
        let evidence = format!("{evidence}: {} ({} bytes)", artefact.name, artefact.bytes.len());
        Ok(Receipt { at: out.at, kind: ReceiptKind::Prepared, evidence, artefact: Some(artefact) })
    }
}

async fn letter(printer: Arc<dyn LetterPrinter>, message: &Releasable) -> Result<Artefact, SendError> {
    let content = message.letter().cloned().ok_or_else(|| SendError::refused("this text has no letter form"))?;
    let printed = tokio::task::spawn_blocking(move || printer.print(&content)).await;
    let bytes = printed
        .map_err(|_| SendError::later("the printer stopped in the middle of the letter"))?
        .map_err(|fault| SendError::later(fault.to_string()))?;
    Ok(Artefact { name: format!("{}-letter.pdf", file_name(message)), media_type: "application/pdf", bytes })
}

fn sheet(message: &Releasable, whereabouts: &str) -> Artefact {
    let via = message.via().map_or_else(String::new, |via| format!("Through: {via}\n"));
    let text = format!(
        "TASK SHEET {reference}\nBy: {kind}\nTo: {to}\n{via}Where or number: {whereabouts}\n\n\
         Say this, in these words:\n\n{script}\n\n\
         Write down, then record at the desk:\nDate and time: ____________  Spoken to (name, post): ____________\n\
         They repeated the reference: yes / no   They understood: yes / no\nTheir answer: ____________\n\
         If not reached, why: ____________\nYour name and signature: ____________\n",
        reference = message.reference(),
        kind = message.kind(),
        to = message.recipient(),
        script = message.text(),
    );
    Artefact {
        name: format!("{}-task-sheet.txt", file_name(message)),
        media_type: "text/plain; charset=utf-8",
        bytes: text.into_bytes(),
    }
}

/// The reference, with anything that a file name cannot hold replaced.
fn file_name(message: &Releasable) -> String {
    message.reference().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect()
}
