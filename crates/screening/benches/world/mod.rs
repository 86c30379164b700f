//! Generated names, texts, misspellings and points, from fixed seeds: every run measures the same.
#![allow(dead_code, reason = "each bench and test uses its part")]

/// Knuth's MMIX generator: enough for names that look like names.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    /// Between 0 and 1.
    pub fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.roll(1 << 31)).unwrap_or(0)) / f64::from(1_u32 << 31)
    }

    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.roll(list.len())]
    }

    /// One of the list, the first ones often: the tenth a tenth as often as the first (Zipf).
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    pub fn pick_common<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let at = ((list.len() as f64).ln() * self.fraction()).exp() as usize;
        &list[at.min(list.len()) - 1]
    }

    pub fn word(&mut self, syllables: usize) -> String {
        const START: &[&str] =
            &["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "sh", "t", "v", "z", "kh", "br"];
        const VOWEL: &[&str] = &["a", "e", "i", "o", "u", "ai", "ei"];
        const END: &[&str] = &["", "", "n", "r", "l", "s", "m", "d"];
        (0..syllables).map(|_| [*self.pick(START), *self.pick(VOWEL), *self.pick(END)].concat()).collect()
    }
}

pub fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The words of the generated language, the common ones short.
pub fn vocabulary() -> Vec<String> {
    let mut dice = Dice(2);
    (0..40_000_usize).map(|rank| dice.word(if rank < 500 { 1 } else { 2 + rank % 2 })).collect()
}

/// Names: given ones from a small pool and family names from a large one, as in life; one in eight has a third, and one
/// family name in thirty is a word of the language.
pub fn names(many: usize) -> Vec<String> {
    let mut dice = Dice(1);
    let common = vocabulary();
    let given: Vec<String> = (0..6_000).map(|n| capital(&dice.word(2 + n % 2))).collect();
    let family: Vec<String> =
        (0..(many / 4).clamp(1_000, 400_000))
            .map(|n| {
                if n % 30 == 0 {
                    capital(dice.pick(common.as_slice()).as_str())
                } else {
                    capital(&dice.word(2 + n % 3))
                }
            })
            .collect();
    let mut name = || match dice.roll(8) {
        0 => format!("{} {} {}", dice.pick_common(&given), dice.pick(&given), dice.pick(&family)),
        _ => format!("{} {}", dice.pick_common(&given), dice.pick(&family)),
    };
    (0..many).map(|_| name()).collect()
}

/// Text of so many bytes, with a name of the register in about each 2,000; one word in a hundred is not ASCII.
pub fn text(names: &[String], bytes: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let words = vocabulary();
    let mut text = String::with_capacity(bytes + 200);
    let (mut next, mut start) = (1_000, true);
    while text.len() < bytes {
        if text.len() > next {
            text.push_str(dice.pick(names).as_str());
            text.push(' ');
            next += 2_000;
        }
        let word = dice.pick_common(&words);
        match (start, dice.roll(100)) {
            (_, 0) => text.push_str(&word.replace(['a', 'e'], "é")),
            (true, _) | (_, 1..=6) => text.push_str(&capital(word)),
            _ => text.push_str(word),
        }
        start = dice.roll(14) == 0;
        text.push_str(match (start, dice.roll(40)) {
            (true, 0) => ".\n\n",
            (true, _) => ". ",
            (false, 0..=1) => ", ",
            _ => " ",
        });
    }
    text
}

/// A name as somebody might write it down: up to two errors, and now and then the family name first.
pub fn misspelt(name: &str, dice: &mut Dice) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    if dice.roll(4) == 0 {
        words.rotate_right(1);
    }
    let mut letters: Vec<char> = words.join(" ").chars().collect();
    let errors = if letters.len() < 10 { dice.roll(2) } else { dice.roll(3) };
    for _ in 0..errors {
        let inner: Vec<usize> =
            (1..letters.len() - 1).filter(|at| letters[*at] != ' ' && letters[at + 1] != ' ').collect();
        let at = if inner.is_empty() { 0 } else { *dice.pick(&inner) };
        let other = char::from(b'a' + u8::try_from(dice.roll(26)).unwrap_or(0));
        match dice.roll(4) {
            0 => letters[at] = other,
            1 => letters.insert(at, other),
            2 => drop(letters.remove(at)),
            _ => letters.swap(at, at + 1),
        }
    }
    letters.into_iter().collect()
}
