//! Any bytes as a JSON report.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reading::Format;

fuzz_target!(|bytes: &[u8]| forewarn_fuzz::report("report.json", bytes, Some(Format::Json)));
