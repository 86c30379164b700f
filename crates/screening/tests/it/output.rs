//! The documents that programs read, and the sentences that people read.

use super::common::{example, now, place_ref};
use domain::Window;
use screening::{Ask, Index, doubles, output, register_check};
use serde_json::Value;

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> =
        value.as_object().into_iter().flat_map(serde_json::Map::keys).map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_document_has_exactly_the_keys_programs_were_promised() {
    let text = "A bombing is planned in Kerman, Iran. It is nothing to Joanna Mercer.";
    let places = [place_ref(text, "Kerman", "IR", 30.28, 57.08)];
    let window = Window::new("2024-01-03T00:00:00Z".parse().ok(), "2024-01-03T23:00:00Z".parse().ok());
    let screening = Index::build(&example()).screen(&Ask { places: &places, window, ..Ask::new(text, now()) });
    let one = output::document(&[("a.txt", &screening)]);
    assert_eq!(keys(&one), ["guarded", "hits", "places", "protectors", "routes", "unreached"]);
    assert_eq!(keys(&one["hits"][0]), ["kind", "name", "party", "quote", "score", "span", "why"]);
    assert_eq!(keys(&one["hits"][0]["why"][0]), ["feature", "value", "weight"]);
    assert_eq!(one["hits"][0]["name"], "Joanna Mercer");
    assert_eq!(one["hits"][0]["span"], serde_json::json!([55, 68]));
    assert_eq!(keys(&one["protectors"][0]), ["by", "for", "name", "party"]);
    assert_eq!(keys(&one["routes"][0]), ["carries", "hops", "minutes", "to", "why"]);
    assert_eq!(one["routes"][0]["hops"][0]["channel"], "email");
    let two = output::document(&[("a.txt", &screening), ("b.txt", &screening)]);
    assert_eq!(two["hits"].as_array().unwrap().len(), 2 * one["hits"].as_array().unwrap().len());
    assert_eq!(two["hits"][0]["file"], "a.txt");
    assert_eq!(two["routes"], one["routes"], "what is the same for both is said once");
}

#[test]
fn people_are_told_in_sentences() {
    let index = Index::build(&example());
    let nobody = output::sentences(&index.screen(&Ask::new("nothing at all", now())));
    assert_eq!(nobody, "Nobody of the register was found. That is no proof that nobody is meant.\n");
    let said = output::sentences(&index.screen(&Ask::new("They will burn Saint Mary Hospital down.", now())));
    for words in [
        "Saint Mary's Hospital (st-mary, institution): “Saint Mary Hospital” at bytes 15 to 34",
        "Protector of st-mary: Western Division Garda Station (garda-west), by explicit relation.",
        "Routes to garda-west, the best first:\n      5 min, up to TLP:AMBER: Western Division Garda Station (telephone, en, always, 5 min)",
    ] {
        assert!(said.contains(words), "{said}\nlacks {words}");
    }
    let gaps = output::check_sentences(&register_check(&example(), now()), &doubles(&example()));
    assert!(gaps.contains("Not reachable: Hillel House (hillel-house): unverified"), "{gaps}");
}
