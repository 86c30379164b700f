//! Which characters may stand where.
//!
//! The rule: a line that becomes a header (subject, names, references) holds no control character at all, no line or
//! paragraph separator and no bidirectional control; a text of several lines holds line feed and tab besides, and a
//! carriage return only before a line feed (browsers send that; it is rendered as a line feed). Everything else is
//! refused with its place, never silently dropped: what was approved is what leaves.

/// The first character of `text` that a single line must not hold, with its byte.
pub(crate) fn unfit_for_line(text: &str) -> Option<(usize, char)> {
    text.char_indices()
        .find(|(_, character)| character.is_control() || is_separator(*character) || is_bidi_control(*character))
}

/// The first character of `text` that a text of several lines must not hold, with its byte.
pub(crate) fn unfit_for_text(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    text.char_indices().find(|(at, character)| match character {
        '\n' | '\t' => false,
        '\r' => bytes.get(at + 1) != Some(&b'\n'),
        other => other.is_control() || is_noncharacter(*other),
    })
}

/// `text` with every line end as one line feed.
pub(crate) fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Marks that reorder what a reader sees.
pub(crate) const fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

const fn is_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// XML 1.0 cannot carry these two.
const fn is_noncharacter(character: char) -> bool {
    matches!(character, '\u{FFFE}' | '\u{FFFF}')
}
