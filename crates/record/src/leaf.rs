//! What the log holds of one entry, and the commitment to the entry's body.

use jiff::Timestamp;

use crate::Hash;

/// Keeps a leaf from being read as anything else that this format hashes.
const LEAF: &[u8] = b"forewarn-record/1 leaf\n";
/// Keeps a commitment from being read as anything else that this format hashes.
const COMMITMENT: &[u8] = b"forewarn-record/1 commitment\n";

/// What the log holds of one entry. All of it stays readable for ever; only the body can be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The entry's place in the record, from 0.
    pub seq: u64,
    /// When it was written. The leaf holds whole microseconds; finer parts are cut off.
    pub at: Timestamp,
    /// What kind of thing happened.
    pub kind: String,
    /// Who acted.
    pub by: String,
    /// The stream it belongs to; bodies are sealed, and erased, by stream.
    pub stream: String,
    /// Whether this entry says that the bodies of all earlier entries of its stream were erased. An export may leave
    /// a body out as erased only when a later entry of the same stream says so: nobody can pass off a removed body
    /// as an erased one.
    pub erases: bool,
    /// The commitment to the body.
    pub commitment: Hash,
}

impl Leaf {
    /// The canonical encoding, which the leaf hash is taken of: prefix, place, time, flag, the three names with their
    /// lengths, commitment. Two different leaves never have the same bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let names = [&self.kind, &self.by, &self.stream];
        let length = LEAF.len() + 17 + names.iter().map(|name| 8 + name.len()).sum::<usize>() + 32;
        let mut out = Vec::with_capacity(length);
        out.extend_from_slice(LEAF);
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.at.as_microsecond().to_be_bytes());
        out.push(u8::from(self.erases));
        for name in names {
            out.extend_from_slice(&(name.len() as u64).to_be_bytes());
            out.extend_from_slice(name.as_bytes());
        }
        out.extend_from_slice(self.commitment.as_bytes());
        out
    }

    /// The leaf's hash in the tree: SHA-256(0x00, bytes) (RFC 6962, section 2.1).
    pub fn hash(&self) -> Hash {
        Hash::of_leaf(&self.bytes())
    }
}

/// The commitment to a body: SHA-256 over a prefix, the salt and the body. The salt must be random and must be erased
/// with the body: without it nobody can find out by trying whether a guessed body was the one.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Hash {
    Hash::of(&[COMMITMENT, salt, body])
}
