//! What must hold for any bytes at all. Each target hands its input to one of these; a panic is the finding.

use domain::Span;
use reading::{Format, open, output, read, similar};

/// Opens and reads a report, and checks that everything said about it points into it.
pub fn report(name: &str, bytes: &[u8], hint: Option<Format>) {
    let document = match open(name, bytes, hint) {
        Ok(document) => document,
        Err(refused) => {
            assert!(!refused.to_string().is_empty());
            return;
        }
    };
    assert_eq!(document.plain.len(), document.verbatim.len(), "spans mean the same in both");
    for span in document.body.iter().chain(document.furniture.iter().map(|cut| &cut.span)).chain(&document.title) {
        inside(*span, &document.verbatim);
    }
    let signature = similar::signature(&document);
    assert!(similar::resemblance(&signature, &signature) > 0.99);
    let read = read(document);
    for claim in &read.claims {
        inside(claim.span, &read.document.verbatim);
        assert_eq!(claim.quote, read.document.quote(claim.span), "a quote is the bytes at its span");
    }
    let files = [("a".to_owned(), Ok::<_, reading::Unreadable>(read.clone())), ("b".to_owned(), Ok(read))];
    serde_json::to_vec(&output::output(&files)).expect("what was read can be written");
}

/// A span lies in its text and cuts no character.
pub fn inside(span: Span, text: &str) {
    assert!(span.of(text).is_some(), "{span:?} is not a stretch of the {} bytes", text.len());
}
