//! The words of all names, and which of them a word of a text may stand for: the same word, the same word in other
//! letters, another spelling, or the word with a typing error.

use std::collections::HashMap;

use rapidfuzz::distance::{jaro_winkler, osa};
use xxhash_rust::xxh3::xxh3_64;

use super::letters::{has_abjad, roman, skeleton, vowels_agree};
use super::lists;
use super::runs::{ByHash, Runs};

/// Shorter words have too many neighbours for typing errors to mean anything.
const SHORTEST_TYPING: usize = 6;
/// The same for scripts that write no short vowels: fewer letters say as much.
const SHORTEST_ABJAD: usize = 5;
/// Words run together are at least so long, each of them has so many letters, and the last so many: `son` and `man` at
/// the end of a word make a name of their own.
const SHORTEST_JOINED: usize = 8;
const SHORTEST_PART: usize = 3;
const SHORTEST_LAST: usize = 4;
/// So many words may be run together.
const MOST_JOINED: usize = 4;
/// From this length on, two typing errors are allowed.
const SHORTEST_TWO: usize = 9;
/// How many first letters are kept for finding typing errors.
const HEAD: usize = 7;
/// How alike two spellings with one skeleton must be (Jaro-Winkler).
const SPELLING_FLOOR: f64 = 0.86;
/// How many words one word of a text may stand for, besides itself.
const MOST: usize = 16;
/// How many candidates of one kind are compared; a skeleton shared by more says nothing.
const MOST_COMPARED: usize = 256;

/// How a word of the text stands for a word of a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum How {
    /// Letter for letter, after folding.
    Same,
    /// In the letters of another script.
    Script,
    /// Another spelling of the same name.
    Spelling,
    /// So many typing errors.
    Typing(u8),
    /// Run together with others.
    Joined,
}

/// A word of a name that a word of the text may stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Alike {
    pub word: u32,
    pub how: How,
    /// 1 for the same word, less for others.
    pub likeness: f64,
}

struct Known {
    roman: Box<str>,
    /// As many letters as its own script has, where that is not as many as in Latin ones: `ж` is one error away, not two.
    sounds: Option<Box<[u8]>>,
    abjad: bool,
    /// Which letters it has, one bit each.
    letters: u64,
    bearers: u32,
    /// Of the folded word; words are known by it.
    hash: u64,
}

/// All words of all names.
#[derive(Default)]
pub(crate) struct Vocabulary {
    ids: ByHash<u32>,
    words: Vec<Known>,
    /// Hash of the Latin form, of the skeleton, and of the Latin form's first letters with some left out. Two words with
    /// one hash are compared letter by letter afterwards, so a collision costs time and nothing else.
    by_roman: Runs,
    by_skeleton: Runs,
    by_deletion: Runs,
    by_spelling: HashMap<u32, Vec<u32>>,
}

impl Vocabulary {
    /// The number of a word, whose hash is given with it.
    pub fn intern(&mut self, folded: &str, hash: u64) -> u32 {
        if let Some(id) = self.ids.get(&hash) {
            return *id;
        }
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.ids.insert(hash, id);
        let latin = roman(folded);
        let abjad = has_abjad(folded);
        let sounds = sounds(folded, &latin).map(Vec::into_boxed_slice);
        let known = Known { abjad, letters: letters(latin.as_bytes()), roman: latin.into(), sounds, bearers: 0, hash };
        self.by_roman.push(xxh3_64(known.roman.as_bytes()), id);
        let bones = skeleton(&known.roman, known.abjad);
        if bones.len() >= 2 {
            self.by_skeleton.push(xxh3_64(bones.as_bytes()), id);
        }
        if known.roman.len() >= shortest_typing(known.abjad) {
            deletions(known.roman.as_bytes(), |hash| self.by_deletion.push(hash, id));
            if let Some(sounds) = &known.sounds {
                deletions(sounds, |hash| self.by_deletion.push(hash, id));
            }
        }
        if let Some(class) = lists::spelling_class(folded) {
            self.by_spelling.entry(class).or_default().push(id);
        }
        self.words.push(known);
        id
    }

    pub fn hash(&self, word: u32) -> u64 {
        self.words[word as usize].hash
    }

