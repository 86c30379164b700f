//! The truth table, bare: no words, no times. Everything else in this crate explains it, dates it or proves it.
//!
//! 1. *Threshold.* `met` is true, `not_met` false, a missing answer open. `unclear` is true under the doubt rule;
//!    without one (or with one that decides against the victim) it is open. All / any / at least are the strong
//!    three-valued ones of Kleene: true or false only when no open part could change it. A rule that cannot be read
//!    (an empty list, "at least 4 of 3", a criterion nobody defined) is open.
//! 2. *Scope.* A harm or a kind of victim outside the pack's scope makes the threshold false.
//! 3. *Outcome*, first row that fits:
//!
//! | threshold | and | determination |
//! |---|---|---|
//! | true | a ground is met, and its waiver is affirmed | waived |
//! | true | a ground is met, nobody entitled affirmed it | unresolved: affirm the waiver, or turn it down |
//! | true | no ground is met (unclear is not met) | warn |
//! | open | | unresolved: answer what is open, or mend the rule |
//! | false | an answer is missing or unclear, or a rule is faulty | unresolved: settle it first |
//! | false | every answer given, "not owed" is affirmed | not owed |
//! | false | every answer given, not affirmed | unresolved: affirm that no warning is owed |
//!
//! So silence takes a complete form, and a second person: a criterion that is unanswered or unclear never yields
//! "not owed", even where another criterion alone would make the threshold false. A waiver is looked at only once
//! the threshold is true, and an affirmation of the wrong kind ("not owed" when the threshold is true) does nothing.

use domain::{Answer, Determination};

use crate::pack::{CountsAs, Pack, Rule};

/// A truth value of Kleene's strong logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Truth {
    /// True, whatever is still open.
    True,
    /// False, whatever is still open.
    False,
    /// Hangs on what is open.
    Open,
}

/// Where one waiver ground stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Waiver {
    /// Not relied on: no answer, not met or unclear.
    Absent,
    /// The ground is met; nobody entitled has affirmed the waiver.
    Proposed,
    /// The ground is met and somebody entitled has affirmed it.
    Affirmed,
}

/// Why a determination is where it is: the row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Row {
    /// The threshold is reached and no ground is relied on.
    Warn,
    /// The waiver on this ground (its place in the pack) is affirmed.
    Waived(usize),
    /// A waiver waits for its affirmation.
    WaiverProposed,
    /// The threshold hangs on open answers or on a faulty rule.
    Open,
    /// The threshold is not reached, but the form is not complete.
    Incomplete,
    /// "Not owed" waits for its affirmation.
    NotOwedProposed,
    /// "Not owed" is affirmed.
    NotOwed,
}

impl Row {
    /// The determination of this row.
    pub const fn determination(self) -> Determination {
        match self {
            Self::Warn => Determination::Warn,
            Self::Waived(_) => Determination::Waived,
            Self::NotOwed => Determination::NotOwed,
            Self::WaiverProposed | Self::Open | Self::Incomplete | Self::NotOwedProposed => Determination::Unresolved,
        }
    }
}

/// What decides, once affirmations have been looked at.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The threshold, scope already counted in.
    pub threshold: Truth,
    /// Every criterion is answered met or not met, and no rule is faulty.
    pub complete: bool,
    /// One per ground, in the pack's order.
    pub waivers: &'a [Waiver],
    /// Somebody entitled affirmed "not owed".
    pub not_owed_affirmed: bool,
}

/// The row of the table that fits. Total.
pub fn settle(inputs: Inputs<'_>) -> Row {
    match inputs.threshold {
        Truth::True => match inputs.waivers.iter().position(|waiver| *waiver == Waiver::Affirmed) {
            Some(ground) => Row::Waived(ground),
            None if inputs.waivers.contains(&Waiver::Proposed) => Row::WaiverProposed,
            None => Row::Warn,
        },
        Truth::Open => Row::Open,
        Truth::False if !inputs.complete => Row::Incomplete,
        Truth::False if inputs.not_owed_affirmed => Row::NotOwed,
        Truth::False => Row::NotOwedProposed,
    }
}

/// The value of one answer under a doubt rule.
pub fn weigh(answer: Option<Answer>, doubt: Option<CountsAs>) -> Truth {
    match (answer, doubt) {
        (Some(Answer::Met), _) | (Some(Answer::Unclear), Some(CountsAs::Met)) => Truth::True,
        (Some(Answer::NotMet), _) => Truth::False,
        (None, _) | (Some(Answer::Unclear), Some(CountsAs::NotMet) | None) => Truth::Open,
    }
}

/// The value of a rule, given the value of each criterion.
pub fn value(rule: &Rule, of: &impl Fn(&str) -> Truth) -> Truth {
    let (needed, parts) = match rule {
        Rule::Criterion(id) => return of(id),
        Rule::All(parts) => (parts.len(), parts),
        Rule::Any(parts) => (1, parts),
        Rule::AtLeast(needed, parts) => (*needed, parts),
    };
    if !can_count(needed, parts.len()) {
        return Truth::Open;
    }
    let (mut yes, mut open) = (0, 0);
    for part in parts {
        match value(part, of) {
            Truth::True => yes += 1,
            Truth::Open => open += 1,
            Truth::False => {}
        }
    }
    match (yes >= needed, yes + open >= needed) {
        (true, _) => Truth::True,
        (false, true) => Truth::Open,
        (false, false) => Truth::False,
    }
}

