//! Joins draft, frozen facts and frame into the content of a letter; every other rendering for people starts here.

use std::collections::BTreeMap;

use minijinja::value::{Serde, merge_maps};
use minijinja::{Value, context};

use super::RenderError;
use crate::characters::line_feeds;
use crate::draft::DraftText;
use crate::frame::{Frame, FrameError};
use crate::frozen::{Addressee, Frozen, WarningKind};
use crate::letter::{LetterContent, LetterParagraph};

/// The letter to one recipient, and every fixed sentence with its values in place.
pub(crate) struct Composed {
    pub letter: LetterContent,
    pub say: BTreeMap<String, String>,
    marking: Option<String>,
}

/// The warning in words, for one recipient.
pub(crate) fn compose(
    frame: &Frame,
    draft: &DraftText,
    frozen: &Frozen,
    to: &Addressee,
) -> Result<Composed, RenderError> {
    let say = frame.say(&values(frame, draft, frozen, to)?)?;
    let said = |key: &str| say.get(key).cloned().unwrap_or_default();
    let words = |text: &str| frame.in_order(&line_feeds(text));
    let letter = LetterContent {
        language: draft.language.clone(),
        desk: frozen.desk.name.clone(),
        reference: frozen.reference.clone(),
        date_line: format!("{}, {}", frozen.desk.place, frame.date(frozen.sent_at)?),
        to: to.name.clone(),
        via: to.via.clone(),
        subject: frozen.marked(&said("subject")),
        exercise: frozen.exercise.then(|| said("exercise_line")),
        about_earlier: frozen.kind.earlier().map(|_| said("about_earlier")),
        paragraphs: paragraphs(frame, draft, &say),
        advice: draft.advice.iter().map(|piece| words(piece)).collect(),
        cannot_tell: words(&draft.cannot_tell),
        contact: words(&draft.contact),
        acknowledge: said("acknowledge"),
        genuine: said("genuine"),
        asks_nothing: said("asks_nothing"),
        verify_code: frame.in_order(&frozen.verify_code),
        ack_url: frozen.ack_url_for(to).map(ToOwned::to_owned),
        officer: frozen.officer.clone(),
        read_aloud: said("read_aloud"),
        say: on_paper(&say),
    };
    Ok(Composed { letter, say, marking: frozen.marking.clone() })
}

/// The layout of scripts, which are read out.
pub(crate) const SPOKEN: &str = "spoken.layout";

impl Composed {
    /// A layout filled with the letter's words and the fixed sentences.
    pub(crate) fn lay_out(&self, frame: &Frame, layout: &str, more: Value) -> Result<String, RenderError> {
        // The letter carries the words of printed forms only; here all of them are wanted, so they come last.
        let say = context! { say => Value::from(Serde(&self.say)) };
        let values = merge_maps([Value::from(Serde(&self.letter)), more, say]);
        let words = frame.fill(layout, values)? + "\n";
        // A script has no subject that could carry it.
        Ok(match &self.marking {
            Some(marking) if layout == SPOKEN => format!("[{marking}]\n\n{words}"),
            Some(_) | None => words,
        })
    }
}

/// The words of printed forms.
fn on_paper(say: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let shared = ["to", "by_hand_of", "cannot_tell", "contact", "tell_us"];
    let printed = |key: &str| key.starts_with("paper_") || key.starts_with("sheet_") || shared.contains(&key);
    say.iter().filter(|(key, _)| printed(key)).map(|(key, words)| (key.clone(), words.clone())).collect()
}

/// The values every message may use.
pub(crate) fn values(frame: &Frame, draft: &DraftText, frozen: &Frozen, to: &Addressee) -> Result<Value, FrameError> {
    let earlier = frozen.kind.earlier();
    let earlier_date = earlier.map(|of| frame.date(of.sent_at)).transpose()?;
    Ok(context! {
        kind => kind_word(&frozen.kind),
        reference => frozen.reference.clone(),
        date => frame.date(frozen.sent_at)?,
        earlier => earlier.map(|of| of.reference.clone()),
        earlier_date,
        headline => draft.headline.trim_end_matches('.'),
        when => line_feeds(&draft.when).trim_end_matches('.'),
        place => line_feeds(&draft.place).trim_end_matches('.'),
        to => to.name.clone(),
        desk => frozen.desk.name.clone(),
        desk_contact => frame.in_order(&frozen.desk.contact),
        verify_code => frame.in_order(&frozen.verify_code),
        ack_url => frozen.ack_url_for(to),
        exercise => frozen.exercise,
        exercise_line => frame.fill("exercise_line", context! {})?,
    })
}

fn paragraphs(frame: &Frame, draft: &DraftText, say: &BTreeMap<String, String>) -> Vec<LetterParagraph> {
    [("what", &draft.what), ("when", &draft.when), ("place", &draft.place), ("how_sure", &draft.how_sure)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| LetterParagraph {
            label: say.get(key).cloned().unwrap_or_default(),
            text: frame.in_order(&line_feeds(text)),
        })
        .collect()
}

/// The word for messages and JSON.
pub(crate) const fn kind_word(kind: &WarningKind) -> &'static str {
    match kind {
        WarningKind::New => "new",
        WarningKind::Update { .. } => "update",
        WarningKind::Cancel { .. } => "cancel",
        WarningKind::AllClear { .. } => "all_clear",
    }
}
