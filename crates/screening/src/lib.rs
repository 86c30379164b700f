//! A report against the register: who is named or stands in the place, who protects them, by which route. Pure.
#![warn(missing_docs)]

mod graph;
mod ground;
mod names;
