//! `blast_radius`: what a year and what one event of the worst failure domains cost, today and with the plan.

use plotters_backend::BackendColor;

use super::{
    Provenance, color, named,
    page::{Line, Page, Text},
};
use crate::{Study, number};

/// What the events of one domain cost a plan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Toll {
    /// Expected loss per year.
    pub(super) year: f64,
    /// Mean loss of one event.
    pub(super) event: f64,
}

/// A failure domain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) rate_per_year: f64,
    /// One for each of the chart's plans.
    pub(super) tolls: Vec<Toll>,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BlastChart {
    pub(super) currency: String,
    /// Names of the plans and whether each is today's.
    pub(super) plans: Vec<(String, bool)>,
    /// Greatest expected loss of any plan first.
    pub(super) domains: Vec<Domain>,
}

/// Domains that fit.
const ROWS: usize = 8;
/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;
const LEFT: f64 = 24.0;
const TOP: f64 = 94.0;
const BOTTOM: f64 = 444.0;
/// Left end and right end of the bars of a panel; their figures stand beyond the right end.
const PANELS: [(f64, f64); 2] = [(216.0, 430.0), (506.0, 716.0)];

impl BlastChart {
    pub(super) fn of(study: &Study<'_>) -> Self {
        let shown: Vec<_> = named::plans(study).into_iter().filter(|one| one.is_today || one.is_chosen).collect();
        let mut domains: Vec<Domain> = Vec::new();
        let mut ids = Vec::new();
        for (position, one) in shown.iter().enumerate() {
            for risk in &one.plan.risk.by_domain {
                let known = ids.iter().position(|id| *id == risk.domain).unwrap_or_else(|| {
                    let name = study.estate.domain(risk.domain).name.clone();
                    let tolls = vec![Toll::default(); shown.len()];
                    domains.push(Domain { name, rate_per_year: risk.rate_per_year, tolls });
                    ids.push(risk.domain);
                    ids.len() - 1
                });
                domains[known].tolls[position] = Toll { year: risk.expected_loss, event: risk.loss_per_event };
            }
        }
        let plans = shown
            .iter()
            .map(|one| {
                (if one.is_today { "Today".to_owned() } else { format!("Plan {}", one.plan.id) }, one.is_today)
            })
            .collect();
        Self::ranked(study.estate.settings().currency.clone(), plans, domains)
    }

    fn ranked(currency: String, plans: Vec<(String, bool)>, mut domains: Vec<Domain>) -> Self {
        let worst = |domain: &Domain| domain.tolls.iter().map(|toll| toll.year).fold(0.0, f64::max);
        domains.retain(|domain| worst(domain) > 0.0);
        domains.sort_by(|a, b| worst(b).total_cmp(&worst(a)).then(a.name.cmp(&b.name)));
        Self { currency, plans, domains }
    }

    fn money(&self, value: f64) -> String {
        number::money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let Some(first) = self.domains.first() else { return "No failure domain costs anything".to_owned() };
        let today = self.plans.iter().position(|(_, is_today)| *is_today);
        let plan = self.plans.iter().position(|(_, is_today)| !is_today);
        let (Some(today), Some(plan)) = (today, plan) else {
            let toll = first.tolls.first().copied().unwrap_or_default();
            return format!(
                "Most is lost to {}: {} a year, {} each time",
                named::short(&first.name),
                self.money(toll.year),
                self.money(toll.event)
            );
        };
        let fall = |domain: &Domain| domain.tolls[today].year - domain.tolls[plan].year;
        let mut best = first;
        for domain in &self.domains {
            if fall(domain) > fall(best) {
                best = domain;
            }
        }
        let before: f64 = self.domains.iter().map(|domain| domain.tolls[today].year).sum();
        if fall(best) > SLIGHT * before {
            return format!(
                "Losses from {} fall from {} to {} a year",
                named::short(&best.name),
                self.money(best.tolls[today].year),
                self.money(best.tolls[plan].year)
            );
        }
        let year = first.tolls[today].year.max(first.tolls[plan].year);
        format!(
            "No domain costs much less with the plan; most is lost to {}, {} a year",
            named::short(&first.name),
            self.money(year)
        )
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let count = self.domains.len();
        let shown = if count > ROWS { format!("; the {ROWS} greatest of {count}") } else { String::new() };
        let subtitle =
            format!("Outage losses by the failure domain in which they begin, {}{shown}", self.currency);
        let alt = format!("Bars of losses by failure domain. {}.", self.finding());
        let mut page = Page::new(&self.finding(), &subtitle, alt, provenance);
        let headings = ["Expected loss a year", "Mean loss of one event"];
        for ((left, _), heading) in PANELS.into_iter().zip(headings) {
            page.text((left, 74.0), heading, Text::bold(12.0, color::INK));
            let bottom = TOP + self.step() * self.domains.len().min(ROWS) as f64;
            page.line(&[(left, TOP - 6.0), (left, bottom)], Line { color: color::AXIS, width: 1.0, dash: None });
        }
        for (row, domain) in self.domains.iter().take(ROWS).enumerate() {
            self.draw_domain(&mut page, domain, TOP + self.step() * row as f64);
        }
        let mut left = LEFT;
        for (name, is_today) in &self.plans {
            let style = Text::bold(12.0, tint(*is_today));
            let shown = style.cut(name, 80.0);
            page.rectangle((left, 69.0), (left + 10.0, 79.0), fill(*is_today));
            page.text((left + 15.0, 74.0), &shown, style);
            left += 15.0 + style.width(&shown) + 14.0;
        }
        page
    }

