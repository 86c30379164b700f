//! How fast a register of 100,000 generated names is built and 1 MB of generated text is screened, on one core.
//! Names and text come from a small generator with fixed seeds, so every run measures the same.

use std::fmt::Write;

use divan::Bencher;
use divan::counter::BytesCount;
use domain::register::{Party, PartyKind, Register};
use jiff::Timestamp;
use screening::{Ask, Index};

const NAMES: usize = 100_000;
const BYTES: usize = 1_000_000;

fn main() {
    divan::main();
}

/// Knuth's MMIX generator: enough for names that look like names.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn word(&mut self, syllables: usize) -> String {
        const START: &[&str] =
            &["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "sh", "t", "v", "z", "kh", "br"];
        const VOWEL: &[&str] = &["a", "e", "i", "o", "u", "ai", "ei"];
        const END: &[&str] = &["", "", "n", "r", "l", "s", "m", "d"];
        (0..syllables)
            .map(|_| [START[self.roll(START.len())], VOWEL[self.roll(VOWEL.len())], END[self.roll(END.len())]].concat())
            .collect()
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Given names come from a small pool and family names from a large one, as in life.
fn names() -> Vec<String> {
    let mut dice = Dice(1);
    let given: Vec<String> = (0..3_000).map(|n| capital(&dice.word(2 + n % 2))).collect();
    let family: Vec<String> = (0..40_000).map(|n| capital(&dice.word(2 + n % 3))).collect();
    let mut name = || format!("{} {}", given[dice.roll(given.len())], family[dice.roll(family.len())]);
    (0..NAMES).map(|_| name()).collect()
}

fn register(names: &[String]) -> Register {
    let mut register = Register::default();
    for (at, name) in names.iter().enumerate() {
        let party = Party::named(&format!("p{at}"), PartyKind::Person, name);
        register.put_party(party).expect("generated names are names");
    }
    register
}

/// Text of words from a vocabulary of 20,000, the short ones often, with a name of the register in each 2,000 bytes.
fn text(names: &[String]) -> String {
    let mut dice = Dice(2);
    let words: Vec<String> = (0..20_000).map(|n| dice.word(1 + n % 4)).collect();
    let mut text = String::with_capacity(BYTES + 100);
    let mut next = 1_000;
    while text.len() < BYTES {
        if text.len() > next {
            let _ = write!(text, "{} ", names[dice.roll(names.len())]);
            next += 2_000;
        }
        let common = dice.roll(words.len()) * dice.roll(words.len()) / words.len();
        text.push_str(&words[common]);
        text.push_str(if dice.roll(12) == 0 { ". " } else { " " });
    }
    text
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn build_100k_names(bencher: Bencher) {
    let register = register(&names());
    bencher.bench(|| Index::build(&register));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn screen_1mb_against_100k_names(bencher: Bencher) {
    let names = names();
    let (index, text) = (Index::build(&register(&names)), text(&names));
    assert!(index.screen(&Ask::new(&text, Timestamp::UNIX_EPOCH)).hits.len() >= 400);
    bencher.counter(BytesCount::of_str(&text)).bench(|| index.screen(&Ask::new(&text, Timestamp::UNIX_EPOCH)));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn screen_5000_words_against_100k_names(bencher: Bencher) {
    let names = names();
    let (index, text) = (Index::build(&register(&names)), text(&names));
    let report = &text[..30_000];
    bencher.counter(BytesCount::of_str(report)).bench(|| index.screen(&Ask::new(report, Timestamp::UNIX_EPOCH)));
}

/// Text made to cost as much as possible: every word is the start of many names.
#[divan::bench(args = ["a ", "al ", "muhamad "], sample_count = 5, sample_size = 1)]
fn screen_120kb_of_hostile_text(bencher: Bencher, word: &str) {
    let mut register = Register::default();
    for many in 0..40 {
        let name = format!("Muhammad A {}", "A ".repeat(many % 15));
        register.put_party(Party::named(&format!("p{many}"), PartyKind::Person, &name)).expect("a name");
        let name = format!("A {}", "A ".repeat(many % 15));
        register.put_party(Party::named(&format!("q{many}"), PartyKind::Person, &name)).expect("a name");
    }
    let (index, text) = (Index::build(&register), word.repeat(120_000 / word.len()));
    bencher.counter(BytesCount::of_str(&text)).bench(|| index.screen(&Ask::new(&text, Timestamp::UNIX_EPOCH)));
}
