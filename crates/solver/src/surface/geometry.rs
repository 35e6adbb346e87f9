//! What a few points and half-spaces in three measures say of each other: pure geometry.
//!
//! Inside is what the points dominate when they may be mixed: their convex hull and all that is no less in any measure.
//! Outside is what the half-spaces leave. Both are few, so vertices and facets are found by trying all triples.

/// Three measures of a plan, all to be small.
pub(crate) type Point = [f64; 3];

/// All points with `weights * point >= bound`; no weight is negative, and they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HalfSpace {
    pub(crate) weights: Point,
    pub(crate) bound: f64,
}

/// Rounding, relative to the size of what is compared.
const ROUNDING: f64 = 1e-9;
/// The part of a normal that may have the wrong sign by rounding.
const MIXED: f64 = 1e-6;
/// The measures alone.
pub(crate) const AXES: [Point; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// The farthest corner of the outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Corner {
    /// By which part more a mix of the points has than the corner, in the measure where it is closest to it.
    pub(crate) distance: f64,
    /// The facet of the inside that it is beyond: where to look next.
    pub(crate) weights: Point,
}

/// The weighted sum.
pub(crate) fn dot(weights: &Point, point: &Point) -> f64 {
    weights.iter().zip(point).map(|(weight, value)| weight * value).sum()
}

/// Every corner of what `half_spaces` leave, the farthest from what `points` dominate first. All measures are above 0.
///
/// The half-spaces must bound each measure from below. No point of the outside is farther than the first corner: it is
/// a mix of corners, and more, so times `1 + distance` it is dominated by a mix of the points.
pub(crate) fn corners(half_spaces: &[HalfSpace], points: &[Point]) -> Vec<Corner> {
    let facets = facets(points);
    let mut corners: Vec<Corner> = vertices(half_spaces)
        .iter()
        .filter_map(|vertex| {
            let beyond = facets.iter().map(|facet| (facet.bound / dot(&facet.weights, vertex) - 1.0, facet));
            let (distance, facet) = beyond.max_by(|a, b| a.0.total_cmp(&b.0))?;
            Some(Corner { distance: distance.max(0.0), weights: facet.weights })
        })
        .collect();
    corners.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    corners
}

/// Half-spaces whose intersection is all that `points` dominate when they may be mixed: the facets, and some that only
/// touch it, which change nothing.
pub(crate) fn facets(points: &[Point]) -> Vec<HalfSpace> {
    let mut facets = Vec::new();
    let mut take = |normal: Point| {
        let sum: f64 = normal.iter().sum();
        let size: f64 = normal.iter().map(|part| part.abs()).sum();
        // With mixed signs it cuts off what is dominated.
        if size <= f64::MIN_POSITIVE || sum.abs() < size * (1.0 - MIXED) {
            return;
        }
        let positive = normal.map(|part| (part / sum).max(0.0));
        let whole: f64 = positive.iter().sum();
        let weights = positive.map(|part| part / whole);
        let bound = points.iter().map(|point| dot(&weights, point)).fold(f64::INFINITY, f64::min);
        facets.push(HalfSpace { weights, bound });
    };
    for axis in AXES {
        take(axis);
    }
    for (first, p) in points.iter().enumerate() {
        for (second, q) in points.iter().enumerate().skip(first + 1) {
            for axis in &AXES {
                take(cross(&minus(q, p), axis));
            }
            for r in &points[second + 1..] {
                take(cross(&minus(q, p), &minus(r, p)));
            }
        }
    }
    facets
}

/// The corners of what the half-spaces leave, some of them more than once.
pub(crate) fn vertices(half_spaces: &[HalfSpace]) -> Vec<Point> {
    let mut vertices = Vec::new();
    for (first, a) in half_spaces.iter().enumerate() {
        for (second, b) in half_spaces.iter().enumerate().skip(first + 1) {
            for c in &half_spaces[second + 1..] {
                let Some(vertex) = meeting([a, b, c]) else { continue };
                let is_left = |space: &HalfSpace| {
                    dot(&space.weights, &vertex) >= space.bound - ROUNDING * space.bound.abs().max(1e-12)
                };
                if half_spaces.iter().all(is_left) {
                    vertices.push(vertex);
                }
            }
        }
    }
    vertices
}

/// Where three planes meet, by Cramer's rule; none if two of them are parallel or all contain a line.
fn meeting(planes: [&HalfSpace; 3]) -> Option<Point> {
    let [a, b, c] = planes.map(|plane| plane.weights);
    let determinant = dot(&a, &cross(&b, &c));
    if determinant.abs() < 1e-12 {
        return None;
    }
    let [p, q, r] = planes.map(|plane| plane.bound);
    let parts = [cross(&b, &c).map(|v| v * p), cross(&c, &a).map(|v| v * q), cross(&a, &b).map(|v| v * r)];
    let mut vertex = [0.0; 3];
    for part in parts {
        for (sum, more) in vertex.iter_mut().zip(part) {
            *sum += more / determinant;
        }
    }
    Some(vertex)
}

