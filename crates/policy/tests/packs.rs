//! The shipped packs: they parse, they are sound, they agree with their corpora, and their corpora can fail.
#![allow(clippy::unwrap_used, reason = "tests")]

use policy::pack::Rule;
use policy::{Corpus, Pack, check, shipped, shipped_corpus, shipped_text, staffing};

const IDS: [&str; 6] =
    ["icd-191", "uk-threat-to-life", "clery", "duty-of-care", "ca-duty-to-warn", "victim-notification"];

fn corpus(id: &str) -> Corpus {
    shipped_corpus(id).unwrap().unwrap_or_else(|error| panic!("{id}: {error}"))
}

fn pack(id: &str) -> Pack {
    Pack::parse(shipped_text(id).unwrap()).unwrap_or_else(|error| panic!("{id}: {error}"))
}

#[test]
fn every_shipped_pack_is_read_and_sound() {
    let ids: Vec<String> = shipped().unwrap().into_iter().map(|pack| pack.says.id).collect();
    assert_eq!(ids, IDS);
    for id in IDS {
        assert_eq!(check(&pack(id)), [], "{id}");
    }
}

#[test]
fn every_corpus_agrees_with_its_pack() {
    for id in IDS {
        let corpus = corpus(id);
        let least = if id == "icd-191" { 30 } else { 12 };
        assert!(corpus.rows.len() >= least, "{id} has {} rows", corpus.rows.len());
        assert_eq!(corpus.disagreements(&pack(id)), [], "{id}");
        println!("{id}: {} rows agree", corpus.rows.len());
    }
}

/// Every row-bearing part of a pack, changed one at a time: some row has to notice.
#[test]
fn a_changed_pack_is_noticed_by_its_corpus() {
    let (mut changed, mut unnoticed) = (0, Vec::new());
    for id in IDS {
        let corpus = corpus(id);
        for (what, mutant) in mutants(&pack(id)) {
            changed += 1;
            if corpus.disagreements(&mutant).is_empty() {
                unnoticed.push(format!("{id}: {what}"));
            }
        }
    }
    assert_eq!(unnoticed, Vec::<String>::new(), "no row notices these");
    println!("{changed} changed packs, all noticed");
}

fn mutants(pack: &Pack) -> Vec<(String, Pack)> {
    let mut mutants = Vec::new();
    let mut add = |what: String, change: &dyn Fn(&mut Pack)| {
        let mut mutant = pack.clone();
        change(&mut mutant);
        mutants.push((what, mutant));
    };
    add("no doubt rule".into(), &|pack| pack.says.doubt = None);
    add("nobody affirms not owed".into(), &|pack| pack.says.not_owed.affirmed_by.clear());
    add("the approver affirms".into(), &|pack| pack.says.not_owed.affirmed_by = vec!["approver".into()]);
    for criterion in &pack.says.criteria {
        let id = &criterion.id;
        add(format!("threshold is {id} alone"), &|pack| pack.says.threshold.rule = Rule::Criterion(id.clone()));
        add(format!("threshold without {id}"), &|pack| {
            without(&mut pack.says.threshold.rule, id);
        });
    }
    add("every harm in scope".into(), &|pack| {
        pack.says
            .scope
            .harms
            .extend(["arrest", "other", "theft", "plagiarism", "spam", "ransomware"].map(String::from));
        pack.says.scope.victims = vec![domain::VictimKind::Person];
    });
    mutants
}

fn without(rule: &mut Rule, id: &str) {
    if let Rule::All(parts) | Rule::Any(parts) | Rule::AtLeast(_, parts) = rule {
        parts.retain(|part| *part != Rule::Criterion(id.into()));
        for part in parts {
            without(part, id);
        }
    }
}

fn people(rows: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |roles: &[&str]| roles.iter().map(ToString::to_string).collect();
    rows.iter().map(|(name, roles)| ((*name).to_owned(), owned(roles))).collect()
}

#[test]
fn separation_of_duties_is_counted_in_persons() {
    let pack = pack("icd-191");
    let rules = |rows: &[(&str, &[&str])]| -> Vec<&'static str> {
        staffing(&pack, &people(rows)).into_iter().map(|finding| finding.rule).collect()
    };
    let three: &[(&str, &[&str])] =
        &[("a", &["assessor"]), ("b", &["senior_officer"]), ("c", &["approver", "deliverer"])];
    assert_eq!(rules(three), Vec::<&str>::new());
    let one: &[(&str, &[&str])] = &[("a", &["assessor", "senior_officer", "approver", "deliverer"])];
    assert_eq!(rules(one), ["not-enough-persons"; 2]);
    // One person under two entries is still one.
    let twice: &[(&str, &[&str])] =
        &[("a", &["assessor", "deliverer"]), ("A ", &["senior_officer"]), ("c", &["approver"])];
    assert_eq!(rules(twice), ["not-enough-persons"]);
    assert!(rules(&[("a", &["assessor"])]).contains(&"nobody-may"));
    assert!(rules(&[("a", &["assessor"])]).contains(&"nobody-asked"));
}

/// The explanation for lawyers names every key that a shipped pack or corpus uses.
#[test]
fn every_key_is_explained() {
    let readme = include_str!("../../../policies/README.md");
    for id in IDS {
        for line in shipped_text(id).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let key = line.split(" = ").next().filter(|_| line.contains(" = ")).unwrap_or_default();
            let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(
                !plain || readme.contains(&format!("`{key}`")),
                "{id}: `{key}` is not explained in policies/README.md"
            );
        }
        assert!(readme.contains(&format!("`{id}`")), "{id} is not listed");
    }
}
