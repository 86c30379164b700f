//! The templates a desk prints with: ours, each of which a file of the same name in a directory of the desk's own may
//! replace. They are read before anything is printed and go to the press with the job: the press itself opens nothing.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::press::LetterError;

/// The templates that are built in, by name.
const OURS: [(&str, &str); 3] = [
    ("letter.typ", include_str!("../templates/letter.typ")),
    ("task-sheet.typ", include_str!("../templates/task-sheet.typ")),
    ("parts.typ", include_str!("../templates/parts.typ")),
];

/// Longest file that is taken, in bytes; ours have a few thousand.
const FILE_LIMIT: u64 = 256 * 1024;
/// Most files that are taken.
const FILES_LIMIT: usize = 16;

/// Whether a file is shown, not read as a template.
pub(crate) fn is_picture(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "svg")
}

/// What the press prints with: file names and their text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates(BTreeMap<String, String>);

impl Default for Templates {
    fn default() -> Self {
        Self(OURS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }
}

impl Templates {
    /// Ours, with the files of this directory in their place. A file ends in `.typ`; it replaces ours of the same name,
    /// or is there for those to import. A picture (`.svg`) is there for them to show.
    pub fn from_dir(dir: &Path) -> Result<Self, LetterError> {
        let fault = |path: &Path, why: String| LetterError::Template { why: format!("{}: {why}", path.display()) };
        let mut templates = Self::default();
        let entries = std::fs::read_dir(dir).map_err(|cause| fault(dir, cause.to_string()))?;
        let mut taken = 0;
        for entry in entries {
            let path = entry.map_err(|cause| fault(dir, cause.to_string()))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if !matches!(ending, "typ" | "svg") {
                continue;
            }
            let size = std::fs::metadata(&path).map_err(|cause| fault(&path, cause.to_string()))?.len();
            taken += 1;
            if size > FILE_LIMIT || taken > FILES_LIMIT {
                return Err(fault(&path, format!("at most {FILES_LIMIT} files of {FILE_LIMIT} bytes are taken")));
            }
            let text = std::fs::read_to_string(&path).map_err(|cause| fault(&path, cause.to_string()))?;
            templates.0.insert(name, text);
        }
        if !OURS.iter().any(|(name, ours)| templates.0.get(*name).is_none_or(|text| text != ours)) {
            let names = OURS.map(|(name, _)| name).join(", ");
            return Err(fault(dir, format!("nothing in it replaces a template; their names are {names}")));
        }
        Ok(templates)
    }

    /// Name and text of each.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// SHA-256 over names and texts, hex: goes on the record with what was approved to be printed.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for text in self.0.iter().flat_map(|(name, text)| [name, text]) {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        drafting::Fingerprint::from_bytes(hash.finalize().into()).to_string()
    }
}
