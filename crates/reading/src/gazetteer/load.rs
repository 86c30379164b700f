//! The embedded table, read once into places and an index of their names.
//!
//! A name is kept as a 64-bit hash: with some 250,000 of them a chance collision is one in hundreds of millions, and costs
//! no more than a wrong suggestion. The hashes are sorted; their upper 16 bits lead to a stretch of about four.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::{Gazetteer, Kind, NameKind, Place, folded};

/// Bits of the filter over the first words of names.
const FILTER_BITS: u64 = 1 << 20;

/// The hash of a folded name.
pub(super) fn hash(folded: &str) -> u64 {
    xxh3_64(folded.as_bytes())
}

/// The bit of a first word in the filter.
fn filter_bit(word: u64) -> usize {
    usize::try_from(word % FILTER_BITS).expect("the filter has 2^20 bits, and a usize 32 or more")
}

/// Names, by hash.
#[derive(Debug, Default)]
pub(super) struct Names {
    hashes: Vec<u64>,
    /// The place in the lower 24 bits, how the name stands to it in the upper 8.
    targets: Vec<u32>,
    /// Where the hashes with each upper 16 bits begin.
    starts: Vec<u32>,
    /// One bit for each hash of a name's first word: words that begin no name cost one look.
    first_words: Vec<u64>,
}

impl Names {
    fn new(mut rows: Vec<(u64, u32)>, first_words: Vec<u64>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let mut starts = Vec::with_capacity((1 << 16) + 1);
        for (row, (hash, _)) in (0..).zip(&rows) {
            while starts.len() <= (*hash >> 48) as usize {
                starts.push(row);
            }
        }
        starts.resize((1 << 16) + 1, u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let (hashes, targets) = rows.into_iter().unzip();
        Self { hashes, targets, starts, first_words }
    }

    /// Whether a name may begin with the word of this hash.
    pub(super) fn begins(&self, word: u64) -> bool {
        let bit = filter_bit(word);
        self.first_words[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// The rows of the names with this hash.
    pub(super) fn rows(&self, name: u64) -> (u32, u32) {
        let upper = (name >> 48) as usize;
        let (from, to) = (self.starts[upper], self.starts[upper + 1]);
        let bucket = &self.hashes[from as usize..to as usize];
        let count = |before: usize| u32::try_from(before).unwrap_or(u32::MAX);
        let low = from + count(bucket.partition_point(|held| *held < name));
        let high = from + count(bucket.partition_point(|held| *held <= name));
        (low, high)
    }

    /// The place of a row, and how the name stands to it.
    pub(super) fn at(&self, row: u32) -> (usize, NameKind) {
        let target = self.targets[row as usize];
        let by = match target >> 24 {
            0 => NameKind::Usual,
            1 => NameKind::Other,
            2 => NameKind::Abbreviation,
            _ => NameKind::Demonym,
        };
        ((target & 0x00ff_ffff) as usize, by)
    }

    pub(super) fn memory(&self) -> usize {
        self.hashes.capacity() * 8
            + self.targets.capacity() * 4
            + self.starts.capacity() * 4
            + self.first_words.capacity() * 8
    }
}

impl Gazetteer {
    /// Reads the table. A line that does not hold together is left out; a test holds that the embedded table has none.
    pub(super) fn parse(table: &'static str) -> Self {
        let mut places = Vec::with_capacity(80_000);
        let mut rows = Vec::with_capacity(300_000);
        let mut first_words = vec![0; 1 << 14];
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let Some((place, others, demonyms)) = parse_line(line) else { continue };
            let number = u32::try_from(places.len()).unwrap_or(u32::MAX) & 0x00ff_ffff;
            places.push(place);
            let mut add = |name: &str, by: NameKind| {
                rows.push((hash(name), number | (by as u32) << 24));
                let bit = filter_bit(hash(name.split(' ').next().unwrap_or_default()));
                first_words[bit / 64] |= 1 << (bit % 64);
            };
            add(&folded(place.name), NameKind::Usual);
            for name in others.split(';').filter(|name| !name.is_empty()) {
                if name.chars().any(char::is_uppercase) {
                    add(&name.to_lowercase(), NameKind::Abbreviation);
                } else {
                    add(name, NameKind::Other);
                }
            }
            demonyms.split(';').filter(|name| !name.is_empty()).for_each(|name| add(name, NameKind::Demonym));
        }
        places.shrink_to_fit();
        mark_capitals(&mut places);
        Self { places, names: Names::new(rows, first_words) }
    }
}

/// The place on a line, its other names, and its demonyms.
fn parse_line(line: &'static str) -> Option<(Place, &'static str, &'static str)> {
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    let (id, name, lat, lon, people) = (next()?, next()?, next()?, next()?, next()?);
    let (others, demonyms, country, admin1) = (next()?, next()?, next()?, next()?);
    let kind = match () {
        () if country.is_empty() => Kind::Country,
        () if id.contains('.') => Kind::Area,
        () => Kind::City,
    };
    let country = if country.is_empty() { id } else { country };
    let (lat, lon) = (lat.parse().ok(), lon.parse().ok());
    let population = people.parse().unwrap_or(u32::MAX);
    Some((Place { id, name, kind, country, admin1, lat, lon, capital: false, population }, others, demonyms))
}

/// The table puts a country where its capital is, so the city that stands there is the capital.
fn mark_capitals(places: &mut [Place]) {
    let seat = |place: &Place| (place.lat.map(f32::to_bits), place.lon.map(f32::to_bits));
    let seats: HashMap<&str, _> =
        places.iter().filter(|place| place.kind == Kind::Country).map(|country| (country.id, seat(country))).collect();
    for place in places.iter_mut().filter(|place| place.kind == Kind::City) {
        place.capital = seats.get(place.country) == Some(&seat(place));
    }
}
