//! What an inspector, a court or a freedom-of-information request asks for: how long each step took, what was determined,
//! who waived on which ground, which deadlines passed and what was said about it. Every figure is counted anew from the
//! record's entries, so that it can be counted again by somebody else.

use std::collections::{BTreeMap, BTreeSet};

use domain::threat::{AttemptResult, Capacity, ClockOf, Delivery, IntendedVictim, Threat, ThreatEvent};
use domain::wake::{About, Wake};
use domain::{Determination, ThreatId, VictimId, WarningId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::StoredEntry;

use crate::desk::{Desk, stream_name, threat_of};
use crate::error::AppError;
use crate::streams::{Aggregate, Loaded};

const PAGE: usize = 500;

/// How figures are grouped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// All together.
    #[default]
    All,
    /// By the policy pack of the determination.
    Pack,
    /// By the month (UTC) in which the threat came to the desk's knowledge.
    Month,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Only threats that came to the desk's knowledge on this day (UTC) or later.
    pub from: Option<Date>,
    /// The last such day.
    pub to: Option<Date>,
    /// How figures are grouped.
    pub by: By,
}

/// The answer.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Inspection {
    /// What was asked for.
    pub asked: Asked,
    /// Threats looked at.
    pub threats: u64,
    /// Threats whose content was erased, about which nothing can be counted.
    pub erased: u64,
    /// How long each step took.
    pub times: Vec<TimeLine>,
    /// Intended victims by how their determination stands.
    pub determinations: Vec<Counted>,
    /// Waivers by ground and by who affirmed them.
    pub waivers: Vec<WaiverLine>,
    /// Warnings given on the urgent shortcut, and disputes, by what happened.
    pub coordination: Vec<Counted>,
    /// Deadlines that passed before what they were for was done.
    pub breaches: Vec<Breach>,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeLine {
    /// Pack, month, or `all`.
    pub group: String,
    /// `awareness_to_determination`, `determination_to_delivery` or `delivery_to_acknowledgement`.
    pub step: &'static str,
    /// How many were counted.
    pub counted: usize,
    /// Half took no longer.
    pub median_minutes: i64,
    /// Nine in ten took no longer.
    pub ninetieth_minutes: i64,
    /// The longest.
    pub worst_minutes: i64,
}

/// How often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Counted {
    pub group: String,
    pub what: String,
    pub count: u64,
}

/// Waivers on one ground, affirmed by one officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct WaiverLine {
    pub group: String,
    pub ground: String,
    pub affirmed_by: String,
    pub count: u64,
}

/// A deadline that passed before what it was for was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Breach {
    pub group: String,
    pub threat: ThreatId,
    /// `determine`, `deliver`, `acknowledge` and so on.
    pub what: String,
    pub due_at: Timestamp,
    /// When it was done, or was no longer owed; none while it is open.
    pub done_at: Option<Timestamp>,
    /// How often it was put to somebody.
    pub times_asked: u64,
    /// Roles it was put to, in order, each once.
    pub asked: Vec<String>,
    /// People who were called.
    pub called: Vec<String>,
    /// Who took it up.
    pub taken_by: Vec<String>,
    /// Why it passed, in the words of those who took it up.
    pub reasons: Vec<String>,
}

/// Figures as they are gathered.
#[derive(Default)]
struct Gathered {
    minutes: BTreeMap<(String, &'static str), Vec<i64>>,
    determinations: BTreeMap<(String, String), u64>,
    waivers: BTreeMap<(String, String, String), u64>,
    coordination: BTreeMap<(String, String), u64>,
    breaches: Vec<Breach>,
}

/// What the entries of one threat tell that its state does not: when things became so.
#[derive(Default)]
struct History {
    determined: BTreeMap<VictimId, Timestamp>,
    owed: BTreeMap<VictimId, Timestamp>,
    stopped: BTreeMap<ClockOf, Timestamp>,
    running: BTreeSet<ClockOf>,
    kinds: BTreeMap<String, u64>,
}

impl Desk {
    /// Counts what an inspector asks for.
    pub async fn inspect(&self, asked: Asked) -> Result<Inspection, AppError> {
        let called = self.called_by_threat().await?;
        let mut found = Inspection { asked, ..Inspection::default() };
        let mut gathered = Gathered::default();
        for row in self.all("threat").await? {
            let Some(id) = threat_of(&row.stream) else { continue };
            let Some(threat) = Loaded::<Threat>::from_row(row.stream.clone(), Some(row))?.state else { continue };
            if !asked.covers(threat.opened_at) {
                continue;
            }
            found.threats += 1;
            match self.history(id).await? {
                Some(history) => gathered.add(asked.by, &threat, &history, called.get(&id)),
                None => found.erased += 1,
            }
        }
        gathered.into_lines(&mut found);
        Ok(found)
    }

