//! Where a party is: points and areas on the ground, as in GeoJSON (RFC 7946).

use serde::{Deserialize, Serialize};

/// Most corners one party's area may have.
pub const MOST_CORNERS: usize = 200_000;

/// A point on the ground, WGS 84. In JSON `[lon, lat]`, longitude first, as GeoJSON has it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "Numbers", into = "[f64; 2]")]
pub struct Position {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

/// GeoJSON allows a height after longitude and latitude; the desk does not use it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Numbers {
    Flat([f64; 2]),
    High([f64; 3]),
}

impl From<Numbers> for Position {
    fn from(numbers: Numbers) -> Self {
        match numbers {
            Numbers::Flat([lon, lat]) | Numbers::High([lon, lat, _]) => Self { lat, lon },
        }
    }
}

impl From<Position> for [f64; 2] {
    fn from(at: Position) -> Self {
        [at.lon, at.lat]
    }
}

impl Position {
    /// Whether both numbers lie on the globe.
    pub fn is_on_earth(self) -> bool {
        (-90.0..=90.0).contains(&self.lat) && (-180.0..=180.0).contains(&self.lon)
    }
}

/// A closed line: first and last corner are the same.
pub type Ring = Vec<Position>;

/// An area: its outer ring, then the rings of its holes.
pub type Area = Vec<Ring>;

/// Where a party is. An area that crosses the 180th meridian is given in two parts (RFC 7946, 3.1.9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    /// One spot.
    Point(Position),
    /// One area.
    Polygon(Area),
    /// Several areas.
    MultiPolygon(Vec<Area>),
}

impl Geometry {
    /// A point.
    pub const fn point(lat: f64, lon: f64) -> Self {
        Self::Point(Position { lat, lon })
    }

    /// The areas; none for a point.
    pub fn areas(&self) -> &[Area] {
        match self {
            Self::Point(_) => &[],
            Self::Polygon(area) => std::slice::from_ref(area),
            Self::MultiPolygon(areas) => areas,
        }
    }

    /// What is wrong with it and where; `None` when it can be used.
    pub(super) fn problem(&self) -> Option<(String, String)> {
        if let Self::Point(at) = self {
            return off_earth(*at).map(|problem| ("geometry".to_owned(), problem));
        }
        let corners: usize = self.areas().iter().flatten().map(Vec::len).sum();
        if corners > MOST_CORNERS {
            return Some(("geometry".to_owned(), format!("too detailed: {corners} corners, at most {MOST_CORNERS}")));
        }
        if self.areas().is_empty() {
            return Some(("geometry".to_owned(), "empty".to_owned()));
        }
        self.areas().iter().enumerate().find_map(|(area_at, area)| {
            if area.is_empty() {
                return Some((format!("geometry, area {}", area_at + 1), "empty".to_owned()));
            }
            area.iter().enumerate().find_map(|(ring_at, ring)| {
                let field = format!("geometry, area {}, ring {}", area_at + 1, ring_at + 1);
                ring_problem(ring).map(|problem| (field, problem))
            })
        })
    }
}

fn ring_problem(ring: &Ring) -> Option<String> {
    if let Some(problem) = ring.iter().find_map(|at| off_earth(*at)) {
        return Some(problem);
    }
    if ring.len() < 4 {
        return Some("too short: a ring has at least four corners, the last one equal to the first".to_owned());
    }
    (ring.first() != ring.last()).then(|| "not closed: its last corner must equal its first".to_owned())
}

fn off_earth(at: Position) -> Option<String> {
    let Position { lat, lon } = at;
    (!at.is_on_earth()).then(|| {
        format!("not on the globe: latitude {lat} must be -90 to 90, longitude {lon} -180 to 180 (longitude first)")
    })
}
