//! What wakes somebody at night: that the desk asks for them, under which reference, by when, and where to go. There is
//! no place in a [`WakeCall`] for anything of a threat, so nothing of one can stand in it.

use domain::ChannelKind;
use jiff::Timestamp;
use serde_json::json;

use crate::draft::{DraftFault, line, reference};
use crate::fingerprint::Fingerprint;
use crate::release::{Releasable, Waking};

const LINE_LIMIT: usize = 200;
const URL_LIMIT: usize = 1_000;

/// One call to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakeCall {
    /// The desk's name.
    pub desk: String,
    /// Where to ask whether this is genuine.
    pub contact: String,
    /// What the desk calls it: `W-2024-0412`.
    pub reference: String,
    /// Names the call for good: the same for every attempt at it.
    pub id: String,
    /// The person's name.
    pub to: String,
    /// The channel it leaves by.
    pub channel: ChannelKind,
    /// Which call this is, counted from 1.
    pub number: u32,
    /// By when somebody should have taken it up.
    pub by: Timestamp,
    /// The person's own one-time page, where the channel can carry one.
    pub url: Option<String>,
    /// Whether it only tests the way.
    pub test: bool,
}

/// Makes the words of a call; with [`crate::release`] the only makers of a [`Releasable`].
pub fn wake(call: &WakeCall) -> Result<Releasable, DraftFault> {
    reference("reference", &call.reference)?;
    line("desk", &call.desk, LINE_LIMIT)?;
    line("contact", &call.contact, LINE_LIMIT)?;
    line("to", &call.to, LINE_LIMIT)?;
    if let Some(url) = &call.url {
        line("url", url, URL_LIMIT)?;
    }
    let subject = subject(call);
    let payload = (call.channel == ChannelKind::Webhook).then(|| {
        json!({
            "type": if call.test { "wake.test" } else { "wake.call" },
            "timestamp": call.by.to_string(),
            "data": {
                "desk": call.desk,
                "to": call.to,
                "reference": call.reference,
                "call": call.number,
                "by": call.by.to_string(),
                "url": call.url,
                "subject": subject,
            },
        })
    });
    let seed = Fingerprint::of([("wake", call.id.as_str()), (call.channel.id(), call.to.as_str())]);
    let text = if call.channel.by_hand() { script(call) } else { text(call) };
    Ok(Waking {
        kind: call.channel,
        reference: call.reference.clone(),
        recipient: call.to.clone(),
        subject,
        text,
        payload,
        seed,
    }
    .into())
}

fn subject(call: &WakeCall) -> String {
    let (desk, reference) = (&call.desk, &call.reference);
    match (call.test, call.number) {
        (true, _) => format!("Test of {desk}: can we wake you? ({reference})"),
        (false, 1) => format!("{desk} asks for you ({reference})"),
        (false, number) => format!("Call {number}: {desk} asks for you, nobody has answered ({reference})"),
    }
}

/// `2023-12-28 03:55 UTC`
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn text(call: &WakeCall) -> String {
    let WakeCall { desk, to, reference, contact, .. } = call;
    let by = time(call.by);
    let where_to = match &call.url {
        Some(url) => format!("Open this page and press the button; it is yours alone:\n{url}\n"),
        None => "Sign in at the desk.\n".to_owned(),
    };
    let asks = if call.test {
        format!("{to},\n\nthis is a test. {desk} wants to know whether this way wakes you. Please say so by {by}.\n")
    } else {
        let again = match call.number {
            1 => String::new(),
            number => format!("This is call {number}. Nobody has answered the calls before it.\n"),
        };
        format!("{to},\n\n{desk} asks for you. A deadline has passed and somebody has to take it up by {by}.\n{again}")
    };
    format!(
        "{asks}Reference: {reference}\n\n{where_to}\nWhat it is about stands at the desk and nowhere else. \
         Opening the page tells nobody anything; pressing the button does.\nIs this genuine? {contact}\n"
    )
}

fn script(call: &WakeCall) -> String {
    let WakeCall { desk, to, reference, .. } = call;
    let by = time(call.by);
    if call.test {
        return format!(
            "This is {desk}. I am calling to test whether this number wakes {to}; the reference is {reference}. Please \
             sign in at the desk by {by} and say that it did.\n"
        );
    }
    format!(
        "This is {desk}. We ask for {to}. A deadline has passed; the reference is {reference}. Please sign in at the desk \
         and take it up by {by}. I cannot tell you on the telephone what it is about.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(channel: ChannelKind) -> WakeCall {
        WakeCall {
            desk: "Warning desk".to_owned(),
            contact: "+000 555 0100".to_owned(),
            reference: "W-2024-0412".to_owned(),
            id: "wak_1-2".to_owned(),
            to: "Chidi Okafor".to_owned(),
            channel,
            number: 2,
            by: "2023-12-28T03:55:00Z".parse().unwrap(),
            url: (!channel.by_hand()).then(|| "https://desk.example/w/abc".to_owned()),
            test: false,
        }
    }

    #[test]
    fn a_call_says_who_asks_under_which_reference_by_when_and_where_to_go() {
        for channel in [ChannelKind::Email, ChannelKind::Webhook, ChannelKind::Telephone] {
            let made = wake(&call(channel)).unwrap();
            assert_eq!((made.kind(), made.warning(), made.letter()), (channel, None, None));
            for part in ["Warning desk", "Chidi Okafor", "W-2024-0412", "2023-12-28 03:55 UTC"] {
                assert!(made.text().contains(part), "{channel}: {part} in {}", made.text());
            }
            assert_eq!(made.text().contains("/w/abc"), !channel.by_hand());
            assert_eq!(made.payload().is_some(), channel == ChannelKind::Webhook);
        }
        let tested = wake(&WakeCall { test: true, ..call(ChannelKind::Email) }).unwrap();
        assert!(tested.subject().starts_with("Test of") && tested.text().contains("this is a test"));
    }

    #[test]
    fn what_could_end_a_line_is_refused() {
        assert!(wake(&WakeCall { to: "Okafor\r\nBcc: x@y.example".to_owned(), ..call(ChannelKind::Email) }).is_err());
        assert!(wake(&WakeCall { reference: "W 1".to_owned(), ..call(ChannelKind::Email) }).is_err());
    }
}
