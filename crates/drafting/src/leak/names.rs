//! Names, code words and identifiers that stand only in protected text, in any script or spelling.

use std::collections::{HashMap, HashSet};

use super::ground::{Found, Ground, Passage};
use super::lexicon::{WordId, one_spelling};
use super::report::Kind;
use super::spelling::{distance_within, initials_of, skeleton};
use super::tokens::Shape;

/// A protected name.
#[derive(Debug, Clone)]
struct Name {
    text: String,
    skeleton: String,
    kind: Kind,
    /// Whether a capital alone, at the start of a sentence, makes it a name.
    weak: bool,
    passage: usize,
    token: usize,
}

/// The protected names of a check.
struct Names {
    all: Vec<Name>,
    by_word: HashMap<WordId, usize>,
    by_skeleton: HashMap<String, Vec<usize>>,
    /// By length and first letter.
    by_shape: HashMap<(usize, u8), Vec<usize>>,
    /// Two words that are a code word only together, and words run together or split.
    joined: HashMap<String, usize>,
    /// The same by first letter, for those written with a slip.
    joined_by_letter: HashMap<u8, Vec<String>>,
    initials: HashMap<String, usize>,
    cleared_skeletons: HashSet<String>,
}

/// So many names of one length and first letter are compared letter by letter.
const MOST_ALIKE: usize = 1_000;
const PLAIN_INITIALS: [&str; 12] = ["US", "UK", "UN", "EU", "AM", "PM", "IE", "EG", "DC", "AD", "BC", "PO"];
const CODE_SIGNS: [&str; 16] = [
    "operation",
    "codenamed",
    "codename",
    "cryptonym",
    "callsign",
    "codeword",
    "alias",
    "exercise",
    "project",
    "code",
    "called",
    "calls",
    "call",
    "known",
    "file",
    "plan",
];
const HANDLE_SIGNS: [&str; 9] =
    ["user", "handle", "username", "nickname", "alias", "codename", "codenamed", "cryptonym", "account"];
const ORIGIN_SIGNS: [&str; 14] = [
    "originator",
    "liaison",
    "service",
    "services",
    "intelligence",
    "directorate",
    "bureau",
    "agency",
    "orcon",
    "shared",
    "passed",
    "relayed",
    "csirt",
    "cert",
];
const DATE_WORDS: [&str; 32] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "utc",
];

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let names = collect(ground);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        let shouts = text.shouts();
        for at in 0..text.tokens.len() {
            if let Some((end, name, confidence, why)) = match_at(ground, &names, text, at, shouts) {
                let name = &names.all[name];
                found.push(Found {
                    kind: name.kind,
                    passage: number,
                    span: text.span(at, end),
                    source: Some((name.passage, ground.protected[name.passage].span(name.token, name.token))),
                    confidence,
                    why: why.to_owned(),
                });
            }
        }
    }
    found
}

/// The name that starts at a token of the draft: last token, name, confidence, why.
fn match_at(
    ground: &Ground<'_>,
    names: &Names,
    text: &Passage<'_>,
    at: usize,
    shouts: bool,
) -> Option<(usize, usize, f64, &'static str)> {
    let token = &text.tokens[at];
    let word = ground.word(token);
    if let Some(hit) = initials(names, text, at) {
        return Some(hit);
    }
    if let Some((end, name)) = joined(ground, names, text, at) {
        return Some((end, name, 0.9, "stands in a protected passage under this name or number"));
    }
    if ground.cleared_words.contains(&token.word) {
        return None;
    }
    let capital = matches!(token.shape, Shape::Capital | Shape::Upper);
    if let Some(name) = names.by_word.get(&token.word) {
        let name_there = &names.all[*name];
        let cover = name_there.kind == Kind::CodeWord && speaks_of(ground, text, at);
        let fits = if name_there.weak || word.common { capital && !token.opens || cover } else { true };
        return (fits || shouts).then_some((at, *name, 0.95, "this name stands only in protected text"));
    }
    if word.common || word.text.len() < 3 || !(capital || token.foreign) {
        return None;
    }
    spelled(names, &word.text, token.foreign, token.opens)
        .map(|(name, confidence)| (at, name, confidence, "a spelling of a name that stands only in protected text"))
}

/// Whether the words around a token say that it stands for something else: "they call it", "when they speak of".
fn speaks_of(ground: &Ground<'_>, text: &Passage<'_>, at: usize) -> bool {
    const SIGNS: [&str; 20] = [
        "call", "calls", "called", "calling", "mean", "means", "meant", "say", "says", "said", "speak", "speaks",
        "word", "name", "named", "refer", "refers", "code", "known", "stands",
    ];
    let sentence = text.tokens[at].sentence;
    (at.saturating_sub(6)..(at + 7).min(text.tokens.len()))
        .any(|near| text.tokens[near].sentence == sentence && SIGNS.contains(&ground.text(text, near)))
}

