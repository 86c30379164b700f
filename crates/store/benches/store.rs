//! Durable appends per second on one SQLite file: alone, a commit each, and in groups of 100; and the check of a whole
//! record. Run with `cargo bench -p store`. Each append is on disk (synchronous=FULL) when it is counted.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run should stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::counter::ItemsCount;
use jiff::Timestamp;
use store::{NewEffect, NewEntry, RowContent, SqliteStore, Store, StoreOptions, Write};

fn main() {
    divan::main();
}

struct Desk {
    runtime: tokio::runtime::Runtime,
    store: SqliteStore,
    next: AtomicU64,
    _directory: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let signer = record::SigningKey::from_seed("bench.invalid/desk", [1; 32]).unwrap();
        let count = AtomicU64::new(0);
        let entropy = move |buffer: &mut [u8]| {
            for chunk in buffer.chunks_mut(8) {
                let next = count.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).to_be_bytes();
                chunk.copy_from_slice(&next[..chunk.len()]);
            }
        };
        let options = StoreOptions::new(signer, Arc::new(entropy));
        let store = runtime.block_on(SqliteStore::open(directory.path().join("bench.db"), options)).unwrap();
        Self { runtime, store, next: AtomicU64::new(0), _directory: directory }
    }

    fn append(&self, group: u64) {
        let first = self.next.fetch_add(group, Ordering::Relaxed);
        let writes = (first..first + group).map(write).collect();
        self.runtime.block_on(self.store.commit(Timestamp::UNIX_EPOCH, writes, None)).unwrap();
    }
}

/// What the intake of a report writes: an entry of 1 kB, its row, eight features and an effect.
fn write(number: u64) -> Write {
    let text = "x".repeat(1000);
    Write {
        stream: format!("report/rep_{number:026}"),
        kind: "report".into(),
        entries: vec![NewEntry {
            kind: "ReportAccepted".into(),
            by: "acc_bench".into(),
            body: format!("{{\"text\":\"{text}\"}}").into_bytes(),
        }],
        row: RowContent {
            state: format!("{{\"text\":\"{text}\"}}"),
            step: "accepted".into(),
            title: format!("Report {number}"),
            due_at: Some(Timestamp::UNIX_EPOCH),
            open: true,
            features: (0..8).map(|feature| format!("f{feature}:{}", number % 97)).collect(),
        },
        effects: vec![NewEffect {
            key: format!("read {number}"),
            kind: "read".into(),
            payload: "{}".into(),
            due_at: Timestamp::UNIX_EPOCH,
        }],
        ..Write::default()
    }
}

#[divan::bench(args = [1, 100], sample_count = 100)]
fn appends(bencher: divan::Bencher, group: u64) {
    let desk = Desk::new();
    bencher.counter(ItemsCount::new(group)).bench(|| desk.append(group));
}

#[divan::bench(sample_count = 5)]
fn check_integrity_of_10_000_entries(bencher: divan::Bencher) {
    let desk = Desk::new();
    (0..100).for_each(|_| desk.append(100));
    bencher.counter(ItemsCount::new(10_000_u64)).bench(|| {
        let found = desk.runtime.block_on(desk.store.check_integrity(None)).unwrap();
        assert_eq!((found.entries, found.findings_total), (10_000, 0));
    });
}
