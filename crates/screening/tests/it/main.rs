//! The tests of the index from outside, in one program: each further one would be linked by itself.

mod attacks;
mod common;
mod doubles;
mod import;
mod names;
mod output;
mod pairs;
mod places;
mod properties;
#[path = "../../benches/world/mod.rs"]
mod world;
