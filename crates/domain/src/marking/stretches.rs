//! What each stretch of a report carries: what its text says, what people and rules added, and what people released.

use serde::{Deserialize, Serialize};

use super::lattice::{Marking, composed};
use super::paragraphs::{document_mark, paragraphs};
use crate::threat::Signed;
use crate::words::Span;

/// A marking that was put on words of a report after it came, or that took the place of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanMark {
    /// The words.
    pub span: Span,
    /// What was put on them.
    pub marking: Marking,
    /// By what right.
    pub how: MarkedBy,
    /// Who, when and why; of a rule the desk, and the rule's words.
    pub signed: Signed,
}

/// By what right a marking stands on words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum MarkedBy {
    /// A person put it there; it is added to what the words carry.
    Hand,
    /// A rule of a policy pack put it there; it is added likewise.
    Rule {
        /// The pack's id.
        pack: String,
        /// The rule's id in the pack.
        rule: String,
    },
    /// A person released the words: this takes the place of what they carried.
    Release {
        /// Who agreed for the originator; none when a senior officer answered for it.
        agreed: Option<String>,
    },
}

/// A run of a report's text that carries one marking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Where it stands. What lies between paragraphs goes with the one before.
    pub span: Span,
    /// The same without the mark its paragraph opens with, and without the empty lines after it.
    pub body: Span,
    /// What its text says, or the text's banner and whoever brought it in where it says nothing.
    pub written: Marking,
    /// What it carries now.
    pub marking: Marking,
    /// What was put on it since: places in the list of the report's marks.
    pub marks: Vec<usize>,
}

/// The whole of `text` in order, cut wherever what it carries may change. `unmarked` is what paragraphs carry that say
/// nothing themselves; `marks` are taken in the order in which they were put.
pub fn stretches(text: &str, unmarked: &Marking, marks: &[SpanMark]) -> Vec<Stretch> {
    let found = paragraphs(text);
    let document = document_mark(text).join(unmarked);
    let mut cut = Vec::with_capacity(found.len() + 2 * marks.len());
    let mut from = 0;
    for (at, paragraph) in found.iter().enumerate() {
        let to = found.get(at + 1).map_or(text.len(), |next| next.span.start);
        let written = paragraph.mark.as_ref().unwrap_or(&document);
        for (start, end) in pieces(from, to, marks) {
            let body = Span::new(start.max(paragraph.body.start), end.min(paragraph.body.end).max(start));
            cut.push(carried(Span::new(start, end), body, written, marks));
        }
        from = to;
    }
    cut
}

/// The pieces of `from..to` between the borders of marks.
fn pieces(from: usize, to: usize, marks: &[SpanMark]) -> impl Iterator<Item = (usize, usize)> {
    let borders = marks.iter().flat_map(|mark| [mark.span.start, mark.span.end]);
    let mut borders: Vec<usize> = borders.filter(|at| from < *at && *at < to).chain([from, to]).collect();
    borders.sort_unstable();
    borders.dedup();
    (1..borders.len()).map(move |at| (borders[at - 1], borders[at]))
}

fn carried(span: Span, body: Span, written: &Marking, marks: &[SpanMark]) -> Stretch {
    let body = if body.start > body.end { Span::new(span.end, span.end) } else { body };
    let mut marking = written.clone();
    let mut on = Vec::new();
    for (at, mark) in marks.iter().enumerate().filter(|(_, mark)| mark.span.overlaps(span)) {
        marking = mark.upon(marking);
        on.push(at);
    }
    Stretch { span, body, written: written.clone(), marking, marks: on }
}

impl SpanMark {
    /// What words carry once this was put on them. A release leaves the originator to be asked.
    fn upon(&self, carried: Marking) -> Marking {
        match self.how {
            MarkedBy::Hand | MarkedBy::Rule { .. } => carried.join(&self.marking),
            MarkedBy::Release { .. } => {
                let asked = Marking { originators: carried.originators, ..Marking::default() };
                self.marking.clone().join(&asked)
            }
        }
    }
}

