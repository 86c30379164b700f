//! `desk.toml` in the data directory: what differs from desk to desk.

use std::path::{Path, PathBuf};

use domain::register::PartyId;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The name of the configuration file in the data directory.
pub const FILE: &str = "desk.toml";

/// A desk's configuration. Unknown keys are refused, so that a typing error is not a silent default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The desk's name on letters and pages.
    pub name: String,
    /// Where a recipient calls or writes to check or answer.
    pub contact: String,
    /// Where the desk sits, for the date line.
    pub place: String,
    /// Name of the record's log and key: a host name and path, never a real address that must resolve.
    pub origin: String,
    /// Where recipients reach the acknowledgement and verification pages.
    pub public_url: String,
    /// The policy pack new threats are determined under.
    #[serde(default = "default_policy")]
    pub policy: String,
    /// Which party of the register this desk is; relations such as "has no direct channel to" are judged from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// Sends e-mail when set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Smtp>,
    /// Directory with letter templates of the desk's own, relative to the data directory; ours where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<PathBuf>,
    /// How webhooks may be sent.
    #[serde(default)]
    pub webhook: Webhook,
}

/// Where e-mail is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host name or address of the relay.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls`, or `none` (loopback only).
    pub security: Security,
    /// The sender's address.
    pub from: String,
    /// Name to sign in with, if the relay asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File that holds the password, relative to the data directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The DKIM selector under which the key stands in the DNS; without it mail is not signed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim: Option<String>,
    /// Whether warnings carry an HTML twin of their text.
    #[serde(default)]
    pub html: bool,
}

/// How the way to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS; refused without it.
    Starttls,
    /// None; accepted for loopback only.
    None,
}

/// How webhooks may be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhook {
    /// File that holds the signing secret (`whsec_…`), relative to the data directory; no webhooks without it.
    pub secret_file: Option<PathBuf>,
    /// Allows this machine's own addresses: for demonstrations and tests.
    pub allow_loopback: bool,
}

fn default_policy() -> String {
    "icd-191".to_owned()
}

impl Config {
    /// What `forewarn init` writes, to be edited by hand.
    pub fn example() -> Self {
        Self {
            name: "Warning desk".to_owned(),
            contact: "desk@example.org, +000 000 0000".to_owned(),
            place: "Duty room".to_owned(),
            origin: "desk.example.org/forewarn".to_owned(),
            public_url: "http://127.0.0.1:8460".to_owned(),
            policy: default_policy(),
            party: None,
            smtp: None,
            templates: None,
            webhook: Webhook::default(),
        }
    }

    /// Reads `desk.toml` from a data directory.
    pub fn load(data: &Path) -> Result<Self, AppError> {
        let file = data.join(FILE);
        let text = std::fs::read_to_string(&file).map_err(|cause| {
            let hint = "is this a data directory? `forewarn init --data DIR` makes one";
            AppError::invalid(file.display().to_string(), format!("cannot be read ({cause}); {hint}"))
        })?;
        toml::from_str(&text).map_err(|cause| AppError::invalid(file.display().to_string(), cause.to_string()))
    }

    /// Writes `desk.toml`, never over an existing one.
    pub fn write_new(&self, data: &Path) -> Result<(), AppError> {
        let text = toml::to_string_pretty(self).map_err(AppError::fault)?;
        let head = "# What differs from desk to desk. docs/operating.md explains every line.\n\n";
        crate::files::write_new(&data.join(FILE), format!("{head}{text}").as_bytes(), 0o600)
    }
}
