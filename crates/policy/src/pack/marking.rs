//! Markings that the desk puts on a report by itself when it comes: on everything from one originator, or on the words
//! of a list.

use domain::Span;
use domain::marking::{Marking, by_hand};
use serde::Deserialize;

use super::Provenance;

/// A rule that marks reports.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are explained in policies/README.md")]
pub struct MarkingRule {
    pub id: String,
    pub rule: String,
    /// Only reports of this originator; of any, when left out.
    #[serde(default)]
    pub originator: Option<String>,
    /// Only these words; the whole report, when left out.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// As people write it: `SOURCE-REVEALING`.
    pub marking: String,
    pub clause: String,
    pub provenance: Provenance,
}

/// Words that stand in more places than this say nothing of their own; then the whole report is marked.
const PLACES: usize = 100;

impl MarkingRule {
    /// What it puts there; the fault in words when nobody could read it.
    pub fn puts(&self) -> Result<Marking, String> {
        by_hand(&self.marking)
    }

    /// Where in a report of this originator.
    pub fn places(&self, originator: Option<&str>, text: &str) -> Vec<Span> {
        let whole = vec![Span::new(0, text.len())];
        let theirs = |named: &String| originator.is_some_and(|known| known.trim().eq_ignore_ascii_case(named.trim()));
        if !self.originator.as_ref().is_none_or(theirs) || text.trim().is_empty() {
            return Vec::new();
        }
        if self.phrases.is_empty() {
            return whole;
        }
        // As many bytes as the text: only ASCII changes.
        let lower = text.to_ascii_lowercase();
        let found: Vec<Span> = self.phrases.iter().flat_map(|phrase| places(&lower, phrase)).take(PLACES + 1).collect();
        if found.len() > PLACES { whole } else { found }
    }
}

/// Where a phrase stands as words of its own.
fn places(lower: &str, phrase: &str) -> impl Iterator<Item = Span> {
    let phrase = phrase.trim().to_ascii_lowercase();
    let length = phrase.len();
    let letter = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    let starts: Vec<usize> =
        if phrase.is_empty() { Vec::new() } else { lower.match_indices(&phrase).map(|(at, _)| at).collect() };
    let whole = starts.into_iter().filter(move |at| {
        let (before, after) = (&lower[..*at], &lower[*at + length..]);
        !letter(before.chars().next_back()) && !letter(after.chars().next())
    });
    whole.map(move |at| Span::new(at, at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(originator: Option<&str>, phrases: &[&str], of: Option<&str>, text: &str, expected: &[&str]) {
        let rule = MarkingRule {
            id: "r".into(),
            rule: "ours".into(),
            originator: originator.map(str::to_owned),
            phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
            marking: "TLP:RED".into(),
            clause: "ours".into(),
            provenance: Provenance::ToCheck,
        };
        let found: Vec<&str> = rule.places(of, text).iter().filter_map(|span| span.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rules_find_their_words() {
        check(Some("Border Service"), &[], Some("border service "), "All of it.", &["All of it."]);
        check(Some("Border Service"), &[], Some("Police"), "All of it.", &[]);
        check(Some("Border Service"), &[], None, "All of it.", &[]);
        check(None, &["asset"], None, "The ASSET, assets and an asset.", &["ASSET", "asset"]);
        check(None, &["our man", ""], None, "Our man \u{e9}tait l\u{e0}; our mango.", &["Our man"]);
        check(Some("A"), &["b"], Some("a"), "b c", &["b"]);
        let many = "asset ".repeat(200);
        check(None, &["asset"], None, &many, &[&many]);
    }
}
