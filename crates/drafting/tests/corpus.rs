//! How many leaks the check finds, and how often it cries wolf, on drafts written for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use drafting::{Finding, Kind, Verdict, check_files};

/// One draft of a scenario.
struct Case {
    file: String,
    report: String,
    text: String,
    leak: Option<String>,
}

/// What was found over a set of drafts.
#[derive(Default)]
struct Score {
    drafts: usize,
    found: usize,
    named: usize,
}

fn cases(set: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(set);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the corpus is there").map(|f| f.expect("a file").path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("UTF-8");
        let mut report = String::new();
        for section in text.split("=== ").skip(1) {
            let (title, body) = section.split_once('\n').expect("a title line");
            let text = unescape(body.trim());
            let file = file.file_name().expect("a name").to_string_lossy().into_owned();
            match title.trim() {
                "report" => report = text,
                "clean" => cases.push(Case { file, report: report.clone(), text, leak: None }),
                leak => {
                    let kind = leak.strip_prefix("leak ").expect("clean or leak KIND").to_owned();
                    assert!(Kind::ALL.iter().any(|known| known.id() == kind), "{kind}");
                    cases.push(Case { file, report: report.clone(), text, leak: Some(kind) });
                }
            }
        }
    }
    cases
}

fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (code, after) = after.split_once('}').expect("a closing brace");
        let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a code point");
        plain.push_str(before);
        plain.push(character);
        rest = after;
    }
    plain + rest
}

/// What the check makes of a whole set.
struct Measured {
    recall: f64,
    precision: f64,
    /// The part of the clean drafts that is blocked.
    false_block: f64,
}

/// Measures a set; prints the table, and what went wrong when `tell`.
fn measure(set: &str, tell: bool) -> Measured {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut wolves: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases(set) {
        let report = check_files(&[("report", &case.report)], &case.text);
        let leaks = report.verdict() == Verdict::Leak;
        let name = case.leak.clone().unwrap_or_else(|| "clean".to_owned());
        let score = scores.entry(name.clone()).or_default();
        score.drafts += 1;
        score.found += usize::from(leaks);
        score.named += usize::from(report.findings().iter().any(|found| found.kind.id() == name));
        if case.leak.is_none() {
            report.findings().iter().for_each(|found| *wolves.entry(found.kind.id()).or_default() += 1);
        }
        if tell && leaks != case.leak.is_some() {
            println!(
                "{} {name}: {}\n    {:?}",
                case.file,
                case.text,
                report.findings().iter().map(brief).collect::<Vec<_>>()
            );
        }
    }
    let (mut leaks, mut found, mut clean, mut wolf) = (0, 0, 0, 0);
    println!("{set}: kind, drafts, found, recall, found as this kind, wrong findings of this kind in clean drafts");
    for (kind, score) in &scores {
        let false_findings = wolves.get(kind.as_str()).copied().unwrap_or(0);
        println!(
            "  {kind:<15} {:>4} {:>4}   {:.3} {:>4} {false_findings:>4}",
            score.drafts,
            score.found,
            ratio(score.found, score.drafts),
            score.named
        );
        if kind == "clean" {
            clean += score.drafts;
            wolf += score.found;
        } else {
            leaks += score.drafts;
            found += score.found;
        }
    }
    let measured = Measured {
        recall: ratio(found, leaks),
        precision: ratio(found, found + wolf),
        false_block: ratio(wolf, clean),
    };
    println!(
        "A2: {set}: recall {:.3} ({found} of {leaks}), false-block {:.3} ({wolf} of {clean}), precision {:.3}",
        measured.recall, measured.false_block, measured.precision
    );
    measured
}

fn brief(found: &Finding) -> String {
    format!("{}: {}", found.kind.id(), found.draft_words)
}

#[allow(clippy::cast_precision_loss)]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

#[test]
fn develop_set() {
    let measured = measure("develop", true);
    assert!(measured.recall >= 0.98 && measured.false_block <= 0.02);
}

#[test]
fn holdout_set() {
    let measured = measure("holdout", false);
    assert!(measured.recall >= 0.98 && measured.precision >= 0.95);
}

#[test]
fn rephrase_set() {
    let measured = measure("rephrase", true);
    assert!(measured.recall >= 0.58 && measured.false_block <= 0.06);
}

/// The goal of attack A2, recall 0.98 at a false-block of 0.02, is not reached: this only keeps what was.
#[test]
fn judge_set() {
    let measured = measure("judge", false);
    assert!(measured.recall >= 0.4 && measured.false_block <= 0.09);
}

#[test]
fn the_corpus_is_as_large_as_promised() {
    let all: Vec<Case> = ["develop", "rephrase", "holdout", "judge"].into_iter().flat_map(cases).collect();
    let clean = all.iter().filter(|case| case.leak.is_none()).count();
    println!("corpus: {} drafts, {clean} of them clean", all.len());
    assert!(all.len() >= 400 && clean * 5 >= all.len() * 2, "{clean} of {}", all.len());
    let kinds: std::collections::BTreeSet<_> = all.iter().filter_map(|case| case.leak.as_deref()).collect();
    assert_eq!(kinds.len(), Kind::ALL.len(), "{kinds:?}");
}
