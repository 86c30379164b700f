//! The register in memory, made ready for screening. It is built once, from the lines, and then follows the record: what
//! was imported since is put in. It is built anew when a line was changed or removed.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::register::RegisterEvent;
use screening::{Builder, Doubles, Index};
use tokio::time::sleep;

use crate::desk::Desk;
use crate::error::AppError;
use crate::streams::{REGISTER, entry_of, register_event};

/// More entries than this behind, building anew is quicker.
const MOST_BEHIND: usize = 100;
/// Entries read at a time; each may hold a thousand lines.
const PAGE: usize = 10;
/// How long to wait for those who are still screening: they are done in milliseconds.
const PATIENCE: u32 = 50;

/// The index, and the place in the record that it stands at.
#[derive(Clone)]
pub(crate) struct Screen {
    /// The last entry of the register's stream that it knows; none for an empty register.
    last_seq: Option<u64>,
    index: Arc<Index>,
    /// Who is probably in it twice; looked for when somebody asks, and kept until the register changes.
    doubles: Arc<OnceLock<Doubles>>,
}

impl Desk {
    /// The register as it stands, ready for screening.
    pub async fn screen(&self) -> Result<Arc<Index>, AppError> {
        Ok(self.screened().await?.index)
    }

    async fn screened(&self) -> Result<Screen, AppError> {
        let last_seq = self.store.load(REGISTER).await?.map(|row| row.last_seq);
        if let Some(screen) = self.screen.read().await.as_ref().filter(|screen| screen.last_seq >= last_seq) {
            return Ok(screen.clone());
        }
        // Whoever comes meanwhile waits here and finds it done.
        let mut screen = self.screen.write().await;
        if let Some(known) = screen.as_mut()
            && (known.last_seq >= last_seq || self.catch_up(known).await?)
        {
            return Ok(known.clone());
        }
        // The old one goes first: two of a large register would not fit beside each other.
        *screen = None;
        let built = self.build_screen().await?;
        *screen = Some(built.clone());
        Ok(built)
    }

    /// Parties that are probably one and were put in twice, but those of whom somebody said that they are two.
    pub async fn doubles(&self) -> Result<Doubles, AppError> {
        let Screen { index, doubles, .. } = self.screened().await?;
        let look = move || doubles.get_or_init(|| index.doubles()).clone();
        let mut found = tokio::task::spawn_blocking(look).await.map_err(AppError::fault)?;
        let book = self.register_book().await?;
        found.pairs.retain(|pair| !book.are_two(&pair.party, &pair.other));
        Ok(found)
    }

    /// Puts into the index what was imported since. False when it has to be built anew.
    async fn catch_up(&self, screen: &mut Screen) -> Result<bool, AppError> {
        let mut events = Vec::new();
        let mut last = screen.last_seq;
        loop {
            let page = self.store.entries(Some(REGISTER), last.map_or(0, |last| last + 1), PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.seq);
            for entry in &page {
                events.extend(register_event(entry)?);
            }
            if events.len() > MOST_BEHIND {
                return Ok(false);
            }
        }
        // Nobody new gets the index while it is locked; those who have it are done in a moment.
        for _ in 0..PATIENCE {
            if let Some(index) = Arc::get_mut(&mut screen.index) {
                if !events.iter().all(|event| take_in(index, event)) {
                    return Ok(false);
                }
                screen.last_seq = last;
                screen.doubles = Arc::default();
                return Ok(true);
            }
            sleep(Duration::from_millis(2)).await;
        }
        Ok(false)
    }

    async fn build_screen(&self) -> Result<Screen, AppError> {
        let mut builder = Builder::default();
        let mut damaged = None;
        let row = self
            .store
            .scan_lines(REGISTER, "", &mut |line| match entry_of(&line) {
                Ok(entry) => builder.put(entry),
                Err(cause) => damaged = damaged.take().or(Some(cause)),
            })
            .await?;
        if let Some(cause) = damaged {
            return Err(cause);
        }
        let index = tokio::task::spawn_blocking(|| builder.finish()).await.map_err(AppError::fault)?;
        Ok(Screen { last_seq: row.map(|row| row.last_seq), index: Arc::new(index), doubles: Arc::default() })
    }
}

/// Whether the index could take in what happened.
fn take_in(index: &mut Index, event: &RegisterEvent) -> bool {
    match event {
        RegisterEvent::PartiesRecorded { entries, .. } => index.put(entries),
        RegisterEvent::PartiesRemoved { .. } | RegisterEvent::RegisterErased { .. } => false,
        RegisterEvent::LinesKept { .. }
        | RegisterEvent::RemovalAsked { .. }
        | RegisterEvent::RemovalDeclined { .. }
        | RegisterEvent::PartiesHeldBack { .. }
        | RegisterEvent::ToldApart { .. } => true,
    }
}
