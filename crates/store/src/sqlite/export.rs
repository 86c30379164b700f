//! The whole record as one file, for somebody outside.

use std::io::Write as Sink;

use record::{Body, Carries, Checkpoint, Hash, checkpoint_line, entry_line, header_line};
use sqlx::Connection as _;

use super::Inner;
use super::entries::{Sealed, page};
use super::fault::fault;
use super::ledger;
use crate::{Content, StoreError};

const PAGE: usize = 500;

impl Inner {
    pub(super) async fn export(&self, content: Content, sink: &mut (dyn Sink + Send)) -> Result<u64, StoreError> {
        let mut reader = self.reader().await?;
        let mut snapshot = reader.begin().await.map_err(fault)?;
        let signer = &self.options.signer;
        let tip = ledger::tip(&mut snapshot, signer).await?;
        let carries = match content {
            Content::Full => Carries::Full,
            Content::Withheld => Carries::Proof,
        };
        put(sink, &header_line(signer.name(), carries))?;
        let size = tip.as_ref().map_or(0, |tip| tip.size);
        let mut next = 0;
        while next < size {
            let entries = page(&mut snapshot, None, next, PAGE).await?;
            if entries.is_empty() {
                return Err(StoreError::Corrupt(format!("entry {next} is missing")));
            }
            for entry in entries {
                put(sink, &line(&entry, content)?)?;
                next += 1;
            }
        }
        let note = tip.map_or_else(
            || Checkpoint { origin: signer.name().to_owned(), size: 0, root: Hash::of_empty_tree() }.sign(signer),
            |tip| tip.note,
        );
        put(sink, &checkpoint_line(&note))?;
        sink.flush().map_err(StoreError::Sink)?;
        Ok(size)
    }
}

fn line(entry: &Sealed, content: Content) -> Result<String, StoreError> {
    let kept = match content {
        Content::Full => ledger::unseal(entry)?,
        Content::Withheld => None,
    };
    let body = match &kept {
        Some(ledger::Unsealed { salt, body }) => {
            let text = std::str::from_utf8(body)
                .map_err(|_| StoreError::Corrupt(format!("entry {}: its body is not text", entry.seq)))?;
            Body::Kept { salt, text }
        }
        None if entry.key.is_none() => Body::Erased,
        None => Body::Withheld,
    };
    Ok(entry_line(&entry.leaf(), body))
}

fn put(sink: &mut (dyn Sink + Send), line: &str) -> Result<(), StoreError> {
    sink.write_all(line.as_bytes()).map_err(StoreError::Sink)
}
