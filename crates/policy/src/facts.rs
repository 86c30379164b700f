//! What is known of one intended victim at one time: the inputs of a determination, as JSON.
//!
//! Everything the text gets wrong is refused with its place. What only a pack can know (which ids exist) is refused
//! by [`crate::evaluate()`], and [`FactsError::in_text`] finds its place afterwards.

use std::collections::BTreeMap;
use std::fmt;

use domain::{Answer, Harm, VictimKind, Window};
use jiff::Timestamp;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::locate::{Step, line_and_column, locate, shown};

/// The facts of one determination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The time the determination is made for; deadlines count from here.
    #[serde(deserialize_with = "time")]
    pub at: Timestamp,
    /// The harm threatened.
    pub harm: Harm,
    /// Who is meant.
    pub victim: Victim,
    /// When it is expected, as far as known.
    #[serde(default, deserialize_with = "window", skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Answers by criterion; a criterion left out is unanswered.
    #[serde(default, deserialize_with = "answers")]
    pub answers: BTreeMap<String, Answer>,
    /// Answers by waiver ground; a ground left out is not relied on.
    #[serde(default, deserialize_with = "answers", skip_serializing_if = "BTreeMap::is_empty")]
    pub grounds: BTreeMap<String, Answer>,
    /// What senior officers have signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affirmations: Vec<Affirmation>,
    /// Who answered the criteria. Without a name nothing can be affirmed: nobody could tell the two persons apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Victim {
    /// What kind.
    pub kind: VictimKind,
    /// A name or a description; a description is enough.
    pub described: String,
}

/// A signed agreement to silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affirmation {
    /// To what.
    pub of: Of,
    /// The waiver ground; none for "not owed".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// The role in which it was given.
    pub by_role: String,
    /// Who gave it.
    pub by: String,
    /// Why, in words.
    #[serde(default)]
    pub reason: String,
}

/// What can be affirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// That a warning that is owed is not given.
    Waiver,
    /// That no warning is owed.
    NotOwed,
}

/// Why facts are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsError {
    path: Vec<Step>,
    /// Line and column from 1, when a text is at hand.
    place: Option<(usize, usize)>,
    what: String,
}

impl FactsError {
    pub(crate) fn at(path: &[Step], what: impl Into<String>) -> Self {
        Self { path: path.to_vec(), place: None, what: what.into() }
    }

    /// The place as a JSON path: `answers.credible`, `affirmations[0].by_role`; empty for the whole document.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.push_str(&format!(".{key}")),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }

    /// Line and column (from 1), when known.
    pub fn place(&self) -> Option<(usize, usize)> {
        self.place
    }

    /// The same refusal with its line and column in the text the facts were read from.
    #[must_use]
    pub fn in_text(mut self, text: &str) -> Self {
        if self.place.is_none() {
            self.place = locate(text, &self.path).map(|offset| line_and_column(text, offset));
        }
        self
    }
}

impl fmt::Display for FactsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = shown(&self.path(), 120);
        let what = shown(&self.what, 400);
        match (self.place, path.is_empty()) {
            (Some((line, column)), true) => write!(out, "line {line}, column {column}: {what}"),
            (Some((line, column)), false) => write!(out, "{path} (line {line}, column {column}): {what}"),
            (None, true) => out.write_str(&what),
            (None, false) => write!(out, "{path}: {what}"),
        }
    }
}

impl std::error::Error for FactsError {}

impl Facts {
    /// Reads facts from JSON.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        let mut from = serde_json::Deserializer::from_str(text);
        let facts: Self = serde_path_to_error::deserialize(&mut from).map_err(|error| unreadable(&error))?;
        from.end().map_err(|error| FactsError {
            path: Vec::new(),
            place: Some((error.line(), error.column())),
            what: "something follows after the end of the facts; one document is expected".into(),
        })?;
        facts.validate().map_err(|error| error.in_text(text))?;
        Ok(facts)
    }

    /// What can be wrong with facts whatever the pack; [`crate::evaluate()`] asks this again.
    pub(crate) fn validate(&self) -> Result<(), FactsError> {
        if let Some(Window { from: Some(from), to: Some(to) }) = self.window
            && to < from
        {
            let what = format!("the window ends at {to}, before it starts at {from}; exchange or correct them");
            return Err(FactsError::at(&[Step::key("window"), Step::key("to")], what));
        }
        if self.harm.id().trim().is_empty() {
            return Err(FactsError::at(&[Step::key("harm")], "the harm is empty; name it, such as killing"));
        }
        Ok(())
    }
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> FactsError {
    use serde_path_to_error::Segment;
    let path = error.path().iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { variant } => Some(Step::Key(variant.clone())),
        Segment::Unknown => None,
    });
    let inner = error.inner();
    let said = inner.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what).to_owned();
    FactsError { path: path.collect(), place: Some((inner.line(), inner.column())), what }
}

fn window<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Window>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ends {
        #[serde(default)]
        from: Option<Time>,
        #[serde(default)]
        to: Option<Time>,
    }
    let time = |end: Option<Time>| end.map(|Time(time)| time);
    Ok(Option::<Ends>::deserialize(from)?.map(|ends| Window { from: time(ends.from), to: time(ends.to) }))
}

/// A time as RFC 3339 writes it, and no other way: whole, with its offset, and on a day that exists.
struct Time(Timestamp);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        time(from).map(Self)
    }
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    let refused = |why: String| {
        let text: String = text.chars().take(60).collect();
        de::Error::custom(format!("`{text}` is not a time: {why}; write one such as 2024-03-01T08:00:00Z"))
    };
    if !is_rfc3339(&text) {
        return Err(refused("RFC 3339 wants a date, T, a time with seconds, and Z or an offset such as +01:00".into()));
    }
    text.parse().map_err(|cause: jiff::Error| refused(cause.to_string()))
}

/// The shape alone: `2024-03-01T08:00:00`, a fraction perhaps, `Z` or an offset that exists.
fn is_rfc3339(text: &str) -> bool {
    let fits = |text: &str, shape: &str| {
        let digit_or = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(digit_or)
    };
    let upper = text.to_ascii_uppercase();
    let (Some(whole), Some(rest)) = (upper.get(..19), upper.get(19..)) else { return false };
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let offset = if digits > 0 { rest.get(digits + 1..).unwrap_or_default() } else { rest };
    let exists = |offset: &str| {
        let hour = offset.get(1..3).and_then(|hour| hour.parse::<u8>().ok()).is_some_and(|hour| hour < 24);
        let minute = offset.get(4..6).and_then(|minute| minute.parse::<u8>().ok()).is_some_and(|minute| minute < 60);
        (fits(offset, "+00:00") || fits(offset, "-00:00")) && hour && minute
    };
    fits(whole, "0000-00-00T00:00:00") && (offset == "Z" || exists(offset))
}

/// A map that refuses a key given twice: the later answer must not silently win.
fn answers<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Answer>, D::Error> {
    struct Once;
    impl<'de> Visitor<'de> for Once {
        type Value = BTreeMap<String, Answer>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("answers by id: met, not_met or unclear")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = BTreeMap::new();
            while let Some((id, answer)) = map.next_entry::<String, Answer>()? {
                if found.contains_key(&id) {
                    return Err(de::Error::custom(format!("`{id}` is answered twice; keep one answer")));
                }
                found.insert(id, answer);
            }
            Ok(found)
        }
    }
    from.deserialize_map(Once)
}
