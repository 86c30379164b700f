//! A report: what a reporter sent, kept to the byte (P4).
//!
//! The text stands only in the `ReportReceived` entry, sealed; the folded [`Report`] keeps what lists and pages
//! need. Protected paragraphs are shown to a person only after `ProtectedOpened` was recorded (P5).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::claim::Claim;
use crate::ids::{ReportId, ThreatId};
use crate::marking::{Marking, SpanMark, Stretch, stretches};
use crate::refusal::Refusal;
use crate::threat::{Details, Signed};
use crate::words::{Role, Span, Window};

mod marks;

pub use marks::{Mark, Release, mark, release};

/// How the paragraphs without a portion mark are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// Public or cleared: may be used in a warning as it stands.
    Open,
    /// Protected unless a paragraph is marked cleared.
    Protected,
}

impl Handling {
    /// What a paragraph carries that says nothing itself.
    pub fn marking(self) -> Marking {
        match self {
            Self::Open => Marking::default(),
            Self::Protected => Marking::held(),
        }
    }
}

/// A report as it arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Received {
    pub id: ReportId,
    /// File name or subject under which it came.
    pub name: String,
    /// Who sent it.
    pub reporter: String,
    pub handling: Handling,
    /// The very bytes that arrived.
    pub original: Original,
    /// SHA-256 of those bytes, hex.
    pub sha256: String,
    /// What was stated about it when it came: whose information it is, who has a stake in it.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// Bytes as they can stand in JSON: as text when they are UTF-8, otherwise in base 64 (RFC 4648).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Original {
    /// UTF-8.
    Text(String),
    /// Anything else, such as an e-mail in an older encoding.
    Base64(String),
}

impl Original {
    /// Length in bytes (of the text, or about that of the decoded bytes).
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Base64(coded) => coded.len() / 4 * 3,
        }
    }

    /// Whether nothing arrived.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What reading found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Reading {
    pub sentence: String,
    pub claims: Vec<Claim>,
    /// Stretches that are page furniture, with why.
    pub furniture: Vec<(Span, String)>,
    pub language: Option<String>,
    pub document_date: Option<jiff::civil::Date>,
    pub window: Option<Window>,
    /// Told of something that has already happened.
    pub after_the_fact: bool,
    /// Keys by which other reports and threats are found (linking features, duplicate keys, near-duplicate bands).
    pub keys: Vec<String>,
}

/// A report, folded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Report {
    pub id: ReportId,
    pub received_at: Timestamp,
    pub received_by: String,
    pub name: String,
    pub reporter: String,
    pub handling: Handling,
    pub sha256: String,
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
    pub bytes: usize,
    pub reading: Option<Reading>,
    pub duplicate_of: Option<ReportId>,
    pub threat: Option<ThreatId>,
    /// Recorded looks at the protected paragraphs.
    pub looks: Vec<Signed>,
    /// What was put on its words since it came, first put first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<SpanMark>,
}

impl Report {
    /// What each stretch of its text carries.
    pub fn stretches(&self, text: &str) -> Vec<Stretch> {
        stretches(text, &self.handling.marking(), &self.marks)
    }

    /// What was stated about it when it came, with the originator whom a mark says to ask.
    pub fn stated(&self) -> Details {
        let marked = self.marks.iter().find_map(|mark| mark.marking.originators.first());
        let asked =
            |name: &String| Details { originator: Some(name.clone()), originator_controlled: true, stakes: Vec::new() };
        marked.map_or_else(|| self.details.clone(), |name| self.details.clone().with(&asked(name)))
    }
}

/// What can happen to a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the glossary's words, past tense")]
pub enum ReportEvent {
    ReportReceived {
        received: Received,
        by: String,
    },
    ReportRead {
        reading: Reading,
    },
    DuplicateFound {
        of: ReportId,
    },
    ReportAssigned {
        threat: ThreatId,
    },
    ProtectedOpened {
        signed: Signed,
    },
    WordsMarked {
        marks: Vec<SpanMark>,
    },
    WordsReleased {
        mark: SpanMark,
    },
    /// The sentence that lists show, from what is open now.
    ToldAnew {
        sentence: String,
    },
}

impl ReportEvent {
    /// The kind of entry this event becomes in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ReportReceived { .. } => "ReportReceived",
            Self::ReportRead { .. } => "ReportRead",
            Self::DuplicateFound { .. } => "DuplicateFound",
            Self::ReportAssigned { .. } => "ReportAssigned",
            Self::ProtectedOpened { .. } => "ProtectedOpened",
            Self::WordsMarked { .. } => "WordsMarked",
            Self::WordsReleased { .. } => "WordsReleased",
            Self::ToldAnew { .. } => "ToldAnew",
        }
    }
}

/// The report after `event`.
pub fn apply(report: Option<Report>, at: Timestamp, event: &ReportEvent) -> Option<Report> {
    if let (None, ReportEvent::ReportReceived { received, by }) = (&report, event) {
        return Some(Report {
            id: received.id,
            received_at: at,
            received_by: by.clone(),
            name: received.name.clone(),
            reporter: received.reporter.clone(),
            handling: received.handling,
            sha256: received.sha256.clone(),
            details: received.details.clone(),
            bytes: received.original.len(),
            reading: None,
            duplicate_of: None,
            threat: None,
            looks: Vec::new(),
            marks: Vec::new(),
        });
    }
    let mut report = report?;
    match event {
        ReportEvent::ReportReceived { .. } => {}
        ReportEvent::ReportRead { reading } => report.reading = Some(reading.clone()),
        ReportEvent::DuplicateFound { of } => report.duplicate_of = Some(*of),
        ReportEvent::ReportAssigned { threat } => report.threat = Some(*threat),
        ReportEvent::ProtectedOpened { signed } => report.looks.push(signed.clone()),
        ReportEvent::WordsMarked { marks } => report.marks.extend(marks.iter().cloned()),
        ReportEvent::WordsReleased { mark } => report.marks.push(mark.clone()),
        ReportEvent::ToldAnew { sentence } => {
            if let Some(reading) = &mut report.reading {
                reading.sentence.clone_from(sentence);
            }
        }
    }
    Some(report)
}

/// Takes a report in. Anybody with an account may bring one, except an inspector, who changes nothing.
pub fn receive(received: Received, by: &Actor) -> Result<Vec<ReportEvent>, Refusal> {
    let bringing = [Role::Intake, Role::Assessor, Role::SeniorOfficer, Role::Approver, Role::Deliverer];
    let who = by.must_hold(&bringing, "bring a report in")?.to_owned();
    received.details.must_make_sense()?;
    Ok(vec![ReportEvent::ReportReceived { received, by: who }])
}

/// Opens the protected paragraphs to one person, on the record. Every role may need to; nobody may do it unseen.
pub fn open_protected(report: &Report, reason: &str, by: &Actor, at: Timestamp) -> Result<Vec<ReportEvent>, Refusal> {
    let seeing = [Role::Assessor, Role::SeniorOfficer, Role::Approver, Role::Inspector];
    let who = by.must_hold(&seeing, "open protected paragraphs")?;
    Refusal::unless_reason(reason)?;
    if let Some(of) = report.duplicate_of {
        return Err(Refusal::Duplicate { of: of.to_string() });
    }
    Ok(vec![ReportEvent::ProtectedOpened { signed: Signed { by: who.to_owned(), at, reason: reason.to_owned() } }])
}
