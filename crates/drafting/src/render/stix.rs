//! A STIX 2.1 bundle: the desk as `identity`, the warning as `report`, and what to do as a `note` on it.
//!
//! Ids are made from the warning's id, so the same warning always gives the same bundle. They carry the bits of a
//! SHA-256 in the layout of a version 4 UUID: nothing about the desk or the time can be read from them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::cap::description;
use super::compose::kind_word;
use crate::draft::DraftText;
use crate::fingerprint::Fingerprint;
use crate::frozen::Frozen;

/// The bundle. It holds no acknowledgement page and no code: it may be passed on.
pub(crate) fn bundle(draft: &DraftText, frozen: &Frozen) -> Value {
    let warning = frozen.warning.to_string();
    let desk = id("identity", &frozen.desk.name);
    let report = id("report", &warning);
    let note = id("note", &warning);
    let at = date(frozen.sent_at);
    let mut references = vec![json!({ "source_name": frozen.desk.name, "external_id": frozen.reference })];
    if let Some(of) = frozen.kind.earlier() {
        references.push(json!({
            "source_name": frozen.desk.name, "external_id": of.reference,
            "description": "The earlier warning that this one changes",
        }));
    }
    let common = |kind: &str, id: &str| {
        json!({
            "type": kind, "spec_version": "2.1", "id": id, "created": at, "modified": at,
            "created_by_ref": desk, "lang": draft.language,
        })
    };
    let mut objects = vec![
        json!({
            "type": "identity", "spec_version": "2.1", "id": desk, "created": at, "modified": at,
            "name": frozen.desk.name, "identity_class": "organization", "contact_information": frozen.desk.contact,
        }),
        with(
            common("report", &report),
            json!({
                "name": draft.headline,
                "description": format!("{}\n\n{}", description(draft), draft.place),
                "report_types": ["threat-report"], "published": at, "object_refs": [note],
                "labels": labels(frozen), "external_references": references,
            }),
        ),
        with(
            common("note", &note),
            json!({
                "abstract": draft.headline,
                "content": format!("{}\n\n{}\n\n{}", draft.advice.join("\n"), draft.cannot_tell, draft.contact),
                "object_refs": [report],
            }),
        ),
    ];
    if let Some(marking) = &frozen.marking {
        let marked = id("marking-definition", &warning);
        for object in objects.iter_mut().skip(1) {
            object["object_marking_refs"] = json!([marked]);
        }
        objects.push(json!({
            "type": "marking-definition", "spec_version": "2.1", "id": marked, "created": at, "created_by_ref": desk,
            "definition_type": "statement", "definition": { "statement": marking },
        }));
    }
    json!({ "type": "bundle", "id": id("bundle", &warning), "objects": objects })
}

fn labels(frozen: &Frozen) -> Vec<String> {
    let mut labels = vec![format!("warning-{}", kind_word(&frozen.kind).replace('_', "-"))];
    if frozen.exercise {
        labels.push("exercise".to_owned());
    }
    labels
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

fn id(kind: &str, of: &str) -> String {
    let mut bits = *Fingerprint::of([(kind, of)]).bytes();
    bits[6] = (bits[6] & 0x0f) | 0x40;
    bits[8] = (bits[8] & 0x3f) | 0x80;
    let hex = Fingerprint::from_bytes(bits).to_string();
    format!("{kind}--{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}

fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
