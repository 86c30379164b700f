//! CSV: a table with a line of column names.
//!
//! A row is a party (`id`, `kind`, `name` or `description`), a relation (`id`, `relation`, `to`), or both.

use ::csv::{ReaderBuilder, StringRecord};
use domain::register::PartyId;
use domain::register::{ContactPath, Entry, Geometry, Name, NameKind, Party, PartyKind, Relation, RelationKind, Tlp};
use domain::words::ChannelKind;

use super::Rows;
use super::fields::{choices, instant, name, path, window};

const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "name",
    "aliases",
    "weak_aliases",
    "former_names",
    "other_scripts",
    "description",
    "country",
    "lat",
    "lon",
    "address",
    "starts_at",
    "ends_at",
    "protected",
    "keep_until",
    "email",
    "telephone",
    "webhook",
    "letter",
    "in_person",
    "language",
    "hours",
    "verified_at",
    "verified_by",
    "carries",
    "minutes",
    "relation",
    "to",
    "note",
];

/// Whether a line names columns: `id` is one of them.
pub(super) fn is_header(line: &str) -> bool {
    line.split(delimiter(line)).any(|column| clean(column) == "id")
}

fn delimiter(line: &str) -> char {
    let count = |mark: char| line.matches(mark).count();
    [',', ';', '\t'].into_iter().max_by_key(|mark| count(*mark)).filter(|mark| count(*mark) > 0).unwrap_or(',')
}

fn clean(column: &str) -> String {
    column.trim().trim_matches('"').trim().to_lowercase()
}

/// Reads a table. Columns, in any order; all but `id` may be missing:
///
/// - `id`, `kind` (person, group, organisation, institution, authority, place, event), `name`, `description`;
/// - `aliases`, `weak_aliases`, `former_names`, `other_scripts`: several, with `|` between them;
/// - `country`, `lat`, `lon`, `address`, `protected` (yes or no), `keep_until`; `starts_at`, `ends_at` for events;
/// - `email`, `telephone`, `webhook`, `letter`, `in_person`: addresses, ranked in this order; `language`, `hours`,
///   `verified_at`, `verified_by`, `carries` (a TLP 2.0 mark), `minutes`: said of all of them;
/// - `relation`, `to`, `note`: what ties `id` to another party.
///
/// Fields are separated by comma, semicolon or tab; text is UTF-8.
pub(super) fn csv(text: &str, rows: &mut Rows) {
    let first = text.lines().find(|line| super::is_row(line)).unwrap_or_default();
    let mark = u8::try_from(delimiter(first)).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(mark)
        .flexible(true)
        .comment(Some(b'#'))
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut header: Option<Vec<String>> = None;
    for record in reader.records() {
        let line = |record: &StringRecord| record.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1));
        match (record, &header) {
            (Err(fault), _) => {
                let at = fault.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1));
                rows.refuse(at, format!("not CSV: {fault}"));
            }
            (Ok(record), None) => {
                let columns: Vec<String> = record.iter().map(clean).collect();
                for column in columns.iter().filter(|column| !COLUMNS.contains(&column.as_str())) {
                    let known = COLUMNS.join(", ");
                    rows.refuse(
                        line(&record),
                        format!("column `{column}` is not known and is left out; known: {known}"),
                    );
                }
                header = Some(columns);
            }
            (Ok(record), Some(columns)) if record.len() > columns.len() => {
                let reason = format!("{} fields, but there are {} columns", record.len(), columns.len());
                rows.refuse(line(&record), reason);
            }
            (Ok(record), Some(columns)) => {
                let at = line(&record);
                rows.take(at, Row { columns, record: &record }.entries());
            }
        }
    }
}

struct Row<'r> {
    columns: &'r [String],
    record: &'r StringRecord,
}

