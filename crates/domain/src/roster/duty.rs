//! Who is on duty at a time, on clocks that are put forward and back.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Exception, Roster, Shift};
use crate::words::Role;

/// The zone with this IANA name, from the data that come with the program; none when there is no such zone.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// A stretch of time in which the same people are on duty.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stretch {
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub to: Timestamp,
    /// Sign-in names; empty when nobody is.
    pub people: BTreeSet<String>,
}

impl Shift {
    /// Every time it runs that touches `from..to`: where clocks are put forward a time that does not exist is taken as
    /// much later, and of a time that comes twice the first is meant. So two shifts that meet on paper meet in fact.
    pub fn runs(&self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        // A zone is checked before it is kept; should it be gone from later data, its times are read as UTC.
        let zone = zone(&self.zone).unwrap_or(TimeZone::UTC);
        let (Ok(mut day), Ok(last)) = (
            from.to_zoned_datetime(zone.clone()).date().yesterday(),
            to.to_zoned_datetime(zone.clone()).date().tomorrow(),
        ) else {
            return Vec::new();
        };
        let mut runs = Vec::new();
        while day <= last {
            if self.begins_on(day)
                && let Some((start, end)) = self.run_of(day, &zone)
                && start < to
                && end > from
            {
                runs.push((start, end));
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        runs
    }

    fn begins_on(&self, day: Date) -> bool {
        self.days.contains(&day.weekday())
            && self.first_day.is_none_or(|first| day >= first)
            && self.last_day.is_none_or(|last| day <= last)
    }

    fn run_of(&self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let at = |day: Date, time: Time| zone.to_timestamp(day.to_datetime(time)).ok();
        let ends_on = if self.to <= self.from { day.tomorrow().ok()? } else { day };
        Some((at(day, self.from)?, at(ends_on, self.to)?)).filter(|(start, end)| start < end)
    }
}

impl Exception {
    fn covers(&self, role: Role, at: Timestamp) -> bool {
        self.role == role && self.from <= at && at < self.to
    }
}

impl Roster {
    /// Whether anybody was ever put on a roster for this role.
    pub fn has(&self, role: Role) -> bool {
        self.shifts.iter().any(|shift| shift.role == role)
            || self.exceptions.iter().any(|exception| exception.role == role && exception.on.is_some())
    }

    /// Sign-in names of those on duty for a role at a time.
    pub fn on_duty(&self, role: Role, at: Timestamp) -> BTreeSet<String> {
        let runs = |shift: &&Shift| {
            let next = at.saturating_add(jiff::SignedDuration::from_micros(1)).unwrap_or(at);
            shift.role == role && !shift.runs(at, next).is_empty()
        };
        let on_shift: BTreeSet<String> = self.shifts.iter().filter(runs).map(|shift| shift.person.clone()).collect();
        self.corrected(role, at, on_shift)
    }

    fn corrected(&self, role: Role, at: Timestamp, mut people: BTreeSet<String>) -> BTreeSet<String> {
        for exception in self.exceptions.iter().filter(|exception| exception.covers(role, at)) {
            if let Some(off) = &exception.off {
                people.remove(off);
            }
            people.extend(exception.on.clone());
        }
        people
    }

    /// Who is on duty for a role between two times, stretch by stretch without a hole.
    pub fn duty(&self, role: Role, from: Timestamp, to: Timestamp) -> Vec<Stretch> {
        let shifts = || self.shifts.iter().filter(|shift| shift.role == role);
        let runs: Vec<_> =
            shifts().flat_map(|shift| shift.runs(from, to).into_iter().map(|run| (run, &shift.person))).collect();
        let exceptions = self.exceptions.iter().filter(|exception| exception.role == role);
        let mut borders: BTreeSet<Timestamp> = runs.iter().flat_map(|((start, end), _)| [*start, *end]).collect();
        borders.extend(exceptions.flat_map(|exception| [exception.from, exception.to]));
        borders.retain(|border| from < *border && *border < to);
        borders.extend([from, to]);
        let borders: Vec<_> = borders.into_iter().collect();
        let mut stretches: Vec<Stretch> = Vec::new();
        for (start, end) in borders.iter().copied().zip(borders.iter().copied().skip(1)) {
            let on_shift = runs.iter().filter(|((begin, end), _)| *begin <= start && start < *end);
            let on_shift = on_shift.map(|(_, person)| (*person).clone()).collect();
            let people = self.corrected(role, start, on_shift);
            match stretches.last_mut() {
                Some(last) if last.people == people => last.to = end,
                Some(_) | None => stretches.push(Stretch { from: start, to: end, people }),
            }
        }
        stretches
    }
}
