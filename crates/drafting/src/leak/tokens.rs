//! The canonicaliser: one form for a text however it was typed, marked, spaced or spelled with look-alikes.
//!
//! Words are folded to lower-case ASCII; characters that no reader sees are dropped; letters of another script that
//! pass for Latin ones are read as those. Each word remembers its bytes in the text. The same steps run over drafts and
//! protected texts, so a mark put into one of them changes nothing.

use unicode_normalization::char::is_combining_mark;

use super::lexicon::{Lexicon, WordId};

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// No capital first.
    Lower,
    /// A capital, then small letters (or a single capital).
    Capital,
    /// Two or more capitals and no small letter.
    Upper,
    /// Starts with a digit.
    Digits,
}

/// One word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub start: usize,
    pub end: usize,
    pub word: WordId,
    pub shape: Shape,
    /// Which sentence of the text.
    pub sentence: u32,
    /// First of its sentence.
    pub opens: bool,
    /// Written with letters that are not Latin.
    pub foreign: bool,
}

/// Something in a text that a reader does not see as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concealed {
    /// A character without a visible shape.
    Invisible(char),
    /// A word with letters that pass for Latin ones.
    LookAlike,
}

/// A text as words.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub tokens: Vec<Token>,
    /// What is concealed in it, and at which bytes.
    pub concealed: Vec<(usize, usize, Concealed)>,
}

/// The words of `text`, whose first byte counts as `base`.
pub(super) fn tokens(text: &str, base: usize, lexicon: &mut Lexicon) -> Text {
    let mut reader = Reader { lexicon, out: Text::default(), base, sentence: 0, opens: true, folded: String::new() };
    let visible = visible(text, base, &mut reader.out.concealed);
    let mut at = 0;
    while at < visible.len() {
        let (_, character) = visible[at];
        if character.is_alphanumeric() {
            let end = word_end(&visible, at);
            reader.word(&visible[at..end]);
            at = end;
        } else {
            if ends_sentence(&visible, at, &reader.out.tokens, text, base) {
                reader.sentence += u32::from(!reader.opens);
                reader.opens = true;
            }
            at += 1;
        }
    }
    reader.out
}

/// `text` in its one canonical form: folded words with one space between.
pub fn canonical(text: &str) -> String {
    let mut lexicon = Lexicon::new();
    let words = tokens(text, 0, &mut lexicon);
    words.tokens.iter().map(|token| lexicon.word(token.word).text.as_str()).collect::<Vec<_>>().join(" ")
}

struct Reader<'a> {
    lexicon: &'a mut Lexicon,
    out: Text,
    base: usize,
    sentence: u32,
    opens: bool,
    folded: String,
}

impl Reader<'_> {
    fn word(&mut self, characters: &[(usize, char)]) {
        let (Some(first), Some(last)) = (characters.first(), characters.last()) else { return };
        let (start, end) = (self.base + first.0, self.base + last.0 + last.1.len_utf8());
        let looks_alike = fold(characters, &mut self.folded);
        if self.folded.is_empty() {
            return;
        }
        if looks_alike {
            self.out.concealed.push((start, end, Concealed::LookAlike));
        }
        let token = Token {
            start,
            end,
            word: self.lexicon.intern(&self.folded),
            shape: shape(characters),
            sentence: self.sentence,
            opens: self.opens,
            foreign: characters.iter().any(|(_, c)| c.is_alphabetic() && !is_latin(*c)),
        };
        self.out.tokens.push(token);
        self.opens = false;
    }
}

/// The characters a reader sees, with their bytes.
fn visible(text: &str, base: usize, concealed: &mut Vec<(usize, usize, Concealed)>) -> Vec<(usize, char)> {
    let mut seen: Vec<(usize, char)> = Vec::with_capacity(text.len());
    let mut marks = 0;
    let right_to_left = !text.is_ascii() && text.chars().any(is_right_to_left);
    for (at, character) in text.char_indices() {
        if character.is_ascii() {
            seen.push((at, character));
            marks = 0;
        } else if is_invisible(character) {
            let before = seen.last().map(|(_, c)| *c);
            if !belongs(character, before, right_to_left) {
                concealed.push((base + at, base + at + character.len_utf8(), Concealed::Invisible(character)));
            }
        } else if is_combining_mark(character) {
            marks += 1;
            // One mark on a Latin letter is spelling; a heap of them is not.
            if marks > 2 && seen.last().is_some_and(|(_, c)| is_latin(*c)) {
                concealed.push((base + at, base + at + character.len_utf8(), Concealed::Invisible(character)));
            }
        } else {
            seen.push((at, character));
            marks = 0;
        }
    }
    seen
}

/// One past the last character of the word that starts at `at`.
fn word_end(characters: &[(usize, char)], at: usize) -> usize {
    if stands_alone(characters[at].1) {
        return at + 1;
    }
    let mut end = at + 1;
    while let Some((_, character)) = characters.get(end) {
        let next = characters.get(end + 1).map(|(_, c)| *c);
        let before = characters[end - 1].1;
        let joins = match character {
            '\'' | '’' | 'ʼ' | '‘' => before.is_alphabetic() && next.is_some_and(char::is_alphabetic),
            ':' | '.' | ',' | '/' | '-' => before.is_numeric() && next.is_some_and(char::is_numeric),
            other => other.is_alphanumeric() && !stands_alone(*other),
        };
        if !joins {
            break;
        }
        end += 1;
    }
    end
}

