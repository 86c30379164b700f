//! Our Rust files, read just far enough for the rules: code apart from comments and texts, tests apart from the rest.

use std::fs;
use std::path::Path;

/// One file of ours.
#[derive(Debug)]
pub struct Source {
    /// Path from the root of the workspace, with slashes.
    pub path: String,
    /// The crate's folder under `crates/`.
    pub unit: String,
    /// The text with comments and the insides of string and character literals blanked; lines stay where they are.
    pub code: String,
    /// The string literals: the line each starts on (from 1) and what is between its quotes, as written.
    pub texts: Vec<(usize, String)>,
    /// For each line, from 0: whether it is a test's.
    test: Vec<bool>,
}

impl Source {
    /// Reads `text` as the file at `path` (`crates/UNIT/…`).
    pub fn new(path: &str, text: &str) -> Self {
        let (code, texts) = blank(text);
        let test = if is_test_file(path) { vec![true; code.lines().count()] } else { test_lines(&code) };
        let unit = path.split('/').nth(1).unwrap_or_default().to_owned();
        Self { path: path.to_owned(), unit, code, texts, test }
    }

    /// Whether line `line` (from 1) belongs to a test.
    pub fn is_test(&self, line: usize) -> bool {
        self.test.get(line.saturating_sub(1)).copied().unwrap_or(false)
    }

    /// Lines of code with their numbers, tests left out.
    pub fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(line, _)| !self.is_test(*line))
    }
}

/// The line (from 1) that the byte at `offset` is on.
pub fn line_of(code: &str, offset: usize) -> usize {
    code[..offset].matches('\n').count() + 1
}

/// All Rust files under `crates/`, in order of their paths.
pub fn of_crates(root: &Path) -> Result<Vec<Source>, String> {
    let mut paths = Vec::new();
    walk(&root.join("crates"), &mut paths)?;
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
        let inside = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        Ok(Source::new(&inside, &text))
    };
    paths.iter().map(read).collect()
}

fn walk(folder: &Path, into: &mut Vec<std::path::PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|cause| format!("{}: {cause}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|cause| format!("{}: {cause}", folder.display()))?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
            walk(&path, into)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push(path);
        }
    }
    Ok(())
}

fn is_test_file(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let folder = |name: &&str| matches!(*name, "tests" | "benches" | "examples");
    parts.iter().skip(2).any(|part| folder(part) || *part == "tests.rs")
}

/// Marks the lines of every item under `#[cfg(test)]`.
fn test_lines(code: &str) -> Vec<bool> {
    let mut test = vec![false; code.lines().count()];
    for (start, found) in code.match_indices("#[cfg(test)]") {
        let end = end_of_item(code, start + found.len());
        for line in line_of(code, start)..=line_of(code, end) {
            if let Some(mark) = test.get_mut(line - 1) {
                *mark = true;
            }
        }
    }
    test
}

/// Where the item that starts at `from` ends: at its closing brace, or at its semicolon if it has no body.
pub fn end_of_item(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at,
            b'}' => depth -= 1,
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b';' if depth == 0 && brackets == 0 => return at,
            _ => {}
        }
    }
    code.len().saturating_sub(1)
}

/// Blanks comments and the insides of literals; answers the code and the string literals.
fn blank(text: &str) -> (String, Vec<(usize, String)>) {
    let mut code = String::with_capacity(text.len());
    let mut texts = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let before = code.as_bytes().last().copied().unwrap_or(b' ');
        // How much of the text this piece is, and which part of it is blanked.
        let (length, hidden) = match token(rest, before) {
            Token::Comment(length) => (length, 0..length),
            Token::Text { open, close, length } => {
                texts.push((line, rest[open..length - close].to_owned()));
                (length, open..length - close)
            }
            Token::Character(length) => (length, 1..length - 1),
            Token::Code => (first.len_utf8(), 0..0),
        };
        let (piece, after) = rest.split_at(length);
        let keep = |at: usize| !hidden.contains(&at);
        code.extend(piece.char_indices().map(|(at, one)| if keep(at) || one == '\n' { one } else { ' ' }));
        line += piece.matches('\n').count();
        rest = after;
    }
    (code, texts)
}

enum Token {
    Comment(usize),
    /// `open` and `close` are the bytes of the quotes (with `r`, `b` and `#`).
    Text {
        open: usize,
        close: usize,
        length: usize,
    },
    Character(usize),
    Code,
}

/// What starts at the head of `rest`, when the byte before it is `before`.
fn token(rest: &str, before: u8) -> Token {
    if rest.starts_with("//") {
        return Token::Comment(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Token::Comment(block_comment(rest));
    }
    let in_word = before.is_ascii_alphanumeric() || before == b'_';
    let prefix = rest.bytes().take_while(|byte| matches!(byte, b'b' | b'r' | b'c')).count();
    let after_prefix = &rest[prefix..];
    if prefix <= 2 && !(in_word && prefix > 0) {
        let hashes = after_prefix.bytes().take_while(|byte| *byte == b'#').count();
        let raw = rest[..prefix].contains('r');
        if after_prefix[hashes..].starts_with('"') && (hashes == 0 || raw) {
            return string(rest, prefix + hashes + 1, raw.then_some(hashes));
        }
    }
    if rest.starts_with('\'') { character(rest).map_or(Token::Code, Token::Character) } else { Token::Code }
}

fn string(rest: &str, open: usize, raw: Option<usize>) -> Token {
    let end = if let Some(hashes) = raw {
        let close = format!("\"{}", "#".repeat(hashes));
        rest[open..].find(&close).map(|at| (open + at + close.len(), close.len()))
    } else {
        let mut escaped = false;
        let found = rest.bytes().enumerate().skip(open).find(|(_, byte)| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        found.map(|(at, _)| (at + 1, 1))
    };
    let (length, close) = end.unwrap_or((rest.len(), 0));
    Token::Text { open, close, length }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(two) = rest.as_bytes().get(at..at + 2) {
        match two {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" if depth == 1 => return at + 2,
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of a character literal; nothing for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = &rest[1..];
    if let Some(escaped) = inside.strip_prefix('\\') {
        let skip = 2 + escaped.chars().next()?.len_utf8();
        return rest[skip..].find('\'').map(|at| skip + at + 1);
    }
    let one = inside.chars().next()?.len_utf8();
    inside[one..].starts_with('\'').then_some(one + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blanked_and_texts_kept() {
        let text = "let a = \"x // \\\" y\"; // z\nlet b = r#\"q\"w\"#; /* k /* l */ m */ let c = '\"'; fn f<'a>() {}";
        let source = Source::new("crates/domain/src/a.rs", text);
        assert_eq!(source.texts, [(1, "x // \\\" y".to_owned()), (2, "q\"w".to_owned())]);
        assert_eq!(source.code.lines().count(), 2);
        for gone in ["x", "z", "q", "k", "m"] {
            assert!(!source.code.contains(gone), "{gone} stayed in {}", source.code);
        }
        assert!(source.code.contains("fn f<'a>() {}"));
        assert_eq!(source.code.chars().count(), text.chars().count());
    }

    #[test]
    fn items_under_cfg_test_are_tests() {
        let text =
            "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}\n";
        let source = Source::new("crates/domain/src/a.rs", text);
        let marks: Vec<bool> = (1..=9).map(|line| source.is_test(line)).collect();
        assert_eq!(marks, [false, true, true, true, true, false, true, true, false]);
        assert!(Source::new("crates/domain/tests/a.rs", text).is_test(1));
        assert!(Source::new("crates/channels/src/smtp/tests/a.rs", text).is_test(1));
    }
}
