//! Two versions of a text side by side: which words went and which came.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::draft::DraftText;

/// What became of a stretch of words between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// In both.
    Kept,
    /// In the older one only.
    TakenOut,
    /// In the newer one only.
    PutIn,
}

/// A stretch of words with one fate. White space counts as words do, so that all pieces together give both texts back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its fate.
    pub is: Fate,
    /// The words as they stand in the text.
    pub words: String,
}

/// One part of a text in two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which part: `headline`, `advice[0]`, or the form when a whole rendering is compared.
    pub part: String,
    /// Old and new in one row; a part that one version does not have is empty there.
    pub pieces: Vec<Piece>,
}

impl Change {
    /// Whether the versions differ here.
    pub fn differs(&self) -> bool {
        self.pieces.iter().any(|piece| piece.is != Fate::Kept)
    }
}

/// Compares two texts word by word.
pub fn compare(part: &str, old: &str, new: &str) -> Change {
    let mut pieces: Vec<Piece> = Vec::new();
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        let is = match change.tag() {
            ChangeTag::Equal => Fate::Kept,
            ChangeTag::Delete => Fate::TakenOut,
            ChangeTag::Insert => Fate::PutIn,
        };
        match pieces.last_mut() {
            Some(last) if last.is == is => last.words.push_str(change.value()),
            _ => pieces.push(Piece { is, words: change.value().to_owned() }),
        }
    }
    Change { part: part.to_owned(), pieces }
}

/// Compares two drafts field by field, in the order they are read; the language is the first.
pub fn compare_drafts(old: &DraftText, new: &DraftText) -> Vec<Change> {
    let (before, after) = (old.parts(), new.parts());
    let said = |parts: &[crate::leak::Part], name: &str| {
        parts.iter().find(|part| part.name == name).map_or_else(String::new, |part| part.text.clone())
    };
    // Whichever has more advice names all parts that either has.
    let names = if before.len() > after.len() { &before } else { &after };
    let mut changes = vec![compare("language", &old.language, &new.language)];
    changes.extend(names.iter().map(|part| {
        let name = part.name.as_str();
        compare(name, &said(&before, name), &said(&after, name))
    }));
    changes
}
