//! `mix`: what the run cost goes to along the curve, by pattern, by provider and by jurisdiction.

use std::collections::BTreeMap;

use ballast_model::{Deployment, PlanCost};
use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    Provenance, color,
    named::upper_first,
    page::{Line, Page, Text},
    scale::Scale,
    speech::Speech,
    strings::{self, Words},
};
use crate::{PlanView, Role, Study};

/// Shares of the run cost by one property. Every list of shares is as long as `names`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    pub(super) heading: String,
    pub(super) names: Vec<String>,
    pub(super) today: Option<Vec<f64>>,
    /// For each plan of the curve.
    pub(super) plans: Vec<Vec<f64>>,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MixChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    /// Run cost of each plan of the curve, rising.
    pub(super) costs: Vec<f64>,
    /// Position and name of the plan with the lowest total.
    pub(super) knee: Option<(usize, String)>,
    pub(super) panels: Vec<Panel>,
}

/// Names with a fill of their own; what is left has the last one.
const SHOWN: usize = color::SERIES.len() - 1;
/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;
const LEFT: f64 = 58.0;
const WIDTH: f64 = 216.0;
const GAP: f64 = 35.0;
const TOP: f64 = 100.0;
const BOTTOM: f64 = 270.0;
/// The bar of today's plan, and the space after it.
const TODAY: f64 = 20.0;
const AFTER_TODAY: f64 = 8.0;

impl Panel {
    /// The names that hold most, in the order in which they are given; what is left is added up.
    fn of(
        (heading, speech): (Words, Speech),
        order: &[String],
        today: Option<&BTreeMap<String, f64>>,
        plans: &[BTreeMap<String, f64>],
    ) -> Self {
        let share = |plan: &BTreeMap<String, f64>, name: &String| plan.get(name).copied().unwrap_or_default();
        let most = |name: &String| plans.iter().chain(today).map(|plan| share(plan, name)).fold(0.0, f64::max);
        let mut ranked: Vec<&String> = order.iter().filter(|name| most(name) > 0.0).collect();
        ranked.sort_by(|a, b| most(b).total_cmp(&most(a)).then(a.cmp(b)));
        let shown = if ranked.len() == SHOWN + 1 { SHOWN + 1 } else { SHOWN };
        let rest = ranked.split_off(shown.min(ranked.len()));
        let kept: Vec<&String> = order.iter().filter(|name| ranked.contains(name)).collect();
        let shares = |plan: &BTreeMap<String, f64>| {
            let mut shares: Vec<f64> = kept.iter().map(|name| share(plan, name)).collect();
            if !rest.is_empty() {
                shares.push(rest.iter().map(|name| share(plan, name)).sum());
            }
            shares
        };
        let mut names: Vec<String> = kept.iter().map(|name| in_words(name)).collect();
        if !rest.is_empty() {
            names.push(speech.say(strings::OTHERS, &[("count", &rest.len().to_string())]));
        }
        let heading = speech.word(heading);
        Self { heading, today: today.map(&shares), plans: plans.iter().map(shares).collect(), names }
    }
}

/// `warm_standby` is `warm standby`.
fn in_words(name: &str) -> String {
    name.replace('_', " ")
}

/// Shares of the workloads' cost by name.
fn shares(cost: &PlanCost, name: impl Fn(&Deployment) -> String) -> BTreeMap<String, f64> {
    let all = cost.workloads().get();
    let part = |amount: f64| if all > 0.0 { amount / all } else { 0.0 };
    cost.by(name).into_iter().map(|(name, amount)| (name, part(amount.get()))).collect()
}

