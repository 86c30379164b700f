//! iCalendar (RFC 5545): events with their time, place and guests.

use domain::Window;
use domain::register::{Entry, Party, PartyKind, Relation, RelationKind};
use domain::words::ChannelKind;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::Rows;
use super::content::{Line, Object, objects};
use super::fields::{made_up, path};
use super::vcard::point;

/// A time without a zone we know is somewhere between these two: the zones of the Line Islands and of Baker Island.
const EAST: SignedDuration = SignedDuration::from_hours(14);
const WEST: SignedDuration = SignedDuration::from_hours(12);

/// Reads the events of a calendar. `UID` is the party's id; `LOCATION` becomes a place in which it is located, and each
/// `ATTENDEE` and the `ORGANIZER` a person who attends, known by their address. A time in a named or no zone is taken
/// as wide as it may be: fourteen hours earlier to twelve later. An event that comes again lasts until its last time,
/// and without end when none is given. What was called off is left out.
pub(super) fn ical(text: &str, rows: &mut Rows) {
    objects(text, "VEVENT", |line, event| rows.take(line, event.and_then(|event| entries(&event))));
}

fn entries(event: &Object) -> Result<Vec<Entry>, String> {
    if event.text("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(Vec::new());
    }
    let id = event.text("UID").ok_or("no UID: an event needs one, so that the same event again is the same party")?;
    let title = event.text("SUMMARY").ok_or("no SUMMARY: an event needs a name")?;
    let mut party = Party::named(&id, PartyKind::Event, &title);
    party.description = event.text("DESCRIPTION");
    party.time = Some(time(event)?);
    party.geometry = event.text("GEO").map(|words| point(&words)).transpose()?;
    let mut entries = vec![Entry::Party(party)];
    if let Some(location) = event.text("LOCATION") {
        let place = made_up("place", &[&location]);
        entries.push(Entry::Party(Party::named(&place, PartyKind::Place, &location)));
        entries.push(Entry::Relation(Relation::new(&id, RelationKind::LocatedIn, &place)));
    }
    for guest in event.all("ATTENDEE").chain(event.all("ORGANIZER")) {
        let address = guest.text();
        let mail = address.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map(|_| &address[7..]);
        let Some(mail) = mail.filter(|mail| !mail.is_empty()) else { continue };
        let person = mail.to_lowercase();
        let named = Party::named(&person, PartyKind::Person, guest.parameter("CN").unwrap_or(mail));
        entries.push(Entry::Party(Party { contacts: vec![path(ChannelKind::Email, mail)], ..named }));
        entries.push(Entry::Relation(Relation::new(&person, RelationKind::Attends, &id)));
    }
    Ok(entries)
}

fn time(event: &Object) -> Result<Window, String> {
    let start = event.first("DTSTART").ok_or("no DTSTART: an event needs a time")?;
    let (from, until) = instants(start)?;
    let end = match (event.first("DTEND"), event.text("DURATION")) {
        (Some(line), _) => instants(line)?.1,
        (None, Some(words)) => {
            let span: Span = words.parse().map_err(|_| format!("DURATION `{words}` is none; write PT2H"))?;
            let length = span.to_duration(SpanRelativeTo::days_are_24_hours());
            let end = length.ok().and_then(|length| until.checked_add(length).ok());
            end.ok_or_else(|| format!("DURATION `{words}` ends beyond all dates"))?
        }
        (None, None) => until,
    };
    let again = event.text("RRULE");
    let last = again.as_deref().and_then(|rule| rule.split(';').find_map(|part| part.strip_prefix("UNTIL=")));
    let to = match (again.is_some(), last) {
        (true, None) => None,
        (true, Some(words)) => Some(parse(words)?.1.max(end)),
        (false, _) => Some(end),
    };
    Window::new(Some(from), to).ok_or_else(|| "DTEND is before DTSTART".to_owned())
}

/// The earliest and the latest instant a line can mean.
fn instants(line: &Line) -> Result<(Timestamp, Timestamp), String> {
    parse(line.value.trim()).map_err(|reason| format!("{} {reason}", line.name))
}

fn parse(words: &str) -> Result<(Timestamp, Timestamp), String> {
    let wrong = |_| format!("`{}` is no time; write 20240103T140000Z", words.chars().take(40).collect::<String>());
    let utc = |time: DateTime| TimeZone::UTC.to_timestamp(time).map_err(wrong);
    if let Some(instant) = words.strip_suffix('Z') {
        let at = utc(DateTime::strptime("%Y%m%dT%H%M%S", instant).map_err(wrong)?)?;
        return Ok((at, at));
    }
    let (first, last) = if words.len() == 8 {
        let day = Date::strptime("%Y%m%d", words).map_err(wrong)?;
        (day.at(0, 0, 0, 0), day.at(23, 59, 59, 0))
    } else {
        let time = DateTime::strptime("%Y%m%dT%H%M%S", words).map_err(wrong)?;
        (time, time)
    };
    let wide = |at: Timestamp, by: SignedDuration| at.checked_add(by).map_err(wrong);
    Ok((wide(utc(first)?, -EAST)?, wide(utc(last)?, WEST)?))
}
