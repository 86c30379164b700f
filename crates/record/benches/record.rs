//! What the record costs: appending an entry, signing a checkpoint, verifying an export.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]

#[path = "../tests/it/common/mod.rs"]
mod common;

use std::collections::HashMap;

use common::World;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use record::{Frontier, Hash, append, commitment, needed_to_append, root, seal, sealed_as, verify};

fn main() {
    divan::main();
}

/// The stored hashes of a tree of this many leaves.
fn stored(size: u64) -> HashMap<u64, Hash> {
    let mut edge = Frontier::new();
    let mut stored = HashMap::new();
    for seq in 0..size {
        stored.extend(edge.push(commitment(&[0; 32], &seq.to_be_bytes())));
    }
    stored
}

/// One entry that completes as many nodes as any can: read what is needed, append, compute the root.
#[divan::bench(args = [1_023, 1_048_575])]
fn append_from_storage(bencher: Bencher<'_, '_>, size: u64) {
    let stored = stored(size);
    let leaf = commitment(&[0; 32], b"leaf");
    bencher.bench(|| {
        let read: HashMap<u64, Hash> =
            needed_to_append(size).into_iter().map(|place| (place, stored[&place])).collect();
        (append(black_box(size), leaf, &read).unwrap(), root(size, &stored).unwrap())
    });
}

/// One entry in a run of a hundred, on the edge of the tree, from leaf to root.
#[divan::bench(args = [1_000, 1_000_000])]
fn append_on_the_edge(bencher: Bencher<'_, '_>, size: u64) {
    let edge = Frontier::load(size, &stored(size)).unwrap();
    let leaf = World::new(1).items.remove(0).leaf;
    bencher.counter(ItemsCount::new(100u32)).with_inputs(|| edge.clone()).bench_values(|mut edge| {
        for _ in 0..100 {
            edge.push(black_box(&leaf).hash());
        }
        edge.root()
    });
}

#[divan::bench]
fn sign_a_checkpoint(bencher: Bencher<'_, '_>) {
    let world = World::new(3);
    let checkpoint = world.checkpoint();
    bencher.bench(|| checkpoint.sign(black_box(&world.key)));
}

#[divan::bench]
fn seal_a_body_of_a_kilobyte(bencher: Bencher<'_, '_>) {
    let body = vec![b'x'; 1024];
    bencher
        .counter(BytesCount::new(1024u32))
        .bench(|| seal(&[1; 32], &[2; 24], &sealed_as("threat/thr_1", 7), black_box(&body)));
}

/// An export of ten thousand entries with bodies of the given size.
#[divan::bench(args = [100, 1_000, 10_000])]
fn verify_an_export(bencher: Bencher<'_, '_>, body: usize) {
    let mut world = World::new(10_000);
    for item in &mut world.items {
        item.text = format!("{{\"words\":\"{}\"}}", "a word ".repeat(body / 7));
        item.commit();
    }
    let (export, key) = (world.export(), world.verify_key());
    bencher.counter(BytesCount::of_str(&export)).counter(ItemsCount::new(world.items.len())).bench(|| {
        let verdict = verify(black_box(export.as_bytes()), Some(&key), None).unwrap();
        assert!(verdict.is_sound());
        verdict
    });
}
