//! The index as bytes: numbers and arrays, little-endian, with a checksum at the end. Reading them back is copying.

use xxhash_rust::xxh3::xxh3_64;

/// Bytes that are no index, or not a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl std::fmt::Display for Damaged {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("these bytes are no index, or a damaged one; build it again from the register")
    }
}

impl std::error::Error for Damaged {}

/// What every index starts with; the number is the layout's.
const HEAD: &[u8; 8] = b"fwnames2";

pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn new(room: usize) -> Self {
        let mut bytes = Vec::with_capacity(room + 64);
        bytes.extend_from_slice(HEAD);
        Self { bytes }
    }

    pub fn number(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    pub fn longs(&mut self, list: &[u64]) {
        self.number(list.len() as u64);
        for one in list {
            self.bytes.extend_from_slice(&one.to_le_bytes());
        }
    }

    pub fn shorts(&mut self, list: &[u32]) {
        self.number(list.len() as u64);
        for one in list {
            self.bytes.extend_from_slice(&one.to_le_bytes());
        }
    }

    pub fn finish(mut self) -> Vec<u8> {
        let sum = xxh3_64(&self.bytes);
        self.number(sum);
        self.bytes
    }
}

pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    /// Checks head and sum.
    pub fn new(bytes: &'b [u8]) -> Result<Self, Damaged> {
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(Damaged)?;
        let rest = body.strip_prefix(HEAD).ok_or(Damaged)?;
        if xxh3_64(body) == u64::from_le_bytes(*sum) { Ok(Self { rest }) } else { Err(Damaged) }
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], Damaged> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn number(&mut self) -> Result<u64, Damaged> {
        let (number, rest) = self.rest.split_first_chunk::<8>().ok_or(Damaged)?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*number))
    }

    pub fn size(&mut self) -> Result<usize, Damaged> {
        usize::try_from(self.number()?).map_err(|_| Damaged)
    }

    pub fn longs(&mut self) -> Result<Vec<u64>, Damaged> {
        let count = self.size()?.checked_mul(8).ok_or(Damaged)?;
        let (chunks, _) = self.take(count)?.as_chunks::<8>();
        Ok(chunks.iter().map(|one| u64::from_le_bytes(*one)).collect())
    }

    pub fn shorts(&mut self) -> Result<Vec<u32>, Damaged> {
        let count = self.size()?.checked_mul(4).ok_or(Damaged)?;
        let (chunks, _) = self.take(count)?.as_chunks::<4>();
        Ok(chunks.iter().map(|one| u32::from_le_bytes(*one)).collect())
    }

    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}
