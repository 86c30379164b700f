//! FollowTheMoney entities as JSON Lines (<https://followthemoney.tech>): people, bodies, addresses and events become
//! parties; the entities that stand between two others become relations.

use domain::register::{Entry, Geometry, NameKind, Party, PartyKind, Relation, RelationKind};
use domain::words::ChannelKind;
use serde_json::Value;

use super::fields::{name, path, window};
use super::{Rows, json_rows};

/// Entities that tie two others: schema, the property for `from`, the property for `to`, what the tie is.
const BETWEEN: &[(&str, &str, &str, RelationKind)] = &[
    ("Directorship", "director", "organization", RelationKind::MemberOf),
    ("Membership", "member", "organization", RelationKind::MemberOf),
    ("Employment", "employer", "employee", RelationKind::Employer),
    ("Family", "person", "relative", RelationKind::Family),
    ("Ownership", "asset", "owner", RelationKind::PartOf),
    ("Representation", "agent", "client", RelationKind::IntermediaryFor),
];

/// Properties that hold the id of another entity: property, what ties the two.
const INLINE: &[(&str, RelationKind)] = &[
    ("addressEntity", RelationKind::LocatedIn),
    ("parent", RelationKind::PartOf),
    ("locationEntity", RelationKind::LocatedIn),
];

/// Reads FollowTheMoney entities. Contact data in them is unverified and cleared for public words only.
pub(super) fn ftm(text: &str, rows: &mut Rows) {
    json_rows(text, |line, value| {
        let row = value.and_then(|value| Entity { value: &value }.entries());
        rows.take(line, row);
    });
}

struct Entity<'v> {
    value: &'v Value,
}

impl<'v> Entity<'v> {
    /// The values of a property; FollowTheMoney has lists, some exporters write a single string.
    fn all(&self, property: &str) -> impl Iterator<Item = &'v str> {
        let found = self.value.get("properties").and_then(|all| all.get(property));
        let list = found.and_then(Value::as_array).map(Vec::as_slice);
        let one = list.unwrap_or_else(|| found.map(std::slice::from_ref).unwrap_or_default());
        // An exporter may nest the entity that is meant instead of naming its id.
        let text = |value: &'v Value| value.as_str().or_else(|| value.get("id").and_then(Value::as_str));
        one.iter().filter_map(text).map(str::trim).filter(|words| !words.is_empty())
    }

    fn one(&self, property: &str) -> Option<&'v str> {
        self.all(property).next()
    }

    fn entries(&self) -> Result<Vec<Entry>, String> {
        let field = |name: &str| self.value.get(name).and_then(Value::as_str);
        let id = field("id").ok_or("no `id`")?;
        let schema = field("schema").ok_or("no `schema`")?;
        if let Some((_, from, to, kind)) = BETWEEN.iter().find(|(name, ..)| *name == schema) {
            return self.between(*kind, from, to);
        }
        let kind = match schema {
            "Person" => PartyKind::Person,
            "Organization" | "Company" | "LegalEntity" => PartyKind::Organisation,
            "PublicBody" => PartyKind::Authority,
            "Address" | "RealEstate" => PartyKind::Place,
            "Event" => PartyKind::Event,
            other => return Err(format!("schema `{other}` is neither a party nor a relation of the register")),
        };
        let mut entries = vec![Entry::Party(self.party(id, kind)?)];
        for (property, tie) in INLINE {
            let others = self.all(property).filter(|other| *other != id);
            entries.extend(others.map(|other| Entry::Relation(Relation::new(id, *tie, other))));
        }
        if kind == PartyKind::Event {
            let guests = self.all("involved").chain(self.all("organizer")).filter(|guest| *guest != id);
            entries.extend(guests.map(|guest| Entry::Relation(Relation::new(guest, RelationKind::Attends, id))));
        }
        Ok(entries)
    }

    fn between(&self, kind: RelationKind, from: &str, to: &str) -> Result<Vec<Entry>, String> {
        let valid = window(self.one("startDate"), self.one("endDate"))?;
        let note = self.one("role").or_else(|| self.one("relationship")).map(str::to_owned);
        let mut entries = Vec::new();
        for one in self.all(from) {
            for other in self.all(to) {
                let tie = Relation { valid, note: note.clone(), ..Relation::new(one, kind, other) };
                entries.push(Entry::Relation(tie));
            }
        }
        if entries.is_empty() { Err(format!("properties `{from}` and `{to}` must both be given")) } else { Ok(entries) }
    }

    fn party(&self, id: &str, kind: PartyKind) -> Result<Party, String> {
        let mut party = Party::bare(id, kind);
        let caption =
            self.value.get("caption").and_then(Value::as_str).map(str::trim).filter(|words| !words.is_empty());
        let main = if kind == PartyKind::Place { "full" } else { "name" };
        let legal = self.all("name").chain(self.all(main)).chain(caption);
        let lists = [
            (NameKind::Alias, false, "alias"),
            (NameKind::Alias, true, "weakAlias"),
            (NameKind::Former, false, "previousName"),
            (NameKind::Alias, false, "abbreviation"),
        ];
        let mut add = |kind: NameKind, text: &str, weak: bool| {
            if !party.names.iter().any(|known| known.text == text) {
                let kind = if party.names.is_empty() || kind != NameKind::Legal { kind } else { NameKind::Alias };
                party.names.push(name(kind, text, weak));
            }
        };
        legal.for_each(|text| add(NameKind::Legal, text, false));
        for (kind, weak, property) in lists {
            self.all(property).for_each(|text| add(kind, text, weak));
        }
        party.description = self.one("summary").or_else(|| self.one("description")).map(str::to_owned);
        let country = self.one("country").or_else(|| self.one("jurisdiction")).or_else(|| self.one("nationality"));
        party.country = country.filter(|code| code.len() == 2).map(str::to_uppercase);
        party.addresses = self.all("address").map(str::to_owned).collect();
        let degrees = |property: &str| self.one(property).and_then(|words| words.parse().ok());
        party.geometry = degrees("latitude").zip(degrees("longitude")).map(|(lat, lon)| Geometry::point(lat, lon));
        if kind == PartyKind::Event {
            let start = self.one("startDate").or_else(|| self.one("date"));
            party.time = window(start, self.one("endDate").or(start))?;
        }
        let mails = self.all("email").map(|address| path(ChannelKind::Email, address));
        party.contacts = mails.chain(self.all("phone").map(|number| path(ChannelKind::Telephone, number))).collect();
        Ok(party)
    }
}
