//! What an inspector, a court or a freedom-of-information request asks for: how long each step took, what was determined,
//! who waived on which ground, which deadlines passed and what was said about it. Every figure is counted anew from the
//! record's entries, so that it can be counted again by somebody else.

use std::collections::{BTreeMap, BTreeSet};

use domain::threat::{
    AttemptResult, Capacity, ClockOf, Delivery, Escalation, IntendedVictim, Threat, ThreatEvent, UnderPack,
};
use domain::wake::{About, Wake};
use domain::{Determination, ThreatId, VictimId, WarningId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{Filter, StoredEntry};

use crate::desk::{Desk, stream_name, threat_of};
use crate::error::AppError;
use crate::streams::{Aggregate, state_of};

const PAGE: usize = 500;

/// Kinds of entries that are counted as coordination, as they stand in the record.
const COORDINATION: [&str; 7] = [
    "ShortcutTaken",
    "DeterminationDisputed",
    "DisputeSettled",
    "OriginatorAsked",
    "OriginatorAnswered",
    "DeadlineDelayed",
    "SilenceReopened",
];

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
    /// Every waiver that was affirmed, by ground and by who affirmed it; one that is over or was set aside since, too.
    pub waivers: Vec<WaiverLine>,
    /// Urgent shortcuts, disputes, originators asked, deadlines moved and silence opened again, by kind of entry.
    pub coordination: Vec<Counted>,
    /// Deadlines that passed before what they were for was done.
    pub breaches: Vec<Breach>,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeLine {
    /// Pack, month, or `all`.
    pub group: String,
    /// `awareness_to_determination`, `awareness_to_delivery`, `awareness_to_acknowledgement`, `determination_to_delivery` or
    /// `delivery_to_acknowledgement`. What left the desk before it was determined is not in the fourth.
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

/// One intended victim under one pack; none for how things stand over all packs.
type Under = (VictimId, Option<String>);

/// What the entries of one threat tell that its state does not: when things became so.
#[derive(Default)]
struct History {
    determined: BTreeMap<Under, Timestamp>,
    owed: BTreeMap<Under, Timestamp>,
    /// For each escalation in its order, when what was asked for was done or no longer owed.
    done: Vec<Option<Timestamp>>,
    kinds: BTreeMap<&'static str, u64>,
}

impl Desk {
    /// Counts what an inspector asks for.
    pub async fn inspect(&self, asked: Asked) -> Result<Inspection, AppError> {
        let called = self.called_by_threat().await?;
        let mut found = Inspection { asked, ..Inspection::default() };
        let mut gathered = Gathered::default();
        for row in self.all("threat", &Filter::default()).await? {
            let Some(id) = threat_of(&row.stream) else { continue };
            let Some(threat) = state_of::<Threat>(row)? else { continue };
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
        for row in self.all("wake", &Filter::default()).await? {
            let wake = state_of::<Wake>(row)?;
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
                *history.kinds.entry(event.kind()).or_default() += 1;
                state = Threat::fold(state, entry.at, &event);
                if let Some(threat) = &state {
                    history.note(threat, entry.at);
                }
            }
        }
    }
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
            self.note_determined((victim.id, None), victim.determination(), at);
            for under in &victim.under {
                self.note_determined((victim.id, Some(under.pack.clone())), under.determination(), at);
            }
        }
        self.done.resize(threat.escalations.len(), None);
        if self.done.iter().all(Option::is_some) {
            return;
        }
        let running: BTreeSet<ClockOf> = threat.clocks().into_iter().map(|clock| clock.of).collect();
        for (done, escalation) in self.done.iter_mut().zip(&threat.escalations) {
            if done.is_none() && (escalation.met || !running.contains(&escalation.of)) {
                *done = Some(at);
            }
        }
    }

    fn note_determined(&mut self, whose: Under, determination: Determination, at: Timestamp) {
        match determination {
            Determination::Unresolved => {}
            Determination::Warn => {
                self.determined.entry(whose.clone()).or_insert(at);
                self.owed.entry(whose).or_insert(at);
            }
            Determination::NotOwed | Determination::Waived => {
                self.determined.entry(whose).or_insert(at);
            }
        }
    }

    /// The escalations of each duty that was late: one that was done and came due again later is two.
    fn late<'a>(&self, threat: &'a Threat) -> Vec<Late<'a>> {
        let mut late: Vec<Late<'a>> = Vec::new();
        for (escalation, done_at) in threat.escalations.iter().zip(&self.done) {
            let same = |known: &&mut Late| {
                known.asked[0].of == escalation.of && known.done_at.is_none_or(|done_at| done_at > escalation.at)
            };
            match late.iter_mut().find(same) {
                Some(known) => known.asked.push(escalation),
                None => late.push(Late { asked: vec![escalation], done_at: *done_at }),
            }
        }
        late
    }
}

/// One duty that was late, and whom it was put to; never nobody.
struct Late<'a> {
    asked: Vec<&'a Escalation>,
    done_at: Option<Timestamp>,
}

/// How things stand for one intended victim under one pack, or over all of them.
struct Scope {
    whose: Under,
    group: String,
    determination: Determination,
}

