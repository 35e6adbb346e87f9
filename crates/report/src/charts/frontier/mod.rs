//! `frontier.png`: run cost against loss, with today's plan, the two ways from it to the curve, and the knee.

mod curve;

use ballast_model::LossMeasure;
use plotters_backend::text_anchor::HPos;

use super::{
    Provenance, color,
    labels::{Area, Placer},
    named::upper_first,
    page::{Line, PLOT, Page, Text, horizontal, vertical},
    scale::Scale,
    speech::Speech,
    strings,
};
use crate::{ChartStyle, PlanView, Role, Study};

/// A plan on the plane of cost and loss. Money per year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub(super) cost: f64,
    pub(super) loss: f64,
}

/// A point of the curve with what is uncertain about it. Money per year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) mark: Mark,
    /// The ends of the 90 % interval of its loss.
    pub(super) band: (f64, f64),
    /// Its loss in years that no plan was chosen on.
    pub(super) fresh: Option<f64>,
    /// With 95 % confidence no plan that loses this little costs less in truth.
    pub(super) least_cost: Option<f64>,
    /// Whether it was chosen for another loss too, and so is no point of the line.
    pub(super) is_beside: bool,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FrontierChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    /// The widest proven gap of the plans.
    pub(super) gap: f64,
    /// What loss is measured by, in words.
    pub(super) measure: String,
    /// By rising cost.
    pub(super) points: Vec<Point>,
    /// Position and name of the plan with the lowest total.
    pub(super) knee: Option<(usize, String)>,
    pub(super) today: Option<Mark>,
    /// Rules that today's plan breaks.
    pub(super) broken: usize,
    pub(super) same_loss: Option<Mark>,
    pub(super) same_cost: Option<Mark>,
    /// Weight of a unit of loss in the total; none if the total is not cost plus weighted loss alone.
    pub(super) loss_weight: Option<f64>,
    /// Whether losses are on a logarithmic axis even where they do not span much.
    pub(super) log: bool,
}

