//! Our own JSON Lines: one party or relation per line. A line with `from` is a relation.
//!
//! Names may be bare strings: the first is then the legal name, the others are aliases.

use domain::register::Entry;
use serde_json::{Value, json};

use super::{Rows, json_rows};

/// Reads JSON Lines. Empty lines and lines that start with `#` are skipped.
pub(super) fn jsonl(text: &str, rows: &mut Rows) {
    json_rows(text, |line, value| {
        let row = value.and_then(entry).map(|entry| vec![entry]);
        rows.take(line, row);
    });
}

fn entry(mut value: Value) -> Result<Entry, String> {
    if value.get("from").is_some() {
        let relation = serde_json::from_value(value).map_err(|fault| format!("not a relation: {fault}"))?;
        return Ok(Entry::Relation(relation));
    }
    let names = value.get_mut("names").and_then(Value::as_array_mut);
    for (at, name) in names.into_iter().flatten().enumerate() {
        let kind = if at == 0 { "legal" } else { "alias" };
        if let Value::String(text) = name {
            *name = json!({ "text": std::mem::take(text), "kind": kind });
        } else if let Value::Object(fields) = name {
            fields.entry("kind").or_insert_with(|| json!(kind));
        }
    }
    serde_json::from_value(value).map(Entry::Party).map_err(|fault| format!("not a party: {fault}"))
}
