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

/// A running clock: words and figures; the script keeps them right, and they are right without it.
pub fn clock(clock: &Clock, threat: Option<&Threat>, now: Timestamp) -> Markup {
    let short = clock.due_at.duration_since(now) < SignedDuration::from_hours(1);
    html! {
        span .clock .short[short] data-due=(clock.due_at) { (left(clock.due_at, now)) }
        " to " (purpose(clock.of, threat))
    }
}

/// What a clock is about.
pub fn purpose(of: ClockOf, threat: Option<&Threat>) -> String {
    let name = |id| threat.and_then(|threat| threat.victim(id)).map_or("the intended victim", |victim| &victim.name);
    match of {
        ClockOf::Identify => "say who is meant".to_owned(),
        ClockOf::Determine(id) => format!("answer the criteria for {}", name(id)),
        ClockOf::Affirm(id) => format!("affirm or turn down silence towards {}", name(id)),
        ClockOf::Deliver(id) => format!("approve a warning for {}", name(id)),
        ClockOf::Carry(_) => "carry what lies ready, or find another way".to_owned(),
        ClockOf::Acknowledge(_) => "get an acknowledgement from those it is for".to_owned(),
        ClockOf::Review(id) => format!("review the threat to {}", name(id)),
        ClockOf::Outcome => "say how it ended, and close".to_owned(),
    }
}

/// Where on the threat's page a clock is met.
pub const fn section(of: ClockOf) -> &'static str {
    match of {
        ClockOf::Identify | ClockOf::Determine(_) | ClockOf::Affirm(_) => "determination",
        ClockOf::Deliver(_) => "draft",
        ClockOf::Carry(_) | ClockOf::Acknowledge(_) => "deliveries",
        ClockOf::Review(_) | ClockOf::Outcome => "ending",
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
}