    /// Counts one more party that bears this word.
    pub fn count(&mut self, word: u32) {
        if let Some(known) = self.words.get_mut(word as usize) {
            known.bearers += 1;
        }
    }

    pub fn bearers(&self, word: u32) -> u32 {
        self.words.get(word as usize).map_or(0, |known| known.bearers)
    }

    /// Makes look-ups quick; words that come later are kept apart.
    pub fn seal(&mut self) {
        for list in [&mut self.by_roman, &mut self.by_skeleton, &mut self.by_deletion] {
            list.seal();
        }
    }

    /// The words of names that `folded` may stand for, the likeliest first; other spellings and typing errors only when
    /// it is taken loosely.
    pub fn alike(&self, folded: &str, hash: u64, loosely: bool) -> Vec<Alike> {
        let mut found: Vec<Alike> = Vec::new();
        let mut add = |word: u32, how: How, likeness: f64| {
            if !found.iter().any(|known| known.word == word) {
                found.push(Alike { word, how, likeness });
            }
        };
        if let Some(word) = self.ids.get(&hash) {
            add(*word, How::Same, 1.0);
        }
        if folded.len() < 2 {
            return found;
        }
        let latin = roman(folded);
        let abjad = has_abjad(folded);
        for word in self.by_roman.get(xxh3_64(latin.as_bytes())).take(MOST_COMPARED) {
            let known = &self.words[word as usize];
            match (*known.roman == *latin, known.abjad, abjad) {
                (true, false, false) => add(word, How::Script, 0.97),
                // Letters for one sound, as `ص` and `س`.
                (true, true, true) => add(word, How::Spelling, 0.94),
                (true, true, false) | (true, false, true) | (false, _, _) => {}
            }
        }
        let class = lists::spelling_class(folded).and_then(|class| self.by_spelling.get(&class));
        class.into_iter().flatten().for_each(|word| add(*word, How::Spelling, 0.94));
        if !loosely {
            return found;
        }
        let bones = skeleton(&latin, abjad);
        if bones.len() >= 2 {
            for word in self.by_skeleton.get(xxh3_64(bones.as_bytes())).take(MOST_COMPARED) {
                if let Some((how, likeness)) = self.same_bones(word, &latin, abjad, &bones) {
                    add(word, how, likeness);
                }
            }
        }
        if latin.len() >= shortest_typing(abjad) {
            let sounds = sounds(folded, &latin);
            let mut near: Vec<u32> = Vec::new();
            let mut look = |letters: &[u8]| {
                deletions(letters, |hash| near.extend(self.by_deletion.get(hash).take(MOST_COMPARED)));
            };
            look(latin.as_bytes());
            if let Some(sounds) = &sounds {
                look(sounds);
            }
            near.sort_unstable();
            near.dedup();
            for known in near.into_iter().filter(|word| self.words[*word as usize].abjad == abjad) {
                if let Some((how, likeness)) = self.typing(known, &latin, sounds.as_deref()) {
                    add(known, how, likeness);
                }
            }
        }
        found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.word.cmp(&b.word)));
        found.truncate(MOST);
        found
    }

    fn same_bones(&self, word: u32, latin: &str, abjad: bool, bones: &str) -> Option<(How, f64)> {
        let known = &self.words[word as usize];
        if abjad && known.abjad {
            return None;
        }
        if abjad || known.abjad {
            // Vowels are all that is compared below, so the consonants must not agree by a collision of hashes.
            if skeleton(&known.roman, known.abjad) != bones {
                return None;
            }
            let (written, heard) = if abjad { (latin, &*known.roman) } else { (&*known.roman, latin) };
            return vowels_agree(written, heard).then_some((How::Script, 0.88));
        }
        let far =
            (known.letters ^ letters(latin.as_bytes())).count_ones() > 4 || known.roman.len().abs_diff(latin.len()) > 3;
        if far {
            return None;
        }
        let likeness = jaro_winkler::similarity(known.roman.chars(), latin.chars());
        let apart = is_extension(&known.roman, latin);
        (likeness >= SPELLING_FLOOR && !apart).then_some((How::Spelling, likeness.min(0.96)))
    }

    fn typing(&self, word: u32, latin: &str, sounds: Option<&[u8]>) -> Option<(How, f64)> {
        let known = &self.words[word as usize];
        // The first letter is the one that people and machines get right, and consonants alone are few.
        let other_start = known.abjad && known.roman.as_bytes().first() != latin.as_bytes().first();
        if other_start || is_extension(&known.roman, latin) {
            return None;
        }
        let in_latin = typing_errors(known.letters, known.roman.as_bytes(), latin.as_bytes());
        let own = known.sounds.as_deref().unwrap_or(known.roman.as_bytes());
        let in_sounds = typing_errors(letters(own), own, sounds.unwrap_or(latin.as_bytes()));
        let (errors, long) = in_latin.into_iter().chain(in_sounds).min()?;
        #[allow(clippy::cast_precision_loss, reason = "words are short")]
        let likeness = 1.0 - errors as f64 / long as f64;
        Some((How::Typing(u8::try_from(errors).unwrap_or(u8::MAX)), likeness))
    }

    /// The ways in which a word can be cut into words of names that were run together, the words between that may be
    /// missing left out.
    pub fn joined(&self, folded: &str, hash: impl Fn(&str) -> u64) -> Vec<Vec<Alike>> {
        let mut found = Vec::new();
        if folded.chars().count() >= SHORTEST_JOINED {
            self.cut(folded, &hash, &mut Vec::new(), &mut found);
        }
        found
    }

    fn cut(&self, rest: &str, hash: &impl Fn(&str) -> u64, parts: &mut Vec<Alike>, found: &mut Vec<Vec<Alike>>) {
        let known = |part: &str| {
            let word = *self.ids.get(&hash(part))?;
            Some(Alike { word, how: How::Joined, likeness: 0.97 })
        };
        if let (false, SHORTEST_LAST.., Some(last)) = (parts.is_empty(), rest.chars().count(), known(rest)) {
            found.push(parts.iter().copied().chain([last]).collect());
        }
        if parts.len() + 1 >= MOST_JOINED {
            return;
        }
        for (end, _) in rest.char_indices().skip(2) {
            let (part, rest) = rest.split_at(end);
            if !parts.is_empty() && lists::is_particle(part) {
                self.cut(rest, hash, parts, found);
            } else if part.chars().count() >= SHORTEST_PART
                && let Some(word) = known(part)
            {
                parts.push(word);
                self.cut(rest, hash, parts, found);
                parts.pop();
            }
        }
    }
}

