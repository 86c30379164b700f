//! The five shared news reports of one attack: they become one threat, and the table that the desk is judged by.
//! The texts are not part of this project; without them the tests say so and pass.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;

use domain::claim::{Field, Normal};
use reading::output::{Output, ThreatOutput, output, plain};
use reading::{Read, Unreadable, Verdict, open, read};

type Files = Vec<(String, Result<Read, Unreadable>)>;

fn seeds() -> Option<Files> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds");
    let Ok(entries) = fs::read_dir(folder) else {
        println!("the shared reports are absent: nothing is tested here");
        return None;
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy()[..3].to_owned();
    Some(paths.iter().map(|path| (name(path), open("seed.txt", &fs::read(path).unwrap(), None).map(read))).collect())
}

fn only<'o>(output: &'o Output<'_>) -> &'o ThreatOutput {
    assert_eq!(output.threats.len(), 1, "{}", plain(output));
    &output.threats[0]
}

/// One row of the table: the verdict, and every value with the reports that give it.
fn check(threat: &ThreatOutput, field: Field, verdict: Verdict, values: &[(&str, &str)]) {
    let found = threat.fields.iter().find(|summary| summary.field == field).unwrap();
    let said: Vec<(&str, String)> =
        found.values.iter().map(|value| (value.value.as_str(), value.reports.join(" "))).collect();
    let said: Vec<(&str, &str)> = said.iter().map(|(value, reports)| (*value, reports.as_str())).collect();
    assert_eq!((found.verdict, said.as_slice()), (verdict, values), "{field}: {}", found.note);
}

#[test]
fn five_reports_are_one_threat() {
    let Some(files) = seeds() else { return };
    let output = output(&files);
    let threat = only(&output);
    assert_eq!(threat.reports, ["000", "001", "002", "003", "004"]);
    assert_eq!(threat.why.len(), 4);
    for why in &threat.why {
        assert!(why.starts_with("same place (Kerman, Iran), window (3 January"), "{why}");
        assert!(why.contains("organisation alias"), "{why}");
    }
    let [origin] = threat.independence.as_slice() else { panic!("{:?}", threat.independence) };
    assert_eq!(origin.reports.len(), 5);
    assert!(
        origin.rests_on.contains("one unnamed official of the United States (all five reports)"),
        "{}",
        origin.rests_on
    );
    assert!(origin.rests_on.contains("The Wall Street Journal (four of five reports)"), "{}", origin.rests_on);
    assert!(origin.evidence.iter().any(|evidence| evidence.quote.contains("Wall Street Journal")));
}

#[test]
fn the_table_of_agreements_and_conflicts() {
    let Some(files) = seeds() else { return };
    let output = output(&files);
    let threat = only(&output);
    let all = "000 001 002 003 004";
    check(threat, Field::Act, Verdict::Agree, &[("bombing", all)]);
    check(threat, Field::Stage, Verdict::Agree, &[("accomplished", all)]);
    check(threat, Field::Date, Verdict::Agree, &[("3 January 2024", all)]);
    check(threat, Field::Place, Verdict::Agree, &[("Kerman, Iran", all)]);
    check(threat, Field::Organisation, Verdict::Agree, &[("Islamic State Khorasan Province", all)]);
    check(threat, Field::Perpetrator, Verdict::Agree, &[("Islamic State Khorasan Province", all)]);
    check(threat, Field::Target, Verdict::Agree, &[("a memorial for slain commander Qassem Soleimani", all)]);
    check(
        threat,
        Field::Killed,
        Verdict::Conflict,
        &[("95", "000 002 004"), ("84", "003"), ("at least 95", "004"), ("more than 80", "003"), ("nearly 100", "001")],
    );
    check(
        threat,
        Field::Injured,
        Verdict::Compatible,
        &[("dozens", "004"), ("hundreds", "003"), ("nearly 300", "000"), ("scores", "001")],
    );
    check(threat, Field::Arrests, Verdict::Compatible, &[("35", "000"), ("at least 35", "001")]);
    check(threat, Field::Means, Verdict::Agree, &[("suicide bombing", "000 001 003 004")]);
    check(
        threat,
        Field::ClaimOfResponsibility,
        Verdict::Granularity,
        &[("Islamic State", "001 002 003 004"), ("Islamic State Khorasan Province", "000")],
    );
    check(threat, Field::WarnedBy, Verdict::Agree, &[("United States", all)]);
    check(threat, Field::WarnedTo, Verdict::Agree, &[("Iran", all)]);
    check(
        threat,
        Field::WarningTime,
        Verdict::SingleReporter,
        &[("a week before the incident (about 27 December)", "000")],
    );
    check(threat, Field::WarningPlace, Verdict::SingleReporter, &[("Kerman, Iran", "002")]);
    check(threat, Field::Channel, Verdict::Unknown, &[("not told", "000 002 003 004")]);
    check(threat, Field::Acknowledgement, Verdict::Agree, &[("none", "000 002 003 004")]);
    check(threat, Field::Outcome, Verdict::Agree, &[("it happened", all)]);
    check(threat, Field::SuspectsKilled, Verdict::SingleReporter, &[("two", "000")]);
    let killed = threat.fields.iter().find(|summary| summary.field == Field::Killed).unwrap();
    assert!(killed.note.starts_with("95 in three reports"), "{}", killed.note);
    assert!(killed.note.contains("84 in one report, which is the outlier (003)"), "{}", killed.note);
}

