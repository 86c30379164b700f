//! The words of all names, and which of them a word of a text may stand for: the same word, the same word in other
//! letters, another spelling, or the word with a typing error.

use std::collections::HashMap;

use rapidfuzz::distance::{jaro_winkler, osa};
use xxhash_rust::xxh3::xxh3_64;

use super::latin::Latin;
use super::letters::{has_abjad, roman, skeleton, vowels_agree};
use super::lists;
use super::runs::{ByHash, Runs};
use super::sketch::Sketch;

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

/// Room for so many words more and a quarter, so that a register that grows does not stop to move what it has.
const HEADROOM: usize = 20_000;

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
    /// Cut in two.
    Cut,
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
    bearers: u32,
    /// Of the folded word; words are known by it.
    hash: u64,
}

/// All words of all names.
#[derive(Default)]
pub(crate) struct Vocabulary {
    ids: ByHash<u32>,
    words: Vec<Known>,
    /// Each word in Latin letters.
    latin: Latin,
    /// Hash of the Latin form, of the skeleton, and of the Latin form's first letters with some left out. Two words with
    /// one hash are compared letter by letter afterwards, so a collision costs time and nothing else.
    by_roman: Runs,
    by_skeleton: Runs,
    by_deletion: Runs,
    by_spelling: HashMap<u32, Vec<u32>>,
    /// A word in as many letters as its own script has, where that is not as many as in Latin ones: `ж` is one error away,
    /// not two.
    sounds: HashMap<u32, Box<[u8]>>,
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
        let sketch = Sketch::of(latin.as_bytes(), abjad);
        self.latin.push(latin.as_bytes());
        self.by_roman.push(xxh3_64(latin.as_bytes()), id, sketch);
        let bones = skeleton(&latin, abjad);
        if bones.len() >= 2 {
            self.by_skeleton.push(xxh3_64(bones.as_bytes()), id, sketch);
        }
        if latin.len() >= shortest_typing(abjad) {
            deletions(latin.as_bytes(), |hash| self.by_deletion.push(hash, id, sketch));
            if let Some(sounds) = &sounds {
                let sketch = Sketch::of(sounds, abjad);
                deletions(sounds, |hash| self.by_deletion.push(hash, id, sketch));
            }
        }
        if let Some(class) = lists::spelling_class(folded) {
            self.by_spelling.entry(class).or_default().push(id);
        }
        self.sounds.extend(sounds.map(|sounds| (id, sounds)));
        self.words.push(Known { bearers: 0, hash });
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
        self.ids.reserve(self.ids.len() / 4 + HEADROOM);
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
        for (word, sketch) in self.by_roman.get(xxh3_64(latin.as_bytes())).take(MOST_COMPARED) {
            match (self.latin.get(word) == latin.as_bytes(), sketch.is_abjad(), abjad) {
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
        let own = Sketch::of(latin.as_bytes(), abjad);
        let bones = skeleton(&latin, abjad);
        if bones.len() >= 2 {
            for (word, sketch) in self.by_skeleton.get(xxh3_64(bones.as_bytes())).take(MOST_COMPARED) {
                if let Some((how, likeness)) = self.same_bones(word, sketch, &latin, own, &bones) {
                    add(word, how, likeness);
                }
            }
        }
        if latin.len() >= shortest_typing(abjad) {
            let sounds = sounds(folded, &latin);
            let mut near: Vec<u32> = Vec::new();
            for letters in std::iter::once(latin.as_bytes()).chain(sounds.as_deref()) {
                self.near(letters, abjad, &mut near);
            }
            near.sort_unstable();
            near.dedup();
            near.retain(|word| !is_extension(self.latin.get(*word), latin.as_bytes()));
            for known in near {
                if let Some((how, likeness)) = self.typing(known, latin.as_bytes(), sounds.as_deref(), abjad) {
                    add(known, how, likeness);
                }
            }
        }
        found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.word.cmp(&b.word)));
        found.truncate(MOST);
        found
    }

    /// The words within the typing errors allowed, and few others.
    fn near(&self, letters: &[u8], abjad: bool, near: &mut Vec<u32>) {
        let own = Sketch::of(letters, abjad);
        let mut keys: Vec<u64> = Vec::with_capacity(32);
        deletions(letters, |key| keys.push(key));
        self.by_deletion.each(&keys, MOST_COMPARED, |(word, sketch)| {
            let allowed = errors_allowed(own.length().min(sketch.length()));
            if sketch.is_abjad() == abjad && sketch.may_be(own, allowed) {
                near.push(word);
            }
        });
    }

    fn same_bones(&self, word: u32, sketch: Sketch, latin: &str, own: Sketch, bones: &str) -> Option<(How, f64)> {
        let apart = sketch.letters_apart(own) > 4 || sketch.lengths_apart(own) > 3;
        if (apart && !sketch.is_abjad() && !own.is_abjad()) || (sketch.is_abjad() && own.is_abjad()) {
            return None;
        }
        let known = self.latin.get(word);
        if sketch.is_abjad() || own.is_abjad() {
            let known = std::str::from_utf8(known).unwrap_or_default();
            // Vowels are all that is compared below, so the consonants must not agree by a collision of hashes.
            if skeleton(known, sketch.is_abjad()) != bones {
                return None;
            }
            let (written, heard) = if own.is_abjad() { (latin, known) } else { (known, latin) };
            return vowels_agree(written, heard).then_some((How::Script, 0.88));
        }
        let likeness = jaro_winkler::similarity(known.iter().copied(), latin.bytes());
        let apart = is_extension(known, latin.as_bytes());
        (likeness >= SPELLING_FLOOR && !apart).then_some((How::Spelling, likeness.min(0.96)))
    }

    fn typing(&self, word: u32, latin: &[u8], sounds: Option<&[u8]>, abjad: bool) -> Option<(How, f64)> {
        let roman = self.latin.get(word);
        // The first letter is the one that people and machines get right, and consonants alone are few.
        if abjad && roman.first() != latin.first() {
            return None;
        }
        let in_latin = typing_errors(roman, latin);
        let in_sounds = match (self.sounds.get(&word).map(|own| &**own), sounds) {
            (None, None) => None,
            (own, asked) => typing_errors(own.unwrap_or(roman), asked.unwrap_or(latin)),
        };
        let (errors, long) = in_latin.into_iter().chain(in_sounds).min()?;
        #[allow(clippy::cast_precision_loss, reason = "words are short")]
        let likeness = 1.0 - errors as f64 / long as f64;
        Some((How::Typing(u8::try_from(errors).unwrap_or(u8::MAX)), likeness))
    }

    /// The word that two words of a text are when they are put together, by its hash.
    pub fn cut_word(&self, hash: u64) -> Option<Alike> {
        self.ids.get(&hash).map(|word| Alike { word: *word, how: How::Cut, likeness: 0.95 })
    }

    /// The ways in which a word can be cut into words of names that were run together, the words between that may be
    /// missing left out.
    pub fn joined(&self, folded: &str, hash: impl Fn(&str) -> u64) -> Vec<Vec<Alike>> {
        let mut found = Vec::new();
        if has_letters(folded, SHORTEST_JOINED) {
            self.cut(folded, &hash, &mut Vec::new(), &mut found);
        }
        found
    }

    fn cut(&self, rest: &str, hash: &impl Fn(&str) -> u64, parts: &mut Vec<Alike>, found: &mut Vec<Vec<Alike>>) {
        let known = |part: &str| {
            let word = *self.ids.get(&hash(part))?;
            Some(Alike { word, how: How::Joined, likeness: 0.97 })
        };
        if let (false, true, Some(last)) = (parts.is_empty(), has_letters(rest, SHORTEST_LAST), known(rest)) {
            found.push(parts.iter().copied().chain([last]).collect());
        }
        if parts.len() + 1 >= MOST_JOINED {
            return;
        }
        for (end, _) in rest.char_indices().skip(2) {
            let (part, rest) = rest.split_at(end);
            if !parts.is_empty() && lists::is_particle(part) {
                self.cut(rest, hash, parts, found);
            } else if has_letters(part, SHORTEST_PART)
                && let Some(word) = known(part)
            {
                parts.push(word);
                self.cut(rest, hash, parts, found);
                parts.pop();
            }
        }
    }
}

