//! Letters for the tests, made through the same gate as every other.

use domain::{ChannelKind, WarningId};
use drafting::{Addressee, Approval, Desk, DraftText, Frozen, LetterContent, Releasable, WarningKind};

/// An illustration; nobody sent this.
pub fn draft() -> DraftText {
    DraftText {
        language: "en".to_owned(),
        headline: "Planned attack on a public gathering in Kerman".to_owned(),
        what: "An armed group that has attacked crowds before is preparing an attack with explosives on people who \
               gather in public. It means to kill as many as it can."
            .to_owned(),
        when: "Within the next ten days; most likely on a day when a large crowd is announced.".to_owned(),
        place: "The city of Kerman, at a memorial gathering or on the roads that lead to it.".to_owned(),
        how_sure: "We consider this likely. We have confidence in it, and we have not been able to check every part."
            .to_owned(),
        advice: vec![
            "Tell whoever is responsible for protecting public gatherings in the province today.".to_owned(),
            "Search the approaches and keep vehicles and unattended bags away from the crowd.".to_owned(),
            "Consider spreading out or postponing the largest gatherings.".to_owned(),
            "Watch the roads after a first explosion: people who run to help may be the aim of a second.".to_owned(),
        ],
        cannot_tell:
            "We cannot tell you how we know this, and we do not know the names of those who will carry it out."
                .to_owned(),
        contact: "The duty officer at the embassy of the protecting power, at any hour, on the number you hold."
            .to_owned(),
        cap: drafting::CapTerms::default(),
    }
}

/// A cleared message by this channel.
pub fn message(kind: ChannelKind, draft: &DraftText, exercise: bool) -> Releasable {
    let at = "2023-12-27T09:30:00Z".parse().unwrap();
    let frozen = Frozen {
        marking: None,
        reference: "FW-2023-0042".to_owned(),
        warning: WarningId::from_bits(7),
        sent_at: at,
        verify_code: "7KQ4-M2XD".to_owned(),
        ack_url: Some("https://desk.example/ack/3q2-7_wAESIzRFVmd4iZqg".to_owned()),
        desk: Desk {
            name: "National Warning Desk".to_owned(),
            contact: "+41 58 000 00 00".to_owned(),
            place: "Bern".to_owned(),
        },
        officer: "M. Keller, duty officer".to_owned(),
        kind: WarningKind::New,
        exercise,
        html: false,
        recipients: vec![Addressee {
            name: "The Governor of Kerman Province".to_owned(),
            channel: kind,
            via: Some("Embassy of the protecting power, Tehran".to_owned()),
            ack_url: None,
        }],
    };
    let fingerprint = drafting::fingerprint(draft, &frozen).unwrap();
    let approval = Approval { by: "approver".to_owned(), at, fingerprint };
    let clearance = drafting::check_draft(draft, &[], &[]).clearance(None);
    drafting::release(draft, &frozen, &approval, &clearance, kind, "The Governor of Kerman Province").unwrap()
}

pub fn letter() -> LetterContent {
    message(ChannelKind::Letter, &draft(), true).letter().unwrap().clone()
}
