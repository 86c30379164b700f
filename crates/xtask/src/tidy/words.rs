//! One word per thing: what the glossary bans is in no identifier and in no text that a person sees.

use super::Finding;
use super::source::Source;

const RULE: &str = "word";

/// In no identifier and no text: the desk warns people; it does not send these.
const BANNED: [&str; 4] = ["alert", "alerts", "notification", "notifications"];
/// In no name of a type: a threat is a threat.
const BANNED_IN_TYPES: [&str; 4] = ["case", "cases", "incident", "incidents"];

/// Words of others, spoken where they must be: file (or folder), the text as written, whose word it is.
const FOREIGN: [(&str, &str, &str); 4] = [
    ("crates/drafting/src/render/cap.rs", "alert", "CAP 1.2: its root element"),
    ("crates/drafting/src/render/cap.rs", "Alert", "CAP 1.2: msgType of a first message"),
    ("crates/policy/src/shipped.rs", "victim-notification", "the name victims' rights laws give this duty"),
    ("crates/server/src/http/pages/", "alert", "WAI-ARIA: a role"),
];

/// Banned words in the files, and exceptions that nobody uses any more.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    // xtask holds the list of banned words.
    let shipped = || sources.iter().filter(|source| source.unit != "xtask");
    let mut findings: Vec<Finding> = shipped().flat_map(one).collect();
    for (file, text, whose) in FOREIGN {
        let used =
            shipped().any(|source| source.path.starts_with(file) && source.texts.iter().any(|(_, one)| one == text));
        if !used {
            findings.push(Finding::new(file, 1, RULE, format!("\"{text}\" ({whose}) is excepted and not there")));
        }
    }
    findings
}

fn one(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, code) in source.shipped_lines() {
        let mut names = code.split(|one: char| !one.is_alphanumeric() && one != '_').filter(|name| !name.is_empty());
        let mut declares = false;
        for name in &mut names {
            let banned: &[&str] = if declares { &BANNED_IN_TYPES } else { &[] };
            declares = matches!(name, "struct" | "enum" | "trait" | "type" | "union");
            if let Some(word) = parts(name).iter().find(|part| is(part, &BANNED) || is(part, banned)) {
                let what = format!("`{name}` uses \"{word}\"; docs/glossary.md has our word");
                findings.push(Finding::new(&source.path, line, RULE, what));
            }
        }
    }
    for (line, text) in source.texts.iter().filter(|(line, _)| !source.is_test(*line)) {
        let foreign = FOREIGN.iter().any(|(file, excepted, _)| source.path.starts_with(file) && excepted == text);
        let word = text.split(|one: char| !one.is_alphanumeric()).find(|word| is(&word.to_lowercase(), &BANNED));
        if let Some(word) = word.filter(|_| !foreign) {
            let what = format!("a text uses \"{word}\"; docs/glossary.md has our word");
            findings.push(Finding::new(&source.path, *line, RULE, what));
        }
    }
    findings
}

fn is(word: &str, banned: &[&str]) -> bool {
    banned.contains(&word)
}

/// `NamesLikeThis` and `names_like_this` taken apart, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut lower_before = false;
    for one in name.chars() {
        if one == '_' || (one.is_uppercase() && lower_before) {
            parts.push(String::new());
        }
        lower_before = one.is_lowercase();
        if let Some(last) = parts.last_mut().filter(|_| one != '_') {
            last.extend(one.to_lowercase());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_words_are_found() {
        let rows = [
            ("crates/server/src/a.rs", "fn send_alert() {}", 1),
            ("crates/server/src/a.rs", "struct NotificationQueue;", 1),
            ("crates/server/src/a.rs", "let a = \"an Alert for you\";", 1),
            ("crates/server/src/a.rs", "let alertness = \"alertness\";", 0),
            ("crates/server/src/a.rs", "// an alert", 0),
            ("crates/server/src/a.rs", "struct CaseFile; enum Incident {}", 2),
            ("crates/server/src/a.rs", "fn use_case() { let case = 1; }", 0),
            ("crates/server/src/a.rs", "#[cfg(test)]\nmod t { fn alert() {} }", 0),
            ("crates/drafting/src/render/cap.rs", "out.create_element(\"alert\")", 0),
            ("crates/drafting/src/render/sms.rs", "out.create_element(\"alert\")", 1),
        ];
        for (file, text, expected) in rows {
            let findings = one(&Source::new(file, text));
            assert_eq!(findings.len(), expected, "{file}: {text}: {findings:?}");
        }
    }

    #[test]
    fn an_exception_nobody_uses_is_found() {
        let cap = Source::new("crates/drafting/src/render/cap.rs", "(\"alert\", \"Alert\")");
        assert_eq!(check(&[cap]).len(), FOREIGN.len() - 2);
    }
}
