//! Names with errors: which of a million names are the one asked for, up to two wrong letters and in either order.
//!
//! Each name is kept under some sixty keys: the first letters of its first and last word, with one left out of each or two
//! out of one. Two names within two errors of each other share a key whatever the errors are (a wrong, missing,
//! additional or swapped letter takes one letter out of each side), so nothing is missed by luck, with one exception: a
//! space that moves is an error in each of the two words beside it. What shares a key is compared letter by letter. A key is a bucket of one flat list, one look in memory.

mod keys;

use rapidfuzz::distance::osa;

use crate::names::fold::folded;
use crate::names::letters::roman;
use crate::names::lists;
use crate::names::sketch::Sketch;
use keys::Buckets;

/// So many names can be put in after building; each look-up compares them one by one.
pub const MOST_FRESH: usize = 4_096;

/// A name near the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// Letters that differ.
    pub errors: u8,
    /// Whether first and last word stand the other way round.
    pub turned: bool,
    /// Which, in the order in which names were given.
    pub name: u32,
}

/// Names made ready for look-ups that forgive.
pub struct Fuzzy {
    /// The names in Latin letters, words apart by a space, one after the other.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    sketches: Vec<Sketch>,
    buckets: Buckets,
}

/// A name in Latin letters, in lower case, without what may be missing from it.
pub(crate) fn plain(name: &str) -> Vec<String> {
    let words: Vec<String> = folded(name).iter().map(|word| roman(word)).filter(|word| !word.is_empty()).collect();
    let kept: Vec<String> = words.iter().filter(|word| !lists::is_particle(word)).cloned().collect();
    if kept.is_empty() { words } else { kept }
}

/// How many errors a name of so many letters may have and still be itself.
const fn allowed(letters: usize) -> usize {
    match letters {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    }
}

impl Fuzzy {
    /// Takes in all names.
    pub fn build<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut fuzzy =
            Self { text: String::new(), ends: Vec::new(), sketches: Vec::new(), buckets: Buckets::default() };
        names.for_each(|name| fuzzy.append(name));
        let all = (0..fuzzy.ends.len()).map(|name| fuzzy.name(name));
        let buckets = Buckets::build(all);
        Self { buckets, ..fuzzy }
    }

    /// Puts a name in after building; the next look-up finds it. Answers its number, or none when there is no room for
    /// more without building again.
    pub fn put(&mut self, name: &str) -> Option<u32> {
        if self.ends.len() - self.buckets.names() >= MOST_FRESH {
            return None;
        }
        self.append(name);
        u32::try_from(self.ends.len() - 1).ok()
    }

    fn append(&mut self, name: &str) {
        let start = self.text.len();
        for word in plain(name) {
            if self.text.len() > start {
                self.text.push(' ');
            }
            self.text.push_str(&word);
        }
        self.sketches.push(Sketch::of(&self.text.as_bytes()[start..], false));
        // Names beyond four gigabytes of letters are not found; no register has so many.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes in memory, roughly.
    pub fn size(&self) -> usize {
        self.text.capacity() + 4 * self.ends.capacity() + 4 * self.sketches.capacity() + self.buckets.size()
    }

    fn name(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start as usize..self.ends[number] as usize).unwrap_or_default()
    }

    /// The names within the errors allowed, the nearest first.
    pub fn near(&self, asked: &str) -> Vec<Near> {
        let words = plain(asked);
        let letters: usize = words.iter().map(String::len).sum();
        let cutoff = allowed(letters);
        let mut found: Vec<Near> = Vec::new();
        let mut candidates: Vec<u32> = Vec::new();
        for (at, order) in orders(&words).into_iter().enumerate() {
            candidates.clear();
            let whole = order.join(" ");
            let sketch = Sketch::of(whole.as_bytes(), false);
            let take = |name: u32| self.sketches[name as usize].may_be(sketch, cutoff);
            self.buckets.candidates(&whole, |name| {
                if take(name) {
                    candidates.push(name);
                }
            });
            let fresh = u32::try_from(self.buckets.names()).unwrap_or(u32::MAX);
            candidates.extend((fresh..).take(self.ends.len() - self.buckets.names()).filter(|name| take(*name)));
            candidates.sort_unstable();
            candidates.dedup();
            let near = osa::BatchComparator::new(whole.bytes());
            let within = osa::Args::default().score_cutoff(cutoff);
            for name in &candidates {
                if let Some(errors) = near.distance_with_args(self.name(*name as usize).bytes(), &within) {
                    let errors = u8::try_from(errors).unwrap_or(u8::MAX);
                    found.push(Near { errors, turned: at > 0, name: *name });
                }
            }
        }
        found.sort_unstable_by_key(|near| (near.name, near.errors, near.turned));
        found.dedup_by_key(|near| near.name);
        found.sort_unstable();
        found
    }
}

