//! How many determinations a second one core makes under each shipped pack, and how long a proof of its soundness takes.

use policy::{Facts, Pack, check, diff, evaluate, shipped_pack};

fn main() {
    divan::main();
}

const IDS: [&str; 6] =
    ["icd-191", "uk-threat-to-life", "clery", "duty-of-care", "ca-duty-to-warn", "victim-notification"];

fn pack(id: &str) -> Pack {
    shipped_pack(id).and_then(Result::ok).unwrap_or_else(|| panic!("{id} is not shipped"))
}

/// Every question answered, one in doubt, with a ground relied on and signed: the longest way through.
fn facts(pack: &Pack) -> Facts {
    let answers: Vec<String> = pack
        .says
        .criteria
        .iter()
        .enumerate()
        .map(|(place, one)| format!("\"{}\": \"{}\"", one.id, if place == 0 { "unclear" } else { "met" }))
        .collect();
    let ground = &pack.says.grounds[0].id;
    let text = format!(
        r#"{{"at": "2024-03-01T08:00:00Z", "harm": "killing", "victim": {{"kind": "person", "described": "a shopkeeper"}},
        "window": {{"from": "2024-03-02T00:00:00Z", "to": "2024-03-03T00:00:00Z"}}, "answers": {{{}}},
        "grounds": {{"{ground}": "met"}}, "affirmations": [{{"of": "waiver", "ground": "{ground}",
        "by_role": "senior_officer", "by": "m.berg", "reason": "told"}}], "by": "a.lind"}}"#,
        answers.join(", ")
    );
    Facts::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// One determination, with its reasons and deadlines in words.
#[divan::bench(args = IDS)]
fn determination(bencher: divan::Bencher<'_, '_>, id: &str) {
    let pack = pack(id);
    let facts = facts(&pack);
    bencher.counter(divan::counter::ItemsCount::new(1_usize)).bench(|| evaluate(divan::black_box(&pack), &facts));
}

/// `policy check`: every combination of answers, every role as an affirmer.
#[divan::bench(args = IDS)]
fn soundness(bencher: divan::Bencher<'_, '_>, id: &str) {
    let pack = pack(id);
    bencher.bench(|| check(divan::black_box(&pack)));
}

/// `policy diff`: every combination of answers under both.
#[divan::bench]
fn comparison(bencher: divan::Bencher<'_, '_>) {
    let old = pack("icd-191");
    let mut new = old.clone();
    new.hash.clear();
    new.says.doubt = None;
    bencher.bench(|| diff(divan::black_box(&old), &new));
}
