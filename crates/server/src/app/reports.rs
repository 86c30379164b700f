//! A report comes in: kept first (P1), then read, recognised as a duplicate or linked to a threat.
//!
//! Keeping and reading are two commits. Between them the report is already safe, and an effect waits to have it
//! read, so that a crash, or a text that takes long, loses nothing. Reading again gives the same claims.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::claim::{Claim, Stage};
use domain::marking::Marking;
use domain::report::{Handling, Original, Reading, Received, Report, ReportEvent, open_protected, receive};
use domain::threat::{Coordinate, Decision, Details, OpenThreat, Threat, ThreatCommand, apply, decide, open};
use domain::{Actor, ReportId, Span, ThreatId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reading::{Dated, Document, Read};
use store::{Lease, NewEffect, StoreError, Write};

use super::closed::Bar;
use super::leaving::sha256;
use super::threats::StoreOr;
use crate::desk::{Ask, Desk, Kept, RETRIES, stream_name};
use crate::error::AppError;
use crate::streams::{Loaded, effects_of};

/// Rows that share a linking feature with more than this many others are not linked by it.
const COMMON: usize = 64;
/// At most so many of the reports that a threat has are read again to say in a sentence what they say together.
const SUMMED_UP: usize = 12;

/// What somebody brings in.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// File name or subject.
    pub name: String,
    /// Who sent it.
    pub reporter: String,
    /// How unmarked paragraphs are treated.
    pub handling: Handling,
    /// Whose information it is, and who has a stake in it.
    pub details: Details,
    /// The very bytes.
    pub bytes: Vec<u8>,
}

/// A report's text as a person may see it.
pub struct ReportText {
    /// The report.
    pub report: Report,
    /// The text, cut into stretches; protected ones have no words unless they were opened.
    pub stretches: Vec<Stretch>,
}

/// A run of the text.
pub struct Stretch {
    /// Where it stands.
    pub span: Span,
    /// The words; none when they are protected and were not opened.
    pub words: Option<String>,
    /// Whether it is protected.
    pub protected: bool,
    /// What it carries.
    pub marking: Marking,
}

/// What reading decided about a report, before anything is written.
struct Sorted {
    reading: Reading,
    bar: Bar,
    duplicate_of: Option<ReportId>,
    linked: Option<(ThreatId, String)>,
}

impl Desk {
    /// Takes a report in: durable before anything else, then read and linked.
    pub async fn take_in(&self, ask: &Ask, new: NewReport) -> Result<Report, AppError> {
        let document = reading::open(&new.name, &new.bytes, None)
            .map_err(|cause| AppError::invalid(new.name.clone(), cause.to_string()))?;
        let at = self.clock.now();
        let id: ReportId = self.ids.new_id(at);
        let received = Received {
            id,
            name: new.name,
            reporter: new.reporter,
            handling: new.handling,
            sha256: sha256(&new.bytes),
            details: new.details,
            original: original(new.bytes),
        };
        let marks = self.marks_by_rule(received.details.originator.as_deref(), &document.verbatim, at).await?;
        let mut events = receive(received, &ask.actor)?;
        // Together with the report, so that there is no moment without.
        events.extend((!marks.is_empty()).then_some(ReportEvent::WordsMarked { marks }));
        let loaded = self.load::<Report>(id).await?;
        let (mut write, report) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
        write.effects.push(NewEffect {
            key: format!("read/{id}"),
            kind: "read".to_owned(),
            payload: serde_json::to_string(&id).map_err(AppError::fault)?,
            due_at: at,
        });
        // What a repeated request is answered is known only when the report has been read; until then, its id.
        self.commit_keeping(ask, at, vec![write], Kept::json(201, &report.id)?).await?;
        match &ask.key {
            Some(key) => drop(self.answer_kept(ask.actor.name(), &key.key, id).await?),
            None => drop(self.sort(id, None).await?),
        }
        self.report(id).await
    }

    /// Reads a report if nobody has, and keeps what its bringer is answered, once: asked again, it is the same.
    pub(crate) async fn answer_kept(&self, name: &str, key: &str, id: ReportId) -> Result<String, AppError> {
        self.sort(id, None).await?;
        let provisional = serde_json::to_string(&id).map_err(AppError::fault)?;
        let answer = serde_json::to_string(&self.closed_report(id).await?).map_err(AppError::fault)?;
        self.store.complete_remembered(name, key, &provisional, &answer).await?;
        Ok(answer)
    }

