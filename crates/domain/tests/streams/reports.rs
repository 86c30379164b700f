//! The refusals of reports: who brings, opens, marks and releases them.

use domain::marking::by_hand;
use domain::report::{
    Handling, Mark, Original, Received, Release, Report, ReportEvent, mark, open_protected, receive, release,
};
use domain::threat::Details;
use domain::{Actor, Id, Role, Span};
use jiff::Timestamp;

use super::Met;
use super::holder;

pub fn reports(met: &Met) {
    let at = Timestamp::UNIX_EPOCH;
    let received = Received {
        id: Id::from_bits(1),
        name: "tip.txt".into(),
        reporter: "a caller".into(),
        handling: Handling::Protected,
        original: Original::Text("They will do it on Friday.".into()),
        sha256: "00".into(),
        details: Details::default(),
    };
    met.met("role-may-not", "an inspector brings a report", receive(received.clone(), &holder(Role::Inspector)));
    met.met("role-may-not", "the desk brings a report", receive(received.clone(), &Actor::Desk));
    let events = receive(received, &holder(Role::Intake)).unwrap();
    let report = events.iter().fold(None, |report, event| domain::report::apply(report, at, event)).unwrap();
    let look = |report, why: &str, role| open_protected(report, why, &holder(role), at);
    met.met("role-may-not", "intake looks", look(&report, "why", Role::Intake));
    met.met("reason-missing", "a look without a reason", look(&report, " ", Role::Assessor));
    let of = Id::from_bits(2);
    let twin = domain::report::apply(Some(report.clone()), at, &ReportEvent::DuplicateFound { of }).unwrap();
    met.met("duplicate", "a look at a duplicate", look(&twin, "why", Role::Assessor));
    markings(met, &report, &twin);
}

fn markings(met: &Met, report: &Report, twin: &Report) {
    const TEXT: &str = "(S//NF) They will do it on Friday.";
    let at = Timestamp::UNIX_EPOCH;
    let put = |report, words: &str, marking: &str, reason: &str, by: &Actor| {
        let spans = TEXT.match_indices(words).map(|(at, _)| Span::new(at, at + words.len())).collect();
        let asked = Mark { spans, marking: by_hand(marking).unwrap_or_default(), reason: reason.into() };
        mark(report, TEXT, asked, by, at)
    };
    let draft = super::super::common::release(Id::from_bits(3), Vec::new());
    met.met("marking-rose", "marked since", draft.must_still_carry(&by_hand("TLP:GREEN").unwrap()));
    let intake = holder(Role::Intake);
    met.met("role-may-not", "an inspector marks", put(report, "Friday", "TLP:RED", "why", &holder(Role::Inspector)));
    met.met("reason-missing", "no reason", put(report, "Friday", "TLP:RED", " ", &intake));
    met.met("duplicate", "a duplicate is marked", put(twin, "Friday", "TLP:RED", "why", &intake));
    met.met("bad-field", "an unknown marking", put(report, "Friday", "PURPLE", "why", &intake));
    met.met("bad-field", "words that are not there", put(report, "Monday", "TLP:RED", "why", &intake));
    met.met("already-done", "carried already", put(report, "Friday", "S", "why", &intake));
    let free = |to: &str, agreed: Option<&str>, by: &Actor| {
        let (to, agreed) = (by_hand(to).unwrap(), agreed.map(str::to_owned));
        let asked = Release { span: Span::new(8, TEXT.len()), to, agreed, reason: "to be said".into() };
        release(report, TEXT, asked, by, at)
    };
    let approver = holder(Role::Approver);
    met.met("role-may-not", "an assessor releases", free("U", None, &holder(Role::Assessor)));
    met.met("originators-mark", "an approver alone", free("U", Some(" "), &approver));
    met.met("already-done", "not lower", free("TS//NF//PROTECTED", None, &approver));
    for (agreed, by) in [(Some("J. Doe, the service"), approver), (None, holder(Role::SeniorOfficer))] {
        let events = free("U", agreed, &by).unwrap();
        let after =
            events.iter().try_fold(report.clone(), |report, event| domain::report::apply(Some(report), at, event));
        let found = after.unwrap().stretches(TEXT);
        assert!(!found.last().unwrap().marking.guarded(), "released by {}", by.name());
    }
}
