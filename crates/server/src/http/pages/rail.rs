//! The step rail of a threat: how we got here. Refused and waived steps stand there as plainly as the others.

use domain::Determination;
use domain::delivery::DeliveryState;
use domain::threat::{Delivery, DraftState, IntendedVictim, Threat};
use jiff::Timestamp;
use maud::{Markup, html};

use super::words;
use crate::app::ThreatView;

/// One step.
struct Step {
    name: &'static str,
    /// The section of the page it is met in.
    section: &'static str,
    how: How,
}

/// How a step stands.
enum How {
    /// Done, when and by whom.
    Done(Timestamp, String),
    /// Something stands in the way, in words.
    Stopped(String),
    /// Not needed, and why.
    Spared(String),
    /// Not yet.
    Open,
}

/// All steps, each a link to its part of the page.
pub fn rail(view: &ThreatView) -> Markup {
    let steps = steps(&view.threat);
    let next = steps.iter().position(|step| matches!(step.how, How::Open | How::Stopped(_)));
    let current = if view.threat.closed.is_some() { None } else { next };
    html! {
        nav #steps aria-label="How we got here" {
            ol .rail {
                @for (at, step) in steps.iter().enumerate() {
                    li class=(class(&step.how)) aria-current=[(current == Some(at)).then_some("step")] {
                        a href={ "#" (step.section) } { (step.name) }
                        span .small {
                            @match &step.how {
                                How::Done(time, by) => { (words::stamp(*time)) ", " (by) }
                                How::Stopped(why) | How::Spared(why) => (why),
                                How::Open => @if current == Some(at) { "now" } @else { "not yet" },
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn class(how: &How) -> &'static str {
    match how {
        How::Done(..) => "done",
        How::Stopped(_) => "stopped",
        How::Spared(_) => "spared",
        How::Open => "open",
    }
}

fn steps(threat: &Threat) -> Vec<Step> {
    let done = |found: Option<(Timestamp, &str)>| found.map_or(How::Open, |(at, by)| How::Done(at, by.to_owned()));
    let first = threat.reports.first();
    let linked = threat.reports.get(1).map(|link| (link.at, link.by.as_str()));
    let victim = threat.victims.first();
    let identified = victim.map(|known| (known.identified.at, known.identified.by.as_str()));
    let warning = threat.warnings.first();
    let outcome = threat.outcome.as_ref().map(|outcome| (outcome.signed.at, outcome.signed.by.as_str()));
    let step = |name, section, how| Step { name, section, how };
    vec![
        step("reported", "reports", done(first.map(|link| (link.at, link.by.as_str())))),
        step(
            "linked",
            "reports",
            linked.map_or(How::Spared("one report so far".to_owned()), |found| done(Some(found))),
        ),
        step("screened", "determination", done(identified)),
        step("determined", "determination", determined(victim)),
        step("drafted", "draft", spared(threat).unwrap_or_else(|| drafted(threat))),
        step(
            "approved",
            "draft",
            spared(threat).unwrap_or_else(|| done(warning.map(|one| (one.approved_at, one.approved_by.as_str())))),
        ),
        step("delivering", "deliveries", spared(threat).unwrap_or_else(|| delivering(threat))),
        step("acknowledged", "deliveries", spared(threat).unwrap_or_else(|| acknowledged(threat))),
        step("outcome", "ending", done(outcome)),
    ]
}

fn determined(victim: Option<&IntendedVictim>) -> How {
    let Some(victim) = victim else { return How::Open };
    let answered = victim.determinations().next().is_some();
    match (victim.determination(), victim.leading().and_then(|under| under.newest.as_ref())) {
        (Determination::Unresolved, _) if answered => How::Stopped("unresolved: a person must decide".to_owned()),
        (Determination::Unresolved, _) | (_, None) => How::Open,
        (found, Some(newest)) => How::Done(newest.answered_at, format!("{}: {found}", newest.answered_by)),
    }
}

/// Why no warning follows, when two people have settled that.
fn spared(threat: &Threat) -> Option<How> {
    let silent =
        |victim: &IntendedVictim| matches!(victim.determination(), Determination::NotOwed | Determination::Waived);
    let all = !threat.victims.is_empty() && threat.victims.iter().all(silent) && threat.warnings.is_empty();
    all.then(|| How::Spared(format!("no warning: {}", threat.victims[0].determination())))
}

fn drafted(threat: &Threat) -> How {
    let fit = threat.drafts.iter().find(|draft| matches!(draft.state, DraftState::Written | DraftState::Approved));
    match (fit, threat.drafts.last()) {
        (Some(draft), _) => How::Done(draft.at, draft.by.clone()),
        (None, Some(draft)) if draft.state == DraftState::Leaking => {
            How::Stopped("refused by the leak check".to_owned())
        }
        (None, Some(_)) => How::Stopped("sent back".to_owned()),
        (None, None) => How::Open,
    }
}

fn delivering(threat: &Threat) -> How {
    let started =
        threat.deliveries.iter().flat_map(|delivery| &delivery.attempts).map(|attempt| attempt.started_at).min();
    let failed = |delivery: &Delivery| delivery.state == DeliveryState::Failed;
    if !threat.deliveries.is_empty() && threat.deliveries.iter().all(failed) {
        return How::Stopped("every way is closed".to_owned());
    }
    started.map_or(How::Open, |at| How::Done(at, "desk".to_owned()))
}

/// By somebody the warning is for; an intermediary's word is told as what it is.
fn acknowledged(threat: &Threat) -> How {
    use domain::threat::Capacity;
    let all = || threat.deliveries.iter().flat_map(|delivery| &delivery.acknowledgements);
    let meant = all().filter(|ack| ack.capacity != Capacity::Intermediary).min_by_key(|ack| ack.at);
    match (meant, all().min_by_key(|ack| ack.at)) {
        (Some(ack), _) => How::Done(ack.at, ack.person.clone()),
        (None, Some(ack)) => How::Stopped(format!("by {} only, who passes it on", ack.person)),
        (None, None) if threat.closed.is_some() && !threat.warnings.is_empty() => How::Stopped("never".to_owned()),
        (None, None) => How::Open,
    }
}
