//! Whether the times of a pack leave room for a warning: by band, with everything that may put a deadline off.

use domain::assessment::DeadlineKind;
use jiff::SignedDuration;

use crate::check::Findings;
use crate::pack::{Band, Pack};
use crate::term::Term;

pub(crate) fn check(pack: &Pack, found: &mut Findings) {
    bands(pack, found);
    working_time(pack, found);
    movable(pack, found);
    points(pack, found);
}

/// Bands go from near to far, the last is open, and each leaves time for the warning before the harm may begin.
fn bands(pack: &Pack, found: &mut Findings) {
    let bands = &pack.says.deadlines.bands;
    for (nearer, band) in bands.iter().zip(bands.iter().skip(1)) {
        let Some(least) = nearer.within else { continue };
        if band.within.is_some_and(|within| within <= least) {
            let what = format!("it reaches no further than the band `{}` before it", nearer.id);
            found.say("band-order", format!("deadlines.bands.{}", band.id), what);
        }
        let spent = spent(pack, band);
        if spent > least.duration() {
            let what = format!("determining, affirming and delivering may take longer than the {least} that are left");
            found.say("band-too-slow", format!("deadlines.bands.{}", band.id), what);
        } else if spent.saturating_add(moved(pack, band)) > least.duration() {
            let what = format!(
                "with every extension and pause that is allowed, a warning may take longer than the {least} that are left"
            );
            found.say("extension-too-long", format!("deadlines.bands.{}", band.id), what);
        }
    }
    for (index, band) in bands.iter().enumerate() {
        if band.within.is_none() != (index + 1 == bands.len()) {
            let what = "every band but the last has a `within`, and the last has none";
            found.say("band-order", format!("deadlines.bands.{}", band.id), what);
        }
    }
}

/// The longest that determining, affirming and delivering may take by the clock.
fn spent(pack: &Pack, band: &Band) -> SignedDuration {
    let longest = |term: Term| match &pack.says.deadlines.working {
        Some(working) => working.longest(term),
        None => term.by_the_clock().duration(),
    };
    let terms = [band.determine, band.affirm, band.deliver].map(longest);
    terms.into_iter().fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}

/// How far extensions and pauses may put a warning off in this band.
fn moved(pack: &Pack, band: &Band) -> SignedDuration {
    let before_a_warning = |of: DeadlineKind| match of {
        DeadlineKind::Determine | DeadlineKind::Affirm | DeadlineKind::Deliver => true,
        DeadlineKind::Acknowledge | DeadlineKind::Review => false,
    };
    let deadlines = &pack.says.deadlines;
    let extensions =
        deadlines.extensions.iter().filter(|rule| before_a_warning(rule.of) && rule.bands.contains(&band.id));
    let extended = extensions.map(|rule| {
        let times = i32::try_from(rule.times).unwrap_or(i32::MAX);
        rule.at_most.duration().checked_mul(times).unwrap_or(SignedDuration::MAX)
    });
    let pauses = deadlines.pauses.iter().filter(|rule| before_a_warning(rule.of) && rule.bands.contains(&band.id));
    let paused = pauses.map(|rule| rule.at_most.duration());
    extended.chain(paused).fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}

/// Danger keeps no office hours: working time only where the harm is far off and it is known that it is.
fn working_time(pack: &Pack, found: &mut Findings) {
    let deadlines = &pack.says.deadlines;
    let near = |band: &&Band| band.within.is_some() || band.id == deadlines.when_unknown;
    for band in deadlines.bands.iter().filter(near) {
        for (key, term) in band.terms().into_iter().filter(|(_, term)| term.is_working()) {
            let what = format!("`{term}` waits for office hours while the harm may be near; count by the clock here");
            found.say("working-time-too-near", format!("deadlines.bands.{}.{key}", band.id), what);
        }
    }
    let steps = pack.says.coordination.dispute.iter().enumerate().filter(|(_, step)| step.within.is_working());
    for (index, step) in steps {
        let what =
            format!("`{}` lets a dispute rest over a weekend, however near the harm; count by the clock", step.within);
        found.say("working-time-too-near", format!("coordination.dispute[{index}]"), what);
    }
}

/// Whoever may put a deadline off is named, and what allows it is said.
fn movable(pack: &Pack, found: &mut Findings) {
    let deadlines = &pack.says.deadlines;
    let extensions =
        deadlines.extensions.iter().map(|rule| ("extensions", rule.of, &rule.may, &rule.when, &rule.clause));
    let pauses = deadlines.pauses.iter().map(|rule| ("pauses", rule.of, &rule.may, &rule.when, &rule.clause));
    for (list, of, may, when, clause) in extensions.chain(pauses) {
        let place = format!("deadlines.{list}.{}", crate::deadlines::key(of));
        if may.is_empty() {
            found.say("duty-unfilled", &*place, "nobody may do it; name a role, or drop the rule");
        }
        if when.trim().is_empty() {
            found.say("words-missing", &*place, "nothing says when it may be done (`when`)");
        }
        if clause.trim().is_empty() {
            found.say(
                "clause-missing",
                &*place,
                "no clause says where this comes from; write \"our rule\" if it is ours",
            );
        }
    }
}

/// Set points for a review follow each other.
fn points(pack: &Pack, found: &mut Findings) {
    let Some(reviews) = &pack.says.deadlines.reviews else { return };
    if !reviews.points.is_sorted_by(|one, next| one < next) {
        found.say("review-order", "deadlines.reviews.points", "the points do not follow each other; nearest first");
    }
    if reviews.clause.trim().is_empty() {
        let what = "no clause says where this comes from; write \"our rule\" if it is ours";
        found.say("clause-missing", "deadlines.reviews", what);
    }
}
