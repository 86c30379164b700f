//! What links and what does not; comparison of our own short reports; and what must hold for any text at all.
// Time is measured here, which nothing outside the tests may do.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use domain::claim::{Claim, Field};
use proptest::prelude::*;
use reading::output::{output, plain};
use reading::{Dated, Read, Unreadable, Verdict, compare, compare_claims, link, open, read};

fn take(text: &str) -> Read {
    let mut document = open("note.txt", text.as_bytes(), None).unwrap();
    document.date = document.date.or(Some(Dated::given(jiff::civil::date(2023, 12, 28))));
    read(document)
}

fn check(one: &str, two: &str, linked: bool) {
    let (a, b) = (take(one), take(two));
    let found = link(&a.features, &b.features);
    assert_eq!(found.linked, linked, "{one}\n{two}\n{found:?}\n{:#?}\n{:#?}", a.features, b.features);
    assert_eq!(link(&b.features, &a.features).linked, linked, "the other way round");
}

const KERMAN: &str = "(U) A group linked to ISIS-K is preparing to attack a large public gathering in Kerman, Iran, in the first week of January.";

#[test]
fn the_same_threat_in_other_words_is_linked() {
    check(
        KERMAN,
        "Fighters of ISKP plan a suicide bombing at the Soleimani commemoration in Kerman on 3 January.",
        true,
    );
    check(
        "Caller says her ex-husband will kill her tonight at 14 Mill Lane, Leeds.",
        "Neighbour heard a man threaten to kill his former wife at 14 Mill Lane, Leeds.",
        true,
    );
    check(
        "There is a plot to kidnap the editor Sara Haddad in Brooklyn next week.",
        "Two men were hired to abduct the editor Sara Haddad in Brooklyn.",
        true,
    );
}

#[test]
fn common_values_never_link() {
    check(KERMAN, "ISIS-K is planning a bombing in Kabul, Afghanistan, in the first week of January.", false);
    check(KERMAN, "Police say a man threatened to attack the police station in Leeds on 3 January.", false);
    check(
        "A group plans an attack in Iran on 3 January.",
        "Another group plans an attack in Iran on 3 January.",
        false,
    );
    check("He will kill her tonight.", "She will kill him tonight.", false);
    check(
        "ISIS-K plans a bombing in Kerman on 3 January 2024.",
        "ISIS-K carried out a bombing in Kerman on 4 May 2019.",
        false,
    );
}

#[test]
fn comparison_reads_as_people_speak() {
    let texts = [
        "A blast in Lyon on 3 January killed 12 people.",
        "The blast in Lyon killed 12.",
        "A blast in Lyon killed nine people.",
    ];
    let reads: Vec<(String, Read)> = texts.iter().zip(1..).map(|(text, at)| (format!("r{at}"), take(text))).collect();
    let pairs: Vec<(String, &Read)> = reads.iter().map(|(id, read)| (id.clone(), read)).collect();
    let comparison = compare(&pairs);
    let killed = comparison.fields.iter().find(|summary| summary.field == Field::Killed).unwrap();
    assert_eq!(killed.verdict, Verdict::Conflict);
    assert_eq!(killed.note, "12 in two reports; nine in one report, which is the outlier (r3)");
    let arrests = comparison.fields.iter().find(|summary| summary.field == Field::Arrests).unwrap();
    assert_eq!((arrests.verdict, arrests.note.as_str()), (Verdict::Unknown, "no report says (3 read)"));
    let date = comparison.fields.iter().find(|summary| summary.field == Field::Date).unwrap();
    assert_eq!(date.verdict, Verdict::SingleReporter);
    assert_eq!(comparison.independence.len(), 3, "nothing shows that they share an origin");
}

#[test]
fn the_answer_holds_reports_threats_and_errors() {
    let read_one = |name: &str, bytes: &[u8]| (name.to_owned(), open(name, bytes, None).map(read));
    let mail = b"From: desk@example.org\r\nDate: Thu, 28 Dec 2023 10:00:00 +0000\r\nSubject: threat\r\n\r\nHe will bomb the town hall in Leeds tomorrow.\r\n";
    let files: Vec<(String, Result<Read, Unreadable>)> = vec![
        read_one("a.txt", KERMAN.as_bytes()),
        read_one("b.eml", mail),
        read_one("c.txt", b""),
        read_one("d.txt", b"Nice weather today."),
    ];
    let answer = output(&files);
    let json = serde_json::to_value(&answer).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["errors", "reports", "threats"]);
    assert_eq!(json["reports"].as_array().unwrap().len(), 3);
    assert_eq!(json["threats"].as_array().unwrap().len(), 2, "{}", plain(&answer));
    assert_eq!(json["errors"][0]["file"], "c.txt");
    assert!(json["reports"][1]["text"].is_string(), "spans of an e-mail point into its decoded text");
    assert_eq!(json["reports"][1]["document_date"], "2023-12-28");
    let words = plain(&answer);
    assert!(words.contains("Threat t1: 1 report") && words.contains("not read: c.txt"), "{words}");
}

