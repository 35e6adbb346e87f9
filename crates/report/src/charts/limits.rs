//! `limits`: what a little more room in each limit would be worth.

use ballast_solver::ShadowPrice;
use plotters_backend::text_anchor::HPos;

use super::{
    Provenance, color,
    labels::{Area, Placer},
    named::{short, upper_first},
    page::{Line, Page, Point, Text},
    scale::Scale,
    speech::Speech,
    strings,
};
use crate::{PlanView, RowName, Study, html::row_in_words, tables::significant};

/// A limit that binds the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binding {
    /// The limit in words.
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) is_money: bool,
    pub(super) limit: f64,
    /// What one unit more is worth per year.
    pub(super) price: f64,
}

impl Binding {
    fn of(price: &ShadowPrice, currency: &str, Speech(language): Speech) -> Self {
        let name = RowName::parse(&price.row);
        Self {
            name: row_in_words(&name, language),
            unit: name.unit(currency),
            is_money: name.is_money(),
            limit: price.limit,
            price: price.value,
        }
    }

    /// What one more per cent of the limit is worth per year, at that price.
    fn worth(&self) -> f64 {
        self.price * self.limit.abs() * 0.01
    }
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LimitsChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    pub(super) plan: String,
    /// Greatest worth first.
    pub(super) limits: Vec<Binding>,
    /// Run cost of each plan of the curve, and what 1 % more room in each of `limits` is worth there.
    pub(super) curve: Vec<(f64, Vec<f64>)>,
}

/// Limits that fit.
const ROWS: usize = 8;
/// Limits beside which the curve fits.
const ROWS_WITH_CURVE: usize = 3;
const LEFT: f64 = 340.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 80.0;
const BOTTOM: f64 = 450.0;
/// The lines of the curve's limits, told apart by colour, by dashes and by their number.
const LINES: [Line; ROWS_WITH_CURVE] = [
    Line { color: color::BLUE, width: 2.2, dash: None },
    Line { color: color::ORANGE, width: 2.2, dash: Some((6.0, 3.0)) },
    Line { color: color::INK, width: 2.2, dash: Some((2.0, 2.0)) },
];

/// Greatest worth first.
fn ranked(mut limits: Vec<Binding>) -> Vec<Binding> {
    limits.sort_by(|a, b| b.worth().total_cmp(&a.worth()).then(a.name.cmp(&b.name)));
    limits
}

