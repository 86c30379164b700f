//! Signing keys and the signed note (C2SP signed-note): a text, a blank line, and one line for each signature.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use crate::Hash;

/// The C2SP signature type of Ed25519.
const ED25519: u8 = 1;
/// What a signing key's text begins with, so that nobody takes it for a public key.
const PRIVATE: &str = "PRIVATE+KEY+";
/// Longer notes are not read.
const MAX_NOTE_BYTES: usize = 64 * 1024;
/// Notes with more signatures are not read.
const MAX_SIGNATURES: usize = 16;
/// A key id, four bytes, and an Ed25519 signature.
const SIGNATURE_BYTES: usize = 4 + 64;

/// Why something is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The name is empty or has a space, a plus or a control character.
    #[error("a key's name must not be empty and must have no space, `+` or control character")]
    Name,
    /// It is not `name+id+base64`.
    #[error("not a {0}: expected `{1}`")]
    Form(&'static str, &'static str),
    /// The key's type is not Ed25519, or it is no point of its curve.
    #[error("not an Ed25519 key")]
    NotEd25519,
    /// The id in the text is not the one of name and key: the text was damaged or put together from two.
    #[error("the key's id does not fit its name and key: the text was damaged or put together from two keys")]
    Id,
}

/// Why a signed note, or the checkpoint in it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// It is not a signed note.
    #[error("not a signed note: {0}")]
    Form(&'static str),
    /// It has no signature by the key it was checked with.
    #[error("not signed by `{0}`: is this the right key?")]
    NotSigned(String),
    /// It has a signature that names the key, but the key did not make it for this text.
    #[error("the signature of `{0}` does not fit the text: one of the two was changed")]
    BadSignature(String),
    /// It is signed, but its text is not a checkpoint.
    #[error("not a checkpoint: {0}")]
    NotACheckpoint(&'static str),
    /// It is the checkpoint of another record.
    #[error("a checkpoint of `{found}`, not of `{expected}`")]
    OtherOrigin {
        /// The record that was asked for.
        expected: String,
        /// The record it speaks of.
        found: String,
    },
}

fn name_is_valid(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control())
}

/// The first four bytes of SHA-256(name, newline, type, public key).
fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let hash = Hash::of(&[name.as_bytes(), b"\n", &[ED25519], public]);
    let [a, b, c, d, ..] = *hash.as_bytes();
    [a, b, c, d]
}

fn hex(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

/// Splits `name+id+base64(type, key)` and checks all but the id.
fn parts<'a>(text: &'a str, form: &KeyError) -> Result<(&'a str, &'a str, Zeroizing<[u8; 32]>), KeyError> {
    let (name, rest) = text.split_once('+').ok_or_else(|| form.clone())?;
    let (id, key) = rest.split_once('+').ok_or_else(|| form.clone())?;
    let key = Zeroizing::new(STANDARD.decode(key).map_err(|_| form.clone())?);
    if !name_is_valid(name) {
        return Err(KeyError::Name);
    }
    let (kind, key) = key.split_first().ok_or_else(|| form.clone())?;
    if *kind != ED25519 {
        return Err(KeyError::NotEd25519);
    }
    let key: [u8; 32] = key.try_into().map_err(|_| form.clone())?;
    Ok((name, id, Zeroizing::new(key)))
}

