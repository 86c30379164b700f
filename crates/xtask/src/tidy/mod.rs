//! `cargo xtask tidy`: what the house promises and the compiler does not check.
//!
//! The cast: [`source`] reads our Rust files (code apart from comments and texts, tests apart from the rest);
//! [`imports`] asks cargo who depends on whom; [`calls`] finds clocks, randomness, files and leftovers; [`lengths`]
//! measures functions and files; [`words`] keeps the glossary; [`pinned`] compares documents with the code they
//! describe. Each answers [`Finding`]s; none of them changes anything.

mod calls;
mod imports;
mod lengths;
mod pinned;
mod source;
mod words;

use std::fmt;
use std::path::Path;

/// Crates that know no clock, randomness, network, disk, SQL or async runtime.
const PURE: [&str; 6] = ["domain", "record", "reading", "screening", "policy", "drafting"];

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the workspace.
    file: String,
    /// Counted from 1.
    line: usize,
    rule: &'static str,
    /// What is wrong and what to do.
    what: String,
}

impl Finding {
    fn new(file: &str, line: usize, rule: &'static str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, rule, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}", self.file, self.line, self.rule, self.what)
    }
}

/// Runs every rule from the root of the workspace. `lower` first rewrites the list of long functions and files
/// downwards; it never raises or adds.
pub fn run(root: &Path, lower: bool) -> Result<Vec<Finding>, String> {
    let files = source::of_crates(root)?;
    if lower {
        lengths::lower(root, &files)?;
    }
    let mut findings = imports::check(root)?;
    findings.extend(files.iter().flat_map(calls::check));
    findings.extend(lengths::check(root, &files)?);
    findings.extend(words::check(&files));
    findings.extend(pinned::check(root, &files)?);
    findings.sort();
    findings.dedup();
    Ok(findings)
}
