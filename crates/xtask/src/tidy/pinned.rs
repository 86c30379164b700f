//! Documents pinned to the code they describe: what one names, the other has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

use super::Finding;
use super::source::Source;

const RULE: &str = "document";
const GLOSSARY: &str = "docs/glossary.md";
const OPERATING: &str = "docs/operating.md";
const ARCHITECTURE: &str = "ARCHITECTURE.md";
/// Documents whose commands must exist.
const WITH_COMMANDS: [&str; 3] = ["README.md", OPERATING, "SECURITY.md"];
/// Documents whose files must exist.
const WITH_FILES: [&str; 4] = [ARCHITECTURE, "README.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Compares the documents with the code.
pub fn check(root: &Path, sources: &[Source]) -> Result<Vec<Finding>, String> {
    let read = |file: &str| fs::read_to_string(root.join(file)).map_err(|cause| format!("{file}: {cause}"));
    let mut findings = Vec::new();

    let prefixes = captured(&read("crates/domain/src/ids.rs")?, r#"(?m)^    \w+, \w+, "([a-z]+)";"#);
    let prefixes = prefixes.into_iter().map(|prefix| format!("{prefix}_"));
    findings.extend(unnamed(GLOSSARY, &read(GLOSSARY)?, prefixes, "id prefix"));
    let roles = roles(&read("crates/domain/src/words.rs")?);
    findings.extend(unnamed(GLOSSARY, &read(GLOSSARY)?, roles.into_iter(), "role"));
    let keys = captured(&read("crates/server/src/config.rs")?, r"(?m)^    pub (\w+): ");
    findings.extend(unnamed(OPERATING, &read(OPERATING)?, keys.into_iter(), "key of desk.toml"));

    let units: BTreeSet<String> = sources.iter().map(|source| format!("crates/{}", source.unit)).collect();
    findings.extend(unnamed(ARCHITECTURE, &read(ARCHITECTURE)?, units.into_iter(), "crate"));
    for file in WITH_FILES {
        findings.extend(missing_files(file, &read(file)?, |path| root.join(path).exists()));
    }
    let known = subcommands(sources);
    for file in WITH_COMMANDS {
        findings.extend(unknown_commands(file, &read(file)?, &known));
    }
    Ok(findings)
}

/// The words of `names` that `text` does not have between backticks.
fn unnamed(file: &str, text: &str, names: impl Iterator<Item = String>, what: &str) -> Vec<Finding> {
    let ticked = captured(text, "`([^`\n]+)`");
    let missing = names.filter(|name| !ticked.contains(name));
    missing.map(|name| Finding::new(file, 1, RULE, format!("does not name the {what} `{name}`"))).collect()
}

/// The ids in `Role::id`.
fn roles(words: &str) -> BTreeSet<String> {
    let from = words.find("impl Role").unwrap_or(words.len());
    let to = words[from..].find("from_id").map_or(words.len(), |at| from + at);
    captured(&words[from..to], r#"=> "([a-z_]+)""#)
}

/// Paths between backticks or behind links that are not there. A path has a slash and begins like a folder of ours.
fn missing_files(file: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let ours =
        ["crates/", "docs/", "examples/", "policies/", "data/", "tests/", "fuzz/", "models/", ".ci/", ".config/"];
    let mut findings = Vec::new();
    for (line, text) in text.lines().enumerate().map(|(at, text)| (at + 1, text)) {
        for path in captured(text, "`([^`\n ]+)`").into_iter().chain(captured(text, r"\]\(([^)# ]+)\)")) {
            let plain = !path.contains(['*', '<', '{', '…']);
            if plain && ours.iter().any(|start| path.starts_with(start)) && !exists(&path) {
                findings.push(Finding::new(file, line, RULE, format!("names `{path}`, which is not there")));
            }
        }
    }
    findings
}

/// The names of all subcommands: the variants of the enums that clap derives its commands from.
fn subcommands(sources: &[Source]) -> BTreeSet<String> {
    let mut known = BTreeSet::from(["help".to_owned()]);
    for source in sources.iter().filter(|source| source.unit == "cli") {
        for (at, _) in source.code.match_indices("Subcommand") {
            let Some(start) = source.code[at..].find("enum ").map(|found| at + found) else { continue };
            let end = super::source::end_of_item(&source.code, start);
            for variant in captured(&source.code[start..end], r"(?m)^    ([A-Z]\w*)") {
                known.insert(kebab(&variant));
            }
        }
    }
    known
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for one in name.chars() {
        if one.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(one.to_lowercase());
    }
    out
}

/// Commands that a document tells people to run, in a block or between backticks, and that the program does not have.
fn unknown_commands(file: &str, text: &str, known: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_block = false;
    for (line, text) in text.lines().enumerate().map(|(at, text)| (at + 1, text)) {
        in_block ^= text.starts_with("```");
        let before = if in_block { r"^|\$ |sudo |&& |\| " } else { "`" };
        let pattern = format!("(?:{before})(?:forewarn|cargo run --release --) ([a-z][a-z-]*)");
        for command in captured(text, &pattern) {
            if !known.contains(&command) {
                let what = format!("tells people to run `forewarn {command}`, which the program does not have");
                findings.push(Finding::new(file, line, RULE, what));
            }
        }
    }
    findings
}

/// What the first group of `pattern` matches in `text`.
fn captured(text: &str, pattern: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).expect("the patterns are written above and tested");
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_leaves_out_is_found() {
        let names = || ["rep_".to_owned(), "thr_".to_owned()].into_iter();
        assert!(unnamed("d.md", "`rep_` and `thr_`", names(), "id prefix").is_empty());
        assert_eq!(unnamed("d.md", "`rep_` and thr_", names(), "id prefix").len(), 1);
        let words =
            "enum Harm => \"no\" impl Role { Self::A => \"intake\", Self::B => \"senior_officer\" from_id => \"x\"";
        assert_eq!(roles(words), BTreeSet::from(["intake".to_owned(), "senior_officer".to_owned()]));
    }

    #[test]
    fn a_file_that_is_gone_is_found() {
        let text = "see `crates/a/src/here.rs`, `crates/a/src/gone.rs`, `a/b`, `crates/*/src`, `crates/a b`, [x](docs/gone.png)";
        let findings = missing_files("d.md", text, |path| path.ends_with("here.rs"));
        assert_eq!(findings.len(), 2, "{findings:?}");
    }

    #[test]
    fn a_command_that_is_gone_is_found() {
        let cli = "#[derive(Debug, Subcommand)]\npub enum Task {\n    /// Reads.\n    Read(ReadArguments),\n    \
                   RecordVerify {\n        file: A,\n    },\n}\n";
        let known = subcommands(&[Source::new("crates/cli/src/arguments.rs", cli)]);
        assert_eq!(known, ["help", "read", "record-verify"].map(str::to_owned).into());
        let text =
            "run `forewarn read FILE`\n```\nforewarn gone\n```\n`cargo run --release -- gone`\nforewarn is a desk.\n";
        let findings = unknown_commands("README.md", text, &known);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3, 5]);
    }
}
