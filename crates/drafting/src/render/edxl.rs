//! EDXL-DE 1.0 (OASIS Emergency Data Exchange Language, Distribution Element): an envelope around the CAP message, for
//! networks that route by envelope. Elements stand in the order of its schema.

use quick_xml::escape::escape;

use super::RenderError;
use super::cap;
use crate::draft::DraftText;
use crate::frozen::{Addressee, Frozen, WarningKind};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:EDXL:DE:1.0";

/// The envelope to one recipient; no other recipient is named in it.
pub(crate) fn envelope(draft: &DraftText, frozen: &Frozen, to: &Addressee) -> Result<String, RenderError> {
    cap::xml_can_carry("explicitAddressValue", &to.name)?;
    let message = cap::xml(draft, frozen, to)?;
    let inside = message.split_once("?>").map_or(message.as_str(), |(_, rest)| rest).trim();
    let sender = format!("{}@desk", cap::sender(&frozen.desk.name));
    let refers = frozen.kind.earlier().map(|of| {
        let about = format!("{},{sender},{}", of.reference, cap::date(of.sent_at));
        format!("  <distributionReference>{}</distributionReference>\n", escape(about))
    });
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EDXLDistribution xmlns=\"{NAMESPACE}\">\n  \
         <distributionID>{}</distributionID>\n  <senderID>{}</senderID>\n  <dateTimeSent>{}</dateTimeSent>\n  \
         <distributionStatus>{}</distributionStatus>\n  <distributionType>{}</distributionType>\n  \
         <combinedConfidentiality>{}</combinedConfidentiality>\n  <language>{}</language>\n{}  \
         <explicitAddress>\n    <explicitAddressScheme>name</explicitAddressScheme>\n    \
         <explicitAddressValue>{}</explicitAddressValue>\n  </explicitAddress>\n  <contentObject>\n    \
         <contentDescription>CAP 1.2 message</contentDescription>\n    <xmlContent>\n      \
         <embeddedXMLContent>\n{inside}\n      </embeddedXMLContent>\n    </xmlContent>\n  </contentObject>\n\
         </EDXLDistribution>\n",
        escape(frozen.reference.as_str()),
        escape(&sender),
        cap::date(frozen.sent_at),
        if frozen.exercise { "Exercise" } else { "Actual" },
        kind(&frozen.kind),
        escape(frozen.marking.as_deref().unwrap_or("For the recipient only")),
        escape(draft.language.as_str()),
        refers.unwrap_or_default(),
        escape(to.name.as_str()),
    ))
}

const fn kind(kind: &WarningKind) -> &'static str {
    match kind {
        WarningKind::New => "Report",
        WarningKind::Update { .. } | WarningKind::AllClear { .. } => "Update",
        WarningKind::Cancel { .. } => "Cancel",
    }
}
