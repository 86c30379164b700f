//! Who depends on whom, as cargo sees it.
//!
//! Our crates' own dependencies come from `cargo metadata`. What a pure unit reaches comes from `cargo tree -p UNIT`
//! instead: metadata puts together the features of the whole workspace, so that `record` would be blamed for the
//! randomness that another crate switches on in `ed25519-dalek`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::{Finding, PURE};

const RULE: &str = "imports";

/// What a pure unit never reaches, however far down.
const IMPURE: [&str; 14] = [
    "async-std",
    "axum",
    "fastrand",
    "getrandom",
    "hyper",
    "mio",
    "notify",
    "rand",
    "rand_core",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tokio",
];

/// Each crate of ours and what it may import; the order is the workflow's.
const MAY_IMPORT: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    ("record", &[]),
    ("reading", &["domain"]),
    ("screening", &["domain"]),
    ("policy", &["domain"]),
    ("drafting", &["domain"]),
    ("store", &["domain", "record"]),
    ("letters", &["domain", "drafting"]),
    ("channels", &["domain", "drafting"]),
    ("server", &["channels", "domain", "drafting", "letters", "policy", "reading", "record", "screening", "store"]),
    ("demo", &["channels", "domain", "record", "server", "store"]),
    // `letters` because the program is its own letter worker; `store` for the words of exports and checks.
    (
        "forewarn",
        &["demo", "domain", "drafting", "letters", "policy", "reading", "record", "screening", "server", "store"],
    ),
    (
        "testkit",
        &[
            "channels",
            "demo",
            "domain",
            "drafting",
            "letters",
            "policy",
            "reading",
            "record",
            "screening",
            "server",
            "store",
        ],
    ),
    ("xtask", &[]),
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    /// Nothing for our own crates.
    source: Option<String>,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Nothing for a normal one; `dev` or `build` otherwise.
    kind: Option<String>,
}

/// Asks cargo and answers what breaks the house.
pub fn check(root: &Path) -> Result<Vec<Finding>, String> {
    let text = cargo(root, &["metadata", "--format-version", "1", "--no-deps"])?;
    let metadata: Metadata = serde_json::from_str(&text).map_err(|cause| format!("cargo metadata: {cause}"))?;
    let mut findings = between_ours(&metadata);
    for unit in PURE {
        let tree = cargo(root, &["tree", "--package", unit, "--edges", "normal", "--prefix", "none"])?;
        findings.extend(reached(unit, &tree));
    }
    findings.extend(lints(root, &metadata)?);
    Ok(findings)
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program).args(arguments).current_dir(root).output();
    let output = output.map_err(|cause| format!("cargo {}: {cause}", arguments[0]))?;
    if !output.status.success() {
        return Err(format!("cargo {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Which of our crates import which, against the table.
fn between_ours(metadata: &Metadata) -> Vec<Finding> {
    let may: BTreeMap<&str, &[&str]> = MAY_IMPORT.into_iter().collect();
    let ours = metadata.packages.iter().filter(|package| package.source.is_none());
    let mut findings = Vec::new();
    for package in ours {
        let file = manifest(package);
        let Some(allowed) = may.get(package.name.as_str()) else {
            findings.push(Finding::new(&file, 1, RULE, format!("`{}` is not in the table of imports", package.name)));
            continue;
        };
        let normal = package.dependencies.iter().filter(|dependency| dependency.kind.is_none());
        for dependency in normal.filter(|dependency| may.contains_key(dependency.name.as_str())) {
            if !allowed.contains(&dependency.name.as_str()) {
                let what = format!("`{}` may not import `{}`; it may: {allowed:?}", package.name, dependency.name);
                findings.push(Finding::new(&file, 1, RULE, what));
            }
        }
    }
    findings
}

/// What a pure unit reaches, from the output of `cargo tree --prefix none`.
fn reached(unit: &str, tree: &str) -> Vec<Finding> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut bad: Vec<&str> = names.filter(|name| IMPURE.contains(name)).collect();
    bad.sort_unstable();
    bad.dedup();
    let file = format!("crates/{unit}/Cargo.toml");
    let what =
        |name: &str| format!("`{unit}` is pure and reaches `{name}`; see `cargo tree -p {unit} -e normal -i {name}`");
    bad.into_iter().map(|name| Finding::new(&file, 1, RULE, what(name))).collect()
}

/// Every crate takes the workspace's lints, and those forbid unsafe code.
fn lints(root: &Path, metadata: &Metadata) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    let whole = read(root, "Cargo.toml")?;
    if !whole.lines().any(|line| line.trim() == "unsafe_code = \"forbid\"") {
        findings.push(Finding::new("Cargo.toml", 1, "unsafe", "the workspace's lints must forbid unsafe code"));
    }
    for package in metadata.packages.iter().filter(|package| package.source.is_none()) {
        let file = manifest(package);
        if !takes_the_lints(&read(root, &file)?) {
            findings.push(Finding::new(&file, 1, "unsafe", "needs `[lints]` with `workspace = true`"));
        }
    }
    Ok(findings)
}

fn takes_the_lints(manifest: &str) -> bool {
    let after = manifest.split_once("[lints]").map(|(_, after)| after);
    after.is_some_and(|after| after.trim_start().starts_with("workspace = true"))
}

fn read(root: &Path, file: &str) -> Result<String, String> {
    std::fs::read_to_string(root.join(file)).map_err(|cause| format!("{file}: {cause}"))
}

/// The path of a crate's manifest from the root.
fn manifest(package: &Package) -> String {
    let at = package.manifest_path.rfind("/crates/").map_or(0, |at| at + 1);
    package.manifest_path[at..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(name: &str, dependencies: &[(&str, Option<&str>)]) -> Metadata {
        let dependencies = dependencies
            .iter()
            .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: kind.map(str::to_owned) })
            .collect();
        let manifest_path = format!("/somewhere/crates/{name}/Cargo.toml");
        Metadata { packages: vec![Package { name: name.to_owned(), source: None, manifest_path, dependencies }] }
    }

    #[test]
    fn imports_outside_the_table_are_found() {
        let rows = [
            (ours("reading", &[("domain", None), ("serde", None)]), 0),
            (ours("reading", &[("screening", None)]), 1),
            (ours("reading", &[("screening", Some("dev"))]), 0),
            (ours("record", &[("domain", None)]), 1),
            (ours("policy", &[("drafting", None), ("reading", None)]), 2),
            (ours("xtask", &[("domain", None)]), 1),
            (ours("newcomer", &[]), 1),
        ];
        for (metadata, expected) in rows {
            let findings = between_ours(&metadata);
            assert_eq!(findings.len(), expected, "{findings:?}");
        }
    }

    #[test]
    fn a_runtime_deep_in_a_pure_unit_is_found() {
        let tree =
            "policy v0.1.0 (/somewhere/crates/policy)\nserde v1.0.0\ntokio v1.2.3\nrandom-thing v1\ntokio v1.2.3 (*)\n";
        let findings = reached("policy", tree);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].file, "crates/policy/Cargo.toml");
    }

    #[test]
    fn a_crate_must_take_the_lints() {
        assert!(takes_the_lints("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"));
        assert!(!takes_the_lints("[package]\nname = \"a\"\n"));
    }
}
