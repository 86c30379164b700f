//! How long the leak check takes: a draft of two pages against fifty protected pages.

use drafting::{Part, Protected, check};

fn main() {
    divan::main();
}

/// A page has about 500 words.
const PAGE: usize = 500;

/// Words from a fixed sequence, with names, figures and times among them.
fn text(words: usize, seed: u64) -> String {
    const SYLLABLES: [&str; 24] = [
        "ka", "ro", "mi", "ten", "sal", "vu", "der", "lo", "ni", "gra", "pe", "tor", "an", "be", "shi", "wen", "ul",
        "fa", "co", "ris", "da", "mo", "ey", "ing",
    ];
    const USUAL: [&str; 16] = [
        "the", "of", "and", "to", "in", "that", "was", "a", "attack", "police", "said", "house", "at", "with", "man",
        "from",
    ];
    let mut state = seed;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below as u64).unwrap_or(0)
    };
    let mut out = String::new();
    for at in 0..words {
        match next(20) {
            0 => out.push_str(&format!("{}:{:02}", next(24), next(60))),
            1 => out.push_str(&format!("{} km", next(900))),
            2..=11 => out.push_str(USUAL[next(16)]),
            kind => {
                // A few words stand often and many seldom, some four thousand in all, as in a file of reports.
                let (rank, reach) = (next(4_000), next(4_000) + 1);
                let mut word = SYLLABLES[rank % reach % 24].to_owned();
                word.push_str(SYLLABLES[rank % reach / 24 % 24]);
                word.push_str(SYLLABLES[rank % reach / 576 % 24]);
                if kind == 12 {
                    word[..1].make_ascii_uppercase();
                }
                out.push_str(&word);
            }
        }
        out.push_str(if at % 17 == 16 { ". " } else { " " });
    }
    out
}

#[divan::bench]
fn two_pages_against_fifty(bench: divan::Bencher<'_, '_>) {
    let protected: Vec<Protected> = (0..50).map(|page| Protected::whole(page.to_string(), text(PAGE, page))).collect();
    let cleared: Vec<String> = (0..5).map(|page| text(PAGE, 1_000 + page)).collect();
    let cleared: Vec<&str> = cleared.iter().map(String::as_str).collect();
    let draft = [Part { name: "what".to_owned(), text: text(2 * PAGE, 77) }];
    bench.bench_local(|| check(&draft, &protected, &cleared));
}

#[divan::bench(args = [10, 100])]
fn growth(bench: divan::Bencher<'_, '_>, pages: usize) {
    let whole = text(pages * PAGE, 5);
    let protected = [Protected::whole("all", whole.as_str())];
    let draft = [Part { name: "what".to_owned(), text: text(pages * PAGE, 6) }];
    bench.bench_local(|| check(&draft, &protected, &[]));
}

/// Texts made to cost time, 200 kB of draft against 200 kB of protected text. Each should take about as long per byte as
/// an ordinary text of that length.
#[divan::bench(args = ["ordinary", "one word", "figures", "one figure", "times", "dates", "names", "capital pairs", "letters", "remarks", "no stops", "base64"], sample_count = 3)]
fn hostile(bench: divan::Bencher<'_, '_>, kind: &str) {
    let text = hostile_text(kind);
    let protected = [Protected::whole("all", text.as_str())];
    let draft = [Part { name: "what".to_owned(), text: text.chars().rev().collect::<String>() + &text }];
    bench.bench_local(|| check(&draft, &protected, &[]));
}

fn hostile_text(kind: &str) -> String {
    let many = |piece: &dyn Fn(usize) -> String| {
        let mut out = String::new();
        let mut at = 0;
        while out.len() < 200_000 {
            out.push_str(&piece(at));
            at += 1;
        }
        out
    };
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
    match kind {
        "one word" => many(&|_| "violin ".to_owned()),
        "figures" => many(&|at| format!("{at} ")),
        "one figure" => many(&|_| "47 men ".to_owned()),
        "times" => many(&|at| format!("{}:{:02} UTC+{} ", at % 24, at / 24 % 60, at / 1440 % 14)),
        "dates" => many(&|at| format!("{}/{}/{} ", at % 28 + 1, at / 28 % 12 + 1, 1900 + at / 336 % 200)),
        "names" => many(&|at| format!("x Ba{}{}{}n ", letter(at), letter(at / 26), letter(at / 676))),
        "capital pairs" => many(&|at| format!("x BAA{} COO{} ", letter(at), letter(at / 26))),
        "letters" => many(&|at| format!("{} ", letter(at))),
        "remarks" => many(&|_| "<!-- ".to_owned()),
        "no stops" => text(30_000, 3).replace('.', ""),
        "base64" => many(&|at| if at % 20 == 0 { " ".to_owned() } else { "QUJD".to_owned() }),
        _ => text(30_000, 3),
    }
}
