//! The tools that work on files, with no server and no store. Nothing they are given is kept.

pub mod draft;
pub mod policy;
pub mod read;
pub mod screen;
pub mod verify;
pub mod worker;
