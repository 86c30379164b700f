//! Standard Webhooks signatures: `v1` (HMAC-SHA256) and `v1a` (Ed25519) over `id.timestamp.body`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Header with the message id; the same for every attempt.
pub const ID: &str = "webhook-id";
/// Header with the attempt's time in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// Header with the signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// How far a timestamp may lie from the receiver's clock: five minutes either way (attack A24).
pub const WINDOW_SECONDS: i64 = 300;

/// A key to sign with.
pub struct Key(Kind);

enum Kind {
    Shared(Vec<u8>),
    Pair(Box<SigningKey>),
}

/// A key to check with.
pub struct Verifier(Check);

enum Check {
    Shared(Vec<u8>),
    Public(VerifyingKey),
}

/// Why a key or a signature is not accepted. It repeats neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Not a key that Standard Webhooks knows.
    #[error("the signing secret is not `whsec_` with 24 to 64 bytes or `whsk_` with an Ed25519 key, in base64")]
    Key,
    /// The timestamp is not a number or lies too far from now.
    #[error("the webhook's timestamp lies more than {WINDOW_SECONDS} seconds from now: a replay, or a wrong clock")]
    Timestamp,
    /// No signature fits.
    #[error("no signature fits this message and key")]
    Mismatch,
}

fn shared(text: &str) -> Result<Vec<u8>, SignError> {
    let secret = STANDARD.decode(text).map_err(|_| SignError::Key)?;
    if (24..=64).contains(&secret.len()) { Ok(secret) } else { Err(SignError::Key) }
}

impl Key {
    /// Reads `whsec_…` or `whsk_…` (a seed, or seed and public key together).
    pub fn parse(text: &str) -> Result<Self, SignError> {
        if let Some(rest) = text.strip_prefix("whsec_") {
            return shared(rest).map(|secret| Self(Kind::Shared(secret)));
        }
        let bytes = text.strip_prefix("whsk_").and_then(|rest| STANDARD.decode(rest).ok()).ok_or(SignError::Key)?;
        let pair = match bytes.len() {
            32 => bytes.as_slice().try_into().map(|seed| SigningKey::from_bytes(&seed)).ok(),
            // Checks that the two halves belong together.
            64 => bytes.as_slice().try_into().ok().and_then(|both| SigningKey::from_keypair_bytes(&both).ok()),
            _ => None,
        };
        pair.map(|pair| Self(Kind::Pair(Box::new(pair)))).ok_or(SignError::Key)
    }

    /// The value of [`SIGNATURE`] for a message.
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let content = content(id, &seconds.to_string(), body);
        match &self.0 {
            Kind::Shared(secret) => format!("v1,{}", STANDARD.encode(mac(secret, &content).finalize().into_bytes())),
            Kind::Pair(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(&content).to_bytes())),
        }
    }

    /// What the recipient checks with: the same secret, or the public half.
    pub fn verifier(&self) -> Verifier {
        Verifier(match &self.0 {
            Kind::Shared(secret) => Check::Shared(secret.clone()),
            Kind::Pair(pair) => Check::Public(pair.verifying_key()),
        })
    }
}

impl Verifier {
    /// Reads `whsec_…` or `whpk_…`.
    pub fn parse(text: &str) -> Result<Self, SignError> {
        if let Some(rest) = text.strip_prefix("whsec_") {
            return shared(rest).map(|secret| Self(Check::Shared(secret)));
        }
        let bytes = text.strip_prefix("whpk_").and_then(|rest| STANDARD.decode(rest).ok()).ok_or(SignError::Key)?;
        let bytes = bytes.as_slice().try_into().map_err(|_| SignError::Key)?;
        VerifyingKey::from_bytes(&bytes).map(|key| Self(Check::Public(key))).map_err(|_| SignError::Key)
    }

    /// Whether one of `signatures` is ours for this message, and `timestamp` lies near `now` (both in seconds).
    pub fn verify(&self, id: &str, timestamp: &str, signatures: &str, body: &[u8], now: i64) -> Result<(), SignError> {
        let claimed: i64 = timestamp.parse().map_err(|_| SignError::Timestamp)?;
        if claimed.abs_diff(now) > WINDOW_SECONDS.unsigned_abs() {
            return Err(SignError::Timestamp);
        }
        let content = content(id, timestamp, body);
        // Several signatures stand side by side while a key is changed; a handful is plenty.
        let fits = signatures.split(' ').take(16).any(|signature| self.fits(signature, &content));
        if fits { Ok(()) } else { Err(SignError::Mismatch) }
    }

    fn fits(&self, signature: &str, content: &[u8]) -> bool {
        let Some((version, encoded)) = signature.split_once(',') else { return false };
        let Ok(bytes) = STANDARD.decode(encoded) else { return false };
        match (&self.0, version) {
            (Check::Shared(secret), "v1") => mac(secret, content).verify_slice(&bytes).is_ok(),
            (Check::Public(key), "v1a") => {
                Signature::from_slice(&bytes).is_ok_and(|signature| key.verify_strict(content, &signature).is_ok())
            }
            // A version of the other kind, or one we do not know, proves nothing.
            (Check::Shared(_) | Check::Public(_), _) => false,
        }
    }
}

fn content(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

fn mac(secret: &[u8], content: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(content);
    mac
}
