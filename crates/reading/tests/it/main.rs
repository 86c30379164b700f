//! Reading from outside: texts in, claims with their places out.

mod document;
mod document_places;
mod document_similar;
mod linking;
mod more_notes;
mod notes;
mod seeds;
