//! Reads a stream line by line in bounded memory.

use std::io::{self, BufRead, Read as _};

use crate::export::MAX_LINE_BYTES;

/// What was read.
pub(crate) enum Line {
    /// A line, without its newline, in the buffer.
    Whole,
    /// The last bytes of the file, in the buffer; no newline follows them.
    Unended,
    /// A line that is longer than is read; skipped.
    TooLong,
    /// Nothing more.
    End,
}

/// Reads the next line into `buffer`.
pub(crate) fn next(input: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Line> {
    buffer.clear();
    let limit = MAX_LINE_BYTES as u64 + 1;
    if input.by_ref().take(limit).read_until(b'\n', buffer)? == 0 {
        return Ok(Line::End);
    }
    if buffer.last() == Some(&b'\n') {
        buffer.pop();
        return Ok(Line::Whole);
    }
    if buffer.len() <= MAX_LINE_BYTES {
        return Ok(Line::Unended);
    }
    buffer.clear();
    skip(input)?;
    Ok(Line::TooLong)
}

/// Reads on to behind the next newline and keeps nothing.
fn skip(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let chunk = input.fill_buf()?;
        let (used, ended) = match chunk.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (chunk.len(), chunk.is_empty()),
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}
