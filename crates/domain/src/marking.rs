//! Portion marks: which paragraphs of a report are cleared and which are protected.
//!
//! A paragraph is a run of lines between empty lines. One that opens with `(U)`, `(TLP:CLEAR)` or `(TLP:GREEN)` is
//! cleared; one that opens with another portion mark, such as `(S//NF)` or `(TLP:RED)`, is protected; one without a
//! mark follows the report's handling. TLP 2.0 (FIRST, 2022); portion marks after the CAPCO style.

use serde::{Deserialize, Serialize};

use crate::words::Span;

/// What is said about one paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portion {
    /// May be used in a warning as it stands.
    Cleared,
    /// Reveals a source or method, or is held back for another reason.
    Protected,
    /// Carries no mark of its own.
    Unmarked,
}

/// One paragraph of a text with its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paragraph {
    /// The paragraph, mark included, without the empty lines around it.
    pub span: Span,
    /// The words after the mark.
    pub body: Span,
    /// What the mark says.
    pub portion: Portion,
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

fn paragraph(text: &str, start: usize, end: usize) -> Paragraph {
    let words = &text[start..end];
    let mark = words.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(mark, _)| mark);
    let portion = mark.and_then(portion_of);
    let body = match (portion, mark) {
        (Some(_), Some(mark)) => {
            let after = start + mark.len() + 2;
            after + (text[after..end].len() - text[after..end].trim_start().len())
        }
        _ => start,
    };
    Paragraph { span: Span::new(start, end), body: Span::new(body, end), portion: portion.unwrap_or(Portion::Unmarked) }
}

/// What a mark (the words between the brackets) says; `None` when it is no portion mark.
fn portion_of(mark: &str) -> Option<Portion> {
    let mark = mark.trim();
    let level = mark.split("//").next().unwrap_or(mark).trim();
    match level {
        "U" | "TLP:CLEAR" | "TLP:GREEN" if !mark.contains("//") => Some(Portion::Cleared),
        "U" | "TLP:CLEAR" | "TLP:GREEN" | "TLP:AMBER" | "TLP:AMBER+STRICT" | "TLP:RED" | "C" | "S" | "TS" | "CUI"
        | "O" | "OS" | "PROTECTED" => Some(Portion::Protected),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(Portion, &str)]) {
        let found: Vec<_> = paragraphs(text).iter().map(|p| (p.portion, p.body.of(text).unwrap())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn marks_are_read() {
        check(
            "(U) A threat.\n\n(S//NF) A cook said so.",
            &[(Portion::Cleared, "A threat."), (Portion::Protected, "A cook said so.")],
        );
        check(
            "(TLP:GREEN) One\ntwo\n \n(TLP:RED) three",
            &[(Portion::Cleared, "One\ntwo"), (Portion::Protected, "three")],
        );
        check("(U//FOUO) x", &[(Portion::Protected, "x")]);
        check("(Reuters) Police said", &[(Portion::Unmarked, "(Reuters) Police said")]);
        check("", &[]);
    }

    proptest! {
        #[test]
        fn every_word_is_in_one_paragraph(text in "[\\PC\n()]{0,200}") {
            let spans = paragraphs(&text);
            for pair in spans.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
            let kept: usize = spans.iter().map(|p| p.span.of(&text).unwrap().split_whitespace().count()).sum();
            prop_assert_eq!(kept, text.split_whitespace().count());
        }
    }
}
