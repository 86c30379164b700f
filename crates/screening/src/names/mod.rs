//! Names: how words are folded, written in other letters and put together, so that one name is found in many spellings.

pub(crate) mod alike;
pub(crate) mod fold;
pub(crate) mod forms;
pub(crate) mod latin;
pub(crate) mod letters;
pub(crate) mod lists;
pub(crate) mod runs;
pub(crate) mod sketch;
