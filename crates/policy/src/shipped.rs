//! The packs that come with the program, compiled in: the desk works with no file beside it.

use crate::corpus::Corpus;
use crate::pack::Pack;
use crate::parse::PackError;

struct Shipped {
    id: &'static str,
    pack: &'static str,
    corpus: &'static str,
}

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        &[$(Shipped {
            id: $id,
            pack: include_str!(concat!("../../../policies/", $id, "/pack.toml")),
            corpus: include_str!(concat!("../../../policies/", $id, "/corpus.toml")),
        }),*]
    };
}

const SHIPPED: &[Shipped] =
    shipped!["icd-191", "uk-threat-to-life", "clery", "duty-of-care", "ca-duty-to-warn", "victim-notification"];

/// Every shipped pack. A test reads them all, so an error here is a broken build.
pub fn shipped() -> Result<Vec<Pack>, PackError> {
    SHIPPED.iter().map(|shipped| Pack::parse(shipped.pack)).collect()
}

/// The shipped pack with this id.
pub fn shipped_pack(id: &str) -> Option<Result<Pack, PackError>> {
    shipped_text(id).map(Pack::parse)
}

/// The very text of the shipped pack with this id: what its hash is over, and where a desk's own pack starts from.
pub fn shipped_text(id: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|shipped| shipped.id == id).map(|shipped| shipped.pack)
}

/// The corpus of the shipped pack with this id.
pub fn shipped_corpus(id: &str) -> Option<Result<Corpus, toml::de::Error>> {
    SHIPPED.iter().find(|shipped| shipped.id == id).map(|shipped| Corpus::parse(shipped.corpus))
}
