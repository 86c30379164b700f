//! Rosters in files: TOML for people, CSV from a spreadsheet, iCalendar from a calendar program. Which it is, is told from
//! the name or the content; what cannot be used is refused with its place, and then nothing of the file is taken.

use domain::roster::{Exception, Shift, days};
use domain::{ExceptionId, Role, ShiftId};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::Deserialize;

use crate::error::AppError;

/// The zone of a file that names none.
const ZONE: &str = "UTC";

/// Shifts and exceptions, as a file has them.
#[derive(Debug)]
pub(crate) struct Read {
    pub shifts: Vec<Shift>,
    pub exceptions: Vec<Exception>,
}

/// Makes the ids while a file is read.
struct Maker<S, E> {
    name: String,
    shift: S,
    exception: E,
}

/// Reads a roster.
pub(crate) fn read(
    name: &str,
    text: &str,
    shift: impl Fn() -> ShiftId,
    exception: impl Fn() -> ExceptionId,
) -> Result<Read, AppError> {
    let make = Maker { name: name.to_owned(), shift, exception };
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with("BEGIN:VCALENDAR") {
        make.calendar(text)
    } else if name.to_ascii_lowercase().ends_with(".csv") {
        make.csv(text)
    } else {
        make.toml(text)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    shift: Vec<ShiftLine>,
    #[serde(default)]
    exception: Vec<ExceptionLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftLine {
    role: Role,
    person: String,
    days: Days,
    from: String,
    to: String,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    first_day: Option<String>,
    #[serde(default)]
    last_day: Option<String>,
}

/// `"mon-fri"`, `"sat sun"`, `"daily"`, or a list of days.
#[derive(Deserialize)]
#[serde(untagged)]
enum Days {
    Words(String),
    List(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionLine {
    role: Role,
    #[serde(default)]
    off: Option<String>,
    #[serde(default)]
    on: Option<String>,
    from: String,
    to: String,
    #[serde(default)]
    zone: Option<String>,
    reason: String,
}

impl<S: Fn() -> ShiftId, E: Fn() -> ExceptionId> Maker<S, E> {
    fn bad(&self, place: &str, problem: impl std::fmt::Display) -> AppError {
        AppError::invalid(&self.name, format!("{place}: {problem}"))
    }

    fn toml(&self, text: &str) -> Result<Read, AppError> {
        let file: File = toml::from_str(text).map_err(|cause| AppError::invalid(&self.name, cause.to_string()))?;
        let zone = file.zone.unwrap_or_else(|| ZONE.to_owned());
        let mut read = Read { shifts: Vec::new(), exceptions: Vec::new() };
        for (number, line) in (1..).zip(file.shift) {
            read.shifts.push(self.shift(&format!("[[shift]] {number}"), line, &zone)?);
        }
        for (number, line) in (1..).zip(file.exception) {
            read.exceptions.push(self.exception(&format!("[[exception]] {number}"), line, &zone)?);
        }
        Ok(read)
    }

    fn shift(&self, place: &str, line: ShiftLine, zone: &str) -> Result<Shift, AppError> {
        let day = |text: &Option<String>| {
            text.as_ref().map(|text| self.parsed::<Date>(place, text, "a day, YYYY-MM-DD")).transpose()
        };
        let words = match line.days {
            Days::Words(words) => words,
            Days::List(list) => list.join(" "),
        };
        let time = "a time, HH:MM";
        Ok(Shift {
            id: (self.shift)(),
            role: line.role,
            person: line.person,
            days: parse_days(&words).map_err(|problem| self.bad(place, problem))?,
            from: self.parsed::<Time>(place, &line.from, time)?,
            to: self.parsed::<Time>(place, &line.to, time)?,
            first_day: day(&line.first_day)?,
            last_day: day(&line.last_day)?,
            zone: line.zone.unwrap_or_else(|| zone.to_owned()),
        })
    }

    fn exception(&self, place: &str, line: ExceptionLine, zone: &str) -> Result<Exception, AppError> {
        let zone = line.zone.as_deref().unwrap_or(zone);
        Ok(Exception {
            id: (self.exception)(),
            role: line.role,
            from: self.moment(place, &line.from, zone)?,
            to: self.moment(place, &line.to, zone)?,
            off: line.off,
            on: line.on,
            reason: line.reason,
        })
    }

    /// A time with its offset, or one on the clocks of a zone.
    fn moment(&self, place: &str, text: &str, zone: &str) -> Result<Timestamp, AppError> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(moment);
        }
        let known = domain::roster::zone(zone).ok_or_else(|| self.bad(place, format!("there is no zone `{zone}`")))?;
        let civil: DateTime = self.parsed(place, text, "a time, YYYY-MM-DDTHH:MM")?;
        known.to_timestamp(civil).map_err(|cause| self.bad(place, cause))
    }

    fn parsed<T: std::str::FromStr>(&self, place: &str, text: &str, what: &str) -> Result<T, AppError> {
        text.trim().parse().map_err(|_| self.bad(place, format!("`{text}` is not {what}")))
    }

    /// A line for each shift: `role,person,days,from,to,zone,first_day,last_day`; the last three may be left out.
    fn csv(&self, text: &str) -> Result<Read, AppError> {
        let mut lines = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let heads = lines.headers().map_err(|cause| self.bad("line 1", cause))?.clone();
        let mut shifts = Vec::new();
        for record in lines.records() {
            let record = record.map_err(|cause| self.bad("a line", cause))?;
            let place = format!("line {}", record.position().map_or(0, csv::Position::line));
            let cell = |head: &str| {
                let at = heads.iter().position(|known| known.eq_ignore_ascii_case(head))?;
                record.get(at).map(str::to_owned).filter(|cell| !cell.is_empty())
            };
            let needed =
                |head: &str| cell(head).ok_or_else(|| self.bad(&place, format!("the column `{head}` is empty")));
            let role = needed("role")?;
            let line = ShiftLine {
                role: Role::named(&role).ok_or_else(|| self.bad(&place, format!("there is no role `{role}`")))?,
                person: needed("person")?,
                days: Days::Words(needed("days")?),
                from: needed("from")?,
                to: needed("to")?,
                zone: cell("zone"),
                first_day: cell("first_day"),
                last_day: cell("last_day"),
            };
            shifts.push(self.shift(&place, line, ZONE)?);
        }
        Ok(Read { shifts, exceptions: Vec::new() })
    }

    /// Events whose summary is `role: person`; daily and weekly ones are shifts, single ones put somebody on duty.
    fn calendar(&self, text: &str) -> Result<Read, AppError> {
        let text = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        let mut read = Read { shifts: Vec::new(), exceptions: Vec::new() };
        for (number, event) in (1..).zip(text.split("BEGIN:VEVENT").skip(1)) {
            let event = event.split("END:VEVENT").next().unwrap_or_default();
            self.event(&format!("event {number}"), event, &mut read)?;
        }
        Ok(read)
    }

    fn event(&self, place: &str, event: &str, read: &mut Read) -> Result<(), AppError> {
        let line = |name: &str| {
            let of = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', ';']));
            event.lines().find(of)
        };
        let value = |name: &str| line(name).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim());
        let missing = |name: &str| self.bad(place, format!("has no {name}"));
        let summary = value("SUMMARY").ok_or_else(|| missing("SUMMARY"))?;
        let named = summary.split_once(':').and_then(|(role, who)| Some((Role::named(role.trim())?, who.trim())));
        let (role, person) = named.ok_or_else(|| self.bad(place, "its SUMMARY is not `role: sign-in name`"))?;
        let zone = |name: &str| {
            let parameters = line(name)?.split_once(':')?.0;
            parameters.split(';').find_map(|part| part.strip_prefix("TZID=")).map(str::to_owned)
        };
        let zone = zone("DTSTART").unwrap_or_else(|| ZONE.to_owned());
        let civil = |name: &str| {
            let text = value(name).ok_or_else(|| missing(name))?;
            self.parsed::<DateTime>(place, text.trim_end_matches('Z'), "a time, YYYYMMDDTHHMMSS")
        };
        let (from, to) = (civil("DTSTART")?, civil("DTEND")?);
        let moment = |at: DateTime| self.moment(place, &at.to_string(), &zone);
        let Some(rule) = value("RRULE") else {
            let (from, to, on) = (moment(from)?, moment(to)?, Some(person.to_owned()));
            let reason = format!("on duty by {}", self.name);
            read.exceptions.push(Exception { id: (self.exception)(), role, from, to, off: None, on, reason });
            return Ok(());
        };
        let (days, last_day) = self.repeats(place, rule, from)?;
        read.shifts.push(Shift {
            id: (self.shift)(),
            role,
            person: person.to_owned(),
            days,
            from: from.time(),
            to: to.time(),
            zone,
            first_day: Some(from.date()),
            last_day,
        });
        Ok(())
    }

    /// The days of a daily or weekly rule, and its last one.
    fn repeats(&self, place: &str, rule: &str, from: DateTime) -> Result<(Vec<Weekday>, Option<Date>), AppError> {
        let mut days = vec![from.weekday()];
        let mut last = None;
        for part in rule.split(';') {
            match part.split_once('=') {
                Some(("FREQ", "DAILY")) => days = parse_days("daily").map_err(|problem| self.bad(place, problem))?,
                Some(("BYDAY", list)) => days = by_day(list).ok_or_else(|| self.bad(place, format!("BYDAY={list}")))?,
                Some(("UNTIL", until)) => {
                    let day = until.get(..8).unwrap_or(until);
                    last = Some(self.parsed::<Date>(place, day, "a day, YYYYMMDD")?);
                }
                Some(("FREQ", "WEEKLY") | ("INTERVAL", "1") | ("WKST", _)) => {}
                _ => return Err(self.bad(place, format!("`{part}` is not read; shifts repeat daily or weekly"))),
            }
        }
        Ok((days, last))
    }
}

fn by_day(list: &str) -> Option<Vec<Weekday>> {
    let day = |word: &str| match word {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    };
    list.split(',').map(day).collect()
}

/// `daily`, `mon-fri`, `sat sun`, `fri-mon`: in the order of the week.
pub(crate) fn parse_days(words: &str) -> Result<Vec<Weekday>, String> {
    let mut found: Vec<Weekday> = Vec::new();
    for word in words.split([' ', ',', ';', '/']).filter(|word| !word.is_empty()) {
        let (first, last) = match (word.eq_ignore_ascii_case("daily"), word.split_once('-')) {
            (true, _) => (Some(Weekday::Monday), Some(Weekday::Sunday)),
            (false, Some((first, last))) => (days::parse(first), days::parse(last)),
            (false, None) => (days::parse(word), days::parse(word)),
        };
        let (Some(mut day), Some(last)) = (first, last) else {
            return Err(format!("`{word}` is not a day: write mon-fri, sat sun, or daily"));
        };
        found.push(day);
        while day != last {
            day = day.next();
            found.push(day);
        }
    }
    found.sort_by_key(|day| day.to_monday_zero_offset());
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Id;

    fn read_one(name: &str, text: &str) -> Result<Read, AppError> {
        read(name, text, || Id::from_bits(1), || Id::from_bits(2))
    }

    const TOML: &str = r#"
zone = "Europe/London"

[[shift]]
role = "senior_officer"
person = "okafor"
days = "mon-fri"
from = "07:00"
to = "19:00"

[[exception]]
role = "senior_officer"
off = "okafor"
on = "vera"
from = "2024-07-01T07:00"
to = "2024-07-02T07:00"
reason = "leave"
"#;

    const CSV: &str = "role,person,days,from,to,zone\nsenior_officer,okafor,mon-fri,07:00,19:00,Europe/London\n";

    const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:senior_officer: oka\r\n for\r\n\
        DTSTART;TZID=Europe/London:20240304T070000\r\nDTEND;TZID=Europe/London:20240304T190000\r\n\
        RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:senior_officer: vera\r\n\
        DTSTART:20240701T060000Z\r\nDTEND:20240702T060000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn the_same_roster_is_read_from_each_kind_of_file() {
        for (name, text) in [("roster.toml", TOML), ("roster.csv", CSV), ("roster.ics", CALENDAR)] {
            let found = read_one(name, text).unwrap();
            let shift = &found.shifts[0];
            assert_eq!((shift.person.as_str(), shift.zone.as_str()), ("okafor", "Europe/London"), "{name}");
            assert_eq!((shift.from.hour(), shift.to.hour(), shift.days.len()), (7, 19, 5), "{name}");
            for exception in &found.exceptions {
                assert_eq!(exception.from.to_string(), "2024-07-01T06:00:00Z", "{name}: summer time in London");
                assert_eq!(exception.on.as_deref(), Some("vera"), "{name}");
            }
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_place() {
        let rows = [
            ("r.toml", &TOML.replace("senior_officer", "a cook"), "a cook"),
            ("r.toml", &TOML.replace("mon-fri", "moon"), "[[shift]] 1: `moon`"),
            ("r.toml", &TOML.replace("19:00", "25:00"), "[[shift]] 1: `25:00`"),
            ("r.toml", &TOML.replace("2024-07-02T07:00", "soon"), "[[exception]] 1: `soon`"),
            ("r.csv", &CSV.replace("okafor", ""), "line 2: the column `person`"),
            ("r.csv", &CSV.replace("senior_officer", "a cook"), "line 2: there is no role `a cook`"),
            ("r.ics", &CALENDAR.replace("FREQ=WEEKLY", "FREQ=MONTHLY"), "event 1: `FREQ=MONTHLY`"),
            ("r.ics", &CALENDAR.replace("senior_officer: vera", "vera"), "event 2: its SUMMARY"),
        ];
        for (name, text, said) in rows {
            let problem = read_one(name, text).unwrap_err().to_string();
            assert!(problem.contains(said) && problem.starts_with(name), "{problem}");
        }
    }
}
