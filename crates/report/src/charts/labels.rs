//! Where labels go: greedily, next to what they name, off everything that is drawn already.

/// A rectangle in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    /// Around a centre.
    pub(super) fn around((x, y): (f64, f64), half: f64) -> Self {
        Self { left: x - half, top: y - half, right: x + half, bottom: y + half }
    }

    /// What two areas share, in square pixels.
    pub(super) fn overlap(&self, other: &Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }

    fn is_within(&self, other: &Self) -> bool {
        self.left >= other.left
            && self.right <= other.right
            && self.top >= other.top
            && self.bottom <= other.bottom
    }

    /// How much of the segment from `a` to `b` is inside, in pixels, in steps of about two.
    fn covers(&self, a: (f64, f64), b: (f64, f64)) -> f64 {
        let length = (b.0 - a.0).hypot(b.1 - a.1);
        let steps = (length / 2.0).ceil().clamp(1.0, 2000.0);
        let mut inside = 0.0;
        let mut step = 0.0;
        while step <= steps {
            let part = step / steps;
            let (x, y) = (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1));
            if x >= self.left && x <= self.right && y >= self.top && y <= self.bottom {
                inside += 2.0;
            }
            step += 1.0;
        }
        inside
    }
}

/// Distances from the named point to its label.
const DISTANCES: [f64; 6] = [9.0, 18.0, 32.0, 50.0, 75.0, 105.0];
/// Where a label is across from its point.
#[derive(Clone, Copy)]
enum Across {
    Left,
    Middle,
    Right,
    /// Both begin at the same place.
    FlushLeft,
    /// Both end at the same place.
    FlushRight,
}

/// Directions, the most readable first: across, and 1 for below.
const DIRECTIONS: [(Across, f64); 12] = [
    (Across::Right, -1.0),
    (Across::Right, 0.0),
    (Across::Right, 1.0),
    (Across::Left, -1.0),
    (Across::Left, 0.0),
    (Across::Left, 1.0),
    (Across::Middle, -1.0),
    (Across::Middle, 1.0),
    (Across::FlushLeft, -1.0),
    (Across::FlushLeft, 1.0),
    (Across::FlushRight, -1.0),
    (Across::FlushRight, 1.0),
];

/// Keeps what is on the page.
#[derive(Debug, Clone)]
pub(super) struct Placer {
    frame: Area,
    solid: Vec<Area>,
    lines: Vec<((f64, f64), (f64, f64))>,
}

impl Placer {
    /// An empty page that labels may not leave.
    pub(super) fn new(frame: Area) -> Self {
        Self { frame, solid: Vec::new(), lines: Vec::new() }
    }

    /// Something that no label may cover.
    pub(super) fn keep_off(&mut self, area: Area) {
        self.solid.push(area);
    }

    /// A line that labels had better not cover.
    pub(super) fn avoid_line(&mut self, points: &[(f64, f64)]) {
        self.lines.extend(points.windows(2).map(|pair| (pair[0], pair[1])));
    }

    /// The best place for a label of this size that names the point; none if every place covers something solid.
    pub(super) fn place(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) -> Option<Area> {
        let mut best: Option<(f64, Area)> = None;
        for (rank, distance) in (0_u32..).zip(DISTANCES) {
            for (order, (across, dy)) in (0_u32..).zip(DIRECTIONS) {
                let left = match across {
                    Across::Left => x - distance - width,
                    Across::Middle => x - width / 2.0,
                    Across::Right => x + distance,
                    Across::FlushLeft => x,
                    Across::FlushRight => x - width,
                };
                let top = match dy {
                    dy if dy > 0.0 => y + distance,
                    dy if dy < 0.0 => y - distance - height,
                    _ => y - height / 2.0,
                };
                let area = Area { left, top, right: left + width, bottom: top + height };
                if !area.is_within(&self.frame) || self.solid.iter().any(|solid| solid.overlap(&area) > 0.0) {
                    continue;
                }
                let crossed: f64 = self.lines.iter().map(|(a, b)| area.covers(*a, *b)).sum();
                let score = crossed * 3.0 + f64::from(rank) * 12.0 + f64::from(order);
                if best.is_none_or(|(least, _)| score < least) {
                    best = Some((score, area));
                }
            }
        }
        let (_, area) = best?;
        self.solid.push(area);
        Some(area)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Area = Area { left: 0.0, top: 0.0, right: 800.0, bottom: 500.0 };

    proptest! {
        #[test]
        fn labels_cover_neither_each_other_nor_marks_and_stay_on_the_page(
            points in prop::collection::vec((0.0..800.0, 0.0..500.0, 10.0..200.0), 0..200),
        ) {
            let mut placer = Placer::new(FRAME);
            for (x, y, _) in &points {
                placer.keep_off(Area::around((*x, *y), 4.0));
            }
            let marks = placer.solid.clone();
            let mut placed: Vec<Area> = Vec::new();
            for (x, y, width) in points {
                if let Some(area) = placer.place((x, y), (width, 16.0)) {
                    prop_assert!(area.is_within(&FRAME));
                    prop_assert!(marks.iter().chain(&placed).all(|other| other.overlap(&area) == 0.0));
                    placed.push(area);
                }
            }
        }
    }

    #[test]
    fn a_lone_label_is_up_and_right_of_its_point() {
        let area = Placer::new(FRAME).place((100.0, 100.0), (50.0, 10.0)).expect("room");
        assert_eq!(area, Area { left: 109.0, top: 81.0, right: 159.0, bottom: 91.0 });
    }

    #[test]
    fn a_label_gives_way_to_a_line() {
        let mut placer = Placer::new(FRAME);
        placer.avoid_line(&[(100.0, 85.0), (400.0, 85.0)]);
        let area = placer.place((100.0, 100.0), (50.0, 10.0)).expect("room");
        assert!(area.top > 86.0, "{area:?}");
    }

    #[test]
    fn a_label_may_begin_or_end_where_its_point_is() {
        for (x, begins) in [(0.0, true), (800.0, false)] {
            let mut placer = Placer::new(FRAME);
            // The margins are as wide as the label and no wider.
            placer.keep_off(Area { left: 56.0, top: 0.0, right: 744.0, bottom: 500.0 });
            let area = placer.place((x, 250.0), (55.0, 10.0)).expect("room");
            assert_eq!(if begins { area.left } else { area.right }, x);
        }
    }

    #[test]
    fn a_full_page_takes_no_label() {
        let mut placer = Placer::new(FRAME);
        placer.keep_off(FRAME);
        assert_eq!(placer.place((100.0, 100.0), (50.0, 10.0)), None);
    }
}
