//! Any bytes as an e-mail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reading::Format;

fuzz_target!(|bytes: &[u8]| forewarn_fuzz::report("report.eml", bytes, Some(Format::Email)));
