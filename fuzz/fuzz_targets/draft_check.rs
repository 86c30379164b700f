//! The leak check on any protected text and any draft, with two empty lines between them.
#![no_main]

use drafting::{Verdict, check_files};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (protected, draft) = text.split_once("\n\n\n").unwrap_or((text, text));
    let report = check_files(&[("protected", protected)], draft);
    assert_eq!(report.verdict() == Verdict::Clear, report.findings().is_empty());
    for finding in report.findings() {
        assert_eq!(finding.draft_span.of(draft), Some(finding.draft_words.as_str()), "the words are those at the span");
        if let Some(span) = finding.protected_span {
            forewarn_fuzz::inside(span, protected);
        }
    }
});
