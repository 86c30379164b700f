//! Who may not: duties that no one person may carry out together, and persons with a stake in a threat.

use std::collections::BTreeSet;

use crate::pack::{Conflict, Duty, Pack, Separation, Stake};

/// What ties one person to one threat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stakes {
    /// What the desk can see for itself.
    pub seen: BTreeSet<Stake>,
    /// Ids of the pack's conflicts that somebody said apply to this person.
    pub declared: BTreeSet<String>,
}

/// The rules that bar a person with these stakes from a duty; empty for one who may carry it out.
///
/// A declared rule bars whatever its `when` says: nobody's word that they have a stake is doubted.
pub fn conflicts<'a>(pack: &'a Pack, duty: Duty, stakes: &Stakes) -> Vec<&'a Conflict> {
    let seen = |rule: &Conflict| rule.when != Stake::Declared && stakes.seen.contains(&rule.when);
    let applies = |rule: &&Conflict| seen(rule) || stakes.declared.contains(&rule.id);
    pack.says.conflicts.iter().filter(|rule| rule.bars.contains(&duty)).filter(applies).collect()
}

/// A duty that was carried out for one intended victim's warning, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done<'a> {
    /// Which.
    pub duty: Duty,
    /// A name or an account's id, the same kind for everybody.
    pub by: &'a str,
}

/// The rules that keep a person from a duty because of what they did already; empty for one who may carry it out.
pub fn kept_apart<'a>(pack: &'a Pack, done: &[Done<'_>], duty: Duty, by: &str) -> Vec<&'a Separation> {
    let by = person(by);
    let did = |other: &Duty| *other != duty && done.iter().any(|one| one.duty == *other && person(one.by) == by);
    let rules = pack.says.separation.iter();
    rules.filter(|rule| rule.duties.contains(&duty) && rule.duties.iter().any(did)).collect()
}

/// A person's name reduced to what tells two persons apart: spaces, signs, case, invisible characters and the script
/// it is written in do not. Two names that are merely alike count as one person, so a second one has to sign.
pub(crate) fn person(name: &str) -> String {
    let plain = any_ascii::any_ascii(name);
    let folded: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    if folded.is_empty() {
        return name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    }
    folded.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_the_same_however_written() {
        for same in ["a.lind", " A Lind ", "A.L\u{200b}ind", "а.lind", "ａ．ｌｉｎｄ", "Á. Lind", "a\u{301}.lind"]
        {
            assert_eq!(person(same), "alind", "{same}");
        }
        assert_ne!(person("a.lind"), person("b.lind"));
        assert_eq!(person(" \u{200b}. "), "");
    }
}
