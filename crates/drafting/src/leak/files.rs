//! The leak check on files alone, for `forewarn draft check`.

use domain::Span;
use domain::marking::paragraphs;

use super::report::{LeakReport, Part, Protected};

/// Checks a draft against files. In a file, a paragraph that opens with `(U)`, `(TLP:CLEAR)` or `(TLP:GREEN)` is
/// cleared, and what stands in it is no leak; every other paragraph is protected. Spans in findings count bytes from the
/// start of the draft and of the file.
pub fn check_files(protect: &[(&str, &str)], draft: &str) -> LeakReport {
    let mut protected = Vec::new();
    let mut cleared = Vec::new();
    for (name, text) in protect {
        let mut spans: Vec<Span> = Vec::new();
        for paragraph in paragraphs(text) {
            if paragraph.cleared() {
                cleared.extend(paragraph.body.of(text));
            } else {
                spans.push(paragraph.body);
            }
        }
        // No span at all would mean that the whole file is protected.
        if !spans.is_empty() {
            protected.push(Protected { spans, ..Protected::whole(*name, *text) });
        }
    }
    let part = Part { name: "draft".to_owned(), text: draft.to_owned() };
    super::check(&[part], &protected, &cleared)
}
