//! Who is on a threat and who else has a say: the section of its page, and a small page for each thing to settle. Each
//! says what the policy allows and where it says so, before anybody is refused.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::account::Account;
use domain::threat::{Clock, ClockOf, Consultation, Delay, Details, Dispute, Stake, Stance, Terms, Threat};
use domain::{ReportId, Role, ThreatId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Done, Fields, Page, Visitor, back, layout, words};
use crate::app::{Settling, ThreatView};
use crate::desk::Desk;
use crate::http::api::id;

/// The small pages, in the order they are likely to be needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Owner,
    Originator,
    Urgent,
    Dispute,
    Deadline,
    Details,
}

impl Topic {
    const ALL: [Self; 6] = [Self::Owner, Self::Originator, Self::Urgent, Self::Dispute, Self::Deadline, Self::Details];

    const fn path(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Originator => "originator",
            Self::Urgent => "urgent",
            Self::Dispute => "dispute",
            Self::Deadline => "deadline",
            Self::Details => "details",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Owner => "Take or hand over this threat",
            Self::Originator => "Ask an originator",
            Self::Urgent => "Warn first, coordinate after",
            Self::Dispute => "Dispute a determination",
            Self::Deadline => "Move a deadline",
            Self::Details => "State whose information a report is",
        }
    }
}

/// The section of the threat's page.
pub fn section(view: &ThreatView) -> Markup {
    let threat = &view.threat;
    let known = &threat.coordination;
    html! {
        section #coordination {
            h2 { "Who is on it, and who has a say" }
            p { (owner(threat)) }
            ul {
                @for originator in threat.unasked() { li .finding { (originator) " has not been asked yet: a warning waits for it." } }
                @for asked in &known.consultations { li { (consultation(asked)) } }
                @for shortcut in &known.shortcuts {
                    li {
                        strong { "Warn first, coordinate after" } " for " (victim(threat, shortcut.victim)) ", declared by " (shortcut.signed.by) ", "
                        (words::stamp(shortcut.signed.at)) ": " (words::sentence(&shortcut.signed.reason)) " [" (shortcut.clause) "] "
                        @match threat.coordination_owed(shortcut.victim) {
                            Some(owed) => { "Still owed by " (words::stamp(shortcut.coordinate_by)) ": " strong { (owed) } "." }
                            None => "What it left out has been done.",
                        }
                    }
                }
                @for dispute in &known.disputes { li { (disputed(threat, dispute)) } }
                @for delay in &known.delays { li { (delayed(threat, delay)) } }
            }
            @if threat.closed.is_none() {
                p .small { @for (at, topic) in Topic::ALL.iter().enumerate() { @if at > 0 { " \u{b7} " } a href={ "/threats/" (threat.id) "/coordination/" (topic.path()) } { (topic.title()) } } }
            }
        }
    }
}

fn owner(threat: &Threat) -> Markup {
    html! {
        @match &threat.coordination.owner {
            Some(owner) if owner.signed.by == owner.name => { strong { (owner.name) } " owns this threat, since " (words::stamp(owner.signed.at)) "." }
            Some(owner) => { strong { (owner.name) } " owns this threat; handed over by " (owner.signed.by) ", " (words::stamp(owner.signed.at)) ": " (words::sentence(&owner.signed.reason)) }
            None => { "Nobody owns this threat: clocks ask by role." }
        }
    }
}

fn victim(threat: &Threat, id: domain::VictimId) -> &str {
    threat.victim(id).map_or("an intended victim", |victim| &victim.name)
}

fn consultation(asked: &Consultation) -> Markup {
    html! {
        strong { (asked.originator) } " was asked by " (asked.asked.by) ", " (words::stamp(asked.asked.at)) ": " (words::sentence(&asked.asked.reason)) " "
        @match &asked.answer {
            Some(answer) => {
                strong { (stance(answer.stance)) } @if !answer.person.is_empty() { ", said by " (answer.person) } ", " (words::stamp(answer.signed.at)) ": " (words::sentence(&answer.signed.reason))
            }
            None => { "An answer is expected by " (words::stamp(asked.answer_by)) "." }
        }
    }
}

const fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Agrees => "Agrees",
        Stance::Objects => "Objects",
        Stance::NoAnswer => "Did not answer",
    }
}

fn disputed(threat: &Threat, dispute: &Dispute) -> Markup {
    html! {
        strong { @match &dispute.for_originator { Some(originator) => (originator), None => (dispute.signed.by) } }
        " disputes the determination for " (victim(threat, dispute.victim)) " (" (dispute.about) "), " (words::stamp(dispute.signed.at)) ": " (words::sentence(&dispute.signed.reason)) " "
        @match &dispute.settled {
            Some(settled) => { strong { @if settled.upheld { "Upheld" } @else { "Set aside" } } " by " (settled.signed.by) ", " (words::stamp(settled.signed.at)) ": " (words::sentence(&settled.signed.reason)) }
            None => { "Until it is settled nobody affirms silence. Settled by " @for (at, step) in dispute.ladder.iter().enumerate() { @if at > 0 { ", then by " } (words::who(&step.role)) " by " (words::stamp(step.by)) } " [" (dispute.clause) "]." }
        }
    }
}

fn delayed(threat: &Threat, delay: &Delay) -> Markup {
    html! {
        strong { (words::capital(delay.kind.id())) } " until " (words::stamp(delay.until)) " to " (words::purpose(delay.of, Some(threat))) ", by " (delay.signed.by) ", "
        (words::stamp(delay.signed.at)) ": " (words::sentence(&delay.signed.reason)) " [" (delay.clause) "]"
    }
}

/// One small page.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, topic)): Path<(String, Topic)>,
) -> Page {
    let id: ThreatId = id(&threat)?;
    let view = desk.threat_view(id).await?;
    let terms = desk.terms(&view.threat, view.now).await?;
    let people = desk.people().await?;
    let forms = match topic {
        Topic::Owner => owning(&view.threat, &people, &visitor),
        Topic::Originator => asking(&view.threat, &terms),
        Topic::Urgent => hurrying(&view.threat, &terms),
        Topic::Dispute => disputing(&view.threat, &terms),
        Topic::Deadline => moving(&view, &terms),
        Topic::Details => stating(&view, &people, &terms),
    };
    let content = html! {
        p .kind { a href={ "/threats/" (id) "#coordination" } { "Threat" } " \u{203a} " (view.threat.sentence) }
        h1 { (topic.title()) }
        (forms)
    };
    Ok(layout::page(&layout::Frame::still(topic.title(), "", view.now), &visitor.0, &content))
}

/// Settles something and goes back to the threat.
pub async fn settle(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path(threat): Path<String>,
    Fields(form): Fields<Settling>,
) -> Done {
    desk.settle(visitor.ask(), id(&threat)?, form).await?;
    Ok(back(&threat, "coordination"))
}

/// A form that says what it does in a hidden field.
fn form(threat: &Threat, what: &str, fields: &Markup, button: &str) -> Markup {
    html! {
        form .stack method="post" action={ "/threats/" (threat.id) "/coordination" } {
            input type="hidden" name="do" value=(what);
            (fields)
            button type="submit" { (button) }
        }
    }
}

fn reason(label: &str, name: &str) -> Markup {
    html! { label { (label) input name=(name) required maxlength="2000"; } }
}

fn owning(threat: &Threat, people: &[Account], visitor: &Visitor) -> Markup {
    let working = |account: &&Account| !account.off && account.roles.iter().any(|role| *role != Role::Inspector);
    html! {
        p { (owner(threat)) " The owner is asked first when a deadline runs out that is theirs to meet. Owning gives nobody a right they do not have." }
        @if threat.coordination.owner.is_none() {
            (form(threat, "take_ownership", &html! { label { "Note" input name="note" maxlength="2000"; } }, "I own this threat"))
        }
        @if threat.coordination.owner.is_some() || visitor.0.roles().contains(&Role::SeniorOfficer) {
            h2 { "Hand over" }
            p { "The owner may, and a senior officer. Only to somebody who works here: an account that is switched off, or only looks, is refused." }
            (form(threat, "hand_over", &html! {
                label { "To" select name="to" { @for account in people.iter().filter(working) { option value=(account.name) { (account.full_name) " (" (account.name) ")" } } } }
                (reason("What they need to know", "note"))
            }, "Hand over"))
        }
    }
}