/// Numbers, places and bodies that belong to other events and to the page around the report.
#[test]
fn other_events_stay_out() {
    let Some(files) = seeds() else { return };
    for (file, read) in &files {
        let read = read.as_ref().unwrap();
        for claim in read.claims.iter().filter(|claim| claim.is_main()) {
            let at = format!("{file}: {claim:?}");
            match &claim.normalised {
                Normal::Quantity { at_least, .. } => {
                    let least = at_least.unwrap();
                    assert!([2, 24, 35, 40, 81, 84, 90, 95, 200, 270].contains(&least), "{at}");
                }
                Normal::Place { country, id, .. } => assert!(country == "IR" && (id == "128234" || id == "IR"), "{at}"),
                Normal::Dates { from: Some(from), .. } => assert!(from.year() == 2024 && from.month() == 1, "{at}"),
                Normal::Dates { without_year: Some(day), .. } => assert!(day == "--01-03" || day == "--12-27", "{at}"),
                Normal::Organisation { id, .. } => {
                    let known = ["islamic-state", "islamic-state-khorasan", "state:US", "state:IR", "wsj"];
                    assert!(known.contains(&id.as_str()), "{at}");
                    let acts = matches!(claim.field, Field::Perpetrator | Field::Organisation);
                    assert!(!acts || id.starts_with("islamic-state"), "{at}");
                }
                Normal::Text { text, .. } => {
                    let foreign = ["halifax", "parliament", "shrine", "palestinian", "mosque", "separatist", "putin"];
                    assert!(claim.field == Field::Quotation || !foreign.iter().any(|word| text.contains(word)), "{at}");
                }
                Normal::Dates { .. } | Normal::Unknown => {}
            }
            let killed = claim.field == Field::Killed;
            assert!(
                !killed || ["95", "at least 95", "84", "nearly 100", "more than 80"].contains(&claim.value.as_str()),
                "{at}"
            );
        }
    }
}

#[test]
fn background_events_are_told_apart() {
    let Some(files) = seeds() else { return };
    let background = |file: usize| {
        let read = files[file].1.as_ref().unwrap();
        let killed = read.claims.iter().filter(|claim| !claim.is_main() && claim.field == Field::Killed);
        killed.map(|claim| claim.quote.clone()).collect::<BTreeSet<_>>()
    };
    assert!(background(1).contains("killed 15 people"));
    assert!(background(1).iter().any(|quote| quote.contains("26,000")));
    for file in [0, 2, 3] {
        assert!(background(file).iter().any(|quote| quote.contains("13 US") && quote.contains("170 Afghan")), "{file}");
    }
}

#[test]
fn quotes_are_the_bytes_of_the_file() {
    let Some(files) = seeds() else { return };
    let json = serde_json::to_value(output(&files)).unwrap();
    for report in json["reports"].as_array().unwrap() {
        assert_eq!(report["language"], "en");
        assert!(report.get("text").is_none());
    }
    for (file, read) in &files {
        let read = read.as_ref().unwrap();
        assert!(!read.claims.is_empty(), "{file}");
        for claim in &read.claims {
            assert_eq!(claim.span.of(&read.document.verbatim), Some(claim.quote.as_str()));
        }
    }
}
