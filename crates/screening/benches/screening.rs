//! How fast a register of 100,000 generated names is built and 1 MB of generated text is screened, on one core.
//! Names and text come from a small generator with fixed seeds, so every run measures the same.

use divan::Bencher;
use divan::counter::BytesCount;
use domain::register::{Party, PartyKind, Register};
use jiff::Timestamp;
use screening::{Ask, Index};

mod world;

const NAMES: usize = 100_000;
const BYTES: usize = 1_000_000;

fn main() {
    divan::main();
}

fn register(names: &[String]) -> Register {
    let mut register = Register::default();
    for (at, name) in names.iter().enumerate() {
        let party = Party::named(&format!("p{at}"), PartyKind::Person, name);
        register.put_party(party).expect("generated names are names");
    }
    register
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn build_100k_names(bencher: Bencher) {
    let register = register(&world::names(NAMES));
    bencher.bench(|| Index::build(&register));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn screen_1mb_against_100k_names(bencher: Bencher) {
    let names = world::names(NAMES);
    let (index, text) = (Index::build(&register(&names)), world::text(&names, BYTES, 2));
    assert!(index.screen(&Ask::new(&text, Timestamp::UNIX_EPOCH)).hits.len() >= 400);
    bencher.counter(BytesCount::of_str(&text)).bench(|| index.screen(&Ask::new(&text, Timestamp::UNIX_EPOCH)));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn screen_5000_words_against_100k_names(bencher: Bencher) {
    let names = world::names(NAMES);
    let (index, text) = (Index::build(&register(&names)), world::text(&names, BYTES, 2));
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
