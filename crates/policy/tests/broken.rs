//! Packs broken by hand, each for a reason of its own; texts that are no pack, each refused with its place.
#![allow(clippy::unwrap_used, reason = "tests")]

use policy::{Pack, check, examine, shipped_text};

fn icd(from: &str, to: &str) -> String {
    let text = shipped_text("icd-191").unwrap();
    assert!(text.contains(from), "the shipped pack no longer says {from:?}");
    text.replacen(from, to, 1)
}

/// The rules found in the pack with one place changed.
fn check_broken(from: &str, to: &str, expected: &[&str]) {
    let pack = Pack::parse(&icd(from, to)).unwrap_or_else(|error| panic!("{to}: {error}"));
    let found = check(&pack);
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, expected, "{to}: {found:#?}");
}

#[test]
fn each_broken_pack_has_its_own_finding() {
    check_broken(
        "[not_owed]\naffirmed_by = [\"senior_officer\"]",
        "[not_owed]\naffirmed_by = []",
        &["affirmer-missing"],
    );
    check_broken("affirmed_by = [\"senior_officer\"]", "affirmed_by = []", &["affirmer-missing"]);
    check_broken("affirmed_by = [\"senior_officer\"]", "affirmed_by = [\"assessor\"]", &["affirmer-not-entitled"]);
    check_broken("[\"determine\", \"affirm\"]", "[\"determine\", \"approve\"]", &["affirmer-is-determiner"]);
    check_broken("[\"draft\", \"approve\"]", "[\"draft\", \"deliver\"]", &["approver-is-author"]);
    check_broken("approve = [\"approver\"]", "approve = [\"inspector\"]", &["role-cannot-act"]);
    check_broken("deliver = [\"deliverer\", \"assessor\"]", "deliver = []", &["duty-unfilled"]);
    check_broken("may = [\"assessor\", \"senior_officer\"]", "may = []", &["duty-unfilled"]);
    check_broken("review = [\"senior_officer\"]", "review = []", &["escalation-missing", "state-unwatched"]);
    let dead_end = ["escalation-dead-end", "state-unwatched"];
    check_broken("review = [\"senior_officer\"]", "review = [\"inspector\"]", &dead_end);
    check_broken(
        "{ role = \"senior_officer\", within = \"8h\" }",
        "{ role = \"inspector\", within = \"8h\" }",
        &["escalation-dead-end"],
    );
    check_broken("unclear_counts_as = \"met\"", "unclear_counts_as = \"not_met\"", &["doubt-against-victim"]);
    check_broken("clause = \"ICD 191, duty to warn: credible\"", "clause = \" \"", &["clause-missing"]);
    check_broken(
        "question = \"Is the information believable enough to act on?\"",
        "question = \"\"",
        &["words-missing"],
    );
    check_broken("within = \"7d\"", "within = \"12h\"", &["band-order", "band-too-slow"]);
    check_broken("within = \"7d\"", "", &["band-order"]);
    check_broken("deliver = \"8h\"", "deliver = \"20h\"", &["band-too-slow"]);
    check_broken("within_days = 7", "within_days = 0", &["meaning-out-of-reach"]);
}

#[test]
fn a_pack_without_a_doubt_rule_is_unsound_and_its_doubts_stay_open() {
    let text = shipped_text("icd-191").unwrap();
    let (before, rest) = text.split_once("[doubt]").unwrap();
    let after = rest.split_once("[[grounds]]").unwrap().1;
    let pack = Pack::parse(&format!("{before}[[grounds]]{after}")).unwrap();
    let rules: Vec<&str> = check(&pack).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["doubt-missing"]);
}

const RULE: &str =
    "rule = { all = [\"credible\", \"specific\", \"impending\", \"harm_in_scope\", \"intended_victim\"] }";

#[test]
fn each_broken_threshold_has_its_own_finding() {
    let four = "\"credible\", \"specific\", \"impending\", \"harm_in_scope\"";
    check_broken(RULE, &format!("rule = {{ all = [{four}] }}"), &["criterion-dead"]);
    let rule = format!("rule = {{ at_least = 6, of = [{four}, \"intended_victim\"] }}");
    let dead = ["criterion-dead"; 5];
    let never = [&["threshold-faulty", "never-warns", "always-warns"][..], &dead].concat();
    check_broken(RULE, &rule, &never);
    check_broken(RULE, "rule = { all = [] }", &never);
    let rule = format!("rule = {{ any = [{{ any = [] }}, {{ all = [{four}, \"intended_victim\"] }}] }}");
    check_broken(RULE, &rule, &["threshold-faulty", "always-warns"]);
    let rule = format!("rule = {{ any = [\"credible\", {{ all = [\"credible\", {four}, \"intended_victim\"] }}] }}");
    check_broken(RULE, &rule, &["criterion-dead"; 4]);
}

#[test]
fn a_counter_example_is_given_in_words() {
    let rule = "rule = { any = [] }";
    let found = check(&Pack::parse(&icd(RULE, rule)).unwrap());
    assert!(found.iter().any(|finding| finding.what.contains("asks for 1 of 0 parts")), "{found:#?}");
}

