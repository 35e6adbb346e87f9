//! `frontier.png`: run cost against loss, with today's plan, the two ways from it to the curve, and the knee.

mod curve;

use ballast_model::LossMeasure;
use plotters_backend::text_anchor::HPos;

use super::{
    Provenance, color,
    labels::{Area, Placer},
    named::upper_first,
    page::{Line, PLOT, Page, Text, horizontal, vertical},
    scale::{Scale, money_unit, tick_texts},
};
use crate::{ChartStyle, PlanView, Role, Study, number};

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
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FrontierChart {
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
            }
        };
        let mark = |role| study.first(role).map(|plan| figures(plan).mark);
        let points: Vec<_> = study.frontier().map(figures).collect();
        let knee = study.frontier().position(|plan| study.is_chosen(plan));
        let (rho, lambda) = (settings.objective.risk_aversion, settings.objective.loss_weight);
        let is_plain = if is_cvar { rho == 1.0 } else { rho == 0.0 };
        Self {
            currency: settings.currency.clone(),
            gap: study.largest_gap(),
            measure: if is_cvar {
                format!("loss in the worst {} of years", number::percent(1.0 - study.alpha()))
            } else {
                "expected outage loss".to_owned()
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
        number::money(value, &self.currency)
    }

    fn knee(&self) -> Option<Mark> {
        self.knee.as_ref().and_then(|(position, _)| self.points.get(*position)).map(|point| point.mark)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let Some(knee) = self.knee() else { return "No plan on the curve".to_owned() };
        let Some(today) = self.today else {
            return format!(
                "{} of run cost leaves {} of {} a year",
                self.money(knee.cost),
                self.money(knee.loss),
                self.measure
            );
        };
        let more = knee.cost - today.cost;
        let falls = today.loss - knee.loss > SLIGHT * today.loss;
        let fall = format!("cut {} from {} to {}", self.measure, self.money(today.loss), self.money(knee.loss));
        match more {
            more if falls && more > SLIGHT * today.cost => {
                format!("{} a year more would {fall}", self.money(more))
            }
            more if falls && more < -SLIGHT * today.cost => {
                format!("{} a year less would even {fall}", self.money(-more))
            }
            _ if falls => format!("Other places at today's cost would {fall}"),
            more if more < -SLIGHT * today.cost && knee.loss - today.loss > SLIGHT * today.loss => {
                let risen = format!("{} to {}", self.money(today.loss), self.money(knee.loss));
                format!("{} a year less is worth {} rising from {risen}", self.money(-more), self.measure)
            }
            more if more < -SLIGHT * today.cost => {
                format!("{} a year less would buy the same protection", self.money(-more))
            }
            _ => "Today's plan is as good as any on the curve".to_owned(),
        }
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
        let subtitle = format!(
            "Annual run cost and {}, {}. Each dot is a plan within {} of the best at its loss, proven{}",
            self.measure,
            self.currency,
            number::percent(self.gap),
            if is_log { " (logarithmic losses)" } else { "" }
        );
        let mut page = Page::new(&self.finding(), &subtitle, self.alt(), provenance);
        let (x_unit, x_name) = money_unit(all().map(|mark| mark.cost.abs()).fold(0.0, f64::max));
        let (y_unit, y_name) = money_unit(most);
        let ticks = |scale: &Scale, unit: f64, count| tick_texts(&scale.ticks(count), unit);
        let measure = upper_first(&self.measure);
        page.axes(
            (&x, &format!("Run cost a year, {x_name}{}", self.currency), &ticks(&x, x_unit, 7.0)),
            (&y, &format!("{measure} a year, {y_name}{}", self.currency), &ticks(&y, y_unit, 7.0)),
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
        let white = Line { color: color::WHITE, width: 1.6, dash: None };
        if let (Some(knee), Some((_, name))) = (self.knee(), &self.knee) {
            page.dot(at(knee), 6.0, color::RED, white);
            placer.keep_off(Area::around(at(knee), 7.0));
            let figures = format!("{} run + {} loss", self.money(knee.cost), self.money(knee.loss));
            label(page, placer, at(knee), color::RED, (&format!("Lowest total: {name}"), &figures));
        }
        if let Some(today) = self.today {
            let figures = format!("{} run + {} loss", self.money(today.cost), self.money(today.loss));
            let name = match self.broken {
                0 => "Today".to_owned(),
                1 => "Today (breaks 1 rule)".to_owned(),
                many => format!("Today (breaks {many} rules)"),
            };
            label(page, placer, at(today), color::ORANGE, (&name, &figures));
            if let Some(plan) = self.same_loss.filter(|plan| today.cost - plan.cost > SLIGHT * today.cost) {
                let saved = format!("{} a year less", self.money(today.cost - plan.cost));
                label(page, placer, at(plan), color::ORANGE, ("No more loss", &saved));
            }
            if let Some(plan) = self.same_cost.filter(|plan| today.loss - plan.loss > SLIGHT * today.loss) {
                let saved = format!("{} less loss", self.money(today.loss - plan.loss));
                label(page, placer, at(plan), color::ORANGE, ("No more cost", &saved));
            }
        }
        let ends = [(self.points.first(), "Cheapest"), (self.points.last(), "End of the curve")];
        for (end, name) in ends {
            let is_named = |mark: &Mark| [self.knee(), self.same_loss, self.same_cost].contains(&Some(*mark));
            if let Some(mark) = end.map(|point| point.mark).filter(|mark| !is_named(mark)) {
                let figures = format!("{} + {}", self.money(mark.cost), self.money(mark.loss));
                label(page, placer, at(mark), color::BLUE, (name, &figures));
            }
        }
    }

    /// For those who cannot see the picture.
    fn alt(&self) -> String {
        let ends = match (self.points.first(), self.points.last()) {
            (Some(Point { mark: first, .. }), Some(Point { mark: last, .. })) => format!(
                " The curve of {} plans runs from {} of run cost with {} of {} to {} with {}.",
                self.points.len(),
                self.money(first.cost),
                self.money(first.loss),
                self.measure,
                self.money(last.cost),
                self.money(last.loss)
            ),
            _ => String::new(),
        };
        format!("Chart of annual run cost against {}. {}.{ends}", self.measure, self.finding())
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
    use crate::charts::{check::assert_sound, raster::png};

    fn chart(points: &[(f64, f64)], today: Option<(f64, f64)>) -> FrontierChart {
        let mark = |(cost, loss)| Mark { cost, loss };
        let total = |(cost, loss): &(f64, f64)| cost + loss;
        let knee = (0..points.len()).min_by(|a, b| total(&points[*a]).total_cmp(&total(&points[*b])));
        FrontierChart {
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
            let page = chart.draw(&provenance());
            assert_sound(&page);
        }
    }
}
