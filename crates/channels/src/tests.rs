//! Tests of the channels against the sinks of the demo, which are included as they are.

mod ack_token;
mod hand;
mod sinks;
mod webhook;

#[allow(dead_code, unused_imports, reason = "the demo uses the rest of it")]
#[path = "../../demo/src/sink/mod.rs"]
pub(crate) mod sink;

use domain::{ChannelKind, WarningId};
use drafting::{
    Addressee, Approval, Desk, DraftText, Frozen, Releasable, WarningKind, check_draft, fingerprint, release,
};
use jiff::Timestamp;

use crate::{Address, Outgoing};

/// The time of every attempt in these tests.
pub(crate) fn now() -> Timestamp {
    "2023-12-27T09:30:00Z".parse().unwrap()
}

pub(crate) fn draft() -> DraftText {
    DraftText {
        language: "en".to_owned(),
        headline: "Warning of a planned attack on a public gathering in Kerman".to_owned(),
        what: "We have information that an armed group plans to attack a large public gathering.".to_owned(),
        when: "In the first days of January.".to_owned(),
        place: "Kerman.".to_owned(),
        how_sure: "We consider this likely.".to_owned(),
        advice: vec!["Protect the approaches.".to_owned()],
        cannot_tell: "We cannot tell how we know.".to_owned(),
        contact: "The duty officer, at the number you hold.".to_owned(),
        cap: drafting::CapTerms::default(),
    }
}

/// A message released to one recipient, through the same gate as everything else; `None` when the gate refuses it.
pub(crate) fn try_released(kind: ChannelKind, recipient: &str, draft: &DraftText) -> Option<Releasable> {
    let frozen = Frozen {
        marking: None,
        reference: "FW-2023-0042".to_owned(),
        warning: WarningId::from_bits(7),
        sent_at: now(),
        verify_code: "7KQ4-M2XD".to_owned(),
        ack_url: Some("https://desk.example/ack/one-time".to_owned()),
        desk: Desk {
            name: "Warning desk".to_owned(),
            contact: "desk@example.org".to_owned(),
            place: "Bern".to_owned(),
        },
        officer: "A. Officer".to_owned(),
        kind: WarningKind::New,
        exercise: true,
        html: false,
        recipients: vec![Addressee { name: recipient.to_owned(), channel: kind, via: None, ack_url: None }],
    };
    let approval = Approval { by: "approver".to_owned(), at: now(), fingerprint: fingerprint(draft, &frozen).ok()? };
    let clearance = check_draft(draft, &[], &[]).clearance(None);
    release(draft, &frozen, &approval, &clearance, kind, recipient).ok()
}

pub(crate) fn released(kind: ChannelKind) -> Releasable {
    try_released(kind, "Duty officer", &draft()).expect("this draft is sound")
}

pub(crate) fn outgoing<'a>(message: &'a Releasable, to: &'a Address) -> Outgoing<'a> {
    Outgoing { message, to, message_id: message.message_id_seed(), at: now() }
}
