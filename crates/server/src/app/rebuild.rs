//! The rows are a fold of the entries (invariant 8): here they are folded anew and compared.

use domain::account::Accounts;
use domain::lookup::LookUp;
use domain::packs::Packs;
use domain::register::Register;
use domain::report::Report;
use domain::roster::Roster;
use domain::threat::Threat;
use domain::wake::Wake;
use serde::Serialize;
use store::{Filter, Row};

use crate::desk::Desk;
use crate::error::AppError;
use crate::streams::{Aggregate, refold, row_of};

/// What a rebuild found.
#[derive(Debug, Default, Serialize)]
pub struct Rebuilt {
    /// Rows folded anew.
    pub rows: u64,
    /// Streams whose row differs from the fold of its entries.
    pub differing: Vec<String>,
}

const PAGE: usize = 200;

impl Desk {
    /// Folds every stream anew from its entries and compares with its row; changes nothing.
    pub async fn rebuild_check(&self) -> Result<Rebuilt, AppError> {
        let mut found = Rebuilt::default();
        self.check_kind::<Threat>(&mut found).await?;
        self.check_kind::<Report>(&mut found).await?;
        self.check_kind::<Accounts>(&mut found).await?;
        self.check_kind::<Register>(&mut found).await?;
        self.check_kind::<LookUp>(&mut found).await?;
        self.check_kind::<Roster>(&mut found).await?;
        self.check_kind::<Wake>(&mut found).await?;
        self.check_kind::<Packs>(&mut found).await?;
        Ok(found)
    }

    async fn check_kind<S: Aggregate>(&self, found: &mut Rebuilt) -> Result<(), AppError> {
        let mut after = None;
        loop {
            let page = self.store.list(S::KIND, &Filter::default(), after.as_ref(), PAGE).await?;
            for row in &page.items {
                found.rows += 1;
                if !self.row_is_its_fold::<S>(row).await? {
                    found.differing.push(row.stream.clone());
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn row_is_its_fold<S: Aggregate>(&self, row: &Row) -> Result<bool, AppError> {
        let mut entries = Vec::new();
        let mut from = 0;
        loop {
            let page = self.store.entries(Some(&row.stream), from, PAGE).await?;
            let Some(last) = page.last() else { break };
            from = last.seq + 1;
            entries.extend(page);
        }
        if entries.iter().any(|entry| entry.body.is_none()) {
            // Erased: the content is gone on purpose, the proof is checked by the record itself.
            return Ok(true);
        }
        let Some(state) = refold::<S>(&row.stream, &entries)? else { return Ok(false) };
        let fold = row_of(&state, &row.stream)?;
        let stored = self.store.load(&row.stream).await?;
        let mut features = fold.features.clone();
        features.sort();
        features.dedup();
        Ok(stored.is_some_and(|stored| {
            stored.state == fold.state
                && stored.step == fold.step
                && stored.title == fold.title
                && stored.due_at == fold.due_at
                && stored.open == fold.open
                && stored.features == features
        }))
    }
}
