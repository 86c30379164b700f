//! Reads a stream line by line in bounded memory.

use std::io::{self, BufRead, Read as _};

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

/// Reads the next line into `buffer`, which never holds more than `max` bytes and the newline.
pub(crate) fn next(input: &mut impl BufRead, buffer: &mut Vec<u8>, max: usize) -> io::Result<Line> {
    buffer.clear();
    if input.by_ref().take(max as u64 + 1).read_until(b'\n', buffer)? == 0 {
        return Ok(Line::End);
    }
    if buffer.last() == Some(&b'\n') {
        buffer.pop();
        return Ok(Line::Whole);
    }
    if buffer.len() <= max {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads all lines of at most five bytes, through a buffer that is smaller than they are.
    fn check(text: &str, expected: &[&str]) {
        let mut input = io::BufReader::with_capacity(2, text.as_bytes());
        let mut buffer = Vec::new();
        let mut found = Vec::new();
        loop {
            let line = next(&mut input, &mut buffer, 5).expect("memory is readable");
            let text = String::from_utf8_lossy(&buffer);
            found.push(match line {
                Line::Whole => format!("whole {text}"),
                Line::Unended => format!("unended {text}"),
                Line::TooLong => "too long".to_owned(),
                Line::End => break,
            });
            assert!(buffer.len() <= 5, "{text}");
        }
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_are_read_whole_or_skipped_in_bounded_memory() {
        check("", &[]);
        check("\n", &["whole "]);
        check("a\nb\n", &["whole a", "whole b"]);
        check("a\nb", &["whole a", "unended b"]);
        check("12345\n1234\n", &["whole 12345", "whole 1234"]);
        check("12345", &["unended 12345"]);
        check("123456\na\n", &["too long", "whole a"]);
        check("1234567890\n\n", &["too long", "whole "]);
        check("123456", &["too long"]);
        check("1234567890", &["too long"]);
    }
}
