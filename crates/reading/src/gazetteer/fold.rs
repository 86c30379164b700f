//! The form in which names are compared: lower case, no accents or points, one letter for each of the several that
//! Arabic, Persian and Urdu keyboards write for the same, apostrophes and dots gone, anything else one space.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A name as it is looked up. `data/gazetteer.tsv` holds its other names in this form already.
pub fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    fold_into(name, &mut out);
    out.truncate(out.trim_end().len());
    out
}

/// Adds the folded `name` to `out`.
pub(super) fn fold_into(name: &str, out: &mut String) {
    if name.is_ascii() {
        name.bytes().for_each(|byte| push(char::from(byte.to_ascii_lowercase()), out));
    } else {
        let letters = name.nfkd().flat_map(char::to_lowercase).filter(|letter| !is_combining_mark(*letter));
        letters.for_each(|letter| push(letter, out));
    }
}

fn push(letter: char, out: &mut String) {
    match letter {
        'a'..='z' | '0'..='9' => out.push(letter),
        'ı' => out.push('i'),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' | 'ð' => out.push('d'),
        'ə' => out.push('e'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'þ' => out.push_str("th"),
        'ي' | 'ى' => out.push('ی'),
        'ك' => out.push('ک'),
        'ة' | 'ہ' | 'ھ' | 'ە' => out.push('ه'),
        'ٱ' => out.push('ا'),
        '\u{640}' | '\u{200c}' | '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | 'ʿ' | 'ʾ' | '.' => {}
        other if other.is_alphanumeric() => out.push(other),
        _ if out.ends_with(' ') || out.is_empty() => {}
        _ => out.push(' '),
    }
}
