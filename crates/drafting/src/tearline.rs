//! The tearline: what is cleared, claim by claim, each as exact as a person lets it be. A date can be widened to days, a
//! week or a month, a place to its area or country, a number to its order; what that leaves open is said, and whether
//! what remains is still a warning somebody can act on.

use domain::claim::{Claim, Field, Normal, Precision};
use jiff::ToSpan;
use jiff::civil::Date;

/// A claim said in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// The words; empty when the claim is left out.
    pub words: String,
    /// What these words leave open.
    pub open: Open,
}

/// What words leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Open {
    /// Nothing that the report does not leave open itself.
    Nothing,
    /// Which of so many days.
    Days(i32),
    /// Where in a province or the like.
    InArea,
    /// Where in a country.
    InCountry,
    /// How many, to the next ten or so.
    Number,
    /// All of it.
    All,
}

impl Open {
    /// As it is said to a person.
    pub fn told(self) -> String {
        match self {
            Self::Nothing => "as exact as the report".to_owned(),
            Self::Days(1) => "leaves the hour open".to_owned(),
            Self::Days(days) => format!("leaves open which of {days} days"),
            Self::InArea => "leaves open where in the area".to_owned(),
            Self::InCountry => "leaves open where in the country".to_owned(),
            Self::Number => "leaves the number open".to_owned(),
            Self::All => "is not said".to_owned(),
        }
    }
}

/// The ways to say a claim, most exact first; the last leaves it out. `wider` names the area and the country that a
/// place lies in, the nearer first.
pub fn rungs(claim: &Claim, wider: &[String]) -> Vec<Rung> {
    let as_said = Rung { words: claim.value.trim().to_owned(), open: Open::Nothing };
    let mut found = vec![as_said];
    match &claim.normalised {
        Normal::Dates { from: Some(from), to, precision, at, .. } => {
            found.extend(dates(*from, to.unwrap_or(*from), *precision, at.is_some()));
        }
        Normal::Place { .. } => {
            let last = wider.len().saturating_sub(1);
            let open = |place: usize| if place == last { Open::InCountry } else { Open::InArea };
            let rung = |(place, name): (usize, &String)| Rung { words: format!("in {name}"), open: open(place) };
            found.extend(wider.iter().enumerate().map(rung));
        }
        Normal::Quantity { at_least, at_most, vague: false } => {
            found.extend(at_least.or(*at_most).and_then(about).map(|words| Rung { words, open: Open::Number }));
        }
        Normal::Dates { from: None, .. }
        | Normal::Quantity { vague: true, .. }
        | Normal::Organisation { .. }
        | Normal::Text { .. }
        | Normal::Unknown => {}
    }
    found.push(Rung { words: String::new(), open: Open::All });
    found
}

/// Wider and wider around the days that a claim names, as far as each is wider than those.
fn dates(from: Date, to: Date, precision: Precision, hour: bool) -> Vec<Rung> {
    let own = days(from, to);
    let mut found = Vec::new();
    if own == 1 && (hour || precision == Precision::Minute) {
        found.push(Rung { words: format!("on {}", from.strftime("%A %-d %B %Y")), open: Open::Days(1) });
    }
    let around = from.checked_sub(1.day()).ok().zip(to.checked_add(1.day()).ok()).filter(|_| own == 1);
    let monday = from.checked_sub(i64::from(from.weekday().to_monday_zero_offset()).days());
    let week = monday.and_then(|monday| Ok((monday, monday.checked_add(6.days())?))).ok().filter(|week| week.1 >= to);
    let month =
        (from.year() == to.year() && from.month() == to.month()).then(|| (from.first_of_month(), from.last_of_month()));
    if let Some((first, last)) = around {
        let words = format!("between {} and {}", first.strftime("%-d %B"), last.strftime("%-d %B %Y"));
        found.push(Rung { words, open: Open::Days(days(first, last)) });
    }
    if let Some((first, last)) = week.filter(|(first, last)| days(*first, *last) > own) {
        let words = format!("in the week of {}", first.strftime("%A %-d %B %Y"));
        found.push(Rung { words, open: Open::Days(days(first, last)) });
    }
    if let Some((first, last)) = month.filter(|(first, last)| days(*first, *last) > own) {
        found.push(Rung { words: format!("in {}", from.strftime("%B %Y")), open: Open::Days(days(first, last)) });
    }
    found
}

