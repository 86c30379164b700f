//! The JSON body of a webhook, in the shape Standard Webhooks asks for: `type`, `timestamp`, `data`.

use serde_json::{Value, json};

use super::compose::kind_word;
use crate::draft::DraftText;
use crate::frozen::Frozen;
use crate::letter::LetterContent;

/// The payload; the channel signs its bytes.
pub(crate) fn payload(draft: &DraftText, frozen: &Frozen, letter: &LetterContent) -> Value {
    json!({
        "type": format!("warning.{}", kind_word(&frozen.kind)),
        "timestamp": frozen.sent_at.to_string(),
        "data": {
            "reference": frozen.reference,
            "exercise": frozen.exercise,
            "about": frozen.kind.earlier().map(|of| &of.reference),
            "language": draft.language,
            "to": letter.to,
            "subject": letter.subject,
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
            "desk": letter.desk,
            "acknowledge": letter.acknowledge,
            "ack_url": letter.ack_url,
            "genuine": letter.genuine,
            "verify_code": letter.verify_code,
        },
    })
}
