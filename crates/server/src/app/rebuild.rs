//! The rows, and the register's lines, are a fold of the entries (invariant 8): here they are folded anew and compared.

use std::collections::HashMap;

use domain::account::Accounts;
use domain::lookup::LookUp;
use domain::packs::Packs;
use domain::register::{RegisterBook, RegisterEvent};
use domain::report::Report;
use domain::roster::Roster;
use domain::threat::Threat;
use domain::wake::Wake;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{Filter, Line, Row, StoredEntry};

use crate::desk::Desk;
use crate::error::AppError;
use crate::streams::{Aggregate, REGISTER, fold_entry, line_of, register_event, row_of};

/// What a rebuild found.
#[derive(Debug, Default, Serialize)]
pub struct Rebuilt {
    /// Rows folded anew.
    pub rows: u64,
    /// Streams whose row differs from the fold of its entries, and lines of the register that do.
    pub differing: Vec<String>,
}

const PAGE: usize = 200;
/// Entries read at a time: one of the register may hold a thousand lines.
const A_FEW: usize = 25;

impl Desk {
    /// Folds every stream anew from its entries and compares with its row; changes nothing.
    pub async fn rebuild_check(&self) -> Result<Rebuilt, AppError> {
        let mut found = Rebuilt::default();
        self.check_kind::<Threat>(&mut found).await?;
        self.check_kind::<Report>(&mut found).await?;
        self.check_kind::<Accounts>(&mut found).await?;
        self.check_kind::<RegisterBook>(&mut found).await?;
        self.check_kind::<LookUp>(&mut found).await?;
        self.check_kind::<Roster>(&mut found).await?;
        self.check_kind::<Wake>(&mut found).await?;
        self.check_kind::<Packs>(&mut found).await?;
        self.check_lines(&mut found).await?;
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
        let mut state: Option<S> = None;
        let mut erased = false;
        self.each_entry(&row.stream, |entry| {
            erased |= entry.body.is_none();
            state = fold_entry(state.take(), entry)?;
            Ok(())
        })
        .await?;
        if erased && row.stream != REGISTER {
            // Erased: the content is gone on purpose, the proof is checked by the record itself.
            return Ok(true);
        }
        let Some(state) = state else { return Ok(false) };
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

    /// Folds the register's lines anew, each as a hash: a register of millions need not be held whole for it.
    async fn check_lines(&self, found: &mut Rebuilt) -> Result<(), AppError> {
        let mut fold: HashMap<String, [u8; 32]> = HashMap::new();
        self.each_entry(REGISTER, |entry| {
            let event = register_event(entry)?;
            for line in event.iter().flat_map(RegisterEvent::lines) {
                match line {
                    Ok(entry) => {
                        let line = line_of(entry)?;
                        fold.insert(line.key.clone(), digest(&line));
                    }
                    Err(gone) => drop(fold.remove(&gone.to_string())),
                }
            }
            Ok(())
        })
        .await?;
        let mut differing = Vec::new();
        let each = &mut |line: Line| {
            found.rows += 1;
            if fold.remove(&line.key) != Some(digest(&line)) {
                differing.push(line.key);
            }
        };
        self.store.scan_lines(REGISTER, "", each).await?;
        differing.extend(fold.into_keys());
        differing.sort();
        found.differing.extend(differing.into_iter().map(|key| format!("{REGISTER}, line `{key}`")));
        Ok(())
    }

    /// Every entry of a stream, a few at a time.
    pub(super) async fn each_entry(
        &self,
        stream: &str,
        mut give: impl FnMut(&StoredEntry) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let mut from = 0;
        loop {
            let page = self.store.entries(Some(stream), from, A_FEW).await?;
            let Some(last) = page.last() else { return Ok(()) };
            from = last.seq + 1;
            page.iter().try_for_each(&mut give)?;
        }
    }
}

fn digest(line: &Line) -> [u8; 32] {
    let due = line.due_at.map(Timestamp::as_microsecond);
    Sha256::new().chain_update(format!("{due:?} {}", line.body)).finalize().into()
}
