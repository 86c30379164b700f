//! Importing into the register: whom we may have to warn, who protects them, how they are reached.
//!
//! A file is read row by row and goes in a stretch of lines at a time: each stretch with its entries on the record, in one
//! transaction. Nothing of a large register is held twice, and nobody else waits long. An import that is killed half-way
//! leaves what the record says went in; the same file again puts in the rest.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;

use domain::Span;
use domain::claim::{Claim, Field, Normal};
use domain::register::{Change, Entry, LineId, MAY_CHANGE, Party, PartyId, RegisterBook, RegisterEvent, RegisterFault};
use jiff::Timestamp;
use screening::PlaceRef;
use screening::import::{MOST_BAD, each};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{Line, StoreError, Write};
use tokio::sync::mpsc;

use super::house::Round;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;
use crate::streams::{REGISTER, line_of};

/// Lines in one entry of the record.
pub(super) const IN_ONE_ENTRY: usize = 1_000;
/// Lines in one transaction.
const AT_ONCE: usize = 10_000;
/// Rows that are read ahead.
const AHEAD: usize = 2 * AT_ONCE;

/// Tells what two lines say apart.
type Hash = [u8; 32];

/// What is to be imported.
#[derive(Debug, Clone, Default)]
pub struct NewLines {
    /// What the file is called; the format is recognised from the content.
    pub name: String,
    /// Its content.
    pub text: String,
    /// Only say what would change.
    pub dry: bool,
    /// Until when the parties in it may be kept that do not say so themselves.
    pub keep_until: Option<Timestamp>,
}

/// What an import did.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Rows that could not be used: line and reason. The rest went in.
    pub bad: Vec<(usize, String)>,
    /// Bad rows beyond those listed.
    #[serde(skip_serializing_if = "is_none")]
    pub more_bad: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Imported {
    fn refuse(&mut self, line: usize, reason: String) {
        if self.bad.len() < MOST_BAD {
            self.bad.push((line, reason));
        } else {
            self.more_bad += 1;
        }
    }
}

/// An import on its way.
struct Import {
    name: String,
    dry: bool,
    found: Imported,
    /// What a dry run has seen of the file so far, as hashes; an import that is none finds it in the store.
    seen: HashMap<String, Hash>,
}

/// Rows of one stretch, laid over the lines that are there.
#[derive(Default)]
struct Stretch {
    entries: Vec<Entry>,
    lines: Vec<Line>,
    found: Imported,
    seen: HashMap<String, Hash>,
}

impl Desk {
    /// Imports parties and relations. `progress` hears after each stretch how many lines of the file are done with.
    pub async fn import_register(
        &self,
        ask: &Ask,
        new: NewLines,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Imported, AppError> {
        ask.actor.must_hold(&MAY_CHANGE, "change the register")?;
        let NewLines { name, text, dry, keep_until } = new;
        let mut import = Import { name: name.clone(), dry, found: Imported::default(), seen: HashMap::new() };
        let part = Ask::by(ask.actor.clone());
        let (give, mut rows) = mpsc::channel(AHEAD);
        let reader = tokio::task::spawn_blocking(move || {
            // Nobody takes the rows any more when the import has failed; its error is the answer.
            each(&name, &text, &mut |line, row| drop(give.blocking_send((line, kept(row, keep_until)))));
        });
        // Relations wait for all parties, wherever they stand in the file.
        let (mut parties, mut relations) = (Vec::new(), Vec::new());
        while let Some((line, row)) = rows.recv().await {
            if parties.len() == AT_ONCE {
                self.put_stretch(&part, &mut import, std::mem::take(&mut parties)).await?;
                progress(line);
            }
            match row {
                Err(reason) => import.found.refuse(line, reason),
                Ok(relation @ Entry::Relation(_)) => relations.push((line, relation)),
                Ok(party @ Entry::Party(_)) => parties.push((line, party)),
            }
        }
        reader.await.map_err(AppError::fault)?;
        parties.append(&mut relations);
        while !parties.is_empty() {
            let rest = parties.split_off(parties.len().min(AT_ONCE));
            // The answer is kept under the request's key with the last stretch, when it is known.
            let ask = if rest.is_empty() { ask } else { &part };
            self.put_stretch(ask, &mut import, std::mem::replace(&mut parties, rest)).await?;
        }
        import.found.bad.sort_by_key(|(line, _)| *line);
        Ok(import.found)
    }

    /// Puts rows in, or only counts what would change.
    async fn put_stretch(&self, ask: &Ask, import: &mut Import, rows: Vec<(usize, Entry)>) -> Result<(), AppError> {
        for _ in 0..RETRIES {
            let loaded = self.load::<RegisterBook>("").await?;
            let stretch = self.lay(import, &rows).await?;
            if import.dry || stretch.entries.is_empty() {
                import.found = stretch.found;
                import.seen.extend(stretch.seen.into_iter().filter(|_| import.dry));
                return Ok(());
            }
            let at = self.clock.now();
            let find = Round::find(stretch.entries.iter()).effect(&format!("register/{}", loaded.version), at)?;
            let recorded =
                |some: &[Entry]| RegisterEvent::PartiesRecorded { from: import.name.clone(), entries: some.to_vec() };
            let events: Vec<RegisterEvent> = stretch.entries.chunks(IN_ONE_ENTRY).map(recorded).collect();
            let (write, _) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
            let write = Write { lines: stretch.lines, effects: vec![find], ..write };
            match self.commit(ask, at, vec![write], &stretch.found).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => {
                    import.found = stretch.found;
                    return Ok(());
                }
            }
        }
        Err(AppError::Busy)
    }

