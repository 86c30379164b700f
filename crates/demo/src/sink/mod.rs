//! Where the demo's warnings arrive: a small real mail server and a small real web server, on loopback only.
//!
//! Both keep what they get in memory and can be told to misbehave, so that tests see every answer a carrier can give.
//! They read bytes from the network strictly and bound everything, like anything that listens.

pub mod smtp;
pub mod webhook;

pub use smtp::{Behaviour, Mail, SmtpSink, Step};
pub use webhook::{Answer, Posted, WebhookSink};
