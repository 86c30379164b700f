//! How somebody is woken.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::words::ChannelKind;

/// Most ways of one person: more are called so late that they help nobody.
const MOST: usize = 5;
/// Longest address, in bytes.
const LONGEST: usize = 400;

/// One way to wake somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WakeAddress {
    /// E-mail, a webhook (a pager's or a chat's machine), or a telephone that a colleague rings.
    #[serde(rename = "channel")]
    pub kind: ChannelKind,
    /// Mailbox, URL or number.
    pub address: String,
}

/// A way with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakePath {
    /// The way.
    #[serde(flatten)]
    pub to: WakeAddress,
    /// When its person last said that a test woke them.
    pub verified_at: Option<Timestamp>,
}

impl fmt::Display for WakeAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.kind, self.address)
    }
}

/// Refuses a list of ways that could not be used.
pub fn check_paths(paths: &[WakeAddress]) -> Result<(), Refusal> {
    let bad = |problem: String| Err(Refusal::BadField { field: "paths".to_owned(), problem });
    if paths.len() > MOST {
        return bad(format!("{} long; {MOST} ways at most", paths.len()));
    }
    for (at, path) in paths.iter().enumerate() {
        if !matches!(path.kind, ChannelKind::Email | ChannelKind::Webhook | ChannelKind::Telephone) {
            return bad(format!("{}, which wakes nobody: give email, webhook or telephone", path.kind));
        }
        let fits = !path.address.trim().is_empty()
            && path.address.len() <= LONGEST
            && path.address.trim() == path.address
            && !path.address.chars().any(char::is_control);
        let right = match path.kind {
            ChannelKind::Email => path.address.contains('@'),
            ChannelKind::Webhook => path.address.contains("://"),
            ChannelKind::Telephone | ChannelKind::Letter | ChannelKind::InPerson => true,
        };
        if !fits || !right {
            return bad(format!("not usable: the {} of way {} is empty, too long or not one", path.kind, at + 1));
        }
        if paths.iter().take(at).any(|known| known == path) {
            return bad(format!("a list with way {} twice", at + 1));
        }
    }
    Ok(())
}