fn asking(threat: &Threat, terms: &Terms) -> Markup {
    let details = threat.coordination.details.values();
    let mut names: Vec<&str> = details.filter_map(|known| known.originator.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    let waiting = threat.coordination.consultations.iter().filter(|asked| asked.answer.is_none());
    html! {
        p { "The policy: " (words::sentence(&terms.originator)) " [" (terms.coordination_clause) "] A warning waits until every originator who wants to be asked has answered, or their time is over. An objection is recorded and may be made a dispute; it stops nothing." }
        @if names.is_empty() { p { "No report on this threat names its originator. " a href={ "/threats/" (threat.id) "/coordination/details" } { (Topic::Details.title()) } "." } }
        @else {
            (form(threat, "ask_originator", &html! {
                label { "Originator" select name="originator" { @for name in names { option { (name) } } } }
                (reason("What is asked", "question"))
                label { "Answer by, in UTC " span .hint { "Empty: as the policy says. Never past the start of the harm." } input type="datetime-local" name="answer_by"; }
            }, "Record that they are asked"))
        }
        @for asked in waiting {
            h2 { "The answer of " (asked.originator) }
            p { (consultation(asked)) }
            (form(threat, "record_answer", &html! {
                input type="hidden" name="consultation" value=(asked.id);
                label { "Answer" select name="stance" { option value="agrees" { "agrees" } option value="objects" { "objects" } option value="no_answer" { "did not answer in time" } } }
                label { "Who said it" input name="person" maxlength="200"; }
                (reason("In their words", "words"))
            }, "Record the answer"))
        }
    }
}

fn roles(may: &[Role]) -> String {
    may.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

fn hurrying(threat: &Threat, terms: &Terms) -> Markup {
    let urgent = &terms.urgent;
    let hours = urgent.within.as_hours();
    html! {
        @if urgent.allowed {
            p { "The policy: " (words::sentence(&urgent.when)) " [" (urgent.clause) "] It takes the " (roles(&urgent.may)) "." }
            p { "A draft may then be approved before the determination is made and before originators were asked. " strong { "The leak check and the second reader stay." } " Both are caught up on within " (hours) " hours, and chased until they are. It never leads past a silence that two people have affirmed." }
            @if threat.victims.is_empty() { p { "Nobody has said who is meant: that comes first." } }
            @else {
                (form(threat, "warn_first", &html! {
                    label { "For" select name="victim" { @for known in &threat.victims { option value=(known.id) { (known.name) } } } }
                    (reason("Why there is no time", "reason"))
                }, "Warn first, coordinate after"))
            }
        } @else { p { "This policy has no urgent shortcut [" (urgent.clause) "]." } }
    }
}

fn disputing(threat: &Threat, terms: &Terms) -> Markup {
    let objections: Vec<&Consultation> =
        threat.coordination.consultations.iter().filter(|asked| objected(asked)).collect();
    let open = threat.coordination.disputes.iter().filter(|dispute| dispute.settled.is_none());
    html! {
        p { "Anybody who works here may dispute a determination, also a silence that is only proposed. Until it is settled nobody affirms silence and nobody closes the threat. It never stops a warning. [" (terms.coordination_clause) "]" }
        @if threat.victims.is_empty() { p { "Nobody has said who is meant, so nothing is determined." } }
        @else {
            (form(threat, "dispute", &html! {
                label { "The determination for" select name="victim" { @for known in &threat.victims { option value=(known.id) { (known.name) ": " (known.determination()) } } } }
                @if !objections.is_empty() {
                    label { "On whose word" select name="for_originator" { option value="" { "my own" } @for asked in &objections { option value=(asked.id) { (asked.originator) } } } }
                }
                (reason("Why", "reason"))
            }, "Dispute this determination"))
        }
        @for dispute in open {
            h2 { "Settle" }
            p { (disputed(threat, dispute)) }
            p { "It is for somebody with no part in it: not who disputes, who determined, or who affirmed." }
            (form(threat, "settle_dispute", &html! {
                input type="hidden" name="dispute" value=(dispute.id);
                label { "Decision" select name="decision" { option value="upheld" { "the determination stands" } option value="set_aside" { "set it aside: the questions are answered anew" } } }
                (reason("Reason", "reason"))
            }, "Settle this dispute"))
        }
    }
}

fn objected(asked: &Consultation) -> bool {
    asked.answer.as_ref().is_some_and(|answer| answer.stance == Stance::Objects)
}

fn moving(view: &ThreatView, terms: &Terms) -> Markup {
    let threat = &view.threat;
    let movable = |clock: &&Clock| {
        let kind = matches!(
            clock.of,
            ClockOf::Determine(_)
                | ClockOf::Affirm(_)
                | ClockOf::Deliver(_)
                | ClockOf::Acknowledge(_)
                | ClockOf::Review(_)
        );
        kind && clock.passed == 0 && clock.due_at > view.now
    };
    let clocks: Vec<&Clock> = view.clocks.iter().filter(movable).collect();
    html! {
        @if terms.delays.is_empty() { p { "The policy lets no deadline of this threat be moved, this near to the harm." } }
        @for rule in &terms.delays {
            p { strong { (words::capital(rule.kind.id())) } " of the time to " (rule.of.iter().map(words::said).collect::<Vec<_>>().join(", ")) ": by the " (roles(&rule.may)) ", at most " (rule.at_most.as_hours()) " hours at a time, " (words::count(rule.times, "time")) " [" (rule.clause) "]." }
        }
        @if clocks.is_empty() { p { "No deadline runs that could be moved." } }
        @else {
            (form(threat, "delay", &html! {
                label { "Deadline" select name="of" { @for clock in clocks { option value=(serde_json::to_string(&clock.of).unwrap_or_default()) { (words::capital(&words::purpose(clock.of, Some(threat)))) ", by " (words::time(clock.due_at)) } } } }
                label { "How" select name="kind" { option value="extension" { "more time" } option value="pause" { "the clock stands still" } } }
                label { "Until, in UTC " span .hint { "Never past the start of the harm." } input type="datetime-local" name="until" required; }
                (reason("Reason", "reason"))
            }, "Move this deadline"))
        }
    }
}

fn stating(view: &ThreatView, people: &[Account], terms: &Terms) -> Markup {
    let threat = &view.threat;
    let name =
        |id: ReportId| view.reports.iter().find(|report| report.id == id).map_or("a report", |report| &report.name);
    html! {
        p { "Statements add to each other: who must be asked, or kept out, is not taken back by one person. Who handles a source is a protected detail; it is shown only when the report is opened, on the record." }
        ul { @for (report, details) in &threat.coordination.details { li { (name(*report)) ": " (stated(details)) } } }
        (form(threat, "state_details", &html! {
            label { "Report" select name="report" { @for report in &view.reports { option value=(report.id) { (report.name) } } } }
            (details_fields(people, terms))
        }, "State this"))
    }
}

/// The fields by which something is stated about a report.
fn details_fields(people: &[Account], terms: &Terms) -> Markup {
    html! {
        label { "Originator: the body whose information it is" input name="originator" maxlength="200"; }
        label { "Want to be asked before words of theirs are used" select name="originator_controlled" { option value="no" { "not that we know" } option value="yes" { "yes" } } }
        label { "An officer with a stake in it" select name="officer" { option value="" { "nobody" } @for account in people { option value=(account.name) { (account.full_name) " (" (account.name) ")" } } } }
        label { "What the stake is" select name="conflict" {
            option value=(Stake::NAMED) { "named in the report" } option value=(Stake::SOURCE) { "handles its source" }
            @for rule in terms.conflicts.iter().filter(|rule| ![Stake::NAMED, Stake::SOURCE].contains(&rule.conflict.as_str())) { option value=(rule.id) { (words::plain(&rule.id)) ": " (rule.rule) } }
        } }
    }
}

/// What is stated about a report, in a line.
pub fn stated(details: &Details) -> Markup {
    html! {
        @match &details.originator { Some(originator) => { "information of " strong { (originator) } } None => "originator not known" }
        @if details.originator_controlled { ", to be asked before its words are used" }
        @for stake in &details.stakes { "; " (stake.officer) " (" (words::plain(&stake.conflict)) ")" }
        "."
    }
}