    /// The report with this id.
    pub async fn report(&self, id: ReportId) -> Result<Report, AppError> {
        self.load::<Report>(id).await?.state.ok_or_else(|| AppError::not_found(format!("report {id}")))
    }

    /// Reads a kept report and links it; once. Called when it comes in and by the worker that finds it unread.
    pub(crate) async fn sort(&self, id: ReportId, held: Option<Lease>) -> Result<Report, AppError> {
        let _one_at_a_time = self.sorting.lock().await;
        for _ in 0..RETRIES {
            let loaded = self.load::<Report>(id).await?;
            let report = loaded.state.clone().ok_or_else(|| AppError::not_found(format!("report {id}")))?;
            if report.reading.is_some() {
                return Ok(report);
            }
            let mut document = self.document(id).await?;
            // "Tonight" and "Friday" count from the day the report came when it does not say when it was written.
            let received = TimeZone::UTC.to_datetime(report.received_at).date();
            document.date.get_or_insert_with(|| Dated::given(received));
            let sorted = self.look(document, &report).await?;
            match self.file(loaded, sorted, held).await {
                Err(StoreOr::Store(StoreError::Conflict { .. })) => {}
                other => return other.map_err(AppError::from),
            }
        }
        Err(AppError::Busy)
    }

    /// The document behind a report, opened again from the bytes in the record.
    pub async fn document(&self, id: ReportId) -> Result<Document, AppError> {
        let stream = stream_name::<Report>(&id.to_string());
        let entries = self.store.entries(Some(&stream), 0, 1).await?;
        let entry = entries.into_iter().next().ok_or_else(|| AppError::not_found(format!("report {id}")))?;
        let body = entry.body.ok_or_else(|| AppError::not_found(format!("text of report {id}: it was erased")))?;
        let event: ReportEvent =
            serde_json::from_slice(&body).map_err(|_| AppError::fault("a report that cannot be read"))?;
        let ReportEvent::ReportReceived { received, .. } = event else {
            return Err(AppError::fault(format!("report {id} does not begin with its text")));
        };
        let bytes = match received.original {
            Original::Text(text) => text.into_bytes(),
            Original::Base64(coded) => BASE64.decode(coded).map_err(AppError::fault)?,
        };
        reading::open(&received.name, &bytes, None).map_err(AppError::fault)
    }

    /// Reads, and looks for the same report or the same threat among what is known.
    async fn look(&self, document: Document, report: &Report) -> Result<Sorted, AppError> {
        let duplicate_key = format!("same:{:x}", reading::similar::key(&document));
        let bands = reading::similar::bands(&reading::similar::signature(&document));
        let read = tokio::task::spawn_blocking(move || reading::read(document)).await.map_err(AppError::fault)?;
        let bar = Bar::of(&report.stretches(&read.document.verbatim));
        let mut keys: Vec<String> = read.features.iter().map(|feature| feature.key.clone()).collect();
        let same = self.store.by_features("report", std::slice::from_ref(&duplicate_key), COMMON).await?;
        let duplicate_of = same.shared.iter().find_map(|shared| shared.stream.strip_prefix("report/")?.parse().ok());
        let linked = match duplicate_of {
            Some(_) => None,
            None => self.find_threat(&read, &bar, &keys).await?,
        };
        if duplicate_of.is_none() {
            keys.push(duplicate_key);
            keys.extend(bands.iter().map(|band| format!("near:{band:x}")));
        }
        let sentence = bar.sentence(&read.document, &read.claims);
        Ok(Sorted { reading: reading_of(read, sentence, keys), bar, duplicate_of, linked })
    }

