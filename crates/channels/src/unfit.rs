//! Characters that must not travel. Drafting keeps them out of approved text already; a channel looks again,
//! because names and addresses come from the register and not from a draft.

/// The first character of a one-line field that could end a header, hide text or turn it round. Joiners and
/// left/right marks stay: names in Persian, Hindi or Arabic need them.
pub(crate) fn in_line(text: &str) -> Option<char> {
    text.chars().find(|c| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    })
}

/// The first character of a text of several lines that is not text: controls other than line ends and tabs.
pub(crate) fn in_text(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// A carrier's own words, made safe to keep and show: one line, at most 500 characters.
pub(crate) fn evidence(words: &str) -> String {
    let cut: String =
        words.chars().take(500).map(|c| if in_line(c.encode_utf8(&mut [0; 4])).is_some() { ' ' } else { c }).collect();
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}
