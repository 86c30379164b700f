//! Functions fit a screen and files a sitting, by ratchet.
//!
//! `crates/xtask/tidy-ratchet.toml` lists what is longer today, with its length. Something longer than listed is a
//! finding; so is a listed one that became shorter, until the list says so. The list only shrinks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Finding;
use super::source::{Source, end_of_item, line_of};

const RATCHET: &str = "crates/xtask/tidy-ratchet.toml";
const FUNCTION_LINES: usize = 70;
const FILE_LINES: usize = 600;
const HEAD: &str = "\
# What is longer than the house allows (a function 70 lines, a file 600). This list only shrinks: `cargo xtask tidy`
# refuses anything longer than listed, and `cargo xtask tidy --lower` takes off what became shorter.
";

/// What is longer than allowed, and how long.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Ratchet {
    /// File to lines.
    files: BTreeMap<String, usize>,
    /// `file#function` to lines; for a name met twice in a file, the longest.
    functions: BTreeMap<String, usize>,
}

/// One measured thing.
struct Measured {
    file: String,
    line: usize,
    key: String,
    lines: usize,
}

/// What is longer than allowed or listed wrongly.
pub fn check(root: &Path, sources: &[Source]) -> Result<Vec<Finding>, String> {
    Ok(compare(&load(root)?, sources))
}

/// Takes off the list what became shorter.
pub fn lower(root: &Path, sources: &[Source]) -> Result<(), String> {
    let old = load(root)?;
    let new = Ratchet {
        files: lowered(&old.files, &files(sources), FILE_LINES),
        functions: lowered(&old.functions, &functions(sources), FUNCTION_LINES),
    };
    let text = toml::to_string(&new).map_err(|cause| cause.to_string())?;
    fs::write(root.join(RATCHET), format!("{HEAD}\n{text}")).map_err(|cause| format!("{RATCHET}: {cause}"))
}

fn load(root: &Path) -> Result<Ratchet, String> {
    let text = fs::read_to_string(root.join(RATCHET)).map_err(|cause| format!("{RATCHET}: {cause}"))?;
    toml::from_str(&text).map_err(|cause| format!("{RATCHET}: {cause}"))
}

fn compare(ratchet: &Ratchet, sources: &[Source]) -> Vec<Finding> {
    let mut findings = against(&ratchet.files, &files(sources), FILE_LINES, "file-length");
    findings.extend(against(&ratchet.functions, &functions(sources), FUNCTION_LINES, "function-length"));
    findings
}

fn against(listed: &BTreeMap<String, usize>, measured: &[Measured], limit: usize, rule: &'static str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in measured {
        let allowed = listed.get(&one.key).copied().unwrap_or(limit);
        if one.lines > allowed {
            let what =
                format!("`{}` has {} lines; {allowed} are allowed: split it by what it does", one.key, one.lines);
            findings.push(Finding::new(&one.file, one.line, rule, what));
        }
    }
    let now = longest(measured);
    for (key, lines) in listed {
        let is = now.get(key.as_str()).copied().unwrap_or(0);
        if is < *lines {
            let what = format!("`{key}` is listed with {lines} lines and has {is}: run `cargo xtask tidy --lower`");
            findings.push(Finding::new(RATCHET, 1, rule, what));
        }
    }
    findings
}

fn lowered(listed: &BTreeMap<String, usize>, measured: &[Measured], limit: usize) -> BTreeMap<String, usize> {
    let now = longest(measured);
    let kept = listed.iter().filter_map(|(key, lines)| {
        let is = now.get(key.as_str()).copied().unwrap_or(0);
        (is > limit).then(|| (key.clone(), is.min(*lines)))
    });
    kept.collect()
}

fn longest(measured: &[Measured]) -> BTreeMap<&str, usize> {
    let mut longest = BTreeMap::new();
    for one in measured {
        let most = longest.entry(one.key.as_str()).or_insert(0);
        *most = one.lines.max(*most);
    }
    longest
}

fn files(sources: &[Source]) -> Vec<Measured> {
    let measure = |source: &Source| {
        let (file, key) = (source.path.clone(), source.path.clone());
        Measured { file, line: 1, key, lines: source.code.lines().count() }
    };
    sources.iter().map(measure).collect()
}

/// Every function outside tests, from its `fn` to its closing brace.
fn functions(sources: &[Source]) -> Vec<Measured> {
    let mut measured = Vec::new();
    for source in sources {
        for (at, _) in source.code.match_indices("fn ") {
            let before = source.code[..at].bytes().next_back();
            let name: String =
                source.code[at + 3..].chars().take_while(|one| one.is_alphanumeric() || *one == '_').collect();
            let line = line_of(&source.code, at);
            if before.is_some_and(|byte| !byte.is_ascii_whitespace()) || name.is_empty() || source.is_test(line) {
                continue;
            }
            let lines = line_of(&source.code, end_of_item(&source.code, at)) - line + 1;
            let key = format!("{}#{name}", source.path);
            measured.push(Measured { file: source.path.clone(), line, key, lines });
        }
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(body: usize) -> [Source; 1] {
        let text = format!("trait T {{\n fn short(&self);\n}}\nfn long() {{\n{}}}\n", " a();\n".repeat(body));
        [Source::new("crates/server/src/a.rs", &text)]
    }

    fn listed(function: usize) -> Ratchet {
        let functions = BTreeMap::from([("crates/server/src/a.rs#long".to_owned(), function)]);
        Ratchet { functions, ..Ratchet::default() }
    }

    #[test]
    fn the_ratchet_turns_one_way() {
        let rows = [
            (Ratchet::default(), 68, 0),
            (Ratchet::default(), 69, 1),
            (listed(90), 88, 0),
            (listed(90), 89, 1),
            (listed(90), 87, 1),
            (listed(90), 10, 1),
        ];
        for (ratchet, body, expected) in rows {
            let findings = compare(&ratchet, &source(body));
            assert_eq!(findings.len(), expected, "{body}: {findings:?}");
        }
    }

    #[test]
    fn lowering_never_raises() {
        let rows = [(88, Some(90)), (80, Some(82)), (100, Some(90)), (60, None)];
        for (body, expected) in rows {
            let now = lowered(&listed(90).functions, &functions(&source(body)), FUNCTION_LINES);
            assert_eq!(now.values().next().copied(), expected, "{body}");
        }
    }

    #[test]
    fn long_files_are_found_and_tests_have_long_functions() {
        let text = "a();\n".repeat(601);
        let findings = compare(&Ratchet::default(), &[Source::new("crates/server/tests/a.rs", &text)]);
        assert_eq!(findings.len(), 1, "{findings:?}");
        let text = format!("fn a() {{\n{}}}\n", "a();\n".repeat(100));
        assert!(compare(&Ratchet::default(), &[Source::new("crates/server/tests/a.rs", &text)]).is_empty());
    }
}
