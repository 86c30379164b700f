//! Small nouns that every room of the house shares.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A half-open range of bytes `[start, end)` in a report's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(usize, usize)", into = "(usize, usize)")]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `[start, end)`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The words at this span; `None` when it does not lie in `text` on character borders.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// Whether the two share a byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Why a text is no span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not two numbers with a dash between them, such as 120-180")]
pub struct NoSpan;

impl FromStr for Span {
    type Err = NoSpan;

    /// `120-180`, as people write it.
    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let parsed = text.split_once('-').and_then(|(from, to)| Some(Self::new(from.parse().ok()?, to.parse().ok()?)));
        parsed.ok_or(NoSpan)
    }
}

impl From<(usize, usize)> for Span {
    fn from((start, end): (usize, usize)) -> Self {
        Self { start, end }
    }
}
impl From<Span> for (usize, usize) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

/// A stretch of time in which the harm is expected; either end may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Earliest instant, if known.
    pub from: Option<Timestamp>,
    /// Latest instant, if known; never before `from` (see [`Window::new`]).
    pub to: Option<Timestamp>,
}

impl Window {
    /// A window; `None` when it would end before it starts.
    pub fn new(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<Self> {
        match (from, to) {
            (Some(start), Some(end)) if end < start => None,
            _ => Some(Self { from, to }),
        }
    }
}

/// What a person at the desk may be asked to do: the six roles of every desk, and those that a policy pack adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Role {
    /// Takes reports in.
    Intake,
    /// Works out who is meant and answers the criteria.
    Assessor,
    /// Affirms a waiver or a "not owed".
    SeniorOfficer,
    /// Approves a draft that somebody else wrote.
    Approver,
    /// Carries warnings out and records what recipients answer.
    Deliverer,
    /// Looks at everything, changes nothing.
    Inspector,
    /// A policy pack's own: asked, woken and on duty like the others, and works on threats; may besides what the pack
    /// says of it, and nothing that takes one of the six.
    Own(OwnRole),
}

/// The id of a policy pack's own role. Kept in place, so that a role stays a word that is copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnRole {
    letters: [u8; Self::LONGEST],
    length: u8,
}

impl OwnRole {
    /// Longest id, in bytes; packs take none that is longer.
    pub const LONGEST: usize = 60;

    /// The role with this id; none for what could not stand in a pack.
    fn new(id: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        let fine = id.starts_with(|first: char| first.is_ascii_lowercase()) && id.bytes().all(plain);
        let length = u8::try_from(id.len()).ok().filter(|_| fine && id.len() <= Self::LONGEST)?;
        let mut letters = [0; Self::LONGEST];
        letters.get_mut(..id.len())?.copy_from_slice(id.as_bytes());
        Some(Self { letters, length })
    }

    fn id(&self) -> &str {
        let letters = self.letters.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(letters).unwrap_or_default()
    }
}

impl fmt::Debug for OwnRole {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.id(), out)
    }
}

impl Role {
    /// The roles of every desk, in the order a report meets them.
    pub const ALL: [Self; 6] =
        [Self::Intake, Self::Assessor, Self::SeniorOfficer, Self::Approver, Self::Deliverer, Self::Inspector];

    /// Those of them that work on threats: everybody but who only looks.
    pub const WORKING: [Self; 5] = [Self::Intake, Self::Assessor, Self::SeniorOfficer, Self::Approver, Self::Deliverer];

    /// The word in JSON and policy packs.
    pub fn id(&self) -> &str {
        match self {
            Self::Intake => "intake",
            Self::Assessor => "assessor",
            Self::SeniorOfficer => "senior_officer",
            Self::Approver => "approver",
            Self::Deliverer => "deliverer",
            Self::Inspector => "inspector",
            Self::Own(own) => own.id(),
        }
    }

    /// Whether who holds it works on threats.
    pub fn works(&self) -> bool {
        *self != Self::Inspector
    }

