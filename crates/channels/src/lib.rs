//! Channels a warning can leave by, and the tokens by which an acknowledgement comes back.
//!
//! The cast: a worker hands an [`Outgoing`] to a [`Channel`] and gets a [`Receipt`] (the carrier's word, never a
//! person's) or a [`SendError`] that says whether to try again. [`smtp`] mails it, [`webhook`] posts it signed, [`jws`]
//! signs what machines read,
//! [`hand`] prepares paper for somebody to carry. [`ack_token`] makes the one-time links.
//!
//! Nothing here decides, reads a clock or makes randomness: the words were fixed when the warning was approved
//! (only [`drafting::release`] makes a [`drafting::Releasable`], and no channel takes anything else), and times, ids
//! and token bits are parameters.
#![warn(missing_docs)]

pub mod ack_token;
pub mod hand;
pub mod jws;
pub mod outgoing;
pub mod smtp;
mod trust;
mod unfit;
pub mod webhook;

pub use hand::{Hand, LetterPrinter, PrintError};
pub use outgoing::{Address, Artefact, Channel, Outgoing, Receipt, ReceiptKind, SendError};
pub use smtp::{Credentials, Dkim, Sender, Smtp, SmtpConfig, TlsMode};
pub use trust::ConfigError;
pub use webhook::{Lookup, Webhook, WebhookConfig};

// The sinks of the demo name this crate from outside; its own tests include them as they are.
#[cfg(test)]
extern crate self as channels;
#[cfg(test)]
mod tests;