    /// The threat that some known report of it links to, and why, told without protected words.
    async fn find_threat(
        &self,
        read: &Read,
        bar: &Bar,
        keys: &[String],
    ) -> Result<Option<(ThreatId, String)>, AppError> {
        let found = self.store.by_features("report", keys, COMMON).await?;
        let mut best: Option<(f32, ThreatId, ReportId, Vec<Claim>)> = None;
        for shared in found.shared.iter().take(COMMON) {
            let row = self.store.load(&shared.stream).await?;
            let known = Loaded::<Report>::from_row(shared.stream.clone(), row)?.state;
            let Some((id, known, threat)) = known.and_then(|known| Some((known.id, known.reading?, known.threat?)))
            else {
                continue;
            };
            let link = reading::link(&read.features, &reading::link::features(&known.claims));
            if link.linked && best.as_ref().is_none_or(|(score, ..)| link.score > *score) {
                best = Some((link.score, threat, id, known.claims));
            }
        }
        let Some((_, threat, known, claims)) = best else { return Ok(None) };
        let theirs = self.bar(known).await?.labelled(reading::link::features(&claims), &claims);
        let ours = bar.labelled(read.features.clone(), &read.claims);
        Ok(Some((threat, reading::link(&ours, &theirs).why)))
    }

    /// Writes what was found: the report's reading and the threat it joins or opens, in one transaction.
    async fn file(&self, loaded: Loaded<Report>, sorted: Sorted, held: Option<Lease>) -> Result<Report, StoreOr> {
        let at = self.clock.now();
        let by = Actor::Desk;
        let report = loaded.state.clone().ok_or_else(|| AppError::not_found("report"))?;
        let mut events = vec![ReportEvent::ReportRead { reading: sorted.reading.clone() }];
        let mut writes = Vec::new();
        match (sorted.duplicate_of, sorted.linked) {
            (Some(of), _) => events.push(ReportEvent::DuplicateFound { of }),
            (None, Some((threat, why))) => {
                writes.push(self.join(threat, &report, (sorted.bar, &sorted.reading), why, at).await?);
                events.push(ReportEvent::ReportAssigned { threat });
            }
            (None, None) => {
                let (threat, write) = self.open_threat(&report, &sorted.reading, at).await?;
                writes.push(write);
                events.push(ReportEvent::ReportAssigned { threat });
            }
        }
        let (mut write, after) = loaded.write(self.borne(at), by.name(), &events)?;
        write.finish.extend(held);
        writes.push(write);
        self.commit(&Ask::desk(), at, writes, &after).await?;
        Ok(after)
    }

    async fn join(
        &self,
        threat: ThreatId,
        report: &Report,
        (bar, reading): (Bar, &Reading),
        why: String,
        at: Timestamp,
    ) -> Result<Write, AppError> {
        let loaded = self.load::<Threat>(threat).await?;
        let state = loaded.state.as_ref().ok_or_else(|| AppError::not_found(format!("threat {threat}")))?;
        let after_the_fact = reading.after_the_fact;
        let window = if after_the_fact || state.window.is_some() { None } else { reading.window };
        let sentence = self.told_together(state, report.id, bar, reading).await?;
        let command = ThreatCommand::LinkReport { report: report.id, why, after_the_fact, sentence, window };
        let decision = decide(state, command, &Actor::Desk, at)?;
        let decision = with_details(Some(state.clone()), decision, report, at)?;
        let effects = effects_of(&decision.effects)?;
        let (mut write, _) = loaded.write(self.borne(at), Actor::Desk.name(), &decision.events)?;
        write.effects = effects;
        Ok(write)
    }

    /// What a threat's reports say together when another joins that tells of what is to come; none when the sentence
    /// that stands is to stay.
    pub(crate) async fn told_together(
        &self,
        threat: &Threat,
        joining: ReportId,
        bar: Bar,
        reading: &Reading,
    ) -> Result<Option<String>, AppError> {
        if reading.after_the_fact {
            return Ok(None);
        }
        let before = threat.reports.iter().filter(|link| !link.after_the_fact && link.report != joining);
        let before: Vec<ReportId> = before.map(|link| link.report).collect();
        let mut all = Vec::new();
        for known in before.iter().take(SUMMED_UP) {
            let known = self.report(*known).await?;
            if let Some(read) = &known.reading {
                all.push((self.bar_of(&known).await?, read.claims.clone()));
            }
        }
        all.push((bar, reading.claims.clone()));
        Ok(super::closed::sentence_of(&all, before.len() + 1))
    }

    async fn open_threat(
        &self,
        report: &Report,
        reading: &Reading,
        at: Timestamp,
    ) -> Result<(ThreatId, Write), AppError> {
        let id: ThreatId = self.ids.new_id(at);
        let harm = super::determine::harm_of(&reading.claims);
        let opening = OpenThreat {
            id,
            report: report.id,
            why: "first report".to_owned(),
            sentence: reading.sentence.clone(),
            harm: harm.clone(),
            window: reading.window,
            triage_by: self.triage_by(&harm, reading.window, at).await?,
            after_the_fact: reading.after_the_fact,
        };
        let decision = with_details(None, open(opening, &Actor::Desk, at)?, report, at)?;
        let loaded = self.load::<Threat>(id).await?;
        let (write, _) = loaded.write(self.borne(at), Actor::Desk.name(), &decision.events)?;
        Ok((id, write))
    }

