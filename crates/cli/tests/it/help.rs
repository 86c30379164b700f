//! Every command has help; completions and man pages cover them all.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use crate::common::run;

/// Every command and subcommand, as `--help` lists them.
fn commands(path: &[String]) -> Vec<Vec<String>> {
    let args: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    let ran = run(&args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{path:?}");
    assert!(ran.out.contains("Usage: forewarn"), "{path:?}: {}", ran.out);
    let mut found = vec![path.to_vec()];
    let list = ran.out.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let mut below = path.to_vec();
        below.push(name.to_owned());
        found.extend(commands(&below));
    }
    found
}

#[test]
fn every_command_has_help_a_completion_and_a_man_page() {
    let all = commands(&[]);
    let known = [
        "demo",
        "init",
        "serve",
        "account add",
        "account list",
        "account off",
        "account on",
        "account password",
        "account waking",
        "report add",
        "report list",
        "report show",
        "report mark",
        "report release",
        "threat list",
        "threat show",
        "threat own",
        "threat hand-over",
        "threat state",
        "threat ask-originator",
        "threat record-answer",
        "threat warn-first",
        "threat dispute",
        "threat settle-dispute",
        "threat delay",
        "determination list",
        "determination show",
        "determination replay",
        "register import",
        "register check",
        "roster check",
        "roster show",
        "roster import",
        "record verify",
        "record export",
        "record check",
        "record rebuild",
        "stats",
        "read",
        "screen",
        "policy list",
        "policy check",
        "policy decide",
        "policy diff",
        "policy new",
        "policy propose",
        "policy preview",
        "policy adopt",
        "draft check",
        "draft render",
        "openapi",
        "completions",
        "man",
    ];
    let found: Vec<String> = all.iter().map(|path| path.join(" ")).collect();
    for command in known {
        assert!(found.iter().any(|one| one == command), "{command} is missing from {found:?}");
    }
    assert!(!found.iter().any(|one| one.starts_with("worker")), "the worker is not for people");

    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, 0);
        assert!(script.out.contains("forewarn") && script.out.contains("register"), "{shell}");
    }
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(run(&["man", "--out", directory.path().to_str().unwrap()]).code, 0);
    for path in &all {
        let page = [vec!["forewarn".to_owned()], path.clone()].concat().join("-") + ".1";
        assert!(directory.path().join(&page).is_file(), "{page} was not written");
    }
    assert!(run(&["man"]).out.contains(".TH forewarn"));
}

#[test]
fn wrong_usage_is_two_and_no_command_is_help() {
    for args in
        [&["no-such-command"][..], &["read"], &["demo", "--json"], &["record", "rebuild", "--data", "x"], &["man", "x"]]
    {
        let ran = run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty() && ran.err.contains("Usage"), "{args:?}: {}", ran.err);
    }
    let ran = run(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Exit codes"), "{}", ran.err);
    assert_eq!(run(&["--version"]).code, 0);
}

#[test]
fn the_api_is_described() {
    let document = run(&["openapi"]).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"].as_object().unwrap().len() > 10);
}
