//! Whether a pack is sound: what can be seen by reading it is looked at here, what takes trying every combination of
//! answers in `prove`, and what takes people in `staffing`.

use domain::Role;

use crate::pack::{CountsAs, Decision, Duty, Pack};
use crate::prove::Proof;
use crate::settle::rule_faults;

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Unsound {
    /// The rule's stable name: `affirmer-missing`.
    pub rule: &'static str,
    /// Where in the pack: `grounds.already_aware`.
    pub place: String,
    /// What is wrong and what to do, in words; with a counter-example where there is one.
    pub what: String,
}

/// Everything that is unsound about a pack; empty for one that may be used.
///
/// Proved by trying all answers (met, not met, unclear, unanswered) to all criteria: no combination ends in silence
/// without an affirmation, every open combination asks somebody, doubt never decides against the victim, more
/// evidence never turns a warning away, no criterion is dead, and both outcomes can be reached. Proved by trying every
/// role, twice: only the roles named can affirm, and never the person who determined.
pub fn check(pack: &Pack) -> Vec<Unsound> {
    examine(pack).0
}

/// The same, and how much was tried.
pub fn examine(pack: &Pack) -> (Vec<Unsound>, Proof) {
    let mut found = Findings::default();
    roles(pack, &mut found);
    affirmers(pack, &mut found);
    separation(pack, &mut found);
    escalation(pack, &mut found);
    threshold(pack, &mut found);
    words(pack, &mut found);
    crate::check_times::check(pack, &mut found);
    forms(pack, &mut found);
    markings(pack, &mut found);
    let proof = crate::prove::prove(pack, &mut found);
    (found.list, proof)
}

/// Findings as they are made.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Unsound>,
}

impl Findings {
    pub(crate) fn say(&mut self, rule: &'static str, place: impl Into<String>, what: impl Into<String>) {
        self.list.push(Unsound { rule, place: place.into(), what: what.into() });
    }
}

/// Roles exist, every duty has one, and none is given to the inspector, who looks and changes nothing.
fn roles(pack: &Pack, found: &mut Findings) {
    for (place, roles) in crate::parse::role_places(pack) {
        for role in roles.iter().filter(|role| !pack.has_role(role)) {
            found.say("role-unknown", &*place, format!("there is no role `{role}`; define it under [roles]"));
        }
        let acts = !place.starts_with("deadlines.escalate_to") && !place.starts_with("coordination.");
        if acts && roles.iter().any(|role| role == Role::Inspector.id()) {
            let what = "the inspector looks at everything and changes nothing, so cannot carry out a duty";
            found.say("role-cannot-act", &*place, what);
        }
    }
    for duty in Duty::ALL.into_iter().filter(|duty| pack.may(*duty).is_empty()) {
        let place = format!("duties.{}", duty.id());
        found.say("duty-unfilled", place, format!("no role may {}; name one", duty.id()));
    }
    if pack.says.urgent.allowed && pack.says.urgent.may.is_empty() {
        found.say("duty-unfilled", "urgent.may", "the urgent shortcut is allowed to nobody; name a role");
    }
}

fn affirmers(pack: &Pack, found: &mut Findings) {
    let grounds = pack.says.grounds.iter().map(|ground| (format!("grounds.{}", ground.id), &ground.affirmed_by));
    for (place, roles) in grounds.chain([("not_owed".to_owned(), &pack.says.not_owed.affirmed_by)]) {
        if roles.is_empty() {
            found.say("affirmer-missing", &*place, "no role may affirm this silence, so it could never be settled");
        }
        for role in roles.iter().filter(|role| !pack.may(Duty::Affirm).contains(role)) {
            let what = format!("`{role}` is to affirm this, but is not among the roles that may (duties.affirm)");
            found.say("affirmer-not-entitled", &*place, what);
        }
        // What the desk records as an affirmation is a senior officer's word, whatever else they hold.
        let senior = Role::SeniorOfficer.id();
        if roles.iter().any(|role| pack.may(Duty::Affirm).contains(role)) && !roles.iter().any(|role| role == senior) {
            let what =
                "no senior officer may affirm this, and the desk takes nobody else's word for silence; name them";
            found.say("affirmer-not-heard", &*place, what);
        }
    }
}

fn separation(pack: &Pack, found: &mut Findings) {
    let apart =
        |one, other| pack.says.separation.iter().any(|rule| rule.duties.contains(&one) && rule.duties.contains(&other));
    if !apart(Duty::Determine, Duty::Affirm) {
        let what = "the person who determined could affirm their own silence; keep determine and affirm apart";
        found.say("affirmer-is-determiner", "separation", what);
    }
    if !apart(Duty::Draft, Duty::Approve) {
        let what = "the person who wrote a draft could approve it; keep draft and approve apart";
        found.say("approver-is-author", "separation", what);
    }
}

fn escalation(pack: &Pack, found: &mut Findings) {
    for (kind, ladder) in pack.says.deadlines.escalate_to.each() {
        let place = format!("deadlines.escalate_to.{}", crate::deadlines::key(kind));
        ends_with_somebody(ladder.last(), place, found);
    }
    let dispute = &pack.says.coordination.dispute;
    if !dispute.is_empty() {
        ends_with_somebody(dispute.last().map(|step| &step.role), "coordination.dispute".into(), found);
    }
}

