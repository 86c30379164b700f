//! CAP 1.2 (OASIS Common Alerting Protocol), written element by element in the order of its schema.

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::RenderError;
use crate::characters::line_feeds;
use crate::draft::{DraftText, ResponseKind, Urgency};
use crate::frozen::{Addressee, Frozen, WarningKind};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

/// The message to one recipient as XML. `scope` is always `Private`, and no other recipient is named in it.
pub(crate) fn xml(draft: &DraftText, frozen: &Frozen, to: &Addressee) -> Result<String, RenderError> {
    let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).map_err(failed)?;
    let head = head(draft, frozen, to);
    let info = info(draft, frozen);
    for (element, content) in head.iter().chain(&info) {
        xml_can_carry(element, content)?;
    }
    xml_can_carry("areaDesc", &draft.place)?;
    out.create_element("alert")
        .with_attribute(("xmlns", NAMESPACE))
        .write_inner_content(|out| {
            leaves(out, &head)?;
            out.create_element("info").write_inner_content(|out| {
                leaves(out, &info)?;
                let area = [("areaDesc", line_feeds(&draft.place))];
                out.create_element("area").write_inner_content(|out| leaves(out, &area))?;
                Ok(())
            })?;
            Ok(())
        })
        .map_err(failed)?;
    let mut text =
        String::from_utf8(out.into_inner()).map_err(|fault| RenderError::Writing { reason: fault.to_string() })?;
    text.push('\n');
    Ok(text)
}

type Leaf = (&'static str, String);

fn head(draft: &DraftText, frozen: &Frozen, to: &Addressee) -> Vec<Leaf> {
    let sender = sender(&frozen.desk.name);
    let mut head = vec![
        ("identifier", frozen.reference.clone()),
        ("sender", sender.clone()),
        ("sent", date(frozen.sent_at)),
        ("status", if frozen.exercise { "Exercise" } else { "Actual" }.to_owned()),
        ("msgType", message_type(&frozen.kind).to_owned()),
        ("scope", "Private".to_owned()),
        ("addresses", address(to)),
    ];
    // "Special handling" is what CAP has for it (3.2.1 `code`); `restriction` belongs to another scope.
    head.extend(frozen.marking.iter().map(|marking| ("code", marking.clone())));
    head.push(("note", draft.cannot_tell.clone()));
    if let Some(of) = frozen.kind.earlier() {
        head.push(("references", format!("{sender},{},{}", of.reference, date(of.sent_at))));
    }
    head
}

fn info(draft: &DraftText, frozen: &Frozen) -> Vec<Leaf> {
    let over = matches!(frozen.kind, WarningKind::AllClear { .. });
    let response = if over { ResponseKind::AllClear } else { draft.cap.response };
    let urgency = if over { Urgency::Past } else { draft.cap.urgency };
    let advice: Vec<String> = draft.advice.iter().map(|piece| line_feeds(piece)).collect();
    vec![
        ("language", draft.language.clone()),
        ("category", "Security".to_owned()),
        ("event", "Threat to life".to_owned()),
        ("responseType", response.id().to_owned()),
        ("urgency", urgency.id().to_owned()),
        ("severity", draft.cap.severity.id().to_owned()),
        ("certainty", draft.cap.certainty.id().to_owned()),
        ("senderName", frozen.desk.name.clone()),
        ("headline", draft.headline.clone()),
        ("description", description(draft)),
        ("instruction", advice.join("\n")),
        ("contact", line_feeds(&draft.contact)),
    ]
}

/// What, when and how sure, as paragraphs; the place stands in `area`.
pub(crate) fn description(draft: &DraftText) -> String {
    [&draft.what, &draft.when, &draft.how_sure]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| line_feeds(text))
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn leaves(out: &mut Writer<Vec<u8>>, leaves: &[Leaf]) -> std::io::Result<()> {
    for (element, content) in leaves {
        out.create_element(*element).write_text_content(BytesText::new(content))?;
    }
    Ok(())
}

const fn message_type(kind: &WarningKind) -> &'static str {
    match kind {
        // CAP's own word; the desk never uses it.
        WarningKind::New => "Alert",
        WarningKind::Update { .. } | WarningKind::AllClear { .. } => "Update",
        WarningKind::Cancel { .. } => "Cancel",
    }
}

/// A recipient's name, quoted when it holds a space (CAP 1.2, 3.2.1 `addresses`).
fn address(to: &Addressee) -> String {
    let plain = to.name.replace('"', "'");
    if plain.contains(char::is_whitespace) { format!("\"{plain}\"") } else { plain }
}

/// An id for the desk without the characters CAP forbids in `sender` (space, comma, `<`, `&`).
pub(super) fn sender(desk: &str) -> String {
    let ascii = any_ascii::any_ascii(desk).to_lowercase();
    let words: Vec<&str> = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "desk".to_owned() } else { words.join("-") }
}

/// CAP forbids the letter Z: UTC is written `-00:00`.
pub(super) fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S-00:00").to_string()
}

pub(super) fn xml_can_carry(element: &str, content: &str) -> Result<(), RenderError> {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    match content.chars().find(|c| !allowed(c)) {
        Some(bad) => Err(RenderError::NotXml { element: element.to_owned(), code: u32::from(bad) }),
        None => Ok(()),
    }
}

pub(super) fn failed(fault: std::io::Error) -> RenderError {
    RenderError::Writing { reason: fault.to_string() }
}
