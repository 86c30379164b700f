//! Words of a text with their spans, and their folded form: no case, no diacritics, no invisible characters, one
//! letter where a script has several for the same thing.
//!
//! Scripts written without spaces (Han, kana, Thai and their neighbours) give one word per character, so names in
//! them are found like names of many words.

use domain::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::lists;

/// Longer words are cut before they are folded: no name is this long, and hostile text stays cheap.
const LONGEST: usize = 64;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub span: Span,
    /// Whether the letters between the word before and this one may stand inside a name.
    pub joined: bool,
    /// Whether it starts with a capital, or with a letter of a script that has none.
    pub capital: bool,
}

/// The words of `text`, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut at = 0;
    while let Some(start) = next_word(text, at) {
        let span = Span::new(start, word_end(text, start));
        let joined = found.last().is_some_and(|before| joins(text, before.span, start));
        found.push(Word { span, joined, capital: starts_large(text, start) });
        at = span.end;
    }
    found
}

/// Whether the word that starts here has a capital, or a letter of a script that has none.
pub(crate) fn starts_large(text: &str, start: usize) -> bool {
    text[start..].chars().next().is_some_and(|first| !first.is_lowercase())
}

/// Where the first word at or after a place starts.
pub(crate) fn next_word(text: &str, from: usize) -> Option<usize> {
    let is_start = |letter: char| (letter.is_alphanumeric() || is_spaceless(letter)) && !is_combining_mark(letter);
    text[from..].char_indices().find(|(_, letter)| is_start(*letter)).map(|(at, _)| from + at)
}

/// Where the word ends that starts here. In scripts without spaces each character, with its marks, is a word.
pub(crate) fn word_end(text: &str, start: usize) -> usize {
    let mut letters = text[start..].char_indices();
    let Some((_, first)) = letters.next() else { return start };
    let alone = is_spaceless(first);
    let mut end = start + first.len_utf8();
    for (at, letter) in letters {
        let after = start + at + letter.len_utf8();
        let plain = letter.is_ascii_alphanumeric() && !alone;
        if plain || is_combining_mark(letter) || (!alone && letter.is_alphanumeric() && !is_spaceless(letter)) {
            end = after;
        } else if letter.is_alphanumeric() || is_spaceless(letter) || !stays_inside(text, letter, after) {
            break;
        }
    }
    end
}

/// Whether a character that is neither letter nor mark may stand inside a word.
fn stays_inside(text: &str, letter: char, end: usize) -> bool {
    is_ignored(letter) || (is_apostrophe(letter) && next_is_letter(text, end))
}

fn next_is_letter(text: &str, at: usize) -> bool {
    text[at..].chars().find(|letter| !is_ignored(*letter)).is_some_and(char::is_alphabetic)
}

/// A name does not run over the end of a sentence or paragraph. A dot after a short word is an abbreviation.
pub(crate) fn joins(text: &str, before: Span, next: usize) -> bool {
    let gap = &text[before.end..next];
    if gap == " " {
        return true;
    }
    let short = before.of(text).is_some_and(|word| word.chars().take(5).count() <= 4);
    let mut breaks = 0;
    gap.len() <= 24
        && gap.chars().all(|letter| {
            breaks += u32::from(letter == '\n');
            match letter {
                '.' => short,
                '\n' => breaks == 1,
                ',' | '-' | '‐' | '‑' | '–' | '/' | '&' | '"' | '“' | '”' | '’' | '\'' | '·' | '・' | '_' => {
                    true
                }
                _ => letter.is_whitespace() || is_ignored(letter),
            }
        })
}