/// The panels for these plans, today's apart; none if a price is missing.
pub(super) fn panels(
    study: &Study<'_>,
    speech: Speech,
    today: Option<&PlanView<'_>>,
    plans: &[&PlanView<'_>],
) -> Option<Vec<Panel>> {
    let estate = study.estate;
    let cost = |plan: &PlanView<'_>| PlanCost::of(estate, plan.plan).ok();
    let costs = plans.iter().map(|plan| cost(plan)).collect::<Option<Vec<_>>>()?;
    let today = match today {
        Some(plan) => Some(cost(plan)?),
        None => None,
    };
    let panel = |heading, mut order: Vec<String>, name: &dyn Fn(&Deployment) -> String| {
        let mut known = std::collections::BTreeSet::new();
        order.retain(|name| known.insert(name.clone()));
        let plans: Vec<_> = costs.iter().map(|cost| shares(cost, name)).collect();
        Panel::of((heading, speech), &order, today.as_ref().map(|cost| shares(cost, name)).as_ref(), &plans)
    };
    let jurisdiction = |deployment: &Deployment| {
        estate.site(deployment.primary).jurisdiction.clone().unwrap_or_else(|| speech.word(strings::UNKNOWN))
    };
    let provider = |deployment: &Deployment| estate.provider(estate.site(deployment.primary).provider).id.clone();
    let mut jurisdictions: Vec<String> =
        estate.sites().iter().filter_map(|site| site.jurisdiction.clone()).collect();
    jurisdictions.sort();
    jurisdictions.push(speech.word(strings::UNKNOWN));
    Some(vec![
        panel(
            strings::BY_PATTERN,
            estate.patterns().iter().map(|pattern| pattern.id.clone()).collect(),
            &|deployment| estate.pattern(deployment.pattern).id.clone(),
        ),
        panel(
            strings::BY_PROVIDER,
            estate.providers().iter().map(|provider| provider.id.clone()).collect(),
            &provider,
        ),
        panel(strings::BY_JURISDICTION, jurisdictions, &jurisdiction),
    ])
}

impl MixChart {
    /// None without a curve, or if prices do not cover a plan.
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Option<Self> {
        let plans: Vec<&PlanView<'_>> = study.frontier().collect();
        let knee = plans.iter().position(|plan| study.is_chosen(plan));
        let panels = panels(study, speech, study.first(Role::AsIs), &plans)?;
        (!plans.is_empty()).then(|| Self {
            speech,
            currency: study.estate.settings().currency.clone(),
            costs: plans.iter().map(|plan| plan.annual_cost).collect(),
            knee: knee.map(|position| (position, study.chosen().id.clone())),
            panels,
        })
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        let none = || speech.word(strings::NO_PLAN_ON_CURVE);
        let Some(panel) = self.panels.first() else { return none() };
        let (Some(first), Some(last)) = (panel.plans.first(), panel.plans.last()) else { return none() };
        let mut moved: Option<usize> = None;
        let mut largest: Option<usize> = None;
        for index in 0..panel.names.len() {
            if moved
                .is_none_or(|best| (last[index] - first[index]).abs() > (last[best] - first[best]).abs() + 1e-12)
            {
                moved = Some(index);
            }
            if largest.is_none_or(|best| last[index] > last[best]) {
                largest = Some(index);
            }
        }
        let (Some(moved), Some(largest)) = (moved, largest) else { return speech.word(strings::MIX_FREE) };
        let (name, before, after) = (&panel.names[moved], first[moved], last[moved]);
        if (after - before).abs() < SLIGHT {
            let words = if panel.plans.len() > 1 { strings::MIX_SAME_ALONG } else { strings::MIX_SAME };
            let share = speech.percent(last[largest]);
            return speech.say(words, &[("share", &share), ("name", &panel.names[largest])]);
        }
        let words = if after > before { strings::MIX_GROWS } else { strings::MIX_SHRINKS };
        let [before, after] = [before, after].map(|share| speech.percent(share));
        speech.say(words, &[("name", &upper_first(name)), ("before", &before), ("after", &after)])
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let alt = speech.say(strings::MIX_ALT, &[("finding", &self.finding())]);
        let mut page = Page::new(speech, &self.finding(), &speech.word(strings::MIX_SUBTITLE), alt, provenance);
        for (position, panel) in self.panels.iter().enumerate() {
            let left = LEFT + position as f64 * (WIDTH + GAP);
            page.text((left, 74.0), &panel.heading, Text::bold(12.5, color::INK));
            self.draw_axes(&mut page, left, position == 0);
            self.draw_shares(&mut page, panel, left);
            self.draw_key(&mut page, panel, left);
        }
        page
    }

    /// Where the curve's part of a panel begins: beside today's bar.
    fn begin(&self) -> f64 {
        if self.panels.iter().any(|panel| panel.today.is_some()) { TODAY + AFTER_TODAY } else { 0.0 }
    }

    fn scale(&self) -> Scale {
        let low = self.costs.first().copied().unwrap_or_default();
        let high = self.costs.last().copied().unwrap_or_default();
        Scale::Linear {
            low,
            high: if self.is_flat() { low + low.abs().max(f64::MIN_POSITIVE * 1e10) } else { high },
        }
    }

    fn is_flat(&self) -> bool {
        let (low, high) = (self.costs.first().copied(), self.costs.last().copied());
        low.zip(high).is_none_or(|(low, high)| high - low <= 1e-9 * high.abs())
    }

    fn draw_axes(&self, page: &mut Page, left: f64, has_side: bool) {
        let grid = Line { color: color::GRID, width: 1.0, dash: None };
        for percent in [0.0, 50.0, 100.0] {
            let level = BOTTOM - percent / 100.0 * (BOTTOM - TOP);
            page.line(&[(left, level), (left + WIDTH, level)], grid);
            if has_side {
                let style = Text::plain(11.5, color::MUTED).aligned(HPos::Right);
                page.text((left - 8.0, level), &format!("{percent:.0}"), style);
            }
        }
        let axis = Line { color: color::AXIS, width: 1.0, dash: None };
        let begin = left + self.begin();
        page.line(&[(begin, BOTTOM + 2.0), (left + WIDTH, BOTTOM + 2.0)], axis);
        let style = Text::plain(11.0, color::MUTED).aligned(HPos::Center);
        let mut free = left - 12.0;
        if self.begin() > 0.0 {
            let today = self.speech.word(strings::MIX_TODAY);
            page.text((left + TODAY / 2.0, BOTTOM + 14.0), &today, Text { color: color::ORANGE, ..style });
            free = left + TODAY / 2.0 + style.width(&today) / 2.0 + 4.0;
        }
        let most = self.costs.last().copied().unwrap_or_default();
        let (unit, unit_name) = self.speech.unit(most);
        let scale = self.scale();
        let ticks = if self.is_flat() { self.costs.iter().take(1).copied().collect() } else { scale.ticks(4.0) };
        for (value, text) in self.speech.ticks(&ticks, unit) {
            let place = begin + scale.position(value) * (left + WIDTH - begin);
            let half = style.width(&text) / 2.0;
            if !self.is_flat() {
                page.line(&[(place, BOTTOM + 2.0), (place, BOTTOM + 6.0)], axis);
            }
            if !self.is_flat() && place - half > free && place + half < left + WIDTH + 12.0 {
                page.text((place, BOTTOM + 14.0), &text, style);
                free = place + half + 5.0;
            }
        }
        let title = if self.is_flat() {
            self.speech.say(strings::MIX_FLAT, &[("cost", &self.speech.money(most, &self.currency))])
        } else {
            let values = [("unit", unit_name), ("currency", self.currency.as_str())];
            format!("{} →", self.speech.say(strings::RUN_COST_AXIS, &values))
        };
        page.text((left + WIDTH, BOTTOM + 29.0), &title, Text::bold(10.5, color::INK).aligned(HPos::Right));
    }

    /// Every plan fills the space half-way to its neighbours: between two plans there is none.
    fn draw_shares(&self, page: &mut Page, panel: &Panel, left: f64) {
        if let Some(today) = &panel.today {
            stack(page, today, (left, left + TODAY));
        }
        let begin = left + self.begin();
        let scale = self.scale();
        let count = panel.plans.len();
        let place = |index: usize| {
            let part = if self.is_flat() {
                (index as f64 + 0.5) / count as f64
            } else {
                scale.position(self.costs[index])
            };
            begin + part * (left + WIDTH - begin)
        };
        let mut from = begin;
        let mut index = 0;
        while index < count {
            // Plans with the same shares are one step.
            let mut last = index;
            while last + 1 < count && panel.plans[last + 1] == panel.plans[index] {
                last += 1;
            }
            let to = if last + 1 < count { f64::midpoint(place(last), place(last + 1)) } else { left + WIDTH };
            // A hair under the next one, or the white of the page shines through.
            let under = if last + 1 < count { 0.4 } else { 0.0 };
            stack(page, &panel.plans[index], (from, to + under));
            (from, index) = (to, last + 1);
        }
        if let Some((knee, name)) = &self.knee {
            let x = place(*knee);
            let under = BackendColor { alpha: 0.75, ..color::WHITE };
            page.line(&[(x, TOP), (x, BOTTOM)], Line { color: under, width: 3.2, dash: None });
            page.line(
                &[(x, TOP - 5.0), (x, BOTTOM)],
                Line { color: color::INK, width: 1.3, dash: Some((4.0, 3.0)) },
            );
            let style = Text::bold(11.0, color::RED).aligned(HPos::Center);
            let shown = style.cut(name, WIDTH);
            let half = style.width(&shown) / 2.0;
            page.text((x.clamp(left + half, (left + WIDTH - half).max(left + half)), TOP - 12.0), &shown, style);
        }
    }

    /// Every name with its share today and with the chosen plan: the stack from the top down.
    fn draw_key(&self, page: &mut Page, panel: &Panel, left: f64) {
        let (right, middle) = (left + WIDTH, left + WIDTH - 42.0);
        let heading = Text::bold(10.5, color::MUTED).aligned(HPos::Right);
        let top = BOTTOM + 52.0;
        if panel.today.is_some() {
            page.text((middle, top), &self.speech.word(strings::MIX_TODAY), heading);
        }
        if let Some((_, name)) = &self.knee {
            page.text((right, top), &heading.cut(name, 40.0), heading);
        }
        for (row, index) in (0..panel.names.len()).rev().enumerate() {
            let y = top + 17.0 * (row as f64 + 1.0);
            let fill = color::SERIES[index.min(color::SERIES.len() - 1)];
            page.rectangle((left, y - 5.5), (left + 11.0, y + 5.5), fill);
            let name = Text::plain(11.5, color::INK);
            page.fitted((left + 17.0, y), &panel.names[index], name, WIDTH - 17.0 - 82.0);
            let figure = Text::plain(11.5, color::INK).aligned(HPos::Right);
            if let Some(today) = &panel.today {
                page.text((middle, y), &self.speech.percent(today[index]), figure);
            }
            if let Some(plan) = self.knee.as_ref().and_then(|(knee, _)| panel.plans.get(*knee)) {
                page.text((right, y), &self.speech.percent(plan[index]), figure);
            }
        }
    }
}

/// Shares one upon the other, the first at the foot.
fn stack(page: &mut Page, shares: &[f64], (left, right): (f64, f64)) {
    let mut level = BOTTOM;
    for (share, fill) in shares.iter().zip(color::SERIES) {
        let top = level - share.clamp(0.0, 1.0) * (BOTTOM - TOP);
        if top < level {
            page.rectangle((left, top), (right, level), fill);
            page.line(&[(left, top), (right, top)], Line { color: color::WHITE, width: 0.8, dash: None });
        }
        level = top;
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

    fn panel(names: &[&str], today: Option<&[f64]>, plans: &[&[f64]]) -> Panel {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let map = |shares: &[f64]| names.iter().cloned().zip(shares.iter().copied()).collect::<BTreeMap<_, _>>();
        let plans: Vec<_> = plans.iter().map(|plan| map(plan)).collect();
        Panel::of((strings::BY_PATTERN, Speech::default()), &names, today.map(map).as_ref(), &plans)
    }

    fn chart(costs: &[f64], panel: Panel) -> MixChart {
        let knee = (!costs.is_empty()).then(|| (costs.len() / 2, "p07".to_owned()));
        MixChart {
            speech: Speech::default(),
            currency: "EUR".to_owned(),
            costs: costs.to_vec(),
            knee,
            panels: vec![panel.clone(), panel.clone(), panel],
        }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let says = |plans: &[&[f64]]| {
            chart(&vec![1.0; plans.len()], panel(&["cold_spare", "warm"], None, plans)).finding()
        };
        assert_eq!(says(&[&[0.9, 0.1], &[0.2, 0.8]]), "Cold spare shrinks from 90 % to 20 % of the run cost");
        assert_eq!(says(&[&[0.0, 1.0], &[0.4, 0.5]]), "Warm shrinks from 100 % to 50 % of the run cost");
        assert_eq!(says(&[&[0.1, 0.5], &[0.6, 0.4]]), "Cold spare grows from 10 % to 60 % of the run cost");
        assert_eq!(says(&[&[0.1, 0.9], &[0.1, 0.9]]), "90 % of the run cost is warm all along the curve");
        assert_eq!(says(&[&[0.1, 0.9]]), "90 % of the run cost is warm");
        assert_eq!(says(&[&[0.0, 0.0]]), "No plan has a run cost");
        assert_eq!(says(&[]), "No plan on the curve");
        let curve = panel(&["cold_spare", "warm"], None, &[&[0.9, 0.1], &[0.25, 0.75]]);
        let german = MixChart { speech: Speech(Language::German), ..chart(&[1.0, 2.0], curve) };
        assert_eq!(german.finding(), "Cold spare schrumpft von 90 % auf 25 % der Betriebskosten");
    }

    #[test]
    fn the_names_that_hold_most_are_kept_in_their_order() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "never"];
        let panel = panel(&names, None, &[&[0.02, 0.2, 0.03, 0.1, 0.25, 0.1, 0.1, 0.2, 0.0]]);
        assert_eq!(panel.names, ["b", "d", "e", "f", "g", "h", "2 others"]);
        let kept: f64 = panel.plans[0].iter().sum();
        assert!((kept - 1.0).abs() < 1e-12 && (panel.plans[0][6] - 0.05).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            count in 1_usize..200,
            magnitude in -3_i32..13,
            flat in any::<bool>(),
            has_today in any::<bool>(),
            named in 0_usize..7,
            seed in 0.0..1.0_f64,
        ) {
            let size = 10_f64.powi(magnitude);
            let costs: Vec<f64> = (0..count).map(|n| if flat { size } else { size * (1.0 + n as f64) }).collect();
            let shares: Vec<Vec<f64>> = (0..count)
                .map(|n| (0..named).map(|k| ((n * (k + 1)) as f64 * seed).fract() / named as f64).collect())
                .collect();
            let plans: Vec<&[f64]> = shares.iter().map(Vec::as_slice).collect();
            let panel = panel(&NAMES[..named], has_today.then(|| plans[0]), &plans);
            let chart = chart(&costs, panel);
            assert_sound(&chart.draw(&Provenance { fields: Vec::new() }));
            let german = MixChart { speech: Speech(Language::German), ..chart };
            assert_sound(&german.draw(&Provenance { fields: Vec::new() }));
        }
    }
}
