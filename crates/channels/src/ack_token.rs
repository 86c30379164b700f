//! One-time links by which a recipient acknowledges (attack A20).
//!
//! The bits come from outside; the link carries them; the desk keeps only a digest, so that whoever reads the store
//! cannot acknowledge in somebody's name. Whether a token was used, and that a GET never uses it, is the server's.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Fewest bytes of randomness in a token: 128 bits cannot be guessed.
pub const FEWEST: usize = 16;
/// Most bytes of randomness in a token.
pub const MOST: usize = 32;

const PURPOSE: &[u8] = b"forewarn acknowledgement token v1\0";

/// The secret in a link. It has no `Display` and its `Debug` shows nothing.
#[derive(Clone)]
pub struct Token(Vec<u8>);

/// Why a text or bytes are not a token. It does not repeat them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Too few or too many bits.
    #[error("a token has {FEWEST} to {MOST} bytes; this has {0}")]
    Length(usize),
    /// Not written as this desk writes tokens.
    #[error("this is not an acknowledgement link of this desk: check that it was copied whole")]
    NotAToken,
}

impl Token {
    /// A token of these random bits: 16 to 32 bytes.
    pub fn from_bits(bits: &[u8]) -> Result<Self, TokenError> {
        if (FEWEST..=MOST).contains(&bits.len()) {
            Ok(Self(bits.to_vec()))
        } else {
            Err(TokenError::Length(bits.len()))
        }
    }

    /// Reads a token as it stands in a link. One token has one spelling: anything else is refused.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        // 43 characters carry 32 bytes; longer input is not decoded at all.
        if text.len() > 43 {
            return Err(TokenError::NotAToken);
        }
        let bits = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::NotAToken)?;
        Self::from_bits(&bits).map_err(|_| TokenError::NotAToken)
    }

    /// Reads the token out of a whole link: the last part of its path, without query and fragment.
    pub fn from_url(url: &str) -> Result<Self, TokenError> {
        let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        Self::parse(path.rsplit('/').next().unwrap_or_default())
    }

    /// The link below `base`, such as `https://desk.example/ack`.
    pub fn link(&self, base: &str) -> String {
        format!("{}/{}", base.trim_end_matches('/'), URL_SAFE_NO_PAD.encode(&self.0))
    }

    /// What the desk keeps.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::new().chain_update(PURPOSE).chain_update(&self.0).finalize().into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(…)")
    }
}

/// What the desk keeps of a token. Equality takes the same time whatever differs.
#[derive(Clone, Copy, Eq)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Whether `token` is the one this was made from.
    pub fn matches(&self, token: &Token) -> bool {
        *self == token.digest()
    }

    /// Reads the 64 hexadecimal digits that `Display` writes.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return Err(TokenError::NotAToken);
        }
        let mut digest = [0; 32];
        for (slot, pair) in digest.iter_mut().zip(bytes.chunks_exact(2)) {
            *slot = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(digest))
    }
}

fn nibble(digit: u8) -> Result<u8, TokenError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(TokenError::NotAToken),
    }
}

impl PartialEq for TokenDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for TokenDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TokenDigest({self})")
    }
}

impl Serialize for TokenDigest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TokenDigest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}
