//! One walk over a text: at each word the longest name that begins there, of at most five words.

use domain::Span;

use super::fold::fold_into;
use super::{Gazetteer, NameKind, PlaceMention, load};

/// The most words a name is looked up with.
const MOST_WORDS: usize = 5;
/// The most mentions answered for one text; reports have some dozens.
const MOST_MENTIONS: usize = 10_000;
/// No word longer than this is part of a name, in bytes.
const LONGEST_WORD: usize = 80;

/// A word, folded.
struct Word {
    span: Span,
    folded: String,
}

impl Gazetteer {
    /// Every stretch of `plain`, inside the given spans, that is spelled like a place's name. Linear in the text.
    pub fn find(&self, plain: &str, within: &[Span]) -> Vec<PlaceMention> {
        let mut mentions = Vec::new();
        for span in within {
            let Some(text) = span.of(plain) else { continue };
            let words = words(text, span.start);
            let mut at = 0;
            while at < words.len() && mentions.len() < MOST_MENTIONS {
                match self.longest(plain, &words[at..]) {
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

    /// The longest name that begins with the first of these words, and how many words it takes.
    fn longest(&self, plain: &str, words: &[Word]) -> Option<(PlaceMention, usize)> {
        let first = words.first()?;
        if self.names.begins(load::hash(&first.folded)) {
            let mut name = String::new();
            let mut best = None;
            for (taken, word) in (1..=MOST_WORDS).zip(words) {
                if taken > 1 {
                    if !joins(plain.get(words[taken - 2].span.end..word.span.start).unwrap_or_default()) {
                        break;
                    }
                    name.push(' ');
                }
                name.push_str(&word.folded);
                let span = Span::new(first.span.start, word.span.end);
                if let Some(mention) = self.mention(plain, span, &name) {
                    best = Some((mention, taken));
                }
            }
            if best.is_some() {
                return best;
            }
        }
        self.inflected(plain, first).map(|mention| (mention, 1))
    }

    fn mention(&self, plain: &str, span: Span, folded: &str) -> Option<PlaceMention> {
        let rows = self.names.rows(load::hash(folded));
        if rows.0 == rows.1 {
            return None;
        }
        // "us" is a place only in capitals.
        let shouted = span.of(plain).is_some_and(|words| !words.chars().any(char::is_lowercase));
        let abbreviation = (rows.0..rows.1).all(|row| self.names.at(row).1 == NameKind::Abbreviation);
        ((shouted || !abbreviation) && capitals_agree(plain, span)).then_some(PlaceMention { span, rows })
    }

    /// A word that is no name as it stands, without its ending or prefix: "Iranians", "İran'da", "Кермане", "بکرمان".
    fn inflected(&self, plain: &str, word: &Word) -> Option<PlaceMention> {
        let written = word.span.of(plain)?;
        let held = |folded: &str| self.mention(plain, word.span, folded);
        if let Some((head, _)) = written.split_once(['\'', '’']).filter(|(head, _)| head.chars().nth(2).is_some()) {
            let mut folded = String::new();
            fold_into(head, &mut folded);
            let span = Span::new(word.span.start, word.span.start + head.len());
            return self.mention(plain, span, &folded);
        }
        let first = word.folded.chars().next()?;
        match first as u32 {
            0..0x250 => {
                let plural = held(word.folded.strip_suffix('s')?)?;
                (plural.rows.0..plural.rows.1).all(|row| self.names.at(row).1 == NameKind::Demonym).then_some(plural)
            }
            0x400..=0x4ff => cyrillic_stems(&word.folded).iter().find_map(|stem| held(stem)),
            0x590..=0x6ff => ["ال", "و", "ب", "ل", "ف", "ה", "ב", "ל", "מ", "ו"]
                .iter()
                .filter_map(|prefix| word.folded.strip_prefix(prefix))
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
fn words(text: &str, offset: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(found) = text[rest..].find(char::is_alphanumeric) {
        let start = rest + found;
        let end = initials_end(text, start).unwrap_or_else(|| word_end(text, start));
        rest = end;
        let mut folded = String::new();
        if end - start <= LONGEST_WORD {
            fold_into(&text[start..end], &mut folded);
        }
        words.push(Word { span: Span::new(offset + start, offset + end), folded });
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
