//! The language of a document: whatlang, held to the languages that the desk reads.

use domain::Span;
use whatlang::{Detector, Lang};

use crate::document::Language;

/// How much of a report is looked at, in bytes.
const ENOUGH: usize = 16 * 1024;

/// What can be told apart, with the tags of BCP 47. Without this list a Russian sentence is now and then called Bulgarian.
const KNOWN: [(Lang, &str); 10] = [
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Ara, "ar"),
    (Lang::Pes, "fa"),
    (Lang::Rus, "ru"),
    (Lang::Deu, "de"),
    (Lang::Tur, "tr"),
    (Lang::Urd, "ur"),
    (Lang::Heb, "he"),
];

/// The language the reporter named, else the one the body seems to be in; `None` under 20 letters.
pub(crate) fn of(plain: &str, body: &[Span], said: Option<String>) -> Option<Language> {
    if let Some(tag) = said {
        return Some(Language { tag, confidence: 1.0 });
    }
    let mut sample = String::new();
    for words in body.iter().filter_map(|span| span.of(plain)) {
        let room = ENOUGH - sample.len();
        let end = (0..=room.min(words.len())).rev().find(|&at| words.is_char_boundary(at)).unwrap_or(0);
        sample.push_str(&words[..end]);
        if sample.len() + 1 >= ENOUGH {
            break;
        }
        sample.push('\n');
    }
    if sample.chars().filter(|letter| letter.is_alphabetic()).take(20).count() < 20 {
        return None;
    }
    let found = Detector::with_allowlist(KNOWN.map(|(lang, _)| lang).to_vec()).detect(&sample)?;
    let tag = KNOWN.iter().find(|(lang, _)| *lang == found.lang()).map(|(_, tag)| (*tag).to_owned())?;
    Some(Language { tag, confidence: found.confidence() })
}
