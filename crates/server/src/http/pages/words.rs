//! Times, clocks and steps in words.

use domain::Role;
use domain::threat::{Clock, ClockOf, Threat};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

/// `27 Dec 2023, 02:10 UTC`
pub fn time(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// A time for people and machines.
pub fn stamp(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (time(at)) } }
}

/// `1 h 20 min left` or `2 d 3 h overdue`
pub fn left(due: Timestamp, now: Timestamp) -> String {
    let left = due.duration_since(now);
    let word = if left.is_negative() { "overdue" } else { "left" };
    format!("{} {word}", span(left.abs()))
}

fn span(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        (_, _) => format!("{days} d {hours} h"),
    }
}

/// The figures of a running clock; the script keeps them right, and they are right without it.
pub fn clock(due: Timestamp, now: Timestamp) -> Markup {
    let short = due.duration_since(now) < SignedDuration::from_hours(1);
    html! { span .clock .short[short] data-due=(due) { (left(due, now)) } }
}

/// What a clock is about.
pub fn purpose(of: ClockOf, threat: Option<&Threat>) -> String {
    let name = |id| threat.and_then(|threat| threat.victim(id)).map_or("the intended victim", |victim| &victim.name);
    let recipient = |id| {
        let delivery = threat.and_then(|threat| threat.delivery(id));
        delivery.map_or("the recipient", |delivery| &delivery.planned.recipient.name)
    };
    match of {
        ClockOf::Identify => "say who is meant".to_owned(),
        ClockOf::Found => "say whether those whom the register found since are meant".to_owned(),
        ClockOf::Determine(id) => format!("answer the policy's questions for {}", name(id)),
        ClockOf::Affirm(id) => format!("affirm or turn down silence towards {}", name(id)),
        ClockOf::Deliver(id) => format!("get a warning approved for {}", name(id)),
        ClockOf::Carry(id) => format!("carry what lies ready to {}, or find another way", recipient(id)),
        ClockOf::Acknowledge(_) => "get an acknowledgement from those the warning is for".to_owned(),
        ClockOf::Review(id) => format!("look again at the threat to {}", name(id)),
        ClockOf::Consult(id) => {
            let asked = threat.and_then(|threat| threat.consultation(id));
            format!("get the answer of {}", asked.map_or("the originator", |asked| &asked.originator))
        }
        ClockOf::Coordinate(id) => format!("catch up on what the urgent shortcut left out for {}", name(id)),
        ClockOf::Dispute(id) => {
            let victim = threat.and_then(|threat| Some(name(threat.dispute(id)?.victim)));
            format!("settle the dispute about {}", victim.unwrap_or("the determination"))
        }
        ClockOf::Lapse(id) => format!("affirm silence towards {} anew, or let it lapse", name(id)),
        ClockOf::Outcome => "say how it ended, and close".to_owned(),
    }
}

/// Where on the threat's page a clock is met, and what the button that leads there says.
pub const fn section(of: ClockOf) -> (&'static str, &'static str) {
    match of {
        ClockOf::Identify => ("determination", "Say who is meant"),
        ClockOf::Found => ("determination", "See whom the register found"),
        ClockOf::Determine(_) => ("determination", "Answer the questions"),
        ClockOf::Affirm(_) => ("determination", "Affirm or turn down"),
        ClockOf::Deliver(_) => ("draft", "Write and approve"),
        ClockOf::Carry(_) => ("deliveries", "See what lies ready"),
        ClockOf::Acknowledge(_) => ("deliveries", "See the deliveries"),
        ClockOf::Review(_) => ("ending", "Look again"),
        ClockOf::Consult(_) => ("coordination", "See who was asked"),
        ClockOf::Coordinate(_) => ("coordination", "See what was left out"),
        ClockOf::Dispute(_) => ("coordination", "Settle the dispute"),
        ClockOf::Lapse(_) => ("determination", "Affirm anew"),
        ClockOf::Outcome => ("ending", "Say how it ended"),
    }
}

/// Whether a clock only waits: nobody has to do anything before it runs out.
pub const fn waits(clock: &Clock) -> bool {
    match clock.of {
        ClockOf::Acknowledge(_) | ClockOf::Review(_) | ClockOf::Consult(_) | ClockOf::Lapse(_) | ClockOf::Outcome => {
            clock.passed == 0
        }
        ClockOf::Identify
        | ClockOf::Found
        | ClockOf::Determine(_)
        | ClockOf::Affirm(_)
        | ClockOf::Deliver(_)
        | ClockOf::Carry(_)
        | ClockOf::Coordinate(_)
        | ClockOf::Dispute(_) => false,
    }
}

/// A role id, or a person's name, as it is said.
pub fn who(word: &str) -> String {
    Role::from_id(word).map_or_else(|| word.to_owned(), |role| format!("the {role} on duty"))
}

/// An id's words: `serious_bodily_injury` reads "serious bodily injury".
pub fn plain(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

/// The word a value has in JSON, read as words.
pub fn said(value: &impl serde::Serialize) -> String {
    plain(serde_json::to_value(value).ok().as_ref().and_then(|value| value.as_str()).unwrap_or_default())
}

/// As the beginning of a sentence.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// As a whole sentence.
pub fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '?', ':', '!']) { text } else { format!("{text}.") }
}

/// `1 report`, `3 reports`
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// A kind of entry in words: `WarningAcknowledged` reads "warning acknowledged".
pub fn event(kind: &str) -> String {
    let mut words = String::with_capacity(kind.len() + 4);
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_in_words() {
        let now: Timestamp = "2023-12-27T02:10:00Z".parse().unwrap();
        let rows = [
            ("2023-12-27T02:50:00Z", "40 min left"),
            ("2023-12-27T03:30:00Z", "1 h 20 min left"),
            ("2023-12-29T05:10:00Z", "2 d 3 h left"),
            ("2023-12-27T02:00:00Z", "10 min overdue"),
        ];
        for (due, expected) in rows {
            assert_eq!(left(due.parse().unwrap(), now), expected);
        }
    }

    #[test]
    fn words_are_made_into_sentences() {
        assert_eq!(event("WarningAcknowledged"), "warning acknowledged");
        assert_eq!(sentence("give a reason"), "Give a reason.");
        assert_eq!(sentence("is it?"), "Is it?");
        assert_eq!((count(1, "report"), count(0, "report")), ("1 report".to_owned(), "0 reports".to_owned()));
    }
}