const fn shortest_typing(abjad: bool) -> usize {
    if abjad { SHORTEST_ABJAD } else { SHORTEST_TYPING }
}

/// How many typing errors lie between two words, whose letters are given with the first, and how long the longer one is;
/// none when there are none or too many.
fn typing_errors(set: u64, known: &[u8], asked: &[u8]) -> Option<(usize, usize)> {
    let (short, long) = (known.len().min(asked.len()), known.len().max(asked.len()));
    let allowed = if short >= SHORTEST_TWO { 2 } else { 1 };
    // One error changes at most two letters of the set.
    if long - short > allowed || (set ^ letters(asked)).count_ones() > 4 {
        return None;
    }
    let within = osa::Args::default().score_cutoff(allowed);
    let errors = osa::distance_with_args(known.iter().copied(), asked.iter().copied(), &within)?;
    (errors > 0).then_some((errors, long))
}

/// A Latin form in which each letter of another script is one again; none where that changes nothing.
fn sounds(folded: &str, latin: &str) -> Option<Vec<u8>> {
    if folded.is_ascii() {
        return None;
    }
    let mut sounds = Vec::with_capacity(latin.len());
    let mut rest = latin.as_bytes();
    while let [first, ..] = rest {
        let (sound, taken) = match rest {
            [b'\'', after, ..] => (*after, 2),
            [b's', b'h', b'c', b'h', ..] => (b'W', 4),
            [b'y', vowel @ (b'a' | b'e' | b'o' | b'u'), ..] => (vowel.to_ascii_uppercase(), 2),
            [letter @ (b'c' | b'g' | b'k' | b'p' | b's' | b't' | b'z'), b'h', ..] => (letter.to_ascii_uppercase(), 2),
            [b't', b's', ..] => (b'Q', 2),
            _ => (*first, 1),
        };
        sounds.push(sound);
        rest = &rest[taken..];
    }
    (sounds.len() < latin.len()).then_some(sounds)
}

