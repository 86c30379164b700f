//! A detached signature (RFC 7515, appendix F) over what machines read, by the desk's own key: whoever has the public key
//! can tell a CAP message or the facts as JSON that this desk approved from one that somebody made up or changed (A21).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::trust::key_bytes;

/// The desk's key for signatures of its own.
pub struct JwsKey(SigningKey);

/// Why something does not count as signed by the desk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// Not a key.
    #[error("this is no public key of a desk: 32 bytes in base64")]
    Key,
    /// Not a detached signature of the kind a desk makes.
    #[error("this is no detached signature of a desk (RFC 7515 with EdDSA: two parts with two full stops between)")]
    Form,
    /// Anything was changed, or somebody else signed.
    #[error("not genuine: the signature is not this key's over these bytes")]
    Forged,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    cty: String,
}

impl JwsKey {
    /// The key with this seed: 32 bytes in base64.
    pub fn parse(seed: &str) -> Result<Self, NotSigned> {
        key_bytes(seed).map(|seed| Self(SigningKey::from_bytes(&seed))).ok_or(NotSigned::Key)
    }

    /// The public key, for those who verify.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// The signature over these bytes of this media type.
    pub fn sign(&self, media_type: &str, bytes: &[u8]) -> String {
        let header = Header { alg: "EdDSA".to_owned(), cty: media_type.to_owned() };
        let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).unwrap_or_default());
        let signature = self.0.sign(signed(&header, bytes).as_bytes());
        format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

fn signed(header: &str, bytes: &[u8]) -> String {
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether the holder of this public key signed exactly these bytes.
pub fn verify(public: &str, bytes: &[u8], signature: &str) -> Result<(), NotSigned> {
    let key = key_bytes(public).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()).ok_or(NotSigned::Key)?;
    let (header, mark) = signature.trim().split_once("..").ok_or(NotSigned::Form)?;
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| NotSigned::Form);
    // Only what a desk writes: another algorithm, or a header that asks for more, is not understood and so not trusted.
    let read: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| NotSigned::Form)?;
    if read.alg != "EdDSA" {
        return Err(NotSigned::Form);
    }
    let mark = Signature::from_slice(&decoded(mark)?).map_err(|_| NotSigned::Form)?;
    key.verify_strict(signed(header, bytes).as_bytes(), &mark).map_err(|_| NotSigned::Forged)
}