/// Questions that the rules treat alike are tried together, so many of them are no trouble; many that differ are.
#[test]
fn only_criteria_that_all_differ_can_be_too_many() {
    let rest = "question = \"?\"\nguidance = \"-\"\nclause = \"-\"\nprovenance = \"to-check\"\n\n";
    let ids: Vec<String> = ('a'..='z').map(|letter| format!("extra_{letter}")).collect();
    let define = |count: usize| -> String {
        let each = ids[..count].iter().map(|id| format!("[[criteria]]\nid = \"{id}\"\n{rest}"));
        each.collect::<Vec<_>>().concat()
    };
    let text = icd("[threshold]", &format!("{}[threshold]", define(20)));
    let all = format!("{}, \"{}\"] }}", &RULE[..RULE.len() - 3], ids[..20].join("\", \""));
    let (found, proof) = examine(&Pack::parse(&text.replacen(RULE, &all, 1)).unwrap());
    assert_eq!(found, []);
    assert_eq!((proof.combinations, proof.stands_for), (3276, 4_u128.pow(25)));
    let chain = ids[..8].iter().fold("\"extra_i\"".to_owned(), |rule, id| {
        let word = if rule.starts_with("{ any") { "all" } else { "any" };
        format!("{{ {word} = [\"{id}\", {rule}] }}")
    });
    let rule = format!("{}, {chain}] }}", &RULE[..RULE.len() - 3]);
    let text = icd("[threshold]", &format!("{}[threshold]", define(9))).replacen(RULE, &rule, 1);
    let rules: Vec<&str> = check(&Pack::parse(&text).unwrap()).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["too-many-criteria"]);
}

#[test]
fn silence_that_only_a_role_of_its_own_may_affirm_could_never_be_settled() {
    let text = icd("affirm = [\"senior_officer\"]", "affirm = [\"senior_officer\", \"counsel\"]");
    let text = text.replacen("affirmed_by = [\"senior_officer\"]", "affirmed_by = [\"counsel\"]", 1);
    let text = text.replacen("[scope]", "[roles]\ncounsel = \"legal counsel\"\n\n[scope]", 1);
    let found = check(&Pack::parse(&text).unwrap());
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["affirmer-not-heard"], "{found:#?}");
    let both = text.replacen("[\"counsel\"]", "[\"counsel\", \"senior_officer\"]", 1);
    assert_eq!(check(&Pack::parse(&both).unwrap()), []);
}

/// What only a pack changed in memory can show: the reader refuses the text.
#[test]
fn a_role_that_vanished_is_found() {
    let mut pack = Pack::parse(shipped_text("icd-191").unwrap()).unwrap();
    pack.says.grounds[0].affirmed_by = vec!["chief".into()];
    let rules: Vec<&str> = check(&pack).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["role-unknown", "affirmer-not-entitled"]);
    assert_eq!(check(&pack)[0].place, "grounds[0].affirmed_by");
}

/// A refusal names what is wrong and points at the very word.
fn check_refused(from: &str, to: &str, pointed_at: &str, says: &str) {
    let text = icd(from, to);
    let error = Pack::parse(&text).expect_err(to);
    assert!(error.to_string().contains(says), "{to}: {error}");
    let line = text.lines().nth(error.line - 1).unwrap();
    let at: String = line.chars().skip(error.column - 1).collect();
    assert!(at.starts_with(pointed_at), "{to}: {error} points at {at:?}");
}

#[test]
fn a_text_that_is_no_pack_is_refused_at_its_place() {
    check_refused(
        "format = \"forewarn-policy/1\"",
        "format = \"forewarn-policy/9\"",
        "\"forewarn-policy/9\"",
        "this program reads",
    );
    check_refused("id = \"icd-191\"", "id = \"ICD 191\"", "\"ICD 191\"", "is not an id");
    check_refused("version = \"2026.1\"", "version = \" \"", "\" \"", "version is empty");
    check_refused("harms = [\"killing\", \"serious_bodily_injury\", \"kidnapping\"]", "harms = []", "[]", "no harm");
    check_refused("\"structure\", \"location\"]", "\"structure\", \"planet\"]", "\"planet\"", "planet");
    check_refused("all = [\"credible\"", "all = [\"credibel\"", "\"credibel\"", "no criterion `credibel`");
    check_refused(RULE, "rule = { all = [], any = [] }", "{ all", "a rule is");
    check_refused(RULE, "rule = { none = [] }", "{ none", "turn a warning away");
    check_refused(RULE, "rule = 7", "7", "a criterion's id");
    check_refused("id = \"specific\"", "id = \"credible\"", "\"credible\"", "defined twice");
    check_refused("affirmed_by = [\"senior_officer\"]", "affirmed_by = [\"chief\"]", "\"chief\"", "no role `chief`");
    check_refused(
        "review = [\"senior_officer\"]",
        "review = [\"assessor\", \"chief\"]",
        "\"chief\"",
        "no role `chief`",
    );
    check_refused("owner = \"assessor\"", "owner = \"chief\"", "\"chief\"", "no role `chief`");
    check_refused("when_unknown = \"days\"", "when_unknown = \"weeks\"", "\"weeks\"", "no band `weeks`");
    check_refused("within = \"24h\"", "within = \"24 hours\"", "\"24 hours\"", "90m, 4h or 3d");
    check_refused("provenance = \"secondary\"", "provenance = \"certain\"", "\"certain\"", "certain");
    check_refused("[urgent]\n", "[urgent]\nhurry = true\n", "hurry", "hurry");
    check_refused("allowed = true", "allowed = ", "", "line");
}

#[test]
fn own_roles_may_be_defined() {
    let text = icd("[duties]", "[roles]\nchief = \"chief of station\"\n\n[duties]");
    let text = text.replacen("[not_owed]\naffirmed_by = [", "[not_owed]\naffirmed_by = [\"chief\", ", 1);
    let text = text.replacen("affirm = [\"senior_officer\"]", "affirm = [\"senior_officer\", \"chief\"]", 1);
    assert_eq!(check(&Pack::parse(&text).unwrap()), []);
}
