//! `limits`: what a little more room in each limit would be worth.

use plotters_backend::text_anchor::HPos;

use super::{
    Provenance, color,
    named::upper_first,
    page::{Line, Page, Text},
    scale::tick_text,
};
use crate::{RowName, Study, number, tables::significant};

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
    /// What one more per cent of the limit is worth per year, at that price.
    fn worth(&self) -> f64 {
        self.price * self.limit.abs() * 0.01
    }
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LimitsChart {
    pub(super) currency: String,
    pub(super) plan: String,
    /// Greatest worth first.
    pub(super) limits: Vec<Binding>,
}

/// Limits that fit.
const ROWS: usize = 8;
const LEFT: f64 = 340.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 90.0;
const BOTTOM: f64 = 450.0;

impl LimitsChart {
    /// None if no limit binds the chosen plan.
    pub(super) fn of(study: &Study<'_>) -> Option<Self> {
        let currency = study.estate.settings().currency.clone();
        let limits: Vec<Binding> = study
            .chosen()
            .solution
            .into_iter()
            .flat_map(|solution| &solution.shadow_prices)
            .map(|price| {
                let name = RowName::parse(&price.row);
                Binding {
                    name: name.in_words(),
                    unit: name.unit(&currency),
                    is_money: name.is_money(),
                    limit: price.limit,
                    price: price.value,
                }
            })
            .collect();
        let plan = study.chosen().id.clone();
        (!limits.is_empty()).then(|| Self::ranked(currency, plan, limits))
    }

    fn ranked(currency: String, plan: String, mut limits: Vec<Binding>) -> Self {
        limits.sort_by(|a, b| b.worth().total_cmp(&a.worth()).then(a.name.cmp(&b.name)));
        Self { currency, plan, limits }
    }

    fn money(&self, value: f64) -> String {
        number::money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        match self.limits.first() {
            None => "No limit binds the plan".to_owned(),
            Some(first) if first.worth() <= 0.0 => "More room in any limit would be worth nothing".to_owned(),
            Some(first) => {
                let worth = self.money(first.worth());
                format!("{} costs most: 1 % more room is worth {worth} a year", upper_first(&first.name))
            }
        }
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let count = self.limits.len();
        let shown = if count > ROWS { format!(", the {ROWS} dearest of {count}") } else { String::new() };
        let subtitle = format!(
            "Worth of 1 % more room in each limit that binds plan {}{shown}, {} a year, at the price of the next unit",
            self.plan, self.currency
        );
        let alt = format!("Bars of what more room in each limit is worth. {}.", self.finding());
        let mut page = Page::new(&self.finding(), &subtitle, alt, provenance);
        let most = self.limits.iter().map(Binding::worth).fold(0.0, f64::max);
        let rows = count.clamp(1, ROWS);
        let step = ((BOTTOM - TOP) / rows as f64).min(60.0);
        for (row, limit) in self.limits.iter().take(ROWS).enumerate() {
            let middle = TOP + step * (row as f64 + 0.5);
            let name = Text::bold(12.0, color::INK).aligned(HPos::Right);
            let words = upper_first(&limit.name);
            page.text((LEFT - 10.0, middle - 8.0), &name.cut(&words, LEFT - 36.0), name);
            let small = Text::plain(10.5, color::MUTED).aligned(HPos::Right);
            page.text((LEFT - 10.0, middle + 8.0), &small.cut(&self.detail(limit), LEFT - 36.0), small);
            let end = LEFT + if most > 0.0 { limit.worth() / most * (RIGHT - LEFT) } else { 0.0 };
            let half = (step * 0.28).min(13.0);
            page.rectangle((LEFT, middle - half), (end, middle + half), color::BLUE);
            page.text((end + 7.0, middle), &self.money(limit.worth()), Text::bold(12.0, color::INK));
        }
        let foot = TOP + step * count.min(ROWS) as f64;
        page.line(&[(LEFT, TOP), (LEFT, foot)], Line { color: color::AXIS, width: 1.2, dash: None });
        page
    }

    /// The limit and the price of its next unit.
    fn detail(&self, limit: &Binding) -> String {
        if limit.is_money {
            let cents = format!("{:.3}", limit.price);
            return format!("at {}; one more {} is worth {cents}", self.money(limit.limit), self.currency);
        }
        let room = significant(limit.limit).parse().unwrap_or(limit.limit);
        format!("at {} {}; one more is worth {}", tick_text(room), limit.unit, self.money(limit.price))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::charts::check::{NAMES, assert_sound};

    fn binding(name: &str, limit: f64, price: f64) -> Binding {
        Binding { name: name.to_owned(), unit: "vcpu".to_owned(), is_money: limit >= 1e6, limit, price }
    }

    fn chart(limits: Vec<Binding>) -> LimitsChart {
        LimitsChart::ranked("EUR".to_owned(), "p07".to_owned(), limits)
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
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            prices in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 0..30),
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
            assert_sound(&chart(limits).draw(&Provenance { fields: Vec::new() }));
        }
    }
}
