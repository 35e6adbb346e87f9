//! `measures`: the curve in three measures, each pair of them in a panel of its own.

use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    Provenance, color,
    named::{self, upper_first},
    page::{Line, Page, Point, Text},
    scale::Scale,
    speech::Speech,
    strings,
};
use crate::{PlanView, Study};

/// Run cost, expected loss and CVaR of a plan, per year.
pub(super) type Figures = [f64; 3];

/// A plan with a name.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) title: String,
    pub(super) tint: BackendColor,
    pub(super) is_today: bool,
    pub(super) is_chosen: bool,
    pub(super) figures: Figures,
}

/// All that the picture shows.
#[derive(Clone)]
pub(super) struct MeasuresChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    /// What each of the figures is.
    pub(super) measures: [String; 3],
    /// The plans of the curve or of the surface, by rising cost.
    pub(super) curve: Vec<Figures>,
    /// Whether they are a curve.
    pub(super) is_curve: bool,
    pub(super) marks: Vec<Mark>,
}

/// Which figure is on the foot and which on the side.
const PAIRS: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];
const LEFT: f64 = 60.0;
const WIDTH: f64 = 196.0;
const GAP: f64 = 64.0;
const TOP: f64 = 98.0;
const BOTTOM: f64 = 366.0;
/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;

