//! The packs that come with the program, compiled in: the desk works with no file beside it.

use crate::pack::Pack;
use crate::parse::PackError;

/// Id and text of every shipped pack.
const TEXTS: &[(&str, &str)] = &[("icd-191", include_str!("../../../policies/icd-191/pack.toml"))];

/// Every shipped pack, in the order of their ids in this file. A test reads them all; an error here is a broken build.
pub fn shipped() -> Result<Vec<Pack>, PackError> {
    TEXTS.iter().map(|(_, text)| Pack::parse(text)).collect()
}

/// The shipped pack with this id.
pub fn shipped_pack(id: &str) -> Option<Result<Pack, PackError>> {
    shipped_text(id).map(Pack::parse)
}

/// The very text of the shipped pack with this id: what its hash is over, and where a desk's own pack starts from.
pub fn shipped_text(id: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
}
