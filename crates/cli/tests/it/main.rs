//! The program from outside, as a person runs it.

mod common;
mod coordination;
mod demo;
mod desk;
mod help;
mod pure;
