//! The public events whose lessons the design was drawn from: each is a row of a corpus, with what was known at the
//! time. The rows are here and always run; the list they are counted against lies beside the project, if it is there.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use policy::{Pack, shipped_corpus, shipped_text};

/// Where each event is argued first; most are rows of other packs as well.
const EVENTS: [(&str, &str); 24] = [
    ("kerman-2024", "icd-191"),
    ("khashoggi-2018", "icd-191"),
    ("walsh-2017", "icd-191"),
    ("stpetersburg-2019", "icd-191"),
    ("lockerbie-1988", "duty-of-care"),
    ("boston-2011", "icd-191"),
    ("osman-1988", "uk-threat-to-life"),
    ("nijjar-2023", "ca-duty-to-warn"),
    ("srilanka-2019", "icd-191"),
    ("dink-2007", "uk-threat-to-life"),
    ("moat-2010", "uk-threat-to-life"),
    ("michael-2009", "uk-threat-to-life"),
    ("papperger-2024", "icd-191"),
    ("virginiatech-2007", "clery"),
    ("butler-2024", "icd-191"),
    ("sandton-2022", "duty-of-care"),
    ("gilligan-2013", "uk-threat-to-life"),
    ("ni-man-a-2011", "uk-threat-to-life"),
    ("meixner-2022", "clery"),
    ("alinejad-2020", "icd-191"),
    ("apple-2024", "victim-notification"),
    ("cisa-prni", "victim-notification"),
    ("fake-osman-2009", "uk-threat-to-life"),
    ("tarasoff-1969", "uk-threat-to-life"),
];

#[test]
fn every_event_is_a_row_that_says_why_and_comes_out_as_expected() {
    let mut ambiguous = Vec::new();
    for (event, id) in EVENTS {
        let corpus = shipped_corpus(id).unwrap().unwrap();
        let row = corpus.rows.iter().find(|row| row.name == event).unwrap_or_else(|| panic!("{id} has no row {event}"));
        assert!(row.why.split_whitespace().count() >= 8, "{event}: {:?} argues nothing", row.why);
        let pack = Pack::parse(shipped_text(id).unwrap()).unwrap();
        let found = policy::evaluate(&pack, &row.facts).unwrap();
        assert_eq!(found.determination, row.expect, "{event}");
        if row.ambiguous {
            ambiguous.push(event);
        }
    }
    println!("{} events, of which reasonable people would judge otherwise: {}", EVENTS.len(), ambiguous.join(", "));
    assert!(!ambiguous.is_empty());
}

/// Counted against the list beside the project. Without it there is nothing to count, and that is said.
#[test]
fn no_event_of_the_list_is_left_out() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases.json");
    let Ok(text) = std::fs::read_to_string(&list) else {
        println!(
            "{} is not there: the {} rows of the corpora ran, and nothing was counted",
            list.display(),
            EVENTS.len()
        );
        return;
    };
    let listed: serde_json::Value = serde_json::from_str(&text).unwrap();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    let left_out: Vec<&&str> = ids.iter().filter(|id| !EVENTS.iter().any(|(event, _)| event == *id)).collect();
    assert_eq!(left_out, Vec::<&&str>::new());
    println!("{} of {} events of the list are rows", EVENTS.len(), ids.len());
}
