//! vCard 3.0 and 4.0 (RFC 6350): people, groups, bodies and places with their addresses.

use domain::register::{ContactPath, Entry, Geometry, NameKind, Party, PartyKind, Relation, RelationKind};
use domain::words::ChannelKind;

use super::Rows;
use super::content::{Object, objects};
use super::fields::{made_up, name, path};

/// Reads cards. `UID` is the party's id; a card without one gets an id made of its name and first address, so that the
/// same card again is the same party. `KIND` says what it is; `ORG` becomes a membership, `MEMBER` of a group too.
/// Addresses are unverified and cleared for public words only.
pub(super) fn vcard(text: &str, rows: &mut Rows) {
    objects(text, "VCARD", |line, card| rows.take(line, card.and_then(|card| entries(&card))));
}

/// The id in a `UID` or `MEMBER`, without its scheme.
fn bare(id: &str) -> String {
    let id = id.trim();
    id.strip_prefix("urn:uuid:").unwrap_or(id).to_owned()
}

fn entries(card: &Object) -> Result<Vec<Entry>, String> {
    let full = card.text("FN").or_else(|| structured(card)).ok_or("no FN: a card needs a name")?;
    let contacts = contacts(card);
    let first = contacts.first().map_or("", |path| path.address.as_str());
    let id = card.text("UID").map_or_else(|| made_up("card", &[&full, first]), |id| bare(&id));
    let kind = match card.text("KIND").map(|kind| kind.to_lowercase()).as_deref() {
        None | Some("individual") => PartyKind::Person,
        Some("group") => PartyKind::Group,
        Some("org") => PartyKind::Organisation,
        Some("location") => PartyKind::Place,
        Some(other) => return Err(format!("KIND `{other}` is none of individual, group, org, location")),
    };
    let mut party = Party { contacts, ..Party::named(&id, kind, &full) };
    let mut add = |kind: NameKind, text: &str, weak: bool| {
        if !text.is_empty() && !party.names.iter().any(|known| known.text == text) {
            party.names.push(name(kind, text, weak));
        }
    };
    card.all("FN").for_each(|line| add(NameKind::Alias, &line.text(), false));
    card.all("NICKNAME").flat_map(|line| line.parts(',')).for_each(|text| add(NameKind::Alias, &text, true));
    party.description = card.text("NOTE").or_else(|| card.text("TITLE"));
    party.addresses = card.all("ADR").map(|line| address(&line.parts(';'))).filter(|words| !words.is_empty()).collect();
    party.geometry = card.text("GEO").map(|words| point(&words)).transpose()?;
    let mut entries = vec![Entry::Party(party)];
    if let Some(org) =
        card.first("ORG").and_then(|line| line.parts(';').into_iter().next()).filter(|org| !org.is_empty())
        && kind == PartyKind::Person
    {
        let body = made_up("org", &[&org]);
        entries.push(Entry::Party(Party::named(&body, PartyKind::Organisation, &org)));
        entries.push(Entry::Relation(Relation::new(&id, RelationKind::MemberOf, &body)));
    }
    let members = card.all("MEMBER").map(|line| bare(&line.text()));
    entries.extend(members.map(|member| Entry::Relation(Relation::new(&member, RelationKind::MemberOf, &id))));
    Ok(entries)
}

/// The name of `N`: family; given; additional.
fn structured(card: &Object) -> Option<String> {
    let parts = card.first("N")?.parts(';');
    let at = |part: usize| parts.get(part).map(String::as_str).unwrap_or_default();
    let name = [at(1), at(2), at(0)].join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

fn address(parts: &[String]) -> String {
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `geo:59.3,18.0` (4.0) or `59.3;18.0` (3.0).
pub(super) fn point(words: &str) -> Result<Geometry, String> {
    let bare = words.trim().trim_start_matches("geo:").split(['?', ' ']).next().unwrap_or_default();
    let mut numbers = bare.split([',', ';']).map(|number| number.trim().parse::<f64>());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(lat)), Some(Ok(lon))) => Ok(Geometry::point(lat, lon)),
        _ => Err(format!("GEO `{}` is not latitude and longitude", words.chars().take(40).collect::<String>())),
    }
}

fn contacts(card: &Object) -> Vec<ContactPath> {
    let language = card.text("LANG");
    let mails = card.all("EMAIL").map(|line| (line, ChannelKind::Email));
    let numbers = card.all("TEL").map(|line| (line, ChannelKind::Telephone));
    let mut found: Vec<ContactPath> = mails
        .chain(numbers)
        .filter_map(|(line, channel)| {
            let text = line.text();
            let address = text.trim_start_matches("tel:").trim_start_matches("mailto:").split(';').next()?.to_owned();
            let preferred = line.parameter("PREF").and_then(|pref| pref.parse().ok());
            let rank = preferred.unwrap_or(if line.parameter("TYPE").is_some_and(|kind| kind.contains("pref")) {
                1
            } else {
                50
            });
            (!address.is_empty()).then(|| ContactPath { rank, language: language.clone(), ..path(channel, &address) })
        })
        .collect();
    found.sort_by_key(|path| path.rank);
    (1..).zip(&mut found).for_each(|(rank, path)| path.rank = rank);
    found
}
