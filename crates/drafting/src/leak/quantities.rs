//! Numbers and quantities: read from figures and words, turned into one unit, compared with what is cleared.

use std::collections::{BTreeMap, HashSet};

use super::ground::{Found, Ground, Passage};
use super::lexicon::number_word;
use super::report::Kind;
use super::tokens::Shape;

/// What a number counts or measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Measure {
    /// Things, with the meanings of the two telling words that follow.
    Count([Option<u32>; 2]),
    /// In metres.
    Length,
    /// In kilograms.
    Mass,
    /// In litres.
    Volume,
    /// In hours.
    Duration,
    /// Any currency.
    Money,
    Percent,
}

/// A number in a text.
#[derive(Debug, Clone, Copy)]
struct Quantity {
    value: f64,
    /// The number as written, before its unit was applied.
    written: f64,
    measure: Measure,
    /// The meaning of the word right before it: "gate 4", "locker 212".
    label: Option<u32>,
    from: usize,
    to: usize,
}

/// Conversions are rounded: 510 miles are called 820 km.
const TOLERANCE: f64 = 0.035;
/// Numbers to call for help.
const EMERGENCY: [u32; 9] = [101, 110, 111, 112, 117, 118, 144, 911, 999];

/// Different quantities by their value and as written, so that a number is compared only with those near it.
#[derive(Default)]
struct Index {
    all: Vec<(usize, Quantity)>,
    by_value: BTreeMap<u64, Vec<usize>>,
    by_written: BTreeMap<u64, Vec<usize>>,
}

/// So many near quantities are looked at; a flood of one figure must not cost time.
const MOST_NEAR: usize = 400;

impl Index {
    fn of(ground: &Ground<'_>, passages: &[Passage<'_>]) -> Self {
        let mut index = Self::default();
        let mut met = HashSet::new();
        for (passage, text) in passages.iter().enumerate() {
            for quantity in quantities(ground, text) {
                let same = (quantity.value.to_bits(), quantity.written.to_bits(), quantity.measure, quantity.label);
                if !met.insert(same) {
                    continue;
                }
                let number = index.all.len();
                index.by_value.entry(quantity.value.to_bits()).or_default().push(number);
                index.by_written.entry(quantity.written.to_bits()).or_default().push(number);
                index.all.push((passage, quantity));
            }
        }
        index
    }

    /// Those whose value or written number is about that of `said`. Bits of positive floats sort as the floats do.
    fn near(&self, said: &Quantity) -> impl Iterator<Item = &(usize, Quantity)> {
        let slack = 1.5 * TOLERANCE;
        let range = (said.value * (1.0 - slack)).to_bits()..=(said.value * (1.0 + slack)).to_bits();
        let same = [&self.by_value, &self.by_written].into_iter().filter_map(|map| map.get(&said.value.to_bits()));
        let same = same.flat_map(|list| list.iter().take(MOST_NEAR));
        let around = self.by_value.range(range).flat_map(|(_, list)| list).take(MOST_NEAR);
        same.chain(around).map(|number| &self.all[*number])
    }
}

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let cleared = Index::of(ground, &ground.cleared);
    let protected = Index::of(ground, &ground.protected);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        for said in quantities(ground, text) {
            if cleared.near(&said).any(|(_, known)| covers(known, &said)) {
                continue;
            }
            let behind =
                protected.near(&said).filter_map(|(at, known)| gives_away(known, &said).map(|s| (*at, known, s)));
            let Some((at, known, sure)) = behind.max_by(|left, right| left.2.total_cmp(&right.2)) else { continue };
            found.push(Found {
                kind: Kind::Number,
                passage: number,
                span: text.span(said.from, said.to),
                source: Some((at, ground.protected[at].span(known.from, known.to))),
                confidence: sure,
                why:
                    "this figure stands in protected text, also when written out or converted, and is more exact than \
                      what is cleared"
                        .to_owned(),
            });
        }
    }
    found
}

/// Whether a cleared quantity says as much.
fn covers(cleared: &Quantity, said: &Quantity) -> bool {
    let same_kind = std::mem::discriminant(&cleared.measure) == std::mem::discriminant(&said.measure);
    same_kind && close(cleared.value, said.value, if exact(said) { 0.0 } else { TOLERANCE })
}