    /// The role with this word: one of the six, or as a pack may name its own.
    pub fn named(id: &str) -> Option<Self> {
        Self::from_id(id).or_else(|| OwnRole::new(id).map(Self::Own))
    }

    /// The role of every desk with this word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Intake => "intake officer",
            Self::Assessor => "assessor",
            Self::SeniorOfficer => "senior officer",
            Self::Approver => "approver",
            Self::Deliverer => "deliverer",
            Self::Inspector => "inspector",
            Self::Own(own) => return out.write_str(&own.id().replace(['_', '-'], " ")),
        })
    }
}

/// The harm threatened. ICD 191 names the first three; a pack may name more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Harm {
    /// Intentional killing.
    Killing,
    /// Serious bodily injury.
    SeriousBodilyInjury,
    /// Kidnapping.
    Kidnapping,
    /// Another harm, in the pack's own word.
    Other(String),
}

impl TryFrom<String> for Role {
    type Error = String;

    fn try_from(id: String) -> Result<Self, String> {
        Self::named(&id).ok_or_else(|| format!("`{id}` is not the id of a role"))
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.id().to_owned()
    }
}

impl From<String> for Harm {
    fn from(word: String) -> Self {
        match word.as_str() {
            "killing" => Self::Killing,
            "serious_bodily_injury" => Self::SeriousBodilyInjury,
            "kidnapping" => Self::Kidnapping,
            _ => Self::Other(word),
        }
    }
}

impl From<Harm> for String {
    fn from(harm: Harm) -> Self {
        harm.id().to_owned()
    }
}

impl Harm {
    /// The word in JSON and policy packs.
    pub fn id(&self) -> &str {
        match self {
            Self::Killing => "killing",
            Self::SeriousBodilyInjury => "serious_bodily_injury",
            Self::Kidnapping => "kidnapping",
            Self::Other(word) => word,
        }
    }
}

/// What kind of intended victim (ICD 191 counts all of these).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VictimKind {
    /// One human being.
    Person,
    /// Several, named or described together.
    Group,
    /// A body such as a school, church or ministry.
    Institution,
    /// Where somebody works or trades.
    PlaceOfBusiness,
    /// A building, bridge, vehicle or other structure.
    Structure,
    /// A place and whoever stands in it.
    Location,
}

/// An answer to one criterion or ground. A missing answer is not one of these: it is absent, and never means "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The evidence shows it.
    Met,
    /// The evidence shows the contrary.
    NotMet,
    /// The evidence does not settle it.
    Unclear,
}

/// Where a determination stands for one intended victim under one policy pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Determination {
    /// A warning is owed.
    Warn,
    /// The threshold is not reached, and a senior officer has affirmed it.
    NotOwed,
    /// The threshold is reached, a waiver ground applies, and a senior officer has affirmed it.
    Waived,
    /// Not settled: a person is being asked.
    Unresolved,
}

impl fmt::Display for Determination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Warn => "warn",
            Self::NotOwed => "not owed",
            Self::Waived => "waived",
            Self::Unresolved => "unresolved",
        })
    }
}

/// A way a warning can leave the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// SMTP.
    Email,
    /// A signed HTTP POST (Standard Webhooks).
    Webhook,
    /// A printed letter for delivery by hand.
    Letter,
    /// Spoken face to face; a person records it.
    InPerson,
    /// Spoken by telephone; a person records it.
    Telephone,
}

impl ChannelKind {
    /// Whether a person carries it and records the result, rather than a worker.
    pub const fn by_hand(self) -> bool {
        match self {
            Self::Letter | Self::InPerson | Self::Telephone => true,
            Self::Email | Self::Webhook => false,
        }
    }

    /// The word in JSON, SQL and pages.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Letter => "letter",
            Self::InPerson => "in_person",
            Self::Telephone => "telephone",
        }
    }
}

impl fmt::Display for ChannelKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Email => "e-mail",
            Self::Webhook => "webhook",
            Self::Letter => "letter by hand",
            Self::InPerson => "in person",
            Self::Telephone => "telephone",
        })
    }
}
