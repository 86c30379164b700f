//! The whole story, through the desk's own server, from an empty directory.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::path::Path;

use demo::{Options, Summary, World, play};
use server::Printer;

async fn told(reports: Option<&Path>) -> (World, Summary, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        data: directory.path().join("desk"),
        listen: "127.0.0.1:0".parse().unwrap(),
        reports: reports.map(Path::to_owned),
        quiet: std::env::var_os("TELL").is_none(),
        printer: Printer::Here,
    };
    let (world, summary) = play(options).await.unwrap();
    (world, summary, directory)
}

#[tokio::test]
async fn the_story_is_told_to_its_end() {
    let (world, summary, directory) = told(None).await;
    assert_eq!(summary.reports, 9);
    assert_eq!(summary.duplicates, 1);
    let kerman = &summary.threats[0];
    assert_eq!(
        (kerman.reports, kerman.determination.as_str(), kerman.outcome.as_deref()),
        (7, "warn", Some("occurred"))
    );
    let rules: Vec<&str> = summary.refusals.iter().map(|refusal| refusal.rule.as_str()).collect();
    assert_eq!(rules, ["role-may-not", "leak-found", "self-approval"]);
    assert_eq!(summary.warnings, 3);
    assert!(summary.record.verified);
    assert!(summary.escalations > 0);
    assert!(directory.path().join("desk/outbox").read_dir().unwrap().count() >= 2, "letters lie ready");
    let rebuilt = world.desk.rebuild_check().await.unwrap();
    assert_eq!(rebuilt.differing, Vec::<String>::new(), "the rows are a fold of the entries");
    world.serving.stop().await.unwrap();
}

#[tokio::test]
async fn the_real_reports_are_linked_too() {
    let seeds = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds"));
    if !seeds.is_dir() {
        println!("the five real reports are absent ({}): this test looked at nothing", seeds.display());
        return;
    }
    let (world, summary, _directory) = told(Some(seeds)).await;
    assert_eq!(summary.threats[0].reports, 7, "{summary:?}");
    assert!(summary.record.verified);
    world.serving.stop().await.unwrap();
}