/// How sure it is that the draft's quantity is the protected one.
fn gives_away(known: &Quantity, said: &Quantity) -> Option<f64> {
    if close(known.written, said.written, 0.0) && known.label.is_some() && known.label == said.label {
        return Some(0.75);
    }
    match (known.measure, said.measure) {
        (Measure::Count(these), Measure::Count(those)) => {
            if !close(known.value, said.value, 0.0) || said.value < 2.0 {
                return None;
            }
            let same_things = these.iter().flatten().any(|meaning| those.contains(&Some(*meaning)));
            if same_things { Some(0.85) } else { telling(said.value).then_some(0.6) }
        }
        (Measure::Duration, Measure::Duration) => {
            let usual = [1.0, 2.0, 3.0, 7.0, 10.0, 12.0, 14.0, 24.0, 30.0, 36.0, 48.0, 72.0].contains(&said.written);
            (close(known.value, said.value, 0.0) && !usual).then_some(0.7)
        }
        (left, right) if left == right => {
            let tolerance = if close(known.written, said.written, 0.0) { 0.0 } else { TOLERANCE };
            close(known.value, said.value, tolerance).then_some(0.85)
        }
        // A sum without its currency.
        (Measure::Money, Measure::Count([None, _])) if said.value >= 1_000.0 => {
            close(known.value, said.value, 0.0).then_some(0.7)
        }
        // "40 kilos" told as a bare "40" with another word behind it.
        (_, Measure::Count(_)) => (close(known.written, said.value, 0.0) && telling(said.value)).then_some(0.55),
        _ => None,
    }
}

/// A bare number that hardly stands in two texts by chance.
fn telling(value: f64) -> bool {
    let whole = value.fract() == 0.0;
    let mut bare = value;
    while whole && bare >= 100.0 && bare % 10.0 == 0.0 {
        bare /= 10.0;
    }
    // "12,000" is said by many, "220,000" by few.
    let few = value >= 10_000.0 && bare > 12.0 && (bare % 5.0 != 0.0 || bare > 80.0);
    let round = whole && !few && (bare <= 24.0 || bare < 100.0 && bare % 10.0 == 0.0 || bare < value && bare < 100.0);
    let year = whole && (1900.0..=2100.0).contains(&value);
    let emergency = EMERGENCY.iter().any(|number| close(f64::from(*number), value, 0.0));
    !(round || year || emergency)
}

fn exact(quantity: &Quantity) -> bool {
    matches!(quantity.measure, Measure::Count(_) | Measure::Money | Measure::Percent | Measure::Duration)
}

fn close(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * left.abs().max(right.abs()) + 1e-9
}

fn quantities(ground: &Ground<'_>, text: &Passage<'_>) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let begins = ground.word(&text.tokens[at]).begins_figure;
        let Some((value, suffix, to)) = begins.then(|| number(ground, text, at)).flatten() else {
            at += 1;
            continue;
        };
        let (measure, factor, end) = measure(ground, text, at, to, &suffix);
        let label = at.checked_sub(1).and_then(|before| label(ground, text, before));
        found.push(Quantity { value: value * factor, written: value, measure, label, from: at, to: end });
        at = to + 1;
    }
    found
}

/// What a number right behind this word numbers: a thing that carries a number, not a verb or a small word.
fn label(ground: &Ground<'_>, text: &Passage<'_>, at: usize) -> Option<u32> {
    const NUMBERED: [&str; 34] = [
        "room",
        "gate",
        "locker",
        "seat",
        "pew",
        "platform",
        "floor",
        "house",
        "flat",
        "apartment",
        "door",
        "exit",
        "kilometre",
        "kilometer",
        "km",
        "mile",
        "post",
        "bus",
        "tram",
        "line",
        "flight",
        "train",
        "berth",
        "pier",
        "warehouse",
        "unit",
        "block",
        "row",
        "table",
        "cabin",
        "channel",
        "building",
        "hall",
        "shelf",
    ];
    let word = ground.word(text.tokens.get(at)?);
    (NUMBERED.contains(&word.text.as_str()) && text.gap(at) == " ").then_some(word.meaning)
}

/// The number that starts at a token: its value, letters stuck to it ("820km"), and its last token.
fn number(ground: &Ground<'_>, text: &Passage<'_>, at: usize) -> Option<(f64, String, usize)> {
    let token = &text.tokens[at];
    if token.shape == Shape::Digits {
        let (value, suffix) = figures(ground.text(text, at))?;
        let scale = scale(ground.text(text, at + 1)).filter(|_| suffix.is_empty());
        return Some(match scale {
            Some(scale) => (value * scale, String::new(), at + 1),
            None => (value, suffix, at),
        });
    }
    written_out(ground, text, at).map(|(value, to)| (value, String::new(), to))
}

/// "1,200", "3.5", "820km", "40k".
fn figures(word: &str) -> Option<(f64, String)> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    if suffix.starts_with([':', '/', '-']) || digits.len() > 15 {
        return None;
    }
    let grouped = digits.split(',').skip(1).all(|group| group.len() == 3);
    let plain = if grouped { digits.replace(',', "") } else { digits.replace(',', ".") };
    let value: f64 = plain.parse().ok()?;
    match suffix {
        "k" => Some((value * 1e3, String::new())),
        "st" | "nd" | "rd" | "th" => None,
        _ => Some((value, suffix.to_owned())),
    }
}

