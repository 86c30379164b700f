//! What is text and what is not, which format it is in, and where its paragraphs end.

use crate::document::Format;

/// The most text that is read as one report, in bytes.
pub const LIMIT: usize = 5 * 1024 * 1024;

/// Why a file cannot be read; each says what, where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the report holds no text; send the text itself")]
    Empty,
    /// Some other encoding, or damaged.
    #[error("not UTF-8 at byte {at}; save the report as UTF-8 and send it again")]
    NotUtf8 {
        /// Offset of the first byte that is wrong.
        at: usize,
    },
    /// A picture, an archive, an office document.
    #[error("not text but a binary file (byte {at} is {byte:#04x}); send the text in it as .txt, .html, .eml or .json")]
    Binary {
        /// Offset of the first byte that no text holds.
        at: usize,
        /// That byte.
        byte: u8,
    },
    /// Longer than [`LIMIT`].
    #[error("{bytes} bytes, and a report may have {limit}; send the part that matters, or split it")]
    TooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// An e-mail message that does not hold together.
    #[error("not an e-mail message that can be read: {0}")]
    BadEmail(String),
    /// A JSON report that does not hold together.
    #[error("not a JSON report that can be read: {0}")]
    BadJson(String),
}

/// Refuses what is too large before anything looks at it.
pub(crate) fn check_size(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.len() > LIMIT {
        return Err(Unreadable::TooLarge { bytes: bytes.len(), limit: LIMIT });
    }
    Ok(())
}

/// The text in a file; refuses control characters that no text holds, so that a picture is called a picture.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let binary = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    if let Some(at) = bytes.iter().position(binary) {
        return Err(Unreadable::Binary { at, byte: bytes[at] });
    }
    std::str::from_utf8(bytes).map_err(|error| Unreadable::NotUtf8 { at: error.valid_up_to() })
}

/// The format by extension, else by how the file begins.
pub(crate) fn sniff(name: &str, bytes: &[u8]) -> Format {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("txt" | "text" | "md") => return Format::Text,
        Some("html" | "htm" | "xhtml") => return Format::Html,
        Some("eml") => return Format::Email,
        Some("json") => return Format::Json,
        Some(_) | None => {}
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with("<!doctype html") || head.starts_with("<html") || head.contains("<body") {
        Format::Html
    } else if head.starts_with("{\"") || (head.starts_with('{') && head[1..].trim_start().starts_with('"')) {
        Format::Json
    } else if headers(head) {
        Format::Email
    } else {
        Format::Text
    }
}

/// Whether the first lines are message headers, two of them ones that every message has.
fn headers(head: &str) -> bool {
    let lines = head.lines().take_while(|line| !line.trim().is_empty());
    let known = ["from:", "to:", "date:", "subject:", "received:", "message-id:", "mime-version:", "return-path:"];
    let field =
        |line: &str| line.starts_with([' ', '\t']) || line.split_once(':').is_some_and(|(n, _)| !n.contains(' '));
    let mut hits = 0;
    for line in lines {
        if !field(line) && !line.starts_with("from ") {
            return false;
        }
        hits += usize::from(known.iter().any(|name| line.starts_with(name)));
    }
    hits >= 2
}

/// The text with a leading byte order mark blanked.
pub(crate) fn without_mark(text: &str) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => format!("   {rest}"),
        None => text.to_owned(),
    }
}

/// Lines of a hard-wrapped text joined into paragraphs: the break inside a paragraph becomes a space.
///
/// A text counts as hard-wrapped when no line is longer than 100 characters and most lines that end in mid-sentence, with
/// another right below, are nearly as long as the longest. A shorter line, or one that ends its sentence, is left alone.
pub(crate) fn unwrap_paragraphs(plain: String) -> String {
    let lines: Vec<&str> = plain.split('\n').collect();
    let width = |line: &str| line.trim_end().chars().count();
    let longest = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    if !(50..=100).contains(&longest) {
        return plain;
    }
    let open = |at: usize| {
        let ended = lines[at].trim_end().ends_with(['.', '!', '?', '…', ':', '؟', '۔', '"', '”', '»']);
        let followed = lines.get(at + 1).is_some_and(|next| !next.trim().is_empty());
        followed && !ended && !lines[at].trim().is_empty()
    };
    let full = |at: usize| width(lines[at]) * 4 >= longest * 3;
    let broken: Vec<usize> = (0..lines.len()).filter(|&at| open(at)).collect();
    let long = broken.iter().filter(|&&at| full(at)).count();
    if long < 2 || long * 3 < broken.len() * 2 {
        return plain;
    }
    let mut bytes = plain.clone().into_bytes();
    let mut offset = 0;
    for (at, line) in lines.iter().enumerate() {
        offset += line.len();
        if open(at) && full(at) && !starts_item(lines[at + 1]) {
            bytes[offset] = b' ';
        }
        offset += 1;
    }
    String::from_utf8(bytes).unwrap_or(plain)
}

/// Whether a line begins an item of a list or a quotation, which never continues the line before.
fn starts_item(line: &str) -> bool {
    line.trim_start().starts_with(['-', '*', '•', '>', '–', '—', '·'])
}
