//! Two names side by side: how likely are they the same one's? What stands in the text is not looked at, only names.
//!
//! Words are laid against words, whatever their order: the same, in other letters, another spelling, with a typing
//! error, an initial. What is left over on one side only (a middle name, a patronymic) counts little against a person;
//! what is left over on both sides is a contradiction, and so are two numbers.

use domain::register::PartyKind;
use rapidfuzz::distance::{jaro_winkler, osa};

use crate::found::Feature;
use crate::names::fold::{folded, is_spaceless};
use crate::names::letters::{has_abjad, roman, skeleton, vowels_agree, vowels_clash};
use crate::names::lists;

/// From this on two names are taken to be one's.
pub const SAME: f64 = 0.78;
/// What two names come to at most that a number tells apart.
const OTHER: f64 = 0.5;
/// Longer names are compared by their first words.
const MOST_WORDS: usize = 16;

/// How alike two names are, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// 1 for the same name, 0 for nothing in common.
    pub score: f64,
    /// Each pair of words, and what is left over; the weights do not add up to the score.
    pub why: Vec<Feature>,
}

/// One word of a name, as it is compared.
pub(crate) struct Word {
    folded: String,
    latin: String,
    /// Its skeleton; empty when there is only a vowel.
    pub bones: String,
    abjad: bool,
}

impl Word {
    fn new(folded: String) -> Self {
        let latin = roman(&folded);
        let abjad = has_abjad(&folded);
        Self { bones: skeleton(&latin, abjad), folded, latin, abjad }
    }

    #[allow(clippy::cast_precision_loss, reason = "words are short")]
    fn weight(&self) -> f64 {
        // A script without vowels writes less for the same name.
        let letters = self.latin.len() as f64 * if self.abjad { 1.6 } else { 1.0 };
        letters.clamp(1.0, 9.0)
    }

    fn is_initial(&self) -> bool {
        self.folded.chars().count() == 1 && !self.abjad && !self.is_character()
    }

    /// Whether it is one character of a script without spaces.
    fn is_character(&self) -> bool {
        self.folded.contains(is_spaceless)
    }

    fn is_number(&self) -> bool {
        self.folded.contains(char::is_numeric)
    }
}

/// The words of a name that count. A person's name in Han characters is given as family and given name in Latin
/// letters, unless characters are what it is compared with.
pub(crate) fn words(kind: PartyKind, name: &str, in_characters: bool) -> Vec<Word> {
    let mut all = run_together(kind, folded(name));
    all.truncate(MOST_WORDS);
    if kind == PartyKind::Person && !in_characters && is_in_characters(&all) && (2..=4).contains(&all.len()) {
        all = vec![roman(&all[0]), all[1..].iter().map(|character| roman(character)).collect()];
    }
    let is_small = |word: &str| match kind {
        PartyKind::Person => lists::is_particle(word) || lists::is_title(word) || lists::is_organisation_form(word),
        PartyKind::Organisation | PartyKind::Institution | PartyKind::Authority | PartyKind::Group => {
            lists::is_link(word)
                || lists::is_particle(word)
                || lists::is_organisation_form(word)
                || lists::is_form_word(word)
        }
        PartyKind::Place | PartyKind::Event => lists::is_link(word),
    };
    let mut kept: Vec<String> = Vec::new();
    for word in all.iter().filter(|word| !is_small(word)) {
        // Said twice is said once, but characters are no words.
        if in_characters || !kept.contains(word) {
            kept.push(word.clone());
        }
    }
    let kept = if kept.is_empty() { all } else { kept };
    kept.into_iter().map(Word::new).filter(|word| !word.latin.is_empty()).collect()
}

fn is_in_characters(words: &[String]) -> bool {
    words.iter().all(|word| word.chars().all(is_spaceless))
}

/// Letters that stand one by one, as in `A.B.C.` or a name that is s p a c e d out, are one word. A person may have
/// three initials.
fn run_together(kind: PartyKind, words: Vec<String>) -> Vec<String> {
    let fewest = if kind == PartyKind::Person { 4 } else { 2 };
    let is_letter = |word: &String| word.chars().count() == 1 && !word.contains(is_spaceless);
    let mut out = Vec::new();
    for run in words.chunk_by(|one, next| is_letter(one) && is_letter(next)) {
        if run.len() >= fewest {
            out.push(run.concat());
        } else {
            out.extend_from_slice(run);
        }
    }
    out
}