fn letters(latin: &[u8]) -> u64 {
    latin.iter().fold(0, |set, letter| set | 1 << (letter % 64))
}

/// Whether one is the other with an ending: `Kermani` is somebody from `Kerman`, not a way to write it.
fn is_extension(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|ending| !ending.is_empty() && ending != "h" && !short.ends_with(ending))
}

/// The hashes of the first letters of a word, with none, one or (for long words) two of them left out. Two words within
/// the errors allowed share one of them.
fn deletions(latin: &[u8], mut give: impl FnMut(u64)) {
    let head = &latin[..latin.len().min(HEAD)];
    let mut short = Vec::with_capacity(HEAD);
    let mut without = |left_out: &[usize]| {
        short.clear();
        short.extend(head.iter().enumerate().filter(|(at, _)| !left_out.contains(at)).map(|(_, letter)| *letter));
        give(xxh3_64(&short));
    };
    without(&[]);
    for one in 0..head.len() {
        without(&[one]);
        if latin.len() >= SHORTEST_TWO {
            (0..one).for_each(|other| without(&[other, one]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, expected: Option<How>) {
        let mut vocabulary = Vocabulary::default();
        let found = |vocabulary: &Vocabulary| {
            vocabulary.alike(text, xxh3_64(text.as_bytes()), true).first().map(|alike| alike.how)
        };
        vocabulary.seal();
        vocabulary.intern(name, xxh3_64(name.as_bytes()));
        assert_eq!(found(&vocabulary), expected, "{text} for {name}, put in later");
        vocabulary.seal();
        assert_eq!(found(&vocabulary), expected, "{text} for {name}");
    }

    #[test]
    fn words_stand_for_words() {
        check("karimi", "karimi", Some(How::Same));
        check("vladimir", "владимир", Some(How::Script));
        check("محمد", "muhammad", Some(How::Spelling));
        check("mahmoud", "محمود", Some(How::Script));
        check("muhammad", "محمود", None);
        check("kerman", "کرمان", Some(How::Script));
        check("navid", "نوید", Some(How::Script));
        check("hussein", "hossein", Some(How::Spelling));
        check("mohsen", "muhsin", None);
        check("soleimani", "solaimani", Some(How::Spelling));
        check("featherstone", "feathersdone", Some(How::Typing(1)));
        check("featherstone", "feahterspone", Some(How::Typing(2)));
        check("hassan", "hussein", None);
        check("kerman", "kermani", None);
        check("iran", "iranian", None);
        check("russia", "russian", None);
        check("nasser", "naser", Some(How::Spelling));
        check("hussein", "hossain", Some(How::Spelling));
        check("smith", "smyth", Some(How::Spelling));
        check("ali", "aly", None);
        check("гаджиев", "гадиев", Some(How::Typing(1)));
        check("صادق", "سادق", Some(How::Spelling));
        check("ابراهیم", "ابرهیم", Some(How::Typing(1)));
        check("احمدی", "محمدی", None);
        check("محمد", "محمود", None);
        check("לוינסון", "לויסון", Some(How::Typing(1)));
    }

    #[test]
    fn words_run_together_are_cut() {
        let mut vocabulary = Vocabulary::default();
        let hash = |word: &str| xxh3_64(word.as_bytes());
        let names = ["leyla", "karimi", "anna", "pieter", "berg", "robert", "son", "ali", "hassan"];
        for word in names {
            vocabulary.intern(word, hash(word));
        }
        let check = |text: &str, expected: &[&str]| {
            let words = |parts: &Vec<Alike>| {
                let words: Vec<&str> = parts.iter().map(|part| names[part.word as usize]).collect();
                words.join(" ")
            };
            let found: Vec<String> = vocabulary.joined(text, hash).iter().map(words).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("leylakarimi", &["leyla karimi"]);
        check("annaleylakarimi", &["anna leyla karimi"]);
        check("pietervandenberg", &["pieter berg"]);
        check("alihassan", &["ali hassan"]);
        check("robertson", &[]);
        check("karimi", &[]);
        check("xleylakarimi", &[]);
        check(&"leyla".repeat(12), &[]);
    }
}
