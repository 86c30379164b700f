//! A policy pack as TOML: read and checked for soundness, or refused with its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policy::{Pack, check};

fuzz_target!(|text: &str| match Pack::parse(text) {
    Ok(pack) => drop(check(&pack)),
    Err(refused) => assert!(!refused.to_string().is_empty()),
});
