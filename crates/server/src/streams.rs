//! How the nouns of `domain` are kept as streams: an event becomes an entry, the fold becomes a row.

use domain::account::{AccountEvent, Accounts};
use domain::lookup::{LookUp, LookUpEvent};
use domain::packs::{PackEvent, Packs};
use domain::register::{Entry, RegisterBook, RegisterEvent};
use domain::report::{Report, ReportEvent};
use domain::roster::{Roster, RosterEvent};
use domain::threat::{Act, Effect, IntendedVictim, Threat, ThreatEvent};
use domain::wake::{About, Wake, WakeEvent};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Line, NewEffect, NewEntry, Row, RowContent, StoredEntry, Write};

use crate::error::AppError;

/// Something that is folded from the events of one stream.
pub trait Aggregate: Serialize + DeserializeOwned + Send + Sized {
    /// Its events.
    type Event: Serialize + DeserializeOwned + Send;
    /// What kind of stream; also the first part of the stream's name.
    const KIND: &'static str;
    /// The state after one more event.
    fn fold(state: Option<Self>, at: Timestamp, event: &Self::Event) -> Option<Self>;
    /// The kind of entry an event becomes.
    fn entry_kind(event: &Self::Event) -> &'static str;
    /// What lists and workers need of it; `state` is filled by the caller.
    fn row(&self) -> RowContent;
}

/// A stream as it was loaded, to decide on.
pub struct Loaded<S> {
    /// Its name: `threat/thr_…`.
    pub stream: String,
    /// How many entries it had.
    pub version: u64,
    /// Its fold; none when the stream does not exist.
    pub state: Option<S>,
}

impl<S: Aggregate> Loaded<S> {
    /// From a row, or from nothing.
    pub fn from_row(stream: String, row: Option<Row>) -> Result<Self, AppError> {
        let Some(row) = row else {
            return Ok(Self { stream, version: 0, state: None });
        };
        let state = serde_json::from_str(&row.state).map_err(|cause| broken(&stream, &cause))?;
        Ok(Self { stream, version: row.version, state: Some(state) })
    }

    /// What has to be written so that `events` have happened, and the fold after them.
    pub fn write(self, at: Timestamp, by: &str, events: &[S::Event]) -> Result<(Write, S), AppError> {
        let mut state = self.state;
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            let body = serde_json::to_vec(event).map_err(|cause| broken(&self.stream, &cause))?;
            entries.push(NewEntry { kind: S::entry_kind(event).to_owned(), by: by.to_owned(), body });
            state = S::fold(state, at, event);
        }
        let state = state.ok_or_else(|| AppError::fault(format!("{} has no beginning", self.stream)))?;
        let write = Write {
            row: row_of(&state, &self.stream)?,
            stream: self.stream,
            kind: S::KIND.to_owned(),
            expected: self.version,
            entries,
            ..Write::default()
        };
        Ok((write, state))
    }
}

/// The state that a row of a list holds.
pub fn state_of<S: Aggregate>(row: Row) -> Result<Option<S>, AppError> {
    Ok(Loaded::from_row(row.stream.clone(), Some(row))?.state)
}

/// The row of a state.
pub fn row_of<S: Aggregate>(state: &S, stream: &str) -> Result<RowContent, AppError> {
    let json = serde_json::to_string(state).map_err(|cause| broken(stream, &cause))?;
    Ok(RowContent { state: json, ..state.row() })
}

/// The state after one more entry of a stream; one whose content was erased changes nothing.
pub fn fold_entry<S: Aggregate>(state: Option<S>, entry: &StoredEntry) -> Result<Option<S>, AppError> {
    let Some(body) = &entry.body else { return Ok(state) };
    let event = serde_json::from_slice(body).map_err(|cause| broken(&entry.stream, &cause))?;
    Ok(S::fold(state, entry.at, &event))
}

fn broken(stream: &str, cause: &serde_json::Error) -> AppError {
    // The cause of a JSON fault can quote content; only where it happened is said.
    AppError::fault(format!(
        "the stored state of {stream} cannot be read (line {}, column {})",
        cause.line(),
        cause.column()
    ))
}

/// Effects of a decision as the store keeps them.
pub fn effects_of(effects: &[Effect]) -> Result<Vec<NewEffect>, AppError> {
    let payload = |effect: &Effect| serde_json::to_string(&effect.act).map_err(AppError::fault);
    let keep = |effect: &Effect| {
        Ok(NewEffect {
            key: effect.key.clone(),
            kind: kind(&effect.act).to_owned(),
            payload: payload(effect)?,
            due_at: effect.due_at,
        })
    };
    effects.iter().map(keep).collect()
}

/// Which worker an act is for.
const fn kind(act: &Act) -> &'static str {
    match act {
        Act::Deliver(_) => "deliver",
        Act::Wake(_) => "wake",
    }
}

impl Aggregate for Threat {
    type Event = ThreatEvent;
    const KIND: &'static str = "threat";

    fn fold(state: Option<Self>, at: Timestamp, event: &ThreatEvent) -> Option<Self> {
        domain::threat::apply(state, at, event)
    }

    fn entry_kind(event: &ThreatEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        let references = self.warnings.iter().map(|warning| format!("ref:{}", warning.reference));
        let determined = self.victims.iter().flat_map(IntendedVictim::determinations);
        let determined = determined.map(|known| format!("det:{}", known.id));
        let links = self.deliveries.iter().filter_map(|delivery| delivery.planned.ack_digest.as_ref());
        RowContent {
            state: String::new(),
            step: self.step().to_owned(),
            title: self.sentence.clone(),
            due_at: self.next_clock().map(|clock| clock.due_at),
            open: self.closed.is_none(),
            features: references.chain(determined).chain(links.map(|digest| format!("ack:{digest}"))).collect(),
        }
    }
}

