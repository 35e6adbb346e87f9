//! `cost`: what each named plan pays for, component by component.

use ballast_model::{PlanCost, cost::Component};
use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    Provenance, color, named,
    named::{Named, upper_first},
    page::{Line, Page, Text, WIDTH},
    speech::Speech,
    strings::{self, Words},
};
use crate::Study;

/// A plan's bar: its components in the order of the chart's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    pub(super) title: String,
    pub(super) is_today: bool,
    pub(super) is_chosen: bool,
    pub(super) parts: Vec<f64>,
}

impl Bar {
    pub(super) fn total(&self) -> f64 {
        self.parts.iter().sum()
    }
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CostChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    /// What is paid for, dearest first; the last may be the rest.
    pub(super) components: Vec<String>,
    pub(super) bars: Vec<Bar>,
}

/// Components with a fill of their own; what is left has the last one.
const SHOWN: usize = color::SERIES.len() - 1;
/// A change below this share of today's cost is none to speak of.
const SLIGHT: f64 = 0.005;
const LEFT: f64 = 196.0;
const RIGHT: f64 = 706.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = 408.0;

/// Every component's name in words.
fn in_words(component: Component) -> Words {
    match component {
        Component::Compute => strings::COMPUTE,
        Component::StandbyCompute => strings::STANDBY_COMPUTE,
        Component::Storage => strings::STORAGE,
        Component::Replication => strings::REPLICATION,
        Component::Egress => strings::EGRESS,
        Component::Licence => strings::LICENCES,
        Component::Operations => strings::RUN_EFFORT,
        Component::Extra => strings::EXTRA,
        Component::Migration => strings::MIGRATION,
    }
}

/// What a plan may pay for, in words.
pub(super) fn names(speech: Speech) -> Vec<String> {
    let more = [strings::SITES, strings::ONBOARDING, strings::SOFT_LIMITS];
    Component::ALL.iter().map(|(part, _)| in_words(*part)).chain(more).map(|words| speech.word(words)).collect()
}

/// What a plan pays for each of [`names`]. The price of soft limits that it breaks is what is left of its annual cost.
pub(super) fn amounts(cost: &PlanCost, annual_cost: f64) -> Vec<f64> {
    let mut parts: Vec<f64> = Component::ALL.iter().map(|(part, _)| cost.component(*part).get()).collect();
    let rest = annual_cost - cost.total().get();
    let rest = if rest > 1e-6 * annual_cost.abs() { rest } else { 0.0 };
    parts.extend([cost.sites.get(), cost.onboarding.get(), rest]);
    parts
}

impl CostChart {
    /// None if prices do not cover a plan.
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Option<Self> {
        Self::of_plans(study, speech, named::plans(study, speech))
    }

    /// Of these plans alone.
    pub(super) fn of_plans(study: &Study<'_>, speech: Speech, plans: Vec<Named<'_, '_>>) -> Option<Self> {
        let mut bars = Vec::new();
        for one in plans {
            let cost = PlanCost::of(study.estate, one.plan.plan).ok()?;
            let parts = amounts(&cost, one.plan.annual_cost);
            bars.push(Bar { title: one.title, is_today: one.is_today, is_chosen: one.is_chosen, parts });
        }
        let names = names(speech);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Some(Self { speech, ..Self::ranked(study.estate.settings().currency.clone(), &names, bars) })
    }

    /// With the dearest components first, and those that have no fill of their own added up.
    pub(super) fn ranked(currency: String, names: &[&str], mut bars: Vec<Bar>) -> Self {
        let largest = |index: usize| bars.iter().map(|bar| bar.parts[index]).fold(0.0, f64::max);
        let mut ranked: Vec<usize> = (0..names.len()).filter(|index| largest(*index) > 0.0).collect();
        ranked.sort_by(|a, b| largest(*b).total_cmp(&largest(*a)).then(a.cmp(b)));
        let shown = if ranked.len() == SHOWN + 1 { SHOWN + 1 } else { SHOWN };
        let rest = ranked.split_off(shown.min(ranked.len()));
        let mut components: Vec<String> = ranked.iter().map(|index| names[*index].to_owned()).collect();
        if !rest.is_empty() {
            components.push(rest.iter().map(|index| names[*index]).collect::<Vec<_>>().join(", "));
        }
        for bar in &mut bars {
            let mut parts: Vec<f64> = ranked.iter().map(|index| bar.parts[*index]).collect();
            if !rest.is_empty() {
                parts.push(rest.iter().map(|index| bar.parts[*index]).sum());
            }
            bar.parts = parts;
        }
        Self { speech: Speech::default(), currency, components, bars }
    }

