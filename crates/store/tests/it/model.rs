//! Random commits against a model in memory: what is accepted, what is refused, and all that can be seen after.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use crate::support::{self, Place, all, assert_whole, at, effect, entry, export, write};
use jiff::SignedDuration;
use proptest::prelude::*;
use store::{Content, Effect, Filter, NewEffect, Store, StoreError, Write};

/// (stream, offset from the right version, entries, effect key, due second, feature).
type RandomWrite = (u8, i8, u8, Option<u8>, Option<u8>, u8);

/// A step of a random history. Small numbers, so that they meet.
#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<RandomWrite>),
    /// A claim at this second, kept in hand.
    Claim(u8),
    /// The n-th effect in hand is finished with a write to this stream.
    Finish(u8, u8),
    /// The n-th effect in hand is given back until this second.
    Release(u8, u8),
    /// A stream is erased.
    Erase(u8),
    /// The store is dropped and opened again.
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let offset = prop_oneof![8 => Just(0_i8), 1 => Just(1_i8), 1 => Just(-1_i8)];
    let one = (0..5_u8, offset, 1..4_u8, prop::option::of(0..12_u8), prop::option::of(0..60_u8), 0..4_u8);
    prop_oneof![
        6 => prop::collection::vec(one, 1..4).prop_map(Step::Commit),
        3 => (0..60_u8).prop_map(Step::Claim),
        2 => (0..4_u8, 0..5_u8).prop_map(|(hand, stream)| Step::Finish(hand, stream)),
        1 => (0..4_u8, 0..60_u8).prop_map(|(hand, until)| Step::Release(hand, until)),
        1 => (0..5_u8).prop_map(Step::Erase),
        1 => Just(Step::Reopen),
    ]
}

#[derive(Clone, Default)]
struct Stream {
    version: u64,
    due: Option<u8>,
    feature: u8,
}

#[derive(Clone)]
struct Work {
    stream: u8,
    due: i64,
    lease_until: Option<i64>,
    token: u64,
    done: bool,
    order: usize,
}

#[derive(Clone, Default)]
struct Model {
    streams: BTreeMap<u8, Stream>,
    work: BTreeMap<u8, Work>,
    /// Stream, and whether its content is still there.
    entries: Vec<(u8, bool)>,
}

impl Model {
    /// Applies a write as the store should; false when the store should refuse it.
    fn write(&mut self, asked: &Asked) -> bool {
        let stream = self.streams.entry(asked.stream).or_default();
        if i128::from(stream.version) != asked.expected {
            return false;
        }
        stream.version += u64::from(asked.entries);
        stream.due = asked.due;
        stream.feature = asked.feature;
        self.entries.extend((0..asked.entries).map(|_| (asked.stream, true)));
        if let Some(key) = asked.effect {
            let order = self.work.len();
            let new =
                Work { stream: asked.stream, due: i64::from(key), lease_until: None, token: 0, done: false, order };
            self.work.entry(key).or_insert(new);
        }
        true
    }

    fn claim(&mut self, now: i64) -> Option<(u8, u64)> {
        let free = |work: &Work| !work.done && work.due <= now && work.lease_until.is_none_or(|until| until <= now);
        let (key, work) =
            self.work.iter_mut().filter(|(_, work)| free(work)).min_by_key(|(_, work)| (work.due, work.order))?;
        work.token += 1;
        work.lease_until = Some(now + 10);
        Some((*key, work.token))
    }

    fn holds(&self, key: u8, token: u64) -> bool {
        self.work.get(&key).is_some_and(|work| !work.done && work.token == token && work.lease_until.is_some())
    }
}

struct Asked {
    stream: u8,
    expected: i128,
    entries: u8,
    effect: Option<u8>,
    due: Option<u8>,
    feature: u8,
}

impl Asked {
    fn write(&self) -> Option<Write> {
        let mut asked = write(&self.stream.to_string(), u64::try_from(self.expected).ok()?);
        asked.entries = (0..self.entries).map(|number| entry(&number.to_string())).collect();
        asked.row.due_at = self.due.map(|due| at(i64::from(due)));
        asked.row.features = if self.feature == 0 { vec![] } else { vec![format!("f{}", self.feature)] };
        asked.effects = self.effect.iter().map(|key| named(*key)).collect();
        Some(asked)
    }
}

fn named(key: u8) -> NewEffect {
    effect(&key.to_string(), i64::from(key))
}

/// Keeps the streams that the model would create for a refused commit out of it.
fn attempt(model: &mut Model, asked: &[Asked]) -> bool {
    let mut tried = model.clone();
    let accepted = asked.iter().all(|one| tried.write(one));
    if accepted {
        *model = tried;
    }
    accepted
}

async fn play(steps: Vec<Step>) {
    let place = Place::new();
    let mut store = place.open().await;
    let mut model = Model::default();
    let mut hand: Vec<Effect> = Vec::new();
    for step in steps {
        match step {
            Step::Commit(writes) => commit(&store, &mut model, &writes).await,
            Step::Claim(now) => {
                let now = i64::from(now);
                let claimed = store.claim_effect(at(now), SignedDuration::from_secs(10)).await.unwrap();
                let found = claimed.as_ref().map(|effect| (effect.key.parse().unwrap(), effect.token));
                assert_eq!(found, model.claim(now));
                hand.extend(claimed);
            }
            Step::Finish(place, stream) => finish(&store, &mut model, &hand, place, stream).await,
            Step::Release(place, until) => release(&store, &mut model, &hand, place, until).await,
            Step::Erase(stream) => erase(&store, &mut model, stream).await,
            Step::Reopen => {
                drop(store);
                store = place.open().await;
            }
        }
    }
    compare(&store, &model).await;
}

