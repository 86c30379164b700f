//! R8 where a pack counts working hours and days: over every change of the clocks, against a count minute by minute.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use policy::Term;
use policy::calendar::{Day, Working};

/// London, New York, and Lord Howe Island, whose clocks move by half an hour.
const ZONES: [&str; 3] = ["GMT0BST,M3.5.0/1,M10.5.0", "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"];
/// By day and on weekdays; by night and every day, so that the hour that is skipped or comes twice is a working hour.
const DESKS: [(&str, &str, &str); 2] = [
    ("09:00", "17:00", r#""monday", "tuesday", "wednesday", "thursday", "friday""#),
    ("00:00", "06:00", r#""monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday""#),
];
const FEW: usize = 17;

fn working(zone: &str, (from, to, days): (&str, &str, &str)) -> Working {
    let text = format!(
        "time_zone = \"{zone}\"\ndays = [{days}]\nfrom = \"{from}\"\nto = \"{to}\"\nholidays = [\"2027-03-29\"]\n\
         clause = \"-\"\nprovenance = \"to-check\"\n"
    );
    toml::from_str(&text).unwrap()
}

/// Whether the desk is open in this minute, by the clock on its wall.
fn open(working: &Working, wall: DateTime) -> bool {
    let day = [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday, Day::Saturday, Day::Sunday]
        [usize::try_from(wall.weekday().to_monday_zero_offset()).unwrap()];
    let counts = working.days.contains(&day) && !working.holidays.contains(&wall.date());
    counts && working.from <= wall.time() && wall.time() < working.to
}

/// The start and the end of this many open minutes, counted one by one.
fn counted(working: &Working, zone: &TimeZone, from: Timestamp, minutes: u32) -> Timestamp {
    let (mut at, mut left) = (from, minutes);
    while left > 0 {
        left -= u32::from(open(working, zone.to_datetime(at)));
        at += 1.minute();
    }
    at
}

#[test]
fn r8_working_hours_are_exact_over_every_change_of_the_clocks() {
    let (mut deadlines, mut changes) = (0_u32, 0_u32);
    for zone in ZONES {
        let known = TimeZone::posix(zone).unwrap();
        let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let end: Timestamp = "2028-01-01T00:00:00Z".parse().unwrap();
        for change in known.following(begin).take_while(|change| change.timestamp() < end) {
            changes += 1;
            for desk in DESKS {
                let working = working(zone, desk);
                let starts = (0..FEW).map(|step| i64::try_from(step).unwrap() * 337 - 48 * 60);
                for start in starts.map(|minutes| change.timestamp() + SignedDuration::from_mins(minutes)) {
                    for hours in [1, 7] {
                        let due = Term::WorkingHours(hours).after(start, Some(&working));
                        assert_eq!(due, counted(&working, &known, start, hours * 60), "{zone} {start} {hours}wh");
                        deadlines += 1;
                    }
                }
            }
        }
    }
    println!(
        "R8: {deadlines} deadlines in working hours over {changes} changes of the clocks in three zones, each exact"
    );
}

#[test]
fn r8_a_later_start_is_never_due_sooner() {
    for zone in ZONES {
        for desk in DESKS {
            let working = working(zone, desk);
            let mut at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
            let mut last = [Timestamp::MIN; 3];
            while at < "2026-12-01T00:00:00Z".parse::<Timestamp>().unwrap() {
                for (term, last) in ["5wh", "1wd", "3wd"].into_iter().zip(&mut last) {
                    let due = term.parse::<Term>().unwrap().after(at, Some(&working));
                    assert!(due >= *last && due > at, "{zone} {term} from {at}: {due}, before that {last}");
                    *last = due;
                }
                at += 37.minutes();
            }
        }
    }
}
