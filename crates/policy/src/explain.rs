//! An assessment in plain sentences, for a terminal or a page's summary.

use domain::assessment::{Assessment, Reason};
use domain::{Answer, Determination};

use crate::locate::shown;
use crate::pack::{Decision, Pack};

/// What was determined, why, what is still needed and by when; one sentence a line.
pub fn explain(pack: &Pack, assessment: &Assessment) -> String {
    let mut lines = vec![headline(assessment)];
    lines.extend(assessment.reasons.iter().map(sentence));
    for need in &assessment.needs {
        lines.push(format!("Needed from the {} by {}: {}.", pack.role_words(&need.role), need.by, trim(&need.what)));
    }
    for deadline in &assessment.deadlines {
        let ladder: Vec<String> = deadline.escalate_to.iter().map(|role| pack.role_words(role)).collect();
        let kind = capital(crate::deadlines::key(deadline.what));
        lines.push(format!("{kind} by {}; then ask the {}.", deadline.by, ladder.join(", then the ")));
    }
    if assessment.determination == Determination::Warn {
        lines.extend(besides(pack));
    }
    let policy = &assessment.policy;
    let hash: String = policy.hash.chars().take(12).collect();
    lines.push(format!("Policy: {} {} ({hash}).", policy.id, policy.version));
    lines.iter().map(|line| shown(line, usize::MAX)).collect::<Vec<_>>().join("\n") + "\n"
}

/// What a warning brings with it: forms that are decided by themselves, and measures.
fn besides(pack: &Pack) -> Vec<String> {
    let apart = pack.says.notices.iter().filter(|notice| notice.decision == Decision::CaseByCase);
    let forms = apart.map(|notice| {
        let who: Vec<String> = notice.decided_by.iter().map(|role| pack.role_words(role)).collect();
        let question = notice.question.as_deref().unwrap_or(&notice.decided);
        format!("Decide by itself the form `{}` (the {}): {question}", notice.id, who.join(" or the "))
    });
    let measures = pack.says.measures.iter().map(|measure| {
        let role = pack.role_words(&measure.role);
        format!("Besides (the {role}, within {}): {} {}", measure.within, measure.question, measure.then)
    });
    forms.chain(measures).collect()
}

fn headline(assessment: &Assessment) -> String {
    let words = match assessment.determination {
        Determination::Warn => "Warn: a warning is owed.",
        Determination::NotOwed => "Not owed: the threshold is not reached, and that is affirmed.",
        Determination::Waived => "Waived: a warning would be owed, and its waiver is affirmed.",
        Determination::Unresolved => "Unresolved: a person is asked, and nothing is closed.",
    };
    words.to_owned()
}

fn sentence(reason: &Reason) -> String {
    let answer = match reason.answer {
        Some(Answer::Met) => " met",
        Some(Answer::NotMet) => " not met",
        Some(Answer::Unclear) => " unclear",
        None => "",
    };
    format!("  {}{answer}: {} [{}].", reason.criterion, trim(&reason.effect), reason.clause)
}

fn trim(words: &str) -> &str {
    words.trim_end_matches('.')
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
