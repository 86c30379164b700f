//! The channels this desk has, from its configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "pdf")]
use channels::PrintError;
use channels::{Channel, Credentials, Hand, LetterPrinter, Sender, Smtp, SmtpConfig, TlsMode, Webhook, WebhookConfig};
use domain::{ChannelKind, Restricted};
#[cfg(feature = "pdf")]
use drafting::LetterContent;

use crate::config::{Config, Security, Smtp as SmtpSettings};
use crate::desk::Channels;
use crate::error::AppError;
use crate::files;

/// How letters become PDF.
#[derive(Debug, Clone)]
pub enum Printer {
    /// In a worker process with limits: this program, asked as `worker letter`.
    Worker(PathBuf),
    /// In this process; for tests.
    Here,
    /// No PDF: this build has no typesetter. Letters go out as text to be printed.
    None,
}

/// The channels of one desk.
pub struct WaysOut {
    email: Option<Arc<dyn Channel>>,
    webhook: Option<Arc<dyn Channel>>,
    letter: Option<Arc<dyn Channel>>,
    printer: Option<Arc<dyn LetterPrinter>>,
    in_person: Arc<dyn Channel>,
    telephone: Arc<dyn Channel>,
    /// The secret webhooks are signed with.
    pub(crate) webhook_secret: Option<Restricted<String>>,
}

impl WaysOut {
    /// Sets the channels up; nothing is connected yet.
    pub fn new(config: &Config, data: &Path, printer: Printer) -> Result<Self, AppError> {
        let email = config.smtp.as_ref().map(|smtp| email(smtp, config, data)).transpose()?;
        let secret = config.webhook.secret_file.as_ref().map(|file| files::read(&data.join(file))).transpose()?;
        let webhook = secret.as_ref().map(|_| webhook(config.webhook.allow_loopback)).transpose()?;
        let printer = printer_of(printer, config, data)?;
        Ok(Self {
            email,
            webhook,
            letter: printer.clone().map(|printer| Arc::new(Hand::letter(printer)) as Arc<dyn Channel>),
            printer,
            in_person: Arc::new(Hand::in_person()),
            telephone: Arc::new(Hand::telephone()),
            webhook_secret: secret.map(|secret| Restricted::new(secret.trim().to_owned())),
        })
    }
}

impl Channels for WaysOut {
    fn get(&self, kind: ChannelKind) -> Option<Arc<dyn Channel>> {
        match kind {
            ChannelKind::Email => self.email.clone(),
            ChannelKind::Webhook => self.webhook.clone(),
            ChannelKind::Letter => self.letter.clone(),
            ChannelKind::InPerson => Some(self.in_person.clone()),
            ChannelKind::Telephone => Some(self.telephone.clone()),
        }
    }

    fn printer(&self) -> Option<Arc<dyn LetterPrinter>> {
        self.printer.clone()
    }

    fn webhook_secret(&self) -> Option<Restricted<String>> {
        self.webhook_secret.clone()
    }
}

fn webhook(allow_loopback: bool) -> Result<Arc<dyn Channel>, AppError> {
    let settings = WebhookConfig { allow_loopback, ..WebhookConfig::default() };
    let made = Webhook::new(&settings).map_err(|cause| AppError::invalid("webhook", cause.to_string()))?;
    Ok(Arc::new(made))
}

fn email(smtp: &SmtpSettings, config: &Config, data: &Path) -> Result<Arc<dyn Channel>, AppError> {
    let tls = match smtp.security {
        Security::Tls => TlsMode::Implicit,
        Security::Starttls => TlsMode::StartTls,
        Security::None => TlsMode::None,
    };
    let from = Sender { mailbox: smtp.from.clone(), name: config.name.clone() };
    let mut settings = SmtpConfig::new(smtp.host.clone(), smtp.port, tls, from);
    settings.dkim = crate::keys::dkim(config, data)?;
    settings.credentials = match (&smtp.user, &smtp.password_file) {
        (Some(user), Some(file)) => {
            let password = Restricted::new(files::read(&data.join(file))?.trim().to_owned());
            Some(Credentials { user: user.clone(), password })
        }
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            return Err(AppError::invalid("smtp", "`user` and `password_file` go together: give both or neither"));
        }
    };
    let made = Smtp::new(settings).map_err(|cause| AppError::invalid("smtp", cause.to_string()))?;
    Ok(Arc::new(made))
}

#[cfg(feature = "pdf")]
fn printer_of(printer: Printer, config: &Config, data: &Path) -> Result<Option<Arc<dyn LetterPrinter>>, AppError> {
    let own = config.templates.as_ref().map(|dir| letters::Templates::from_dir(&data.join(dir))).transpose();
    let templates = own.map_err(|cause| AppError::invalid("templates", cause.to_string()))?.unwrap_or_default();
    Ok(match printer {
        Printer::Worker(program) => {
            Some(Arc::new(Pdf(letters::WorkerPrinter { templates, ..letters::WorkerPrinter::new(program) })))
        }
        Printer::Here => Some(Arc::new(Pdf(letters::InProcess { templates }))),
        Printer::None => None,
    })
}

#[cfg(not(feature = "pdf"))]
fn printer_of(_: Printer, config: &Config, _: &Path) -> Result<Option<Arc<dyn LetterPrinter>>, AppError> {
    match config.templates {
        Some(_) => Err(AppError::invalid("templates", "this program was built without PDF and prints nothing")),
        None => Ok(None),
    }
}

/// Lets a printer of `letters` stand where `channels` wants one: the two do not know each other.
#[cfg(feature = "pdf")]
struct Pdf<P>(P);

#[cfg(feature = "pdf")]
impl<P: letters::Printer> LetterPrinter for Pdf<P> {
    fn print(&self, letter: &LetterContent) -> Result<Vec<u8>, PrintError> {
        let job = letters::Job::Letter(Box::new(letter.clone()));
        self.0.print(&job).map_err(|cause| PrintError { why: cause.to_string() })
    }

    fn templates(&self) -> String {
        self.0.templates().digest()
    }
}
