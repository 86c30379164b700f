//! E-mail: one message, one envelope, one recipient, one connection.
//!
//! The cast: [`mail`] turns cleared words into bytes and refuses what could change a header; [`session`] speaks the
//! protocol step by step, so that an error can say whether the words had left. The server's last reply, with its
//! queue id, is the evidence.

mod dkim;
mod mail;
mod session;

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use domain::{ChannelKind, Restricted};
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::outgoing::{Address, Channel, Outgoing, Receipt, ReceiptKind, SendError, check};
use crate::trust::{ConfigError, field};
pub use dkim::Dkim;
use mail::{Mail, Parts};

/// How this desk mails.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// The desk's outgoing mail server.
    pub host: String,
    /// Its port: 465 for implicit TLS, 587 for STARTTLS.
    pub port: u16,
    /// How the connection is protected.
    pub tls: TlsMode,
    /// User name and password; never sent without TLS, except to loopback.
    pub credentials: Option<Credentials>,
    /// Who it comes from.
    pub from: Sender,
    /// Where answers go, if not to `from`.
    pub reply_to: Option<Sender>,
    /// What to say in EHLO. Without it the domain of `from`: the machine's own name stays at home.
    pub hello: Option<String>,
    /// Authorities to trust besides the public ones, as PEM.
    pub trusted_roots_pem: Option<Vec<u8>>,
    /// Signs every mail for the desk's domain.
    pub dkim: Option<Dkim>,
    /// For each step before the words leave.
    pub step_timeout: Duration,
    /// For the answer after the words have left.
    pub answer_timeout: Duration,
}

impl SmtpConfig {
    /// A configuration with everything but the essentials at its default: 30 seconds a step, two minutes for the
    /// last answer.
    pub fn new(host: impl Into<String>, port: u16, tls: TlsMode, from: Sender) -> Self {
        Self {
            host: host.into(),
            port,
            tls,
            credentials: None,
            from,
            reply_to: None,
            hello: None,
            trusted_roots_pem: None,
            dkim: None,
            step_timeout: Duration::from_secs(30),
            answer_timeout: Duration::from_secs(120),
        }
    }
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// TLS from the first byte (port 465).
    Implicit,
    /// Plain, then TLS before anything else is said; no STARTTLS, no mail.
    StartTls,
    /// None: loopback only.
    None,
}

/// What to log in with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// User name.
    pub user: String,
    /// Password.
    pub password: Restricted<String>,
}

/// A mailbox that mail comes from.
#[derive(Debug, Clone)]
pub struct Sender {
    /// `local@domain`.
    pub mailbox: String,
    /// The name shown beside it; may be empty.
    pub name: String,
}

/// Mails cleared warnings.
pub struct Smtp {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

impl Smtp {
    /// A mail channel; nothing is connected yet.
    pub fn new(config: SmtpConfig) -> Result<Self, ConfigError> {
        let unfit = |what| move |fault: mail::Unfit| field(what, fault.to_string());
        let domain = mail::mailbox(&config.from).map_err(unfit("from"))?.email.domain().to_owned();
        if let Some(reply_to) = &config.reply_to {
            mail::mailbox(reply_to).map_err(unfit("reply_to"))?;
        }
        let hello = config.hello.clone().unwrap_or(domain);
        if hello.is_empty() || !hello.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-') {
            return Err(field("hello", "give a domain name of letters, digits, dots and hyphens"));
        }
        let tls = match config.tls {
            TlsMode::Implicit | TlsMode::StartTls => Some(tls_parameters(&config)?),
            TlsMode::None if is_loopback(&config.host) => None,
            TlsMode::None => return Err(ConfigError::PlainText { host: config.host }),
        };
        Ok(Self { config, tls, hello: ClientId::Domain(hello) })
    }

    async fn deliver(&self, parts: Parts<'_>) -> Result<String, SendError> {
        let mail = Mail::compose(&parts).map_err(|fault| SendError::refused(fault.to_string()))?;
        session::deliver(self, &mail).await
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, ConfigError> {
    let why = |fault: lettre::transport::smtp::Error| field("tls", fault.to_string());
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.trusted_roots_pem {
        let roots = Certificate::from_pem(pem).map_err(|fault| field("trusted_roots", fault.to_string()))?;
        builder = builder.add_root_certificate(roots);
    }
    builder.build_rustls().map_err(why)
}

#[async_trait]
impl Channel for Smtp {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, out: Outgoing<'_>) -> Result<Receipt, SendError> {
        check(&out, self.kind())?;
        let Address::Email { mailbox, name } = out.to else {
            return Err(SendError::refused("e-mail goes to a mailbox: give the recipient one, or use another channel"));
        };
        let evidence = self
            .deliver(Parts {
                from: &self.config.from,
                reply_to: self.config.reply_to.as_ref(),
                to_mailbox: mailbox,
                to_name: name,
                subject: out.message.subject(),
                text: out.message.text(),
                html: out.message.html(),
                dkim: self.config.dkim.as_ref(),
                language: out.message.language(),
                message_id: &out.message_id,
                at: out.at,
            })
            .await?;
        Ok(Receipt { at: out.at, kind: ReceiptKind::HandedOver, evidence, artefact: None })
    }
}

#[cfg(test)]
mod tests;