    /// What of a report stays behind the bar.
    pub(crate) async fn bar(&self, id: ReportId) -> Result<Bar, AppError> {
        self.bar_of(&self.report(id).await?).await
    }

    /// The same, of a report that is at hand.
    pub(crate) async fn bar_of(&self, report: &Report) -> Result<Bar, AppError> {
        Ok(Bar::of(&report.stretches(&self.document(report.id).await?.verbatim)))
    }

    /// A report as it may be shown to somebody who has not opened its protected paragraphs.
    pub async fn closed_report(&self, id: ReportId) -> Result<Report, AppError> {
        let report = self.report(id).await?;
        Ok(self.bar_of(&report).await?.shown(report))
    }

    /// The text of a report with its protected paragraphs behind the bar.
    pub async fn report_text(&self, id: ReportId) -> Result<ReportText, AppError> {
        let report = self.report(id).await?;
        let document = self.document(id).await?;
        let marked = report.stretches(&document.verbatim);
        let stretches = stretches(&document.verbatim, &marked, false);
        Ok(ReportText { report: Bar::of(&marked).shown(report), stretches })
    }

    /// Records a look at the protected paragraphs, and only then shows them (P5).
    pub async fn open_protected(&self, ask: &Ask, id: ReportId, reason: &str) -> Result<ReportText, AppError> {
        for _ in 0..RETRIES {
            let loaded = self.load::<Report>(id).await?;
            let report = loaded.state.as_ref().ok_or_else(|| AppError::not_found(format!("report {id}")))?;
            let at = self.clock.now();
            let events = open_protected(report, reason, &ask.actor, at)?;
            let (write, after) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
            match self.commit(ask, at, vec![write], &after).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => {
                    let document = self.document(id).await?;
                    let stretches = stretches(&document.verbatim, &after.stretches(&document.verbatim), true);
                    return Ok(ReportText { report: after, stretches });
                }
            }
        }
        Err(AppError::Busy)
    }
}

/// A report joins together with what was stated about it, so that there is no moment without.
fn with_details(
    state: Option<Threat>,
    mut decision: Decision,
    report: &Report,
    at: Timestamp,
) -> Result<Decision, AppError> {
    let details = report.stated();
    if details.is_empty() {
        return Ok(decision);
    }
    let joined = decision.events.iter().fold(state, |threat, event| apply(threat, at, event));
    let joined = joined.ok_or_else(|| AppError::fault("a threat without a beginning"))?;
    let state = Coordinate::StateDetails { report: report.id, details };
    decision.events.extend(decide(&joined, ThreatCommand::Coordinate(state), &Actor::Desk, at)?.events);
    Ok(decision)
}

fn original(bytes: Vec<u8>) -> Original {
    match String::from_utf8(bytes) {
        Ok(text) => Original::Text(text),
        Err(other) => Original::Base64(BASE64.encode(other.as_bytes())),
    }
}

fn reading_of(read: Read, sentence: String, keys: Vec<String>) -> Reading {
    Reading {
        sentence,
        after_the_fact: read.stage == Some(Stage::Accomplished),
        window: read.window,
        language: read.document.language.as_ref().map(|language| language.tag.clone()),
        document_date: read.document.date.as_ref().map(|dated| dated.at),
        furniture: read.document.furniture.iter().map(|cut| (cut.span, cut.why.to_owned())).collect(),
        claims: read.claims,
        keys,
    }
}

/// The whole text in order, as it may be seen.
fn stretches(text: &str, marked: &[domain::marking::Stretch], opened: bool) -> Vec<Stretch> {
    let seen = |stretch: &domain::marking::Stretch| {
        let protected = stretch.marking.guarded();
        let words = (opened || !protected).then(|| stretch.span.of(text).unwrap_or_default().to_owned());
        Stretch { span: stretch.span, words, protected, marking: stretch.marking.clone() }
    };
    marked.iter().map(seen).collect()
}
