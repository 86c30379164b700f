//! Base 64 (RFC 4648), for what is sent in JSON.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

/// Any bytes as text.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0_u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
            coded.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    coded
}