/// Whether a word has at least so many letters.
fn has_letters(word: &str, many: usize) -> bool {
    word.len() >= many && (word.is_ascii() || word.chars().count() >= many)
}

const fn shortest_typing(abjad: bool) -> usize {
    if abjad { SHORTEST_ABJAD } else { SHORTEST_TYPING }
}

/// How many errors two words may have, of which the shorter has so many letters.
const fn errors_allowed(shortest: usize) -> usize {
    if shortest >= SHORTEST_TWO { 2 } else { 1 }
}

/// How many typing errors lie between two words, and how long the longer one is; none when there are none or too many.
fn typing_errors(known: &[u8], asked: &[u8]) -> Option<(usize, usize)> {
    let (short, long) = (known.len().min(asked.len()), known.len().max(asked.len()));
    let allowed = errors_allowed(short);
    if long - short > allowed {
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

/// Whether one is the other with an ending: `Kermani` is somebody from `Kerman`, not a way to write it.
fn is_extension(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|ending| !ending.is_empty() && ending != b"h" && !short.ends_with(ending))
}

/// The hashes of the first letters of a word, with none, one or (for long words) two of them left out. Two words within
/// the errors allowed share one of them.
fn deletions(latin: &[u8], mut give: impl FnMut(u64)) {
    let head = &latin[..latin.len().min(HEAD)];
    let mut without = |one: usize, other: usize| {
        let (mut short, mut length) = ([0; HEAD], 0);
        for (_, letter) in head.iter().enumerate().filter(|(at, _)| *at != one && *at != other) {
            short[length] = *letter;
            length += 1;
        }
        give(xxh3_64(&short[..length]));
    };
    without(HEAD, HEAD);
    for one in 0..head.len() {
        without(one, HEAD);
        if latin.len() >= SHORTEST_TWO {
            (0..one).for_each(|other| without(other, one));
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
