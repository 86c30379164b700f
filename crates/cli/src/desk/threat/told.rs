//! A threat in words: what it is, what its reports say, who is on it, what was decided and done.

use domain::VictimId;
use domain::threat::{
    ClockOf, Consultation, Delay, Determined, Dispute, Owner, Reopened, Shortcut, Signed, Stance, Threat, UnderPack,
};
use jiff::Timestamp;
use serde::Serialize;
use server::ThreatView;

use crate::output;

/// Everything about a threat.
pub fn whole(view: &ThreatView) -> String {
    head(view) + &told(view) + &settled(view) + &done(view)
}

/// How things stand after something was settled: who is on it, and what runs.
pub fn now(view: &ThreatView) -> String {
    head(view) + &settled(view)
}

/// The word a value has in JSON, for people.
pub fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    let word = value.as_str().or_else(|| value.get("clock")?.as_str()).unwrap_or_default();
    word.replace('_', " ")
}

/// What it is and what runs.
fn head(view: &ThreatView) -> String {
    let threat = &view.threat;
    let mut out = format!("{}  {}\n{}\nharm: {}\n", threat.id, view.step, threat.sentence, threat.harm.id());
    if let Some(window) = &threat.window {
        let end = |at: Option<Timestamp>| at.map_or_else(|| "not known".to_owned(), |at| at.to_string());
        out.push_str(&format!("window: {} to {}\n", end(window.from), end(window.to)));
    }
    for clock in &view.clocks {
        let passed = if clock.passed > 0 {
            format!(", passed {}", output::count(clock.passed as u64, "time", "times"))
        } else {
            String::new()
        };
        out.push_str(&format!("clock: {} by {}, with {}{passed}\n", word(&clock.of), clock.due_at, clock.with));
    }
    if let Some(outcome) = &threat.outcome {
        out.push_str(&format!(
            "outcome: {}, said by {} at {}\n",
            word(&outcome.kind),
            outcome.signed.by,
            outcome.signed.at
        ));
    }
    out
}

/// What its reports say.
fn told(view: &ThreatView) -> String {
    let mut out = "\nReports:\n".to_owned();
    for (at, link) in view.threat.reports.iter().enumerate() {
        let after = if link.after_the_fact { ", after the fact" } else { "" };
        out.push_str(&format!("  [{}] {} {}{after}\n", at + 1, link.report, link.why));
    }
    for field in &view.comparison.fields {
        let head = format!("  {:<24}{:<16}", field.field.id().replace('_', " "), field.verdict.id());
        let values: Vec<String> = field
            .values
            .iter()
            .map(|value| {
                let by = numbers(view, &value.reports);
                format!("{} {by}", value.value)
            })
            .collect();
        let said = if values.is_empty() { field.note.clone() } else { values.join("; ") };
        out.push_str(&format!("{head} {said}\n"));
    }
    for one in &view.comparison.independence {
        let by = numbers(view, &one.reports);
        out.push_str(&format!("  {by} rest on {}\n", one.rests_on));
    }
    out
}

/// "[1][3]": reports by their number in the list.
fn numbers(view: &ThreatView, reports: &[String]) -> String {
    let place = |id: &String| view.threat.reports.iter().position(|link| link.report.to_string() == *id);
    let number = |id| place(id).map_or_else(String::new, |at| format!("[{}]", at + 1));
    reports.iter().map(number).collect::<Vec<_>>().concat()
}

/// Who is on it, who has a say, and what was settled between them.
fn settled(view: &ThreatView) -> String {
    let threat = &view.threat;
    let known = &threat.coordination;
    let mut out = format!("\nWho is on it: {}\n", owner(known.owner.as_ref()));
    for originator in threat.unasked() {
        out.push_str(&format!("  {originator} has not been asked yet: a warning waits for it\n"));
    }
    known.consultations.iter().for_each(|asked| out.push_str(&consultation(asked)));
    known.shortcuts.iter().for_each(|shortcut| out.push_str(&hurried(threat, shortcut)));
    known.disputes.iter().for_each(|dispute| out.push_str(&disputed(threat, dispute)));
    known.delays.iter().for_each(|delay| out.push_str(&delayed(threat, delay)));
    out
}

fn owner(owner: Option<&Owner>) -> String {
    match owner {
        Some(owner) if owner.signed.by == owner.name => {
            format!("{} owns this threat, since {}", owner.name, owner.signed.at)
        }
        Some(owner) => format!("{} owns this threat; handed over by {}", owner.name, signed(&owner.signed)),
        None => "nobody owns this threat; clocks ask by role".to_owned(),
    }
}

fn signed(signed: &Signed) -> String {
    let said = if signed.reason.is_empty() { String::new() } else { format!(": {}", signed.reason) };
    format!("{} at {}{said}", signed.by, signed.at)
}

fn consultation(asked: &Consultation) -> String {
    let head = format!("  {}  {} was asked by {}\n", asked.id, asked.originator, signed(&asked.asked));
    let answer = match &asked.answer {
        None => format!("    an answer is expected by {}", asked.answer_by),
        Some(answer) => {
            let stance = match answer.stance {
                Stance::Agrees => "agrees",
                Stance::Objects => "objects",
                Stance::NoAnswer => "did not answer",
            };
            let person = if answer.person.is_empty() { String::new() } else { format!(", said by {}", answer.person) };
            format!("    {stance}{person}; recorded by {}", signed(&answer.signed))
        }
    };
    format!("{head}{answer}\n")
}

