//! All answers to all questions, without trying twice what is the same: questions that the rules treat alike are
//! interchangeable, so only how many of them have which answer matters.

use domain::Answer;

use crate::pack::{Pack, Rule};

/// An answer, or none given. The order is that of the digits of a [`Combination`].
pub(crate) const ANSWERS: [Option<Answer>; 4] = [Some(Answer::Met), Some(Answer::NotMet), Some(Answer::Unclear), None];
pub(crate) const MET: u8 = 0;
pub(crate) const NOT_MET: u8 = 1;
pub(crate) const UNCLEAR: u8 = 2;

/// One answer (an index into [`ANSWERS`]) for each criterion, in the pack's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Combination {
    digits: Vec<u8>,
}

impl Combination {
    pub(crate) fn answer(&self, place: usize) -> Option<Answer> {
        self.digits.get(place).and_then(|digit| ANSWERS[usize::from(*digit)])
    }

    pub(crate) fn of(&self, pack: &Pack, id: &str) -> Option<Answer> {
        let place = pack.says.criteria.iter().position(|criterion| criterion.id == id)?;
        self.answer(place)
    }

    /// With one criterion answered otherwise.
    pub(crate) fn with(&self, place: usize, digit: u8) -> Self {
        let mut digits = self.digits.clone();
        if let Some(old) = digits.get_mut(place) {
            *old = digit;
        }
        Self { digits }
    }

    /// Every question is answered met or not met.
    pub(crate) fn complete(&self) -> bool {
        self.digits.iter().all(|digit| *digit == MET || *digit == NOT_MET)
    }

    pub(crate) fn words(&self, pack: &Pack) -> String {
        let answers = pack.says.criteria.iter().enumerate();
        let words = answers.map(|(place, one)| format!("{} {}", one.id, answer_words(self.answer(place))));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// An answer in words.
pub(crate) const fn answer_words(answer: Option<Answer>) -> &'static str {
    match answer {
        Some(Answer::Met) => "met",
        Some(Answer::NotMet) => "not met",
        Some(Answer::Unclear) => "unclear",
        None => "unanswered",
    }
}

/// Places of criteria, those that all these rules treat alike together.
pub(crate) fn classes(ids: &[&str], rules: &[&Rule]) -> Vec<Vec<usize>> {
    let plain: Vec<String> = rules.iter().map(|rule| canonical(rule, &|id| id.to_owned())).collect();
    let alike = |one: &str, other: &str| {
        let swap = |id: &str| match id {
            id if id == one => other.to_owned(),
            id if id == other => one.to_owned(),
            id => id.to_owned(),
        };
        rules.iter().zip(&plain).all(|(rule, plain)| canonical(rule, &swap) == *plain)
    };
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        let known = classes.iter_mut().find(|class| class.first().is_some_and(|first| alike(ids[*first], id)));
        match known {
            Some(class) => class.push(place),
            None => classes.push(vec![place]),
        }
    }
    classes
}

/// The rule written so that the order of its parts does not matter.
fn canonical(rule: &Rule, name: &impl Fn(&str) -> String) -> String {
    let (needed, parts) = match rule {
        Rule::Criterion(id) => return format!("{:?}", name(id)),
        Rule::All(parts) => (parts.len(), parts),
        Rule::Any(parts) => (1, parts),
        Rule::AtLeast(needed, parts) => (*needed, parts),
    };
    let mut parts: Vec<String> = parts.iter().map(|part| canonical(part, name)).collect();
    parts.sort();
    format!("{needed}({})", parts.join(","))
}

/// How many combinations stand for all, or `None` when they are too many to count.
pub(crate) fn count(classes: &[Vec<usize>]) -> Option<u64> {
    classes.iter().try_fold(1_u64, |all, class| {
        let members = u64::try_from(class.len()).ok()?;
        // Ways to give `members` alike questions four answers: members + 3 choose 3.
        let ways = (members + 1).checked_mul(members + 2)?.checked_mul(members + 3)? / 6;
        all.checked_mul(ways)
    })
}

/// Each combination that stands for others, once.
pub(crate) fn combinations(criteria: usize, classes: &[Vec<usize>]) -> Vec<Combination> {
    let mut all = vec![Combination { digits: vec![MET; criteria] }];
    for class in classes {
        let ways = ways(class.len());
        let each = |one: &Combination| -> Vec<Combination> {
            let with = |digits: &Vec<u8>| {
                let placed = class.iter().zip(digits);
                placed.fold(one.clone(), |one, (place, digit)| one.with(*place, *digit))
            };
            ways.iter().map(with).collect()
        };
        all = all.iter().flat_map(each).collect();
    }
    all
}

/// Every non-decreasing row of so many digits.
fn ways(members: usize) -> Vec<Vec<u8>> {
    (0..members).fold(vec![Vec::new()], |rows, _| {
        let longer = |row: Vec<u8>| {
            let least = row.last().copied().unwrap_or(MET);
            (least..4).map(move |digit| [row.as_slice(), &[digit]].concat())
        };
        rows.into_iter().flat_map(longer).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> Rule {
        Rule::Criterion(id.into())
    }

    fn check(rule: &Rule, expected: &[&[usize]]) {
        let found = classes(&["a", "b", "c", "d"], &[rule]);
        assert_eq!(found, expected, "{rule:?}");
        assert_eq!(count(&found), Some(combinations(4, &found).len() as u64));
    }

    #[test]
    fn alike_is_what_may_be_exchanged() {
        check(&Rule::All(vec![id("a"), id("b"), id("c"), id("d")]), &[&[0, 1, 2, 3]]);
        check(&Rule::All(vec![id("d"), Rule::Any(vec![id("c"), id("a")])]), &[&[0, 2], &[1], &[3]]);
        check(&Rule::All(vec![id("a"), Rule::AtLeast(2, vec![id("a"), id("b"), id("c")])]), &[&[0], &[1, 2], &[3]]);
        check(
            &Rule::Any(vec![Rule::All(vec![id("a"), id("b")]), Rule::All(vec![id("c"), id("d")])]),
            &[&[0, 1], &[2, 3]],
        );
    }

    /// Whatever is left out has the same value as something that is tried.
    #[test]
    fn what_is_not_tried_is_like_something_that_is() {
        let rule = Rule::AtLeast(2, vec![id("a"), Rule::Any(vec![id("b"), id("c")]), id("d")]);
        let classes = classes(&["a", "b", "c", "d"], &[&rule]);
        let value = |digits: &[u8]| {
            crate::settle::value(&rule, &|id| {
                let place = usize::from(id.bytes().next().unwrap_or(b'a') - b'a');
                crate::settle::weigh(ANSWERS[usize::from(digits[place])], Some(crate::pack::CountsAs::Met))
            })
        };
        for all in 0..256_usize {
            let digits: Vec<u8> = (0..4).map(|place| u8::try_from(all >> (2 * place) & 3).unwrap_or(0)).collect();
            let mut sorted = digits.clone();
            for class in &classes {
                let mut own: Vec<u8> = class.iter().map(|place| digits[*place]).collect();
                own.sort_unstable();
                class.iter().zip(own).for_each(|(place, digit)| sorted[*place] = digit);
            }
            assert!(combinations(4, &classes).iter().any(|one| one.digits == sorted));
            assert_eq!(value(&digits), value(&sorted), "{digits:?}");
        }
    }
}
