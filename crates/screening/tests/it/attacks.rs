//! Attacks and promises of `PROMISES` that concern the index; each prints its figure.
#![allow(clippy::disallowed_methods, reason = "what is measured takes time")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::register::{Geometry, Position};
use screening::exact::Exact;
use screening::import::read;
use screening::{Ask, Index, Shape};

use super::common::{now, persons};
use super::world;

/// The shortest of seven runs: what else the machine does only adds.
fn shortest(mut run: impl FnMut()) -> Duration {
    let once = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..7).map(|_| once(&mut run)).min().unwrap()
}

/// Seconds for each byte of a text.
fn per_byte(index: &Index, text: &str) -> f64 {
    let took = shortest(|| drop(black_box(index.screen(&Ask::new(text, now())))));
    took.as_secs_f64() / text.len() as f64
}

#[test]
fn a25_text_made_to_cost_costs_little_more_than_any_other() {
    const BYTES: usize = 6_000;
    let mut names = world::names(1_000);
    names.extend(["Muhammad Ali Muhammad", "A. A. Milne", "李小明", "O'Brien, Tim"].map(str::to_owned));
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    let index = Index::build(&persons(&borrowed));
    let normal = per_byte(&index, &world::text(&names, BYTES, 3));
    let common = names[0].clone() + " ";
    let hostile = [
        "a ",
        "A ",
        "al ",
        "Al Bin ",
        "Muhamad ",
        "Muhammad Ali ",
        "é ",
        "É\u{301} ",
        "\u{301}",
        "\u{200b}",
        "x\u{301}\u{301}\u{301}",
        "李",
        "1.234, ",
        "his family ",
        "''",
        "AlBinAlBinAlBinAlBin",
        &common,
    ];
    let costs = hostile.map(|piece| (per_byte(&index, &piece.repeat(BYTES / piece.len())) / normal, piece));
    let (worst, piece) = costs.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
    println!(
        "A25: the worst of {} hostile texts takes {worst:.1} times as long per byte as any other: {piece:?}",
        costs.len()
    );
    // Ten in a release build, where usual words cost next to nothing; a third of that in a debug build.
    assert!(worst <= 20.0, "{costs:?}");
}

#[test]
fn a25_a_register_made_to_cost_stays_bounded() {
    const BYTES: usize = 6_000;
    let names = world::names(300);
    let made: Vec<String> = (0..300).map(|number| "A ".repeat(2 + number % 15) + &names[number]).collect();
    let of = |names: &[String]| {
        let names: Vec<&str> = names.iter().map(String::as_str).chain(["Leyla Karimi"]).collect();
        Index::build(&persons(&names))
    };
    let (usual, hostile) = (of(&names), of(&made));
    let normal = per_byte(&usual, &world::text(&names, BYTES, 3));
    let costs =
        ["A ", "a ", "A. A, "].map(|piece| (per_byte(&hostile, &piece.repeat(BYTES / piece.len())) / normal, piece));
    let (worst, piece) = costs.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
    println!("A25: names made of initials cost {worst:.1} times as much per byte as others, with {piece:?} as text");
    // Ten in a release build, where usual words cost next to nothing; a third of that in a debug build.
    assert!(worst <= 20.0, "{costs:?}");
    let flooded = "A ".repeat(4_000) + ". They will kill Leyla Karimi.";
    let found = hostile.screen(&Ask::new(&flooded, now()));
    assert!(found.hits.iter().any(|hit| hit.party.as_str() == "p300"), "a flood hides nobody");
}

#[test]
fn a25_large_areas_and_deep_files_are_bounded() {
    let ring: Vec<Position> = (0..100_000)
        .map(|corner| {
            let angle = f64::from(corner % 99_999) / 99_999.0 * std::f64::consts::TAU;
            let far = if corner % 2 == 0 { 10.0 } else { 9.0 };
            Position { lat: far * angle.sin(), lon: far * angle.cos() }
        })
        .collect();
    let mut ring = ring;
    ring[99_999] = ring[0];
    let shape = Shape::new(&Geometry::Polygon(vec![ring])).unwrap();
    assert!(shape.contains(Position { lat: 1.0, lon: 1.0 }));
    let deep = format!("{{\"id\":\"a\",\"kind\":\"person\",\"names\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let found = read("deep", &deep);
    assert!(found.entries.is_empty() && found.bad.len() == 1, "{:?}", found.bad.len());
}

/// Names and what somebody may make of them; each must be found in a sentence.
struct Corpus {
    script: &'static str,
    names: &'static [&'static str],
}