/// How alike two words are, 0 for two different ones.
fn alike(kind: PartyKind, one: &Word, other: &Word) -> f64 {
    if one.folded == other.folded {
        return 1.0;
    }
    if one.is_number() || other.is_number() || (one.is_character() && other.is_character()) {
        return 0.0;
    }
    if one.latin == other.latin && one.abjad == other.abjad {
        return 0.98;
    }
    // Two of the list that are not one are two.
    if let (Some(one), Some(other)) = (lists::spelling_class(&one.folded), lists::spelling_class(&other.folded)) {
        return if one == other { 0.95 } else { 0.0 };
    }
    if one.is_initial() || other.is_initial() {
        let same = one.latin.chars().next() == other.latin.chars().next();
        return if same { 0.7 } else { 0.0 };
    }
    if one.abjad != other.abjad {
        let (written, heard) = if one.abjad { (one, other) } else { (other, one) };
        let enough = one.bones.len() >= 2 || written.latin.len() >= 3;
        let agree = enough && one.bones == other.bones && vowels_agree(&written.latin, &heard.latin);
        return if agree { 0.9 } else { 0.0 };
    }
    if kind == PartyKind::Person && !endings_agree(one, other) {
        return 0.0;
    }
    typed(one, other).max(spelt(one, other))
}

/// The same word with a typing error or, when it is long, two. Nobody mistypes the first letter of a name and leaves it.
#[allow(clippy::cast_precision_loss, reason = "words are short")]
fn typed(one: &Word, other: &Word) -> f64 {
    let (longest, shortest) = (one.latin.len().max(other.latin.len()), one.latin.len().min(other.latin.len()));
    let allowed = match shortest {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    };
    let errors = osa::distance(one.latin.bytes(), other.latin.bytes());
    let same_start = one.bones.chars().next() == other.bones.chars().next();
    if errors <= allowed && same_start { 1.0 - errors as f64 / longest as f64 } else { 0.0 }
}

/// Another spelling of what sounds the same; in short words one vowel makes another name.
fn spelt(one: &Word, other: &Word) -> f64 {
    let close = jaro_winkler::similarity(one.latin.chars(), other.latin.chars());
    let floor = if one.latin.len().min(other.latin.len()) < 5 { 0.86 } else { 0.8 };
    let same = one.bones.len() >= 2 && one.bones == other.bones && !one.abjad;
    if same && close >= floor && !vowels_clash(&one.latin, &other.latin) { close.min(0.95) } else { 0.0 }
}

/// Whether what differs is not the end that makes another person's name of it: Giovanni and Giovanna, Hassan and
/// Hassani, Pappa and Pappas. A last `e` may be silent or stand for another vowel.
fn endings_agree(one: &Word, other: &Word) -> bool {
    if one.latin.strip_suffix('s') == Some(&other.latin) || other.latin.strip_suffix('s') == Some(&one.latin) {
        return false;
    }
    let end = |word: &Word| match word.latin.trim_end_matches('h').chars().last() {
        Some('y') => 'i',
        Some(vowel @ ('a' | 'e' | 'i' | 'o' | 'u')) => vowel,
        Some(_) | None => ' ',
    };
    let (first, second) = (end(one), end(other));
    one.bones != other.bones || first == second || first == 'e' || second == 'e'
}

/// How alike two names of this kind of party are.
pub fn compare(kind: PartyKind, one: &str, other: &str) -> Likeness {
    let characters = [one, other].map(|name| is_in_characters(&folded(name))) == [true; 2];
    let (ours, theirs) = (words(kind, one, characters), words(kind, other, characters));
    if ours.is_empty() || theirs.is_empty() {
        return Likeness { score: 0.0, why: vec![Feature::new("name", "without a letter", 0.0)] };
    }
    let mut aligned = align(kind, &ours, &theirs, characters);
    if let Some(numbers) = numbers_clash(&ours, &theirs) {
        aligned.score = aligned.score.min(OTHER);
        aligned.why.push(Feature::new("numbers", numbers, -1.0));
        return aligned;
    }
    let whole = joined(&ours, &theirs).max(acronym(kind, &ours, &theirs));
    if whole > aligned.score {
        let why =
            vec![Feature::new("whole", "the same letters, cut into words otherwise or by their first letters", whole)];
        return Likeness { score: whole, why };
    }
    aligned
}

