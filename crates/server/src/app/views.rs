//! What pages and the API show: read only, joined from rows, never decided here.

use domain::account::Account;
use domain::claim::Claim;
use domain::report::Report;
use domain::threat::{Clock, Threat};
use domain::{ReportId, ThreatId};
use jiff::Timestamp;
use reading::compare::Comparison;
use serde::Serialize;
use store::{Cursor, Filter, Order, Page};

use super::closed::without_links;
use crate::desk::{Desk, stream_name};
use crate::error::AppError;
use crate::streams::state_of;

/// One line of the desk.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct ThreatLine {
    pub id: ThreatId,
    pub sentence: String,
    pub step: String,
    pub open: bool,
    pub reports: usize,
    pub clock: Option<Clock>,
    /// The one person who sees to it.
    pub owner: Option<String>,
    pub updated_at: Timestamp,
}

/// One line of the list of reports.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct ReportLine {
    pub id: ReportId,
    pub name: String,
    pub reporter: String,
    pub received_at: Timestamp,
    pub step: String,
    pub sentence: String,
    pub threat: Option<ThreatId>,
    pub duplicate_of: Option<ReportId>,
}

/// Everything about one threat that a page shows.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct ThreatView {
    pub threat: Threat,
    pub step: &'static str,
    pub clocks: Vec<Clock>,
    pub reports: Vec<Report>,
    pub comparison: Comparison,
    /// Server time, so that clocks in a page are right with a wrong local clock.
    pub now: Timestamp,
}

/// One entry of the record as a list shows it; the content stays where it is.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct EntryLine {
    pub seq: u64,
    pub at: Timestamp,
    pub kind: String,
    pub by: String,
    pub stream: String,
}

impl Desk {
    /// One page of threats, the least time left first.
    pub async fn threat_lines(
        &self,
        open: Option<bool>,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<ThreatLine>, AppError> {
        let filter = Filter { open, order: Order::DueFirst, ..Filter::default() };
        in_order(after, filter.order)?;
        let page = self.store.list("threat", &filter, after, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for row in page.items {
            let (step, open, updated_at) = (row.step.clone(), row.open, row.updated_at);
            let Some(threat) = state_of::<Threat>(row)? else { continue };
            let (reports, clock) = (threat.reports.len(), threat.next_clock());
            let owner = threat.coordination.owner.map(|owner| owner.name);
            let (id, sentence) = (threat.id, threat.sentence);
            items.push(ThreatLine { id, sentence, step, open, reports, clock, owner, updated_at });
        }
        Ok(Page { items, next: page.next })
    }

    /// One page of reports, newest first.
    pub async fn report_lines(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<ReportLine>, AppError> {
        let filter = Filter { order: Order::NewestFirst, ..Filter::default() };
        in_order(after, filter.order)?;
        let page = self.store.list("report", &filter, after, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for row in page.items {
            let (step, sentence) = (row.step.clone(), row.title.clone());
            let Some(report) = state_of::<Report>(row)? else { continue };
            items.push(ReportLine {
                id: report.id,
                name: report.name,
                reporter: report.reporter,
                received_at: report.received_at,
                step,
                sentence,
                threat: report.threat,
                duplicate_of: report.duplicate_of,
            });
        }
        Ok(Page { items, next: page.next })
    }

    /// A threat with its reports, what they agree on and where they conflict.
    pub async fn threat_view(&self, id: ThreatId) -> Result<ThreatView, AppError> {
        let threat = self.threat(id).await?;
        let (mut reports, mut told) = (Vec::with_capacity(threat.reports.len()), Vec::new());
        for link in &threat.reports {
            let report = self.report(link.report).await?;
            let bar = self.bar(link.report).await?;
            told.push((report.id.to_string(), bar.plain(claims_of(&report))));
            reports.push(bar.shown(report));
        }
        let told: Vec<_> = told.iter().map(|(report, claims)| (report.clone(), claims.as_slice())).collect();
        let comparison = reading::compare::compare_claims(&told);
        let threat = without_links(threat);
        let (step, clocks, now) = (threat.step(), threat.clocks(), self.clock.now());
        Ok(ThreatView { threat, step, clocks, reports, comparison, now })
    }

    /// The entries of one threat, or the newest of the whole record, oldest first.
    pub async fn entry_lines(
        &self,
        threat: Option<ThreatId>,
        from: u64,
        limit: usize,
    ) -> Result<Vec<EntryLine>, AppError> {
        let stream = threat.map(|id| stream_name::<Threat>(&id.to_string()));
        let entries = self.store.entries(stream.as_deref(), from, limit).await?;
        let line = |entry: store::StoredEntry| EntryLine {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind,
            by: entry.by,
            stream: entry.stream,
        };
        Ok(entries.into_iter().map(line).collect())
    }

    /// Everybody who works here, by sign-in name.
    pub async fn people(&self) -> Result<Vec<Account>, AppError> {
        let mut people: Vec<_> = self.accounts().await?.0.into_values().collect();
        people.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(people)
    }
}

/// Refuses a place in a list of another order.
fn in_order(after: Option<&Cursor>, order: Order) -> Result<(), AppError> {
    match (after, order) {
        (None, _) | (Some(Cursor::Due { .. }), Order::DueFirst) | (Some(Cursor::Newest { .. }), Order::NewestFirst) => {
            Ok(())
        }
        (Some(_), _) => Err(AppError::invalid("after", store::CursorError.to_string())),
    }
}

fn claims_of(report: &Report) -> &[Claim] {
    report.reading.as_ref().map_or(&[], |reading| &reading.claims)
}