impl Aggregate for Report {
    type Event = ReportEvent;
    const KIND: &'static str = "report";

    fn fold(state: Option<Self>, at: Timestamp, event: &ReportEvent) -> Option<Self> {
        domain::report::apply(state, at, event)
    }

    fn entry_kind(event: &ReportEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        let step = match (&self.reading, &self.duplicate_of, &self.threat) {
            (None, _, _) => "received",
            (Some(_), Some(_), _) => "duplicate",
            (Some(_), None, Some(_)) => "linked",
            (Some(_), None, None) => "read",
        };
        let sentence = self.reading.as_ref().map(|reading| reading.sentence.clone());
        RowContent {
            state: String::new(),
            step: step.to_owned(),
            title: sentence.unwrap_or_else(|| self.name.clone()),
            due_at: None,
            open: step == "received",
            features: self.reading.as_ref().map(|reading| reading.keys.clone()).unwrap_or_default(),
        }
    }
}

impl Aggregate for Accounts {
    type Event = AccountEvent;
    const KIND: &'static str = "accounts";

    fn fold(state: Option<Self>, at: Timestamp, event: &AccountEvent) -> Option<Self> {
        Some(state.unwrap_or_default().apply(at, event))
    }

    fn entry_kind(event: &AccountEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        RowContent { title: "accounts".to_owned(), step: "kept".to_owned(), open: true, ..RowContent::default() }
    }
}

/// The register's only stream.
pub const REGISTER: &str = RegisterBook::KIND;
/// The step of a register that is kept line by line.
pub const IN_LINES: &str = "in lines";

/// A line of the register as the store keeps it.
pub fn line_of(entry: &Entry) -> Result<Line, AppError> {
    let body = serde_json::to_string(entry).map_err(|cause| broken(REGISTER, &cause))?;
    Ok(Line { key: entry.id().to_string(), body, due_at: entry.keep_until() })
}

/// What a stored line of the register says.
pub fn entry_of(line: &Line) -> Result<Entry, AppError> {
    serde_json::from_str(&line.body).map_err(|cause| broken(REGISTER, &cause))
}

/// What an entry of the register's stream says; nothing when its content was erased.
pub fn register_event(entry: &StoredEntry) -> Result<Option<RegisterEvent>, AppError> {
    let body = entry.body.as_ref().map(|body| serde_json::from_slice(body));
    body.transpose().map_err(|cause| broken(REGISTER, &cause))
}

impl Aggregate for RegisterBook {
    type Event = RegisterEvent;
    const KIND: &'static str = "register";

    fn fold(state: Option<Self>, _at: Timestamp, event: &RegisterEvent) -> Option<Self> {
        Some(state.unwrap_or_default().apply(event))
    }

    fn entry_kind(event: &RegisterEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        RowContent { title: "register".to_owned(), step: IN_LINES.to_owned(), open: true, ..RowContent::default() }
    }
}

impl Aggregate for LookUp {
    type Event = LookUpEvent;
    const KIND: &'static str = "lookup";

    fn fold(state: Option<Self>, at: Timestamp, event: &LookUpEvent) -> Option<Self> {
        Some(domain::lookup::apply(state, at, event))
    }

    fn entry_kind(event: &LookUpEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        RowContent { title: format!("by {}", self.by), step: "made".to_owned(), ..RowContent::default() }
    }
}

impl Aggregate for Roster {
    type Event = RosterEvent;
    const KIND: &'static str = "roster";

    fn fold(state: Option<Self>, at: Timestamp, event: &RosterEvent) -> Option<Self> {
        Some(state.unwrap_or_default().apply(at, event))
    }

    fn entry_kind(event: &RosterEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        RowContent { title: "roster".to_owned(), step: "kept".to_owned(), open: true, ..RowContent::default() }
    }
}

impl Aggregate for Wake {
    type Event = WakeEvent;
    const KIND: &'static str = "wake";

    fn fold(state: Option<Self>, at: Timestamp, event: &WakeEvent) -> Option<Self> {
        domain::wake::apply(state, at, event)
    }

    fn entry_kind(event: &WakeEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        let links = self.calls.iter().filter_map(|call| call.calling.link_digest.as_ref());
        let about = match &self.opening.about {
            About::Deadline { threat, .. } => format!("of:{threat}"),
            About::Test { account, .. } => format!("of:{account}"),
        };
        let named = [format!("ref:{}", self.opening.reference), about];
        RowContent {
            state: String::new(),
            step: self.step().to_owned(),
            title: self.opening.reference.clone(),
            due_at: None,
            open: self.ended.is_none(),
            features: links.map(|digest| format!("link:{digest}")).chain(named).collect(),
        }
    }
}

impl Aggregate for Packs {
    type Event = PackEvent;
    const KIND: &'static str = "policies";

    fn fold(state: Option<Self>, at: Timestamp, event: &PackEvent) -> Option<Self> {
        Some(state.unwrap_or_default().apply(at, event))
    }

    fn entry_kind(event: &PackEvent) -> &'static str {
        event.kind()
    }

    fn row(&self) -> RowContent {
        RowContent { title: "policies".to_owned(), step: "kept".to_owned(), open: true, ..RowContent::default() }
    }
}