fn can_count(needed: usize, parts: usize) -> bool {
    (1..=parts).contains(&needed)
}

/// The value of a pack's threshold for these answers, scope not counted in.
pub fn threshold(pack: &Pack, answer: &impl Fn(&str) -> Option<Answer>) -> Truth {
    rule(pack, &pack.says.threshold.rule, answer)
}

/// The value of any rule over a pack's criteria, under its doubt rule.
pub fn rule(pack: &Pack, rule: &Rule, answer: &impl Fn(&str) -> Option<Answer>) -> Truth {
    let doubt = pack.says.doubt.as_ref().map(|doubt| doubt.unclear_counts_as);
    value(rule, &|id| match pack.criterion(id) {
        Some(_) => weigh(answer(id), doubt),
        None => Truth::Open,
    })
}

/// What in a pack's threshold (or in the rule of a track) cannot be evaluated, in words; empty for rules that can.
pub fn rule_faults(pack: &Pack) -> Vec<String> {
    let mut faults = Vec::new();
    for rule in std::iter::once(&pack.says.threshold.rule).chain(pack.says.tracks.iter().map(|track| &track.rule)) {
        collect_faults(pack, rule, &mut faults);
    }
    faults
}

fn collect_faults(pack: &Pack, rule: &Rule, faults: &mut Vec<String>) {
    let (needed, parts) = match rule {
        Rule::Criterion(id) => {
            if pack.criterion(id).is_none() {
                faults.push(format!("the threshold names the criterion `{id}`, which the pack does not define"));
            }
            return;
        }
        Rule::All(parts) => (parts.len(), parts),
        Rule::Any(parts) => (1, parts),
        Rule::AtLeast(needed, parts) => (*needed, parts),
    };
    if !can_count(needed, parts.len()) {
        faults.push(format!("a part of the threshold asks for {needed} of {} parts", parts.len()));
    }
    for part in parts {
        collect_faults(pack, part, faults);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of the table in the module's head, and no way past it.
    #[test]
    fn every_input_has_its_row_and_silence_is_always_affirmed() {
        let waivers = [Waiver::Absent, Waiver::Proposed, Waiver::Affirmed];
        for threshold in [Truth::True, Truth::False, Truth::Open] {
            for complete in [true, false] {
                for (first, second) in waivers.into_iter().flat_map(|first| waivers.map(|second| (first, second))) {
                    for not_owed_affirmed in [true, false] {
                        let grounds = [first, second];
                        let row = settle(Inputs { threshold, complete, waivers: &grounds, not_owed_affirmed });
                        let silent = match row.determination() {
                            Determination::Waived => threshold == Truth::True && grounds.contains(&Waiver::Affirmed),
                            Determination::NotOwed => threshold == Truth::False && complete && not_owed_affirmed,
                            Determination::Warn => threshold == Truth::True && grounds == [Waiver::Absent; 2],
                            Determination::Unresolved => true,
                        };
                        assert!(silent, "{threshold:?} {complete} {grounds:?} {not_owed_affirmed} gave {row:?}");
                    }
                }
            }
        }
    }

    fn check(rule: &Rule, answers: [Truth; 3], expected: Truth) {
        let of = |id: &str| answers[id.bytes().next().map_or(0, |byte| usize::from(byte - b'a'))];
        assert_eq!(value(rule, &of), expected, "{rule:?} {answers:?}");
    }

    #[test]
    fn rules_count_what_is_open_as_neither() {
        use Truth::{False, Open, True};
        let abc = || ["a", "b", "c"].map(|id| Rule::Criterion(id.into())).to_vec();
        check(&Rule::All(abc()), [True, True, True], True);
        check(&Rule::All(abc()), [True, Open, True], Open);
        check(&Rule::All(abc()), [False, Open, True], False);
        check(&Rule::Any(abc()), [False, Open, False], Open);
        check(&Rule::Any(abc()), [False, Open, True], True);
        check(&Rule::Any(abc()), [False, False, False], False);
        check(&Rule::AtLeast(2, abc()), [True, Open, False], Open);
        check(&Rule::AtLeast(2, abc()), [True, True, Open], True);
        check(&Rule::AtLeast(2, abc()), [False, Open, False], False);
        check(&Rule::AtLeast(4, abc()), [True, True, True], Open);
        check(&Rule::AtLeast(0, abc()), [False, False, False], Open);
        check(&Rule::All(Vec::new()), [True, True, True], Open);
        check(&Rule::Any(Vec::new()), [False, False, False], Open);
        check(&Rule::Any(vec![Rule::All(Vec::new()), Rule::Criterion("a".into())]), [True, Open, Open], True);
    }
}