impl<'r> Row<'r> {
    fn get(&self, column: &str) -> Option<&'r str> {
        let at = self.columns.iter().position(|one| one == column)?;
        self.record.get(at).map(str::trim).filter(|words| !words.is_empty())
    }

    fn many(&self, column: &str) -> impl Iterator<Item = &'r str> {
        self.get(column).into_iter().flat_map(|words| words.split('|')).map(str::trim).filter(|word| !word.is_empty())
    }

    fn number(&self, column: &str) -> Result<Option<f64>, String> {
        let parse = |words: &str| words.parse().map_err(|_| format!("{column} `{words}` is no number"));
        self.get(column).map(parse).transpose()
    }

    fn entries(&self) -> Result<Vec<Entry>, String> {
        let id = self.get("id").ok_or("id is empty")?;
        let mut entries = Vec::new();
        if self.get("name").is_some() || self.get("description").is_some() {
            entries.push(Entry::Party(self.party(id)?));
        }
        if let Some(word) = self.get("relation") {
            let all = || choices(RelationKind::ALL.iter().map(|kind| kind.id()));
            let kind = RelationKind::from_id(word).ok_or_else(|| format!("relation `{word}` is none of {}", all()))?;
            let to = self.get("to").ok_or("relation without `to`")?;
            let note = self.get("note").map(str::to_owned);
            entries.push(Entry::Relation(Relation { note, ..Relation::new(id, kind, to) }));
        }
        if entries.is_empty() { Err("neither name, description nor relation".to_owned()) } else { Ok(entries) }
    }

    fn party(&self, id: &str) -> Result<Party, String> {
        let word = self.get("kind").ok_or("kind is empty")?;
        let all = || choices(PartyKind::ALL.iter().map(|kind| kind.id()));
        let kind = PartyKind::from_id(word).ok_or_else(|| format!("kind `{word}` is none of {}", all()))?;
        let geometry = match (self.number("lat")?, self.number("lon")?) {
            (Some(lat), Some(lon)) => Some(Geometry::point(lat, lon)),
            (None, None) => None,
            _ => return Err("lat and lon: give both or none".to_owned()),
        };
        Ok(Party {
            id: PartyId::new(id),
            kind,
            names: self.names(),
            description: self.get("description").map(str::to_owned),
            country: self.get("country").map(str::to_uppercase),
            geometry,
            addresses: self.get("address").map(str::to_owned).into_iter().collect(),
            time: window(self.get("starts_at"), self.get("ends_at"))?,
            contacts: self.contacts()?,
            protected: match self.get("protected").map(str::to_lowercase).as_deref() {
                None | Some("no" | "false" | "0") => false,
                Some("yes" | "true" | "1") => true,
                Some(other) => return Err(format!("protected `{other}` is neither yes nor no")),
            },
            keep_until: self.get("keep_until").map(instant).transpose()?,
        })
    }

    fn names(&self) -> Vec<Name> {
        let columns = [
            ("aliases", NameKind::Alias, false),
            ("weak_aliases", NameKind::Alias, true),
            ("former_names", NameKind::Former, false),
            ("other_scripts", NameKind::Transliteration, false),
        ];
        let legal = self.get("name").map(|text| name(NameKind::Legal, text, false));
        let others =
            columns.iter().flat_map(|(column, kind, weak)| self.many(column).map(|text| name(*kind, text, *weak)));
        legal.into_iter().chain(others).collect()
    }

    fn contacts(&self) -> Result<Vec<ContactPath>, String> {
        let columns = [
            ("email", ChannelKind::Email),
            ("telephone", ChannelKind::Telephone),
            ("webhook", ChannelKind::Webhook),
            ("letter", ChannelKind::Letter),
            ("in_person", ChannelKind::InPerson),
        ];
        let verified_at = self.get("verified_at").map(instant).transpose()?;
        let all = || choices(Tlp::ALL.iter().map(|mark| mark.id()));
        let mark = |word: &str| {
            Tlp::from_id(&word.to_uppercase()).ok_or_else(|| format!("carries `{word}` is none of {}", all()))
        };
        let carries = self.get("carries").map(mark).transpose()?.unwrap_or(Tlp::Clear);
        let minutes =
            self.get("minutes").map(|words| words.parse().map_err(|_| format!("minutes `{words}` is no number")));
        let minutes: Option<u32> = minutes.transpose()?;
        let found = columns.iter().filter_map(|(column, channel)| self.get(column).map(|address| (*channel, address)));
        Ok((1..)
            .zip(found)
            .map(|(rank, (channel, address))| ContactPath {
                language: self.get("language").map(str::to_owned),
                hours: self.get("hours").map(str::to_owned),
                verified_at,
                verified_by: self.get("verified_by").map(str::to_owned),
                carries,
                rank,
                minutes,
                ..path(channel, address)
            })
            .collect())
    }
}