    /// Who was called for which deadline of which threat.
    async fn called_by_threat(&self) -> Result<BTreeMap<ThreatId, Vec<(ClockOf, String)>>, AppError> {
        let mut called: BTreeMap<ThreatId, Vec<(ClockOf, String)>> = BTreeMap::new();
        for row in self.all("wake").await? {
            let wake = Loaded::<Wake>::from_row(row.stream.clone(), Some(row))?.state;
            let Some(wake) = wake else { continue };
            if let About::Deadline { threat, of, .. } = wake.opening.about {
                let people = wake.calls.into_iter().map(|call| (of, call.calling.person));
                called.entry(threat).or_default().extend(people);
            }
        }
        Ok(called)
    }

    /// Folds a threat's entries once more and notes when what became so; none when its content was erased.
    async fn history(&self, id: ThreatId) -> Result<Option<History>, AppError> {
        let stream = stream_name::<Threat>(&id.to_string());
        let (mut history, mut state, mut from) = (History::default(), None, 0);
        loop {
            let entries: Vec<StoredEntry> = self.store.entries(Some(&stream), from, PAGE).await?;
            let Some(last) = entries.last() else { return Ok(Some(history)) };
            from = last.seq + 1;
            for entry in &entries {
                let Some(body) = &entry.body else { return Ok(None) };
                let event: ThreatEvent = serde_json::from_slice(body).map_err(AppError::fault)?;
                *history.kinds.entry(kind_of(&event, body)).or_default() += 1;
                state = Threat::fold(state, entry.at, &event);
                if let Some(threat) = &state {
                    history.note(threat, entry.at);
                }
            }
        }
    }
}

/// The kind of an event; of one that wraps others, the inner kind.
fn kind_of(event: &ThreatEvent, body: &[u8]) -> String {
    let inner = serde_json::from_slice::<serde_json::Value>(body).ok().and_then(|value| {
        let inner = value.as_object()?.get(event.kind())?;
        let (kind, _) = inner.as_object().filter(|map| map.len() == 1)?.iter().next()?;
        Some(kind.clone()).filter(|kind| kind.starts_with(char::is_uppercase))
    });
    inner.unwrap_or_else(|| event.kind().to_owned())
}

impl Asked {
    fn covers(&self, opened_at: Timestamp) -> bool {
        let day = TimeZone::UTC.to_datetime(opened_at).date();
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }
}

impl History {
    fn note(&mut self, threat: &Threat, at: Timestamp) {
        for victim in &threat.victims {
            match victim.determination() {
                Determination::Unresolved => {}
                Determination::Warn => {
                    self.determined.entry(victim.id).or_insert(at);
                    self.owed.entry(victim.id).or_insert(at);
                }
                Determination::NotOwed | Determination::Waived => {
                    self.determined.entry(victim.id).or_insert(at);
                }
            }
        }
        if threat.escalations.is_empty() {
            return;
        }
        let running: BTreeSet<ClockOf> = threat.clocks().into_iter().map(|clock| clock.of).collect();
        for of in self.running.difference(&running) {
            self.stopped.insert(*of, at);
        }
        for of in &running {
            self.stopped.remove(of);
        }
        self.running = running;
    }
}

impl Gathered {
    fn add(&mut self, by: By, threat: &Threat, history: &History, called: Option<&Vec<(ClockOf, String)>>) {
        for victim in &threat.victims {
            let pack = victim.assessment().map(|known| known.policy.id.as_str());
            let group = group(by, threat, pack);
            let determination = victim.determination();
            *self.determinations.entry((group.clone(), determination.to_string())).or_default() += 1;
            if let Some(at) = history.determined.get(&victim.id) {
                self.took(&group, "awareness_to_determination", threat.opened_at, *at);
            }
            let left = threat.warnings.iter().filter(|warning| warning.victim == victim.id);
            let left = left.filter_map(|warning| first_left(threat, warning.id)).min();
            if let (Some(owed), Some(left)) = (history.owed.get(&victim.id), left) {
                self.took(&group, "determination_to_delivery", *owed, left);
            }
            let affirmed = victim.leading().and_then(|under| under.affirmations().last());
            if let (Determination::Waived, Some(affirmed)) = (determination, affirmed) {
                let ground = affirmed.ground.clone().unwrap_or_default();
                *self.waivers.entry((group.clone(), ground, affirmed.by.clone())).or_default() += 1;
            }
            for warning in threat.warnings.iter().filter(|warning| warning.victim == victim.id) {
                if let (Some(left), Some(answered)) = (first_left(threat, warning.id), answered(threat, warning.id)) {
                    self.took(&group, "delivery_to_acknowledgement", left, answered);
                }
            }
        }
        let group = group(by, threat, pack_of(threat));
        for (kind, count) in &history.kinds {
            if kind.contains("Urgent") || kind.contains("Dispute") {
                *self.coordination.entry((group.clone(), kind.clone())).or_default() += count;
            }
        }
        self.breaches(&group, threat, history, called);
    }

