//! The leak check: everything a draft says against everything that is protected.
//!
//! Each detector is a module with one `find`; this one runs them all, joins what overlaps and puts it in the draft's
//! order. Nothing in a finding's words quotes protected text. The time it takes grows with the length of the texts.

mod calendar;
mod clock;
mod copied;
mod described;
mod disguise;
mod files;
mod ground;
mod hidden;
mod lexicon;
mod manner;
mod names;
mod phrases;
mod quantities;
mod relations;
mod report;
mod reworded;
mod spelling;
mod tellers;
mod times;
mod tokens;

pub use files::check_files;
pub use report::{Clearance, Finding, Kind, LeakReport, Override, Part, Protected, Verdict};
pub use tokens::canonical;

use ground::{Found, Ground};

use crate::draft::DraftText;

/// Checks a draft's fields. The report's clearance holds for this draft and no other.
pub fn check_draft(draft: &DraftText, protected: &[Protected], cleared: &[&str]) -> LeakReport {
    check(&draft.parts(), protected, cleared)
}

/// Checks any list of texts: what in them also stands in `protected`, and not in `cleared`.
pub fn check(parts: &[Part], protected: &[Protected], cleared: &[&str]) -> LeakReport {
    let ground = Ground::new(parts, protected, cleared);
    let detectors: [fn(&Ground<'_>) -> Vec<Found>; 10] = [
        copied::find,
        names::find,
        quantities::find,
        times::find,
        phrases::find,
        tellers::find,
        hidden::find,
        disguise::find,
        reworded::find,
        described::find,
    ];
    let found = detectors.iter().flat_map(|find| find(&ground)).collect();
    let findings = tidy(found).into_iter().map(|found| ground.finding(found)).collect();
    LeakReport::new(parts, findings)
}

/// One finding for each passage and kind: overlapping ones joined, weaker ones that another explains left out.
fn tidy(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|left, right| {
        let key = |found: &Found| (found.passage, found.kind, found.span.start, std::cmp::Reverse(found.span.end));
        key(left).cmp(&key(right))
    });
    let mut joined: Vec<Found> = Vec::new();
    for one in found {
        match joined.last_mut() {
            Some(last) if last.passage == one.passage && last.kind == one.kind && one.span.start <= last.span.end => {
                last.span.end = last.span.end.max(one.span.end);
                last.confidence = last.confidence.max(one.confidence);
            }
            _ => joined.push(one),
        }
    }
    let explained = explained(&joined);
    joined.retain(|one| {
        let before =
            explained.partition_point(|(passage, start, _)| (*passage, *start) <= (one.passage, one.span.start));
        let last = before.checked_sub(1).map(|at| explained[at]);
        let inside = last.is_some_and(|(passage, _, end)| passage == one.passage && one.span.end <= end);
        one.kind != Kind::Reworded || !inside
    });
    joined.sort_by(|left, right| {
        let order = (left.passage, left.span.start).cmp(&(right.passage, right.span.start));
        order.then(right.confidence.total_cmp(&left.confidence)).then(left.kind.cmp(&right.kind))
    });
    joined
}

/// Where something other than rewording was found: passage, start, and the furthest end so far, in order.
fn explained(found: &[Found]) -> Vec<(usize, usize, usize)> {
    let others = found.iter().filter(|one| one.kind != Kind::Reworded);
    let mut spans: Vec<_> = others.map(|one| (one.passage, one.span.start, one.span.end)).collect();
    spans.sort_unstable();
    for at in 1..spans.len() {
        if spans[at].0 == spans[at - 1].0 {
            spans[at].2 = spans[at].2.max(spans[at - 1].2);
        }
    }
    spans
}
