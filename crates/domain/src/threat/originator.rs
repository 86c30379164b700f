//! The body whose information it is: what is stated about a report, asking its originator, and the wait for them.

use jiff::{SignedDuration, Timestamp};

use super::coordinate::Settled;
use super::coordination::{Consultation, Coordinated, Details, OriginatorAnswer, Stance};
use super::state::{Signed, Threat};
use crate::actor::Actor;
use crate::ids::{ConsultationId, ReportId};
use crate::refusal::Refusal;
use crate::words::Role;

/// The shortest time an originator is given: a question that is over at once asks nobody.
const ANSWER_AT_LEAST: SignedDuration = SignedDuration::from_mins(15);

/// States what is known of a report beside its text. Statements add to each other.
pub(super) fn state(threat: &Threat, report: ReportId, details: Details, by: &Actor) -> Settled {
    may_state(&details, by)?;
    // The desk itself states what is known of a report before it joins.
    if !threat.links(report) && *by != Actor::Desk {
        return Err(Refusal::unknown("report"));
    }
    let known = threat.coordination.details.get(&report).cloned().unwrap_or_default();
    if known.clone().with(&details) == known {
        return Err(Refusal::AlreadyDone { what: "this is stated about the report".into() });
    }
    Ok(Coordinated::DetailsStated { report, details, by: by.name().to_owned() })
}

/// Who may state such things, and whether they make sense.
fn may_state(details: &Details, by: &Actor) -> Result<(), Refusal> {
    if *by != Actor::Desk {
        by.must_hold(&[Role::Intake, Role::Assessor, Role::SeniorOfficer], "state whose information a report is")?;
    }
    details.must_make_sense()
}

impl Details {
    /// Refuses names that are none.
    pub(crate) fn must_make_sense(&self) -> Result<(), Refusal> {
        let empty = |field: &str, problem: &str| Refusal::BadField { field: field.into(), problem: problem.into() };
        if self.originator.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(empty("originator", "empty; leave it out when nobody knows"));
        }
        if self.stakes.iter().any(|stake| stake.officer.trim().is_empty() || stake.conflict.trim().is_empty()) {
            return Err(empty("stakes", "missing the officer's sign-in name or what the conflict is"));
        }
        Ok(())
    }
}

/// Asks the originator of one or more linked reports.
#[allow(clippy::too_many_arguments, reason = "the command's fields, one for each question a reader asks of them")]
pub(super) fn ask(
    threat: &Threat,
    id: ConsultationId,
    originator: String,
    question: String,
    answer_by: Timestamp,
    by: &Actor,
    at: Timestamp,
) -> Settled {
    let asking = [Role::Assessor, Role::SeniorOfficer, Role::Approver];
    let who = by.must_hold(&asking, "ask an originator")?;
    Refusal::unless_reason(&question)?;
    if threat.consultation(id).is_some() {
        return Err(Refusal::AlreadyDone { what: format!("consultation {id}") });
    }
    let reports: Vec<ReportId> = threat.reports_of(&originator).collect();
    if reports.is_empty() {
        return Err(Refusal::unknown("report of this originator"));
    }
    let least = at.saturating_add(ANSWER_AT_LEAST).unwrap_or(Timestamp::MAX);
    if answer_by < least {
        let problem = format!("before {least}; an originator gets {} minutes at least", ANSWER_AT_LEAST.as_mins());
        return Err(Refusal::BadField { field: "answer_by".into(), problem });
    }
    threat.must_end_before_the_start(answer_by, at)?;
    let asked = Signed { by: who.to_owned(), at, reason: question };
    let consultation = Consultation { id, originator, reports, asked, answer_by, answer: None };
    Ok(Coordinated::OriginatorAsked { consultation })
}

/// Records what an originator said, or that nobody answered.
pub(super) fn answer(
    threat: &Threat,
    id: ConsultationId,
    stance: Stance,
    person: String,
    words: String,
    by: &Actor,
    at: Timestamp,
) -> Settled {
    let who = by.must_work("record an originator's answer")?;
    let known = threat.consultation(id).ok_or_else(|| Refusal::unknown("question to an originator"))?;
    if known.answer.is_some() {
        return Err(Refusal::AlreadyDone { what: format!("{} answered", known.originator) });
    }
    Refusal::unless_reason(&words)?;
    match stance {
        Stance::Agrees | Stance::Objects if person.trim().is_empty() => return Err(Refusal::NameMissing),
        // Giving up before the time is over would be a way past the originator.
        Stance::NoAnswer if at < known.answer_by => return Err(Refusal::NotDue { due_at: known.answer_by }),
        Stance::Agrees | Stance::Objects | Stance::NoAnswer => {}
    }
    let signed = Signed { by: who.to_owned(), at, reason: words };
    Ok(Coordinated::OriginatorAnswered { consultation: id, answer: OriginatorAnswer { stance, person, signed } })
}

impl Threat {
    /// The linked reports whose originator wants to be asked, with who that is.
    fn controlled(&self) -> impl Iterator<Item = (ReportId, &str)> {
        let details = &self.coordination.details;
        let linked = self.reports.iter().filter_map(|link| Some((link.report, details.get(&link.report)?)));
        // Controlled by somebody nobody has named yet: still controlled, and the desk has to find out by whom.
        linked.filter(|(_, details)| details.originator_controlled).map(|(report, details)| {
            (report, details.originator.as_deref().unwrap_or("an originator nobody has named"))
        })
    }

    fn reports_of<'a>(&'a self, originator: &'a str) -> impl Iterator<Item = ReportId> + 'a {
        let details = &self.coordination.details;
        let named = move |report: &ReportId| {
            details.get(report).is_some_and(|known| known.originator.as_deref() == Some(originator))
        };
        self.reports.iter().map(|link| link.report).filter(named)
    }

    /// The originators that were never asked about a report of theirs.
    pub fn unasked(&self) -> Vec<&str> {
        let asked =
            |report: ReportId| self.coordination.consultations.iter().any(|known| known.reports.contains(&report));
        let mut names: Vec<&str> =
            self.controlled().filter(|(report, _)| !asked(*report)).map(|(_, name)| name).collect();
        names.dedup();
        names
    }

    /// An originator a warning still has to wait for: never asked, or asked and within their time.
    pub(super) fn awaited(&self, at: Timestamp) -> Option<&str> {
        let over = |report: ReportId| {
            let about = |known: &&Consultation| known.reports.contains(&report);
            self.coordination.consultations.iter().filter(about).any(|known| known.done(at))
        };
        self.controlled().find(|(report, _)| !over(*report)).map(|(_, name)| name)
    }

    /// Refuses a time at which the harm may have begun, while that lies ahead.
    pub(super) fn must_end_before_the_start(&self, until: Timestamp, at: Timestamp) -> Result<(), Refusal> {
        match self.window.and_then(|window| window.from) {
            Some(from) if until > from && from > at => Err(Refusal::PastTheStart { from }),
            Some(_) | None => Ok(()),
        }
    }
}