    fn took(&mut self, group: &str, step: &'static str, from: Timestamp, to: Timestamp) {
        let minutes = to.duration_since(from).as_mins().max(0);
        self.minutes.entry((group.to_owned(), step)).or_default().push(minutes);
    }

    /// One line for each duty that was late, however often somebody was asked.
    fn breaches(&mut self, group: &str, threat: &Threat, history: &History, called: Option<&Vec<(ClockOf, String)>>) {
        let late: BTreeSet<ClockOf> = threat.escalations.iter().map(|escalation| escalation.of).collect();
        for of in late {
            let escalations = || threat.escalations.iter().filter(move |escalation| escalation.of == of);
            let Some(first) = escalations().next() else { continue };
            let people = called.into_iter().flatten().filter(|(for_clock, _)| *for_clock == of);
            self.breaches.push(Breach {
                group: group.to_owned(),
                threat: threat.id,
                what: word(of),
                due_at: first.due_at,
                done_at: history.stopped.get(&of).copied(),
                times_asked: escalations().count() as u64,
                asked: each_once(escalations().map(|escalation| escalation.to.clone())),
                called: each_once(people.map(|(_, person)| person.clone())),
                taken_by: each_once(escalations().filter_map(|escalation| escalation.taken_by.clone())),
                reasons: escalations().map(|known| known.reason.clone()).filter(|reason| !reason.is_empty()).collect(),
            });
        }
    }

    fn into_lines(self, found: &mut Inspection) {
        found.times = self.minutes.into_iter().map(|((group, step), minutes)| line(group, step, minutes)).collect();
        let counted = |counts: BTreeMap<(String, String), u64>| {
            counts.into_iter().map(|((group, what), count)| Counted { group, what, count }).collect()
        };
        found.determinations = counted(self.determinations);
        found.coordination = counted(self.coordination);
        let waiver = |((group, ground, affirmed_by), count)| WaiverLine { group, ground, affirmed_by, count };
        found.waivers = self.waivers.into_iter().map(waiver).collect();
        found.breaches = self.breaches;
        found.breaches.sort_by(|one, other| (&one.group, one.due_at).cmp(&(&other.group, other.due_at)));
    }
}

fn group(by: By, threat: &Threat, pack: Option<&str>) -> String {
    match by {
        By::All => "all".to_owned(),
        By::Pack => pack.unwrap_or("(not determined)").to_owned(),
        By::Month => TimeZone::UTC.to_datetime(threat.opened_at).strftime("%Y-%m").to_string(),
    }
}

fn pack_of(threat: &Threat) -> Option<&str> {
    threat.victims.iter().find_map(IntendedVictim::assessment).map(|known| known.policy.id.as_str())
}

/// When a warning first left the desk by any way.
fn first_left(threat: &Threat, warning: WarningId) -> Option<Timestamp> {
    let of = |delivery: &Delivery| {
        let handed =
            delivery.attempts.iter().filter(|attempt| matches!(attempt.result, Some(AttemptResult::HandedOver { .. })));
        let handed = handed.filter_map(|attempt| attempt.finished_at);
        let carried = delivery.receipts.iter().filter(|receipt| receipt.state.reached()).map(|receipt| receipt.at);
        let answered = delivery.acknowledgements.iter().map(|answer| answer.at);
        handed.chain(carried).chain(answered).min()
    };
    threat.deliveries_of(warning).filter_map(of).min()
}

/// When somebody the warning is for acknowledged it.
fn answered(threat: &Threat, warning: WarningId) -> Option<Timestamp> {
    let answers = threat.deliveries_of(warning).flat_map(|delivery| &delivery.acknowledgements);
    answers.filter(|answer| answer.capacity != Capacity::Intermediary).map(|answer| answer.at).min()
}

/// The word of a clock.
fn word(of: ClockOf) -> String {
    let value = serde_json::to_value(of).unwrap_or_default();
    value.get("clock").and_then(|clock| clock.as_str()).unwrap_or_default().to_owned()
}

fn each_once(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(word.clone())).collect()
}

