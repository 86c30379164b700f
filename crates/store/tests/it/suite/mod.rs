//! What every twin of the store must do. Each check takes a fresh, empty store.
//!
//! A twin runs them all with [`conformance!`], which makes a test of each.

pub mod commits;
pub mod effects;
pub mod lines;
pub mod lists;
pub mod log;
pub mod sign_ins;

/// One test for each check, on a store that `$fresh` makes (with what must outlive it).
macro_rules! conformance {
    ($fresh:ident; $($module:ident: $($check:ident),+;)+) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                let (store, _kept) = super::$fresh().await;
                $crate::suite::$module::$check(store).await;
            })+
        })+
    };
}