    fn money(&self, value: f64) -> String {
        self.speech.money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let today = self.bars.iter().find(|bar| bar.is_today);
        let speech = self.speech;
        let Some(chosen) = self.bars.iter().find(|bar| bar.is_chosen) else {
            return speech.word(strings::NO_PLAN);
        };
        let total = chosen.total();
        if total <= 0.0 {
            return speech.word(strings::COST_NOTHING);
        }
        let Some(today) = today else {
            let largest = position(&chosen.parts, |part| part);
            let share = speech.percent(chosen.parts[largest] / total);
            let part = upper_first(&self.components[largest]);
            return speech.say(strings::COST_SHARE, &[("part", &part), ("share", &share)]);
        };
        let changes: Vec<f64> =
            chosen.parts.iter().zip(&today.parts).map(|(after, before)| after - before).collect();
        let (more, less) = (position(&changes, |change| change), position(&changes, |change| -change));
        let is_seen = |change: f64| change.abs() > SLIGHT * today.total();
        let words =
            match (changes[more] > 0.0 && is_seen(changes[more]), changes[less] < 0.0 && is_seen(changes[less])) {
                (true, true) => strings::COST_BOTH,
                (true, false) => strings::COST_MORE,
                (false, true) => strings::COST_LESS,
                (false, false) => strings::COST_SAME,
            };
        let (grown, saved) = (self.money(changes[more]), self.money(-changes[less]));
        let (grows, shrinks) = (&self.components[more], &self.components[less]);
        let values = [("more", grown.as_str()), ("grows", grows), ("less", &saved), ("shrinks", shrinks)];
        speech.say(words, &values)
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let subtitle = speech.say(strings::COST_SUBTITLE, &[("currency", &self.currency)]);
        let totals: Vec<String> = self
            .bars
            .iter()
            .map(|bar| format!("{} {}", speech.within(&bar.title), self.money(bar.total())))
            .collect();
        let alt = speech.say(strings::COST_ALT, &[("finding", &self.finding()), ("totals", &totals.join(", "))]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let most = self.bars.iter().map(Bar::total).fold(0.0, f64::max).max(f64::MIN_POSITIVE * 1e10);
        let step = ((BOTTOM - TOP) / self.bars.len().max(1) as f64).min(58.0);
        for (row, bar) in self.bars.iter().enumerate() {
            let middle = TOP + step * (row as f64 + 0.5);
            self.draw_bar(&mut page, bar, middle, (step * 0.62, most));
        }
        let axis = Line { color: color::AXIS, width: 1.0, dash: None };
        page.line(&[(LEFT, TOP), (LEFT, TOP + step * self.bars.len() as f64)], axis);
        self.draw_key(&mut page, TOP + step * self.bars.len() as f64 + 24.0);
        page
    }

    fn draw_bar(&self, page: &mut Page, bar: &Bar, middle: f64, (height, most): (f64, f64)) {
        let name = Text::bold(12.5, tint(bar)).aligned(HPos::Right);
        page.fitted((LEFT - 10.0, middle), &bar.title, name, LEFT - 34.0);
        let mut left = LEFT;
        let (top, bottom) = (middle - height / 2.0, middle + height / 2.0);
        for (amount, fill) in bar.parts.iter().zip(color::SERIES) {
            let right = left + amount / most * (RIGHT - LEFT);
            page.rectangle((left, top), (right, bottom), fill);
            let text = self.money(*amount);
            let style = Text::plain(11.0, color::ink_on(fill)).aligned(HPos::Center);
            if style.width(&text) + 6.0 < right - left {
                page.text((f64::midpoint(left, right), middle), &text, style);
            }
            left = right;
            page.line(&[(right, top), (right, bottom)], Line { color: color::WHITE, width: 1.2, dash: None });
        }
        let total = Text::bold(12.0, color::INK);
        page.fitted((left + 7.0, middle), &self.money(bar.total()), total, f64::from(WIDTH) - 9.0 - left);
    }

    fn draw_key(&self, page: &mut Page, mut top: f64) {
        let style = Text::plain(11.5, color::INK);
        let mut left = 24.0;
        for (name, fill) in self.components.iter().zip(color::SERIES) {
            let shown = style.cut(name, 200.0);
            let width = 16.0 + style.width(&shown) + 18.0;
            if left + width > 776.0 {
                (left, top) = (24.0, top + 18.0);
            }
            page.rectangle((left, top - 5.5), (left + 11.0, top + 5.5), fill);
            page.text((left + 16.0, top), &shown, style);
            left += width;
        }
    }
}

fn tint(bar: &Bar) -> BackendColor {
    match bar {
        Bar { is_today: true, .. } => color::ORANGE,
        Bar { is_chosen: true, .. } => color::RED,
        _ => color::INK,
    }
}

/// Where the greatest of `values` is, by `size`; the first of equals.
fn position(values: &[f64], size: impl Fn(f64) -> f64) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if size(*value) > size(values[best]) {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Language,
        charts::check::{NAMES, assert_sound},
    };

