//! Sealing: bodies are encrypted under a key of their stream, so that erasing the key erases the content.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};

/// Keeps this format's sealed bodies apart from anything else sealed under the same key.
const SEALED: &[u8] = b"forewarn-record/1 sealed\n";

/// A sealed body could not be opened: wrong key, another entry's body, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed body does not open: it was changed, or moved from another entry, or this is not its key")]
pub struct UnsealError;

/// The data that ties a sealed body to its entry; hand it to [`seal`] and [`unseal`].
pub fn sealed_as(stream: &str, seq: u64) -> Vec<u8> {
    [SEALED, &seq.to_be_bytes(), stream.as_bytes()].concat()
}

/// Encrypts a body with XChaCha20-Poly1305. The nonce must be random and new each time. The answer is the ciphertext
/// and its 16-byte tag; the nonce has to be stored beside it.
pub fn seal(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], body: &[u8]) -> Vec<u8> {
    XChaCha20Poly1305::new(key.into())
        .encrypt(nonce.into(), Payload { msg: body, aad })
        .expect("a body in memory is below the cipher's bound of 256 GiB")
}

/// Decrypts a body that [`seal`] made with the same key, nonce and `aad`.
///
/// # Errors
/// [`UnsealError`] when any of them, or the sealed bytes, differ.
pub fn unseal(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, UnsealError> {
    XChaCha20Poly1305::new(key.into()).decrypt(nonce.into(), Payload { msg: sealed, aad }).map_err(|_| UnsealError)
}
