//! Many points in a uniform grid: which of them lie in an area? Cells that no edge of the area touches lie in it or out
//! of it as a whole; only the points of the others are looked at one by one.

use domain::register::Position;

use super::shape::Shape;

/// So many points share a cell, if they lie evenly.
const PER_CELL: usize = 8;
/// How far from an edge a cell counts as touched, in cells: more than rounding can move an edge, and no more.
const SLACK: f64 = 1e-6;

/// Points, each with the number it was given with.
#[derive(Default)]
pub struct Points {
    low: Corner,
    rows: usize,
    columns: usize,
    rows_per_degree: f64,
    columns_per_degree: f64,
    /// Numbers and places by cell, rows from south to north.
    numbers: Vec<u32>,
    places: Vec<Position>,
    starts: Vec<u32>,
    /// Points on the 180th meridian or a pole, which lie in more than one place of the grid, and those put in later.
    apart: Vec<(u32, Position)>,
}

#[derive(Default)]
struct Corner {
    lat: f64,
    lon: f64,
}

impl Points {
    /// Takes in all points.
    pub fn new(points: &[(u32, Position)]) -> Self {
        let is_apart = |at: Position| at.lat.abs() >= 90.0 || at.lon.abs() >= 180.0;
        let mut grid =
            Self { apart: points.iter().filter(|(_, at)| is_apart(*at)).copied().collect(), ..Self::default() };
        let inner = || points.iter().filter(|(_, at)| !is_apart(*at));
        let count = points.len() - grid.apart.len();
        let lats = || inner().map(|(_, at)| at.lat);
        let lons = || inner().map(|(_, at)| at.lon);
        let (south, north) = (lats().fold(90.0, f64::min), lats().fold(-90.0, f64::max));
        let (west, east) = (lons().fold(180.0, f64::min), lons().fold(-180.0, f64::max));
        if count == 0 {
            return grid;
        }
        grid.low = Corner { lat: south, lon: west };
        let (height, width) = ((north - south).max(1e-6), (east - west).max(1e-6));
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few thousand rows"
        )]
        let side = |of: f64, by: f64| ((count as f64 / PER_CELL as f64 * of / by).sqrt() as usize).clamp(1, 1 << 14);
        (grid.rows, grid.columns) = (side(height, width), side(width, height));
        #[allow(clippy::cast_precision_loss, reason = "a few thousand rows")]
        let per_degree = |many: usize, degrees: f64| many as f64 / degrees;
        grid.rows_per_degree = per_degree(grid.rows, height);
        grid.columns_per_degree = per_degree(grid.columns, width);
        grid.fill(count, inner());
        grid
    }

    fn fill<'p>(&mut self, count: usize, points: impl Iterator<Item = &'p (u32, Position)> + Clone) {
        self.starts = vec![0; self.rows * self.columns + 1];
        for (_, at) in points.clone() {
            let cell = self.cell(*at);
            self.starts[cell + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        self.numbers = vec![0; count];
        self.places = vec![Position { lat: 0.0, lon: 0.0 }; count];
        let mut next = self.starts.clone();
        for (number, at) in points {
            let slot = &mut next[self.cell(*at)];
            self.numbers[*slot as usize] = *number;
            self.places[*slot as usize] = *at;
            *slot += 1;
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what lies below zero is in the first row"
    )]
    fn row(&self, lat: f64, slack: f64) -> usize {
        (((lat - self.low.lat) * self.rows_per_degree + slack) as usize).min(self.rows - 1)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what lies below zero is in the first column"
    )]
    fn column(&self, lon: f64, slack: f64) -> usize {
        (((lon - self.low.lon) * self.columns_per_degree + slack) as usize).min(self.columns - 1)
    }

    fn cell(&self, at: Position) -> usize {
        self.row(at.lat, 0.0) * self.columns + self.column(at.lon, 0.0)
    }

    /// Puts one more point in; every look-up compares it.
    pub fn put(&mut self, number: u32, at: Position) {
        self.apart.push((number, at));
    }

    /// The numbers of all points in the shape, in no order.
    pub fn within(&self, shape: &Shape) -> Vec<u32> {
        let mut found: Vec<u32> =
            self.apart.iter().filter(|(_, at)| shape.contains(*at)).map(|(number, _)| *number).collect();
        if self.numbers.is_empty() {
            return found;
        }
        let touched = self.touched(shape);
        let (first, last) = (self.row(shape.low.lat, -SLACK), self.row(shape.high.lat, SLACK));
        let (west, east) = (self.column(shape.low.lon, -SLACK), self.column(shape.high.lon, SLACK));
        for (row, touched) in (first..=last).zip(touched) {
            let mut column = west;
            for run in touched {
                if column < run.0 {
                    self.whole(shape, row, column, run.0, &mut found);
                }
                let from = column.max(run.0);
                self.one_by_one(shape, row, from, (run.1 + 1).max(from), &mut found);
                column = column.max(run.1 + 1);
            }
            if column <= east {
                self.whole(shape, row, column, east + 1, &mut found);
            }
        }
        found
    }

    /// For each row of cells that the shape's box meets, the stretches of columns that its edges touch, from the west.
    fn touched(&self, shape: &Shape) -> Vec<Vec<(usize, usize)>> {
        let (first, last) = (self.row(shape.low.lat, -SLACK), self.row(shape.high.lat, SLACK));
        let mut touched = vec![Vec::new(); last - first + 1];
        for edge in shape.edges() {
            let (low, high) = (edge.low(), edge.high());
            for row in self.row(low.lat, -SLACK)..=self.row(high.lat, SLACK) {
                let (west, east) = self.stretch(edge.from, edge.to, row, first, last);
                touched[row - first].push((self.column(west, -SLACK), self.column(east, SLACK)));
            }
        }
        for runs in &mut touched {
            runs.sort_unstable();
        }
        touched
    }

    /// The longitudes of an edge within one row, or all of them where it runs along the row. The outermost rows hold
    /// everything beyond them.
    fn stretch(&self, from: Position, to: Position, row: usize, first: usize, last: usize) -> (f64, f64) {
        let (west, east) = (from.lon.min(to.lon), from.lon.max(to.lon));
        #[allow(clippy::cast_precision_loss, reason = "a few thousand rows")]
        let south = self.low.lat + (row as f64 - SLACK) / self.rows_per_degree;
        #[allow(clippy::cast_precision_loss, reason = "a few thousand rows")]
        let north = self.low.lat + (row as f64 + 1.0 + SLACK) / self.rows_per_degree;
        let rise = to.lat - from.lat;
        if rise.abs() * self.rows_per_degree < 1.0 || row == first || row == last {
            return (west, east);
        }
        let at =
            |lat: f64| (from.lon + (to.lon - from.lon) * ((lat - from.lat) / rise).clamp(0.0, 1.0)).clamp(west, east);
        let (one, other) = (at(south), at(north));
        (one.min(other), one.max(other))
    }

    /// Cells that no edge touches: one point says it for all.
    fn whole(&self, shape: &Shape, row: usize, from: usize, to: usize, found: &mut Vec<u32>) {
        #[allow(clippy::cast_precision_loss, reason = "a few thousand rows")]
        let middle = Position {
            lat: self.low.lat + (row as f64 + 0.5) / self.rows_per_degree,
            lon: self.low.lon + (from as f64 + 0.5) / self.columns_per_degree,
        };
        if shape.holds(middle) {
            let (start, end) = self.range(row, from, to);
            found.extend_from_slice(&self.numbers[start..end]);
        }
    }

    fn one_by_one(&self, shape: &Shape, row: usize, from: usize, to: usize, found: &mut Vec<u32>) {
        let (start, end) = self.range(row, from, to);
        let here = self.numbers[start..end].iter().zip(&self.places[start..end]);
        found.extend(here.filter(|(_, at)| shape.holds(**at)).map(|(number, _)| *number));
    }

    fn range(&self, row: usize, from: usize, to: usize) -> (usize, usize) {
        let cell = row * self.columns;
        (self.starts[cell + from] as usize, self.starts[cell + to] as usize)
    }
}
