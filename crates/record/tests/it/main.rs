//! The log from outside: its format, its tree, its notes, its exports and what an auditor finds.

mod common;
mod export;
mod format;
mod mutants;
mod note;
mod seal;
mod tree;
