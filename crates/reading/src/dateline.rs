//! The day a document was written.
use domain::Span;

use crate::document::{Dated, Furniture};

/// The date that the document states about itself.
pub(crate) fn find(_plain: &str, _furniture: &[Furniture], _body: &[Span]) -> Option<Dated> {
    None
}
