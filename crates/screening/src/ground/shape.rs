//! One shape made ready: is this point in it? Its edges lie in bands of latitude, so that few are looked at, and the
//! side of an edge on which a point lies is decided without rounding.

use domain::register::{Geometry, Position};
use robust::{Coord, orient2d};

/// Most bands one shape has.
const MOST_BANDS: usize = 8_192;

/// One side of a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub from: Position,
    pub to: Position,
    area: u32,
    /// Within its area; 0 is the outer ring.
    ring: u32,
}

impl Edge {
    pub fn low(&self) -> Position {
        Position { lat: self.from.lat.min(self.to.lat), lon: self.from.lon.min(self.to.lon) }
    }

    pub fn high(&self) -> Position {
        Position { lat: self.from.lat.max(self.to.lat), lon: self.from.lon.max(self.to.lon) }
    }
}

/// Where a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Edge,
    Outside,
}

/// Areas made ready.
pub struct Shape {
    pub(super) low: Position,
    pub(super) high: Position,
    edges: Vec<Edge>,
    /// Edges by band, and where each band starts.
    banded: Vec<u32>,
    starts: Vec<u32>,
    per_degree: f64,
}

impl Shape {
    /// Nothing for a point, or for areas without corners.
    pub fn new(geometry: &Geometry) -> Option<Self> {
        let mut edges = Vec::new();
        for (area, rings) in (0..).zip(geometry.areas()) {
            for (ring, corners) in (0..).zip(rings) {
                edges.extend(corners.windows(2).map(|pair| Edge { from: pair[0], to: pair[1], area, ring }));
            }
        }
        let first = edges.first()?;
        let (mut low, mut high) = (first.low(), first.high());
        for edge in &edges {
            let (from, to) = (edge.low(), edge.high());
            low = Position { lat: low.lat.min(from.lat), lon: low.lon.min(from.lon) };
            high = Position { lat: high.lat.max(to.lat), lon: high.lon.max(to.lon) };
        }
        let bands = edges.len().clamp(1, MOST_BANDS);
        #[allow(clippy::cast_precision_loss, reason = "a few thousand bands")]
        let per_degree = (bands as f64 / (high.lat - low.lat)).min(1e12);
        let mut shape = Self { low, high, edges, banded: Vec::new(), starts: vec![0; bands + 1], per_degree };
        shape.sort_into_bands();
        Some(shape)
    }

    fn sort_into_bands(&mut self) {
        let bands: Vec<_> =
            self.edges.iter().map(|edge| (self.band(edge.low().lat), self.band(edge.high().lat))).collect();
        for (from, to) in &bands {
            (*from..=*to).for_each(|band| self.starts[band + 1] += 1);
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        self.banded = vec![0; sum as usize];
        let mut next = self.starts.clone();
        for (number, (from, to)) in (0_u32..).zip(&bands) {
            for slot in &mut next[*from..=*to] {
                self.banded[*slot as usize] = number;
                *slot += 1;
            }
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the bands below zero are the first")]
    fn band(&self, lat: f64) -> usize {
        (((lat - self.low.lat) * self.per_degree) as usize).min(self.starts.len() - 2)
    }

    /// The edges, in the order of their rings.
    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Whether it holds the point; its edge belongs to it. The 180th meridian is one line, and a pole is one point.
    pub fn contains(&self, at: Position) -> bool {
        if at.lat.abs() >= 90.0 {
            return self.edges.iter().any(|edge| edge.from.lat.total_cmp(&at.lat).is_eq());
        }
        if at.lon.abs() >= 180.0 {
            return [-180.0, 180.0].into_iter().any(|lon| self.holds(Position { lon, ..at }));
        }
        self.holds(at)
    }

    /// The same on the plane of longitude and latitude.
    pub(super) fn holds(&self, at: Position) -> bool {
        let boxed =
            (self.low.lat..=self.high.lat).contains(&at.lat) && (self.low.lon..=self.high.lon).contains(&at.lon);
        if !boxed {
            return false;
        }
        let band = self.band(at.lat);
        let here = &self.banded[self.starts[band] as usize..self.starts[band + 1] as usize];
        let edge = |number: &u32| &self.edges[*number as usize];
        here.chunk_by(|one, other| edge(one).area == edge(other).area).any(|area| {
            let mut rings = area.chunk_by(|one, other| edge(one).ring == edge(other).ring);
            let outer = rings.next().filter(|ring| ring.first().is_some_and(|first| edge(first).ring == 0));
            outer.is_some_and(|ring| side(ring.iter().map(edge), at) != Side::Outside)
                && rings.all(|hole| side(hole.iter().map(edge), at) != Side::Inside)
        })
    }
}

/// Counts the edges that a ray to the east crosses. Edges that lie in other bands cross none.
fn side<'e>(edges: impl Iterator<Item = &'e Edge>, at: Position) -> Side {
    let mut inside = false;
    for edge in edges {
        let (low, high) = (edge.low(), edge.high());
        if at.lat < low.lat || at.lat > high.lat || at.lon > high.lon {
            continue;
        }
        let crosses = (edge.from.lat > at.lat) != (edge.to.lat > at.lat);
        if at.lon < low.lon {
            inside ^= crosses;
            continue;
        }
        let left = orient2d(coord(edge.from), coord(edge.to), coord(at));
        if left == 0.0 {
            return Side::Edge;
        }
        inside ^= crosses && (left > 0.0) == (edge.to.lat > edge.from.lat);
    }
    if inside { Side::Inside } else { Side::Outside }
}

fn coord(at: Position) -> Coord<f64> {
    Coord { x: at.lon, y: at.lat }
}