/// The numbers of two names, when both have some and they are not the same.
fn numbers_clash(ours: &[Word], theirs: &[Word]) -> Option<String> {
    let numbers = |words: &[Word]| {
        let mut all: Vec<String> =
            words.iter().filter(|word| word.is_number()).map(|word| word.folded.clone()).collect();
        all.sort_unstable();
        all.join(", ")
    };
    let (ours, theirs) = (numbers(ours), numbers(theirs));
    (!ours.is_empty() && !theirs.is_empty() && ours != theirs).then(|| format!("{ours} is not {theirs}"))
}

fn align(kind: PartyKind, ours: &[Word], theirs: &[Word], characters: bool) -> Likeness {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (at, one) in ours.iter().enumerate() {
        for (to, other) in theirs.iter().enumerate() {
            let likeness = alike(kind, one, other);
            if likeness > 0.0 {
                pairs.push((likeness, at, to));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used, mut met) = (vec![false; ours.len()], vec![false; theirs.len()]);
    let (mut matched, mut weight, mut count) = (0.0, 0.0, 0);
    let mut why = Vec::new();
    for (likeness, at, to) in pairs {
        if used[at] || met[to] {
            continue;
        }
        (used[at], met[to]) = (true, true);
        let initial = ours[at].is_initial() || theirs[to].is_initial();
        let both = if initial { 2.0 } else { f64::midpoint(ours[at].weight(), theirs[to].weight()) };
        matched += both * likeness;
        weight += both;
        count += usize::from(!initial);
        why.push(Feature::new("word", format!("“{}” for “{}”", ours[at].folded, theirs[to].folded), likeness));
    }
    let rest = |words: &[Word], used: &[bool]| -> f64 {
        words.iter().zip(used).filter(|(_, used)| !**used).map(|(word, _)| word.weight()).sum()
    };
    let (left, right) = (rest(ours, &used), rest(theirs, &met));
    let person = kind == PartyKind::Person;
    let share = match (left > 0.0 && right > 0.0, person, count) {
        // One character more is another name.
        _ if characters => 2.0,
        // Both have something that the other contradicts.
        (true, true, _) => 1.0,
        (true, false, _) => 0.9,
        (false, true, 2..) => 0.15,
        (false, true, _) => 0.75,
        (false, false, _) => 0.55,
    };
    let total = weight + share * (left + right);
    if left + right > 0.0 {
        let gone = ours.iter().zip(&used).chain(theirs.iter().zip(&met)).filter(|(_, used)| !**used);
        let words: Vec<&str> = gone.map(|(word, _)| word.folded.as_str()).collect();
        why.push(Feature::new("left over", words.join(", "), -share));
    }
    Likeness { score: if total > 0.0 { matched / total } else { 0.0 }, why }
}

/// All letters without spaces, in any of the two orders.
#[allow(clippy::cast_precision_loss, reason = "names are short")]
fn joined(ours: &[Word], theirs: &[Word]) -> f64 {
    if ours.len() == theirs.len() {
        return 0.0;
    }
    let concat = |words: &[Word]| words.iter().map(|word| word.latin.as_str()).collect::<String>();
    let (one, other) = (concat(ours), concat(theirs));
    let longest = one.len().max(other.len());
    let errors = osa::distance(one.bytes(), other.bytes());
    if longest >= 6 && errors * 12 <= longest { 0.95 - errors as f64 / longest as f64 } else { 0.0 }
}

/// One side is the first letters of the other.
fn acronym(kind: PartyKind, ours: &[Word], theirs: &[Word]) -> f64 {
    let first = |words: &[Word]| words.iter().filter_map(|word| word.latin.chars().next()).collect::<String>();
    let is_one = |short: &[Word], long: &[Word]| match short {
        [one] => one.latin.len() >= 3 && one.latin.len() == long.len() && one.latin == first(long),
        _ => false,
    };
    if kind.is_body() && (is_one(ours, theirs) || is_one(theirs, ours)) { 0.82 } else { 0.0 }
}
