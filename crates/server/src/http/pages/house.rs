//! The record and the people: what an inspector reads.

use std::sync::Arc;

use axum::extract::{Query, State};
use domain::ThreatId;
use domain::account::Account;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Page, Visitor, layout, live, words};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

const ENTRIES_SHOWN: u64 = 200;
const THREAT_ENTRIES_SHOWN: usize = 1000;

/// What to show of the record.
#[derive(Deserialize)]
pub struct Only {
    /// A threat's id: its entries alone.
    of: Option<String>,
    /// Whether to check the record now, whenever it was checked last.
    #[serde(default)]
    check: bool,
}

/// The record: whether it verifies, how to check it oneself, and its newest entries.
pub async fn record(State(desk): State<Arc<Desk>>, visitor: Visitor, Query(only): Query<Only>) -> Page {
    let threat: Option<ThreatId> = only.of.map(|of| id(&of)).transpose()?;
    let checked = desk.checked_record(only.check).await?;
    let (at, integrity) = (checked.at, &checked.integrity);
    let size = live::size(&desk).await?;
    // Of one threat every entry, so far as a page can hold them; of the whole record the newest.
    let (from, limit) = match threat {
        Some(_) => (0, THREAT_ENTRIES_SHOWN),
        None => (size.saturating_sub(ENTRIES_SHOWN), usize::try_from(ENTRIES_SHOWN).unwrap_or(usize::MAX)),
    };
    let entries = desk.entry_lines(threat, from, limit).await?;
    let checkpoint = desk.store.checkpoint().await.map_err(AppError::from)?.unwrap_or_default();
    let now = desk.clock.now();
    let content = html! {
        h1 { "Record" }
        section .now {
            @if integrity.findings.is_empty() {
                p .first .done { strong { "The record verifies" } ": " (integrity.entries) " entries, all checked at " (words::stamp(at)) "." }
            } @else {
                p .first .finding { strong { "The record does not verify" } ": " (words::count(usize::try_from(integrity.findings_total).unwrap_or(usize::MAX), "finding")) "." }
                ul { @for finding in &integrity.findings { li { @if let Some(seq) = finding.seq { "Entry " (seq) ": " } (finding.what) } } }
            }
            p { a href="/record?check=true" { "Check it again now" } }
            p { "Check it yourself, away from this desk: " code { "forewarn record verify record.jsonl --key record.vkey" } }
            p { a href="/api/v1/record/export" { "Export the proof" } " (without the content). Public key: " code { (desk.verify_key) } }
            details { summary { "Signed checkpoint" } pre tabindex="0" { (checkpoint) } }
        }
        h2 { @if let Some(threat) = threat { "Entries of " a href={ "/threats/" (threat) } { "this threat" } } @else { "Newest entries" } }
        ol .entries {
            @for entry in entries.iter().rev() {
                li value=(entry.seq) {
                    (words::stamp(entry.at)) " " strong { (words::event(&entry.kind)) } " by " (entry.by) " "
                    @if let Some(id) = entry.stream.strip_prefix("threat/") { a href={ "/threats/" (id) } { "threat" } }
                    @else if let Some(id) = entry.stream.strip_prefix("report/") { a href={ "/reports/" (id) } { "report" } }
                    @else { (entry.stream) }
                }
            }
        }
    };
    Ok(layout::page(&layout::Frame::still("Record", "Record", now), &visitor.0, &content))
}

/// Everybody who works here, and the counts.
pub async fn people(State(desk): State<Arc<Desk>>, visitor: Visitor) -> Page {
    let people = desk.people().await?;
    let stats = desk.stats().await?;
    let content = html! {
        h1 { "People" }
        table .people {
            thead { tr { th scope="col" { "Sign-in name" } th scope="col" { "Name" } th scope="col" { "Roles" } th scope="col" { "Since" } th scope="col" { "State" } th scope="col" { "Woken by" } } }
            tbody { @for account in &people { tr {
                td { (account.name) } td { (account.full_name) }
                td { (account.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")) }
                td { (words::stamp(account.since)) } td { @if account.off { "switched off" } @else { "works here" } }
                td { (ways_to_wake(account)) }
            } } }
        }
        h2 { "Counts" }
        dl .facts {
            dt { "Reports" } dd { (stats.reports) ", of them duplicates: " (stats.duplicates) }
            dt { "Threats" } dd { (stats.threats) ", " (stats.open) " open" }
            dt { "Warnings" } dd { (stats.warnings) ", " (stats.acknowledged_by_recipients) " acknowledged by those they were for" }
            dt { "Times somebody was asked again" } dd { (stats.escalations) }
            @if let Some(minutes) = stats.minutes_to_warning { dt { "Median time from report to warning" } dd { (minutes) " min" } }
        }
    };
    Ok(layout::page(&layout::Frame::still("People", "People", desk.clock.now()), &visitor.0, &content))
}

/// How many ways there are to wake somebody, as a link to them. Its name opens with what is seen (WCAG 2.5.3).
fn ways_to_wake(account: &Account) -> Markup {
    let ways = match account.paths.len() {
        0 => "no way yet".to_owned(),
        known => words::count(known, "way"),
    };
    let label = format!("{ways} to wake {}", account.name);
    html! { a href={ "/people/" (account.id) "/waking" } aria-label=(label) { (ways) } }
}