/// Median, 90th percentile and worst by nearest rank: each is a time that something really took.
fn line(group: String, step: &'static str, mut minutes: Vec<i64>) -> TimeLine {
    minutes.sort_unstable();
    let counted = minutes.len();
    let rank = |percent: usize| minutes[(counted * percent).div_ceil(100).clamp(1, counted) - 1];
    TimeLine { group, step, counted, median_minutes: rank(50), ninetieth_minutes: rank(90), worst_minutes: rank(100) }
}

impl Inspection {
    /// As one table for a spreadsheet: every figure a line, every cell harmless (A27).
    pub fn csv(&self) -> String {
        let mut out =
            String::from("section,group,what,detail,counted,median_minutes,ninetieth_minutes,worst_minutes\r\n");
        let mut row = |cells: [&str; 8]| {
            let cells: Vec<String> = cells.iter().map(|cell| harmless(cell)).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        };
        for time in &self.times {
            let counted = time.counted.to_string();
            let [median, ninetieth, worst] =
                [time.median_minutes, time.ninetieth_minutes, time.worst_minutes].map(|number| number.to_string());
            row(["time", &time.group, time.step, "", &counted, &median, &ninetieth, &worst]);
        }
        for (section, lines) in [("determination", &self.determinations), ("coordination", &self.coordination)] {
            for line in lines {
                row([section, &line.group, &line.what, "", &line.count.to_string(), "", "", ""]);
            }
        }
        for line in &self.waivers {
            row(["waiver", &line.group, &line.ground, &line.affirmed_by, &line.count.to_string(), "", "", ""]);
        }
        for late in &self.breaches {
            let done = late.done_at.map_or_else(|| "open".to_owned(), |at| at.to_string());
            let detail = format!(
                "threat {}; due {}; done {done}; asked {}; called {}; taken up by {}; reasons: {}",
                late.threat,
                late.due_at,
                late.asked.join(" "),
                late.called.join(" "),
                late.taken_by.join(" "),
                late.reasons.join(" | ")
            );
            row(["breach", &late.group, &late.what, &detail, &late.times_asked.to_string(), "", "", ""]);
        }
        out
    }
}

/// A cell that no spreadsheet takes for a formula, quoted where it must be.
fn harmless(cell: &str) -> String {
    let plain: String = cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let formula = plain.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let plain = if formula { format!("'{plain}") } else { plain };
    if plain.contains([',', '"', ';']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_something_took() {
        let rows = [
            (vec![7], (7, 7, 7)),
            (vec![1, 9], (1, 9, 9)),
            ((1..=10).collect(), (5, 9, 10)),
            ((1..=100).rev().collect(), (50, 90, 100)),
        ];
        for (minutes, expected) in rows {
            let found = line("all".to_owned(), "x", minutes);
            assert_eq!((found.median_minutes, found.ninetieth_minutes, found.worst_minutes), expected);
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        let rows = [
            ("=1+1", "'=1+1"),
            (" @SUM(A1)", "' @SUM(A1)"),
            ("-2", "'-2"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("a\r\n=1", "a  =1"),
            ("one, \"two\"", "\"one, \"\"two\"\"\""),
            ("plain", "plain"),
        ];
        for (cell, expected) in rows {
            assert_eq!(harmless(cell), expected);
        }
    }
}
