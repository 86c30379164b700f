//! The only place that makes randomness: ids, tokens, salts and keys.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Id, ids::Kind};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Where ids and secrets come from.
#[derive(Clone)]
pub struct Ids(Source);

#[derive(Clone)]
enum Source {
    System,
    /// SHA-256 over a seed and a counter: the same story twice gives the same ids. For demonstrations and tests only.
    Seeded(Arc<Mutex<(u64, u64)>>),
}

impl Ids {
    /// The operating system's randomness.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// Reproducible bytes; never for a real desk.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new((seed, 0)))))
    }

    /// Fills `out` with random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: going on would make ids and keys that can be guessed.
    pub fn fill(&self, out: &mut [u8]) {
        match &self.0 {
            #[allow(clippy::disallowed_methods, reason = "this is the one place that makes randomness")]
            Source::System => getrandom::fill(out).expect("the operating system gives randomness"),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in out.chunks_mut(32) {
                    state.1 += 1;
                    let digest = Sha256::new().chain_update(state.0.to_le_bytes()).chain_update(state.1.to_le_bytes());
                    chunk.copy_from_slice(&digest.finalize()[..chunk.len()]);
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A new id: 48 bits of milliseconds, then randomness (the UUIDv7 layout), so that ids sort by time.
    pub fn new_id<K: Kind>(&self, at: Timestamp) -> Id<K> {
        let millis = u128::try_from(at.as_millisecond().max(0)).unwrap_or(0) & 0xffff_ffff_ffff;
        let random = u128::from_be_bytes(self.bytes::<16>()) >> 48;
        let versioned = (millis << 80) | (random & !(0xf << 76) & !(0x3 << 62)) | (0x7 << 76) | (0x2 << 62);
        Id::from_bits(versioned)
    }

    /// The same source as a plain function, for parts that know nothing of this type.
    pub fn as_fill(&self) -> store::Entropy {
        let ids = self.clone();
        Arc::new(move |out| ids.fill(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ThreatId;

    #[test]
    fn ids_sort_by_time_and_differ() {
        let ids = Ids::seeded(1);
        let early: ThreatId = ids.new_id(Timestamp::from_second(1_000).unwrap());
        let late: ThreatId = ids.new_id(Timestamp::from_second(2_000).unwrap());
        let again: ThreatId = ids.new_id(Timestamp::from_second(2_000).unwrap());
        assert!(early < late);
        assert_ne!(late, again);
        assert_eq!(Ids::seeded(1).bytes::<40>(), Ids::seeded(1).bytes::<40>());
        assert_ne!(Ids::system().bytes::<16>(), Ids::system().bytes::<16>());
    }
}