impl Scope {
    fn of(by: By, threat: &Threat, victim: &IntendedVictim) -> Vec<Self> {
        let under = |under: &UnderPack| Self {
            whose: (victim.id, Some(under.pack.clone())),
            group: under.pack.clone(),
            determination: under.determination(),
        };
        match by {
            By::Pack => victim.under.iter().map(under).collect(),
            By::All | By::Month => {
                let group = group(by, threat, None);
                vec![Self { whose: (victim.id, None), group, determination: victim.determination() }]
            }
        }
    }
}

impl Gathered {
    fn add(&mut self, by: By, threat: &Threat, history: &History, called: Option<&Vec<(ClockOf, String)>>) {
        for victim in &threat.victims {
            for scope in Scope::of(by, threat, victim) {
                self.victim(threat, history, &scope);
            }
            self.waivers(by, threat, victim);
        }
        let group = group(by, threat, threat.victims.iter().find_map(leading));
        for (kind, count) in &history.kinds {
            if COORDINATION.contains(kind) {
                *self.coordination.entry((group.clone(), (*kind).to_owned())).or_default() += count;
            }
        }
        self.breaches(by, threat, history, called);
    }

    fn victim(&mut self, threat: &Threat, history: &History, scope: &Scope) {
        let (group, whose) = (&scope.group, &scope.whose);
        *self.determinations.entry((group.clone(), scope.determination.to_string())).or_default() += 1;
        if let Some(at) = history.determined.get(whose) {
            self.took(group, "awareness_to_determination", threat.opened_at, *at);
        }
        // Under a pack by which nothing is owed, nothing was delivered.
        if whose.1.is_some() && matches!(scope.determination, Determination::NotOwed | Determination::Waived) {
            return;
        }
        let warnings = || threat.warnings.iter().filter(|warning| warning.victim == whose.0).map(|warning| warning.id);
        if let Some(left) = warnings().filter_map(|warning| first_left(threat, warning)).min() {
            self.took(group, "awareness_to_delivery", threat.opened_at, left);
            if let Some(owed) = history.owed.get(whose).filter(|owed| **owed <= left) {
                self.took(group, "determination_to_delivery", *owed, left);
            }
        }
        if let Some(answered) = warnings().filter_map(|warning| answered(threat, warning)).min() {
            self.took(group, "awareness_to_acknowledgement", threat.opened_at, answered);
        }
        for warning in warnings() {
            if let (Some(left), Some(answered)) = (first_left(threat, warning), answered(threat, warning)) {
                self.took(group, "delivery_to_acknowledgement", left, answered);
            }
        }
    }

    fn waivers(&mut self, by: By, threat: &Threat, victim: &IntendedVictim) {
        for under in &victim.under {
            let waived = under.history().filter(|known| known.determination() == Determination::Waived);
            for affirmed in waived.filter_map(|known| known.affirmations.last()) {
                let ground = affirmed.ground.clone().unwrap_or_default();
                let group = group(by, threat, Some(&under.pack));
                *self.waivers.entry((group, ground, affirmed.by.clone())).or_default() += 1;
            }
        }
    }

    fn took(&mut self, group: &str, step: &'static str, from: Timestamp, to: Timestamp) {
        let minutes = to.duration_since(from).as_mins().max(0);
        self.minutes.entry((group.to_owned(), step)).or_default().push(minutes);
    }

    /// One line for each duty that was late, however often somebody was asked.
    fn breaches(&mut self, by: By, threat: &Threat, history: &History, called: Option<&Vec<(ClockOf, String)>>) {
        for Late { asked, done_at } in history.late(threat) {
            let Some(first) = asked.first() else { continue };
            let of = first.of;
            let people = called.into_iter().flatten().filter(|(for_clock, _)| *for_clock == of);
            let reasons = asked.iter().map(|known| known.reason.clone()).filter(|reason| !reason.is_empty());
            self.breaches.push(Breach {
                group: group(by, threat, victim_of(threat, of).and_then(leading)),
                threat: threat.id,
                what: word(of),
                due_at: first.due_at,
                done_at,
                times_asked: asked.len() as u64,
                asked: each_once(asked.iter().map(|escalation| escalation.to.clone())),
                called: each_once(people.map(|(_, person)| person.clone())),
                taken_by: each_once(asked.iter().filter_map(|escalation| escalation.taken_by.clone())),
                reasons: reasons.collect(),
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

/// The pack that decides for an intended victim.
fn leading(victim: &IntendedVictim) -> Option<&str> {
    victim.leading().map(|under| under.pack.as_str())
}

/// Whom a clock is about; the first who is meant, where it is about the whole threat.
fn victim_of(threat: &Threat, of: ClockOf) -> Option<&IntendedVictim> {
    let id = match of {
        ClockOf::Determine(victim)
        | ClockOf::Affirm(victim)
        | ClockOf::Deliver(victim)
        | ClockOf::Review(victim)
        | ClockOf::Coordinate(victim)
        | ClockOf::Lapse(victim) => Some(victim),
        ClockOf::Acknowledge(warning) => threat.warning(warning).map(|warning| warning.victim),
        ClockOf::Carry(delivery) => {
            let warning = threat.delivery(delivery).and_then(|delivery| threat.warning(delivery.warning));
            warning.map(|warning| warning.victim)
        }
        ClockOf::Dispute(dispute) => threat.dispute(dispute).map(|dispute| dispute.victim),
        ClockOf::Identify | ClockOf::Found | ClockOf::Consult(_) | ClockOf::Outcome => None,
    };
    id.and_then(|id| threat.victim(id)).or(threat.victims.first())
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