/// How many days, both ends counted.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days()).saturating_add(1)
}

/// The order of a number, where it has more than one digit: "dozens".
fn about(count: u64) -> Option<String> {
    let words = match count {
        0..=9 => return None,
        10..=19 => "more than ten",
        20..=99 => "dozens",
        100..=999 => "hundreds",
        1000.. => "thousands",
    };
    Some(words.to_owned())
}

/// What is left of a warning when claims are said in these ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Whether somebody who knows nothing else could act on it.
    pub meaningful: bool,
    /// Why, in one sentence.
    pub says: String,
}

/// What a warning must still say to be one. A policy pack's `[meaningful]` says it; what a pack leaves out is our own
/// rule, the default: when, to a week (so long can somebody stay away, lock up or bring in guards), or where, to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enough {
    /// The longest stretch of days that still says when.
    pub days: i32,
    /// The widest place that still says where.
    pub place: Open,
    /// Which of the two it takes.
    pub needs: Needs,
}

/// What a warning cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// When or where.
    Either,
    /// When and where.
    Both,
    /// When.
    When,
    /// Where.
    Where,
}

impl Default for Enough {
    fn default() -> Self {
        Self { days: 7, place: Open::InArea, needs: Needs::Either }
    }
}

/// Whether what remains is a warning under `enough`: one that could mean any day anywhere frightens and protects nobody.
pub fn meaning(said: &[(Field, &Rung)], enough: &Enough) -> Meaning {
    let best = |sought: &[Field]| {
        let of = said.iter().filter(|(field, _)| sought.contains(field)).map(|(_, rung)| rung.open);
        of.min().unwrap_or(Open::All)
    };
    let when = match best(&[Field::Date]) {
        Open::Nothing => true,
        Open::Days(days) => days <= enough.days,
        Open::InArea | Open::InCountry | Open::Number | Open::All => false,
    };
    let place = best(&[Field::Place, Field::Target, Field::Occasion]) <= enough.place;
    let meaningful = match enough.needs {
        Needs::Either => when || place,
        Needs::Both => when && place,
        Needs::When => when,
        Needs::Where => place,
    };
    let says = match (when, place) {
        (true, true) => "It says when and where closely enough to act on.",
        (true, false) => "It says when, and leaves open where: those warned can only be careful at that time.",
        (false, true) => "It says where, and leaves open when: those warned can only be careful there.",
        (false, false) => "It says neither when nor where closely enough: nobody could act on it.",
    };
    let then = match enough.needs {
        _ if meaningful => "",
        Needs::Either => " Say one of them more exactly.",
        Needs::Both => " It takes both.",
        Needs::When => " Say more exactly when.",
        Needs::Where => " Say more exactly where.",
    };
    Meaning { meaningful, says: format!("{says}{then}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use domain::Span;
    use jiff::civil::date;

    fn claim(field: Field, value: &str, normalised: Normal) -> Claim {
        Claim {
            id: "c1".into(),
            event: domain::claim::MAIN_EVENT.into(),
            field,
            value: value.into(),
            normalised,
            span: Span::new(0, 1),
            quote: "x".into(),
            stage: None,
            attributed_to: None,
            how_known: None,
        }
    }

    fn check(claim: &Claim, wider: &[&str], expected: &[(&str, Open)]) {
        let wider: Vec<String> = wider.iter().map(|name| (*name).to_owned()).collect();
        let found = rungs(claim, &wider);
        let found: Vec<(&str, Open)> = found.iter().map(|rung| (rung.words.as_str(), rung.open)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_claim_has_its_rungs() {
        let day = claim(Field::Date, "Friday 8 March", Normal::day(date(2024, 3, 8)));
        check(
            &day,
            &[],
            &[
                ("Friday 8 March", Open::Nothing),
                ("between 7 March and 9 March 2024", Open::Days(3)),
                ("in the week of Monday 4 March 2024", Open::Days(7)),
                ("in March 2024", Open::Days(31)),
                ("", Open::All),
            ],
        );
        let hour = Normal::Dates {
            from: Some(date(2024, 2, 29)),
            to: Some(date(2024, 2, 29)),
            precision: Precision::Minute,
            at: Some("06:10".into()),
            without_year: None,
        };
        check(
            &claim(Field::Date, "29 February, 06:10", hour),
            &[],
            &[
                ("29 February, 06:10", Open::Nothing),
                ("on Thursday 29 February 2024", Open::Days(1)),
                ("between 28 February and 1 March 2024", Open::Days(3)),
                ("in the week of Monday 26 February 2024", Open::Days(7)),
                ("in February 2024", Open::Days(29)),
                ("", Open::All),
            ],
        );
        // A month is not widened to a week, and a stretch over two months to neither of them.
        let (from, to) = (date(2024, 2, 28), date(2024, 3, 4));
        let stretch =
            Normal::Dates { from: Some(from), to: Some(to), precision: Precision::Range, at: None, without_year: None };
        check(&claim(Field::Date, "early March", stretch), &[], &[("early March", Open::Nothing), ("", Open::All)]);
        let kerman =
            Normal::Place { id: "128234".into(), name: "Kerman".into(), country: "IR".into(), lat: 30.3, lon: 57.1 };
        check(
            &claim(Field::Place, "Kerman", kerman.clone()),
            &["Kerman Province", "Iran"],
            &[
                ("Kerman", Open::Nothing),
                ("in Kerman Province", Open::InArea),
                ("in Iran", Open::InCountry),
                ("", Open::All),
            ],
        );
        check(&claim(Field::Place, "Kerman", kerman), &[], &[("Kerman", Open::Nothing), ("", Open::All)]);
        let many = claim(Field::Killed, "95", Normal::exactly(95));
        check(&many, &[], &[("95", Open::Nothing), ("dozens", Open::Number), ("", Open::All)]);
        check(&claim(Field::Killed, "3", Normal::exactly(3)), &[], &[("3", Open::Nothing), ("", Open::All)]);
        check(&claim(Field::Act, "a bomb", Normal::text("bomb")), &[], &[("a bomb", Open::Nothing), ("", Open::All)]);
    }

    #[test]
    fn what_is_left_is_a_warning_or_is_not() {
        use Needs::{Both, Either, When, Where};
        let rows = [
            (Open::Nothing, Open::Nothing, &[Either, Both, When, Where][..]),
            (Open::Days(7), Open::InCountry, &[Either, When]),
            (Open::Days(31), Open::InArea, &[Either, Where]),
            (Open::Days(8), Open::InCountry, &[]),
            (Open::All, Open::All, &[]),
        ];
        for (when, place, left_under) in rows {
            let rung = |open| Rung { words: "x".into(), open };
            let (when, place) = (rung(when), rung(place));
            for needs in [Either, Both, When, Where] {
                let enough = Enough { needs, ..Enough::default() };
                let found = meaning(&[(Field::Date, &when), (Field::Place, &place)], &enough);
                assert_eq!(found.meaningful, left_under.contains(&needs), "{needs:?}: {found:?}");
            }
        }
        let ours = Enough::default();
        assert!(!meaning(&[], &ours).meaningful, "what says nothing is no warning");
        // Whoever is named is a place to be careful at.
        let named = Rung { words: "the early shift".into(), open: Open::Nothing };
        assert!(meaning(&[(Field::Target, &named)], &ours).meaningful);
        // A pack may ask for the very place, or be content with the country.
        let area = Rung { words: "in Kerman Province".into(), open: Open::InArea };
        let said = [(Field::Place, &area)];
        assert!(!meaning(&said, &Enough { place: Open::Nothing, ..ours }).meaningful);
        assert!(meaning(&said, &Enough { place: Open::InCountry, ..ours }).meaningful);
    }
}
