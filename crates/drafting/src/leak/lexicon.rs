//! Words as numbers: what a word's stem is, which meaning it shares with others, and how much it tells.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::relations::RelatedId;

/// The word lists, stemmed once.
struct Vocabulary {
    function: HashSet<&'static str>,
    common: HashSet<&'static str>,
    common_stems: HashSet<String>,
    usual: HashSet<String>,
    roles: HashSet<&'static str>,
    knowing: HashSet<&'static str>,
    /// Stem to the number of its line in the synonym list.
    meanings: HashMap<String, u32>,
    meaning_count: u32,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::English);
    let common = words(include_str!("vocabulary/common_words.txt"));
    let mut meanings = HashMap::new();
    let mut meaning_count = 0;
    for line in lines(include_str!("vocabulary/synonyms.txt")) {
        for word in line.split_whitespace() {
            meanings.entry(stemmer.stem(&one_spelling(word)).into_owned()).or_insert(meaning_count);
        }
        meaning_count += 1;
    }
    Vocabulary {
        function: words(include_str!("vocabulary/function_words.txt")),
        common_stems: common.iter().map(|word| stemmer.stem(&one_spelling(word)).into_owned()).collect(),
        usual: words(include_str!("vocabulary/usual_words.txt"))
            .iter()
            .map(|word| stemmer.stem(&one_spelling(word)).into_owned())
            .collect(),
        roles: words(include_str!("vocabulary/roles.txt")),
        knowing: words(include_str!("vocabulary/knowing.txt")),
        common,
        meanings,
        meaning_count,
    }
});

/// The lines of a word list without its remarks.
pub(super) fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// The words of a word list.
pub(super) fn words(list: &'static str) -> HashSet<&'static str> {
    lines(list).flat_map(str::split_whitespace).collect()
}

/// Words besides numbers, months and ordinals with which a figure or a time of day begins.
const BEGINS_FIGURE: [&str; 6] = ["a", "half", "quarter", "noon", "midday", "midnight"];

/// A word's number in one [`Lexicon`].
pub(super) type WordId = u32;

/// What is known of one folded word.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The word in lower-case ASCII.
    pub text: String,
    /// Equal for words with the same stem; number words share it with their digits.
    pub stem: u32,
    /// Equal for words with the same meaning.
    pub meaning: u32,
    /// Where it stands in the word relations, if it does.
    pub related: Option<RelatedId>,
    /// Carries no fact.
    pub function: bool,
    /// Any warning may use it.
    pub common: bool,
    /// A warning may well use it.
    pub usual: bool,
    /// Says what somebody is to a man or does for a living.
    pub role: bool,
    /// What somebody does who knows something.
    pub knowing: bool,
    /// A number, in figures or as a word.
    pub number: bool,
    /// A number, a time or a date can begin with it.
    pub begins_figure: bool,
}

/// The words of one check.
pub(super) struct Lexicon {
    ids: HashMap<String, WordId>,
    words: Vec<Word>,
    stems: HashMap<String, u32>,
    stemmer: Stemmer,
}

impl Lexicon {
    pub(super) fn new() -> Self {
        Self {
            ids: HashMap::new(),
            words: Vec::new(),
            stems: HashMap::new(),
            stemmer: Stemmer::create(Algorithm::English),
        }
    }

    /// The number of a folded word.
    pub(super) fn intern(&mut self, text: &str) -> WordId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let vocabulary = &*VOCABULARY;
        let stem_text = match number_word(text) {
            Some(number) => number.to_string(),
            None => self.stemmer.stem(&one_spelling(text)).into_owned(),
        };
        let next = u32::try_from(self.stems.len()).unwrap_or(u32::MAX);
        let function = vocabulary.function.contains(text);
        let common = function || vocabulary.common.contains(text) || vocabulary.common_stems.contains(&stem_text);
        let usual = common || vocabulary.usual.contains(&stem_text);
        let known = vocabulary.meanings.get(&stem_text).copied();
        let related = super::relations::id(&stem_text);
        let stem = *self.stems.entry(stem_text).or_insert(next);
        let meaning = known.unwrap_or(vocabulary.meaning_count + stem);
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let number = text.starts_with(|c: char| c.is_ascii_digit()) || number_word(text).is_some();
        let begins_figure = number || BEGINS_FIGURE.contains(&text) || super::calendar::begins_date(text);
        let role = vocabulary.roles.contains(text)
            || text.strip_suffix('s').is_some_and(|singular| vocabulary.roles.contains(singular));
        let knowing = vocabulary.knowing.contains(text);
        let text = text.to_owned();
        self.words.push(Word {
            text: text.clone(),
            stem,
            meaning,
            related,
            function,
            common,
            usual,
            role,
            knowing,
            number,
            begins_figure,
        });
        self.ids.insert(text, id);
        id
    }

    /// What is known of it.
    pub(super) fn word(&self, id: WordId) -> &Word {
        &self.words[id as usize]
    }

    /// The number of a folded word, if it was met.
    pub(super) fn find(&self, text: &str) -> Option<WordId> {
        self.ids.get(text).copied()
    }
}

/// British and American spellings as one: "harbour" and "harbor", "plough" and "plow", "centre" and "center".
pub(super) fn one_spelling(word: &str) -> Cow<'_, str> {
    const PAIRS: [(&str, &str); 12] = [
        ("plough", "plow"),
        ("grey", "gray"),
        ("tyre", "tire"),
        ("kerb", "curb"),
        ("jewell", "jewel"),
        ("travell", "travel"),
        ("aluminium", "aluminum"),
        ("programme", "program"),
        ("defence", "defense"),
        ("licence", "license"),
        ("sceptic", "skeptic"),
        ("mould", "mold"),
    ];
    if let Some((british, american)) = PAIRS.iter().find(|(british, _)| word.contains(british)) {
        return Cow::Owned(word.replace(british, american));
    }
    let plain = word.strip_suffix('s').unwrap_or(word);
    let tail = &word[plain.len()..];
    let changed = |cut: &str, end: &str| plain.strip_suffix(cut).map(|stem| format!("{stem}{end}{tail}"));
    let long = plain.len() > 5;
    let american =
        (long.then(|| changed("our", "or")).flatten()).or_else(|| long.then(|| changed("tre", "ter")).flatten());
    american.map_or(Cow::Borrowed(word), Cow::Owned)
}

/// The value of a number word below one hundred that is one word.
pub(super) fn number_word(word: &str) -> Option<u32> {
    const SMALL: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |list: &[&str]| list.iter().position(|known| *known == word).and_then(|at| u32::try_from(at).ok());
    at(&SMALL).or_else(|| at(&TENS).map(|tens| 30 + 10 * tens))
}
