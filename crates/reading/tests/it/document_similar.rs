//! Exact and near duplicates.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use proptest::prelude::*;
use reading::similar::{NEAR_DUPLICATE, bands, key, resemblance, signature};
use reading::{Document, open};

fn document(text: &str) -> Document {
    open("a.txt", text.as_bytes(), None).unwrap()
}

/// So many different words.
fn words(from: usize, count: usize) -> Vec<String> {
    (from..from + count).map(|n| format!("word{n}")).collect()
}

#[test]
fn the_same_report_has_the_same_key() {
    let one = document("The bomb is in the station, he said.\nIt goes off on Friday.");
    for same in [
        "the BOMB is in the station, he said.  It goes\toff on Friday.",
        "Advertisement\nThe bomb is in the station, he said.\nShare\nIt goes off on Friday.",
    ] {
        assert_eq!(key(&one), key(&document(same)), "{same}");
    }
    assert_ne!(key(&one), key(&document("The bomb is in the station, he said.\nIt goes off on Sunday.")));
    // Stored keys and signatures must stay valid from release to release.
    assert_eq!(key(&document("He will be killed")), KILLED);
}

/// XXH3-128 of "he will be killed", reckoned with another implementation.
const KILLED: u128 = 206_128_470_989_831_168_600_126_231_767_121_744_300;

#[test]
fn a_report_retold_is_near_and_a_stranger_is_not() {
    let report = words(0, 200).join(" ");
    let mut edited = words(0, 200);
    edited[100] = "changed".to_owned();
    let near = [edited.join(" "), format!("{report} and so on and on"), words(10, 190).join(" ")];
    let one = signature(&document(&report));
    for other in near {
        let other = signature(&document(&other));
        assert!(resemblance(&one, &other) >= NEAR_DUPLICATE);
        assert!(bands(&one).iter().any(|band| bands(&other).contains(band)));
    }
    let stranger = signature(&document(&words(1000, 200).join(" ")));
    assert!(resemblance(&one, &stranger) < 0.05);
    assert!(!bands(&one).iter().any(|band| bands(&stranger).contains(band)));
    let short = (signature(&document("kill him")), signature(&document("kill her")));
    assert!(resemblance(&short.0, &short.1) < 0.05, "two short texts are not near for being short");
}

proptest! {
    #[test]
    fn resemblance_estimates_the_share_in_common(shared in 0usize..300) {
        // 300 words each, of which the first `shared` are the same: runs in common over all runs.
        let one = words(0, 300).join(" ");
        let two = [words(0, shared), words(1000, 300 - shared)].concat().join(" ");
        let common = shared.saturating_sub(4) as f64;
        let truth = common / (2.0 * 296.0 - common);
        let estimate = resemblance(&signature(&document(&one)), &signature(&document(&two)));
        prop_assert!((estimate - truth).abs() < 0.22, "{} for {}", estimate, truth);
    }

    #[test]
    fn resemblance_is_symmetric_and_whole_with_itself(one in "[a-z ]{1,200}[a-z]", two in "[a-z ]{1,200}[a-z]") {
        let (one, two) = (signature(&document(&one)), signature(&document(&two)));
        prop_assert!((resemblance(&one, &two) - resemblance(&two, &one)).abs() < f64::EPSILON);
        prop_assert!((resemblance(&one, &one) - 1.0).abs() < f64::EPSILON);
    }
}