/// "forty-seven", "two hundred and six", "half a dozen".
fn written_out(ground: &Ground<'_>, text: &Passage<'_>, at: usize) -> Option<(f64, usize)> {
    let word = |at: usize| ground.text(text, at);
    match (word(at), word(at + 1), word(at + 2)) {
        ("half", "a", "dozen") => return Some((6.0, at + 2)),
        ("half", "a" | "an", thing) if unit(thing).is_some() => return Some((0.5, at + 1)),
        ("quarter", "of", "a" | "an") if unit(word(at + 3)).is_some() => return Some((0.25, at + 2)),
        ("third", "of", "a" | "an") if unit(word(at + 3)).is_some() => return Some((1.0 / 3.0, at + 2)),
        ("a", "dozen", _) => return Some((12.0, at + 1)),
        ("a", "hundred", _) => return Some((100.0, at + 1)),
        _ => {}
    }
    let mut total = 0.0;
    let mut part = f64::from(number_word(word(at))?);
    let mut last = at;
    let mut next = at + 1;
    while next < text.tokens.len() && next < at + 12 {
        if let Some(small) = number_word(word(next)).map(f64::from) {
            // "twenty three" is one number; "three four" is two.
            let fits = small < 10.0 && part >= 20.0 && part % 10.0 == 0.0 || part >= 100.0 && part % 100.0 == 0.0;
            if !fits {
                break;
            }
            part += small;
        } else if let Some(scale) = scale(word(next)) {
            if scale > 100.0 {
                total += part * scale;
                part = 0.0;
            } else {
                part *= scale;
            }
        } else if (word(next), word(next + 1), word(next + 2)) == ("and", "a", "half") {
            part += 0.5;
            next += 2;
        } else if !(word(next) == "and" && part >= 100.0 && number_word(word(next + 1)).is_some()) {
            break;
        }
        last = next;
        next += 1;
    }
    Some((total + part, last))
}

fn scale(word: &str) -> Option<f64> {
    match word {
        "dozen" => Some(12.0),
        "hundred" => Some(100.0),
        "thousand" => Some(1e3),
        "million" => Some(1e6),
        _ => None,
    }
}

/// What the number that ends at `to` measures, the factor to its base unit, and the last token of the unit.
fn measure(ground: &Ground<'_>, text: &Passage<'_>, from: usize, to: usize, suffix: &str) -> (Measure, f64, usize) {
    let start = text.tokens[from].start;
    let before = text.raw.get(..start).and_then(|raw| raw.chars().next_back());
    if matches!(before, Some('$' | '€' | '£' | '¥')) {
        return (Measure::Money, 1.0, to);
    }
    if text.gap(to).starts_with('%') {
        return (Measure::Percent, 1.0, to);
    }
    if let Some((measure, factor)) = unit(suffix) {
        return (measure, factor, to);
    }
    let next = ground.text(text, to + 1);
    if let Some((measure, factor)) = unit(next) {
        return (measure, factor, to + 1);
    }
    let things = (to + 1..(to + 5).min(text.tokens.len()))
        .take_while(|at| text.tokens[*at].sentence == text.tokens[to].sentence)
        .map(|at| ground.word(&text.tokens[at]))
        .filter(|word| !word.function)
        .map(|word| word.meaning);
    let mut nouns = [None, None];
    for (slot, meaning) in nouns.iter_mut().zip(things) {
        *slot = Some(meaning);
    }
    (Measure::Count(nouns), 1.0, to)
}

fn unit(word: &str) -> Option<(Measure, f64)> {
    Some(match word {
        "km" | "kms" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => (Measure::Length, 1_000.0),
        "mile" | "miles" | "mi" => (Measure::Length, 1_609.344),
        "m" | "metre" | "metres" | "meter" | "meters" => (Measure::Length, 1.0),
        "foot" | "feet" | "ft" => (Measure::Length, 0.3048),
        "yard" | "yards" | "yd" | "yds" => (Measure::Length, 0.9144),
        "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" | "kilogramme" | "kilogrammes" => {
            (Measure::Mass, 1.0)
        }
        "lb" | "lbs" | "pound" | "pounds" => (Measure::Mass, 0.453_592_37),
        "ounce" | "ounces" | "oz" => (Measure::Mass, 0.028_349_5),
        "gram" | "grams" | "gramme" | "grammes" | "g" => (Measure::Mass, 0.001),
        "ton" | "tons" | "tonne" | "tonnes" => (Measure::Mass, 1_000.0),
        "litre" | "litres" | "liter" | "liters" => (Measure::Volume, 1.0),
        "gallon" | "gallons" => (Measure::Volume, 3.785),
        "minute" | "minutes" | "mins" => (Measure::Duration, 1.0 / 60.0),
        "hour" | "hours" | "hrs" => (Measure::Duration, 1.0),
        "day" | "days" => (Measure::Duration, 24.0),
        "week" | "weeks" => (Measure::Duration, 168.0),
        "month" | "months" => (Measure::Duration, 730.0),
        "dollar" | "dollars" | "usd" | "euro" | "euros" | "eur" | "sterling" | "rials" | "francs" | "kroner"
        | "kronor" | "dinars" | "roubles" | "rubles" | "rupees" | "pesos" | "shekels" | "lira" | "yen" | "yuan"
        | "bitcoin" | "bitcoins" => (Measure::Money, 1.0),
        "percent" => (Measure::Percent, 1.0),
        _ => return None,
    })
}
