//! Finds the place of a JSON path in a text, for refusals that are found after reading.

/// A step from the top of a JSON document to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into an object.
    Key(String),
    /// Into an array.
    Index(usize),
}

impl Step {
    pub(crate) fn key(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

/// Byte offset of the key (or array element) at the end of `path`. One walk, no recursion; the text is known to be
/// JSON, and where it is not the answer is `None`.
pub(crate) fn locate(text: &str, path: &[Step]) -> Option<usize> {
    let mut walk = Walk { text, bytes: text.as_bytes(), at: 0 };
    let mut found = walk.blank();
    for step in path {
        found = match step {
            Step::Key(key) => walk.enter_key(key)?,
            Step::Index(index) => walk.enter_index(*index)?,
        };
    }
    Some(found)
}

/// Line and column, both from 1, the column in characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
}

/// Words from outside as they may be printed: no control characters, none that turn or hide text, and not endless.
pub(crate) fn shown(words: &str, longest: usize) -> String {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    let mut out = String::new();
    for letter in words.chars().take(longest) {
        if hidden(letter) { out.extend(letter.escape_unicode()) } else { out.push(letter) }
    }
    out
}

struct Walk<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips blanks; answers where the next thing starts.
    fn blank(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.at
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.blank();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn string(&mut self) -> Option<String> {
        let start = self.blank();
        self.take(b'"')?;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return serde_json::from_str(self.text.get(start..self.at)?).ok();
                }
                _ => self.at += 1,
            }
        }
    }

    /// Skips one value, however deep.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            self.blank();
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    while self.peek().is_some_and(|byte| !b",:]} \t\r\n".contains(&byte)) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Stands on an object: goes to the value of `wanted`, answers where its key is.
    fn enter_key(&mut self, wanted: &str) -> Option<usize> {
        self.take(b'{')?;
        loop {
            let place = self.blank();
            let key = self.string()?;
            self.take(b':')?;
            if key == wanted {
                return Some(place);
            }
            self.value()?;
            self.take(b',')?;
        }
    }

    /// Stands on an array: goes to its element, answers where that is.
    fn enter_index(&mut self, wanted: usize) -> Option<usize> {
        self.take(b'[')?;
        for _ in 0..wanted {
            self.value()?;
            self.take(b',')?;
        }
        Some(self.blank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{ \"a\": [1, {\"x\\\"\": null}, \"]\"],\n  \"b\": { \"ü\": 1, \"c\": {} } }";

    fn check(path: &[Step], expected: Option<(usize, usize)>) {
        assert_eq!(locate(TEXT, path).map(|offset| line_and_column(TEXT, offset)), expected, "{path:?}");
    }

    #[test]
    fn places() {
        check(&[], Some((1, 1)));
        check(&[Step::key("a")], Some((1, 3)));
        check(&[Step::key("a"), Step::Index(1), Step::key("x\"")], Some((1, 13)));
        check(&[Step::key("a"), Step::Index(2)], Some((1, 27)));
        check(&[Step::key("b"), Step::key("c")], Some((2, 18)));
        check(&[Step::key("b"), Step::key("d")], None);
        check(&[Step::key("b"), Step::Index(0)], None);
    }
}
