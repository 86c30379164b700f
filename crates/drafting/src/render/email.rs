//! An e-mail message for looking at or for a person's own mail program. The channel that sends adds the envelope.
//!
//! It carries no sender's host, program or time zone: only subject, date, language and text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::frozen::Frozen;
use crate::letter::LetterContent;

/// RFC 5322 allows 998 bytes in a line.
const LINE_LIMIT: usize = 900;
/// 45 bytes are 60 base64 characters, which fits an encoded word with its frame (RFC 2047 allows 75).
const WORD_BYTES: usize = 45;

/// The message, with CRLF line ends.
pub(crate) fn message(frozen: &Frozen, letter: &LetterContent, body: &str) -> String {
    let plain = body.is_ascii() && body.lines().all(|line| line.len() <= LINE_LIMIT);
    let (encoding, body) = if plain {
        ("7bit", body.replace('\n', "\r\n"))
    } else {
        ("base64", wrapped(&STANDARD.encode(body.replace('\n', "\r\n"))))
    };
    let date = frozen.sent_at.strftime("%a, %d %b %Y %H:%M:%S +0000");
    format!(
        "Subject: {}\r\nDate: {date}\r\nMIME-Version: 1.0\r\nContent-Language: {}\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}",
        header(&letter.subject),
        letter.language,
    )
}

/// A header value: as it stands, folded, when it is ASCII; as encoded words otherwise.
fn header(value: &str) -> String {
    if value.is_ascii() && value.len() <= LINE_LIMIT {
        return value.to_owned();
    }
    let mut words = vec![String::new()];
    for character in value.chars() {
        match words.last_mut() {
            Some(word) if word.len() + character.len_utf8() <= WORD_BYTES => word.push(character),
            _ => words.push(character.to_string()),
        }
    }
    words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join("\r\n ")
}

fn wrapped(base64: &str) -> String {
    let lines: Vec<_> = base64.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    lines.join("\r\n") + "\r\n"
}
