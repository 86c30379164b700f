//! What people and programs are shown: one JSON document, or plain sentences.

use std::fmt::Write;

use domain::register::{Change, Entry, PartyId};
use serde_json::{Value, json};

use crate::doubles::{Double, Doubles};
use crate::found::{Hit, Route, Screening, Unreachable};
use crate::import::Difference;

/// Changes that are named one by one for people.
const MOST_NAMED: usize = 20;

/// The document of `screen --json`: `hits`, `places`, `protectors`, `routes`, `unreached`, `guarded`. With several
/// files each hit and place says which `file` it is from; what is the same for two files is said once.
pub fn document(files: &[(&str, &Screening)]) -> Value {
    let several = files.len() > 1;
    let lists = ["hits", "places", "protectors", "routes", "unreached", "guarded"];
    let mut all: Vec<Vec<Value>> = vec![Vec::new(); lists.len()];
    for (file, screening) in files {
        let mut value = json!(screening);
        for (list, name) in all.iter_mut().zip(lists) {
            for mut one in value.get_mut(name).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default() {
                if let (true, "hits" | "places", Some(fields)) = (several, name, one.as_object_mut()) {
                    fields.insert("file".to_owned(), json!(file));
                }
                if !(several && list.contains(&one)) {
                    list.push(one);
                }
            }
        }
    }
    lists
        .into_iter()
        .map(str::to_owned)
        .zip(all.into_iter().map(Value::Array))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A screening in plain sentences.
pub fn sentences(screening: &Screening) -> String {
    let mut out = String::new();
    if screening.hits.is_empty() {
        out.push_str("Nobody of the register was found. That is no proof that nobody is meant.\n");
    } else {
        let _ = writeln!(out, "Found in the register, the strongest first:");
        screening.hits.iter().for_each(|hit| out.push_str(&hit_lines(hit)));
    }
    for place in &screening.places {
        let inside: Vec<&str> = place.inside.iter().map(PartyId::as_str).collect();
        let inside = if inside.is_empty() { String::new() } else { format!(", inside {}", inside.join(", ")) };
        let _ = writeln!(out, "Place: {} ({}), {}{inside}.", place.name, place.party, place.how);
    }
    for one in &screening.protectors {
        let note = one.note.as_ref().map(|note| format!(" Note: {note}")).unwrap_or_default();
        let _ = writeln!(out, "Protector of {}: {} ({}), by {}.{note}", one.for_party, one.name, one.party, one.by);
    }
    let mut to = None;
    for route in &screening.routes {
        if to != Some(&route.to) {
            let _ = writeln!(out, "Routes to {}, the best first:", route.to);
            to = Some(&route.to);
        }
        out.push_str(&route_lines(route));
    }
    out.push_str(&unreached(&screening.unreached));
    for kept in &screening.guarded {
        let _ = writeln!(out, "Kept back: {kept}.");
    }
    out
}

fn hit_lines(hit: &Hit) -> String {
    let mut out = format!("  {:6.2}  {} ({}, {})", hit.score, hit.name, hit.party, hit.kind);
    if !hit.quote.is_empty() {
        let _ = write!(out, ": “{}” at bytes {} to {}", hit.quote, hit.span.start, hit.span.end);
    }
    out.push('\n');
    for feature in &hit.why {
        let _ = writeln!(out, "          {:+.2}  {}: {}", feature.weight, feature.feature, feature.value);
    }
    out
}

fn route_lines(route: &Route) -> String {
    let mut steps = Vec::new();
    for hop in &route.hops {
        let by = hop.channel.map_or_else(|| "passed on".to_owned(), |channel| channel.to_string());
        let details = [hop.language.as_deref(), hop.hours.as_deref()];
        let details: Vec<&str> = details.into_iter().flatten().collect();
        let details = if details.is_empty() { String::new() } else { format!(", {}", details.join(", ")) };
        steps.push(format!("{} ({by}{details}, {} min)", hop.name, hop.minutes));
    }
    format!(
        "  {:>5} min, up to {}: {}\n          {}\n",
        route.minutes,
        route.carries,
        steps.join(" → "),
        route.why.join(" ")
    )
}

/// The document of `register check --json`.
pub fn check_document(found: &[Unreachable], doubles: &Doubles) -> Value {
    json!({ "unreachable": found, "doubles": doubles })
}

/// What `register check` says to people.
pub fn check_sentences(found: &[Unreachable], doubles: &Doubles) -> String {
    let mut out = if found.is_empty() {
        "Everybody in the register could be reached tonight.\n".to_owned()
    } else {
        let head = format!("{} could not be reached or protected if we had to, tonight:\n", found.len());
        head + &unreached(found)
    };
    if !doubles.pairs.is_empty() {
        let pairs = match doubles.pairs.len() + doubles.more {
            1 => "1 pair".to_owned(),
            many => format!("{many} pairs"),
        };
        let _ = writeln!(out, "{pairs} may be one party put in twice; who warns one has not warned the other:");
    }
    for pair in &doubles.pairs {
        let Double { party, name, other, other_name, score, why } = pair;
        let why: Vec<String> = why.iter().map(|feature| format!("{} {}", feature.feature, feature.value)).collect();
        let _ =
            writeln!(out, "Perhaps one: {name} ({party}) and {other_name} ({other}), {score:.2}: {}.", why.join("; "));
    }
    if doubles.more > 0 {
        let _ = writeln!(out, "and {} pairs more.", doubles.more);
    }
    if doubles.too_common > 0 {
        let _ =
            writeln!(out, "{} names are too common to be compared with all that are like them.", doubles.too_common);
    }
    out
}

fn unreached(found: &[Unreachable]) -> String {
    let mut out = String::new();
    for one in found {
        let _ = writeln!(out, "Not reachable: {} ({}): {}.", one.name, one.party, one.why);
    }
    out
}

/// The document of `register import --json`.
pub fn import_document(found: &Difference) -> Value {
    let named = |change: Change| -> Vec<String> {
        let both = found.changes.iter().zip(&found.entries);
        both.filter(|(one, _)| **one == change).map(|(_, entry)| name(entry)).collect()
    };
    json!({
        "format": found.format,
        "added": named(Change::Added),
        "changed": named(Change::Changed),
        "unchanged": found.unchanged,
        "bad": found.bad,
        "more_bad": found.more_bad,
    })
}

/// What `register import` says to people.
pub fn import_sentences(found: &Difference) -> String {
    let mut out = format!("{}: {} new, {} changed", found.format, found.added, found.changed);
    let _ = writeln!(out, ", {} unchanged, {} bad.", found.unchanged, found.bad.len() + found.more_bad);
    for (change, entry) in found.changes.iter().zip(&found.entries).take(MOST_NAMED) {
        let word = if *change == Change::Added { "new" } else { "changed" };
        let _ = writeln!(out, "  {word}: {}", name(entry));
    }
    if found.changes.len() > MOST_NAMED {
        let _ = writeln!(out, "  and {} more", found.changes.len() - MOST_NAMED);
    }
    found.bad.iter().for_each(|row| {
        let _ = writeln!(out, "  {row}");
    });
    if found.more_bad > 0 {
        let _ = writeln!(out, "  and {} more bad rows", found.more_bad);
    }
    out
}

fn name(entry: &Entry) -> String {
    match entry {
        Entry::Party(party) => format!("{} `{}`", party.kind, party.id),
        Entry::Relation(tie) => format!("`{}` {} `{}`", tie.from, tie.kind, tie.to),
    }
}