impl LimitsChart {
    /// None if no limit binds the chosen plan.
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Option<Self> {
        let currency = study.estate.settings().currency.clone();
        let bindings = |plan: &PlanView<'_>| -> Vec<Binding> {
            let prices = plan.solution.into_iter().flat_map(|solution| &solution.shadow_prices);
            prices.map(|price| Binding::of(price, &currency, speech)).collect()
        };
        let limits = ranked(bindings(study.chosen()));
        let worth = |plan: &PlanView<'_>| -> Vec<f64> {
            let there = bindings(plan);
            let find =
                |limit: &Binding| there.iter().find(|other| other.name == limit.name).map_or(0.0, Binding::worth);
            limits.iter().map(find).collect()
        };
        let curve = study.frontier().map(|plan| (plan.annual_cost, worth(plan))).collect();
        let plan = study.chosen().id.clone();
        (!limits.is_empty()).then_some(Self { speech, currency, plan, limits, curve })
    }

    fn money(&self, value: f64) -> String {
        self.speech.money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        match self.limits.first() {
            None => speech.word(strings::LIMITS_NONE),
            Some(first) if first.worth() <= 0.0 => speech.word(strings::LIMITS_WORTHLESS),
            Some(first) => {
                let limit = speech.starting(&short(&first.name));
                speech.say(strings::LIMITS_MOST, &[("limit", &limit), ("worth", &self.money(first.worth()))])
            }
        }
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let count = self.limits.len();
        let shown = if count > ROWS {
            speech.say(strings::LIMITS_SHOWN, &[("rows", &ROWS.to_string()), ("count", &count.to_string())])
        } else {
            String::new()
        };
        let values = [("plan", self.plan.as_str()), ("shown", &shown), ("currency", &self.currency)];
        let subtitle = speech.say(strings::LIMITS_SUBTITLE, &values);
        let alt = speech.say(strings::LIMITS_ALT, &[("finding", &self.finding())]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let most = self.limits.iter().map(Binding::worth).fold(0.0, f64::max);
        let rows = count.clamp(1, ROWS);
        let has_curve = self.has_curve();
        let step = ((BOTTOM - TOP) / rows as f64).min(if has_curve { 44.0 } else { 60.0 });
        for (row, limit) in self.limits.iter().take(ROWS).enumerate() {
            let middle = TOP + step * (row as f64 + 0.5);
            let name = Text::bold(12.0, color::INK).aligned(HPos::Right);
            let words = upper_first(&limit.name);
            let words = if has_curve { format!("{}  {words}", row + 1) } else { words };
            page.fitted((LEFT - 10.0, middle - 8.0), &words, name, LEFT - 36.0);
            let small = Text::plain(10.5, color::MUTED).aligned(HPos::Right);
            page.text((LEFT - 10.0, middle + 8.0), &small.cut(&self.detail(limit), LEFT - 36.0), small);
            let end = LEFT + if most > 0.0 { limit.worth() / most * (RIGHT - LEFT) } else { 0.0 };
            let half = (step * 0.28).min(13.0);
            page.rectangle((LEFT, middle - half), (end, middle + half), color::BLUE);
            page.text((end + 7.0, middle), &self.money(limit.worth()), Text::bold(12.0, color::INK));
        }
        let foot = TOP + step * count.min(ROWS) as f64;
        page.line(&[(LEFT, TOP), (LEFT, foot)], Line { color: color::AXIS, width: 1.2, dash: None });
        if has_curve {
            self.draw_curve(&mut page, foot + 44.0);
        }
        page
    }

    fn has_curve(&self) -> bool {
        let costs = || self.curve.iter().map(|(cost, _)| *cost);
        let (low, high) = (costs().fold(f64::INFINITY, f64::min), costs().fold(f64::NEG_INFINITY, f64::max));
        high > low && (1..=ROWS_WITH_CURVE).contains(&self.limits.len())
    }

    /// What the same limits are worth to the other plans of the curve.
    fn draw_curve(&self, page: &mut Page, top: f64) {
        let (left, right, bottom) = (64.0, 760.0, 426.0);
        let x = Scale::linear(self.curve.iter().map(|(cost, _)| *cost), 0.0);
        let worths = || self.curve.iter().flat_map(|(_, worths)| worths.iter().copied());
        // What is worth less than a cent is worth nothing.
        let y = Scale::from_zero(worths().chain([0.01]), 0.08);
        let place = |cost: f64, worth: f64| {
            (left + x.position(cost) * (right - left), bottom - y.position(worth) * (bottom - top))
        };
        let most =
            |values: &mut dyn Iterator<Item = f64>| self.speech.unit(values.fold(0.0, |a: f64, b| a.max(b.abs())));
        let (x_unit, x_name) = most(&mut self.curve.iter().map(|(cost, _)| *cost));
        let (y_unit, y_name) = most(&mut worths());
        let title = self.speech.say(strings::LIMITS_CURVE, &[("unit", y_name), ("currency", &self.currency)]);
        let title = format!("↑ {title}");
        page.text((24.0, top - 18.0), &title, Text::bold(11.5, color::INK));
        for (value, text) in self.speech.ticks(&y.ticks(4.0), y_unit) {
            let level = place(0.0, value).1;
            page.line(&[(left, level), (right, level)], Line { color: color::GRID, width: 1.0, dash: None });
            page.text((left - 8.0, level), &text, Text::plain(11.5, color::MUTED).aligned(HPos::Right));
        }
        let mut free = left - 20.0;
        for (value, text) in self.speech.ticks(&x.ticks(7.0), x_unit) {
            let style = Text::plain(11.5, color::MUTED).aligned(HPos::Center);
            let (middle, half) = (place(value, 0.0).0, style.width(&text) / 2.0);
            if middle - half > free {
                page.text((middle, bottom + 13.0), &text, style);
                free = middle + half + 6.0;
            }
        }
        let foot = self.speech.say(strings::RUN_COST_AXIS, &[("unit", x_name), ("currency", &self.currency)]);
        let foot = format!("{foot} →");
        page.text((right, bottom + 31.0), &foot, Text::bold(11.5, color::INK).aligned(HPos::Right));
        let frame = Area { left, top: top - 8.0, right: right + 16.0, bottom };
        let mut placer = Placer::new(frame);
        let lines: Vec<Vec<Point>> = (0..self.limits.len())
            .map(|index| self.curve.iter().map(|(cost, worths)| place(*cost, worths[index])).collect())
            .collect();
        for (line, style) in lines.iter().zip(LINES) {
            page.line(line, style);
            placer.avoid_line(line);
        }
        for (index, (line, style)) in lines.iter().zip(LINES).enumerate() {
            let (number, tint) = ((index + 1).to_string(), Text::bold(12.5, style.color));
            let Some(middle) = line.get(line.len() / 2) else { continue };
            if let Some(area) = placer.place(*middle, (tint.width(&number), 13.0)) {
                page.rimmed_text((area.left, f64::midpoint(area.top, area.bottom)), &number, tint);
            }
        }
    }

    /// The limit and the price of its next unit.
    fn detail(&self, limit: &Binding) -> String {
        let speech = self.speech;
        if limit.is_money {
            let (at, worth) = (self.money(limit.limit), speech.fixed(limit.price, 3));
            let values = [("limit", at.as_str()), ("currency", &self.currency), ("worth", &worth)];
            return speech.say(strings::LIMIT_OF_MONEY, &values);
        }
        let room = speech.tick(significant(limit.limit).parse().unwrap_or(limit.limit));
        let worth = self.money(limit.price);
        speech.say(strings::LIMIT_OF_UNITS, &[("limit", &room), ("unit", &limit.unit), ("worth", &worth)])
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

    fn binding(name: &str, limit: f64, price: f64) -> Binding {
        Binding { name: name.to_owned(), unit: "vcpu".to_owned(), is_money: limit >= 1e6, limit, price }
    }

    fn chart(limits: Vec<Binding>) -> LimitsChart {
        let curve = (0..5)
            .map(|n| (f64::from(n) * 1e6, limits.iter().map(|limit| limit.worth() * f64::from(n)).collect()));
        LimitsChart {
            speech: Speech::default(),
            currency: "EUR".to_owned(),
            plan: "p07".to_owned(),
            curve: curve.collect(),
            limits: ranked(limits),
        }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let two = chart(vec![binding("vCPU capacity of hall", 400.0, 50.0), binding("the budget", 2e6, 0.5)]);
        assert_eq!(two.finding(), "The budget costs most: 1 % more room is worth €10.0k a year");
        assert_eq!(two.detail(&two.limits[0]), "at €2.00m; one more EUR is worth 0.500");
        assert_eq!(two.detail(&two.limits[1]), "at 400 vcpu; one more is worth €50");
        assert_eq!(
            chart(vec![binding("the budget", 2e6, 0.0)]).finding(),
            "More room in any limit would be worth nothing"
        );
        assert_eq!(
            chart(vec![binding("the group a", 0.0, 9.0)]).finding(),
            "More room in any limit would be worth nothing"
        );
        assert_eq!(chart(Vec::new()).finding(), "No limit binds the plan");
        let german =
            LimitsChart { speech: Speech(Language::German), ..chart(vec![binding("das Budget", 2e6, 0.5)]) };
        assert_eq!(
            german.finding().replace('\u{a0}', " "),
            "Am meisten kostet das Budget: 1 % mehr Raum ist 10,0 Tsd. € im Jahr wert"
        );
        assert_eq!(
            german.detail(&german.limits[0]).replace('\u{a0}', " "),
            "bei 2,00 Mio. €; 1 EUR mehr ist 0,500 wert"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            prices in prop_oneof![
                prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 0..4),
                prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 4..30),
            ],
            magnitude in -3_i32..13,
        ) {
            let size = 10_f64.powi(magnitude);
            let limits = prices
                .iter()
                .enumerate()
                .map(|(n, (limit, price))| {
                    let (limit, price) = if n % 2 == 0 { (limit * size, *price) } else { (*limit, price * size) };
                    binding(NAMES[n % NAMES.len()], limit, price)
                })
                .collect();
            let chart = chart(limits);
            assert_sound(&chart.draw(&Provenance { fields: Vec::new() }));
            let german = LimitsChart { speech: Speech(Language::German), ..chart };
            assert_sound(&german.draw(&Provenance { fields: Vec::new() }));
        }
    }
}