/// Two-sided 90 % of the normal distribution.
const BAND: f64 = 1.645;
/// Above this ratio of the largest to the smallest loss the axis is logarithmic.
const LOG_RATIO: f64 = 30.0;
/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;
impl FrontierChart {
    pub(super) fn of(study: &Study<'_>, style: ChartStyle) -> Self {
        let speech = Speech(style.language);
        let settings = study.estate.settings();
        let is_cvar = settings.objective.axis == LossMeasure::Cvar;
        let figures = |plan: &PlanView<'_>| {
            let (loss, se) = if is_cvar {
                (plan.risk.cvar(study.alpha()), plan.risk.cvar_se(study.alpha()))
            } else {
                (plan.risk.expected_loss(), plan.risk.expected_loss_se())
            };
            let fresh = study.afresh(&plan.id).map(|(expected, cvar)| if is_cvar { cvar } else { expected });
            Point {
                mark: Mark { cost: plan.annual_cost, loss },
                band: ((loss - BAND * se).max(0.0), loss + BAND * se),
                fresh,
                least_cost: study.optimum(&plan.id).map(|optimum| optimum.low),
                is_beside: study.is_beside(plan),
            }
        };
        let mark = |role| study.first(role).map(|plan| figures(plan).mark);
        let points: Vec<_> = study.frontier().map(figures).collect();
        let knee = study.frontier().position(|plan| study.is_chosen(plan));
        let (rho, lambda) = (settings.objective.risk_aversion, settings.objective.loss_weight);
        let is_plain = if is_cvar { rho == 1.0 } else { rho == 0.0 };
        Self {
            speech,
            currency: settings.currency.clone(),
            gap: study.largest_gap(),
            measure: if is_cvar {
                speech.say(strings::WORST_YEARS, &[("share", &speech.percent(1.0 - study.alpha()))])
            } else {
                speech.word(strings::OUTAGE_LOSS)
            },
            points,
            knee: knee.map(|position| (position, study.chosen().id.clone())),
            today: mark(Role::AsIs),
            broken: study.first(Role::AsIs).map_or(0, |plan| plan.violations.len()),
            same_loss: mark(Role::SameLoss),
            same_cost: mark(Role::SameCost),
            loss_weight: is_plain.then_some(lambda),
            log: style.log,
        }
    }

    fn money(&self, value: f64) -> String {
        self.speech.money(value, &self.currency)
    }

    fn knee(&self) -> Option<Mark> {
        self.knee.as_ref().and_then(|(position, _)| self.points.get(*position)).map(|point| point.mark)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        let Some(knee) = self.knee() else { return speech.word(strings::NO_PLAN_ON_CURVE) };
        let [cost, after] = [knee.cost, knee.loss].map(|value| self.money(value));
        let Some(today) = self.today else {
            let values = [("cost", cost.as_str()), ("loss", &after), ("measure", &self.measure)];
            return speech.say(strings::FRONTIER_ALONE, &values);
        };
        let more = knee.cost - today.cost;
        let falls = today.loss - knee.loss > SLIGHT * today.loss;
        let rises = knee.loss - today.loss > SLIGHT * today.loss;
        let words = match more {
            more if falls && more > SLIGHT * today.cost => strings::FRONTIER_MORE,
            more if falls && more < -SLIGHT * today.cost => strings::FRONTIER_LESS,
            _ if falls => strings::FRONTIER_MOVED,
            more if rises && more < -SLIGHT * today.cost => strings::FRONTIER_RISING,
            more if more < -SLIGHT * today.cost => strings::FRONTIER_SAME,
            _ => strings::FRONTIER_AS_GOOD,
        };
        let (change, before) = (self.money(more.abs()), self.money(today.loss));
        let values =
            [("change", change.as_str()), ("measure", &self.measure), ("before", &before), ("after", &after)];
        speech.say(words, &values)
    }

    /// The picture.
    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let extra: Vec<Mark> = [self.today, self.same_loss, self.same_cost].into_iter().flatten().collect();
        let all = || self.points.iter().map(|point| point.mark).chain(extra.iter().copied());
        let x = Scale::linear(all().map(|mark| mark.cost).chain(self.limit().map(|mark| mark.cost)), 0.05);
        let (least, most) =
            all().map(|mark| mark.loss).fold((f64::INFINITY, 0.0_f64), |(a, b), loss| (a.min(loss), b.max(loss)));
        let is_log = most > 0.0 && (self.log || (least > 0.0 && most / least > LOG_RATIO));
        let band = self.points.iter().flat_map(|point| [point.band.0, point.band.1]);
        let fresh = self.points.iter().filter_map(|point| point.fresh);
        let losses = all().map(|mark| mark.loss).chain(band).chain(fresh);
        let y = if is_log { Scale::log(losses) } else { Scale::from_zero(losses, 0.06) };
        let speech = self.speech;
        let log = if is_log { speech.word(strings::LOGARITHMIC_LOSSES) } else { String::new() };
        let gap = speech.percent(self.gap);
        let values =
            [("measure", self.measure.as_str()), ("currency", &self.currency), ("gap", &gap), ("log", &log)];
        let is_any_beside = self.points.iter().any(|point| point.is_beside);
        let words = if is_any_beside { strings::FRONTIER_SUBTITLE_BESIDE } else { strings::FRONTIER_SUBTITLE };
        let subtitle = speech.say(words, &values);
        let mut page = Page::new(speech, &self.finding(), &subtitle, self.alt(), provenance);
        let (x_unit, x_name) = speech.unit(all().map(|mark| mark.cost.abs()).fold(0.0, f64::max));
        let (y_unit, y_name) = speech.unit(most);
        let ticks = |scale: &Scale, unit: f64, count| speech.ticks(&scale.ticks(count), unit);
        let measure = upper_first(&self.measure);
        let title = |words, unit: &str| {
            let values = [("measure", measure.as_str()), ("unit", unit), ("currency", &self.currency)];
            speech.say(words, &values)
        };
        page.axes(
            (&x, &title(strings::RUN_COST_AXIS, x_name), &ticks(&x, x_unit, 7.0)),
            (&y, &title(strings::MEASURE_AXIS, y_name), &ticks(&y, y_unit, 7.0)),
        );
        let at = |mark: Mark| (horizontal(&x, mark.cost), level(&y, mark.loss));
        let mut placer = Placer::new(Area { left: PLOT.left + 2.0, top: PLOT.top - 6.0, ..PLOT });
        self.draw_curve(&mut page, &mut placer, (&x, &y));
        self.draw_total(&mut page, &mut placer, (&x, &y));
        self.draw_keys(&mut page);
        for point in all().map(at) {
            placer.keep_off(Area::around(point, 6.0));
        }
        self.draw_arms(&mut page, &mut placer, &at);
        self.draw_labels(&mut page, &mut placer, &at);
        page
    }

    fn draw_arms(&self, page: &mut Page, placer: &mut Placer, at: &dyn Fn(Mark) -> (f64, f64)) {
        let Some(today) = self.today else { return };
        let dashed = Line { color: color::ORANGE, width: 1.4, dash: Some((4.0, 3.0)) };
        let rim = Line { color: color::WHITE, width: 1.2, dash: None };
        // An arm keeps to its own direction, then drops to the plan where the plan is better in the other too.
        let corners = [
            self.same_loss.map(|plan| (plan, Mark { cost: plan.cost, loss: today.loss })),
            self.same_cost.map(|plan| (plan, Mark { cost: today.cost, loss: plan.loss })),
        ];
        for (plan, corner) in corners.into_iter().flatten() {
            let path = [at(today), at(corner), at(plan)];
            page.line(&path, dashed);
            placer.avoid_line(&path);
            page.dot(at(plan), 3.8, color::ORANGE, rim);
        }
        let (x, y) = at(today);
        let diamond = |size: f64| [(x, y - size), (x + size, y), (x, y + size), (x - size, y)];
        page.fill(&diamond(7.5), color::ORANGE);
        page.fill(&diamond(3.8), color::WHITE);
        placer.keep_off(Area::around((x, y), 8.0));
    }

    fn draw_labels(&self, page: &mut Page, placer: &mut Placer, at: &dyn Fn(Mark) -> (f64, f64)) {
        let speech = self.speech;
        let figures = |mark: Mark| {
            let [cost, loss] = [mark.cost, mark.loss].map(|value| self.money(value));
            speech.say(strings::RUN_AND_LOSS, &[("cost", &cost), ("loss", &loss)])
        };
        let white = Line { color: color::WHITE, width: 1.6, dash: None };
        if let (Some(knee), Some((_, name))) = (self.knee(), &self.knee) {
            page.dot(at(knee), 6.0, color::RED, white);
            placer.keep_off(Area::around(at(knee), 7.0));
            let title = speech.say(strings::LOWEST_TOTAL, &[("plan", name)]);
            label(page, placer, at(knee), color::RED, (&title, &figures(knee)));
        }
        if let Some(today) = self.today {
            let words = match self.broken {
                0 => strings::TODAY,
                1 => strings::TODAY_BREAKS_ONE,
                _ => strings::TODAY_BREAKS,
            };
            let name = speech.say(words, &[("count", &self.broken.to_string())]);
            label(page, placer, at(today), color::ORANGE, (&name, &figures(today)));
            if let Some(plan) = self.same_loss.filter(|plan| today.cost - plan.cost > SLIGHT * today.cost) {
                let saved = speech.say(strings::LESS_COST, &[("saved", &self.money(today.cost - plan.cost))]);
                label(page, placer, at(plan), color::ORANGE, (&speech.word(strings::NO_MORE_LOSS), &saved));
            }
            if let Some(plan) = self.same_cost.filter(|plan| today.loss - plan.loss > SLIGHT * today.loss) {
                let saved = speech.say(strings::LESS_LOSS, &[("saved", &self.money(today.loss - plan.loss))]);
                label(page, placer, at(plan), color::ORANGE, (&speech.word(strings::NO_MORE_COST), &saved));
            }
        }
        let ends = [(self.points.first(), strings::CHEAPEST), (self.points.last(), strings::END_OF_CURVE)];
        for (end, name) in ends {
            let is_named = |mark: &Mark| [self.knee(), self.same_loss, self.same_cost].contains(&Some(*mark));
            if let Some(mark) = end.map(|point| point.mark).filter(|mark| !is_named(mark)) {
                let figures = format!("{} + {}", self.money(mark.cost), self.money(mark.loss));
                label(page, placer, at(mark), color::BLUE, (&speech.word(name), &figures));
            }
        }
    }

    /// For those who cannot see the picture.
    fn alt(&self) -> String {
        let ends = match (self.points.first(), self.points.last()) {
            (Some(Point { mark: first, .. }), Some(Point { mark: last, .. })) => {
                let figures = [first.cost, first.loss, last.cost, last.loss].map(|value| self.money(value));
                let values = [
                    ("count", self.points.len().to_string()),
                    ("cost", figures[0].clone()),
                    ("loss", figures[1].clone()),
                    ("measure", self.measure.clone()),
                    ("last_cost", figures[2].clone()),
                    ("last_loss", figures[3].clone()),
                ];
                self.speech
                    .say(strings::FRONTIER_ENDS, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
            _ => String::new(),
        };
        let values = [("measure", self.measure.as_str()), ("finding", &self.finding()), ("ends", &ends)];
        self.speech.say(strings::FRONTIER_ALT, &values)
    }
}

/// A name with figures under it, where there is room, with a leader line if it is not next to its point.
fn label(
    page: &mut Page,
    placer: &mut Placer,
    at: (f64, f64),
    color: plotters_backend::BackendColor,
    (name, figures): (&str, &str),
) {
    let (title, detail) = (Text::bold(12.5, color), Text::plain(11.5, color::INK));
    let width = title.width(name).max(detail.width(figures));
    let Some(area) = placer.place(at, (width, 30.0)) else { return };
    let (left, right) = ((area.left - at.0).abs(), (area.right - at.0).abs());
    let end = (if left < right { area.left } else { area.right }, f64::midpoint(area.top, area.bottom));
    let near = (at.0.clamp(area.left, area.right), at.1.clamp(area.top, area.bottom));
    if (near.0 - at.0).hypot(near.1 - at.1) > 24.0 {
        let end = if at.0 >= area.left && at.0 <= area.right { near } else { end };
        page.line(&[at, end], Line { color, width: 1.0, dash: None });
        placer.avoid_line(&[at, end]);
    }
    let (x, align) = if area.left >= at.0 - 1.0 || area.right > at.0 + 1.0 {
        (area.left, HPos::Left)
    } else {
        (area.right, HPos::Right)
    };
    page.rimmed_text((x, area.top + 8.0), name, title.aligned(align));
    page.rimmed_text((x, area.top + 22.5), figures, detail.aligned(align));
}

/// Where a loss is on the side; what is too small for a logarithmic axis, such as none at all, is on its foot.
fn level(scale: &Scale, loss: f64) -> f64 {
    vertical(scale, loss).min(PLOT.bottom)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Language;
    use crate::charts::{check::assert_sound, raster::png};

    fn chart(points: &[(f64, f64)], today: Option<(f64, f64)>) -> FrontierChart {
        let mark = |(cost, loss)| Mark { cost, loss };
        let total = |(cost, loss): &(f64, f64)| cost + loss;
        let knee = (0..points.len()).min_by(|a, b| total(&points[*a]).total_cmp(&total(&points[*b])));
        FrontierChart {
            speech: Speech::default(),
            currency: "EUR".to_owned(),
            gap: 0.004,
            measure: "expected outage loss".to_owned(),
            points: points
                .iter()
                .map(|point| Point {
                    mark: mark(*point),
                    band: (point.1 * 0.9, point.1 * 1.1),
                    fresh: Some(point.1 * 1.05),
                    least_cost: Some(point.0 * 0.97),
                    is_beside: false,
                })
                .collect(),
            knee: knee.map(|position| (position, format!("p{:02}", position + 1))),
            today: today.map(mark),
            broken: 0,
            same_loss: points.first().copied().map(mark),
            same_cost: points.last().copied().map(mark),
            loss_weight: Some(1.0),
            log: false,
        }
    }

    fn provenance() -> Provenance {
        Provenance { fields: vec![("case".to_owned(), "Müller-Größe 電".to_owned())] }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let says = |today| chart(&[(4e6, 9e6), (5e6, 2e6), (7e6, 1e6)], Some(today)).finding();
        assert_eq!(says((4.6e6, 5e6)), "€400k a year more would cut expected outage loss from €5.00m to €2.00m");
        assert_eq!(
            says((6e6, 5e6)),
            "€1.00m a year less would even cut expected outage loss from €5.00m to €2.00m"
        );
        assert_eq!(
            says((5e6, 5e6)),
            "Other places at today's cost would cut expected outage loss from €5.00m to €2.00m"
        );
        assert_eq!(says((6e6, 2e6)), "€1.00m a year less would buy the same protection");
        assert_eq!(
            says((6e6, 1.5e6)),
            "€1.00m a year less is worth expected outage loss rising from €1.50m to €2.00m"
        );
        assert_eq!(says((5e6, 2e6)), "Today's plan is as good as any on the curve");
        assert_eq!(
            chart(&[(5e6, 2e6)], None).finding(),
            "€5.00m of run cost leaves €2.00m of expected outage loss a year"
        );
        assert_eq!(chart(&[], None).finding(), "No plan on the curve");
        let german = |today| {
            let chart = chart(&[(4e6, 9e6), (5e6, 2e6), (7e6, 1e6)], today);
            let measure = "erwarteter Ausfallschaden".to_owned();
            let german = FrontierChart { speech: Speech(Language::German), measure, ..chart };
            german.finding().replace('\u{a0}', " ")
        };
        let falls = "erwarteter Ausfallschaden sinkt";
        assert_eq!(
            german(Some((4.6e6, 5e6))),
            format!("400 Tsd. € mehr im Jahr: {falls} von 5,00 Mio. € auf 2,00 Mio. €")
        );
        assert_eq!(
            german(Some((6e6, 5e6))),
            format!("1,00 Mio. € weniger im Jahr: {falls} sogar von 5,00 Mio. € auf 2,00 Mio. €")
        );
        assert_eq!(
            german(Some((6e6, 1.5e6))),
            "1,00 Mio. € weniger im Jahr sind es wert: erwarteter Ausfallschaden steigt von 1,50 Mio. € auf 2,00 Mio. €"
        );
        assert_eq!(
            german(None),
            "5,00 Mio. € Betriebskosten im Jahr lassen 2,00 Mio. € (erwarteter Ausfallschaden)"
        );
    }

    /// A plan that was chosen for another loss too has a dot, and the line goes past it.
    #[test]
    fn a_plan_beside_the_curve_is_no_point_of_the_line() {
        let figures = [(4e6, 9e6), (5e6, 2e6), (7e6, 1e6)];
        let whole = chart(&figures, None);
        let mut beside = chart(&figures, None);
        beside.points[1].is_beside = true;
        let svg = |chart: &FrontierChart| crate::charts::svg::svg(&chart.draw(&provenance()), "frontier");
        let (whole, beside) = (svg(&whole), svg(&beside));
        assert!(whole.contains("Each dot is a plan") && beside.contains("Each dot of the line is a plan"));
        let lines = |svg: &str| svg.split("<polyline points=\"").skip(1).map(str::to_owned).collect::<Vec<_>>();
        let of_three = |line: &String| line.split('"').next().unwrap_or_default().split_whitespace().count() == 3;
        let [whole, beside] = [whole, beside].map(|svg| lines(&svg).iter().filter(|line| of_three(line)).count());
        assert!(whole > beside, "{whole} {beside}");
    }

    #[test]
    fn a_picture_decodes_with_its_size_density_and_origin_and_is_the_same_again() {
        let draw = || {
            let chart = chart(&[(4e6, 9e6), (5e6, 2e6), (7e6, 1e6)], Some((5.5e6, 6e6)));
            png(&chart.draw(&provenance()), &provenance()).expect("encoded")
        };
        let bytes = draw();
        assert_eq!(bytes, draw());
        let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().expect("a PNG");
        let info = reader.info();
        assert_eq!((info.width, info.height), (1600, 1000));
        assert_eq!(info.pixel_dims.expect("a density").xppu, 7559);
        let texts: Vec<&str> = info.utf8_text.iter().map(|chunk| chunk.keyword.as_str()).collect();
        assert_eq!(texts, ["Title", "Description", "case"]);
        assert_eq!(info.utf8_text[2].get_text().expect("text"), "Müller-Größe 電");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_can_be_drawn(
            count in 0_usize..200,
            magnitude in -3_i32..12,
            flat in any::<bool>(),
            today in prop::option::of((0.0..3.0, 0.0..500.0)),
        ) {
            let size = 10_f64.powi(magnitude);
            let points: Vec<(f64, f64)> = (0..count)
                .map(|n| f64::from(u32::try_from(n).unwrap_or(0)))
                .map(|n| if flat { (size, size) } else { (size * (1.0 + n), size * 300.0 / (1.0 + n * n)) })
                .collect();
            let chart = chart(&points, today.map(|(cost, loss)| (cost * size, loss * size)));
            assert_sound(&chart.draw(&provenance()));
            assert_sound(&FrontierChart { speech: Speech(Language::German), ..chart }.draw(&provenance()));
        }
    }
}
