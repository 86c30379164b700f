//! The record: read back, exported, verified from outside, erased with its proof kept.

use std::sync::Arc;

use jiff::SignedDuration;
use store::{Content, NewEntry, Remember, Store, StoreError, Write};

use crate::support::{assert_whole, at, effect, entry, export, verify, write};

const CANARY: &str = "canary-3f1c";

pub async fn entries_come_back(store: Arc<dyn Store>) {
    let mut first = write("a", 0);
    first.entries = vec![entry("one"), entry("two")];
    store.commit(at(1), vec![first, write("b", 0)], None).await.unwrap();
    let mut more = write("a", 2);
    more.entries =
        vec![NewEntry { kind: "ThreatClosed".into(), by: "acc_senior".into(), body: b"{\"n\": 3}".to_vec() }];
    store.commit(at(2), vec![more], None).await.unwrap();

    let all = store.entries(None, 0, 100).await.unwrap();
    let shape: Vec<_> = all.iter().map(|entry| (entry.seq, entry.stream.as_str(), entry.version)).collect();
    assert_eq!(shape, [(0, "threat/a", 1), (1, "threat/a", 2), (2, "threat/b", 1), (3, "threat/a", 3)]);
    assert_eq!(all[0].body.as_deref(), Some(&entry("one").body[..]));
    let last = &all[3];
    assert_eq!((last.kind.as_str(), last.by.as_str(), last.at), ("ThreatClosed", "acc_senior", at(2)));
    assert_eq!(last.body.as_deref(), Some(&b"{\"n\": 3}"[..]), "kept to the byte");

    let of_a = store.entries(Some("threat/a"), 1, 10).await.unwrap();
    assert_eq!(of_a.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(store.entries(None, 1, 2).await.unwrap().len(), 2);
    assert_eq!(store.entry(3).await.unwrap().as_ref(), Some(last));
    assert_eq!(store.entry(4).await.unwrap(), None);
    let salts: std::collections::HashSet<_> = all.iter().map(|entry| entry.salt).collect();
    assert_eq!(salts.len(), 4, "a salt of its own for each");
}

pub async fn an_export_verifies(store: Arc<dyn Store>) {
    for number in 0..23 {
        store.commit(at(number), vec![write("a", u64::try_from(number).unwrap())], None).await.unwrap();
    }
    for content in [Content::Full, Content::Withheld] {
        let bytes = export(&*store, content).await;
        let found = verify(&bytes);
        assert_eq!(found, Ok(23), "{content:?}");
        let carries = bytes.windows(4).any(|four| four == b"a 11");
        assert_eq!(carries, content == Content::Full, "{content:?}: bodies in the export");
    }
    let mut broken = export(&*store, Content::Full).await;
    let place = broken.windows(4).position(|four| four == b"a 11").unwrap();
    broken[place + 2] = b'2';
    assert!(verify(&broken).is_err(), "an edited export does not verify");
}

pub async fn an_erased_stream_keeps_its_proof(store: Arc<dyn Store>) {
    let mut secret = write("a", 0);
    secret.entries = vec![entry(CANARY)];
    secret.row.title = CANARY.into();
    secret.row.features = vec![CANARY.into()];
    let answer =
        Remember { account: "acc".into(), key: "k".into(), request_hash: vec![], status: 201, body: CANARY.into() };
    store.commit(at(1), vec![secret, write("b", 0)], Some(answer)).await.unwrap();
    let before = store.entry(0).await.unwrap().unwrap();

    let mut erasing = write("a", 1);
    erasing.erase = true;
    erasing.entries = vec![entry("erased at the end of retention")];
    store.commit(at(2), vec![erasing], None).await.unwrap();

    let after = store.entry(0).await.unwrap().unwrap();
    assert_eq!((after.body, after.salt), (None, None));
    assert_eq!((after.commitment, after.kind, after.by), (before.commitment, before.kind, before.by));
    assert!(store.entry(1).await.unwrap().unwrap().body.is_some(), "other streams keep theirs");
    assert!(store.entry(2).await.unwrap().unwrap().body.is_some(), "the erasure itself can be read");
    assert!(store.by_features("threat", &[CANARY.into()], 9).await.unwrap().shared.is_empty());
    assert_eq!(store.remembered("acc", "k").await.unwrap().unwrap().body, None);
    store.commit(at(3), vec![write("a", 2)], None).await.unwrap();

    let found = store.check_integrity(None).await.unwrap();
    assert_eq!(found.findings, []);
    let erased: Vec<_> = found.erased.iter().map(|one| (one.stream.as_str(), one.by_seq)).collect();
    assert_eq!(erased, [("threat/a", 2)]);
    let bytes = export(&*store, Content::Full).await;
    assert_eq!(verify(&bytes), Ok(4), "the proof stays");
    assert!(!String::from_utf8_lossy(&bytes).contains(CANARY));
}

pub async fn an_erasure_waits_for_effects(store: Arc<dyn Store>) {
    store.commit(at(1), vec![Write { effects: vec![effect("e", 0)], ..write("a", 0) }], None).await.unwrap();
    let erasing = |expected| Write { erase: true, ..write("a", expected) };
    let refused = store.commit(at(2), vec![erasing(1)], None).await.unwrap_err();
    assert!(matches!(refused, StoreError::Outstanding { effects: 1, .. }), "{refused}");
    assert!(store.entry(0).await.unwrap().unwrap().body.is_some());
    let mine = store.claim_effect(at(3), SignedDuration::from_mins(1)).await.unwrap().unwrap();
    let finishing = Write { finish: vec![mine.lease()], ..erasing(1) };
    store.commit(at(4), vec![finishing], None).await.unwrap();
    assert_eq!(store.entry(0).await.unwrap().unwrap().body, None);
    assert_whole(&*store, 2).await;
}

pub async fn a_witness_is_contained(store: Arc<dyn Store>) {
    let early = store.commit(at(1), vec![write("a", 0)], None).await.unwrap().checkpoint;
    for version in 1..9 {
        store.commit(at(2), vec![write("a", version)], None).await.unwrap();
    }
    assert_eq!(store.check_integrity(Some(&early)).await.unwrap().findings, []);
    for witness in ["", "nonsense", &early.replace('1', "2")] {
        let found = store.check_integrity(Some(witness)).await.unwrap();
        assert!(!found.findings.is_empty(), "{witness:?} is no checkpoint of this record");
    }
}

pub async fn an_empty_record_is_whole(store: Arc<dyn Store>) {
    assert_whole(&*store, 0).await;
    assert_eq!(store.checkpoint().await.unwrap(), None);
    assert!(store.entries(None, 0, 10).await.unwrap().is_empty());
}
