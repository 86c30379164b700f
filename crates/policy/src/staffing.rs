//! Whether the people at hand can carry a pack: every duty has somebody, duties that must be apart find different
//! persons, and every escalation ends with a person.

use crate::check::{Findings, Unsound};
use crate::duties::person;
use crate::pack::{Duty, Pack};

/// What these people (name, role ids) cannot do under this pack; empty when they can do everything.
pub fn staffing(pack: &Pack, people: &[(String, Vec<String>)]) -> Vec<Unsound> {
    let mut found = Findings::default();
    let people = &persons(people);
    let holders = |roles: &[String]| -> Vec<usize> {
        let held = people.iter().enumerate();
        held.filter(|(_, (_, has))| has.iter().any(|role| roles.contains(role))).map(|(index, _)| index).collect()
    };
    for duty in Duty::ALL.into_iter().filter(|duty| holders(pack.may(*duty)).is_empty()) {
        let roles = words(pack, pack.may(duty));
        found.say("nobody-may", format!("duties.{}", duty.id()), format!("nobody here is {roles}"));
    }
    let silences = pack.says.grounds.iter().map(|ground| (format!("grounds.{}", ground.id), &ground.affirmed_by));
    for (place, roles) in silences.chain([("not_owed".to_owned(), &pack.says.not_owed.affirmed_by)]) {
        if holders(roles).is_empty() {
            found.say("nobody-may", place, format!("nobody here is {}", words(pack, roles)));
            continue;
        }
        if roles.as_slice() == pack.may(Duty::Affirm) {
            continue; // Counted with the separation of the two duties.
        }
        let apart = [holders(pack.may(Duty::Determine)), holders(roles)];
        if !apart[0].is_empty() && !distinct(&apart, &mut Vec::new()) {
            let what = "whoever may affirm this is also the only one who may determine, so nobody could sign it";
            found.say("not-enough-persons", place, what);
        }
    }
    for (index, rule) in pack.says.separation.iter().enumerate() {
        let candidates: Vec<Vec<usize>> = rule.duties.iter().map(|duty| holders(pack.may(*duty))).collect();
        if candidates.iter().all(|people| !people.is_empty()) && !distinct(&candidates, &mut Vec::new()) {
            let duties: Vec<&str> = rule.duties.iter().map(|duty| duty.id()).collect();
            let what = format!("there are not enough different persons to {}", duties.join(" and to "));
            found.say("not-enough-persons", format!("separation[{index}]"), what);
        }
    }
    for (kind, ladder) in pack.says.deadlines.escalate_to.each() {
        let place = format!("deadlines.escalate_to.{}", crate::deadlines::key(kind));
        if let Some(last) = ladder.last().filter(|last| holders(std::slice::from_ref(last)).is_empty()) {
            found.say(
                "nobody-asked",
                place,
                format!("it ends with the {}, and nobody here is one", pack.role_words(last)),
            );
        }
    }
    let ladders = pack.says.deadlines.escalate_to.each();
    let steps = ladders.into_iter().map(|(kind, ladder)| {
        (format!("deadlines.escalate_to.{}", crate::deadlines::key(kind)), ladder.iter().collect::<Vec<_>>())
    });
    let dispute = pack.says.coordination.dispute.iter().map(|step| &step.role).collect();
    for (place, ladder) in steps.chain([("coordination.dispute".to_owned(), dispute)]) {
        let last = ladder.last().copied();
        let own = ladder.into_iter().filter(|role| pack.says.roles.contains_key(*role) && Some(*role) != last);
        for role in own.filter(|role| holders(std::slice::from_ref(*role)).is_empty()) {
            let what =
                format!("the {} is asked, and nobody here is one; give an account this role", pack.role_words(role));
            found.say("nobody-asked", place.clone(), what);
        }
    }
    found.list
}

/// Two entries for one person are one person, with all their roles.
fn persons(people: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let mut persons: Vec<(String, Vec<String>)> = Vec::new();
    for (name, roles) in people {
        match persons.iter_mut().find(|(known, _)| person(known) == person(name)) {
            Some((_, known)) => known.extend(roles.iter().cloned()),
            None => persons.push((name.clone(), roles.clone())),
        }
    }
    persons
}

fn words(pack: &Pack, roles: &[String]) -> String {
    let words: Vec<String> = roles.iter().map(|role| pack.role_words(role)).collect();
    if words.is_empty() { "named for it".into() } else { words.join(" or ") }
}

/// Whether each list can give a person of its own. A pack has five duties, so the search is short.
fn distinct(candidates: &[Vec<usize>], taken: &mut Vec<usize>) -> bool {
    let Some((first, rest)) = candidates.split_first() else { return true };
    first.iter().any(|person| {
        if taken.contains(person) {
            return false;
        }
        taken.push(*person);
        let found = distinct(rest, taken);
        taken.pop();
        found
    })
}
