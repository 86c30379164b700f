//! Facts as JSON, judged under every shipped pack: an answer or a refusal, and never silence without a signature (P2).
#![no_main]

use std::sync::LazyLock;

use domain::Determination;
use libfuzzer_sys::fuzz_target;
use policy::{Facts, Pack, evaluate, explain, shipped};

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| shipped().expect("the shipped packs are sound"));

fuzz_target!(|text: &str| {
    let facts = match Facts::parse(text) {
        Ok(facts) => facts,
        Err(refused) => {
            assert!(!refused.in_text(text).to_string().is_empty());
            return;
        }
    };
    for pack in PACKS.iter() {
        match evaluate(pack, &facts) {
            Ok(found) => {
                let silent = matches!(found.determination, Determination::NotOwed | Determination::Waived);
                assert!(!silent || !facts.affirmations.is_empty(), "silence that nobody signed");
                explain(pack, &found);
            }
            Err(refused) => assert!(!refused.in_text(text).to_string().is_empty()),
        }
    }
});
