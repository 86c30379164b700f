//! The JSON contract: facts in, an assessment out, to the key.
#![allow(clippy::unwrap_used, reason = "tests")]

use policy::{Facts, Pack, evaluate, explain, shipped_text};

fn icd() -> Pack {
    Pack::parse(shipped_text("icd-191").unwrap()).unwrap()
}

const FACTS: &str = r#"{
  "at": "2023-12-27T08:00:00Z",
  "harm": "killing",
  "victim": {"kind": "location", "described": "the crowd at the commemoration in Kerman"},
  "window": {"from": "2024-01-01T00:00:00Z", "to": "2024-01-04T00:00:00Z"},
  "answers": {"credible": "met", "specific": "unclear", "impending": "met", "harm_in_scope": "met", "intended_victim": "met"},
  "grounds": {"no_reasonable_way": "not_met"},
  "affirmations": [],
  "by": "a.lind"
}"#;

#[test]
fn the_answer_has_exactly_the_keys_of_the_contract() {
    let pack = icd();
    let assessment = evaluate(&pack, &Facts::parse(FACTS).unwrap()).unwrap();
    let json = serde_json::to_value(&assessment).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let sorted = |mut keys: Vec<String>| {
        keys.sort();
        keys
    };
    assert_eq!(sorted(keys(&json)), ["deadlines", "determination", "needs", "policy", "reasons"]);
    assert_eq!(json["determination"], "warn");
    assert_eq!(json["reasons"][1]["criterion"], "specific");
    assert_eq!(json["reasons"][1]["answer"], "unclear");
    assert!(json["reasons"][1]["effect"].as_str().unwrap().contains("doubt is resolved in favour of warning"));
    assert_eq!(sorted(keys(&json["reasons"][0])), ["answer", "clause", "criterion", "effect"]);
    assert_eq!(sorted(keys(&json["deadlines"][0])), ["by", "escalate_to", "what"]);
    assert_eq!(sorted(keys(&json["policy"])), ["hash", "id", "version"]);
    assert_eq!(json["deadlines"][0]["by"], "2023-12-27T16:00:00Z");
    assert_eq!(json["policy"]["hash"].as_str().unwrap().len(), 64);
    println!("{}", explain(&pack, &assessment));
}