fn ends_with_somebody(last: Option<&String>, place: String, found: &mut Findings) {
    match last {
        None => found.say("escalation-missing", place, "nobody is asked when this deadline passes; name a role"),
        Some(role) if role == Role::Inspector.id() => {
            let what = "it ends with the inspector, who changes nothing; end it with a role that can act";
            found.say("escalation-dead-end", place, what);
        }
        Some(_) => {}
    }
}

fn threshold(pack: &Pack, found: &mut Findings) {
    for fault in rule_faults(pack) {
        found.say("threshold-faulty", "threshold.rule", fault);
    }
    match &pack.says.doubt {
        None => {
            let what =
                "there is no [doubt], so an unclear answer leaves the question open for ever; say what it counts as";
            found.say("doubt-missing", "doubt", what);
        }
        Some(doubt) if doubt.unclear_counts_as == CountsAs::NotMet => {
            let what = "doubt would decide against the victim; unclear_counts_as has to be \"met\"";
            found.say("doubt-against-victim", "doubt.unclear_counts_as", what);
        }
        Some(_) => {}
    }
}

/// Everything a person has to read is there, and every provision says where it comes from.
fn words(pack: &Pack, found: &mut Findings) {
    let says = &pack.says;
    let mut clauses: Vec<(String, &str)> = vec![
        ("scope".into(), &says.scope.clause),
        ("threshold".into(), &says.threshold.clause),
        ("not_owed".into(), &says.not_owed.clause),
        ("deadlines".into(), &says.deadlines.clause),
        ("urgent".into(), &says.urgent.clause),
        ("coordination".into(), &says.coordination.clause),
    ];
    clauses.extend(says.meaningful.iter().map(|one| ("meaningful".into(), one.clause.as_str())));
    clauses.extend(says.doubt.iter().map(|doubt| ("doubt".into(), doubt.clause.as_str())));
    clauses.extend(says.criteria.iter().map(|one| (format!("criteria.{}", one.id), one.clause.as_str())));
    clauses.extend(says.grounds.iter().map(|one| (format!("grounds.{}", one.id), one.clause.as_str())));
    clauses.extend(says.conflicts.iter().map(|one| (format!("conflicts.{}", one.id), one.clause.as_str())));
    clauses.extend(says.tracks.iter().map(|one| (format!("tracks.{}", one.id), one.clause.as_str())));
    clauses.extend(says.markings.iter().map(|one| (format!("markings.{}", one.id), one.clause.as_str())));
    clauses.extend(says.measures.iter().map(|one| (format!("measures.{}", one.id), one.clause.as_str())));
    clauses.extend(says.notices.iter().map(|one| (format!("notices.{}", one.id), one.clause.as_str())));
    clauses
        .extend(says.separation.iter().enumerate().map(|(i, one)| (format!("separation[{i}]"), one.clause.as_str())));
    clauses.extend(says.recording.iter().enumerate().map(|(i, one)| (format!("recording[{i}]"), one.clause.as_str())));
    for (place, _) in clauses.iter().filter(|(_, clause)| clause.trim().is_empty()) {
        found.say("clause-missing", &**place, "no clause says where this comes from; write \"our rule\" if it is ours");
    }
    let asked = says.criteria.iter().map(|one| (format!("criteria.{}", one.id), &one.question, &one.guidance));
    let waived = says.grounds.iter().map(|one| (format!("grounds.{}", one.id), &one.question, &one.evidence));
    for (place, question, help) in asked.chain(waived) {
        if question.trim().is_empty() || help.trim().is_empty() {
            found.say("words-missing", place, "the question, or the help for answering it, is empty");
        }
    }
}

/// What is put on reports can be read, and finds something.
fn markings(pack: &Pack, found: &mut Findings) {
    for rule in &pack.says.markings {
        let place = |key: &str| format!("markings.{}.{key}", rule.id);
        if let Err(problem) = rule.puts() {
            found.say("marking-unknown", place("marking"), format!("`{}` is {problem}", rule.marking));
        }
        if rule.phrases.iter().any(|phrase| phrase.trim().is_empty()) {
            found.say("words-missing", place("phrases"), "a phrase without words marks nothing; leave it out");
        }
        if rule.originator.is_none() && rule.phrases.is_empty() {
            let what = "this would mark every report there is; name an originator or phrases";
            found.say("marking-everything", place("originator"), what);
        }
    }
}

/// What a warning must still say can be said; a form that is decided case by case says what is asked and of whom: it is
/// never a matter of course.
fn forms(pack: &Pack, found: &mut Findings) {
    if pack.says.meaningful.as_ref().is_some_and(|rule| rule.within_days == 0) {
        let what = "no warning could say when within 0 days; write at least 1";
        found.say("meaning-out-of-reach", "meaningful.within_days", what);
    }
    for notice in pack.says.notices.iter().filter(|notice| notice.decision == Decision::CaseByCase) {
        let asked = notice.question.as_deref().is_some_and(|question| !question.trim().is_empty());
        if !asked || notice.decided_by.is_empty() {
            let what =
                "it is decided case by case, and nothing says what is asked (`question`) or of whom (`decided_by`)";
            found.say("notice-undecided", format!("notices.{}", notice.id), what);
        }
    }
}
