//! One walk over a text: at each word the longest name that begins there, of at most five words.

use domain::Span;

use super::words::{COMMON, holds};
use super::{Gazetteer, NameKind, PlaceMention, fold, load};

/// The most words a name is looked up with.
const MOST_WORDS: usize = 5;
/// The most mentions answered for one text; reports have some dozens.
const MOST_MENTIONS: usize = 10_000;
/// No word longer than this is part of a name, in bytes.
const LONGEST_WORD: usize = 80;

/// The words of a stretch of text, and all of them folded in one string.
struct Words {
    list: Vec<Word>,
    folded: String,
}

/// Where a word stands in the text, and where folded.
#[derive(Clone, Copy)]
struct Word {
    span: Span,
    folded: Span,
}

impl Words {
    /// The word of this number, folded.
    fn folded(&self, at: usize) -> &str {
        self.list[at].folded.of(&self.folded).unwrap_or_default()
    }
}

impl Gazetteer {
    /// Every stretch of `plain`, inside the given spans, that is spelled like a place's name. Linear in the text.
    pub fn find(&self, plain: &str, within: &[Span]) -> Vec<PlaceMention> {
        let mut mentions = Vec::new();
        for span in within {
            let Some(text) = span.of(plain) else { continue };
            let words = words(text, span.start);
            let mut at = 0;
            while at < words.list.len() && mentions.len() < MOST_MENTIONS {
                match self.longest(plain, &words, at) {
                    Some((mention, taken)) => {
                        mentions.push(mention);
                        at += taken;
                    }
                    None => at += 1,
                }
            }
        }
        mentions
    }

    /// The longest name that begins with the word of this number, and how many words it takes.
    fn longest(&self, plain: &str, words: &Words, at: usize) -> Option<(PlaceMention, usize)> {
        let first = words.list[at];
        if self.names.begins(load::hash(words.folded(at))) {
            let mut name = String::new();
            let mut best = None;
            for (taken, word) in (1..=MOST_WORDS).zip(&words.list[at..]) {
                if taken > 1 {
                    let end = words.list[at + taken - 2].span.end;
                    if !joins(plain.get(end..word.span.start).unwrap_or_default()) {
                        break;
                    }
                    name.push(' ');
                }
                name.push_str(words.folded(at + taken - 1));
                let span = Span::new(first.span.start, word.span.end);
                if let Some(mention) = self.mention(plain, span, &name) {
                    best = Some((mention, taken));
                }
            }
            if best.is_some() {
                return best;
            }
        }
        self.inflected(plain, first.span, words.folded(at)).map(|mention| (mention, 1))
    }

    fn mention(&self, plain: &str, span: Span, folded: &str) -> Option<PlaceMention> {
        let rows = self.names.rows(load::hash(folded));
        if rows.0 == rows.1 {
            return None;
        }
        // Written small, a short or everyday word is just that.
        let small = span.of(plain).is_some_and(|words| words.starts_with(char::is_lowercase));
        if small && (folded.len() < 4 || holds(&COMMON, folded)) {
            return None;
        }
        // "us" is a place only in capitals.
        let shouted = span.of(plain).is_some_and(|words| !words.chars().any(char::is_lowercase));
        let abbreviation = (rows.0..rows.1).all(|row| self.names.at(row).1 == NameKind::Abbreviation);
        ((shouted || !abbreviation) && capitals_agree(plain, span)).then_some(PlaceMention { span, rows })
    }

    /// A word that is no name as it stands, without its ending or prefix: "Iranians", "İran'da", "Кермане", "بکرمان".
    fn inflected(&self, plain: &str, span: Span, folded: &str) -> Option<PlaceMention> {
        let written = span.of(plain)?;
        if written.starts_with(char::is_lowercase) {
            return None;
        }
        let held = |folded: &str| self.mention(plain, span, folded);
        if let Some((head, _)) = written.split_once(['\'', '’']).filter(|(head, _)| head.chars().nth(2).is_some()) {
            let span = Span::new(span.start, span.start + head.len());
            return self.mention(plain, span, &fold::folded(head));
        }
        let first = folded.chars().next()?;
        match first as u32 {
            0..0x250 => {
                let plural = held(folded.strip_suffix('s')?)?;
                (plural.rows.0..plural.rows.1).all(|row| self.names.at(row).1 == NameKind::Demonym).then_some(plural)
            }
            0x400..=0x4ff => cyrillic_stems(folded).iter().find_map(|stem| held(stem)),
            0x590..=0x6ff => ["ال", "و", "ب", "ل", "ف", "ה", "ב", "ל", "מ", "ו"]
                .iter()
                .filter_map(|prefix| folded.strip_prefix(prefix))
                .find_map(|rest| rest.chars().nth(2).and_then(|_| held(rest))),
            _ => None,
        }
    }
}

