//! What the leak check takes in and answers.

use domain::{Restricted, Span};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;

/// One field of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The field, such as `what` or `advice[0]`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// One protected text.
#[derive(Debug, Clone)]
pub struct Protected {
    /// How a person names it: a report's id or a file.
    pub label: String,
    /// The whole text, so that spans in findings fit it.
    pub text: Restricted<String>,
    /// Which stretches of it are protected; empty when all of it is.
    pub spans: Vec<Span>,
}

impl Protected {
    /// A text that is protected from its first to its last byte.
    pub fn whole(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: Restricted::new(text.into()), spans: Vec::new() }
    }
}

/// What kind of leak a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Five or more words in a row that stand in a protected text.
    CopiedWords,
    /// A protected passage in other words or another order.
    Reworded,
    /// A name that stands only in protected text, in any script or spelling.
    ProtectedName,
    /// A cover name or code word.
    CodeWord,
    /// A number or quantity more exact than cleared.
    Number,
    /// A date or time more exact than cleared.
    Time,
    /// Words that reveal how something was learned.
    Collection,
    /// A handling mark left in the text.
    Marking,
    /// The body whose information it is.
    Originator,
    /// Characters that a reader does not see, or that pass for others.
    HiddenText,
    /// Protected words in base64, hexadecimal or back to front.
    EncodedText,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::CopiedWords,
        Self::Reworded,
        Self::ProtectedName,
        Self::CodeWord,
        Self::Number,
        Self::Time,
        Self::Collection,
        Self::Marking,
        Self::Originator,
        Self::HiddenText,
        Self::EncodedText,
    ];

    /// The word in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::CopiedWords => "copied_words",
            Self::Reworded => "reworded",
            Self::ProtectedName => "protected_name",
            Self::CodeWord => "code_word",
            Self::Number => "number",
            Self::Time => "time",
            Self::Collection => "collection",
            Self::Marking => "marking",
            Self::Originator => "originator",
            Self::HiddenText => "hidden_text",
            Self::EncodedText => "encoded_text",
        }
    }

    /// What a person may do about it.
    pub(crate) const fn suggestion(self) -> &'static str {
        match self {
            Self::CopiedWords => "Say it in your own words, and only what is cleared.",
            Self::Reworded => "Leave this detail out, or say the cleared part of it more generally.",
            Self::ProtectedName => "Leave the name out, or name only the role the recipient needs to know.",
            Self::CodeWord => "Leave the code word out.",
            Self::Number => "Give a range or a word (\"several\") unless the exact figure is cleared.",
            Self::Time => "Give a wider window, such as the day or \"in the coming days\".",
            Self::Collection => "Leave out how we know; \"we have received information\" says enough.",
            Self::Marking => "Remove the mark; the draft must hold only releasable text.",
            Self::Originator => "Do not say whose information it is; \"we\" is enough.",
            Self::HiddenText => "Type the passage again; nothing in it may be hidden or only look like a letter.",
            Self::EncodedText => "Remove the encoded passage.",
        }
    }
}

/// One passage of the draft that gives something away. `why` never quotes the protected text: only its span is
/// given, for those who may see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What kind of leak.
    pub kind: Kind,
    /// Which field of the draft.
    pub part: String,
    /// Bytes in that field.
    pub draft_span: Span,
    /// The draft's words there.
    pub draft_words: String,
    /// The label of the protected text, where one is behind it.
    pub protected_source: Option<String>,
    /// Bytes in the protected text.
    pub protected_span: Option<Span>,
    /// How sure the check is, from 0 to 1.
    pub confidence: f64,
    /// What the matter is.
    pub why: String,
    /// A way out.
    pub suggestion: &'static str,
}

/// Whether anything was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing.
    Clear,
    /// At least one finding.
    Leak,
}

/// What the check found in one draft.
#[derive(Debug, Clone, Serialize)]
pub struct LeakReport {
    findings: Vec<Finding>,
    verdict: Verdict,
    #[serde(skip)]
    checked: Fingerprint,
}

impl LeakReport {
    pub(crate) fn new(parts: &[Part], findings: Vec<Finding>) -> Self {
        let verdict = if findings.is_empty() { Verdict::Clear } else { Verdict::Leak };
        Self { findings, verdict, checked: digest(parts) }
    }

    /// The findings, in the draft's order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Clear or leak.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// What goes on the record: which text was checked, how much was found, and who overrode it if anybody did.
    pub fn clearance(&self, overridden: Option<Override>) -> Clearance {
        Clearance { checked: self.checked, findings: self.findings.len(), overridden }
    }
}

/// A senior officer's decision that a draft leaves in spite of findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why; must say something.
    pub reason: String,
}

/// What the record keeps of a leak check: enough for [`crate::release`], and no protected word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearance {
    checked: Fingerprint,
    findings: usize,
    overridden: Option<Override>,
}

impl Clearance {
    /// How many findings there were.
    pub const fn findings(&self) -> usize {
        self.findings
    }

    /// The override, if there was one.
    pub const fn overridden(&self) -> Option<&Override> {
        self.overridden.as_ref()
    }

    /// Whether these very parts were checked.
    pub(crate) fn is_of(&self, parts: &[Part]) -> bool {
        self.checked == digest(parts)
    }

    /// Whether nothing was found, or somebody answers for it with a reason.
    pub(crate) fn lets_pass(&self) -> bool {
        self.findings == 0 || self.overridden.as_ref().is_some_and(|by| !by.reason.trim().is_empty())
    }
}

fn digest(parts: &[Part]) -> Fingerprint {
    Fingerprint::of(parts.iter().map(|part| (part.name.as_str(), part.text.as_str())))
}
