//! Tidy checks and fixtures for developers.
fn main() {}