/// Characters that show nothing: they may stand anywhere in a word and change nothing.
fn is_ignored(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ' | '`' | '´' | '׳' | '״')
}

pub(crate) fn is_spaceless(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}')
}

/// Letters whose script writes no short vowels.
pub(crate) fn is_abjad(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// The folded form of one word; empty when nothing of it counts.
pub(crate) fn fold(word: &str) -> String {
    let folded = if word.is_ascii() {
        letters(word.len(), word.chars())
    } else {
        let shown = word.nfkd().filter(|letter| !is_combining_mark(*letter) && !is_ignored(*letter));
        let folded = letters(word.len(), shown);
        if is_mixed(&folded) { unmixed(&folded) } else { folded }
    };
    lists::canonical(&folded).map_or(folded, str::to_owned)
}

/// The letters and digits in lower case, without a possessive at the end.
fn letters(room: usize, shown: impl Iterator<Item = char>) -> String {
    let mut folded = String::with_capacity(room);
    let mut possessive = None;
    for letter in shown.take(LONGEST) {
        if is_apostrophe(letter) {
            possessive = Some(folded.len());
        } else if letter.is_ascii_alphanumeric() {
            folded.push(letter.to_ascii_lowercase());
        } else if letter.is_alphanumeric() {
            letter.to_lowercase().for_each(|low| push(&mut folded, low));
        }
    }
    if let Some(at) = possessive
        && at > 1
        && &folded[at..] == "s"
    {
        folded.truncate(at);
    }
    folded
}

fn push(folded: &mut String, letter: char) {
    match letter {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ı' => folded.push('i'),
        'ħ' => folded.push('h'),
        'ς' => folded.push('σ'),
        'ך' => folded.push('כ'),
        'ם' => folded.push('מ'),
        'ן' => folded.push('נ'),
        'ף' => folded.push('פ'),
        'ץ' => folded.push('צ'),
        'ى' | 'ي' | 'ے' => folded.push('ی'),
        'ك' => folded.push('ک'),
        'ة' | 'ہ' | 'ھ' | 'ە' => folded.push('ه'),
        'ٱ' => folded.push('ا'),
        'ء' => {}
        '٠'..='٩' => folded.push(digit(letter, '٠')),
        '۰'..='۹' => folded.push(digit(letter, '۰')),
        // NFKD leaves a few letters whose lower case decomposes again (İ); their marks fall away here.
        _ if is_combining_mark(letter) => {}
        _ => folded.push(letter),
    }
}

fn digit(letter: char, zero: char) -> char {
    char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter)
}

/// Latin and look-alike letters of other scripts in one word: somebody hides a name from a search.
fn is_mixed(folded: &str) -> bool {
    folded.bytes().any(|byte| byte.is_ascii_lowercase()) && folded.chars().any(|letter| plain_twin(letter) != letter)
}

/// In the letters of one script: that of the letters which look like no other's.
fn unmixed(folded: &str) -> String {
    let own = |letter: &char| plain_twin(*letter) == *letter && !letter.is_ascii();
    match folded.chars().find(own) {
        Some('\u{370}'..='\u{3ff}') => folded.chars().map(|letter| twin_in(&GREEK, letter)).collect(),
        Some('\u{400}'..='\u{52f}') => folded.chars().map(|letter| twin_in(&CYRILLIC, letter)).collect(),
        Some(_) | None => folded.chars().map(plain_twin).collect(),
    }
}

/// Letters that look like Latin ones, with those.
const CYRILLIC: [(char, char); 16] = [
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('е', 'e'),
    ('н', 'h'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('ѕ', 's'),
    ('т', 't'),
    ('х', 'x'),
    ('у', 'y'),
];
const GREEK: [(char, char); 15] = [
    ('α', 'a'),
    ('ε', 'e'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('ν', 'v'),
    ('χ', 'x'),
    ('υ', 'y'),
    ('ν', 'n'),
    ('η', 'h'),
    ('β', 'b'),
    ('μ', 'm'),
    ('ζ', 'z'),
];

fn plain_twin(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    CYRILLIC.iter().chain(&GREEK).find(|(own, _)| *own == letter).map_or(letter, |(_, latin)| *latin)
}

fn twin_in(script: &[(char, char)], letter: char) -> char {
    script.iter().find(|(_, latin)| *latin == letter).map_or(letter, |(own, _)| *own)
}

/// The folded words of a name or address, without spans.
pub(crate) fn folded(text: &str) -> Vec<String> {
    let words = words(text);
    words.iter().filter_map(|word| word.span.of(text)).map(fold).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(folded(text), expected, "{text}");
    }

    #[test]
    fn words_are_folded() {
        check("St. Mary's Hospital", &["saint", "mary", "hospital"]);
        check("Saint Mary Hospital", &["saint", "mary", "hospital"]);
        check("O’Brien, D'Angelo", &["obrien", "dangelo"]);
        check("MÜLLER Straße İzmir", &["muller", "strasse", "izmir"]);
        check("Ker\u{ad}man Ke\u{200b}rman", &["kerman", "kerman"]);
        check("كرمان کرمان", &["کرمان", "کرمان"]);
        check("مُحَمَّد", &["محمد"]);
        check("Jean-Luc", &["jean", "luc"]);
        check("习近平 said", &["习", "近", "平", "said"]);
        check("Kеrmаn", &["kerman"]);
        check("Влaдимиp Пeтpoв", &["владимир", "петров"]);
        check("Νίκoς", &["νικοσ"]);
        check("۱۲۳ ٤٥", &["123", "45"]);
        check("Σίσυφος", &["σισυφοσ"]);
        check("", &[]);
    }

    #[test]
    fn a_name_stops_at_the_end_of_a_sentence() {
        let joined = |text: &str| words(text).iter().map(|word| word.joined).collect::<Vec<_>>();
        assert_eq!(joined("J. Smith left. Karimi stayed"), [false, true, true, true, true]);
        assert_eq!(joined("He met Hassan; Karimi"), [false, true, true, false]);
        assert_eq!(joined("Hassani. Karimi\n\nAli\nReza"), [false, false, false, true]);
    }
}
