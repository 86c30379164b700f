//! The register: whom we may have to warn, who protects them, how they are reached.

use std::sync::Arc;

use domain::Role;
use domain::Span;
use domain::claim::{Claim, Field, Normal};
use domain::register::{Change, Entry, Register, RegisterEvent};
use screening::{PlaceRef, import};
use serde::Serialize;
use store::StoreError;

use super::house::Round;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;

/// What an import did.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Rows that could not be used: line and reason. The rest went in.
    pub bad: Vec<(usize, String)>,
}

impl Desk {
    /// Imports parties and relations; the format is recognised from the content. `dry` only says what would change.
    pub async fn import_register(&self, ask: &Ask, name: &str, text: &str, dry: bool) -> Result<Imported, AppError> {
        ask.actor.must_hold(&[Role::Intake, Role::Assessor, Role::SeniorOfficer], "change the register")?;
        let parsed = import::read(name, text);
        for _ in 0..RETRIES {
            let loaded = self.load::<Register>("").await?;
            let change = import::diff(&loaded.state.clone().unwrap_or_default(), &parsed);
            let imported = Imported {
                added: change.added,
                changed: change.changed,
                unchanged: change.unchanged,
                bad: change.bad.iter().map(|bad| (bad.line, bad.reason.clone())).collect(),
            };
            if dry || change.entries.is_empty() {
                return Ok(imported);
            }
            let only_new = change.changes.iter().all(|one| *one == Change::Added);
            let entries = change.entries.clone();
            let event = RegisterEvent::PartiesRecorded { from: name.to_owned(), entries: change.entries };
            let at = self.clock.now();
            let before = loaded.version;
            let (mut write, _) = loaded.write(self.borne(at), ask.actor.name(), &[event])?;
            write.effects.push(Round::find(&entries).effect(&format!("register/{before}"), at)?);
            match self.commit(ask, at, vec![write], &imported).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => {
                    if only_new {
                        self.grow_index(before, change.register, &entries).await;
                    }
                    return Ok(imported);
                }
            }
        }
        Err(AppError::Busy)
    }

    /// Puts new lines into the index that is there, when it is of the register just before them and nobody is
    /// screening. Otherwise it stays as it is and is built anew when somebody next asks.
    async fn grow_index(&self, before: u64, register: Register, entries: &[Entry]) {
        let mut screen = self.screen.write().await;
        let known = screen.version == Some(before);
        let Some(index) = screen.index.as_mut().filter(|_| known).and_then(Arc::get_mut) else { return };
        if entries.iter().all(|entry| index.put(entry)) {
            screen.version = Some(before + 1);
            screen.register = Arc::new(register);
        } else {
            screen.version = None;
        }
    }
}

/// The places a report's claims speak of, as screening takes them; spans moved by `base` bytes.
pub fn places_of(claims: &[Claim], base: usize) -> Vec<PlaceRef> {
    let place = |claim: &Claim| match &claim.normalised {
        Normal::Place { name, country, lat, lon, .. } if claim.is_main() && claim.field == Field::Place => {
            Some(PlaceRef {
                name: name.clone(),
                country: country.clone(),
                lat: *lat,
                lon: *lon,
                span: Span::new(base + claim.span.start, base + claim.span.end),
            })
        }
        _ => None,
    };
    claims.iter().filter_map(place).collect()
}