/// A protected name of which this is another spelling.
fn spelled(names: &Names, text: &str, foreign: bool, opens: bool) -> Option<(usize, f64)> {
    // The Arabic article is written as part of the word.
    let bare = text.strip_prefix("al").or_else(|| text.strip_prefix('l')).filter(|bare| foreign && bare.len() > 2);
    let bones = skeleton(bare.unwrap_or(text));
    if names.cleared_skeletons.contains(&bones) {
        return None;
    }
    let slack = if foreign { 5 } else { 2 };
    let same_bones = names.by_skeleton.get(&bones).into_iter().flatten().take(MOST_ALIKE).find(|name| {
        let name = &names.all[**name];
        !name.weak && name.text.len().abs_diff(text.len()) <= slack && (!opens || name.text.len() > 5)
    });
    if let Some(name) = same_bones.filter(|_| bones.len() >= 3) {
        return Some((*name, 0.75));
    }
    let lengths = text.len().saturating_sub(2)..=text.len() + 2;
    let near = |name: &&usize| {
        let name = &names.all[**name];
        let allowed = match name.text.len() {
            0..=4 => return false,
            5..=8 => 1,
            _ => 2,
        };
        !name.weak && distance_within(&name.text, text, allowed)
    };
    let first = text.as_bytes().first().copied().unwrap_or_default();
    let alike = lengths.filter_map(|length| names.by_shape.get(&(length, first)));
    alike.flat_map(|list| list.iter().take(MOST_ALIKE)).find(near).map(|name| (*name, 0.7))
}

/// One to four words that together are a protected name or identifier.
fn joined(ground: &Ground<'_>, names: &Names, text: &Passage<'_>, at: usize) -> Option<(usize, usize)> {
    let mut run = String::new();
    for end in at..text.tokens.len().min(at + 4) {
        if end > at && text.gap(end - 1).chars().count() > 1 {
            return None;
        }
        run.push_str(&one_spelling(ground.text(text, end)));
        if let Some(name) = names.joined.get(&run).or_else(|| names.near_joined(&run).filter(|_| end > at)) {
            return Some((end, *name));
        }
    }
    None
}

/// Two or three initials with full stops that are those of a protected full name.
fn initials(names: &Names, text: &Passage<'_>, at: usize) -> Option<(usize, usize, f64, &'static str)> {
    let single = |at: usize| {
        let token = text.tokens.get(at)?;
        let letter = text.raw.get(token.start..token.end)?;
        let dotted = text.gap(at).starts_with('.');
        (letter.len() == 1 && token.shape == Shape::Capital && dotted).then_some(letter)
    };
    let mut run = String::new();
    let mut end = at;
    while let Some(letter) = single(end).filter(|_| run.len() < 3) {
        run.push_str(letter);
        end += 1;
    }
    if run.len() < 2 || PLAIN_INITIALS.contains(&run.as_str()) {
        return None;
    }
    names
        .initials
        .get(&run)
        .map(|name| (end - 1, *name, 0.6, "the initials of a name that stands only in protected text"))
}

fn collect(ground: &Ground<'_>) -> Names {
    let mut names = Names {
        all: Vec::new(),
        by_word: HashMap::new(),
        by_skeleton: HashMap::new(),
        by_shape: HashMap::new(),
        joined: HashMap::new(),
        joined_by_letter: HashMap::new(),
        initials: HashMap::new(),
        cleared_skeletons: cleared_skeletons(ground),
    };
    let small = small_words(ground);
    for (passage, text) in ground.protected.iter().enumerate() {
        let shouts = text.shouts();
        for at in 0..text.tokens.len() {
            if let Some((kind, weak)) = name_kind(ground, text, at, shouts, &small) {
                names.add(
                    ground,
                    Name {
                        text: ground.text(text, at).to_owned(),
                        skeleton: skeleton(ground.text(text, at)),
                        kind,
                        weak,
                        passage,
                        token: at,
                    },
                );
            }
            identifiers(ground, &mut names, (passage, text), at, shouts);
        }
        cover_words(ground, &mut names, passage, text);
        full_names(ground, &mut names, passage, text);
    }
    names
}

impl Names {
    fn add(&mut self, ground: &Ground<'_>, name: Name) {
        let word = ground.protected[name.passage].tokens[name.token].word;
        if let Some(known) = self.by_word.get(&word) {
            let known = &mut self.all[*known];
            known.weak &= name.weak;
            return;
        }
        let number = self.all.len();
        let first = name.text.as_bytes().first().copied().unwrap_or_default();
        self.by_word.insert(word, number);
        self.by_skeleton.entry(name.skeleton.clone()).or_default().push(number);
        self.by_shape.entry((name.text.len(), first)).or_default().push(number);
        self.all.push(name);
    }

