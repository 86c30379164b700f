//! Areas against the `geo` crate, and the grid against areas.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use domain::register::{Geometry, Position, Ring};
use geo::{Coord, Intersects, LineString, MultiPolygon, Point, Polygon};
use proptest::prelude::*;

use super::{Points, Shape};

fn at(lat: f64, lon: f64) -> Position {
    Position { lat, lon }
}

/// A ring around a middle, its corners at growing angles, on a raster so that points can lie on its edges.
fn ring(middle: (i32, i32), reach: i32, radii: &[i32]) -> Ring {
    let corners = radii.len();
    let mut ring: Ring = (0..corners)
        .map(|corner| {
            let angle = f64::from(u32::try_from(corner).unwrap()) / f64::from(u32::try_from(corners).unwrap())
                * std::f64::consts::TAU;
            let far = f64::from(reach * radii[corner]) / 100.0;
            at(
                (f64::from(middle.0) + far * angle.sin()).round() / 4.0,
                (f64::from(middle.1) + far * angle.cos()).round() / 4.0,
            )
        })
        .collect();
    ring.push(ring[0]);
    ring
}

fn line(ring: &Ring) -> LineString<f64> {
    ring.iter().map(|corner| Coord { x: corner.lon, y: corner.lat }).collect()
}

fn theirs(geometry: &Geometry) -> MultiPolygon<f64> {
    let polygon = |area: &Vec<Ring>| Polygon::new(line(&area[0]), area[1..].iter().map(line).collect());
    MultiPolygon(geometry.areas().iter().map(polygon).collect())
}

fn radii() -> impl Strategy<Value = Vec<i32>> {
    proptest::collection::vec(40..100, 3..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn areas_are_those_of_geo(outer in radii(), hole in radii(), second in radii(), spots in proptest::collection::vec((-44..44, -44..44), 1..80)) {
        let area = vec![ring((0, 0), 40, &outer), ring((0, 0), 6, &hole)];
        let geometry = Geometry::MultiPolygon(vec![area, vec![ring((90, 90), 40, &second)]]);
        let (shape, theirs) = (Shape::new(&geometry).unwrap(), theirs(&geometry));
        let corners = geometry.areas().iter().flatten().flatten().copied();
        let middles = geometry.areas().iter().flatten().flat_map(|ring| ring.windows(2)).map(|pair| {
            at(f64::midpoint(pair[0].lat, pair[1].lat), f64::midpoint(pair[0].lon, pair[1].lon))
        });
        let raster = spots.into_iter().flat_map(|(lat, lon)| [at(f64::from(lat) / 4.0, f64::from(lon) / 4.0), at(f64::from(lat + 90) / 4.0, f64::from(lon + 90) / 4.0)]);
        for spot in raster.chain(corners).chain(middles) {
            let expected = theirs.intersects(&Point::new(spot.lon, spot.lat));
            prop_assert_eq!(shape.contains(spot), expected, "{:?}", spot);
        }
    }

    #[test]
    fn the_grid_finds_what_the_area_holds(
        outer in radii(), hole in radii(), many in 1_usize..3_000, seed in any::<u64>(), wide in prop::bool::ANY,
    ) {
        let geometry = Geometry::Polygon(vec![ring((0, 0), 40, &outer), ring((0, 0), 6, &hole)]);
        let shape = Shape::new(&geometry).unwrap();
        let mut state = seed;
        let mut roll = |span: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (f64::from(u32::try_from(state >> 40).unwrap()) / f64::from(1 << 24) - 0.5) * span
        };
        let span = if wide { 40.0 } else { 12.0 };
        // Half of them on the raster of the corners, where edges run.
        let points: Vec<(u32, Position)> = (0..u32::try_from(many).unwrap())
            .map(|number| {
                let (lat, lon) = (roll(span), roll(span));
                (number, if number % 2 == 0 { at(lat, lon) } else { at((lat * 4.0).round() / 4.0, (lon * 4.0).round() / 4.0) })
            })
            .collect();
        let mut found = Points::new(&points).within(&shape);
        found.sort_unstable();
        let expected: Vec<u32> = points.iter().filter(|(_, at)| shape.contains(*at)).map(|(number, _)| *number).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn the_date_line_and_the_poles_are_where_they_are() {
    let boxed = |west: f64, south: f64, east: f64, north: f64| {
        vec![vec![at(south, west), at(south, east), at(north, east), at(north, west), at(south, west)]]
    };
    // Fiji, roughly, in two parts (RFC 7946, 3.1.9).
    let fiji = Shape::new(&Geometry::MultiPolygon(vec![
        boxed(177.0, -20.0, 180.0, -16.0),
        boxed(-180.0, -20.0, -178.0, -16.0),
    ]))
    .unwrap();
    for (lat, lon, expected) in [
        (-18.0, 179.9, true),
        (-18.0, -179.9, true),
        (-18.0, 180.0, true),
        (-18.0, -180.0, true),
        (-18.0, 0.0, false),
        (-18.0, -177.0, false),
    ] {
        assert_eq!(fiji.contains(at(lat, lon)), expected, "{lat} {lon}");
    }
    let east = Shape::new(&Geometry::Polygon(boxed(177.0, -20.0, 180.0, -16.0))).unwrap();
    assert!(east.contains(at(-18.0, -180.0)), "the line belongs to the part that ends there");
    let antarctica = Shape::new(&Geometry::Polygon(boxed(-180.0, -90.0, 180.0, -65.0))).unwrap();
    for (lat, lon, expected) in
        [(-90.0, 0.0, true), (-90.0, 123.4, true), (-89.9, -179.9, true), (90.0, 0.0, false), (-64.0, 1.0, false)]
    {
        assert_eq!(antarctica.contains(at(lat, lon)), expected, "{lat} {lon}");
    }
    let points: Vec<(u32, Position)> =
        (0..).zip([at(-90.0, 7.0), at(-18.0, 180.0), at(-18.0, -180.0), at(-18.0, 178.0)]).collect();
    let points = Points::new(&points);
    assert_eq!(points.within(&antarctica), [0]);
    assert_eq!(points.within(&fiji), [1, 2, 3]);
}

fn closed(corners: &[(f64, f64)]) -> Ring {
    let all = corners.iter().chain(corners.first());
    all.map(|(lat, lon)| Position { lat: *lat, lon: *lon }).collect()
}

#[test]
fn points_are_in_areas() {
    let outer = closed(&[(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)]);
    let hole = closed(&[(4.0, 4.0), (4.0, 6.0), (6.0, 6.0), (6.0, 4.0)]);
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
        let found = Shape::new(&shape).unwrap().contains(Position { lat, lon });
        assert_eq!(found, expected, "{lat} {lon}");
    }
}

#[test]
fn distances_are_known() {
    let (kerman, tehran) = (Position { lat: 30.28, lon: 57.08 }, Position { lat: 35.69, lon: 51.42 });
    assert!((super::distance(kerman, tehran) - 800.0).abs() < 15.0);
    let (west, east) = (Position { lat: 0.0, lon: -179.99 }, Position { lat: 0.0, lon: 179.99 });
    assert!(super::distance(west, east) < 3.0);
}