fn ends_sentence(characters: &[(usize, char)], at: usize, tokens: &[Token], text: &str, base: usize) -> bool {
    let next = characters.get(at + 1).map(|(_, c)| *c);
    match characters[at].1 {
        '!' | '?' | '。' | '؟' | '۔' => true,
        '.' => {
            let word = tokens.last().and_then(|t| text.get(t.start - base..t.end - base)).unwrap_or_default();
            let abbreviation = matches!(word, "Mr" | "Mrs" | "Ms" | "Dr" | "St" | "No" | "Lt" | "Col" | "Gen" | "Sgt")
                || (word.chars().count() == 1 && word.chars().all(char::is_uppercase));
            next.is_none_or(char::is_whitespace) && !abbreviation
        }
        '\n' => next.is_none_or(|c| c == '\n' || c == '-' || c == '*' || c == '•' || c == '\r'),
        _ => false,
    }
}

/// Writes the word in lower-case ASCII; answers whether letters in it pass for others.
fn fold(characters: &[(usize, char)], folded: &mut String) -> bool {
    folded.clear();
    if characters.iter().all(|(_, c)| c.is_ascii()) {
        let kept = characters.iter().filter(|(_, c)| *c != '\'');
        folded.extend(kept.map(|(_, c)| c.to_ascii_lowercase()));
        return false;
    }
    let latin = characters.iter().any(|(_, c)| is_latin(*c));
    let letters = || characters.iter().map(|(_, c)| *c).filter(|c| c.is_alphabetic());
    let disguised = letters().count() > 1 && letters().all(|c| passes_for(c, true).is_some());
    let mut looks_alike = disguised;
    for (_, character) in characters {
        match passes_for(*character, !latin) {
            Some(shape) if latin || disguised => {
                looks_alike = true;
                folded.push(shape);
            }
            _ if matches!(character, '’' | 'ʼ' | '‘' | '\'') => {}
            _ => folded.extend(
                any_ascii::any_ascii_char(*character)
                    .chars()
                    .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | ',' | '/' | '-'))
                    .map(|c| c.to_ascii_lowercase()),
            ),
        }
    }
    looks_alike
}

fn shape(characters: &[(usize, char)]) -> Shape {
    let mut letters = characters.iter().map(|(_, c)| *c).filter(|c| c.is_alphabetic());
    match characters.first() {
        Some((_, first)) if first.is_numeric() => Shape::Digits,
        Some((_, first)) if first.is_uppercase() => {
            let capitals = letters.clone().filter(|c| c.is_uppercase()).count();
            if capitals > 1 && !letters.any(char::is_lowercase) { Shape::Upper } else { Shape::Capital }
        }
        // Scripts without capitals: any word could be a name.
        Some((_, first)) if !first.is_lowercase() && first.is_alphabetic() => Shape::Capital,
        _ => Shape::Lower,
    }
}

fn is_latin(character: char) -> bool {
    character.is_ascii_alphabetic()
        || (matches!(character, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF5A}')
            && character.is_alphabetic())
}

const fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

/// Scripts written without spaces: each character is a word.
const fn stands_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Characters without a visible shape of their own, and blanks wide or narrow enough to carry a mark.
const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether an invisible character does its proper work here: joiners inside scripts that need them or inside emoji,
/// direction marks in a text that runs from right to left, the emoji style after a symbol.
fn belongs(character: char, before: Option<char>, right_to_left: bool) -> bool {
    let joining = before.is_some_and(|c| is_right_to_left(c) || matches!(c, '\u{900}'..='\u{DFF}') || is_symbol(c));
    match character {
        '\u{200C}' | '\u{200D}' => joining,
        '\u{200E}' | '\u{200F}' | '\u{61C}' => right_to_left,
        '\u{FE0F}' => before.is_some_and(is_symbol),
        _ => false,
    }
}

const fn is_symbol(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// The Latin letter that a letter of another script is drawn like. `strict` keeps to those drawn the same; a word
/// that mixes scripts is read with the near ones too.
const fn passes_for(character: char, strict: bool) -> Option<char> {
    let same = match character {
        'а' | 'А' | 'Α' | 'α' => 'a',
        'е' | 'Е' | 'Ε' => 'e',
        'о' | 'О' | 'ο' | 'Ο' | 'օ' | 'Օ' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'с' | 'С' | 'ϲ' | 'Ϲ' => 'c',
        'у' | 'У' | 'Υ' | 'ү' => 'y',
        'х' | 'Х' | 'Χ' => 'x',
        'і' | 'І' | 'ι' | 'Ι' | 'ӏ' => 'i',
        'ј' | 'Ј' | 'ϳ' => 'j',
        'ѕ' | 'Ѕ' => 's',
        'ԁ' => 'd',
        'ԛ' | 'Ԛ' => 'q',
        'ԝ' | 'Ԝ' => 'w',
        'һ' | 'Н' | 'Η' | 'հ' => 'h',
        'В' | 'Β' => 'b',
        'К' | 'Κ' => 'k',
        'М' | 'Μ' => 'm',
        'Ν' => 'n',
        'Т' | 'Τ' => 't',
        'Ζ' => 'z',
        'ν' | 'ѵ' => 'v',
        'ց' => 'g',
        _ => '\0',
    };
    let near = match character {
        'к' | 'κ' => 'k',
        'т' | 'τ' => 't',
        'м' => 'm',
        'н' => 'h',
        'в' | 'β' => 'b',
        'п' | 'ո' | 'η' => 'n',
        'г' => 'r',
        'и' | 'υ' | 'ս' | 'μ' => 'u',
        'ω' => 'w',
        'γ' => 'y',
        'χ' => 'x',
        'ε' => 'e',
        _ => '\0',
    };
    if same != '\0' {
        Some(same)
    } else if near != '\0' && !strict {
        Some(near)
    } else {
        None
    }
}
