//! The append-only record: entries, Merkle log, checkpoints, proofs, verification. Pure; knows no domain type.