/// Texts of words that the reader looks at, in any order.
fn texts() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("killed"),
        Just("95"),
        Just("people"),
        Just("and"),
        Just("wounded"),
        Just("dozens"),
        Just("ISIS-K"),
        Just("’s"),
        Just("affiliate"),
        Just("in"),
        Just("Kerman"),
        Just(", Iran"),
        Just("on January 3"),
        Just("will"),
        Just("bomb"),
        Just("the"),
        Just("mosque"),
        Just("“"),
        Just("”"),
        Just("\""),
        Just("said"),
        Just("who"),
        Just(", which"),
        Just("."),
        Just("\n\n"),
        Just("warned"),
        Just("a week before the attack"),
        Just("told the Wall Street Journal"),
        Just("not"),
        Just("disclose how"),
        Just("2021"),
        Just("at least"),
        Just("was"),
        Just("by"),
        Just("her"),
        Just("(IS-KP)"),
        Just("to"),
        Just("14 Mill Lane"),
        Just("231530ZNOV26"),
        Just("commemoration for"),
        Just("Qassem"),
        Just("é"),
        Just("爆弾"),
    ];
    prop::collection::vec(word, 0..80).prop_map(|words| words.join(" "))
}

fn spans_hold(read: &Read) {
    for claim in &read.claims {
        assert_eq!(claim.span.of(&read.document.verbatim), Some(claim.quote.as_str()), "{claim:?}");
        assert!(claim.span.start < claim.span.end, "{claim:?}");
    }
}

proptest! {
    #[test]
    fn any_words_are_read_with_their_bytes(text in texts()) {
        if let Ok(document) = open("x.txt", text.as_bytes(), None) {
            spans_hold(&read(document));
        }
    }

    #[test]
    fn any_text_is_read_with_its_bytes(text in "\\PC{0,400}", html in any::<bool>()) {
        if let Ok(document) = open(if html { "x.html" } else { "x.txt" }, text.as_bytes(), None) {
            spans_hold(&read(document));
        }
    }

    #[test]
    fn the_order_of_reports_makes_no_difference(texts in prop::collection::vec(texts(), 1..5), turn in 0_usize..5) {
        let reads: Vec<(String, Read)> = texts
            .iter()
            .zip(1..)
            .filter_map(|(text, at)| Some((format!("r{at}"), read(open("x.txt", text.as_bytes(), None).ok()?))))
            .collect();
        let mut pairs: Vec<(String, &[Claim])> = reads.iter().map(|(id, read)| (id.clone(), read.claims.as_slice())).collect();
        let straight = compare_claims(&pairs);
        if !pairs.is_empty() {
            let middle = turn % pairs.len();
            pairs.rotate_left(middle);
        }
        pairs.reverse();
        prop_assert_eq!(straight, compare_claims(&pairs));
    }
}

/// The worst that could be thought of takes a time that grows with its length only.
#[test]
fn time_is_linear() {
    let megabyte = "killed 95 ".repeat(100_000);
    spans_hold(&read(open("x.txt", megabyte.as_bytes(), None).unwrap()));
    for piece in [
        "killed 95 ",
        "who was killed in 2021, which ",
        "“ \" ' ",
        "ISIS's affiliate (",
        "Kerman, Iran, ",
        "not respond ",
        "\"a b c d e f g\" said he. ",
        "by by by the ",
        "warned Iran on 3 January. He killed 12 people in Kabul in 2019. ",
        "14 Mill Lane Street Road ",
        "...... ",
        "A",
    ] {
        let cost = |size: usize| {
            let text = piece.repeat(size / piece.len());
            let start = std::time::Instant::now();
            let found = read(open("x.txt", text.as_bytes(), None).unwrap());
            assert!(found.claims.len() <= 2_000);
            start.elapsed()
        };
        let (small, large) = (cost(1 << 14), cost(1 << 17));
        println!("{piece:?}: 16 KiB in {small:?}, 128 KiB in {large:?}");
        // Eight times the text: some 8 times the time; 30 leaves room for a busy machine and still catches a square.
        assert!(large < small * 30 + std::time::Duration::from_millis(500), "{piece:?}: {small:?} then {large:?}");
    }
}
