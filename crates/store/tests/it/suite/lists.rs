//! Lists: every row once, in order, page by page, whatever is added meanwhile.

use std::sync::Arc;

use jiff::SignedDuration;
use store::{Cursor, Filter, Order, Row, Store, StoreError, Write};

use crate::support::{all, at, effect, write};

/// A threat that falls due so many seconds in; `None` for no clock.
async fn threat(store: &dyn Store, name: &str, due: Option<i64>) {
    let mut new = write(name, 0);
    new.row.due_at = due.map(at);
    store.commit(at(0), vec![new], None).await.unwrap();
}

fn names(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.stream.trim_start_matches("threat/")).collect()
}

pub async fn rows_come_by_time_left(store: Arc<dyn Store>) {
    for (name, due) in [("d", None), ("b", Some(20)), ("e", None), ("c", Some(20)), ("a", Some(90)), ("f", Some(5))] {
        threat(&*store, name, due).await;
    }
    for page in [1, 2, 3, 6, 100] {
        let rows = all(&*store, "threat", &Filter::default(), page).await;
        assert_eq!(names(&rows), ["f", "b", "c", "a", "d", "e"], "pages of {page}");
    }
    assert!(all(&*store, "report", &Filter::default(), 2).await.is_empty(), "lists are by kind");
}

pub async fn rows_come_newest_first(store: Arc<dyn Store>) {
    for name in ["a", "b", "c", "d"] {
        threat(&*store, name, None).await;
    }
    store.commit(at(9), vec![write("a", 1)], None).await.unwrap();
    let newest = Filter { order: Order::NewestFirst, ..Filter::default() };
    for page in [1, 2, 4, 9] {
        assert_eq!(names(&all(&*store, "threat", &newest, page).await), ["d", "c", "b", "a"], "pages of {page}");
    }
}

pub async fn paging_is_stable_under_inserts(store: Arc<dyn Store>) {
    for number in 0..10 {
        threat(&*store, &format!("old{number}"), Some(100 + number * 10)).await;
    }
    for order in [Order::DueFirst, Order::NewestFirst] {
        let filter = Filter { order, ..Filter::default() };
        let (mut seen, mut after, mut added) = (Vec::new(), None, 0);
        loop {
            let page = store.list("threat", &filter, after.as_ref(), 3).await.unwrap();
            seen.extend(names(&page.items).into_iter().filter(|name| name.starts_with("old")).map(str::to_owned));
            // Some before, some behind the place where the page ended.
            for due in [1, 1000] {
                added += 1;
                threat(&*store, &format!("new{order:?}{added}"), Some(due)).await;
            }
            after = page.next;
            if after.is_none() || seen.len() >= 10 {
                break;
            }
        }
        seen.sort();
        assert_eq!(seen, (0..10).map(|n| format!("old{n}")).collect::<Vec<_>>(), "each once, {order:?}");
    }
}

pub async fn filters_narrow(store: Arc<dyn Store>) {
    for (name, open, step) in [("a", true, "screening"), ("b", false, "closed"), ("c", true, "warning")] {
        let mut new = write(name, 0);
        new.row.open = open;
        new.row.step = step.into();
        store.commit(at(0), vec![new], None).await.unwrap();
    }
    let filter = |open, step: Option<&str>| Filter { open, step: step.map(str::to_owned), ..Filter::default() };
    let rows: [(Filter, &[&str]); 6] = [
        (filter(None, None), &["a", "b", "c"]),
        (filter(Some(true), None), &["a", "c"]),
        (filter(Some(false), None), &["b"]),
        (filter(None, Some("warning")), &["c"]),
        (filter(Some(false), Some("warning")), &[]),
        (Filter { order: Order::NewestFirst, ..filter(Some(true), None) }, &["c", "a"]),
    ];
    for (filter, expected) in rows {
        assert_eq!(names(&all(&*store, "threat", &filter, 2).await), expected, "{filter:?}");
    }
}

