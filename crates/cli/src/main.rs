//! forewarn: the warning desk, and its pure tools alone on files.
fn main() {}