fn minus(a: &Point, b: &Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross(a: &Point, b: &Point) -> Point {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn half_space(weights: Point, bound: f64) -> HalfSpace {
        HalfSpace { weights, bound }
    }

    fn above(low: Point) -> Vec<HalfSpace> {
        AXES.iter().zip(low).map(|(axis, bound)| half_space(*axis, bound)).collect()
    }

    fn has(points: &[Point], wanted: Point) -> bool {
        points.iter().any(|point| minus(point, &wanted).iter().all(|part| part.abs() < 1e-9))
    }

    #[test]
    fn a_corner_cut_off_a_cube_leaves_a_triangle() {
        let mut spaces = above([1.0; 3]);
        assert!(has(&vertices(&spaces), [1.0; 3]) && vertices(&spaces).len() == 1);
        spaces.push(half_space([1.0 / 3.0; 3], 4.0 / 3.0));
        let found = vertices(&spaces);
        assert_eq!(found.len(), 3);
        for corner in [[2.0, 1.0, 1.0], [1.0, 2.0, 1.0], [1.0, 1.0, 2.0]] {
            assert!(has(&found, corner), "{corner:?} is not in {found:?}");
        }
    }

    #[test]
    fn one_point_dominates_an_octant_and_three_a_triangle_too() {
        let octant = facets(&[[2.0, 3.0, 4.0]]);
        assert_eq!(octant, above([2.0, 3.0, 4.0]));
        let three = facets(&[[2.0, 1.0, 1.0], [1.0, 2.0, 1.0], [1.0, 1.0, 2.0]]);
        assert!(three.iter().any(|facet| {
            facet.weights.iter().all(|weight| (weight - 1.0 / 3.0).abs() < 1e-9)
                && (facet.bound - 4.0 / 3.0).abs() < 1e-9
        }));
    }

    #[test]
    fn the_distance_is_the_part_by_which_a_corner_must_grow() {
        // From (1,1,1), times 4/3 is on the triangle through the three points.
        let far = corners(&above([1.0; 3]), &[[2.0, 1.0, 1.0], [1.0, 2.0, 1.0], [1.0, 1.0, 2.0]]);
        assert!((far[0].distance - 1.0 / 3.0).abs() < 1e-9, "{far:?}");
        assert!(far[0].weights.iter().all(|weight| (weight - 1.0 / 3.0).abs() < 1e-9));
        let near = corners(&above([1.0; 3]), &[[1.0; 3]]);
        assert!(near[0].distance < 1e-12);
    }

    fn point() -> impl Strategy<Value = Point> {
        prop::array::uniform3(0.1_f64..10.0)
    }

    /// A direction of weights.
    fn weights() -> impl Strategy<Value = Point> {
        prop::array::uniform3(0.0_f64..1.0).prop_map(|parts| {
            let sum: f64 = parts.iter().sum::<f64>() + 0.03;
            parts.map(|part| (part + 0.01) / sum)
        })
    }

    proptest! {
        /// Against weights tried one by one: over all of them, the least of the points is no more than the first
        /// corner's distance above what the half-spaces leave, and some weights come close to it.
        #[test]
        fn the_farthest_corner_is_that_of_all_weights(
            points in prop::collection::vec(point(), 1..7),
            directions in prop::collection::vec(weights(), 0..5),
            tried in prop::collection::vec(weights(), 40),
        ) {
            // What the points leave at some weights, a little lower.
            let least = |weights: &Point| points.iter().map(|p| dot(weights, p)).fold(f64::INFINITY, f64::min);
            let all = AXES.iter().chain(&directions);
            let spaces: Vec<HalfSpace> = all.map(|w| half_space(*w, 0.97 * least(w))).collect();
            let corners = corners(&spaces, &points);
            let vertices = vertices(&spaces);
            prop_assert!(!vertices.is_empty());
            let apart = |weights: &Point| {
                let outside = vertices.iter().map(|v| dot(weights, v)).fold(f64::INFINITY, f64::min);
                least(weights) / outside - 1.0
            };
            for weights in &tried {
                prop_assert!(apart(weights) <= corners[0].distance + 1e-9);
            }
            prop_assert!((apart(&corners[0].weights) - corners[0].distance).abs() < 1e-6);
            prop_assert!(corners[0].distance >= 1.0 / 0.97 - 1.0 - 1e-9);
        }
    }
}