pub async fn a_search_takes_letters_as_they_are(store: Arc<dyn Store>) {
    for (name, title) in
        [("a", "Bombing at 100% of venues"), ("b", "Straße in MÜNCHEN"), ("c", "کرمان"), ("d", "a_b\\c")]
    {
        let mut new = write(name, 0);
        new.row.title = title.into();
        store.commit(at(0), vec![new], None).await.unwrap();
    }
    let rows: [(&str, &[&str]); 10] = [
        ("bombing", &["a"]),
        ("0% of", &["a"]),
        ("%", &["a"]),
        ("münchen", &["b"]),
        ("MÜNCH", &["b"]),
        ("کرم", &["c"]),
        ("_", &["d"]),
        ("b\\c", &["d"]),
        ("threat/b", &["b"]),
        ("nothing like it", &[]),
    ];
    for (search, expected) in rows {
        let filter = Filter { search: Some(search.into()), ..Filter::default() };
        assert_eq!(names(&all(&*store, "threat", &filter, 2).await), expected, "{search}");
    }
    let endless = Filter { search: Some("%".repeat(60_000)), ..Filter::default() };
    assert!(matches!(store.list("threat", &endless, None, 1).await, Err(StoreError::Invalid(_))));
}

pub async fn due_rows_and_the_next_clock(store: Arc<dyn Store>) {
    assert_eq!(store.next_due().await.unwrap(), None);
    for (name, due) in [("a", Some(30)), ("b", Some(10)), ("c", None), ("d", Some(20))] {
        threat(&*store, name, due).await;
    }
    assert_eq!(names(&store.due("threat", at(9), 10).await.unwrap()), [""; 0]);
    assert_eq!(names(&store.due("threat", at(20), 10).await.unwrap()), ["b", "d"]);
    assert_eq!(names(&store.due("threat", at(99), 2).await.unwrap()), ["b", "d"]);
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    store.commit(at(1), vec![write("b", 1)], None).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(20)), "b has no clock any more");
    store.commit(at(1), vec![Write { effects: vec![effect("e", 15)], ..write("c", 1) }], None).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(15)), "effects have clocks too");
    store.claim_effect(at(15), SignedDuration::from_secs(3)).await.unwrap().unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(18)));
}

pub async fn shared_features_link(store: Arc<dyn Store>) {
    for (name, features) in [("a", ["x", "y", "z"]), ("b", ["x", "q", "q"]), ("c", ["n", "o", "p"])] {
        let mut new = write(name, 0);
        new.row.features = features.map(str::to_owned).to_vec();
        store.commit(at(0), vec![new], None).await.unwrap();
    }
    let asked = ["z", "x", "y", "x", "none"].map(str::to_owned);
    let linked = store.by_features("threat", &asked, 10).await.unwrap();
    let shared: Vec<_> = linked.shared.iter().map(|one| (one.stream.as_str(), one.features.join(" "))).collect();
    assert_eq!(shared, [("threat/a", "x y z".to_owned()), ("threat/b", "x".to_owned())]);
    assert!(linked.ignored.is_empty());
    assert!(store.by_features("report", &asked, 10).await.unwrap().shared.is_empty(), "links stay within a kind");
}

pub async fn common_features_link_nothing(store: Arc<dyn Store>) {
    for number in 0..6 {
        let mut new = write(&format!("t{number}"), 0);
        new.row.features = vec!["common".into(), format!("rare{}", number % 3)];
        store.commit(at(0), vec![new], None).await.unwrap();
    }
    let asked = ["common", "rare1"].map(str::to_owned);
    for (cap, shared, ignored) in [(6, 6, &[][..]), (5, 2, &["common"][..]), (1, 0, &["common", "rare1"][..])] {
        let linked = store.by_features("threat", &asked, cap).await.unwrap();
        assert_eq!((linked.shared.len(), linked.ignored), (shared, ignored.iter().map(|s| (*s).to_owned()).collect()));
    }
}

pub async fn a_cursor_of_another_order_is_refused(store: Arc<dyn Store>) {
    threat(&*store, "a", Some(1)).await;
    let due = Cursor::Due { due_at: None, stream: "threat/a".into() };
    let newest = Filter { order: Order::NewestFirst, ..Filter::default() };
    assert!(matches!(store.list("threat", &newest, Some(&due), 1).await, Err(StoreError::Invalid(_))));
    let other = Cursor::Newest { first_seq: 3 };
    assert!(matches!(store.list("threat", &Filter::default(), Some(&other), 1).await, Err(StoreError::Invalid(_))));
    for text in ["", "due", "due.x", "due.x.y", "newest.", "newest.-1", "due.99999999999999999999.a", "oldest.1"] {
        assert!(text.parse::<Cursor>().is_err(), "{text}");
    }
}