    /// A name of several words that differs from this run by a slip of the pen or another way to spell.
    fn near_joined(&self, run: &str) -> Option<&usize> {
        let slips = match run.len() {
            0..=8 => return None,
            9..=11 => 1,
            _ => 2,
        };
        let alike = self.joined_by_letter.get(run.as_bytes().first()?)?.iter().take(MOST_ALIKE);
        // With a figure in it, one sign more or less is another number.
        let lettered = run.bytes().all(|byte| byte.is_ascii_alphabetic());
        let near = |known: &&String| distance_within(known, run, slips);
        alike.filter(|_| lettered).find(near).and_then(|known| self.joined.get(known))
    }

    fn add_joined(&mut self, key: String, kind: Kind, passage: usize, token: usize) {
        let number = self.all.len();
        if let std::collections::hash_map::Entry::Vacant(free) = self.joined.entry(key.clone()) {
            free.insert(number);
            let first = key.as_bytes().first().copied().unwrap_or_default();
            self.joined_by_letter.entry(first).or_default().push(key.clone());
            self.all.push(Name { text: key, skeleton: String::new(), kind, weak: false, passage, token });
        }
    }
}

/// Whether a protected token is a name, of which kind, and whether only weakly.
fn name_kind(
    ground: &Ground<'_>,
    text: &Passage<'_>,
    at: usize,
    shouts: bool,
    small: &HashSet<WordId>,
) -> Option<(Kind, bool)> {
    let token = &text.tokens[at];
    let word = ground.word(token);
    let capital = matches!(token.shape, Shape::Capital | Shape::Upper);
    let plain = word.function || word.common || DATE_WORDS.contains(&word.text.as_str());
    let before = if at == 0 { "" } else { ground.text(text, at - 1) };
    let handle = HANDLE_SIGNS.contains(&before) && !word.common;
    if handle && word.text.len() > 4 && token.shape != Shape::Digits && !ground.cleared_words.contains(&token.word) {
        return Some((Kind::CodeWord, false));
    }
    if shouts || !capital || plain || word.text.len() < 3 || ground.cleared_words.contains(&token.word) {
        return None;
    }
    let upper = token.shape == Shape::Upper;
    let around = at.saturating_sub(4)..(at + 5).min(text.tokens.len());
    if CODE_SIGNS[..9].contains(&before) || (upper && word.text.len() > 4) {
        return Some((Kind::CodeWord, false));
    }
    let next_is_capital = text.tokens.get(at + 1).is_some_and(|next| {
        next.sentence == token.sentence && matches!(next.shape, Shape::Capital | Shape::Upper) && text.gap(at) == " "
    });
    let weak = token.opens && !next_is_capital && !upper;
    if weak && small.contains(&token.word) {
        return None;
    }
    let originator = around.clone().any(|near| near != at && ORIGIN_SIGNS.contains(&ground.text(text, near)));
    Some((if originator { Kind::Originator } else { Kind::ProtectedName }, weak))
}

/// Code words of two plain words, and identifiers of letters and digits.
fn identifiers(
    ground: &Ground<'_>,
    names: &mut Names,
    (passage, text): (usize, &Passage<'_>),
    at: usize,
    shouts: bool,
) {
    let token = &text.tokens[at];
    let first = ground.text(text, at);
    let code_before = || (at.saturating_sub(4)..at).any(|near| CODE_SIGNS.contains(&ground.text(text, near)));
    let next = text.tokens.get(at + 1).filter(|next| next.sentence == token.sentence);
    let digits = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let letters = |word: &str| word.bytes().any(|byte| byte.is_ascii_alphabetic());
    if let Some(next) = next.filter(|_| text.gap(at).chars().count() <= 1) {
        let second = ground.text(text, at + 1);
        let capitals = |shape| matches!(shape, Shape::Capital | Shape::Upper);
        let both_upper = token.shape == Shape::Upper && next.shape == Shape::Upper && !shouts;
        let coded = || capitals(token.shape) && capitals(next.shape) && text.gap(at) == " " && code_before();
        let numbered = token.shape == Shape::Upper && digits(second) && !letters(second) && text.gap(at) != " ";
        let handle = text.gap(at) == "_";
        let long = first.len() + second.len() > 6;
        if (long && (both_upper || handle || coded()) || numbered && second.len() > 1)
            && !cleared_pair(ground, text, at)
        {
            names.add_joined(format!("{}{}", one_spelling(first), one_spelling(second)), Kind::CodeWord, passage, at);
        }
    }
    let address = !letters(first)
        && (first.matches(['.', ':']).count() > 2 || first.len() > 7 && first.bytes().all(|b| b.is_ascii_digit()));
    if address && !ground.cleared_words.contains(&token.word) {
        names.add_joined(first.to_owned(), Kind::Number, passage, at);
    }
    let figures = first.bytes().filter(u8::is_ascii_digit).count();
    let short = first.len() == 3 && figures == 2 && first.starts_with(|c: char| c.is_ascii_alphabetic());
    let mixed = letters(first) && figures > 0 && (first.len() > 3 || short);
    let counted = first.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '/' | '-'));
    let unit = counted.len() < first.len() && counted.len() <= 5 && !digits(counted);
    if mixed && !unit && !ground.cleared_words.contains(&token.word) {
        names.add_joined(first.to_owned(), Kind::CodeWord, passage, at);
    }
}

