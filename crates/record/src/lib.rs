//! The append-only record: entries, Merkle log, checkpoints, proofs, export and verification. Bytes in, bytes out.
//!
//! The cast: a [`Leaf`] is what the log holds of one entry: its place, time, kind, acting person, stream and a
//! [`commitment`] to its body. Leaves form an RFC 6962 Merkle tree whose hashes the caller keeps ([`Frontier`],
//! [`append`], [`root`]); [`Inclusion`] and [`Consistency`] are its proofs. A [`Checkpoint`] is the tree's size and
//! root, signed as a C2SP signed note by a [`SigningKey`]. [`seal`] encrypts bodies, so that erasing a key erases the
//! content and leaves the proof. An export is a file of lines ([`header_line`], [`entry_line`], [`checkpoint_line`])
//! that [`verify`] checks with nothing but the public key.
//!
//! `docs/record-format.md` says all of this in bytes; an auditor can write a verifier from it alone.
//!
//! What is absent: no clock, no randomness (seeds, salts, nonces and times are parameters), no file, no domain type.
#![warn(missing_docs)]

mod checkpoint;
mod export;
mod hash;
mod leaf;
mod line;
mod note;
mod proof;
mod seal;
mod tree;
mod verify;

pub use checkpoint::Checkpoint;
pub use export::{Body, Carries, FORMAT, MAX_BODY_BYTES, MAX_LINE_BYTES, checkpoint_line, entry_line, header_line};
pub use hash::{Hash, NotAHash};
pub use leaf::{Leaf, commitment};
pub use note::{KeyError, NoteError, SigningKey, VerifyKey};
pub use proof::{
    Consistency, Inclusion, needed_for_consistency, needed_for_inclusion, prove_consistency, prove_inclusion,
};
pub use seal::{UnsealError, seal, sealed_as, unseal};
pub use tree::{
    Frontier, MissingHash, StoredHashes, append, needed_for_root, needed_to_append, root, stored_count, stored_place,
};
pub use verify::{Finding, FindingKind, MAX_FINDINGS, SignatureCheck, Verdict, verify};
