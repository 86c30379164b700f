//! Joins draft, frozen facts and frame into the content of a letter; every other rendering for people starts here.

use jiff::Timestamp;
use minijinja::context;

use super::RenderError;
use crate::characters::line_feeds;
use crate::draft::DraftText;
use crate::frame::Frame;
use crate::frozen::{Addressee, Frozen, WarningKind};
use crate::letter::{LetterContent, LetterParagraph};

/// The letter to one recipient.
pub(crate) fn letter(
    frame: &Frame,
    draft: &DraftText,
    frozen: &Frozen,
    to: &Addressee,
) -> Result<LetterContent, RenderError> {
    let values = values(draft, frozen, to);
    let exercise = if frozen.exercise { Some(frame.fill("exercise", values.clone())?) } else { None };
    let about_earlier = match frozen.kind {
        WarningKind::New => None,
        WarningKind::Update { .. } | WarningKind::Cancel { .. } | WarningKind::AllClear { .. } => {
            Some(frame.fill("about_earlier", values.clone())?)
        }
    };
    let read_aloud = frame.fill("read_aloud", context! { exercise_line => exercise.clone(), ..values.clone() })?;
    Ok(LetterContent {
        language: draft.language.clone(),
        desk: frozen.desk.name.clone(),
        reference: frozen.reference.clone(),
        date_line: format!("{}, {}", frozen.desk.place, date(frozen.sent_at)),
        to: to.name.clone(),
        via: to.via.clone(),
        subject: frame.fill("subject", values.clone())?,
        exercise,
        about_earlier,
        paragraphs: paragraphs(frame, draft),
        advice: draft.advice.iter().map(|piece| line_feeds(piece)).collect(),
        cannot_tell: line_feeds(&draft.cannot_tell),
        contact: line_feeds(&draft.contact),
        acknowledge: frame.fill("acknowledge", values.clone())?,
        genuine: frame.fill("genuine", values.clone())?,
        asks_nothing: frame.fill("asks_nothing", values.clone())?,
        verify_code: frozen.verify_code.clone(),
        ack_url: frozen.ack_url_for(to).map(ToOwned::to_owned),
        officer: frozen.officer.clone(),
        read_aloud,
    })
}

/// The values every template may use.
pub(crate) fn values(draft: &DraftText, frozen: &Frozen, to: &Addressee) -> minijinja::Value {
    let earlier = frozen.kind.earlier();
    context! {
        kind => kind_word(&frozen.kind),
        reference => frozen.reference.clone(),
        date => date(frozen.sent_at),
        earlier => earlier.map(|of| of.reference.clone()),
        earlier_date => earlier.map(|of| date(of.sent_at)),
        headline => draft.headline.trim_end_matches('.'),
        when => line_feeds(&draft.when).trim_end_matches('.'),
        place => line_feeds(&draft.place).trim_end_matches('.'),
        desk => frozen.desk.name.clone(),
        desk_contact => frozen.desk.contact.clone(),
        verify_code => frozen.verify_code.clone(),
        ack_url => frozen.ack_url_for(to),
        exercise => frozen.exercise,
    }
}

fn paragraphs(frame: &Frame, draft: &DraftText) -> Vec<LetterParagraph> {
    let labels = frame.labels;
    [
        (labels.what, &draft.what),
        (labels.when, &draft.when),
        (labels.place, &draft.place),
        (labels.how_sure, &draft.how_sure),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(label, text)| LetterParagraph { label: label.to_owned(), text: line_feeds(text) })
    .collect()
}

/// The word for templates and JSON.
pub(crate) const fn kind_word(kind: &WarningKind) -> &'static str {
    match kind {
        WarningKind::New => "new",
        WarningKind::Update { .. } => "update",
        WarningKind::Cancel { .. } => "cancel",
        WarningKind::AllClear { .. } => "all_clear",
    }
}

/// A date and time that nobody can misread: day, month in letters, year, hour, and the zone.
pub(crate) fn date(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}