fn cleared_pair(ground: &Ground<'_>, text: &Passage<'_>, at: usize) -> bool {
    ground.cleared_pairs.contains(&[text.tokens[at].word, text.tokens[at + 1].word])
}

/// Full names: their initials, and the name written as one word.
fn full_names(ground: &Ground<'_>, names: &mut Names, passage: usize, text: &Passage<'_>) {
    let name_at = |at: usize| names.by_word.get(&text.tokens[at].word).copied();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in 0..text.tokens.len() {
        let named = name_at(at).is_some() && matches!(text.tokens[at].shape, Shape::Capital);
        match runs.last_mut() {
            Some((_, end)) if named && *end + 1 == at && matches!(text.gap(*end), " " | "-" | "\n") => *end = at,
            _ if named => runs.push((at, at)),
            _ => {}
        }
    }
    for (from, to) in runs.into_iter().filter(|(from, to)| to > from) {
        let words: Vec<&str> = (from..=to.min(from + 3)).map(|at| ground.text(text, at)).collect();
        let first = names.by_word.get(&text.tokens[from].word);
        let kind = first.map_or(Kind::ProtectedName, |name| names.all[*name].kind);
        names.add_joined(words.concat(), kind, passage, from);
        if let Some(number) = names.joined.get(&words.concat()) {
            names.initials.entry(initials_of(&words)).or_insert(*number);
        }
    }
}

/// Words that stand for something else: short ones in quotation marks, and what follows "refer to it as the".
fn cover_words(ground: &Ground<'_>, names: &mut Names, passage: usize, text: &Passage<'_>) {
    let word = |at: usize| ground.text(text, at);
    let mut covers: Vec<usize> = Vec::new();
    let mut opened: Option<usize> = None;
    for at in 0..text.tokens.len() {
        let gap = if at == 0 { text.raw.get(..text.tokens[0].start).unwrap_or_default() } else { text.gap(at - 1) };
        if gap.contains(['"', '“', '«', '‘']) {
            opened = Some(at);
        }
        if let Some(from) = opened.filter(|from| at - from < 3)
            && text.gap(at).starts_with(['"', '”', '»', '’', ',', '.'])
            && text.gap(at).contains(['"', '”', '»', '’'])
        {
            covers.extend(from..=at);
            opened = None;
        }
        let named = matches!(
            (word(at), word(at + 1), word(at + 2)),
            ("as", "the", _) if (at.saturating_sub(6)..at).any(|near| matches!(word(near), "refer" | "refers" | "referred" | "known"))
        );
        let called = matches!(word(at), "called" | "nicknamed" | "dubbed") && word(at + 1) == "the";
        if named || called {
            covers.push(at + 2);
        }
    }
    for at in covers.into_iter().filter(|at| *at < text.tokens.len()) {
        let known = ground.word(&text.tokens[at]);
        let cleared = ground.cleared_words.contains(&text.tokens[at].word);
        if known.function || cleared || known.text.len() < 3 || known.number {
            continue;
        }
        let name = Name {
            text: known.text.clone(),
            skeleton: skeleton(&known.text),
            kind: Kind::CodeWord,
            weak: known.common || text.tokens[at].shape == Shape::Lower,
            passage,
            token: at,
        };
        names.add(ground, name);
    }
}

/// Words written small somewhere: a capital at the start of a sentence makes none of them a name.
fn small_words(ground: &Ground<'_>) -> HashSet<WordId> {
    let all = ground.protected.iter().chain(&ground.cleared).chain(&ground.draft);
    all.flat_map(|text| &text.tokens).filter(|token| token.shape == Shape::Lower).map(|token| token.word).collect()
}

fn cleared_skeletons(ground: &Ground<'_>) -> HashSet<String> {
    let tokens = ground.cleared.iter().flat_map(|text| &text.tokens);
    tokens
        .filter(|token| matches!(token.shape, Shape::Capital | Shape::Upper))
        .map(|token| skeleton(&ground.word(token).text))
        .collect()
}
