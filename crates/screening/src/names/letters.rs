//! One name in other letters: a Latin form of any word, and its skeleton (the consonants that survive any spelling).

use super::fold::is_abjad;

/// Stands between two letters that are not one sound; no folded word has it.
const APART: char = '\'';

/// A folded word in Latin letters. Scripts without short vowels give consonants only.
pub(crate) fn roman(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut latin = String::with_capacity(folded.len());
    for letter in folded.chars() {
        let first = latin.is_empty();
        match letter {
            'ع' | 'ا' | 'ע' | 'א' => latin.push('a'),
            'х' | 'خ' => latin.push_str("kh"),
            'ح' => latin.push('h'),
            'غ' => latin.push_str("gh"),
            'ق' => latin.push('q'),
            'ש' => latin.push_str("sh"),
            'כ' => latin.push('k'),
            'ב' => latin.push(if first { 'b' } else { 'v' }),
            'פ' => latin.push(if first { 'p' } else { 'f' }),
            // Two letters that are written apart, not the one sound that `th` is in Latin letters.
            'ه' | 'ה' if latin.ends_with(['c', 'd', 'g', 'k', 'p', 's', 't', 'z']) => latin.extend([APART, 'h']),
            _ => latin.extend(any_ascii::any_ascii_char(letter).chars().filter(char::is_ascii_alphanumeric)),
        }
    }
    latin.make_ascii_lowercase();
    latin
}

pub(crate) fn has_abjad(folded: &str) -> bool {
    folded.chars().any(is_abjad)
}

/// What stays of a Latin form when vowels, doubled letters and habits of transliteration are taken away.
/// A script that writes no short vowels writes a letter twice only when a vowel is spoken between (`abjad`).
pub(crate) fn skeleton(roman: &str, abjad: bool) -> String {
    bones(roman, abjad, |_, _| ())
}

/// Whether a word written without short vowels may be the Latin word with the same skeleton: each long vowel that is
/// written must be heard. `محمود` is no Muhammad.
pub(crate) fn vowels_agree(abjad: &str, latin: &str) -> bool {
    let (mut written, mut heard) = ([0_u8; 64], [0_u8; 64]);
    let note = |vowels: &mut [u8; 64], gap: usize, letter: u8| {
        if let Some(slot) = vowels.get_mut(gap) {
            *slot |= letter;
        }
    };
    bones(abjad, true, |gap, vowel| note(&mut written, gap, long(vowel)));
    bones(latin, false, |gap, vowel| note(&mut heard, gap, short(vowel)));
    written.iter().zip(&heard).all(|(written, heard)| *written == 0 || written & heard != 0)
}

/// Whether two Latin spellings with one skeleton are heard with different vowels: `Mahmoud` is no Muhammad.
pub(crate) fn vowels_clash(one: &str, other: &str) -> bool {
    let heard = |latin: &str| {
        let mut heard = [0_u8; 64];
        bones(latin, false, |gap, vowel| {
            if let Some(slot) = heard.get_mut(gap) {
                // `ou` is one vowel.
                *slot = if vowel == b'u' && *slot == short(b'o') { U } else { *slot | short(vowel) };
            }
        });
        heard
    };
    heard(one).iter().zip(&heard(other)).any(|(one, other)| *one != 0 && *other != 0 && one & other == 0)
}

const A: u8 = 1;
const I: u8 = 2;
const U: u8 = 4;

const fn long(vowel: u8) -> u8 {
    match vowel {
        b'w' | b'v' | b'u' | b'o' => U,
        b'y' | b'i' | b'e' => I,
        _ => A,
    }
}

const fn short(vowel: u8) -> u8 {
    match vowel {
        b'o' => A | U,
        b'e' => A | I,
        _ => long(vowel),
    }
}

/// The skeleton; every vowel left out is given with the number of the bone it follows.
fn bones(roman: &str, abjad: bool, mut vowel_at: impl FnMut(usize, u8)) -> String {
    let bytes = roman.as_bytes();
    let mut bones = String::with_capacity(bytes.len());
    let mut at = 0;
    let mut before = None;
    while at < bytes.len() {
        if char::from(bytes[at]) == APART {
            at += 1;
            continue;
        }
        let (bone, used) = bone(&bytes[at..]);
        let vowel = matches!(bone, 'a' | 'w' | 'y');
        let last = at + used == bytes.len();
        if (vowel && at > 0) || (bone == 'h' && last && at > 0) {
            // After a first `ا` they say which vowel it is.
            if vowel && !(abjad && bones == "a") {
                vowel_at(bones.len(), bytes[at]);
            }
        } else if abjad || before != Some(bone) {
            bones.push(bone);
        }
        before = Some(bone);
        at += used;
    }
    bones
}

/// The sound the letters start with, and how many letters it takes.
fn bone(rest: &[u8]) -> (char, usize) {
    match rest {
        [b't', b'c', b'h', ..] => ('s', 3),
        [b'p', b'h', ..] => ('f', 2),
        [b'k', b'h', ..] => ('h', 2),
        [b'g', b'h', ..] => ('g', 2),
        [b's' | b'c' | b'z', b'h', ..] => ('s', 2),
        [b't', b'h', ..] => ('t', 2),
        [b'd', b'h' | b'j' | b'z', ..] => ('d', 2),
        [b'c', b'k', ..] => ('k', 2),
        [b'a' | b'e' | b'i' | b'o' | b'u', ..] | [] => ('a', 1),
        [b'v' | b'w', ..] => ('w', 1),
        [b'z' | b'x', ..] | [b'c', b'e' | b'i' | b'y', ..] => ('s', 1),
        [b'c' | b'q', ..] => ('k', 1),
        [b'j', ..] => ('g', 1),
        [letter, ..] => (char::from(*letter), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    fn check(words: &[&str], bones: &str) {
        for word in words {
            assert_eq!(skeleton(&roman(&fold(word)), has_abjad(word)), bones, "{word} as {}", roman(&fold(word)));
        }
    }

    #[test]
    fn one_name_in_many_letters_has_one_skeleton() {
        check(&["Mohammed", "Muhammad", "محمد", "Mohamed", "Мухаммад"], "mhmd");
        check(&["Kerman", "کرمان", "كرمان", "Керман", "Kirman"], "krmn");
        check(&["Omar", "Umar", "عمر", "Омар"], "amr");
        check(&["Fatima", "Fatimah", "فاطمة", "Фатима"], "ftm");
        check(&["Yusuf", "Youssef", "یوسف", "Юсуф"], "ysf");
        check(&["Levi", "לוי"], "l");
        check(&["Cohen", "כהן"], "khn");
        check(&["Tehran", "تهران"], "thrn");
        check(&["Khaled", "Khalid", "خالد", "Халид"], "hld");
    }
}
