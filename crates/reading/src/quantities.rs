//! Numbers of people, as intervals: "at least 95", "nearly 100", "dozens", "thirty-five".

use domain::claim::Normal;

use crate::tokens::{Kind, Token};

/// A number as told: an interval and how it was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub at_least: Option<u64>,
    pub at_most: Option<u64>,
    pub vague: bool,
}

impl Quantity {
    const fn exactly(count: u64) -> Self {
        Self { at_least: Some(count), at_most: Some(count), vague: false }
    }

    const fn vague(at_least: u64, at_most: Option<u64>) -> Self {
        Self { at_least: Some(at_least), at_most, vague: true }
    }

    /// The two added up, as in "13 soldiers and about 170 civilians".
    pub fn plus(self, other: Self) -> Self {
        let add = |one: Option<u64>, two: Option<u64>| one.zip(two).and_then(|(one, two)| one.checked_add(two));
        Self {
            at_least: add(self.at_least, other.at_least),
            at_most: add(self.at_most, other.at_most),
            vague: self.vague || other.vague,
        }
    }

    pub const fn normal(self) -> Normal {
        Normal::Quantity { at_least: self.at_least, at_most: self.at_most, vague: self.vague }
    }
}

/// What words before a number make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    AtLeast,
    AtMost,
    MoreThan,
    FewerThan,
    Nearly,
    About,
}

const BOUNDS: &[(&[&str], Bound)] = &[
    (&["no", "fewer", "than"], Bound::AtLeast),
    (&["no", "less", "than"], Bound::AtLeast),
    (&["not", "less", "than"], Bound::AtLeast),
    (&["no", "more", "than"], Bound::AtMost),
    (&["as", "many", "as"], Bound::AtMost),
    (&["at", "least"], Bound::AtLeast),
    (&["at", "most"], Bound::AtMost),
    (&["up", "to"], Bound::AtMost),
    (&["more", "than"], Bound::MoreThan),
    (&["well", "over"], Bound::MoreThan),
    (&["fewer", "than"], Bound::FewerThan),
    (&["less", "than"], Bound::FewerThan),
    (&["close", "to"], Bound::Nearly),
    (&["an", "estimated"], Bound::About),
    (&["over"], Bound::MoreThan),
    (&["nearly"], Bound::Nearly),
    (&["almost"], Bound::Nearly),
    (&["about"], Bound::About),
    (&["around"], Bound::About),
    (&["approximately"], Bound::About),
    (&["roughly"], Bound::About),
    (&["some"], Bound::About),
];

