//! The paragraphs of a text with the marks that stand in it.
//!
//! A paragraph is a run of lines between empty lines. The mark it opens with, after a number or a bullet if there is one,
//! speaks for it; so do marks at the start of its other lines and marks with `//` inside it, and the strictest of them all
//! counts, so that a line break never frees anything. A line that is nothing but a marking speaks for all paragraphs
//! without one of their own.

use super::lattice::{Marking, composed};
use super::notation::{banner, left_in, portion};
use crate::words::Span;

/// One paragraph of a text with its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// The paragraph, mark included, without the empty lines around it.
    pub span: Span,
    /// The words after the mark.
    pub body: Span,
    /// What its own marks say; none when it has none.
    pub mark: Option<Marking>,
}

impl Paragraph {
    /// Whether its own mark lets it into a warning as it stands.
    pub fn cleared(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| !mark.guarded())
    }
}

/// The paragraphs of `text`, in order, with what their marks say.
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            if let Some(first) = start.take() {
                found.push(paragraph(text, first, end));
            }
        } else {
            start.get_or_insert(at + (line.len() - line.trim_start().len()));
            end = at + line.trim_end().len();
        }
        at += line.len();
    }
    if let Some(first) = start {
        found.push(paragraph(text, first, end));
    }
    found
}

/// What the lines that are nothing but a marking say of the whole text.
pub fn document_mark(text: &str) -> Marking {
    let alone = |span: Span| span.of(text).is_some_and(|words| !words.contains('\n'));
    let bare = text.lines().filter(|line| !line.trim_start().starts_with(['(', '['])).filter_map(banner);
    // In brackets it is the mark of the words that follow, unless none do.
    let bracketed = paragraphs(text).into_iter().filter(|paragraph| alone(paragraph.span));
    let bracketed = bracketed.filter(|paragraph| paragraph.body.start == paragraph.body.end);
    composed(&bare.chain(bracketed.filter_map(|paragraph| paragraph.mark)).collect::<Vec<_>>())
}

fn paragraph(text: &str, start: usize, end: usize) -> Paragraph {
    let words = &text[start..end];
    let opening = opening(words);
    let body = opening.as_ref().map_or(0, |(_, length)| *length);
    let of_lines = words.lines().skip(1).filter_map(|line| self::opening(line.trim_start()).map(|(mark, _)| mark));
    let inside = left_in(words).map(|(_, mark)| mark);
    let marks: Vec<Marking> = opening.map(|(mark, _)| mark).into_iter().chain(of_lines).chain(inside).collect();
    let mark = (!marks.is_empty()).then(|| composed(&marks));
    Paragraph { span: Span::new(start, end), body: Span::new(start + body, end), mark }
}

/// The mark that words open with, and how many bytes lie before the words it speaks for.
fn opening(words: &str) -> Option<(Marking, usize)> {
    let numbered = words.len() - past_number(words).len();
    let rest = &words[numbered..];
    let close = match rest.chars().next()? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let (inner, after) = rest[1..].split_once(close)?;
    let mark = portion(inner)?;
    Some((mark, words.len() - after.trim_start().len()))
}

/// What follows a list's number, letter or bullet.
fn past_number(words: &str) -> &str {
    let Some((first, rest)) = words.split_once([' ', '\t']) else { return words };
    let bullet = matches!(first, "-" | "*" | "\u{2022}" | "\u{2013}");
    let number = first.strip_suffix(['.', ')']).is_some_and(|number| {
        (1..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    });
    if bullet || number { rest.trim_start() } else { words }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let said = |paragraph: &Paragraph| paragraph.mark.as_ref().map(ToString::to_string).unwrap_or_default();
        let found: Vec<_> = paragraphs(text).iter().map(|p| (said(p), p.body.of(text).unwrap())).collect();
        let found: Vec<_> = found.iter().map(|(mark, body)| (mark.as_str(), *body)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn marks_are_read() {
        check(
            "(U) A threat.\n\n(S//NF) A cook said so.",
            &[("UNCLASSIFIED", "A threat."), ("SECRET//NOFORN", "A cook said so.")],
        );
        check("(TLP:GREEN) One\ntwo\n \n[TLP:RED] three", &[("TLP:GREEN", "One\ntwo"), ("TLP:RED", "three")]);
        check("1. (S//NF) x\n\n- (U) y", &[("SECRET//NOFORN", "x"), ("UNCLASSIFIED", "y")]);
        check("(Reuters) Police said", &[("", "(Reuters) Police said")]);
        check("(u) no mark", &[("", "(u) no mark")]);
        check("", &[]);
        check("()\n\n(\n\n(U)", &[("", "()"), ("", "("), ("UNCLASSIFIED", "")]);
    }

    #[test]
    fn a_line_break_frees_nothing() {
        check("(U) One.\n(S) Two.", &[("SECRET", "One.\n(S) Two.")]);
        check("(S) The words of the\n(U) annex.", &[("SECRET", "The words of the\n(U) annex.")]);
        check("(U) Title (S//NF)", &[("SECRET//NOFORN", "Title (S//NF)")]);
        check("Told at the gate [TLP:RED] by him.", &[("TLP:RED", "Told at the gate [TLP:RED] by him.")]);
    }

    #[test]
    fn the_banner_of_a_document() {
        for (text, expected) in [
            ("SECRET//NOFORN\n\nA threat.\n\nSECRET//NOFORN\n", "SECRET//NOFORN"),
            ("TLP:AMBER\nA threat.\n\nTLP:RED", "TLP:RED"),
            ("(TLP:AMBER)\n\nA threat.", "TLP:AMBER"),
            ("(TLP:AMBER)\nA threat.", "no marking"),
            ("(S) A threat.", "no marking"),
            ("A threat.", "no marking"),
        ] {
            assert_eq!(document_mark(text).to_string(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_in_one_paragraph(text in "[\\PC\n()]{0,200}") {
            let spans = paragraphs(&text);
            let _ = document_mark(&text);
            for pair in spans.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
            let kept: usize = spans.iter().map(|p| p.span.of(&text).unwrap().split_whitespace().count()).sum();
            prop_assert_eq!(kept, text.split_whitespace().count());
        }
    }
}