const CORPORA: &[Corpus] = &[
    Corpus {
        script: "Latin",
        names: &[
            "Leyla Karimi",
            "Eleanor Featherstone",
            "Jürgen Müllenbach",
            "Anna Maria Kovač",
            "Pieter van den Bergen",
            "Margaret O'Brien",
            "Jean-Luc Moreau",
            "Nguyễn Minh Khai",
            "Tunde Okafor",
            "Łukasz Świątek",
            "Carlos Mendoza",
            "Zoltán Szabados",
        ],
    },
    Corpus {
        script: "Cyrillic",
        names: &[
            "Владимир Петров",
            "Александр Волков",
            "Наталья Ковалёва",
            "Дмитрий Козловский",
            "Сергей Орлов",
            "Шамиль Гаджиев",
            "Олександр Шевченко",
            "Евгений Сорокин",
        ],
    },
    Corpus {
        script: "Arabic",
        names: &["محمد حسن", "عمر خالد", "يوسف صالح", "فاطمة الزهراء", "كريم ناصر", "مصطفى الحداد"],
    },
    Corpus {
        script: "Persian",
        names: &["لیلا کریمی", "نوید رستمی", "سارا احمدی", "ابراهیم قاسمی", "رضا توکلی", "امید رحیمی"],
    },
    Corpus {
        script: "Hebrew", names: &["יעל כהן", "דוד לוינסון", "משה ברקוביץ", "שרה אברהמי"]
    },
    Corpus {
        script: "Greek", names: &["Ελένη Παππά", "Νίκος Σταυρόπουλος", "Μαρία Δημητρίου", "Γιώργος Παπαδάκης"]
    },
    Corpus { script: "Han", names: &["李小明", "王美玲", "陳建國", "山田花子"] },
];

/// The very name, written so that a plain search misses it.
fn disguised(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let hidden = |mark: char| {
        let mut letters: Vec<char> = name.chars().collect();
        letters.insert(2, mark);
        letters.into_iter().collect::<String>()
    };
    let mut all = vec![
        name.to_uppercase(),
        name.to_lowercase(),
        hidden('\u{200b}'),
        hidden('\u{ad}'),
        hidden('\u{2060}'),
        hidden('\u{200d}'),
        name.replace(' ', "  "),
        name.replace(' ', "\n"),
        name.replace(' ', "\u{a0}"),
        name.replace(' ', "-"),
    ];
    all.push(unicode_normalization::UnicodeNormalization::nfd(name).collect());
    all.push(unicode_normalization::UnicodeNormalization::nfkc(name).collect());
    if words.len() > 1 {
        let mut turned = words.clone();
        turned.rotate_right(1);
        all.push(turned.join(" "));
        all.push(format!("{}, {}", turned[0], turned[1..].join(" ")));
    }
    if name.chars().all(|letter| letter.is_alphabetic() || " '-".contains(letter)) && name.is_ascii() {
        let twins = |letter: char| match letter {
            'a' => 'а',
            'e' => 'е',
            'o' => 'о',
            'i' => 'і',
            other => other,
        };
        all.push(name.chars().map(twins).collect());
        let wide = |letter: char| {
            char::from_u32(u32::from(letter) + 0xfee0).filter(|_| letter.is_alphabetic()).unwrap_or(letter)
        };
        all.push(name.chars().map(wide).collect());
        all.push(
            name.chars().flat_map(|letter| if letter == 'a' { vec!['a', '\u{301}'] } else { vec![letter] }).collect(),
        );
    }
    all
}

/// The name with one error in a long word, read by a machine, or with its words run together.
fn damaged(name: &str) -> Vec<String> {
    let mut all = Vec::new();
    for word in name.split(' ').filter(|word| word.chars().count() >= 7 && !word.contains(['\'', '-'])) {
        let letters: Vec<char> = word.chars().collect();
        let middle = letters.len() / 2;
        let mut change = |edit: &dyn Fn(&mut Vec<char>)| {
            let mut changed = letters.clone();
            edit(&mut changed);
            all.push(name.replace(word, &changed.iter().collect::<String>()));
        };
        change(&|word| _ = word.remove(middle));
        change(&|word| word.swap(middle, middle + 1));
        change(&|word| word.insert(middle, word[middle]));
        change(&|word| word[middle] = if word[middle] == 'х' { 'ж' } else { word[0] });
    }
    let latin = name.is_ascii();
    if latin && name.len() > 9 && !name.contains(['\'', '-']) {
        all.push(name.replace(' ', ""));
    }
    all
}

