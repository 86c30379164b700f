//! DKIM (RFC 6376) with Ed25519 (RFC 8463): the desk's domain answers for a mail, so that one made up in its name, or
//! changed on the way, can be told from it (attack A21).
//!
//! `relaxed/relaxed`: white space that servers rearrange does not break it. From, To, Subject and their like are named
//! once more than they occur, so that none can be added either.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::trust::{ConfigError, field, key_bytes};

/// The headers signed, where they are there. Each is named once more than it occurs.
const SIGNED: [&str; 10] = [
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-language",
];

/// What a domain signs its mail with.
#[derive(Clone)]
pub struct Dkim {
    domain: String,
    selector: String,
    key: SigningKey,
}

impl fmt::Debug for Dkim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Dkim({} for {})", self.selector, self.domain)
    }
}

impl Dkim {
    /// Signs for `domain` with the key that stands in its DNS under `selector`. `seed` is the key: 32 bytes in base64.
    pub fn new(domain: &str, selector: &str, seed: &str) -> Result<Self, ConfigError> {
        let label = |text: &str| {
            !text.is_empty() && text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !selector.split('.').all(label) {
            return Err(field("dkim", "the selector is letters, digits, dots and hyphens, such as `forewarn`"));
        }
        let seed = key_bytes(seed).ok_or_else(|| field("dkim", "the key is not 32 bytes in base64"))?;
        let key = SigningKey::from_bytes(&seed);
        Ok(Self { domain: domain.to_owned(), selector: selector.to_owned(), key })
    }

    /// Where in the DNS the public key belongs, and what stands there.
    pub fn dns(&self) -> (String, String) {
        let public = STANDARD.encode(self.key.verifying_key().as_bytes());
        (format!("{}._domainkey.{}", self.selector, self.domain), format!("v=DKIM1; k=ed25519; p={public}"))
    }

    /// The message with its signature as the first header.
    pub fn sign(&self, message: &[u8], at: Timestamp) -> Vec<u8> {
        let text = String::from_utf8_lossy(message);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let headers = unfolded(head);
        let mut named = Vec::new();
        let mut signed = String::new();
        for name in SIGNED {
            // The last one first, as RFC 6376 section 5.4.2 counts them.
            for (known, value) in headers.iter().rev().filter(|(known, _)| known == name) {
                named.push(name);
                signed.push_str(&format!("{known}:{value}\r\n"));
            }
            named.push(name);
        }
        let body_hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let own = format!(
            "v=1; a=ed25519-sha256; c=relaxed/relaxed; d={}; s={}; t={}; h={}; bh={body_hash}; b=",
            self.domain,
            self.selector,
            at.as_second(),
            named.join(":"),
        );
        signed.push_str(&format!("dkim-signature:{own}"));
        let signature = STANDARD.encode(self.key.sign(&Sha256::digest(signed)).to_bytes());
        // Folded between tags, where relaxed canonicalisation reads one space.
        let folded = own.replace("; ", ";\r\n ");
        let mut out = format!("DKIM-Signature: {folded}{signature}\r\n").into_bytes();
        out.extend_from_slice(message);
        out
    }
}

/// Headers in lower case, unfolded, with white space as single spaces.
fn unfolded(head: &str) -> Vec<(String, String)> {
    let whole = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")))
    };
    whole.split("\r\n").filter_map(header).collect()
}

/// Lines without white space at their ends and with single spaces inside, no empty lines at the end.
fn relaxed_body(body: &str) -> String {
    let line = |line: &str| {
        let mut out = String::with_capacity(line.len());
        for character in line.chars() {
            match character {
                ' ' | '\t' if out.ends_with(' ') => {}
                ' ' | '\t' => out.push(' '),
                other => out.push(other),
            }
        }
        out.trim_end_matches(' ').to_owned()
    };
    let mut lines: Vec<String> = body.split("\r\n").map(line).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if lines.is_empty() { String::new() } else { lines.join("\r\n") + "\r\n" }
}
