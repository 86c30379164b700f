//! The JSON body of a webhook, in the shape Standard Webhooks asks for: `type`, `timestamp`, `data`.

use serde_json::{Value, json};

use super::compose::kind_word;
use crate::draft::DraftText;
use crate::frozen::Frozen;
use crate::letter::LetterContent;

/// The payload; the channel signs its bytes.
pub(crate) fn payload(draft: &DraftText, frozen: &Frozen, letter: &LetterContent) -> Value {
    let mut data = facts(draft, frozen);
    for (key, words) in [
        ("to", Some(&letter.to)),
        ("subject", Some(&letter.subject)),
        ("acknowledge", Some(&letter.acknowledge)),
        ("ack_url", letter.ack_url.as_ref()),
        ("genuine", Some(&letter.genuine)),
        ("verify_code", Some(&frozen.verify_code)),
    ] {
        data[key] = json!(words);
    }
    json!({
        "type": format!("warning.{}", kind_word(&frozen.kind)),
        "timestamp": frozen.sent_at.to_string(),
        "data": data,
    })
}

/// What the warning says, without anything that is one recipient's own.
pub(crate) fn facts(draft: &DraftText, frozen: &Frozen) -> Value {
    let mut facts = json!({
        "reference": frozen.reference,
        "exercise": frozen.exercise,
        "about": frozen.kind.earlier().map(|of| &of.reference),
        "language": draft.language,
        "headline": draft.headline,
        "what": draft.what,
        "when": draft.when,
        "place": draft.place,
        "how_sure": draft.how_sure,
        "advice": draft.advice,
        "cannot_tell": draft.cannot_tell,
        "contact": draft.contact,
        "urgency": draft.cap.urgency,
        "severity": draft.cap.severity,
        "certainty": draft.cap.certainty,
        "desk": frozen.desk.name,
    });
    if let Some(marking) = &frozen.marking {
        facts["marking"] = json!(marking);
    }
    facts
}
