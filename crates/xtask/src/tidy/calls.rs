//! Calls that have one place, or none: clocks, randomness, files and network in pure units, leftovers everywhere.

use super::source::Source;
use super::{Finding, PURE};

/// Something that may be written only in the files named.
struct Only {
    rule: &'static str,
    /// Matched on whole words; `::` and `!` are part of it.
    call: &'static str,
    /// Files and the reason each may; everything else may not.
    places: &'static [(&'static str, &'static str)],
    instead: &'static str,
}

const CLOCK: &[(&str, &str)] = &[("crates/server/src/clock.rs", "the one place that reads time")];
/// A test that takes long says so (`#[ignore = "…"]`) and `./test.sh --long` runs it; one without a reason is forgotten.
const LEFTOVERS: [&str; 4] = ["todo!", "unimplemented!", "dbg!", "#[ignore]"];

const ONLY: [Only; 7] = [
    Only { rule: "clock", call: "Timestamp::now", places: CLOCK, instead: "take the time as a parameter" },
    Only { rule: "clock", call: "Zoned::now", places: CLOCK, instead: "take the time as a parameter" },
    Only { rule: "clock", call: "SystemTime::now", places: CLOCK, instead: "take the time as a parameter" },
    Only { rule: "clock", call: "Instant::now", places: CLOCK, instead: "take the time as a parameter" },
    Only {
        rule: "clock",
        call: "OffsetDateTime::now_utc",
        places: &[("crates/server/src/http/sessions.rs", "tower-sessions takes its expiry in this type and no other")],
        instead: "take the time as a parameter",
    },
    Only {
        rule: "randomness",
        call: "getrandom",
        places: &[("crates/server/src/ids.rs", "the one place that makes randomness")],
        instead: "take ids, salts and seeds as parameters",
    },
    Only { rule: "randomness", call: "rand::", places: &[], instead: "take ids, salts and seeds as parameters" },
];

/// What a pure unit does not even name.
const IMPURE: [&str; 10] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "SystemTime",
    "Instant",
    "tokio",
    "async fn",
    "std::io::stdin",
];

/// What is wrong in one file.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, code) in source.code.lines().enumerate().map(|(at, code)| (at + 1, code)) {
        let mut found = |rule, what: String| findings.push(Finding::new(&source.path, line, rule, what));
        for leftover in LEFTOVERS.into_iter().filter(|word| has(code, word)) {
            found("leftover", format!("`{leftover}` does not stay in the tree"));
        }
        if has(code, "unsafe") {
            found("unsafe", "unsafe code is forbidden here".to_owned());
        }
        if source.is_test(line) {
            continue;
        }
        // xtask holds this table and never ships; everything else answers for its clocks.
        for only in ONLY.iter().filter(|only| source.unit != "xtask" && has(code, only.call)) {
            if !only.places.iter().any(|(file, _)| *file == source.path) {
                found(only.rule, format!("`{}` is not called here; {}", only.call, only.instead));
            }
        }
        if PURE.contains(&source.unit.as_str()) {
            for name in IMPURE.into_iter().filter(|name| has(code, name)) {
                found("pure", format!("`{}` is pure and has no `{name}`", source.unit));
            }
        }
        if source.unit == "domain" && swallows(code) {
            found("wildcard", "`_ => {}` hides the variant that somebody adds next; name them".to_owned());
        }
    }
    findings
}

/// Whether `code` has `word` with no letter, digit or underscore against its ends.
fn has(code: &str, word: &str) -> bool {
    let part = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let open_ended = word.ends_with(|last: char| !last.is_alphanumeric());
    code.match_indices(word).any(|(at, _)| {
        let before = at.checked_sub(1).map(|at| code.as_bytes()[at]);
        let after = code.as_bytes().get(at + word.len()).copied();
        (!part(before) || word.starts_with('#')) && (!part(after) || open_ended)
    })
}

fn swallows(code: &str) -> bool {
    let squeezed: String = code.split_whitespace().collect();
    ["_=>{}", "_=>()"].iter().any(|arm| {
        squeezed.match_indices(arm).any(|(at, _)| {
            let before = squeezed[..at].chars().next_back();
            !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_calls_are_found_where_they_may_not_be() {
        let rows = [
            ("crates/server/src/clock.rs", "let at = Timestamp::now();", None),
            ("crates/server/src/app/reports.rs", "let at = Timestamp::now();", Some("clock")),
            ("crates/store/src/a.rs", "let at = std::time::Instant::now();", Some("clock")),
            ("crates/store/benches/a.rs", "let at = std::time::Instant::now();", None),
            ("crates/demo/src/a.rs", "SystemTime::now()", Some("clock")),
            ("crates/server/src/http/sessions.rs", "OffsetDateTime::now_utc()", None),
            ("crates/server/src/http/mod.rs", "OffsetDateTime::now_utc()", Some("clock")),
            ("crates/server/src/ids.rs", "getrandom::fill(out)", None),
            ("crates/channels/src/a.rs", "getrandom::fill(out)", Some("randomness")),
            ("crates/demo/src/a.rs", "rand::rng()", Some("randomness")),
            ("crates/demo/src/a.rs", "operand::rng()", None),
            ("crates/policy/src/a.rs", "use std::fs;", Some("pure")),
            ("crates/policy/src/a.rs", "// std::fs is not here", None),
            ("crates/policy/src/a.rs", "let a = \"std::fs\";", None),
            ("crates/policy/src/a.rs", "#[cfg(test)] mod t { use std::fs; }", None),
            ("crates/server/src/a.rs", "use std::fs;", None),
            ("crates/record/src/a.rs", "async fn read() {}", Some("pure")),
            ("crates/domain/src/a.rs", "match a { A => 1, _ => {} }", Some("wildcard")),
            ("crates/domain/src/a.rs", "match a { A => 1, Some(_) => {} }", None),
            ("crates/server/src/a.rs", "match a { A => 1, _ => {} }", None),
            ("crates/server/src/a.rs", "todo!()", Some("leftover")),
            ("crates/server/tests/a.rs", "#[ignore]", Some("leftover")),
            ("crates/server/tests/a.rs", "#[ignore = \"takes long\"]", None),
            ("crates/server/src/a.rs", "unsafe { x }", Some("unsafe")),
            ("crates/server/src/a.rs", "unsafe_code", None),
        ];
        for (file, text, expected) in rows {
            let findings = check(&Source::new(file, text));
            let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
            assert_eq!(rules, expected.into_iter().collect::<Vec<_>>(), "{file}: {text}");
        }
    }
}