impl MeasuresChart {
    /// None without a curve.
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Option<Self> {
        let figures =
            |plan: &PlanView<'_>| [plan.annual_cost, plan.risk.expected_loss(), plan.risk.cvar(study.alpha())];
        let curve: Vec<Figures> = study.frontier().chain(study.on_surface()).map(figures).collect();
        let marks = named::plans(study, speech)
            .into_iter()
            .map(|one| Mark {
                figures: figures(one.plan),
                title: one.title,
                tint: one.tint,
                is_today: one.is_today,
                is_chosen: one.is_chosen,
            })
            .collect();
        let worst = speech.say(strings::WORST_YEARS, &[("share", &speech.percent(1.0 - study.alpha()))]);
        (!curve.is_empty()).then(|| Self {
            speech,
            currency: study.estate.settings().currency.clone(),
            measures: [speech.word(strings::RUN_COST), speech.word(strings::EXPECTED_LOSS), worst],
            curve,
            is_curve: study.surface.is_none(),
            marks,
        })
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        let chosen = self.marks.iter().find(|mark| mark.is_chosen);
        let today = self.marks.iter().find(|mark| mark.is_today);
        let (who, before, after) = match (today, chosen, self.curve.first(), self.curve.last()) {
            (Some(today), Some(chosen), ..) => (strings::MEASURES_PLAN, today.figures, chosen.figures),
            (None, _, Some(first), Some(last)) if self.curve.len() > 1 => {
                let last_one = if self.is_curve { strings::MEASURES_END } else { strings::MEASURES_DEAREST };
                (last_one, *first, *last)
            }
            (_, _, Some(only), _) => {
                let [_, loss, worst] = only.map(|value| speech.money(value, &self.currency));
                return speech.say(strings::MEASURES_ONE, &[("worst", &worst), ("loss", &loss)]);
            }
            _ => return speech.word(strings::NO_PLAN_ON_CURVE),
        };
        // What happens to a measure: said in full, and after another one with the same verb.
        let change = |index: usize| {
            let (from, to) = (before[index], after[index]);
            match if from > 0.0 { (to - from) / from } else { 0.0 } {
                part if part < -SLIGHT => (strings::CUTS, strings::CUTS_TOO, part),
                part if part > SLIGHT => (strings::RAISES, strings::RAISES_TOO, part),
                _ => (strings::LEAVES, strings::LEAVES_TOO, 0.0),
            }
        };
        let (loss, worst) = (change(1), change(2));
        let say = |words, index: usize, part: f64| {
            speech.say(words, &[("measure", &self.measures[index]), ("share", &speech.percent(part.abs()))])
        };
        let is_alike = loss.2.partial_cmp(&0.0) == worst.2.partial_cmp(&0.0);
        let loss = say(loss.0, 1, loss.2);
        let worst = say(if is_alike { worst.1 } else { worst.0 }, 2, worst.2);
        let values = [("who", speech.word(who)), ("loss", loss), ("worst", worst)];
        speech.say(strings::MEASURES_BOTH, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let plans = if self.is_curve { strings::MEASURES_SUBTITLE } else { strings::MEASURES_SURFACE };
        let subtitle = speech.say(plans, &[("currency", &self.currency)]);
        let alt = speech.say(strings::MEASURES_ALT, &[("finding", &self.finding())]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        for (position, (x, y)) in PAIRS.into_iter().enumerate() {
            self.draw_panel(&mut page, LEFT + position as f64 * (WIDTH + GAP), (x, y));
        }
        self.draw_key(&mut page);
        page
    }

    fn all(&self, index: usize) -> impl Iterator<Item = f64> {
        self.curve.iter().chain(self.marks.iter().map(|mark| &mark.figures)).map(move |figures| figures[index])
    }

    fn draw_panel(&self, page: &mut Page, left: f64, (x, y): (usize, usize)) {
        let scale = |index: usize| Scale::linear(self.all(index), 0.06);
        let (foot, side) = (scale(x), scale(y));
        let unit = |index: usize| self.speech.unit(self.all(index).map(f64::abs).fold(0.0, f64::max));
        let at = |figures: &Figures| -> Point {
            let across = left + foot.position(figures[x]) * WIDTH;
            (across, BOTTOM - side.position(figures[y]) * (BOTTOM - TOP))
        };
        let title = |index: usize| format!("{}, {}", upper_first(&self.measures[index]), unit(index).1.trim());
        let style = Text::bold(11.0, color::INK);
        let side_title = format!("↑ {}", title(y).trim_end_matches(", "));
        page.text((left - 36.0, 78.0), &style.cut(&side_title, WIDTH + 40.0), style);
        let foot_title = format!("{} →", title(x).trim_end_matches(", "));
        let right = style.aligned(HPos::Right);
        page.text((left + WIDTH, BOTTOM + 33.0), &style.cut(&foot_title, WIDTH + 40.0), right);
        for (value, text) in self.speech.ticks(&side.ticks(6.0), unit(y).0) {
            let level = BOTTOM - side.position(value) * (BOTTOM - TOP);
            page.line(
                &[(left, level), (left + WIDTH, level)],
                Line { color: color::GRID, width: 1.0, dash: None },
            );
            page.text((left - 7.0, level), &text, Text::plain(11.0, color::MUTED).aligned(HPos::Right));
        }
        let axis = Line { color: color::AXIS, width: 1.0, dash: None };
        page.line(&[(left, BOTTOM), (left + WIDTH, BOTTOM)], axis);
        let mut free = left - 6.0;
        for (value, text) in self.speech.ticks(&foot.ticks(5.0), unit(x).0) {
            let place = left + foot.position(value) * WIDTH;
            let style = Text::plain(11.0, color::MUTED).aligned(HPos::Center);
            let half = style.width(&text) / 2.0;
            page.line(&[(place, BOTTOM), (place, BOTTOM + 4.0)], axis);
            if place - half > free && place + half < left + WIDTH + 16.0 {
                page.text((place, BOTTOM + 14.0), &text, style);
                free = place + half + 6.0;
            }
        }
        let curve: Vec<Point> = self.curve.iter().map(at).collect();
        if self.is_curve {
            page.line(&curve, Line { color: color::BLUE, width: 1.8, dash: None });
        }
        for point in curve {
            page.dot(point, 1.9, color::WHITE, Line { color: color::BLUE, width: 1.1, dash: None });
        }
        for (position, mark) in self.marks.iter().enumerate() {
            symbol(page, at(&mark.figures), mark, position);
        }
    }

    /// Every named plan with its figures, in two columns.
    fn draw_key(&self, page: &mut Page) {
        let style = Text::plain(11.5, color::INK);
        for (position, mark) in self.marks.iter().enumerate() {
            let (left, top) = (28.0 + 384.0 * (position % 2) as f64, 422.0 + 18.0 * (position / 2) as f64);
            let figures = mark.figures.map(|value| self.speech.money(value, &self.currency)).join(" · ");
            let name = Text::bold(11.5, mark.tint);
            // Long names and figures are set smaller before the name is cut.
            let ratio = (340.0 / (name.width(&mark.title) + style.width(&figures)).max(1.0)).clamp(0.75, 1.0);
            let [name, style] = [name, style].map(|style| Text { size: style.size * ratio, ..style });
            let shown = name.cut(&mark.title, 340.0 - style.width(&figures));
            symbol(page, (left, top), mark, position);
            page.text((left + 12.0, top), &shown, name);
            page.text((left + 20.0 + name.width(&shown), top), &figures, style);
        }
    }
}

/// Today's plan is a diamond, the chosen one a large dot; the others are dots, hollow, full or square in turn.
fn symbol(page: &mut Page, (x, y): Point, mark: &Mark, position: usize) {
    let white = Line { color: color::WHITE, width: 1.0, dash: None };
    let diamond = |size: f64| [(x, y - size), (x + size, y), (x, y + size), (x - size, y)];
    if mark.is_today {
        page.fill(&diamond(6.2), mark.tint);
        page.fill(&diamond(3.0), color::WHITE);
        return;
    }
    match (mark.is_chosen, position % 4) {
        (true, _) => page.dot((x, y), 5.0, mark.tint, white),
        (false, 0) => page.fill(&diamond(4.6), mark.tint),
        (false, 1) => page.dot((x, y), 3.6, mark.tint, white),
        (false, 2) => page.rectangle((x - 3.4, y - 3.4), (x + 3.4, y + 3.4), mark.tint),
        (false, _) => page.fill(&[(x, y - 4.8), (x + 4.4, y + 3.4), (x - 4.4, y + 3.4)], mark.tint),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Language,
        charts::check::{NAMES, assert_sound},
    };

    fn chart(curve: &[Figures], today: Option<Figures>, chosen: Option<Figures>) -> MeasuresChart {
        let mark = |figures: Figures, is_today: bool| Mark {
            title: if is_today { "Today" } else { "Lowest total: p07" }.to_owned(),
            tint: color::RED,
            is_today,
            is_chosen: !is_today,
            figures,
        };
        MeasuresChart {
            speech: Speech::default(),
            currency: "EUR".to_owned(),
            measures: ["run cost", "expected loss", "loss in the worst 5 % of years"].map(str::to_owned),
            curve: curve.to_vec(),
            is_curve: true,
            marks: today.map(|it| mark(it, true)).into_iter().chain(chosen.map(|it| mark(it, false))).collect(),
        }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let plan = [5e6, 2e6, 30e6];
        let says = |today| chart(&[plan], Some(today), Some(plan)).finding();
        assert_eq!(
            says([4e6, 4e6, 40e6]),
            "The plan cuts expected loss by 50 % and loss in the worst 5 % of years by 25 %"
        );
        assert_eq!(
            says([4e6, 1e6, 30e6]),
            "The plan raises expected loss by 100 % and leaves loss in the worst 5 % of years as it is"
        );
        assert_eq!(
            says([4e6, 0.0, 0.0]),
            "The plan leaves expected loss as it is and loss in the worst 5 % of years as it is"
        );
        assert_eq!(
            chart(&[[4e6, 4e6, 40e6], plan], None, Some(plan)).finding(),
            "The end of the curve cuts expected loss by 50 % and loss in the worst 5 % of years by 25 %"
        );
        assert_eq!(
            chart(&[plan], None, Some(plan)).finding(),
            "The plan loses €30.0m in bad years, €2.00m on average"
        );
        let scattered = MeasuresChart { is_curve: false, ..chart(&[[4e6, 4e6, 40e6], plan], None, None) };
        assert!(scattered.finding().starts_with("The dearest plan cuts expected loss by 50 %"));
        assert_eq!(chart(&[], None, None).finding(), "No plan on the curve");
        let german = |today| MeasuresChart {
            speech: Speech(Language::German),
            measures: ["Betriebskosten", "erwarteter Schaden", "Schaden schlechter Jahre"].map(str::to_owned),
            ..chart(&[plan], Some(today), Some(plan))
        };
        assert_eq!(
            german([4e6, 4e6, 40e6]).finding(),
            "Der Plan: erwarteter Schaden sinkt um 50 %, Schaden schlechter Jahre um 25 %"
        );
        assert_eq!(
            german([4e6, 1e6, 30e6]).finding(),
            "Der Plan: erwarteter Schaden steigt um 100 %, Schaden schlechter Jahre bleibt gleich"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            count in 0_usize..200,
            magnitude in -3_i32..13,
            flat in any::<bool>(),
            marks in 0_usize..6,
        ) {
            let size = 10_f64.powi(magnitude);
            let curve: Vec<Figures> = (0..count)
                .map(|n| if flat { 0.0 } else { n as f64 })
                .map(|n| [size * (1.0 + n), size * 300.0 / (1.0 + n), size * 900.0 / (1.0 + n * n)])
                .collect();
            let mut chart = chart(&curve, None, None);
            chart.marks = (0..marks)
                .map(|n| Mark {
                    title: NAMES[n].to_owned(),
                    tint: color::BLUE,
                    is_today: n == 0,
                    is_chosen: n == 1,
                    figures: [size, size * n as f64, 0.0],
                })
                .collect();
            assert_sound(&chart.draw(&Provenance { fields: Vec::new() }));
            let german = MeasuresChart { speech: Speech(Language::German), is_curve: false, ..chart };
            assert_sound(&german.draw(&Provenance { fields: Vec::new() }));
        }
    }
}
