//! Places in a document, as the claims need them: what the gazetteer found, and how two places stand to each other.

use domain::Span;
use domain::claim::Normal;

use crate::document::Document;
use crate::gazetteer::{Gazetteer, Kind, Place, Placed};

/// How exact a place is; a later one is more exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Country,
    Region,
    Settlement,
}

/// A place of the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    pub id: &'static str,
    pub country: &'static str,
    pub level: Level,
    place: Place,
}

/// How exact a place is, by the shape of its id: "IR" and "IR.29" are a country and an area, other ids are towns.
pub(crate) fn level(id: &str, country: &str) -> Level {
    match () {
        () if id == country => Level::Country,
        () if id.contains('.') => Level::Region,
        () => Level::Settlement,
    }
}

impl Spot {
    fn new(place: Place) -> Self {
        let level = match place.kind {
            Kind::Country => Level::Country,
            Kind::Area => Level::Region,
            Kind::City => Level::Settlement,
        };
        Self { id: place.id, country: place.country, level, place }
    }

    /// The place with this id, if the gazetteer has it.
    pub fn by_id(id: &str) -> Option<Self> {
        Gazetteer::shared().place(id).map(Self::new)
    }

    /// Whether one lies in the other, or they are the same, as far as the gazetteer tells.
    pub fn fits(&self, other: &Self) -> bool {
        if self.id == other.id {
            return true;
        }
        let same_region = self.place.admin1 == other.place.admin1;
        let nested = match self.level.min(other.level) {
            Level::Country => true,
            Level::Region => same_region,
            Level::Settlement => false,
        };
        self.country == other.country && nested
    }

    /// "Kerman, Iran": its name and its country's.
    pub fn label(&self) -> String {
        let country = Gazetteer::shared().place(self.country).filter(|_| self.level > Level::Country);
        country.map_or_else(|| self.place.name.to_owned(), |country| format!("{}, {}", self.place.name, country.name))
    }

    pub fn normal(&self) -> Normal {
        Normal::Place {
            id: self.id.to_owned(),
            name: self.place.name.to_owned(),
            country: self.country.to_owned(),
            // Two decimals are a kilometre: more than a town's midpoint deserves.
            lat: self.place.lat.map_or(0.0, rounded),
            lon: self.place.lon.map_or(0.0, rounded),
        }
    }
}

fn rounded(degrees: f32) -> f64 {
    (f64::from(degrees) * 100.0).round() / 100.0
}

/// A place where it stands in the text.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub span: Span,
    pub spot: Spot,
}

/// Airports whose names the gazetteer knows only as towns elsewhere: the name, its country, the city they serve.
const AIRPORTS: &[(&str, &str, &str)] = &[("Heathrow", "GB", "2643743")];

/// Every place in the document's body, in order.
pub(crate) fn locate(document: &Document) -> Vec<Located> {
    let placed = Gazetteer::shared().places(&document.plain, &document.body);
    let spot = |found: &Placed| {
        let words = document.words(found.span);
        let airport = AIRPORTS.iter().find(|(name, country, _)| *name == words && found.place.country != *country);
        airport.and_then(|(_, _, city)| Spot::by_id(city)).unwrap_or_else(|| Spot::new(found.place))
    };
    placed.into_iter().map(|found| Located { span: found.span, spot: spot(&found) }).collect()
}