async fn commit(store: &dyn Store, model: &mut Model, writes: &[RandomWrite]) {
    let mut versions: BTreeMap<u8, i128> = BTreeMap::new();
    let asked: Vec<Asked> = writes
        .iter()
        .map(|(stream, offset, entries, effect, due, feature)| {
            let stored = model.streams.get(stream).map_or(0, |stream| i128::from(stream.version));
            let version = versions.entry(*stream).or_insert(stored);
            let expected = *version + i128::from(*offset);
            *version += i128::from(*entries);
            Asked { stream: *stream, expected, entries: *entries, effect: *effect, due: *due, feature: *feature }
        })
        .collect();
    let Some(writes) = asked.iter().map(Asked::write).collect::<Option<Vec<_>>>() else { return };
    let accepted = attempt(model, &asked);
    match store.commit(at(1), writes, None).await {
        Ok(done) => assert!(accepted && done.size == model.entries.len() as u64),
        Err(StoreError::Conflict { .. }) => assert!(!accepted, "refused by the store alone"),
        Err(other) => panic!("{other}"),
    }
}

async fn finish(store: &dyn Store, model: &mut Model, hand: &[Effect], place: u8, stream: u8) {
    let Some(effect) = hand.get(usize::from(place)) else { return };
    let key: u8 = effect.key.parse().unwrap();
    let expected = model.streams.get(&stream).map_or(0, |stream| i128::from(stream.version));
    let asked = Asked { stream, expected, entries: 1, effect: None, due: None, feature: 0 };
    let mut finishing = asked.write().unwrap();
    finishing.finish = vec![effect.lease()];
    let held = model.holds(key, effect.token);
    match store.commit(at(2), vec![finishing], None).await {
        Ok(_) => {
            assert!(held && model.write(&asked));
            model.work.get_mut(&key).unwrap().done = true;
        }
        Err(StoreError::LeaseLost { .. }) => assert!(!held),
        Err(other) => panic!("{other}"),
    }
}

async fn release(store: &dyn Store, model: &mut Model, hand: &[Effect], place: u8, until: u8) {
    let Some(effect) = hand.get(usize::from(place)) else { return };
    let key: u8 = effect.key.parse().unwrap();
    let held = model.holds(key, effect.token);
    match store.release_effect(effect.lease(), at(i64::from(until))).await {
        Ok(()) => {
            assert!(held);
            let work = model.work.get_mut(&key).unwrap();
            (work.due, work.lease_until) = (i64::from(until), None);
        }
        Err(StoreError::LeaseLost { .. }) => assert!(!held),
        Err(other) => panic!("{other}"),
    }
}

async fn erase(store: &dyn Store, model: &mut Model, stream: u8) {
    let Some(version) = model.streams.get(&stream).map(|stream| stream.version).filter(|version| *version > 0) else {
        return;
    };
    let outstanding = model.work.values().any(|work| work.stream == stream && !work.done);
    let asked = Asked { stream, expected: i128::from(version), entries: 1, effect: None, due: None, feature: 0 };
    let erasing = Write { erase: true, ..asked.write().unwrap() };
    match store.commit(at(3), vec![erasing], None).await {
        Ok(_) => {
            assert!(!outstanding);
            model.entries.iter_mut().filter(|(of, _)| *of == stream).for_each(|(_, there)| *there = false);
            assert!(model.write(&asked));
        }
        Err(StoreError::Outstanding { .. }) => assert!(outstanding),
        Err(other) => panic!("{other}"),
    }
}

async fn compare(store: &dyn Store, model: &Model) {
    assert_whole(store, model.entries.len() as u64).await;
    let entries = store.entries(None, 0, 10_000).await.unwrap();
    let found: Vec<_> = entries.iter().map(|entry| (entry.stream.clone(), entry.body.is_some())).collect();
    let expected: Vec<_> = model.entries.iter().map(|(of, there)| (format!("threat/{of}"), *there)).collect();
    assert_eq!(found, expected);
    let streams: Vec<_> = model.streams.iter().filter(|(_, stream)| stream.version > 0).collect();
    for (name, stream) in &streams {
        let row = store.load(&format!("threat/{name}")).await.unwrap().unwrap();
        assert_eq!((row.version, row.due_at), (stream.version, stream.due.map(|due| at(i64::from(due)))));
    }
    let mut expected: Vec<_> = streams
        .iter()
        .map(|(name, stream)| (stream.due.map_or(i64::MAX, i64::from), format!("threat/{name}")))
        .collect();
    expected.sort();
    let rows = all(store, "threat", &Filter::default(), 2).await;
    assert_eq!(
        rows.iter().map(|row| &row.stream).collect::<Vec<_>>(),
        expected.iter().map(|(_, name)| name).collect::<Vec<_>>()
    );
    for feature in 1..4_u8 {
        let linked = store.by_features("threat", &[format!("f{feature}")], 99).await.unwrap();
        let having = streams.iter().filter(|(_, stream)| stream.feature == feature).count();
        assert_eq!(linked.shared.len(), having);
    }
    let outstanding = model.work.values().filter(|work| !work.done).count();
    assert_eq!(store.outstanding_effects().await.unwrap(), outstanding as u64);
    let clocks = model.work.values().filter(|work| !work.done);
    let clocks = clocks.map(|work| work.due.max(work.lease_until.unwrap_or(i64::MIN)));
    let earliest = clocks.chain(streams.iter().filter_map(|(_, stream)| stream.due.map(i64::from))).min();
    assert_eq!(store.next_due().await.unwrap(), earliest.map(at));
    if !model.entries.is_empty() {
        assert_eq!(support::verify(&export(store, Content::Full).await), Ok(model.entries.len() as u64));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 400, ..ProptestConfig::default() })]
    #[test]
    fn the_store_does_as_the_model(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(steps));
    }
}
