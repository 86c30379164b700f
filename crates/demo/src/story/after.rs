//! Acts 6 and 7: the outcome, the news, the record.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use store::Content;

use super::{list, text};
use crate::{DemoError, World, examples};

/// The outcome, and what it does to the clocks.
pub(super) async fn outcome(world: &mut World, threat: &str) -> Result<(), DemoError> {
    world.until("2024-01-03T18:00:00Z").await?;
    let body = json!({
        "kind": "occurred",
        "occurred_at": "2024-01-03T11:20:00Z",
        "reason": "two bombs in the crowd at the commemoration; nobody the warning was for has answered",
    });
    world.person("mara").must(&format!("threats/{threat}/outcome"), &body).await?;
    world.tell("mara", "records the outcome: it happened. Two bombs in the crowd at the commemoration in Kerman.");
    Ok(())
}

/// Five news reports, weeks later: linked as reports after the fact and compared.
pub(super) async fn news(world: &mut World, threat: &str, reports: Option<&Path>) -> Result<(), DemoError> {
    world.until("2024-01-25T20:00:00Z").await?;
    for (name, bytes) in examples::after(reports)? {
        let body =
            json!({"name": name, "reporter": "press review", "handling": "open", "base64": BASE64.encode(bytes)});
        let report = world.person("ilse").must("reports", &body).await?;
        let joined =
            if text(&report, "/threat") == threat { "linked to the threat" } else { "not linked to this threat" };
        world.tell("ilse", &format!("brings in {name}: {joined}, as a report after the fact."));
    }
    let view = world.person("joon").get(&format!("threats/{threat}")).await?;
    world.tell("desk", "what the reports agree on, where they conflict, and how many voices really stand behind them:");
    let names: Vec<(&str, String)> =
        list(&view, "/reports").iter().map(|report| (text(report, "/id"), short(text(report, "/name")))).collect();
    for field in list(&view, "/comparison/fields") {
        show_field(world, field, &names);
    }
    for group in list(&view, "/comparison/independence") {
        let voices = match list(group, "/reports").len() {
            1 => "1 report rests on".to_owned(),
            several => format!("{several} reports rest on"),
        };
        world.teller.block(&format!("{voices}: {}", named(text(group, "/rests_on"), &names)));
    }
    let close = json!({"reason": "the outcome is known; the reports after the fact are filed"});
    world.until("2024-01-26T09:00:00Z").await?;
    world.person("okafor").must(&format!("threats/{threat}/closed"), &close).await?;
    world.tell(
        "okafor",
        "closes the threat: warned twice, never acknowledged by those it was for, and anybody can prove it.",
    );
    Ok(())
}

fn show_field(world: &World, field: &Value, names: &[(&str, String)]) {
    let verdict = text(field, "/verdict");
    world.teller.block(&format!("{:<24} {verdict}", text(field, "/field").replace('_', " ")));
    for value in list(field, "/values") {
        let by: Vec<&str> = list(value, "/reports")
            .iter()
            .filter_map(Value::as_str)
            .map(|id| names.iter().find(|(known, _)| *known == id).map_or(id, |(_, name)| name.as_str()))
            .collect();
        world.teller.block(&format!("{:<24}   {}  ({})", "", text(value, "/value"), by.join(", ")));
    }
    let note = text(field, "/note");
    if !note.is_empty() {
        world.teller.block(&format!("{:<24}   {}", "", named(note, names)));
    }
}

/// A sentence about reports with their names in place of their ids.
fn named(sentence: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(sentence.to_owned(), |told, (id, name)| told.replace(id, name))
}

fn short(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).trim_end_matches(".txt").chars().take(12).collect()
}

/// The record verifies offline; one changed byte is found and named.
pub(super) async fn record(world: &mut World) -> Result<(), DemoError> {
    let mut export = Vec::new();
    let entries = world.desk.store.export(Content::Full, &mut export).await.map_err(server::AppError::from)?;
    let path = world.desk.data.join("record.jsonl");
    std::fs::write(&path, &export).map_err(|cause| DemoError::File { path: path.display().to_string(), cause })?;
    let key: record::VerifyKey =
        world.desk.verify_key.parse().map_err(|_| DemoError::Story("the public key cannot be read".to_owned()))?;
    let verdict = record::verify(export.as_slice(), Some(&key), None).map_err(unreadable)?;
    let word = if verdict.is_sound() { "verifies" } else { "does NOT verify" };
    world.tell("joon", &format!("exports the record ({entries} entries) and checks it with nothing but the file and the public key: it {word}."));
    let mut changed = export.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let verdict = record::verify(changed.as_slice(), Some(&key), None).map_err(unreadable)?;
    if let Some(finding) = verdict.findings.first() {
        world.tell("joon", &format!("changes one byte (number {middle}) in a copy and checks again: {}", finding.what));
    }
    Ok(())
}

fn unreadable(cause: std::io::Error) -> DemoError {
    DemoError::Story(format!("the export cannot be read: {cause}"))
}
