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
        let known = Known { abjad: has_abjad(folded), letters: letters(&latin), roman: latin.into(), bearers: 0, hash };
        self.by_roman.push(xxh3_64(known.roman.as_bytes()), id);
        let bones = skeleton(&known.roman, known.abjad);
        if bones.len() >= 2 {
            self.by_skeleton.push(xxh3_64(bones.as_bytes()), id);
        }
        if !known.abjad && known.roman.len() >= SHORTEST_TYPING {
            deletions(&known.roman, |hash| self.by_deletion.push(hash, id));
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
            if *known.roman == *latin && !known.abjad && !abjad {
                add(word, How::Script, 0.97);
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
        if !abjad && latin.len() >= SHORTEST_TYPING {
            let mut near: Vec<u32> = Vec::new();
            deletions(&latin, |hash| near.extend(self.by_deletion.get(hash).take(MOST_COMPARED)));
            near.sort_unstable();
            let own = letters(&latin);
            near.dedup();
            for word in near {
                if let Some((how, likeness)) = self.typing(word, &latin, own) {
                    add(word, how, likeness);
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
        let far = (known.letters ^ letters(latin)).count_ones() > 4 || known.roman.len().abs_diff(latin.len()) > 3;
        if far {
            return None;
        }
        let likeness = jaro_winkler::similarity(known.roman.chars(), latin.chars());
        let apart = is_extension(&known.roman, latin);
        (likeness >= SPELLING_FLOOR && !apart).then_some((How::Spelling, likeness.min(0.96)))
    }

    fn typing(&self, word: u32, latin: &str, own: u64) -> Option<(How, f64)> {
        let known = &self.words[word as usize];
        // One error changes at most two letters of the set.
        if (known.letters ^ own).count_ones() > 4 {
            return None;
        }
        let (short, long) = (known.roman.len().min(latin.len()), known.roman.len().max(latin.len()));
        let allowed = if short >= SHORTEST_TWO { 2 } else { 1 };
        if long - short > allowed {
            return None;
        }
        let within = osa::Args::default().score_cutoff(allowed);
        let errors = osa::distance_with_args(known.roman.bytes(), latin.bytes(), &within)?;
        if errors == 0 || is_extension(&known.roman, latin) {
            return None;
        }
        #[allow(clippy::cast_precision_loss, reason = "words are short")]
        let likeness = 1.0 - errors as f64 / long as f64;
        Some((How::Typing(u8::try_from(errors).unwrap_or(u8::MAX)), likeness))
    }
}

fn letters(latin: &str) -> u64 {
    latin.bytes().fold(0, |set, letter| set | 1 << (letter % 64))
}

/// Whether one is the other with an ending: `Kermani` is somebody from `Kerman`, not a way to write it.
fn is_extension(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|ending| !ending.is_empty() && ending != "h" && !short.ends_with(ending))
}

/// The hashes of the first letters of a word, with none, one or (for long words) two of them left out. Two words within
/// the errors allowed share one of them.
fn deletions(latin: &str, mut give: impl FnMut(u64)) {
    let head = &latin.as_bytes()[..latin.len().min(HEAD)];
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
    }
}
