//! Effects: claimed by one worker at a time, finished once, refused to those who lost them.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::SignedDuration;
use store::{Effect, Store, StoreError, Write};

use crate::support::{at, effect, write};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn claim(store: &dyn Store, second: i64) -> Option<Effect> {
    store.claim_effect(at(second), MINUTE).await.unwrap()
}

fn lost(result: Result<impl Sized, StoreError>) -> bool {
    matches!(result, Err(StoreError::LeaseLost { .. }))
}

pub async fn an_effect_is_claimed_once(store: Arc<dyn Store>) {
    let asked = Write { effects: vec![effect("late", 20), effect("soon", 10)], ..write("a", 0) };
    store.commit(at(1), vec![asked], None).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    assert_eq!(claim(&*store, 9).await, None, "not before its time");
    let soon = claim(&*store, 30).await.unwrap();
    assert_eq!((soon.key.as_str(), soon.tries, soon.token), ("soon", 1, 1));
    assert_eq!((soon.stream.as_str(), soon.kind.as_str()), ("threat/a", "deliver"));
    assert_eq!((soon.payload.as_str(), soon.due_at, soon.lease_until), (r#"{"to":"soon"}"#, at(10), at(90)));
    let late = claim(&*store, 30).await.unwrap();
    assert_eq!(late.key, "late");
    assert_eq!(claim(&*store, 30).await, None);
    assert_eq!(store.next_due().await.unwrap(), Some(at(90)), "when a lease runs out");

    let done = Write { finish: vec![soon.lease(), late.lease()], ..write("a", 1) };
    store.commit(at(40), vec![done], None).await.unwrap();
    assert_eq!(claim(&*store, 1000).await, None);
    assert_eq!(store.outstanding_effects().await.unwrap(), 0);
    assert_eq!(store.next_due().await.unwrap(), None);
}

pub async fn four_workers_claim_each_effect_once(store: Arc<dyn Store>) {
    const EFFECTS: usize = 2000;
    let effects = (0..EFFECTS).map(|number| effect(&format!("e{number}"), 0)).collect();
    store.commit(at(1), vec![Write { effects, ..write("a", 0) }], None).await.unwrap();
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(effect) = claim(&*store, 2).await {
                    assert_eq!((effect.tries, effect.token), (1, 1));
                    mine.push(effect.id);
                }
                mine
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    let unique: HashSet<_> = claimed.iter().collect();
    println!("claimed by 4 workers: {} of {EFFECTS}, {} unique", claimed.len(), unique.len());
    assert_eq!((claimed.len(), unique.len()), (EFFECTS, EFFECTS));
}

pub async fn a_lost_lease_is_refused(store: Arc<dyn Store>) {
    store.commit(at(1), vec![Write { effects: vec![effect("e", 0)], ..write("a", 0) }], None).await.unwrap();
    let slow = claim(&*store, 2).await.unwrap();
    assert_eq!(claim(&*store, 61).await, None, "the lease runs until second 62");
    let quick = claim(&*store, 62).await.unwrap();
    assert_eq!((quick.id, quick.tries, quick.token), (slow.id, 2, 2));

    // The slow worker comes back: nothing it says is taken, and nothing of its commit is kept.
    assert!(lost(store.commit(at(63), vec![Write { finish: vec![slow.lease()], ..write("a", 1) }], None).await));
    assert!(lost(store.commit(at(63), vec![Write { hold: vec![slow.lease()], ..write("a", 1) }], None).await));
    assert!(lost(store.release_effect(slow.lease(), at(64)).await));
    assert!(lost(store.drop_effect(at(64), slow.lease(), "too late").await));
    assert_eq!(store.load("threat/a").await.unwrap().unwrap().version, 1);

    store.commit(at(64), vec![Write { finish: vec![quick.lease()], ..write("a", 1) }], None).await.unwrap();
    assert!(lost(store.commit(at(65), vec![Write { finish: vec![quick.lease()], ..write("a", 2) }], None).await));
}

pub async fn an_effect_is_released_and_dropped(store: Arc<dyn Store>) {
    store.commit(at(1), vec![Write { effects: vec![effect("e", 0)], ..write("a", 0) }], None).await.unwrap();
    let first = claim(&*store, 2).await.unwrap();
    store.release_effect(first.lease(), at(500)).await.unwrap();
    assert!(lost(store.release_effect(first.lease(), at(3)).await), "released once");
    assert_eq!(claim(&*store, 499).await, None);
    assert_eq!(store.next_due().await.unwrap(), Some(at(500)));
    let second = claim(&*store, 500).await.unwrap();
    assert_eq!((second.tries, second.token, second.due_at), (2, 2, at(500)));
    store.drop_effect(at(501), second.lease(), "the threat was stood down").await.unwrap();
    assert_eq!(claim(&*store, 9999).await, None);
    assert_eq!(store.outstanding_effects().await.unwrap(), 0);
}

pub async fn dead_hands_hold_nothing(store: Arc<dyn Store>) {
    let asked = Write { effects: vec![effect("held", 0), effect("free", 0)], ..write("a", 0) };
    store.commit(at(1), vec![asked], None).await.unwrap();
    let held = claim(&*store, 2).await.unwrap();
    assert_eq!(store.release_all_effects().await.unwrap(), 1, "the free one was in nobody's hands");
    assert!(lost(store.commit(at(3), vec![Write { finish: vec![held.lease()], ..write("a", 1) }], None).await));
    let again = claim(&*store, 3).await.unwrap();
    assert_eq!((again.key.as_str(), again.tries), ("held", 2), "at once, not when the lease would have run out");
    assert!(again.token > held.token);
    assert_eq!(store.release_all_effects().await.unwrap(), 1);
    assert_eq!(store.outstanding_effects().await.unwrap(), 2);
}

pub async fn the_same_key_is_one_effect(store: Arc<dyn Store>) {
    let asked = Write { effects: vec![effect("same", 0), effect("same", 0)], ..write("a", 0) };
    store.commit(at(1), vec![asked], None).await.unwrap();
    store.commit(at(1), vec![Write { effects: vec![effect("same", 0)], ..write("b", 0) }], None).await.unwrap();
    assert_eq!(store.outstanding_effects().await.unwrap(), 1);
    let only = claim(&*store, 1).await.unwrap();
    store.commit(at(2), vec![Write { finish: vec![only.lease()], ..write("a", 1) }], None).await.unwrap();
    store.commit(at(3), vec![Write { effects: vec![effect("same", 0)], ..write("a", 2) }], None).await.unwrap();
    assert_eq!(claim(&*store, 4).await, None, "done stays done");
}

pub async fn work_that_is_held_may_start(store: Arc<dyn Store>) {
    store.commit(at(1), vec![Write { effects: vec![effect("e", 0)], ..write("a", 0) }], None).await.unwrap();
    let mine = claim(&*store, 2).await.unwrap();
    store.commit(at(3), vec![Write { hold: vec![mine.lease()], ..write("a", 1) }], None).await.unwrap();
    store.commit(at(4), vec![Write { finish: vec![mine.lease()], ..write("a", 2) }], None).await.unwrap();
    assert_eq!(store.outstanding_effects().await.unwrap(), 0);
}
