//! Versions of a draft side by side, and what people say about it.

use domain::threat::{Threat, ThreatCommand};
use domain::{DraftId, Refusal, ThreatId};
use drafting::{Change, RenderAs};
use serde::{Deserialize, Serialize};

use super::drafts::{rendered, warning_file};
use crate::desk::{Ask, Desk};
use crate::error::AppError;

/// Two versions, and what differs.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    /// The older one.
    pub older: DraftId,
    /// The newer one.
    pub newer: DraftId,
    /// The rendering compared; none when the fields are.
    pub form: Option<&'static str>,
    /// Part by part, the pieces of both in one row.
    pub changes: Vec<Change>,
}

/// A comment as a person hands it in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// The passage it is about, as it stands in the draft; empty when it is about the whole.
    #[serde(default)]
    pub quote: String,
    /// What they say.
    pub words: String,
}

impl Desk {
    /// Compares two drafts of one threat, the one that was written first on the left: field by field, or as one
    /// rendering.
    pub fn compared(
        threat: &Threat,
        one: DraftId,
        other: DraftId,
        form: Option<RenderAs>,
    ) -> Result<Compared, AppError> {
        let place = |id: DraftId| {
            let found = threat.drafts.iter().position(|draft| draft.id == id);
            found.ok_or_else(|| AppError::from(Refusal::unknown("draft")))
        };
        let (first, second) = (place(one)?.min(place(other)?), place(one)?.max(place(other)?));
        let known = |at: usize| threat.drafts.get(at).ok_or_else(|| AppError::from(Refusal::unknown("draft")));
        let (older, newer) = (known(first)?, known(second)?);
        let (before, after) = (warning_file(older)?, warning_file(newer)?);
        let changes = match form {
            None => drafting::compare_drafts(&before.draft, &after.draft),
            Some(form) => {
                // One that cannot be made is empty: there is nothing of it to compare.
                let [before, after] = [before, after].map(|file| rendered(&file, form).unwrap_or_default());
                vec![drafting::compare(form.id(), &before, &after)]
            }
        };
        Ok(Compared { older: older.id, newer: newer.id, form: form.map(RenderAs::id), changes })
    }

    /// Says something about a draft.
    pub async fn comment(
        &self,
        ask: &Ask,
        threat: ThreatId,
        draft: DraftId,
        new: &NewComment,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| {
            Ok(ThreatCommand::CommentDraft { draft, quote: new.quote.clone(), words: new.words.clone() })
        })
        .await
    }

    /// Answers a comment.
    pub async fn answer_comment(
        &self,
        ask: &Ask,
        threat: ThreatId,
        draft: DraftId,
        comment: usize,
        words: &str,
    ) -> Result<Threat, AppError> {
        let answer = || ThreatCommand::AnswerComment { draft, comment, words: words.to_owned() };
        self.act(ask, threat, |_, _| Ok(answer())).await
    }
}