/// The key that signs checkpoints. Its memory is wiped when it is dropped, and `Debug` does not show it.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// A key made from a name, which is also the origin of the record it signs, and 32 random bytes.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        let seed = Zeroizing::new(seed);
        if !name_is_valid(name) {
            return Err(KeyError::Name);
        }
        Ok(Self { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(&seed) })
    }

    /// The key's name: the origin of the record it signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half.
    pub fn verify_key(&self) -> VerifyKey {
        VerifyKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The secret text `PRIVATE+KEY+name+id+base64`, to be kept in a file that nobody else can read.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([ED25519; 33]);
        let seed = Zeroizing::new(self.key.to_bytes());
        bytes[1..].copy_from_slice(seed.as_slice());
        let key = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        Zeroizing::new(format!("{PRIVATE}{}+{}+{}", self.name, hex(self.verify_key().id()), key.as_str()))
    }

    /// Signs a text that ends with a newline: the whole note.
    pub(crate) fn sign(&self, text: &str) -> String {
        let mut signature = self.verify_key().id().to_vec();
        signature.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(signature))
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form("signing key", "PRIVATE+KEY+name+id+base64");
        let rest = text.trim_ascii_end().strip_prefix(PRIVATE).ok_or_else(|| form.clone())?;
        let (name, id, seed) = parts(rest, &form)?;
        let key = Self::from_seed(name, *seed)?;
        if id == hex(key.verify_key().id()) { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SigningKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The public key that checkpoints are checked with. As text it is `name+id+base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyKey {
    /// The key's name: the origin of the record it signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Four bytes that tell keys of one name apart.
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, self.key.as_bytes())
    }
}

impl FromStr for VerifyKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form("public key", "name+id+base64");
        let (name, id, key) = parts(text.trim_ascii_end(), &form)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| KeyError::NotEd25519)?;
        let key = Self { name: name.to_owned(), key };
        if id == hex(key.id()) { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl fmt::Display for VerifyKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(out, "{}+{}+{}", self.name, hex(self.id()), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifyKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "VerifyKey({self})")
    }
}

/// A signature line: who signed, with which key, and the signature.
struct Signature<'a> {
    name: &'a str,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// A signed note taken apart; nothing is checked yet.
pub(crate) struct Note<'a> {
    /// The text, with its last newline.
    pub(crate) text: &'a str,
    signatures: Vec<Signature<'a>>,
}

impl<'a> Note<'a> {
    /// Takes a note apart.
    pub(crate) fn parse(note: &'a str) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Form("it is too long"));
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Form("it has a control character"));
        }
        let blank = note.rfind("\n\n").ok_or(NoteError::Form("it has no blank line before its signatures"))?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form("its last line does not end"))?;
        let signatures = lines.split('\n').take(MAX_SIGNATURES + 1).map(signature).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::Form("it has too many signatures"));
        }
        Ok(Self { text, signatures })
    }

    /// Whether the key signed this text. Signatures by others are left alone, as C2SP asks.
    pub(crate) fn check(&self, key: &VerifyKey) -> Result<(), NoteError> {
        let id = key.id();
        let by_key = |signature: &&Signature<'_>| signature.name == key.name && signature.id == id;
        let mut signatures = self.signatures.iter().filter(by_key).peekable();
        if signatures.peek().is_none() {
            return Err(NoteError::NotSigned(key.to_string()));
        }
        for signature in signatures {
            // The strict check refuses the few encodings and keys for which two verifiers could disagree.
            let bytes = signature.bytes.as_slice().try_into().ok();
            let bytes: Option<[u8; 64]> = bytes;
            let good = bytes.is_some_and(|bytes| {
                let signature = ed25519_dalek::Signature::from_bytes(&bytes);
                key.key.verify_strict(self.text.as_bytes(), &signature).is_ok()
            });
            if !good {
                return Err(NoteError::BadSignature(key.to_string()));
            }
        }
        Ok(())
    }

    /// Whether the note bears exactly one signature, by a key of this name and of the right length.
    pub(crate) fn is_signed_once_as(&self, name: &str) -> bool {
        matches!(self.signatures.as_slice(), [one] if one.name == name && one.bytes.len() + 4 == SIGNATURE_BYTES)
    }
}

fn signature(line: &str) -> Result<Signature<'_>, NoteError> {
    let malformed = NoteError::Form("a signature line is not `— name base64`");
    let rest = line.strip_prefix("\u{2014} ").ok_or_else(|| malformed.clone())?;
    let (name, bytes) = rest.split_once(' ').ok_or_else(|| malformed.clone())?;
    let bytes = STANDARD.decode(bytes).map_err(|_| malformed.clone())?;
    let (id, bytes) = bytes.split_first_chunk::<4>().ok_or_else(|| malformed.clone())?;
    if !name_is_valid(name) || bytes.is_empty() {
        return Err(malformed);
    }
    Ok(Signature { name, id: *id, bytes: bytes.to_vec() })
}
