//! What must hold for every text and every register.

use std::sync::LazyLock;

use super::common::{now, persons, well_formed};
use domain::register::Register;
use proptest::prelude::*;
use screening::import::{diff, read};
use screening::{Ask, Index, output, register_check};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_screened(text in "(\\PC|[A-Z][a-z]{2,6} |Kerman|Leyla |Karimi|کرمان|[\n.,' ]|李小明|\u{200b}){0,80}") {
        static INDEX: LazyLock<Index> = LazyLock::new(|| Index::build(&super::common::example()));
        let screening = INDEX.screen(&Ask::new(&text, now()));
        well_formed(&text, &screening);
        output::sentences(&screening);
        output::document(&[("a", &screening), ("b", &screening)]);
    }

    #[test]
    fn a_planted_name_is_always_found(
        given in "[A-Z][a-z]{2,9}", family in "[A-Z][a-z]{3,11}",
        before in "[a-z ,]{0,40}", after in "( [a-z]{1,9}){0,6}",
    ) {
        let name = format!("{given} {family}");
        let text = format!("{before}. {name}{after}");
        let screening = Index::build(&persons(&[&name])).screen(&Ask::new(&text, now()));
        well_formed(&text, &screening);
        prop_assert!(screening.hits.iter().any(|hit| hit.quote.contains(&family)), "{text:?}: {:?}", screening.guarded);
    }

    #[test]
    fn characters_that_show_nothing_change_nothing(at in 0_usize..12, mark in "[\u{200b}\u{200d}\u{ad}\u{2060}\u{feff}]") {
        let plain = "Leyla Karimi";
        let mut hidden = plain.to_owned();
        hidden.insert_str(at, &mark);
        let index = Index::build(&persons(&[plain]));
        let score = |text: &str| index.screen(&Ask::new(text, now())).hits.first().map(|hit| hit.score);
        prop_assert_eq!(score(plain), score(&hidden), "{:?}", hidden);
    }

    #[test]
    fn any_file_is_imported_or_refused(text in "(\\PC|[\n,;\"{}:\\[\\]]|id|kind|name|\"id\":\"a\"|place){0,60}") {
        let imported = read("x", &text);
        let found = diff(&Register::default(), &imported);
        prop_assert!(!found.bad.is_empty() || !found.entries.is_empty() || imported.entries.is_empty());
        output::import_sentences(&found);
        register_check(&found.register, now());
    }
}

/// Text made to cost as much as possible is answered like any other (`cargo bench` has what it costs).
#[test]
fn hostile_text_is_answered() {
    let names: Vec<String> = (0..40).map(|n| format!("A {}", "A ".repeat(n % 15))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let index = Index::build(&persons(&names));
    for text in ["a ".repeat(60_000), "al ".repeat(60_000), "Muhamad ".repeat(20_000), "\u{200b}".repeat(90_000)] {
        well_formed(&text, &index.screen(&Ask::new(&text, now())));
    }
}
