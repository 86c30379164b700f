//! The ground: which areas a point lies in, and what stands near it.

mod points;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use domain::register::{Area, Geometry, Party, Position};

use crate::graph::Graph;
pub use points::Points;
pub use shape::Shape;

const KM_PER_DEGREE: f64 = 111.2;

/// The areas and points of a register.
#[derive(Default)]
pub(crate) struct Ground {
    /// Smallest first, so that the nearest container comes first.
    areas: Vec<Plot>,
    /// Points by whole degrees.
    cells: HashMap<(i16, i16), Vec<(u32, Position)>>,
    /// The same points, for areas.
    points: Points,
}

struct Plot {
    party: u32,
    shape: Shape,
    size: f64,
}

impl Ground {
    pub fn new(graph: &Graph) -> Self {
        let mut ground = Self::default();
        let mut points = Vec::new();
        for (number, party) in graph.parties() {
            match &party.geometry {
                Some(Geometry::Point(at)) => {
                    ground.cells.entry(cell(*at)).or_default().push((number, *at));
                    points.push((number, *at));
                }
                Some(shape @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
                    ground.areas.extend(plot(number, shape));
                }
                None => {}
            }
        }
        ground.points = Points::new(&points);
        ground.areas.sort_by(|a, b| a.size.total_cmp(&b.size).then(a.party.cmp(&b.party)));
        ground
    }

    /// Takes in one party that was not there.
    pub fn put(&mut self, number: u32, party: &Party) {
        match &party.geometry {
            Some(Geometry::Point(at)) => {
                self.cells.entry(cell(*at)).or_default().push((number, *at));
                self.points.put(number, *at);
            }
            Some(shape @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
                if let Some(plot) = plot(number, shape) {
                    let at = self.areas.partition_point(|known| known.size.total_cmp(&plot.size).is_le());
                    self.areas.insert(at, plot);
                }
            }
            None => {}
        }
    }

    /// The parties whose area holds this point, the smallest area first.
    pub fn containing(&self, at: Position) -> Vec<u32> {
        self.areas.iter().filter(|area| area.shape.contains(at)).map(|area| area.party).collect()
    }

    /// The parties that are points in this party's area, in order; none when it has no area.
    pub fn within(&self, party: u32) -> Vec<u32> {
        let shapes = self.areas.iter().filter(|area| area.party == party);
        let mut found: Vec<u32> = shapes.flat_map(|area| self.points.within(&area.shape)).collect();
        found.sort_unstable();
        found
    }

    /// The parties that are points within so many kilometres, nearest first.
    pub fn near(&self, at: Position, km: f64) -> Vec<(u32, f64)> {
        let (row, column) = cell(at);
        // A degree of longitude is short far from the equator.
        #[allow(clippy::cast_possible_truncation, reason = "at most half the way round")]
        let reach =
            (km / (KM_PER_DEGREE * (at.lat.abs() + 1.0).min(90.0).to_radians().cos())).ceil().clamp(1.0, 180.0) as i16;
        let mut found: Vec<(u32, f64)> = Vec::new();
        for row in row - 1..=row + 1 {
            for step in -reach..=reach.min(179) {
                let column = (column + step + 180).rem_euclid(360) - 180;
                let here = self.cells.get(&(row, column)).into_iter().flatten();
                found.extend(here.map(|(party, point)| (*party, distance(at, *point))).filter(|(_, far)| *far <= km));
            }
        }
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }
}

fn plot(party: u32, geometry: &Geometry) -> Option<Plot> {
    Some(Plot { party, shape: Shape::new(geometry)?, size: geometry.areas().iter().map(size).sum() })
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

/// Square kilometres, roughly: good enough to tell a city from its province.
fn size(area: &Area) -> f64 {
    let Some(ring) = area.first() else { return 0.0 };
    let twice: f64 = ring.windows(2).map(|pair| pair[0].lon * pair[1].lat - pair[1].lon * pair[0].lat).sum();
    let lat = ring.first().map_or(0.0, |corner| corner.lat);
    (twice / 2.0).abs() * KM_PER_DEGREE * KM_PER_DEGREE * lat.to_radians().cos().abs()
}
