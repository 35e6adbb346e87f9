//! `ep.png`: how likely a year is to lose more than an amount, today and with the plan.

use ballast_risk::EpCurve;
use plotters_backend::BackendColor;

use super::{
    Provenance, color,
    labels::{Area, Placer},
    page::{Line, PLOT, Page, Text, horizontal, vertical},
    scale::Scale,
    speech::Speech,
    strings,
};
use crate::{Role, Study, tables::CONFIDENCE};

/// A plan's curve: points of (loss, probability, low loss, high loss), by falling probability.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) is_today: bool,
    pub(super) points: Vec<[f64; 4]>,
    /// Loss at each of the chart's return periods.
    pub(super) levels: Vec<f64>,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EpChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    pub(super) series: Vec<Series>,
    /// Return periods in years that are marked.
    pub(super) periods: Vec<f64>,
}

/// Points of a curve.
const STEPS: u32 = 140;
/// Simulated years beyond the rarest probability that is shown.
const RAREST: f64 = 10.0;
/// The amounts shown span this much at most.
const REACH: f64 = 1e4;

impl EpChart {
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Self {
        let years = f64::from(u32::try_from(study.chosen().risk.annual_losses().len()).unwrap_or(u32::MAX));
        let rarest = (RAREST / years).min(0.1);
        let periods: Vec<f64> = [10.0, 100.0].into_iter().filter(|period| 1.0 / period >= rarest).collect();
        let series = study
            .compared()
            .map(|plan| {
                let curve = plan.risk.aep();
                let is_today = plan.role == Role::AsIs;
                Series {
                    name: speech.say(if is_today { strings::TODAY } else { strings::PLAN }, &[("plan", &plan.id)]),
                    is_today,
                    points: points(&curve, rarest),
                    levels: periods.iter().map(|period| curve.loss_at(*period)).collect(),
                }
            })
            .collect();
        Self { speech, currency: study.estate.settings().currency.clone(), series, periods }
    }

    fn money(&self, value: f64) -> String {
        self.speech.money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        let Some(period) = self.periods.last() else {
            return speech.word(strings::EP_FEW);
        };
        let level = |series: &Series| series.levels.last().copied().unwrap_or_default();
        let years = speech.tick(*period);
        let today = self.series.iter().find(|series| series.is_today).map(level);
        let plan =
            self.series.iter().find(|series| !series.is_today).map(|series| (series.name.clone(), level(series)));
        match (today, plan) {
            (Some(today), Some((name, after))) => {
                let (today, after) = (self.money(today), self.money(after));
                let name = speech.within(&name);
                let values = [("years", years.as_str()), ("today", &today), ("after", &after), ("plan", &name)];
                speech.say(strings::EP_BOTH, &values)
            }
            (Some(loss), None) | (None, Some((_, loss))) => {
                speech.say(strings::EP_ONE, &[("years", &years), ("loss", &self.money(loss))])
            }
            (None, None) => speech.word(strings::NO_PLAN),
        }
    }

    /// The picture.
    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let losses = || self.series.iter().flat_map(|series| series.points.iter().map(|point| point[0]));
        let most = losses().fold(0.0, f64::max);
        let x = Scale::log(losses().filter(|loss| *loss >= most / REACH));
        let rarest = self.series.iter().filter_map(|series| series.points.last()).map(|point| point[1]);
        let low = rarest.fold(0.1, f64::min);
        let y = Scale::Log { low, high: 1.0 };
        let speech = self.speech;
        let subtitle = speech.word(strings::EP_SUBTITLE);
        let alt = speech.say(strings::EP_ALT, &[("finding", &self.finding())]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let (unit, name) = speech.unit(most);
        let x_ticks: Vec<(f64, String)> =
            x.ticks(9.0).into_iter().map(|value| (value, speech.tick(value / unit))).collect();
        let y_ticks: Vec<(f64, String)> =
            y.ticks(12.0).into_iter().map(|value| (value, speech.tick(value * 100.0))).collect();
        page.axes(
            (&x, &speech.say(strings::EP_LOSS_AXIS, &[("unit", name), ("currency", &self.currency)]), &x_ticks),
            (&y, &speech.word(strings::EP_CHANCE_AXIS), &y_ticks),
        );
        let mut placer = Placer::new(Area { left: PLOT.left + 2.0, top: PLOT.top - 6.0, ..PLOT });
        for period in self.periods.iter().filter(|period| y.has(1.0 / **period)) {
            let level = vertical(&y, 1.0 / period);
            let dotted = Line { color: color::AXIS, width: 1.2, dash: Some((2.0, 2.0)) };
            page.line(&[(PLOT.left, level), (PLOT.right, level)], dotted);
            let text = speech.say(strings::ONE_YEAR_IN, &[("years", &speech.tick(*period))]);
            let style = Text::plain(11.0, color::MUTED);
            let area = Area {
                left: PLOT.left,
                top: level - 16.0,
                right: PLOT.left + style.width(&text) + 6.0,
                bottom: level - 2.0,
            };
            page.text((PLOT.left + 3.0, level - 9.0), &text, style);
            placer.keep_off(area);
        }
        for series in &self.series {
            draw_series(&mut page, &mut placer, series, (&x, &y));
        }
        for series in &self.series {
            self.draw_levels(&mut page, &mut placer, series, (&x, &y));
        }
        self.draw_key(&mut page, &mut placer);
        page
    }