fn hurried(threat: &Threat, shortcut: &Shortcut) -> String {
    let owed = match threat.coordination_owed(shortcut.victim) {
        Some(owed) => format!("still owed by {}: {owed}", shortcut.coordinate_by),
        None => "what it left out has been done".to_owned(),
    };
    let (who, why) = (name(threat, shortcut.victim), signed(&shortcut.signed));
    format!("  warn first, coordinate after, for {who}; declared by {why} [{}]\n    {owed}\n", shortcut.clause)
}

fn disputed(threat: &Threat, dispute: &Dispute) -> String {
    let voice = dispute.for_originator.as_ref().map(|originator| format!(" for {originator}")).unwrap_or_default();
    let (about, who) = (dispute.about, name(threat, dispute.victim));
    let head = format!(
        "  {}  {about} for {who} is disputed{voice} by {} [{}]\n",
        dispute.id,
        signed(&dispute.signed),
        dispute.clause
    );
    let end = if let Some(settled) = &dispute.settled {
        let verdict = if settled.upheld { "upheld" } else { "set aside" };
        format!("{verdict} by {}", signed(&settled.signed))
    } else {
        let steps = dispute.ladder.iter().map(|step| format!("{} by {}", step.role.replace('_', " "), step.by));
        format!("open; to be settled by the {}", steps.collect::<Vec<_>>().join(", then the "))
    };
    format!("{head}    {end}\n")
}

fn delayed(threat: &Threat, delay: &Delay) -> String {
    let whose = match delay.of {
        ClockOf::Determine(victim) | ClockOf::Affirm(victim) | ClockOf::Deliver(victim) | ClockOf::Review(victim) => {
            format!(" for {}", name(threat, victim))
        }
        ClockOf::Acknowledge(warning) => {
            threat.warning(warning).map(|warning| format!(" of {}", warning.reference)).unwrap_or_default()
        }
        ClockOf::Identify
        | ClockOf::Found
        | ClockOf::Carry(_)
        | ClockOf::Consult(_)
        | ClockOf::Coordinate(_)
        | ClockOf::Dispute(_)
        | ClockOf::Lapse(_)
        | ClockOf::Outcome => String::new(),
    };
    let (kind, of, why) = (delay.kind.id(), word(&delay.of), signed(&delay.signed));
    format!("  {kind} of `{of}`{whose}, from {} until {}; by {why} [{}]\n", delay.base, delay.until, delay.clause)
}

fn name(threat: &Threat, id: VictimId) -> &str {
    threat.victim(id).map_or("an intended victim", |victim| &victim.name)
}

/// What stands under one pack, what it took the place of, and how long it lasts.
fn determined(under: &UnderPack) -> String {
    let Some(assessment) = under.assessment() else {
        return format!("  under {}: not answered yet, due {}\n", under.pack, under.determine_by);
    };
    let policy = &assessment.policy;
    let mut out = format!("  under {} {}: {}\n", policy.id, policy.version, assessment.determination);
    for reason in &assessment.reasons {
        let clause = if reason.clause.is_empty() { String::new() } else { format!(" [{}]", reason.clause) };
        out.push_str(&format!("    {}: {}{clause}\n", reason.criterion, reason.effect));
    }
    if let Some(Reopened { at, set_aside, .. }) = &under.reopened {
        let why = if *set_aside { "set aside by a settled dispute" } else { "the silence is over" };
        out.push_str(&format!("    opened again at {at}: {why}\n"));
    }
    if let Some(lapses_at) = under.lapses_at {
        out.push_str(&format!("    lapses at {lapses_at} unless it is affirmed anew\n"));
    }
    let newest = under.newest.as_ref().map(|known| known.id);
    for known in under.history() {
        out.push_str(&drawn(known, newest == Some(known.id)));
    }
    out
}

fn drawn(known: &Determined, newest: bool) -> String {
    let stands = if newest { "" } else { ", replaced" };
    let mut out = format!("    {}  {}, by {} at {}{stands}\n", known.id, known.determination(), known.by, known.at);
    for affirmation in known.affirmations.iter().filter(|_| newest) {
        out.push_str(&format!("      affirmed by {} at {}: {}\n", affirmation.by, affirmation.at, affirmation.reason));
    }
    out
}

/// What was decided and done about it.
fn done(view: &ThreatView) -> String {
    let threat = &view.threat;
    let mut out = String::new();
    for found in threat.unsettled() {
        let (hit, at) = (&found.hit, found.at);
        out.push_str(&format!("\nThe register has found {} ({}) since {at}: {}\n", hit.name, hit.party, hit.why));
        out.push_str("  nobody has said yet whether they are meant\n");
    }
    for victim in &threat.victims {
        out.push_str(&format!(
            "\nIntended victim: {} ({}): {}\n",
            victim.name,
            word(&victim.kind),
            victim.determination()
        ));
        out.push_str(&format!("  {}\n", victim.id));
        for under in &victim.under {
            out.push_str(&determined(under));
        }
    }
    for warning in &threat.warnings {
        let answered =
            if threat.acknowledged(warning.id) { "acknowledged" } else { "not acknowledged by those it is for" };
        out.push_str(&format!(
            "\nWarning {}, approved by {} at {}: {answered}\n",
            warning.reference, warning.approved_by, warning.approved_at
        ));
        for delivery in threat.deliveries_of(warning.id) {
            let planned = &delivery.planned;
            let onward = planned.onward_to.as_ref().map(|to| format!(", for {}", to.name)).unwrap_or_default();
            out.push_str(&format!("  {} to {}{onward}: {}\n", planned.channel, planned.recipient.name, delivery.state));
            for acknowledgement in &delivery.acknowledgements {
                out.push_str(&format!(
                    "    {} said at {}: {}\n",
                    acknowledgement.person, acknowledgement.at, acknowledgement.words
                ));
            }
        }
    }
    out
}