/// What the words at `span` carry: the join over all the stretches they stand in.
pub fn carried_at(stretches: &[Stretch], span: Span) -> Marking {
    composed(within(stretches, span).map(|stretch| &stretch.marking))
}

/// The stretches that share words with `span`.
pub fn within(stretches: &[Stretch], span: Span) -> impl Iterator<Item = &Stretch> {
    let first = stretches.partition_point(|stretch| stretch.span.end <= span.start);
    stretches.iter().skip(first).take_while(move |stretch| stretch.span.start < span.end)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::marking::by_hand;
    use jiff::Timestamp;
    use proptest::prelude::*;

    const TEXT: &str =
        "TLP:AMBER\n\n(U) A bombing is planned in Kerman.\n\n(S//NF) A cook heard it.\n\nNo mark here.\n";

    fn put(words: &str, marking: &str, how: MarkedBy) -> SpanMark {
        let start = TEXT.find(words).unwrap();
        let signed = Signed { by: "ilse".into(), at: Timestamp::UNIX_EPOCH, reason: "why".into() };
        SpanMark { span: Span::new(start, start + words.len()), marking: by_hand(marking).unwrap(), how, signed }
    }

    fn check(marks: &[SpanMark], expected: &[(&str, &str)]) {
        let found = stretches(TEXT, &Marking::default(), marks);
        let said: Vec<_> = found.iter().map(|s| (s.body.of(TEXT).unwrap(), s.marking.to_string())).collect();
        let said: Vec<_> = said.iter().map(|(words, marking)| (*words, marking.as_str())).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn marks_are_taken_in_their_order() {
        let written = [
            ("TLP:AMBER", "TLP:AMBER"),
            ("A bombing is planned in Kerman.", "UNCLASSIFIED"),
            ("A cook heard it.", "SECRET//NOFORN"),
            ("No mark here.", "TLP:AMBER"),
        ];
        check(&[], &written);
        let raised = put("Kerman", "SOURCE-REVEALING", MarkedBy::Hand);
        let release = put("A cook heard it.", "TLP:GREEN", MarkedBy::Release { agreed: Some("the service".into()) });
        let mut expected = written.to_vec();
        expected.splice(
            1..3,
            [
                ("A bombing is planned in ", "UNCLASSIFIED"),
                ("Kerman", "UNCLASSIFIED//SOURCE-REVEALING"),
                (".", "UNCLASSIFIED"),
                // The mark itself stays behind the bar.
                ("", "SECRET//NOFORN"),
                ("A cook heard it.", "TLP:GREEN"),
                ("", "SECRET//NOFORN"),
            ],
        );
        check(&[raised, release.clone()], &expected);
        let again = put("A cook heard it.", "TLP:RED", MarkedBy::Hand);
        let found = stretches(TEXT, &Marking::default(), &[release, again]);
        let cook = found.iter().find(|stretch| stretch.body.of(TEXT) == Some("A cook heard it.")).unwrap();
        assert_eq!(cook.marking.to_string(), "TLP:RED", "what is put on words later counts after a release too");
        assert_eq!(cook.marks, [0, 1]);
    }

    proptest! {
        #[test]
        fn stretches_are_the_whole_text(
            text in "[\\PC\n()]{0,120}",
            marks in prop::collection::vec((0_usize..130, 0_usize..130), 0..6),
        ) {
            let mark = |(start, end): &(usize, usize)| SpanMark { span: Span::new(*start, *end), ..put("Kerman", "TLP:RED", MarkedBy::Hand) };
            let marks: Vec<SpanMark> = marks.iter().map(mark).filter(|mark| mark.span.of(&text).is_some()).collect();
            let found = stretches(&text, &Marking::held(), &marks);
            let whole: String = found.iter().map(|stretch| stretch.span.of(&text).unwrap()).collect();
            if !found.is_empty() {
                prop_assert_eq!(whole, text.clone());
            }
            for stretch in &found {
                prop_assert!(stretch.body.of(&text).is_some() && stretch.body.end <= stretch.span.end, "{stretch:?}");
                prop_assert!(stretch.written.le(&stretch.marking), "nobody released anything");
            }
        }
    }
}
