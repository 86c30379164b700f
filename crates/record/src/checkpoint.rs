//! The checkpoint: the size and root of the record at a moment, signed (C2SP tlog-checkpoint).

use crate::note::Note;
use crate::{Hash, NoteError, SigningKey, VerifyKey};

/// The size and root of a record. Whoever keeps one can tell later whether the record still begins with all that it
/// held then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which record: the name of the key that signs it.
    pub origin: String,
    /// How many entries it holds.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed: origin, size and root, a line each.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// The signed note. [`Checkpoint::open`] refuses one whose origin is not the key's name.
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&self.text())
    }

    /// Checks a signed note and reads the checkpoint in it. Signatures by other keys (witnesses) are left alone.
    ///
    /// # Errors
    /// [`NoteError`] when it is no note, no checkpoint, not signed by the key, or that of another record.
    pub fn open(note: &str, key: &VerifyKey) -> Result<Self, NoteError> {
        let note = Note::parse(note)?;
        note.check(key)?;
        let checkpoint = Self::read(note.text)?;
        if checkpoint.origin == key.name() {
            Ok(checkpoint)
        } else {
            Err(NoteError::OtherOrigin { expected: key.name().to_owned(), found: checkpoint.origin })
        }
    }

    /// Reads a checkpoint without checking who signed it: good for showing it, never for trusting it.
    ///
    /// # Errors
    /// [`NoteError`] when it is no note or no checkpoint.
    pub fn read_unverified(note: &str) -> Result<Self, NoteError> {
        Self::read(Note::parse(note)?.text)
    }

    /// Reads the signed text.
    pub(crate) fn read(text: &str) -> Result<Self, NoteError> {
        let lines: Vec<&str> = text.split('\n').take(5).collect();
        let [origin, size, root, ""] = lines.as_slice() else {
            return Err(NoteError::NotACheckpoint("expected three lines: origin, size, root"));
        };
        let size = size.parse().map_err(|_| NoteError::NotACheckpoint("its size is not a number"))?;
        let root = root.parse().map_err(|_| NoteError::NotACheckpoint("its root is not a hash in base64"))?;
        let checkpoint = Self { origin: (*origin).to_owned(), size, root };
        // Only one text stands for each checkpoint: no sign or leading zero before the size, no empty origin.
        if checkpoint.text() == text && !origin.is_empty() {
            Ok(checkpoint)
        } else {
            Err(NoteError::NotACheckpoint("it is not written the one way it has to be"))
        }
    }
}