/// What a Russian place name may be in the nominative, given another case of it; nothing for short words.
fn cyrillic_stems(folded: &str) -> Vec<String> {
    let mut stems = Vec::new();
    if folded.chars().nth(3).is_none() {
        return stems;
    }
    for ending in ["ом", "ем", "ои", "еи", "а", "е", "у", "ы", "и", "ю", "я"] {
        if let Some(stem) = folded.strip_suffix(ending) {
            stems.extend([stem.to_owned(), format!("{stem}а"), format!("{stem}я"), format!("{stem}ия")]);
        }
    }
    stems
}

/// A name that begins with a capital ends with a word that does: "Gaza by" is the name and a word after it.
fn capitals_agree(plain: &str, span: Span) -> bool {
    let written = span.of(plain).unwrap_or_default();
    let last = written.rsplit([' ', '-', '–', '\u{a0}', '\n']).next().unwrap_or_default();
    let lower = |word: &str| word.chars().next().is_some_and(char::is_lowercase);
    lower(written) || !lower(last)
}

/// Whether what stands between two words lets them be one name.
fn joins(gap: &str) -> bool {
    matches!(gap, " " | "-" | "–" | "\u{a0}" | ". " | "\n")
}

/// The words of a text that begins at `offset`. An apostrophe inside a word belongs to it, an English "'s" does not; the
/// dots of "U.S." do.
fn words(text: &str, offset: usize) -> Words {
    let mut words = Words { list: Vec::new(), folded: String::with_capacity(text.len()) };
    let mut rest = 0;
    while let Some(found) = text[rest..].find(char::is_alphanumeric) {
        let start = rest + found;
        let end = initials_end(text, start).unwrap_or_else(|| word_end(text, start));
        rest = end;
        let from = words.folded.len();
        if end - start <= LONGEST_WORD {
            fold::fold_into(&text[start..end], &mut words.folded);
        }
        let folded = Span::new(from, words.folded.len());
        words.list.push(Word { span: Span::new(offset + start, offset + end), folded });
    }
    words
}

fn word_end(text: &str, start: usize) -> usize {
    let mark = |letter: char| {
        unicode_normalization::char::is_combining_mark(letter) || letter == '\u{200c}' || letter == '\u{640}'
    };
    let mut letters = text[start..].char_indices().peekable();
    let mut end = start;
    while let Some((at, letter)) = letters.next() {
        let inner = matches!(letter, '\'' | '’' | 'ʼ' | '‘')
            && letters.peek().is_some_and(|(_, next)| next.is_alphanumeric())
            && !possessive(&text[start + at + letter.len_utf8()..]);
        if !letter.is_alphanumeric() && !mark(letter) && !inner {
            break;
        }
        end = start + at + letter.len_utf8();
    }
    end
}

fn possessive(rest: &str) -> bool {
    rest.strip_prefix(['s', 'S']).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
}

/// The end of "U.S." and the like: single capitals, each with a dot.
fn initials_end(text: &str, start: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[start..];
    let pairs =
        bytes.chunks_exact(2).take(4).take_while(|pair| pair[0].is_ascii_uppercase() && pair[1] == b'.').count();
    let last = usize::from(bytes.get(pairs * 2).is_some_and(u8::is_ascii_uppercase));
    let after = bytes.get(pairs * 2 + last).is_some_and(u8::is_ascii_alphanumeric);
    (pairs >= 1 && pairs + last >= 2 && !(last == 1 && after)).then_some(start + pairs * 2 + last)
}
