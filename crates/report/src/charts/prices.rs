//! `limit_prices`: what each limit and rule adds to the lowest total, found by solving without it.

use plotters_backend::text_anchor::HPos;

use super::{
    Provenance, color,
    named::{short, upper_first},
    page::{Line, Page, Text},
    speech::Speech,
    strings,
};
use crate::LimitPrice;

/// Limits that fit.
const ROWS: usize = 9;
const LEFT: f64 = 340.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 80.0;
const BOTTOM: f64 = 450.0;

/// All that the picture shows.
pub(super) struct PricesChart<'a> {
    pub(super) speech: Speech,
    pub(super) currency: &'a str,
    /// The dearest first.
    pub(super) prices: &'a [LimitPrice],
    /// Limits and rules whose price was not found.
    pub(super) not_done: usize,
}

impl PricesChart<'_> {
    fn money(&self, value: f64) -> String {
        self.speech.money(value, self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        match self.prices.first() {
            Some(first) if first.binds && first.price > 0.0 => {
                let limit = self.speech.starting(&short(&first.in_words));
                self.speech.say(strings::PRICES_MOST, &[("limit", &limit), ("price", &self.money(first.price))])
            }
            _ => self.speech.word(strings::PRICES_NONE),
        }
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let count = self.prices.len();
        let all = (count + self.not_done).to_string();
        let shown = if self.not_done > 0 {
            speech.say(strings::PRICES_SOLVED, &[("rows", &count.min(ROWS).to_string()), ("count", &all)])
        } else if count > ROWS {
            speech.say(strings::LIMITS_SHOWN, &[("rows", &ROWS.to_string()), ("count", &all)])
        } else {
            String::new()
        };
        let subtitle = speech.say(strings::PRICES_SUBTITLE, &[("shown", &shown), ("currency", self.currency)]);
        let alt = speech.say(strings::PRICES_ALT, &[("finding", &self.finding())]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let rows = &self.prices[..count.min(ROWS)];
        let most = rows.iter().map(|one| one.price.max(one.proven.1)).fold(0.0, f64::max);
        let place = |value: f64| LEFT + if most > 0.0 { value.max(0.0) / most * (RIGHT - LEFT) } else { 0.0 };
        let step = ((BOTTOM - TOP) / rows.len().max(1) as f64).min(60.0);
        let line = Line { color: color::INK, width: 1.4, dash: None };
        for (row, one) in rows.iter().enumerate() {
            let middle = TOP + step * (row as f64 + 0.5);
            let name = Text::bold(12.0, color::INK).aligned(HPos::Right);
            page.fitted((LEFT - 10.0, middle - 8.0), &upper_first(&one.in_words), name, LEFT - 36.0);
            let small = Text::plain(10.5, color::MUTED).aligned(HPos::Right);
            page.text((LEFT - 10.0, middle + 8.0), &small.cut(&self.detail(one), LEFT - 36.0), small);
            let half = (step * 0.28).min(13.0);
            page.rectangle((LEFT, middle - half), (place(one.price), middle + half), color::BLUE);
            let (from, to) = (place(one.proven.0), place(one.proven.1));
            page.line(&[(from, middle), (to, middle)], line);
            for end in [from, to] {
                page.line(&[(end, middle - 4.0), (end, middle + 4.0)], line);
            }
            let end = place(one.price).max(to);
            page.text((end + 7.0, middle), &self.money(one.price), Text::bold(12.0, color::INK));
        }
        let foot = TOP + step * rows.len() as f64;
        page.line(&[(LEFT, TOP), (LEFT, foot)], Line { color: color::AXIS, width: 1.2, dash: None });
        page
    }

    /// The shadow price, or between which prices it is.
    fn detail(&self, one: &LimitPrice) -> String {
        match &one.shadow_price {
            Some((value, unit)) => {
                let worth = self.money(*value);
                self.speech.say(strings::PRICES_UNIT, &[("unit", unit), ("worth", &worth)])
            }
            None if one.binds => {
                let (least, most) = (self.money(one.proven.0), self.money(one.proven.1));
                self.speech.say(strings::PRICES_PROVEN, &[("least", &least), ("most", &most)])
            }
            None => self.speech.say(strings::PRICES_SLACK, &[("most", &self.money(one.proven.1))]),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Language,
        charts::check::{NAMES, assert_sound},
        prices::ranked,
    };

    fn priced(in_words: &str, price: f64, slack: f64) -> LimitPrice {
        LimitPrice {
            name: "rto_h".to_owned(),
            in_words: in_words.to_owned(),
            binds: price > 0.0,
            price,
            proven: ((price - slack).max(0.0), price + slack),
            totals: (1e6 + price, 1e6),
            payers: 3,
            shadow_price: None,
        }
    }

    fn chart(prices: &[LimitPrice], language: Language) -> PricesChart<'_> {
        PricesChart { speech: Speech(language), currency: "EUR", prices, not_done: 0 }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let shadow = LimitPrice { shadow_price: Some((5.0, "vcpu".to_owned())), ..priced("the cap", 20e3, 1e3) };
        let prices = ranked(vec![
            priced("the RTO of 3 workloads", 0.0, 4e3),
            shadow,
            priced("the residency of 2 workloads", 1.2e6, 1e5),
        ]);
        let english = chart(&prices, Language::English);
        assert_eq!(english.finding(), "The residency of 2 workloads costs most: €1.20m a year");
        let details: Vec<String> = prices.iter().map(|one| english.detail(one)).collect();
        assert_eq!(
            details,
            ["proven: €1.10m to €1.30m", "one vcpu more is worth €5", "does not bind; proven: at most €4.00k"]
        );
        assert_eq!(chart(&prices[2..], Language::English).finding(), "No limit and no rule costs anything");
        assert_eq!(chart(&[], Language::English).finding(), "No limit and no rule costs anything");
        let german = chart(&prices, Language::German).finding().replace('\u{a0}', " ");
        assert_eq!(german, "Am meisten kostet the residency of 2 workloads: 1,20 Mio. € im Jahr");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            figures in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 0..30),
            magnitude in -3_i32..13,
        ) {
            let size = 10_f64.powi(magnitude);
            let names = NAMES.iter().cycle();
            let prices = figures.iter().zip(names).map(|((price, slack), name)| priced(name, price * size, slack * size));
            let prices = ranked(prices.collect());
            for language in [Language::English, Language::German] {
                for not_done in [0, 12] {
                    let chart = PricesChart { not_done, ..chart(&prices, language) };
                    assert_sound(&chart.draw(&Provenance { fields: Vec::new() }));
                }
            }
        }
    }
}
