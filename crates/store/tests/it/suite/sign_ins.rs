//! Sessions, credentials, attempts to sign in.

use std::sync::Arc;

use store::{Attempts, Session, Store};

use crate::support::at;

pub async fn sessions_live_until_they_end(store: Arc<dyn Store>) {
    let session = |data: &str, ends| Session { id: "s1".into(), data: data.into(), expires_at: at(ends) };
    assert!(store.create_session(&session("{}", 10)).await.unwrap());
    assert!(!store.create_session(&session("{\"thief\":1}", 99)).await.unwrap(), "the id is taken");
    assert_eq!(store.load_session("s1", at(9)).await.unwrap(), Some(session("{}", 10)));
    assert_eq!(store.load_session("s1", at(10)).await.unwrap(), None, "it ended");
    assert_eq!(store.load_session("s2", at(1)).await.unwrap(), None);
    store.save_session(&session("{\"a\":1}", 20)).await.unwrap();
    assert_eq!(store.load_session("s1", at(19)).await.unwrap(), Some(session("{\"a\":1}", 20)));
    assert_eq!(store.delete_expired_sessions(at(19)).await.unwrap(), 0);
    assert_eq!(store.delete_expired_sessions(at(20)).await.unwrap(), 1);
    store.save_session(&session("{}", 90)).await.unwrap();
    store.delete_session("s1").await.unwrap();
    assert_eq!(store.load_session("s1", at(21)).await.unwrap(), None);
}

pub async fn credentials_are_set_and_removed(store: Arc<dyn Store>) {
    assert_eq!(store.credential("acc_1").await.unwrap(), None);
    for hash in ["$argon2id$one", "$argon2id$two"] {
        store.set_credential("acc_1", hash, at(1)).await.unwrap();
        assert_eq!(store.credential("acc_1").await.unwrap().as_deref(), Some(hash));
    }
    store.delete_credential("acc_1").await.unwrap();
    assert_eq!(store.credential("acc_1").await.unwrap(), None);
}

pub async fn failed_sign_ins_are_counted(store: Arc<dyn Store>) {
    for (second, name, address) in [(1, "ann", "10.0.0.1"), (2, "ann", "10.0.0.2"), (3, "bob", "10.0.0.1")] {
        store.note_failed_sign_in(name, address, at(second)).await.unwrap();
    }
    let count = async |since| store.failed_sign_ins("ann", "10.0.0.1", at(since)).await.unwrap();
    assert_eq!(count(1).await, Attempts { by_name: 2, by_address: 2 });
    assert_eq!(count(2).await, Attempts { by_name: 1, by_address: 1 });
    assert_eq!(store.forget_failed_sign_ins(at(2)).await.unwrap(), 1);
    assert_eq!(count(0).await, Attempts { by_name: 1, by_address: 1 });
}
