//! Page furniture: what stands around a report and is not the report.
use domain::Span;

use crate::document::Furniture;

/// What the cutter found.
pub(crate) struct Cut {
    pub body: Vec<Span>,
    pub furniture: Vec<Furniture>,
    pub title: Option<Span>,
}

/// Cuts furniture away.
pub(crate) fn cut(plain: &str, marked: &[Furniture], title: Option<Span>) -> Cut {
    let mut body = Vec::new();
    let mut offset = 0;
    for line in plain.split('\n') {
        let words = line.trim();
        if !words.is_empty() {
            let start = offset + (line.len() - line.trim_start().len());
            body.push(Span::new(start, start + words.len()));
        }
        offset += line.len() + 1;
    }
    Cut { body, furniture: marked.to_vec(), title }
}
