//! What people say about a draft, and its versions. A comment changes no word and stops nothing; it is on the record,
//! open until somebody has answered it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::{Decision, ThreatEvent};
use super::state::{Draft, Signed, Threat};
use crate::actor::Actor;
use crate::ids::DraftId;
use crate::refusal::Refusal;

/// What somebody said about a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The passage it is about; empty when it is about the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quote: String,
    /// What they say.
    pub words: String,
    /// Who answered it and how, once somebody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Signed>,
}

/// Longest comment or answer, in characters.
const LIMIT: usize = 2_000;

/// Somebody who works on threats says something about a draft, whatever became of it.
pub(super) fn comment(
    threat: &Threat,
    draft: DraftId,
    quote: String,
    words: String,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let who = by.must_work("comment on a draft")?;
    says_something(&words)?;
    let known = threat.draft(draft).ok_or_else(|| Refusal::unknown("draft"))?;
    let quote = quote.trim().to_owned();
    if !quote.is_empty() && !holds(&known.text, &quote) {
        return Err(Refusal::unknown("passage in this draft: quote it as it stands there"));
    }
    let comment = Comment { by: who.to_owned(), at, quote, words, answered: None };
    Ok(Decision::of(ThreatEvent::DraftCommented { draft, comment }))
}

/// Somebody answers a comment, once.
pub(super) fn answer(
    threat: &Threat,
    draft: DraftId,
    comment: usize,
    words: String,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let who = by.must_work("answer a comment")?;
    says_something(&words)?;
    let known = threat.draft(draft).ok_or_else(|| Refusal::unknown("draft"))?;
    let known = known.comments.get(comment).ok_or_else(|| Refusal::unknown("comment on this draft"))?;
    if let Some(signed) = &known.answered {
        return Err(Refusal::AlreadyDone { what: format!("answer by {}", signed.by) });
    }
    let signed = Signed { by: who.to_owned(), at, reason: words };
    Ok(Decision::of(ThreatEvent::CommentAnswered { draft, comment, signed }))
}

fn says_something(words: &str) -> Result<(), Refusal> {
    Refusal::unless_reason(words)?;
    if words.chars().count() > LIMIT {
        return Err(Refusal::BadField {
            field: "words".into(),
            problem: format!("at most {LIMIT} characters fit: keep to one point"),
        });
    }
    Ok(())
}

/// Whether any of the words in this document hold the passage.
fn holds(text: &Value, quote: &str) -> bool {
    match text {
        Value::String(words) => words.contains(quote),
        Value::Array(items) => items.iter().any(|item| holds(item, quote)),
        Value::Object(fields) => fields.values().any(|field| holds(field, quote)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Threat {
    /// Whether a newer version was written from this draft.
    pub fn is_replaced(&self, draft: DraftId) -> bool {
        self.drafts.iter().any(|later| later.follows == Some(draft))
    }

    /// Whether this draft waits for its second reader, and nobody has changed its words since.
    pub fn is_waiting(&self, draft: &Draft) -> bool {
        draft.waits() && !self.is_replaced(draft.id)
    }

    /// The versions of one text, the oldest first: the draft itself, all it was written from, all written from those.
    pub fn versions(&self, draft: DraftId) -> Vec<&Draft> {
        let first = |mut id: DraftId| {
            // A draft follows an earlier one only, so the walk ends; the bound is for records of another make.
            for _ in 0..self.drafts.len() {
                match self.draft(id).and_then(|known| known.follows) {
                    Some(earlier) => id = earlier,
                    None => break,
                }
            }
            id
        };
        let origin = first(draft);
        self.drafts.iter().filter(|known| first(known.id) == origin).collect()
    }
}