/// The words as asked, and with the last one first or the first one last.
fn orders(words: &[String]) -> Vec<Vec<&str>> {
    let as_asked: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut orders = vec![as_asked.clone()];
    let mut turn = |by: usize| {
        let mut turned = as_asked.clone();
        turned.rotate_left(by);
        if !orders.contains(&turned) {
            orders.push(turned);
        }
    };
    if words.len() > 1 {
        turn(1);
        turn(words.len() - 1);
    }
    orders
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every name compared with what is asked, in each order.
    fn reference(names: &[String], asked: &str) -> Vec<u32> {
        let words = plain(asked);
        let cutoff = allowed(words.iter().map(String::len).sum());
        let is_near = |name: &str| {
            let name = plain(name).join(" ");
            let distance = |order: &Vec<&str>| osa::distance(order.join(" ").bytes(), name.bytes());
            orders(&words).iter().any(|order| distance(order) <= cutoff)
        };
        (0_u32..).zip(names).filter(|(_, name)| is_near(name)).map(|(number, _)| number).collect()
    }

    /// Whether the errors are few when the first and the last words are counted apart: a space that moves is one error
    /// between two whole names, and one in each of the words beside it.
    fn within_words(name: &str, asked: &str) -> bool {
        let (name, asked) = (plain(name), plain(asked));
        let cutoff = allowed(asked.iter().map(String::len).sum());
        let apart = |order: &Vec<&str>| {
            let ends = [(name.first(), order.first()), (name.last(), order.last())];
            let ends = ends.iter().map(|(one, other)| match (one, other) {
                (Some(one), Some(other)) => osa::distance(one.bytes(), other.bytes()),
                (None, _) | (_, None) => usize::MAX / 2,
            });
            let ends: Vec<usize> = ends.collect();
            if name.len().min(order.len()) == 1 { ends[0] } else { ends[0] + ends[1] }
        };
        orders(&asked).iter().any(|order| apart(order) <= cutoff)
    }

    #[test]
    fn a_space_that_moves_counts_in_both_words() {
        assert!(!within_words("aaaa bbaab", "aaaab baaa"), "two errors as a whole, three word by word");
        check("aaaa bbaab", "aaaab baab", Some((1, false)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn index_and_reference_agree(
            names in proptest::collection::vec("[ab]{2,6} [a-c]{4,6}|[a-c]{3,9}|[ab]{4} [ab]{3} [ab]{4}", 1..40),
            asked in "[ab]{2,6} [a-c]{4,6}|[a-c]{3,9}|[ab]{4} [ab]{3} [ab]{4}",
        ) {
            // One word more or less is another name: only those of as many words are promised.
            let count = |name: &str| name.split(' ').count().min(2);
            let fuzzy = Fuzzy::build(names.iter().map(String::as_str));
            let mut found: Vec<u32> = fuzzy.near(&asked).into_iter().map(|near| near.name).collect();
            found.sort_unstable();
            let expected = reference(&names, &asked);
            prop_assert!(found.iter().all(|name| expected.contains(name)));
            for name in expected {
                let known = &names[name as usize];
                if !within_words(known, &asked) {
                    continue;
                }
                let short = known.split(' ').chain(asked.split(' ')).any(|word| word.len() < 4);
                prop_assert!(short || count(known) != count(&asked) || found.contains(&name), "{} for {}", known, asked);
            }
        }
    }

    fn check(name: &str, asked: &str, expected: Option<(u8, bool)>) {
        let mut built = Fuzzy::build([name, "Somebody Else"].into_iter());
        let found = |fuzzy: &Fuzzy, number: u32| {
            fuzzy.near(asked).iter().find(|near| near.name == number).map(|near| (near.errors, near.turned))
        };
        assert_eq!(found(&built, 0), expected, "{asked} for {name}");
        assert_eq!(built.put(name), Some(2));
        assert_eq!(found(&built, 2), expected, "{asked} for {name}, put in later");
    }

    #[test]
    fn names_are_found_with_errors() {
        check("Leyla Karimi", "Leyla Karimi", Some((0, false)));
        check("Leyla Karimi", "Karimi, Leyla", Some((0, true)));
        check("Leyla Karimi", "Lyla Karimi", Some((1, false)));
        check("Leyla Karimi", "Karmi Leila", Some((2, true)));
        check("Leyla Karimi", "eLyla Kariim", Some((2, false)));
        check("Leyla Karimi", "Xyleyla Karimi", Some((2, false)));
        check("Leyla Karimi", "Leyla Karimixy", Some((2, false)));
        check("Leyla Karimi", "Leyla Kxryzi", None);
        check("Pieter van den Berg", "Berg Pieter", Some((0, true)));
        check("Владимир Петров", "Vladimir Petrof", Some((1, false)));
        check("Anna Maria Kovač", "Kovac Anna Maria", Some((0, true)));
        check("Muhammad", "Mohammad", Some((1, false)));
        check("Ann Lee", "Ann Lea", Some((1, false)));
        check("Li", "Lu", None);
        check("Li", "Li", Some((0, false)));
        check("Leyla Karimi", "", None);
    }
}
