//! Versions side by side: what is marked, and that the marks give both texts back whatever was written.

use drafting::{Change, Fate, compare, compare_drafts};
use proptest::prelude::*;

fn file() -> drafting::WarningFile {
    serde_json::from_str(include_str!("golden/warning.json")).expect("the example is a warning file")
}

/// `kept [-taken out-] {+put in+}`, as wdiff writes it.
fn shown(change: &Change) -> String {
    let piece = |piece: &drafting::Piece| match piece.is {
        Fate::Kept => piece.words.clone(),
        Fate::TakenOut => format!("[-{}-]", piece.words),
        Fate::PutIn => format!("{{+{}+}}", piece.words),
    };
    change.pieces.iter().map(piece).collect()
}

#[test]
fn words_that_went_and_came_are_marked() {
    for (old, new, expected) in [
        ("", "", ""),
        ("Stay at home.", "Stay at home.", "Stay at home."),
        ("Stay at home.", "Stay indoors.", "Stay [-at home.-]{+indoors.+}"),
        ("", "New words", "{+New words+}"),
        ("Old words", "", "[-Old words-]"),
        ("kill him", "assault him", "[-kill-]{+assault+} him"),
        ("در کرمان بمانید", "در تهران بمانید", "در [-کرمان-]{+تهران+} بمانید"),
        ("one\ntwo", "one\nthree", "one\n[-two-]{+three+}"),
    ] {
        assert_eq!(shown(&compare("what", old, new)), expected);
    }
}

#[test]
fn drafts_are_compared_field_by_field() {
    let old = file().draft;
    let mut new = old.clone();
    new.advice.push("Tell nobody by telephone.".to_owned());
    new.language = "fr".to_owned();
    for (before, after) in [(&old, &new), (&new, &old)] {
        let changes = compare_drafts(before, after);
        let differing: Vec<&str> = changes.iter().filter(|one| one.differs()).map(|one| one.part.as_str()).collect();
        assert_eq!(differing, ["language".to_owned(), format!("advice[{}]", old.advice.len())]);
    }
}

proptest! {
    #[test]
    fn the_pieces_give_both_texts_back(old in ".{0,60}", new in ".{0,60}") {
        let change = compare("what", &old, &new);
        let all_but = |left_out: Fate| {
            change.pieces.iter().filter(|piece| piece.is != left_out).map(|piece| piece.words.as_str()).collect::<String>()
        };
        prop_assert_eq!(all_but(Fate::PutIn), old.clone());
        prop_assert_eq!(all_but(Fate::TakenOut), new.clone());
        prop_assert_eq!(change.differs(), old != new);
    }
}
