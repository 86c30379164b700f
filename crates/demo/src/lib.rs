//! The Kerman example, played through the desk's own HTTP API on a simulated clock.

pub mod sink;