    /// Compares rows with the lines of the register that have their ids, and with no others.
    async fn lay(&self, import: &Import, rows: &[(usize, Entry)]) -> Result<Stretch, AppError> {
        let mut asked: Vec<String> = rows.iter().flat_map(|(_, entry)| keys_of(entry)).collect();
        asked.sort_unstable();
        asked.dedup();
        let stored = self.store.lines_at(REGISTER, &asked).await?;
        let mut seen: HashMap<String, Hash> = stored.iter().map(|line| (line.key.clone(), hash(&line.body))).collect();
        seen.extend(
            asked.iter().filter_map(|key| import.seen.get_key_value(key)).map(|(key, body)| (key.clone(), *body)),
        );
        let mut stretch = Stretch { found: import.found.clone(), ..Stretch::default() };
        let mut at: HashMap<String, usize> = HashMap::new();
        for (row, entry) in rows {
            let known = |id: &PartyId| seen.contains_key(&LineId::Party(id.clone()).to_string());
            if let Err(RegisterFault { field, problem }) = entry.check(known) {
                stretch.found.refuse(*row, format!("{field} is {problem}"));
                continue;
            }
            let line = line_of(entry)?;
            let body = hash(&line.body);
            match change(seen.get(&line.key), &body) {
                Change::Unchanged => {
                    stretch.found.unchanged += 1;
                    continue;
                }
                Change::Added => stretch.found.added += 1,
                Change::Changed => stretch.found.changed += 1,
            }
            seen.insert(line.key.clone(), body);
            stretch.seen.insert(line.key.clone(), body);
            stretch.entries.push(entry.clone());
            // A row that comes again takes the place of the first: a line changes once in a commit.
            match at.entry(line.key.clone()) {
                Place::Occupied(place) => stretch.lines[*place.get()] = line,
                Place::Vacant(place) => {
                    place.insert(stretch.lines.len());
                    stretch.lines.push(line);
                }
            }
        }
        stretch.found.bad.sort_by_key(|(row, _)| *row);
        Ok(stretch)
    }
}

/// A row with the end of its time.
fn kept(row: Result<Entry, String>, until: Option<Timestamp>) -> Result<Entry, String> {
    row.map(|entry| match entry {
        Entry::Party(party) => Entry::Party(Party { keep_until: party.keep_until.or(until), ..party }),
        Entry::Relation(_) => entry,
    })
}

/// The lines that have to be looked at for a row: its own, and both ends of a relation.
fn keys_of(entry: &Entry) -> Vec<String> {
    let ends = match entry {
        Entry::Party(_) => Vec::new(),
        Entry::Relation(relation) => vec![relation.from.clone(), relation.to.clone()],
    };
    let ends = ends.into_iter().map(LineId::Party);
    ends.chain([entry.id()]).map(|id| id.to_string()).collect()
}

fn change(before: Option<&Hash>, body: &Hash) -> Change {
    match before {
        None => Change::Added,
        Some(before) if before == body => Change::Unchanged,
        Some(_) => Change::Changed,
    }
}

fn hash(body: &str) -> Hash {
    Sha256::digest(body).into()
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