    fn bar(title: &str, is_today: bool, parts: &[f64]) -> Bar {
        Bar { title: title.to_owned(), is_today, is_chosen: !is_today, parts: parts.to_vec() }
    }

    fn chart(bars: Vec<Bar>) -> CostChart {
        CostChart::ranked("EUR".to_owned(), &["compute", "storage"], bars)
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let says = |today: [f64; 2], plan: [f64; 2]| {
            chart(vec![bar("Today", true, &today), bar("Plan", false, &plan)]).finding()
        };
        assert_eq!(
            says([4e6, 2e6], [5e6, 1.5e6]),
            "The plan pays €1.00m more for compute a year and €500k less for storage than today"
        );
        assert_eq!(says([4e6, 2e6], [4e6, 3e6]), "The plan pays €1.00m more for storage a year than today");
        assert_eq!(says([4e6, 2e6], [3e6, 2e6]), "The plan pays €1.00m less for compute a year than today");
        assert_eq!(says([4e6, 2e6], [4e6, 2e6]), "The plan pays for the same things as today");
        assert_eq!(says([4e6, 2e6], [4.02e6, 1.99e6]), "The plan pays for the same things as today");
        assert_eq!(says([4e6, 2e6], [0.0, 0.0]), "The plan costs nothing");
        assert_eq!(
            chart(vec![bar("Plan", false, &[3e6, 1e6])]).finding(),
            "Compute is 75 % of the run cost of the plan"
        );
        assert_eq!(chart(Vec::new()).finding(), "No plan");
        let names = ["Rechenleistung", "Speicherplatz"];
        let bars = vec![bar("Heute", true, &[4e6, 2e6]), bar("Plan", false, &[5e6, 1.5e6])];
        let german =
            CostChart { speech: Speech(Language::German), ..CostChart::ranked("EUR".to_owned(), &names, bars) };
        assert_eq!(
            german.finding().replace('\u{a0}', " "),
            "Im Jahr 1,00 Mio. € mehr für Rechenleistung und 500 Tsd. € weniger für Speicherplatz als heute"
        );
    }

    #[test]
    fn what_does_not_fit_is_added_up() {
        let parts = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 0.0];
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "none"];
        let chart = CostChart::ranked("EUR".to_owned(), &names, vec![bar("Plan", false, &parts)]);
        assert_eq!(chart.components, ["a", "b", "c", "d", "e", "f", "g, h"]);
        assert_eq!(chart.bars[0].parts, [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 5.0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            count in 0_usize..7,
            magnitude in -3_i32..13,
            parts in prop::collection::vec(0.0..1.0_f64, 84),
        ) {
            let size = 10_f64.powi(magnitude);
            let names: Vec<&str> = (0..12).map(|part| NAMES[part % NAMES.len()]).collect();
            let mut bars: Vec<Bar> = Vec::new();
            for (plan, parts) in parts.chunks(12).take(count).enumerate() {
                let amounts: Vec<f64> = parts.iter().map(|part| part * size).collect();
                bars.push(Bar { is_chosen: plan == 1, ..bar(NAMES[plan], plan == 0, &amounts) });
            }
            let chart = CostChart::ranked("CHF".to_owned(), &names, bars);
            assert_sound(&chart.draw(&Provenance { fields: Vec::new() }));
            let german = CostChart { speech: Speech(Language::German), ..chart };
            assert_sound(&german.draw(&Provenance { fields: Vec::new() }));
        }
    }
}