    fn draw_levels(&self, page: &mut Page, placer: &mut Placer, series: &Series, (x, y): (&Scale, &Scale)) {
        let tint = tint(series);
        for (period, loss) in self
            .periods
            .iter()
            .zip(&series.levels)
            .filter(|(period, loss)| x.has(**loss) && **loss > 0.0 && y.has(1.0 / **period))
        {
            let at = (horizontal(x, *loss), vertical(y, 1.0 / period));
            page.dot(at, 4.2, tint, Line { color: color::WHITE, width: 1.4, dash: None });
            placer.keep_off(Area::around(at, 5.0));
            let style = Text::bold(12.0, tint);
            let text = self.money(*loss);
            if let Some(area) = placer.place(at, (style.width(&text), 13.0)) {
                page.rimmed_text((area.left, f64::midpoint(area.top, area.bottom)), &text, style);
            }
        }
    }

    fn draw_key(&self, page: &mut Page, placer: &mut Placer) {
        let mut top = PLOT.top + 10.0;
        let widest =
            self.series.iter().map(|series| Text::bold(12.5, color::INK).width(&series.name)).fold(0.0, f64::max);
        let left = PLOT.right - widest - 40.0;
        for series in &self.series {
            let area = Area { left: left - 4.0, top: top - 9.0, right: PLOT.right, bottom: top + 9.0 };
            placer.keep_off(area);
            let tint = tint(series);
            page.line(&[(left, top), (left + 26.0, top)], Line { color: tint, width: 2.6, dash: None });
            page.text((left + 34.0, top), &series.name, Text::bold(12.5, tint));
            top += 19.0;
        }
    }
}

fn tint(series: &Series) -> BackendColor {
    if series.is_today { color::ORANGE } else { color::RED }
}

fn draw_series(page: &mut Page, placer: &mut Placer, series: &Series, (x, y): (&Scale, &Scale)) {
    let tint = tint(series);
    let at = |loss: f64, probability: f64| {
        (horizontal(x, loss).clamp(PLOT.left, PLOT.right), vertical(y, probability).clamp(PLOT.top, PLOT.bottom))
    };
    let shown: Vec<&[f64; 4]> = series.points.iter().filter(|point| x.has(point[0])).collect();
    let low = shown.iter().map(|point| at(point[2], point[1]));
    let high = shown.iter().rev().map(|point| at(point[3], point[1]));
    let band: Vec<(f64, f64)> = low.chain(high).collect();
    page.fill(&band, BackendColor { alpha: 0.15, ..tint });
    let line: Vec<(f64, f64)> = shown.iter().map(|point| at(point[0], point[1])).collect();
    page.line(&line, Line { color: tint, width: 2.4, dash: None });
    placer.avoid_line(&line);
}

/// The curve at probabilities in equal ratios, where there is a loss.
fn points(curve: &EpCurve, rarest: f64) -> Vec<[f64; 4]> {
    (0..=STEPS)
        .map(|step| libm::pow(rarest, f64::from(step) / f64::from(STEPS)))
        .map(|probability| {
            let (one, other) = curve.band(1.0 / probability, CONFIDENCE);
            [curve.loss_at_probability(probability), probability, one.min(other), one.max(other)]
        })
        .filter(|point| point[0] > 0.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, charts::check::assert_sound};

    fn provenance() -> Provenance {
        Provenance { fields: Vec::new() }
    }

    fn series(is_today: bool, scale: f64) -> Series {
        let points = (1..=30).map(|n| {
            let n = f64::from(n);
            [scale * n * n, 0.5 / n, scale * n * n * 0.8, scale * n * n * 1.2]
        });
        let name = if is_today { "Today" } else { "Plan p07" };
        Series {
            name: name.to_owned(),
            is_today,
            points: points.collect(),
            levels: vec![scale * 2.0, scale * 60.0],
        }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let chart = |series| EpChart {
            speech: Speech::default(),
            currency: "EUR".to_owned(),
            series,
            periods: vec![10.0, 100.0],
        };
        assert_eq!(
            chart(vec![series(true, 1e6), series(false, 1e5)]).finding(),
            "One year in 100 loses €60.0m or more today, €6.00m with plan p07"
        );
        assert_eq!(chart(vec![series(false, 1e5)]).finding(), "One year in 100 loses €6.00m or more");
        assert_eq!(chart(Vec::new()).finding(), "No plan");
        let german =
            EpChart { speech: Speech(Language::German), ..chart(vec![series(true, 1e6), series(false, 1e5)]) };
        assert_eq!(
            german.finding().replace('\u{a0}', " "),
            "Eines von 100 Jahren kostet heute 60,0 Mio. € oder mehr, mit Plan p07 6,00 Mio. €"
        );
    }

    #[test]
    fn curves_without_losses_or_of_any_size_can_be_drawn() {
        let empty =
            Series { name: "Plan p01".to_owned(), is_today: false, points: Vec::new(), levels: vec![0.0, 0.0] };
        let many = [1e-3, 1.0, 1e12].map(|size| vec![series(true, size), series(false, size / 3.0)]);
        for series in many.into_iter().chain([vec![empty.clone()], vec![series(true, 1e6), empty], Vec::new()]) {
            let chart = EpChart {
                speech: Speech::default(),
                currency: "CHF".to_owned(),
                series,
                periods: vec![10.0, 100.0],
            };
            assert_sound(&chart.draw(&provenance()));
            assert_sound(&EpChart { speech: Speech(Language::German), ..chart }.draw(&provenance()));
        }
    }
}
