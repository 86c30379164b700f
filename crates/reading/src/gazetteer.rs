//! Places: countries, first-level areas and cities of 5,000 people or more, embedded in the program.
//!
//! [`Gazetteer::find`] scans a text once and answers every stretch that could be a place's name; it knows spelling only.
//! [`Gazetteer::resolve`] decides which of them are meant as places, and which place of that name: see [`resolve`](self)
//! for the order of reasons. The cast: [`load`] reads the embedded table, [`fold`] compares names across spellings and
//! scripts, [`scan`] walks the text, [`resolve`] and [`words`] decide. GeoNames data, CC BY 4.0 (`data/README.md`).

mod fold;
mod load;
mod resolve;
mod scan;
mod words;

use std::sync::LazyLock;

use domain::Span;
use serde::Serialize;

pub use fold::folded;
use load::Names;

static SHARED: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::parse(include_str!("../../../data/gazetteer.tsv")));

/// What sort of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A country or territory with an ISO 3166-1 code.
    Country,
    /// A province, state or the like: the level right below a country.
    Area,
    /// A city or town.
    City,
}

/// A place. Its strings are those of the embedded table, so it is cheap to copy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2 for a country ("IR"), country and GeoNames area code for an area ("IR.29"), GeoNames id for a city.
    pub id: &'static str,
    /// Its usual name.
    pub name: &'static str,
    /// What sort of place.
    pub kind: Kind,
    /// ISO 3166-1 alpha-2 of the country it is or lies in.
    pub country: &'static str,
    /// GeoNames code of the area it is or lies in; empty for a country.
    pub admin1: &'static str,
    /// Degrees north. A country stands where its capital is, an area where its largest city is; some have neither.
    pub lat: Option<f32>,
    /// Degrees east.
    pub lon: Option<f32>,
    /// Whether it is the capital of its country.
    pub capital: bool,
    /// People; 0 when not known. For an area, those of its cities.
    pub population: u32,
}

/// A stretch of text that is spelled like the name of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceMention {
    /// Where.
    pub span: Span,
    /// The rows of the name index that it matched.
    rows: (u32, u32),
}

/// One place that a mention may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The place.
    pub place: Place,
    /// How the words stand to it.
    pub by: NameKind,
}

/// How a word stands to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// Its usual name.
    Usual,
    /// Another name, another spelling, another script.
    Other,
    /// An abbreviation, which must stand in capitals ("US").
    Abbreviation,
    /// The word for its people ("Iranian"): it speaks of the country without naming a place.
    Demonym,
}

/// A mention that was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placed {
    /// Where in the text.
    pub span: Span,
    /// The place that is meant.
    pub place: Place,
    /// Why this one, in words for a person; says "ambiguous" when others are nearly as likely.
    pub why: String,
    /// Other places of that name, likeliest first, at most five.
    pub alternatives: Vec<Place>,
    /// Whether one of the alternatives is nearly as likely.
    pub ambiguous: bool,
}

/// All places, and an index of their names.
#[derive(Debug)]
pub struct Gazetteer {
    places: Vec<Place>,
    names: Names,
}

impl Gazetteer {
    /// The one embedded in the program; read at first use.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// The place with this id.
    pub fn place(&self, id: &str) -> Option<Place> {
        self.places.iter().find(|place| place.id == id).copied()
    }

    /// "Kerman, Iran", "Paris, Texas, United States": the place's name, those of its area (unless the same) and country.
    pub fn label(&self, place: Place) -> String {
        let names: Vec<&str> = std::iter::once(place.name).chain(self.wider(place)).collect();
        names.join(", ")
    }

    /// The names of the area (unless it is the place's own) and the country that a place lies in, the nearer first.
    pub fn wider(&self, place: Place) -> Vec<&'static str> {
        let area = || self.place(&format!("{}.{}", place.country, place.admin1));
        let area = (place.kind == Kind::City).then(area).flatten().filter(|area| area.name != place.name);
        let country = (place.kind != Kind::Country).then(|| self.place(place.country)).flatten();
        area.into_iter().chain(country).map(|wider| wider.name).collect()
    }

    /// The places with this name, in any spelling or script, most people first.
    pub fn named(&self, name: &str) -> Vec<Place> {
        let rows = self.names.rows(load::hash(&folded(name)));
        let mut found: Vec<Place> =
            self.candidates_in(rows).filter(|c| c.by != NameKind::Demonym).map(|candidate| candidate.place).collect();
        found.sort_by_key(|place| std::cmp::Reverse(place.population));
        found.dedup_by_key(|place| place.id);
        found
    }

    /// What a mention may mean.
    pub fn candidates(&self, mention: &PlaceMention) -> impl Iterator<Item = Candidate> + '_ {
        self.candidates_in(mention.rows)
    }

    fn candidates_in(&self, (from, to): (u32, u32)) -> impl Iterator<Item = Candidate> + '_ {
        (from..to).filter_map(|row| {
            let (place, by) = self.names.at(row);
            self.places.get(place).map(|place| Candidate { place: *place, by })
        })
    }

    /// Bytes of memory held besides the embedded table itself.
    pub fn memory(&self) -> usize {
        self.places.capacity() * size_of::<Place>() + self.names.memory()
    }

    /// Finds and decides at once.
    pub fn places(&self, plain: &str, within: &[Span]) -> Vec<Placed> {
        self.resolve(plain, &self.find(plain, within))
    }
}
