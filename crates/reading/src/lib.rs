//! Text to claims with spans; near-duplicates; linking; comparison. Pure.
