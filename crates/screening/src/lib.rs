//! A report against the register: who is named or stands in the place, who protects them, by which route. Pure.
//!
//! The cast: an [`Index`] is a register made ready; an [`Ask`] is a text with what reading knows of its places and
//! time; a [`Screening`] is the answer, every hit with what speaks for and against it. [`import`] reads registers in
//! other people's formats, [`register_check`] says who could not be reached, [`doubles`] who is in
//! it twice (by [`compare`] of two names, looked for with [`fuzzy`] among others), [`output`] shows all of it.
//!
//! It knows no clock, disk or network, and keeps no text that it is asked about.
#![warn(missing_docs)]

mod check;
pub mod compare;
mod coordinates;
mod described;
mod doubles;
pub mod exact;
mod found;
pub mod fuzzy;
mod graph;
mod ground;
mod hits;
pub mod import;
mod index;
mod mentions;
mod names;
pub mod output;
mod places;
mod protectors;
mod routes;

pub use check::register_check;
pub use doubles::{Double, Doubles, doubles};
pub use found::{
    Ask, Feature, FoundPlace, Hit, Hop, Obstacle, PlaceRef, Protector, Reach, Route, Screening, Unreachable,
};
pub use ground::{Points, Shape};
pub use index::{Builder, Index};
