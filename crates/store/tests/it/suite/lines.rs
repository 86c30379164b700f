//! Lines: what a stream holds that is too large for one row.

use std::sync::Arc;

use store::{Line, RowContent, Store, StoreError, Write};

use crate::support::{assert_whole, at, entry, write};

fn line(key: &str, body: &str, due: Option<i64>) -> Line {
    Line { key: key.into(), body: body.into(), due_at: due.map(at) }
}

fn change(expected: u64, lines: Vec<Line>, removed: &[&str]) -> Write {
    Write { lines, removed: removed.iter().map(|key| (*key).to_owned()).collect(), ..write("a", expected) }
}

/// Key and body of each, in the order in which they come, and the version of the row that came with them.
async fn all(store: &dyn Store, stream: &str) -> (Vec<(String, String)>, Option<u64>) {
    let mut lines = Vec::new();
    let row = store.scan_lines(stream, "", &mut |line| lines.push((line.key, line.body))).await.unwrap();
    (lines, row.map(|row| row.version))
}

fn pairs(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(key, body)| ((*key).to_owned(), (*body).to_owned())).collect()
}

pub async fn lines_go_in_and_out_with_their_entries(store: Arc<dyn Store>) {
    assert_eq!(all(&*store, "threat/a").await, (Vec::new(), None));
    let odd = r#"{"say":"\"quoted\" \\ und «Tür» \u0007"}"#;
    let first = vec![line("b", "{}", None), line("a 'x'", odd, None), line("c", "[]", None)];
    store.commit(at(1), vec![change(0, first, &[]), write("b", 0)], None).await.unwrap();
    assert_eq!(all(&*store, "threat/a").await, (pairs(&[("a 'x'", odd), ("b", "{}"), ("c", "[]")]), Some(1)));
    assert_eq!(all(&*store, "threat/b").await, (Vec::new(), Some(1)), "another stream has none of them");

    let second = change(1, vec![line("b", "{\"n\":2}", None), line("d", "1", None)], &["c"]);
    store.commit(at(2), vec![second], None).await.unwrap();
    assert_eq!(all(&*store, "threat/a").await.0, pairs(&[("a 'x'", odd), ("b", "{\"n\":2}"), ("d", "1")]));
    let mut after = Vec::new();
    store.scan_lines("threat/a", "b", &mut |line| after.push(line.key)).await.unwrap();
    assert_eq!(after, ["d"]);
    let asked = ["d", "c", "a 'x'", "'"].map(str::to_owned);
    let some: Vec<String> =
        store.lines_at("threat/a", &asked).await.unwrap().into_iter().map(|line| line.key).collect();
    assert_eq!(some, ["a 'x'", "d"]);
    assert!(store.lines_at("threat/b", &asked).await.unwrap().is_empty());
    assert_whole(&*store, 3).await;
}

pub async fn a_refused_commit_leaves_the_lines(store: Arc<dyn Store>) {
    store.commit(at(1), vec![change(0, vec![line("a", "1", None)], &[])], None).await.unwrap();
    let before = all(&*store, "threat/a").await;
    let refused: [(Vec<Line>, &[&str]); 3] = [
        (vec![line("b", "2", None)], &["not there"]),
        (vec![line("b", "2", None), line("b", "3", None)], &[]),
        (vec![line("a", "2", None)], &["a"]),
    ];
    for (lines, removed) in refused {
        let error = store.commit(at(2), vec![change(1, lines, removed)], None).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid(_)), "{error}");
        assert_eq!(all(&*store, "threat/a").await, before);
    }
    let stale = store.commit(at(2), vec![change(0, vec![line("a", "2", None)], &[])], None).await.unwrap_err();
    assert!(matches!(stale, StoreError::Conflict { .. }), "{stale}");
    assert_eq!(all(&*store, "threat/a").await, before);
    assert_whole(&*store, 1).await;
}

pub async fn lines_fall_due(store: Arc<dyn Store>) {
    let lines = vec![line("late", "1", Some(30)), line("never", "2", None), line("soon", "3", Some(10))];
    store.commit(at(1), vec![change(0, lines, &[])], None).await.unwrap();
    let due = async |second, limit| -> Vec<String> {
        let found = store.lines_due("threat/a", at(second), limit).await.unwrap();
        found.into_iter().map(|line| line.key).collect()
    };
    assert!(due(9, 10).await.is_empty());
    assert_eq!(due(10, 10).await, ["soon"]);
    assert_eq!(due(99, 10).await, ["soon", "late"]);
    assert_eq!(due(99, 1).await, ["soon"]);
    store.commit(at(2), vec![change(1, vec![line("soon", "3", None)], &["late"])], None).await.unwrap();
    assert!(due(99, 10).await.is_empty());
}

pub async fn many_lines_go_in_at_once(store: Arc<dyn Store>) {
    let number = |of: u32| line(&format!("{of:05}"), &format!("{{\"n\":{of}}}"), None);
    store.commit(at(1), vec![change(0, (0..2_500).map(number).collect(), &[])], None).await.unwrap();
    let (lines, _) = all(&*store, "threat/a").await;
    let wanted: Vec<_> = (0..2_500).map(number).map(|line| (line.key, line.body)).collect();
    assert_eq!(lines, wanted);
}

pub async fn an_erasure_takes_the_lines(store: Arc<dyn Store>) {
    store.commit(at(1), vec![change(0, vec![line("a", "1", None), line("b", "2", None)], &[])], None).await.unwrap();
    let erasing = Write {
        erase: true,
        entries: vec![entry("recorded anew")],
        row: RowContent { features: Vec::new(), ..write("a", 1).row },
        ..change(1, vec![line("b", "2", None)], &[])
    };
    store.commit(at(2), vec![erasing], None).await.unwrap();
    assert_eq!(all(&*store, "threat/a").await, (pairs(&[("b", "2")]), Some(2)));
    assert_whole(&*store, 2).await;
}
