//! Fakes, simulated clock, world builder, story runner; holds the whole-server tests.
