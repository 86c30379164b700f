//! Any bytes as a report, its form told from a name or from the content.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reading::Format;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let hints = [None, Some(Format::Text), Some(Format::Html), Some(Format::Email), Some(Format::Json)];
    let names = ["report", "report.txt", "report.html", "report.eml", "report.json", "report.PDF", ".", ""];
    forewarn_fuzz::report(
        names[usize::from(*choice) % names.len()],
        bytes,
        hints[usize::from(*choice) / names.len() % hints.len()],
    );
});
