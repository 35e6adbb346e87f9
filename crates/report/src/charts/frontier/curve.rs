//! The curve with what is uncertain about it, the line of equal totals, and what the lines are.

use super::{FrontierChart, Mark, Point, level};
use crate::charts::{
    color,
    labels::Placer,
    page::{Line, PLOT, Page, Text, horizontal, vertical},
    scale::Scale,
    strings,
};

/// Half the length of the dash that a plan's loss in fresh years has.
const FRESH_HALF: f64 = 4.0;
/// Where the keys of the lines begin.
const KEYS: f64 = 24.0;
const FRESH: Line = Line { color: color::INK, width: 1.6, dash: None };
const LIMIT: Line = Line { color: color::BLUE, width: 1.2, dash: Some((1.5, 3.0)) };
const TOTAL: Line = Line { color: color::AXIS, width: 1.2, dash: Some((5.0, 4.0)) };

impl FrontierChart {
    /// The points of the line.
    fn on_line(&self) -> impl DoubleEndedIterator<Item = &Point> {
        self.points.iter().filter(|point| !point.is_beside)
    }

    /// Where no plan is in truth, with confidence: the points' least costs at their losses.
    pub(super) fn limit(&self) -> impl Iterator<Item = Mark> {
        let known = self.on_line().filter_map(|point| Some((point.least_cost?, point.mark.loss)));
        known.map(|(cost, loss)| Mark { cost, loss })
    }

    pub(super) fn draw_curve(&self, page: &mut Page, placer: &mut Placer, (x, y): (&Scale, &Scale)) {
        let at = |cost: f64, loss: f64| (horizontal(x, cost), level(y, loss));
        let upper = self.on_line().map(|point| at(point.mark.cost, point.band.1));
        let lower = self.on_line().rev().map(|point| at(point.mark.cost, point.band.0));
        let band: Vec<(f64, f64)> = upper.chain(lower).collect();
        let pale = plotters_backend::BackendColor { alpha: 0.16, ..color::BLUE };
        page.fill(&band, pale);
        let limit: Vec<(f64, f64)> = self.limit().map(|mark| at(mark.cost, mark.loss)).collect();
        page.line(&limit, LIMIT);
        placer.avoid_line(&limit);
        let curve: Vec<(f64, f64)> = self.on_line().map(|point| at(point.mark.cost, point.mark.loss)).collect();
        page.line(&curve, Line { color: color::BLUE, width: 2.2, dash: None });
        placer.avoid_line(&curve);
        let rim = Line { color: color::BLUE, width: 1.4, dash: None };
        for point in curve {
            page.dot(point, 2.6, color::WHITE, rim);
        }
        for point in &self.points {
            if let Some(fresh) = point.fresh {
                let (x, y) = at(point.mark.cost, fresh);
                page.line(&[(x - FRESH_HALF, y), (x + FRESH_HALF, y)], FRESH);
            }
        }
    }

    /// Cost and weighted loss of the knee together, where a line of plans with the same can be drawn.
    fn total(&self) -> Option<f64> {
        let (knee, weight) = (self.knee()?, self.loss_weight.filter(|weight| *weight > 0.0)?);
        let width = self.points.last()?.mark.cost - self.points.first()?.mark.cost;
        (width > 0.0).then_some(knee.cost + weight * knee.loss)
    }

    /// The line of plans that would cost as much in all as the knee.
    pub(super) fn draw_total(&self, page: &mut Page, placer: &mut Placer, (x, y): (&Scale, &Scale)) {
        let (Some(total), Some(weight)) = (self.total(), self.loss_weight) else { return };
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return };
        let (first, last) = (first.mark, last.mark);
        let line: Vec<(f64, f64)> = (0..=120)
            .map(|step| first.cost + (last.cost - first.cost) * f64::from(step) / 120.0)
            .map(|cost| (cost, (total - cost) / weight))
            .filter(|(_, loss)| *loss > 0.0 && y.has(*loss))
            .map(|(cost, loss)| (horizontal(x, cost), vertical(y, loss)))
            .collect();
        page.line(&line, TOTAL);
        placer.avoid_line(&line);
    }

    /// What the lines are, below the plot, left of the axis' title.
    pub(super) fn draw_keys(&self, page: &mut Page) {
        let mut keys = Vec::new();
        if self.points.iter().any(|point| point.fresh.is_some()) {
            keys.push((FRESH, 2.0 * FRESH_HALF, self.speech.word(strings::IN_FRESH_YEARS)));
        }
        if self.limit().next().is_some() {
            keys.push((LIMIT, 24.0, self.speech.word(strings::NO_PLAN_BEYOND)));
        }
        if let Some(total) = self.total() {
            let text = self.speech.say(strings::SAME_TOTAL, &[("total", &self.money(total))]);
            keys.push((TOTAL, 24.0, text));
        }
        let style = Text::plain(11.5, color::MUTED);
        let (mut left, row) = (KEYS, PLOT.bottom + 33.0);
        for (line, length, text) in keys {
            page.line(&[(left, row), (left + length, row)], line);
            page.text((left + length + 6.0, row), &text, style);
            left += length + style.width(&text) + 22.0;
        }
    }
}
