//! The ground: which areas a point lies in, and what stands near it.

use std::collections::HashMap;

use domain::register::{Area, Geometry, Position, Ring};

use crate::graph::Graph;

const KM_PER_DEGREE: f64 = 111.2;

/// The areas and points of a register.
#[derive(Default)]
pub(crate) struct Ground {
    /// Smallest first, so that the nearest container comes first.
    areas: Vec<Plot>,
    /// Points by whole degrees.
    cells: HashMap<(i16, i16), Vec<(u32, Position)>>,
}

struct Plot {
    party: u32,
    low: Position,
    high: Position,
    size: f64,
}

impl Ground {
    pub fn new(graph: &Graph) -> Self {
        let mut ground = Self::default();
        for (number, party) in graph.parties() {
            match &party.geometry {
                Some(Geometry::Point(at)) => ground.cells.entry(cell(*at)).or_default().push((number, *at)),
                Some(shape @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
                    ground.areas.extend(bounds(shape).map(|(low, high)| Plot {
                        party: number,
                        low,
                        high,
                        size: shape.areas().iter().map(size).sum(),
                    }));
                }
                None => {}
            }
        }
        ground.areas.sort_by(|a, b| a.size.total_cmp(&b.size).then(a.party.cmp(&b.party)));
        ground
    }

    /// The parties whose area holds this point, the smallest area first.
    pub fn containing(&self, graph: &Graph, at: Position) -> Vec<u32> {
        let inside = |area: &&Plot| {
            let boxed =
                at.lat >= area.low.lat && at.lat <= area.high.lat && at.lon >= area.low.lon && at.lon <= area.high.lon;
            boxed && graph.party(area.party).geometry.as_ref().is_some_and(|shape| contains(shape, at))
        };
        self.areas.iter().filter(inside).map(|area| area.party).collect()
    }

    /// The parties that are points within so many kilometres, nearest first.
    pub fn near(&self, at: Position, km: f64) -> Vec<(u32, f64)> {
        let (row, column) = cell(at);
        let mut found: Vec<(u32, f64)> = Vec::new();
        for row in row - 1..=row + 1 {
            for step in -1..=1 {
                let column = (column + step + 180).rem_euclid(360) - 180;
                let here = self.cells.get(&(row, column)).into_iter().flatten();
                found.extend(here.map(|(party, point)| (*party, distance(at, *point))).filter(|(_, far)| *far <= km));
            }
        }
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }
}

#[allow(clippy::cast_possible_truncation, reason = "whole degrees, checked when the register took the position")]
fn cell(at: Position) -> (i16, i16) {
    (at.lat.floor() as i16, ((at.lon + 180.0).rem_euclid(360.0) - 180.0).floor() as i16)
}

/// Great-circle distance in kilometres (haversine, mean radius 6,371 km).
pub(crate) fn distance(a: Position, b: Position) -> f64 {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let across = a.lat.to_radians().cos() * b.lat.to_radians().cos() * half(a.lon, b.lon);
    2.0 * 6371.0 * (half(a.lat, b.lat) + across).clamp(0.0, 1.0).sqrt().asin()
}

/// Whether the shape holds the point; its edge belongs to it.
pub(crate) fn contains(shape: &Geometry, at: Position) -> bool {
    shape.areas().iter().any(|area| match area.as_slice() {
        [outer, holes @ ..] => {
            side(outer, at) != Side::Outside && holes.iter().all(|hole| side(hole, at) != Side::Inside)
        }
        [] => false,
    })
}

#[derive(PartialEq)]
enum Side {
    Inside,
    Edge,
    Outside,
}

/// Counts the edges a ray to the east crosses.
fn side(ring: &Ring, at: Position) -> Side {
    let mut inside = false;
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let cross = (b.lon - a.lon) * (at.lat - a.lat) - (b.lat - a.lat) * (at.lon - a.lon);
        let within = |from: f64, to: f64, value: f64| value >= from.min(to) && value <= from.max(to);
        if cross == 0.0 && within(a.lat, b.lat, at.lat) && within(a.lon, b.lon, at.lon) {
            return Side::Edge;
        }
        if (a.lat > at.lat) != (b.lat > at.lat) && (cross > 0.0) == (b.lat > a.lat) {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// A point that stands for the whole: the point itself, or the middle of the corners of the first area.
#[allow(clippy::cast_precision_loss, reason = "corners are counted in thousands")]
pub(crate) fn middle(shape: &Geometry) -> Option<Position> {
    if let Geometry::Point(at) = shape {
        return Some(*at);
    }
    let ring = shape.areas().first()?.first()?;
    let count = ring.len() as f64;
    let sum = ring.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.lat, sum.1 + at.lon));
    Some(Position { lat: sum.0 / count, lon: sum.1 / count })
}

fn bounds(shape: &Geometry) -> Option<(Position, Position)> {
    let mut corners = shape.areas().iter().filter_map(|area| area.first()).flatten();
    let first = *corners.next()?;
    Some(corners.fold((first, first), |(low, high), at| {
        (
            Position { lat: low.lat.min(at.lat), lon: low.lon.min(at.lon) },
            Position { lat: high.lat.max(at.lat), lon: high.lon.max(at.lon) },
        )
    }))
}

/// Square kilometres, roughly: good enough to tell a city from its province.
fn size(area: &Area) -> f64 {
    let Some(ring) = area.first() else { return 0.0 };
    let twice: f64 = ring.windows(2).map(|pair| pair[0].lon * pair[1].lat - pair[1].lon * pair[0].lat).sum();
    let lat = ring.first().map_or(0.0, |corner| corner.lat);
    (twice / 2.0).abs() * KM_PER_DEGREE * KM_PER_DEGREE * lat.to_radians().cos().abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(corners: &[(f64, f64)]) -> Ring {
        let all = corners.iter().chain(corners.first());
        all.map(|(lat, lon)| Position { lat: *lat, lon: *lon }).collect()
    }

    #[test]
    fn points_are_in_areas() {
        let outer = ring(&[(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)]);
        let hole = ring(&[(4.0, 4.0), (4.0, 6.0), (6.0, 6.0), (6.0, 4.0)]);
        let shape = Geometry::Polygon(vec![outer, hole]);
        for (lat, lon, expected) in [
            (1.0, 1.0, true),
            (5.0, 5.0, false),
            (0.0, 5.0, true),
            (10.0, 10.0, true),
            (4.0, 5.0, true),
            (11.0, 5.0, false),
            (5.0, -0.1, false),
            (f64::NAN, 5.0, false),
        ] {
            assert_eq!(contains(&shape, Position { lat, lon }), expected, "{lat} {lon}");
        }
    }

    #[test]
    fn distances_are_known() {
        let (kerman, tehran) = (Position { lat: 30.28, lon: 57.08 }, Position { lat: 35.69, lon: 51.42 });
        assert!((distance(kerman, tehran) - 800.0).abs() < 15.0);
        let (west, east) = (Position { lat: 0.0, lon: -179.99 }, Position { lat: 0.0, lon: 179.99 });
        assert!(distance(west, east) < 3.0);
    }
}