    fn step(&self) -> f64 {
        ((BOTTOM - TOP) / self.domains.len().clamp(1, ROWS) as f64).min(58.0)
    }

    fn draw_domain(&self, page: &mut Page, domain: &Domain, top: f64) {
        let middle = top + self.step() / 2.0 - 3.0;
        let name = Text::bold(12.0, color::INK);
        page.fitted((LEFT, middle - 7.5), &domain.name, name, PANELS[0].0 - LEFT - 10.0);
        page.text((LEFT, middle + 7.5), &often(domain.rate_per_year), Text::plain(10.5, color::MUTED));
        let height = (self.step() * 0.6 / self.plans.len().max(1) as f64).min(14.0);
        for (panel, (left, right)) in PANELS.into_iter().enumerate() {
            let amount = |toll: &Toll| if panel == 0 { toll.year } else { toll.event };
            let most =
                self.domains.iter().take(ROWS).flat_map(|domain| &domain.tolls).map(amount).fold(0.0, f64::max);
            for (position, (toll, (_, is_today))) in domain.tolls.iter().zip(&self.plans).enumerate() {
                let at = middle + height * (position as f64 - domain.tolls.len() as f64 / 2.0);
                let end = left + if most > 0.0 { amount(toll) / most * (right - left) } else { 0.0 };
                page.rectangle((left, at + 0.8), (end, at + height - 0.8), fill(*is_today));
                let style = Text::plain(11.0_f64.min(height), color::INK);
                page.text((end + 6.0, at + height / 2.0), &self.money(amount(toll)), style);
            }
        }
    }
}

fn tint(is_today: bool) -> BackendColor {
    if is_today { color::ORANGE } else { color::RED }
}

fn fill(is_today: bool) -> BackendColor {
    if is_today { color::PALE_ORANGE } else { color::RED }
}

/// `3.2 events a year`, `1 event in 83 years`.
pub(super) fn often(rate: f64) -> String {
    match rate {
        rate if rate <= 0.0 => "never".to_owned(),
        rate if rate >= 0.95 => format!("{rate:.1} events a year"),
        rate if rate >= 0.095 => format!("1 event in {:.1} years", 1.0 / rate),
        rate => format!("1 event in {:.0} years", 1.0 / rate),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::charts::check::{NAMES, assert_sound};

    fn chart(plans: &[bool], domains: &[(&str, &[f64])]) -> BlastChart {
        let names =
            plans.iter().map(|is_today| (if *is_today { "Today" } else { "Plan p07" }.to_owned(), *is_today));
        let domains = domains.iter().map(|(name, years)| Domain {
            name: (*name).to_owned(),
            rate_per_year: 0.5,
            tolls: years.iter().map(|year| Toll { year: *year, event: year * 2.0 }).collect(),
        });
        BlastChart::ranked("EUR".to_owned(), names.collect(), domains.collect())
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let both = chart(&[true, false], &[("directory", &[3.2e6, 3.1e6]), ("region", &[2.2e6, 0.2e6])]);
        assert_eq!(both.finding(), "Losses from region fall from €2.20m to €200k a year");
        assert_eq!(
            chart(&[true, false], &[("directory", &[3e6, 3e6])]).finding(),
            "No domain costs much less with the plan; most is lost to directory, €3.00m a year"
        );
        assert_eq!(
            chart(&[true, false], &[("directory", &[1e6, 3e6])]).finding(),
            "No domain costs much less with the plan; most is lost to directory, €3.00m a year"
        );
        assert_eq!(
            chart(&[false], &[("region", &[1e6]), ("directory", &[3e6])]).finding(),
            "Most is lost to directory: €3.00m a year, €6.00m each time"
        );
        assert_eq!(
            chart(&[true, false], &[("region", &[0.0, 0.0])]).finding(),
            "No failure domain costs anything"
        );
        assert_eq!(chart(&[], &[]).finding(), "No failure domain costs anything");
    }

    #[test]
    fn rates_are_said_as_people_say_them() {
        assert_eq!(
            [0.0, 2.5, 0.53, 0.0121].map(often),
            ["never", "2.5 events a year", "1 event in 1.9 years", "1 event in 83 years"]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            count in 0_usize..40,
            plans in 0_usize..3,
            magnitude in -3_i32..13,
            years in prop::collection::vec(0.0..1.0_f64, 80),
        ) {
            let size = 10_f64.powi(magnitude);
            let plans = &[true, false][..plans];
            let values: Vec<Vec<f64>> = years.chunks(2).map(|pair| pair[..plans.len()].iter().map(|y| y * size).collect()).collect();
            let domains: Vec<(&str, &[f64])> =
                values.iter().take(count).enumerate().map(|(n, years)| (NAMES[n % NAMES.len()], years.as_slice())).collect();
            assert_sound(&chart(plans, &domains).draw(&Provenance { fields: Vec::new() }));
        }
    }
}