#[test]
fn a26_names_written_to_be_missed_are_found() {
    let mut figures: BTreeMap<&str, [(usize, usize); 2]> = BTreeMap::new();
    let mut missed = Vec::new();
    for corpus in CORPORA {
        let index = Index::build(&persons(corpus.names));
        for (number, name) in corpus.names.iter().enumerate() {
            for (class, variants) in [disguised(name), damaged(name)].into_iter().enumerate() {
                for variant in variants {
                    let text = format!("Somebody wrote this on Friday: {variant}; the Warden of the Harbour knows.");
                    let screening = index.screen(&Ask::new(&text, now()));
                    let found = screening.hits.iter().any(|hit| hit.party.as_str() == format!("p{number}"));
                    let counted = &mut figures.entry(corpus.script).or_default()[class];
                    *counted = (counted.0 + usize::from(found), counted.1 + 1);
                    if !found {
                        missed.push(format!("{name}: {variant:?}"));
                    }
                }
            }
        }
    }
    let share = |(found, all): (usize, usize)| if all == 0 { 1.0 } else { found as f64 / all as f64 };
    for (script, [exact, fuzzy]) in &figures {
        println!("A26: {script}: disguised {} of {} found, damaged {} of {}", exact.0, exact.1, fuzzy.0, fuzzy.1);
    }
    for (script, [exact, fuzzy]) in &figures {
        assert!(share(*exact) >= 0.99, "{script}: {exact:?}\n{}", missed.join("\n"));
        assert!(share(*fuzzy) >= 0.95, "{script}: {fuzzy:?}\n{}", missed.join("\n"));
    }
}

/// The index's part in it: whoever is named is found among texts of the same words that name nobody. That a person sees
/// it in time is for the desk to show.
#[test]
fn a29_a_flood_of_false_reports_is_searched_for_the_true_ones() {
    let names = world::names(2_000);
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    let index = Index::build(&persons(&borrowed));
    let nobody = vec!["Zzyzx Qqwert".to_owned()];
    let noise = world::text(&nobody, 400_000, 5).replace(&nobody[0], "");
    let (mut found, mut noisy, mut reports) = (0, 0, 0);
    let mut rest = noise.as_str();
    for (number, name) in names.iter().enumerate().take(1_000) {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(300));
        rest = after;
        let truth = number % 100 == 50;
        let last = if truth { format!(". They will kill {name}.") } else { String::new() };
        let report = format!("{piece}{last}");
        let screening = index.screen(&Ask::new(&report, now()));
        let named = screening.hits.iter().any(|hit| !truth || hit.party.as_str() == format!("p{number}"));
        found += usize::from(truth && named);
        noisy += usize::from(!truth && named);
        reports += 1;
    }
    println!(
        "A29: of {reports} reports 10 name somebody in the register, {found} are found; of the others {noisy} hit by chance"
    );
    assert_eq!(found, 10);
    assert!(noisy <= reports / 100, "{noisy}");
}

/// The largest part of what makes a register ready, the table of its names, kept as bytes.
#[test]
fn r12_a_table_of_names_is_read_back_quickly() {
    let names = world::names(30_000);
    let start = Instant::now();
    let mut table = Exact::with_room(names.len(), 7);
    for name in &names {
        table.put(name);
    }
    let built = start.elapsed();
    let bytes = table.to_bytes();
    let read = shortest(|| drop(black_box(Exact::from_bytes(&bytes).unwrap())));
    println!(
        "R12: a table of {} names is built in {} ms and read back in {} ms",
        names.len(),
        built.as_millis(),
        read.as_millis()
    );
    assert!(read * 5 < built, "{read:?} and {built:?}");
    let again = Exact::from_bytes(&bytes).unwrap();
    let mut found = Vec::new();
    again.scan(&names[29_999], |name, _| found.push(names[name as usize].clone()));
    assert!(found.contains(&names[29_999]), "{found:?}");
}