/// The number that starts at token `at`, words before it included, and the token after it.
pub(crate) fn quantity(tokens: &[Token<'_>], at: usize) -> Option<(Quantity, usize)> {
    let mut start = at;
    if tokens.get(start).is_some_and(|token| token.any(&["the", "another", "a", "further", "total"])) {
        let further = tokens.get(start + 1).is_some_and(|next| next.any(&["further", "total", "reported"]));
        start += usize::from(!tokens[start].is("a") || further);
    }
    let bound = BOUNDS.iter().find(|(words, _)| starts_with(tokens, start, words));
    let number = start + bound.map_or(0, |(words, _)| words.len());
    let (found, next) = number_at(tokens, number)?;
    if tokens.get(next).is_some_and(is_unit) || start.checked_sub(1).is_some_and(|before| is_money(&tokens[before])) {
        return None;
    }
    Some((bounded(found, bound.map(|(_, bound)| *bound)), next))
}

fn starts_with(tokens: &[Token<'_>], at: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(offset, word)| tokens.get(at + offset).is_some_and(|token| token.is(word)))
}

fn bounded(found: Quantity, bound: Option<Bound>) -> Quantity {
    let Some(bound) = bound else { return found };
    let Some(count) = found.at_least else { return found };
    // Ten parts in a hundred either way is what "nearly" and "about" are taken to leave open.
    let slack = count / 10;
    let (at_least, at_most) = match bound {
        Bound::AtLeast => (Some(count), None),
        Bound::AtMost => (None, found.at_most),
        Bound::MoreThan => (Some(count.saturating_add(1)), None),
        Bound::FewerThan => (None, Some(count.saturating_sub(1))),
        Bound::Nearly => (Some(count - slack), Some(count)),
        Bound::About => (Some(count - slack), found.at_most.map(|most| most.saturating_add(slack))),
    };
    Quantity { at_least, at_most, vague: found.vague }
}

/// "510 miles", "20 minutes" and "24-year-old" do not count people.
fn is_unit(token: &Token<'_>) -> bool {
    const UNITS: &[&str] = &[
        "km",
        "kilometres",
        "kilometers",
        "kilometre",
        "miles",
        "mile",
        "metres",
        "meters",
        "metre",
        "minutes",
        "minute",
        "hours",
        "hour",
        "days",
        "day",
        "weeks",
        "week",
        "months",
        "month",
        "years",
        "year",
        "seconds",
        "percent",
        "%",
        "per",
        "am",
        "pm",
        "a.m.",
        "p.m.",
        "kg",
        "tonnes",
        "tons",
        "million",
        "billion",
        "°",
        "/",
        "th",
        "st",
        "o'clock",
        "degrees",
        "times",
        "dollars",
        "euros",
        "pounds",
        "year-old",
        "-year-old",
        "members",
    ];
    token.any(UNITS) && !token.is("members")
}

fn is_money(token: &Token<'_>) -> bool {
    token.any(&["$", "€", "£", "#", "no.", "room", "flat", "gate", "section", "article"])
}

fn number_at(tokens: &[Token<'_>], at: usize) -> Option<(Quantity, usize)> {
    let token = tokens.get(at)?;
    if let Some(found) = collection(tokens, at) {
        return Some(found);
    }
    if token.kind == Kind::Number {
        let count = digits(token.text)?;
        return Some(range_end(tokens, at + 1, count).unwrap_or((Quantity::exactly(count), at + 1)));
    }
    if let Some((low, high)) = token.lower.split_once('-')
        && let (Some(low), Some(high)) = (digits(low), digits(high))
        && low < high
    {
        return Some((Quantity { at_least: Some(low), at_most: Some(high), vague: false }, at + 1));
    }
    if token.any(&["nobody", "no-one", "none"]) {
        return Some((Quantity::exactly(0), at + 1));
    }
    if token.is("no")
        && tokens.get(at + 1).is_some_and(|next| {
            next.any(&["one", "people", "deaths", "casualties", "injuries", "fatalities", "arrests"])
        })
    {
        return Some((Quantity::exactly(0), at + 1));
    }
    spelled(tokens, at)
}

/// "10 to 15", "95 – 100".
fn range_end(tokens: &[Token<'_>], at: usize, low: u64) -> Option<(Quantity, usize)> {
    let joins = tokens.get(at)?.any(&["to", "-"]);
    let high = tokens.get(at + 1).filter(|token| token.kind == Kind::Number).and_then(|token| digits(token.text))?;
    (joins && high > low).then_some((Quantity { at_least: Some(low), at_most: Some(high), vague: false }, at + 2))
}

fn digits(text: &str) -> Option<u64> {
    let plain: String = text.chars().filter(|letter| *letter != ',').collect();
    let grouped = text.split(',').skip(1).all(|group| group.len() == 3);
    (grouped && plain.len() <= 12 && plain.bytes().all(|byte| byte.is_ascii_digit())).then(|| plain.parse().ok())?
}

/// "dozens", "several hundred", "scores": what collection words are taken to span.
fn collection(tokens: &[Token<'_>], at: usize) -> Option<(Quantity, usize)> {
    let word = |offset: usize| tokens.get(at + offset).map_or("", |token| &*token.lower);
    let found = match (word(0), word(1)) {
        ("tens" | "hundreds", "of") if word(2) == "thousands" => (Quantity::vague(20_000, None), 3),
        ("dozens", _) => (Quantity::vague(24, Some(99)), 1),
        ("scores", _) => (Quantity::vague(40, None), 1),
        ("hundreds", _) => (Quantity::vague(200, None), 1),
        ("thousands", _) => (Quantity::vague(2_000, None), 1),
        ("several", "hundred") => (Quantity::vague(300, None), 2),
        ("several", "dozen") => (Quantity::vague(36, Some(99)), 2),
        ("several" | "many" | "numerous" | "multiple", _) => (Quantity::vague(3, None), 1),
        ("a", "few" | "handful") => (Quantity::vague(2, Some(9)), 2),
        ("a", "dozen") => (Quantity::exactly(12), 2),
        ("a", "hundred") => (Quantity::exactly(100), 2),
        _ => return None,
    };
    let (quantity, mut used) = found;
    if used == 1 && word(1) == "of" && !matches!(word(2), "the" | "those" | "them") {
        used = 2;
    }
    Some((quantity, at + used))
}

/// Number words: "three", "thirty-five", "two hundred and six".
fn spelled(tokens: &[Token<'_>], at: usize) -> Option<(Quantity, usize)> {
    let (mut total, mut current, mut next) = (0_u64, None::<u64>, at);
    while let Some(token) = tokens.get(next).filter(|_| next < at + 8) {
        if let Some(value) = small(&token.lower) {
            current = Some(current.unwrap_or(0) + value);
        } else if token.is("hundred") && current.is_some() {
            current = current.map(|value| value * 100);
        } else if token.is("dozen") && current.is_some() {
            current = current.map(|value| value * 12);
        } else if token.is("thousand") && current.is_some() {
            total += current.take().unwrap_or(0) * 1_000;
        } else {
            let joins = token.is("and") && next > at && tokens[next - 1].any(&["hundred", "thousand"]);
            let follows = tokens.get(next + 1).is_some_and(|after| small(&after.lower).is_some());
            if !(joins && follows) {
                break;
            }
        }
        next += 1;
    }
    (next > at).then(|| (Quantity::exactly(total + current.unwrap_or(0)), next))
}

pub(crate) fn small(word: &str) -> Option<u64> {
    const ONES: [&str; 20] = [
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
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let one = |word: &str| (0..).zip(ONES).find(|(_, name)| *name == word).map(|(value, _)| value);
    let ten = |word: &str| (2..).zip(TENS).find(|(_, name)| *name == word).map(|(value, _)| value * 10);
    match word.split_once('-') {
        Some((tens, ones)) => Some(ten(tens)? + one(ones).filter(|value| (1..10).contains(value))?),
        None => one(word).or_else(|| ten(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenise;
    use domain::Span;

    fn check(text: &str, expected: Option<(Option<u64>, Option<u64>)>) {
        let tokens = tokenise(text, Span::new(0, text.len()));
        let found = quantity(&tokens, 0).map(|(quantity, _)| (quantity.at_least, quantity.at_most));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_are_intervals() {
        check("95 people", Some((Some(95), Some(95))));
        check("at least 95 people", Some((Some(95), None)));
        check("nearly 100 people", Some((Some(90), Some(100))));
        check("nearly 300", Some((Some(270), Some(300))));
        check("more than 80 Iranians", Some((Some(81), None)));
        check("more than 26,000 Palestinians", Some((Some(26_001), None)));
        check("fewer than ten people", Some((None, Some(9))));
        check("up to 40 students", Some((None, Some(40))));
        check("about 170 Afghans", Some((Some(153), Some(187))));
        check("dozens of people", Some((Some(24), Some(99))));
        check("scores", Some((Some(40), None)));
        check("hundreds more", Some((Some(200), None)));
        check("thirty-five people", Some((Some(35), Some(35))));
        check("two hundred and six people", Some((Some(206), Some(206))));
        check("three dozen people", Some((Some(36), Some(36))));
        check("10-15 people", Some((Some(10), Some(15))));
        check("95 to 100 people", Some((Some(95), Some(100))));
        check("12 and 3", Some((Some(12), Some(12))));
        check("no one", Some((Some(0), Some(0))));
    }

    #[test]
    fn measures_count_nobody() {
        check("510 miles away", None);
        check("20 minutes", None);
        check("two days before", None);
        check("99999999999999999999 people", None);
        check("people", None);
    }
}
