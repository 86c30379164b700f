//! What the tests of the store share: a place on disk, a key, entropy that repeats itself, and short writes.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use store::{Filter, NewEffect, NewEntry, Row, RowContent, SqliteStore, Store, StoreOptions, Write};

/// A database in a directory of its own, which goes when this goes.
pub struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn file(&self) -> PathBuf {
        self.directory.path().join("desk").join("forewarn.db")
    }

    pub async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.file(), options()).await.unwrap()
    }
}

pub fn signer() -> record::SigningKey {
    record::SigningKey::from_seed("test.invalid/desk", [7; 32]).unwrap()
}

pub fn options() -> StoreOptions {
    static STARTED: AtomicU64 = AtomicU64::new(1);
    let state = AtomicU64::new(STARTED.fetch_add(1, Ordering::Relaxed) << 32);
    let entropy = move |buffer: &mut [u8]| {
        for byte in buffer {
            // SplitMix64: spreads well enough that no two keys of a test are equal.
            let mut mixed = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (mixed ^ (mixed >> 31)).to_le_bytes()[0];
        }
    };
    StoreOptions::new(signer(), Arc::new(entropy))
}

/// The n-th second of a day long past.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_704_240_000 + second).unwrap()
}

pub fn entry(text: &str) -> NewEntry {
    NewEntry {
        kind: "ThreatRaised".into(),
        by: "acc_analyst".into(),
        body: serde_json::to_vec(&serde_json::json!({ "text": text })).unwrap(),
    }
}

/// A write of one entry to a threat.
pub fn write(name: &str, expected: u64) -> Write {
    Write {
        stream: format!("threat/{name}"),
        kind: "threat".into(),
        expected,
        entries: vec![entry(&format!("{name} {expected}"))],
        row: RowContent {
            state: format!("{{\"name\":\"{name}\",\"version\":{}}}", expected + 1),
            step: "screening".into(),
            title: format!("Threat {name}"),
            due_at: None,
            open: true,
            features: Vec::new(),
        },
        ..Write::default()
    }
}

pub fn effect(key: &str, due: i64) -> NewEffect {
    NewEffect { key: key.into(), kind: "deliver".into(), payload: format!("{{\"to\":\"{key}\"}}"), due_at: at(due) }
}

/// All rows of a kind, page by page.
pub async fn all(store: &dyn Store, kind: &str, filter: &Filter, page: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let found = store.list(kind, filter, after.as_ref(), page).await.unwrap();
        rows.extend(found.items);
        // Through its text, as a client would.
        after = found.next.map(|next| next.to_string().parse().unwrap());
        if after.is_none() {
            return rows;
        }
    }
}

pub async fn export(store: &dyn Store, content: store::Content) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.export(content, &mut bytes).await.unwrap();
    bytes
}

/// The record is whole, and holds so many entries.
pub async fn assert_whole(store: &dyn Store, entries: u64) {
    let found = store.check_integrity(None).await.unwrap();
    assert_eq!(found.findings, [], "the record is whole");
    assert_eq!(found.entries, entries, "entries in the record");
}

/// Checks an export as an outsider would: how many entries it proves, or what is wrong with it.
pub fn verify(export: &[u8]) -> Result<u64, Vec<String>> {
    let verdict = record::verify(export, Some(&signer().verify_key()), None).unwrap();
    if verdict.is_sound() && verdict.signature == record::SignatureCheck::Good {
        Ok(verdict.entries)
    } else {
        Err(verdict.findings.iter().map(ToString::to_string).collect())
    }
}
